"""What goes to standard error: faults, and the log, which is discreet (rule 6.3)."""

from __future__ import annotations

import hashlib
import logging
import re
import sys

from watcher.errors import ConfigError, WatcherError

#: Libraries that would write passwords, bodies or chatter.
NOISY = ("imapclient", "asyncio", "desktop_notifier")
_ADDRESS = re.compile(r"[^\s@<>(),;:'\"]+@[^\s@<>(),;:'\"]+")


class Discreet(logging.Formatter):
    """Says a mail address as a short hash: the same one is recognised again, and nobody learns whose it is."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; from INFO up without addresses."""
        line = super().format(record)
        return line if record.levelno < logging.INFO else _ADDRESS.sub(_hashed, line)


def _hashed(found: re.Match[str]) -> str:
    return f"address-{hashlib.sha256(found.group().lower().encode()).hexdigest()[:6]}"


def set_up_logging(level: int) -> None:
    """Log from `level` up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def print_fault(error: WatcherError) -> None:
    """Say a fault on standard error, every line of it."""
    sys.stderr.write(f"watcher: {error}\n")
    for fault in error.faults if isinstance(error, ConfigError) else ():
        sys.stderr.write(f"  {fault}\n")
