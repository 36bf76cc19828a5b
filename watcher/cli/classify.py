"""watcher classify: what a mail is, and why. For single mails, and for programs that measure.

One mail that cannot be read never costs the others: its line says so, and the exit code does.
"""

from __future__ import annotations

import json
import os.path
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from watcher import config
from watcher.cli import assemble
from watcher.cli.common import dump, own_addresses, print_json
from watcher.cli.show import say_evidence
from watcher.cli.tables import console, plain
from watcher.core.classify import classify as judge_kind
from watcher.core.context import Context
from watcher.core.language import Packs
from watcher.core.model import Address, Kind, Mail, Verdict
from watcher.core.parse import parse
from watcher.core.text import split_new
from watcher.core.wording import say_reason, words
from watcher.errors import UsageError
from watcher.machine import machine_country, machine_zone
from watcher.mailbox import HEAD_OF_LARGE_MAIL, LARGEST_MAIL
from watcher.packs import load_models, load_packs

#: What a mail is called that could not be read: nothing, for certain.
NOTHING = Verdict(kind=Kind.OTHER, confidence=0.0)


@click.command(epilog="Example:  watcher classify mail.eml   or   watcher classify --jsonl < mails.jsonl")
@click.argument("files", nargs=-1, type=click.Path(readable=False, path_type=str, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON list on standard output.")
@click.option("--jsonl", is_flag=True, help="Read mails as JSON lines on standard input, write verdicts.")
@click.option("--me", multiple=True, metavar="ADDRESS", help="An address of yours (repeat for several).")
@click.pass_context
def classify(
    ctx: click.Context, files: tuple[str, ...], as_json: bool, jsonl: bool, me: tuple[str, ...]
) -> None:
    """Say what mails are: an invitation, a rejection, an offer, noise ... with the evidence.

    FILES are raw mails (.eml); - is standard input. With --jsonl each input line is an object with id, from,
    to, subject, date, body and direction ("in" or "out"), any of which may be missing or empty.

    A mail that cannot be read is listed with confidence 0 and an "error"; the others are judged all the
    same, and the exit code is 2.
    """
    if jsonl and (files or as_json):
        raise UsageError("--jsonl reads standard input and writes lines.", "Leave file names and --json out.")
    if not files and not jsonl:
        raise UsageError("Which mail?", "Name a file, or use --jsonl and give mails on standard input.")
    packs = load_packs()
    context = _context(ctx.obj, me)
    rows = _lines(packs, context) if jsonl else _files(files, packs, context)
    answers = []
    faults = 0
    for row, verdict, fault in rows:
        answer = row | verdict_json(verdict) | ({"error": fault} if fault else {})
        faults += bool(fault)
        if fault:
            click.echo(f"watcher: {fault}", err=True)
        if jsonl:
            click.echo(dump(answer))
        elif as_json:
            answers.append(answer)
        elif not fault:
            _print(row["path"], verdict, words(packs, assemble.reading_language()))
    if as_json:
        print_json(answers)
    ctx.exit(2 if faults else 0)


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for programs."""
    return {
        "label": verdict.kind.value,
        "confidence": round(verdict.confidence, 4),
        "evidence": [{"rule": e.rule, "quote": e.quote} for e in verdict.evidence],
    }


def _print(path: str, verdict: Verdict, text: Mapping[str, Any]) -> None:
    out = console()
    kind = say_reason("kinds", verdict.kind.value, text)
    out.print(f"{plain(path)}: {verdict.kind.value} ({kind}, {verdict.confidence:.0%})", soft_wrap=True)
    because = say_evidence(verdict.evidence, text)
    if because:
        out.print(f"  {because}", soft_wrap=True)


def _context(config_path: Path | None, me: tuple[str, ...]) -> Context:
    """Own addresses from --me, else from the configuration where there is one."""
    own = own_addresses(me)
    path = config_path or config.default_path()
    if not own and (config_path is not None or os.path.isfile(path)):
        own = tuple(assemble.outfit(config_path, need_account=False).person.addresses)
    return Context(own=frozenset(own), zone=machine_zone(), country=machine_country())


#: What is told of a mail: the fields that name it, its verdict, and why it could not be read ('' if it could).
_Answer = tuple[dict[str, Any], Verdict, str]


def _files(names: tuple[str, ...], packs: Packs, context: Context) -> Iterator[_Answer]:
    for name in names:
        verdict, fault = NOTHING, ""
        try:
            raw = _bytes(name)
            verdict = _judged(lambda raw=raw: parse(raw, packs), context, packs)
        except OSError as error:
            fault = f"{plain(name)} cannot be read: {error.strerror}."
        except _UnjudgedError as error:
            fault = f"{plain(name)} could not be judged ({error}): please report it."
        yield {"path": name}, verdict, fault


def _bytes(name: str) -> bytes:
    """The mail in a file, or the beginning of a giant one. Raises OSError."""
    if name == "-":
        return _bounded(sys.stdin.buffer)
    with open(name, "rb") as file:
        return _bounded(file)


def _bounded(file: BinaryIO) -> bytes:
    raw = file.read(LARGEST_MAIL + 1)
    return raw if len(raw) <= LARGEST_MAIL else raw[:HEAD_OF_LARGE_MAIL]


class _UnjudgedError(Exception):
    """Our own fault with one mail."""


def _judged(mail: Any, context: Context, packs: Packs) -> Verdict:
    try:
        return judge_kind(mail(), context, packs, models=load_models())
    except Exception as error:  # the other mails of the call must not be lost with it
        raise _UnjudgedError(type(error).__name__) from error


def _lines(packs: Packs, context: Context) -> Iterator[_Answer]:
    """One answer for each line that is not blank, so that answers can be counted off against questions."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, Mapping):
            yield {"id": None}, NOTHING, f"line {number} is no JSON object."
            continue
        verdict, fault = NOTHING, ""
        outgoing = {"out": True, "in": False}.get(_text(row.get("direction")).strip().lower())
        try:
            verdict = _judged(lambda row=row: mail_of(row, packs), replace(context, outgoing=outgoing), packs)
        except _UnjudgedError as error:
            fault = f"line {number} could not be judged ({error}): please report it."
        yield {"id": row.get("id")}, verdict, fault


def mail_of(row: Mapping[str, Any], packs: Packs) -> Mail:
    """A mail from the fields of a JSON line; the body is plain text. Whatever is missing is empty."""
    body = _text(row.get("body")).replace("\r\n", "\n")
    parts = split_new(body, packs)
    return Mail(
        message_id=f"<{_text(row.get('id'))}@jsonl.invalid>",
        sender=next(iter(_addresses(row.get("from"))), Address("")),
        to=_addresses(row.get("to")),
        subject=" ".join(_text(row.get("subject")).split()),
        date=_date(_text(row.get("date")).strip()),
        text=body,
        new_text=parts.new,
        signature=parts.signature,
        forwarded=parts.forwarded,
    )


def _text(value: object) -> str:
    """A field as text that can be written down again."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text.encode("utf-8", "replace").decode("utf-8")


def _addresses(value: object) -> tuple[Address, ...]:
    """The addresses of a field: "Sari <sari@example.com>, hr@example.com", or a list of such."""
    fields = [_text(item) for item in value] if isinstance(value, list) else [_text(value)]
    found = [Address(email.lower(), name) for name, email in getaddresses(fields)]
    return tuple(address for address in found if address.email)


def _date(text: str) -> datetime | None:
    """ISO 8601, or as a Date header writes it; None for anything else."""
    moment = None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, TypeError, OverflowError):
            moment = read(text)
            break
    if moment is None or moment.tzinfo is not None:
        return moment
    with suppress(ValueError, OverflowError):
        return moment.astimezone()
    return None
