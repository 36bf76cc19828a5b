"""A person at a real terminal: questions are answered by what they say, in whatever order they come."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping, Sequence

import pexpect
from servers.person import Person

#: Answers a question with the key Enter.
ENTER = ""


class Terminal:
    """`watcher WORDS` at a terminal. Use as a context manager."""

    def __init__(
        self, person: Person, *words: str, environment: Mapping[str, str] | None = None, width: int = 80
    ) -> None:
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "watcher", *words],
            env=person.environment | {"TERM": "dumb"} | dict(environment or {}),
            cwd=str(person.home),
            encoding="utf-8",
            timeout=60,
            dimensions=(50, width),
        )
        self.seen = ""  # everything on the screen so far
        self.answered: list[str] = []  # the questions, as they were answered

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.close(force=True)

    def answer(self, answers: Sequence[tuple[str, str]], stop_before: int | None = None) -> bool:
        """Answer each question that begins with one of these words, until the command ends (True) or
        question number `stop_before` has been asked (False). A question that nobody foresaw fails."""
        patterns = [question for question, _ in answers]
        while True:
            index = self.process.expect([*patterns, pexpect.EOF])
            self.seen += f"{self.process.before}{self.process.after if index < len(patterns) else ''}"
            if index == len(patterns):
                return True
            if len(self.answered) == stop_before:
                return False
            question, text = answers[index]
            self.answered.append(question)
            self.process.sendline(text)

    def end(self) -> int:
        """Wait for its end; the exit code."""
        self.process.expect(pexpect.EOF)
        self.seen += str(self.process.before)
        self.process.wait()
        return int(self.process.exitstatus if self.process.exitstatus is not None else -1)

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.process.sendintr()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill(signal.SIGKILL)
        self.process.wait()
