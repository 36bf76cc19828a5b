"""The article's rules: (fold, now) -> flag, draft and notice (docs/rules.md sections 1 and 1.2).

POLICY is the whole etiquette, in order: the first row that applies gives the flag and the notice. What may be
drafted follows from the same row. `assess` is the one answer that simulate, status, scan and the daemon share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.calendar import Window, next_notice, thank_you_day
from watcher.core.fold import Due, Fold, Owed, settle
from watcher.core.model import DraftKind, Event, Flag, Occasion, Setting, Situation, State, Turn
from watcher.core.state import View, run, view
from watcher.core.timers import dead_since, feedback_until, ripening, thanks_window

#: A letter is drafted when an invitation or question has been unanswered this long (section 1.2).
NUDGE = timedelta(hours=24)
SOON = timedelta(hours=24)
#: More turns of time than any process takes.
_MOST_TURNS = 50
#: Reminders beside the notice of the flag (section 1.2).
OFFER_REMINDER = timedelta(hours=48)
TASK_REMINDER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a policy looks at."""

    fold: Fold
    view: View
    now: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """What a policy calls for: since when its flag holds, the letter that fits, and when to tell (None: not
    at all). `tell` and `since` differ where a flag is shown at once and its notice waits."""

    since: datetime
    draft: DraftKind = DraftKind.NONE
    tell: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A row: `call` gives None when the row does not apply; `window` says when its notice may appear."""

    flag: Flag
    call: Callable[[Moment], Call | None]
    window: Window = Window.ASK


# --------------------------------------------------------------------------- the rows


def _offer(moment: Moment) -> Call | None:
    if moment.view.state is not State.OFFER:
        return None
    at = moment.fold.due[Owed.OFFER].at
    draft = DraftKind.NONE if moment.fold.acknowledged else DraftKind.OFFER_ACK
    return Call(at, draft, at)


def _owe_reply(moment: Moment) -> Call | None:
    fold, state = moment.fold, moment.view.state
    if state is State.ACCEPTED and Owed.ASK in fold.due:  # told, but what is over gets no draft
        asked = fold.due[Owed.ASK].at
        return Call(asked, tell=asked)
    if moment.view.waiting_on is not Turn.USER:
        return None
    if state is State.INVITED and Owed.INVITE in fold.due:
        due = fold.due[Owed.INVITE]
        starts = [d.start for d in (*fold.ahead(moment.now, fixed=False), *fold.passed) if d.end > due.at]
        latest = max(due.since, min(starts) - SOON) if starts else due.since + NUDGE
        return _nudge(due, min(due.since + NUDGE, latest), DraftKind.CONFIRM, moment.now)
    owed = {
        State.INVITED: Owed.SLOTS,
        State.RESCHEDULING: Owed.SLOTS,
        State.OWE_REPLY: Owed.ASK,
    }.get(state)
    if owed is None or owed not in fold.due:
        return None
    due = fold.due[owed]
    return _nudge(due, due.since + NUDGE, DraftKind.ANSWER_SKELETON, moment.now)


def _nudge(due: Due, draft_at: datetime, draft: DraftKind, now: datetime) -> Call:
    """Told at once, however often it is asked; told again when the draft is laid."""
    if now >= draft_at:
        return Call(due.at, draft, max(due.at, draft_at))
    return Call(due.at, DraftKind.NONE, due.at)


def _task(moment: Moment) -> Call | None:
    due = _open_task(moment)
    if due is None or (due.deadline is not None and moment.now >= due.deadline):
        return None
    return Call(due.at, tell=due.at)


def _task_overdue(moment: Moment) -> Call | None:
    due = _open_task(moment)
    return Call(due.deadline or due.at, tell=due.at) if due is not None else None


def _open_task(moment: Moment) -> Due | None:
    shown = moment.view.state in (State.TASK_DUE, State.ACCEPTED)
    return moment.fold.due.get(Owed.TASK) if shown else None


def _confirm_held(moment: Moment) -> Call | None:
    fold = moment.fold
    if moment.view != View(State.AWAITING, Turn.USER) or not fold.passed:
        return None
    date = max(fold.passed, key=lambda d: d.end)
    next_day = thank_you_day(date.end, fold.setting.zone, fold.setting.country)
    return Call(date.end, tell=max(next_day, date.at))


def _lead(moment: Moment) -> Call | None:
    if moment.view.state is not State.LEAD:
        return None
    at = moment.fold.due[Owed.LEAD].at
    return Call(at, tell=at)


def _rejected(moment: Moment) -> Call | None:
    fold = moment.fold
    if moment.view.state is not State.REJECTED or fold.end_at is None:
        return None
    fits = (
        bool(fold.held)
        and not fold.feedback_asked
        and not fold.no_feedback
        and moment.now < feedback_until(fold, fold.end_at)
    )
    draft = DraftKind.FEEDBACK_REQUEST if fits else DraftKind.NONE
    return Call(fold.end_at, draft, fold.end_at)


def _quiet_2w(moment: Moment) -> Call | None:
    ripe = ripening(moment.fold)
    if moment.view.state is not State.QUIET_2W or ripe.two_weeks is None:
        return None
    fold = moment.fold
    closed = any(fold.round_start is None or at > fold.round_start for at in fold.closings)
    if not fold.asked_in_round():
        draft = DraftKind.FOLLOW_UP_LATE
    else:
        draft = DraftKind.NONE if closed else DraftKind.CLOSING
    return Call(ripe.two_weeks, draft, ripe.two_weeks)


def _promise_passed(moment: Moment) -> Call | None:
    ripe = ripening(moment.fold)
    if moment.view.state is not State.QUIET_1W or not ripe.promise_broken or ripe.one_week is None:
        return None
    return Call(ripe.one_week, _follow_up(moment.fold), ripe.one_week)


def _quiet_1w(moment: Moment) -> Call | None:
    ripe = ripening(moment.fold)
    if moment.view.state is not State.QUIET_1W or ripe.one_week is None:
        return None
    draft = _follow_up(moment.fold)
    # Nothing can be done when the ask is spent: shown in the list, told to nobody (rule Q5).
    return Call(ripe.one_week, draft, ripe.one_week if draft is not DraftKind.NONE else None)


def _follow_up(fold: Fold) -> DraftKind:
    """The one ask, if it is still to be had (rule R3)."""
    return DraftKind.NONE if fold.asked_in_round() else DraftKind.FOLLOW_UP


def _thank_you(moment: Moment) -> Call | None:
    window = thanks_window(moment.fold)
    if moment.view != View(State.AWAITING, Turn.EMPLOYER) or window is None:
        return None
    opens, expires = window
    if not opens <= moment.now < expires:
        return None
    return Call(opens, DraftKind.THANK_YOU, opens)


def _suspect(moment: Moment) -> Call | None:
    return _beside(moment, moment.fold.suspect)


def _review(moment: Moment) -> Call | None:
    return _beside(moment, moment.fold.review)


def _beside(moment: Moment, at: datetime | None) -> Call | None:
    """A warning stands beside the state. A process that has closed by itself since closes without a word."""
    state = moment.view.state
    closed_since = state is State.CLOSED_PRESUMED and at and view(moment.fold, at).state is not state
    return Call(at) if at is not None and state is not State.IGNORED and not closed_since else None


POLICY: tuple[Policy, ...] = (
    Policy(Flag.OFFER_PENDING, _offer, Window.URGENT),
    Policy(Flag.OWE_REPLY, _owe_reply, Window.URGENT),
    Policy(Flag.TASK_DUE, _task, Window.URGENT),
    Policy(Flag.TASK_OVERDUE, _task_overdue, Window.URGENT),
    Policy(Flag.CONFIRM_HELD, _confirm_held, Window.THANKS),
    Policy(Flag.LEAD, _lead),
    Policy(Flag.REJECTED, _rejected),
    Policy(Flag.QUIET_2W, _quiet_2w),
    Policy(Flag.PROMISE_PASSED, _promise_passed),
    Policy(Flag.QUIET_1W, _quiet_1w),
    Policy(Flag.THANK_YOU_DUE, _thank_you, Window.THANKS),
    Policy(Flag.SUSPECT, _suspect),
    Policy(Flag.REVIEW, _review),
)

_ENDED = (State.IGNORED, State.CLOSED_PRESUMED, State.NONE)


def _soon(moment: Moment) -> Call | None:
    """A fixed date within 24 hours always wins the flag (section 2)."""
    ahead = [d for d in moment.fold.ahead(moment.now, fixed=True) if d.start > moment.now]
    if not ahead or moment.fold.end is not None or moment.view.state in _ENDED:
        return None
    opens = ahead[0].start - SOON
    if moment.now < opens:
        return None
    told = max(opens, ahead[0].at)
    return Call(told, tell=told)


#: When the notice of a flag may appear (rule Q5).
WINDOWS: Mapping[Flag, Window] = {
    Flag.INTERVIEW_SOON: Window.URGENT,
    **{policy.flag: policy.window for policy in POLICY},
}


# --------------------------------------------------------------------------- the answer


def assess(events: Iterable[Event], setting: Setting, now: datetime) -> Situation:
    """Where the process of `events` stands at `now` (aware), and what that calls for. The same for any order
    of the events; everything after `now` is ignored."""
    return situation(run(events, setting, now), now)


def situation(fold: Fold, now: datetime, *, look_ahead: bool = True) -> Situation:
    """The situation of a fold that has been settled at `now`."""
    moment = Moment(fold, view(fold, now), now)
    flag, call = next(
        ((policy.flag, call) for policy in POLICY if (call := policy.call(moment)) is not None),
        (Flag.NONE, None),
    )
    draft = call.draft if call is not None and fold.setting.repliable else DraftKind.NONE
    soon = _soon(moment)
    if soon is not None:
        flag, call = Flag.INTERVIEW_SOON, soon
    answer = Situation(
        state=moment.view.state,
        waiting_on=moment.view.waiting_on,
        flag=flag,
        draft=draft,
        notify=_notice_time(call, WINDOWS.get(flag, Window.ASK), fold),
        since=call.since if call is not None else None,
        anchor=fold.anchor,
        interview=_interview(fold, now, "start"),
        held=bool(fold.held),
        round=fold.rounds,
        occasion=_occasion(fold),
        deadline=_deadline(fold, moment.view.state),
        snoozed_until=fold.snooze if fold.snooze is not None and fold.snooze > now else None,
        interview_end=_interview(fold, now, "end"),
    )
    return _with_next(answer, fold, now) if look_ahead else answer


def _notice_time(call: Call | None, window: Window, fold: Fold) -> datetime | None:
    """When the notice may first be shown, in the person's zone (rule Q5)."""
    return None if call is None or call.tell is None else notice_time(call.tell, window, fold)


def notice_time(wish: datetime, window: Window, fold: Fold) -> datetime:
    """The first moment from `wish` on when a notice of `window` may appear; a snooze only moves it later."""
    setting = fold.setting
    hours = setting.urgent_hours if window is Window.URGENT else setting.notice_hours
    if fold.snooze is not None:
        wish = max(wish, fold.snooze)
    return next_notice(wish, window, setting.user_zone or setting.zone, setting.country, hours)


def _interview(fold: Fold, now: datetime, edge: str) -> datetime | None:
    """The start or end of the next interview, else of the last one."""
    one = fold.ahead(now)[:1] or fold.passed[-1:] or fold.held[-1:]
    moment: datetime | None = getattr(one[0], edge) if one else None
    return moment


def _occasion(fold: Fold) -> Occasion:
    """What a follow-up may truthfully refer to; never an interview that was not held (section 4.2)."""
    if fold.base is State.RESCHEDULING:
        return Occasion.NEW_DATE
    if fold.occasion is Occasion.RESULT and not fold.held:
        return Occasion.CONTACT
    return fold.occasion


def _deadline(fold: Fold, state: State) -> datetime | None:
    owed = Owed.OFFER if state is State.OFFER else Owed.TASK
    return fold.due[owed].deadline if owed in fold.due else None


@dataclass(frozen=True, slots=True)
class Reminder:
    """A further notice beside that of the flag."""

    topic: str
    at: datetime
    deadline: datetime


def reminders(fold: Fold, now: datetime) -> tuple[Reminder, ...]:
    """48 h before an offer's deadline, 24 h before a test's (section 1.2)."""
    found = []
    for owed, before in ((Owed.OFFER, OFFER_REMINDER), (Owed.TASK, TASK_REMINDER)):
        due = fold.due.get(owed)
        if due is None or due.deadline is None or due.deadline <= now or fold.ignored:
            continue
        if due.deadline - before > due.at:
            at = notice_time(due.deadline - before, Window.URGENT, fold)
            found.append(Reminder(f"{owed.value}_deadline", at, due.deadline))
    return tuple(found)


def _with_next(answer: Situation, fold: Fold, now: datetime) -> Situation:
    """Add when the situation changes by time alone, and to what."""
    from_ = (answer.state, answer.waiting_on, answer.flag, answer.draft)
    for _ in range(_MOST_TURNS):
        points = turning_points(fold, now)
        if not points:
            break
        now = min(points)
        fold = settle(fold, now)
        later = situation(fold, now, look_ahead=False)
        if (later.state, later.waiting_on, later.flag, later.draft) != from_:
            changed_flag = later.flag is not answer.flag and later.flag is not Flag.NONE
            what = later.flag.value if changed_flag else later.state.value
            return replace(answer, next_at=now, next_what=what)
    return answer


def turning_points(fold: Fold, now: datetime) -> list[datetime]:
    """The moments after `now` at which time alone may change something about its situation."""
    ripe = ripening(fold)
    points = [ripe.one_week, ripe.two_weeks, ripe.closed, ripe.clause, dead_since(fold), fold.snooze]
    points += thanks_window(fold) or ()
    for date in fold.dates:
        points += [date.start - SOON, date.start, date.end]
    for due in fold.due.values():
        points += [due.since + NUDGE, due.deadline]
    if fold.end_at is not None:
        points.append(feedback_until(fold, fold.end_at))
    return [point for point in points if point is not None and point > now]
