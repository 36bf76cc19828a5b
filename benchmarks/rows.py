"""The rows of the table: what is measured, and the floor it must hold."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import facts, idle, mailboxes
from benchmarks.proxy import Count
from benchmarks.server import (
    PASSWORD,
    ROOT,
    CountingProxy,
    Dovecot,
    arrive,
    first_scan,
    imapclient_reads,
    mbsync,
    replay,
)
from watcher.cli.outfit import outfit
from watcher.core.candidates import FIELDS, sight
from watcher.core.person import Person, Wishes
from watcher.core.shown import by_urgency
from watcher.edition import edition
from watcher.mailbox import ImapAccount
from watcher.mailbox.imap import connect
from watcher.packs import load_packs
from watcher.reader import Look, read, read_folders
from watcher.scan import Here, keep_shown, stand
from watcher.store import Store

DELAY = 0.05
#: Reactions after a rest; runs of a command.
COLD, COMMANDS = 7, 9


@dataclass(frozen=True)
class Row:
    """One line: what, the figure, the floor, whether it holds (None: there is no floor)."""

    name: str
    figure: str
    floor: str = ""
    holds: bool | None = None


@dataclass(frozen=True)
class Filled:
    """A mailbox on the server."""

    size: int
    user: str
    total: int


def first_scans(server: Dovecot, boxes: list[Filled]) -> Iterator[Row]:
    """Time, bytes and memory of first scans."""
    peaks: dict[int, tuple[float, float]] = {}
    for box in boxes:
        first_scan(server.port, box.user)  # the server has seen everything once
        with CountingProxy(server.port, keep=True) as proxy:
            counted = first_scan(proxy.port, box.user)
            count = proxy.look()
            if box.size == 10_000:
                yield _bytes_of_a_scan(proxy, box, count.whole)
        plain = first_scan(server.port, box.user)
        peaks[box.size] = max(counted["peak"], plain["peak"]), plain["mind"]
        if box is boxes[-1]:
            yield from _against_others(server, box, count.sent, count.down, plain["seconds"])
    small, large = peaks[boxes[0].size][0], peaks[boxes[-1].size][0]
    yield Row(
        f"peak memory of the service, first scan of {boxes[0].size:,} -> {boxes[-1].size:,}",
        f"{small:.0f} -> {large:.0f} MB ({large / small:.2f} x)",
        "<= 70 MB, <= 1.2 x",
        large <= 70 and large / small <= 1.2,
    )
    yield Row("  the process that judges, while it is there", f"{peaks[boxes[-1].size][1]:.0f} MB")


def _bytes_of_a_scan(proxy: CountingProxy, box: Filled, bare: int) -> Row:
    first_scan(proxy.port, box.user, packed=True)
    share = 100 * proxy.look().whole / box.total
    first_scan(proxy.port, box.user, 90, packed=True)
    few = 100 * proxy.look().whole / box.total
    return Row(
        f"first scan of {box.size:,} mails ({box.total / 1e9:.2f} GB): bytes, whole / 90 days",
        f"{share:.2f} % / {few:.3f} % (not compressed: {100 * bare / box.total:.2f} %)",
        "<= 0.8 % / <= 0.08 %",
        share <= 0.8 and few <= 0.08,
    )


def _against_others(server: Dovecot, box: Filled, sent: bytes, down: int, took: float) -> Iterator[Row]:
    raw = min(replay(server.port, sent, down) for _ in range(3))
    name = f"first scan of {box.size:,}"
    yield Row(
        f"{name}: time / raw drain of the same bytes",
        f"{took:.1f} s / {raw:.2f} s = {took / raw:.1f}",
        "<= 5",
        took / raw <= 5,
    )
    reading = min(_only_reading(server.port, box.user) for _ in range(2))
    yield Row(
        "  mailbox read, candidates in hand, nothing judged / the raw drain",
        f"{reading:.1f} s / {raw:.2f} s = {reading / raw:.1f}",
    )
    with CountingProxy(server.port, DELAY) as proxy:
        far = first_scan(proxy.port, box.user)["seconds"]
    yield Row(
        f"{name} at 50 ms there and back / without",
        f"{far:.1f} s / {took:.1f} s = {far / took:.2f}",
        "<= 1.6",
        far / took <= 1.6,
    )
    client = min(imapclient_reads(server.port, box.user, box.size) for _ in range(2))
    heads = min(_only_heads(server.port, box.user) for _ in range(2))
    yield Row(
        f"headers of {box.size:,}: imapclient / ours, the same items",
        f"{client:.1f} s / {heads:.1f} s = {client / heads:.1f}",
        ">= 6",
        client / heads >= 6,
    )
    program = shutil.which("mbsync")
    if program is None:
        yield Row(f"{name}: mbsync", "not installed (Debian package isync)")
        return
    with tempfile.TemporaryDirectory() as folder:
        whole = mbsync(program, server.port, box.user, Path(folder))
        with CountingProxy(server.port) as proxy:
            mbsync(program, proxy.port, box.user, Path(folder))
            count = proxy.look()
    yield Row(f"{name}: mbsync, all mails whole", f"{whole:.1f} s")
    yield Row("  its no-change sync", f"{count.turns} turns, {count.whole:,} bytes")


class _Nothing:
    """Wants nothing but the headers."""

    fields = FIELDS

    def passes(self, header: bytes, size: int) -> object:
        return header


class _Worth(_Nothing):
    """Wants what the header does not rule out."""

    def __init__(self) -> None:
        self.packs = load_packs()

    def passes(self, header: bytes, size: int) -> object | None:
        seen = sight(header, self.packs)
        return seen if seen.needless and seen.complete else None


def _only_heads(port: int, user: str) -> float:
    return _only_reading(port, user, _Nothing())


def _only_reading(port: int, user: str, sieve: _Nothing | None = None) -> float:
    sieve = sieve or _Worth()
    begin = time.perf_counter()
    with closing(_open(port, user)) as mailbox:
        mailbox.folders()
        mailbox.cursor("INBOX")
        for _ in mailbox.fetch_since("INBOX", None, None, sieve):
            pass
    return time.perf_counter() - begin


def polls(server: Dovecot, boxes: list[Filled]) -> Iterator[Row]:
    """What a look at a kept connection costs, with no news and with ten new mails; and a new connection."""
    quiet, busy, again = [], [], []
    for box in boxes:
        with CountingProxy(server.port) as proxy, closing(_open(proxy.port, box.user)) as mailbox:
            store, look = Store(None), _look(box.user)
            mind = Here(store, look.person, Wishes(), look.packs)
            folders = mailbox.folders()
            names = [folder.name for folder in read_folders(look, folders)]
            for folder in names:
                end = mailbox.cursor(folder)
                store.set_cursor(look.account, end.folder, end.uidvalidity, end.uid)
            mailbox.wait(0.2, threading.Event())
            proxy.look()
            assert not mailbox.news(names)
            quiet.append(proxy.look())
            # As IDLE tells of them: everything from DONE until all are read is counted.
            waiting = threading.Thread(target=mailbox.wait, args=(20, threading.Event()))
            waiting.start()
            time.sleep(0.5)
            proxy.look()
            arrive(server, box.user, mailboxes.fresh(10, 1, mailboxes.NEWEST + box.size))
            waiting.join()
            got = 0
            for _ in range(10):
                got += read(look, mailbox, store, mind, folders=folders, only=mailbox.news(names)).read
                if got >= 10:
                    break
                mailbox.wait(5, threading.Event())
            busy.append((proxy.look(), got))
        again.append(_reconnect(server, box, store))
    same = len({count.whole for count in quiet}) == 1
    yield Row(
        "no-change poll on a kept connection",
        " | ".join(f"{count.turns} turn, {count.whole} bytes" for count in quiet),
        "1 turn, <= 100 bytes, equal",
        all(count.turns == 1 and count.whole <= 100 for count in quiet) and same,
    )
    sizes = [count.whole for count, _ in busy]
    yield Row(
        "ten new mails, one of them a job mail",
        " | ".join(f"{count.turns} turns, {count.whole:,} bytes ({read} read)" for count, read in busy),
        "<= 4 turns, <= 14 KB, within 15 %",
        all(count.turns <= 4 and count.whole <= 14 * 1024 and read == 10 for count, read in busy)
        and max(sizes) <= 1.15 * min(sizes),
    )
    yield Row(
        "a new connection, from the greeting until it waits again, nothing new",
        " | ".join(f"{count.turns} turns, {count.whole:,} bytes" for count in again),
    )


def _reconnect(server: Dovecot, box: Filled, store: Store) -> Count:
    """What it costs to come back after the line was down."""
    look = _look(box.user)
    mind = Here(store, look.person, Wishes(), look.packs)
    with CountingProxy(server.port) as proxy, closing(_open(proxy.port, box.user)) as mailbox:
        folders = mailbox.folders()
        names = [folder.name for folder in read_folders(look, folders)]
        read(look, mailbox, store, mind, folders=folders, only=names)
        mailbox.wait(0.2, threading.Event())
        return proxy.look()


def waiting(server: Dovecot, boxes: list[Filled], seconds: float) -> Iterator[Row]:
    """The service as it waits, with the smallest and the largest mailbox, watched together."""
    chosen = [box for box in boxes if box.size in (boxes[0].size, boxes[-1].size)]
    for box, found in zip(
        chosen, idle.idle_hours(server, [box.user for box in chosen], seconds), strict=True
    ):
        whole = seconds >= idle.LOOKS
        held = found["pss"] <= 45 and found["cpu_ms"] <= 100 and found["wakes"] <= 150
        yield Row(
            f"idle hour, mailbox of {box.size:,} ({seconds:.0f} s watched): memory, processor, wake-ups",
            f"{found['pss']:.0f} MB, {found['cpu_ms']:.0f} ms, {found['wakes']:.0f}",
            "<= 45 MB, <= 100 ms, <= 150" if whole else "not told: no look in so short a time",
            held if whole else None,
        )
        yield Row("  bytes on the wire in it", f"{found['bytes']:.0f}")
        ready = found["ready"]
        yield Row("start to READY", f"{ready:.2f} s", "<= 1 s", ready <= 1)


def reactions(server: Dovecot, boxes: list[Filled], count: int) -> Iterator[Row]:
    """From the server's word to the notice on the message bus."""
    floor = "p50 <= 40 ms, p99 <= 120 ms"
    for box in (box for box in boxes if box.size in (boxes[0].size, boxes[-1].size)):
        name = f"event on the socket -> notice on the bus, mailbox of {box.size:,}"
        took = sorted(idle.reaction(server, box.user, count))
        if not took:
            yield Row(name, "no notice came", floor, False)
            continue
        middle, late = statistics.median(took), took[min(len(took) - 1, int(len(took) * 0.99))]
        yield Row(
            f"{name} ({len(took)} of {count} mails)",
            f"p50 {middle:.0f} ms, p99 {late:.0f} ms",
            floor,
            middle <= 40 and late <= 120 and len(took) == count,
        )
    rested = idle.reaction(server, boxes[0].user, COLD, quiet=0.2)
    if rested:
        yield Row(
            "  after a rest, when the process that judges is started first",
            f"{statistics.median(rested):.0f} ms",
        )


def standing(processes: int, each: int) -> Iterator[Row]:
    """`status` over a long life: the whole command, from its start to its end."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "config.yaml").write_text(
            f"name: Sari Wulandari\ntimezone: Asia/Jakarta\ncountry: ID\n"
            f"accounts:\n  - address: {facts.ME}\n    host: 127.0.0.1\n"
        )
        person = outfit(home / "config.yaml").person
        store = Store(home / "interview-watcher" / "watcher.sqlite")
        facts.fill(store, processes, each)
        begin = time.perf_counter()
        revision, everything = store.revision(), stand(store, person, facts.NOW)
        derived = (time.perf_counter() - begin) * 1000
        keep_shown(store, edition(person), revision, everything, facts.NOW)
        moment = facts.NOW + timedelta(hours=2)
        begin = time.perf_counter()
        kept = by_urgency(store.shown(edition(person), moment) or ())
        shown = (time.perf_counter() - begin) * 1000
        store.close()
        command = [sys.executable, "-m", "watcher", "--config", str(home / "config.yaml"), "status"]
        command += ["--now", moment.isoformat()]
        environment = {**os.environ, "XDG_STATE_HOME": folder, "PYTHONPATH": str(ROOT)}
        took = []
        for _ in range(COMMANDS):
            begin = time.perf_counter()
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            took.append((time.perf_counter() - begin) * 1000)
        assert len(kept) == processes
        assert "Firm" in done.stdout
    yield Row(
        f"status over {processes:,} processes and {processes * each:,} facts, the whole command",
        f"{min(took):,.0f} ms (best of {COMMANDS}; median {statistics.median(took):,.0f} ms)",
        "<= 300 ms",
        min(took) <= 300,
    )
    yield Row(
        "  of it reading the kept table / deriving it anew, after a change",
        f"{shown:,.0f} / {derived:,.0f} ms",
    )


def _open(port: int, user: str):  # type: ignore[no-untyped-def]
    account = ImapAccount(name="bench", address=user, host="127.0.0.1", port=port, user=user, security="none")
    return connect(account, lambda: PASSWORD)


def _look(user: str) -> Look:
    person = Person(address=user, addresses=frozenset({user}))
    return Look(account="bench", person=person, packs=load_packs())


def now() -> datetime:
    """The date of the run."""
    return datetime.now(UTC)
