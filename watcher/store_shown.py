"""The table of processes as it was last derived, kept so that `status` need not derive it again.

It is no truth of its own: it holds only while nothing that it rests on has changed. The database itself counts
(by triggers) every change of a fact, a mark or a correction, whoever makes it; the rules, the calendars and the
person's settings are told by an edition (`watcher/edition.py`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import astuple, fields
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from watcher.core.model import DraftKind, Flag, Occasion, Setting, Situation, State, Turn
from watcher.core.shown import Course, Shown
from watcher.store_rows import text_of, time_of
from watcher.store_values import Derived

_COLUMNS = "process, company, role, person, setting, messages_and_spans"


def revision(db: sqlite3.Connection) -> int:
    """Another number whenever a fact, a mark or a correction was added, changed or taken away."""
    [(number,)] = db.execute("SELECT revision FROM derived").fetchall()
    return int(number)


def holds(db: sqlite3.Connection, edition: str, now: datetime) -> bool:
    """True when what is kept is what would be derived at `now` by this edition of the rules."""
    [(found,)] = db.execute(
        "SELECT count(*) FROM derived WHERE shown = revision AND edition = ? AND since <= ?"
        " AND (until IS NULL OR ? < until)",
        (edition, text_of(now), text_of(now)),
    ).fetchall()
    return bool(found)


def keep(db: sqlite3.Connection, derived: Derived) -> None:
    """Put it in the place of what was kept before, inside a transaction of the caller's; nothing is done when
    the database has moved on since. Rows that stay the same are not written again."""
    if revision(db) != derived.revision:
        return
    before = {tuple(row): number for number, *row in db.execute(f"SELECT rowid, {_COLUMNS} FROM shown")}
    now = {_row(course) for course in derived.courses}
    db.executemany("DELETE FROM shown WHERE rowid = ?", [(before[row],) for row in before.keys() - now])
    db.executemany(f"INSERT INTO shown ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", now - before.keys())
    db.execute(
        "UPDATE derived SET shown = revision, edition = ?, since = ?, until = ?",
        (derived.edition, text_of(derived.since), text_of(derived.until)),
    )


def read(db: sqlite3.Connection, edition: str, now: datetime) -> tuple[Shown, ...] | None:
    """The processes as they are shown at `now`, in no order; None when what is kept does not hold."""
    db.execute("BEGIN")  # both from one state of the database
    try:
        if not holds(db, edition, now):
            return None
        rows = db.execute(f"SELECT {_COLUMNS} FROM shown").fetchall()
    finally:
        db.execute("COMMIT")
    parsed = json.loads(f"[{','.join(row[-1] for row in rows)}]")  # at once: that is quicker
    moment = text_of(now) or ""
    return tuple(_shown(row, *rest, moment) for row, rest in zip(rows, parsed, strict=True))


# -------------------------------------------------------------------- rows


def _row(course: Course) -> tuple[str, ...]:
    spans = [
        (
            text_of(span.since),
            text_of(span.last),
            *(_word(getattr(span.situation, name)) for name, _ in _FIELDS),
        )
        for span in course.spans
    ]
    return (
        course.id,
        course.company,
        course.role,
        course.person,
        _json(astuple(course.setting)),
        _json([course.messages, spans]),
    )


def _shown(row: tuple[str, ...], messages: list[str], spans: list[list[Any]], moment: str) -> Shown:
    process, company, role, person, setting, _ = row
    _, last, *words = next(span for span in reversed(spans) if span[0] <= moment)
    return Shown(
        id=process,
        company=company,
        role=role,
        person=person,
        messages=tuple(messages),
        setting=_setting(setting),
        situation=Situation(
            **{
                name: word if read is None or word is None else read(word)
                for (name, read), word in zip(_FIELDS, words, strict=True)
            }
        ),
        last=None if last is None else time_of(last),
    )


@lru_cache(maxsize=256)
def _setting(text: str) -> Setting:
    values = zip(fields(Setting), json.loads(text), strict=True)
    return Setting(**{field.name: tuple(v) if isinstance(v, list) else v for field, v in values})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _word(value: Any) -> Any:
    return text_of(value) if isinstance(value, datetime) else value


def _members(enum: type[Enum]) -> Callable[[Any], Any]:
    return {member.value: member for member in enum}.__getitem__


#: What makes the values of these types of their words.
_BY_TYPE: dict[str, Callable[[Any], Any] | None] = {
    "State": _members(State),
    "Turn": _members(Turn),
    "Flag": _members(Flag),
    "DraftKind": _members(DraftKind),
    "Occasion": _members(Occasion),
    "datetime | None": time_of,
    "bool": None,
    "int": None,
    "str": None,
}
#: The fields of a Situation in their order.
_FIELDS = tuple((field.name, _BY_TYPE[str(field.type)]) for field in fields(Situation))
