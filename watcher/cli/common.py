"""What several commands share: the clock, the zone, JSON, and how a process is written down for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from watcher import config_checks
from watcher.core.model import Action, ActionKind
from watcher.core.person import Person
from watcher.core.shown import Shown, describe, minute
from watcher.errors import UsageError
from watcher.when import parse_when


def read_clock(text: str | None, zone: str) -> datetime:
    """Now, or the moment given with --now (in the person's zone)."""
    now = datetime.now(UTC)
    return parse_when(text, zone, now) if text else now


def own_addresses(me: Iterable[str]) -> tuple[str, ...]:
    """The addresses given with --me, in lower case. Raises UsageError for what is no address."""
    try:
        return tuple(config_checks.email(address) for address in me)
    except ValueError as error:
        raise UsageError(said_of("--me", error), "") from None


def check_place(zone: str, country: str) -> None:
    """Raise UsageError for a --tz or a --country that does not exist."""
    try:
        if zone:
            config_checks.zone(zone if zone != "auto" else "-")
    except ValueError as error:
        raise UsageError(said_of("--tz", error), "") from None
    try:
        if country:
            config_checks.country(country if country != "auto" else "-")
    except ValueError as error:
        raise UsageError(said_of("--country", error), "") from None


def said_of(option: str, error: ValueError) -> str:
    """What is wrong with an option, as a sentence."""
    text = f"{option} {error}"
    return text if text.endswith("?") else f"{text}."


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    click.echo(dump(document, indent=2))


#: What JSON lets through and a terminal obeys or hides: C1 controls, directions of writing, zero width.
_UNSEEN = {
    point: f"\\u{point:04x}"
    for first, end in (
        *((0x7F, 0xA0), (0xAD, 0xAE), (0x61C, 0x61D), (0x180E, 0x180F), (0x200B, 0x2010), (0x2028, 0x202F)),
        *((0x2060, 0x2070), (0xFEFF, 0xFF00), (0xFFF9, 0xFFFC)),
    )
    for point in range(first, end)
}


def dump(document: object, indent: int | None = None) -> str:
    """`document` as JSON. What the terminal's encoding cannot say (or nobody's: a file name that is no
    UTF-8) is written in ASCII; what is not seen on a terminal is escaped."""
    text = json.dumps(document, ensure_ascii=False, indent=indent).translate(_UNSEEN)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(document, indent=indent)
    return text


def process_json(one: Shown, person: Person) -> dict[str, Any]:
    """A process in the words of `simulate`; times are the person's wall clock, to the minute."""
    answer = one.situation
    said = describe(answer, one.setting)
    return {
        "id": one.id,
        "company": one.company or None,
        "role": one.role or None,
        "person": one.person or None,
        **said,
        "anchor": minute(answer.anchor, person.zone),
        "interview": minute(answer.interview, person.zone),
        "messages": list(one.messages),
    }


def action_json(action: Action) -> dict[str, Any]:
    """An action for programs. Of a draft the text is shown, of a notice its line."""
    said: dict[str, Any] = {
        "kind": action.kind.value,
        "process": action.process or None,
        "what": action.what,
        "account": action.account or None,
        "message_id": action.message_id or None,
    }
    if action.kind is ActionKind.DRAFT:
        said["raw"] = action.data.get("raw", "")
    if action.kind is ActionKind.FLAG:
        said["flags"] = action.data.get("flags", "").split()
        said["label"] = action.data.get("label") or None
    if action.kind is ActionKind.NOTIFY:
        said["text"] = action.data.get("line", "")
    return said


def report_json(
    everything: Sequence[Shown], actions: Sequence[Action], person: Person, now: datetime
) -> dict[str, Any]:
    """The document of `scan --json` and `status --json`."""
    return {
        "now": minute(now, person.zone),
        "zone": person.zone,
        "processes": [process_json(one, person) for one in everything],
        "actions": [action_json(action) for action in actions],
    }
