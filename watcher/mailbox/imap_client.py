"""The line to an IMAP server: imapclient with what it lacks, opened safely, a deadline round every exchange.

imapclient's traps that are dealt with here: no timeout by default; a read timeout per recv, so that a slow drip
never ends; traffic in its logs.
"""

from __future__ import annotations

import imaplib
import ipaddress
import logging
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from watcher.errors import MailboxConfigError
from watcher.mailbox import ImapAccount
from watcher.mailbox.imap_deflate import below
from watcher.mailbox.imap_errors import RAISED, translated

# Its loggers write down the traffic: subjects, addresses, tokens.
logging.getLogger("imapclient").setLevel(logging.WARNING)


class _Patient(imaplib.IMAP4):
    """The greeting within a deadline: one that comes a byte at a time would never end."""

    _timeout: float

    def _connect(self) -> None:
        with deadline(self.sock, 2 * self._timeout):
            super()._connect()  # type: ignore[misc]  # imaplib's own name for it


class _Plain(_Patient, IMAP4WithTimeout):
    """Without TLS."""


class _Tls(_Patient, IMAP4_TLS):
    """With TLS; the handshake has a deadline of its own."""


class Client(IMAPClient):
    """imapclient with three ways in that it keeps to itself."""

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the library's name
        seconds = self._timeout.connect
        if self.ssl:
            return _Tls(self.host, self.port, self.ssl_context, seconds)
        return _Plain(self.host, self.port, seconds)

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> Any:
        """With timeout 0, `idle_check` shall read without asking the socket first: lines that came in one
        packet with the go-ahead of IDLE wait in a buffer above the socket, where poll cannot see them."""
        return [sock] if timeout == 0 else super()._poll_socket(sock, timeout)

    def list_raw(self, *, special: bool) -> list[tuple[tuple[bytes, ...], bytes | str]]:
        """(attributes, name) of all folders, names as on the wire. `special`: ask for SPECIAL-USE attributes,
        which a server may leave out of a plain LIST (RFC 6154 section 2)."""
        tail = ("RETURN", "(SPECIAL-USE)") if special else ()
        answer, data = self._imap._simple_command("LIST", '""', '"*"', *tail)
        self._checkok("list", answer, data)
        _, data = self._imap._untagged_response(answer, data, "LIST")
        return [(flags, name) for flags, _, name in self._proc_folder_list(data)]

    def asides(self) -> list[bytes]:
        """What the server said beside its last answer (untagged OK, NO, BAD)."""
        kinds = ("OK", "NO", "BAD")
        return [line for kind in kinds for line in self._imap.untagged_responses.get(kind, ()) if line]


@contextmanager
def deadline(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Hang up when the block takes longer, so that a blocking read inside ends; it raises TimeoutError then."""
    over = threading.Event()

    def hang_up() -> None:
        over.set()
        try:
            socket.socket.shutdown(below(sock), socket.SHUT_RDWR)  # below TLS: another thread is inside it
        except OSError:
            return  # gone already

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except RAISED as error:
        if over.is_set():
            raise TimeoutError(f"not done within {seconds:.0f} s") from error
        raise
    finally:
        timer.cancel()


def connected(account: ImapAccount) -> Client:
    """A connection that nobody has signed in on. Raises MailboxConfigError, MailboxError."""
    if account.security not in ("tls", "starttls") and not is_loopback(account.host):
        raise MailboxConfigError(
            f"Account {account.name}: an unencrypted connection to {account.host} would show the password.",
            "Set `security: tls`.",
        )
    tls = account.security == "tls"
    context = tls_context(account) if tls else None
    with translated(account, "connecting to"):
        client = Client(
            account.host,
            account.port,
            ssl=tls,
            ssl_context=context,
            timeout=SocketTimeout(connect=account.timeout, read=account.timeout),
        )
    client.normalise_times = False  # else naive local times
    client.folder_encode = False  # names as on the wire: a malformed one must not hide the others
    return client


def tls_context(account: ImapAccount) -> ssl.SSLContext:
    """What a server has to prove before anything is said to it. Raises MailboxConfigError."""
    context = ssl.create_default_context()
    # Said here, so that no policy of the machine and no variable of the environment loosens it.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname, context.verify_mode = True, ssl.CERT_REQUIRED
    context.keylog_filename = os.devnull  # $SSLKEYLOGFILE would write down what opens the session
    if account.ca_file is not None:
        try:
            context.load_verify_locations(account.ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise MailboxConfigError(
                f"Account {account.name}: {account.ca_file} holds no readable certificate.",
                "Point `ca_file` to a PEM file, or leave it out.",
            ) from error
    return context


def is_loopback(host: str) -> bool:
    """Is it this very machine?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
