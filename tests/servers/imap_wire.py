"""IMAP as it goes over the wire, for servers of the tests: lines with their literals, and their words."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")


class Wire:
    """A socket read by lines and by counted bytes. b'' means that the other side has hung up."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # many small lines
        self._kept = b""

    def waiting(self) -> bool:
        """Is there something to read that `select` cannot see?"""
        return bool(self._kept) or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0)

    def send(self, data: bytes) -> None:
        """All of it."""
        self.sock.sendall(data)

    def line(self) -> bytes:
        """One line with its CRLF."""
        while (end := self._kept.find(b"\n")) < 0:
            if not self._more():
                return b""
        line, self._kept = self._kept[: end + 1], self._kept[end + 1 :]
        return line

    def exactly(self, size: int) -> bytes:
        """So many bytes."""
        while len(self._kept) < size:
            if not self._more():
                return b""
        data, self._kept = self._kept[:size], self._kept[size:]
        return data

    def unit(self, *, answer: bool = False) -> list[bytes]:
        """One command or response: line, literal, line, literal ... line. `answer`: the other side waits to be
        told to go on before each literal. An empty list at the end."""
        pieces = [self.line()]
        while found := _LITERAL.search(pieces[-1]):
            if answer and not found[2]:
                self.send(b"+ go ahead\r\n")
            pieces += [self.exactly(int(found[1])), self.line()]
        return pieces if pieces[-1] else []

    def _more(self) -> bool:
        try:
            data = self.sock.recv(65536)
        except OSError:
            return False
        self._kept += data
        return bool(data)


@dataclass(frozen=True)
class Word:
    """A word of a command. `kind`: atom, string (quoted or literal), or the bracket itself."""

    kind: str
    value: bytes

    def upper(self) -> str:
        """For comparing keywords of the protocol."""
        return self.value.decode("ascii", "replace").upper() if self.kind == "atom" else ""


_WORD = re.compile(rb'[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+')


def words(pieces: list[bytes]) -> list[Word]:
    """The words of a command, its tag first."""
    found = []
    for number, piece in enumerate(pieces):
        if number % 2:
            found.append(Word("string", piece))
            continue
        for text in _WORD.findall(_LITERAL.sub(b"", piece)):
            if text in (b"(", b")"):
                found.append(Word(text.decode(), text))
            elif text[:1] == b'"':
                found.append(Word("string", re.sub(rb"\\(.)", rb"\1", text[1:-1])))
            else:
                found.append(Word("atom", text))
    return found


def written(some: Iterable[Word]) -> bytes:
    """Words as one command line with literals that need no answer."""
    line, glue = b"", b""
    for word in some:
        if word.kind == "string":
            text = b"{%d+}\r\n%s" % (len(word.value), word.value)
            if word.value.isascii() and not re.search(rb"[\r\n\0]", word.value):
                text = quoted(word.value)
        else:
            text = word.value
        line += (b"" if word.kind == ")" else glue) + text
        glue = b"" if word.kind == "(" else b" "
    return line + b"\r\n"


def quoted(value: bytes) -> bytes:
    """A quoted string (RFC 3501)."""
    return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
