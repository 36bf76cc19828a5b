"""Waiting for news with IDLE (RFC 2177), with every way in which a dead line looks like a quiet one.

- EOF or RST: imapclient answers with an empty list at once, for ever. So the socket is looked at first.
- BYE: an ordinary line of the answer.
- A black hole is quiet until DONE goes unanswered. So every IDLE ends with DONE, at least every 9 minutes
  (Google wants less than 10; many routers forget a quiet line sooner or later).
- A change that came between the last look and IDLE is never pushed. So UIDNEXT is compared first.
"""

from __future__ import annotations

import socket
import time
from typing import Any

from watcher.errors import MailboxError
from watcher.mailbox.bell import Bell
from watcher.mailbox.imap_deflate import below
from watcher.mailbox.imap_errors import expected_end, said
from watcher.mailbox.imap_session import Session

#: IDLE is renewed after this many seconds.
RENEW = 9 * 60.0

INBOX = "INBOX"


class Idle:
    """Waits on the INBOX of one session."""

    def __init__(self, session: Session, bell: Bell) -> None:
        self._session = session
        self._bell = bell
        self._seen: tuple[int, int] | None = None  # UIDVALIDITY and UIDNEXT of INBOX, as far as it was seen
        self._kept = 0  # the session's view of INBOX that was waited on: what changes in it is told
        self.missed = False  # a change was told that nobody has read yet
        self.rung = False  # the last wait ended because somebody wants to know

    def saw(self, folder: str, state: dict[bytes, Any]) -> None:
        """Somebody has looked at this folder: what came until now is no news."""
        self._kept, self.missed = 0, False
        if folder == INBOX:
            self._seen = (int(state.get(b"UIDVALIDITY", 0)), int(state.get(b"UIDNEXT", 0)))

    def keeps(self, folder: str) -> bool:
        """True while `folder` is in view and has been waited on: it need not be opened again."""
        return folder == INBOX and self._kept == self._session.views and self._session.shows(INBOX)

    def has_read(self, folder: str, end: int) -> None:
        """The folder was read up to the UID `end`: what was read is no news when INBOX is opened again."""
        if folder == INBOX and self._seen is not None:
            self._seen = self._seen[0], max(self._seen[1], end + 1)

    def overheard(self, folder: str) -> None:
        """The folder was read, or others were asked about: keep in mind what was said meanwhile."""
        if folder == INBOX:
            self.missed, self._session.overheard = self._session.overheard, False

    def wait(self, seconds: float) -> bool:
        """True when INBOX changed or the bell rang; False when the time is over.

        Raises MailboxError when the line is dead.
        """
        until, self.rung = time.monotonic() + seconds, False
        if not self.keeps(INBOX):
            before = self._seen
            self.saw(INBOX, self._session.open(INBOX))
            if before not in (None, self._seen):
                self.missed = True
                return True
            self._kept = self._session.views
        if self.missed:
            return True
        while (left := until - time.monotonic()) > 0:
            if self._idle_once(min(left, RENEW)):
                return True
        return False

    def _idle_once(self, seconds: float) -> bool:
        session, client = self._session, self._session.client
        until = time.monotonic() + seconds
        session.do("waiting for mail of", client.idle)
        lines = session.do("waiting for mail of", lambda: client.idle_check(timeout=0))
        rung = False
        while not (rung or self._news(lines)) and (left := until - time.monotonic()) > 0:
            rung, readable = self._bell.wait(left, client.socket())
            self.rung = rung
            if readable:
                self._must_live()
                lines = session.do("waiting for mail of", lambda: client.idle_check(timeout=0))
        _, rest = session.do("waiting for mail of", client.idle_done)
        self.missed = self._news([*lines, *rest])
        return self.missed or rung

    def _news(self, lines: list[Any]) -> bool:
        """Do the server's lines tell of mail that came or went? Flags that changed are no news.

        Raises MailboxError on BYE.
        """
        words = [{part for part in line if isinstance(part, bytes)} for line in lines]
        for line in lines:
            if b"BYE" in line:
                self._session.finished = True
                text = b" ".join(part for part in line if isinstance(part, bytes)).decode("utf-8", "replace")
                account = self._session.account
                raise expected_end(account, said(text)) or MailboxError(
                    f"The server of account {account.name} has closed the connection.", "It is opened again."
                )
            self._session.listen(part for part in line[1:2] if isinstance(part, bytes))
        return any(line & {b"EXISTS", b"EXPUNGE", b"VANISHED"} for line in words)

    def _must_live(self) -> None:
        """Raise MailboxError if there is nothing to read but the end of the connection."""
        try:  # below TLS, and without taking anything away
            alive = socket.socket.recv(
                below(self._session.client.socket()), 1, socket.MSG_PEEK | socket.MSG_DONTWAIT
            )
        except BlockingIOError:
            return
        except OSError:
            alive = b""
        if not alive:
            self._session.finished = True
            raise MailboxError(
                f"The connection of account {self._session.account.name} broke while waiting for mail.",
                "It is opened again.",
            )
