"""watcher show: one process with its timeline, the evidence of every verdict, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from watcher.cli import assemble
from watcher.cli.common import print_json, process_json, read_clock
from watcher.cli.tables import console, plain
from watcher.core.corrections import former
from watcher.core.course import shown
from watcher.core.draft import Draft, Refusal
from watcher.core.language import Packs
from watcher.core.model import Address, DraftKind, Evidence, Fact, Mark, Process, Turn
from watcher.core.plan import Wishes, draft_for
from watcher.core.process import mail_id, resolve
from watcher.core.scenario import minute
from watcher.core.standing import Person, Standing
from watcher.core.wording import say_day, say_hour, say_joined, say_next, say_reason, say_stand, words
from watcher.core.wording import say_draft as draft_name
from watcher.errors import UsageError
from watcher.scan import homes_of, stand
from watcher.store import Store


def pick(store: Store, person: Person, wanted: str, now: datetime) -> tuple[Standing, tuple[Standing, ...]]:
    """The process called `wanted`, and all of them. Raises UsageError, naming candidates."""
    everything = stand(store, person, now)
    process = resolve([one.process for one in everything], wanted)
    return next(one for one in everything if one.process.id == process.id), everything


@click.command(epilog="Example:  watcher show 3fa9c1")
@click.argument("id")
@click.option("--now", "now_text", metavar="ISO", help="Look as if it were this time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_obj
def show(config_path: Path | None, id: str, now_text: str | None, as_json: bool) -> None:
    """Show one process: every mail and what it was taken for, with the words that decided; what comes next
    and why; the draft that fits now."""
    fit = assemble.outfit(config_path)
    now = read_clock(now_text, fit.person.zone)
    with closing(assemble.known_store()) as store:
        one, everything = pick(store, fit.person, id, now)
        accounts = homes_of(store, everything, fit.person)
        wishes = assemble.wishes_of(fit, assemble.first_run_of(store))
    made = letter(one, everything, fit.person, wishes, fit.packs, now, accounts=accounts)
    if as_json:
        print_json(show_json(one, made, fit.person))
        return
    print_process(one, made, words(fit.packs, fit.language), now, fit.person.zone)


def letter(
    one: Standing,
    everything: tuple[Standing, ...],
    person: Person,
    wishes: Wishes,
    packs: Packs,
    now: datetime,
    kind: DraftKind | None = None,
    accounts: Mapping[str, str] = {},
) -> Draft | Refusal | None:
    """The letter of `kind`, else the one that fits now; None when none does. `accounts`: which account holds
    each message, where that matters."""
    kind = kind or one.situation.draft
    if kind is DraftKind.NONE:
        return None
    others = tuple(o.process.company for o in everything if o is not one and o.process.company)
    made = draft_for(one, kind, person, wishes, packs, now, others, accounts)
    return made if isinstance(made, (Draft, Refusal)) else None


def show_json(one: Standing, made: Draft | Refusal | None, person: Person) -> dict[str, Any]:
    """Everything `show` says, for programs."""
    document = process_json(shown(one), person)
    document["timeline"] = [_fact_json(fact, one, person) for fact in one.process.facts]
    document["marks"] = [
        {"kind": mark.kind.value, "made": minute(mark.made, person.zone), "at": minute(mark.at, person.zone)}
        for mark in one.process.marks
    ]
    document["next"] = {"what": one.situation.next_what, "at": minute(one.situation.next_at, person.zone)}
    document["corrected"] = {kind: {"was": name or None} for kind, name in one.process.told.items()}
    document["review"] = list(one.process.review)
    if isinstance(made, Draft):
        document["letter"] = {
            "kind": made.kind.value,
            "to": [address.email for address in made.to],
            "subject": made.subject,
            "in_reply_to": made.in_reply_to,
            "text": made.text,
            "note": made.note,
        }
    elif isinstance(made, Refusal):
        document["letter"] = {"refused": made.reason, "hint": made.hint}
    return document


def _fact_json(fact: Fact, one: Standing, person: Person) -> dict[str, Any]:
    was = former(fact)
    return {
        "message_id": fact.message_id,
        "mail": mail_id(fact.message_id),
        "at": minute(fact.at, person.zone),
        "from": fact.sender.email,
        "direction": "in" if fact.incoming else "out",
        "subject": fact.subject,
        "label": fact.kind.value,
        "confidence": round(fact.verdict.confidence, 3),
        "evidence": [{"rule": e.rule, "quote": e.quote} for e in fact.verdict.evidence],
        "joined": one.process.reasons.get(fact.message_id, ""),
        "scam": [{"rule": e.rule, "quote": e.quote} for e in fact.scam],
        "warnings": [{"rule": e.rule, "quote": e.quote} for e in fact.warnings],
        "counts": fact.trusted,
        "corrected": {"was": was[0], "this_mail": was[1]} if was is not None else None,
    }


# --------------------------------------------------------------------------- on the screen


def print_process(
    one: Standing, made: Draft | Refusal | None, text: Mapping[str, Any], now: datetime, zone: str
) -> None:
    """The whole story of a process, for a person."""
    out, answer, process = console(), one.situation, one.process
    said, labels = text["show"], text["table"]
    unknown = labels["unknown"]
    name = f"{plain(process.company) or unknown} - {plain(process.role) or unknown}   [{process.id}]"
    out.print(name, style="bold")
    quiet = answer.anchor if answer.waiting_on is Turn.EMPLOYER else None
    quiet_since = _when(quiet, now, zone, text) if quiet is not None else ""
    for label, value in (
        (said["person"], plain(f"{process.title} {process.person}")),
        *((labels[kind], _told(process, kind, text)) for kind in process.told),
        (labels["state"], say_stand(answer, text)),
        (labels["whose"], text["turns"][answer.waiting_on.value]),
        (said["quiet_since"], quiet_since),
        (labels["next"], say_next(answer, now, zone, text)),
        *((said["review"], say_reason("reviews", word, text)) for word in process.review),
    ):
        if value:
            out.print(f"{label}: {value}")
    out.print()
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for moment, item in _timeline(one):
        first, *further = _item_lines(item, one, text)
        table.add_row(_when(moment, now, zone, text), first)
        for line in further:
            table.add_row("", Padding(line, (0, 0, 0, 2)))
    out.print(table)
    if isinstance(made, Draft):
        out.print()
        out.print(f"--- {draft_name(made.kind, text)} ---", style="bold")
        print_letter(out, made, text)
        for note in (made.note, *made.faults):
            if note:
                out.print(f"({plain(note)})", style="dim")
    elif isinstance(made, Refusal):
        out.print()
        out.print(str(text["draft_none"]).format(why=why_none(made, text)))


def print_letter(out: Console, made: Draft, text: Mapping[str, Any], *, as_it_is: bool = False) -> None:
    """A draft as a letter; `as_it_is`: its lines as long as they are, for another program."""
    said = text["letter"]
    heads = [(said["to"], _people(made.to)), (said["cc"], _people(made.cc)), (said["subject"], made.subject)]
    for label, value in heads:
        if value:
            out.print(f"{label}: {plain(value)}", soft_wrap=as_it_is)
    out.print()
    for line in made.text.rstrip().splitlines():
        out.print(plain(line), soft_wrap=as_it_is)


def why_none(refusal: Refusal, text: Mapping[str, Any]) -> str:
    """Why there is no draft, in the person's language where it has the sentence."""
    return str(text["refusals"].get(refusal.reason) or refusal.hint or refusal.reason.replace("_", " "))


def _people(addresses: Iterable[Address]) -> str:
    return ", ".join(f"{a.name} <{a.email}>" if a.name else a.email for a in addresses)


def _timeline(one: Standing) -> list[tuple[datetime, Fact | Mark]]:
    items: list[tuple[datetime, Fact | Mark]] = [(fact.at, fact) for fact in one.process.facts]
    items += [(mark.at or mark.made, mark) for mark in one.process.marks]
    return sorted(items, key=lambda pair: pair[0])


def _item_lines(item: Fact | Mark, one: Standing, text: Mapping[str, Any]) -> list[str]:
    said = text["show"]
    if isinstance(item, Mark):
        via = f" ({plain(item.via)})" if item.via else ""
        return [f"* {said['you_said']}: {item.kind.value.removeprefix('mark_').replace('_', '-')}{via}"]
    sure = f"{item.verdict.confidence:.0%}{'' if item.trusted else ', ' + said['moves_nothing']}"
    name = plain(item.sender.name) or item.sender.email if item.incoming else said["you"]
    called = mail_id(item.message_id)
    lines = [f"{name}: {say_reason('kinds', item.kind.value, text)} ({sure})  [{called}]"]
    if item.subject:
        lines.append(plain(item.subject))
    was, evidence = former(item), item.verdict.evidence
    if was is not None:
        form = said["corrected" if was[1] else "corrected_alike"]
        lines.append(str(form).format(was=say_reason("kinds", was[0], text)))
        evidence = evidence[1:]
    because = say_evidence(evidence, text)
    if because:
        lines.append(f"{said['because']}: {because}")
    reason = one.process.reasons.get(item.message_id, "")
    if reason:
        lines.append(f"{said['joined']} {plain(say_joined(reason, text))}")
    lines += [f"{said['review']}: {plain(say_reason('reviews', r, text))}" for r in item.details.review]
    warnings = [say_evidence([evidence], text) for evidence in (*item.scam, *item.warnings)]
    return [*lines, *(f"! {said['warning']}: {warning}" for warning in warnings)]


def _told(process: Process, kind: str, text: Mapping[str, Any]) -> str:
    """A name that the person gave, and what the mails say."""
    name, was = (process.company if kind == "company" else process.role), process.told[kind]
    form = text["show"]["named" if was else "named_first"]
    return str(form).format(name=plain(name), was=plain(was))


def say_evidence(evidence: Iterable[Evidence], text: Mapping[str, Any]) -> str:
    """The rules that decided, and the words they rest on; no words that stand within others."""
    kept = [(e.rule, plain(e.quote)) for e in evidence]
    quotes = [quote for _, quote in kept if quote]
    heads = [rule for number, (rule, quote) in enumerate(kept) if not quote or number == 0]
    named = [rule for rule in heads if rule.removeprefix("own: ") not in text["kinds"]]  # the label says it
    rules = [say_reason("rules", rule, text) for rule in named]
    longest = [q for q in quotes if not any(q in other and q != other for other in quotes)]
    return ": ".join(filter(None, [", ".join(rules), ", ".join(f'"{quote}"' for quote in longest)]))


def _when(moment: datetime, now: datetime, zone: str, text: Mapping[str, Any]) -> str:
    return f"{say_day(moment, now, zone, text)} {say_hour(moment, zone, text)}"


def no_letter(one: Standing) -> UsageError:
    """Why no letter fits, as an error."""
    return UsageError(
        f"No draft is due for {one.process.id} (state {one.situation.state.value}).",
        "Name one with --kind, such as --kind follow_up.",
    )
