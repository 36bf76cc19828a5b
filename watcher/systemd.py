"""What the watcher tells the service manager, and the unit it installs. (sd_notify(3), systemd.service(5))

The protocol is one datagram of NAME=VALUE lines to $NOTIFY_SOCKET; outside a service nothing is sent.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from importlib.resources import files
from pathlib import Path

from watcher.errors import UsageError

UNIT = "interview-watcher.service"
_PLACEHOLDER = "@WATCHER@"


def ready() -> None:
    """The start, or a re-read of the configuration, is done."""
    _send("READY=1", f"MAINPID={os.getpid()}")


def reloading() -> None:
    """The configuration is being read again; `ready` ends it."""
    _send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def stopping() -> None:
    """The watcher is on its way out."""
    _send("STOPPING=1")


def status(text: str) -> None:
    """One line for `systemctl --user status`: numbers and states, no personal words."""
    _send("STATUS=" + " ".join(text.split())[:200])


def watchdog() -> None:
    """A sign of life. Call it about every `watchdog_interval` seconds."""
    _send("WATCHDOG=1")


def watchdog_interval() -> float | None:
    """How often (seconds) the service manager wants a sign of life - half of what it allows; None if it does
    not ask this process for one."""
    try:
        limit = int(os.environ.get("WATCHDOG_USEC", ""))
        asked = int(os.environ.get("WATCHDOG_PID", os.getpid()))
    except ValueError:
        return None
    return limit / 2_000_000 if limit > 0 and asked == os.getpid() else None


def unit_text(executable: str) -> str:
    """The user unit that starts `executable` (absolute path of the `watcher` program). Raises UsageError."""
    if not os.path.isabs(executable) or not executable.isprintable():
        raise UsageError(
            f"The service needs the whole path of the watcher program, not {executable!r}.",
            "Give it with --executable, or install the watcher so that `command -v watcher` finds it.",
        )
    return _template().replace(_PLACEHOLDER, _quoted(executable))


def install(unit_dir: Path, executable: str) -> Path:
    """Write the unit into `unit_dir` (usually ~/.config/systemd/user), in place of an earlier one; its path.
    Raises UsageError when it cannot be written."""
    text, target = unit_text(executable), unit_dir / UNIT
    draft = target.with_name(f".{UNIT}.{os.getpid()}")
    try:
        unit_dir.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, "utf-8")
        draft.replace(target)
    except OSError as fault:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise UsageError(
            f"The service could not be installed in {unit_dir}: {fault.strerror}.",
            "Make that folder writable, or name another one.",
        ) from fault
    return target


def _template() -> str:
    """The unit with its placeholder: from the installed package, else from the source tree it runs in."""
    packaged = files("watcher") / "data" / UNIT
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return Path(__file__).resolve().parents[1].joinpath("systemd", UNIT).read_text("utf-8")


def _quoted(word: str) -> str:
    """`word` as one word of an Exec line."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return escaped if escaped == word and not any(char in word for char in " ';") else f'"{escaped}"'


def _send(*lines: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    if address.startswith("@"):
        address = "\0" + address[1:]  # Linux' abstract name space
    # A service manager that is gone or busy must not stop the watcher: it asks again by the watchdog.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.settimeout(1)
        channel.sendto("\n".join(lines).encode(), address)
