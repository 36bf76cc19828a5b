"""watcher doctor: is everything in order? Each fault with its remedy."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from watcher import config, systemd
from watcher.cli import assemble
from watcher.cli.common import print_json
from watcher.cli.tables import console
from watcher.core.language import Packs
from watcher.core.letter import faults_of_letter
from watcher.errors import ConfigError, NotifyError, StoreError, WatcherError
from watcher.lock import RunningError, held
from watcher.mailbox import Labelled, Role, Talkative
from watcher.store import Store


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. `fault` is '' when all is well; `remedy` says what to do; `code` is the exit
    code the fault calls for (0: worth knowing only)."""

    what: str
    found: str = ""
    fault: str = ""
    remedy: str = ""
    code: int = 1


@click.command(epilog="Example:  watcher doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check the configuration, sign-in, folders, secrets, notices, the clock and the service."""
    checks = list(_all_checks(ctx.obj))
    code = max((check.code for check in checks if check.fault), default=0)
    if as_json:
        rows = [
            {"check": c.what, "ok": not c.fault, "found": c.found, "fault": c.fault, "remedy": c.remedy}
            for c in checks
        ]
        print_json({"checks": rows, "exit_code": code})
    else:
        _print(checks)
    ctx.exit(code)


def _print(checks: list[Check]) -> None:
    out = console()
    for check in checks:
        if not check.fault:
            out.print(f"ok    {check.what}: {check.found}", style="green")
            continue
        out.print(f"{'FAULT' if check.code else 'note '} {check.what}: {check.fault}", style="bold red")
        if check.remedy:
            out.print(f"      {check.remedy}")


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
    for account in assemble.watched(fit.settings):
        yield from _account(account)
    yield from _notices(fit)
    yield from _clock()
    yield _unit()


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


def _account(account: config.Account) -> Iterator[Check]:
    """Secret, sign-in and folders of one account."""
    name = f"account {account.name}"
    try:
        assemble.secret_of(account)
        yield Check(f"{name}: secret", account.secret.source)
        with closing(assemble.open_account(account)) as mailbox:
            target = assemble.imap_account(account)
            yield Check(f"{name}: sign-in", f"{target.host}:{target.port}")
            folders = mailbox.folders()
            remarks = mailbox.remarks() if isinstance(mailbox, Talkative) else ()
            alerts = mailbox.alerts() if isinstance(mailbox, Talkative) else ()
            find = "Make one in your mail program"
            if isinstance(mailbox, Labelled):
                find = "Tick `Show in IMAP` beside it in Gmail's settings, under Labels"
    except WatcherError as error:
        yield Check(name, fault=error.message, remedy=error.remedy, code=error.exit_code)
        return
    roles = {role: folder.name for folder in folders for role in folder.roles}
    said = ", ".join(f"{role.value} = {roles[role]}" for role in Role if role in roles)
    yield Check(f"{name}: folders", said)
    for remark in remarks:
        yield Check(f"{name}: folders", fault=remark.fault, remedy=remark.remedy, code=0)
    for text in alerts:
        yield Check(f"{name}: server", fault=f"it says: {text}", code=0)
    for role, why in (
        (Role.SENT, "your own replies and follow-ups are not seen"),
        (Role.DRAFTS, "no draft can be laid"),
    ):
        if role not in roles:
            yield Check(
                f"{name}: folders",
                fault=f"no folder is marked as {role.value}: {why}.",
                remedy=f"{find}, or name it under `folders: {role.value}:`.",
                code=2,
            )


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


def _unit() -> Check:
    """The service: installed, and running?"""
    try:
        with held(config.state_dir()):
            pass
    except RunningError as error:
        return Check("service", error.message)
    except StoreError as error:
        return Check("service", fault=error.message, remedy=error.remedy, code=error.exit_code)
    remedy = "Start it with `watcher install-service --enable`, or by hand with `watcher run`."
    if shutil.which("systemctl") is None:
        return Check(
            "service", fault="the watcher is not running, and there is no systemd.", remedy=remedy, code=0
        )
    asked = subprocess.run(
        ["systemctl", "--user", "is-enabled", systemd.UNIT], capture_output=True, text=True, check=False
    )
    state = asked.stdout.strip() or "not installed"
    return Check("service", fault=f"the watcher is not running ({state}).", remedy=remedy, code=0)
