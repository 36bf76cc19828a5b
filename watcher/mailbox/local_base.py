"""The verbs of a mailbox over folders that are not on a server: in files (local.py) or in memory.

Files have no UIDs of their own: a mail's UID is its place in the sorted folder when it was first listed,
fixed while the mailbox is open, and UIDVALIDITY is a hash of that listing. So a cursor holds as long as the
folder is untouched; otherwise the folder is read again and the caller recognises its mails by Message-ID.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from watcher.errors import MailboxConfigError
from watcher.mailbox import Cursor, Fetched, Folder, Role, Sieve, folder_for
from watcher.mailbox.bell import Bell
from watcher.mailbox.headers import LONGEST_HEADER, dated_since, message_ids, same_id


@dataclass(frozen=True, slots=True)
class Content:
    """A mail as its folder has it. `raw` None: it cannot be read, `problem` says why."""

    raw: bytes | None
    size: int
    flags: frozenset[str] = frozenset()
    arrived: datetime | None = None
    problem: str = ""


class Source(Protocol):
    """One folder of a mailbox in files or in memory."""

    roles: frozenset[Role]
    writable: bool
    skipped: frozenset[str]  # mails with one of these flags are no mail to be read

    def uidvalidity(self) -> int:
        """What the numbers are good for (RFC 3501 2.3.1.1)."""
        ...

    def uids(self) -> Iterator[int]:
        """The numbers of all mails, ascending."""
        ...

    def read(self, uid: int, limit: int | None = None) -> Content | None:
        """One mail, at most `limit` bytes of it; None if it is gone."""
        ...

    def append(self, raw: bytes, flags: frozenset[str]) -> None:
        """Add a mail."""
        ...

    def store(self, uid: int, add: frozenset[str], remove: frozenset[str]) -> None:
        """Change the flags of a mail."""
        ...

    def delete(self, uid: int) -> None:
        """Remove a mail."""
        ...


class ReadOnly:
    """The writing half of a source that is never written to."""

    writable = False

    def append(self, raw: bytes, flags: frozenset[str]) -> None:
        """Refuse."""
        raise read_only()

    def store(self, uid: int, add: frozenset[str], remove: frozenset[str]) -> None:
        """Refuse."""
        raise read_only()

    def delete(self, uid: int) -> None:
        """Refuse."""
        raise read_only()


def read_only() -> MailboxConfigError:
    """The error of writing into what is only read."""
    return MailboxConfigError(
        "This mailbox is read-only: only a server or a Maildir is written to.",
        "Use --dry-run, or `watcher draft ID --print` to see a draft.",
    )


class LocalMailbox:
    """See `watcher.mailbox.Mailbox` for what the verbs mean."""

    def __init__(self, name: str, sources: Mapping[str, Source]) -> None:
        self.name = name
        self._sources = sources
        self._bell = Bell()
        self._ids: dict[str, dict[int, frozenset[str]]] = {}

    def folders(self) -> tuple[Folder, ...]:
        """INBOX first, the rest by name."""
        found = [Folder(name, source.roles) for name, source in self._sources.items()]
        return tuple(sorted(found, key=lambda folder: (Role.INBOX not in folder.roles, folder.name)))

    def fetch_since(
        self, folder: str, cursor: Cursor | None, since: date | None = None, sieve: Sieve | None = None
    ) -> Iterator[Fetched]:
        """One mail at a time; a file is read whole as fast as its header is."""
        source = self._source(folder)
        same = cursor is not None and cursor.uidvalidity == source.uidvalidity()
        after = cursor.uid if cursor is not None and same else 0
        for uid in source.uids():
            found = self.fetch(folder, uid) if uid > after else None
            if found is None or found.flags & source.skipped:
                continue
            if after == 0 and since is not None and not _since(found, since):
                continue
            yield found

    def cursor(self, folder: str) -> Cursor:
        """Behind the last mail."""
        source = self._source(folder)
        return Cursor(folder, source.uidvalidity(), max(source.uids(), default=0))

    def news(self, folders: Iterable[str]) -> frozenset[str]:
        """All: files are looked at quickly."""
        return frozenset(folders)

    def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        """Headers are read once and remembered."""
        source, wanted = self._source(folder), same_id(message_id)
        known = self._ids.setdefault(folder, {})
        result = []
        for uid in source.uids():
            if uid not in known:
                content = source.read(uid, LONGEST_HEADER)
                known[uid] = message_ids(content.raw) if content and content.raw else frozenset()
            if wanted in known[uid]:
                result.append(uid)
        return tuple(result)

    def fetch(self, folder: str, uid: int) -> Fetched | None:
        """One mail, bounded."""
        source = self._source(folder)
        content = source.read(uid)
        if content is None:
            return None
        return Fetched(
            folder=folder,
            uidvalidity=source.uidvalidity(),
            uid=uid,
            flags=content.flags,
            arrived=content.arrived,
            raw=content.raw,
            size=content.size,
            problem=content.problem,
        )

    def append_draft(self, raw: bytes) -> None:
        """Into the folder for drafts."""
        self._sources[self._drafts()].append(raw, frozenset({"\\Draft", "\\Seen"}))

    def add_flags(self, folder: str, uids: Sequence[int], flags: Iterable[str]) -> None:
        """What the folder can keep."""
        added = frozenset(flags)
        for uid in uids:
            self._source(folder).store(uid, added, frozenset())

    def remove_flags(self, folder: str, uids: Sequence[int], flags: Iterable[str]) -> None:
        """Take flags away."""
        removed = frozenset(flags)
        for uid in uids:
            self._source(folder).store(uid, frozenset(), removed)

    def delete_draft(self, uid: int) -> None:
        """Removes this one draft."""
        self._sources[self._drafts()].delete(uid)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Files do not tell: the time passes, then something may have changed."""
        with self._bell.listening(stop):
            if not stop.is_set():
                self._bell.wait(seconds)
        return not stop.is_set()

    def wake(self) -> None:
        """Ends a wait."""
        self._bell.ring()

    def close(self) -> None:
        """Nothing stays open but the bell."""
        self._bell.close()

    def _source(self, folder: str) -> Source:
        if folder not in self._sources:
            raise MailboxConfigError(f"{self.name} has no folder {folder!r}.", "Check `folders`.")
        return self._sources[folder]

    def _drafts(self) -> str:
        folder = folder_for(self.folders(), Role.DRAFTS)
        if folder is not None:
            return folder.name
        if not any(source.writable for source in self._sources.values()):
            raise read_only()
        raise MailboxConfigError(
            f"{self.name} has no Drafts folder.", "Create a Maildir folder `.Drafts` in your mail program."
        )


def _since(found: Fetched, since: date) -> bool:
    if found.arrived is not None:
        return found.arrived.date().toordinal() >= since.toordinal() - 1
    return dated_since(found.raw or b"", since)


@dataclass(slots=True)
class Numbering:
    """UIDs for names that appear over time: places in the sorted first listing, later ones behind."""

    names: list[str] = field(default_factory=list)
    uids: dict[str, int] = field(default_factory=dict)
    validity: int = 0

    def update(self, names: Iterable[str]) -> None:
        """Number the names that are new."""
        fresh = [name for name in names if name not in self.uids]
        for name in fresh:
            self.names.append(name)
            self.uids[name] = len(self.names)
        if not self.validity:
            self.validity = hash_of("\n".join(fresh))

    def name(self, uid: int) -> str:
        """The name behind a UID, '' if there is none."""
        return self.names[uid - 1] if 0 < uid <= len(self.names) else ""


def hash_of(text: str) -> int:
    """A UIDVALIDITY: stable, never 0."""
    return zlib.crc32(text.encode("utf-8", "surrogateescape")) or 1
