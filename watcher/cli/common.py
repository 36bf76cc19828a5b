"""What several commands share: the clock, the zone, JSON, and how a process is written down for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from watcher.core.draft import Draft
from watcher.core.model import Action, ActionKind
from watcher.core.scenario import describe, minute
from watcher.core.standing import Person, Standing
from watcher.when import parse_when


def read_clock(text: str | None, zone: str) -> datetime:
    """Now, or the moment given with --now (in the person's zone)."""
    now = datetime.now(UTC)
    return parse_when(text, zone, now) if text else now


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def process_json(one: Standing, person: Person) -> dict[str, Any]:
    """A process in the words of `simulate`; times are the person's wall clock, to the minute."""
    answer, process = one.situation, one.process
    said = describe(answer, one.setting)
    return {
        "id": process.id,
        "company": process.company or None,
        "role": process.role or None,
        "person": process.person or None,
        **said,
        "anchor": minute(answer.anchor, person.zone),
        "interview": minute(answer.interview, person.zone),
        "messages": [fact.message_id for fact in process.facts],
    }


def action_json(action: Action, person: Person) -> dict[str, Any]:
    """An action for programs. Of a draft the text is shown, of a notice its line."""
    said: dict[str, Any] = {
        "kind": action.kind.value,
        "process": action.process,
        "what": action.what,
        "account": action.account or None,
        "message_id": action.message_id or None,
    }
    if action.kind is ActionKind.DRAFT:
        said["raw"] = action.data.get("raw", "")
    if action.kind is ActionKind.FLAG:
        said["flags"] = action.data.get("flags", "").split()
    if action.kind is ActionKind.NOTIFY:
        said["text"] = action.data.get("line", "")
    return said


def report_json(
    everything: Sequence[Standing], actions: Sequence[Action], person: Person, now: datetime
) -> dict[str, Any]:
    """The document of `scan --json` and `status --json`."""
    return {
        "now": minute(now, person.zone),
        "zone": person.zone,
        "processes": [process_json(one, person) for one in everything],
        "actions": [action_json(action, person) for action in actions],
    }


def say_draft(made: Draft) -> str:
    """A draft as a letter on the screen."""
    to = ", ".join(f"{a.name} <{a.email}>" if a.name else a.email for a in made.to)
    return f"To: {to}\nSubject: {made.subject}\n\n{made.text.rstrip()}"
