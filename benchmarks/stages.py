"""Where the time goes, as ratios taken in one run: each step beside the raw limit it cannot beat.

Part of `make bench`. Figures in microseconds depend on the machine; the ratios hardly do. Nothing here passes
or fails.
"""

from __future__ import annotations

import email
import email.policy
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from watcher import sample
from watcher.core.classify import classify
from watcher.core.context import Context
from watcher.core.judge import judge
from watcher.core.parse import parse
from watcher.core.process import group
from watcher.core.standing import Person, standings
from watcher.mailbox.memory import MemoryMailbox
from watcher.packs import load_packs
from watcher.sample.unrelated import unrelated
from watcher.scan import Look, read_account
from watcher.store import Store

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
ROUNDS = 5


def measure(work: Callable[[], object], count: int) -> float:
    """Microseconds for one of the `count` things that `work` does; the median of several rounds."""
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) / count * 1e6)
    return statistics.median(took)


def measured() -> str:
    """Every step of a mail's way, one line each."""
    lines: list[str] = []

    def line(name: str, cost: float, limit_name: str, limit: float) -> None:
        lines.append(f"{name:44} {cost:9.1f} us   {limit_name:30} {limit:9.1f} us   {cost / limit:6.1f} x")

    packs = load_packs()
    mails = [mail.raw for mail in sample.build(NOW)]
    context = Context(own=frozenset({sample.ADDRESS}))
    parsed = [parse(raw, packs) for raw in mails]
    size = statistics.mean(len(raw) for raw in mails)
    lines.append(f"{len(mails)} mails of {size / 1024:.1f} KB on average")

    stdlib = measure(
        lambda: [email.message_from_bytes(raw, policy=email.policy.default).get_body() for raw in mails],
        len(mails),
    )
    line(
        "parse a mail",
        measure(lambda: [parse(raw, packs) for raw in mails], len(mails)),
        "stdlib email, body only",
        stdlib,
    )
    words = measure(lambda: [mail.new_text.lower().split() for mail in parsed], len(mails))
    line(
        "classify a mail",
        measure(lambda: [classify(m, context, packs) for m in parsed], len(mails)),
        "lower and split its words",
        words,
    )
    cost = measure(lambda: [judge(m, context, packs, arrived=NOW) for m in parsed], len(mails))
    line(
        "judge a mail (class, dates, names)",
        cost,
        "parse it",
        measure(lambda: [parse(raw, packs) for raw in mails], len(mails)),
    )

    facts = [judge(mail, context, packs, arrived=NOW) for mail in parsed]
    person = Person(address=sample.ADDRESS, addresses=frozenset({sample.ADDRESS}))
    read = measure(lambda: [fact.message_id for fact in sorted(facts, key=lambda f: f.at)], len(facts))
    line("group a fact into its process", measure(lambda: group(facts), len(facts)), "sort the facts", read)
    line(
        "know where everything stands, a fact",
        measure(lambda: standings(facts, (), (), person, NOW), len(facts)),
        "group it",
        measure(lambda: group(facts), len(facts)),
    )

    many = unrelated(500, NOW)

    def scan() -> None:
        box = MemoryMailbox("bench")
        for mail in many:
            box.deliver(mail.raw, arrived=mail.arrived)
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder) / "bench.sqlite")
            read_account(Look(account="bench", person=person, packs=packs), box, store)
            store.close()

    def insert() -> None:
        with tempfile.TemporaryDirectory() as folder:
            db = sqlite3.connect(Path(folder) / "bench.sqlite")
            db.execute("CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT)")
            db.executemany("INSERT INTO t VALUES (?, ?)", [(str(n), "x" * 500) for n in range(len(many))])
            db.commit()
            db.close()

    line(
        "scan an unrelated mail, whole path",
        measure(scan, len(many)),
        "insert a row into SQLite",
        measure(insert, len(many)),
    )
    return "\n".join(lines)
