"""Times typed on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import UsageError
from watcher.when import parse_since, parse_when

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("90d", date(2026, 8, 27)),
        ("12w", date(2026, 9, 2)),
        (" 1D ", date(2026, 11, 24)),
        ("9999w", date(1999, 7, 10)),
        ("2026-11-25", date(2026, 11, 25)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_since(text: str, day: date) -> None:
    assert parse_since(text, NOW) == day


@pytest.mark.parametrize(
    "text", ["", "d", "0d", "-3d", "90", "3 months", "2026-02-30", "2027-01-01", "0001-01-01"]
)
def test_since_that_is_no_span(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_since(text, NOW)
    assert caught.value.exit_code == 2
    assert caught.value.remedy.startswith("Write ")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-02", "2026-11-02T00:00+07:00"),
        ("2026-11-02T14:30", "2026-11-02T14:30+07:00"),
        ("2026-11-02 14:30", "2026-11-02T14:30+07:00"),
        ("2026-11-02T14:30+09:00", "2026-11-02T12:30+07:00"),
        ("2026-11-02T07:30Z", "2026-11-02T14:30+07:00"),
        ("14:30", "2026-11-25T14:30+07:00"),
        ("9.05", "2026-11-25T09:05+07:00"),
        ("now", "2026-11-25T14:00+07:00"),
    ],
)
def test_when(text: str, moment: str) -> None:
    found = parse_when(text, "Asia/Jakarta", NOW)
    assert found == datetime.fromisoformat(moment)
    assert found.tzinfo == ZoneInfo("Asia/Jakarta")


def test_a_time_of_today_is_today_where_the_person_is() -> None:
    late = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)  # the 26th in Jakarta
    assert parse_when("08:00", "Asia/Jakarta", late) == datetime.fromisoformat("2026-11-26T08:00+07:00")


def test_a_time_that_the_clocks_skip_moves_forward() -> None:
    found = parse_when("2026-03-29T02:30", "Europe/Berlin", NOW)
    assert (found.hour, found.minute) == (3, 30)


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "2026-11-31", "2026-11-02T25:00", "0001-01-01", "9999-12-31T23:59-12:00"]
)
def test_when_that_is_no_time(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_when(text, "Asia/Jakarta", NOW)
    assert str(caught.value).endswith(".")


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_a_sentence(text: str) -> None:
    for read in (lambda: parse_since(text, NOW), lambda: parse_when(text, "Asia/Jakarta", NOW)):
        try:
            assert read() is not None
        except UsageError as error:
            assert "\n" not in str(error)
            assert len(str(error)) < 200
