"""Weeks around a weekday: "Friday next week", "minggu depan hari Rabu", "a week from Thursday" (rule 3.6)."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.core.dates_calendar import Day
from watcher.core.dates_figures import DayItem
from watcher.core.dates_tokens import Token


def counted_weeks(tokens: Sequence[Token], start: int, at: int) -> bool:
    """ "a week from Thursday", "Thursday week"."""
    after, later = tokens[at + 1].senses, tokens[at + 2].senses
    if after.get("unit") == "week" and not {"next_after", "this_after"} & set(later):
        return True
    return start > 1 and "from" in tokens[start - 1].senses and tokens[start - 2].senses.get("unit") == "week"


def week_words(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """ "next week", "minggu depan", "this week", "of next week" at `at`: (weeks ahead, end)."""
    while tokens[at].text in (",", "of") or "glue" in tokens[at].senses:
        at += 1
    first, second = tokens[at].senses, tokens[at + 1].senses
    if second.get("unit") == "week" and ("next_before" in first or "this_before" in first):
        return int("next_before" in first), at + 2
    if first.get("unit") == "week" and ("next_after" in second or "this_after" in second):
        return int("next_after" in second), at + 2
    return None


def week_then_weekday(tokens: Sequence[Token], at: int) -> DayItem | None:
    """ "minggu depan hari Rabu", "next week on Tuesday" (from its word "week" on)."""
    start = at
    if (week := week_words(tokens, at)) is None and at:
        start = at - 1
        week = week_words(tokens, start)
    if week is None:
        return None
    ahead, end = week
    for _ in range(3):
        if tokens[end].text in (",", "(") or "lead" in tokens[end].senses:
            end += 1
    if "weekday" not in tokens[end].senses or "unit" in tokens[end].senses:
        return None
    after = tokens[end + 1]
    if after.digits or (after.text == "," and tokens[end + 2].digits and not starts_clock(tokens, end + 2)):
        return None  # a date follows: it says more
    return DayItem(Day(weekday=int(tokens[end].senses["weekday"]), week=ahead), start, end + 1)


def starts_clock(tokens: Sequence[Token], at: int) -> bool:
    """Is the number at `at` an hour ("10:00", "10.00", "10 am")?"""
    sign, minute = tokens[at + 1], tokens[at + 2]
    if sign.text in (":", ".", "h") and minute.digits == 2 and not sign.spaced and not minute.spaced:
        return True
    return "meridiem" in sign.senses
