"""A screen that nobody sees, with a window manager and a drawn notification server (notification-daemon)."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

from servers.session_bus import SessionBus

SERVER = "/usr/lib/notification-daemon/notification-daemon"


@dataclass(frozen=True)
class Window:
    """A window's place on the screen (pixels)."""

    id: int
    x: int
    y: int
    width: int
    height: int


class Screen:
    """`with Screen(bus) as screen`: notices on `bus` are drawn, and can be clicked."""

    def __init__(self, bus: SessionBus) -> None:
        self._bus = bus
        self._stack = ExitStack()
        self.environment = bus.environment()

    def __enter__(self) -> Screen:
        reading, writing = os.pipe()
        self._run(
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            "1280x720x24",
            "-nolisten",
            "tcp",
            keep=writing,
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.environment["DISPLAY"] = f":{told.readline().strip()}"
        self._run("openbox")
        self._run(SERVER)
        self.ask("gdbus", "wait", "--session", "--timeout", "10", "org.freedesktop.Notifications")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def ask(self, *command: str) -> str:
        """Run a program on the screen; what it says."""
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True, timeout=20
        ).stdout

    def notice(self) -> Window:
        """The window of the notice that is shown. Waits for it."""
        found = self.ask("xdotool", "search", "--sync", "--onlyvisible", "--class", "notification-daemon")
        window = found.split()[-1]
        shape = dict(
            re.findall(r"^([A-Z]+)=(\d+)$", self.ask("xdotool", "getwindowgeometry", "--shell", window), re.M)
        )
        return Window(int(window), *(int(shape[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")))

    def buttons(self, window: Window) -> list[tuple[int, int]]:
        """The middles of the buttons of a notice, left to right, once it is fully drawn."""
        earlier, pause = self._words_at_the_foot(window), threading.Event()
        for _ in range(50):
            pause.wait(0.05)
            now = self._words_at_the_foot(window)
            if now and now == earlier:
                return now
            earlier = now
        return earlier

    def _words_at_the_foot(self, window: Window) -> list[tuple[int, int]]:
        top, height = window.y + window.height - 50, 30
        strip = f"{window.width - 40}x{height}+{window.x + 20}+{top}"
        pixels = self.ask(
            "import", "-window", "root", "-crop", strip, "-depth", "8", "-colorspace", "Gray", "txt:-"
        )
        dark = {int(x) for x, level in re.findall(r"^(\d+),\d+: \((\d+)", pixels, re.M) if int(level) < 110}
        words: list[list[int]] = []
        for x in sorted(dark):
            if words and x - words[-1][-1] <= 12:  # letters of one label stand closer than labels do
                words[-1].append(x)
            else:
                words.append([x])
        return [(window.x + 20 + (word[0] + word[-1]) // 2, top + height // 2) for word in words]

    def click(self, x: int, y: int) -> None:
        """Click with the left button."""
        self.ask("xdotool", "mousemove", "--sync", str(x), str(y), "click", "1")

    def _run(self, *command: str, keep: int | None = None) -> None:
        process = subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=() if keep is None else (keep,),
        )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
