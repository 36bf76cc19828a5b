"""The steps of the employer's mail: what each may change of the fold (docs/rules.md 2.2 and 2.3)."""

from __future__ import annotations

from dataclasses import replace

from watcher.core.fold import (
    LONGEST_LEAVE,
    NO_SHOW,
    Date,
    Fold,
    Owed,
    clause_end,
    close,
    date_of,
    drop_idle_invite,
    finish,
    move_anchor,
    on_its_day,
    owe,
    same_hour,
    same_interview,
    undo_held,
)
from watcher.core.model import Event, Kind, Occasion, State


def received(fold: Fold, event: Event) -> Fold:
    """A robot's receipt: only a process that had not begun is now applied for."""
    if fold.base is State.NONE or Owed.LEAD in fold.due:
        fold = replace(close(fold, Owed.LEAD), base=State.APPLIED)
    if event.details.silence_by and fold.base is State.APPLIED:
        fold = replace(fold, silence=event.details.silence_by, silence_of_receipt=True)
    return fold


def news(fold: Fold, event: Event) -> Fold:
    """A substantive mail of the employer moves the anchor and may wake a process that rested (rule Q1)."""
    fold = _promises(replace(fold, news=(*fold.news, event.at)), event)
    occasion = Occasion.NEW_DATE if fold.base is State.RESCHEDULING else Occasion.NEWS
    return move_anchor(wake(fold, event), event.at, occasion)


def wake(fold: Fold, event: Event) -> Fold:
    """A resting process is the employer's turn again."""
    resting = (State.NONE, State.APPLIED, State.CLOSED_PRESUMED, State.ON_HOLD)
    return replace(fold, base=State.AWAITING) if fold.base in resting else fold


def _promises(fold: Fold, event: Event) -> Fold:
    """Promises and clauses of an employer mail (rules Q7, Q9)."""
    details, at = event.details, event.at
    if fold.promise and on_its_day(fold.promise, at):
        fold = replace(fold, promise=None)
    if fold.ask_from and on_its_day(fold.ask_from, at):
        fold = replace(fold, ask_from=None)
    over = clause_end(fold)
    if over is not None and (fold.silence_of_receipt or at > over):
        fold = void_clause(fold, event)
    if details.promise_by:
        fold = replace(fold, promise=details.promise_by, ask_from=None, silence=None)
    if details.ask_from:
        fold = replace(fold, ask_from=details.ask_from, promise=None, silence=None)
    if details.silence_by:
        fold = replace(fold, silence=details.silence_by, silence_of_receipt=False)
    return fold


def void_clause(fold: Fold, event: Event) -> Fold:
    """An earlier "no word by then means no" holds no more: a test or a new round began (rule Q9). The clause of
    this very mail is read later."""
    return replace(fold, silence=None, silence_of_receipt=False)


def lead(fold: Fold, event: Event) -> Fold:
    """A recruiter opens. In a process that is alive this is no event of it (rule G5)."""
    fold = replace(
        fold,
        end=None,
        base=State.AWAITING,
        round_start=event.at,
        rounds=fold.rounds + 1,
        in_round=None,
        due={},
        dates=(),
        passed=(),
        silence=None,
        promise=None,
        ask_from=None,
    )
    return move_anchor(owe(fold, Owed.LEAD, event), event.at, Occasion.CONTACT)


def invite(fold: Fold, event: Event) -> Fold:
    """An invitation: an open date, or times to choose from. The same hour announced twice is one (rule G2)."""
    date = date_of(event, fold.setting, fixed=False)
    if date is None:
        if fold.due.keys() & {Owed.SLOTS, Owed.INVITE}:
            return fold
        return owe(close(fold, Owed.LEAD), Owed.SLOTS, event)
    others = tuple(d for d in fold.dates if not same_interview(d, date))
    fold = close(replace(fold, dates=(*others, date)), Owed.LEAD, Owed.SLOTS)
    return owe(fold, Owed.INVITE, event)


def is_echo(fold: Fold, event: Event) -> bool:
    """True when an invitation or confirmation says only what is known: the same hour again, or an hour that
    is over (rules G2, Q1). A late confirmation of an hour that nobody had confirmed is news."""
    date = date_of(event, fold.setting, fixed=True)
    if date is None:
        return False
    if any(same_hour(known.start, date.start) for known in fold.dates if known.fixed):
        return True
    over = [held.start for held in fold.held]
    if event.kind is Kind.INTERVIEW_INVITATION:
        over += [passed.start for passed in fold.passed]
    return date.end <= event.at and any(same_hour(start, date.start) for start in over)


def is_late_copy(fold: Fold, event: Event) -> bool:
    """True for a calendar copy of an hour that is over, after an interview was held (rule G2)."""
    start = event.details.start
    return start is not None and start <= event.at and bool(fold.held)


def fix(fold: Fold, event: Event) -> Fold:
    """The employer fixes or moves a date: it replaces the date ahead (section 2)."""
    date = date_of(event, fold.setting, fixed=True)
    if date is None:
        fold = replace(fold, dates=tuple(replace(d, fixed=True, at=event.at) for d in fold.dates))
    else:
        fold = replace(fold, dates=(*_without_replaced(fold.dates, date), date), passed=())
    return close(drop_idle_invite(fold, event.at), Owed.SLOTS, Owed.LEAD, Owed.ASK)


def _without_replaced(dates: tuple[Date, ...], new: Date) -> tuple[Date, ...]:
    """`dates` less the one that `new` stands for: the same hour or calendar entry, else the open ones, else
    the nearest."""
    same = [d for d in dates if same_interview(d, new)]
    replaced = same or [d for d in dates if not d.fixed] or _meant(dates, new)
    return tuple(d for d in dates if d not in replaced)


def _meant(dates: tuple[Date, ...], named: Date) -> list[Date]:
    """Those of `dates` that a mail about `named` means: the same hour or calendar entry, else the nearest."""
    same = [d for d in dates if same_interview(d, named)]
    return same or sorted(dates, key=lambda d: abs(d.start - named.start))[:1]


def reschedule(fold: Fold, event: Event) -> Fold:
    """A date is moved (date given), to be chosen anew (asked), or left open (neither). Soon after the end it
    means that the interview did not take place."""
    ended = fold.in_round
    if ended is not None and ended.end <= event.at <= ended.end + NO_SHOW:
        fold = undo_held(fold)
    if event.details.start is not None:
        return fix(fold, event)
    fold = close(replace(fold, dates=(), passed=(), base=State.RESCHEDULING), Owed.INVITE, Owed.LEAD)
    fold = move_anchor(fold, event.at, Occasion.NEW_DATE)
    if event.details.ask or event.details.slots:
        return owe(fold, Owed.SLOTS, event, again=True)
    return close(fold, Owed.SLOTS)


def counts_as_cancellation(fold: Fold, event: Event) -> bool:
    """A cancellation counts only for a start later than the mail (rule G1), its own or that of a known date;
    where no date was ever known, it tells of one that was agreed elsewhere."""
    if event.details.start is not None and event.details.start <= event.at:
        return False
    if any(date.start > event.at for date in fold.dates) or Owed.SLOTS in fold.due:
        return True
    never_known = not (fold.dates or fold.passed or fold.in_round)
    return never_known and fold.base in (State.APPLIED, State.AWAITING, State.RESCHEDULING)


def cancel(fold: Fold, event: Event) -> Fold:
    """The interview ahead that the mail names is dropped, else every one; a new date is expected."""
    ahead = tuple(date for date in fold.dates if date.start > event.at)
    named = date_of(event, fold.setting, fixed=False)
    same_entry = [date for date in ahead if date.uid and date.uid == event.details.calendar_uid]
    dropped = same_entry or (ahead if named is None else _meant(ahead, named))
    fold = drop_idle_invite(replace(fold, dates=tuple(d for d in fold.dates if d not in dropped)), event.at)
    if fold.dates:
        return fold
    fold = close(replace(fold, base=State.RESCHEDULING), Owed.SLOTS, Owed.LEAD)
    return move_anchor(fold, event.at, Occasion.NEW_DATE)


def note_change(fold: Fold, event: Event) -> Fold:
    """Remember the mail: the person is told that a date moved, whatever else is due (rule Q5)."""
    return replace(fold, changes=(*fold.changes, event.id))


def ask(fold: Fold, event: Event) -> Fold:
    """The employer wants something: the person's turn (rule Q2)."""
    return owe(fold, Owed.ASK, event) if event.details.ask else fold


def task(fold: Fold, event: Event) -> Fold:
    """A test, form or medical check to do."""
    return owe(close(fold, Owed.LEAD), Owed.TASK, event, deadline=event.details.deadline)


def task_received(fold: Fold, event: Event) -> Fold:
    """ "Your test has arrived" closes the task."""
    if event.details.task_received and Owed.TASK in fold.due:
        return move_anchor(close(fold, Owed.TASK), event.at, Occasion.TEST)
    return fold


def put_on_hold(fold: Fold, event: Event) -> Fold:
    """A freeze or talent pool: nothing is asked of the person any more; a fixed date ahead stays, and so does
    the day by which this mail promises to come back."""
    if not event.details.hold:
        return fold
    fold = close(fold, Owed.INVITE, Owed.SLOTS, Owed.ASK, Owed.TASK, Owed.LEAD)
    fixed = tuple(date for date in fold.dates if date.fixed)
    return replace(
        fold,
        dates=fixed,
        passed=(),
        base=State.ON_HOLD,
        silence=None,
        promise=event.details.promise_by,
        ask_from=None,
    )


def offer(fold: Fold, event: Event) -> Fold:
    """An offer ends the waiting."""
    fold = replace(fold, end=None, end_at=None, acknowledged=False)
    return owe(fold, Owed.OFFER, event, deadline=event.details.deadline)


def reject(fold: Fold, event: Event) -> Fold:
    """The employer ended it."""
    fold = finish(fold, State.REJECTED, event)
    return replace(fold, no_feedback=event.details.no_feedback)


def leave(fold: Fold, event: Event) -> Fold:
    """An auto-reply's leave notice; the latest one counts, at most 60 days ahead (rule Q7)."""
    back = event.details.back
    if back is None or not event.at < back <= event.at + LONGEST_LEAVE:
        return fold
    return replace(fold, back=back)


def bounce(fold: Fold, event: Event) -> Fold:
    """The person's mail came back. If it was the ask, the ask is unspent; anything else asks for review. No
    decision is undone."""
    of = event.details.bounced
    named = [own for own in fold.own if of in (own.id, own.kind.value)] if of else list(fold.own)
    if not named:
        return replace(fold, review=event.at)
    returned = named[-1]
    if returned.ask and returned.at in fold.asks:
        spent = fold.asks.index(returned.at)
        return replace(fold, asks=(*fold.asks[:spent], *fold.asks[spent + 1 :]))
    return replace(fold, review=event.at)


def look(fold: Fold, event: Event) -> Fold:
    """Something a person should look at."""
    return replace(fold, review=event.at)


def ask_about_date(fold: Fold, event: Event) -> Fold:
    """A moved date that the person is asked to confirm; once it has passed there is nothing to confirm."""
    date = date_of(event, fold.setting, fixed=True)
    if date is None or not event.details.ask:
        return fold
    return owe(fold, Owed.ASK, event, deadline=date.end)


def revive(fold: Fold, event: Event) -> Fold:
    """What had ended goes on."""
    return replace(fold, end=None, end_at=None)
