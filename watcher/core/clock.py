"""When a mail happened: arrival, the sender's own clock, and which of them can be believed (rule 3.7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watcher.core.model import Mail

#: A Date header may run ahead of the mailbox's own clock by so much.
AHEAD = timedelta(minutes=15)
#: A Received header or an own Date may run ahead of the mailbox's clock by so much (a wrong zone).
WRONG_ZONE = timedelta(days=1)
#: "Tomorrow" counts from the Date header if the mail arrived at most so long after it (S111).
UNDERWAY = timedelta(days=7)

#: Where nothing tells a time; sorts before everything.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(1995, 1, 1, tzinfo=UTC)


def effective_time(mail: Mail, *, incoming: bool, arrived: datetime | None) -> datetime:
    """The effective time of `mail`. Incoming: its topmost Received header, else its Date if that is not later
    than INTERNALDATE (`arrived`) + 15 min, else INTERNALDATE. Own: its Date, else INTERNALDATE."""
    latest = arrived or datetime.max.replace(tzinfo=UTC) - WRONG_ZONE
    if incoming:
        if mail.received is not None and _FIRST <= mail.received <= latest + WRONG_ZONE:
            return mail.received
        if mail.date is not None and _FIRST <= mail.date <= latest + AHEAD:
            return mail.date
        return arrived or mail.date or mail.received or NEVER
    if mail.date is not None and _FIRST <= mail.date <= latest + WRONG_ZONE:
        return mail.date
    return arrived or mail.received or mail.date or NEVER


def base_time(mail: Mail, at: datetime, *, zone: str, own_zone: bool = False) -> datetime:
    """What "tomorrow" in `mail` counts from: its Date in the sender's zone, if it is sane, else its effective
    time `at` in `zone`. Machines write UTC whatever their place: such a Date is read in `zone`."""
    date = mail.date
    if date is None or not -WRONG_ZONE <= at - date <= UNDERWAY:
        return _in_zone(at, zone)
    if own_zone or not date.utcoffset():
        return _in_zone(date, zone)
    return date


def known_zone(zone: str) -> str:
    """`zone` if it is an IANA name that is known here, else "UTC"."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return zone


def _in_zone(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(known_zone(zone)))
    except OverflowError:
        return moment
