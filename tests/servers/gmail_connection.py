"""One connection to the Gmail-like server: greeting, sign-in, waiting, the way to Dovecot and back.

Commands are taken one at a time: each is understood, then asked of Dovecot, then answered.
"""

from __future__ import annotations

import base64
import contextlib
import re
import select
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from servers.imap_wire import Wire, Word, words, written

if TYPE_CHECKING:
    from servers.gmail import Gmail

#: Extensions that Dovecot has and Gmail has not.
UNKNOWN = ("SORT", "THREAD", "NOTIFY", "GETMETADATA", "SETMETADATA", "COMPRESS", "URLFETCH", "REPLACE")
FLAGS = re.compile(rb" ?FLAGS \(([^)]*)\)")
_KEYWORDS = re.compile(rb" ?\b[SLC]_\w+", re.IGNORECASE)

#: A command: (session, tag, its words, it as it came).
Handler = Callable[[Any, bytes, list[Word], list[bytes]], None]


class GmailConnection:
    """`run` serves it until either side hangs up. `parting`, set by anybody, is said as BYE at once.
    `commands` are the others that are understood; what is in neither table goes to Dovecot as it is."""

    commands: ClassVar[Mapping[str, Handler]] = {}

    def __init__(self, server: Gmail, client: ssl.SSLSocket) -> None:
        self.server = server
        self.client = Wire(client)
        self.dovecot = Wire(socket.create_connection(("127.0.0.1", server.port), 10))
        self.user = ""
        self.folder = ""  # the one in view
        self.parting = ""
        self.news = ""  # said under IDLE
        self._sent = 0

    def run(self) -> None:
        """From greeting to goodbye."""
        with contextlib.suppress(OSError):
            self.dovecot.line()
            self._say(b"* OK Gimap ready for requests from 127.0.0.1\r\n")
            while self._wait([self.client]) and (pieces := self.client.unit(answer=True)):
                self._obey(pieces)
        self.dovecot.sock.close()
        if self.user:
            self.server.leave(self.user, self)
        self._linger()

    def _linger(self) -> None:
        """Let the last words arrive: to close with commands unread would take them back."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.client.sock, socket.SHUT_WR)  # below TLS
            self.client.sock.settimeout(2)
            while self.client.sock.recv(65536):
                pass

    def _wait(self, wires: list[Wire]) -> bool:
        """Until one of these can be read; False when this session is to end."""
        while not self.parting and not self.server.closed.is_set():
            if any(wire.waiting() for wire in wires):
                return True
            if select.select([wire.sock for wire in wires], [], [], 0.02)[0]:
                return True
            if self.news and len(wires) > 1:
                self._say(b"* %s\r\n" % self.news.encode())
                self.news = ""
        if self.parting:
            self._say(b"* BYE %s\r\n" % self.parting.encode())
        return False

    def _say(self, data: bytes) -> None:
        self._sent += len(data)
        allowed = self.server.allowance.get(self.user)
        if allowed is not None and self._sent > allowed:
            self.client.send(b"* BYE Account exceeded command or bandwidth limits.\r\n")
            raise OSError("the allowance is used up")
        self.client.send(data)

    # ------------------------------------------------------------------ commands

    def _obey(self, pieces: list[bytes]) -> None:
        said = words(pieces)
        if len(said) < 2:
            self._say(b"* BAD Unknown command\r\n")
            return
        tag, verb = said[0].value, said[1].upper()
        if verb == "UID" and len(said) > 2:
            verb = f"UID {said[2].upper()}"
        if self.user:
            shown = b" ".join(
                word.value for word in said[1:] if word.kind != "string" or len(word.value) < 99
            )
            self.server.heard.setdefault(self.user, []).append(shown.decode("utf-8", "replace"))
        handler = self.commands.get(verb) or _BASIC.get(verb)
        if verb.removeprefix("UID ") in UNKNOWN or b"QRESYNC" in pieces[0].upper():
            self._say(tag + b" BAD Unknown command\r\n")
        elif handler is None:
            self._forward(pieces)
        else:
            handler(self, tag, said, pieces)

    def _ask(self, command: bytes) -> tuple[list[list[bytes]], bytes]:
        """Ask Dovecot; its responses and the last line, without its tag."""
        self.dovecot.send(b"Q1 " + command)
        units = []
        while (unit := self.dovecot.unit()) and not unit[0].startswith(b"Q1 "):
            units.append(unit)
        if not unit:
            raise OSError("Dovecot hung up")
        return units, unit[0][3:]

    def _forward(
        self, pieces: list[bytes], change: Callable[[list[bytes]], list[bytes]] | None = None
    ) -> bytes:
        """The same command to Dovecot, and its answer to the client; returns the last line without its tag."""
        tag, _, rest = pieces[0].partition(b" ")
        more = [re.sub(rb"\{(\d+)\}\r\n$", rb"{\1+}\r\n", piece) for piece in pieces[1:]]
        rest = re.sub(rb"\{(\d+)\}\r\n$", rb"{\1+}\r\n", rest)
        units, last = self._ask(b"".join([rest, *more]))
        self._pass_on(units, change)
        self._say(tag + b" " + last)
        return last

    def _pass_on(
        self, units: list[list[bytes]], change: Callable[[list[bytes]], list[bytes]] | None = None
    ) -> None:
        for unit in units:
            changed = change(unit) if change else unit
            shown = [
                FLAGS.sub(lambda found: _KEYWORDS.sub(b"", found[0]).replace(b"( ", b"("), piece)
                if number % 2 == 0
                else piece
                for number, piece in enumerate(changed)
            ]
            self._say(b"".join(shown).replace(b"PERMANENTFLAGS ( ", b"PERMANENTFLAGS ("))

    def capability(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        self._say(self._capabilities() + tag + b" OK Thats all she wrote!\r\n")

    def _capabilities(self) -> bytes:
        from servers.gmail import AFTER, BEFORE

        return b"* CAPABILITY %s\r\n" % (AFTER if self.user else BEFORE).encode()

    def login(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        user = said[2].value.decode() if len(said) > 2 else ""
        if not self._turned_away(tag, user):
            _, last = self._ask(written(said[1:]))
            self._signed_in(tag, user, last)

    def authenticate(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        """Any mechanism that Dovecot has; whose mailbox it is stands in the client's first answer."""
        initial = said[3].value if len(said) > 3 else b""
        self.dovecot.send(b"Q1 AUTHENTICATE " + said[2].value + b"\r\n")
        user = ""
        while (line := self.dovecot.line()).startswith(b"+"):
            if not initial:
                self._say(line)
                initial = self.client.line().strip()
            user = user or _user_of(initial)
            self.dovecot.send(initial + b"\r\n")
            initial = b""
        if not line.startswith(b"Q1 "):
            raise OSError("Dovecot hung up")
        if not self._turned_away(tag, user):
            self._signed_in(tag, user, line[3:])

    def _turned_away(self, tag: bytes, user: str) -> bool:
        refusal = self.server.refuse.get(user, "")
        if not refusal and user:
            self.server.prepare(user)
        elif refusal:
            self._say(b"%s %s\r\n" % (tag, refusal.encode()))
        return bool(refusal)

    def _signed_in(self, tag: bytes, user: str, last: bytes) -> None:
        if not last.startswith(b"OK"):
            text = re.sub(rb"(?<=AUTHENTICATIONFAILED\]).*", b" Invalid credentials (Failure)", last.rstrip())
            self._say(tag + b" " + text + b"\r\n")
        elif not self.server.enter(user, self):
            self._say(tag + b" NO [ALERT] Too many simultaneous connections. (Failure)\r\n")
            raise OSError("one connection too many")
        else:
            self.user = user
            alert = self.server.alerts.get(user, "")
            said = b"* OK [ALERT] %s\r\n" % alert.encode() if alert else b""
            self._say(self._capabilities() + said + tag + b" OK authenticated (Success)\r\n")

    def idle(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        self.dovecot.send(b"Q1 IDLE\r\n")
        self._say(self.dovecot.line())
        done = False
        while self._wait([self.client, self.dovecot]):
            if not done and (self.client.waiting() or select.select([self.client.sock], [], [], 0)[0]):
                line = self.client.line()
                self.dovecot.send(b"DONE\r\n")
                done = bool(line)
            if self.dovecot.waiting() or select.select([self.dovecot.sock], [], [], 0.02 if done else 0)[0]:
                unit = self.dovecot.unit()
                if not unit or unit[0].startswith(b"Q1 "):
                    self._say(tag + b" OK IDLE terminated (Success)\r\n")
                    return
                self._pass_on([unit])
        raise OSError("the session is over")


def _user_of(initial: bytes) -> str:
    """Whose sign-in an initial response is: PLAIN, XOAUTH2 and OAUTHBEARER name it each in its way."""
    with contextlib.suppress(ValueError):
        text = base64.b64decode(initial).decode("utf-8", "replace")
        found = re.search(r"user=([^\x01]+)\x01|a=([^,]+),|\x00([^\x00]+)\x00", text)
        return next((group for group in found.groups() if group), "") if found else ""
    return ""


_BASIC: Mapping[str, Handler] = {
    "CAPABILITY": GmailConnection.capability,
    "LOGIN": GmailConnection.login,
    "AUTHENTICATE": GmailConnection.authenticate,
    "IDLE": GmailConnection.idle,
}
