"""Times as a person types them on the command line. All results are aware."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.errors import UsageError

_SPAN = re.compile(r"([1-9][0-9]{0,3})([dw])")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")

#: Years that a mailbox of today can speak of; what lies outside is a slip of the finger.
_YEARS = range(1990, 2200)


def parse_since(text: str, now: datetime) -> date:
    """The first day that `text` reaches back to: "90d" and "12w" count back from the day of `now` (in its
    own zone), an ISO date is itself. Raises UsageError for anything else and for a day still to come."""
    stripped = text.strip().lower()
    span = _SPAN.fullmatch(stripped)
    if span:
        days = int(span[1]) * (7 if span[2] == "w" else 1)
        return max(now.date() - timedelta(days=min(days, 10_000)), date(1990, 1, 1))
    try:
        day = date.fromisoformat(stripped)
    except ValueError:
        raise UsageError(
            f"{_quoted(text)} is no span of time.", "Write days (90d), weeks (12w) or a date (2026-09-01)."
        ) from None
    if day.year not in _YEARS:
        raise UsageError(f"{_quoted(text)} is a strange year.", "Write a date such as 2026-09-01.")
    if day > now.date():
        raise UsageError(f"{day} is still to come.", "Write a day in the past, such as 90d.")
    return day


def parse_when(text: str, zone: str, now: datetime) -> datetime:
    """The moment `text` names, in the zone `zone` (IANA): an ISO date and time, with or without an offset, a
    date (its first minute), a time of today ("14:30"), or "now".

    Without an offset it is the person's wall clock; a time that a change of the clocks skips moves forward
    (rule Q3). Raises UsageError for anything else.
    """
    stripped = text.strip()
    here = ZoneInfo(zone)
    if stripped.lower() == "now":
        return now.astimezone(here)
    clock = _CLOCK.fullmatch(stripped)
    try:
        if clock:
            moment = datetime.combine(now.astimezone(here).date(), time(int(clock[1]), int(clock[2])))
        else:
            moment = datetime.fromisoformat(stripped)
    except ValueError:
        raise UsageError(
            f"{_quoted(text)} is no date or time.",
            "Write 2026-11-02, 2026-11-02T14:30, 2026-11-02T14:30+07:00 or, for today, 14:30.",
        ) from None
    if moment.year not in _YEARS:
        raise UsageError(f"{_quoted(text)} is a strange year.", "Write a date such as 2026-11-02.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=here)
    return moment.astimezone(UTC).astimezone(here)


def _quoted(text: str) -> str:
    """What was typed, as it may be shown again: short, on one line."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return f"'{shown[:40]}{'...' if len(shown) > 40 else ''}'"
