"""watcher doctor: is everything in order? Each fault with its remedy."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from watcher import config, systemd
from watcher.cli import assemble
from watcher.cli.account_checks import (
    Check,
    check_account,
    check_together,
    print_checks,
    report,
    worst,
)
from watcher.cli.common import print_json
from watcher.cli.tables import console
from watcher.core.language import Packs
from watcher.core.letter import faults_of_letter
from watcher.errors import ConfigError, NotifyError, StoreError, WatcherError
from watcher.lock import RunningError, held
from watcher.machine import machine_zone
from watcher.store import Store


@click.command(epilog="Example:  watcher doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check the configuration, sign-in, folders, secrets, notices, the clock and the service."""
    checks = list(_all_checks(ctx.obj))
    if as_json:
        print_json(report(checks))
    else:
        print_checks(console(), checks)
    ctx.exit(worst(checks))


def _all_checks(path: Path | None) -> Iterator[Check]:
    try:
        fit = assemble.outfit(path)
    except ConfigError as error:
        yield Check("configuration", fault=error.message, remedy=error.remedy, code=error.exit_code)
        for fault in error.faults:
            yield Check("configuration", fault=fault, code=error.exit_code)
        return
    yield Check("configuration", str(fit.path))
    yield from _letters(fit.path.parent / assemble.LETTERS, fit.packs)
    yield from _database()
    accounts = assemble.watched(fit.settings)
    for account in accounts:
        yield from check_account(account)
    yield from check_together(accounts)
    yield from _notices(fit)
    yield from _clock()
    yield _zone(fit)
    yield from _unit(accounts)


def _letters(folder: Path, packs: Packs) -> Iterator[Check]:
    """The person's own letters: each must be one of the known kinds and make a letter."""
    for language, letters in assemble.own_letters(folder).items():
        for kind, text in letters.items():
            name = f"letter {language}/{kind}.j2"
            fault = faults_of_letter(language, kind, text, packs)
            remedy = "The packaged letter is used until this is mended." if fault else ""
            yield Check(name, "yours", fault, remedy, code=2)


def _database() -> Iterator[Check]:
    try:
        with closing(Store(config.state_dir() / assemble.DATABASE)) as store:
            yield Check("database", str(store.path))
            for trouble in store.troubles():
                yield Check(
                    "a mail",
                    fault=f"{trouble.account}, {trouble.folder}, number {trouble.uid}: {trouble.problem}",
                    remedy=f"It was tried {trouble.tries} times and is left out.",
                    code=0,
                )
            for entry in store.journal(status="waiting"):
                if entry.fault:
                    yield Check(f"a waiting {entry.action.kind.value}", fault=entry.fault, code=1)
    except WatcherError as error:
        yield Check("database", fault=error.message, remedy=error.remedy, code=error.exit_code)


def _notices(fit: assemble.Outfit) -> Iterator[Check]:
    if fit.settings.notices.kind == "none":
        yield Check("notices", "switched off")
        return
    try:
        notifier = assemble.notifier_of(fit, lambda *_: None)
    except NotifyError as error:
        yield Check("notices", fault=error.message, remedy=error.remedy, code=error.exit_code)
        return
    try:
        fault = notifier.check()
        yield Check("notices", notifier.name, fault, code=1)
    finally:
        notifier.close()


def _clock() -> Iterator[Check]:
    """A clock that is behind the newest mail stops everything (rule 3.7)."""
    now = datetime.now(UTC)
    try:
        with closing(assemble.known_store()) as store:
            newest = max((fact.at for fact in store.facts()), default=now)
    except WatcherError:
        return  # told by the check of the database
    if newest - now > timedelta(days=1):
        yield Check(
            "clock",
            fault="this machine's clock is behind the newest mail.",
            remedy="Set it: timedatectl",
            code=1,
        )
    else:
        yield Check("clock", now.astimezone().isoformat(timespec="minutes"))


def _zone(fit: assemble.Outfit) -> Check:
    """Where the person is, by the configuration and by this machine."""
    zone, here = fit.person.zone, machine_zone()
    now = datetime.now(UTC)
    apart = now.astimezone(ZoneInfo(zone)).utcoffset() != now.astimezone(ZoneInfo(here)).utcoffset()
    if apart:
        return Check(
            "zone",
            fault=f"the configuration says {zone}, this machine {here}.",
            remedy="If you have moved, set `timezone:` (`auto` follows the machine).",
            code=0,
        )
    return Check("zone", f"{zone}, holidays of {fit.person.country or 'nowhere'}")


def _unit(accounts: Sequence[config.Account]) -> Iterator[Check]:
    """The service: installed, and running? What it met when it looked last?"""
    remedy = "Start it with `watcher install-service --enable`, or by hand with `watcher run`."
    try:
        with held(config.state_dir()):
            pass
    except RunningError as error:
        yield Check("service", error.message)
        yield from _last_faults(accounts)
        return
    except StoreError as error:
        yield Check("service", fault=error.message, remedy=error.remedy, code=error.exit_code)
        return
    if shutil.which("systemctl") is None:
        fault = "the watcher is not running, and there is no systemd."
        yield Check("service", fault=fault, remedy=remedy, code=0)
        return
    asked = subprocess.run(
        ["systemctl", "--user", "is-enabled", systemd.UNIT], capture_output=True, text=True, check=False
    )
    state = asked.stdout.strip() or "not installed"
    yield Check("service", fault=f"the watcher is not running ({state}).", remedy=remedy, code=0)


def _last_faults(accounts: Sequence[config.Account]) -> Iterator[Check]:
    """Accounts that the running service could not look at the last time."""
    with closing(assemble.known_store()) as store:
        for account in accounts:
            fault = store.note(f"fault:{account.name}")
            if fault:
                yield Check(
                    f"account {account.name}: last look",
                    fault=fault,
                    remedy="The service tries again by itself; what is said above holds now.",
                    code=0,
                )
