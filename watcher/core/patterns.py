r"""Patterns for the text of mail: the only door to re2, whose time is linear, so that no mail can make one run
away.

re2's own Python layer counts the characters of a text anew in every call. Here bytes are counted as characters
where they are the same (ASCII), and a text without a match costs the search alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import re2

#: What one pattern may take in memory (bytes): there are many of them, each is small.
_PATTERN_MEMORY = 1 << 20
#: For the few patterns made of the words of several languages, which need more.
_JOINED_MEMORY = 8 * _PATTERN_MEMORY
#: The most an automaton of many patterns may use (bytes). It is a bound, not what it takes.
_SET_MEMORY = 64 << 20

#: A pattern that is found nowhere.
NEVER = r"[^\x00-\x{10FFFF}]"

#: `\b` beside a letter that is not ASCII: to RE2 no letter, so that its edge with a blank is `\B`.
_EDGE = re.compile(r"\\b(?=[^\W\d_a-zA-Z])|(?<=[^\W\d_a-zA-Z])\\b")

_UNANCHORED = re2._Anchor.UNANCHORED
_NOWHERE = (-1, -1)

Span = tuple[int, int]


class Match:
    """Where a pattern was found: like `re.Match`."""

    __slots__ = ("_pattern", "_spans", "string")

    def __init__(self, pattern: Pattern, string: str, spans: Sequence[Span]) -> None:
        self._pattern, self.string, self._spans = pattern, string, spans

    def _at(self, group: int | str) -> Span:
        return self._spans[group if isinstance(group, int) else self._pattern.groupindex[group]]

    def _text(self, span: Span) -> str | None:
        return None if span[0] < 0 else self.string[span[0] : span[1]]

    def group(self, group: int | str = 0) -> Any:
        """The text of a group, None where it took no part."""
        return self._text(self._at(group))

    def groups(self) -> tuple[Any, ...]:
        """The texts of all groups but the whole."""
        return tuple(self._text(span) for span in self._spans[1:])

    def groupdict(self) -> dict[str, Any]:
        """The texts of the named groups."""
        return {name: self._text(self._spans[place]) for name, place in self._pattern.groupindex.items()}

    def span(self, group: int | str = 0) -> Span:
        """Where a group begins and ends, (-1, -1) where it took no part."""
        return self._at(group)

    def start(self, group: int | str = 0) -> int:
        """Where a group begins."""
        return self._at(group)[0]

    def end(self, group: int | str = 0) -> int:
        """Where a group ends."""
        return self._at(group)[1]


class Pattern:
    """A compiled pattern: what `re.Pattern` can, as far as it is used here."""

    __slots__ = ("_match", "_re2", "groupindex", "pattern")

    def __init__(self, pattern: str, compiled: Any) -> None:
        self.pattern, self._re2 = pattern, compiled
        self._match = compiled._regexp.Match  # the search itself, without the layer above it
        self.groupindex: dict[str, int] = compiled.groupindex

    def search(self, text: str, at: int = 0) -> Match | None:
        """The first match at or behind `at`."""
        data = text.encode()
        plain = len(data) == len(text)
        begin = at if plain else len(text[:at].encode())
        if begin > len(data):
            return None
        spans = self._match(_UNANCHORED, data, begin, len(data))
        if spans[0] == _NOWHERE:
            return None
        return Match(self, text, spans if plain else _in_characters(data, spans))

    def finditer(self, text: str) -> Iterator[Match]:
        """Every match, one behind the other."""
        data = text.encode()
        at, end, before = 0, len(data), (0, 0)
        plain = end == len(text)
        while at <= end:
            spans = self._match(_UNANCHORED, data, at, end)
            if spans[0] == _NOWHERE:
                return
            found = spans
            if not plain:
                found = _in_characters(data, spans, before)
                before = spans[0][0], found[0][0]
            yield Match(self, text, found)
            at = spans[0][1]
            if spans[0][0] == at:  # nothing was taken: go on behind the next character
                at += 1
                while at < end and data[at] & 0xC0 == 0x80:
                    at += 1

    def match(self, text: str) -> Match | None:
        """A match at the very beginning."""
        found = self._re2.match(text)
        return (
            Match(self, text, [found.span(place) for place in range(found.re.groups + 1)]) if found else None
        )

    def fullmatch(self, text: str) -> Match | None:
        """A match of the whole text."""
        found = self._re2.fullmatch(text)
        return (
            Match(self, text, [found.span(place) for place in range(found.re.groups + 1)]) if found else None
        )

    def findall(self, text: str) -> list[Any]:
        """The matches, or what their groups hold."""
        found: list[Any] = self._re2.findall(text)
        return found

    def sub(self, instead: Any, text: str) -> str:
        """`text` with `instead` in the place of each match."""
        if self.search(text) is None:
            return text
        changed: str = self._re2.sub(instead, text)
        return changed

    def split(self, text: str) -> list[Any]:
        """The pieces between the matches, with what their groups hold."""
        if self.search(text) is None:
            return [text]
        pieces: list[Any] = self._re2.split(text)
        return pieces


def _in_characters(data: bytes, spans: Sequence[Span], known: Span = (0, 0)) -> list[Span]:
    """Places in bytes as places in characters; `known`: a place before them all, in both."""
    places: dict[int, int] = {-1: -1}
    at, count = known
    for place in sorted({place for span in spans for place in span if place >= 0}):
        count += len(data[at:place].decode())
        at = place
        places[place] = count
    return [(places[first], places[last]) for first, last in spans]


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str, *, ignore_case: bool = True) -> Pattern:
    r"""Compile `pattern` for use on mail text, in linear time. `\b` and `\w` are ASCII only, but a `\b` that
    stands beside a letter that is not ASCII is the edge of a word there too.

    Raises ValueError with the pattern in it when it is no RE2 pattern (look-around, back references).
    """
    ready = _EDGE.sub(r"\\B", pattern)
    try:
        return Pattern(ready, re2.compile(ready, options=_options(_PATTERN_MEMORY, ignore_case)))
    except re2.error as error:
        if ignore_case and "too large" in str(error):
            return Pattern(ready, _compile_joined(ready))
        raise ValueError(f"not an RE2 pattern: {pattern!r}: {error}") from error


def _compile_joined(pattern: str) -> Any:
    try:
        return re2.compile(pattern, options=_options(_JOINED_MEMORY, ignore_case=True))
    except re2.error as error:
        raise ValueError(f"not an RE2 pattern: {pattern!r}: {error}") from error


def compile_set(patterns: Sequence[str], *, ignore_case: bool = True) -> Any:
    """Compile many patterns into one automaton: `.Match(text)` gives the indexes of those that occur in `text`.

    Raises ValueError naming the first pattern that is no RE2 pattern.
    """
    found = re2.Set.SearchSet(_options(_SET_MEMORY, ignore_case))
    for pattern in patterns:
        try:
            found.Add(pattern)
        except re2.error as error:
            raise ValueError(f"not an RE2 pattern: {pattern!r}: {error}") from error
    if not patterns:
        found.Add(NEVER)
    found.Compile()
    return found


@lru_cache(maxsize=8)
def _options(memory: int, ignore_case: bool) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    options.case_sensitive = not ignore_case
    return options
