"""Dates in figures: "02-11-2026", "11/2/26", "2026-11-02", "2/11" (rule 3.6), and what a found day is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from watcher.core.dates_calendar import Day
from watcher.core.dates_tokens import Token

_YEARS = range(1990, 2101)


class DayItem(NamedTuple):
    """A day, a window of days (`last`), or a choice (`others`), at tokens `start` to `end` (exclusive).

    `weak`: figures like 2/11 that are a date only in a date's company; `alone`: a weekday abbreviation that
    is one only in company; `repeated`: office hours, not a date."""

    day: Day
    start: int
    end: int
    last: Day | None = None
    others: tuple[Day, ...] = ()
    weak: bool = False
    alone: bool = False
    repeated: bool = False
    review: str = ""


class Style(NamedTuple):
    """How figures are read: `order` "dmy" or "ask" (rule 3.6), `us` when the sender writes month first."""

    order: str
    us: bool = False


def plausible_year(year: int) -> bool:
    """A number of four figures that a mail may mean as a year."""
    return year in _YEARS


def figures_at(tokens: Sequence[Token], at: int, style: Style) -> DayItem | None:
    """ "02-11-2026", "11/2/26", "2/11" (weak)."""
    sign = tokens[at + 1]
    second = tokens[at + 2]
    if sign.text not in ("/", "-", ".") or not 0 < second.digits <= 2 or second.number < 1:
        return None
    third = tokens[at + 4]
    if (
        tokens[at + 3].text == sign.text
        and third.digits in (2, 4)
        and not (sign.text == "." and third.spaced)
    ):
        year = third.number if third.digits == 4 else 2000 + third.number
        tight = not (sign.spaced or second.spaced or third.spaced)
        more = tokens[at + 5].text == sign.text and tokens[at + 6].digits and not tokens[at + 6].spaced
        if not plausible_year(year) or more or not (tight or third.digits == 4):
            return None
        return DayItem(_ordered(year, tokens[at].number, second.number, sign.text, style), at, at + 5)
    if sign.spaced or second.spaced or (tokens[at].number, second.number) == (24, 7):
        return None
    dotted = sign.text == "." and style.order == "dots" and tokens[at + 3].text == "."
    if sign.text != "/" and not dotted:
        return None
    if tokens[at + 3].text in ("/", "-") and not tokens[at + 3].spaced:
        return None
    day = _ordered(None, tokens[at].number, second.number, sign.text, style)
    if not (day.month and day.month <= 12):
        return None
    return DayItem(day, at, at + 3 + dotted, weak=True)


def _ordered(year: int | None, first: int, second: int, sign: str, style: Style) -> Day:
    """Which figure is the month (rule 3.6)."""
    if second > 12 >= first:
        return Day(year, first, second)
    if style.order != "ask" or sign == "." or first > 12:
        return Day(year, second, first)
    if style.us:
        return Day(year, first, second, swap="us")
    return Day(year, second, first, swap="ask")


def year_first_at(tokens: Sequence[Token], at: int) -> DayItem | None:
    """ "2026-11-02" and "2026/11/02"."""
    sign, month, day = tokens[at + 1], tokens[at + 2], tokens[at + 4]
    if sign.text not in ("-", "/", ".") or tokens[at + 3].text != sign.text or sign.spaced:
        return None
    if not (0 < month.digits <= 2 and 0 < day.digits <= 2 and plausible_year(tokens[at].number)):
        return None
    if not (1 <= month.number <= 12 and 1 <= day.number <= 31):
        return None
    if tokens[at + 5].text in "-/" and tokens[at + 5].text and not tokens[at + 5].spaced:
        return None
    return DayItem(Day(tokens[at].number, month.number, day.number), at, at + 5)
