"""The desktop notifier against a real notification server on a real bus, without a screen."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import require
from notifier_suite import Medium, NotifierTests
from servers.notification_server import NotificationServer
from servers.session_bus import SessionBus

from watcher.errors import NotifyError
from watcher.notify import Button, Notice
from watcher.notify.auto import AutoNotifier
from watcher.notify.desktop import DesktopNotifier

pytestmark = pytest.mark.bus

BUTTONS = (Button("open", "Lihat draf"), Button("snooze", "Tunda 1 hari"), Button("done", "Selesai"))
NOTICE = Notice("p1:quiet_1w", "PT Maju Jaya", "Sudah satu minggu.", buttons=BUTTONS, process_ids=("p1",))

Presses = "queue.Queue[tuple[str, str]]"


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    require("dbus-daemon", "dbus")
    with SessionBus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


@pytest.fixture
def presses() -> Presses:
    return queue.Queue()


@pytest.fixture
def notifier(bus: SessionBus, presses: Presses) -> Iterator[DesktopNotifier]:
    notifier = DesktopNotifier(lambda *press: presses.put(press), "Interview Watcher", limit=2)
    yield notifier
    notifier.close()


class TestDesktop(NotifierTests):
    @pytest.fixture
    def medium(self, bus: SessionBus, notifier: DesktopNotifier) -> Iterator[Medium]:
        with NotificationServer(bus.address, ("actions", "body")) as server:

            class FromServer(Medium):
                @property
                def arrived(self) -> list[tuple[str, str]]:
                    return [(shown.title, shown.body) for shown in server.received]

                @arrived.setter
                def arrived(self, _: object) -> None: ...

            yield FromServer(notifier)


# ------------------------------------------------------------------ what is shown


def test_a_notice_is_ours_to_recognise(bus: SessionBus, notifier: DesktopNotifier) -> None:
    with NotificationServer(bus.address) as server:
        assert notifier.show(NOTICE)
        (shown,) = server.received
    assert shown.app == "Interview Watcher"
    assert Path(shown.icon.removeprefix("file://")).read_bytes().startswith(b"\x89PNG")
    assert shown.actions == {"default": "", "open": "Lihat draf", "snooze": "Tunda 1 hari", "done": "Selesai"}
    assert shown.hints["urgency"] == 1 and shown.timeout == -1


def test_an_urgent_notice_stays_until_the_person_acts(bus: SessionBus, notifier: DesktopNotifier) -> None:
    with NotificationServer(bus.address) as server:
        assert notifier.show(Notice("p1:offer", "Offer", "", urgent=True))
        (shown,) = server.received
    assert shown.hints["urgency"] == 2 and shown.timeout == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Dari <hr@corp.id> & tim", "Dari &lt;hr@corp.id&gt; &amp; tim"),
        ("<b>PENTING</b>", "&lt;b&gt;PENTING&lt;/b&gt;"),
        (
            '<a href="http://a.example/?x=1&y">klik</a>',
            '&lt;a href="http://a.example/?x=1&amp;y"&gt;klik&lt;/a&gt;',
        ),
        ("<img src=file:///etc/passwd>", "&lt;img src=file:///etc/passwd&gt;"),
        ("&lt;sudah&gt;", "&amp;lt;sudah&amp;gt;"),
        ("kirim ke \u202emoc.knab\u202c", "kirim ke moc.knab"),
    ],
)
def test_a_server_that_reads_markup_gets_it_escaped(
    bus: SessionBus, notifier: DesktopNotifier, body: str, expected: str
) -> None:
    with NotificationServer(bus.address) as server:
        assert notifier.show(Notice("p1", "a <b> & c", body))
        (shown,) = server.received
    assert shown.body == expected
    assert shown.title == "a <b> & c"  # titles are plain by specification


def test_a_server_without_markup_gets_plain_text(bus: SessionBus, notifier: DesktopNotifier) -> None:
    with NotificationServer(bus.address, ("body",)) as server:
        assert notifier.show(Notice("p1", "x", "Dari <hr@corp.id> & tim", buttons=BUTTONS))
        (shown,) = server.received
    assert shown.body == "Dari <hr@corp.id> & tim"
    assert set(shown.actions) <= {"default"}  # it draws no buttons: none are sent


def test_a_repeat_takes_the_place_of_the_earlier_one(bus: SessionBus, notifier: DesktopNotifier) -> None:
    with NotificationServer(bus.address) as server:
        assert notifier.show(Notice("p1", "satu", ""))
        assert notifier.show(Notice("p2", "lain", ""))
        assert notifier.show(Notice("p1", "dua", ""))
        assert notifier.show(Notice("p1", "tiga", ""))
        assert sorted(server.titles) == ["lain", "tiga"]
        server.dismiss(server.received[-1])
        assert server.wait(lambda: server.titles == ["lain"])
        assert notifier.show(Notice("p1", "empat", ""))  # after the person closed it
        assert sorted(server.titles) == ["empat", "lain"]


# ------------------------------------------------------------------ buttons


@pytest.mark.parametrize("action", ["open", "snooze", "done"])
def test_a_button_acts(bus: SessionBus, notifier: DesktopNotifier, presses: Presses, action: str) -> None:
    with NotificationServer(bus.address) as server:
        assert notifier.show(NOTICE)
        server.press(server.received[0], action)
        assert presses.get(timeout=5) == ("p1:quiet_1w", action)


def test_a_click_opens_only_where_opening_is_on_offer(
    bus: SessionBus, notifier: DesktopNotifier, presses: Presses
) -> None:
    with NotificationServer(bus.address) as server:
        suspect = Notice("p9:suspect", "Periksa dulu", "", buttons=(Button("done", "Selesai"),))
        assert notifier.show(suspect) and notifier.show(NOTICE)
        server.press(server.received[0], "default")
        server.press(server.received[1], "default")
        assert presses.get(timeout=5) == ("p1:quiet_1w", "open")
    assert presses.empty()


def test_dismissing_is_no_press(bus: SessionBus, notifier: DesktopNotifier, presses: Presses) -> None:
    with NotificationServer(bus.address) as server:
        assert notifier.show(NOTICE) and notifier.show(Notice("p2", "x", "", buttons=BUTTONS))
        server.dismiss(server.received[0])
        server.press(server.received[1], "done")
        assert presses.get(timeout=5) == ("p2", "done")
    assert presses.empty()


def test_an_action_that_fails_does_not_deafen_the_next(
    bus: SessionBus, caplog: pytest.LogCaptureFixture
) -> None:
    heard: queue.Queue[str] = queue.Queue()

    def act(_: str, action: str) -> None:
        heard.put(action)
        raise ZeroDivisionError("secret words")

    notifier = DesktopNotifier(act, "Interview Watcher")
    with NotificationServer(bus.address) as server:
        assert notifier.show(NOTICE) and notifier.show(Notice("p2", "x", "", buttons=BUTTONS))
        server.press(server.received[0], "snooze")
        server.press(server.received[1], "done")
        assert (heard.get(timeout=5), heard.get(timeout=5)) == ("snooze", "done")
    notifier.close()
    assert "ZeroDivisionError" in caplog.text and "secret words" not in caplog.text


# ------------------------------------------------------------------ servers and buses come and go


def test_a_server_that_comes_back_is_used_again(
    bus: SessionBus, notifier: DesktopNotifier, presses: Presses
) -> None:
    with NotificationServer(bus.address):
        assert notifier.show(NOTICE)
    assert notifier.show(NOTICE) is False
    assert "notification service" in notifier.check()
    with NotificationServer(bus.address, ("actions", "body")) as server:
        assert notifier.show(Notice("p1:quiet_1w", "kembali", "<b>", buttons=BUTTONS))
        assert server.received[0].body == "<b>"  # what the new server can is asked anew
        server.press(server.received[0], "done")
        assert presses.get(timeout=5) == ("p1:quiet_1w", "done")


def test_ids_of_an_older_server_are_not_closed_on_the_new_one(
    bus: SessionBus, notifier: DesktopNotifier
) -> None:
    with NotificationServer(bus.address):
        assert notifier.show(Notice("p1", "lama", ""))
    with NotificationServer(bus.address) as server:
        assert notifier.show(Notice("p2", "milik lain", ""))  # gets the number that p1 had
        assert notifier.show(Notice("p1", "baru", ""))
        assert sorted(server.titles) == ["baru", "milik lain"]


def test_a_bus_that_comes_back_is_used_again(
    bus: SessionBus, notifier: DesktopNotifier, presses: Presses
) -> None:
    with NotificationServer(bus.address):
        assert notifier.show(NOTICE)
        bus.stop()
    assert notifier.show(NOTICE) is False
    assert "session bus does not answer" in notifier.check()
    bus.start()
    with NotificationServer(bus.address) as server:
        assert notifier.show(NOTICE)
        server.press(server.received[0], "open")
        assert presses.get(timeout=5) == ("p1:quiet_1w", "open")


def test_no_server_is_told_at_once(bus: SessionBus, notifier: DesktopNotifier) -> None:
    started = time.monotonic()
    assert notifier.show(NOTICE) is False
    assert "No notification server" in notifier.check()
    assert time.monotonic() - started < 1


def test_no_bus_can_never_work(
    notifier: DesktopNotifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(NotifyError, match="no session bus") as caught:
        notifier.show(NOTICE)
    assert "log or a command" in caught.value.remedy
    assert "no session bus" in notifier.check()


def test_the_bus_is_found_by_the_runtime_directory_too(
    bus: SessionBus, notifier: DesktopNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(bus.folder))
    with NotificationServer(bus.address) as server:
        assert notifier.show(NOTICE)
        assert server.titles == ["PT Maju Jaya"]


@pytest.mark.parametrize(
    "address", ["unix:path=/no/such/bus", "nonsense", "unix:path=/dev/null", "tcp:host=x,port=y"]
)
def test_a_bus_address_that_leads_nowhere(
    notifier: DesktopNotifier, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert notifier.show(NOTICE) is False
    assert "DBUS_SESSION_BUS_ADDRESS" in notifier.check()


@pytest.mark.parametrize("what", ["bus", "server"])
def test_what_hangs_is_left_after_the_limit(bus: SessionBus, what: str) -> None:
    notifier = DesktopNotifier(lambda *_: None, "Interview Watcher", limit=0.4)
    with NotificationServer(bus.address) as server:
        assert notifier.show(NOTICE)
        if what == "bus":
            bus.freeze()
        else:
            server.silent = True
        started = time.monotonic()
        assert notifier.show(NOTICE) is False
        assert "did not answer within" in notifier.check()
        notifier.close()
        assert time.monotonic() - started < 3
        assert "watcher-notify" not in {thread.name for thread in threading.enumerate()}
        bus.stop()


def test_nothing_personal_is_logged(
    bus: SessionBus, notifier: DesktopNotifier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    notifier.show(Notice("p1", "PT Rahasia", "Ibu Ratna"))
    with NotificationServer(bus.address):
        notifier.show(Notice("p1", "PT Rahasia", "Ibu Ratna"))
    assert "waits" in caplog.text
    assert "Rahasia" not in caplog.text and "Ratna" not in caplog.text


def test_a_closed_notifier_shows_nothing(bus: SessionBus, notifier: DesktopNotifier) -> None:
    with NotificationServer(bus.address) as server:
        notifier.close()
        assert notifier.show(NOTICE) is False
        assert server.received == []
        assert notifier.check() != ""


# ------------------------------------------------------------------ auto


def test_auto_takes_the_desktop_and_else_the_log(bus: SessionBus, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "watcher.notify.log")
    notifier = AutoNotifier(lambda *_: None, "Interview Watcher", grace=0)
    assert notifier.show(NOTICE) is True
    assert caplog.text.count("p1:quiet_1w") == 1
    assert "go to the log" in notifier.check()
    with NotificationServer(bus.address) as server:
        assert notifier.show(NOTICE) is True
        assert server.titles == ["PT Maju Jaya"] and notifier.check() == ""
    assert caplog.text.count("p1:quiet_1w") == 1
    notifier.close()


def test_auto_keeps_a_notice_for_a_desktop_that_is_still_starting(
    bus: SessionBus, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "watcher.notify.log")
    notifier = AutoNotifier(lambda *_: None, "Interview Watcher", grace=60)
    assert (notifier.show(NOTICE), notifier.show(NOTICE)) == (False, False)
    assert caplog.text.count("p1:quiet_1w") == 1  # logged once, not at each try
    with NotificationServer(bus.address) as server:
        assert notifier.show(NOTICE) is True
        assert server.titles == ["PT Maju Jaya"]
    notifier.close()


def test_auto_does_not_wait_for_a_desktop_without_a_bus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "watcher.notify.log")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    notifier = AutoNotifier(lambda *_: None, "Interview Watcher", grace=60)
    assert notifier.show(NOTICE) is True
    assert "p1:quiet_1w" in caplog.text
    notifier.close()
