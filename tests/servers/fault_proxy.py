"""A TCP proxy that does to a connection what networks do: hold it, slow it down, cut it, reset it."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading


class FaultProxy:
    """Use as a context manager. Faults are attributes that may be set while connections are open.

    `hold`: bytes are kept, sockets stay open (a black hole). `rate`: bytes a second towards the client, in
    small pieces (a slow drip). `cut_after`: reset after so many bytes to the client. `silent`: accept and say
    nothing. `reset_all` and `end_all` finish what is open, by RST and by FIN.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = "127.0.0.1"
        self.port = int(self._listener.getsockname()[1])
        self.hold = False
        self.silent = False
        self.rate = 0
        self.cut_after: int | None = None
        self.connections = 0
        self._generation = 0
        self._reset = False
        self._closed = threading.Event()
        self._kept: list[socket.socket] = []
        self._clients: list[socket.socket] = []

    def __enter__(self) -> FaultProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._listener.close()
        for kept in self._kept:
            kept.close()

    def reset_all(self) -> None:
        """RST to every client within 20 ms."""
        self._reset = True
        self._generation += 1

    def end_all(self) -> None:
        """An orderly end (FIN, so EOF) to every client within 20 ms."""
        self._reset = False
        self._generation += 1

    def inject(self, line: bytes) -> None:
        """Say something to every client that the server never said (plain connections only)."""
        for client in list(self._clients):
            client.sendall(line)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.silent:
                self._kept.append(client)
            else:
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        """One thread owns both sockets: one that another thread reads from would not close."""
        server = socket.create_connection(self._target, 5)
        self._clients.append(client)
        generation, carried = self._generation, 0
        with contextlib.suppress(OSError):
            while not self._closed.is_set() and generation == self._generation:
                if self.hold:
                    self._closed.wait(0.02)
                    continue
                for source in select.select([client, server], [], [], 0.02)[0]:
                    data = source.recv(65536)
                    if not data:
                        return self._end(client, server, reset=False)
                    if source is client:
                        server.sendall(data)
                        continue
                    if self.cut_after is not None and carried + len(data) > self.cut_after:
                        client.sendall(data[: max(0, self.cut_after - carried)])
                        return self._end(client, server, reset=True)
                    carried += len(data)
                    self._drip(client, data, generation)
        return self._end(client, server, reset=self._reset and generation != self._generation)

    def _drip(self, client: socket.socket, data: bytes, generation: int) -> None:
        piece = 256 if self.rate else len(data)
        for start in range(0, len(data), piece):
            if generation != self._generation:
                return
            client.sendall(data[start : start + piece])
            if self.rate:
                self._closed.wait(piece / self.rate)

    def _end(self, client: socket.socket, server: socket.socket, *, reset: bool) -> None:
        with contextlib.suppress(OSError, ValueError):
            if reset:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._clients.remove(client)
            client.close()
            server.close()
