"""Promises, deadlines, silence clauses and leave notices (rules Q7, Q8, Q9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from promise_phrases import ENGLISH, INDONESIAN

from watcher.core import calendar, dates
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


def test_working_days_of_the_country() -> None:
    """The door of `dates` counts with the real calendar: Indonesian joint leave days are no working days."""
    base = datetime(2026, 3, 16, 9, 0, tzinfo=JAKARTA)  # the Monday before the Lebaran holidays of 2026
    text = "Kami akan menghubungi Anda dalam 5 hari kerja."
    home = dates.find_promises(
        text, base=base, language="id", zone="Asia/Jakarta", calendar_country="ID", packs=PACKS
    )
    plain = dates.find_promises(
        text, base=base, language="id", zone="Asia/Jakarta", calendar_country="", packs=PACKS
    )
    assert home.promise_by is not None and plain.promise_by is not None
    assert plain.promise_by.date() == date(2026, 3, 23)
    assert home.promise_by.date() > date(2026, 3, 24)


def test_after_lebaran_with_the_real_calendar() -> None:
    base = datetime(2026, 3, 9, 9, 0, tzinfo=JAKARTA)
    found = dates.find_promises(
        "Kami kabari setelah Lebaran.",
        base=base,
        language="id",
        zone="Asia/Jakarta",
        calendar_country="ID",
        packs=PACKS,
    ).promise_by
    block = calendar.block_after(base.date(), "ID")
    assert found is not None and block is not None
    assert found.date() == calendar.add_working_days(block[1], 7, "ID")


def test_closing_time_is_the_senders() -> None:
    """EOD of a sender in New York is 17:00 there."""
    base = datetime(2026, 11, 2, 9, 0, tzinfo=ZoneInfo("America/New_York"))
    found = look("We will let you know by EOD Thursday.", "en", base=base).promise_by
    assert found is not None
    assert found.astimezone(UTC) == datetime(2026, 11, 5, 22, 0, tzinfo=UTC)


def test_counts_from_the_mail_in_the_senders_zone() -> None:
    base = datetime(2026, 11, 6, 23, 30, tzinfo=JAKARTA)
    assert meaning(look("Kami kabari besok.", base=base)) == "by 11-07 17:00"
    assert meaning(look("Kami kabari dalam 3 hari.", base=base)) == "by 11-09 17:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kami kabari akhir Januari.", "by 2027-01-29 17:00"),
        ("Kami kabari awal tahun depan.", "by 2027-01-29 17:00"),
        ("Kami kabari setelah tahun baru.", "by 2027-01-12 17:00"),
        ("Kami kabari minggu ini.", "by 2027-01-01 17:00"),
    ],
)
def test_over_new_year(text: str, expected: str) -> None:
    base = datetime(2026, 12, 28, 9, 0, tzinfo=JAKARTA)
    assert meaning(look(text, base=base)) == expected


def test_the_last_promise_and_the_first_deadline_count() -> None:
    text = "We will get back to you by Thursday. If not, we will let you know by Friday."
    assert meaning(look(text, "en")) == "by 11-06 17:00"
    text = "The link is valid until 10 November. Please complete the test by 6 November."
    assert meaning(look(text, "en")) == "due 11-06 23:59"


def test_quote_is_short_and_from_the_text() -> None:
    found = look("Terima kasih. Hasil akan kami umumkan paling lambat 13 November 2026, " + "ya " * 200)
    assert found.quote.startswith("Hasil akan kami umumkan paling lambat 13 November 2026")
    assert len(found.quote) <= 120


def test_base_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        look("Kami kabari besok.", base=datetime(2026, 11, 2, 9, 0))  # noqa: DTZ001


def test_how_long_a_test_takes_is_no_deadline() -> None:
    text = "Batas akhir pengerjaan: 22 November 2026, 23.59 WIB\nDurasi ± 75 menit, gunakan laptop."
    found = dates.find_promises(
        text,
        base=datetime(2026, 11, 18, 10, tzinfo=ZoneInfo("Asia/Jakarta")),
        language="id",
        zone="Asia/Jakarta",
        calendar_country="ID",
        packs=load_packs(),
    )
    assert found.deadline == datetime(2026, 11, 22, 23, 59, tzinfo=ZoneInfo("Asia/Jakarta"))
