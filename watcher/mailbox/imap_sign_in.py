"""Signing in to an IMAP server: with a password, or with an OAuth token."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from watcher.errors import MailboxConfigError, NotSignedInError, SignInError
from watcher.mailbox import Token
from watcher.mailbox.imap_client import deadline
from watcher.mailbox.imap_errors import SIGN_IN_AGAIN, translated_sign_in
from watcher.mailbox.providers import provider_at

if TYPE_CHECKING:
    from watcher.mailbox.imap_session import Session

#: SASL mechanisms that take a token, in order: Google's own, which all big providers know; RFC 7628. With each
#: what is said first, and what to a challenge, by which both announce that the token was refused.
MECHANISMS = (
    ("XOAUTH2", "user={user}\1auth=Bearer {token}\1\1", ""),
    ("OAUTHBEARER", "n,a={name},\1host={host}\1port={port}\1auth=Bearer {token}\1\1", "\1"),
)


def sign_in_by_token(session: Session, secret: Token) -> None:
    """AUTHENTICATE with a token; with a new one when the server refuses the first. Raises SignInError,
    MailboxConfigError, MailboxError, and what the token's provider raises."""
    found = next((row for row in MECHANISMS if session.can(f"AUTH={row[0]}")), None)
    if found is None:
        raise MailboxConfigError(
            f"The server of account {session.account.name} takes no OAuth tokens.",
            "Remove `oauth` from this account and store a password with `watcher secret`.",
        )
    try:
        _authenticate(session, *found, secret.ask(False))
    except SignInError as refused:
        if isinstance(refused, NotSignedInError):  # not the server's word, but the provider's
            raise
        _authenticate(session, *found, secret.ask(True))


def _authenticate(session: Session, mechanism: str, form: str, farewell: str, token: str) -> None:
    account, client = session.account, session.client
    user = account.user or account.address
    if not all(part.isprintable() for part in (user, token)):
        raise SignInError(
            f"The user name or token of account {account.name} holds a line break or control character.",
            SIGN_IN_AGAIN.format(name=account.name),
        )
    # RFC 5801 section 4: in the name of OAUTHBEARER "=" and "," are written differently
    name = user.replace("=", "=3D").replace(",", "=2C")
    words = form.format(user=user, name=name, token=token, host=account.host, port=account.port)
    answers = iter((words,))
    remedy = SIGN_IN_AGAIN.format(name=account.name)
    with (
        translated_sign_in(account, token, b64encode(words.encode()).decode(), remedy=remedy),
        deadline(client.socket(), 3 * account.timeout),
    ):
        client.sasl_login(mechanism, lambda _: next(answers, farewell))


def sign_in(session: Session, password: str) -> None:
    """LOGIN, which imapclient cannot do with blanks in a name, or AUTHENTICATE PLAIN for what is no ASCII.
    Raises SignInError, MailboxError."""
    account, client = session.account, session.client
    user, password = account.user or account.address, password.rstrip("\r\n")
    provider = provider_at(account.host)
    if provider is not None and not provider.blanks_in_password:
        password = "".join(password.split())
    if not all(part.isprintable() for part in (user, password)):
        raise SignInError(
            f"The user name or password of account {account.name} holds a line break or control character.",
            "Store the password again.",
        )
    with translated_sign_in(account, password), deadline(client.socket(), 3 * account.timeout):
        if user.isascii() and password.isascii():
            quoted = user.replace("\\", "\\\\").replace('"', '\\"')
            client.login(f'"{quoted}"', password)  # imaplib quotes the password only
        else:
            client.plain_login(user, password)
