"""Secrets from the person's own command, for instance `pass show mail/work` or `secret-tool lookup ...`."""

from __future__ import annotations

import os
from collections.abc import Sequence

from watcher.credentials.child import TooSlowError, one_line, run
from watcher.errors import SecretError

#: Seconds a command may take.
LIMIT = 30.0

_TRY_IT = "Run it in a terminal to see what it says; it must print the password alone and ask nothing."


def read(command: Sequence[str], seconds: float = LIMIT) -> str:
    """The first line that `command` (program and arguments, no shell) prints. Raises SecretError."""
    if not command:
        raise SecretError(
            "The password should come from a command, but none is given.",
            "Name the program and its arguments under `secret: command:`.",
        )
    program = os.path.basename(command[0])[:60]
    try:
        code, answer = run(command, seconds=seconds)
    except TooSlowError:
        raise SecretError(
            f"The password command {program!r} took longer than {seconds:g} seconds and was ended.", _TRY_IT
        ) from None
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "a NUL character in its arguments"
        raise SecretError(
            f"The password command {program!r} could not be started: {reason}.",
            "Give the whole path of the program under `secret: command:`.",
        ) from fault
    if code:
        raise SecretError(f"The password command {program!r} ended with exit code {code}.", _TRY_IT)
    return one_line(answer.partition(b"\n")[0], f"What the password command {program!r} printed", _TRY_IT)
