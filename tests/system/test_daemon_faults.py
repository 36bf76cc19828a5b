"""What goes wrong around a running service: the server, the password, the configuration, a second watcher."""

from __future__ import annotations

import json
import logging
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from conftest import until
from servers.dovecot import Dovecot
from servers.fault_proxy import FaultProxy
from servers.person import MailProgram, Person, Service, draft_kind, fill, header, judged, news, settled

from watcher.sample import ADDRESS, SampleMail, build

pytestmark = pytest.mark.dovecot

log = logging.getLogger(__name__)


@pytest.fixture
def person() -> Iterator[Person]:
    with Person() as person:
        yield person


@pytest.fixture
def mails() -> tuple[SampleMail, ...]:
    """Two quiet processes, an invitation and a rejection: enough to have drafts and flags."""
    chosen = ("nusantara", "samudra", "meridian", "kencana")
    return tuple(mail for mail in build(datetime.now(UTC)) if mail.story in chosen)


@pytest.fixture
def user(dovecot: Dovecot, mails: tuple[SampleMail, ...]) -> str:
    user = dovecot.new_user()
    fill(dovecot, user, mails)
    return user


def warnings(service: Service) -> list[str]:
    return [line for line in service.log().splitlines() if line.startswith(("WARNING", "ERROR"))]


# ---------------------------------------------------------------------- the server


def test_a_server_that_goes_away_and_comes_back(person: Person, mails: tuple[SampleMail, ...]) -> None:
    with Dovecot() as server, ExitStack() as running:
        user = server.new_user()
        fill(server, user, mails)
        person.configure(person.account(server, user))
        service = running.enter_context(Service(person))
        assert service.heard(settled, 30), service.log()
        before = MailProgram(server, user).everything()
        server.kill()
        assert service.heard(lambda said: "(1 not reachable)" in said[-1], 10), service.log()
        assert until(lambda: "Nothing listens" in service.log(), 30), service.log()
        status = person.watcher("status")
        assert status.returncode == 0
        assert "Nothing listens" in status.stderr
        told = len(warnings(service))
        begun = time.monotonic()
        server.start()
        raw, message_id = news(mails, "nusantara")
        server.deliver(user, raw)
        assert judged(person, message_id, 40), service.log()
        log.info("watching again %.1f s after the server was back", time.monotonic() - begun)
        assert until(lambda: "it works again" in service.log(), 5)
        assert len(warnings(service)) == told <= 3  # each fault once, however often it was tried
        assert person.watcher("status").stderr == ""
        after = MailProgram(server, user).everything()
        assert after["INBOX"].keys() > before["INBOX"].keys()
        assert len(after["Drafts"]) == len(before["Drafts"]) - 1  # the answer has overtaken one
        assert service.stop()[0] == 0


def test_a_connection_that_is_reset_is_opened_again(
    person: Person, dovecot: Dovecot, user: str, mails: tuple[SampleMail, ...]
) -> None:
    with FaultProxy("127.0.0.1", dovecot.tls_port) as proxy:
        person.configure(person.account(dovecot, user, port=proxy.port))
        with Service(person) as service:
            assert service.heard(settled, 30), service.log()
            proxy.reset_all()
            raw, message_id = news(mails, "nusantara")
            dovecot.deliver(user, raw)
            assert judged(person, message_id), service.log()
            assert service.stop()[0] == 0


@pytest.mark.parametrize("when", ["idle", "signing in"])
def test_it_stops_within_five_seconds_in_a_black_hole(
    person: Person, dovecot: Dovecot, user: str, when: str
) -> None:
    with FaultProxy("127.0.0.1", dovecot.tls_port) as proxy:
        proxy.silent = when == "signing in"
        person.configure(person.account(dovecot, user, port=proxy.port))
        with Service(person) as service:
            service.ready()
            if when == "idle":
                assert service.heard(settled, 30), service.log()
            else:
                assert until(lambda: proxy.connections)
            proxy.hold = True
            code, seconds = service.stop()
            log.info("black hole while %s: stopped within %.2f s", when, seconds)
            assert code == 0
            assert seconds < 5


def test_it_stops_within_five_seconds_in_the_middle_of_a_large_first_scan(
    person: Person, dovecot: Dovecot, mails: tuple[SampleMail, ...]
) -> None:
    user = dovecot.new_user()
    dovecot.fill(user, [mail.raw for _ in range(100) for mail in mails])
    person.configure(person.account(dovecot, user))
    with Service(person) as service:
        assert until(lambda: person.stored("SELECT 1 FROM cursors WHERE folder = 'INBOX'"), 30)
        code, seconds = service.stop()
        log.info("in the middle of a first scan: stopped within %.2f s", seconds)
        assert code == 0
        assert seconds < 2
        assert warnings(service) == []
    [(uid,)] = person.stored("SELECT uid FROM cursors WHERE folder = 'INBOX'")
    assert 0 < uid < 100 * len(mails)


def test_too_many_connections_are_waited_out(person: Person, mails: tuple[SampleMail, ...]) -> None:
    with Dovecot(connections=2) as server:
        user = server.new_user()
        fill(server, user, mails)
        person.configure(person.account(server, user))
        with ExitStack() as others:
            for _ in range(2):
                others.enter_context(server.client(user))
            with Service(person) as service:
                assert until(lambda: "lets nobody in for now" in service.log(), 20), service.log()
                assert service.process.poll() is None
                others.close()
                assert service.heard(settled, 30), service.log()
                assert service.stop()[0] == 0


def test_a_renumbered_folder_is_read_again_and_nothing_is_done_twice(
    person: Person, dovecot: Dovecot, user: str, mails: tuple[SampleMail, ...]
) -> None:
    program = MailProgram(dovecot, user)
    person.configure(person.account(dovecot, user))
    with Service(person) as service:
        assert service.heard(settled, 30), service.log()
        drafts, flags = program.drafts(), program.flagged()
        assert drafts
        assert flags
        dovecot.doveadm("mailbox", "update", "-u", user, "--uid-validity", "4242424242", "INBOX")
        service.process.send_signal(signal.SIGUSR1)
        renumbered = "SELECT 1 FROM cursors WHERE folder = 'INBOX' AND uidvalidity = 4242424242"
        assert until(lambda: person.stored(renumbered), 20), service.log()
        service.look()
        assert program.drafts() == drafts
        assert program.flagged() == flags
        assert service.stop()[0] == 0


# ---------------------------------------------------------------------- the password


def test_a_wrong_password_ends_it_when_there_is_no_other_account(
    person: Person, dovecot: Dovecot, user: str
) -> None:
    person.password.write_text("not-the-password\n")
    person.configure(person.account(dovecot, user))
    with Service(person) as service:
        assert service.process.wait(20) == 3
        assert "refused the sign-in" in service.log()
        assert "not-the-password" not in service.log()
        assert service.log().count("Notice account-personal") == 1
    with Service(person) as service:  # told once, not at every start
        assert service.process.wait(20) == 3
        assert "Notice account-personal" not in service.log()


def test_a_wrong_password_does_not_stop_the_other_account(
    person: Person, dovecot: Dovecot, user: str, mails: tuple[SampleMail, ...]
) -> None:
    wrong = {"from": "command", "command": ["echo", "not-the-password"]}
    other = person.account(
        dovecot, dovecot.new_user(), name="other", address="sari@other.example", secret=wrong
    )
    person.configure(person.account(dovecot, user), other)
    with Service(person) as service:
        assert service.heard(settled, 30), service.log()
        assert until(lambda: "account other" in service.log(), 20)
        raw, message_id = news(mails, "nusantara")
        dovecot.deliver(user, raw)
        assert judged(person, message_id), service.log()
        assert "refused the sign-in" in person.watcher("status").stderr
        service.look()  # a refused password is not tried again and again
        assert service.log().count("refused the sign-in") == 1
        assert service.stop()[0] == 0


# ---------------------------------------------------------------------- the configuration


def test_a_changed_configuration_is_taken_over_and_a_broken_one_is_not(
    person: Person, dovecot: Dovecot, user: str, mails: tuple[SampleMail, ...]
) -> None:
    first, second = dovecot.new_user(), user
    account = person.account(dovecot, first, name="first", address="sari@other.example")
    person.configure(account)
    with Service(person) as service:
        service.ready()
        assert until(lambda: person.stored("SELECT 1 FROM cursors WHERE account = 'first'"), 20)
        person.config.write_text('{"accounts": [{"adress": "x"}]}')
        service.process.send_signal(signal.SIGHUP)
        assert service.heard(lambda said: said.count("READY=1") == 2)
        assert "was not taken over" in service.log()
        assert "adress" in service.log()
        raw, _ = news(mails, "nusantara")
        dovecot.deliver(first, raw.replace(ADDRESS.encode(), b"sari@other.example"))
        assert until(lambda: person.stored("SELECT 1 FROM facts"), 10), service.log()  # the old one goes on
        person.configure(account, person.account(dovecot, second))
        service.process.send_signal(signal.SIGHUP)
        assert service.heard(lambda said: said.count("READY=1") == 3)
        assert until(lambda: len(MailProgram(dovecot, second).drafts()) >= 3, 20), service.log()
        assert any(line.startswith("RELOADING=1") for line in service.said)
        assert service.stop()[0] == 0


def test_what_the_person_says_is_acted_upon_at_once(
    person: Person, dovecot: Dovecot, user: str, mails: tuple[SampleMail, ...]
) -> None:
    program = MailProgram(dovecot, user)
    person.configure(person.account(dovecot, user))
    with Service(person) as service:
        assert service.heard(settled, 30), service.log()
        before = program.flagged()
        process = next(p for p in person.asks("status")["processes"] if p["flag"] == "quiet_1w")
        count = len(program.drafts())
        assert person.watcher("mark", process["id"], "ignore").returncode == 0
        assert until(lambda: len(program.drafts()) == count - 1, 10), service.log()
        assert until(lambda: len(program.flagged()) == len(before) - 1, 10)
        assert person.watcher("undo").returncode == 0
        assert until(lambda: len(program.drafts()) == count, 10), service.log()
        assert until(lambda: program.flagged() == before, 10)
        wanted = person.watcher("draft", process["id"], "--kind", "closing")
        assert "running watcher lays it" in wanted.stdout, wanted.stderr
        assert until(lambda: "closing" in [draft_kind(r) for r in program.drafts() if _to(r, "Ratna")], 10)
        assert service.stop()[0] == 0


def _to(raw: bytes, name: str) -> bool:
    return name in header(raw, "To")


# ---------------------------------------------------------------------- two at once


def test_two_at_once_do_not_happen(person: Person, dovecot: Dovecot, user: str) -> None:
    person.configure(person.account(dovecot, user))
    with Service(person) as service:
        assert service.heard(settled, 30), service.log()
        for words in (["run"], ["scan"]):
            second = person.watcher(*words)
            assert second.returncode == 2
            assert f"running already (process {service.process.pid})" in second.stderr
        assert person.watcher("status").returncode == 0
        dry = person.watcher("scan", "--dry-run", "--json")
        assert (dry.returncode, json.loads(dry.stdout)["actions"]) == (0, [])
        assert service.stop(signal.SIGINT)[0] == 0
    assert person.watcher("scan").returncode == 0


def test_a_port_that_is_taken_by_nobody_is_waited_for(person: Person, dovecot: Dovecot, user: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    person.configure(person.account(dovecot, user, port=port))
    with Service(person) as service:
        service.ready()
        assert until(lambda: "Nothing listens" in service.log(), 10)
        code, seconds = service.stop()
        assert code == 0
        assert seconds < 2
