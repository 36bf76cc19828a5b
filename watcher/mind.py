"""Judging and deciding in a process of their own, which ends when there is nothing to do.

The patterns of the language packs take more memory than everything else together, and are needed for seconds
a day. So the service keeps only what waits and writes; who reads the words of mail is started when mail comes
(`mind_child.py`), and ends by itself when it was not asked for a while. What it knows it takes from the same
store, so that nothing is lost with it: whatever was not answered is asked again, and a mail over which it ends
twice is told as one that cannot be judged.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import TYPE_CHECKING, Any

import watcher
from watcher.core.model import Kind
from watcher.errors import WatcherError
from watcher.reader import Begun, Judged, JudgingError, Look, Outlook

if TYPE_CHECKING:
    from watcher.core.plan import Wishes
    from watcher.core.standing import Person

log = logging.getLogger(__name__)

#: So long (seconds) an answer is waited for; judging one mail is bounded far below.
PATIENCE = 120.0
#: Starts for the same questions before they count as unanswerable.
STARTS = 2


@dataclass(slots=True)
class _Question:
    """One question under way. `words` is what is sent, `asked` when (monotonic seconds), `starts` how many
    children were asked it first of all; `answer` is ("ok", value), ("failed", name) or ("fault", error)."""

    words: tuple[Any, ...]
    asked: float = 0.0
    starts: int = 1
    answer: tuple[str, Any] | None = None


class Elsewhere:
    """The `Mind` in a child process; see `watcher.reader.Mind` for what the verbs mean."""

    def __init__(self, database: Path, person: Person, wishes: Wishes) -> None:
        self._setup = (str(database), person, wishes)
        self._asking = threading.RLock()  # one at a time writes to the pipe and starts the child
        self._told = threading.Condition()  # an answer has come, or none will
        self._child: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._listener: threading.Thread | None = None
        self._waiting: deque[_Question] = deque()
        self._looks: dict[str, Look] = {}
        self._closed = False

    @property
    def pid(self) -> int:
        """The process that judges, 0 while there is none."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else 0

    def begin(self, look: Look) -> Begun:
        """In the child."""
        light = replace(look, packs={}, models=None)
        self._looks[look.account] = light
        begun: Begun = self._ask("begin", light)
        return begun

    def judge(
        self, look: Look, raw: bytes, arrived: datetime | None, *, sent: bool, told: Kind | None = None
    ) -> Callable[[], Judged]:
        """In the child, while others are fetched."""
        question = self._put("judge", look.account, raw, arrived, sent, told)

        def answer() -> Judged:
            judged: Judged = self._value(question)
            return judged

        return answer

    def decide(self, account: str, now: datetime) -> Outlook:
        """In the child."""
        outlook: Outlook = self._ask("decide", account, now)
        return outlook

    def tick(self, now: datetime, working: Collection[str]) -> Outlook:
        """In the child."""
        outlook: Outlook = self._ask("tick", now, frozenset(working))
        return outlook

    def press(self, notice: str, action: str, now: datetime) -> None:
        """In the child."""
        self._ask("press", notice, action, now)

    def close(self) -> None:
        """The child ends when nobody holds the other end."""
        self._closed = True
        if (pipe := self._pipe) is not None:
            _shut(pipe)
        if self._listener is not None:
            self._listener.join()

    # ------------------------------------------------------------------ inside

    def _ask(self, *words: Any) -> Any:
        return self._value(self._put(*words))

    def _put(self, *words: Any) -> _Question:
        question = _Question(words)
        with self._asking:
            if self._closed:
                raise WatcherError("The service is ending.")
            self._waiting.append(question)
            if self._pipe is None:
                self._start()
            else:
                self._send(self._pipe, question)
        return question

    def _value(self, question: _Question) -> Any:
        """Wait for the answer; where the child has ended without one, have another one asked."""
        while question.answer is None:
            with self._told:
                self._told.wait_for(lambda: question.answer is not None or self._pipe is None)
            if question.answer is None:
                self._ask_another()
        kind, value = question.answer
        if kind == "failed":
            raise JudgingError(value)
        if kind == "fault":
            raise value
        return value

    def _ask_another(self) -> None:
        with self._asking:
            if self._pipe is not None or not self._waiting:
                return  # another thread has done it
            if self._closed:
                raise WatcherError("The service is ending.")
            first = self._waiting[0]
            first.starts += 1
            if first.starts > STARTS:
                self._waiting.popleft().answer = ("failed", "the process that judges ended over it")
            self._start()

    def _listen(self, pipe: Connection, child: subprocess.Popen[bytes]) -> None:
        """Take the answers, which come in the order of the questions, and see the child off. A thread of its
        own does this all the time: else the child could not get rid of its answers while somebody writes
        questions to it, and each would wait for the other."""
        try:
            with suppress(EOFError, OSError):
                while True:
                    if pipe.poll(PATIENCE):
                        answer = pipe.recv()
                        with self._told:
                            self._waiting.popleft().answer = answer
                            self._told.notify_all()
                    elif self._waiting and time.monotonic() - self._waiting[0].asked >= PATIENCE:
                        break
        finally:
            _shut(pipe)  # whoever still writes to it is told
            with suppress(subprocess.TimeoutExpired):
                child.wait(0.5)
            if child.returncode is None:
                child.kill()
                child.wait()
            with self._told:
                self._pipe = None
                self._told.notify_all()

    def _start(self) -> None:
        """Start the child, and ask it everything that was not answered."""
        ours, theirs = Pipe()
        # The child says nothing but on the pipe; it goes when its end of the pipe is alone.
        self._child = child = subprocess.Popen(
            [sys.executable, "-m", "watcher.mind_child", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd=Path(watcher.__file__).parents[1],  # our own package, whatever lies in the folder we run in
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},
        )
        theirs.close()
        self._pipe = ours
        self._listener = threading.Thread(target=self._listen, args=(ours, child), daemon=True)
        self._listener.start()
        questions = list(self._waiting)
        begun = {question.words[1].account for question in questions if question.words[0] == "begin"}
        with suppress(OSError):
            ours.send(self._setup)
            for account, look in self._looks.items():
                if account not in begun:
                    ours.send(("again", look))
        for question in questions:
            self._send(ours, question)

    def _send(self, pipe: Connection, question: _Question) -> None:
        question.asked = time.monotonic()
        with suppress(OSError):  # it has ended: `_value` sees that, and asks another one
            pipe.send(question.words)


def _shut(pipe: Connection) -> None:
    """End what goes on over a pipe, in both directions and on every thread. Its last holder closes it."""
    with suppress(OSError), socket.socket(fileno=os.dup(pipe.fileno())) as same:
        same.shutdown(socket.SHUT_RDWR)
