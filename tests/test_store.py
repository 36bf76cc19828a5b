"""What only the database itself can show: who may read it, names that change, versions, damage."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.core.model import Action, ActionKind, Address, Correction, Details, Fact, Kind, Mark, Verdict
from watcher.errors import StoreError
from watcher.store import Batch, Store
from watcher.store_database import MIGRATIONS

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


def test_a_database_of_the_first_version_is_carried_over_whole(tmp_path: Path) -> None:
    path = tmp_path / "watcher.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"{MIGRATIONS[0]} PRAGMA user_version = 1;")
        data = (
            '{"message_id":"<1@nusantara.example>","at":"2026-11-09T12:00:00Z","incoming":true,"verdict":'
            '{"kind":"status_update","confidence":0.9,"language":"id"},"details":{"company":"Nusantara Data"},'
            '"sender":{"email":"dewi@nusantara.example","name":"Dewi Lestari"}}'
        )
        made = NOW.isoformat()
        joins = (
            '{"kind":"merge","target":"<1@a>","other":"<2@a>","value":""}',
            '{"kind":"company","target":"<1@a>","other":"","value":"Kopi \\"Senja\\""}',
            '{"kind":"split","target":"<3@a>"}',
        )
        for table, row in (
            ("facts", ("<1@nusantara.example>", "personal", made, 1, "status_update", data)),
            ("seen", ("a" * 64,)),
            ("forgotten", ("b" * 64,)),
            ("places", ("personal", "INBOX", "<1@nusantara.example>")),
            ("cursors", ("personal", "INBOX", 7, 3)),
            ("troubles", ("personal", "INBOX", 7, 2, 1, "torn")),
            ("marks", (4, "mark_ok", "<1@nusantara.example>", made, None, "", None)),
            *(("joins", (number, made, join)) for number, join in enumerate(joins, 5)),
            ("actions", ("flag:1", "flag", "p", "", "personal", "", None, "{}", "done", made, made, 0, "")),
            ("notes", ("first_run", made)),
        ):
            db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        db.commit()
        before = tables(db)
    with closing(Store(path)) as store:
        assert store.facts() == (fact(),)
        assert store.facts()[0].template.pairs == ()
        assert store.corrections() == (
            Correction(id=5, made=NOW, kind="merge", target="<1@a>", other="<2@a>"),
            Correction(id=6, made=NOW, kind="company", target="<1@a>", value='Kopi "Senja"'),
            Correction(id=7, made=NOW, kind="split", target="<3@a>"),
        )
        assert [mark.id for mark in store.marks()] == [4]
        assert store.correct(store.corrections()[0]).id == 8
        assert store.uncorrect(8)
    with closing(sqlite3.connect(path)) as db:
        after = tables(db)
        assert db.execute("PRAGMA user_version").fetchall() == [(len(MIGRATIONS),)]
    assert len(before.pop("joins")) == len(after.pop("corrections"))
    assert after.pop("shown") == []
    assert after.pop("derived") == [(2, None, "", None, None)]  # a correction was made and taken back
    assert after == before
    Store(path).close()  # and only once


def tables(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a database."""
    names = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: db.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names.fetchall()}


def test_corrections_go_with_what_is_forgotten() -> None:
    with closing(filled(None)) as store:
        one = store.correct(Correction(kind="label", target=fact().message_id, value="offer", made=NOW))
        two = store.correct(Correction(kind="merge", target="<2@a>", other=fact().message_id, made=NOW))
        kept = store.correct(Correction(kind="split", target="<2@a>", made=NOW))
        assert store.corrections() == (one, two, kept)
        store.forget([fact().message_id])
        assert store.corrections() == (kept,)


def test_undo_takes_the_newest_of_marks_and_corrections() -> None:
    with closing(filled(None)) as store:
        for minute, kind in ((1, "mark"), (3, "mark"), (2, "split")):
            at = NOW + timedelta(minutes=minute)
            if kind == "mark":
                store.add_mark(Mark(id=0, kind=Kind.MARK_OK, target="<1>", made=at))
            else:
                store.correct(Correction(kind=kind, target="<1>", made=at))
        taken = [store.undo() for _ in range(4)]
        assert [one.made.minute if one is not None and one.made else None for one in taken] == [3, 2, 1, None]


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


def test_a_second_connection_leaves_the_locks_of_the_first(tmp_path: Path) -> None:
    """Another process that opens and closes the database must not take its log away (POSIX locks go when any
    descriptor of the file is closed)."""
    path = tmp_path / "watcher.sqlite"
    first = Store(path)
    second = Store(path)
    script = (
        "import sys; from pathlib import Path; from watcher.store import Store; "
        "Store(Path(sys.argv[1])).close()"
    )
    first.close()
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    second.set_note("after", "the other process")
    third = Store(path)
    assert third.note("after") == "the other process"
    third.close()
    second.close()
