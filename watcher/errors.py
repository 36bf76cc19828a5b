"""The error family: each error says its own sentence, its exit code and when a retry makes sense.

Exit codes (documented in README): 0 done, 1 failed for a while, 2 usage or config, 3 the person must act.
"""

from __future__ import annotations

from enum import Enum


class Retry(Enum):
    """When trying again can help. (Three classes, so that nobody has to read an error's text.)"""

    NOW = "now"  # a passing fault: the same call may work at once
    LATER = "later"  # the server is away or busy: back off
    NEVER = "never"  # not before the person or the configuration changes


class WatcherError(Exception):
    """A fault with a sentence for the person. `remedy` says what to do next; `quiet` is the sentence for a log,
    where it must not have the server's own words: they may hold an address or a token."""

    exit_code = 1
    retry = Retry.LATER
    pause = 0.0  # wait at least so long before the next try (seconds)

    def __init__(self, message: str, remedy: str = "", *, quiet: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.quiet = f"{quiet or message} {remedy}".strip()

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UsageError(WatcherError):
    """The command line, a file named on it, or an ID is wrong."""

    exit_code = 2
    retry = Retry.NEVER


class ConfigError(WatcherError):
    """The configuration has faults; all of them are in `faults`, each with its line."""

    exit_code = 2
    retry = Retry.NEVER

    def __init__(self, message: str, remedy: str = "", faults: tuple[str, ...] = ()) -> None:
        super().__init__(message, remedy)
        self.faults = faults


class MailboxError(WatcherError):
    """The mailbox cannot be reached or read for now."""


class SessionOverError(MailboxError):
    """The server ends every session after a while: the next one is opened, and that is all."""


class LimitError(MailboxError):
    """A limit of the provider's is reached: too many connections, too much traffic. The person is told once."""


class MailboxConfigError(MailboxError):
    """The mailbox will not work until the settings change: wrong host, certificate, path, missing folder."""

    exit_code = 2
    retry = Retry.NEVER


class SignInError(MailboxError):
    """The server refused the password or token: the person must act."""

    exit_code = 3
    retry = Retry.NEVER


class NotSignedInError(SignInError):
    """No OAuth sign-in is there, or it has ended (revoked, expired, refused): the person must sign in again."""


class ProviderError(MailboxError):
    """The provider's sign-in server cannot be asked for now: never the person's fault."""


class SecretError(WatcherError):
    """A secret is missing or locked: the person must act."""

    exit_code = 3
    retry = Retry.NEVER


class SecretMissingError(SecretError):
    """The keyring works and holds no such secret."""


class StoreError(WatcherError):
    """The database cannot be read or written (full disk, newer version, no rights)."""

    retry = Retry.LATER


class NotifyError(WatcherError):
    """A notice could not be shown."""
