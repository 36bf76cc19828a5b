"""One session with an IMAP server: signed in, every exchange bounded and translated, one folder in view.

imapclient lives behind this file and `imap_client.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, TypeVar

from imapclient.imap_utf7 import encode as encode_utf7

import watcher
from watcher.errors import MailboxConfigError, MailboxError
from watcher.mailbox import ImapAccount, Token
from watcher.mailbox.imap_client import connected, deadline, is_loopback, tls_context
from watcher.mailbox.imap_deflate import Deflated
from watcher.mailbox.imap_errors import RAISED, RefusedError, said, translated
from watcher.mailbox.imap_sign_in import sign_in, sign_in_by_token
from watcher.mailbox.imap_stream import Stream

#: The slowest transfer that is still waited for (bytes a second); Gmail throttles below it when angry.
SLOWEST = 8 * 1024

#: So many times one session connects again in the middle of reading.
MOST_REDIALS = 5

#: So many alerts are kept until somebody asks.
MOST_ALERTS = 5

#: A session that a token opened and that lived this long (seconds) is opened anew without a word when it ends.
FULL_LIFE = 300.0

T = TypeVar("T")


class Session:
    """A signed-in connection. `do` runs one exchange; after a broken one the session is finished."""

    def __init__(self, account: ImapAccount, secret: Callable[[], str] | Token) -> None:
        """Connect, verify, sign in, introduce ourselves.

        Raises MailboxConfigError (certificate, port, plain text to a stranger), SignInError, MailboxError.
        """
        self.account = account
        self.wire: dict[str, bytes] = {}  # folder name -> as the server wrote it
        self.items: tuple[str, ...] = ()  # what is asked of each mail besides its flags, date and size
        self.alerts: list[str] = []  # what the server wants a person to read
        self.overheard = False  # mail came or went in the folder in view, said while something else was asked
        self._secret = secret
        self._redials = MOST_REDIALS
        self._open: tuple[str, bool] | None = None
        self._numbers = count(1)  # of the commands in streams
        self.views = 0  # so many times a folder was opened
        self._validity: dict[str, int] = {}
        self._dial()

    def _dial(self) -> None:
        self.client = connected(self.account)
        self.finished = False
        self._open = None
        try:
            if self.account.security == "starttls":
                _start_tls(self)
            if isinstance(self._secret, Token):
                sign_in_by_token(self, self._secret)
            else:
                sign_in(self, self._secret())
            self.listen(self.client.asides())
            if self.can("ID"):
                _introduce(self)
            if self.account.compress == "always" or not is_loopback(self.account.host):
                _compress(self)
            self._began = time.monotonic()
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

    def may_renew(self) -> bool:
        """Was this session opened by a token, long enough ago that its end is the token's?"""
        return isinstance(self._secret, Token) and time.monotonic() - self._began >= FULL_LIFE

    def renew(self) -> None:
        """Connect anew in place of a session that had its time. Raises what connecting raises."""
        self.close()
        self._dial()

    def do(self, doing: str, call: Callable[[], T], size: int = 0) -> T:
        """Run one exchange of about `size` bytes: errors translated, within a deadline. `doing` completes
        'while ... it'."""
        if self.finished:
            raise MailboxError(f"The connection of account {self.account.name} is over.", "Open it again.")
        seconds = 2 * self.account.timeout + size / SLOWEST
        try:
            with translated(self.account, doing), deadline(self.client.socket(), seconds):
                answer = call()
            self.listen(self.client.asides())
            return answer
        except RefusedError:
            raise
        except MailboxError:
            self.finished = True
            raise

    def listen(self, lines: Iterable[bytes]) -> None:
        """Keep what the server wants a person to read ([ALERT], RFC 3501 section 7.1): bounded."""
        for line in lines:
            text = said(line.partition(b"[ALERT]")[2].decode("utf-8", "replace"))
            if text and text not in self.alerts and len(self.alerts) < MOST_ALERTS:
                self.alerts.append(text)

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
        self.views += 1
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
        """The way to write several commands at once. What the server says of new mail, and to the person,
        meanwhile is kept."""

        def overhear() -> None:
            self.overheard = True

        return Stream(self.client._imap, overhear, lambda line: self.listen([line]), self._numbers)

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


def _start_tls(session: Session) -> None:
    context = tls_context(session.account)
    try:
        session.do("encrypting", lambda: session.client.starttls(context))
    except RefusedError as refused:
        raise MailboxConfigError(
            f"{session.account.host}:{session.account.port} does not offer STARTTLS.",
            "Use port 993 with `security: tls`.",
        ) from refused


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
