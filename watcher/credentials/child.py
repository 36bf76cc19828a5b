"""Runs a program that answers with a secret: no shell, a time limit, a size limit, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import unicodedata
from collections.abc import Mapping, Sequence

from watcher.errors import SecretError

#: The longest answer that is read (bytes). Tokens have a few thousand.
LONGEST = 65_536


class TooSlowError(Exception):
    """The program did not end in time; it was ended."""


def run(
    argv: Sequence[str],
    *,
    seconds: float,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> tuple[int, bytes]:
    """Run `argv` with `given` on standard input (a few KB at most); its exit code and the first LONGEST bytes
    of its standard output. Standard error is thrown away: it could hold the secret. Raises OSError when the
    program cannot be started and TooSlowError when it is not done within `seconds`."""
    process = subprocess.Popen(
        argv,
        stdin=subprocess.PIPE if given else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        # A session of its own: it cannot ask at the terminal, and its children end with it.
        start_new_session=True,
    )
    answer: list[bytes] = []
    reader = threading.Thread(target=_exchange, args=(process, given, answer), daemon=True)
    reader.start()
    reader.join(seconds)
    try:
        if reader.is_alive():
            raise TooSlowError
        if len(answer[0]) >= LONGEST:
            return process.poll() or 0, answer[0]  # it may go on writing for ever: enough was read
        return process.wait(seconds), answer[0]
    except subprocess.TimeoutExpired as late:
        raise TooSlowError from late
    finally:
        _end(process)
        reader.join(1)


def one_line(raw: bytes, what: str, remedy: str) -> str:
    """`raw` as a secret: one line of UTF-8. Raises SecretError that names `what`, never the text."""
    try:
        text = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as fault:
        # `from None`: the fault holds the bytes
        raise SecretError(f"{what} is not text (UTF-8), at byte {fault.start}.", remedy) from None
    if not text.strip():
        raise SecretError(f"{what} is empty.", remedy)
    if len(raw) > LONGEST or any(unicodedata.category(char) == "Cc" for char in text):
        raise SecretError(f"{what} is not a single line of text.", remedy)
    return text


def _exchange(process: subprocess.Popen[bytes], given: bytes, answer: list[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(given)
    assert process.stdout is not None
    answer.append(process.stdout.read(LONGEST))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program if it still runs, with whatever it started, and close the pipe."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
