"""A bell that ends a wait: rung by hand or by a `threading.Event`, heard by `select` beside a socket.

No polling: one thread per Event sleeps in `Event.wait` and rings every bell that listens to it.
"""

from __future__ import annotations

import select
import socket
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Listeners:
    bells: set[Bell] = field(default_factory=set)
    watched: bool = False  # a thread waits for the event


_lock = threading.Lock()
_listeners: weakref.WeakKeyDictionary[threading.Event, _Listeners] = weakref.WeakKeyDictionary()


class Bell:
    """A self-pipe. `ring` may be called from any thread and from a signal handler."""

    def __init__(self) -> None:
        self._hear, self._ring = socket.socketpair()
        self._hear.setblocking(False)
        self._ring.setblocking(False)

    def ring(self) -> None:
        """End the wait that is going on, or the next one."""
        try:
            self._ring.send(b"!")
        except (BlockingIOError, OSError):
            return  # full: it rings already; closed: nobody listens any more

    def wait(self, seconds: float, also: socket.socket | None = None) -> tuple[bool, bool]:
        """Wait at most `seconds`; return (bell was rung, `also` can be read). Hearing the bell silences it."""
        poll = select.poll()
        poll.register(self._hear, select.POLLIN)
        if also is not None:
            poll.register(also, select.POLLIN)
        ready = {descriptor for descriptor, _ in poll.poll(max(0.0, seconds) * 1000)}
        rung = self._hear.fileno() in ready
        if rung:
            self._hear.recv(4096)
        return rung, also is not None and also.fileno() in ready

    @contextmanager
    def listening(self, stop: threading.Event) -> Iterator[None]:
        """While inside, setting `stop` rings this bell."""
        with _lock:
            listeners = _listeners.setdefault(stop, _Listeners())
            listeners.bells.add(self)
            if stop.is_set():
                self.ring()
            elif not listeners.watched:
                listeners.watched = True
                threading.Thread(target=_ring_when, args=(stop,), name="stop-bell", daemon=True).start()
        try:
            yield
        finally:
            with _lock:
                listeners.bells.discard(self)

    def close(self) -> None:
        """Let go of the two sockets."""
        self._hear.close()
        self._ring.close()


def _ring_when(stop: threading.Event) -> None:
    stop.wait()
    with _lock:
        listeners = _listeners[stop]
        listeners.watched = False
        for bell in listeners.bells:
            bell.ring()
