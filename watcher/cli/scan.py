"""watcher scan: one pass over the configured accounts, or over a mailbox in files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from watcher import config
from watcher.cli import assemble
from watcher.cli.common import print_json, read_clock, report_json
from watcher.cli.tables import console, print_status, progress_bar
from watcher.core.language import Packs
from watcher.core.model import Action, ActionKind
from watcher.core.owner import Owner, guess_owner
from watcher.core.parse import parse
from watcher.core.plan import Wishes
from watcher.core.standing import Person, Standing
from watcher.core.wording import words
from watcher.errors import MailboxConfigError, UsageError
from watcher.lock import held
from watcher.machine import machine_country, machine_zone
from watcher.mailbox import Mailbox, Role
from watcher.mailbox.local import open_local
from watcher.outbox import flush
from watcher.packs import load_packs
from watcher.scan import Look, Pass, decide, journal, read_account
from watcher.store import Store
from watcher.when import parse_since

#: Mails looked at to find out whose mailbox it is.
SAMPLE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The outcome of a scan, ready to be shown."""

    everything: tuple[Standing, ...]
    actions: tuple[Action, ...]
    person: Person
    language: str
    packs: Packs
    notes: tuple[str, ...] = ()


@click.command(epilog="Example:  watcher scan ~/Takeout/All.mbox --me sari@example.com --dry-run")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--account", default="", help="Only this account of the configuration.")
@click.option("--me", multiple=True, metavar="ADDRESS", help="An address of yours (repeat for several).")
@click.option("--tz", "zone", default="", metavar="ZONE", help="Your time zone, such as Asia/Jakarta.")
@click.option("--country", default="", metavar="CC", help="Whose holidays count, such as ID.")
@click.option("--since", default="", metavar="SPAN", help="How far back to read: 90d, 12w or a date.")
@click.option("--dry-run", is_flag=True, help="Write nothing anywhere; show what would be done.")
@click.option("--now", "now_text", metavar="ISO", help="Look as if it were this time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_obj
def scan(
    config_path: Path | None,
    path: Path | None,
    account: str,
    me: tuple[str, ...],
    zone: str,
    country: str,
    since: str,
    dry_run: bool,
    now_text: str | None,
    as_json: bool,
) -> None:
    """Read the mail once and show where every hiring process stands.

    Without PATH the accounts of the configuration are read. PATH is an mbox file (Google Takeout), a Maildir,
    or a folder of .eml files; it needs no configuration.
    """
    check_zone(zone)
    if path is None:
        fit = assemble.outfit(config_path)
        person = _as_said(fit.person, me, zone, country)
        fit = replace(fit, person=person)
        now = read_clock(now_text, person.zone)
        told = _scan_accounts(fit, account, since, now, dry_run=dry_run)
    else:
        if account:
            raise UsageError(
                "--account belongs to the configuration, PATH to a mailbox in files.", "Give one."
            )
        local_zone = zone or machine_zone()
        now = read_clock(now_text, local_zone)
        told = scan_path(path, me, local_zone, country or machine_country(), since, now, dry_run=dry_run)
    if as_json:
        print_json(report_json(told.everything, told.actions, told.person, now))
        return
    out = console()
    for note in told.notes:
        console(stderr=True).print(note)
    print_status(told.everything, words(told.packs, told.language), now, told.person.zone, all_=False)
    if told.actions:
        out.print()
        out.print("Would be done:" if dry_run else "Done:")
        for line in action_lines(told):
            out.print(f"  {line}")


def check_zone(zone: str) -> None:
    """Raise UsageError for a zone that does not exist."""
    try:
        if zone:
            ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(
            f"{zone!r} is no time zone.", "Write it like Asia/Jakarta or Europe/Berlin."
        ) from error


def _as_said(person: Person, me: Iterable[str], zone: str, country: str) -> Person:
    """The person, with what the command line says instead."""
    own = frozenset(address.strip().lower() for address in me)
    return replace(
        person,
        addresses=person.addresses | own,
        zone=zone or person.zone,
        country=(country or person.country).upper(),
    )


# --------------------------------------------------------------------------- the accounts of the configuration


def _scan_accounts(fit: assemble.Outfit, account: str, since: str, now: datetime, *, dry_run: bool) -> Told:
    """One pass over every account; with `dry_run` on a copy in memory that is thrown away."""
    chosen = assemble.watched(fit.settings, account)
    with ExitStack() as cleanup:
        if dry_run:
            store = cleanup.enter_context(closing(Store(None)))
            _copy_into(store, config.state_dir() / assemble.DATABASE)
        else:
            cleanup.enter_context(held(config.state_dir()))
            store = cleanup.enter_context(closing(assemble.open_store(now)))
        wishes = assemble.wishes_of(fit, assemble.first_run_of(store) or now)
        notes: list[str] = []
        mailboxes: dict[str, Mailbox] = {}
        for one in chosen:
            mailboxes[one.name] = cleanup.enter_context(closing(assemble.open_account(one)))
            look = assemble.look_of(fit, one, now, since)
            notes += _notes(one.name, _read(look, mailboxes[one.name], store))
        everything, actions = decide(store, fit.person, wishes, fit.packs, now)
        if not dry_run:
            journal(store, actions, everything, now)
            for name, mailbox in mailboxes.items():
                flush(store, mailbox, name, now)
            notes += [f"Waiting: {e.fault}" for e in store.journal(status="waiting") if e.fault]
    return Told(
        everything=everything,
        actions=actions,
        person=fit.person,
        language=fit.language,
        packs=fit.packs,
        notes=tuple(notes),
    )


def _copy_into(store: Store, database: Path) -> None:
    """Let a dry run know what the real database knows."""
    if database.is_file():
        store.copy_from(database)


def _notes(account: str, done: Pass) -> list[str]:
    notes = []
    if not done.has_sent:
        notes.append(f"{account}: no folder of sent mail was found, so your own replies are not seen.")
    if not done.has_drafts:
        notes.append(f"{account}: no Drafts folder was found, so no draft can be laid there.")
    if done.troubled:
        notes.append(
            f"{account}: {done.troubled} mails could not be read whole (`watcher doctor` lists them)."
        )
    return notes


def _read(look: Look, mailbox: Mailbox, store: Store, total: int | None = None) -> Pass:
    """Read an account, with a progress bar on a terminal."""
    with progress_bar(f"reading {look.account}") as bar:
        task = bar.add_task("", total=total)
        return read_account(look, mailbox, store, lambda count: bar.advance(task, count))


# --------------------------------------------------------------------------- a mailbox in files


def scan_path(
    path: Path,
    me: Iterable[str],
    zone: str,
    country: str,
    since: str,
    now: datetime,
    *,
    dry_run: bool,
    name: str = "",
) -> Told:
    """One pass over a local mailbox. Nothing of it is remembered; a Maildir gets drafts and flags."""
    packs, language = load_packs(), assemble.reading_language()
    with closing(open_local(path)) as mailbox, closing(Store(None)) as store:
        owner, notes = whose(mailbox, me, packs)
        person = Person(
            address=owner.main,
            name=name or owner.name,
            addresses=owner.addresses,
            zone=zone,
            country=country.upper(),
        )
        look = Look(
            account=mailbox.name,
            person=person,
            packs=packs,
            since=parse_since(since, now.astimezone(ZoneInfo(zone))) if since else None,
            every_folder=True,
        )
        done = _read(look, mailbox, store)
        wishes = Wishes(first_run=now, language=language, level="full")
        everything, actions = decide(store, person, wishes, packs, now)
        if done.troubled:
            notes.append(f"{done.troubled} mails could not be read whole:")
            notes += sorted({f"  {trouble.folder}: {trouble.problem}" for trouble in store.troubles()})
        if not dry_run:
            notes += _act(store, mailbox, everything, actions, done, now)
    return Told(
        everything=everything,
        actions=actions,
        person=person,
        language=language,
        packs=packs,
        notes=tuple(notes),
    )


def _act(
    store: Store,
    mailbox: Mailbox,
    everything: tuple[Standing, ...],
    actions: tuple[Action, ...],
    done: Pass,
    now: datetime,
) -> list[str]:
    """Lay drafts and set flags where the files can take them (a Maildir)."""
    journal(store, actions, everything, now)
    try:
        flush(store, mailbox, mailbox.name, now)
    except MailboxConfigError as error:
        return [str(error)]
    waiting = [
        entry for entry in store.journal(status="waiting") if entry.action.kind is not ActionKind.NOTIFY
    ]
    faults = sorted({entry.fault for entry in waiting if entry.fault})
    return [f"{len(waiting)} drafts and flags were not written: {fault}" for fault in faults]


def whose(mailbox: Mailbox, me: Iterable[str], packs: Packs) -> tuple[Owner, list[str]]:
    """Whose mailbox it is: as said with --me, else as its mails show; and a note that says which."""
    said = [address.strip().lower() for address in me]
    for address in said:
        if "@" not in address:
            raise UsageError(f"--me {address!r} is no mail address.", "Write it like sari@example.com.")
    shown = guess_owner(_sample(mailbox, packs))
    if said:
        name = shown.name if shown.main in said else ""
        return Owner(frozenset(said), said[0], name, "said"), []
    if not shown.main:
        note = "Whose mailbox this is does not show, so your own mail is not told apart: give --me ADDRESS."
        return shown, [note]
    return shown, [
        f"Taken for yours: {', '.join(sorted(shown.addresses))} (give --me ADDRESS if that is wrong)."
    ]


def _sample(mailbox: Mailbox, packs: Packs) -> Iterator[tuple]:
    for folder in mailbox.folders():
        if folder.roles & {Role.DRAFTS, Role.TRASH, Role.JUNK}:
            continue
        for fetched in islice(mailbox.fetch_since(folder.name, None), SAMPLE):
            if fetched.raw is not None:
                yield parse(fetched.raw[:65536], packs), Role.SENT in folder.roles


# --------------------------------------------------------------------------- words


def action_lines(told: Told) -> list[str]:
    """The actions in words, one line each."""
    text = words(told.packs, told.language)
    names = {one.process.id: one.process.company or one.process.person or "?" for one in told.everything}
    lines = []
    for action in told.actions:
        who = names.get(action.process, action.process)
        if action.kind is ActionKind.DRAFT:
            lines.append(f"draft    {who}: {text['drafts'][action.what]}")
        elif action.kind is ActionKind.WITHDRAW:
            lines.append(f"withdraw {who}: {text['drafts'].get(action.what, action.what)}")
        elif action.kind is ActionKind.NOTIFY:
            lines.append(f"notice   {action.data.get('line') or who}")
        else:
            lines.append(f"{action.kind.value:8} {who}: {action.data.get('flags', action.what)}")
    return lines
