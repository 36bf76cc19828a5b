"""The service as it waits: memory, processor time and wake-ups; and how fast it tells, over a message bus."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers.notification_server import NotificationServer
from servers.session_bus import SessionBus

from benchmarks import mailboxes
from benchmarks.server import PASSWORD, ROOT, CountingProxy, Dovecot

#: A first scan of the largest mailbox is waited for (seconds).
LONGEST_SCAN = 1200.0
#: So often the service looks (seconds): time watched is a multiple of it, or tells nothing of an hour.
LOOKS = 300.0


@dataclass
class Usage:
    """What the service has used so far: seconds of processor, voluntary switches; and its memory now (MB)."""

    cpu: float
    wakes: int
    pss: float


def _number(text: str, name: str) -> int:
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name}:"))


@dataclass
class Service:
    """A running service. `session`: the environment of the desktop on which its notices appear; without one
    they go to the log. `quiet`: after so many seconds the process that judges ends."""

    port: int
    user: str
    session: Mapping[str, str] | None = None
    quiet: float = 30.0
    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="bench.")))
    process: subprocess.Popen[bytes] | None = None
    seconds_to_ready: float = 0.0

    def __enter__(self) -> Service:
        config = self.home / "config.yaml"
        kind = "log" if self.session is None else "desktop"
        config.write_text(
            f"name: Sari Wulandari\nsince: 1800d\naccounts:\n  - address: {self.user}\n    host: 127.0.0.1\n"
            f"    port: {self.port}\n    security: none\n    secret:\n      from: command\n"
            f"      command: [echo, {PASSWORD}]\nnotices:\n  kind: {kind}\n  hours: [0, 24]\n"
            f"  urgent_hours: [0, 24]\n"
        )
        ready = self.home / "ready"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(ready))
            told.settimeout(30)
            environment = {
                **(self.session or os.environ),
                "XDG_STATE_HOME": str(self.home),
                "NOTIFY_SOCKET": str(ready),
                "PYTHONPATH": str(ROOT),
                "USAGE": str(self.home / "usage"),
                "WATCHER_MIND_IDLE": str(self.quiet),
            }
            begin = time.perf_counter()
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "benchmarks" / "served.py"), "--config", str(config)],
                env=environment,
                stderr=(self.home / "log").open("wb"),
            )
            while b"READY=1" not in told.recv(4096):
                continue
            self.seconds_to_ready = time.perf_counter() - begin
            threading.Thread(target=_drain, args=(told.dup(),), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.process is not None
        return self.process.pid

    def log(self) -> str:
        """What it said."""
        return (self.home / "log").read_text()

    def usage(self) -> Usage:
        """What it has used, by its own account. Asking costs it one wake-up."""
        place = self.home / "usage"
        place.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR2)
        if not wait_for(place.exists, 10):
            raise RuntimeError(self.log())
        cpu, wakes = place.read_text().split()
        pss = _number(Path(f"/proc/{self.pid}/smaps_rollup").read_text(), "Pss") / 1024
        return Usage(float(cpu), int(wakes), pss)

    def has_child(self) -> bool:
        """Is the process that judges there (and alive)?"""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        found = children.read_text().split() if children.exists() else []
        return any(_alive(child) for child in found)

    def settle(self) -> None:
        """Wait until it has read everything and is alone."""
        if not wait_for(lambda: "mails read" in self.log(), LONGEST_SCAN):
            raise RuntimeError(self.log())
        wait_for(lambda: not self.has_child(), 120)
        time.sleep(5)


def _alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _drain(told: socket.socket) -> None:
    told.settimeout(None)
    while told.recv(4096):
        continue


def wait_for(what: Any, seconds: float) -> bool:
    """Look ten times a second whether `what()` is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.1)
    return False


def idle_hours(server: Dovecot, users: Sequence[str], seconds: float) -> list[dict[str, float]]:
    """Services that have read everything, each of its own mailbox, watched together while nothing happens;
    figures for an hour. The looks of the service lie 300 s apart: a multiple of that holds each as often as an
    hour does."""
    with ExitStack() as open_:
        both = []
        for user in users:
            proxy = open_.enter_context(CountingProxy(server.port))
            service = open_.enter_context(Service(proxy.port, user))
            service.settle()
            both.append((proxy, service))
        before = [service.usage() for _, service in both]
        for proxy, _ in both:
            proxy.look()
        time.sleep(seconds)
        hour = 3600 / seconds
        found = []
        for (proxy, service), then in zip(both, before, strict=True):
            count, now = proxy.look(), service.usage()
            found.append(
                {
                    "ready": service.seconds_to_ready,
                    "pss": now.pss,
                    "cpu_ms": (now.cpu - then.cpu) * 1000 * hour,
                    "wakes": (now.wakes - then.wakes - 1) * hour,  # one was ours
                    "bytes": count.whole * hour,
                    "turns": count.turns,
                }
            )
        return found


def reaction(server: Dovecot, user: str, count: int, *, quiet: float = 30.0) -> list[float]:
    """Milliseconds from the moment that the server says a mail has come to the moment that a notification
    server on the message bus is told of it, `count` times. `quiet`: so soon (seconds) the process that judges
    ends, and it is waited for before each mail when that is under a second."""
    took = []
    with (
        SessionBus() as bus,
        NotificationServer(bus.address) as screen,
        CountingProxy(server.port, watch=b" EXISTS") as proxy,
        Service(proxy.port, user, bus.environment(), quiet) as service,
    ):
        if not wait_for(lambda: "mails read" in service.log(), LONGEST_SCAN):
            raise RuntimeError(service.log())
        screen.wait(lambda: bool(screen.received), 10)  # the summary of what was found
        for number in range(count):
            time.sleep(0.3)
            if quiet < 1:
                wait_for(lambda: not service.has_child(), 30)
            before = len(screen.received)
            proxy.seen.clear()
            when = int(time.time()) - count + number  # of today: old ones are told in a summary
            server.deliver(user, mailboxes.fresh(1, 1, when)[0])
            if not proxy.seen.wait(10):
                continue
            if screen.wait(lambda before=before: len(screen.received) > before, 5):
                took.append((screen.received[before].at - proxy.seen_at) * 1000)
    return took
