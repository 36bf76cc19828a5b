"""Signing in by OAuth 2 instead of a password: RFC 6749 with PKCE (RFC 7636) on a loopback port (RFC 8252), or
with a code on another device (RFC 8628).

The client is the person's own. The refresh token stands in the keyring under a name of its own; access tokens
are in this process' memory alone. Only a server that says so (`invalid_grant`) makes the person sign in again;
a network that fails never does.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watcher.credentials import SecretSource, delete_secret, read_secret, store_secret
from watcher.credentials.oauth_grants import Granted, asked, authorize_address, device_code, revoked
from watcher.credentials.oauth_loopback import ENGLISH, Page, Receiver
from watcher.credentials.oauth_providers import OAuthProvider
from watcher.credentials.oauth_turn import turn
from watcher.errors import (
    MailboxConfigError,
    NotSignedInError,
    ProviderError,
    SecretError,
    SecretMissingError,
)

log = logging.getLogger(__name__)

#: An access token is renewed this long before its end (seconds); of a short life, in its last quarter.
MARGIN = 300.0
#: How long the person may take in the browser (seconds).
PATIENCE = 900.0

#: How often it is looked whether something was pasted (seconds).
PASTE_TICK = 0.25

#: Sources that a program may only read.
_READ_ONLY = ("command", "systemd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The person's own OAuth client, for one account. `secret` is where the client's secret comes from, None
    for a public client; `token` is where the refresh token is. `ca_file`: a further certificate authority."""

    account: str
    user: str
    client_id: str
    provider: OAuthProvider
    token: SecretSource
    secret: SecretSource | None = None
    tenant: str = "common"
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the person is to do: open `address`, and type `code` there if there is one. `port`: where on this
    machine the answer is awaited, 0 when nothing comes back here."""

    address: str
    code: str = ""
    port: int = 0


def token_name(account: str) -> str:
    """Under which name the refresh token of an account stands in the keyring."""
    return f"oauth-token-{account}"


def client_secret_name(account: str) -> str:
    """Under which name the client's secret stands in the keyring."""
    return f"oauth-client-secret-{account}"


def sign_in(
    client: Client,
    *,
    tell: Callable[[Prompt], None],
    device: bool = False,
    open_browser: Callable[[str], object] | None = None,
    paste: Callable[[], str] | None = None,
    page: Page = ENGLISH,
    check: Callable[[str], None] | None = None,
    patience: float = PATIENCE,
    pause: Callable[[float], object] | None = None,
) -> None:
    """Have the person sign in at the provider, and keep the refresh token in the keyring.

    `tell` shows the person what to do; `open_browser` opens an address (None: the person does). `paste` is
    asked again and again for the address that the browser ended at, for who signs in on another machine; it
    returns what was typed by now, and never waits. `check` is given the access token before anything
    is stored: what it raises ends the sign-in. `patience`: seconds until it is given up. `pause` waits the
    given seconds between two questions of the device flow.

    Raises NotSignedInError (refused, or not done in time), MailboxConfigError (client, scope or address are
    wrong), ProviderError (try later), SecretError (nowhere to keep the token).
    """
    _can_be_kept(client)
    secret = client_secret(client)
    if device:
        granted = _by_device(client, secret, tell, open_browser, patience, pause or threading.Event().wait)
    else:
        granted = _by_browser(client, secret, tell, open_browser, paste, page, patience)
    if not granted.refresh:
        raise MailboxConfigError(
            f"Account {client.account}: the provider gave no lasting permission (no refresh token).",
            "Set `oauth: scopes:` as its documentation says; many want offline_access among them.",
        )
    if check is not None:
        check(granted.access)
    with turn(client.token.name):
        store_secret(client.token.name, granted.refresh)


def sign_out(client: Client) -> bool:
    """Give the permission back and take what was kept for it out of the keyring. Returns False when the
    provider could not be told (it is away, or has no such way): the person takes it back by hand then.

    Raises NotSignedInError when there is nothing to sign out from, SecretError."""
    told = False
    with turn(client.token.name):
        refresh = _stored(client)
        if client.provider.revoke:
            try:
                revoked(client, refresh, client_secret(client))
                told = True
            except (ProviderError, MailboxConfigError, SecretError) as error:
                log.warning("account %s: the permission could not be given back: %s", client.account, error)
        for place in (client.token, client.secret):
            if place is not None and place.kind not in _READ_ONLY:
                with contextlib.suppress(SecretMissingError):  # a public client, or from another place
                    delete_secret(place.name)
    return told


def signed_in(client: Client) -> None:
    """Raise NotSignedInError when there is no refresh token, SecretError when that cannot be found out."""
    _stored(client)


class Tokens:
    """The access tokens of one account, for one process. Used by one thread at a time."""

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds; it may stand still while the machine sleeps: the server then refuses the
        old token, and a new one is asked for."""
        self._client = client
        self._clock = clock
        self._access = ""
        self._until = 0.0
        self._refresh = ""  # the newest refresh token: its place may be locked, or be for reading only
        self._found = self._stored = ""  # what was last found in its place, and last put there
        self._secret: str | None = None  # of the client
        self._warned = False

    def ask(self, fresh: bool = False) -> str:
        """A token that is good now; `fresh`: a new one, for the server has refused the last.

        Raises NotSignedInError, ProviderError, MailboxConfigError, SecretError.
        """
        if fresh or not self._access or self._clock() >= self._until:
            self._access = ""
            with turn(self._client.token.name):
                self._renew()
        return self._access

    def _renew(self) -> None:
        found = self._look()
        refresh = self._refresh if self._refresh and found in (self._found, self._stored) else found
        self._found, self._secret = found, self._client_secret()
        try:
            granted = asked(self._client, self._secret, "refresh_token", refresh_token=refresh)
        except NotSignedInError:
            again = self._look()
            if again == found:
                raise
            # signed in anew meanwhile, or another process has renewed it
            self._found = refresh = again
            granted = asked(self._client, self._secret, "refresh_token", refresh_token=refresh)
        self._access = granted.access
        self._until = self._clock() + granted.seconds - min(MARGIN, granted.seconds / 4)
        self._refresh = granted.refresh or refresh
        if self._refresh not in (self._found, self._stored):
            self._keep()

    def _look(self) -> str:
        """The refresh token in its place; a keyring that was locked meanwhile stops nobody who knows it."""
        try:
            return _stored(self._client)
        except SecretError:
            if not self._found:
                raise
            return self._found

    def _client_secret(self) -> str:
        """The client's secret, likewise."""
        try:
            return client_secret(self._client)
        except SecretError:
            if self._secret is None:
                raise
            return self._secret

    def _keep(self) -> None:
        """Store the refresh token that the provider gave in place of the one before."""
        if self._client.token.kind in _READ_ONLY:
            return
        try:
            store_secret(self._client.token.name, self._refresh)
            self._stored = self._refresh
        except SecretError as error:
            level, name = logging.DEBUG if self._warned else logging.WARNING, self._client.account
            log.log(level, "account %s: its new token is not in the keyring yet: %s", name, error.message)
            self._warned = True


# --------------------------------------------------------------------------- the two ways to sign in


def _by_browser(
    client: Client,
    secret: str,
    tell: Callable[[Prompt], None],
    open_browser: Callable[[str], object] | None,
    paste: Callable[[], str] | None,
    page: Page,
    patience: float,
) -> Granted:
    verifier = secrets.token_urlsafe(64)
    with Receiver(page) as receiver:
        redirect = f"http://{client.provider.redirect_host}:{receiver.port}"
        receiver.state = secrets.token_urlsafe(32)
        address = authorize_address(client, redirect, receiver.state, verifier)
        tell(Prompt(address, port=receiver.port))
        if open_browser is not None:
            open_browser(address)
        words = _awaited(receiver, paste, patience)
    if words is None:
        raise NotSignedInError(
            f"Account {client.account}: nobody signed in within {patience / 60:.0f} minutes.",
            f"Try again: watcher sign-in {client.account}",
        )
    return asked(
        client,
        secret,
        "authorization_code",
        refused=words.get("error", ""),
        code=words.get("code", ""),
        code_verifier=verifier,
        redirect_uri=redirect,
    )


def _awaited(receiver: Receiver, paste: Callable[[], str] | None, patience: float) -> dict[str, str] | None:
    """What the browser brings, or the person pastes; None when nothing comes in time."""
    if paste is None:
        return receiver.wait(patience)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        words = receiver.wait(PASTE_TICK) or receiver.read(paste())
        if words is not None:
            return words
    return None


def _by_device(
    client: Client,
    secret: str,
    tell: Callable[[Prompt], None],
    open_browser: Callable[[str], object] | None,
    patience: float,
    pause: Callable[[float], object],
) -> Granted:
    code = device_code(client, secret)
    tell(Prompt(code.address, code.user_code))
    if open_browser is not None:
        open_browser(code.address)
    interval, until = code.interval, time.monotonic() + min(patience, code.seconds)
    while time.monotonic() < until:
        pause(interval)
        try:
            granted = asked(
                client, secret, "urn:ietf:params:oauth:grant-type:device_code", device_code=code.device_code
            )
        except ProviderError:  # RFC 8628 3.5: a network that fails is asked less often
            interval = min(interval * 2, 60.0)
            continue
        if granted.waiting == "slow_down":
            interval += 5.0
        if not granted.waiting:
            return granted
    raise NotSignedInError(
        f"Account {client.account}: the code was not used in time.",
        f"Try again: watcher sign-in {client.account} --device",
    )


# --------------------------------------------------------------------------- where the secrets are


def _stored(client: Client) -> str:
    """The refresh token as it is kept."""
    try:
        return read_secret(client.token.name, client.token)
    except SecretMissingError:
        raise NotSignedInError(
            f"Account {client.account} is not signed in.", f"Sign in: watcher sign-in {client.account}"
        ) from None


def _can_be_kept(client: Client) -> None:
    """Before the person is sent to the browser: is there a place for what comes of it?"""
    if client.token.kind in _READ_ONLY:
        raise SecretError(
            f"The token of account {client.account} comes from a {client.token.kind}: it cannot be stored.",
            "Remove `secret` from this account, or set `from: keyring`.",
        )
    try:
        _stored(client)
    except NotSignedInError:
        return


def client_secret(client: Client) -> str:
    """The secret of the client, '' for a public one. Raises SecretError."""
    if client.secret is None:
        return ""
    try:
        return read_secret(client.secret.name, client.secret)
    except SecretMissingError:
        raise SecretMissingError(
            f"The keyring holds no secret of the OAuth client of account {client.account}.",
            f"Give it with `watcher sign-in {client.account}`, which asks for it.",
        ) from None
