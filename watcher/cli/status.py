"""watcher status: the table of processes, most urgent first.

It loads and computes as little as it can: where nothing has changed since the table was derived last, that one
is shown (`watcher/store_shown.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from watcher.cli import outfit
from watcher.cli.common import print_json, read_clock, report_json
from watcher.cli.tables import console, plain, print_status
from watcher.core.person import Person
from watcher.core.shown import Shown, by_urgency
from watcher.core.wording import words
from watcher.edition import edition
from watcher.store import MISSING, TRIES, Store


@click.command(epilog="Example:  watcher status --all")
@click.option("--all", "all_", is_flag=True, help="Also what is over, on hold or presumably closed.")
@click.option("--now", "now_text", metavar="ISO", help="Look as if it were this time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_obj
def status(config_path: Path | None, all_: bool, now_text: str | None, as_json: bool) -> None:
    """Show every hiring process: company, role, state, whose turn, days quiet, and what comes next when."""
    fit = outfit.outfit(config_path)
    now = read_clock(now_text, fit.person.zone)
    said = words(fit.packs, fit.language)
    with closing(outfit.known_store()) as store:
        everything = _everything(store, fit.person, now, keep=not now_text)
        notes = list(_notes(store, fit, said))
    if as_json:
        print_json(report_json(everything, (), fit.person, now))
        return
    print_status(everything, said, now, fit.person.zone, all_=all_)
    aside = console(stderr=True)
    for note in notes:
        aside.print(plain(note), soft_wrap=True)


def _everything(store: Store, person: Person, now: datetime, *, keep: bool) -> tuple[Shown, ...]:
    """Every process at `now`: as it was kept, else derived, and then kept unless the time is made up."""
    rules = edition(person)
    kept = store.shown(rules, now)
    if kept is not None:
        return by_urgency(kept)
    from watcher.core.course import shown  # with all that deriving needs
    from watcher.scan import keep_shown, stand

    revision = store.revision()
    everything = stand(store, person, now)
    if keep:
        keep_shown(store, rules, revision, everything, now)
    return tuple(shown(one) for one in everything)


def _notes(store: Store, fit: outfit.Outfit, text: Mapping[str, Any]) -> Iterator[str]:
    """What keeps the table from being the whole truth."""
    for account in outfit.watched(fit.settings):
        fault = store.note(f"fault:{account.name}")
        if fault:
            yield f"{account.name}: {fault}"
        missing = store.note(f"{MISSING}:{account.name}").split()
        yield from (str(text["scan"][f"no_{role}"]).format(account=account.name) for role in missing)
    for fault in sorted({entry.fault for entry in store.journal(status="waiting") if entry.fault}):
        yield str(text["status"]["waiting"]).format(fault=fault)
    lost = sum(1 for trouble in store.troubles() if trouble.tries >= TRIES)
    if lost:
        yield str(text["status"]["lost"]).format(count=lost)
