"""When a mail happened (rule 3.7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from watcher.core.clock import NEVER, base_time, effective_time
from watcher.core.model import Mail

WIB = timezone(timedelta(hours=7))
NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def mail(date: datetime | None = None, received: datetime | None = None) -> Mail:
    return Mail(message_id="<a@b>", date=date, received=received)


@pytest.mark.parametrize(
    ("date", "received", "arrived", "expected"),
    [
        (NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + HOUR),
        (NOON, None, NOON + HOUR, NOON),
        (NOON + timedelta(minutes=10), None, NOON, NOON + timedelta(minutes=10)),
        (NOON + HOUR, None, NOON, NOON),
        (NOON.replace(year=1970), None, NOON, NOON),
        (NOON.replace(year=2030), None, NOON, NOON),
        (NOON, NOON.replace(year=2030), NOON, NOON),
        (NOON - timedelta(days=900), None, NOON, NOON - timedelta(days=900)),
        (NOON, None, None, NOON),
        (None, None, NOON, NOON),
        (None, None, None, NEVER),
    ],
)
def test_incoming(
    date: datetime | None, received: datetime | None, arrived: datetime | None, expected: datetime
) -> None:
    assert effective_time(mail(date, received), incoming=True, arrived=arrived) == expected


@pytest.mark.parametrize(
    ("date", "arrived", "expected"),
    [
        (NOON, NOON + timedelta(days=3), NOON),
        (NOON + HOUR, NOON, NOON + HOUR),
        (NOON.replace(year=1970), NOON, NOON),
        (NOON.replace(year=2031), NOON, NOON),
        (None, NOON, NOON),
        (None, None, NEVER),
    ],
)
def test_own(date: datetime | None, arrived: datetime | None, expected: datetime) -> None:
    assert effective_time(mail(date), incoming=False, arrived=arrived) == expected


def test_relative_words_count_from_the_date_header_of_a_late_mail() -> None:  # S111
    sent = datetime(2026, 11, 3, 20, 0, tzinfo=WIB)
    assert base_time(mail(sent), NOON, zone="Asia/Jakarta") == sent
    assert base_time(mail(sent), NOON, zone="Asia/Jakarta").utcoffset() == timedelta(hours=7)


@pytest.mark.parametrize("year", [1970, 2030])
def test_insane_date_header_is_no_base(year: int) -> None:
    found = base_time(mail(NOON.replace(year=year)), NOON, zone="Asia/Jakarta")
    assert found == NOON
    assert found.utcoffset() == timedelta(hours=7)


def test_a_machines_utc_is_read_in_the_persons_zone() -> None:
    late = datetime(2026, 11, 4, 20, 0, tzinfo=UTC)
    assert base_time(mail(late), NOON, zone="Asia/Jakarta").day == 5
    assert base_time(mail(late), NOON, zone="Nowhere/Land") == late
