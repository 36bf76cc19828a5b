"""text/calendar parts: the appointments in them.

icalendar reads values, zones and parameters. It gets only the lines that matter, because the rest can hurt:
a rule that recurs every second takes for ever to expand, and it remembers every zone a mail defines, under
the name the mail gives it, for all mails to come. So rules of events are left out, rules of zones are let
through only when they are yearly, and zones get a name made of what they say.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from icalendar.timezone import tzp

from watcher.core.model import CalendarPart
from watcher.core.parse_headers import clean, decode_bytes
from watcher.core.patterns import compile_pattern

#: Bytes read of a part; appointments, zones, attendees, lines of one, characters of a line and of a text.
MAX_CALENDAR, _MAX_EVENTS, _MAX_ZONES, _MAX_ATTENDEES = 256 * 1024, 50, 10, 100
_MAX_BLOCK, _MAX_LINE, _MAX_TEXT = 150, 2048, 500

_EVENT = frozenset(
    "UID SEQUENCE DTSTAMP DTSTART DTEND DURATION STATUS SUMMARY LOCATION ORGANIZER ATTENDEE"
    " RECURRENCE-ID".split(" ")
)
_ZONE = frozenset(["TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE"])
_YEARLY = compile_pattern(
    r"FREQ=YEARLY(?:;(?:INTERVAL=1|BYMONTH=[0-9]{1,2}|BYMONTHDAY=[0-9]{1,2}|BYDAY=-?[0-9]?[A-Z]{2}"
    r"|WKST=[A-Z]{2}|UNTIL=[0-9TZ]{8,16}))*"
)


def read_calendar(data: bytes, charset: str, method: str) -> tuple[CalendarPart, ...]:
    """The appointments of one calendar part; `method` is the part's own parameter ('' if it has none).

    Whole days have `all_day` and begin at midnight UTC: only their date means anything. A time without a
    zone, or in one that nobody defines, gives `floating` and no `start`; `raw_start` keeps what was written.
    Total: what cannot be read gives no appointment.
    """
    calendar, events, zones = _sift(_unfolded(decode_bytes(data[:MAX_CALENDAR], charset)))
    found = []
    tzp.use_zoneinfo()  # forgets the zones of earlier mails
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about zone names it had to guess
        names = {zone: name for zone, lines in zones.items() if (name := _define(zone, lines))}
        for event in events:
            try:
                found.append(_event(_renamed(event, names), event, (method or calendar).upper()[:20]))
            except Exception:  # noqa: BLE001 - each value type raises its own; one bad event is no event
                continue
    return tuple(found)


def _unfolded(text: str) -> list[str]:
    lines: list[list[str]] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in (" ", "\t") and lines:
            lines[-1].append(line[1:])
        elif line.strip():
            lines.append([line])
    return ["".join(pieces)[:_MAX_LINE] for pieces in lines]


def _name(line: str) -> str:
    """The property a line sets: what stands before the first `:` or `;`."""
    return line.partition(":")[0].partition(";")[0].strip().upper()


def _sift(lines: list[str]) -> tuple[str, list[list[str]], dict[str, list[str]]]:
    """The calendar's METHOD, and the lines that matter of its events and of its zones."""
    method = ""
    events: list[list[str]] = []
    zones: dict[str, list[str]] = {}
    inside: list[str] = []
    block: list[str] = []
    for line in lines:
        name, value = _name(line), line.partition(":")[2].strip()
        if name == "BEGIN":
            inside = [*inside[:9], value.upper()]
            if value.upper() in ("VEVENT", "VTIMEZONE"):
                block = []
            elif "VTIMEZONE" in inside[:-1]:
                block.append(f"BEGIN:{value.upper()}")
        elif name == "END":
            if value.upper() == "VEVENT" and len(events) < _MAX_EVENTS:
                events.append(block)
            elif value.upper() == "VTIMEZONE" and len(zones) < _MAX_ZONES and len(block) < _MAX_BLOCK:
                zones.setdefault(_value_of("TZID", block), block)
            elif "VTIMEZONE" in inside[:-1]:
                block.append(f"END:{value.upper()}")
            inside = inside[:-1]
        elif name == "METHOD" and len(inside) <= 1:
            method = method or clean(value)
        elif _matters(inside, name, value) and len(block) < _MAX_BLOCK:
            block.append(line)
    return method, events, zones


def _matters(inside: list[str], name: str, value: str) -> bool:
    if "VTIMEZONE" in inside:
        return name in _ZONE and (name != "RRULE" or _YEARLY.fullmatch(value.upper()) is not None)
    return inside[-1:] == ["VEVENT"] and name in _EVENT


def _value_of(name: str, lines: list[str]) -> str:
    return next((line.partition(":")[2].strip() for line in lines if _name(line) == name), "")


def _define(zone: str, lines: list[str]) -> str:
    """Make a zone known that only this mail defines; its new name, '' if it needs or gets none."""
    if not zone or _is_known(zone):
        return ""
    name = "X-" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]
    rest = [line for line in lines if _name(line) != "TZID"]
    try:
        _calendar(["BEGIN:VTIMEZONE", f"TZID:{name}", *rest, "END:VTIMEZONE"])
    except Exception:  # noqa: BLE001 - a zone that makes no sense raises whatever its reader stumbles over
        return ""
    return name if _is_known(name) else ""


def _is_known(zone: str) -> bool:
    try:
        return tzp.timezone(zone) is not None
    except (OSError, ValueError):  # the name of a folder of the zone database, or no name at all
        return False


def _calendar(lines: list[str]) -> Any:
    return icalendar.Calendar.from_ical("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]))


def _renamed(event: list[str], names: dict[str, str]) -> list[str]:
    """The event's lines with the zones' new names."""
    lines = []
    for line in event:
        if _name(line) in ("DTSTART", "DTEND", "RECURRENCE-ID") and "TZID=" in line.upper():
            zone = _zone_of(line)
            if zone in names:
                line = f"{_name(line)};TZID={names[zone]}:{line.rpartition(':')[2]}"
        lines.append(line)
    return lines


def _zone_of(line: str) -> str:
    """The TZID parameter of a date line, without quotes."""
    rest = line[line.upper().find("TZID=") + 5 :]
    if rest.startswith('"'):
        return rest[1:].partition('"')[0]
    return rest.rpartition(":")[0].partition(";")[0]


def _event(lines: list[str], written: list[str], method: str) -> CalendarPart:
    event = _calendar(["BEGIN:VEVENT", *lines, "END:VEVENT"]).walk("VEVENT")[0]
    start, start_floats, all_day = _moment(event.get("DTSTART"))
    end, end_floats, _ = _moment(event.get("DTEND"))
    duration = getattr(event.get("DURATION"), "dt", None)
    if end is None and start is not None and duration is not None and not end_floats:
        end = start + duration
    raw = next((line for line in written if _name(line) == "DTSTART"), "")
    return CalendarPart(
        method=method,
        uid=clean(str(event.get("UID", "")))[:_MAX_TEXT],
        sequence=_number(event.get("SEQUENCE")),
        stamp=_moment(event.get("DTSTAMP"))[0],
        start=start,
        end=end,
        all_day=all_day,
        floating=start_floats,
        cancelled=str(event.get("STATUS", "")).strip().upper() == "CANCELLED",
        summary=clean(str(event.get("SUMMARY", "")))[:_MAX_TEXT],
        location=clean(str(event.get("LOCATION", "")))[:_MAX_TEXT],
        organizer=_email(event.get("ORGANIZER")),
        attendees=tuple(_attendees(event.get("ATTENDEE"))),
        recurrence="RECURRENCE-ID" in event,
        raw_start=clean(raw)[:200],
    )


def _moment(value: Any) -> tuple[datetime | None, bool, bool]:
    """A date property as (aware time or None, has no usable zone, is a whole day)."""
    if isinstance(value, list):
        value = value[0] if value else None
    moment = getattr(value, "dt", None)
    if isinstance(moment, datetime):
        if moment.tzinfo is None or moment.utcoffset() is None:
            return None, True, False
        if not 1900 <= moment.year <= 9990:
            return None, False, False
        if not isinstance(moment.tzinfo, ZoneInfo):  # a zone the mail defines: only its offset here and now
            moment = moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()))
        return moment, False, False
    if isinstance(moment, date) and 1900 <= moment.year <= 9990:
        return datetime.combine(moment, time(), UTC), False, True
    return None, False, False


def _number(value: Any) -> int:
    try:
        return max(0, min(int(value), 10**9))
    except (TypeError, ValueError):
        return 0


def _email(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    text = clean(str(value or "")).strip().lower()
    return text.removeprefix("mailto:").strip()[:254]


def _attendees(value: Any) -> Iterator[tuple[str, str]]:
    values = value if isinstance(value, list) else [value] if value is not None else []
    for one in values[:_MAX_ATTENDEES]:
        if email := _email(one):
            yield email, str(getattr(one, "params", {}).get("PARTSTAT", "")).upper()[:20]
