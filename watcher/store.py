"""What the watcher remembers: facts, places, cursors, marks, corrections and the journal of actions. One file.

Truth is facts, marks and corrections; processes and states are derived from them (what `status` shows is kept
while it holds: `store_shown.py`). No body is stored, and of a draft only what is needed until it lies in the
mailbox. Only its owner can read the file.

Two transactions on a message's way end here: `record` (facts and cursor, both or neither) and `enqueue`
(actions, each under a key that is unique for ever). The third, one per action, is `finish`.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from watcher import store_shown
from watcher.core.model import Action, ActionKind, Correction, Fact, Kind, Mark
from watcher.core.shown import Shown
from watcher.store_accounts import drop
from watcher.store_database import KNOWN, connect, migrate, told
from watcher.store_rows import entry_of, facts_of, row_of_fact, text_of, time_of
from watcher.store_values import MISSING as MISSING
from watcher.store_values import TRIES as TRIES
from watcher.store_values import Batch as Batch
from watcher.store_values import Derived as Derived
from watcher.store_values import Entry as Entry
from watcher.store_values import Trouble as Trouble


def hash_id(message_id: str) -> str:
    """What stays of a forgotten or unrelated Message-ID."""
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()


class Store:
    """An open database. Safe to share between threads: every call holds one lock."""

    def __init__(self, path: Path | None) -> None:
        """Open or create the database at `path` (None: in memory, gone when closed).

        Raises StoreError when it cannot be opened, is damaged, or comes from a newer version.
        """
        self.path = path
        self._lock = threading.RLock()
        self._written = 0
        with told(path):
            self._db = connect(path)
            migrate(self._db, path)

    def version(self) -> tuple[int, int]:
        """Another value whenever anything was written since, here or by another process."""
        [(version,)] = self._read("PRAGMA data_version")
        return version, self._written

    def close(self) -> None:
        """Close the file. What was committed stays."""
        with self._lock:
            self._db.close()

    def copy_from(self, path: Path) -> None:
        """Take over everything that the database at `path` holds (for a dry run). It is only read."""
        # A mere reader would leave SQLite's two files beside one that nobody has open.
        quiet = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
        with self._lock, told(path):
            source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{quiet}", uri=True, timeout=10)
            try:
                source.backup(self._db)
            finally:
                source.close()
            migrate(self._db, path)

    # ---------------------------------------------------------------- facts

    def record(self, batch: Batch) -> None:
        """Transaction 1: the facts of a batch and how far its folder is read, both or neither."""
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (message_id) DO NOTHING",
                [row_of_fact(batch.account, fact) for fact in batch.facts],
            )
            hashes = [(hash_id(fact.message_id),) for fact in batch.facts]
            db.executemany("DELETE FROM seen WHERE hash = ?", hashes)
            db.executemany(
                "INSERT INTO seen VALUES (?) ON CONFLICT DO NOTHING", [(hash_id(m),) for m in batch.seen]
            )
            db.executemany(
                "INSERT INTO places VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(batch.account, batch.folder, message_id) for message_id in batch.places],
            )
            db.executemany(
                "INSERT INTO troubles VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (account, folder, uidvalidity, uid)"
                " DO UPDATE SET tries = tries + 1, problem = excluded.problem",
                [
                    (batch.account, batch.folder, batch.uidvalidity, uid, why)
                    for uid, why in batch.troubles.items()
                ],
            )
            db.execute(
                "INSERT INTO cursors VALUES (?, ?, ?, ?) ON CONFLICT (account, folder)"
                " DO UPDATE SET uidvalidity = excluded.uidvalidity, uid = excluded.uid",
                (batch.account, batch.folder, batch.uidvalidity, batch.uid),
            )

    def replace_fact(self, fact: Fact) -> None:
        """Judge a stored message anew (a better classifier, a correction)."""
        with self._transaction() as db:
            db.execute(
                "UPDATE facts SET at = ?, incoming = ?, kind = ?, data = ? WHERE message_id = ?",
                (*row_of_fact("", fact)[2:], fact.message_id),
            )

    def facts(self) -> tuple[Fact, ...]:
        """Every stored fact, oldest first."""
        rows = self._read("SELECT data FROM facts ORDER BY at, message_id")
        return facts_of(rows)

    def fact(self, message_id: str) -> Fact | None:
        """The fact of one message, None when there is none."""
        rows = self._read("SELECT data FROM facts WHERE message_id = ?", (message_id,))
        return next(iter(facts_of(rows)), None)

    def holds_any(self, message_ids: Sequence[str]) -> bool:
        """True when one of these messages is a stored fact."""
        marks = ",".join("?" * len(message_ids))
        return bool(self._read(f"SELECT 1 FROM facts WHERE message_id IN ({marks}) LIMIT 1", message_ids))

    def accounts(self) -> dict[str, str]:
        """The account in which each stored message was found first, by Message-ID."""
        return dict(self._read("SELECT message_id, account FROM facts"))

    def shared(self) -> dict[str, frozenset[str]]:
        """The accounts of each message that several of them hold, by Message-ID."""
        rows = self._read(
            "SELECT DISTINCT message_id, account FROM places WHERE message_id IN"
            " (SELECT message_id FROM places GROUP BY message_id HAVING count(DISTINCT account) > 1)"
        )
        found: dict[str, set[str]] = {}
        for message_id, account in rows:
            found.setdefault(message_id, set()).add(account)
        return {message_id: frozenset(accounts) for message_id, accounts in found.items()}

    def adopt(self, accounts: Collection[str]) -> None:
        """Follow an account that has got another name in the configuration: `accounts` are the names it knows.
        Done when exactly one that was read is gone, and exactly one has never been read."""
        known = {name for (name,) in self._read("SELECT DISTINCT account FROM cursors")}
        gone, new = known - set(accounts), set(accounts) - known
        if len(gone) != 1 or len(new) != 1:
            return
        names = (*new, *gone)
        with self._transaction() as db:
            for table in ("facts", "places", "cursors", "troubles", "actions"):
                db.execute(f"UPDATE {table} SET account = ? WHERE account = ?", names)

    def drop_account(self, account: str, *, forget: bool = False) -> int:
        """Let go of an account that is watched no more: how far it was read, where its mails lie, and what
        waits to be done there. Its facts stay unless `forget`; those that another account holds too are that
        one's from now on. Returns how many were its own alone."""
        with self._transaction() as db:
            return drop(db, account, forget=forget)

    def is_known(self, message_id: str) -> bool:
        """True when this message was judged, seen or forgotten before."""
        return bool(self.known((message_id,)))

    def known(self, message_ids: Sequence[str]) -> frozenset[str]:
        """Those of the messages that were judged, seen or forgotten before."""
        by_hash = {hash_id(message_id): message_id for message_id in message_ids}
        given = (json.dumps([*by_hash]), json.dumps([*by_hash.values()]))
        return frozenset(by_hash.get(found, found) for (found,) in self._read(KNOWN, given))

    def was_seen(self, message_id: str) -> bool:
        """True when this message was read and found to be nobody's business."""
        return bool(self._read("SELECT 1 FROM seen WHERE hash = ?", (hash_id(message_id),)))

    def places(self, account: str, message_id: str) -> tuple[str, ...]:
        """The folders of `account` in which a message was seen."""
        rows = self._read(
            "SELECT folder FROM places WHERE account = ? AND message_id = ? ORDER BY folder",
            (account, message_id),
        )
        return tuple(folder for (folder,) in rows)

    def forget(self, message_ids: Iterable[str]) -> None:
        """Remove everything known of these messages; only a hash stays, so that a re-scan does not bring
        them back (rule 6.3)."""
        with self._transaction() as db:
            for message_id in message_ids:
                db.execute("INSERT INTO forgotten VALUES (?) ON CONFLICT DO NOTHING", (hash_id(message_id),))
                for table, column in (("facts", "message_id"), ("places", "message_id"), ("marks", "target")):
                    db.execute(f"DELETE FROM {table} WHERE {column} = ?", (message_id,))
                db.execute("DELETE FROM corrections WHERE ? IN (target, other)", (message_id,))

    def forget_actions(self, process_ids: Iterable[str]) -> None:
        """Remove the journal of these processes."""
        with self._transaction() as db:
            for process in process_ids:
                db.execute("DELETE FROM actions WHERE process = ?", (process,))

    # ---------------------------------------------------------------- cursors and troubles

    def cursor(self, account: str, folder: str) -> tuple[int, int] | None:
        """How far a folder is read: (UIDVALIDITY, UID)."""
        rows = self._read(
            "SELECT uidvalidity, uid FROM cursors WHERE account = ? AND folder = ?", (account, folder)
        )
        return rows[0] if rows else None

    def set_cursor(self, account: str, folder: str, uidvalidity: int, uid: int) -> None:
        """A folder counts as read up to here, with nothing found in it."""
        self.record(Batch(account, folder, uidvalidity, uid))

    def troubles(self) -> tuple[Trouble, ...]:
        """Mails that could not be read."""
        rows = self._read(
            "SELECT account, folder, uidvalidity, uid, tries, problem FROM troubles"
            " ORDER BY account, folder, uid"
        )
        return tuple(Trouble(*row) for row in rows)

    def settle_trouble(self, trouble: Trouble) -> None:
        """The mail could be read after all, or is gone."""
        with self._transaction() as db:
            db.execute(
                "DELETE FROM troubles WHERE account = ? AND folder = ? AND uidvalidity = ? AND uid = ?",
                (trouble.account, trouble.folder, trouble.uidvalidity, trouble.uid),
            )

    # ---------------------------------------------------------------- marks and corrections

    def add_mark(self, mark: Mark) -> Mark:
        """Keep a mark; its `id` is given here."""
        with self._transaction() as db:
            done = db.execute(
                "INSERT INTO marks (kind, target, made, at, via, until) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    mark.kind.value,
                    mark.target,
                    text_of(mark.made),
                    text_of(mark.at),
                    mark.via,
                    text_of(mark.until),
                ),
            )
        return replace(mark, id=done.lastrowid or 0)

    def marks(self) -> tuple[Mark, ...]:
        """Every mark, in the order in which they were made."""
        rows = self._read("SELECT id, kind, target, made, at, via, until FROM marks ORDER BY made, id")
        return tuple(
            Mark(
                id=number,
                kind=Kind(kind),
                target=target,
                made=time_of(made),
                at=time_of(at) if at else None,
                via=via,
                until=time_of(until) if until else None,
            )
            for number, kind, target, made, at, via, until in rows
        )

    def correct(self, made: Correction) -> Correction:
        """Keep what the person put right; its `id` is given here."""
        with self._transaction() as db:
            done = db.execute(
                "INSERT INTO corrections (made, kind, target, other, value) VALUES (?, ?, ?, ?, ?)",
                (text_of(made.made), made.kind, made.target, made.other, made.value),
            )
        return replace(made, id=done.lastrowid or 0)

    def corrections(self) -> tuple[Correction, ...]:
        """Everything the person put right, in the order in which it was said."""
        rows = self._read("SELECT id, made, kind, target, other, value FROM corrections ORDER BY id")
        return tuple(
            Correction(id=number, made=time_of(made), kind=kind, target=target, other=other, value=value)
            for number, made, kind, target, other, value in rows
        )

    def uncorrect(self, number: int) -> bool:
        """Take back one correction; False when there is none of this number."""
        with self._transaction() as db:
            return db.execute("DELETE FROM corrections WHERE id = ?", (number,)).rowcount > 0

    def undo(self) -> Mark | Correction | None:
        """Take back the newest mark or correction by the time it was made; None when there is none."""
        said: list[Mark | Correction] = [*self.marks(), *self.corrections()]
        if not said:
            return None
        taken = max(said, key=lambda one: (one.made, isinstance(one, Mark), one.id))
        table = "marks" if isinstance(taken, Mark) else "corrections"
        with self._transaction() as db:
            db.execute(f"DELETE FROM {table} WHERE id = ?", (taken.id,))
        return taken

    # ---------------------------------------------------------------- the journal of actions

    def enqueue(self, actions: Sequence[Action], now: datetime) -> int:
        """Transaction 2: journal actions before any effect; returns how many are new. A key that is there
        stays as it is, except a draft or flag that was taken back: it may be laid again."""
        added = 0
        with self._transaction() as db:
            for action in actions:
                done = db.execute(
                    "INSERT INTO actions (key, kind, process, message_id, account, what, not_before, data,"
                    " status, made) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)"
                    " ON CONFLICT (key) DO UPDATE SET"
                    " status = 'waiting', data = excluded.data, made = excluded.made, done = NULL, tries = 0,"
                    " fault = '' WHERE status = 'undone'",
                    (
                        action.key,
                        action.kind.value,
                        action.process,
                        action.message_id,
                        action.account,
                        action.what,
                        text_of(action.not_before),
                        json.dumps(dict(action.data)),
                        text_of(now),
                    ),
                )
                added += done.rowcount
        return added

    def journal(self, *, status: str = "", kind: ActionKind | None = None) -> tuple[Entry, ...]:
        """The lines of the journal in the order they were made."""
        rows = self._read(
            "SELECT key, kind, process, message_id, account, what, not_before, data, status, made, done, tries,"
            " fault FROM actions WHERE (? = '' OR status = ?) AND (? = '' OR kind = ?) ORDER BY made, rowid",
            (status, status, kind.value if kind else "", kind.value if kind else ""),
        )
        return tuple(entry_of(row) for row in rows)

    def finish(
        self,
        key: str,
        status: str,
        now: datetime,
        *,
        data: Mapping[str, str] | None = None,
        fault: str = "",
    ) -> None:
        """Transaction 3: one action is done (or undone, kept, dropped, failed); `data` replaces what the line
        carried."""
        with self._transaction() as db:
            db.execute(
                "UPDATE actions SET status = ?, done = ?, fault = ?, data = COALESCE(?, data) WHERE key = ?",
                (status, text_of(now), fault, None if data is None else json.dumps(dict(data)), key),
            )

    def count_try(self, key: str, fault: str) -> int:
        """One more attempt failed; returns how many have."""
        with self._transaction() as db:
            db.execute("UPDATE actions SET tries = tries + 1, fault = ? WHERE key = ?", (fault, key))
            [(tries,)] = db.execute("SELECT tries FROM actions WHERE key = ?", (key,)).fetchall()
        return int(tries)

    # ---------------------------------------------------------------- what is derived

    def revision(self) -> int:
        """Another number whenever a fact, a mark or a correction was added, changed or taken away. Ask before
        you read them."""
        with self._lock, told(self.path):
            return store_shown.revision(self._db)

    def keep_shown(self, derived: Derived) -> None:
        """Keep the table of processes for `shown`, unless the database has moved on since it was derived."""
        with self._transaction() as db:
            store_shown.keep(db, derived)

    def holds_shown(self, edition: str, now: datetime) -> bool:
        """True when `shown` has an answer."""
        with self._lock, told(self.path):
            return store_shown.holds(self._db, edition, now)

    def shown(self, edition: str, now: datetime) -> tuple[Shown, ...] | None:
        """The processes at `now` as they would be derived by this edition of the rules, in no order; None when
        they are to be derived anew."""
        with self._lock, told(self.path):
            return store_shown.read(self._db, edition, now)

    # ---------------------------------------------------------------- notes

    def note(self, key: str) -> str:
        """A small remembered value, '' when there is none."""
        rows = self._read("SELECT value FROM notes WHERE key = ?", (key,))
        return rows[0][0] if rows else ""

    def set_note(self, key: str, value: str) -> None:
        """Remember a small value."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO notes VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    # ---------------------------------------------------------------- inside

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, told(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
                self._written += 1
            except BaseException:
                if self._db.in_transaction:  # a full disk has undone it already
                    self._db.execute("ROLLBACK")
                raise

    def _read(self, query: str, values: Sequence[object] = ()) -> list[tuple]:
        with self._lock, told(self.path):
            return self._db.execute(query, values).fetchall()
