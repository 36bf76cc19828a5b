"""A connection whose bytes are compressed both ways (COMPRESS=DEFLATE, RFC 4978).

Headers of mail are the same words over and over: a first scan takes a third of the bytes. Between programs of
one machine it only costs time, so it is left alone there.
"""

from __future__ import annotations

import io
import socket
import ssl
import zlib
from typing import Any

#: At most so much (bytes) is unpacked at a time: what is packed well must not fill the memory.
_PIECE = 64 * 1024
_WINDOW = -15  # raw deflate, as RFC 4978 section 3 wants it


class Deflated:
    """What imaplib and imapclient need of a socket, over `below`, the socket itself."""

    def __init__(self, below: socket.socket) -> None:
        self.below = below
        self._packer = zlib.compressobj(6, zlib.DEFLATED, _WINDOW)

    def sendall(self, data: bytes) -> None:
        """Pack and send."""
        self.below.sendall(self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH))

    def makefile(self, mode: str = "rb") -> io.BufferedReader:
        """A file of what comes, unpacked."""
        return io.BufferedReader(_Unpacking(self.below))

    def __getattr__(self, name: str) -> Any:
        """Time-outs, number and end are the socket's own."""
        return getattr(self.below, name)


class _Unpacking(io.RawIOBase):
    """The bytes of a socket, unpacked. Raises OSError for what cannot be."""

    def __init__(self, below: socket.socket) -> None:
        self._below = below
        self._unpacker = zlib.decompressobj(_WINDOW)
        self._packed = b""

    def readable(self) -> bool:
        """It is read only."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """As of a socket: 0 at the end, None when nothing is there and it must not wait."""
        while True:
            try:
                data = self._unpacker.decompress(self._packed, min(len(buffer), _PIECE))
            except zlib.error as error:
                raise OSError("what the server sent cannot be unpacked") from error
            self._packed = self._unpacker.unconsumed_tail
            if data:
                buffer[: len(data)] = data
                return len(data)
            try:
                self._packed = self._below.recv(_PIECE)
            except (BlockingIOError, ssl.SSLWantReadError):
                return None
            if not self._packed:
                return 0


def below(sock: Any) -> socket.socket:
    """The socket itself, whether its bytes are packed or not."""
    found: socket.socket = sock.below if isinstance(sock, Deflated) else sock
    return found
