"""What a server says of itself: extensions, encryption, and whether drafts may be laid. Changes nothing."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from datetime import UTC, datetime

from watcher.errors import MailboxConfigError
from watcher.mailbox import About
from watcher.mailbox.imap_deflate import below
from watcher.mailbox.imap_errors import RefusedError
from watcher.mailbox.imap_session import Session

#: RFC 4314: with "insert" a draft can be laid; without "delete message" and "expunge" it cannot be taken back.
_INSERT, _TAKE_BACK = "i", ("te", "d")


def about(session: Session, drafts: str) -> About:
    """Ask the server; `drafts` is the folder for drafts, '' if there is none. Raises MailboxError."""
    words = session.do("asking", session.client.capabilities)
    line = below(session.client.socket())
    secured = isinstance(line, ssl.SSLSocket)
    return About(
        capabilities=tuple(sorted(_text(words))),
        encryption=(line.version() or "") if secured else "",
        certificate_ends=_ends(line) if secured else None,
        drafts_fault=_drafts_fault(session, drafts),
    )


def _text(words: Iterable[bytes]) -> set[str]:
    return {word.decode("ascii", "replace") for word in words}


def _ends(line: ssl.SSLSocket) -> datetime | None:
    """When the server's certificate ends."""
    told = (line.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(told), UTC) if isinstance(told, str) else None


def _drafts_fault(session: Session, drafts: str) -> str:
    """'' when a draft can be laid, else why not. Nothing is laid to find out."""
    if not drafts:
        return "no folder is marked as drafts"
    if session.can("ACL"):
        rights = _rights(session, drafts)
        if rights and _INSERT not in rights:
            return f"you may not put mail into {drafts!r}"
        if rights and not any(set(way) <= set(rights) for way in _TAKE_BACK):
            return f"you may not remove mail from {drafts!r}: a draft that is overtaken stays there"
    try:
        session.open(drafts, write=True)
    except MailboxConfigError as error:
        return error.message
    return ""


def _rights(session: Session, folder: str) -> str:
    """What this person may do in a folder (MYRIGHTS, RFC 4314 section 3.5); '' when the server does not say."""
    name = session.wire[folder].replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    imap = session.client._imap

    def ask() -> list[bytes]:
        answer, data = imap._simple_command("MYRIGHTS", b'"' + name + b'"')
        _, found = imap._untagged_response(answer, data, "MYRIGHTS")
        return [line for line in found if isinstance(line, bytes)] if answer == "OK" else []

    try:
        lines = session.do("asking", ask)
    except RefusedError:
        return ""
    return lines[-1].rpartition(b" ")[2].decode("ascii", "replace") if lines else ""
