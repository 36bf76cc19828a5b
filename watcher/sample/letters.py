"""Raw mails from a few words: the one place where the sample mailbox and the tests build RFC 5322 bytes."""

from __future__ import annotations

import hashlib
import html as html_module
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32
from email.utils import format_datetime, parseaddr

#: Line length of header folding; the bytes end their lines with CRLF, as on the wire.
_POLICY = SMTP.clone(max_line_length=78)


def make_mail(
    sender: str,
    to: str | Iterable[str],
    subject: str,
    body: str,
    date: datetime,
    *,
    html: str | None = None,
    message_id: str | None = None,
    in_reply_to: str | None = None,
    references: Iterable[str] = (),
    calendar: str | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> bytes:
    """A message as it lies in a mailbox. `sender` and `to` read `Name <address>` or `address`; `headers` come
    first, in their order (`Received` on top). `html` and `calendar` become alternatives of the text.

    Without `message_id` one is made from the content, so that the same call gives the same bytes.
    """
    mail = EmailMessage(policy=_POLICY)
    for name, value in headers:
        mail[name] = value
    receivers = [to] if isinstance(to, str) else list(to)
    mail["Date"] = format_datetime(date)
    mail["From"] = _address(sender)
    mail["To"] = [_address(receiver) for receiver in receivers]
    mail["Subject"] = subject
    own_id = message_id or _message_id(sender, subject, body, date)
    mail["Message-ID"] = own_id
    if in_reply_to:
        mail["In-Reply-To"] = in_reply_to
    chain = tuple(references) or ((in_reply_to,) if in_reply_to else ())
    if chain:
        mail["References"] = " ".join(chain)
    mail.set_content(body)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    if calendar is not None:
        _add_calendar(mail, calendar)
    return _bytes(mail, own_id)


def make_calendar(
    method: str,
    uid: str,
    start: datetime,
    end: datetime,
    *,
    summary: str = "Interview",
    organizer: str = "hr@employer.example",
    attendees: Iterable[tuple[str, str]] = (),
    sequence: int = 0,
    stamp: datetime | None = None,
    zone: str = "Asia/Jakarta",
    location: str = "",
    description: str = "",
    status: str = "CONFIRMED",
) -> str:
    """The text of a calendar part with one event. `attendees` are (address, PARTSTAT); times are written on
    the wall clock of `zone`, whose VTIMEZONE has the offset that `start` has."""
    offset = start.utcoffset() or timedelta()
    minutes = abs(int(offset.total_seconds())) // 60
    hours = f"{'-' if offset < timedelta() else '+'}{minutes // 60:02d}{minutes % 60:02d}"
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Example//Calendar//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        "BEGIN:VTIMEZONE",
        f"TZID:{zone}",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        f"TZOFFSETFROM:{hours}",
        f"TZOFFSETTO:{hours}",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"SEQUENCE:{sequence}",
        f"DTSTAMP:{(stamp or start).astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:{_escaped(summary)}",
        f"ORGANIZER:mailto:{organizer}",
        *(
            f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};RSVP=TRUE:mailto:{address}"
            for address, answer in attendees
        ),
        *([f"LOCATION:{_escaped(location)}"] if location else []),
        *([f"DESCRIPTION:{_escaped(description)}"] if description else []),
        f"STATUS:{status}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def make_bounce(
    to: str,
    date: datetime,
    original: bytes,
    *,
    recipient: str,
    original_message_id: str,
    status: str = "5.1.1",
    reason: str = "The address does not exist",
    message_id: str | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> bytes:
    """A delivery report (RFC 3464) about `original`, which could not be delivered to `recipient`."""
    mail = EmailMessage(policy=_POLICY)
    for name, value in headers:
        mail[name] = value
    mail["Return-Path"] = "<>"
    mail["Date"] = format_datetime(date)
    mail["From"] = _address("Mail Delivery Subsystem <mailer-daemon@mx.example.com>")
    mail["To"] = _address(to)
    mail["Subject"] = "Delivery Status Notification (Failure)"
    own_id = message_id or _message_id(recipient, reason, original_message_id, date)
    mail["Message-ID"] = own_id
    mail["In-Reply-To"] = original_message_id
    mail["References"] = original_message_id
    mail["Auto-Submitted"] = "auto-replied"
    mail["X-Failed-Recipients"] = recipient
    mail["MIME-Version"] = "1.0"
    mail.add_header("Content-Type", "multipart/report", report_type="delivery-status")
    text = EmailMessage(policy=_POLICY)
    text.set_content(f"Your message to {recipient} could not be delivered.\n\n{reason}.\n")
    report = EmailMessage(policy=_POLICY)
    report["Content-Type"] = "message/delivery-status"
    report.set_payload(
        [
            _fields(("Reporting-MTA", "dns; mx.example.com"), ("Arrival-Date", format_datetime(date))),
            _fields(
                ("Final-Recipient", f"rfc822; {recipient}"),
                ("Action", "failed"),
                ("Status", status),
                ("Diagnostic-Code", f"smtp; 550 {status} {reason}"),
            ),
        ]
    )
    returned = EmailMessage(policy=_POLICY)
    returned.set_content(original.partition(b"\r\n\r\n")[0].decode("utf-8", "replace"))
    returned.replace_header("Content-Type", "text/rfc822-headers")
    for part in (text, report, returned):
        mail.attach(part)
    return _bytes(mail, own_id)


def _bytes(mail: EmailMessage, own_id: str) -> bytes:
    """The finished message; the boundary comes from the Message-ID, not from chance."""
    if mail.is_multipart():
        mail.set_boundary(f"=_{hashlib.sha256(own_id.encode()).hexdigest()[:28]}")
        for part in mail.iter_parts():
            del part["MIME-Version"]
    return mail.as_bytes()


def to_html(text: str, *, banner: str = "", footer: str = "", preview: str = "") -> str:
    """The HTML twin of a plain letter, as mail programs (no `banner`) or corporate templates write it."""
    blocks = text.strip().split("\n\n")
    body = "".join(f"<p>{html_module.escape(block).replace(chr(10), '<br>')}</p>" for block in blocks)
    if not banner:
        return f'<html><body><div dir="ltr">{body}</div></body></html>'
    hidden = f'<div style="display:none;max-height:0">{html_module.escape(preview)}</div>' if preview else ""
    return _FRAME.format(
        hidden=hidden, banner=html_module.escape(banner), body=body, footer=html_module.escape(footer)
    )


_FRAME = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="background:#f4f5f7">{hidden}'
    '<table role="presentation" width="100%"><tr><td align="center"><table width="600">'
    '<tr><td style="padding:24px"><h2>{banner}</h2></td></tr>'
    '<tr><td style="padding:0 24px 24px">{body}</td></tr>'
    '<tr><td style="padding:16px;color:#888888">{footer}</td></tr></table></td></tr></table></body></html>'
)


def _fields(*fields: tuple[str, str]) -> Message:
    """One group of fields of a delivery report."""
    group = Message(policy=compat32)
    for name, value in fields:
        group[name] = value
    return group


def _address(text: str) -> HeaderAddress | str:
    name, plain = parseaddr(text)
    if "@" not in plain:
        return text
    return HeaderAddress(name, addr_spec=plain)


def _message_id(*parts: object) -> str:
    """A Message-ID that the same content always gets."""
    digest = hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()[:24]
    domain = parseaddr(str(parts[0]))[1].rpartition("@")[2] or "mail.example"
    return f"<{digest}@{domain}>"


def _add_calendar(mail: EmailMessage, calendar: str) -> None:
    method = calendar.partition("METHOD:")[2].partition("\r\n")[0] or "REQUEST"
    if not mail.is_multipart():
        mail.make_alternative()
    part = EmailMessage(policy=_POLICY)
    part.set_content(calendar.replace("\r\n", "\n"), subtype="calendar")
    part.set_param("method", method)
    mail.attach(part)


def _escaped(text: str) -> str:
    """RFC 5545 3.3.11."""
    for char in "\\;,":
        text = text.replace(char, f"\\{char}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """RFC 5545 3.1: at most 75 octets a line."""
    parts: list[str] = []
    while len(line.encode()) > 74:
        cut = 74
        while len(line[:cut].encode()) > 74:
            cut -= 1
        parts.append(line[:cut])
        line = " " + line[cut:]
    return "\r\n".join([*parts, line])
