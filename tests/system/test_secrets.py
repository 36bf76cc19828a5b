"""The password and the words of mails stay where they belong: looked for in everything that a running watcher
writes, prints or shows to other programs."""

from __future__ import annotations

import os
import resource
import signal
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import until
from servers.dovecot import PASSWORD, Dovecot
from servers.person import Person, Service, fill, settled

from watcher.mailbox import ImapAccount
from watcher.mailbox.imap import connect
from watcher.mailbox.imap_client import tls_context
from watcher.sample import build

pytestmark = pytest.mark.dovecot

BODY = "Yth."  # how a letter of the sample begins: never in a log


@pytest.fixture
def person(dovecot: Dovecot) -> Iterator[Person]:
    user = dovecot.new_user()
    fill(dovecot, user, [mail for mail in build(datetime.now(UTC)) if mail.story in ("nusantara", "samudra")])
    with Person() as person:
        person.configure(person.account(dovecot, user))
        yield person


def shown_by_the_kernel(process: int) -> bytes:
    """What other programs may read of a process and its children."""
    found = b""
    for one in [process, *_children(process)]:
        for name in ("cmdline", "environ"):
            with suppress(OSError):
                found += Path(f"/proc/{one}/{name}").read_bytes()
    return found


def _children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(number) for number in task.read_text().split()]
    return found


@pytest.mark.parametrize("words", [(), ("--debug",)])
def test_the_password_is_nowhere_but_in_memory(person: Person, words: tuple[str, ...]) -> None:
    keys = person.home / "keys"
    with Service(person, *words, environment={"SSLKEYLOGFILE": str(keys)}) as service:
        seen = b""

        def is_settled() -> bool:
            nonlocal seen
            seen += shown_by_the_kernel(service.process.pid)
            return settled(service.said)

        assert until(is_settled, 30, step=0.02), service.log()
        assert service.stop()[0] == 0
        log = service.log()
    printed = [
        person.watcher(*words, *command) for command in (["status"], ["doctor"], ["scan", "--dry-run"])
    ]
    told = log + "".join(done.stdout + done.stderr for done in printed)
    assert seen
    assert PASSWORD.encode() not in seen
    assert PASSWORD not in told
    lines = keys.read_text().splitlines() if keys.exists() else []
    assert [line for line in lines if not line.startswith("#")] == []
    kept = {name: content for name, content in person.files().items() if name != "password"}
    assert any(name.endswith("watcher.sqlite") for name in kept)
    assert [name for name, content in kept.items() if PASSWORD.encode() in content] == []
    assert BODY not in log


@pytest.mark.parametrize("words", [(), ("--debug",)])
def test_a_crash_leaves_no_core_file(person: Person, words: tuple[str, ...]) -> None:
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))  # as who looks for faults sets it
    try:
        service = Service(person, *words)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
    with service:
        assert service.heard(settled, 30), service.log()
        started = [service.process.pid, *_children(service.process.pid)]
        limits = [Path(f"/proc/{one}/limits").read_text() for one in started]
        assert len(limits) > 1  # who judges is a process of its own
        service.process.send_signal(signal.SIGABRT)
        assert service.process.wait(10) == -signal.SIGABRT
    for text in limits:
        [line] = [line.split() for line in text.splitlines() if line.startswith("Max core file size")]
        assert line[4:6] == ["0", "0"]
    if not pattern.startswith(("|", "/")):  # else others take them, and heed the limit
        assert [name for name in person.files() if name.startswith("core")] == []


def test_a_refused_password_is_not_told_either(person: Person) -> None:
    person.password.write_text("kata-sandi-yang-salah\n")
    done = person.watcher("--debug", "scan")
    assert done.returncode == 3
    assert "kata-sandi-yang-salah" not in done.stdout + done.stderr
    assert [n for n, content in person.files().items() if b"yang-salah" in content and n != "password"] == []


def test_nobody_else_can_read_what_it_keeps(person: Person) -> None:
    before = os.umask(0)  # the most careless one
    try:
        with Service(person) as service:
            assert service.heard(settled, 30), service.log()
            modes = {path: path.stat().st_mode & 0o777 for path in (person.state, *person.state.rglob("*"))}
            assert service.stop()[0] == 0
    finally:
        os.umask(before)
    assert len(modes) >= 3
    for path, mode in modes.items():
        assert mode == (0o700 if path.is_dir() else 0o600), path


# --------------------------------------------------------------------------- TLS


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_is_verified_and_new_enough_whatever_the_machine_allows(
    security: str, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        return context

    monkeypatch.setattr(ssl, "create_default_context", careless)
    account = ImapAccount("a", "a@example.org", "localhost", dovecot.tls_port, ca_file=dovecot.ca_file)
    context = tls_context(account)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    port = dovecot.tls_port if security == "tls" else dovecot.port
    user = dovecot.new_user()
    mailbox = connect(
        ImapAccount("a", user, "localhost", port, security=security, ca_file=dovecot.ca_file),
        lambda: PASSWORD,
    )
    assert mailbox.folders()
    mailbox.close()


def test_no_option_turns_verification_off() -> None:
    from watcher import config

    names = set(config.Account.model_fields)
    assert not {name for name in names if "verify" in name or "insecure" in name or "check" in name}
