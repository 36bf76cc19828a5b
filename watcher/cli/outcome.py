"""What came of a scan: the values that its two kinds share, and how they are told to a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watcher.cli.tables import console, plain, print_status, progress
from watcher.core.course import shown
from watcher.core.language import Packs
from watcher.core.model import Action, ActionKind
from watcher.core.plan import KEYWORDS
from watcher.core.standing import Person, Standing
from watcher.core.wording import say_state, words
from watcher.errors import WatcherError
from watcher.mailbox import Mailbox
from watcher.scan import Look, Pass, read_account
from watcher.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The outcome of a scan, ready to be shown. `done`: the keys of the actions that were done; `undone`: why
    others were not; `faults`: accounts that could not be read or written whole."""

    everything: tuple[Standing, ...]
    actions: tuple[Action, ...]
    person: Person
    language: str
    packs: Packs
    notes: tuple[str, ...] = ()
    done: frozenset[str] = frozenset()
    undone: tuple[str, ...] = ()
    faults: tuple[WatcherError, ...] = ()


def read(look: Look, mailbox: Mailbox, store: Store, text: Mapping[str, Any]) -> Pass:
    """Read an account; on a terminal show how far it is when that takes long."""
    with progress(str(text["reading"]).format(name=look.account)) as advance:
        return read_account(look, mailbox, store, advance)


def outcome(store: Store, actions: Iterable[Action]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The keys of the actions that were done, and why others wait."""
    keys = {action.key for action in actions if action.kind is not ActionKind.NOTIFY}
    entries = [entry for entry in store.journal() if entry.action.key in keys]
    done = frozenset(entry.action.key for entry in entries if entry.status in ("done", "undone"))
    return done, tuple(
        sorted({entry.fault for entry in entries if entry.status == "waiting" and entry.fault})
    )


def print_told(told: Told, now: datetime, *, dry_run: bool) -> None:
    """The table, then what was done, or would be."""
    text = words(told.packs, told.language)
    print_status([shown(one) for one in told.everything], text, now, told.person.zone, all_=False)
    notices = [action for action in told.actions if action.kind is ActionKind.NOTIFY]
    others = [action for action in told.actions if action.kind is not ActionKind.NOTIFY]
    done = [action for action in others if action.key in told.done]
    not_done = [action for action in others if action.key not in told.done]
    said = text["scan"]
    if dry_run:
        _print_list(str(said["would"]), _lines(others, told, text))
    else:
        _print_list(str(said["done"]), _lines(done, told, text))
        why = " ".join(told.undone)
        _print_list(str(said["not_done"]).format(why=why).strip(), _lines(not_done, told, text))
    _print_list(str(said["to_tell"]), [action.data.get("line", "") for action in notices])


def _print_list(head: str, lines: list[str]) -> None:
    if not lines:
        return
    out = console()
    out.print()
    out.print(plain(head), soft_wrap=True)
    for line in lines:
        out.print(f"  {plain(line)}", soft_wrap=True)


def _lines(actions: Iterable[Action], told: Told, text: Mapping[str, Any]) -> list[str]:
    """The actions in words, one line each."""
    names = {one.process.id: one.process.company or one.process.person for one in told.everything}
    states = {keyword: state for state, keyword in KEYWORDS.items()}
    lines = []
    for action in actions:
        who = names.get(action.process) or action.process
        if action.kind in (ActionKind.DRAFT, ActionKind.WITHDRAW):
            what = text["drafts"].get(action.what, action.what)
        else:
            what = say_state(states[action.what], text) if action.what in states else action.what
        lines.append(f"{text['scan'][action.kind.value]}: {who} ({what})")
    return lines
