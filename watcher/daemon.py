"""The only loop and the only clock.

One thread watches each account: read, decide, journal, act, wait. The main thread keeps time: it wakes when
the next thing falls due, when a signal comes, when a button is pressed, and for the service manager's
watchdog. Every due date is computed from the store on each tick, so that sleep, clock jumps and restarts are
harmless; nothing here raises into `schedule`.
"""

from __future__ import annotations

import logging
import queue
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import schedule

from watcher import systemd
from watcher.core.language import Packs
from watcher.core.plan import Wishes
from watcher.core.standing import Person, Standing
from watcher.errors import Retry, WatcherError
from watcher.mailbox import Mailbox
from watcher.notify import Notice, Notifier
from watcher.outbox import flush, tell
from watcher.presses import press
from watcher.scan import Look, decide, journal, read_account
from watcher.store import Store

log = logging.getLogger(__name__)

#: Back-off after a fault (seconds): doubled each time up to the longest, then halved by chance.
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 900.0
#: Faults that only the person can mend are looked at again this often (seconds).
HOPELESS_PAUSE = 3600.0
#: The longest sleep of the timekeeper (seconds).
LONGEST_SLEEP = 900.0
#: Wall clock and steady clock this far apart: the machine slept, or its clock was set (seconds).
JUMP = 30.0
#: How long the threads may take to finish (seconds).
PATIENCE = 4.0


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
    person: Person
    wishes: Wishes
    packs: Packs
    notifier: Notifier
    text: Mapping[str, Any]
    poll_seconds: float = 300.0
    quiet_title: bool = False


@dataclass(slots=True)
class _Running:
    """The threads of one service."""

    service: Service
    wake: threading.Event  # of the timekeeper
    asked: queue.Queue[str]
    presses: queue.Queue[tuple[str, str]]
    stop: threading.Event = field(default_factory=threading.Event)
    deciding: threading.Lock = field(default_factory=threading.Lock)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    hopeless: dict[str, WatcherError] = field(default_factory=dict)
    threads: list[threading.Thread] = field(default_factory=list)


def now() -> datetime:
    """The one reading of the clock."""
    return datetime.now(UTC)


#: Builds a service; the argument is to be called with (notice id, action) when a button is pressed.
Assemble = Callable[[Callable[[str, str], None]], Service]


def run(assemble: Assemble) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code. SIGHUP reads the configuration again, SIGUSR1 looks
    again at once. `assemble` builds the service; what it raises at the start goes to the caller, later it is
    logged and the running service goes on."""
    wake = threading.Event()
    asked: queue.Queue[str] = queue.Queue()
    presses: queue.Queue[tuple[str, str]] = queue.Queue()
    for number, word in (
        (signal.SIGTERM, "stop"),
        (signal.SIGINT, "stop"),
        (signal.SIGHUP, "reload"),
        (signal.SIGUSR1, "look"),
    ):
        signal.signal(number, lambda *_, word=word: (asked.put(word), wake.set()))

    def build() -> Service:
        return assemble(lambda notice, action: (presses.put((notice, action)), wake.set()))

    running = _start(_Running(build(), wake, asked, presses))
    systemd.ready()
    try:
        return _keep_time(running, build)
    finally:
        systemd.stopping()


def _keep_time(running: _Running, build: Callable[[], Service]) -> int:
    """The main thread's loop."""
    wake, asked = running.wake, running.asked
    scheduler = _timetable(running)
    offset = time.time() - time.monotonic()
    while True:
        scheduler.run_pending()
        pause = scheduler.idle_seconds
        wake.wait(max(0.0, min(pause if pause is not None else LONGEST_SLEEP, LONGEST_SLEEP)))
        wake.clear()
        if abs(time.time() - time.monotonic() - offset) > JUMP:
            log.info("the machine slept or its clock was set: looking at everything again")
            offset = time.time() - time.monotonic()
            scheduler = _timetable(running)
            _wake_all(running)
        words = _drain(asked)
        if "stop" in words:
            _stop(running)
            return 0
        if "reload" in words:
            running = _reload(running, build)
        if "look" in words:
            _wake_all(running)
        if words:
            scheduler = _timetable(running)
        if _handle_presses(running):
            scheduler = _timetable(running)
            _wake_all(running)
        if running.hopeless and len(running.hopeless) == len(running.service.stations):
            worst = max(running.hopeless.values(), key=lambda error: error.exit_code)
            log.error("no account can be watched: %s", worst)
            _stop(running)
            return worst.exit_code


def _timetable(running: _Running) -> schedule.Scheduler:
    """A fresh scheduler: the watchdog's sign of life, and one tick at once."""
    scheduler = schedule.Scheduler()
    interval = systemd.watchdog_interval()
    if interval is not None:
        systemd.watchdog()
        scheduler.every(max(1, int(interval))).seconds.do(systemd.watchdog)
    _next_tick(scheduler, running, _tick(running))
    return scheduler


def _next_tick(scheduler: schedule.Scheduler, running: _Running, pause: float) -> None:
    def job() -> type[schedule.CancelJob]:
        _next_tick(scheduler, running, _tick(running))
        return schedule.CancelJob

    scheduler.every(max(1, round(pause))).seconds.do(job)


def _tick(running: _Running) -> float:
    """Look what has fallen due; returns how many seconds until the next thing does. Never raises."""
    try:
        everything, added = _decide(running)
        if added:
            _wake_all(running)
        _tell(running)
    except WatcherError as error:
        log.warning("%s", error)
        return 60.0
    moment = now()
    coming = [
        at
        for one in everything
        for at in (one.situation.notify, one.situation.next_at)
        if at is not None and at > moment
    ]
    systemd.status(f"{len(running.service.stations)} accounts, {len(everything)} processes")
    seconds = min((at - moment).total_seconds() + 1 for at in coming) if coming else LONGEST_SLEEP
    return min(seconds, LONGEST_SLEEP)


def _decide(running: _Running) -> tuple[tuple[Standing, ...], int]:
    """Decide and journal, one thread at a time."""
    service = running.service
    with running.deciding:
        moment = now()
        everything, actions = decide(service.store, service.person, service.wishes, service.packs, moment)
        return everything, journal(service.store, actions, everything, moment)


def _tell(running: _Running) -> None:
    service = running.service
    if not service.wishes.notices:
        return
    with running.deciding:
        tell(service.store, service.notifier, service.text, now(), quiet_title=service.quiet_title)


# --------------------------------------------------------------------------- one account


def _watch(running: _Running, station: Station) -> None:
    """The life of one account's thread: faults are waited out, never passed on."""
    account, failures = station.look.account, 0
    while not running.stop.is_set():
        try:
            with closing(station.connect()) as mailbox:
                running.mailboxes[account] = mailbox
                failures = _attend(running, station, mailbox)
        except WatcherError as error:
            failures += 1
            _report(running, account, error, failures)
            running.stop.wait(_pause(error, failures))
        except Exception as error:
            failures += 1
            log.error("account %s: unexpected %s; trying again", account, type(error).__name__)
            log.debug("the fault", exc_info=True)
            running.stop.wait(_pause(WatcherError(""), failures))
        finally:
            running.mailboxes.pop(account, None)


def _attend(running: _Running, station: Station, mailbox: Mailbox) -> int:
    """Pass after pass over one open mailbox, until stopped. Raises what the mailbox and the store raise."""
    service, account = running.service, station.look.account
    while not running.stop.is_set():
        done = read_account(station.look, mailbox, service.store)
        if done.read:
            log.info("account %s: %d mails read, %d kept", account, done.read, done.kept)
        _decide(running)
        flush(service.store, mailbox, account, now())
        _tell(running)
        _recovered(running, account)
        _ask(running, "time")
        mailbox.wait(service.poll_seconds, running.stop)
    return 0


def _report(running: _Running, account: str, error: WatcherError, failures: int) -> None:
    """Log a fault; one that only the person can mend is told once."""
    log.warning("account %s: %s", account, error)
    with suppress(WatcherError):  # the store itself may be the fault; it is logged
        running.service.store.set_note(f"fault:{account}", str(error))
    if error.retry is not Retry.NEVER:
        return
    running.hopeless[account] = error
    _ask(running, "time")
    told = f"told:{account}"
    with suppress(WatcherError):
        if running.service.store.note(told) == type(error).__name__:
            return
        title = str(running.service.text["single_title"])
        if running.service.notifier.show(Notice(id=f"account-{account}", title=title, body=error.message)):
            running.service.store.set_note(told, type(error).__name__)


def _recovered(running: _Running, account: str) -> None:
    running.hopeless.pop(account, None)
    store = running.service.store
    for key in (f"fault:{account}", f"told:{account}"):
        if store.note(key):
            store.set_note(key, "")


def _pause(error: WatcherError, failures: int) -> float:
    """How long to wait after a fault (seconds), with jitter so that many do not come back at once."""
    if error.retry is Retry.NEVER:
        return HOPELESS_PAUSE
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10))
    return longest * random.uniform(0.5, 1.0)


# --------------------------------------------------------------------------- start, stop, reload


def _start(running: _Running) -> _Running:
    for station in running.service.stations:
        thread = threading.Thread(
            target=_watch, args=(running, station), name=f"watch-{station.look.account}", daemon=True
        )
        running.threads.append(thread)
        thread.start()
    return running


def _stop(running: _Running) -> None:
    """Let the threads finish what they are doing; whatever is left is in the journal."""
    running.stop.set()
    _wake_all(running)
    until = time.monotonic() + PATIENCE
    for thread in running.threads:
        thread.join(max(0.0, until - time.monotonic()))
    running.service.notifier.close()
    running.service.store.close()


def _reload(running: _Running, build: Callable[[], Service]) -> _Running:
    """Read the configuration again; a broken one changes nothing."""
    systemd.reloading()
    try:
        service = build()
    except WatcherError as error:
        log.error("the configuration was not taken over: %s", error)
        systemd.ready()
        return running
    _stop(running)
    log.info("the configuration was read again")
    fresh = _start(_Running(service, running.wake, running.asked, running.presses))
    systemd.ready()
    return fresh


def _ask(running: _Running, word: str) -> None:
    """Ask the timekeeper for something, from any thread."""
    running.asked.put(word)
    running.wake.set()


def _wake_all(running: _Running) -> None:
    for mailbox in list(running.mailboxes.values()):
        mailbox.wake()


def _drain(asked: queue.Queue[str]) -> set[str]:
    words = set()
    with suppress(queue.Empty):
        while True:
            words.add(asked.get_nowait())
    return words


def _handle_presses(running: _Running) -> bool:
    """Do what pressed buttons say; True when there were any."""
    service, pressed = running.service, False
    with suppress(queue.Empty):
        while True:
            notice_id, action = running.presses.get_nowait()
            pressed = True
            try:
                everything, _ = _decide(running)
                press(service.store, everything, notice_id, action, now())
            except WatcherError as error:
                log.warning("a button could not be obeyed: %s", error)
    return pressed
