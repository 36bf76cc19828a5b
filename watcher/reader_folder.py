"""Reading one folder: what the sieve lets through is judged, what comes of it is recorded in its order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from watcher.core.candidates import FIELDS, Sighting, sight
from watcher.core.model import Fact, Kind
from watcher.mailbox import Cursor, Fetched, Folder, Mailbox, Role
from watcher.reader_mind import Judged, JudgingError, Look, Mind
from watcher.store import Batch, Store

log = logging.getLogger(__name__)

#: Mails judged, or passed over, before they are written down together.
BATCH, PASSED_BATCH = 100, 2000
#: Mails being judged while others are fetched, and mails read beyond the oldest of them.
AHEAD, ROOM = 64, 1500
#: What is noted of a mail that was passed over before its conversation was known: it is read after the others.
LATER = "read after the others"
#: Own mail that tells what it answers.
TELLING = frozenset((Kind.OWN_ACCEPT, Kind.OWN_RESCHEDULE, Kind.OWN_TASK_DONE, Kind.OWN_THANK_YOU))

Progress = Callable[[int], None]
_Answer = Callable[[], Judged]


@dataclass(slots=True)
class Sieve:
    """Passes over what is surely nobody's business, and what is known already (`core.candidates`). It learns as
    mail is read."""

    look: Look
    store: Store
    senders: set[str]
    answered: set[str]  # Message-IDs that own mail answers
    fields: Sequence[str] = FIELDS
    fresh: set[str] = field(default_factory=set)  # Message-IDs kept in this pass
    to_judge_again: set[str] = field(default_factory=set)  # answered by own mail since they were judged

    def passes(self, header: bytes, size: int) -> Sighting | None:
        """What is to be known of a mail that is passed over, None for one worth reading."""
        seen = sight(header, self.look.packs)
        return None if not seen.complete or self.wants(seen) else seen

    def wants(self, seen: Sighting) -> bool:
        """Is it worth reading, by what is known now?"""
        if seen.needless and not self.links(seen):
            return False
        if not self.store.is_known(seen.message_id):
            return True
        # What was nobody's business when another account or folder was read may belong to a process by now.
        return self._refers(seen) and self.store.was_seen(seen.message_id)

    def links(self, seen: Sighting) -> bool:
        """Does it belong to a conversation or a person that is known by now?"""
        return seen.sender in self.senders or seen.message_id in self.answered or self._refers(seen)

    def _refers(self, seen: Sighting) -> bool:
        if not self.fresh.isdisjoint(seen.related):
            return True
        return bool(seen.related) and self.store.holds_any(seen.related)

    def learn(self, fact: Fact, senders: Collection[str]) -> None:
        """A mail is kept, and with it the mail of these senders."""
        self.fresh.add(fact.message_id)
        self.senders |= set(senders)
        if fact.incoming:
            return
        self.answered.update(fact.in_reply_to)
        if fact.kind in TELLING:
            self.to_judge_again.update(filter(self._was_judged, fact.in_reply_to))

    def _was_judged(self, message_id: str) -> bool:
        found = message_id in self.fresh or self.store.holds_any((message_id,))
        return found or self.store.was_seen(message_id)


class Reading:
    """The reading of one folder: what is under way, and what is to be recorded next."""

    def __init__(
        self, look: Look, folder: Folder, mailbox: Mailbox, store: Store, mind: Mind, sieve: Sieve
    ) -> None:
        self.look, self.folder, self.mailbox = look, folder, mailbox
        self.store, self.mind, self.sieve = store, mind, sieve
        self.under_way: deque[tuple[Fetched, _Answer | None]] = deque()
        self.asked = 0  # of those under way, how many are being judged
        self.kept = self.troubled = self.uid = self.uidvalidity = 0
        self.again = False
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
            while self.asked > AHEAD or len(self.under_way) > ROOM or self._is_passed():
                self._settle()
            if progress is not None:
                progress(1)
        while self.under_way:
            self._settle()
        self.uidvalidity, self.uid = target.uidvalidity, max(target.uid, self.uid)
        self._record()
        return read, self.kept, self.troubled

    def once(self, fetched: Fetched, stored: tuple[int, int], *, again: bool = False) -> bool:
        """Read one mail of long ago; the cursor stays as `stored`. `again`: also one that is known already.
        False when it gave trouble again."""
        self.again = again
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
        self.asked += 1
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
        self.asked -= answer is not None
        self.judged += answer is not None
        waiting = len(self.seen) + len(self.places) + len(self.passed)
        if write and (self.judged >= BATCH or waiting >= PASSED_BATCH):
            self._record()

    def _is_passed(self) -> bool:
        """Is there nothing to wait for with the oldest mail?"""
        return bool(self.under_way) and self.under_way[0][1] is None

    def _pass_over(self, uid: int, seen: Sighting) -> None:
        if self.sieve.wants(seen):
            self.troubles[uid] = LATER
        else:
            self.passed.append(seen.message_id)

    def _take(self, fetched: Fetched, answer: _Answer) -> None:
        try:
            judged = answer()
        except JudgingError as error:
            log.warning("a mail of account %s could not be judged: %s", self.look.account, error.message)
            self.troubles[fetched.uid] = f"judging failed: {error.message}"
            return
        fact = with_hints(judged.fact, fetched)
        if fetched.problem and not fact.unreadable:
            self.troubles[fetched.uid] = fetched.problem
        found_its_place = judged.refers and self.store.was_seen(fact.message_id)
        if self.store.is_known(fact.message_id) and not (self.again or found_its_place):
            self.places.append(fact.message_id)
        elif not judged.kept:
            self.seen.append(fact.message_id)
        else:
            self.sieve.learn(fact, judged.senders)
            self.facts.append(fact)
            self.places.append(fact.message_id)

    def _record(self) -> None:
        """Write down what was settled, and how far the folder is read."""
        known = self.store.known(self.passed) if self.passed else frozenset[str]()
        self.places += [message_id for message_id in self.passed if message_id in known]
        self.seen += [message_id for message_id in self.passed if message_id not in known]
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
        self.passed: list[str] = []
        self.troubles: dict[int, str] = {}
        self.judged = 0


def with_hints(fact: Fact, fetched: Fetched) -> Fact:
    """A fact with what the server itself says of its mail: no part of the judgement."""
    return replace(fact, gmail_thread=fetched.gmail_thread, gmail_id=fetched.gmail_id)
