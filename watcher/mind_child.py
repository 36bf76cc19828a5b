"""The process that judges mail and decides: `python -m watcher.mind_child FD`, started by `mind.py`.

It reads questions from the pipe and answers them in order. It ends when the pipe does, and by itself after a
while without a question.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from watcher.errors import WatcherError
from watcher.packs import load_models, load_packs
from watcher.reader import JudgingError, Look
from watcher.scan import Here
from watcher.store import Store

#: Without a question for so long (seconds) it ends. The environment may say otherwise, for tests.
IDLE = float(os.environ.get("WATCHER_MIND_IDLE", "30"))


class _Child:
    """What is known on this side of the pipe."""

    def __init__(self, database: str, person: Any, wishes: Any) -> None:
        self.packs, self.models = load_packs(), load_models()
        self.here = Here(Store(Path(database)), person, wishes, self.packs)
        self.looks: dict[str, Look] = {}

    def answer(self, word: str, *rest: Any) -> Any:
        """What to say to one question; raises what is to be told as a fault."""
        if word in ("begin", "again"):
            look = replace(rest[0], packs=self.packs, models=self.models)
            self.looks[look.account] = look
            return self.here.begin(look)
        if word == "judge":
            account, raw, arrived, sent, told = rest
            return self.here.judge(self.looks[account], raw, arrived, sent=sent, told=told)()
        if word == "decide":
            return self.here.decide(*rest)
        if word == "tick":
            return self.here.tick(*rest)
        return self.here.press(*rest)


def main() -> None:
    """Answer until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the service, which tells us
    pipe = Connection(int(sys.argv[1]))
    try:
        child = _Child(*pipe.recv())
        while pipe.poll(IDLE):
            words = pipe.recv()
            answer = _answer(child, words)
            if words[0] != "again":
                pipe.send(answer)
            if not pipe.poll():  # nobody waits
                child.here.rest()
    except (EOFError, OSError):
        return  # the service has ended


def _answer(child: _Child, words: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "ok", child.answer(*words)
    except JudgingError as error:
        return "failed", error.message
    except WatcherError as error:
        return "fault", error
    except Exception as error:  # noqa: BLE001 - told on the other side, by its name: its text may hold words of a mail
        return "fault", WatcherError(f"Unexpected {type(error).__name__}.", "It is tried again.")


if __name__ == "__main__":
    main()
