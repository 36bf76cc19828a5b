"""What only the database itself can show: who may read it, names that change, versions, damage."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.core.model import Action, ActionKind, Address, Details, Fact, Kind, Verdict
from watcher.errors import StoreError
from watcher.store import Batch, Store

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


def fact(message_id: str = "<1@nusantara.example>") -> Fact:
    return Fact(
        message_id=message_id,
        at=NOW,
        incoming=True,
        verdict=Verdict(kind=Kind.STATUS_UPDATE, confidence=0.9, language="id"),
        details=Details(company="Nusantara Data"),
        sender=Address("dewi@nusantara.example", "Dewi Lestari"),
    )


def filled(path: Path | None, account: str = "personal") -> Store:
    store = Store(path)
    one = fact()
    store.record(Batch(account, "INBOX", 7, 3, facts=(one,), places=(one.message_id,), troubles={2: "torn"}))
    store.enqueue([Action(key="flag:1", kind=ActionKind.FLAG, process="p", account=account)], NOW)
    return store


def accounts(store: Store) -> set[str]:
    """Every account that any table speaks of."""
    return {
        *store.accounts().values(),
        *(trouble.account for trouble in store.troubles()),
        *(entry.action.account for entry in store.journal()),
        *(name for name in ("personal", "home", "work") if store.cursor(name, "INBOX")),
        *(name for name in ("personal", "home", "work") if store.places(name, fact().message_id)),
    }


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        (["home"], "home"),  # it is called differently now
        (["personal"], "personal"),
        (["personal", "work"], "personal"),  # another one was added
        (["home", "work"], "personal"),  # which of them it is cannot be known
        ([], "personal"),
    ],
)
def test_an_account_that_is_called_differently_is_followed(configured: list[str], expected: str) -> None:
    store = filled(None)
    store.adopt(configured)
    assert accounts(store) == {expected}


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "watcher.sqlite"
    with closing(filled(path)):
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("open_elsewhere", [False, True])
def test_a_copy_leaves_no_trace(tmp_path: Path, open_elsewhere: bool) -> None:
    path = tmp_path / "watcher.sqlite"
    store = filled(path)
    if not open_elsewhere:
        store.close()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith("-shm")}
    with closing(Store(None)) as copy:
        copy.copy_from(path)
        assert copy.facts() == (fact(),)
        copy.set_note("x", "y")
    after = {file.name: file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith("-shm")}
    assert after == before
    store.close()


def test_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "watcher.sqlite"
    filled(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer version") as told:
        Store(path)
    assert told.value.exit_code == 2
    assert path.read_bytes() == before


def test_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "watcher.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="damaged"):
        Store(path)


def test_a_full_disk_loses_nothing_that_was_there(tmp_path: Path) -> None:
    store = filled(tmp_path / "watcher.sqlite")
    store._db.execute("PRAGMA max_page_count = 1")  # SQLite's own way to have no room
    with pytest.raises(StoreError, match="disk is full"):
        store.record(
            Batch("personal", "INBOX", 7, 9, facts=tuple(fact(f"<{n}@x.example>") for n in range(900)))
        )
    assert store.cursor("personal", "INBOX") == (7, 3)
    assert store.facts() == (fact(),)
    store._db.execute("PRAGMA max_page_count = 100000")
    store.record(Batch("personal", "INBOX", 7, 9, facts=(fact("<2@x.example>"),)))
    assert len(store.facts()) == 2
    store.close()
