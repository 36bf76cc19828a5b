"""Where passwords come from: a systemd credential, the keyring, or the person's own command.

A secret is only ever in memory and in the pipe it came through: never in the configuration, the log, an
error, an argument or an environment variable. Nothing here imports keyring; it is asked in a child process
with a time limit, because a locked keyring may wait for a prompt without end, and because it is heavy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from watcher.credentials import command as _command
from watcher.credentials import keyring as _keyring
from watcher.credentials import systemd as _systemd
from watcher.errors import SecretError

__all__ = ["SecretSource", "app_password", "delete_secret", "read_secret", "store_secret"]


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where to look for the secret of an account. `kind`: "systemd", "keyring", "command", or "auto" (those
    three in this order; the command only if there is one). `command`: program and arguments, no shell.
    `name`: under which the secret stands in the keyring or among the credentials, else the account's."""

    kind: str = "auto"
    command: tuple[str, ...] = ()
    name: str = ""


def read_secret(account: str, source: SecretSource = SecretSource()) -> str:
    """The secret of `account`. Raises SecretError with what to do next when it is missing, locked, or not to
    be had in time (at most about 20 s for the keyring, 30 s for a command)."""
    if source.kind == "systemd":
        return _systemd.read(source.name or account)
    if source.kind == "keyring":
        return _keyring.read(source.name or account)
    if source.kind == "command":
        return _command.read(source.command)
    if source.kind == "auto":
        return _first(account, source)
    raise SecretError(
        f"There is no place for secrets called {source.kind[:30]!r}.",
        "Set it to auto, systemd, keyring or command.",
    )


def store_secret(account: str, secret: str) -> None:
    """Put `secret` into the keyring, in place of an earlier one. Raises SecretError."""
    _keyring.store(account, secret)


def delete_secret(account: str) -> None:
    """Take the secret of `account` out of the keyring. Raises SecretError, also when there is none."""
    _keyring.delete(account)


def app_password(text: str) -> str:
    """`text` as a Google app password: Google shows its 16 letters in four groups, and the blanks do not
    belong to it. Anything of another shape comes back unchanged. (For Gmail accounts only: elsewhere a blank
    may be part of a password.)"""
    squeezed = "".join(text.split())
    return squeezed if len(squeezed) == 16 and squeezed.isascii() and squeezed.isalpha() else text


def _first(account: str, source: SecretSource) -> str:
    """The first place that has the secret. The keyring's fault is told when nothing has it."""
    if "CREDENTIALS_DIRECTORY" in os.environ and _systemd.present(source.name or account):
        return _systemd.read(source.name or account)
    try:
        return _keyring.read(source.name or account)
    except SecretError:
        if not source.command:
            raise
    return _command.read(source.command)
