"""A proxy that understands IMAP well enough to strike at one moment of a session: at the login, in the middle
of a mail, between a draft that was taken and the server's word that it was. It keeps what the client said."""

from __future__ import annotations

import contextlib
import re
import select
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

#: The moment at which a command of the client is (the command as the client sends it, without its tag).
MOMENTS: Mapping[str, re.Pattern[bytes]] = {
    "login": re.compile(rb"LOGIN |AUTHENTICATE "),
    "list": re.compile(rb"LIST "),
    "select": re.compile(rb"EXAMINE |SELECT "),
    "search": re.compile(rb"(UID )?SEARCH "),
    "fetch": re.compile(rb"(UID )?FETCH .*BODY"),
    "idle": re.compile(rb"IDLE"),
    "append": re.compile(rb"APPEND "),
    "append, half of it sent": re.compile(rb"APPEND "),
    "append, before the OK": re.compile(rb"APPEND "),
    "store": re.compile(rb"(UID )?STORE "),
}
#: Moments that strike in the server's answer: after so many bytes of it.
INTO_THE_ANSWER: Mapping[str, int] = {"fetch": 300, "idle": 1}

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}$")
_GARBAGE = b"\xff\x00\x1b[2J {{{{ * 99999999999999999999 FETCH (((\r\n* \xfe\xed\r\n) ) ) {3}\r\n"


@dataclass(slots=True)
class Line:
    """One connection."""

    client: socket.socket
    server: socket.socket
    buffer: bytearray = field(default_factory=bytearray)  # of the client, not passed on yet
    literal: int = 0  # bytes of the client that are no command
    struck: bool = False  # nothing is passed on any more
    slow: tuple[int, float] | None = None  # bytes and seconds of a piece towards the client
    tag: bytes = b""  # of the command at which it strikes
    answer_left: int = -1  # it strikes when so many bytes of the answer went through
    await_tag: bool = False  # it strikes when the tagged answer comes
    half: int = 0  # it strikes when so many bytes of the literal went through
    heard: bytearray = field(default_factory=bytearray)


Fault = Callable[[Line], None]


class PhaseProxy:
    """Use as a context manager. `arm(moment, fault, times)` strikes the next `times` times that a session
    comes to that moment; "connect" is the moment at which the client is there, "tls" that of its first bytes
    (give the port for TLS then)."""

    host = "127.0.0.1"

    def __init__(self, port: int, own_port: int = 0) -> None:
        self._target = (self.host, port)
        self._listener = socket.create_server((self.host, own_port))
        self.port = int(self._listener.getsockname()[1])
        self.moment, self.fault, self.left = "", "", 0
        self.fired = threading.Event()
        self.before: dict[str, list[Callable[[], None]]] = {}  # moment -> done once, before the server hears
        self.lines: list[Line] = []
        self._closed = threading.Event()

    def __enter__(self) -> PhaseProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._listener.close()

    def arm(self, moment: str, fault: str, times: int = 1) -> None:
        """Strike with this one of FAULTS."""
        self.moment, self.fault, self.left = moment, fault, times
        self.fired.clear()

    @property
    def heard(self) -> list[bytes]:
        """What the clients said, a connection each."""
        return [bytes(line.heard) for line in self.lines]

    # ------------------------------------------------------------------ inside

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        line = Line(client, socket.create_connection(self._target, 5))
        for end in (client, line.server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines.append(line)
        with contextlib.suppress(OSError), line.client, line.server:
            if self._is_now("connect"):
                self._strike(line)
            while not self._closed.is_set():
                for source in select.select([client, line.server], [], [], 0.2)[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client:
                        line.heard += data
                        self._said(line, data)
                    else:
                        self._answered(line, data)

    def _is_now(self, moment: str) -> bool:
        return self.left > 0 and self.moment == moment

    def _said(self, line: Line, data: bytes) -> None:
        """The client said something."""
        if line.struck:
            return
        if self.moment == "tls":
            if self._is_now("tls"):
                self._strike(line)
            if not line.struck:
                line.server.sendall(data)
            return
        line.buffer += data
        while line.buffer and not line.struck:
            if line.literal:
                self._pass_literal(line)
                continue
            end = line.buffer.find(b"\r\n")
            if end < 0:
                return
            command = bytes(line.buffer[:end])
            del line.buffer[: end + 2]
            tag, _, words = command.partition(b" ")
            for moment, todo in self.before.items():
                if todo and MOMENTS[moment].match(words):
                    todo.pop(0)()
            if tag.upper() == b"DONE" or self._lets_through(line, tag, words or tag):
                literal = _LITERAL.search(command)
                line.literal = int(literal.group(1)) if literal else 0
                line.server.sendall(command + b"\r\n")

    def _lets_through(self, line: Line, tag: bytes, words: bytes) -> bool:
        """Strike if this command is the moment; whether the server hears of it all the same."""
        pattern = MOMENTS.get(self.moment)
        if not self._is_now(self.moment) or pattern is None or pattern.match(words) is None:
            return True
        line.tag = tag
        if self.moment == "append, before the OK":
            line.await_tag = True
        elif self.moment == "append, half of it sent" and (literal := _LITERAL.search(words)):
            line.half = int(literal.group(1)) // 2
        elif self.moment in INTO_THE_ANSWER and self.fault not in REFUSALS:
            line.answer_left = INTO_THE_ANSWER[self.moment]
        else:
            self._strike(line)
            return line.slow is not None
        return True

    def _pass_literal(self, line: Line) -> None:
        piece = bytes(line.buffer[: line.half or line.literal])
        line.server.sendall(piece)
        del line.buffer[: len(piece)]
        line.literal -= len(piece)
        if line.half:
            line.half -= len(piece)
            if not line.half:
                self._strike(line)

    def _answered(self, line: Line, data: bytes) -> None:
        """The server said something."""
        if line.struck:
            return
        if line.await_tag and re.search(rb"^" + re.escape(line.tag) + rb" ", data, re.MULTILINE):
            line.await_tag = False
            self._strike(line, data)
            return
        if 0 <= line.answer_left < len(data):
            self._pass(line, data[: line.answer_left])
            rest, line.answer_left = data[line.answer_left :], -1
            self._strike(line, rest)
            return
        line.answer_left -= len(data) if line.answer_left >= 0 else 0
        self._pass(line, data)

    def _strike(self, line: Line, rest: bytes = b"") -> None:
        """The fault; `rest` is what the server said that the client has not heard."""
        self.left -= 1
        self.fired.set()
        FAULTS[self.fault](line)
        if not line.struck and rest:
            self._pass(line, rest)

    def _pass(self, line: Line, data: bytes) -> None:
        size, seconds = line.slow or (len(data), 0.0)
        for start in range(0, len(data), size):
            line.client.sendall(data[start : start + size])
            if seconds:
                self._closed.wait(seconds)


# --------------------------------------------------------------------------- what strikes


def _swallow(line: Line) -> None:
    line.struck = True


def _reset(line: Line) -> None:
    line.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    _end(line)


def _end(line: Line) -> None:
    line.struck = True
    raise ConnectionAbortedError  # both sockets are closed by who owns them


def _drip(line: Line) -> None:
    line.slow = (1, 0.1)


def _throttle(line: Line) -> None:
    line.slow = (2048, 0.01)


def _garbage(line: Line) -> None:
    line.struck = True
    line.client.sendall(_GARBAGE)


def _bye(line: Line) -> None:
    line.client.sendall(b"* BYE Server shutting down.\r\n")
    _end(line)


def _answer(text: bytes) -> Fault:
    def answer(line: Line) -> None:
        line.client.sendall(line.tag + b" " + text + b"\r\n")

    return answer


#: In place of the server's answer; the session goes on.
REFUSALS: Mapping[str, Fault] = {
    "NO": _answer(b"NO [UNAVAILABLE] Not now."),
    "NO without a code": _answer(b"NO Sorry."),
    "BAD": _answer(b"BAD Sorry."),
}
FAULTS: Mapping[str, Fault] = {
    "black hole": _swallow,
    "reset": _reset,
    "end": _end,
    "slow drip": _drip,
    "throttled": _throttle,
    "garbage": _garbage,
    "BYE": _bye,
    **REFUSALS,
}
