"""A private session bus that starts nothing by itself: what is not run by the test is not there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SessionBus:
    """A dbus-daemon with its own folder, which serves as XDG_RUNTIME_DIR and HOME of what runs on it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bus."))  # short: socket paths end at 107 characters
        self.socket = self.folder / "bus"
        self.address = f"unix:path={self.socket}"
        (self.folder / "bus.conf").write_text(_CONFIGURATION.format(socket=self.socket))
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> SessionBus:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the bus; it takes calls when this returns."""
        self._process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self.folder / 'bus.conf'}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith("unix:")

    def stop(self) -> None:
        """Kill the bus, frozen or not."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def freeze(self) -> None:
        """Let the bus accept connections and never answer."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def environment(self) -> dict[str, str]:
        """The environment of a program in this session. No screen, no other session's leftovers."""
        foreign = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND", "CREDENTIALS_DIRECTORY")
        kept = {key: value for key, value in os.environ.items() if key not in foreign}
        folder = str(self.folder)
        return kept | {
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "XDG_RUNTIME_DIR": folder,
            "XDG_DATA_HOME": folder,
            "HOME": folder,
        }
