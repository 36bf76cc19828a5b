"""Days as mail says them, made into dates (rule 3.6). Nothing here reads text."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import NamedTuple

CONTRADICTION = "the weekday contradicts the date"
ORDER = "day and month could be the other way round"
NEXT = "'next' weekday could mean this week or the one after"
SAME_DAY = "the weekday is the mail's own: today or a week later"
NO_SUCH_DAY = "there is no such date"
PAST = "the date is past"

# A date without a year lies ahead unless that would be this far (days); then it is one that has just passed.
_AHEAD = 300
_AHEAD_WEEKDAY = 335
_BEHIND = 95


class Day(NamedTuple):
    """A day as said. Which fields are set tells how: year/month/day, weekday (ISO 1-7), offset from the base.

    `week`: weeks ahead the weekday is said to be in ('Friday next week' = 1), None if it is not said;
    `vague_next`: "next Friday". `swap`: month and day may be meant the other way round.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    offset: int | None = None
    week: int | None = None
    vague_next: bool = False
    this: bool = False
    swap: str = ""  # "", "ask" or "us"


class Found(NamedTuple):
    """The date meant, and what a person should look at. `day` is None when it must not be guessed; `late` is
    the later of two readings, for promises (rule Q7: the upper end)."""

    day: date | None
    review: str = ""
    late: date | None = None


def resolve(day: Day, base: date) -> Found:
    """The date meant by `day` in a mail written on `base`. Never guesses: see `Found.review`."""
    if day.month is not None and day.day is not None:
        return _dated(day, base)
    if day.offset is not None:
        found = shift(base, day.offset)
        if found and day.weekday and found.isoweekday() != day.weekday:
            return Found(None, CONTRADICTION)
        return Found(found, "", found)
    if day.day is not None:
        return _day_of_month(day, base)
    if day.weekday is not None:
        return _weekday(day, base)
    return Found(None)


def shift(day: date, days: int) -> date | None:
    """`day` + `days`, None outside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def make(year: int, month: int, day: int) -> date | None:
    """The date, None if there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_end(year: int, month: int) -> date | None:
    """The last day of a month; month 13 is January of the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return make(year, month, calendar.monthrange(year, month)[1]) if 1 <= year <= 9999 else None


def _dated(day: Day, base: date) -> Found:
    plain = _with_year(day, base)
    if not day.swap:
        return plain
    # "ask" came in as day first, "us" as month first: `day` holds that reading.
    other = _with_year(day._replace(month=day.day, day=day.month), base)
    if day.day == day.month or other.review == NO_SUCH_DAY:
        return plain
    if plain.review == NO_SUCH_DAY:
        return other
    if day.weekday is not None:
        fits = [found for found in (plain, other) if found.day is not None]
        return fits[0] if len(fits) == 1 or day.swap == "us" else plain if not fits else Found(None, ORDER)
    if day.swap == "us":
        return plain
    later = max((found.day for found in (plain, other) if found.day), default=None)
    return Found(None, ORDER, later)


def _with_year(day: Day, base: date) -> Found:
    assert day.month is not None and day.day is not None
    if day.year is not None:
        found = make(day.year, day.month, day.day)
        if found is None:
            return Found(None, NO_SUCH_DAY)
        if day.weekday is not None and found.isoweekday() != day.weekday:
            return Found(None, CONTRADICTION)
        return Found(found, "", found)
    years = [base.year, base.year + 1, base.year - 1]
    dates = [found for year in years if (found := make(year, day.month, day.day))]
    if not dates:
        leap = make(base.year + (4 - base.year % 4) % 4, day.month, day.day)
        return Found(leap, "", leap) if leap and not day.weekday else Found(None, NO_SUCH_DAY)
    reach = _AHEAD_WEEKDAY if day.weekday else _AHEAD
    ahead = sorted(found for found in dates if 0 <= (found - base).days <= reach)
    behind = sorted((found for found in dates if -_BEHIND <= (found - base).days < 0), reverse=True)
    for found in (*ahead, *behind):
        if day.weekday is None or found.isoweekday() == day.weekday:
            return Found(found, "", found)
    return Found(None, CONTRADICTION if day.weekday else PAST)


def _day_of_month(day: Day, base: date) -> Found:
    assert day.day is not None
    for months in range(4):
        end = month_end(base.year, base.month + months)
        found = make(end.year, end.month, day.day) if end else None
        if found and found >= base and (day.weekday is None or found.isoweekday() == day.weekday):
            return Found(found, "", found) if months < 2 or not day.weekday else Found(None, CONTRADICTION)
    return Found(None, CONTRADICTION if day.weekday else NO_SUCH_DAY)


def _weekday(day: Day, base: date) -> Found:
    assert day.weekday is not None
    ahead = (day.weekday - base.isoweekday()) % 7
    this_week = day.weekday - base.isoweekday()
    if day.week is not None:
        found = shift(base, this_week + 7 * day.week)
        return Found(found, "", found)
    nearest = shift(base, ahead or (0 if day.this else 7))
    if day.vague_next:
        nearest, after = shift(base, ahead or 7), shift(base, this_week + 7)
        return Found(nearest if nearest == after else None, NEXT, after)
    if ahead == 0 and not day.this:
        return Found(None, SAME_DAY, nearest)
    return Found(nearest, "", nearest)
