"""Notices through the person's own script, for what the watcher does not know (a phone, a light, a chat).

The script gets the notice as one JSON document on standard input and nothing else: no words of a mail ever
stand in its arguments or environment, where other users could read them.

    {"id": "...", "title": "...", "body": "...", "urgent": false,
     "buttons": [{"action": "open", "label": "..."}], "processes": ["..."]}

Exit code 0 within ten seconds means shown; anything else is tried again later. What it prints is not read;
its standard error goes where the watcher's goes.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess

from watcher.errors import NotifyError
from watcher.notify import BODY_LENGTH, LABEL_LENGTH, TITLE_LENGTH, Notice, clean, clean_body

logger = logging.getLogger(__name__)

#: Seconds a script may take.
LIMIT = 10.0

#: The service manager's own channels: not the script's business.
_PRIVATE = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY")


class CommandNotifier:
    """Runs `command` (program and arguments, no shell) once per notice, for at most `limit` seconds."""

    name = "command"

    def __init__(self, command: tuple[str, ...], limit: float = LIMIT) -> None:
        if not command:
            raise NotifyError(
                "Notices should go to a command, but none is given.",
                "Name the program and its arguments under `notices: command:`.",
            )
        self._command = command
        self._limit = limit

    def show(self, notice: Notice) -> bool:
        """True when the script ended with exit code 0 in time. Raises NotifyError if it cannot be started."""
        if problem := self.check():
            raise NotifyError(problem)
        environment = {key: value for key, value in os.environ.items() if key not in _PRIVATE}
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,  # so that the script's own children can be ended with it
            )
        except (OSError, ValueError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "a NUL character in its arguments"
            raise NotifyError(
                f"The notice command could not be started: {reason}.",
                "Run it by hand to see what is wrong.",
            ) from fault
        with process:
            try:
                process.communicate(as_json(notice).encode(), timeout=self._limit)
            except subprocess.TimeoutExpired:
                _end(process)
                logger.warning("The notice command took longer than %g seconds and was ended", self._limit)
                return False
        if process.returncode:
            logger.warning("The notice command ended with exit code %d", process.returncode)
        return process.returncode == 0

    def check(self) -> str:
        """'' when the program is there and may be run."""
        if shutil.which(self._command[0]):
            return ""
        return (
            f"The notice command {clean(self._command[0], 200)!r} is not there or may not be run. "
            "Give its whole path under `notices: command:` and make it executable (chmod +x)."
        )

    def close(self) -> None:
        """Nothing to give back: no script outlives `show`."""


def as_json(notice: Notice) -> str:
    """The document that the script reads (plain text inside, cleaned and bounded)."""
    return json.dumps(
        {
            "id": notice.id,
            "title": clean(notice.title, TITLE_LENGTH),
            "body": clean_body(notice.body, BODY_LENGTH),
            "urgent": notice.urgent,
            "buttons": [
                {"action": button.action, "label": clean(button.label, LABEL_LENGTH)}
                for button in notice.buttons
            ],
            "processes": list(notice.process_ids),
        }
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the script and whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
