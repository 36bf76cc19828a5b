"""watcher secret: put an account's password into the keyring, so that it stands in no file."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from watcher import config
from watcher.cli import assemble
from watcher.cli.tables import console
from watcher.credentials import delete_secret, store_secret
from watcher.errors import UsageError
from watcher.lock import poke


@click.command(epilog="Example:  watcher secret sari@example.com")
@click.argument("account", required=False, default="")
@click.option("--delete", is_flag=True, help="Take it out of the keyring.")
@click.pass_obj
def secret(config_path: Path | None, account: str, delete: bool) -> None:
    """Store the password (or app password) of an account in the keyring. It is asked for, or read from
    standard input; never give it as an argument. With one account ACCOUNT can be left out."""
    fit = assemble.outfit(config_path)
    accounts = assemble.watched(fit.settings, account)
    if len(accounts) != 1:
        names = ", ".join(one.name for one in accounts)
        raise UsageError("Which account?", f"Name one of: {names}.")
    [chosen] = accounts
    if chosen.oauth.client_id:
        raise UsageError(
            f"{chosen.name} signs in by OAuth, without a password.",
            f"Use `watcher sign-in {chosen.name}`, or `watcher sign-out {chosen.name}` to end it.",
        )
    name = chosen.secret.name or chosen.name
    if delete:
        delete_secret(name)
        console().print(f"Taken out of the keyring: {name}")
        return
    provider = assemble.provider_of(chosen)
    if provider is not None and not provider.passwords:
        raise UsageError(f"{provider.name} takes no passwords.", provider.note)
    if provider is not None and provider.password_page:
        console(stderr=True).print(f"{provider.name}: make an app password at {provider.password_page}")
    if sys.stdin.isatty():
        word = click.prompt("Password", hide_input=True, err=True)
    else:
        word = sys.stdin.readline().rstrip("\r\n")
    if not word:
        raise UsageError("No password was given.", "Type it, or pipe it in.")
    store_secret(name, word)
    poke(config.state_dir(), signal.SIGHUP)  # a running service signs in with it at once
    console().print(f"Stored in the keyring: {name}")
