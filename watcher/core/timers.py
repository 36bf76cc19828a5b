"""When silence ripens: the moments that follow from a fold by time alone (rules R2-R5, Q4, Q7, Q9, Q17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from watcher.core.calendar import add_days, after_deadline, at_local, thank_you_day
from watcher.core.fold import Fold, Owed, clause_end
from watcher.core.model import State

WEEK, TWO_WEEKS, MONTH = 7, 14, 30
#: The thank-you draft is withdrawn this many counted days after the interview, at THANKS_EXPIRE (rule R1).
THANKS_DAYS = 4
THANKS_EXPIRE = time(17)
#: So long one may ask for feedback (section 1.2).
FEEDBACK_DAYS = 14
#: Nothing for so many days: presumed closed (rule Q17).
DEAD = 60


@dataclass(frozen=True, slots=True)
class Ripening:
    """When the silence since the anchor becomes one week, two weeks, and presumed closed. `never_before` a
    silence clause has run out nothing ripens, and then the process closes."""

    one_week: datetime | None = None
    two_weeks: datetime | None = None
    closed: datetime | None = None
    clause: datetime | None = None
    promise_broken: bool = False  # the first week waited for a promise that is now broken


def ripening(fold: Fold) -> Ripening:
    """The moments of the silence since the anchor of `fold`."""
    zone, country = fold.setting.zone, fold.setting.country
    clause = clause_end(fold)
    if fold.anchor is None:
        return Ripening(clause=clause)

    def counted(start: datetime, days: int) -> datetime:
        return add_days(start, days, zone, country, pause=fold.setting.pause_holidays)

    pending = fold.pending_ask()
    one_week, two_weeks = counted(fold.anchor, WEEK), counted(fold.anchor, TWO_WEEKS)
    closed = counted(pending, TWO_WEEKS) if pending else counted(fold.anchor, MONTH)
    asks = fold.asked_in_round()
    if asks:  # the closing note waits a week after the ask (rule Q11)
        two_weeks = max(two_weeks, counted(max(asks), WEEK))
    if fold.ask_from is not None:  # the only exception to R2: the employer asked to be asked
        one_week = after_deadline(fold.ask_from, zone, country)
        two_weeks = max(two_weeks, counted(one_week, WEEK))
    for wait in (fold.promise, fold.back):
        if wait is None:
            continue
        over = after_deadline(wait, zone, country)
        one_week = max(one_week, over)
        two_weeks = max(two_weeks, counted(over, WEEK))
        closed = max(closed, counted(over, TWO_WEEKS if pending else MONTH - WEEK))
    return Ripening(one_week, two_weeks, max(closed, two_weeks), clause, fold.promise is not None)


def thanks_window(fold: Fold) -> tuple[datetime, datetime] | None:
    """From when until when a thank-you for the interview of this round is due; None when nobody is owed one:
    no interview, the person wrote since, the employer wrote since (rule R1)."""
    if fold.in_round is None:
        return None
    end = fold.in_round.end
    wrote = any(own.at > end for own in fold.own) or any(at > end for at in fold.asks)
    if wrote or any(at > end for at in fold.news):
        return None
    zone, country = fold.setting.zone, fold.setting.country
    expires_on = add_days(end, THANKS_DAYS, zone, country, pause=fold.setting.pause_holidays)
    return (
        thank_you_day(end, zone, country),
        at_local(expires_on.date(), THANKS_EXPIRE, zone),
    )


def feedback_until(fold: Fold, rejected: datetime) -> datetime:
    """Until when one may ask for feedback after a rejection (section 1.2)."""
    return add_days(rejected, FEEDBACK_DAYS, fold.setting.zone, pause=False)


def dead_since(fold: Fold) -> datetime | None:
    """When nothing has happened for DEAD days and nothing dated is ahead (rule Q17); None: it cannot die."""
    happened = [fold.last, *(held.end for held in fold.held), *(date.end for date in fold.passed)]
    ahead = [date.end for date in fold.dates]
    ahead += [due.deadline for due in fold.due.values() if due.deadline is not None]
    ahead += [moment for moment in (fold.promise, fold.silence, fold.ask_from) if moment is not None]
    moments = [moment for moment in happened if moment is not None]
    if not moments or (fold.base is State.NONE and not fold.due and not fold.passed):
        return None
    waits = fold.promise or fold.back or fold.ask_from
    if waits and not fold.due and fold.base in (State.AWAITING, State.RESCHEDULING):
        ahead += [at for at in (ripening(fold).closed,) if at is not None]  # first it may be asked about
    return max([add_days(max(moments), DEAD, fold.setting.zone, pause=False), *ahead])


def open_due(fold: Fold, *owed: Owed) -> datetime | None:
    """Since when the newest of `owed` is open; None when none is."""
    return max((fold.due[key].at for key in owed if key in fold.due), default=None)
