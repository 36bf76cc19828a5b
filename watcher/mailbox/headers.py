"""The little of a mail's header that a mailbox itself must read: its Message-ID and its dates.

Everything else is core/parse.py's. Total: any bytes give an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

#: A header longer than this (bytes) is not looked at further.
LONGEST_HEADER = 64 * 1024


def fields(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield (lower-case name, unfolded value) of the header fields at the start of `raw`."""
    name, value = "", ""
    for line in raw[:LONGEST_HEADER].splitlines():
        text = line.decode("utf-8", "replace")
        if text[:1] in (" ", "\t"):
            value += " " + text.strip()
            continue
        if name:
            yield name, value
        if not text:
            return
        name, colon, value = text.partition(":")
        name, value = (name.strip().lower(), value.strip()) if colon else ("", "")
    if name:
        yield name, value


def message_ids(raw: bytes) -> frozenset[str]:
    """The Message-ID(s) in a header, each as `same_id` writes it."""
    return frozenset(same_id(value) for name, value in fields(raw) if name == "message-id")


def same_id(message_id: str) -> str:
    """A Message-ID without what does not matter: angle brackets, blanks around, a comment behind."""
    text = " ".join(message_id.split())
    begin, end = text.find("<"), text.find(">")
    return text[begin + 1 : end].strip() if 0 <= begin < end else text


def dated_since(raw: bytes, since: date | None) -> bool:
    """False only if every date of the header (Received, Date) is before `since`, less a day for zones."""
    if since is None:
        return True
    days = [
        day
        for name, value in fields(raw)
        if name in ("date", "received")
        for day in [_day(value.rpartition(";")[2])]
        if day is not None
    ]
    return not days or max(days).toordinal() >= since.toordinal() - 1


def _day(text: str) -> date | None:
    try:
        when = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when.date() if isinstance(when, datetime) else None


def utc(when: datetime | None) -> datetime | None:
    """An aware time in UTC; a naive one is taken as UTC."""
    if when is None:
        return None
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
