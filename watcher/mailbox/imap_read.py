"""Reading one folder of an IMAP server: which UIDs, then their mails in batches bounded in bytes.

The server is asked with lists of UIDs in chunks: a range would be refused by imapclient, and a hundred
thousand UIDs in one command by the server.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from imapclient.datetime_util import format_criteria_date

from watcher.errors import MailboxError, SessionOverError
from watcher.mailbox import HEAD_OF_LARGE_MAIL, LARGEST_MAIL, Cursor, Fetched
from watcher.mailbox.files import TOO_LARGE
from watcher.mailbox.headers import message_ids, same_id, utc
from watcher.mailbox.imap_errors import RefusedError, StumbledError
from watcher.mailbox.imap_session import Session
from watcher.mailbox.imap_stream import numbers_in, quoted

#: At most this much mail (bytes) and this many mails in one answer.
BATCH_BYTES = 2 * 1024 * 1024
BATCH_MAILS = 250
#: One SEARCH answer must fit into a line of a megabyte: so many mails are asked for at a time (sequence
#: numbers), overlapping in case an expunge shifts them in between.
WINDOW = 50_000
OVERLAP = 1_000
#: UIDs have 32 bits (RFC 3501 2.3.1.1).
HIGHEST = 2**32 - 1

_META = ["FLAGS", "INTERNALDATE", "RFC822.SIZE"]
#: Characters of a Message-ID that can be searched for as they are: no quoting, no literal, no parenthesis.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.@_+=$<>-~!#&/?:,;'`^|")


def uids_since(
    session: Session,
    state: dict[bytes, Any],
    after: int,
    since: date | None,
    *,
    drafts: bool,
    narrow: Sequence[str] = (),
) -> Sequence[int]:
    """The UIDs above `after` in the open folder, ascending; `drafts`: also mails flagged \\Draft; `narrow`:
    further SEARCH keys."""
    exists = int(state.get(b"EXISTS", 0))
    if not exists or int(state.get(b"UIDNEXT", after + 2)) <= after + 1:
        return []
    if session.can("ESEARCH"):
        return _esearch(session, exists, after, since, drafts=drafts, narrow=narrow)
    wanted: list[Any] = ["UID", f"{after + 1}:*"]
    if since is not None and after == 0:
        wanted += ["SINCE", since - timedelta(days=1)]
    if not drafts:
        wanted.append("UNDRAFT")
    wanted += narrow
    found: set[int] = set()
    for first in range(1, exists + 1, WINDOW):
        window = [f"{max(1, first - OVERLAP)}:{min(exists, first + WINDOW)}"] if exists > WINDOW else []
        found.update(session.do("searching", partial(session.client.search, [*window, *wanted])))
    return sorted(
        uid for uid in found if after < uid <= HIGHEST
    )  # "n:*" names the last mail even when it is below n


def _esearch(
    session: Session, exists: int, after: int, since: date | None, *, drafts: bool, narrow: Sequence[str]
) -> Sequence[int]:
    """The same where the server can answer in ranges (RFC 4731): a hundred thousand UIDs are one short line."""
    parts = [b"UID SEARCH RETURN (ALL) UID %d:*" % (after + 1)]
    if since is not None and after == 0:
        parts.append(b"SINCE " + format_criteria_date(since - timedelta(days=1)))
    if not drafts:
        parts.append(b"UNDRAFT")
    parts += [quoted(word.encode("ascii")) for word in narrow]
    stream = session.stream()
    session.do("searching", lambda: stream.ask(b" ".join(parts)))

    def numbers() -> Sequence[int]:
        sets = [line[line.index(b"ALL") + 1] for line in stream.lines if b"ALL" in line]
        found: Sequence[int] = array(
            "L", (uid for one in sets for uid in numbers_in(one, exists + OVERLAP) if after < uid <= HIGHEST)
        )
        if any(first >= second for first, second in pairwise(found)):  # no server is bound to an order
            found = sorted(set(found))
        return found

    return session.do("searching", numbers)


def mails(session: Session, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
    """Yield the mails of these UIDs in their order. Vanished ones are skipped."""
    for start in range(0, len(uids), BATCH_MAILS):
        chunk = list(uids[start : start + BATCH_MAILS])
        session.reopen(folder)
        about = _fetch(session, chunk, [*_META, *session.items], 200 * len(chunk))
        for batch in _batches([uid for uid in chunk if b"RFC822.SIZE" in about.get(uid, {})], about):
            session.reopen(folder)
            yield from _bodies(session, folder, batch, about)


def uids_with_id(session: Session, message_id: str) -> tuple[int, ...]:
    """The UIDs in the open folder whose Message-ID is exactly this one.

    The server is only asked for the longest harmless piece of it; what it finds is compared here, so that a
    hostile Message-ID (line breaks, quotes, braces) never becomes a part of a command.
    """
    piece = _harmless_piece(message_id)
    if len(piece) < 3:
        return ()
    found = session.do(
        "searching", lambda: session.client.search(["HEADER", "Message-ID", piece.encode("ascii")])
    )
    wanted, result = same_id(message_id), []
    for start in range(0, len(found), BATCH_MAILS):
        chunk = list(found[start : start + BATCH_MAILS])
        answer = _fetch(session, chunk, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"], 1000 * len(chunk))
        for uid in chunk:
            if wanted in message_ids(_bytes_of(answer.get(uid, {}), b"BODY[HEADER")):
                result.append(uid)
    return tuple(sorted(result))


def end_of(session: Session, folder: str, state: dict[bytes, Any]) -> Cursor:
    """The cursor behind the last mail of the open folder."""
    if b"UIDNEXT" in state:
        last = int(state[b"UIDNEXT"]) - 1
    elif state.get(b"EXISTS"):
        last = max(session.do("searching", lambda: session.client.search(["UID", "*"])), default=0)
    else:
        last = 0
    return Cursor(folder, session.validity(folder), last)


def _harmless_piece(message_id: str) -> str:
    pieces, piece = [], ""
    for char in message_id[:2000]:
        if char in _PLAIN:
            piece += char
        else:
            pieces.append(piece)
            piece = ""
    return max([*pieces, piece], key=len)[:400]


def _batches(uids: list[int], about: dict[int, dict[bytes, Any]]) -> Iterator[list[int]]:
    """Split by bytes. A mail that is larger than a batch is a batch of its own."""
    batch: list[int] = []
    weight = 0
    for uid in uids:
        size = int(about[uid][b"RFC822.SIZE"])
        if batch and (weight + size > BATCH_BYTES):
            yield batch
            batch, weight = [], 0
        batch.append(uid)
        weight += size
    if batch:
        yield batch


def _bodies(
    session: Session, folder: str, uids: list[int], about: dict[int, dict[bytes, Any]]
) -> Iterator[Fetched]:
    """One batch. A mail the server cannot give must not hide the others: after a failure they are asked for
    one by one, and the one that fails again is a mail with a problem. Some servers hang up over it."""
    try:
        yield from _batch(session, folder, uids, about)
        return
    except (RefusedError, StumbledError, SessionOverError) as error:
        mend(session, folder, error)
    for uid in uids:
        try:
            found = _batch(session, folder, [uid], about)
        except (RefusedError, StumbledError) as error:
            mend(session, folder, error)
            found = [_fetched(session, folder, uid, about[uid], None, error.message)]
        yield from found


def mend(session: Session, folder: str, error: MailboxError) -> None:
    """Have a working connection with `folder` in view again, or raise."""
    if session.finished and not session.redial():
        raise error
    session.reopen(folder)


def _batch(
    session: Session, folder: str, uids: list[int], about: dict[int, dict[bytes, Any]]
) -> list[Fetched]:
    weight = sum(int(about[uid][b"RFC822.SIZE"]) for uid in uids)
    large = len(uids) == 1 and weight > LARGEST_MAIL
    what = f"BODY.PEEK[]<0.{HEAD_OF_LARGE_MAIL}>" if large else "BODY.PEEK[]"
    answer = _fetch(session, uids, [what], min(weight, HEAD_OF_LARGE_MAIL) if large else weight)
    found = [(uid, _bytes_of(answer.get(uid, {}), b"BODY[", missing=None)) for uid in uids]
    return [
        _fetched(session, folder, uid, about[uid], raw, TOO_LARGE if large else "")
        for uid, raw in found
        if raw is not None  # else expunged since the search
    ]


def _fetched(
    session: Session, folder: str, uid: int, about: dict[bytes, Any], raw: bytes | None, problem: str
) -> Fetched:
    arrived = about.get(b"INTERNALDATE")
    return Fetched(
        folder=folder,
        uidvalidity=session.validity(folder),
        uid=uid,
        flags=frozenset(
            flag.decode("ascii", "replace")
            for flag in about.get(b"FLAGS") or ()
            if isinstance(flag, bytes) and flag.lower() != rb"\recent"
        ),
        arrived=utc(arrived) if isinstance(arrived, datetime) else None,
        raw=raw,
        size=int(about[b"RFC822.SIZE"]),
        problem=problem,
        gmail_thread=decimal(about.get(b"X-GM-THRID")),
        gmail_id=decimal(about.get(b"X-GM-MSGID")),
    )


def decimal(value: object) -> str:
    """A 64-bit number of the server's as text, '' for anything else."""
    return str(value) if isinstance(value, int) and 0 < value < 2**64 else ""


def _fetch(session: Session, uids: list[int], what: list[str], size: int) -> dict[int, dict[bytes, Any]]:
    if not uids:
        return {}
    answer: dict[int, dict[bytes, Any]] = session.do(
        "reading", lambda: session.client.fetch(uids, what), size
    )
    return answer


def _bytes_of(answer: dict[bytes, Any], key: bytes, *, missing: Any = b"") -> Any:
    """The first value whose key begins so: servers write the rest of it each in their own way."""
    for name, value in answer.items():
        if name.startswith(key) and isinstance(value, bytes):
            return value
    return missing
