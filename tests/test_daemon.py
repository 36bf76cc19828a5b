"""The service's threads in this process: a moved clock, mailboxes in memory, a screen that remembers."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from conftest import until

from watcher import daemon, daemon_threads, scan
from watcher.core.model import Address, Details, Fact, Flag, Kind, Mark, Verdict
from watcher.core.plan import Wishes
from watcher.core.standing import Person
from watcher.core.wording import words
from watcher.daemon import Asked, Service, Station, keep_running
from watcher.daemon_threads import AccountLife, Running
from watcher.errors import LimitError, MailboxConfigError, MailboxError, SessionOverError, SignInError
from watcher.mailbox.memory import MemoryMailbox
from watcher.notify import Notice
from watcher.outbox import notice_id
from watcher.packs import load_packs
from watcher.presses import press
from watcher.sample.letters import make_mail
from watcher.scan import Here, Look, stand
from watcher.store import Batch, Store

JAKARTA = ZoneInfo("Asia/Jakarta")
ME = "sari@example.com"
HR = Address("dewi@nusantara.example", "Dewi Lestari")
PERSON = Person(
    address=ME,
    name="Sari Wulandari",
    addresses=frozenset({ME}),
    notice_hours=(0, 24),
    urgent_hours=(0, 24),
)
PACKS = load_packs()
INVITATION = "<invitation@nusantara.example>"
INTERVIEW = datetime(2026, 11, 2, 10, tzinfo=JAKARTA)
WEEK_LATER = INTERVIEW + timedelta(days=7, hours=2)


def fact(message_id: str, at: datetime, kind: Kind, *, thread: str = INVITATION, **details: object) -> Fact:
    incoming = not kind.own
    return Fact(
        message_id=message_id,
        at=at,
        incoming=incoming,
        verdict=Verdict(kind=kind, confidence=0.95, language="id"),
        details=Details(company="Nusantara Data", role="Data Analyst", person="Dewi Lestari", **details),
        sender=HR if incoming else Address(ME, "Sari Wulandari"),
        to=(Address(ME),) if incoming else (HR,),
        own_address=ME,
        subject="Undangan wawancara Data Analyst",
        in_reply_to=() if message_id == thread else (thread,),
        references=() if message_id == thread else (thread,),
        human=True,
        repliable=True,
    )


STORY = (
    fact(INVITATION, INTERVIEW - timedelta(days=5), Kind.INTERVIEW_INVITATION, start=INTERVIEW),
    fact("<yes@example.com>", INTERVIEW - timedelta(days=4), Kind.OWN_ACCEPT),
    fact("<thanks@example.com>", INTERVIEW + timedelta(days=1), Kind.OWN_THANK_YOU),
)
INVITING = b"Message-ID: <invitation@nusantara.example>\r\nFrom: dewi@nusantara.example\r\n\r\nx\r\n"


def answer(at: datetime) -> bytes:
    """The employer's answer, as it lies unread in the mailbox."""
    return make_mail(
        f"{HR.name} <{HR.email}>",
        f"Sari Wulandari <{ME}>",
        "Re: Undangan wawancara Data Analyst",
        "Halo Sari,\n\nproses seleksi masih berjalan, mohon ditunggu ya.\n\nSalam,\nDewi\n",
        at,
        message_id="<news@nusantara.example>",
        in_reply_to=INVITATION,
        references=(INVITATION,),
    )


@dataclass
class Screen:
    """A notifier that remembers. `hangs`: it never answers until this is set."""

    name: str = "screen"
    hangs: threading.Event | None = None
    shown: list[Notice] = field(default_factory=list)
    closed: bool = False

    def show(self, notice: Notice) -> bool:
        if self.hangs is not None:
            self.hangs.wait()
        self.shown.append(notice)
        return True

    def check(self) -> str:
        return ""

    def close(self) -> None:
        self.closed = True


def store_with(*facts: Fact, account: str = "personal") -> Store:
    store = Store(None)
    add(store, *facts, account=account)
    return store


def add(store: Store, *facts: Fact, account: str = "personal") -> None:
    store.record(Batch(account, "INBOX", 1, 0, facts=facts, places=tuple(one.message_id for one in facts)))


def mailbox_with(*raws: bytes, name: str = "personal") -> MemoryMailbox:
    mailbox = MemoryMailbox(name)
    for raw in raws:
        mailbox.deliver(raw)
    return mailbox


def station(connect: Callable[[], MemoryMailbox], account: str = "personal") -> Station:
    return Station(Look(account=account, person=PERSON, packs=PACKS), connect)


def service(store: Store, screen: Screen, *stations: Station) -> Service:
    return Service(
        stations=stations,
        store=store,
        mind=Here(store, PERSON, Wishes(), PACKS),
        notifier=screen,
        text=words(PACKS, "en"),
    )


@contextmanager
def kept_running(*services: Service) -> Iterator[Asked]:
    """The service runs inside; the next ones are what reading the configuration again gives."""
    asked, following, code = Asked(), iter(services), []
    thread = threading.Thread(target=lambda: code.append(keep_running(lambda _: next(following), asked)))
    thread.start()
    try:
        yield asked
    finally:
        asked.put("stop")
        thread.join(10)
        assert code == [0]


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """A week after the interview, and going on."""
    with time_machine.travel(WEEK_LATER) as clock:
        yield clock


def drafts(mailbox: MemoryMailbox) -> int:
    return len(mailbox.content["Drafts"].mails)


# ---------------------------------------------------------------------- read first, then decide


@pytest.mark.parametrize("answered", [False, True])
def test_nobody_is_called_silent_whose_answer_lies_unread(
    clock: time_machine.Coordinates, answered: bool
) -> None:
    unread = [answer(WEEK_LATER - timedelta(hours=3))] if answered else []
    mailbox, screen, store = mailbox_with(INVITING, *unread), Screen(), store_with(*STORY)
    let_in, tried = threading.Event(), threading.Event()

    def connect() -> MemoryMailbox:
        tried.set()
        let_in.wait()
        return mailbox

    with kept_running(service(store, screen, station(connect))) as asked:
        assert tried.wait(5)
        asked.put("time")  # ticks go by while the server is slow
        assert not until(lambda: screen.shown or store.journal(), 0.3)
        let_in.set()
        assert until(lambda: store.cursor("personal", "INBOX") == (1, 1 + answered), 5)
        if answered:
            assert not until(lambda: screen.shown or store.journal(), 0.3)
        else:
            assert until(lambda: screen.shown and drafts(mailbox), 5)


def test_what_is_dated_is_told_even_while_the_account_cannot_be_read(clock: time_machine.Coordinates) -> None:
    tomorrow = WEEK_LATER + timedelta(hours=20)
    other = "<other@nusantara.example>"
    soon = [
        fact(other, WEEK_LATER - timedelta(days=2), Kind.INTERVIEW_INVITATION, thread=other, start=tomorrow),
        fact("<ok@example.com>", WEEK_LATER - timedelta(days=1), Kind.OWN_ACCEPT, thread=other),
    ]

    def away() -> MemoryMailbox:
        raise MailboxError("The server is away.")

    # The second process is another company's.
    soon = [_of_company(one, "Harbourline") for one in soon]
    screen, store = Screen(), store_with(*STORY, *soon)
    flags = {one.situation.flag for one in stand(store, PERSON, WEEK_LATER)}
    assert flags == {Flag.QUIET_1W, Flag.INTERVIEW_SOON}
    with kept_running(service(store, screen, station(away))):
        assert until(lambda: screen.shown, 5)
        assert not until(lambda: len(screen.shown) > 1, 0.3)
    [notice] = screen.shown
    assert "Harbourline" in notice.body
    assert "Nusantara" not in notice.body


def _of_company(one: Fact, company: str) -> Fact:
    details = replace(one.details, company=company, person="Tom Becker")
    there = Address("tom@harbourline.example", "Tom Becker")
    sender, to = (there, one.to) if one.incoming else (one.sender, (there,))
    return replace(one, details=details, sender=sender, to=to, subject="Interview Analytics Engineer")


def test_what_one_account_reads_is_done_in_the_other(clock: time_machine.Coordinates) -> None:
    first, second = mailbox_with(INVITING, name="first"), mailbox_with(name="second")
    store, screen = store_with(*STORY, account="first"), Screen()
    stations = [station(lambda: first, "first"), station(lambda: second, "second")]
    with kept_running(service(store, screen, *stations)):
        assert until(lambda: drafts(first) == 1, 5)
        second.deliver(answer(WEEK_LATER - timedelta(hours=1)))
        assert until(lambda: drafts(first) == 0, 5)
    assert drafts(second) == 0


# ---------------------------------------------------------------------- the clock


def told(monkeypatch: pytest.MonkeyPatch, folder: Path) -> socket.socket:
    """Listen to what is said to the service manager, which wants a sign of life every second."""
    hear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    hear.bind(str(folder / "s"))
    hear.settimeout(5)
    monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "s"))
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    return hear


def _alive(hear: socket.socket, times: int) -> None:
    while times:
        times -= hear.recv(4096) == b"WATCHDOG=1"


def test_after_a_sleep_everything_is_looked_at_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mailbox, store, screen = mailbox_with(INVITING), store_with(*STORY), Screen()
    with (
        told(monkeypatch, tmp_path) as hear,
        time_machine.travel(WEEK_LATER - timedelta(days=2)) as clock,
        kept_running(service(store, screen, station(lambda: mailbox))),
    ):
        _alive(hear, 1)
        assert drafts(mailbox) == 0
        clock.shift(timedelta(days=2))  # the lid was closed over the weekend
        assert until(lambda: drafts(mailbox) == 1, 5)
        assert until(lambda: screen.shown, 5)


@pytest.mark.parametrize(
    ("what", "start", "shift"),
    [
        ("summer time ends", datetime(2026, 10, 25, 2, 59, 55, tzinfo=ZoneInfo("Europe/Berlin")), 10),
        ("the clock is set back", datetime(2026, 11, 25, 9, tzinfo=UTC), -7200),
    ],
)
def test_it_lives_on_when_the_clock_goes_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str, start: datetime, shift: int
) -> None:
    services = [service(Store(None), Screen(), station(mailbox_with)) for _ in range(2)]
    with (
        told(monkeypatch, tmp_path) as hear,
        time_machine.travel(start) as clock,
        kept_running(*services),
    ):
        _alive(hear, 2)
        before = time.time() + time.localtime().tm_gmtoff
        clock.shift(shift)
        assert time.time() + time.localtime().tm_gmtoff < before, what
        _alive(hear, 3)


def test_a_tick_never_raises(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def decide(*_: object) -> None:
        raise ValueError("a fault in the rules")

    monkeypatch.setattr(scan, "decide", decide)
    running = Running(service(Store(None), Screen(), station(mailbox_with)), Asked())
    assert daemon._tick(running) == 60
    assert "unexpected ValueError" in caplog.text
    assert "a fault in the rules" not in caplog.text  # it may hold words of a mail


def test_a_tick_asks_again_only_when_something_was_written_or_falls_due(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Coordinates
) -> None:
    store, asked = store_with(*STORY), []
    running = Running(service(store, Screen(), station(mailbox_with)), Asked())
    tick = running.service.mind.tick
    monkeypatch.setattr(running.service.mind, "tick", lambda *words: asked.append(1) or tick(*words))
    for _ in range(3):
        daemon._tick(running)
    assert len(asked) == 1
    store.set_note("something", "new")
    daemon._tick(running)
    assert len(asked) == 2
    clock.shift(timedelta(days=1))
    daemon._tick(running)
    assert len(asked) == 3


# ---------------------------------------------------------------------- faults


@pytest.fixture
def running() -> Running:
    """One account, which nobody looks after."""
    result = Running(service(Store(None), Screen(), station(mailbox_with)), Asked())
    result.accounts["personal"] = AccountLife()
    return result


def test_used_up_traffic_is_told_once_and_waited_out_for_an_hour(running: Running) -> None:
    full = LimitError("The limit is reached: [ALERT] secret words.", quiet="The limit is reached.")
    full.pause = 3600
    screen = running.service.notifier
    assert isinstance(screen, Screen)
    for _ in range(3):
        assert daemon_threads._report(running, "personal", full) >= 3600
    assert [notice.body for notice in screen.shown] == ["The limit is reached: [ALERT] secret words."]
    assert running.accounts["personal"].hopeless is None


def test_the_end_of_a_session_is_no_fault(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    over = SessionOverError("The server has ended the session.")
    running.accounts["personal"].worked = True
    assert daemon_threads._report(running, "personal", over) <= 5
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert running.service.store.note("fault:personal") == ""
    daemon_threads._report(running, "personal", over)  # and again, before anything was read
    assert running.service.store.note("fault:personal") == str(over)


def test_pauses_grow_and_are_never_the_same_and_never_too_long() -> None:
    for failures, longest in ((1, 5), (2, 10), (3, 20), (8, 640), (9, 900), (10_000, 900)):
        pauses = [daemon_threads._pause(failures) for _ in range(20)]
        assert all(longest / 2 <= pause <= longest for pause in pauses)
        assert len(set(pauses)) > 1


def test_a_passing_fault_is_logged_once_and_told_to_nobody(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(3):
        daemon_threads._report(running, "personal", MailboxError("The server is away."))
    assert caplog.text.count("away") == 1
    assert running.service.store.note("fault:personal") == "The server is away."
    assert running.service.notifier.shown == []
    daemon_threads._recovered(running, "personal")
    assert "it works again" in caplog.text
    assert running.service.store.note("fault:personal") == ""
    assert daemon_threads._report(running, "personal", MailboxError("x")) <= 5  # it begins afresh


def test_what_only_the_person_can_mend_is_told_once(running: Running) -> None:
    refused = SignInError("The password was refused.")
    for _ in range(2):
        assert daemon_threads._report(running, "personal", refused) == daemon_threads.HOPELESS_PAUSE
    [notice] = running.service.notifier.shown
    assert notice.body == "The password was refused."
    assert running.accounts["personal"].hopeless is refused


def test_an_account_that_has_worked_is_believed_once_more(running: Running) -> None:
    daemon_threads._recovered(running, "personal")
    gone = MailboxConfigError("The folder cannot be opened.")
    assert daemon_threads._report(running, "personal", gone) <= 5
    assert running.accounts["personal"].hopeless is None
    assert daemon_threads._report(running, "personal", gone) == daemon_threads.HOPELESS_PAUSE
    assert running.accounts["personal"].hopeless is gone


def test_a_fault_of_the_settings_is_believed_when_it_comes_twice_running(running: Running) -> None:
    """Bytes that are no TLS, a folder that is gone for a moment: one stumble is not the end of the service."""
    gone, away = MailboxConfigError("No TLS there."), MailboxError("The server is away.")
    account = running.accounts["personal"]
    for fault in (away, gone, away, gone):
        assert daemon_threads._report(running, "personal", fault) < daemon_threads.HOPELESS_PAUSE
        assert account.hopeless is None
    daemon_threads._report(running, "personal", gone)
    assert account.hopeless is gone
    assert daemon._ends(account)
    account.worked = True  # a server that was all right may be mended by others: looked at again every hour
    assert not daemon._ends(account)
    account.hopeless = SignInError("The password was refused.")
    assert daemon._ends(account)


def test_a_pause_ends_when_the_person_asks_but_not_for_a_refused_password(running: Running) -> None:
    account = running.accounts["personal"]
    account.hopeless = SignInError("The password was refused.")
    daemon_threads.wake(running, {"personal"}, after_fault=True)
    assert not account.again.is_set()
    account.hopeless = None
    daemon_threads.wake(running, {"personal"})
    assert not account.again.is_set()
    daemon_threads.wake(running, {"personal"}, after_fault=True)
    assert account.again.is_set()


# ---------------------------------------------------------------------- the screen


def test_a_screen_that_hangs_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Coordinates
) -> None:
    monkeypatch.setattr(daemon, "PATIENCE", 0.2)
    mailbox, screen = mailbox_with(INVITING), Screen(hangs=threading.Event())
    store = store_with(*STORY)
    try:
        with kept_running(service(store, screen, station(lambda: mailbox))):
            assert until(lambda: drafts(mailbox) == 1, 5)
            mailbox.deliver(answer(WEEK_LATER))
            assert until(lambda: drafts(mailbox) == 0, 5)
            begun = time.monotonic()
        assert time.monotonic() - begun < 2
        assert screen.closed
    finally:
        assert screen.hangs is not None
        screen.hangs.set()


@pytest.mark.parametrize(("name", "kept"), [("desktop", True), ("log", False)])
def test_notices_on_the_screen_keep_their_buttons_when_the_configuration_is_read_again(
    clock: time_machine.Coordinates, name: str, kept: bool
) -> None:
    mailbox, first, second = mailbox_with(INVITING), Screen(name), Screen(name)
    services = [service(store_with(), screen, station(lambda: mailbox)) for screen in (first, second)]
    with kept_running(*services) as asked:
        asked.put("reload")
        assert until(lambda: kept or first.closed, 5)
        add(services[1].store, *STORY)
        asked.put("look")
        assert until(lambda: (first if kept else second).shown, 5)
        assert first.closed is not kept
    assert (first if kept else second).closed


def test_a_button_of_a_bundle_is_for_the_processes_in_it() -> None:
    store = store_with(*STORY, *(_of_company(one, "Harbourline") for one in _again(STORY)))
    everything = stand(store, PERSON, WEEK_LATER)
    assert len(everything) == 2
    one, other = everything
    press(store, everything, notice_id([one.process.id]), "snooze", WEEK_LATER)
    [mark] = store.marks()
    assert mark.target == one.process.facts[0].message_id
    assert mark.until == datetime(2026, 11, 10, 9, tzinfo=JAKARTA)
    press(store, everything, notice_id([one.process.id, other.process.id]), "done", WEEK_LATER)
    assert [mark.kind for mark in store.marks()] == [
        Kind.MARK_SNOOZE,
        Kind.MARK_FOLLOWED_UP,
        Kind.MARK_FOLLOWED_UP,
    ]
    press(store, everything, "account-personal", "done", WEEK_LATER)
    assert len(store.marks()) == 3


def _again(facts: tuple[Fact, ...]) -> list[Fact]:
    """The same story with other Message-IDs."""

    def other(message_id: str) -> str:
        return message_id.replace("<", "<b.")

    return [
        replace(
            one,
            message_id=other(one.message_id),
            in_reply_to=tuple(map(other, one.in_reply_to)),
            references=tuple(map(other, one.references)),
        )
        for one in facts
    ]


def test_a_mark_made_elsewhere_is_seen_at_the_next_look(clock: time_machine.Coordinates) -> None:
    mailbox, store = mailbox_with(INVITING), store_with(*STORY)
    with kept_running(service(store, Screen(), station(lambda: mailbox))) as asked:
        assert until(lambda: drafts(mailbox) == 1, 5)
        store.add_mark(Mark(id=0, kind=Kind.MARK_IGNORE, target=INVITATION, made=datetime.now(UTC)))
        asked.put("look")
        assert until(lambda: drafts(mailbox) == 0, 5)
