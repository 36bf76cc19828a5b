"""watcher sign-in and sign-out: permission to read a mailbox by OAuth, instead of a password."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from watcher import config
from watcher.cli import assemble
from watcher.cli.tables import console, plain
from watcher.core.wording import words
from watcher.credentials import delete_secret, oauth, store_secret
from watcher.credentials.oauth_loopback import Page
from watcher.errors import MailboxConfigError, SecretMissingError, SignInError, UsageError
from watcher.lock import poke
from watcher.mailbox import Token
from watcher.mailbox.imap import connect


@click.command("sign-in", epilog="Example:  watcher sign-in sari@example.com")
@click.argument("account", required=False, default="")
@click.option("--device", is_flag=True, help="Sign in on another device, with a code (Microsoft).")
@click.option("--no-browser", is_flag=True, help="Only print the address; open it yourself.")
@click.pass_obj
def sign_in(config_path: Path | None, account: str, device: bool, no_browser: bool) -> None:
    """Sign in to an account by OAuth, with the client of your own that its `oauth: client_id` names. The
    browser asks for your permission; what comes of it is kept in the keyring. With one account ACCOUNT can
    be left out. Over ssh: open the printed address anywhere, and paste the address you end at."""
    fit = assemble.outfit(config_path)
    chosen = _one(fit, account)
    text = words(fit.packs, fit.language)["sign_in"]
    sign_in_account(chosen, text, fit.language, device=device, browser=not no_browser)
    poke(config.state_dir(), signal.SIGHUP)  # a running service goes on with it at once
    console().print(plain(str(text["signed_in"]).format(account=chosen.name)), soft_wrap=True)


@click.command("sign-out", epilog="Example:  watcher sign-out sari@example.com")
@click.argument("account", required=False, default="")
@click.pass_obj
def sign_out(config_path: Path | None, account: str) -> None:
    """Give the permission for an account back, and take its token out of the keyring."""
    fit = assemble.outfit(config_path)
    chosen = _one(fit, account)
    text = words(fit.packs, fit.language)["sign_in"]
    client = assemble.oauth_client(chosen)
    told = oauth.sign_out(client)
    poke(config.state_dir(), signal.SIGHUP)
    out = console()
    out.print(plain(str(text["signed_out"]).format(account=chosen.name)), soft_wrap=True)
    if not told:
        page = client.provider.consent_page or "-"
        out.print(plain(str(text["by_hand"]).format(page=page)), soft_wrap=True)


def sign_in_account(
    account: config.Account,
    text: Mapping[str, Any],
    language: str,
    *,
    device: bool = False,
    browser: bool = True,
) -> None:
    """Have the person sign in, guided on the terminal with the words `text` (`sign_in` of the language's
    table). Nothing is kept unless the mailbox opens with it. Raises what `oauth.sign_in` raises, and
    MailboxError."""
    client = assemble.oauth_client(account)
    just_given = _ask_for_client_secret(client, text)
    aside = console(stderr=True)

    def tell(prompt: oauth.Prompt) -> None:
        aside.print(plain(str(text["code" if prompt.code else "open"])), soft_wrap=True)
        click.echo(plain(prompt.address), err=True)  # whole and alone, to be clicked or copied
        if prompt.code:
            aside.print(plain(str(text["type"]).format(code=prompt.code)), soft_wrap=True)
        elif sys.stdin.isatty():
            aside.print(plain(str(text["browser_fault"])), soft_wrap=True)
            aside.print(plain(str(text["elsewhere"])), soft_wrap=True)

    def check(access: str) -> None:
        try:
            connect(assemble.imap_account(account), Token(lambda fresh: access)).close()
        except SignInError as error:
            error.remedy = str(text["other_account"]).format(address=client.user)
            raise

    try:
        oauth.sign_in(
            client,
            tell=tell,
            device=device,
            open_browser=_open if browser and _has_browser() else None,
            paste=_typed if sys.stdin.isatty() else None,
            page=Page("Interview Watcher", str(text["page_done"]), str(text["page_refused"]), language),
            check=check,
        )
    except MailboxConfigError:
        if just_given and client.secret is not None:  # it may be the mistyped one: ask again next time
            delete_secret(client.secret.name)
        raise


def _one(fit: assemble.Outfit, name: str) -> config.Account:
    """The account that is meant. Raises UsageError."""
    accounts = assemble.watched(fit.settings, name)
    if not name and len(accounts) > 1:
        with_client = tuple(account for account in accounts if account.oauth.client_id)
        accounts = with_client or accounts
    if len(accounts) != 1:
        raise UsageError("Which account?", f"Name one of: {', '.join(one.name for one in accounts)}.")
    return accounts[0]


def _ask_for_client_secret(client: oauth.Client, text: Mapping[str, Any]) -> bool:
    """Where the provider wants a secret of the client, and the keyring has none yet: ask, and keep it there.
    Returns whether it was asked for."""
    try:
        oauth.client_secret(client)
        return False
    except SecretMissingError:
        if sys.stdin.isatty():
            word = click.prompt(str(text["client_secret"]), hide_input=True, err=True)
        else:
            word = sys.stdin.readline().strip()
        if not word:
            raise
        assert client.secret is not None
        store_secret(client.secret.name, word)
        return True


def _open(address: str) -> None:
    """Open the browser, which may not come back before it is closed."""
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _typed() -> str:
    """What was typed by now, up to the end of its line; '' for nothing. Past Python's own buffer, so that what
    is typed after the sign-in is there for whoever asks next."""
    readable, _, _ = select.select([sys.stdin], [], [], 0)
    return os.read(sys.stdin.fileno(), 16_384).decode(errors="replace") if readable else ""


def _has_browser() -> bool:
    """Is there a browser that is not the terminal itself?"""
    return bool(
        os.environ.get("BROWSER")
        or os.environ.get("DISPLAY")
        or os.environ.get("WAYLAND_DISPLAY")
        or sys.platform == "darwin"
    )
