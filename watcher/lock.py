"""One watcher at a time: a lock on a file in the state directory, held by whoever writes to the mailbox."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watcher.errors import Retry, WatcherError

NAME = "watcher.lock"


class RunningError(WatcherError):
    """Another watcher holds the lock."""

    exit_code = 2
    retry = Retry.NEVER


@contextmanager
def held(state_dir: Path) -> Iterator[None]:
    """Hold the lock while the block runs. It goes with the process, however that ends.

    Raises RunningError when another process has it.
    """
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = state_dir / NAME
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number = _pid(path)
            named = f" (process {number})" if number else ""
            raise RunningError(
                f"The watcher is running already{named}.",
                "`watcher status` shows what it knows; stop it first if you want to run another.",
            ) from None
        os.truncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(file)


def poke(state_dir: Path) -> bool:
    """Tell a running watcher that something changed; False when none runs."""
    path = state_dir / NAME
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        number = _pid(path)
        if number:
            os.kill(number, signal.SIGUSR1)
        return bool(number)
    finally:
        os.close(file)
    return False


def _pid(path: Path) -> int:
    try:
        return int(path.read_text("ascii").strip() or 0)
    except (OSError, ValueError):
        return 0
