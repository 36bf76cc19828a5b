"""Values and the rows they are kept in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from pydantic import TypeAdapter

from watcher.core.model import Action, ActionKind, Fact
from watcher.store_values import Entry


@lru_cache(maxsize=1)
def _fact() -> TypeAdapter[Fact]:
    """Made at its first use: who reads no fact need not wait for it."""
    return TypeAdapter(Fact)


@lru_cache(maxsize=1)
def _facts() -> TypeAdapter[tuple[Fact, ...]]:
    return TypeAdapter(tuple[Fact, ...])


def row_of_fact(account: str, fact: Fact) -> tuple[str, str, str, int, str, str]:
    """The columns of the table of facts."""
    data = _fact().dump_json(fact, exclude_defaults=True).decode()
    return fact.message_id, account, text_of(fact.at) or "", int(fact.incoming), fact.kind.value, data


def facts_of(rows: Iterable[tuple[str]]) -> tuple[Fact, ...]:
    """The facts that the column `data` of these rows holds. Raises pydantic's ValidationError."""
    return _facts().validate_json(f"[{','.join(data for (data,) in rows)}]")


def entry_of(row: Sequence) -> Entry:
    """A line of the journal."""
    key, kind, process, message_id, account, what, not_before, data, status, made, done, tries, fault = row
    action = Action(
        key=key,
        kind=ActionKind(kind),
        process=process,
        message_id=message_id,
        account=account,
        what=what,
        not_before=time_of(not_before) if not_before else None,
        data=json.loads(data),
    )
    done_at = time_of(done) if done else None
    return Entry(action=action, status=status, made=time_of(made), done=done_at, tries=tries, fault=fault)


def text_of(moment: datetime | None) -> str | None:
    """A moment as it is kept: UTC, to the microsecond, so that text sorts like time."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def time_of(text: str) -> datetime:
    """The moment that a text stands for."""
    return datetime.fromisoformat(text)
