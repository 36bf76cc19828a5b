"""Labels in place of keywords: each process carries the one that fits, exactly once, whatever happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from test_outbox import INVITATION, PACKS, PERSON, STORY, TWO_WEEKS_LATER, WEEK_LATER, at, fact, store_at

from watcher.core.model import ActionKind, Kind
from watcher.core.plan import LABELS, Wishes
from watcher.core.wording import words
from watcher.mailbox import Labelled
from watcher.mailbox.memory import MemoryMailbox
from watcher.outbox import flush
from watcher.scan import LABELLED, decide, journal
from watcher.store import Store

ENGLISH = dict(words(PACKS, "en")["labels"])
INDONESIAN = dict(words(PACKS, "id")["labels"])
WISHES = Wishes(labels=ENGLISH)
SOON_AFTER = at("2026-11-04T11:00")


class Box(MemoryMailbox):
    """A mailbox in memory with labels. `failing`: the next change of a label raises after it was made."""

    def __init__(self) -> None:
        super().__init__("personal")
        self.carried: dict[int, set[str]] = {}
        self.changes: list[tuple[str, str]] = []
        self.failing = False
        raw = f"Message-ID: {INVITATION}\r\nFrom: dewi@nusantara.example\r\nSubject: x\r\n\r\nx\r\n"
        self.deliver(raw.encode(), arrived=at("2026-10-28T10:00"))

    def labels(self, folder: str, uid: int) -> frozenset[str]:
        return frozenset(self.carried.get(uid, set()))

    def add_labels(self, folder: str, uids: Sequence[int], labels: Sequence[str]) -> None:
        self._change("+", uids, labels)

    def remove_labels(self, folder: str, uids: Sequence[int], labels: Sequence[str]) -> None:
        self._change("-", uids, labels)

    def _change(self, sign: str, uids: Iterable[int], labels: Sequence[str]) -> None:
        for uid in uids:
            mine = self.carried.setdefault(uid, set())
            self.carried[uid] = mine | set(labels) if sign == "+" else mine - set(labels)
        self.changes += [(sign, label) for label in labels]
        if self.failing:
            self.failing = False
            raise ConnectionError("the machine stops here")


def store_with_labels(facts: tuple = STORY) -> Store:
    store = store_at(None, facts)
    store.set_note(f"{LABELLED}:personal", "yes")
    return store


def step(store: Store, box: Box, now: datetime, wishes: Wishes = WISHES) -> None:
    everything, actions = decide(store, PERSON, wishes, PACKS, now)
    journal(store, actions, everything, now)
    flush(store, box, "personal", now)


def flags(box: Box) -> frozenset[str]:
    found = box.fetch("INBOX", 1)
    assert found is not None
    return found.flags


def test_a_box_with_labels_is_one() -> None:
    assert isinstance(Box(), Labelled)
    assert set(LABELS.values()) == set(ENGLISH) == set(INDONESIAN)


def test_the_label_follows_the_state() -> None:
    store, box = store_with_labels(), Box()
    for now, name, star in (
        (SOON_AFTER, "waiting", False),
        (WEEK_LATER, "one_week", True),
        (TWO_WEEKS_LATER, "two_weeks", True),
    ):
        for _ in range(2):
            step(store, box, now)
            assert box.carried == {1: {ENGLISH[name]}}
            assert flags(box) == ({"\\Flagged"} if star else set())
    assert len(box.changes) == 5  # three put on, two taken off: never twice


def test_whose_turn_it_is_shows_too() -> None:
    asked = fact("<q@nusantara.example>", "2026-11-04T09:00", Kind.RECRUITER_REPLY, ask=True)
    store, box = store_with_labels((*STORY, replace(asked, references=(INVITATION,)))), Box()
    box.deliver(b"Message-ID: <q@nusantara.example>\r\n\r\nx\r\n")
    step(store, box, SOON_AFTER)
    assert box.carried == {2: {ENGLISH["your_turn"]}}


def test_what_is_over_carries_none() -> None:
    refused = fact("<no@nusantara.example>", "2026-11-04T09:00", Kind.REJECTION)
    store, box = store_with_labels(), Box()
    step(store, box, SOON_AFTER)
    assert box.carried == {1: {ENGLISH["waiting"]}}
    more = store_with_labels((*STORY, replace(refused, references=(INVITATION,))))
    for entry in store.journal():
        more.enqueue([entry.action], entry.made)
        more.finish(entry.action.key, entry.status, entry.made, data=entry.action.data)
    step(more, box, at("2026-11-04T12:00"))
    assert box.carried == {1: set()}


@pytest.mark.parametrize(
    "names",
    [INDONESIAN, {**ENGLISH, "waiting": "Kerja/Menunggu kabar"}],
    ids=["another language", "another name"],
)
def test_other_names_take_the_place_of_the_old_ones(names: dict[str, str]) -> None:
    store, box = store_with_labels(), Box()
    step(store, box, SOON_AFTER)
    for _ in range(2):
        step(store, box, SOON_AFTER, replace(WISHES, labels=names))
        assert box.carried == {1: {names["waiting"]}}
    step(store, box, SOON_AFTER)
    assert box.carried == {1: {ENGLISH["waiting"]}}


def test_labels_go_when_the_person_wants_no_marks() -> None:
    store, box = store_with_labels(), Box()
    step(store, box, WEEK_LATER)
    step(store, box, WEEK_LATER, replace(WISHES, mailbox_marks=frozenset({"star"})))
    assert (box.carried, flags(box)) == ({1: set()}, {"\\Flagged"})
    step(store, box, WEEK_LATER, replace(WISHES, mailbox_marks=frozenset()))
    assert (box.carried, flags(box)) == ({1: set()}, set())


def test_a_label_of_the_persons_own_is_never_taken_off() -> None:
    store, box = store_with_labels(), Box()
    box.carried[1] = {"Penting", ENGLISH["waiting"]}
    step(store, box, SOON_AFTER)
    step(store, box, WEEK_LATER)
    assert box.carried == {1: {"Penting", ENGLISH["waiting"], ENGLISH["one_week"]}}
    step(store, box, TWO_WEEKS_LATER)
    assert box.carried == {1: {"Penting", ENGLISH["waiting"], ENGLISH["two_weeks"]}}


@pytest.mark.parametrize("now", [SOON_AFTER, WEEK_LATER], ids=["putting on", "taking off"])
def test_stopped_in_the_middle_it_ends_the_same(now: datetime) -> None:
    store, box = store_with_labels(), Box()
    if now is WEEK_LATER:
        step(store, box, SOON_AFTER)
    box.failing = True
    with pytest.raises(ConnectionError):
        step(store, box, now)
    for later in (now, TWO_WEEKS_LATER, TWO_WEEKS_LATER):
        step(store, box, later)
    assert box.carried == {1: {ENGLISH["two_weeks"]}}
    assert all(entry.status != "waiting" for entry in store.journal(kind=ActionKind.UNFLAG))


def test_a_keyword_of_before_gives_way_to_the_label() -> None:
    store, box = store_at(None), Box()
    step(store, box, WEEK_LATER)
    assert (flags(box), box.carried) == ({"\\Flagged", "$FollowUp1w"}, {})
    store.set_note(f"{LABELLED}:personal", "yes")
    step(store, box, WEEK_LATER)
    assert (flags(box), box.carried) == ({"\\Flagged"}, {1: {ENGLISH["one_week"]}})


def test_elsewhere_only_quiet_ones_are_marked_by_keyword() -> None:
    store, box = store_at(None), Box()
    step(store, box, SOON_AFTER)
    assert (flags(box), box.carried) == (set(), {})
