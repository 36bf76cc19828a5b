"""What is told to the service manager, heard at a real socket; and the unit's text."""

from __future__ import annotations

import os
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from watcher import systemd
from watcher.errors import UsageError


@pytest.fixture(params=["path", "abstract"])
def heard(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socket.socket]:
    name = str(tmp_path_factory.mktemp("n") / "s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(5)
        listener.bind(name if request.param == "path" else "\0" + name)
        monkeypatch.setenv("NOTIFY_SOCKET", name if request.param == "path" else "@" + name)
        yield listener


def test_each_word_is_one_datagram(heard: socket.socket) -> None:
    systemd.ready()
    systemd.status("2 akun\nREADY=0")
    systemd.watchdog()
    systemd.stopping()
    assert [heard.recv(4096).decode() for _ in range(4)] == [
        f"READY=1\nMAINPID={os.getpid()}",
        "STATUS=2 akun READY=0",  # a line break cannot smuggle in another word
        "WATCHDOG=1",
        "STOPPING=1",
    ]


def test_reloading_carries_the_time(heard: socket.socket) -> None:
    systemd.reloading()
    first, second = heard.recv(4096).decode().split("\n")
    assert first == "RELOADING=1"
    assert int(second.removeprefix("MONOTONIC_USEC=")) > 0


@pytest.mark.parametrize(
    "address", [None, "", "relative", "vsock:2:1", "/no/such/socket", "@no-such", "/" + "x" * 300]
)
def test_without_a_listener_nothing_happens(address: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if address is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    for say in (systemd.ready, systemd.reloading, systemd.watchdog, systemd.stopping):
        say()
    assert systemd.status("x") is None


@pytest.mark.parametrize(
    ("limit", "process", "expected"),
    [
        ("3000000", None, 1.5),
        ("3000000", str(os.getpid()), 1.5),
        ("3000000", "1", None),  # meant for another process
        (None, None, None),
        ("0", None, None),
        ("soon", None, None),
        ("3000000", "me", None),
    ],
)
def test_the_watchdog_is_fed_twice_in_its_time(
    limit: str | None, process: str | None, expected: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("WATCHDOG_USEC", limit), ("WATCHDOG_PID", process)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert systemd.watchdog_interval() == expected


# ------------------------------------------------------------------ the unit


@pytest.mark.parametrize(
    ("executable", "line"),
    [
        ("/home/me/.local/bin/watcher", "ExecStart=/home/me/.local/bin/watcher run"),
        ("/opt/my tools/watcher", 'ExecStart="/opt/my tools/watcher" run'),
        ("/opt/100%/watcher", 'ExecStart="/opt/100%%/watcher" run'),
        ('/opt/a"b\\c/watcher', 'ExecStart="/opt/a\\"b\\\\c/watcher" run'),
    ],
)
def test_the_program_s_path_is_written_so_that_systemd_reads_it_back(executable: str, line: str) -> None:
    text = systemd.unit_text(executable)
    assert line in text.splitlines()
    assert "@WATCHER@" not in text


@pytest.mark.parametrize("executable", ["", "watcher", "bin/watcher", "/opt/a\nExecStartPre=/bin/evil"])
def test_a_path_that_is_none_is_refused(executable: str) -> None:
    with pytest.raises(UsageError, match="whole path"):
        systemd.unit_text(executable)


def test_every_option_left_out_or_loosened_has_its_reason() -> None:
    text = systemd.unit_text("/bin/true")
    for option in ("PrivateTmp=", "ProtectHome=", "PrivateUsers=yes", "CapabilityBoundingSet=", "@resources"):
        (reason,) = (line for line in text.splitlines() if line.startswith(f"# {option}"))
        assert reason


def test_installing_twice_leaves_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "systemd" / "user"
    systemd.install(folder, "/bin/false")
    path = systemd.install(folder, "/bin/true")
    assert path == folder / "interview-watcher.service"
    assert path.read_text() == systemd.unit_text("/bin/true")
    assert list(folder.iterdir()) == [path]


def test_where_it_cannot_be_installed_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="could not be installed"):
        systemd.install(tmp_path / "file", "/bin/true")


def test_a_wheel_brings_the_unit(tmp_path: Path) -> None:
    wheel = pytest.importorskip(
        "hatchling.builders.wheel", reason="hatchling is not installed: no wheel built"
    )
    (built,) = wheel.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(built) as archive:
        packed = archive.read("watcher/data/interview-watcher.service")
        assert "watcher/notify/icon.png" in archive.namelist()
    assert packed == (ROOT / "systemd" / "interview-watcher.service").read_bytes()
