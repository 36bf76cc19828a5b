"""A name server on loopback that knows what a test tells it, and can answer as badly as it likes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


class NameServer:
    """Use as a context manager. `records`: (name without final dot, type) -> texts; `answer`: makes the whole
    reply from the query's bytes instead (b'' for silence)."""

    def __init__(
        self,
        records: Mapping[tuple[str, str], list[str]] | None = None,
        answer: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self.records = dict(records or {})
        self.asked: list[str] = []
        self._answer = answer
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    def __enter__(self) -> NameServer:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A thread that still waits on a closed socket may take what the next one is sent.
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            raw, peer = self._socket.recvfrom(4096)
            if not raw:
                return
            reply = self._reply(raw)
            if reply:
                with suppress(OSError):  # who asked has gone
                    self._socket.sendto(reply, peer)

    def _reply(self, raw: bytes) -> bytes:
        query = dns.message.from_wire(raw)
        [question] = query.question
        name, kind = question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name
        self.asked.append(f"{name} {kind}")
        if self._answer is not None:
            return self._answer(raw)
        response = dns.message.make_response(query, recursion_available=True)
        texts = self.records.get((name, kind), [])
        if texts:
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *texts))
        elif not any(known == name for known, _ in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire(max_size=65535)


@contextmanager
def asked_alone(server: NameServer) -> Iterator[None]:
    """Every name in this process is asked of `server`, by the program's own look-ups and by its sockets."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
    before, dns.resolver.default_resolver = dns.resolver.default_resolver, resolver
    dns.resolver.override_system_resolver(resolver)
    try:
        yield
    finally:
        dns.resolver.restore_system_resolver()
        dns.resolver.default_resolver = before
