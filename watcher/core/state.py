"""Where a process stands: the fold of its events, and the state as a view of it.

Rule 1: everything that moves a process is a row of LIVE or AFTER_END below. Mail comes in any order and twice;
the table is total: what has no row changes nothing.
Rule 2: the state is never stored. It is the first row of the view that applies, given the fold and the time.
Rule 3: an event that cannot be trusted moves nothing (rule G6); it asks for review.

docs/states.md is drawn from these tables; its test fails when they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from watcher.core import steps_employer as employer
from watcher.core import steps_own as own
from watcher.core.fold import Fold, Owed, Step, settle
from watcher.core.model import Event, Kind, Setting, State, Turn
from watcher.core.timers import dead_since, open_due, ripening


@dataclass(frozen=True, slots=True)
class Row:
    """What one kind of event does: its steps; those of `still` when the guard `unless` says it is no news."""

    steps: tuple[Step, ...]
    unless: Callable[[Fold, Event], bool] | None = None
    still: tuple[Step, ...] = ()


def _nothing_to_cancel(fold: Fold, event: Event) -> bool:
    return not employer.counts_as_cancellation(fold, event)


def _is_known(fold: Fold, event: Event) -> bool:
    return employer.is_echo(fold, event) or employer.is_late_copy(fold, event)


def _is_alive(fold: Fold, event: Event) -> bool:
    """Outreach within a process that is alive is no event of it (rule G5)."""
    opens = (State.NONE, State.QUIET_2W, State.CLOSED_PRESUMED, State.REJECTED)
    return view(replace(fold, ignored=False), event.at).state not in opens


_SAYS = (employer.news, employer.task_received, employer.ask, employer.put_on_hold)
_INVITES = (employer.void_clause, employer.news, employer.task_received, employer.invite)
_TESTS = (employer.void_clause, employer.news, employer.task)

#: What an event does to a process that has not ended.
LIVE: Mapping[Kind, Row] = {
    Kind.APPLICATION_RECEIVED: Row((employer.received,)),
    Kind.RECRUITER_OUTREACH: Row((employer.lead,), unless=_is_alive),
    Kind.INTERVIEW_INVITATION: Row(_INVITES, unless=employer.is_echo),
    Kind.INTERVIEW_CONFIRMATION: Row(
        (employer.void_clause, employer.news, employer.fix, employer.ask),
        unless=_is_known,
        still=(employer.ask,),
    ),
    Kind.INTERVIEW_RESCHEDULE: Row(
        (employer.news, employer.reschedule, employer.ask_about_date, employer.note_change),
        unless=employer.is_late_copy,
        still=(employer.ask_about_date,),
    ),
    Kind.INTERVIEW_CANCELLATION: Row(
        (employer.news, employer.cancel, employer.put_on_hold, employer.note_change),
        unless=_nothing_to_cancel,
    ),
    Kind.ASSESSMENT: Row(_TESTS),
    Kind.RECRUITER_REPLY: Row(_SAYS),
    Kind.STATUS_UPDATE: Row(_SAYS),
    Kind.REJECTION: Row((employer.reject,)),
    Kind.OFFER: Row((employer.news, employer.offer)),
    Kind.AUTO_REPLY: Row((employer.leave,)),
    Kind.BOUNCE: Row((employer.bounce,)),
    Kind.OWN_REPLY: Row((own.write, own.answer)),
    Kind.OWN_ACCEPT: Row((own.write, own.accept)),
    Kind.OWN_THANK_YOU: Row((own.write, own.thank)),
    Kind.OWN_FOLLOWUP: Row((own.write, own.follow_up)),
    Kind.OWN_CLOSING: Row((own.write, own.close_politely)),
    Kind.OWN_FEEDBACK_REQUEST: Row((own.write, own.ask_feedback)),
    Kind.OWN_TASK_DONE: Row((own.write, own.hand_in)),
    Kind.OWN_RESCHEDULE: Row((own.write, own.ask_to_move)),
    Kind.OWN_DECLINE: Row((own.write, own.decline)),
    Kind.OWN_WITHDRAW: Row((own.write, own.withdraw)),
    Kind.MARK_FOLLOWED_UP: Row((own.applied_if_new, own.mark_followed_up)),
    Kind.MARK_ANSWERED: Row((own.applied_if_new, own.mark_answered)),
    Kind.MARK_DONE: Row((own.applied_if_new, own.close_task)),
    Kind.MARK_SCHEDULED: Row((own.schedule,)),
    Kind.MARK_HELD: Row((own.mark_held,)),
    Kind.MARK_NOT_HELD: Row((own.mark_not_held,)),
    Kind.MARK_REJECTED: Row((own.decide(State.REJECTED),)),
    Kind.MARK_OFFER: Row((employer.wake, employer.offer)),
    Kind.MARK_ACCEPTED: Row((own.decide(State.ACCEPTED),)),
    Kind.MARK_DECLINED: Row((own.decline,)),
    Kind.MARK_WITHDRAWN: Row((own.withdraw,)),
    Kind.MARK_IGNORE: Row((own.ignore,)),
    Kind.MARK_REOPEN: Row((own.reopen,)),
    Kind.MARK_OK: Row((own.look_done,)),
    Kind.MARK_SNOOZE: Row((own.snooze,)),
}

_REVIVE = employer.revive
_OFFER_AGAIN = Row((_REVIVE, employer.news, employer.offer))
_LOOK = Row((employer.look,))

#: What the employer's mail does to a process that has ended; no row: nothing (rules G3, G4).
AFTER_END: Mapping[tuple[State, Kind], Row] = {
    (State.REJECTED, Kind.RECRUITER_OUTREACH): Row((employer.lead,)),
    (State.REJECTED, Kind.INTERVIEW_INVITATION): Row((_REVIVE, *_INVITES), unless=employer.is_echo),
    (State.REJECTED, Kind.INTERVIEW_CONFIRMATION): _LOOK,
    (State.REJECTED, Kind.INTERVIEW_RESCHEDULE): _LOOK,
    (State.REJECTED, Kind.ASSESSMENT): Row((_REVIVE, *_TESTS)),
    (State.REJECTED, Kind.RECRUITER_REPLY): Row((employer.ask,)),
    (State.REJECTED, Kind.STATUS_UPDATE): Row((employer.ask,)),
    (State.REJECTED, Kind.OFFER): _OFFER_AGAIN,
    (State.DECLINED, Kind.OFFER): _OFFER_AGAIN,
    (State.WITHDRAWN, Kind.OFFER): _OFFER_AGAIN,
    (State.DECLINED, Kind.INTERVIEW_INVITATION): _LOOK,
    (State.WITHDRAWN, Kind.INTERVIEW_INVITATION): _LOOK,
    (State.ACCEPTED, Kind.INTERVIEW_INVITATION): _LOOK,
    (State.ACCEPTED, Kind.ASSESSMENT): Row((employer.task,)),
    (State.ACCEPTED, Kind.RECRUITER_REPLY): Row((employer.ask, employer.task_received)),
    (State.ACCEPTED, Kind.STATUS_UPDATE): Row((employer.ask, employer.task_received)),
    (State.ACCEPTED, Kind.REJECTION): Row((employer.reject, employer.look)),
}

#: No mail is older or younger; times so far off would only break the arithmetic.
_YEARS = range(1970, 2200)
#: A date this far from its mail is a slip of the pen or of a machine.
_BELIEVED = timedelta(days=3 * 365)
_DATES = ("start", "end", "deadline", "promise_by", "silence_by", "ask_from", "back")

#: Kinds that are no life sign of a process (rule Q17).
_NOISE = (Kind.AUTO_REPLY, Kind.BOUNCE, Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER)


def run(events: Iterable[Event], setting: Setting, now: datetime) -> Fold:
    """Fold `events` up to `now`, in any order given, each Message-ID once.

    Same instant: employer before own before mark, then Message-ID (section 2.2).
    """
    fold = Fold(setting=setting)
    for event in in_order(events):
        if event.at > now:
            break
        fold = apply(settle(fold, event.at), _believable(event))
    return settle(fold, now)


def _believable(event: Event) -> Event:
    """`event` without dates that cannot be meant; the person is asked to look."""
    details = event.details
    times = {name: getattr(details, name) for name in _DATES}
    wrong: dict[str, Any] = {
        name: None for name, at in times.items() if at is not None and abs(at - event.at) > _BELIEVED
    }
    if not wrong:
        return event
    return replace(event, details=replace(details, **wrong, review=(*details.review, "unlikely date")))


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events in the order in which they count; of the same Message-ID only the earliest."""
    seen: set[str] = set()
    ordered: list[Event] = []
    for event in sorted((event for event in events if event.at.year in _YEARS), key=_order):
        if event.id and not event.kind.mark:
            if event.id in seen:
                continue
            seen.add(event.id)
        ordered.append(event)
    return tuple(ordered)


def _order(event: Event) -> tuple[datetime, int, str, str, str]:
    side = 2 if event.kind.mark else 1 if event.kind.own else 0
    nameless = "" if event.id else repr(event)  # so that the order of arrival never decides
    return event.at, side, event.id, event.kind.value, nameless


def apply(fold: Fold, event: Event) -> Fold:
    """One event, by its row."""
    if event.forged or event.scam:
        return replace(fold, suspect=event.at)
    if not event.trusted:
        return replace(fold, review=event.at)
    if event.details.review:
        fold = replace(fold, review=event.at)
    row = _row(fold, event)
    if event.kind not in _NOISE and (fold.last is None or event.at > fold.last):
        fold = replace(fold, last=event.at)
    if row is None:
        return fold
    steps = row.still if row.unless is not None and row.unless(fold, event) else row.steps
    for step in steps:
        fold = step(fold, event)
    return fold


def _row(fold: Fold, event: Event) -> Row | None:
    by_employer = not (event.kind.own or event.kind.mark) and event.kind not in _NOISE
    if fold.end is not None and by_employer:
        return AFTER_END.get((fold.end, event.kind))
    return LIVE.get(event.kind)


@dataclass(frozen=True, slots=True)
class View:
    """The state shown and whose turn it is."""

    state: State
    waiting_on: Turn


_TURN: Mapping[State, Turn] = {
    State.LEAD: Turn.USER,
    State.INVITED: Turn.USER,
    State.OWE_REPLY: Turn.USER,
    State.TASK_DUE: Turn.USER,
    State.OFFER: Turn.USER,
    State.SCHEDULED: Turn.EVENT,
    State.APPLIED: Turn.EMPLOYER,
    State.AWAITING: Turn.EMPLOYER,
    State.RESCHEDULING: Turn.EMPLOYER,
    State.QUIET_1W: Turn.EMPLOYER,
    State.FOLLOWED_UP: Turn.EMPLOYER,
    State.QUIET_2W: Turn.EMPLOYER,
}


def view(fold: Fold, now: datetime) -> View:
    """The state of `fold` at `now`: the first that applies, in the order of section 2."""
    if fold.passed and _shown(fold, now) is None:
        return View(State.AWAITING, Turn.USER)
    state = _shown(fold, now) or _scheduled_or_base(fold, now)
    if state is State.RESCHEDULING and Owed.SLOTS in fold.due:
        return View(state, Turn.USER)
    return View(state, _TURN.get(state, Turn.NOBODY))


def _shown(fold: Fold, now: datetime) -> State | None:
    """What stands above the dates: the person's own choice, an end, death, and what is due."""
    if fold.ignored:
        return State.IGNORED
    dead = dead_since(fold)
    is_dead = dead is not None and now >= dead
    if fold.end is not None:
        asked = fold.end is State.REJECTED and Owed.ASK in fold.due and not is_dead
        return State.OWE_REPLY if asked else fold.end
    if is_dead:
        return State.CLOSED_PRESUMED
    due = fold.due
    asked_again = Owed.SLOTS in due and due[Owed.SLOTS].again
    invited = open_due(fold, Owed.INVITE, *(() if asked_again else (Owed.SLOTS,)))
    offered = open_due(fold, Owed.OFFER)
    if invited and (offered is None or invited >= offered):
        return State.INVITED
    if offered:
        return State.OFFER
    if asked_again:
        return State.RESCHEDULING
    if Owed.TASK in due:
        return State.TASK_DUE
    return State.OWE_REPLY if Owed.ASK in due else None


def _scheduled_or_base(fold: Fold, now: datetime) -> State:
    if fold.ahead(now, fixed=True):
        return State.SCHEDULED
    if Owed.LEAD in fold.due:
        return State.LEAD
    if fold.base in (State.AWAITING, State.RESCHEDULING, State.APPLIED):
        return _through_the_clock(fold, now)
    return fold.base


def _through_the_clock(fold: Fold, now: datetime) -> State:
    """AWAITING, RESCHEDULING and APPLIED as silence grows (rules R2-R5, Q9)."""
    ripe = ripening(fold)
    if ripe.clause is not None:
        if now >= ripe.clause:
            return State.CLOSED_PRESUMED
        return State.FOLLOWED_UP if _asked(fold) else fold.base
    if fold.base is State.APPLIED or ripe.one_week is None:
        return fold.base
    if ripe.closed is not None and now >= ripe.closed:
        return State.CLOSED_PRESUMED
    if ripe.two_weeks is not None and now >= ripe.two_weeks:
        return State.QUIET_2W
    if _asked(fold):
        return State.FOLLOWED_UP
    return State.QUIET_1W if now >= ripe.one_week else fold.base


def _asked(fold: Fold) -> bool:
    return fold.base is not State.APPLIED and fold.pending_ask() is not None
