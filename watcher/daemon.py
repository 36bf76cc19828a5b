"""The timekeeper.

One thread looks after each account, another shows the notices (daemon_threads.py). This one, the main thread,
keeps time: it wakes when the next thing falls due, when a signal comes, when a button is pressed, and for the
service manager's watchdog. It sends the others to work and waits for nobody. Every due date is computed from
the store on each tick, so that sleep, clock jumps and restarts are harmless.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import schedule

from watcher import systemd
from watcher.daemon_threads import (
    AccountLife,
    Asked,
    Running,
    Service,
    Station,
    look_after,
    now,
    show_notices,
    wake,
)
from watcher.errors import ConfigError, WatcherError

__all__ = ["Asked", "Assemble", "Service", "Station", "keep_running", "run"]

log = logging.getLogger(__name__)

#: The longest sleep of the timekeeper (seconds): a suspended machine is noticed this soon after it is back.
LONGEST_SLEEP = 300.0
#: However little is expected, everything is looked at this often (seconds).
LONGEST_LOOK = 6 * 3600.0
#: Wall clock and steady clock this far apart: the machine slept, or its clock or zone was set (seconds).
JUMP = 30.0
#: How long the threads may take to finish, and then the notifier (seconds).
PATIENCE, NOTIFIER_PATIENCE = 3.0, 1.0

SIGNALS = {signal.SIGTERM: "stop", signal.SIGINT: "stop", signal.SIGHUP: "reload", signal.SIGUSR1: "look"}
#: Notifiers whose notices on the screen have buttons: they stay when the configuration is read again.
WITH_BUTTONS = ("desktop", "auto")


@dataclass(frozen=True, slots=True)
class _Clock:
    """Wall clock minus steady clock, and local time minus UTC (seconds). `schedule` counts in local time: where
    either changes, its jobs would be due much later or all at once."""

    offset: float
    zone: int


#: Builds a service; the argument is to be called with (notice id, action) when a button is pressed.
Assemble = Callable[[Callable[[str, str], None]], Service]


def run(assemble: Assemble) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code. SIGHUP reads the configuration again, SIGUSR1 looks
    again at once. `assemble` builds the service; what it raises at the start goes to the caller, later it is
    logged and the running service goes on."""
    asked = Asked()
    asked.by_signal(SIGNALS)
    return keep_running(assemble, asked)


def keep_running(assemble: Assemble, asked: Asked) -> int:
    """The same without signals: `asked` alone tells what to do, and when to stop."""

    def build() -> Service:
        return assemble(lambda notice, action: asked.put("press", notice, action))

    running = _start(Running(build(), asked))
    systemd.ready()
    return _keep_time(running, build)


# --------------------------------------------------------------------------- the timekeeper


def _keep_time(running: Running, build: Callable[[], Service]) -> int:
    """The main thread's loop."""
    scheduler, clock = _timetable(running), _clock()
    while True:
        scheduler.run_pending()
        heard = running.asked.listen(_sleep(scheduler))
        words = {word for word, *_ in heard}
        before, clock = clock, _clock()
        if before.zone != clock.zone:
            log.info("the machine's time zone is another one: reading the configuration again")
            words.add("reload")
        elif abs(before.offset - clock.offset) > JUMP:
            log.info("the machine slept, or its clock was set: looking at everything again")
            words.add("look")
        for _, notice, action in (one for one in heard if one[0] == "press"):
            _obey(running, notice, action)
            words.add("look")
        if "stop" in words:
            return _end(running, 0)
        if "reload" in words:
            running = _reload(running, build)
        if words - {"time"}:
            running.due = None
        if "look" in words:
            wake(running, running.accounts, after_fault=True)
        if words:
            scheduler = _timetable(running)
        hopeless = [one.hopeless for one in running.accounts.values() if _ends(one)]
        if hopeless and len(hopeless) == len(running.accounts):
            worst = max(filter(None, hopeless), key=lambda error: error.exit_code)
            log.error("no account can be watched: %s", worst.quiet)
            return _end(running, worst.exit_code)


def _ends(account: AccountLife) -> bool:
    """Nothing can be done for this account but by the person. A server that has been all right and is not now
    (its certificate ran out, a folder is gone) may be mended by others: it is looked at again."""
    return account.hopeless is not None and (account.hopeless.exit_code == 3 or not account.worked)


def _clock() -> _Clock:
    time.tzset()  # a traveller's machine: nothing else looks whether its zone was set
    return _Clock(time.time() - time.monotonic(), time.localtime().tm_gmtoff)


def _sleep(scheduler: schedule.Scheduler) -> float:
    """How long the timekeeper may sleep (seconds)."""
    longest = min(LONGEST_SLEEP, systemd.watchdog_interval() or LONGEST_SLEEP)
    idle = scheduler.idle_seconds
    return longest if idle is None else max(0.0, min(idle, longest))


def _timetable(running: Running) -> schedule.Scheduler:
    """A fresh scheduler: the watchdog's sign of life, and one tick at once."""
    scheduler = schedule.Scheduler()
    interval = systemd.watchdog_interval()
    if interval is not None:
        systemd.watchdog()
        scheduler.every(max(1, int(interval))).seconds.do(systemd.watchdog)
    _next_tick(scheduler, running, _tick(running))
    return scheduler


def _next_tick(scheduler: schedule.Scheduler, running: Running, pause: float) -> None:
    def job() -> type[schedule.CancelJob]:
        _next_tick(scheduler, running, _tick(running))
        return schedule.CancelJob

    scheduler.every(max(1, round(pause))).seconds.do(job)


def _tick(running: Running) -> float:
    """Send those whose time has come to look; returns how many seconds until the next thing falls due. Never
    raises: a job of `schedule` that raises stays due and starves the next one."""
    moment = now()
    working = frozenset(name for name, account in running.accounts.items() if not account.failures)
    try:
        rests_on = (running.service.store.version(), working)
        if running.due is None or moment >= running.due or running.looked != rests_on:
            outlook = running.service.mind.tick(moment, working)
            pause = LONGEST_LOOK if outlook.due is None else min(outlook.due, LONGEST_LOOK)
            running.looked, running.due = rests_on, moment + timedelta(seconds=pause)
            running.processes = outlook.processes
            wake(running, outlook.accounts)
    except WatcherError as error:
        log.warning("%s", error)
        return 60.0
    except Exception as error:
        log.error("unexpected %s when looking what is due; trying again", type(error).__name__)
        log.debug("the fault", exc_info=True)
        return 60.0
    running.telling.set()
    faulty = sum(1 for one in running.accounts.values() if one.failures)
    systemd.status(
        f"{len(running.accounts)} accounts ({faulty} not reachable), {running.processes} processes"
    )
    return min((running.due - moment).total_seconds(), LONGEST_SLEEP)


def _obey(running: Running, notice_id: str, action: str) -> None:
    """Do what a pressed button says."""
    try:
        running.service.mind.press(notice_id, action, now())
    except WatcherError as error:
        log.warning("a button could not be obeyed: %s", error)


# --------------------------------------------------------------------------- start, stop, reload


def _start(running: Running) -> Running:
    jobs: list[tuple[Callable[..., None], tuple]] = []
    for station in running.service.stations:
        running.accounts[station.look.account] = AccountLife()
        jobs.append((look_after, (running, station)))
    if running.service.notices:
        jobs.append((show_notices, (running,)))
    for target, args in jobs:
        running.threads.append(threading.Thread(target=target, args=args, daemon=True))
        running.threads[-1].start()
    return running


def _stop(running: Running, *, keep_notifier: bool = False) -> None:
    """Let the threads finish what they are doing; whatever is left is in the journal."""
    running.stop.set()
    wake(running, running.accounts, after_fault=True)
    for account in running.accounts.values():
        account.again.set()
    running.telling.set()
    until = time.monotonic() + PATIENCE
    for thread in running.threads:
        thread.join(max(0.0, until - time.monotonic()))
    if not keep_notifier:  # its server may hang
        ending = threading.Thread(target=running.service.notifier.close, daemon=True)
        ending.start()
        ending.join(NOTIFIER_PATIENCE)
    running.service.mind.close()
    running.service.store.close()


def _end(running: Running, code: int) -> int:
    systemd.stopping()
    _stop(running)
    return code


def _reload(running: Running, build: Callable[[], Service]) -> Running:
    """Read the configuration again; a broken one changes nothing."""
    systemd.reloading()
    try:
        service = build()
    except WatcherError as error:
        for line in (error, *(error.faults if isinstance(error, ConfigError) else ())):
            log.error("the configuration was not taken over: %s", line)
        systemd.ready()
        return running
    before = running.service.notifier
    keep = before.name == service.notifier.name and before.name in WITH_BUTTONS
    _stop(running, keep_notifier=keep)
    log.info("the configuration was read again")
    if keep:
        service = replace(service, notifier=before)
    fresh = _start(Running(service, running.asked))
    systemd.ready()
    return fresh
