"""watcher status: the table of processes, most urgent first."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from watcher.cli import assemble
from watcher.cli.common import print_json, read_clock, report_json
from watcher.cli.tables import console, print_status
from watcher.core.wording import words
from watcher.scan import TRIES, stand


@click.command(epilog="Example:  watcher status --all")
@click.option("--all", "all_", is_flag=True, help="Also what is over, on hold or presumably closed.")
@click.option("--now", "now_text", metavar="ISO", help="Look as if it were this time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_obj
def status(config_path: Path | None, all_: bool, now_text: str | None, as_json: bool) -> None:
    """Show every hiring process: company, role, state, whose turn, days quiet, and what comes next when."""
    fit = assemble.outfit(config_path)
    now = read_clock(now_text, fit.person.zone)
    with closing(assemble.known_store()) as store:
        everything = stand(store, fit.person, now)
        troubles = store.troubles()
        faults = [
            (account.name, fault)
            for account in assemble.watched(fit.settings)
            if (fault := store.note(f"fault:{account.name}"))
        ]
        waiting = sorted({entry.fault for entry in store.journal(status="waiting") if entry.fault})
    if as_json:
        print_json(report_json(everything, (), fit.person, now))
        return
    print_status(everything, words(fit.packs, fit.language), now, fit.person.zone, all_=all_)
    aside = console(stderr=True)
    for account, fault in faults:
        aside.print(f"{account}: {fault}")
    for fault in waiting:
        aside.print(f"Waiting: {fault}")
    lost = sum(1 for trouble in troubles if trouble.tries >= TRIES)
    if lost:
        aside.print(f"{lost} mails could not be read (`watcher doctor` lists them).")
