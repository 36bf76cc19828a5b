"""A mailbox in memory, for tests and the demo: the verbs of a server without one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from watcher.mailbox import Role
from watcher.mailbox.headers import utc
from watcher.mailbox.local_base import Content, LocalMailbox

#: The folders of an ordinary account.
ORDINARY: Mapping[str, Role] = {"INBOX": Role.INBOX, "Sent": Role.SENT, "Drafts": Role.DRAFTS}


class MemoryFolder:
    """One folder; UIDs are never used twice."""

    writable = True

    def __init__(self, roles: frozenset[Role]) -> None:
        self.roles = roles
        self.skipped = frozenset() if Role.DRAFTS in roles else frozenset({"\\Draft"})
        self.validity = 1
        self.mails: dict[int, Content] = {}
        self.next = 1

    def uidvalidity(self) -> int:
        """As set."""
        return self.validity

    def uids(self) -> Iterator[int]:
        """Ascending."""
        yield from tuple(self.mails)

    def read(self, uid: int, limit: int | None = None) -> Content | None:
        """What was put in."""
        content = self.mails.get(uid)
        if content is None or content.raw is None or limit is None:
            return content
        return replace(content, raw=content.raw[:limit])

    def append(self, raw: bytes, flags: frozenset[str], arrived: datetime | None = None) -> None:
        """Behind the last."""
        self.mails[self.next] = Content(raw, len(raw), flags, utc(arrived))
        self.next += 1

    def store(self, uid: int, add: frozenset[str], remove: frozenset[str]) -> None:
        """Any keyword is kept."""
        if uid in self.mails:
            content = self.mails[uid]
            self.mails[uid] = replace(content, flags=(content.flags | add) - remove)

    def delete(self, uid: int) -> None:
        """Gone; its UID is not used again."""
        self.mails.pop(uid, None)


class MemoryMailbox(LocalMailbox):
    """Folders by name and role, `deliver` for what comes in from outside."""

    def __init__(self, name: str = "memory", folders: Mapping[str, Role] = ORDINARY) -> None:
        self.content = {folder: MemoryFolder(frozenset({role})) for folder, role in folders.items()}
        super().__init__(name, self.content)

    def deliver(
        self,
        raw: bytes,
        folder: str = "INBOX",
        *,
        arrived: datetime | None = None,
        flags: Iterable[str] = (),
    ) -> int:
        """A mail arrives; return its UID. A `wait` that is going on ends."""
        self.content[folder].append(raw, frozenset(flags), arrived)
        self.wake()
        return self.content[folder].next - 1

    def expunge(self, folder: str, uid: int) -> None:
        """The person removes a mail in another program."""
        self.content[folder].delete(uid)

    def rebuild(self, folder: str) -> None:
        """The server numbers the folder anew: other UIDs, another UIDVALIDITY."""
        inside = self.content[folder]
        inside.validity += 1
        inside.mails = dict(enumerate(inside.mails.values(), start=1))
        inside.next = len(inside.mails) + 1
