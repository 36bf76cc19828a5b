"""The steps of the person's own mail and marks (docs/rules.md Q2, Q10, Q13 and 2.2).

Own mail is hard to tell apart, so the default is the careful one: any mail to a dated invitation fixes the
date, any mail into a silence of a week is the one ask.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from watcher.core.calendar import add_days
from watcher.core.fold import (
    Date,
    Fold,
    Owed,
    Own,
    Step,
    clause_end,
    close,
    date_of,
    drop_idle_invite,
    finish,
    hold_interview,
    move_anchor,
    same_interview,
    settle,
    undo_held,
)
from watcher.core.model import Event, Occasion, State
from watcher.core.timers import open_due

#: A mail into a silence this long (counted days) is the ask, however it is worded (rule Q2 c).
SILENCE_DAYS = 7
LONGEST_SNOOZE = timedelta(days=366)

WAITING = (State.AWAITING, State.RESCHEDULING, State.ON_HOLD, State.CLOSED_PRESUMED)


# --------------------------------------------------------------------------- own mail


def write(fold: Fold, event: Event) -> Fold:
    """Remember that the person wrote; an offer is acknowledged by any mail."""
    own = (*fold.own, Own(event.id, event.kind, event.at))
    return replace(fold, own=own, acknowledged=True)


def say_yes(fold: Fold, event: Event) -> Fold:
    """Any own mail to a dated invitation fixes the date, also one whose hour has just passed (rule Q2 a)."""
    ahead = fold.ahead(event.at, fixed=False)
    if ahead:
        fixed = tuple(replace(d, fixed=True, at=event.at) if d in ahead else d for d in fold.dates)
        return close(replace(fold, dates=fixed), Owed.INVITE)
    if fold.passed:
        taken_place = tuple(replace(date, fixed=True) for date in fold.passed)
        return settle(replace(fold, dates=(*fold.dates, *taken_place), passed=()), event.at)
    return fold


def answer(fold: Fold, event: Event) -> Fold:
    """Any own mail but a pure thank-you answers what is open, or hands the ball over, or - into a silence of a
    week - is the ask."""
    if fold.end is not None:
        return close(fold, Owed.ASK)
    was_asked = fold.due.keys() & {Owed.ASK, Owed.SLOTS, Owed.INVITE, Owed.LEAD}
    picked = Owed.SLOTS in fold.due and Owed.INVITE not in fold.due and not fold.passed
    again = picked and fold.due[Owed.SLOTS].again
    fold = close(say_yes(fold, event), Owed.ASK, Owed.SLOTS, Owed.LEAD)
    if fold.base is State.NONE:
        return replace(fold, base=State.APPLIED if not was_asked else State.AWAITING)
    if fold.base is State.APPLIED and not was_asked:
        return fold
    if picked:
        base = State.RESCHEDULING if again else State.AWAITING
        return move_anchor(replace(fold, base=base), event.at, Occasion.SLOT)
    if was_asked or not _into_silence(fold, event):
        return hand_over(fold, event)
    return spend_ask(fold, event)


def hand_over(fold: Fold, event: Event) -> Fold:
    """The ball is with the employer since this mail (rule Q1)."""
    if fold.base in (State.ON_HOLD, State.CLOSED_PRESUMED):
        return fold
    return move_anchor(fold, event.at)


def _into_silence(fold: Fold, event: Event) -> bool:
    """True when the employer has been silent for a week, or an earlier ask has no answer yet."""
    if fold.base not in WAITING or fold.due or fold.ahead(event.at) or fold.anchor is None:
        return False
    if fold.base is State.CLOSED_PRESUMED or fold.pending_ask() is not None:
        return True
    setting = fold.setting
    week = add_days(fold.anchor, SILENCE_DAYS, setting.zone, setting.country, pause=setting.pause_holidays)
    return event.at >= week


def spend_ask(fold: Fold, event: Event) -> Fold:
    """The one ask of this round is spent (rule R3); a process that rested waits for its answer."""
    if fold.base in (State.ON_HOLD, State.CLOSED_PRESUMED):
        fold = replace(fold, base=State.AWAITING)
    over = clause_end(fold)
    if over is not None and event.at > over:
        fold = replace(fold, silence=None)
    return count_ask(fold, event)


def count_ask(fold: Fold, event: Event) -> Fold:
    """An ask is an ask in whatever state it was made; only a new round gives another (rules R3, Q13)."""
    own = tuple(replace(o, ask=True) if (o.id, o.at) == (event.id, event.at) else o for o in fold.own)
    return replace(fold, asks=(*fold.asks, event.at), own=own)


def follow_up(fold: Fold, event: Event) -> Fold:
    """The person asks for news. A dated invitation takes it as a yes; an application stays one (Q2 d)."""
    if fold.end is not None:
        return count_ask(close(fold, Owed.ASK), event)
    if fold.base is State.NONE and not fold.due:
        return count_ask(replace(fold, base=State.APPLIED), event)
    fold = close(say_yes(fold, event), Owed.ASK, Owed.SLOTS, Owed.LEAD)
    if fold.base is State.NONE:
        fold = replace(fold, base=State.AWAITING)
    return spend_ask(fold, event)


def accept(fold: Fold, event: Event) -> Fold:
    """A yes: to the offer where that is the newest thing open, else an answer."""
    offered, invited = open_due(fold, Owed.OFFER), open_due(fold, Owed.INVITE, Owed.SLOTS)
    if offered and not (invited and invited > offered):
        return finish(fold, State.ACCEPTED, event)
    return answer(fold, event)


def thank(fold: Fold, event: Event) -> Fold:
    """A pure thank-you: a yes to a dated invitation, no answer to a question (S117), no ask."""
    return say_yes(fold, event) if fold.end is None else fold


def hand_in(fold: Fold, event: Event) -> Fold:
    """The test is handed in."""
    had_task = Owed.TASK in fold.due
    fold = close(fold, Owed.TASK)
    if not had_task or fold.end is not None:
        return answer(fold, event)
    fold = close(say_yes(fold, event), Owed.ASK, Owed.LEAD)
    if fold.base in (State.NONE, State.APPLIED):
        fold = replace(fold, base=State.AWAITING)
    return move_anchor(fold, event.at, Occasion.TEST)


def close_politely(fold: Fold, event: Event) -> Fold:
    """The closing note ends the waiting."""
    fold = replace(close(fold, Owed.ASK), closings=(*fold.closings, event.at))
    if fold.end is not None or fold.base not in WAITING or fold.ahead(event.at) or fold.due:
        return fold
    return replace(fold, base=State.CLOSED_PRESUMED, passed=())


def ask_feedback(fold: Fold, event: Event) -> Fold:
    """The feedback request, once per process; it never counts as the ask."""
    fold = replace(close(fold, Owed.ASK), feedback_asked=True)
    return hand_over(fold, event) if fold.end is None and fold.base in WAITING else fold


def ask_to_move(fold: Fold, event: Event) -> Fold:
    """The person asks for another time: the date ahead, or the one that passed without a yes, is gone; a new
    one is expected."""
    if fold.end is not None:
        return fold
    open_matters = fold.due.keys() & {Owed.INVITE, Owed.SLOTS, Owed.ASK}
    if not (fold.ahead(event.at) or fold.passed or open_matters):
        waits = fold.base in WAITING and not _into_silence(fold, event)
        return hand_over(fold, event) if waits else fold
    fold = close(replace(fold, dates=(), passed=(), base=State.RESCHEDULING), *open_matters)
    return move_anchor(fold, event.at, Occasion.NEW_DATE)


def decline(fold: Fold, event: Event) -> Fold:
    """A no to the offer, else to the process."""
    if Owed.OFFER in fold.due:
        return finish(fold, State.DECLINED, event)
    return withdraw(fold, event)


def withdraw(fold: Fold, event: Event) -> Fold:
    """The person leaves the process; where there is none, or it is over, there is nothing to leave."""
    over = (State.REJECTED, State.DECLINED, State.WITHDRAWN)
    if fold.end in over or (fold.base is State.NONE and not fold.due and fold.end is None):
        return fold
    return finish(fold, State.WITHDRAWN, event)


# --------------------------------------------------------------------------- marks


def applied_if_new(fold: Fold, event: Event) -> Fold:
    """A mark that something was sent makes a process of what was none."""
    nothing = fold.base is State.NONE and not fold.due and fold.end is None
    return replace(fold, base=State.APPLIED) if nothing else fold


def mark_followed_up(fold: Fold, event: Event) -> Fold:
    """Asked by phone or in person: spends the ask (rule Q10). It answers an open question, nothing else."""
    waits = fold.end is None and fold.base in WAITING and not fold.ahead(event.at)
    if not waits or fold.due.keys() - {Owed.ASK}:
        return count_ask(fold, event)
    return spend_ask(close(fold, Owed.ASK), event)


def mark_answered(fold: Fold, event: Event) -> Fold:
    """Answered off-mail: the question, the choice of times, the dated invitation (= yes), the test."""
    open_matters = fold.due.keys() - {Owed.OFFER}
    if not open_matters:
        return fold
    if open_matters == {Owed.TASK}:
        return close_task(fold, event)
    if fold.end is not None:
        return close(fold, Owed.ASK, Owed.TASK)
    return answer(close(fold, Owed.TASK), event)


def close_task(fold: Fold, event: Event) -> Fold:
    """The test was handed in on its platform."""
    if Owed.TASK not in fold.due:
        return fold
    fold = close(fold, Owed.TASK)
    return move_anchor(fold, event.at, Occasion.TEST) if fold.end is None else fold


def schedule(fold: Fold, event: Event) -> Fold:
    """A date agreed by phone: fixed at once; it answers an invitation, not another question."""
    date = date_of(event, fold.setting, fixed=True)
    if date is None or fold.end is not None:
        return fold
    others = tuple(d for d in fold.dates if d.fixed and not same_interview(d, date))
    fold = close(replace(fold, dates=(*others, date), passed=()), Owed.INVITE, Owed.SLOTS, Owed.LEAD)
    resting = (State.NONE, State.APPLIED, State.ON_HOLD, State.CLOSED_PRESUMED)
    base = State.AWAITING if fold.base in resting else fold.base
    fold = replace(fold, base=base, silence=None, silence_of_receipt=False)
    return move_anchor(fold, event.at)


def mark_held(fold: Fold, event: Event) -> Fold:
    """It took place: the date that waits for this word, else the one ahead (held by now). Where no date is
    known and the person names no time either, it opens no new round and gives no ask back (rule Q13)."""
    if fold.end is not None:
        return fold
    if fold.passed:
        last = max(fold.passed, key=lambda date: date.end)
        return hold_interview(fold, last)
    ahead = fold.ahead(event.at)
    taken = Date(event.at, event.at, event.at, fixed=True)
    if ahead:
        rest = tuple(date for date in fold.dates if date is not ahead[0])
        taken = replace(taken, start=min(ahead[0].start, event.at), uid=ahead[0].uid)
        return hold_interview(drop_idle_invite(replace(fold, dates=rest), event.at), taken)
    if fold.in_round or fold.base in (State.NONE, State.ON_HOLD, State.CLOSED_PRESUMED):
        return fold
    held = hold_interview(fold, taken)
    told_when = event.made is not None and event.made != event.at
    return held if told_when else replace(held, round_start=fold.round_start)


def mark_not_held(fold: Fold, event: Event) -> Fold:
    """It did not take place - the nearest: the one just over, or the one ahead. A new date is expected."""
    ahead, past = fold.ahead(event.at), fold.in_round
    if not (ahead or past or fold.passed) or fold.end is not None or fold.base is State.ON_HOLD:
        return fold
    if fold.passed:
        fold = replace(fold, passed=())
    elif past and not (ahead and ahead[0].start - event.at < event.at - past.end):
        fold = undo_held(fold)
    else:
        fold = replace(fold, dates=tuple(date for date in fold.dates if date is not ahead[0]))
    fold = drop_idle_invite(replace(fold, base=State.RESCHEDULING), event.at)
    return move_anchor(close(fold, Owed.SLOTS, Owed.ASK), event.at, Occasion.NEW_DATE)


def ignore(fold: Fold, event: Event) -> Fold:
    """Hidden, not forgotten: the fold goes on underneath (rule G9)."""
    return replace(fold, ignored=True)


def reopen(fold: Fold, event: Event) -> Fold:
    """Back where the process really stands, with a fresh week; a closed one is the employer's turn again."""
    if fold.ignored:
        fold = replace(fold, ignored=False)
        return move_anchor(fold, event.at) if fold.end is None and fold.base in WAITING else fold
    resting = (State.ON_HOLD, State.CLOSED_PRESUMED)
    decided = fold.end is not None
    base = State.AWAITING if fold.base in resting or (decided and fold.base is State.NONE) else fold.base
    fold = replace(fold, end=None, end_at=None, base=base, silence=None)
    return move_anchor(fold, event.at) if base in WAITING else fold


def look_done(fold: Fold, event: Event) -> Fold:
    """The person has looked: `review` and `suspect` are dismissed."""
    return replace(fold, review=None, suspect=None)


def snooze(fold: Fold, event: Event) -> Fold:
    """Notices are hidden until then, a year at most; state, flag and draft stay."""
    until = event.until
    return replace(fold, snooze=min(until, event.at + LONGEST_SNOOZE) if until is not None else None)


def decide(end: State) -> Step:
    """The step that ends a process as the person says."""

    def step(fold: Fold, event: Event) -> Fold:
        return finish(fold, end, event)

    return step
