"""The smallest program that keeps the promises of interview-watcher.service. `FAKE_EXIT`, a file in the home,
makes it end at once with the code that stands in it; `fake-report.json` tells what it could see and do."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from watcher import systemd
from watcher.credentials import SecretSource, read_secret
from watcher.errors import WatcherError

HOME = Path.home()


def main() -> int:
    """Run until SIGTERM."""
    if (HOME / "FAKE_EXIT").exists():
        return int((HOME / "FAKE_EXIT").read_text())
    handled = (signal.SIGTERM, signal.SIGHUP)
    signal.pthread_sigmask(signal.SIG_BLOCK, handled)
    (HOME / "fake-report.json").write_text(json.dumps(report()))
    systemd.ready()
    systemd.status("watching 1 account")
    interval = systemd.watchdog_interval() or 60
    while True:
        heard = signal.sigtimedwait(handled, interval)
        if heard is None:
            systemd.watchdog()
        elif heard.si_signo == signal.SIGHUP:
            systemd.reloading()
            systemd.ready()
            systemd.status("read the configuration again")
        else:
            systemd.stopping()
            return 0


def report() -> dict[str, object]:
    """What the unit lets a program do."""
    return {
        "arguments": sys.argv[1:],
        "libraries": libraries(),
        "secret": secret(),
        "may_write": {place: may_write(Path(place).expanduser()) for place in PLACES},
        "status": Path("/proc/self/status").read_text(),
        "umask": f"{os.umask(0o077):03o}",
    }


PLACES = ("~", "~/.config/systemd/user", "~/.ssh", "/etc", "/usr", "/tmp", "/opt")


def libraries() -> str:
    """Whether everything the watcher is built of can be loaded (some of it writes machine code: W^X)."""
    try:
        import cryptography.hazmat.bindings._rust  # noqa: F401 - behind keyring
        import desktop_notifier  # noqa: F401
        import imapclient  # noqa: F401
        import keyring  # noqa: F401
        import pydantic
        import re2

        assert re2.search("a+", "caat") is not None
        assert pydantic.TypeAdapter(int).validate_python("3") == 3
    except (ImportError, OSError, AssertionError) as fault:
        return f"{type(fault).__name__}: {fault}"
    return "loaded"


def secret() -> str:
    """The secret by the service manager, or why not."""
    try:
        return read_secret("me@example.org", SecretSource("systemd"))
    except WatcherError as fault:
        return str(fault)


def may_write(folder: Path) -> bool:
    """Whether a file can be made in `folder`."""
    try:
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
