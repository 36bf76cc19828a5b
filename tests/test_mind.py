"""The process that judges: it says the same as one that judges here, and nothing is lost when it ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import until

from watcher import sample
from watcher.core.course import shown
from watcher.core.person import Person, Wishes
from watcher.core.shown import by_urgency
from watcher.edition import edition
from watcher.errors import WatcherError
from watcher.mailbox.memory import MemoryMailbox
from watcher.mind import Elsewhere
from watcher.packs import load_models, load_packs
from watcher.reader import JudgingError, Look, read
from watcher.scan import Here, stand
from watcher.store import Store

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
PERSON = Person(address=sample.ADDRESS, addresses=frozenset({sample.ADDRESS}))
PACKS = load_packs()
LOOK = Look(account="personal", person=PERSON, packs=PACKS, models=load_models())


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "watcher.sqlite"


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


@pytest.fixture
def mind(database: Path, store: Store) -> Iterator[Elsewhere]:
    made = Elsewhere(database, PERSON, Wishes())
    yield made
    made.close()


def letters() -> list[bytes]:
    return [mail.raw for mail in sample.build(NOW)][:25]


def box(raws: list[bytes]) -> MemoryMailbox:
    filled = MemoryMailbox("personal")
    for raw in raws:
        filled.deliver(raw, arrived=NOW)
    return filled


def test_it_judges_and_decides_as_one_that_judges_here(mind: Elsewhere, store: Store) -> None:
    here = Store(None)
    for memory, thinker in ((store, mind), (here, Here(here, PERSON, Wishes(), PACKS))):
        read(LOOK, box(letters()), memory, thinker)
    assert store.facts() == here.facts()
    assert store.facts()
    thinker = Here(here, PERSON, Wishes(), PACKS)
    assert mind.decide("personal", NOW) == thinker.decide("personal", NOW)
    assert [line.action.key for line in store.journal()] == [line.action.key for line in here.journal()]
    assert mind.tick(NOW, {"personal"}) == thinker.tick(NOW, {"personal"})


def test_what_it_derived_is_kept_for_status(mind: Elsewhere, store: Store) -> None:
    read(LOOK, box(letters()), store, mind)
    mind.decide("personal", NOW)
    assert until(lambda: store.holds_shown(edition(PERSON), NOW))
    found = store.shown(edition(PERSON), NOW)
    assert found is not None
    assert by_urgency(found) == tuple(shown(one) for one in stand(store, PERSON, NOW))


def test_when_it_is_killed_the_questions_are_asked_again(mind: Elsewhere, store: Store) -> None:
    mind.begin(LOOK)
    answers = [mind.judge(LOOK, raw, NOW, sent=False) for raw in letters()]
    os.kill(mind.pid, signal.SIGKILL)
    here = Here(store)
    here.begin(LOOK)
    expected = [here.judge(LOOK, raw, NOW, sent=False)().fact.message_id for raw in letters()]
    assert [answer().fact.message_id for answer in answers] == expected


def test_it_ends_when_nobody_asks_and_is_started_again(
    mind: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHER_MIND_IDLE", "0.1")
    mind.begin(LOOK)
    assert until(lambda: mind.pid == 0, 10)
    assert mind.judge(LOOK, letters()[0], NOW, sent=False)().fact.message_id


def test_a_mail_over_which_it_ends_is_told_and_costs_the_others_nothing(
    mind: Elsewhere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The child is made to end at one mail, as if the kernel had stopped it there."""
    poison = letters()[1]
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if any('mind_child' in word for word in sys.orig_argv):\n"
        "    import pickle\n"
        "    from multiprocessing import connection\n"
        "    whole = connection.Connection.recv\n"
        "    def recv(self):\n"
        "        words = whole(self)\n"
        f"        if words[0] == 'judge' and len(words[2]) == {len(poison)}:\n"
        "            os._exit(9)\n"
        "        return words\n"
        "    connection.Connection.recv = recv\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(trap))
    mind.begin(LOOK)
    answers = [mind.judge(LOOK, raw, NOW, sent=False) for raw in letters()[:4]]
    assert answers[0]().fact.message_id
    with pytest.raises(JudgingError, match="ended over it"):
        answers[1]()
    assert [bool(answer().fact.message_id) for answer in answers[2:]] == [True, True]


def test_many_mails_with_much_to_tell_are_asked_before_an_answer_is_taken(mind: Elsewhere) -> None:
    """Questions and answers each more than the pipe holds: neither side may wait for the other for ever."""
    names = ", ".join(
        f'"{"n" * 150}{number}" <{"a" * 60}{number}@{"b" * 60}.example>' for number in range(20)
    )
    references = " ".join(f"<{number}.{'x' * 200}@y.example>" for number in range(50))
    letter = (
        f"From: HR <hr@z.example>\r\nTo: {names}\r\nReferences: {references}\r\nSubject: Interview\r\n"
        "Message-ID: <%d@z.example>\r\n\r\nThank you for applying for Cook. We would like to invite you to an "
        "interview on Friday at 2pm. Please confirm.\r\n" + "word " * 40_000
    )
    done = []

    def ask() -> None:
        mind.begin(LOOK)
        answers = [mind.judge(LOOK, (letter % number).encode(), NOW, sent=False) for number in range(33)]
        done.extend(answer().fact.message_id for answer in answers)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(120)
    assert done == [f"<{number}@z.example>" for number in range(33)]


def test_closing_it_while_it_is_asked_ends_the_asking(mind: Elsewhere) -> None:
    mind.begin(LOOK)
    os.kill(mind.pid, signal.SIGSTOP)
    faults = []

    def ask() -> None:
        try:
            mind.judge(LOOK, b"Subject: x\r\n\r\n" + b"word " * 500_000, NOW, sent=False)()
        except WatcherError as error:
            faults.append(error.message)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    mind.close()
    asking.join(30)
    assert faults == ["The service is ending."]


def test_closing_it_ends_the_process(mind: Elsewhere) -> None:
    mind.begin(LOOK)
    process = mind.pid
    assert process
    mind.close()
    mind.close()
    assert not Path(f"/proc/{process}").exists()
