"""What a mailbox offers: the verbs every kind of mailbox has, and the values they speak in.

Who offers them: imap.py (a server), local.py (Maildir, mbox, .eml files), memory.py (tests and the demo).
Reading never changes anything: `\\Seen` stays as the person left it (docs/rules.md 6.3). Three things are
written, each by its own verb: a draft into Drafts, the watcher's own flags, the removal of its own draft.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

#: A mail larger than this (bytes) is not read whole ...
LARGEST_MAIL = 25 * 1024 * 1024
#: ... but only this far (bytes): its header and the beginning of its text.
HEAD_OF_LARGE_MAIL = 256 * 1024


class Role(StrEnum):
    """What a folder is for, whatever its name (RFC 6154)."""

    INBOX = "inbox"
    ALL = "all"
    ARCHIVE = "archive"
    SENT = "sent"
    DRAFTS = "drafts"
    JUNK = "junk"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that can be read. `name` is decoded, as the person sees it."""

    name: str
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder was read: everything up to and including `uid`. UIDs of another `uidvalidity` mean
    nothing (RFC 3501 2.3.1.1): read again and recognise mails by their Message-ID."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as it lies in a folder. `raw` is None when it cannot be read; `problem` then says why.
    `problem` is also set when `raw` is only a part of the mail. `arrived` is INTERNALDATE, aware; None where
    nothing reliable tells it (local files: a copy changes their dates). `passed` is what the sieve said of a
    mail that was passed over; `raw` is None then. `gmail_thread` and `gmail_id` are X-GM-THRID and X-GM-MSGID
    in decimal, '' elsewhere."""

    folder: str
    uidvalidity: int
    uid: int
    flags: frozenset[str]
    arrived: datetime | None
    raw: bytes | None
    size: int
    problem: str = ""
    passed: object | None = None
    gmail_thread: str = ""
    gmail_id: str = ""


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """How to reach one IMAP account. `folders` overrides what the server says a folder is for;
    `timeout` is in seconds for one silence of the server; `ca_file` is a further certificate authority."""

    name: str
    address: str
    host: str
    port: int = 993
    user: str = ""
    security: Literal["tls", "starttls", "none", "none-on-loopback-only"] = "tls"
    folders: Mapping[Role, str] = field(default_factory=dict)
    read_junk: bool = False
    timeout: float = 30.0
    ca_file: Path | None = None
    compress: Literal["auto", "always", "never"] = "auto"  # auto: not on this machine


class Sieve(Protocol):
    """Tells by the header which mails are worth reading, so that a server need not send the others."""

    fields: Sequence[str]  # the names of the header fields it looks at

    def passes(self, header: bytes, size: int) -> object | None:
        """None when the mail is worth reading; else what is to be known of it (`Fetched.passed`)."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """Signs in with an OAuth access token in place of a password. `ask(False)` gives one that should be good,
    `ask(True)` a new one, when the server has refused that."""

    ask: Callable[[bool], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a server says of itself and of this account. `encryption`: the TLS version, '' for none;
    `certificate_ends` is aware; `drafts_fault`: '' when drafts can be laid, else why not."""

    capabilities: tuple[str, ...] = ()
    encryption: str = ""
    certificate_ends: datetime | None = None
    drafts_fault: str = ""


@runtime_checkable
class Server(Protocol):
    """A mailbox on a server, which can be asked about itself."""

    def about(self) -> About:
        """Ask; nothing is changed. Raises MailboxError."""
        ...


@runtime_checkable
class Mailbox(Protocol):
    """The verbs. Each may raise `MailboxError` (try later), `MailboxConfigError` (not before the settings
    change) or `SignInError` (the person must act). After `MailboxError` a mailbox may be finished: close it
    and open a new one. One thread uses it; only `wake` may be called from another."""

    @property
    def name(self) -> str:
        """The account's name, for messages."""
        ...

    def folders(self) -> tuple[Folder, ...]:
        """All folders that can be read, INBOX first where there is one."""
        ...

    def fetch_since(
        self, folder: str, cursor: Cursor | None, since: date | None = None, sieve: Sieve | None = None
    ) -> Iterator[Fetched]:
        """Yield the mails after `cursor` by ascending UID, a few MB in memory at a time.

        With a `sieve` a mailbox may pass mails over, and leave attachments and the signatures of machines out
        of `raw`. Nothing else may be asked of the mailbox until the last mail was taken.

        No cursor, or one of another UIDVALIDITY: all mails, or those that arrived on or after `since`
        (a day early rather than late; the server's zone counts). Mails that vanish meanwhile are skipped.
        Drafts are never mail: outside the Drafts folder they are left out.
        """
        ...

    def cursor(self, folder: str) -> Cursor:
        """Where a scan that reads everything from now would end. Ask BEFORE `fetch_since`: what arrives
        meanwhile is then read twice, never missed."""
        ...

    def news(self, folders: Iterable[str]) -> frozenset[str]:
        """Those of `folders` that may hold mail which was not there when they were last read. A mailbox that
        cannot tell cheaply names them all."""
        ...

    def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        """The UIDs of the mails with exactly this Message-ID (with or without angle brackets)."""
        ...

    def fetch(self, folder: str, uid: int) -> Fetched | None:
        """One mail, or None if it is gone."""
        ...

    def append_draft(self, raw: bytes) -> None:
        """Put a draft into the Drafts folder, flagged `\\Draft` and `\\Seen`.

        Raises MailboxConfigError when there is no Drafts folder or the mailbox is read-only.
        """
        ...

    def add_flags(self, folder: str, uids: Sequence[int], flags: Iterable[str]) -> None:
        """Set flags or keywords. Keywords the mailbox cannot keep are left out; vanished UIDs are ignored."""
        ...

    def remove_flags(self, folder: str, uids: Sequence[int], flags: Iterable[str]) -> None:
        """Take flags or keywords away."""
        ...

    def delete_draft(self, uid: int) -> None:
        """Remove this one draft from the Drafts folder and nothing else. Where the server cannot expunge a
        single mail (no UIDPLUS) it is only marked `\\Deleted`."""
        ...

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until something may have changed (True), `seconds` are over, or `stop` is set (False).
        A mailbox that cannot tell says True when the time is over."""
        ...

    def wake(self) -> None:
        """End a `wait` at once, from any thread; it then says True."""
        ...

    def close(self) -> None:
        """Let go of it. Never raises."""
        ...


@runtime_checkable
class Labelled(Protocol):
    """What a mailbox with labels offers besides (Gmail): a mail may carry any number of them, by name."""

    def labels(self, folder: str, uid: int) -> frozenset[str]:
        """The labels of one mail; none if it is gone."""
        ...

    def add_labels(self, folder: str, uids: Sequence[int], labels: Sequence[str]) -> None:
        """Put labels on mails, making those that do not exist. Vanished UIDs are ignored.

        Raises ValueError for what is no name of a label, MailboxConfigError when the server will not have it.
        """
        ...

    def remove_labels(self, folder: str, uids: Sequence[int], labels: Sequence[str]) -> None:
        """Take labels off mails; the labels themselves stay."""
        ...


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a mailbox that the person should know: what is amiss, and what to do about it."""

    fault: str
    remedy: str


@runtime_checkable
class Talkative(Protocol):
    """What a mailbox on a server may have to say to the person."""

    def alerts(self) -> tuple[str, ...]:
        """What the server wants a person to read ([ALERT], RFC 3501 7.1) since this was asked last: its own
        words, one printable line each."""
        ...

    def remarks(self) -> tuple[Remark, ...]:
        """What is amiss with the account's settings on the server."""
        ...


def reading_order(folders: Iterable[Folder], *, read_junk: bool = False) -> tuple[Folder, ...]:
    """Return the folders a scan reads, in order (docs/rules.md 3.7).

    The folder of all mail where there is one, else INBOX and the archives; then sent mail, so that the
    person's own replies are known; junk only if asked. Drafts and trash are never read.
    """
    known = tuple(folders)
    everything = _with(known, Role.ALL)
    incoming = everything or _with(known, Role.INBOX) + _with(known, Role.ARCHIVE)
    chosen = incoming + _with(known, Role.SENT) + (_with(known, Role.JUNK) if read_junk else ())
    return tuple(dict.fromkeys(folder for folder in chosen if not folder.roles & {Role.DRAFTS, Role.TRASH}))


def folder_for(folders: Iterable[Folder], role: Role) -> Folder | None:
    """The first folder with this role, or None."""
    return next(iter(_with(tuple(folders), role)), None)


def _with(folders: tuple[Folder, ...], role: Role) -> tuple[Folder, ...]:
    return tuple(folder for folder in folders if role in folder.roles)
