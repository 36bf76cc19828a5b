"""One service, several mailboxes on real mail servers: one that fails costs the others nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from conftest import require, until
from servers.dovecot import PASSWORD, Dovecot
from servers.person import MailProgram, Person, Service, fill, header
from servers.session_bus import SessionBus

from watcher.sample import build

pytestmark = pytest.mark.dovecot


@pytest.fixture
def person() -> Iterator[Person]:
    with Person() as one:
        yield one


@pytest.fixture
def second() -> Iterator[Dovecot]:
    """A server that may be broken."""
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    with Dovecot() as server:
        yield server


def account(person: Person, server: Dovecot, user: str, **more: object) -> dict[str, object]:
    return person.account(server, user, **{"address": user, "name": "sound", **more})


@pytest.mark.parametrize(
    "fault", ["refused", "silent", "frozen", "wrong password", "certificate", "no secret"]
)
def test_one_that_fails_does_not_stop_the_other(
    person: Person, dovecot: Dovecot, second: Dovecot, fault: str
) -> None:
    user, other = dovecot.new_user(), second.new_user()
    fill(dovecot, user, build(datetime.now(UTC)))
    broken = account(person, second, other, name="broken")
    with ExitStack() as stack:
        if fault == "refused":
            broken["port"] = 1
        if fault == "silent":
            silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            broken["port"] = silent.getsockname()[1]
        if fault == "frozen":
            second.freeze()
            stack.callback(second.thaw)
        if fault == "wrong password":
            broken["secret"] = {"from": "command", "command": ["echo", "wrong"]}
        if fault == "certificate":
            broken["ca_file"] = ""
        if fault == "no secret":
            broken["secret"] = {"from": "command", "command": ["false"]}
        person.configure(broken, account(person, dovecot, user))
        mailbox = MailProgram(dovecot, user)
        service = stack.enter_context(Service(person))
        service.ready()
        assert until(lambda: mailbox.folder("Drafts"), 30), service.log()
        assert {header(raw, "From") for raw in mailbox.drafts()} == {f"Sari Wulandari <{user}>"}
        late = next(mail for mail in build(datetime.now(UTC)) if mail.story == "meridian")
        message_id = f"<late.{late.message_id.removeprefix('<')}"
        dovecot.deliver(user, late.raw.replace(late.message_id.encode(), message_id.encode()))
        judged = f"SELECT 1 FROM facts WHERE message_id = '{message_id}'"
        assert until(lambda: person.stored(judged), 20), service.log()  # what comes later is seen, too
        assert service.process.poll() is None
        service.kill()
    told = service.log()
    assert told.count("account broken") <= 4, told  # told, and not on every try
    assert PASSWORD not in told


def test_one_that_dies_meanwhile_comes_back(person: Person, dovecot: Dovecot, second: Dovecot) -> None:
    mails = build(datetime.now(UTC))
    user, other = dovecot.new_user(), second.new_user()
    fill(second, other, [mail for mail in mails if mail.story == "nusantara"])
    person.configure(account(person, second, other, name="broken"), account(person, dovecot, user))
    first, sound = MailProgram(second, other), MailProgram(dovecot, user)
    with Service(person) as service:
        service.ready()
        assert until(lambda: first.folder("Drafts"), 30), service.log()
        second.kill()
        fill(dovecot, user, [mail for mail in mails if mail.story == "samudra"])
        for mail in (mail for mail in mails if mail.story == "meridian" and mail.folder == "INBOX"):
            dovecot.deliver(user, mail.raw)
        assert until(lambda: sound.folder("Drafts"), 30), service.log()
        second.start()
        service.look()
        assert until(lambda: "it works again" in service.log(), 30), service.log()
        assert service.stop()[0] == 0
    companies = set(person.processes())
    assert {"nusantaradatacemerlang", "meridianhealthanalytics"} <= companies, companies


def test_what_two_accounts_both_hold_is_one_process_with_one_draft(
    person: Person, dovecot: Dovecot, second: Dovecot
) -> None:
    mails = [mail for mail in build(datetime.now(UTC)) if mail.story == "nusantara"]
    user, other = dovecot.new_user(), second.new_user()
    fill(dovecot, user, mails)
    fill(second, other, [mail for mail in mails if mail.folder == "INBOX"])  # forwarded by a rule
    one = account(person, dovecot, user, aliases=["sari.wulandari@example.com"])
    person.configure(one, account(person, second, other, name="copy"))
    here, there = MailProgram(dovecot, user), MailProgram(second, other)
    with Service(person) as service:
        service.ready()
        assert until(lambda: here.folder("Drafts") or there.folder("Drafts"), 30), service.log()
        service.look()
        service.stop()
    [process] = person.processes().values()
    assert sorted(process["messages"]) == sorted(mail.message_id for mail in mails)
    drafts = here.drafts() + there.drafts()
    assert len(drafts) == 1
    flags = [*here.flagged().values(), *there.flagged().values()]
    assert len(flags) == 1


@pytest.mark.bus
def test_the_person_is_told_once_and_the_other_goes_on(dovecot: Dovecot, second: Dovecot) -> None:
    from servers.notification_server import NotificationServer

    require("dbus-daemon", "dbus")
    user = dovecot.new_user()
    fill(dovecot, user, build(datetime.now(UTC)))
    with SessionBus() as bus, NotificationServer(bus.address) as screen, Person(bus.environment()) as person:
        wrong = {"from": "command", "command": ["echo", "wrong"]}
        broken = account(person, second, second.new_user(), name="broken", secret=wrong)
        person.configure(
            broken, account(person, dovecot, user), notices={"kind": "desktop", "hours": [0, 24]}
        )
        with Service(person) as service:
            service.ready()
            assert until(lambda: MailProgram(dovecot, user).folder("Drafts"), 30), service.log()
            service.look()
            service.look()
            service.stop()
        refused = [notice for notice in screen.received if "refused the sign-in" in notice.body]
        assert len(refused) == 1
        assert "broken" in refused[0].body


def test_one_is_added_to_a_running_service_and_removed_from_it(
    person: Person, dovecot: Dovecot, second: Dovecot
) -> None:
    mails = build(datetime.now(UTC))
    user, other = dovecot.new_user(), second.new_user()
    fill(dovecot, user, [mail for mail in mails if mail.story == "samudra"])
    fill(second, other, [mail for mail in mails if mail.story == "nusantara"])
    where = ["--host", dovecot.host, "--port", str(dovecot.tls_port), "--ca-file", str(dovecot.ca_file)]
    there = ["--host", second.host, "--port", str(second.tls_port), "--ca-file", str(second.ca_file)]
    secret = ["--secret-command", f"cat {person.password}", "--yes"]
    first = person.watcher("accounts", "add", "--address", user, "--account", "first", *where, *secret)
    assert first.returncode == 0, first.stderr
    with Service(person) as service:
        service.ready()
        assert until(lambda: "1 accounts" in "".join(service.said), 20)
        added = person.watcher("accounts", "add", "--address", other, "--account", "new", *there, *secret)
        assert added.returncode == 0, added.stderr
        mails_of = "SELECT count(*) FROM facts WHERE account = '{}'"
        assert until(lambda: person.stored(mails_of.format("new"))[0][0] > 2, 30), service.log()
        removed = person.watcher("accounts", "remove", "new", "--forget", "--yes")
        assert removed.returncode == 0, removed.stderr
        service.look()
        assert person.stored(mails_of.format("new")) == [(0,)]
        assert person.stored("SELECT count(*) FROM cursors WHERE account = 'new'") == [(0,)]
        assert person.stored(mails_of.format("first"))[0][0] > 0
        assert service.process.poll() is None
        last = person.watcher("accounts", "remove", "first", "--forget", "--yes")
        assert last.returncode == 0, last.stderr
        assert service.process.wait(10) == 0  # nobody goes on watching what was taken away
        assert person.stored(mails_of.format("first")) == [(0,)]
    assert PASSWORD not in service.log() + added.stdout + removed.stdout
