"""The database file: how it is opened, brought up to date, and what its faults mean to a person."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from watcher.errors import Retry, StoreError

#: Each entry brings the database from its index to the next version (`user_version`).
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE facts (
        message_id TEXT PRIMARY KEY, account TEXT NOT NULL, at TEXT NOT NULL, incoming INTEGER NOT NULL,
        kind TEXT NOT NULL, data TEXT NOT NULL) STRICT;
    CREATE TABLE seen (hash TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE forgotten (hash TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE places (
        account TEXT NOT NULL, folder TEXT NOT NULL, message_id TEXT NOT NULL,
        PRIMARY KEY (account, folder, message_id)) STRICT, WITHOUT ROWID;
    CREATE INDEX places_by_message ON places (message_id);
    CREATE TABLE cursors (
        account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
        PRIMARY KEY (account, folder)) STRICT, WITHOUT ROWID;
    CREATE TABLE troubles (
        account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
        tries INTEGER NOT NULL, problem TEXT NOT NULL,
        PRIMARY KEY (account, folder, uidvalidity, uid)) STRICT, WITHOUT ROWID;
    CREATE TABLE marks (
        id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, target TEXT NOT NULL, made TEXT NOT NULL,
        at TEXT, via TEXT NOT NULL DEFAULT '', until TEXT) STRICT;
    CREATE TABLE joins (
        id INTEGER PRIMARY KEY AUTOINCREMENT, made TEXT NOT NULL, data TEXT NOT NULL) STRICT;
    CREATE TABLE actions (
        key TEXT PRIMARY KEY, kind TEXT NOT NULL, process TEXT NOT NULL, message_id TEXT NOT NULL,
        account TEXT NOT NULL, what TEXT NOT NULL, not_before TEXT, data TEXT NOT NULL,
        status TEXT NOT NULL, made TEXT NOT NULL, done TEXT, tries INTEGER NOT NULL DEFAULT 0,
        fault TEXT NOT NULL DEFAULT '') STRICT;
    CREATE INDEX actions_by_status ON actions (status);
    CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    """,
    # What is put right has columns of its own; until now it was merges, splits and names, as JSON.
    """
    CREATE TABLE corrections (
        id INTEGER PRIMARY KEY AUTOINCREMENT, made TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL,
        other TEXT NOT NULL DEFAULT '', value TEXT NOT NULL DEFAULT '') STRICT;
    INSERT INTO corrections (id, made, kind, target, other, value)
        SELECT id, made, json_extract(data, '$.kind'), json_extract(data, '$.target'),
            COALESCE(json_extract(data, '$.other'), ''), COALESCE(json_extract(data, '$.value'), '')
        FROM joins;
    DROP TABLE joins;
    """,
    # The table of processes as it was last derived, and the count of changes by which it is known to hold. What
    # is forgotten must not live on in it.
    """
    CREATE TABLE shown (
        process TEXT NOT NULL, company TEXT NOT NULL, role TEXT NOT NULL, person TEXT NOT NULL,
        setting TEXT NOT NULL, messages_and_spans TEXT NOT NULL) STRICT;
    CREATE TABLE derived (
        revision INTEGER NOT NULL, shown INTEGER, edition TEXT NOT NULL DEFAULT '', since TEXT,
        until TEXT) STRICT;
    INSERT INTO derived (revision) VALUES (0);
    CREATE TRIGGER facts_are_gone AFTER DELETE ON facts BEGIN DELETE FROM shown; END;
    """
    + "".join(
        f"CREATE TRIGGER {table}_{verb} AFTER {verb} ON {table}"
        " BEGIN UPDATE derived SET revision = revision + 1; END;"
        for table in ("facts", "marks", "corrections")
        for verb in ("INSERT", "UPDATE", "DELETE")
    ),
)

#: Less free space than this (bytes) is a full disk: what SQLite needs to begin with.
_ROOM = 128 * 1024

#: Of these hashes (a JSON list) and Message-IDs (another): what was judged, seen or forgotten before.
KNOWN = (
    "SELECT hash FROM seen WHERE hash IN (SELECT value FROM json_each(?1))"
    " UNION ALL SELECT hash FROM forgotten WHERE hash IN (SELECT value FROM json_each(?1))"
    " UNION ALL SELECT message_id FROM facts WHERE message_id IN (SELECT value FROM json_each(?2))"
)


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the file at `path` (None: in memory), which only its owner can read. Raises what SQLite and the file
    system raise."""
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Created by us, so that it is never readable by others, not even for a moment. One that is there is not
        # opened: closing it again would drop the locks that this process holds on it (POSIX), and another one
        # that closes it later would take itself for the last and remove the log that we go on writing to.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        path.chmod(0o600)
    db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=10)
    db.execute("PRAGMA cache_size = -512")  # KB: what is read is read in one go
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON")
    return db


def migrate(db: sqlite3.Connection, path: Path | None) -> None:
    """Bring an open database up to the newest version. Raises StoreError when it is from a newer one."""
    [(version,)] = db.execute("PRAGMA user_version").fetchall()
    if version > len(MIGRATIONS):
        error = StoreError(
            f"The database {path} was written by a newer version of the watcher.",
            "Upgrade the watcher, or move the file away to start afresh.",
        )
        error.retry, error.exit_code = Retry.NEVER, 2
        raise error
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")


@contextmanager
def told(path: Path | None) -> Iterator[None]:
    """Turn SQLite's and the file system's faults into one sentence that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "full" in text or ("I/O" in text and path is not None and _is_full(path.parent)):
            remedy = "The disk is full: free some space; nothing was lost."
        elif "locked" in text:
            remedy = "Another watcher is using it: stop that one, or wait a moment."
        else:
            remedy = f"Check that its folder exists and is yours ({text})."
        raise StoreError(f"The database {path or 'in memory'} cannot be written or read.", remedy) from error
    except sqlite3.DatabaseError as error:
        remedy = "Move it away: the watcher reads the mailbox again. Marks made by hand are lost."
        raise StoreError(f"The database {path} is damaged ({error}).", remedy) from error
    except ValidationError as error:
        raise StoreError(
            f"The database {path} holds a fact that cannot be read.", "Report this fault."
        ) from error
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be opened: {error.strerror}.", "Check its folder."
        ) from error


def _is_full(folder: Path) -> bool:
    """No room left: SQLite calls that an I/O error where it is its shared memory that does not fit."""
    try:
        about = os.statvfs(folder)
    except OSError:
        return False
    return about.f_bavail * about.f_frsize < _ROOM
