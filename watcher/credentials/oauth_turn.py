"""One at a time: a refresh token that the provider replaces may be used once. Who uses it again, because
another process has just done so, may end the sign-in for good (RFC 9700 4.14.2; Fastmail does so)."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

#: How long another process is waited for (seconds): longer than it may take. Then it is left out of account.
PATIENCE = 90.0
TICK = 0.05


@contextlib.contextmanager
def turn(name: str) -> Iterator[None]:
    """Have the refresh token called `name` for oneself, among this person's processes and threads. Where no
    lock can be had, it goes on without."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            file = os.open(_path(name), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            held.callback(os.close, file)
            _wait_for(file)
        yield


def _path(name: str) -> Path:
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    place = Path(folder if os.path.isdir(folder) else tempfile.gettempdir())
    # no address in a file name
    return place / f"interview-watcher-{os.getuid()}-{hashlib.sha256(name.encode()).hexdigest()[:12]}.lock"


def _wait_for(file: int) -> None:
    until, pause = time.monotonic() + PATIENCE, threading.Event()
    while time.monotonic() < until:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pause.wait(TICK)
