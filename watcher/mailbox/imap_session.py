"""One connection to an IMAP server: opening it safely, a deadline round every exchange, the folder in view.

imapclient lives behind this file. Its traps that are dealt with here: no timeout by default; a read timeout
per recv, so that a slow drip never ends; a login that cannot carry blanks or umlauts; traffic in its logs.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.imap_utf7 import encode as encode_utf7

import watcher
from watcher.errors import MailboxConfigError, MailboxError, SignInError
from watcher.mailbox import ImapAccount
from watcher.mailbox.imap_deflate import Deflated, below
from watcher.mailbox.imap_errors import RAISED, RefusedError, translated, translated_sign_in
from watcher.mailbox.imap_stream import Stream
from watcher.mailbox.providers import provider_at

# Its loggers write down the traffic: subjects, addresses, tokens.
logging.getLogger("imapclient").setLevel(logging.WARNING)

#: The slowest transfer that is still waited for (bytes a second); Gmail throttles below it when angry.
SLOWEST = 8 * 1024

#: So many times one session connects again in the middle of reading.
MOST_REDIALS = 5

T = TypeVar("T")


class Client(IMAPClient):
    """imapclient with two ways in that it keeps to itself."""

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


class Session:
    """A signed-in connection. `do` runs one exchange; after a broken one the session is finished."""

    def __init__(self, account: ImapAccount, secret: Callable[[], str]) -> None:
        """Connect, verify, sign in, introduce ourselves.

        Raises MailboxConfigError (certificate, port, plain text to a stranger), SignInError, MailboxError.
        """
        self.account = account
        self.wire: dict[str, bytes] = {}  # folder name -> as the server wrote it
        self.overheard = False  # mail came or went in the folder in view, said while something else was asked
        self._secret = secret
        self._redials = MOST_REDIALS
        self._open: tuple[str, bool] | None = None
        self._validity: dict[str, int] = {}
        self._dial()

    def _dial(self) -> None:
        self.client = _connected(self.account)
        self.finished = False
        self._open = None
        try:
            if self.account.security == "starttls":
                _start_tls(self)
            _sign_in(self, self._secret())
            if self.can("ID"):
                _introduce(self)
            if self.account.compress == "always" or not _loopback(self.account.host):
                _compress(self)
        except BaseException:
            self.close()
            raise

    def redial(self) -> bool:
        """Connect once more after the line broke; False if that has been done too often already."""
        self._redials -= 1
        if self._redials < 0:
            return False
        self.close()
        self._dial()
        return True

    def do(self, doing: str, call: Callable[[], T], size: int = 0) -> T:
        """Run one exchange of about `size` bytes: errors translated, within a deadline. `doing` completes
        'while ... it'."""
        if self.finished:
            raise MailboxError(f"The connection of account {self.account.name} is over.", "Open it again.")
        seconds = 2 * self.account.timeout + size / SLOWEST
        try:
            with translated(self.account, doing), deadline(self.client.socket(), seconds):
                return call()
        except RefusedError:
            raise
        except MailboxError:
            self.finished = True
            raise

    def open(self, folder: str, *, write: bool = False) -> dict[bytes, Any]:
        """Look at a folder afresh: EXAMINE, or SELECT to write. Return the server's answer.

        Raises MailboxError when UIDs found earlier in this session mean other mails now.
        """
        self._open = None
        name = self.wire.get(folder, encode_utf7(folder))
        try:
            answer: dict[bytes, Any] = self.do(
                "opening a folder of", lambda: self.client.select_folder(name, readonly=not write)
            )
        except RefusedError as refused:
            if refused.passing:
                raise
            raise MailboxConfigError(
                f"Account {self.account.name}: the folder {folder!r} cannot be opened.",
                "Check `folders` of this account; it may have been renamed or deleted.",
            ) from refused
        self._open, self.overheard = (folder, write), False
        before = self._validity.get(folder)
        self._validity[folder] = validity = int(answer.get(b"UIDVALIDITY", 0))
        if write and before not in (None, validity):
            raise MailboxError(
                f"Account {self.account.name}: the folder {folder!r} was rebuilt meanwhile.",
                "It is read again with the next scan.",
            )
        return answer

    def reopen(self, folder: str) -> None:
        """Make sure that `folder` is in view for reading, with the UIDs it had."""
        if self._open == (folder, False):
            return
        before = self._validity.get(folder)
        self.open(folder)
        if before != self._validity[folder]:
            raise MailboxError(
                f"Account {self.account.name}: the folder {folder!r} was rebuilt while it was read.",
                "It is read again with the next scan.",
            )

    def shows(self, folder: str) -> bool:
        """Is this folder in view for reading? What is new in it is then told without asking."""
        return self._open == (folder, False) and not self.finished

    def stream(self) -> Stream:
        """The way to write several commands at once. What the server says of new mail meanwhile is kept."""

        def overhear() -> None:
            self.overheard = True

        return Stream(self.client._imap, overhear)

    def validity(self, folder: str) -> int:
        """The UIDVALIDITY of the folder when it was last opened."""
        return self._validity[folder]

    def can(self, capability: str) -> bool:
        """Does the server offer this extension?"""
        return self.do("asking", lambda: bool(self.client.has_capability(capability)))

    def close(self) -> None:
        """Say goodbye if the line is alive, for two seconds at most, and hang up."""
        try:
            if self.finished:
                self.client.shutdown()
            else:
                with deadline(self.client.socket(), 2.0):
                    self.client.logout()
        except RAISED:
            self._hang_up()  # it was dead already
        self.finished = True

    def _hang_up(self) -> None:
        try:
            self.client.shutdown()
        except RAISED:
            return  # closed twice


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


def _connected(account: ImapAccount) -> Client:
    if account.security not in ("tls", "starttls") and not _loopback(account.host):
        raise MailboxConfigError(
            f"Account {account.name}: an unencrypted connection to {account.host} would show the password.",
            "Set `security: tls`.",
        )
    tls = account.security == "tls"
    context = _tls(account) if tls else None
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


def _tls(account: ImapAccount) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if account.ca_file is not None:
        try:
            context.load_verify_locations(account.ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise MailboxConfigError(
                f"Account {account.name}: {account.ca_file} holds no readable certificate.",
                "Point `ca_file` to a PEM file, or leave it out.",
            ) from error
    return context


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _start_tls(session: Session) -> None:
    context = _tls(session.account)
    try:
        session.do("encrypting", lambda: session.client.starttls(context))
    except RefusedError as refused:
        raise MailboxConfigError(
            f"{session.account.host}:{session.account.port} does not offer STARTTLS.",
            "Use port 993 with `security: tls`.",
        ) from refused


def _sign_in(session: Session, password: str) -> None:
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
    with translated_sign_in(account), deadline(client.socket(), 3 * account.timeout):
        if user.isascii() and password.isascii():
            quoted = user.replace("\\", "\\\\").replace('"', '\\"')
            client.login(f'"{quoted}"', password)  # imaplib quotes the password only
        else:
            client.plain_login(user, password)


def _compress(session: Session) -> None:
    """Have everything packed from now on, where the server offers it."""
    if session.account.compress == "never" or not session.can("COMPRESS=DEFLATE"):
        return
    stream = session.stream()
    command = session.do("compressing", lambda: stream.finish(stream.send(b"COMPRESS DEFLATE")[0]))
    if not command.refused:
        inside = session.client._imap
        inside.sock = Deflated(inside.sock)
        inside.file = inside.sock.makefile("rb")


def _introduce(session: Session) -> None:
    us = {"name": "interview-watcher", "version": watcher.__version__}
    try:
        session.do("introducing ourselves to", lambda: session.client.id_(us))
    except RefusedError:
        return  # a courtesy only (RFC 2971)
