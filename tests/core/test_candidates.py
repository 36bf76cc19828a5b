"""Which mails are passed over by their header alone: nothing about a candidacy, ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.candidates import FIELDS, sight
from watcher.core.model import Kind
from watcher.packs import load_packs

PACKS = load_packs()
CORPUS = Path(__file__).resolve().parents[1] / "corpus"
NOISE = {Kind.AUTO_REPLY, Kind.BOUNCE, Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER}
BULK = "List-Id: <1.shop.example>\r\nPrecedence: bulk\r\n"


def header(sender: str, subject: str, more: str = "", message_id: str = "<a@shop.example>") -> bytes:
    return f"From: {sender}\r\nSubject: {subject}\r\nMessage-ID: {message_id}\r\n{more}\r\n".encode()


def rows() -> list[dict]:
    return [
        json.loads(line)
        for path in sorted(CORPUS.rglob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    ]


@pytest.mark.parametrize("more", ["", BULK])
def test_no_mail_of_the_corpus_about_a_candidacy_is_lost_as_bulk_mail_it_may_be(more: str) -> None:
    """What was sent as bulk mail is; and nothing that was not is passed over at all."""
    lost = []
    for row in rows():
        kind = Kind(row["label"])
        if kind in NOISE or kind.own:
            continue
        fields = "".join(f"{name}: {value}\r\n" for name, value in (row.get("headers") or {}).items())
        as_bulk = more if any(name.lower().startswith("list-") for name in row.get("headers") or {}) else ""
        seen = sight(header(row.get("from") or "a@b.example", row["subject"], fields + as_bulk), PACKS)
        if seen.needless:
            lost.append((row["id"], row["subject"]))
    assert lost == []


def test_a_shop_s_letter_is_passed_over_and_a_person_s_is_not() -> None:
    assert sight(header("News <news@shop.example>", "Half price on all shoes", BULK), PACKS).needless
    assert not sight(header("Tom <tom@friends.example>", "Half price on all shoes"), PACKS).needless


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        ("Acme <news@acme.example>", "Undangan wawancara kerja"),
        ("Acme <news@acme.example>", "=?utf-8?q?Ihre_Bewerbung?="),
        ("Acme <careers@acme.example>", "Hello"),
        ("Greenhouse <no-reply@us.greenhouse-mail.io>", "Hello"),
        ("Your next job <x@y.example>", "Hello"),
    ],
)
def test_bulk_mail_of_the_trade_is_read(sender: str, subject: str) -> None:
    assert not sight(header(sender, subject, BULK), PACKS).needless


def test_what_a_mail_refers_to_and_whom_it_is_from_is_told() -> None:
    more = f"{BULK}In-Reply-To: <mine@example.com>\r\nReferences: <first@acme.example> <mine@example.com>\r\n"
    seen = sight(header("News <News@Shop.example>", "Shoes", more), PACKS)
    assert seen.related == ("<mine@example.com>", "<first@acme.example>", "<mine@example.com>")
    assert seen.sender == "news@shop.example"


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 500, b"From: <<<>>>@\r\n" * 50, BULK.encode() * 300])
def test_any_bytes_are_looked_at(raw: bytes) -> None:
    seen = sight(raw, PACKS)
    assert not seen.complete
    assert seen.message_id == ""


def test_the_fields_are_those_it_looks_at() -> None:
    assert {"From", "Subject", "Message-ID", "In-Reply-To", "References", "List-Id"} <= set(FIELDS)


LINES = (
    "From: Ana <a@b.example>",
    "from:  =?utf-8?q?Ihre_Bewerbung?= <x@y.example>",
    "Subject: half price",
    "Subject:",
    "Subject : job",
    " goes on",
    "\tand on",
    "References: <a@b> <c@d>",
    "Message-ID: <x@y.example>",
    "Message-ID: <two words@y>",
    "Message-Id:\r\n <folded@y.example>",
    "List-Id: <1.b.example>",
    "no header",
    "Précedence: bulk",
    "Subject: a\0b",
    "",
)


@given(st.lists(st.sampled_from(LINES), max_size=8), st.sampled_from(("\n", "\r\n")))
def test_a_short_header_is_seen_as_every_header_is(lines: list[str], end: str) -> None:
    raw = (end.join(lines) + end).encode()
    with pytest.MonkeyPatch.context() as patch:
        quick = sight(raw, PACKS)
        patch.setattr("watcher.core.candidates._plain_fields", lambda header: None)
        assert sight(raw, PACKS) == quick
