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
        self.question = ""  # the pattern of the one that was asked last
        self.answered: list[str] = []  # the patterns of those that were answered

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.close(force=True)

    def answer(self, answers: Sequence[tuple[str, str]], stop_before: int | None = None) -> bool:
        """Answer each question that matches one of these patterns, until the command ends (True) or question
        number `stop_before` has been asked (False): `question` is then its pattern. Of several that match
        at the same place the first counts."""
        patterns = [pattern for pattern, _ in answers]
        while True:
            index = self.process.expect([*patterns, pexpect.EOF])
            ended = index == len(patterns)
            self.seen += f"{self.process.before}{'' if ended else self.process.after}"
            if ended:
                return True
            self.question, text = answers[index]
            if len(self.answered) == stop_before:
                return False
            self.reply(text)

    def reply(self, text: str) -> None:
        """Type an answer to the question that was asked last."""
        self.answered.append(self.question)
        self.process.sendline(text)

    def end(self) -> int:
        """Wait for its end; the exit code."""
        if self.process.isalive():
            self.process.expect(pexpect.EOF)
            self.seen += self.process.before if isinstance(self.process.before, str) else ""
            self.process.wait()
        return int(self.process.exitstatus if self.process.exitstatus is not None else -1)

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.process.sendintr()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill(signal.SIGKILL)
        self.process.wait()
