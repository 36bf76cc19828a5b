"""Ways to tell the person something. One file per way; all of them behave like `Notifier`.

Titles and bodies arrive as plain text and may hold words of a hostile mail: every notifier passes them
through `clean` and escapes them for its own medium. Texts, levels and hours are decided elsewhere (rule Q5).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from watcher.errors import NotifyError

#: Longest title, body and button that are passed on (characters). Servers cut far earlier.
TITLE_LENGTH = 120
BODY_LENGTH = 900
LABEL_LENGTH = 40

#: Joins letters and emoji in honest text; every other invisible format character is dropped.
_JOINERS = "\u200c\u200d"
#: Controls, formats (bidi overrides, zero-width), surrogates, private use, unassigned: nothing a reader sees.
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


@dataclass(frozen=True, slots=True)
class Button:
    """A thing the person can do right in the notice. `action` is "open", "thread", "snooze" or "done"."""

    action: str
    label: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What to show. `id` is stable: a notice with the id of an earlier one takes its place."""

    id: str
    title: str
    body: str
    urgent: bool = False
    buttons: tuple[Button, ...] = ()
    process_ids: tuple[str, ...] = ()


#: Called with (notice id, action) when a button is pressed. It runs in a thread of the notifier and must
#: return at once: put the press in a queue, do the work elsewhere.
OnAction = Callable[[str, str], None]


class Notifier(Protocol):
    """A way to tell the person."""

    @property
    def name(self) -> str:
        """How this way is called in the configuration and by `doctor`."""
        ...

    def show(self, notice: Notice) -> bool:
        """Show `notice`, in place of an earlier one of the same id. Returns within about ten seconds: True
        only when it was really handed to the person's medium, False when that failed for now (try again
        later). Raises NotifyError when it cannot work here before something changes."""
        ...

    def check(self) -> str:
        """'' when notices would arrive; else what is wrong and what to do about it."""
        ...

    def close(self) -> None:
        """Give back threads and connections. Twice is fine; it is not used any more after that."""
        ...


def open_notifier(
    kind: str,
    *,
    on_action: OnAction,
    command: Sequence[str] = (),
    app_name: str = "Interview Watcher",
) -> Notifier:
    """The notifier called `kind`: "desktop", "command" (runs `command`), "log", or "auto" (the desktop where
    a notification server answers, else the log). Opens nothing yet. Raises NotifyError for an unknown kind
    and for "command" without a command."""
    # imported here: the desktop's library is not needed by someone who chose the log
    if kind == "desktop":
        from watcher.notify.desktop import DesktopNotifier

        return DesktopNotifier(on_action, app_name)
    if kind == "command":
        from watcher.notify.command import CommandNotifier

        return CommandNotifier(tuple(command))
    if kind == "log":
        from watcher.notify.log import LogNotifier

        return LogNotifier()
    if kind == "auto":
        from watcher.notify.auto import AutoNotifier

        return AutoNotifier(on_action, app_name)
    raise NotifyError(
        f"There is no way to notify called {clean(kind, 30)!r}.",
        "Set it to desktop, command, log or auto.",
    )


def clean(text: str, limit: int) -> str:
    """`text` on one line, without control, bidi and other invisible characters, blanks collapsed, at most
    `limit` characters (the last one is then an ellipsis). Total: any string is fine, in bounded time."""
    head = text[: 8 * limit + 64]  # blanks may collapse: look further than the limit, but not without end
    visible = (
        char
        if char in _JOINERS
        else " "
        if char.isspace()
        else ""
        if unicodedata.category(char) in _INVISIBLE
        else char
        for char in head
    )
    line = " ".join("".join(visible).split())
    return line if len(line) <= limit else line[: max(limit - 1, 0)].rstrip() + "…"[:limit]


def clean_body(text: str, limit: int = BODY_LENGTH) -> str:
    """Like `clean`, but line breaks stay (empty lines go)."""
    lines = (clean(line, limit) for line in text[: 8 * limit + 64].splitlines())
    joined = "\n".join(line for line in lines if line)
    return joined if len(joined) <= limit else joined[: max(limit - 1, 0)].rstrip() + "…"[:limit]
