"""What a mail wants from the person: the questions and requests in it, without courtesies and boilerplate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from watcher.core.cues import cues_of, units_of
from watcher.core.language import Packs
from watcher.core.model import EVIDENCE_LENGTH
from watcher.core.patterns import compile_pattern

#: At most so many questions are kept.
QUESTIONS = 8

_LINK = compile_pattern(r"(?:https?://|www\.)[^\s<>]+")
_BULLETS = "-*•·>#–— \t"


@dataclass(frozen=True, slots=True)
class Asks:
    """Whether a mail wants something from the person, and the sentences that say so."""

    ask: bool = False
    questions: tuple[str, ...] = ()


def find_asks(text: str, packs: Packs, *, human: bool) -> Asks:
    """The questions and requests of `text` (the new words of an incoming mail). A robot's text counts only
    where it plainly asks for an act ("please choose a time"): its questions are decoration."""
    cues = cues_of(packs)
    found: list[str] = []
    for sentence in units_of(text):
        line = sentence.strip(_BULLETS)
        if len(line) < 4 or not (cues.asks_strong.search(line) or (human and cues.asks_normal.search(line))):
            continue
        if not cues.asks_not.search(line) or _asks_besides(line, cues.asks_not, cues.asks_strong):
            found.append(_clean(line))
    return Asks(bool(found), tuple(dict.fromkeys(found))[:QUESTIONS])


def _asks_besides(line: str, courtesy: Any, strong: Any) -> bool:
    """True when something is asked for outside the courtesy ("please confirm, and feel free to call")."""
    match = courtesy.search(line)
    rest = (line[: match.start()], line[match.end() :])
    return any(strong.search(part) for part in rest)


def _clean(line: str) -> str:
    """`line` on one line, without links and control characters, at most EVIDENCE_LENGTH long."""
    shown = "".join(c for c in _LINK.sub("", line) if c.isprintable())
    text = " ".join(shown.split()).replace(" ?", "?")
    if len(text) <= EVIDENCE_LENGTH:
        return text
    return text[: EVIDENCE_LENGTH - 1].rpartition(" ")[0].rstrip(",;:") + "…"
