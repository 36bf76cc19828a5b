"""One watcher at a time: a lock on a file in the state directory, held by whoever writes to the mailbox."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watcher.errors import Retry, StoreError, WatcherError

NAME = "watcher.lock"
_LISTENS = "listens"


class RunningError(WatcherError):
    """Another watcher holds the lock."""

    exit_code = 2
    retry = Retry.NEVER


@contextmanager
def held(state_dir: Path, *, listens: bool = False) -> Iterator[None]:
    """Hold the lock while the block runs. It goes with the process, however that ends. `listens`: this process
    understands what `poke` sends.

    Raises RunningError when another process has it, StoreError when the directory cannot be used.
    """
    path = state_dir / NAME
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"The state directory {state_dir} cannot be used: {error.strerror}.",
            "Make it yours, or free some space.",
        ) from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number, _ = _holder(path)
            named = f" (process {number})" if number else ""
            raise RunningError(
                f"The watcher is running already{named}.",
                "`watcher status` shows what it knows; stop it first if you want to run another.",
            ) from None
        with suppress(OSError):  # on a full disk nobody is told who holds it
            os.truncate(file, 0)
            os.pwrite(file, f"{os.getpid()} {_LISTENS if listens else ''}".encode(), 0)
        yield
    finally:
        os.close(file)


def poke(state_dir: Path, number: signal.Signals = signal.SIGUSR1) -> bool:
    """Tell a running service that something changed; False when none runs. Whoever else holds the lock is left
    in peace: the signal would end it."""
    path = state_dir / NAME
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        process, listens = _holder(path)
        if not listens:
            return False
        with suppress(ProcessLookupError):  # it has just ended
            os.kill(process, number)
            return True
    finally:
        os.close(file)
    return False


def _holder(path: Path) -> tuple[int, bool]:
    """The process that holds the lock (0 unknown), and whether it listens."""
    try:
        process, _, rest = path.read_text("ascii").partition(" ")
        return int(process), rest == _LISTENS
    except (OSError, ValueError):
        return 0, False
