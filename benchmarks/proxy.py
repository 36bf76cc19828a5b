"""A TCP proxy on loopback that counts: bytes each way, and turns (how often the client speaks after the server
has spoken, which is how often it waits for the way there and back). It can make the way longer."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from dataclasses import dataclass


@dataclass
class Count:
    """What went through since the last look; `sent` is what the client said, where it is kept."""

    up: int = 0
    down: int = 0
    turns: int = 0
    sent: bytes = b""

    @property
    def whole(self) -> int:
        """Bytes both ways."""
        return self.up + self.down


class CountingProxy:
    """Use as a context manager; `port` is where to connect. `delay`: seconds there and back together;
    `keep`: remember what the client says; `watch`: `seen` is set, with the time, when the server says it."""

    def __init__(self, target: int, delay: float = 0.0, *, keep: bool = False, watch: bytes = b"") -> None:
        self._target, self._delay, self._keep = target, delay / 2, keep
        self._watch, self.seen, self.seen_at = watch, threading.Event(), 0.0
        self._lock = threading.Lock()
        self._count = Count()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])

    def __enter__(self) -> CountingProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def look(self) -> Count:
        """What was counted since the last look."""
        with self._lock:
            count, self._count = self._count, Count()
        return count

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            spoke = ["server"]  # who spoke last
            for one, other, up in ((client, server, True), (server, client, False)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pump, args=(one, other, up, spoke), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, up: bool, spoke: list[str]) -> None:
        later: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        if self._delay:
            threading.Thread(target=_deliver, args=(later, target), daemon=True).start()
        while True:
            try:
                data = source.recv(1 << 18)
            except OSError:
                data = b""
            if data:
                self._note(data, up, spoke)
            if self._delay:
                later.put((time.monotonic() + self._delay, data))
            else:
                _pass_on(target, data)
            if not data:
                return

    def _note(self, data: bytes, up: bool, spoke: list[str]) -> None:
        with self._lock:
            if up:
                self._count.up += len(data)
                self._count.turns += spoke[0] == "server"
                self._count.sent += data if self._keep else b""
            else:
                self._count.down += len(data)
                if self._watch and self._watch in data and not self.seen.is_set():
                    self.seen_at = time.time()
                    self.seen.set()
            spoke[0] = "client" if up else "server"


def _deliver(later: queue.SimpleQueue[tuple[float, bytes]], target: socket.socket) -> None:
    while True:
        due, data = later.get()
        if (pause := due - time.monotonic()) > 0:
            time.sleep(pause)
        _pass_on(target, data)
        if not data:
            return


def _pass_on(target: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        if data:
            target.sendall(data)
        else:
            target.shutdown(socket.SHUT_WR)
