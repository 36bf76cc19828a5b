"""Cutting a text into sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.sentences import UNIT_LENGTH, UNITS, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dear Mr. Budi, hello.", ["Dear Mr. Budi, hello."]),
        ("Datang pukul 10.00 WIB ke Jl. Mawar No. 3.", ["Datang pukul 10.00 WIB ke Jl. Mawar No. 3."]),
        ("- first\n- second", ["- first", "- second"]),
        ("A rather long line that a mail program wrapped somewhere near\nthe middle.", None),
        ("It\u2019s \u201cfine\u201d \u2013 really", ['It\'s "fine" - really']),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str] | None) -> None:
    assert sentences(text) == (expected if expected is not None else [text.replace("\n", " ")])


@given(st.text(max_size=2000))
def test_bounds_hold_for_any_text(text: str) -> None:
    units = sentences(text)
    assert len(units) <= UNITS
    assert all(0 < len(unit) <= UNIT_LENGTH for unit in units)
