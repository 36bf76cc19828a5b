"""Runs passes over a mailbox, each in a process of its own that ends by SIGKILL at a given step.

Reads orders from standard input, one line of JSON each: {"user", "port", "database", "told", "now", "stop_at",
"locked"}. Answers each with one line: {"signal", "code", "steps", "error"}. A step is the moment before and the
moment after whatever a pass changes: a commit, a draft, a flag, a notice. `told` is the file the notices go to.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from servers.dovecot import PASSWORD

from watcher.core.language import Packs
from watcher.core.plan import Wishes
from watcher.core.standing import Person
from watcher.core.wording import words
from watcher.errors import WatcherError
from watcher.mailbox import ImapAccount
from watcher.mailbox.imap import connect
from watcher.notify import Notice
from watcher.outbox import flush, tell
from watcher.packs import load_packs
from watcher.sample import ADDRESS, AUTHSERV
from watcher.scan import Look, decide, journal, read_account
from watcher.store import Store

EFFECTS = ("append_draft", "add_flags", "remove_flags", "delete_draft")


@dataclass(slots=True)
class Steps:
    """Counts them, and ends the process at one."""

    stop_at: int
    count: int = 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            self.step()
            result = function(*args, **kwargs)
            self.step()
            return result

        return run


class Commits:
    """A database connection whose commits are steps."""

    def __init__(self, db: Any, steps: Steps) -> None:
        self._db, self._commit = db, steps.around(db.execute)

    def execute(self, query: str, *values: Any) -> Any:
        return (self._commit if query == "COMMIT" else self._db.execute)(query, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


class Paper:
    """A notifier that writes each notice down at once."""

    name = "paper"

    def __init__(self, path: Path) -> None:
        self._path = path

    def show(self, notice: Notice) -> bool:
        with self._path.open("a") as file:
            file.write(json.dumps([notice.id, notice.body]) + "\n")
        return True


def one_pass(order: dict[str, Any], packs: Packs, steps: Steps) -> None:
    """What the service does: read, decide, journal, act, tell."""
    now = datetime.fromisoformat(order["now"])
    person = Person(
        address=ADDRESS,
        name="Sari Wulandari",
        addresses=frozenset({ADDRESS}),
        notice_hours=(0, 24),
        urgent_hours=(0, 24),
    )
    look = Look(account="personal", person=person, packs=packs, authserv=AUTHSERV)
    account = ImapAccount("personal", ADDRESS, "127.0.0.1", order["port"], order["user"], "none")
    paper = Paper(Path(order["told"]))
    paper.show = steps.around(paper.show)  # type: ignore[method-assign]
    with closing(Store(Path(order["database"]))) as store:
        if order.get("locked"):
            store._db.execute("PRAGMA busy_timeout = 50")
        store._db = Commits(store._db, steps)  # type: ignore[assignment]
        with closing(connect(account, lambda: PASSWORD)) as mailbox:
            for name in EFFECTS:
                setattr(mailbox, name, steps.around(getattr(mailbox, name)))
            read_account(look, mailbox, store)
            everything, actions = decide(store, person, Wishes(), packs, now)
            journal(store, actions, everything, now)
            flush(store, mailbox, "personal", now)
        tell(store, paper, words(packs, "en"), now)  # type: ignore[arg-type]


def obey(order: dict[str, Any], packs: Packs) -> dict[str, Any]:
    """One pass in a forked process."""
    hear, say = os.pipe()
    child = os.fork()
    if not child:
        os.close(hear)
        steps, error = Steps(order.get("stop_at", 0)), ""
        try:
            one_pass(order, packs, steps)
        except WatcherError as fault:
            error = f"{type(fault).__name__}: {fault}"
        except BaseException as fault:  # noqa: BLE001 - the test fails with it
            error = f"unexpected {type(fault).__name__}: {fault}"
        os.write(say, json.dumps({"steps": steps.count, "error": error}).encode())
        os._exit(0)
    os.close(say)
    _, status = os.waitpid(child, 0)
    with os.fdopen(hear) as pipe:
        told = pipe.read()
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {"signal": number, "steps": 0, "error": "", **(json.loads(told) if told else {})}


def main() -> None:
    """Obey until standard input ends."""
    packs = load_packs()
    words(packs, "en")
    for line in sys.stdin:
        sys.stdout.write(json.dumps(obey(json.loads(line), packs)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
