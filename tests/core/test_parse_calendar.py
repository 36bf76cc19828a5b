"""text/calendar parts: methods, zones, whole days, floating times, hostile calendars."""
# ruff: noqa: E501 - a fixture keeps the lines of its mail whole

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_builder import mail, multipart, nested, part, read

from watcher.core.model import CalendarPart
from watcher.core.parse_calendar import read_calendar

JAKARTA = datetime(2026, 11, 9, 3, tzinfo=UTC)  # 10.00 WIB


def event(*lines: str, method: str = "REQUEST", above: str = "") -> str:
    """A calendar with one event; `lines` come before the usual ones, so that they win."""
    usual = ["UID:uid-1@maju.example", "DTSTAMP:20261102T030000Z", "SUMMARY:Wawancara"]
    names = {line.partition(":")[0].partition(";")[0] for line in lines}
    usual = [line for line in usual if line.partition(":")[0] not in names]
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        *([f"METHOD:{method}"] if method else []),
        *([above] if above else []),
    ]
    return "\r\n".join([*head, "BEGIN:VEVENT", *lines, *usual, "END:VEVENT", "END:VCALENDAR", ""])


def only(calendar: str, method: str = "") -> CalendarPart:
    found = read_calendar(calendar.encode(), "utf-8", method)
    assert len(found) == 1
    return found[0]


def test_request_with_everything() -> None:
    found = only(
        event(
            "DTSTART;TZID=Asia/Jakarta:20261109T100000",
            "DTEND;TZID=Asia/Jakarta:20261109T110000",
            "SEQUENCE:2",
            "LOCATION:Jl. Merdeka 1\\, Jakarta",
            "ORGANIZER;CN=Rina Wati:mailto:Rina@Maju.Example",
            "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:budi@example.org",
            "ATTENDEE;PARTSTAT=accepted:MAILTO:tono@maju.example",
            "DESCRIPTION:panjang",
            "RRULE:FREQ=WEEKLY;COUNT=3",
        )
    )
    assert (found.method, found.uid, found.sequence) == ("REQUEST", "uid-1@maju.example", 2)
    assert (found.start, found.end) == (JAKARTA, JAKARTA + timedelta(hours=1))
    assert found.stamp == datetime(2026, 11, 2, 3, tzinfo=UTC)
    assert found.location == "Jl. Merdeka 1, Jakarta"
    assert found.organizer == "rina@maju.example"
    assert found.attendees == (("budi@example.org", "NEEDS-ACTION"), ("tono@maju.example", "ACCEPTED"))
    assert not (found.all_day or found.floating or found.cancelled or found.recurrence)


@pytest.mark.parametrize(
    "zone",
    [
        "Asia/Jakarta",
        "SE Asia Standard Time",
        '"SE Asia Standard Time"',
        "/freeassociation.sourceforge.net/Asia/Jakarta",
    ],
)
def test_zone_names(zone: str) -> None:
    assert only(event(f"DTSTART;TZID={zone}:20261109T100000")).start == JAKARTA


ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:{offset}\r\n"
    "TZOFFSETTO:{offset}\r\n{rule}END:STANDARD\r\nEND:VTIMEZONE"
)
OUTLOOK = '"(UTC+07:00) Bangkok, Hanoi, Jakarta"'


def test_zone_that_the_mail_defines() -> None:
    zone = ZONE.format(name=OUTLOOK.strip('"'), offset="+0700", rule="")
    found = only(event(f"DTSTART;TZID={OUTLOOK}:20261109T100000", above=zone))
    assert (found.start, found.floating) == (JAKARTA, False)


def test_unknown_zone_is_asked_for_not_guessed() -> None:
    found = only(event(f"DTSTART;TZID={OUTLOOK}:20261109T100000"))
    assert (found.start, found.floating) == (None, True)
    assert found.raw_start == f"DTSTART;TZID={OUTLOOK}:20261109T100000"


def test_time_without_zone_floats() -> None:
    found = only(event("DTSTART:20261109T100000"))
    assert (found.start, found.floating) == (None, True)


def test_a_zone_does_not_outlive_its_mail() -> None:
    """One mail's definition of "Custom" must not tell the time of the next mail's "Custom"."""
    first = ZONE.format(name="Custom", offset="+0300", rule="")
    second = ZONE.format(name="Custom", offset="+0700", rule="")
    line = "DTSTART;TZID=Custom:20261109T100000"
    assert only(event(line, above=first)).start == datetime(2026, 11, 9, 7, tzinfo=UTC)
    assert only(event(line, above=second)).start == JAKARTA
    assert only(event(line)).floating


def test_a_mail_cannot_redefine_a_known_zone() -> None:
    for name in ("Asia/Jakarta", "SE Asia Standard Time"):
        zone = ZONE.format(name=name, offset="+0000", rule="")
        assert only(event(f"DTSTART;TZID={name}:20261109T100000", above=zone)).start == JAKARTA


def test_daylight_saving_of_a_defined_zone() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Kantor\r\nBEGIN:STANDARD\r\nDTSTART:16011028T030000\r\n"
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
        "BEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"
        "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE"
    )
    assert only(event("DTSTART;TZID=Kantor:20260709T100000", above=zone)).start == datetime(
        2026, 7, 9, 8, tzinfo=UTC
    )
    assert only(event("DTSTART;TZID=Kantor:20261109T100000", above=zone)).start == datetime(
        2026, 11, 9, 9, tzinfo=UTC
    )


def test_whole_day_is_midnight_utc() -> None:
    found = only(event("DTSTART;VALUE=DATE:20261109", "DTEND;VALUE=DATE:20261110"))
    assert (found.start, found.all_day, found.floating) == (datetime(2026, 11, 9, tzinfo=UTC), True, False)


def test_duration_gives_the_end() -> None:
    assert only(event("DTSTART:20261109T030000Z", "DURATION:PT45M")).end == JAKARTA + timedelta(minutes=45)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "REPLY", "COUNTER", "DECLINECOUNTER", "PUBLISH"])
def test_methods(method: str) -> None:
    assert only(event("DTSTART:20261109T030000Z", method=method)).method == method
    assert only(event("DTSTART:20261109T030000Z", method=""), method.lower()).method == method


def test_cancelled_and_single_instance() -> None:
    found = only(event("DTSTART:20261109T030000Z", "STATUS:CANCELLED", "RECURRENCE-ID:20261109T030000Z"))
    assert found.cancelled and found.recurrence


def test_folded_lines_and_bare_line_feeds() -> None:
    calendar = event("DTSTART:20261109T030000Z", "SUMMARY:Wawan\r\n cara Data\r\n\t Analyst")
    assert only(calendar).summary == "Wawancara Data Analyst"
    assert only(calendar.replace("\r\n", "\n")).start == JAKARTA


def test_alarm_inside_the_event_changes_nothing() -> None:
    alarm = "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nACTION:DISPLAY\r\nUID:alarm\r\nSUMMARY:alarm\r\nEND:VALARM"
    found = only(event("DTSTART:20261109T030000Z", alarm))
    assert (found.uid, found.summary) == ("uid-1@maju.example", "Wawancara")


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART:besok",
        "DTSTART:99999999T999999Z",
        "DTSTART;VALUE=DATE:20261109T10",
        "SEQUENCE:banyak",
        "DTSTART;TZID=:x",
        "X;=:",
        "DTSTART;TZID=../../etc/passwd:20261109T100000",
        "DTSTART;TZID=America:20261109T100000",
        "DURATION:x",
    ],
)
def test_nonsense_gives_no_time_and_no_fault(line: str) -> None:
    for found in read_calendar(event(line).encode(), "utf-8", ""):
        assert found.start is None
        assert found.sequence == 0


# --------------------------------------------------------------------------- in a mail


def test_inline_part_keeps_its_method_and_the_copy_counts_once() -> None:
    """Google sends the invitation twice: as an alternative of the text and as an attachment."""
    calendar = event("DTSTART:20261109T030000Z", method="CANCEL")
    text = nested(
        "alternative",
        "alt",
        part("Wawancara dibatalkan"),
        part("<p>Wawancara dibatalkan</p>", "text/html"),
        part(calendar, "text/calendar; charset=utf-8; method=CANCEL"),
    )
    attached = part(
        calendar, "application/ics; name=invite.ics", "Content-Disposition: attachment; filename=invite.ics"
    )
    found = read(multipart("mixed", text, attached))
    assert [appointment.method for appointment in found.calendar] == ["CANCEL"]
    assert found.text == "Wawancara dibatalkan"
    assert found.attachments == ("invite.ics",)


def test_calendar_alone_and_calendar_by_its_name() -> None:
    assert (
        read(mail(event("DTSTART:20261109T030000Z"), kind="text/calendar; method=REQUEST")).calendar[0].start
        == JAKARTA
    )
    attached = part(event("DTSTART:20261109T030000Z"), "application/octet-stream; name=Undangan.ICS")
    assert read(multipart("mixed", part("x"), attached)).calendar[0].start == JAKARTA


# --------------------------------------------------------------------------- hostile calendars


def timed(calendar: str) -> float:
    begin = time.perf_counter()
    read_calendar(calendar.encode(), "utf-8", "")
    return time.perf_counter() - begin


def test_rules_that_never_end_are_never_followed() -> None:
    evil = ZONE.format(name="Evil", offset="+0700", rule="RRULE:FREQ=SECONDLY\r\n")
    worse = ZONE.format(
        name="Evil", offset="+0700", rule="RRULE:FREQ=YEARLY;BYSECOND=0,1,2;BYMINUTE=0,1,2\r\n"
    )
    for zone in (evil, worse):
        calendar = event("DTSTART;TZID=Evil:20261109T100000", "RRULE:FREQ=SECONDLY", above=zone)
        assert timed(calendar) < 2
        assert only(calendar).start == JAKARTA


@pytest.mark.parametrize(
    "calendar",
    [
        event("DTSTART:20261109T030000Z", "SUMMARY:" + "x" * 3_000_000),
        event("DTSTART:20261109T030000Z", *["ATTENDEE:mailto:a@x.example"] * 20_000),
        event("DTSTART:20261109T030000Z").replace("END:VCALENDAR", "") * 5000,
        "BEGIN:VEVENT\r\n" * 100_000,
        "BEGIN:VTIMEZONE\r\n" * 100_000,
        "\r\n ".join(["BEGIN:VEVENT"] * 100_000),
        "ATTENDEE" + ';X="' * 60_000 + ":x",
    ],
    ids=[
        "long line",
        "many attendees",
        "many events",
        "never closed",
        "zones never closed",
        "one folded line",
        "quotes",
    ],
)
def test_large_calendars_are_bounded(calendar: str) -> None:
    assert timed(calendar) < 2
    found = read_calendar(calendar.encode(), "utf-8", "")
    assert len(found) <= 50
    assert all(len(part.attendees) <= 100 and len(part.summary) <= 500 for part in found)


_LINES = st.sampled_from(
    ["BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "TZID:Z", "BEGIN:STANDARD","END:STANDARD", "DTSTART:20261109T030000Z", "DTSTART;TZID=Z:20261109T100000", "DTEND:x", "TZOFFSETTO:+0700", "TZOFFSETFROM:x","UID:a", "SEQUENCE:-1", "ATTENDEE:b", "ATTENDEE;PARTSTAT=X:mailto:c@d", "ORGANIZER:", " folded", "METHOD:CANCEL", "::", "RRULE:FREQ=YEARLY"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_LINES, max_size=30))
def test_any_heap_of_lines(lines: list[str]) -> None:
    for found in read_calendar("\n".join(lines).encode(), "utf-8", ""):
        assert found.start is None or found.start.utcoffset() is not None
        assert 0 <= found.sequence <= 10**9


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(read_calendar(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + data, "utf-8", ""), tuple)
