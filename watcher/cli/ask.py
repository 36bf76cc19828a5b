"""Questions at a terminal, each with the option that answers it instead."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from watcher.cli.common import said_of
from watcher.cli.tables import console, plain
from watcher.core.wording import words
from watcher.errors import UsageError, WatcherError
from watcher.mailbox.providers import Provider
from watcher.packs import load_packs

#: A question that is answered wrongly so often is a misunderstanding.
PATIENCE = 10


class Asker:
    """Asks the person in their language. `yes`: every question that has a usual answer is answered so.
    Without a terminal nothing is asked: UsageError then names the option that was missing."""

    def __init__(self, language: str, *, yes: bool = False) -> None:
        self.language = language
        self._text = words(load_packs(), language, "setup")
        self._yes = yes
        self.there = sys.stdin.isatty()  # somebody who can type a password
        self.may_differ = self.there and not yes  # and may want something else than is usual

    def say(self, key: str, **values: object) -> None:
        """Print a sentence of the table."""
        console().print(self.words(key, **values), soft_wrap=True)

    def words(self, key: str, **values: object) -> str:
        """A sentence of the table, fit for a terminal."""
        shown = {name: plain(str(value)) for name, value in values.items()}
        return str(self._text[key]).format(**shown)

    def note(self, provider: Provider) -> str:
        """What a provider wants besides a password, in the person's language where the table has it."""
        return str(self._text["notes"].get(provider.name, provider.note))

    def fault(self, error: WatcherError) -> None:
        """Say what went wrong, and what to do."""
        console(stderr=True).print(plain(str(error)), style="red", soft_wrap=True)

    def ask(
        self,
        key: str,
        option: str,
        *,
        given: str = "",
        usual: str = "",
        check: Callable[[str], str] = str.strip,
        optional: bool = False,
        **values: object,
    ) -> str:
        """The answer to a question, as `check` returns it; it raises ValueError for what is no answer. `given`
        is what the option says. Raises UsageError when nobody can be asked, or the option is wrong."""
        if given:
            try:
                return check(given)
            except ValueError as error:
                raise UsageError(said_of(option, error), "") from None
        if self._yes and (usual or optional):
            return usual
        self._needs_somebody(option)
        label = self.words(key, **values)
        for _ in range(PATIENCE):
            answer = str(click.prompt(label, default=usual, show_default=bool(usual))).strip()
            if not answer and optional:
                return ""
            try:
                if not answer:
                    raise ValueError(self.words("required"))
                return check(answer)
            except ValueError as error:
                click.echo(f"  {plain(str(error))}")
        raise UsageError("That was not understood.", f"Give {option}.")

    def agree(self, key: str, option: str, *, usual: bool = True, **values: object) -> bool:
        """Yes or no."""
        if self._yes:
            return usual
        self._needs_somebody(option)
        words = {
            **dict.fromkeys(self._list("yes"), True),
            **dict.fromkeys(self._list("no"), False),
            "": usual,
        }
        label = f"{self.words(key, **values)} {self.words('yes_no' if usual else 'no_yes')}"
        for _ in range(PATIENCE):
            answer = str(click.prompt(label, default="", show_default=False)).strip().lower()
            if answer in words:
                return words[answer]
        raise UsageError("That was not understood.", f"Give {option}.")

    def secret(self, option: str) -> str:
        """A password, without showing it."""
        self._needs_somebody(option)
        return str(click.prompt(self.words("password"), hide_input=True))

    def _list(self, key: str) -> list[str]:
        return str(self._text[key]).split()

    def _needs_somebody(self, option: str) -> None:
        if not self.there:
            raise UsageError("Nobody can be asked here: standard input is no terminal.", f"Give {option}.")
