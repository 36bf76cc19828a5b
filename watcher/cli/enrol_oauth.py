"""The way into a new account by OAuth: is it wanted, with which client, and the sign-in itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from watcher import config, config_checks
from watcher.cli import assemble
from watcher.cli.ask import Asker
from watcher.cli.sign_in import sign_in_account
from watcher.core.wording import words
from watcher.credentials import oauth
from watcher.errors import NotSignedInError, UsageError
from watcher.mailbox.imap import connect
from watcher.packs import load_packs

#: Providers with which anybody can register a client.
OPEN = ("google", "microsoft")
#: An app password, or OAuth: the answers to "which way".
PASSWORD, CLIENT = "1", "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What the options say of the person's own client; empty where they say nothing."""

    client_id: str = ""
    authorize_url: str = ""
    token_url: str = ""
    scopes: tuple[str, ...] = ()
    device: bool = False


def oauth_block(asker: Asker, account: config.Account, said: Client) -> dict[str, Any]:
    """The `oauth` options of a new account; {} when it is to be opened with a password."""
    provider = assemble.provider_of(account)
    known = provider is not None and provider.oauth in OPEN
    client_id = said.client_id
    if not client_id and provider is not None and known and asker.may_differ:
        asker.say("ways" if provider.passwords else "only_oauth", provider=provider.name)
        way = CLIENT
        if provider.passwords:
            way = asker.ask("way", "--oauth-client or --password-stdin", usual=PASSWORD, check=_way)
        if way == CLIENT:
            client_id = asker.ask("client", "--oauth-client")
    if not client_id:
        return {}
    block: dict[str, Any] = {"client_id": client_id}
    if not known and not (provider is not None and provider.oauth):
        block["provider"] = "other"
        block["authorize_url"] = _address(asker, "authorize_url", said.authorize_url)
        block["token_url"] = _address(asker, "token_url", said.token_url)
        if said.scopes:
            block["scopes"] = list(said.scopes)
    return block


def signed_in(asker: Asker, account: config.Account, *, device: bool = False) -> assemble.Key:
    """What opens the mailbox: the permission that is kept already, else one that the person gives now. Raises
    what `sign_in_account` raises, and what opening a mailbox does."""
    key = assemble.key_of(account)
    try:
        connect(assemble.imap_account(account), key).close()
    except NotSignedInError:
        text: Mapping[str, Any] = words(load_packs(), asker.language)["sign_in"]
        try:
            sign_in_account(account, text, asker.language, device=device)
        except NotSignedInError as error:  # no account of the configuration yet: `sign-in` does not know it
            error.remedy = asker.words("permission_again")
            raise
        key = assemble.key_of(account)
        connect(assemble.imap_account(account), key).close()
    else:
        asker.say("permission_kept")
    return key


def take_permission_back(account: config.Account) -> tuple[bool, str]:
    """Tell the provider, and remove what the keyring has: (whether it could be told, its page for that). Raises
    WatcherError where there was nothing."""
    client = assemble.oauth_client(account)
    return oauth.sign_out(client), client.provider.consent_page


def _way(text: str) -> str:
    if text not in (PASSWORD, CLIENT):
        raise ValueError("1 / 2")
    return text


def _address(asker: Asker, key: str, given: str) -> str:
    option = f"--oauth-{key.replace('_', '-')}"
    address = asker.ask(key, option, given=given, check=config_checks.address)
    if not address:
        raise UsageError("The provider of this account is not known.", f"Give {option}.")
    return address
