"""A real gnome-keyring on a private session bus, unlocked with a password (or not, with a wrong one)."""

from __future__ import annotations

import subprocess
from types import TracebackType

from servers.session_bus import SessionBus


class GnomeKeyring:
    """`with GnomeKeyring(bus, password)`: the Secret Service answers on `bus`. The first password that is ever
    used in the bus' folder makes the keyring; another one later leaves it locked."""

    def __init__(self, bus: SessionBus, password: str) -> None:
        self._bus = bus
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> GnomeKeyring:
        environment = self._bus.environment()
        self._process = subprocess.Popen(
            ["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(self._password.encode())
        self._process.stdin.close()
        subprocess.run(
            ["gdbus", "wait", "--session", "--timeout", "10", "org.freedesktop.secrets"],
            env=environment,
            check=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(10)
