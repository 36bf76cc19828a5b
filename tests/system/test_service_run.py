"""`watcher run` as the hardened user service that `watcher install-service` installs, under a real
`systemd --user`, on a real mail server."""

from __future__ import annotations

import json
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import ROOT, until
from servers.dovecot import PASSWORD, Dovecot
from servers.person import SETTINGS, MailProgram, Person, fill
from servers.systemd_user import UserManager
from service_suite import ServiceTests, install, manager

from watcher import systemd
from watcher.sample import build

pytestmark = [pytest.mark.systemd, pytest.mark.dovecot]

__all__ = ["manager"]  # the fixture


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.new_user()


@pytest.fixture
def program(manager: UserManager, dovecot: Dovecot, user: str) -> Path:
    """The watcher, and a configuration that takes the password from the service manager."""
    with Person() as person:
        account = person.account(dovecot, user, secret={"from": "systemd"})
    config = manager.home / ".config" / "interview-watcher" / "config.yaml"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({**SETTINGS, "accounts": [account]}))
    path = manager.home / "watcher"
    python, root = shlex.quote(sys.executable), shlex.quote(str(ROOT))
    path.write_text(f'#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 PYTHONPATH={root} exec {python} -m watcher "$@"\n')
    path.chmod(0o755)
    return path


def install_with(manager: UserManager, program: Path, password: str) -> None:
    source = manager.home / "password"
    source.write_text(password + "\n")
    source.chmod(0o600)
    install(manager, program, f"LoadCredential=personal:{source}\n")


class TestWatcherRun(ServiceTests):
    @pytest.fixture(autouse=True)
    def installed(self, manager: UserManager, program: Path) -> None:
        install_with(manager, program, PASSWORD)

    def test_it_watches_under_the_unit_s_limits(
        self, manager: UserManager, dovecot: Dovecot, user: str
    ) -> None:
        fill(dovecot, user, [mail for mail in build(datetime.now(UTC)) if mail.story == "nusantara"])
        begun = time.monotonic()
        process = self.start(manager)
        assert time.monotonic() - begun < 10
        program = MailProgram(dovecot, user)
        assert until(lambda: program.drafts() and program.flagged(), 20), manager.log.read_text()
        status = "1 accounts (0 not reachable), 1 processes"
        assert until(lambda: manager.show(systemd.UNIT, "StatusText") == status)
        for name in ("environ", "cmdline"):
            assert PASSWORD.encode() not in Path(f"/proc/{process}/{name}").read_bytes()
        state = manager.home / ".local" / "state" / "interview-watcher"
        assert (state / "watcher.sqlite").stat().st_mode & 0o777 == 0o600
        assert PASSWORD not in manager.log.read_text()

    def test_a_refused_password_is_not_tried_again(self, manager: UserManager, program: Path) -> None:
        install_with(manager, program, "not-the-password")
        manager.run("systemctl", "--user", "start", systemd.UNIT)
        assert until(lambda: manager.show(systemd.UNIT, "ActiveState") == "failed", 20)
        assert manager.show(systemd.UNIT, "ExecMainStatus") == "3"
        assert manager.show(systemd.UNIT, "NRestarts") == "0"
