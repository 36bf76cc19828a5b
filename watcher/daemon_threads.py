"""The daemon's threads: one looks after each account, another shows the notices.

Read, decide, journal, act, wait. What concerns an account is decided only by who has just read it, so that
nobody is called silent whose answer lies unread. Faults are waited out, never passed on.
"""

from __future__ import annotations

import logging
import queue
import random
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from watcher.errors import LimitError, NotifyError, Retry, SessionOverError, WatcherError
from watcher.mailbox import Mailbox, Talkative
from watcher.notify import Notice, Notifier
from watcher.outbox import flush, tell
from watcher.reader import Look, Mind, read, read_folders
from watcher.store import Store, hash_id

log = logging.getLogger(__name__)

#: Back-off after a fault (seconds): doubled each time up to the longest, then halved by chance.
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 900.0
#: Faults that only the person can mend are looked at again this often (seconds).
HOPELESS_PAUSE = 3600.0
#: A fault that lasts so long is told, whatever it is: mail that nobody sees may be an invitation (seconds).
OUTAGE = 3600.0
#: So many different alerts of a server are remembered as told.
MOST_ALERTS = 20


@dataclass(frozen=True, slots=True)
class Station:
    """One watched account: how to look at it, and how to get there."""

    look: Look
    connect: Callable[[], Mailbox]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything the daemon runs on, assembled from one reading of the configuration."""

    stations: tuple[Station, ...]
    store: Store
    mind: Mind
    notifier: Notifier
    text: Mapping[str, Any]
    notices: bool = True
    poll_seconds: float = 300.0
    quiet_title: bool = False


class Asked:
    """What the timekeeper is asked for: ("look",), ("time",), ("stop",), ("reload",) and
    ("press", notice id, action). By any thread, and by signals.

    A signal that comes just before the main thread goes to sleep does not wake it: Python runs the handler when
    the sleep is over. So it sleeps on a socket, into which the interpreter writes whenever a signal comes.
    """

    def __init__(self) -> None:
        self._words: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
        self._hear, self._ring = socket.socketpair()
        self._hear.setblocking(False)
        self._ring.setblocking(False)

    def put(self, *word: str) -> None:
        """Ask for something."""
        self._words.put(word)
        with suppress(BlockingIOError):  # full: it rings already
            self._ring.send(b"!")

    def by_signal(self, signals: Mapping[signal.Signals, str]) -> None:
        """Let these signals ask for these words."""
        for number, word in signals.items():
            signal.signal(number, lambda *_, word=word: self._words.put((word,)))
        signal.set_wakeup_fd(self._ring.fileno(), warn_on_full_buffer=False)

    def listen(self, seconds: float) -> list[tuple[str, ...]]:
        """All that was asked for, as soon as there is something; nothing when the time is over."""
        select.select([self._hear], [], [], seconds)
        with suppress(BlockingIOError):
            while self._hear.recv(4096):
                pass
        heard = []
        with suppress(queue.Empty):
            while True:
                heard.append(self._words.get_nowait())
        return heard


@dataclass(slots=True)
class AccountLife:
    """What is known of one account's thread."""

    mailbox: Mailbox | None = None  # while it is open
    again: threading.Event = field(default_factory=threading.Event)  # ends the wait after a fault
    worked: bool = False
    failures: int = 0  # since it last worked
    failing_since: float = 0.0  # by the steady clock, which rests while the machine sleeps
    fault: str = ""  # as it was told last
    suspected: type[WatcherError] | None = None  # what only the person could mend, if it is so once more
    hopeless: WatcherError | None = None


@dataclass(slots=True)
class Running:
    """The threads of one service."""

    service: Service
    asked: Asked  # of the timekeeper
    stop: threading.Event = field(default_factory=threading.Event)
    telling: threading.Event = field(default_factory=threading.Event)
    accounts: dict[str, AccountLife] = field(default_factory=dict)
    threads: list[threading.Thread] = field(default_factory=list)
    looked: object = None  # what the timekeeper's last look rested on
    due: datetime | None = None  # until then it would see the same
    processes: int = 0  # that it saw


class _StoppedError(WatcherError):
    """The service is told to stop in the middle of a pass."""


def now() -> datetime:
    """The one reading of the clock."""
    return datetime.now(UTC)


# --------------------------------------------------------------------------- one account


def look_after(running: Running, station: Station) -> None:
    """The life of one account's thread: faults are waited out, never passed on."""
    account = running.accounts[station.look.account]
    while not running.stop.is_set():
        try:
            with closing(station.connect()) as account.mailbox:
                _attend(running, station, account.mailbox)
        except WatcherError as error:
            fault = error
        except Exception as error:
            log.debug("the fault", exc_info=True)
            fault = WatcherError(f"Unexpected {type(error).__name__}.", "It is tried again.")
        finally:
            account.mailbox = None
        if not running.stop.is_set():
            account.again.wait(_report(running, station.look.account, fault))
            account.again.clear()


def _attend(running: Running, station: Station, mailbox: Mailbox) -> None:
    """Pass after pass over one open mailbox, until stopped. Raises what the mailbox and the store raise."""
    service, name = running.service, station.look.account

    def go_on(_: int) -> None:
        if running.stop.is_set():
            raise _StoppedError("Stopped.")

    folders = mailbox.folders()
    watched = [folder.name for folder in read_folders(station.look, folders)]
    only: Collection[str] = watched
    while not running.stop.is_set():
        done = read(station.look, mailbox, service.store, service.mind, go_on, folders=folders, only=only)
        if done.read:
            log.info("account %s: %d mails read, %d kept", name, done.read, done.kept)
        _pass_on(running, name, mailbox)
        _decide(running, name)
        flush(service.store, mailbox, name, now())
        running.telling.set()
        _recovered(running, name)
        running.asked.put("time")
        woken, only = False, frozenset()
        while not (woken or only or running.stop.is_set()):
            woken = mailbox.wait(service.poll_seconds, running.stop)
            if running.stop.is_set():
                return
            only = mailbox.news(watched)
            _pass_on(running, name, mailbox)
            if not (woken or only):
                flush(service.store, mailbox, name, now())  # what had to wait may be possible by now


def _pass_on(running: Running, name: str, mailbox: Mailbox) -> None:
    """Show what the server wants the person to read: each text once, and in no log."""
    service, key = running.service, f"alerts:{name}"
    for said in mailbox.alerts() if isinstance(mailbox, Talkative) else ():
        known, digest = service.store.note(key).split(), hash_id(said)[:16]
        if digest in known:
            continue
        log.info("account %s: the server has a message for you", name)
        body = str(service.text["alert"]).format(account=name, text=said)
        notice = Notice(id=f"alert-{name}", title=str(service.text["single_title"]), body=body)
        if _shown(running, notice):
            service.store.set_note(key, " ".join([*known, digest][-MOST_ALERTS:]))


def _shown(running: Running, notice: Notice) -> bool:
    """Show a notice that is about the watching itself."""
    try:
        return running.service.notifier.show(notice)
    except NotifyError as error:
        log.debug("a notice could not be shown: %s", error)
        return False


def _decide(running: Running, name: str) -> None:
    """Journal what is to be done for an account that has just been read; send the others to look."""
    outlook = running.service.mind.decide(name, now())
    wake(running, outlook.accounts - {"", name})


def _report(running: Running, name: str, error: WatcherError) -> float:
    """Log a fault when it is new; one that only the person can mend, a limit, or what lasts for an hour is
    told, once. Returns how long to wait before the next try (seconds)."""
    account, store = running.accounts[name], running.service.store
    account.failures += 1
    if account.failures == 1:
        account.failing_since = time.monotonic()
    # What looks hopeless is looked at once more: a folder may be gone for a moment, a line confused.
    # Not a refused password, unless it has been taken before: servers lock accounts over that.
    never = error.retry is Retry.NEVER
    refused = error.exit_code == 3 and not account.worked
    hopeless = never and (refused or account.suspected is type(error))
    account.suspected = type(error) if never else None
    usual = isinstance(error, SessionOverError) and account.worked and account.failures == 1
    level = logging.INFO if usual else logging.DEBUG if account.fault == str(error) else logging.WARNING
    log.log(level, "account %s: %s", name, error.quiet)
    if usual:
        return _pause(account.failures)
    account.fault = str(error)
    with suppress(WatcherError):  # the store itself may be the fault; it is logged
        store.set_note(f"fault:{name}", str(error))
        _tell(running, name, error, at_once=hopeless or isinstance(error, LimitError))
    account.hopeless = error if hopeless else None
    running.asked.put("time")
    return HOPELESS_PAUSE if hopeless else max(_pause(account.failures), error.pause)


def _tell(running: Running, name: str, error: WatcherError, *, at_once: bool) -> None:
    """Show a fault of an account, once until it works again: each that is told at once, and of those that do
    not pass one, whichever it is when the hour is over."""
    text, store = running.service.text, running.service.store
    kind, body, before = type(error).__name__, str(error), store.note(f"told:{name}")
    if not at_once:
        lasted = time.monotonic() - running.accounts[name].failing_since
        if lasted < OUTAGE or before:
            return
        kind, body = "outage", str(text["outage"]).format(account=name, fault=error)
    if before != kind and _shown(
        running, Notice(id=f"account-{name}", title=str(text["single_title"]), body=body)
    ):
        store.set_note(f"told:{name}", kind)


def _recovered(running: Running, name: str) -> None:
    account, store = running.accounts[name], running.service.store
    if account.failures:
        log.info("account %s: it works again", name)
    account.worked, account.failures, account.fault, account.hopeless = True, 0, "", None
    account.suspected = None
    for key in (f"fault:{name}", f"told:{name}"):
        if store.note(key):
            store.set_note(key, "")


def _pause(failures: int) -> float:
    """How long to wait after a fault (seconds), with jitter so that many do not come back at once."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10))
    return longest * random.uniform(0.5, 1.0)


# --------------------------------------------------------------------------- the notices


def show_notices(running: Running) -> None:
    """The life of the thread that shows notices. What cannot be shown waits for the next call."""
    service = running.service
    while True:
        running.telling.wait()
        running.telling.clear()
        if running.stop.is_set():
            return
        try:
            tell(service.store, service.notifier, service.text, now(), quiet_title=service.quiet_title)
        except WatcherError as error:
            log.warning("%s", error)
        except Exception as error:
            log.error("unexpected %s when showing notices; trying again", type(error).__name__)
            log.debug("the fault", exc_info=True)


def wake(running: Running, names: Collection[str], *, after_fault: bool = False) -> None:
    """Send accounts to look now ('' among the names: all of them); `after_fault`: also those that wait for a
    fault to pass, unless only the person can mend it."""
    for name, account in running.accounts.items():
        if name not in names and "" not in names:
            continue
        mailbox = account.mailbox
        if mailbox is not None:
            mailbox.wake()
        elif after_fault and account.hopeless is None:
            account.again.set()
