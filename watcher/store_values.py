"""What the store is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watcher.core.model import Action, Fact
from watcher.core.shown import Course

#: Note under which the store remembers, for each account, the folders it does not have: "sent drafts".
MISSING = "missing"
#: How often a mail that gives trouble is tried; after that it is only shown.
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the journal. `status`: waiting, done, undone (withdrawn or cleared), kept (the person's now),
    dropped (nothing to do any more), failed (given up; `fault` says why)."""

    action: Action
    status: str
    made: datetime
    done: datetime | None = None
    tries: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mail that could not be read: where it lies, how often it was tried, and why."""

    account: str
    folder: str
    uidvalidity: int
    uid: int
    tries: int
    problem: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step of a scan found: facts to keep, Message-IDs only seen, and where the mails lie."""

    account: str
    folder: str
    uidvalidity: int
    uid: int  # the folder is read up to here
    facts: tuple[Fact, ...] = ()
    seen: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    troubles: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """The table of processes as it was derived: from which `revision` of the database, by which `edition` of
    the rules; good from `since` on, until before `until` (None: for as long as nothing changes)."""

    revision: int
    edition: str
    since: datetime
    until: datetime | None
    courses: tuple[Course, ...]
