"""watcher accounts: the mailboxes that are watched."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from watcher import config
from watcher.cli import assemble
from watcher.cli.account_checks import check_account, check_together, print_checks, report, worst
from watcher.cli.account_options import STOPPED, account_options, configured, wanted_of, write_account
from watcher.cli.ask import Asker
from watcher.cli.common import print_json
from watcher.cli.enrol import enrol
from watcher.cli.enrol_oauth import take_permission_back
from watcher.cli.tables import console, plain
from watcher.config_write import save, without_account
from watcher.core.wording import words
from watcher.credentials import delete_secret
from watcher.errors import ConfigError, UsageError, WatcherError
from watcher.lock import poke
from watcher.packs import load_packs
from watcher.store import Store

#: A running service has let go of an account after this long (seconds).
LETTING_GO = 4.0


@click.group(epilog="Example:  watcher accounts list")
def accounts() -> None:
    """Add, remove, list and test the mailboxes that are watched."""


def _asker(settings: config.Settings | None, *, yes: bool) -> Asker:
    return Asker(assemble.reading_language(settings.language if settings else "auto"), yes=yes)


@accounts.command(epilog="Example:  watcher accounts add --address sari@example.com")
@account_options
@click.pass_context
def add(ctx: click.Context, **options: Any) -> None:
    """Watch one more mailbox: the questions of `watcher setup` that are about it, and nothing else."""
    path = ctx.obj or config.default_path()
    settings = configured(path)
    asker = _asker(settings, yes=options["yes"])
    try:
        signed_in = enrol(asker, wanted_of(options), settings.accounts if settings else ())
        if signed_in.entry:
            write_account(asker, path, signed_in)
            asker.say("added", name=signed_in.account.name)
    except (KeyboardInterrupt, click.Abort):
        click.echo()
        asker.say("stopped")
        ctx.exit(STOPPED)


@accounts.command(epilog="Example:  watcher accounts remove sari@example.com --forget")
@click.argument("account")
@click.option("--forget", is_flag=True, help="Also delete what is known of its mail.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def remove(ctx: click.Context, account: str, forget: bool, yes: bool) -> None:
    """Stop watching a mailbox: it is taken out of the configuration and its password out of the keyring.
    What is known of its mail stays, unless --forget. The mailbox itself is not touched."""
    path = ctx.obj or config.default_path()
    settings = configured(path) or config.Settings()
    number, chosen = _named(settings, account)
    asker = _asker(settings, yes=yes)
    with closing(assemble.known_store()) as store:
        count = sum(1 for name in store.accounts().values() if name == chosen.name)
        question = "remove_forget" if forget else "remove"
        if not yes and not asker.agree(question, "--yes", usual=not forget, name=chosen.name, count=count):
            raise click.Abort
        kept = save(path, without_account(path.read_text("utf-8-sig"), number))
        others = any(one.enabled for one in settings.accounts if one is not chosen)
        left = _let_go(store, chosen.name, forget=forget, others=others)
    asker.say("removed", name=chosen.name)
    if kept is not None:
        asker.say("kept", path=kept)
    if _take_secret(chosen, asker):
        asker.say("secret_gone")
    if left:
        asker.say("facts_gone" if forget else "facts_kept", count=left)
    if not others:
        asker.say("none_left")


def _named(settings: config.Settings, name: str) -> tuple[int, config.Account]:
    """The account called so, watched or not, with its place in the file."""
    hits = [
        pair
        for pair in enumerate(settings.accounts)
        if name.lower() in (pair[1].name.lower(), pair[1].address)
    ]
    if len(hits) == 1:
        return hits[0]
    known = ", ".join(one.name for one in settings.accounts) or "none"
    problem = "Several accounts are" if hits else "No account is"
    raise UsageError(f"{problem} called {name!r}.", f"Known ones: {known}.")


def _let_go(store: Store, name: str, *, forget: bool, others: bool) -> int:
    """Drop the account from the database. A running service is told first, and given time to close its store:
    what it wrote down meanwhile is dropped, too. Without `others` to watch it is ended: a configuration
    without an account it would not take over, and go on watching this one."""
    if poke(config.state_dir(), signal.SIGHUP if others else signal.SIGTERM):
        threading.Event().wait(LETTING_GO)
    return store.drop_account(name, forget=forget)


def _take_secret(account: config.Account, asker: Asker) -> bool:
    """Take the password (or the permission) out of the keyring; False where it has none of ours. Where the
    provider cannot be told, the person is, and where to take the permission back."""
    if account.secret.source not in ("auto", "keyring"):
        return False
    try:
        if account.oauth.client_id:
            told, page = take_permission_back(account)
            if not told:
                asker.say("permission_stays", page=page or account.address.rpartition("@")[2])
        else:
            delete_secret(account.secret.name or account.name)
    except WatcherError:
        return False  # it has none, or there is no keyring
    return True


@accounts.command("list", epilog="Example:  watcher accounts list --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_obj
def list_accounts(config_path: Path | None, as_json: bool) -> None:
    """List the mailboxes of the configuration: server, where the password is, how much is known of them."""
    settings = configured(config_path or config.default_path()) or config.Settings()
    text = words(load_packs(), assemble.reading_language(settings.language), "setup")
    with closing(assemble.known_store()) as store:
        rows = list(_rows(settings.accounts, store))
    if as_json:
        print_json({"accounts": rows})
        return
    if not rows:
        console().print(str(text["none"]))
        return
    console().print(_table(rows, text))


def _rows(listed: Sequence[config.Account], store: Store) -> list[dict[str, Any]]:
    homes = list(store.accounts().values())
    return [
        {
            "account": one.name,
            "address": one.address,
            "aliases": list(one.aliases),
            "enabled": one.enabled,
            "server": _server(one),
            "user": one.user,
            "secret": "oauth" if one.oauth.client_id else one.secret.source,
            "mails": homes.count(one.name),
            "fault": store.note(f"fault:{one.name}"),
        }
        for one in listed
    ]


def _server(account: config.Account) -> str:
    try:
        target = assemble.imap_account(account)
    except ConfigError:
        return ""
    return f"{target.host}:{target.port}"


def _table(rows: Sequence[Mapping[str, Any]], text: Mapping[str, Any]) -> Table:
    heads = text["columns"]
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in ("name", "server", "secret", "mails", "state"):
        table.add_column(str(heads[name]), overflow="fold")
    for row in rows:
        state = "state_off" if not row["enabled"] else "state_fault" if row["fault"] else "state_ok"
        cells = (row["account"], row["server"], row["secret"], str(row["mails"]), str(text[state]))
        table.add_row(*(Text(plain(cell)) for cell in cells))
    return table


@accounts.command(epilog="Example:  watcher accounts test sari@example.com")
@click.argument("account", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_context
def test(ctx: click.Context, account: str, as_json: bool) -> None:
    """Sign in to a mailbox (without ACCOUNT: to all), and check encryption, folders, and whether drafts can
    be laid. Changes nothing there."""
    fit = assemble.outfit(ctx.obj)
    chosen = assemble.watched(fit.settings, account)
    checks = [check for one in chosen for check in check_account(one)]
    checks += check_together(chosen)
    if as_json:
        print_json(report(checks))
    else:
        print_checks(console(), checks)
    ctx.exit(worst(checks))
