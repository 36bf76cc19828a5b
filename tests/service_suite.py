"""What a program must do to be started by interview-watcher.service. Inherit `ServiceTests` with a fixture
`program(manager)` that puts an executable where the person of `manager` can run it and gives its path."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, require, until
from servers.systemd_user import MANAGER, UserManager, why_not

from watcher import systemd

#: Quick versions of the unit's waiting times.
_QUICK = "[Service]\nWatchdogSec=2\nRestartSec=50ms\n"


@pytest.fixture
def manager() -> Iterator[UserManager]:
    """A `systemd --user` of an ordinary person."""
    require("dbus-daemon", "dbus")
    require(MANAGER, "systemd")
    require("nsenter", "util-linux")
    if reason := why_not():
        pytest.skip(reason)
    with UserManager(needs=(ROOT, Path(sys.prefix), Path(sys.base_prefix))) as manager:
        yield manager


def install(manager: UserManager, program: Path, extra: str = "") -> None:
    """Install the unit for `program` as `watcher install-service` does, with quick times and `extra` lines."""
    folder = manager.home / ".config" / "systemd" / "user"
    unit = systemd.install(folder, str(program))
    drop_in = folder / f"{unit.name}.d" / "quick.conf"
    drop_in.parent.mkdir(exist_ok=True)
    drop_in.write_text(_QUICK + extra)
    for path in (manager.home, *manager.home.rglob("*")):
        manager.own(path)
    result = manager.run("systemctl", "--user", "daemon-reload")
    assert result.returncode == 0, result.stderr


class ServiceTests:
    """Type=notify, reload, stop, and what happens when it is killed or hangs."""

    @pytest.fixture(autouse=True)
    def installed(self, manager: UserManager, program: Path) -> None:
        install(manager, program)

    def start(self, manager: UserManager) -> int:
        """Start the service; its process id once it said that it is ready."""
        result = manager.run("systemctl", "--user", "start", systemd.UNIT)
        assert result.returncode == 0, result.stderr + manager.log.read_text()
        return int(manager.show(systemd.UNIT, "MainPID"))

    def test_it_says_when_it_is_ready_and_what_it_does(self, manager: UserManager) -> None:
        self.start(manager)
        assert manager.show(systemd.UNIT, "ActiveState") == "active"
        assert until(lambda: manager.show(systemd.UNIT, "StatusText") != "")

    def test_it_stops_within_five_seconds_and_well(self, manager: UserManager) -> None:
        self.start(manager)
        started = time.monotonic()
        assert manager.run("systemctl", "--user", "stop", systemd.UNIT).returncode == 0
        assert time.monotonic() - started < 5
        assert manager.show(systemd.UNIT, "ActiveState") == "inactive"
        assert manager.show(systemd.UNIT, "Result") == "success"

    def test_it_reads_its_configuration_again(self, manager: UserManager) -> None:
        process = self.start(manager)
        assert manager.run("systemctl", "--user", "reload", systemd.UNIT).returncode == 0
        assert until(lambda: manager.show(systemd.UNIT, "ActiveState") == "active")
        assert int(manager.show(systemd.UNIT, "MainPID")) == process

    def test_killed_it_is_started_again(self, manager: UserManager) -> None:
        first = self.start(manager)
        manager.run("systemctl", "--user", "kill", "--signal=KILL", systemd.UNIT)
        assert until(lambda: manager.show(systemd.UNIT, "NRestarts") == "1")
        assert until(lambda: manager.show(systemd.UNIT, "ActiveState") == "active")
        assert int(manager.show(systemd.UNIT, "MainPID")) not in (0, first)

    def test_hanging_it_is_killed_and_started_again(self, manager: UserManager) -> None:
        self.start(manager)
        manager.run("systemctl", "--user", "kill", "--signal=STOP", systemd.UNIT)
        assert until(lambda: manager.show(systemd.UNIT, "NRestarts") == "1")
        assert until(lambda: manager.show(systemd.UNIT, "ActiveState") == "active")

    def test_it_gives_signs_of_life(self, manager: UserManager) -> None:
        self.start(manager)
        stamp = manager.show(systemd.UNIT, "WatchdogTimestampMonotonic")
        assert until(lambda: manager.show(systemd.UNIT, "WatchdogTimestampMonotonic") != stamp)
        assert manager.show(systemd.UNIT, "NRestarts") == "0"
