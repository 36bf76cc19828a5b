"""What the fold remembers of a process, and the steps that change it.

Rule 1: everything that moves a process is one row of the tables in `state.py`, a list of steps from here and
its siblings.
Rule 2: a step looks at the event and at what is remembered, never at the clock.
Rule 3: nothing that is open is lost because something else came in; a step closes only what it answers.

The words (docs/rules.md section 2): a *date* is an appointment, open (waits for a yes) or fixed. What the
person owes is *due*. *Base* is where the process rests when nothing is due. A *round* starts when an interview
has ended; *anchor* is since when it has been quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from watcher.core.calendar import at_local
from watcher.core.model import Event, Kind, Occasion, Setting, State

#: An interview without a known end lasts this long (rule Q1).
USUAL_LENGTH = timedelta(minutes=60)
#: Two announcements this close mean the same interview (rule G2).
SAME_START = timedelta(minutes=15)
#: A new date this soon after the end means the interview did not take place (rule 2.4, no-show).
NO_SHOW = timedelta(days=3)
#: Leave notices further ahead than this are not believed (rule Q7).
LONGEST_LEAVE = timedelta(days=60)
#: The last minute of the day a silence clause names (rule Q9).
CLAUSE_ENDS = time(23, 59)


class Owed(StrEnum):
    """What the person may owe."""

    INVITE = "invite"  # a yes to a date
    SLOTS = "slots"  # a choice of times
    ASK = "ask"
    TASK = "task"
    OFFER = "offer"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Due:
    """Something the person owes: last asked for at `at`, open without a break since `since`. `again`: the slots
    replace a date that fell through."""

    at: datetime
    since: datetime
    deadline: datetime | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Date:
    """An appointment. `fixed` = both sides know it will take place."""

    start: datetime
    end: datetime
    at: datetime  # when it was announced or fixed
    fixed: bool = False
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An interview that took place, and the start of the round before it (to undo a no-show)."""

    start: datetime
    end: datetime
    before: datetime | None


@dataclass(frozen=True, slots=True)
class Own:
    """A mail of the person: `ask` when it spent the one follow-up."""

    id: str
    kind: Kind
    at: datetime
    ask: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Everything remembered of a process."""

    setting: Setting
    dates: tuple[Date, ...] = ()
    passed: tuple[Date, ...] = ()  # open dates whose hour has gone by: did they take place?
    due: Mapping[Owed, Due] = field(default_factory=dict)
    base: State = State.NONE
    end: State | None = None
    end_at: datetime | None = None
    ignored: bool = False
    # the round
    round_start: datetime | None = None
    rounds: int = 0
    held: tuple[Held, ...] = ()
    in_round: Held | None = None  # the interview this round waits on
    anchor: datetime | None = None
    occasion: Occasion = Occasion.CONTACT
    asks: tuple[datetime, ...] = ()
    promise: datetime | None = None
    silence: datetime | None = None  # "no word by then means no"
    silence_of_receipt: bool = False
    ask_from: datetime | None = None
    back: datetime | None = None
    # the whole process
    news: tuple[datetime, ...] = ()  # substantive employer mail
    own: tuple[Own, ...] = ()
    changes: tuple[str, ...] = ()  # Message-IDs of the mails that moved or dropped a date
    closings: tuple[datetime, ...] = ()
    feedback_asked: bool = False
    no_feedback: bool = False
    acknowledged: bool = False  # any own mail since the offer
    last: datetime | None = None  # newest thing that happened
    review: datetime | None = None
    suspect: datetime | None = None
    snooze: datetime | None = None

    def ahead(self, moment: datetime, *, fixed: bool | None = None) -> tuple[Date, ...]:
        """The dates that have not ended at `moment`, the next one first."""
        dates = (d for d in self.dates if d.end > moment and fixed in (None, d.fixed))
        return tuple(sorted(dates, key=lambda d: d.start))

    def asked_in_round(self) -> tuple[datetime, ...]:
        """The asks that count against this round (rules R3, Q13)."""
        return tuple(at for at in self.asks if self.round_start is None or at > self.round_start)

    def pending_ask(self) -> datetime | None:
        """The ask that has had no answer yet."""
        unanswered = [at for at in self.asked_in_round() if self.anchor is None or at >= self.anchor]
        return max(unanswered, default=None)


Step = Callable[[Fold, Event], Fold]


# --------------------------------------------------------------------------- time passing


def settle(fold: Fold, moment: datetime) -> Fold:
    """Let the interviews that have ended by `moment` take place: fixed ones were held (rule Q12), open ones
    wait for the person's word."""
    for date in sorted(fold.dates, key=lambda d: d.end):
        if date.end > moment:
            continue
        fold = replace(fold, dates=tuple(d for d in fold.dates if d is not date))
        fold = hold_interview(fold, date) if date.fixed else replace(fold, passed=(*fold.passed, date))
        fold = drop_idle_invite(fold, moment)
    asked = fold.due.get(Owed.ASK)
    if asked is not None and asked.deadline is not None and asked.deadline <= moment:
        fold = close(fold, Owed.ASK)  # it was about a date that has passed
    return fold


def hold_interview(fold: Fold, date: Date) -> Fold:
    """An interview took place: a new waiting period begins (rule Q13). Never moves the anchor back (Q1)."""
    held = Held(date.start, date.end, fold.round_start)
    later = fold.anchor is None or date.end >= fold.anchor
    return replace(
        fold,
        held=(*fold.held, held),
        in_round=held,
        round_start=date.end,
        rounds=fold.rounds + 1,
        base=State.AWAITING,
        anchor=date.end if later else fold.anchor,
        occasion=Occasion.RESULT if later else fold.occasion,
        promise=_still_ahead(fold.promise, date.end),
        ask_from=_still_ahead(fold.ask_from, date.end),
        silence=None,
        passed=(),
        due={key: due for key, due in fold.due.items() if key is not Owed.LEAD},
    )


def _still_ahead(deadline: datetime | None, end: datetime) -> datetime | None:
    """A promise made before the interview holds unless its day was over when the interview ended."""
    if deadline is None or end.astimezone(deadline.tzinfo).date() > deadline.date():
        return None
    return deadline


def undo_held(fold: Fold) -> Fold:
    """The last interview did not take place after all."""
    if fold.in_round is None:
        return fold
    return replace(fold, held=fold.held[:-1], in_round=None, round_start=fold.in_round.before)


# --------------------------------------------------------------------------- small moves


def close(fold: Fold, *owed: Owed) -> Fold:
    """Drop what is no longer owed."""
    return replace(fold, due={key: due for key, due in fold.due.items() if key not in owed})


def drop_idle_invite(fold: Fold, moment: datetime) -> Fold:
    """No yes is owed any more when no open date is ahead."""
    return fold if fold.ahead(moment, fixed=False) else close(fold, Owed.INVITE)


def owe(
    fold: Fold, owed: Owed, event: Event, *, deadline: datetime | None = None, again: bool = False
) -> Fold:
    """The person owes `owed`. A reminder that names no deadline leaves the one that is known."""
    before = fold.due.get(owed)
    tasks = owed is not Owed.ASK  # a new question has nothing to do with an older one's date
    if tasks and before is not None and before.deadline is not None and before.deadline > event.at:
        deadline = deadline or before.deadline
    since = before.since if before is not None else event.at
    return replace(fold, due={**fold.due, owed: Due(event.at, since, deadline, again)})


def move_anchor(fold: Fold, moment: datetime, occasion: Occasion | None = None) -> Fold:
    """Quiet since `moment` now; never backwards (rule Q1)."""
    if fold.anchor is not None and moment < fold.anchor:
        return fold
    return replace(fold, anchor=moment, occasion=occasion or fold.occasion)


def date_of(event: Event, setting: Setting, *, fixed: bool) -> Date | None:
    """The appointment an event announces. Unknown end: 60 minutes; only a day known: 17:00 (rule Q1)."""
    details = event.details
    if details.start is None:
        return None
    start = details.start
    if details.day_only:
        end = at_local(start.date(), time(17), setting.zone)
    else:
        end = details.end if details.end and details.end > start else start + USUAL_LENGTH
    return Date(start, end, event.at, fixed, details.calendar_uid)


def same_interview(a: Date, b: Date) -> bool:
    """True when both are one appointment: the same hour, or the same calendar entry at another hour."""
    return same_hour(a.start, b.start) or bool(a.uid and a.uid == b.uid)


def same_hour(a: datetime, b: datetime) -> bool:
    """True when two announcements mean one hour (rule G2)."""
    return abs(a - b) <= SAME_START


def on_its_day(deadline: datetime, moment: datetime) -> bool:
    """True on the day of `deadline`, as the mail that named it counts days, and after it."""
    return moment.astimezone(deadline.tzinfo).date() >= deadline.date()


def clause_end(fold: Fold) -> datetime | None:
    """When "no word by then means no" comes true: the last minute of the day it names (rule Q9)."""
    if fold.silence is None:
        return None
    return at_local(fold.silence.date(), CLAUSE_ENDS, fold.setting.zone)


def finish(fold: Fold, end: State, event: Event) -> Fold:
    """A decision: no date is ahead any more, and nothing due but what came with the job (rule G4)."""
    offer, task = fold.due.get(Owed.OFFER), fold.due.get(Owed.TASK)
    of_the_job = end is State.ACCEPTED and offer is not None and task is not None and task.at >= offer.at
    due = {Owed.TASK: task} if of_the_job and task is not None else {}
    return replace(fold, end=end, end_at=event.at, due=due, dates=(), passed=(), silence=None)
