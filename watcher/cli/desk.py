"""What the person puts right, before it is written down: which mail is meant, and what holds already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.cli.tables import plain
from watcher.core.corrections import COMPANY, LABEL, MERGE, SPLIT, corrected, label_of, put_right, said
from watcher.core.model import CONFIDENT, Correction, Fact, Process
from watcher.core.process import mail_id, mails_called, resolve
from watcher.core.standing import Person, Standing, standings
from watcher.errors import UsageError
from watcher.store import Store

#: As many mails are named where one is to be chosen.
NAMED = 10
#: The number of a correction that says what holds already; it is not written down.
HOLDS = -1


class Desk:
    """What is known, and what the person says about it, before it is written down."""

    def __init__(self, store: Store, person: Person, now: datetime) -> None:
        self.store, self.person, self.now = store, person, now
        self.facts, self.marks = store.facts(), store.marks()
        self.before = store.corrections()
        self.corrections = self.before
        self.everything: tuple[Standing, ...] = ()
        self._stand()

    def _stand(self) -> None:
        self.right = {f.message_id: f for f in corrected(self.facts, self.corrections)}
        self.everything = standings(self.facts, self.marks, self.corrections, self.person, self.now)

    # ------------------------------------------------------------ saying

    def add(self, made: Iterable[Correction]) -> list[Correction]:
        """Write down what is new of it; what holds already comes back with the number 0."""
        told = [one if one.id == HOLDS else self.store.correct(one) for one in made]
        self.corrections = self.store.corrections()
        self._stand()
        return [replace(one, id=max(one.id, 0)) for one in told]

    def said_of(
        self,
        mails: Sequence[str],
        label: str | None,
        named: Sequence[tuple[str, str]],
        *,
        split: bool,
    ) -> list[Correction]:
        """The corrections of each mail, one built on the other. What holds already is numbered
        HOLDS."""
        told = []
        for wanted in dict.fromkeys(mails):
            if label is not None:
                told.append(self._think(self._label(wanted, label)))
            if split:
                told.append(self._think(self._split(wanted)))
            told += [self._think(self._named(wanted, kind, name)) for kind, name in named]
        return told

    def _think(self, made: Correction) -> Correction:
        if made.id == 0:
            self.corrections = (*self.corrections, made)
            self._stand()
        return made

    def _made(
        self, kind: str, target: str, *, other: str = "", value: str = "", so: bool = False
    ) -> Correction:
        return Correction(
            id=HOLDS if so else 0, made=self.now, kind=kind, target=target, other=other, value=value
        )

    def _label(self, wanted: str, label: str) -> Correction:
        fact = self._mail(wanted)
        if fact is None:
            target = f"<{wanted.strip().strip('<>')}>"
            if "@" not in wanted or not self.store.was_seen(target):
                raise UsageError(
                    f"No mail is called {plain(wanted)!r}.",
                    "`watcher show ID` names those of a process; others go by their Message-ID, once read.",
                )
            kind = label_of(label, incoming=None)
            known = said(self.facts, self.corrections).labels.get(target)
            return self._made(LABEL, target, value=kind.value, so=known is kind)
        kind = label_of(label, incoming=fact.incoming)
        words_ = said(self.facts, self.corrections)
        right = put_right(fact, words_)
        sure = right.kind is kind and right.verdict.confidence >= CONFIDENT
        return self._made(LABEL, fact.message_id, value=kind.value, so=sure)

    def _split(self, wanted: str) -> Correction:
        fact = self._mail(wanted)
        if fact is None:
            raise UsageError(f"No mail is called {plain(wanted)!r}.", "`watcher show ID` names them.")
        made = self._made(SPLIT, fact.message_id)
        home = self._home(fact.message_id, wanted)
        if home.facts[0].message_id == fact.message_id:
            return replace(made, id=HOLDS)
        return made

    def _named(self, wanted: str, kind: str, name: str) -> Correction:
        fact = self._mail(wanted, several=True)
        if fact is not None:
            home = self._home(fact.message_id, wanted)
            target = fact.message_id
        else:
            home = self._process(wanted)
            target = _witness(home, kind)
        called = home.company if kind == COMPANY else home.role
        return self._made(kind, target, value=name, so=called == name)

    def merged(self, mails: Sequence[str]) -> list[Correction]:
        """The corrections that make one process of those named."""
        homes: dict[str, Process] = {}
        for wanted in mails:
            fact = self._mail(wanted, several=True)
            home = self._home(fact.message_id, wanted) if fact is not None else self._process(wanted)
            homes[home.id] = home
        if len(homes) < 2 and len(set(mails)) < 2:
            raise UsageError("--merge needs two processes or more.", "Name them all.")
        first, *others = homes.values()
        target = first.facts[0].message_id
        if not others:
            last = first.facts[-1].message_id
            return [self._made(MERGE, target, other=last, so=True)]
        return [self._made(MERGE, target, other=home.facts[0].message_id) for home in others]

    def take_back(self, number: int) -> Correction:
        """Undo one correction. Raises UsageError when there is none of this number."""
        taken = next((made for made in self.before if made.id == number), None)
        if taken is None or not self.store.uncorrect(number):
            raise UsageError(f"There is no correction {number}.", "`watcher correct --list` shows them.")
        self.corrections = self.store.corrections()
        self._stand()
        return taken

    # ------------------------------------------------------------ finding

    def _mail(self, wanted: str, *, several: bool = False) -> Fact | None:
        """The mail that `wanted` names; of a process with one mail that one. `several`: it may be a process."""
        found = mails_called(self.facts, wanted)
        if len(found) == 1:
            return found[0]
        if not found and not several and "@" not in wanted:
            process = self._process(wanted)
            found = process.facts
            if len(found) == 1:
                return found[0]
        if found:
            raise UsageError(
                f"{plain(wanted)!r} names {len(found)} mails.",
                f"Say which: {', '.join(_brief(fact) for fact in found[-NAMED:])}.",
            )
        return None

    def _process(self, wanted: str) -> Process:
        return resolve([one.process for one in self.everything], wanted)

    def _home(self, message_id: str, wanted: str) -> Process:
        home = next(iter(self.holding(message_id)), None)
        if home is None:
            raise UsageError(f"{plain(wanted)!r} belongs to no process.", "Say first what it is, with --as.")
        return home.process

    def holding(self, message_id: str) -> list[Standing]:
        """The processes that hold a mail."""
        return [o for o in self.everything if any(f.message_id == message_id for f in o.process.facts)]

    def touched(self, told: Iterable[Correction]) -> tuple[Standing, ...]:
        """The processes that these corrections are about, as they stand now."""
        found = [one for made in told for name in (made.target, made.other) for one in self.holding(name)]
        return tuple({one.process.id: one for one in found}.values())

    def alike(self, made: Correction) -> int:
        """How many other mails a label counts for now, by their template."""
        if made.kind != LABEL:
            return 0
        alone = tuple(one for one in self.corrections if one.id != made.id)
        without = {f.message_id: f for f in corrected(self.facts, alone)}
        changed = [m for m, fact in self.right.items() if fact.verdict != without[m].verdict]
        return sum(1 for message_id in changed if message_id != made.target)


def _brief(fact: Fact) -> str:
    return f"{mail_id(fact.message_id)} ({fact.kind.value}, {fact.at:%Y-%m-%d})"


def _witness(process: Process, kind: str) -> str:
    """The newest mail that gave the process its name, the employer's before the person's; else its first."""
    called = process.told.get(kind) or (process.company if kind == COMPANY else process.role)
    named = sorted(process.facts, key=lambda fact: (fact.incoming, fact.at), reverse=True)
    names = {f.message_id: f.details.company if kind == COMPANY else f.details.role for f in named}
    return next((m for m, name in names.items() if called and name == called), process.facts[0].message_id)
