"""The grammar of periods: "within 3 business days", "1-2 minggu", "awal pekan depan", "setelah Lebaran"
(rule 3.6, the promise table). A period ends on a day: its last one, when it is a range (rule Q7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from watcher.core.dates_calendar import make, month_end, shift
from watcher.core.dates_figures import plausible_year
from watcher.core.dates_tokens import Token

_MOST = {"minute": 60 * 24 * 7, "hour": 24 * 60, "day": 400, "workday": 250, "week": 60, "month": 14}
_AFTER_HOLIDAYS = 7  # working days
_FRIDAY, _EARLY, _MIDDLE = 5, 2, 3  # ISO weekday a week, its beginning, its middle ends on
_LATE_YEAR = 11  # from this month on "the holidays" may be those at the turn of the year
_EARLY_MONTH, _MIDDLE_MONTH = 10, 20


class Calendar(NamedTuple):
    """Working days of one country, as functions."""

    is_working_day: Callable[[date], bool]
    add_working_days: Callable[[date, int], date]
    block_after: Callable[[date], tuple[date, date] | None]  # the next long block of days off


class Period(NamedTuple):
    """A stretch of time at tokens `start` to `end` (exclusive): `number` units, or a named day."""

    start: int
    end: int
    unit: str = ""  # "hour", "day", "workday", "week", "month", "" when `day` says it
    number: int = 0
    named: str = ""  # "week", "month", "year", "holidays"
    ahead: int = 0  # weeks, months or years ahead of the mail's own
    month: int = 0  # a month by name
    year: int = 0
    position: str = ""  # "early", "mid", "late"
    after_event: bool = False  # counted from the appointment: "3 hari kerja setelah wawancara"
    lasting: bool = False  # "for 3 days": how long something lasts, not when it is


def period_at(tokens: Sequence[Token], at: int) -> Period | None:
    """The period that starts at token `at`."""
    token = tokens[at]
    if not (token.digits or token.senses):
        return None
    senses = token.senses
    if "holidays" in senses and _sense_behind(tokens, at, "after"):
        return Period(at, at + 1, named=str(senses["holidays"]))
    if "span" in senses:
        count, unit = senses["span"]
        return _unless_past(tokens, Period(at, at + 1, str(unit), int(count)))
    if token.digits or "number" in senses:
        return _counted(tokens, at)
    return _named(tokens, at)


def end_of(period: Period, base: date, calendar: Calendar) -> date | None:
    """The day `period` ends on for a mail written on `base`; None outside the calendar. Hours are not days:
    see `hours_of`."""
    if period.unit:
        return _add(period, base, calendar)
    if period.named == "week":
        weekday = {"early": _EARLY, "mid": _MIDDLE}.get(period.position, _FRIDAY)
        found = shift(base, weekday - base.isoweekday() + 7 * period.ahead)
        return shift(found, 7) if found and found < base else found
    if period.named in ("block", "year_end"):
        last = _holidays_end(period.named, base, calendar)
        return calendar.add_working_days(last, _AFTER_HOLIDAYS) if last else None
    return _in_month(period, base, calendar)


def _holidays_end(named: str, base: date, calendar: Calendar) -> date | None:
    """The last day off of the holidays meant: the next long block, or those at the turn of the year."""
    block = calendar.block_after(base)
    if named == "block" and (block is not None or base.month < _LATE_YEAR):
        return block[1] if block else None
    new_year = make(base.year + (base.month > 1), 1, 1)
    eve = shift(new_year, -8) if new_year else None
    if eve is None or new_year is None:
        return None
    block = calendar.block_after(eve)
    return block[1] if block and block[0] <= new_year else new_year


def hours_of(period: Period) -> timedelta | None:
    """The exact length of a period of hours or minutes."""
    if period.unit == "hour":
        return timedelta(hours=period.number)
    return timedelta(minutes=period.number) if period.unit == "minute" else None


def _counted(tokens: Sequence[Token], at: int) -> Period | None:
    """ "3 (tiga) hari kerja", "1-2 minggu", "2 x 24 jam", "two to three weeks"."""
    count, place = _number(tokens, at)
    if (
        at
        and tokens[at].digits
        and (
            (tokens[at - 1].text in (".", ":", "/") and not tokens[at].spaced)
            or "money" in tokens[at - 1].senses
        )
    ):
        return None
    for _ in range(2):
        word = tokens[place]
        if "to" in word.senses or "or" in word.senses:
            upper, after = _number(tokens, place + 1)
            if upper <= 0:
                break
            count, place = max(count, upper), after
        elif word.text == "x" and tokens[place + 1].digits:
            count, place = count * tokens[place + 1].number, place + 2
    for _ in range(2):
        if tokens[place].text == "-" or "about" in tokens[place].senses:
            place += 1
    unit = str(tokens[place].senses.get("unit", ""))
    if unit not in _MOST or not 0 < count <= _MOST[unit]:
        return None
    return _unless_past(tokens, Period(at, place + 1, unit, count))


def _number(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """A number in figures or words and what is repeated in brackets behind it: (value or 0, end)."""
    token = tokens[at]
    value = (
        token.number
        if 0 < token.digits <= 3
        else int(token.senses.get("number", 0))
        if not token.digits
        else 0
    )
    end = at + 1
    if (
        tokens[end].text == "("
        and tokens[end + 2].text == ")"
        and (tokens[end + 1].digits or "number" in tokens[end + 1].senses)
    ):
        end += 3
    return value, end


def _unless_past(tokens: Sequence[Token], period: Period) -> Period | None:
    """ "2 years of experience", "3 minggu lalu", "for 30 minutes", "2 hari sebelum" are no promise."""
    after, before = tokens[period.end].senses, tokens[period.start - 1].senses if period.start else {}
    if "ago" in after or "before" in after or "early" in after:
        return None
    if "since" in before:
        return None
    return period._replace(lasting="for" in before and "within" not in before)


def _named(tokens: Sequence[Token], at: int) -> Period | None:
    """ "next week", "awal pekan depan", "end of the month", "akhir November", "early in December"."""
    position, place = "", at
    while "position" in tokens[place].senses and place - at < 2:
        position, place = str(tokens[place].senses["position"]), place + 1
    for _ in range(2):
        if (
            place > at
            and (
                tokens[place].text == "-" or "glue" in tokens[place].senses or "lead" in tokens[place].senses
            )
            and "unit" not in tokens[place].senses
        ):
            place += 1
    if "weekend" in tokens[place].senses and ("next_after" in tokens[place + 1].senses):
        return Period(at, place + 2, named="week", ahead=1)
    if "weekend" in tokens[place].senses:
        return Period(at, place + 1, named="week")
    first, second = tokens[place].senses, tokens[place + 1].senses
    if "month" in first and "unit" not in first:
        return _month_named(tokens, at, place, position)
    if first.get("unit") == "month" and "month" in second:
        return _month_named(tokens, at, place + 1, position)
    if second.get("unit") in _UNITS and ("next_before" in first or "this_before" in first):
        ahead = int("next_before" in first)
        end = place + 2
        if "next_after" in tokens[end].senses:
            ahead, end = ahead + 1, end + 1
        if tokens[end].text == "of":
            return None
        return _behind(tokens, Period(at, end, named=str(second["unit"]), ahead=ahead, position=position))
    if first.get("unit") in _UNITS:
        unit = str(first["unit"])
        if "next_after" in second or "this_after" in second:
            return _behind(
                tokens,
                Period(at, place + 2, named=unit, ahead=int("next_after" in second), position=position),
            )
        if position:
            return Period(at, place + 1, named=unit, position=position)
    return None


_UNITS = frozenset(("week", "month", "year"))


def _behind(tokens: Sequence[Token], period: Period) -> Period | None:
    """ "within the next week" is seven days, not the Friday of next week."""
    back = 1 + (period.start > 1 and "lead" in tokens[period.start - 1].senses)
    before = tokens[period.start - back].senses if period.start >= back else {}
    english = period.end >= 2 and "next_before" in tokens[period.end - 2].senses
    if "within" in before and english and (period.named, period.ahead, period.position) == ("week", 1, ""):
        return Period(period.start, period.end, "week", 1)
    return period


def _month_named(tokens: Sequence[Token], at: int, place: int, position: str) -> Period | None:
    token, after = tokens[place], tokens[place + 1]
    year = after.number if after.digits == 4 and plausible_year(after.number) else 0
    held = (
        position
        or year
        or (
            at
            and (
                "within" in tokens[at - 1].senses
                or "unit" in tokens[place - 1].senses
                or "by" in tokens[at - 1].senses
            )
        )
    )
    if (
        not held
        or (after.digits and not year)
        or (token.raw.islower() and "wordlike" in token.senses and not position)
    ):
        return None
    if at and tokens[at - 1].digits in (1, 2):
        return None
    return Period(
        at,
        place + 1 + bool(year),
        named="month",
        month=int(token.senses["month"]),
        year=year,
        position=position,
    )


def _add(period: Period, base: date, calendar: Calendar) -> date | None:
    if period.unit == "workday":
        return calendar.add_working_days(base, period.number)
    if period.unit in ("day", "week"):
        return shift(base, period.number * (7 if period.unit == "week" else 1))
    if period.unit == "month":
        end = month_end(base.year, base.month + period.number)
        return end and make(end.year, end.month, min(base.day, end.day))
    length = hours_of(period)
    return shift(base, max(1, -(-length // timedelta(days=1)))) if length else None


def _in_month(period: Period, base: date, calendar: Calendar) -> date | None:
    """The end of a month, of its beginning (the 10th) or middle (the 20th), or of a year."""
    year, month = base.year, base.month + period.ahead
    if period.named == "year":
        year, month = base.year + period.ahead, 12
        if period.position in ("early", "mid"):
            month = 1 if period.position == "early" else 6
    elif period.month:
        month = period.month
        year = period.year or (base.year if month >= base.month else base.year + 1)
    end = month_end(year, month)
    if end is None:
        return None
    if period.named != "year" and period.position in ("early", "mid"):
        end = end.replace(day=_EARLY_MONTH if period.position == "early" else _MIDDLE_MONTH)
    return _last_working(end, base, calendar)


def _last_working(day: date, base: date, calendar: Calendar) -> date | None:
    """`day`, or the last working day before it, if that still lies ahead."""
    for back in range(20):
        found = shift(day, -back)
        if found is None or found < base:
            break
        if calendar.is_working_day(found):
            return found
    return day if day >= base else None


def _sense_behind(tokens: Sequence[Token], at: int, sense: str) -> bool:
    return any(at >= back and sense in tokens[at - back].senses for back in (1, 2, 3))
