"""watcher scan: one pass over the configured accounts, or over a mailbox in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from watcher import config
from watcher.cli import assemble
from watcher.cli.common import check_place, own_addresses, print_json, read_clock, report_json
from watcher.cli.local import scan_path
from watcher.cli.logs import print_fault
from watcher.cli.outcome import Told, outcome, print_told, read
from watcher.cli.tables import console, plain
from watcher.core.course import shown
from watcher.core.standing import Person
from watcher.core.wording import words
from watcher.errors import UsageError, WatcherError
from watcher.lock import held
from watcher.machine import machine_country, machine_zone
from watcher.mailbox import Mailbox
from watcher.outbox import flush
from watcher.scan import Pass, decide, journal
from watcher.store import Store
from watcher.when import parse_since


@click.command(epilog="Example:  watcher scan ~/Takeout/All.mbox --me sari@example.com --dry-run")
@click.argument("path", required=False, type=click.Path(readable=False, path_type=Path))
@click.option("--account", default="", help="Only this account of the configuration.")
@click.option("--me", multiple=True, metavar="ADDRESS", help="An address of yours (repeat for several).")
@click.option("--tz", "zone", default="", metavar="ZONE", help="Your time zone, such as Asia/Jakarta.")
@click.option("--country", default="", metavar="CC", help="Whose holidays count, such as ID.")
@click.option("--since", default="", metavar="SPAN", help="How far back to read: 90d, 12w or a date.")
@click.option("--dry-run", is_flag=True, help="Write nothing anywhere; show what would be done.")
@click.option("--now", "now_text", metavar="ISO", help="Look as if it were this time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_context
def scan(
    ctx: click.Context,
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
    or a folder of .eml files; it needs no configuration, and nothing of it is remembered.
    """
    check_place(zone, country)
    own = own_addresses(me)
    if path is None:
        fit = assemble.outfit(ctx.obj)
        fit = replace(fit, person=_as_said(fit.person, own, zone, country))
        now = read_clock(now_text, fit.person.zone)
        if since:
            parse_since(since, now)  # told before a server is asked
        told = _scan_accounts(fit, account, since, now, dry_run=dry_run)
    else:
        if account:
            raise UsageError(
                "--account belongs to the configuration, PATH to a mailbox in files.", "Give one."
            )
        local_zone = zone or machine_zone()
        now = read_clock(now_text, local_zone)
        told = scan_path(path, own, local_zone, country or machine_country(), since, now, dry_run=dry_run)
    aside = console(stderr=True)
    for note in told.notes:
        aside.print(plain(note), soft_wrap=True)
    for fault in told.faults:
        print_fault(fault)
    if as_json:
        print_json(report_json([shown(one) for one in told.everything], told.actions, told.person, now))
    else:
        print_told(told, now, dry_run=dry_run)
    ctx.exit(max((fault.exit_code for fault in told.faults), default=0))


def _as_said(person: Person, own: Iterable[str], zone: str, country: str) -> Person:
    """The person, with what the command line says instead."""
    return replace(
        person,
        addresses=person.addresses | frozenset(own),
        zone=zone or person.zone,
        country=(country or person.country).upper(),
    )


# --------------------------------------------------------------------------- the accounts of the configuration


def _scan_accounts(fit: assemble.Outfit, account: str, since: str, now: datetime, *, dry_run: bool) -> Told:
    """One pass over every account; with `dry_run` on a copy in memory that is thrown away.

    An account that fails does not cost the others; nothing is written into it, for it may hold the answer
    that nobody has read. Raises its error when it is the only one, and when all fail.
    """
    chosen = assemble.watched(fit.settings, account)
    text = words(fit.packs, fit.language)["scan"]
    faults: list[WatcherError] = []
    notes: list[str] = []
    with ExitStack() as cleanup:
        if dry_run:
            store = cleanup.enter_context(closing(Store(None)))
            _copy_into(store, config.state_dir() / assemble.DATABASE)
        else:
            cleanup.enter_context(held(config.state_dir()))
            store = cleanup.enter_context(closing(assemble.open_store(now)))
        store.adopt([one.name for one in fit.settings.accounts])
        wishes = assemble.wishes_of(fit, assemble.first_run_of(store) or now)
        mailboxes: dict[str, Mailbox] = {}
        for one in chosen:
            try:
                mailbox = cleanup.enter_context(closing(assemble.open_account(one)))
                look = assemble.look_of(fit, one, now, since)
                notes += _notes(one.name, read(look, mailbox, store, text), text)
                mailboxes[one.name] = mailbox
            except WatcherError as error:
                faults.append(_named(one.name, error, len(chosen)))
        if len(faults) == len(chosen):
            raise _all_of(faults)
        everything, actions = decide(store, fit.person, wishes, fit.packs, now)
        # Nobody is called silent whose answer may lie in an account that was not read.
        actions = tuple(action for action in actions if action.account in ("", *mailboxes))
        if not dry_run:
            journal(store, actions, everything, now)
            for name, mailbox in mailboxes.items():
                try:
                    flush(store, mailbox, name, now)
                except WatcherError as error:
                    faults.append(_named(name, error, len(chosen)))
        done, undone = outcome(store, actions)
    return Told(
        everything=everything,
        actions=actions,
        person=fit.person,
        language=fit.language,
        packs=fit.packs,
        notes=tuple(notes),
        done=done,
        undone=undone,
        faults=tuple(faults),
    )


def look_only(
    fit: assemble.Outfit, account: config.Account, mailbox: Mailbox, since: str, now: datetime
) -> Told:
    """What a scan of one open mailbox finds and would do. Nothing is written anywhere."""
    text = words(fit.packs, fit.language)["scan"]
    with closing(Store(None)) as store:
        _copy_into(store, config.state_dir() / assemble.DATABASE)
        wishes = assemble.wishes_of(fit, assemble.first_run_of(store) or now)
        done = read(assemble.look_of(fit, account, now, since), mailbox, store, text)
        everything, actions = decide(store, fit.person, wishes, fit.packs, now)
    return Told(
        everything=everything,
        actions=actions,
        person=fit.person,
        language=fit.language,
        packs=fit.packs,
        notes=tuple(_notes(account.name, done, text)),
    )


def _all_of(faults: list[WatcherError]) -> WatcherError:
    """Every fault is told; the worst one decides about the exit code."""
    worst = max(faults, key=lambda fault: fault.exit_code)
    for fault in faults:
        if fault is not worst:
            print_fault(fault)
    return worst


def _named(account: str, error: WatcherError, count: int) -> WatcherError:
    """Of several accounts, say which one it is."""
    if count > 1 and account not in error.message:
        error.message = f"{account}: {error.message}"
    return error


def _copy_into(store: Store, database: Path) -> None:
    """Let a dry run know what the real database knows."""
    if database.is_file():
        store.copy_from(database)


def _notes(account: str, done: Pass, text: Mapping[str, Any]) -> list[str]:
    notes = []
    if not done.has_sent:
        notes.append(str(text["no_sent"]).format(account=account))
    if not done.has_drafts:
        notes.append(str(text["no_drafts"]).format(account=account))
    if done.troubled:
        notes.append(str(text["troubled_account"]).format(account=account, count=done.troubled))
    return notes
