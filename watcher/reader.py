"""One pass over one account: fetch what is new, have it judged, record what comes of it.

Reading and judging are two jobs. This one speaks with the mailbox and the store, and needs nothing of the
rules; a `Mind` judges, in this process or in another. Up to `AHEAD` mails are on their way between the two,
so that the server is read while others are judged; what comes of them is recorded in their order.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from watcher.core.candidates import FIELDS, Sighting, sight
from watcher.core.model import Fact, Kind
from watcher.errors import WatcherError
from watcher.mailbox import Cursor, Fetched, Folder, Mailbox, Role, reading_order
from watcher.store import Batch, Store, hash_id

if TYPE_CHECKING:
    from watcher.core.classify import Models
    from watcher.core.language import Packs
    from watcher.core.standing import Person

log = logging.getLogger(__name__)

#: Mails judged, or passed over, before they are written down together.
BATCH, PASSED_BATCH = 100, 2000
#: Mails being judged while others are fetched.
AHEAD = 32
#: A mail that fails this often is set aside as unreadable and shown.
TRIES = 3
#: What is noted of a mail that was passed over before its conversation was known: it is read after the others.
LATER = "read after the others"

#: Note under which the store remembers, for each account, the folders it does not have: "sent drafts".
MISSING = "missing"

Progress = Callable[[int], None]


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
    """What came of one mail: its fact, and whether it is worth keeping."""

    fact: Fact
    kept: bool
    senders: frozenset[str] = frozenset()  # whose mail is part of a process from now on


@dataclass(frozen=True, slots=True)
class Begun:
    """What reading may rest on: whose mail is part of a process, and the mails that are to be read again as
    something else, by what the person said of them."""

    senders: frozenset[str]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass read."""

    read: int = 0
    kept: int = 0
    troubled: int = 0
    has_sent: bool = True
    has_drafts: bool = True
    folders: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sieve:
    """Passes over what is surely nobody's business, and what is known already (`core.candidates`)."""

    look: Look
    store: Store
    senders: set[str]
    fields: Sequence[str] = FIELDS
    fresh: set[str] = field(default_factory=set)  # Message-IDs kept in this pass

    def passes(self, header: bytes, size: int) -> Sighting | None:
        seen = sight(header, self.look.packs)
        if not seen.complete:
            return None
        if seen.needless and not self.links(seen):
            return seen
        return seen if self.store.is_known(seen.message_id) else None

    def links(self, seen: Sighting) -> bool:
        """Does it belong to a conversation or a person that is known by now?"""
        if seen.is_linked(self.fresh, self.senders):
            return True
        return bool(seen.related) and self.store.holds_any(seen.related)


def read(
    look: Look,
    mailbox: Mailbox,
    store: Store,
    mind: Mind,
    progress: Progress | None = None,
    *,
    folders: Sequence[Folder] = (),
    only: Collection[str] | None = None,
) -> Pass:
    """Read everything new in one account into the store; `folders` are its folders where they are known,
    `only` the names of those to read. Raises what the mailbox, the store and the mind raise; what was recorded
    before stays, and the next pass goes on from there."""
    folders = folders or mailbox.folders()
    begun = mind.begin(look)
    sieve = _Sieve(look, store, set(begun.senders))
    done = Pass(
        has_sent=any(Role.SENT in folder.roles or Role.ALL in folder.roles for folder in folders),
        has_drafts=any(Role.DRAFTS in folder.roles for folder in folders),
    )
    chosen = read_folders(look, folders)
    for folder in chosen:
        if only is not None and folder.name not in only:
            continue
        got, kept, troubled = _Reading(look, folder, mailbox, store, mind, sieve).run(progress)
        done = replace(
            done,
            read=done.read + got,
            kept=done.kept + kept,
            troubled=done.troubled + troubled,
            folders=(*done.folders, folder.name),
        )
    _retry_troubles(look, mailbox, store, mind, sieve)
    _read_again(look, mailbox, store, mind, chosen)
    _remember_missing(look.account, done, store)
    return done


def read_folders(look: Look, folders: Iterable[Folder]) -> tuple[Folder, ...]:
    """The folders that are read. The person's own mail first: an answer is told by what it answers."""
    chosen = _everything(folders) if look.every_folder else reading_order(folders, read_junk=look.read_junk)
    return tuple(sorted(chosen, key=lambda folder: Role.SENT not in folder.roles))


def _everything(folders: Iterable[Folder]) -> tuple[Folder, ...]:
    apart = {Role.DRAFTS, Role.TRASH, Role.JUNK}
    return tuple(folder for folder in folders if not folder.roles & apart)


def _remember_missing(account: str, done: Pass, store: Store) -> None:
    """Let `status` say which folders were not found (rule 3.7)."""
    found = {"sent": done.has_sent, "drafts": done.has_drafts}
    key, missing = f"{MISSING}:{account}", " ".join(role for role, there in found.items() if not there)
    if store.note(key) != missing:
        store.set_note(key, missing)


# --------------------------------------------------------------------------- one folder

_Answer = Callable[[], Judged]


class _Reading:
    """The reading of one folder: what is under way, and what is to be recorded next."""

    def __init__(
        self, look: Look, folder: Folder, mailbox: Mailbox, store: Store, mind: Mind, sieve: _Sieve
    ) -> None:
        self.look, self.folder, self.mailbox = look, folder, mailbox
        self.store, self.mind, self.sieve = store, mind, sieve
        self.under_way: deque[tuple[Fetched, _Answer | None]] = deque()
        self.kept = self.troubled = self.uid = self.uidvalidity = 0
        self._clear()

    def run(self, progress: Progress | None) -> tuple[int, int, int]:
        """Read what is new; returns how many mails were read, kept, and gave trouble."""
        name, account = self.folder.name, self.look.account
        stored = self.store.cursor(account, name)
        before = Cursor(name, *stored) if stored is not None else None
        target = self.mailbox.cursor(name)
        if before is not None and before.uidvalidity != target.uidvalidity:
            log.info("a folder of account %s was renumbered: reading it again", account)
        self.uidvalidity = target.uidvalidity
        sieve = None if Role.SENT in self.folder.roles else self.sieve
        read = 0
        for fetched in self.mailbox.fetch_since(name, before, self.look.since, sieve):
            self.under_way.append((fetched, self._asked(fetched)))
            read += 1
            while len(self.under_way) > AHEAD:
                self._settle()
            if progress is not None:
                progress(1)
        while self.under_way:
            self._settle()
        self.uidvalidity, self.uid = target.uidvalidity, max(target.uid, self.uid)
        self._record()
        return read, self.kept, self.troubled

    def once(self, fetched: Fetched, stored: tuple[int, int]) -> bool:
        """Read one mail of long ago; the cursor stays as `stored`. False when it gave trouble again."""
        self.under_way.append((fetched, self._asked(fetched)))
        self._settle(write=False)
        self.uidvalidity, self.uid = stored
        well = not self.troubles
        self._record()
        return well

    def _asked(self, fetched: Fetched) -> _Answer | None:
        if fetched.raw is None:
            return None
        sent = Role.SENT in self.folder.roles
        return self.mind.judge(self.look, fetched.raw, fetched.arrived, sent=sent)

    def _settle(self, *, write: bool = True) -> None:
        """Take what came of the oldest mail under way."""
        fetched, answer = self.under_way.popleft()
        self.uid, self.uidvalidity = max(self.uid, fetched.uid), fetched.uidvalidity
        if isinstance(fetched.passed, Sighting):
            self._pass_over(fetched.uid, fetched.passed)
        elif answer is None:
            self.troubles[fetched.uid] = fetched.problem or "cannot be read"
        else:
            self._take(fetched, answer)
        self.judged += answer is not None
        if write and (self.judged >= BATCH or len(self.seen) + len(self.places) >= PASSED_BATCH):
            self._record()

    def _pass_over(self, uid: int, seen: Sighting) -> None:
        if seen.needless and self.sieve.links(seen):
            self.troubles[uid] = LATER
        elif seen.needless and not self.store.is_known(seen.message_id):
            self.seen.append(seen.message_id)
        else:
            self.places.append(seen.message_id)

    def _take(self, fetched: Fetched, answer: _Answer) -> None:
        try:
            judged = answer()
        except JudgingError as error:
            log.warning("a mail of account %s could not be judged: %s", self.look.account, error.message)
            self.troubles[fetched.uid] = f"judging failed: {error.message}"
            return
        fact = judged.fact
        if fetched.problem and not fact.unreadable:
            self.troubles[fetched.uid] = fetched.problem
        if self.store.is_known(fact.message_id):
            self.places.append(fact.message_id)
        elif not judged.kept:
            self.seen.append(fact.message_id)
        else:
            self.sieve.fresh.add(fact.message_id)
            self.sieve.senders |= judged.senders
            self.facts.append(fact)
            self.places.append(fact.message_id)

    def _record(self) -> None:
        """Write down what was settled, and how far the folder is read."""
        self.store.record(
            Batch(
                self.look.account,
                self.folder.name,
                self.uidvalidity,
                self.uid,
                facts=tuple(self.facts),
                seen=tuple(self.seen),
                places=tuple(self.places),
                troubles=self.troubles,
            )
        )
        self.kept += len(self.facts)
        self.troubled += sum(why != LATER for why in self.troubles.values())
        self._clear()

    def _clear(self) -> None:
        self.facts: list[Fact] = []
        self.seen: list[str] = []
        self.places: list[str] = []
        self.troubles: dict[int, str] = {}
        self.judged = 0


# --------------------------------------------------------------------------- afterwards


def _retry_troubles(look: Look, mailbox: Mailbox, store: Store, mind: Mind, sieve: _Sieve) -> None:
    """Try the mails that failed again, up to TRIES times; after that they are only shown."""
    for trouble in store.troubles():
        if trouble.account != look.account or trouble.tries >= TRIES:
            continue
        if mailbox.cursor(trouble.folder).uidvalidity != trouble.uidvalidity:
            store.settle_trouble(trouble)
            continue
        fetched = mailbox.fetch(trouble.folder, trouble.uid)
        if fetched is None:
            store.settle_trouble(trouble)
            continue
        stored = store.cursor(look.account, trouble.folder) or (trouble.uidvalidity, trouble.uid)
        if _Reading(look, Folder(trouble.folder), mailbox, store, mind, sieve).once(fetched, stored):
            store.settle_trouble(trouble)


def _read_again(look: Look, mailbox: Mailbox, store: Store, mind: Mind, folders: Sequence[Folder]) -> None:
    """Read the mails that the person put right again, as what they are by that (rule 2.5): what they then say,
    a date above all, was not looked for. One that was nobody's business till now becomes a fact."""
    if not store.corrections():
        return
    for message_id, kind in mind.begin(look).again.items():
        gone = f"gone:{look.account}:{hash_id(message_id)}"
        if store.note(gone):
            continue
        folder, fetched = _found(mailbox, folders, store.places(look.account, message_id), message_id)
        fact = None
        if folder is not None and fetched is not None and fetched.raw is not None:
            fact = _told(look, mind, folder, fetched.raw, fetched.arrived, kind)
        if folder is None or fact is None or fact.message_id != message_id:
            store.set_note(gone, "yes")  # it is not looked for on every pass
        elif (stored := store.fact(message_id)) is not None:
            store.replace_fact(replace(stored, reading=fact.reading, template=fact.template))
        else:
            place = store.cursor(look.account, folder.name) or (0, 0)
            store.record(Batch(look.account, folder.name, *place, facts=(fact,), places=(message_id,)))


def _found(
    mailbox: Mailbox, folders: Sequence[Folder], places: Collection[str], message_id: str
) -> tuple[Folder | None, Fetched | None]:
    """Where a mail lies, and the mail; first where it was seen."""
    for folder in sorted(folders, key=lambda folder: folder.name not in places):
        for uid in mailbox.find(folder.name, message_id):
            fetched = mailbox.fetch(folder.name, uid)
            if fetched is not None and fetched.raw:
                return folder, fetched
    return None, None


def _told(
    look: Look, mind: Mind, folder: Folder, raw: bytes, arrived: datetime | None, kind: Kind
) -> Fact | None:
    """The fact of a mail that is a `kind` by the person's word; None when it cannot be judged."""
    try:
        return mind.judge(look, raw, arrived, sent=Role.SENT in folder.roles, told=kind)().fact
    except JudgingError as error:
        log.warning("a mail of account %s could not be read again: %s", look.account, error.message)
        return None
