"""Patterns give what re2's own layer gives, wherever the text is no ASCII; and what is no pattern is named."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.patterns import compile_pattern

SOURCES = (
    r"\bjob\b",
    r"(?P<name>[a-z]+)?(?P<rest>é|ü|☃)",
    r"",
    r"x*",
    r"(a)|(b)",
    r"^\pL+",
    r"\s+$",
    r"[^\n!?;]{2,5}",
)
TEXTS = st.text(alphabet="abxjo é☃üß\n!𝒳", max_size=20)


@given(st.sampled_from(SOURCES), TEXTS)
def test_it_finds_the_same_in_the_same_places(source: str, text: str) -> None:
    ours = compile_pattern(source, ignore_case=False)
    theirs = re2.compile(source)
    found = [(one.span(), one.groups(), one.groupdict()) for one in ours.finditer(text)]
    assert found == [(one.span(), one.groups(), one.groupdict()) for one in theirs.finditer(text)]
    assert ours.sub("-", text) == theirs.sub("-", text)
    assert ours.split(text) == theirs.split(text)
    assert ours.findall(text) == theirs.findall(text)
    for name in ("match", "fullmatch"):
        one, other = getattr(ours, name)(text), getattr(theirs, name)(text)
        assert (one and one.span()) == (other and other.span())


@given(st.sampled_from(SOURCES), TEXTS, st.integers(0, 22))
def test_it_searches_from_the_same_character_on(source: str, text: str, at: int) -> None:
    at = min(at, len(text))
    one, other = (
        compile_pattern(source, ignore_case=False).search(text, at),
        re2.compile(source).search(text, at),
    )
    assert (one and one.span()) == (other and other.span())
    if one is not None and other is not None:
        assert (one.group(), one.start(), one.end()) == (other.group(), other.start(), other.end())


def test_what_is_no_pattern_is_named() -> None:
    with pytest.raises(ValueError, match="look"):
        compile_pattern("(?=look)")
