"""What is cut at its boundaries has the same parts as what the parser of the standard library makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core import parse_body
from watcher.core.model import Address
from watcher.core.parse_body import Part, read_tree
from watcher.core.parse_headers import read_addresses, split_head
from watcher.core.parse_tree import tree_of
from watcher.core.plain_address import plain_addresses

MIXED = b'Content-Type: multipart/mixed; boundary="b"\n\n'
LINES = (
    b"--b",
    b"--b--",
    b"--b ",
    b"--bb",
    b"--c",
    b"--c--",
    b"",
    b"Content-Type: text/plain; charset=utf-8",
    b"Content-Type: text/html",
    b"Content-Type: multipart/alternative;",
    b" boundary=c",
    b"Content-Type: message/rfc822",
    b"Content-Transfer-Encoding: base64",
    b"Subject: x",
    b"no header",
    b"text \xc3\xa9\xff",
    b"-- ",
)


def flat(part: Any) -> Any:
    """A part as values."""
    inside = part.get_payload()
    inside = [flat(one) for one in inside] if isinstance(inside, list) else inside
    return part.depth, list(part.raw_items()), [type(one).__name__ for one in part.defects], inside


def both(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, bool]:
    """The parts in the quick way where it is open, and in the other; and whether it is."""
    quick: list[Part | None] = []

    def tried(*given: Any) -> Part | None:
        quick.append(tree_of(*given))
        return quick[-1]

    head = split_head(raw)
    with monkeypatch.context() as patch:
        patch.setattr(parse_body, "tree_of", tried)
        ours = flat(read_tree(head))
        patch.setattr(parse_body, "tree_of", lambda *given: None)
        theirs = flat(read_tree(head))
    return ours, theirs, quick[0] is not None


@given(st.lists(st.sampled_from(LINES), max_size=30), st.sampled_from((b"\n", b"\r\n")))
def test_the_parts_are_the_same(lines: list[bytes], end: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        ours, theirs, _ = both(MIXED + end.join(lines), patch)
    assert ours == theirs


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_well_formed_mail_goes_the_quick_way(end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (b"--b", LINES[9], LINES[10], b"", b"--c", LINES[7], b"", b"Hello", b"--c", LINES[8], b"")
    raw = MIXED + end.join((*lines, b"<p>Hello</p>", b"--c--", b"", b"--b", b"", b"more", b"--b--", b""))
    ours, theirs, quick = both(raw, monkeypatch)
    assert quick
    assert ours == theirs
    assert len(ours[3]) == 2


@pytest.mark.parametrize(
    "more", [b"--b\n\nnever ends", b"--b\n\nx\n--b--\n--b\n", b"--b\nno header\n\n--b--"]
)
def test_an_odd_mail_does_not(more: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs, quick = both(MIXED + more, monkeypatch)
    assert not quick
    assert ours == theirs


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Ana Lim <Ana.Lim@corp.example>", (Address("ana.lim@corp.example", "Ana Lim"),)),
        ('"HR Team 2" <hr@corp.example>', (Address("hr@corp.example", "HR Team 2"),)),
        ("<hr@corp.example>", (Address("hr@corp.example"),)),
        ("hr+x@corp.co.id", (Address("hr+x@corp.co.id"),)),
        ("", ()),
        ("Ana, Lim <a@corp.example>", None),
        ("a@b.example, c@d.example", None),
        ("=?utf-8?q?=C3=A9?= <a@b.example>", None),
        ("evil@bank.example <a@b.example>", None),
        ("<a@b.example", None),
    ],
)
def test_only_an_address_that_cannot_be_read_in_two_ways_is_plain(value: str, found: Any) -> None:
    assert plain_addresses(value) == found


@pytest.mark.parametrize(
    "value", ["Ana Lim <a@b.example>", '"HR 2" <hr@b.example>', "<h@b.example>", "h@b.co"]
)
def test_a_plain_address_is_what_the_address_parser_reads(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = split_head(f"From: {value}\nTo: {value}\n\n".encode())
    ours = read_addresses(head)
    monkeypatch.setattr("watcher.core.parse_headers.plain_addresses", lambda value: None)
    assert read_addresses(head) == ours
