"""One account from its address to the first sign-in: server, secret, folders.

Nothing is lost when it is stopped: a password that was accepted lies in the keyring, and is found there by the
next run.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import click

from watcher import config, config_checks
from watcher.cli import assemble
from watcher.cli.ask import Asker
from watcher.cli.enrol_oauth import Client, oauth_block, signed_in
from watcher.cli.find_server import Said, by_hand, find_server
from watcher.credentials import SecretSource, read_secret, store_secret
from watcher.errors import MailboxConfigError, MailboxError, SecretError, SignInError, UsageError
from watcher.mailbox import Folder, Mailbox, Role
from watcher.mailbox.imap import connect
from watcher.mailbox.names import role_called

#: How often a password or a server may be given again.
TRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the options say of an account; empty where they say nothing."""

    address: str = ""
    account: str = ""
    server: Said = field(default_factory=Said)
    client: Client = field(default_factory=Client)
    password_stdin: bool = False
    secret_command: str = ""
    secret_credential: str = ""
    sent: str = ""
    drafts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An account that let us in. `entry`: how the configuration writes it, {} for one that stands there;
    `key` opens it; what it gives is in memory alone."""

    account: config.Account
    entry: Mapping[str, Any]
    key: assemble.Key = field(repr=False)
    folders: tuple[Folder, ...] = ()

    def open(self) -> Mailbox:
        """Sign in once more."""
        return connect(assemble.imap_account(self.account), self.key)


@dataclass(frozen=True, slots=True)
class _Secret:
    """A password: how the configuration says where it is ({}: in the keyring), and whether it was typed now."""

    text: str = field(repr=False)
    source: Mapping[str, Any] = field(default_factory=dict)
    kept: bool = False
    typed: bool = False


def enrol(asker: Asker, wanted: Wanted, accounts: Sequence[config.Account]) -> SignedIn:
    """Ask for what is missing until the server lets us in. `accounts` are the configured ones: one of them is
    only checked, and its password stored again where it is missing. Raises WatcherError."""
    usual = accounts[0].address if len(accounts) == 1 else ""
    address = asker.ask("address", "--address", given=wanted.address, usual=usual, check=config_checks.email)
    known = next((one for one in accounts if one.address == address), None)
    if known is not None and wanted.account in ("", known.name):
        asker.say("again", address=address)
        return _known(asker, known, wanted)
    if (wanted.account or address).lower() in (one.name.lower() for one in accounts):
        raise UsageError(f"Another account is called {wanted.account or address}.", "Give --account.")
    entry = {"address": address} | ({"name": wanted.account} if wanted.account else {})
    entry |= find_server(asker, address, wanted.server)
    if client := oauth_block(asker, _account(entry), wanted.client):
        entry |= {"oauth": client} | _token_source(wanted)
        key = signed_in(asker, _account(entry), device=wanted.client.device)
        _say_signed_in(asker, _account(entry))
        return _with_folders(asker, SignedIn(account=_account(entry), entry=entry, key=key), wanted)
    entry, secret = _let_in(asker, entry, wanted)
    if not secret.kept:
        secret = _keep(asker, _account(entry), secret)
    entry |= {"secret": dict(secret.source)} if secret.source else {}
    made = SignedIn(account=_account(entry), entry=entry, key=partial(str, secret.text))
    return _with_folders(asker, made, wanted)


def _account(entry: Mapping[str, Any]) -> config.Account:
    return config.Account.model_validate(dict(entry))


def _known(asker: Asker, account: config.Account, wanted: Wanted) -> SignedIn:
    """An account of the configuration: its own secret, or a new password for the keyring."""
    if account.oauth.client_id:
        key = signed_in(asker, account, device=wanted.client.device)
    else:
        text = _known_password(asker, account, wanted)
        key = partial(str, text)
    _say_signed_in(asker, account)
    found = SignedIn(account=account, entry={}, key=key)
    with closing(found.open()) as mailbox:
        return replace(found, folders=mailbox.folders())


def _known_password(asker: Asker, account: config.Account, wanted: Wanted) -> str:
    try:
        text = assemble.secret_of(account)
        connect(assemble.imap_account(account), lambda: text).close()
        return text
    except (SecretError, SignInError) as error:
        if not (asker.there or wanted.password_stdin) or account.secret.command:
            raise
        asker.fault(error)
    text = _enter(asker, account, lambda: _typed(asker, account, wanted))
    if account.secret.source != "systemd":  # that one the service alone is given: this run needs it once
        store_secret(account.secret.name or account.name, text)
        asker.say("stored")
    return text


def _let_in(asker: Asker, entry: dict[str, Any], wanted: Wanted) -> tuple[dict[str, Any], _Secret]:
    """Server and password that fit together. Each may be put right as often as TRIES says."""
    secret = _secret(asker, _account(entry), wanted)
    for left in reversed(range(TRIES)):
        account = _account(entry)
        try:
            asker.say("connecting", host=assemble.imap_account(account).host)
            connect(assemble.imap_account(account), lambda text=secret.text: text).close()
        except SignInError as error:
            if not asker.there or not left or not (secret.typed or not secret.source):
                raise
            asker.fault(error)
            text = _typed(asker, account, wanted)
            secret = _Secret(text, secret.source, kept=bool(secret.source), typed=True)
        except (MailboxError, MailboxConfigError) as error:
            if not asker.may_differ or not left:
                raise
            asker.fault(error)
            if not asker.agree("change_server", "--host"):
                raise
            kept = {name: entry[name] for name in ("address", "name") if name in entry}
            tried = assemble.imap_account(account)  # a provider's values stand in no entry
            values = {"host": tried.host, "port": tried.port, "security": tried.security}
            entry = kept | by_hand(asker, account.address, entry | values)
        else:
            _say_signed_in(asker, account)
            return entry, secret
    raise AssertionError("the last try raises")


def _enter(asker: Asker, account: config.Account, word: Callable[[], str]) -> str:
    """A password that the server takes."""
    for left in reversed(range(TRIES)):
        text = word()
        try:
            connect(assemble.imap_account(account), lambda text=text: text).close()
            return text
        except SignInError as error:
            if not asker.there or not left:
                raise
            asker.fault(error)
    raise AssertionError("the last try raises")


def _say_signed_in(asker: Asker, account: config.Account) -> None:
    target = assemble.imap_account(account)
    asker.say("signed_in", host=f"{target.host}:{target.port}", user=target.user)


# --------------------------------------------------------------------------- the password


def _secret(asker: Asker, account: config.Account, wanted: Wanted) -> _Secret:
    """The password, from where the options say, else from the keyring if a run that was stopped left it there,
    else from the person."""
    if wanted.secret_command:
        return _from_command(wanted.secret_command)
    if wanted.secret_credential:
        source = {"from": "systemd", "name": wanted.secret_credential}
        try:
            return _Secret(
                read_secret("", SecretSource("systemd", (), wanted.secret_credential)), source, True
            )
        except SecretError:  # the service alone is given it: this run needs the password once
            return _Secret(_typed(asker, account, wanted), source, kept=True, typed=True)
    if not wanted.password_stdin:
        try:
            text = read_secret(account.name, SecretSource("keyring"))
        except SecretError:
            pass  # none there: it is asked for
        else:
            asker.say("in_keyring")
            return _Secret(text, kept=True)
    return _Secret(_typed(asker, account, wanted), typed=True)


def _token_source(wanted: Wanted) -> dict[str, Any]:
    """Where a refresh token comes from that the person keeps; {} for the keyring."""
    if wanted.secret_command:
        return {"secret": {"from": "command", "command": list(_words(wanted.secret_command))}}
    if wanted.secret_credential:
        return {"secret": {"from": "systemd", "name": wanted.secret_credential}}
    return {}


def _words(line: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(line))
    except ValueError as error:
        raise UsageError(f"--secret-command cannot be read: {error}.", "Close its quotes.") from None


def _from_command(line: str) -> _Secret:
    words = _words(line)
    text = read_secret("", SecretSource("command", words))
    return _Secret(text, {"from": "command", "command": list(words)}, kept=True)


def _typed(asker: Asker, account: config.Account, wanted: Wanted) -> str:
    """The password as typed, or as standard input gives it; with the page where an app password is made."""
    provider = assemble.provider_of(account)
    if provider is not None and not provider.passwords:
        raise SignInError(f"{provider.name} lets nobody in with a password over IMAP.", provider.note)
    if wanted.password_stdin:
        word = sys.stdin.readline().rstrip("\r\n")
        if not word:
            raise UsageError("Standard input held no password.", "Pipe it in, on one line.")
        return word
    if provider is not None and provider.password_page:
        asker.say("app_password", provider=provider.name, page=provider.password_page)
    else:
        asker.say("usual_password")
    if provider is not None and provider.note:
        click.echo(asker.note(provider))
    return asker.secret("--password-stdin or --secret-command")


def _keep(asker: Asker, account: config.Account, secret: _Secret) -> _Secret:
    """Put a password that was accepted into the keyring; where there is none, ask where it comes from."""
    try:
        store_secret(account.name, secret.text)
    except SecretError as error:
        if not asker.there:
            raise SecretError(error.message, "Give --secret-command or --secret-credential.") from error
        asker.fault(error)
        return _elsewhere(asker, account, secret)
    asker.say("stored")
    return secret


def _elsewhere(asker: Asker, account: config.Account, secret: _Secret) -> _Secret:
    """No keyring: a command of the person's, or a systemd credential. Never a file of ours."""
    asker.say("where")
    place = asker.ask("place", "--secret-command or --secret-credential", check=_place)
    if place == "3":
        raise click.Abort
    if place == "2":
        name = asker.ask("credential", "--secret-credential", usual=account.name)
        asker.say("credential_how", name=name)
        return _Secret(secret.text, {"from": "systemd", "name": name}, kept=True)
    for _ in range(TRIES):
        line = asker.ask("command", "--secret-command")
        try:
            found = _from_command(line)
        except (SecretError, UsageError) as error:
            asker.fault(error)
            continue
        if "".join(found.text.split()) == "".join(secret.text.split()):
            return found
        asker.say("other_password")
    raise SecretError("No command printed the password.", "Try it in a terminal, then run this again.")


def _place(text: str) -> str:
    if text not in ("1", "2", "3"):
        raise ValueError("1 / 2 / 3")
    return text


# --------------------------------------------------------------------------- the folders


def _with_folders(asker: Asker, one: SignedIn, wanted: Wanted) -> SignedIn:
    """List the folders; ask for those that the server does not mark."""
    with closing(one.open()) as mailbox:
        folders = mailbox.folders()
    names = {folder.name for folder in folders}

    def there(answer: str) -> str:
        if answer not in names and answer != "-":
            raise ValueError(asker.words("no_folder", answer=answer, names=", ".join(sorted(names)[:20])))
        return answer

    told: dict[str, str] = {}
    for role, given, stand_in in ((Role.SENT, wanted.sent, Role.ALL), (Role.DRAFTS, wanted.drafts, None)):
        marked = any(folder.roles & {role, stand_in} for folder in folders)
        if marked and not given:
            continue
        guess = next((folder.name for folder in folders if role_called(folder.name) is role), "-")
        answer = asker.ask(role.value, f"--{role.value}", given=given, usual=guess, check=there)
        if answer == "-":
            asker.say(f"missing_{role.value}")
        else:
            told[role.value] = answer
    say_folders(asker, folders, told)
    entry = {**one.entry, "folders": told} if told else one.entry
    return replace(one, account=_account(entry), entry=entry, folders=folders)


def say_folders(asker: Asker, folders: Sequence[Folder], told: Mapping[str, str] = {}) -> None:
    """What the folders are for."""
    roles = {role.value: folder.name for folder in folders for role in folder.roles} | dict(told)
    shown = ", ".join(f"{role.value} = {roles[role.value]}" for role in Role if role.value in roles)
    asker.say("folders", roles=shown)
