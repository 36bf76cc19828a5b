"""`clean`: what of a hostile mail may reach a screen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import NotifyError
from watcher.notify import clean, clean_body, open_notifier


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  PT\tMaju \r\n Jaya ", "PT Maju Jaya"),
        ("a\u202egnp.exe", "agnp.exe"),  # the name would be shown backwards
        ("pay\u200bpal\ufeff", "paypal"),
        ("\x1b[31mred\x07", "[31mred"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\ud800x", "x"),
        ("keluarga 👨‍👩‍👧", "keluarga 👨‍👩‍👧"),  # joined emoji stay joined
        ("abcdefghijkl", "abcdefghi…"),
        ("abcdefghij", "abcdefghij"),
        ("abcdefgh  ijkl", "abcdefgh…"),  # no blank before the ellipsis
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text, 10 if text.startswith("abc") else 60) == expected


def test_a_body_keeps_its_lines() -> None:
    assert clean_body("satu\r\n\r\n dua\u2028tiga\x85") == "satu\ndua\ntiga"
    assert clean_body("a" * 2000) == "a" * 899 + "…"


@settings(max_examples=150)
@given(st.text(), st.integers(0, 80))
def test_clean_is_total_bounded_and_idempotent(text: str, limit: int) -> None:
    for once in (clean(text, limit), clean_body(text, limit)):
        assert len(once) <= limit
        once.encode()
        kinds = {unicodedata.category(char) for char in once if char not in "\u200c\u200d\n"}
        assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert clean(clean(text, limit), limit) == clean(text, limit)


@pytest.mark.parametrize("kind", ["", "pager", "Desktop", "\x1b[0m"])
def test_an_unknown_kind_is_named_with_the_remedy(kind: str) -> None:
    with pytest.raises(NotifyError, match="desktop, command, log or auto"):
        open_notifier(kind, on_action=lambda *_: None)
