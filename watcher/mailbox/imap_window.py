"""Reading many mails of one folder the cheap way: first all headers, then only what is worth it.

    heads of a thousand mails, and of the next thousand, ...     the server is never idle
    -> the sieve -> passed over, with nothing more fetched
                 -> a small mail whole, of a large one the structure and then its texts

Mails come out by ascending UID, whatever the order in which answers came. A mail that cannot be had in this
way - refused, garbled, gigantic - is fetched as `imap_read` does, one by one.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from imapclient.imap_utf7 import encode as encode_utf7

from watcher.errors import SessionOverError
from watcher.mailbox import LARGEST_MAIL, Fetched, Sieve
from watcher.mailbox.imap_errors import RefusedError, StumbledError
from watcher.mailbox.imap_parts import Piece, assembled, pieces_of, sections
from watcher.mailbox.imap_read import decimal, mails, mend
from watcher.mailbox.imap_session import Session
from watcher.mailbox.imap_stream import Answer, Command, quoted, sequence_sets

#: Heads asked for in one command, and commands ahead of what is read: enough for a server far away.
CHUNK, AHEAD = 500, 6
#: A mail up to this size (bytes) is fetched whole: its structure would cost another turn.
SMALL = 24 * 1024
#: Contents under way at a time, and in one command (bytes).
ROOM, BATCH = 2 * 1024 * 1024, 512 * 1024
#: Headers that only machines read; they are a good part of every mail.
UNREAD = (
    "DKIM-Signature ARC-Seal ARC-Message-Signature X-Google-DKIM-Signature X-Google-Smtp-Source X-Received"
    " X-Gm-Message-State"
)
#: News of at most so many UIDs is fetched without a search before.
LITTLE = 500
_REST = f"BODY.PEEK[HEADER.FIELDS.NOT ({UNREAD.upper()})]"
_LONGEST_HEAD = 64 * 1024
_NO_FLAGS: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Mail:
    """One mail on its way. `slow`: it is to be fetched one by one."""

    uid: int
    size: int
    passed: object | None = None
    answer: Answer | None = None
    root: Piece | None = None
    raw: bytes | None = None
    ready: bool = False
    slow: bool = False


def sifted(session: Session, folder: str, uids: Sequence[int], sieve: Sieve) -> Iterator[Fetched]:
    """Yield the mails of these ascending UIDs. Of those that the sieve passes over only `passed` is filled.
    Nothing else may use the session until the last one was taken."""
    session.reopen(folder)
    left = deque(array("L", uids[at : at + CHUNK]) for at in range(0, len(uids), CHUNK))
    while left:
        road = _Road(session, folder, sieve, left)
        try:
            yield from road.mails()
            return
        # Some mail was too much for the server, or the session had its time: the slow road finds out.
        except (StumbledError, SessionOverError) as error:
            rest = road.unfinished()
            mend(session, folder, error)
            yield from mails(session, folder, rest)
        finally:
            if not road.stream.quiet:
                session.finished = True  # answers are under way that nobody will read


def newest(session: Session, folder: str, after: int, sieve: Sieve) -> Iterator[Fetched]:
    """The same for the few mails behind UID `after` of the folder in view, whichever there are."""
    road = _Road(session, folder, sieve, deque([array("L")]), after)
    try:
        yield from road.mails()
    except (StumbledError, SessionOverError) as error:
        rest = road.unfinished()
        mend(session, folder, error)
        if not rest:
            raise
        yield from mails(session, folder, rest)
    finally:
        if not road.stream.quiet:
            session.finished = True


def changed_folders(session: Session, ends: Mapping[str, int]) -> frozenset[str]:
    """Those of the folders that hold a mail behind the UID given, or cannot tell. One turn; what is new in the
    folder in view is told with the answer (RFC 3501 5.2, 6.1.2)."""
    stream = session.stream()
    names = {folder: session.wire.get(folder, encode_utf7(folder)) for folder in ends}

    def ask() -> None:
        texts = [b"STATUS %s (UIDNEXT)" % quoted(name) for name in names.values()]
        for command in stream.send(*(texts or [b"NOOP"])):
            stream.finish(command)

    session.do("asking", ask)
    told = {line[1]: line[2] for line in stream.lines if len(line) == 3 and isinstance(line[1], bytes)}
    return frozenset(
        folder for folder, end in ends.items() if told.get(names[folder]) != [b"UIDNEXT", b"%d" % (end + 1)]
    )


class _Road:
    """The commands under way, and the mails in their order."""

    def __init__(
        self,
        session: Session,
        folder: str,
        sieve: Sieve,
        left: deque[array[int]],
        after: int | None = None,  # take whatever comes behind it, but drafts
    ) -> None:
        self.session, self.folder, self.sieve, self.left, self.after = session, folder, sieve, left, after
        self.stream = session.stream()
        self.order: deque[_Mail] = deque()
        self._sent: deque[Command] = deque()
        self._heads: dict[bytes, list[int]] = {}  # tag -> the UIDs asked for
        self._contents: dict[bytes, list[_Mail]] = {}
        self._wanted: deque[_Mail] = deque()
        self._weight = 0
        flags = " FLAGS" if after is not None else ""
        fields = " ".join(sieve.fields).upper()
        self._items = f"(UID{flags} RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({fields})])".encode()

    def mails(self) -> Iterator[Fetched]:
        """Send ahead, read the oldest answer, give out what is complete."""
        while True:
            self._send()
            if not self._sent and not self.order:
                return
            if self._sent:
                self._finish(self._sent.popleft())
            while self.order and self.order[0].ready:
                if self.order[0].slow:
                    yield from self._slowly()
                    continue
                mail = self.order.popleft()
                if mail.passed is not None or mail.raw is not None:
                    yield self._fetched(mail)

    def unfinished(self) -> list[int]:
        """The UIDs that were asked for and not given out."""
        asked = [mail.uid for mail in self.order]
        return sorted({*asked, *(uid for uids in self._heads.values() for uid in uids)})

    def _send(self) -> None:
        while self.left and len(self._heads) < AHEAD and len(self.order) < 2 * AHEAD * CHUNK:
            uids = self.left.popleft()
            if self.after is not None:
                text, taken = b"%d:*" % (self.after + 1), []
            else:
                text, taken = next(sequence_sets(list(uids), CHUNK))
                if len(taken) < len(uids):
                    self.left.appendleft(uids[len(taken) :])
            self._heads[self._command(text, self._items)] = taken
        while self._wanted and self._weight < ROOM:
            small = self._wanted[0].size <= SMALL
            batch: list[_Mail] = []
            weight = 0
            while self._wanted and (self._wanted[0].size <= SMALL) == small and weight < BATCH:
                batch.append(self._wanted.popleft())
                weight += min(batch[-1].size, SMALL)
            what = "BODY.PEEK[TEXT]" if small else "BODYSTRUCTURE"
            self._ask(batch, f"({' '.join(('UID FLAGS INTERNALDATE', *self.session.items))} {_REST} {what})")

    def _ask(self, batch: list[_Mail], what: str) -> None:
        numbers = b",".join(text for text, _ in sequence_sets([mail.uid for mail in batch], len(batch)))
        self._contents[self._command(numbers, what.encode())] = batch
        self._weight += sum(min(mail.size, SMALL) for mail in batch)

    def _command(self, numbers: bytes, items: bytes) -> bytes:
        self._sent += self.stream.send(b"UID FETCH %s %s" % (numbers, items))
        return self._sent[-1].tag

    def _finish(self, command: Command) -> None:
        heads = self._heads.get(command.tag)
        expected = 2000 * len(heads) if heads is not None else ROOM
        self.session.do("reading", lambda: self.stream.finish(command), expected)
        if heads is not None:
            del self._heads[command.tag]
            self._sift(command, heads)
            return
        batch = self._contents.pop(command.tag)
        self._weight -= sum(min(mail.size, SMALL) for mail in batch)
        for mail in batch:
            self._fill(mail, self.stream.rows.pop(mail.uid, None), refused=command.refused)

    def _sift(self, command: Command, uids: list[int]) -> None:
        """Heads have come: decide what is worth more."""
        if self.after is not None:
            if command.refused:
                raise RefusedError(
                    "The server refused to tell what is new.",
                    "Try later (a running watcher does so by itself).",
                )
            rows = self.stream.rows.items()
            uids = sorted(uid for uid, row in rows if uid > self.after and not _is_draft(row))
        for uid in uids:
            row = self.stream.rows.pop(uid, None)
            if row is None:
                if command.refused:
                    self.order.append(_Mail(uid, 0, ready=True, slow=True))
                continue  # else it has vanished
            size, head = _number(row.get(b"RFC822.SIZE")), _starting(row, b"BODY[HEADER")
            mail = _Mail(uid, size)
            self.order.append(mail)
            if head is None or size > LARGEST_MAIL:
                mail.ready = mail.slow = True
                continue
            mail.passed = self.sieve.passes(head[:_LONGEST_HEAD], size)
            mail.ready = mail.passed is not None
            if not mail.ready:
                self._wanted.append(mail)

    def _fill(self, mail: _Mail, row: Answer | None, *, refused: bool) -> None:
        """Content has come, or the structure that tells where it is."""
        if row is None:
            mail.ready, mail.slow = True, refused
            return
        if mail.root is not None:
            mail.answer = {**(mail.answer or {}), **row}
            mail.raw = assembled(_starting(mail.answer, b"BODY[HEADER") or b"", mail.root, row)
            mail.ready, mail.slow = True, mail.raw is None
            return
        mail.answer = row
        head = _starting(row, b"BODY[HEADER")
        if head is None:
            mail.ready = mail.slow = True
        elif mail.size <= SMALL:
            text = _starting(row, b"BODY[TEXT]")
            mail.raw, mail.ready, mail.slow = head + (text or b""), True, text is None
        else:
            mail.root = pieces_of(row.get(b"BODYSTRUCTURE"))
            if mail.root is None:
                mail.ready = mail.slow = True
            else:
                self._ask([mail], f"(UID {' '.join(sections(mail.root))})")

    def _slowly(self) -> Iterator[Fetched]:
        """Those in front that need it, one by one; everything under way is read before."""
        while self._sent:
            self._finish(self._sent.popleft())
        uids = []
        while self.order and self.order[0].ready and self.order[0].slow:
            uids.append(self.order.popleft().uid)
        yield from mails(self.session, self.folder, uids)

    def _fetched(self, mail: _Mail) -> Fetched:
        if mail.answer is None:
            validity = self.session.validity(self.folder)
            return Fetched(
                self.folder, validity, mail.uid, _NO_FLAGS, None, None, mail.size, passed=mail.passed
            )
        row = mail.answer
        return Fetched(
            folder=self.folder,
            uidvalidity=self.session.validity(self.folder),
            uid=mail.uid,
            flags=frozenset(
                flag.decode("ascii", "replace")
                for flag in row.get(b"FLAGS") or ()
                if isinstance(flag, bytes) and flag.lower() != rb"\recent"
            ),
            arrived=_moment(row.get(b"INTERNALDATE")),
            raw=mail.raw,
            size=mail.size,
            passed=mail.passed,
            gmail_thread=decimal(_number(row.get(b"X-GM-THRID"))),
            gmail_id=decimal(_number(row.get(b"X-GM-MSGID"))),
        )


def _starting(row: Answer, name: bytes) -> bytes | None:
    """The value whose name begins so; None where there is none, b'' where it is NIL."""
    for key, value in row.items():
        if key.startswith(name):
            return value if isinstance(value, bytes) else b"" if value is None else None
    return None


def _is_draft(row: Answer) -> bool:
    return any(isinstance(flag, bytes) and flag.lower() == rb"\draft" for flag in row.get(b"FLAGS") or ())


def _number(value: Any) -> int:
    return int(value) if isinstance(value, bytes) and value.isdigit() and len(value) <= 20 else 0


def _moment(value: Any) -> datetime | None:
    """INTERNALDATE ("22-Nov-2026 10:00:00 +0700") in UTC."""
    try:
        return parsedate_to_datetime(value.decode("ascii").replace("-", " ", 2)).astimezone(UTC)
    except (AttributeError, UnicodeDecodeError, ValueError, TypeError, OverflowError):
        return None
