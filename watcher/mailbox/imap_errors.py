"""The one place where the six families of errors that imapclient raises become the watcher's own.

What decides is the response code (RFC 5530), never the prose; the prose only where a big provider sends no
code. A refused password is told apart from a busy or failing server, so that nobody is asked to sign in again
because the server has a bad day.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

from imapclient.exceptions import LoginError, ProtocolError

from watcher.errors import LimitError, MailboxConfigError, MailboxError, SessionOverError, SignInError
from watcher.mailbox import ImapAccount

#: Whatever imapclient and what lies below it may raise: network and TLS (OSError), the protocol
#: (IMAP4.error), and its lexer stumbling over what a server sent (the rest).
RAISED = (OSError, imaplib.IMAP4.error, ValueError, LookupError, TypeError, AttributeError, EOFError)

_CODE = re.compile(r"\[([A-Z][A-Z-]*)")
#: What an answer that cannot be parsed has in place of a response code.
GARBLED = "GARBLED"
_REFUSED = {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "WEBALERT"}
_BUSY = {"LIMIT", "UNAVAILABLE", "INUSE", "SERVERBUG", "CONTACTADMIN", "OVERQUOTA"}
_BUSY_PROSE = (
    "too many simultaneous",
    "too many connections",
    "bandwidth limit",
    "temporar",
    "try again",
    "unavailable",
    "internal error",
)
_MANY_PROSE = ("too many simultaneous", "too many connections")
_TRAFFIC_PROSE = ("command or bandwidth limit", "bandwidth limit")
_EXPIRED_PROSE = ("session expired",)

#: After too much traffic a provider lets nobody in for hours; asking again sooner makes it longer (seconds).
TRAFFIC_PAUSE = 3600.0
#: What to do about a certificate, by the number of OpenSSL's reason (X509_V_ERR_...).
_OTHER_NAME = "Check `host`: it must be the name the provider gives."
_OUT_OF_DATE = "Whoever runs the server must renew it, if the clock of this machine is right."
_NOBODY_VOUCHES = (
    "A server of your own? Name the file of its authority as `ca_file` (--ca-file). Else check `host`: "
    "somebody may stand in between."
)
_CERTIFICATE = {
    **dict.fromkeys((9, 10), _OUT_OF_DATE),
    **dict.fromkeys((18, 19, 20, 21), _NOBODY_VOUCHES),
}
#: Words of the server's that it wants a person to read; they go into no log.
_FOR_PERSON = re.compile(r"(\[(?:ALERT|WEBALERT)\b).*", re.DOTALL)


_E = TypeVar("_E", bound=MailboxError)


class RefusedError(MailboxError):
    """One command failed - the server said NO, or its answer cannot be parsed - but the connection lives on."""

    def __init__(self, message: str, remedy: str = "", code: str = "", *, quiet: str = "") -> None:
        super().__init__(message, remedy, quiet=quiet)
        self.code = code

    @property
    def passing(self) -> bool:
        """Is it the server's bad day, rather than the question that is wrong?"""
        return self.code in _BUSY or self.code == GARBLED


class StumbledError(MailboxError):
    """The server hung up with the words that it stumbled over what it was asked for: one mail may be the
    reason. Never said of a broken line, a restart or a limit, which are no mail's fault."""


@contextmanager
def translated(account: ImapAccount, doing: str) -> Iterator[None]:
    """Turn what imapclient raises inside into MailboxError, RefusedError, MailboxConfigError."""
    try:
        yield
    except RAISED as error:
        _raise(account, doing, error)


#: What helps against a refused password, and against a refused token.
ANOTHER_PASSWORD = (
    "Check the user name and store the password again; most providers want an app password here."
)
SIGN_IN_AGAIN = "Sign in again, as the owner of this mailbox: watcher sign-in {name}"


@contextmanager
def translated_sign_in(account: ImapAccount, *hidden: str, remedy: str = ANOTHER_PASSWORD) -> Iterator[None]:
    """The same around LOGIN and AUTHENTICATE, where a plain NO means the password or token: SignInError.
    `hidden`: the secret, in the forms in which it was sent, should a server be so careless as to repeat it."""
    try:
        yield
    except RAISED as error:
        broken = error.__context__ if isinstance(error, LoginError) else error
        repeated = any(secret in f"{error} {broken}" for secret in hidden if len(secret) > 5)
        if isinstance(broken, (OSError, imaplib.IMAP4.abort)):  # imapclient calls that a LoginError, too
            _raise(account, "signing in to", ConnectionResetError() if repeated else broken)
        code = response_code(said(error))
        text, cause = said(error, hidden), None if repeated else error
        if (limit := limited(account, text)) is not None and code not in _REFUSED:
            raise limit from cause
        if code in _BUSY or (code not in _REFUSED and _sounds(text, _BUSY_PROSE)):
            raise told(
                MailboxError,
                f"The server of account {account.name} lets nobody in for now: {text}",
                "Try later (a running watcher does so by itself); your sign-in is not the reason.",
            ) from cause
        if code == "PRIVACYREQUIRED":
            raise MailboxConfigError(
                f"The server of account {account.name} wants an encrypted connection.",
                "Set `security: tls` (port 993) for this account.",
            ) from cause
        raise told(
            SignInError, f"The server of account {account.name} refused the sign-in: {text}", remedy
        ) from cause


def response_code(text: str) -> str:
    """The response code in a server's answer ('LIMIT'), '' if there is none."""
    found = _CODE.search(text)
    return found.group(1) if found else ""


def limited(account: ImapAccount, text: str) -> LimitError | None:
    """The error for words of a server that tell of a limit, None for others."""
    if _sounds(text, _TRAFFIC_PROSE):
        error = told(
            LimitError,
            f"The provider of account {account.name} is closed for now, for too much traffic: {text}",
            "It is tried again in an hour, and nothing is lost. It can last a day; close other mail programs.",
        )
        error.pause = TRAFFIC_PAUSE
        return error
    if _sounds(text, _MANY_PROSE) or response_code(text) == "LIMIT":
        return told(
            LimitError,
            f"The server of account {account.name} lets nobody in for now, too many are connected: {text}",
            "Try later (a running watcher does so by itself), or close a program that you do not use; your "
            "password is not the reason.",
        )
    return None


def expected_end(account: ImapAccount, text: str) -> MailboxError | None:
    """The error for a server's words of parting (BYE) that say why, None for others."""
    if _sounds(text, _EXPIRED_PROSE):
        return SessionOverError(
            f"The server of account {account.name} has ended the session.", "It is opened again."
        )
    return limited(account, text)


def told(kind: type[_E], message: str, remedy: str) -> _E:
    """An error that quotes the server: what is meant for the person alone is not in the log's sentence."""
    return kind(message, remedy, quiet=_FOR_PERSON.sub(r"\1]", message))


def _sounds(text: str, prose: tuple[str, ...]) -> bool:
    return any(words in text.lower() for words in prose)


def said(words: object, hidden: Iterable[str] = ()) -> str:
    """A server's words, one printable line of at most 200 characters, without what is `hidden`."""
    text = str(words)
    for secret in hidden:
        text = text.replace(secret, "***") if len(secret) > 5 else text
    if text.startswith(("b'", 'b"')):
        text = text[2:-1]
    return "".join(char if char.isprintable() else " " for char in text[:2000])[:200].strip()


def _raise(account: ImapAccount, doing: str, error: BaseException) -> NoReturn:
    where = f"{account.host}:{account.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message or "it cannot be verified"
        raise MailboxConfigError(
            f"The certificate of {where} (account {account.name}) is not accepted: {reason}.",
            f"{_CERTIFICATE.get(error.verify_code, _OTHER_NAME)} Nothing was sent.",
        ) from error
    if isinstance(error, ssl.SSLError) and "WRONG_VERSION" in str(error).upper():
        raise MailboxConfigError(
            f"{where} (account {account.name}) does not speak TLS on this port.",
            "Use port 993 with `security: tls`, or port 143 with `security: starttls`.",
        ) from error
    if isinstance(error, socket.gaierror):
        raise MailboxError(
            f"The name {account.host} (account {account.name}) does not resolve.",
            "Is this machine online? Else check `host`.",
        ) from error
    if isinstance(error, TimeoutError):
        raise MailboxError(
            f"{where} (account {account.name}) is silent: no answer while {doing} it.",
            "Try later (a running watcher does so by itself). If it stays so, check `port` and any firewall.",
        ) from error
    if isinstance(error, ConnectionRefusedError):
        raise MailboxError(
            f"Nothing listens at {where} (account {account.name}).",
            "Try later (a running watcher does so by itself). If it stays so, check `host` and `port`.",
        ) from error
    if isinstance(error, imaplib.IMAP4.readonly):
        raise MailboxConfigError(
            f"Account {account.name}: the folder cannot be written to.",
            "Give the watcher a folder of your own, or switch flags off (`marks_in_mailbox: none`).",
        ) from error
    if isinstance(error, (OSError, EOFError, imaplib.IMAP4.abort)):
        if (ended := expected_end(account, _parting(error))) is not None:
            raise ended from error
        stumbled = "internal error" in _parting(error).lower()
        raise told(
            StumbledError if stumbled else MailboxError,
            f"The connection to {where} (account {account.name}) broke while {doing} it{_parting(error)}.",
            "Try later (a running watcher does so by itself).",
        ) from error
    if isinstance(error, imaplib.IMAP4.error) and not isinstance(error, ProtocolError):
        text = said(error)
        if "* BYE" in text:  # in place of an answer: imapclient takes it for a wrong one
            raise expected_end(account, text) or told(
                MailboxError,
                f"The server of account {account.name} hung up while {doing} it: {text}",
                "Try later (a running watcher does so by itself).",
            ) from error
        if _sounds(text, _TRAFFIC_PROSE) and (limit := limited(account, text)) is not None:
            raise limit from error
        refused = told(
            RefusedError,
            f"The server of account {account.name} refused while {doing} it: {text}",
            "Make room in the mailbox."
            if response_code(text) == "OVERQUOTA"
            else "Try later (a running watcher does so by itself).",
        )
        refused.code = response_code(text)
        raise refused from error
    raise RefusedError(  # without the answer itself: it may hold words of a mail
        f"The server of account {account.name} sent something that cannot be understood while {doing} it.",
        "Try later (a running watcher does so by itself).",
        GARBLED,
    ) from error


def _parting(error: BaseException) -> str:
    """The server's words of parting (BYE). Never a piece of an answer: it may hold words of a mail."""
    text = said(error).partition(" => ")[2] or said(error)
    quiet = isinstance(error, OSError) or text.startswith(("socket error", "unexpected"))
    return "" if quiet or not text else f": {text}"
