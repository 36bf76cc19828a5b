"""What who reads mail and who judges it have to say to each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from watcher.core.model import Fact, Kind
from watcher.errors import WatcherError

if TYPE_CHECKING:
    from watcher.core.classify import Models
    from watcher.core.language import Packs
    from watcher.core.person import Person


class JudgingError(WatcherError):
    """One mail could not be judged; the others can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How to look at one account."""

    account: str
    person: Person
    packs: Packs
    models: Models | None = None
    authserv: str = ""
    since: date | None = None
    read_junk: bool = False
    every_folder: bool = False  # files: everything but drafts, trash and junk
    ignore: frozenset[str] = frozenset()  # senders the person does not want judged
    trust: frozenset[str] = frozenset()  # senders whose scam signs do not count


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one mail: its fact, and whether it is worth keeping; `refers`: it belongs to a conversation
    that is known."""

    fact: Fact
    kept: bool
    refers: bool = False
    senders: frozenset[str] = frozenset()  # whose mail is part of a process from now on


@dataclass(frozen=True, slots=True)
class Begun:
    """What reading may rest on: whose mail is part of a process, the mails that the person has answered, and
    those that are to be read again as something else, by what the person said of them."""

    senders: frozenset[str]
    answered: frozenset[str]
    again: Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was decided: the accounts that have something to do, how many processes there are, and in how many
    seconds the next thing falls due (None: nothing is to come)."""

    accounts: frozenset[str]
    processes: int
    due: float | None


class Mind(Protocol):
    """Who judges and decides. Any thread may ask; answers to `judge` come in the order of the questions."""

    def begin(self, look: Look) -> Begun:
        """Get ready for the mail of an account: take in everything the store knows."""
        ...

    def judge(
        self, look: Look, raw: bytes, arrived: datetime | None, *, sent: bool, told: Kind | None = None
    ) -> Callable[[], Judged]:
        """Have a mail judged; `sent`: it lies in the folder of sent mail. What is returned waits for the answer
        and raises JudgingError when there is none for this mail."""
        ...

    def decide(self, account: str, now: datetime) -> Outlook:
        """Journal what is to be done for an account that has just been read."""
        ...

    def tick(self, now: datetime, working: Collection[str]) -> Outlook:
        """See what is due. Of accounts that are not among the `working` ones, which can be read, what is dated
        ahead is told all the same."""
        ...

    def press(self, notice: str, action: str, now: datetime) -> None:
        """Do what a pressed button says."""
        ...

    def close(self) -> None:
        """Let go of everything. Never raises."""
        ...
