"""watcher classify: what a mail is, and why. For single mails, and for programs that measure."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import click

from watcher import config
from watcher.cli import assemble
from watcher.cli.common import print_json
from watcher.cli.tables import console
from watcher.core.classify import classify as judge_kind
from watcher.core.context import Context
from watcher.core.language import Packs
from watcher.core.model import Address, Mail, Verdict
from watcher.core.parse import parse
from watcher.core.text import split_new
from watcher.errors import UsageError
from watcher.machine import machine_country, machine_zone
from watcher.packs import load_packs

#: Larger files are read only this far (bytes).
LARGEST = 25 * 1024 * 1024


@click.command(epilog="Example:  watcher classify mail.eml   or   watcher classify --jsonl < mails.jsonl")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON list on standard output.")
@click.option("--jsonl", is_flag=True, help="Read mails as JSON lines on standard input, write verdicts.")
@click.option("--me", multiple=True, metavar="ADDRESS", help="An address of yours (repeat for several).")
@click.pass_obj
def classify(
    config_path: Path | None, files: tuple[Path, ...], as_json: bool, jsonl: bool, me: tuple[str, ...]
) -> None:
    """Say what mails are: an invitation, a rejection, an offer, noise ... with the evidence.

    FILES are raw mails (.eml). With --jsonl each input line is an object with id, from, to, subject, date,
    body and direction ("in" or "out"), any of which may be missing.
    """
    packs = load_packs()
    context = _context(config_path, me)
    if jsonl:
        if files:
            raise UsageError("--jsonl reads standard input.", "Leave the file names out.")
        _classify_lines(packs, context)
        return
    if not files:
        raise UsageError("Which mail?", "Name a file, or use --jsonl and give mails on standard input.")
    verdicts = [(path, _classify_file(path, packs, context)) for path in files]
    if as_json:
        print_json([{"path": str(path), **verdict_json(verdict)} for path, verdict in verdicts])
        return
    out = console()
    for path, verdict in verdicts:
        out.print(f"{path}: {verdict.kind.value} ({verdict.confidence:.0%})")
        for evidence in verdict.evidence:
            out.print(f"  {evidence.rule}: {evidence.quote}")


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for programs."""
    return {
        "label": verdict.kind.value,
        "confidence": round(verdict.confidence, 4),
        "evidence": [{"rule": e.rule, "quote": e.quote} for e in verdict.evidence],
    }


def _context(config_path: Path | None, me: tuple[str, ...]) -> Context:
    """Own addresses from --me, else from the configuration where there is one."""
    own = frozenset(address.strip().lower() for address in me)
    path = config_path or config.default_path()
    if not own and (config_path is not None or path.is_file()):
        own = assemble.outfit(config_path, need_account=False).person.addresses
    return Context(own=own, zone=machine_zone(), country=machine_country())


def _classify_file(path: Path, packs: Packs, context: Context) -> Verdict:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Name a file that holds one mail."
        ) from error
    return judge_kind(parse(raw, packs), context, packs)


def _classify_lines(packs: Packs, context: Context) -> None:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UsageError(f"Line {number} is no JSON: {error}.", "Each line holds one object.") from error
        if not isinstance(row, Mapping):
            raise UsageError(f"Line {number} is no JSON object.", "Each line holds one object.")
        outgoing = {"out": True, "in": False}.get(str(row.get("direction", "")).lower())
        verdict = judge_kind(
            mail_of(row, packs),
            Context(own=context.own, zone=context.zone, country=context.country, outgoing=outgoing),
            packs,
        )
        click.echo(json.dumps({"id": row.get("id"), **verdict_json(verdict)}, ensure_ascii=False))


def mail_of(row: Mapping[str, Any], packs: Packs) -> Mail:
    """A mail from the fields of a JSON line; the body is plain text."""
    body = str(row.get("body") or "")
    parts = split_new(body, packs)
    return Mail(
        message_id=f"<{row.get('id', '')}@jsonl.invalid>",
        sender=_address(row.get("from")),
        to=tuple(a for a in (_address(row.get("to")),) if a.email),
        subject=" ".join(str(row.get("subject") or "").split()),
        date=_date(row.get("date")),
        text=body,
        new_text=parts.new,
        signature=parts.signature,
        forwarded=parts.forwarded,
    )


def _address(value: object) -> Address:
    name, email = parseaddr(str(value or ""))
    return Address(email.lower(), name)


def _date(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.astimezone()
