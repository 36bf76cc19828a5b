"""Setting up by hand, as docs/setup.md tells it: the packaged example edited, the password put into a real
keyring at a prompt, then doctor, a dry run and the service, on a real mail server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pexpect
import pytest
from conftest import ROOT, require, until
from servers.dovecot import PASSWORD, Dovecot
from servers.gnome_keyring import GnomeKeyring
from servers.person import MailProgram, Person, Service, fill
from servers.session_bus import SessionBus

from watcher.sample import ADDRESS, build

pytestmark = [pytest.mark.dovecot, pytest.mark.keyring, pytest.mark.bus]


@pytest.fixture
def newcomer() -> Iterator[Person]:
    for program, package in (
        ("dbus-daemon", "dbus"),
        ("gdbus", "libglib2.0-bin"),
        ("gnome-keyring-daemon",) * 2,
    ):
        require(program, package.removesuffix("-daemon"))
    with SessionBus() as bus, GnomeKeyring(bus, "login password"), Person(bus.environment()) as person:
        yield person


def steps() -> list[str]:
    """The commands of the walk, in the page's order."""
    text = (ROOT / "docs" / "setup.md").read_text("utf-8")
    walk = text.partition("## By hand")[2].partition("\n## ")[0]
    blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", walk, re.M | re.S)
    return [line.strip() for kind, block in blocks if not kind for line in block.splitlines()]


def edit(example: Path, server: Dovecot, user: str) -> None:
    """What a person with a server of their own writes into the copied example."""
    written = example.read_text("utf-8")
    for pattern, line in (
        (r'- address: ""', f"- address: {ADDRESS}"),
        (r"#host: .*", f"host: {server.host}"),
        (r"#port: .*", f"port: {server.tls_port}"),
        (r"#user: .*", f"user: {user}"),
        (r"#ca_file: .*", f"ca_file: {server.ca_file}"),
        (r"#name: Sari Wulandari", "name: Sari Wulandari"),
        (r"#timezone: .*", "timezone: Asia/Jakarta"),
        (r"#country: ID.*|#country: auto", "country: ID"),
    ):
        written, count = re.subn(pattern, line, written, count=1)
        assert count == 1, pattern
    example.write_text(written, "utf-8")


def type_the_password(person: Person, word: str) -> str:
    """`watcher secret` at a terminal; what was on the screen."""
    terminal = pexpect.spawn(
        sys.executable,
        ["-m", "watcher", "secret"],
        env=person.environment | {"TERM": "dumb"},
        cwd=str(person.home),
        encoding="utf-8",
        timeout=20,
    )
    terminal.expect("Password:")
    terminal.sendline(word)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0, terminal.before
    return str(terminal.before)


def test_the_walk(newcomer: Person, dovecot: Dovecot) -> None:
    person, user = newcomer, dovecot.new_user()
    fill(dovecot, user, build(datetime.now(UTC)))
    mailbox = MailProgram(dovecot, user)
    typed = steps()
    copy = [line for line in typed if line.startswith(("mkdir -p ~/.config", "cp config.example"))]
    done = subprocess.run(
        ["sh", "-euc", "\n".join(copy)], cwd=ROOT, env=os.environ | {"HOME": str(person.home)}, check=False
    )
    assert done.returncode == 0
    edit(person.config, dovecot, user)

    before_secret = person.watcher("doctor")
    assert before_secret.returncode == 3
    assert "watcher secret" in before_secret.stdout
    screen = type_the_password(person, PASSWORD)
    assert PASSWORD not in screen
    assert "Stored in the keyring" in screen

    checked = person.watcher("doctor", "--json")
    assert '"check": "account sari.wulandari@example.com: sign-in",\n      "ok": true' in checked.stdout
    assert f"{dovecot.host}:{dovecot.tls_port}" in checked.stdout, checked.stdout
    assert "drafts = Drafts" in checked.stdout

    mail, files = (mailbox.folder("INBOX"), mailbox.folder("Drafts")), person.files()
    dry = person.watcher("scan", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "Would be done:" in dry.stdout
    assert "draft: " in dry.stdout
    assert mail == (mailbox.folder("INBOX"), mailbox.folder("Drafts"))
    after = person.files()
    assert {name for name in files.keys() | after.keys() if files.get(name) != after.get(name)} == set()

    with Service(person) as service:
        service.ready()
        assert until(lambda: mailbox.folder("Drafts"), 30), service.log()
        code, _ = service.stop()
        assert code == 0
    assert "Sari Wulandari" in next(iter(mailbox.folder("Drafts").values())).raw.decode("utf-8", "replace")
    status = person.watcher("status")
    assert status.returncode == 0
    assert "PT Nusantara Data" in status.stdout

    order = ["watcher secret", "watcher doctor", "watcher scan --dry-run", "watcher run"]
    assert [line for line in typed if line in order] == order
