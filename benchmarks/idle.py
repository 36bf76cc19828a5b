"""The service as it waits: memory, processor time and wake-ups, asked of the kernel; and how fast it tells."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import mailboxes
from benchmarks.server import PASSWORD, ROOT, CountingProxy, Dovecot


@dataclass
class Usage:
    """What a process has used so far: seconds of processor, voluntary switches, memory (MB)."""

    cpu: float
    wakes: int
    pss: float
    peak: float


def usage_of(pid: int) -> Usage:
    """Of all threads of a process, without its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    wakes = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        wakes += _number(status.read_text(), "voluntary_ctxt_switches")
    pss = _number(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss") / 1024
    return Usage(cpu, wakes, pss, _number(Path(f"/proc/{pid}/status").read_text(), "VmHWM") / 1024)


def _number(text: str, name: str) -> int:
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name}:"))


@dataclass
class Service:
    """A running service whose notices go to a program that writes down when they came."""

    server: Dovecot
    port: int
    user: str
    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="bench.")))
    process: subprocess.Popen[bytes] | None = None
    seconds_to_ready: float = 0.0

    def __enter__(self) -> Service:
        config = self.home / "config.yaml"
        config.write_text(
            f"name: Sari Wulandari\nsince: 1800d\naccounts:\n  - address: {self.user}\n    host: 127.0.0.1\n"
            f"    port: {self.port}\n    security: none\n    secret:\n      from: command\n"
            f"      command: [echo, {PASSWORD}]\nnotices:\n  kind: command\n  hours: [0, 24]\n"
            f"  urgent_hours: [0, 24]\n"
            f"  command: [sh, -c, 'date +%s.%N >> {self.home}/told']\n"
        )
        ready = self.home / "ready"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(ready))
            told.settimeout(30)
            environment = {
                **os.environ,
                "XDG_STATE_HOME": str(self.home),
                "NOTIFY_SOCKET": str(ready),
                "PYTHONPATH": str(ROOT),
            }
            begin = time.perf_counter()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "watcher.cli.serve", "--config", str(config)],
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

    def has_child(self) -> bool:
        """Is the process that judges there (and alive)?"""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        found = children.read_text().split() if children.exists() else []
        return any(_alive(child) for child in found)


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


def idle_hour(server: Dovecot, user: str, seconds: float) -> dict[str, float]:
    """A service that has read everything, watched while nothing happens; figures for an hour."""
    with CountingProxy(server.port) as proxy, Service(server, proxy.port, user) as service:
        if not wait_for(lambda: "mails read" in service.log(), 300):
            raise RuntimeError(service.log())
        wait_for(lambda: not service.has_child(), 120)
        time.sleep(5)
        before = usage_of(service.pid)
        proxy.look()
        time.sleep(seconds)
        after, count = usage_of(service.pid), proxy.look()
        hour = 3600 / seconds
        return {
            "ready": service.seconds_to_ready,
            "pss": after.pss,
            "peak": after.peak,
            "cpu_ms": (after.cpu - before.cpu) * 1000 * hour,
            "wakes": (after.wakes - before.wakes) * hour,
            "bytes": count.whole * hour,
        }


def _times(told: Path) -> list[float]:
    return [float(line) for line in told.read_text().split()] if told.exists() else []


def reaction(server: Dovecot, user: str, count: int) -> list[float]:
    """Milliseconds from the moment that the server says a mail has come to the notice of it, `count` times."""
    took = []
    with CountingProxy(server.port, watch=b" EXISTS") as proxy, Service(server, proxy.port, user) as service:
        if not wait_for(lambda: "mails read" in service.log(), 300):
            raise RuntimeError(service.log())
        told = service.home / "told"
        for number in range(count):
            time.sleep(0.3)
            before = len(_times(told))
            proxy.seen.clear()
            server.deliver(user, mailboxes.fresh(1, 1, mailboxes.NEWEST + number)[0])
            if not proxy.seen.wait(10):
                continue
            if wait_for(lambda before=before: len(_times(told)) > before, 10):
                took.append((_times(told)[before] - proxy.seen_at) * 1000)
    return took
