"""The desktop notifier in front of a drawn notification server: what a person sees and clicks."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import require
from servers.screen import SERVER, Screen
from servers.session_bus import SessionBus

from watcher.notify import Button, Notice
from watcher.notify.desktop import DesktopNotifier

pytestmark = pytest.mark.screen

BUTTONS = (Button("open", "Lihat draf"), Button("snooze", "Tunda"), Button("done", "Selesai"))
NOTICE = Notice("p1:quiet_1w", "PT Maju & Co", "Dari <hr@corp.id>: sudah satu minggu.", True, BUTTONS)

NEEDS = {
    "dbus-daemon": "dbus",
    "gdbus": "libglib2.0-bin",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "openbox": "openbox",
    "import": "imagemagick",
    SERVER: "notification-daemon",
}


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    for program, package in NEEDS.items():
        require(program, package)
    with SessionBus() as bus, Screen(bus) as screen:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield screen


@pytest.mark.parametrize(("place", "action"), [(0, "open"), (1, "snooze"), (2, "done")])
def test_a_drawn_button_is_clicked(screen: Screen, tmp_path: Path, place: int, action: str) -> None:
    presses: queue.Queue[tuple[str, str]] = queue.Queue()
    notifier = DesktopNotifier(lambda *press: presses.put(press), "Interview Watcher")
    try:
        assert notifier.check() == ""
        assert notifier.show(NOTICE)
        buttons = screen.buttons(screen.notice())
        screen.ask("import", "-window", "root", str(tmp_path / "notice.png"))  # for whoever must look
        assert len(buttons) == len(BUTTONS)
        screen.click(*buttons[place])
        assert presses.get(timeout=10) == ("p1:quiet_1w", action)
    finally:
        notifier.close()
