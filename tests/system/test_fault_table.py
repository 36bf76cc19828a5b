"""Every row of fault_table.py, against a real server: the service recovers by itself, does everything exactly
once, tells nobody what passes, and does not keep the machine busy meanwhile."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from conftest import until
from fault_table import HAPPENINGS, ROWS, Row
from servers.dovecot import PASSWORD, Dovecot, free_port
from servers.person import fill, header
from servers.phase_proxy import PhaseProxy
from servers.remembering import Screen
from servers.scripted import ScriptedServer

from watcher import daemon_threads
from watcher.core.model import ActionKind
from watcher.core.plan import Wishes
from watcher.core.standing import Person
from watcher.core.wording import words
from watcher.daemon import Asked, Service, Station, keep_running
from watcher.mailbox import ImapAccount
from watcher.mailbox.imap import connect
from watcher.packs import load_packs
from watcher.sample import ADDRESS, AUTHSERV, SampleMail, build
from watcher.scan import Here, Look
from watcher.store import Store

pytestmark = pytest.mark.dovecot

PACKS = load_packs()
PERSON = Person(
    address=ADDRESS,
    name="Sari Wulandari",
    addresses=frozenset({ADDRESS}),
    country="ID",
    notice_hours=(0, 24),
    urgent_hours=(0, 24),
)
#: Two quiet processes, an invitation and a rejection: enough to have drafts and flags.
STORIES = ("nusantara", "samudra", "meridian", "kencana")
#: Seconds: one silence of the server, and the pauses after a fault. Short, so that a row takes a second.
SILENCE, PAUSE, LONGEST = 0.3, 0.05, 0.4
#: What one row may take: seconds of CPU of this whole process, and connections.
BUSY, CONNECTIONS = 2.5, 6


@dataclass(frozen=True, slots=True)
class Run:
    """A service that runs, seen from outside."""

    server: Dovecot
    user: str
    store: Store
    screen: Screen
    asked: Asked
    ended: list[int]

    def picture(self) -> tuple[list[str], Mapping[int, set[str]]]:
        """The drafts on the server by Message-ID, one line each, and the flags in INBOX."""
        files = [
            file for file in (self.server.maildir(self.user) / ".Drafts").glob("[cn]*/*") if file.is_file()
        ]
        return sorted(header(file.read_bytes(), "Message-ID") for file in files), self.server.flags(self.user)

    def rests(self) -> bool:
        """Everything that is to be done is done, and no fault is known."""
        waiting = [e for e in self.store.journal(status="waiting") if e.action.kind is not ActionKind.NOTIFY]
        read = self.store.cursor("personal", "INBOX") is not None
        return read and not waiting and not self.store.note("fault:personal") and bool(self.store.journal())


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon_threads, "FIRST_PAUSE", PAUSE)
    monkeypatch.setattr(daemon_threads, "LONGEST_PAUSE", LONGEST)


@pytest.fixture(scope="module")
def mails() -> tuple[SampleMail, ...]:
    return tuple(mail for mail in build(datetime.now(UTC)) if mail.story in STORIES)


@contextmanager
def running(server: Dovecot, user: str, account: ImapAccount, store: Store) -> Iterator[Run]:
    """The service, in this process."""
    screen, asked, ended = Screen(), Asked(), list[int]()
    look = Look(account="personal", person=PERSON, packs=PACKS, authserv=AUTHSERV)
    service = Service(
        stations=(Station(look, lambda: connect(account, lambda: PASSWORD)),),
        store=store,
        mind=Here(store, PERSON, Wishes(), PACKS),
        notifier=screen,
        text=words(PACKS, "en"),
    )
    thread = threading.Thread(
        target=lambda: ended.append(keep_running(lambda _: service, asked)), daemon=True
    )
    thread.start()
    try:
        yield Run(server, user, store, screen, asked, ended)
    finally:
        asked.put("stop")
        thread.join(10)
        assert not thread.is_alive()


def account_at(host: str, port: int, user: str, **more: object) -> ImapAccount:
    plain = ImapAccount("personal", ADDRESS, host, port, user, "none-on-loopback-only", timeout=SILENCE)
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def undisturbed(dovecot: Dovecot, mails: tuple[SampleMail, ...], tmp_path_factory: pytest.TempPathFactory):
    """How it ends when nothing goes wrong."""
    user = dovecot.new_user()
    fill(dovecot, user, mails)
    account = account_at("127.0.0.1", dovecot.port, user, timeout=5.0)
    path = tmp_path_factory.mktemp("undisturbed") / "watcher.sqlite"
    with closing(Store(path)) as store, running(dovecot, user, account, store) as run:
        assert until(run.rests, 20)
        assert until(lambda: run.screen.shown, 5)
        drafts, flags = run.picture()
        assert len(drafts) >= 2
        assert any(flags.values())
        return drafts, flags


NEWS = b"From: bimo@example.org\r\nSubject: Makan siang\r\nMessage-ID: <siang@example.org>\r\n\r\nJadi?\r\n"


# --------------------------------------------------------------------------- faults of the line


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.fault} at {row.moment}")
def test_a_fault_of_the_line(
    row: Row, dovecot: Dovecot, mails: tuple[SampleMail, ...], undisturbed: tuple, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    fill(dovecot, user, mails)
    tls = {"security": "tls", "ca_file": dovecot.ca_file} if row.moment == "tls" else {}
    begun = time.process_time()
    with (
        PhaseProxy(dovecot.tls_port if tls else dovecot.port) as proxy,
        closing(Store(tmp_path / "watcher.sqlite")) as store,
    ):
        proxy.arm(row.moment, row.fault)
        with running(dovecot, user, account_at("localhost", proxy.port, user, **tls), store) as run:
            assert until(proxy.fired.is_set, 20), "the moment never came"
            if row.outcome == "person":
                assert until(lambda: run.ended, 20)
                assert run.ended == [3]
                assert [notice.id for notice in run.screen.shown] == ["account-personal"]
                assert len(proxy.lines) == 1
                return
            if row.moment == "idle":
                dovecot.deliver(user, NEWS)
                assert until(lambda: store.cursor("personal", "INBOX")[1] > len(undisturbed[1]), 20)
            assert until(run.rests, 20), store.note("fault:personal")
            assert until(lambda: run.picture()[0] == undisturbed[0], 5), run.picture()
            run.asked.put("look")  # and once more: nothing is done twice
            assert until(lambda: store.note("fault:personal") == "", 5)
            assert until(lambda: run.picture()[0] == undisturbed[0], 5)
            flags = run.picture()[1]
            assert {uid: flags[uid] for uid in undisturbed[1]} == undisturbed[1]
            shown = Counter(notice.id for notice in run.screen.shown)
            assert "account-personal" not in shown
            assert max(shown.values(), default=0) <= 1
            again = len(proxy.lines) - 1
            assert again <= CONNECTIONS
            assert (again > 0) is (row.outcome == "anew"), again
    assert time.process_time() - begun < BUSY


# ------------------------------------------------------------------ faults of mailbox, server, certificate


def recovered(run: Run, undisturbed: tuple, *, told: int = 0) -> None:
    """It is as if nothing had happened, and the person was told so often."""
    assert until(run.rests, 20), run.store.note("fault:personal")
    assert until(lambda: run.picture()[0] == undisturbed[0], 5), run.picture()
    assert [notice.id for notice in run.screen.shown].count("account-personal") == told
    assert run.ended == []


def told_once_and_ended(run: Run, code: int = 2) -> None:
    """The person is told, once; it does not go on by itself."""
    assert until(lambda: run.ended, 20)
    assert run.ended == [code]
    assert [notice.id for notice in run.screen.shown] == ["account-personal"]
    assert run.picture()[0] == []


@dataclass(frozen=True, slots=True)
class Place:
    """What a happening happens to: a filled mailbox on the common server."""

    server: Dovecot
    user: str
    mails: tuple[SampleMail, ...]
    undisturbed: tuple
    store: Store

    def at(self, port: int = 0, **more: object) -> ImapAccount:
        return account_at("localhost", port or self.server.port, self.user, timeout=5.0, **more)

    @contextmanager
    def running(self, account: ImapAccount | None = None) -> Iterator[Run]:
        with running(self.server, self.user, account or self.at(), self.store) as run:
            yield run

    def look(self, run: Run) -> None:
        """A mail comes; wait until it is read."""
        self.server.deliver(self.user, NEWS)
        assert until(lambda: self.store.was_seen("<siang@example.org>"), 20), self.store.note(
            "fault:personal"
        )
        run.asked.put("look")


def server_gone(place: Place) -> None:
    port = free_port()
    with place.running(place.at(port)) as run:
        assert until(lambda: "Nothing listens" in place.store.note("fault:personal"), 10)
        with PhaseProxy(place.server.port, port):
            recovered(run, place.undisturbed)


def name_unknown(place: Place) -> None:
    account = account_at("imap.kantor.invalid", 993, place.user, security="tls")
    with place.running(account) as run:
        assert until(lambda: "does not resolve" in place.store.note("fault:personal"), 20)
        assert (run.ended, run.screen.shown) == ([], [])


def connection_limit(place: Place) -> None:
    with Dovecot(connections=2) as server:
        fill(server, place.user, place.mails)
        other = replace(place, server=server)
        others = [server.client(place.user) for _ in range(2)]
        with other.running() as run:
            assert until(lambda: "lets nobody in" in place.store.note("fault:personal"), 20)
            for client in others:
                client.logout()
            recovered(run, place.undisturbed, told=1)


def renumbered(place: Place) -> None:
    with place.running() as run:
        recovered(run, place.undisturbed)
        place.server.doveadm("mailbox", "update", "-u", place.user, "--uid-validity", "4242424242", "INBOX")
        run.asked.put("look")
        assert until(lambda: (place.store.cursor("personal", "INBOX") or (0,))[0] == 4242424242, 20)
        recovered(run, place.undisturbed)


def renumbered_while_reading(place: Place) -> None:
    proxy = PhaseProxy(place.server.port)

    def renumber() -> None:
        place.server.doveadm("mailbox", "update", "-u", place.user, "--uid-validity", "77", "INBOX")

    proxy.before["fetch"] = [renumber]
    with proxy, place.running(place.at(proxy.port)) as run:
        recovered(run, place.undisturbed)
        assert proxy.before == {"fetch": []}
        assert (place.store.cursor("personal", "INBOX") or (0,))[0] == 77


def expunged(place: Place) -> None:
    place.server.append(place.user, NEWS)
    last = max(place.server.flags(place.user))
    proxy = PhaseProxy(place.server.port)
    proxy.before["fetch"] = [lambda: _remove(place, str(last))]
    with proxy, place.running(place.at(proxy.port)) as run:
        recovered(run, place.undisturbed)
        assert len(place.server.flags(place.user)) == last - 1


def _remove(place: Place, uids: str) -> None:
    with place.server.client(place.user) as other:
        other.select()
        other.uid("STORE", uids, "+FLAGS", r"(\Deleted)")
        other.expunge()


def folder_renamed(place: Place) -> None:
    with place.running() as run:
        recovered(run, place.undisturbed)
        with place.server.client(place.user) as other:
            other.rename("Archive", "Arsip")
        place.look(run)
        recovered(run, place.undisturbed)


def mailbox_empty(place: Place) -> None:
    with place.running() as run:
        recovered(run, place.undisturbed)
        known = place.store.facts()
        _remove(place, "1:*")
        run.asked.put("look")
        place.look(run)
        assert place.store.facts() == known
        recovered(run, place.undisturbed)


def over_quota(place: Place) -> None:
    room = sum(len(mail.raw) for mail in place.mails) // 1024 + 9
    with Dovecot(quota=f"*:storage={room}K") as server:
        fill(server, place.user, place.mails)
        server.append(place.user, b"Subject: x\r\n\r\n" + b"x" * 8000, "Trash")
        with replace(place, server=server).running() as run:
            waiting = partial(place.store.journal, status="waiting")
            assert until(lambda: any("OVERQUOTA" in entry.fault for entry in waiting()), 20)
            assert len(run.picture()[0]) < len(place.undisturbed[0])
            server.doveadm("expunge", "-u", place.user, "mailbox", "Trash", "all")
            run.asked.put("look")
            recovered(run, place.undisturbed)


def certificate(name: str) -> Callable[[Place], None]:
    def happens(place: Place) -> None:
        with Dovecot(certificate=name) as server:
            account = place.at(server.tls_port, security="tls", ca_file=server.ca_file)
            with replace(place, server=server).running(account) as run:
                told_once_and_ended(run)

    return happens


def self_signed(place: Place) -> None:
    with place.running(place.at(place.server.tls_port, security="tls")) as run:
        told_once_and_ended(run)


def starttls_stripped(place: Place) -> None:
    with (
        ScriptedServer({}) as server,
        place.running(place.at(server.port, security="starttls")) as run,
    ):
        told_once_and_ended(run)
        assert not any("LOGIN" in line for line in server.heard)


HAPPENS: Mapping[str, Callable[[Place], None]] = {
    "server gone": server_gone,
    "name unknown": name_unknown,
    "connection limit": connection_limit,
    "renumbered": renumbered,
    "renumbered while reading": renumbered_while_reading,
    "expunged": expunged,
    "folder renamed": folder_renamed,
    "mailbox empty": mailbox_empty,
    "over quota": over_quota,
    "certificate expired": certificate("expired"),
    "certificate for another name": certificate("wrongname"),
    "certificate self-signed": self_signed,
    "STARTTLS stripped": starttls_stripped,
}


@pytest.mark.parametrize("name", [one.name for one in HAPPENINGS])
def test_what_else_happens(
    name: str, dovecot: Dovecot, mails: tuple[SampleMail, ...], undisturbed: tuple, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    fill(dovecot, user, mails)
    begun = time.process_time()
    with closing(Store(tmp_path / "watcher.sqlite")) as store:
        HAPPENS[name](Place(dovecot, user, mails, undisturbed, store))
    assert time.process_time() - begun < BUSY
