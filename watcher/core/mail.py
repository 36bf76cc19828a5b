"""The mail as it was read: addresses, links, calendar parts, delivery reports. Frozen values only; every
datetime is aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. `email` is lower case, without angle brackets; `name` is decoded and may be empty."""

    email: str
    name: str = ""


#: No address is known.
NOBODY = Address("")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a mail: what it shows and where it leads. Never fetched."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPart:
    """One VEVENT of a text/calendar part. Times are aware; None where the part does not say, or where its
    zone is unknown (`floating` is then True and the time must be asked for, not guessed)."""

    method: str = ""  # REQUEST, CANCEL, REPLY, COUNTER, PUBLISH ... upper case
    uid: str = ""
    sequence: int = 0
    stamp: datetime | None = None  # DTSTAMP
    start: datetime | None = None
    end: datetime | None = None
    all_day: bool = False
    floating: bool = False
    cancelled: bool = False  # STATUS:CANCELLED
    summary: str = ""
    location: str = ""
    organizer: str = ""  # e-mail, lower case
    attendees: tuple[tuple[str, str], ...] = ()  # (e-mail, PARTSTAT)
    recurrence: bool = False  # has RECURRENCE-ID: this instance only
    raw_start: str = ""  # the DTSTART line as written, for asking about a floating time


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report. `status` is the RFC 3463 code ('5.1.1', '' unknown); 4.x is a delay, not a bounce."""

    status: str = ""
    recipient: str = ""
    original_message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A parsed message. `new_text` is what its author wrote now: no quoted tail, signature or footer."""

    message_id: str  # with angle brackets; made from a hash where the mail has none
    sender: Address = NOBODY
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None  # the Date header
    received: datetime | None = None  # the topmost Received header
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()  # (lower-case name, unfolded value), in order
    text: str = ""  # the whole text, HTML turned into text
    new_text: str = ""
    signature: str = ""  # what was cut off as signature (names and titles stand there)
    links: tuple[Link, ...] = ()
    calendar: tuple[CalendarPart, ...] = ()
    bounce: Bounce | None = None
    attachments: tuple[str, ...] = ()  # file names
    structured: tuple[str, ...] = ()  # schema.org JSON-LD blocks, as text
    forwarded: bool = False  # the new words are a forward of somebody else's mail
    unreadable: str = ""  # why it could not be read, '' if it could
    defects: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The topmost value of header `name` (lower case), or ''."""
        return next((value for key, value in self.headers if key == name), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every value of header `name` (lower case), topmost first."""
        return tuple(value for key, value in self.headers if key == name)


@dataclass(frozen=True, slots=True)
class Template:
    """The fingerprint by which mails of one template are known again (core/template.py); empty: none."""

    turns: int = 0  # what turns the meaning
    pairs: tuple[int, ...] = ()  # hashes of neighbouring words, ascending


#: A mail that says too little to be known again.
NO_TEMPLATE = Template()
