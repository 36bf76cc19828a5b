"""Appointments from prose and labelled lines (rule 3.6)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from date_phrases import ENGLISH, INDONESIAN

from watcher.core.dates import Appointment, find_appointment
from watcher.packs import load_packs

JAKARTA = ZoneInfo("Asia/Jakarta")
BASE = datetime(2026, 11, 2, 9, 0, tzinfo=JAKARTA)  # a Monday
PACKS = load_packs()
WORDS = {
    "the weekday contradicts the date": "weekday",
    "day and month could be the other way round": "other way",
    "'next' weekday could mean this week or the one after": "next",
    "the weekday is the mail's own: today or a week later": "own",
    "there is no such date": "no such",
    "the date is past": "past",
    "the hour would be at night": "night",
    "the hour is only about right": "about",
    "the time zone has several meanings": "meanings",
    "several dates are named": "several",
}


def look(
    text: str, language: str = "id", *, base: datetime = BASE, zone: str = "Asia/Jakarta", us: bool = False
) -> Appointment:
    return find_appointment(text, base=base, language=language, zone=zone, packs=PACKS, us_sender=us)


def shown(moment: datetime, *, day_only: bool) -> str:
    day = moment.strftime("%m-%d") if moment.year == 2026 else moment.strftime("%Y-%m-%d")
    return day if day_only else f"{day} {moment:%H:%M}"


def meaning(found: Appointment) -> str:
    if found.slots:
        text = " | ".join(shown(slot, day_only=found.day_only) for slot in found.slots)
    elif found.start:
        text = shown(found.start, day_only=found.day_only) + (f"-{found.end:%H:%M}" if found.end else "")
    else:
        text = "-"
    return text + "".join(f" ?{WORDS[reason]}" for reason in found.review)


@pytest.mark.parametrize(("text", "expected"), INDONESIAN)
def test_indonesian(text: str, expected: str) -> None:
    assert meaning(look(text, "id")) == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english(text: str, expected: str) -> None:
    assert meaning(look(text, "en")) == expected
