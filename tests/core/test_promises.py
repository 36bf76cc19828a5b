"""Promises, deadlines, silence clauses and leave notices (rules Q7, Q8, Q9)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from promise_phrases import ENGLISH, INDONESIAN

from watcher.core.promises import Promises, find_promises
from watcher.packs import load_packs

JAKARTA = ZoneInfo("Asia/Jakarta")
BASE = datetime(2026, 11, 2, 9, 0, tzinfo=JAKARTA)  # a Monday
PACKS = load_packs()
NAMES = {"promise_by": "by", "silence_by": "silence", "ask_from": "ask", "deadline": "due", "back": "back"}


def is_working_day(day: date, country: str) -> bool:
    return day.isoweekday() < 6


def add_working_days(day: date, count: int, country: str) -> date:
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, country)
    return day


def block_after(day: date, country: str) -> tuple[date, date] | None:
    return date(2027, 3, 8), date(2027, 3, 14)


def look(text: str, language: str = "id", *, base: datetime = BASE, zone: str = "Asia/Jakarta") -> Promises:
    return find_promises(
        text,
        base=base,
        language=language,
        zone=zone,
        country="ID",
        packs=PACKS,
        is_working_day=is_working_day,
        add_working_days=add_working_days,
        block_after=block_after,
    )


def meaning(found: Promises) -> str:
    parts = []
    for field, name in NAMES.items():
        moment = getattr(found, field)
        if moment is not None:
            day = moment.strftime("%m-%d" if moment.year == 2026 else "%Y-%m-%d")
            parts.append(f"{name} {day} {moment:%H:%M}")
    return " & ".join(parts) or "-"


@pytest.mark.parametrize(("text", "expected"), INDONESIAN)
def test_indonesian(text: str, expected: str) -> None:
    assert meaning(look(text, "id")) == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english(text: str, expected: str) -> None:
    assert meaning(look(text, "en")) == expected
