"""The unit under a real `systemd --user`, with a small stand-in for the daemon."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, require, until
from servers.systemd_user import UserManager
from service_suite import ServiceTests, install, manager

from watcher import systemd

pytestmark = pytest.mark.systemd

__all__ = ["manager"]  # the fixture


@pytest.fixture
def program(manager: UserManager) -> Path:
    fake = ROOT / "tests" / "servers" / "fake_daemon.py"
    for needed in (str(fake), sys.executable):
        assert manager.run("test", "-r", needed).returncode == 0, f"{needed} is hidden from other accounts"
    path = manager.home / "a folder & 100%h $HOME" / "watcher"  # awkward on purpose
    path.parent.mkdir()
    python, fake_path, root = (shlex.quote(str(part)) for part in (sys.executable, fake, ROOT))
    path.write_text(
        f'#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 PYTHONPATH={root} exec {python} {fake_path} "$@"\n'
    )
    path.chmod(0o755)
    return path


class TestStandIn(ServiceTests):
    def report(self, manager: UserManager) -> dict[str, object]:
        self.start(manager)
        return json.loads((manager.home / "fake-report.json").read_text())

    def test_it_is_told_to_run(self, manager: UserManager) -> None:
        assert self.report(manager)["arguments"] == ["run"]

    def test_every_library_loads_under_the_unit_s_limits(self, manager: UserManager) -> None:
        assert self.report(manager)["libraries"] == "loaded"

    def test_it_has_no_privileges_to_gain(self, manager: UserManager) -> None:
        report = self.report(manager)
        status = dict(line.split(":\t", 1) for line in str(report["status"]).splitlines() if ":\t" in line)
        assert status["NoNewPrivs"] == "1"
        assert status["Seccomp"] == "2"
        assert int(status["CapEff"], 16) == 0
        assert report["umask"] == "077"

    @pytest.mark.parametrize("code", [2, 3])
    def test_what_only_the_person_can_mend_is_not_tried_again(self, manager: UserManager, code: int) -> None:
        manager.own(self.write(manager, "FAKE_EXIT", str(code)))
        assert manager.run("systemctl", "--user", "start", systemd.UNIT).returncode != 0
        assert until(lambda: manager.show(systemd.UNIT, "ActiveState") == "failed")
        assert manager.show(systemd.UNIT, "NRestarts") == "0"
        assert manager.show(systemd.UNIT, "ExecMainStatus") == str(code)

    def test_what_fails_for_a_while_is_tried_five_times(self, manager: UserManager) -> None:
        manager.own(self.write(manager, "FAKE_EXIT", "1"))
        manager.run("systemctl", "--user", "start", "--no-block", systemd.UNIT)
        assert until(lambda: manager.show(systemd.UNIT, "ActiveState") == "failed")
        assert until(lambda: manager.show(systemd.UNIT, "NRestarts") == "5")

    def test_a_credential_of_the_unit_arrives(self, manager: UserManager, program: Path) -> None:
        source = manager.own(self.write(manager, "password", "kata sandi 123\n"))
        install(manager, program, f"LoadCredential=me@example.org:{source}\n")
        assert self.report(manager)["secret"] == "kata sandi 123"
        process = manager.show(systemd.UNIT, "MainPID")
        for name in ("environ", "cmdline"):
            assert b"kata sandi" not in Path(f"/proc/{process}/{name}").read_bytes()

    def test_without_a_credential_it_says_what_to_do(self, manager: UserManager) -> None:
        assert "LoadCredential=" in str(self.report(manager)["secret"])

    def test_with_user_namespaces_what_starts_at_login_is_read_only(
        self, manager: UserManager, program: Path
    ) -> None:
        # Newer managers take PrivateUsers= for granted where a unit protects the file system.
        for folder in (".ssh", ".config/systemd/user"):
            (manager.home / folder).mkdir(parents=True, exist_ok=True)
        install(manager, program, "PrivateUsers=yes\n")
        may_write = self.report(manager)["may_write"]
        assert may_write == {
            "~": True,
            "~/.config/systemd/user": False,
            "~/.ssh": False,
            "/etc": False,
            "/usr": False,
            "/tmp": True,
            "/opt": False,
        }
        assert self.report(manager)["libraries"] == "loaded"

    def write(self, manager: UserManager, name: str, text: str) -> Path:
        path = manager.home / name
        path.write_text(text)
        return path


# ------------------------------------------------------------------ the text of the unit


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return systemd.install(tmp_path / "user", "/bin/true")


def analyze(*arguments: str, runtime: Path) -> subprocess.CompletedProcess[str]:
    tool = require("systemd-analyze", "systemd")
    environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime), "SYSTEMD_PAGER": ""}
    return subprocess.run(
        [tool, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_systemd_finds_no_fault_in_the_unit(unit: Path, tmp_path: Path) -> None:
    result = analyze("verify", "--user", str(unit), runtime=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")  # an unknown key is only a warning there


def test_verification_would_see_a_fault(unit: Path, tmp_path: Path) -> None:
    unit.write_text(unit.read_text().replace("[Install]", "NoNewPrivilege=yes\n[Install]"))
    assert "NoNewPrivilege" in analyze("verify", "--user", str(unit), runtime=tmp_path).stderr


def test_the_unit_stays_as_closed_as_it_is(unit: Path, tmp_path: Path) -> None:
    # Measured 5.9. What would lower it further drops capabilities, which a user manager may not (see the unit).
    result = analyze("security", "--offline=true", "--threshold=60", str(unit), runtime=tmp_path)
    assert result.returncode == 0, result.stdout


def test_as_a_unit_of_the_system_it_may_do_next_to_nothing(tmp_path: Path) -> None:
    twin = tmp_path / systemd.UNIT
    twin.write_text(systemd.unit_text("/bin/true") + (ROOT / "systemd" / "system.conf").read_text())
    result = analyze("verify", str(twin), runtime=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    result = analyze("security", "--offline=true", "--threshold=20", str(twin), runtime=tmp_path)
    assert result.returncode == 0, result.stdout
