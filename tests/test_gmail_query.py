"""What the first look at Gmail leaves out, by the same query that goes to the server: no job mail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from servers.gmail_labels import keyword, search_key
from servers.gmail_query import Group, Not, Query, Term, matches, parse, to_search

from watcher.mailbox.gmail import NARROWED, SENT_APART

CORPUS = Path(__file__).parent / "corpus"


def terms(query: Query) -> list[Term]:
    if isinstance(query, Not):
        return terms(query.part)
    return [one for part in query.parts for one in terms(part)] if isinstance(query, Group) else [query]


def test_every_job_mail_of_the_corpus_is_read() -> None:
    """Incoming mail from All Mail, narrowed; own mail from Sent. Recall: 100 %."""
    query = parse(f"{NARROWED} {SENT_APART}")
    noise = {"job_alert", "newsletter", "other"}
    found, missed = 0, []
    for file in sorted(CORPUS.rglob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            mail = json.loads(line)
            if mail["label"] in noise:
                continue
            own = mail.get("direction", "in") != "in"
            words = {"subject": mail.get("subject") or "", "from": mail.get("from") or ""}
            everything = " ".join([*words.values(), mail.get("body") or ""])
            seen = matches(query, {**words, "": everything, "in": "sent" if own else "inbox"})
            found += 1
            if not (seen or own):
                missed.append(mail["id"])
    assert found > 4000
    assert missed == []


def test_no_word_of_a_mail_decides_whether_it_is_read() -> None:
    assert {term.operator for term in terms(parse(f"{NARROWED} {SENT_APART}"))} == {"in"}


@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        ("wawancara", "Undangan Wawancara", "wawancaranya"),
        ("interview OR lamaran", "lamaran Anda", "newsletter"),
        ("{interview lamaran} -promo", "interview besok", "interview promo"),
        ('"data analyst"', "posisi Data Analyst", "analyst data"),
        ("(a OR b) c", "b c", "a b"),
        ("-{promo diskon}", "lamaran", "diskon besar"),
        ("über", "UBER alles", "oben"),
    ],
)
def test_the_evaluator(text: str, found: str, not_found: str) -> None:
    assert matches(parse(text), {"": found})
    assert not matches(parse(text), {"": not_found})


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("subject:halo from:hr@x.example", '(SUBJECT "halo" FROM "hr@x.example")'),
        ("subject:(a OR b)", '((OR (SUBJECT "a") (SUBJECT "b")))'),
        ("-in:chats -in:sent", "(NOT (KEYWORD S_Chat) NOT (KEYWORD S_Sent))"),
        ("newer_than:2d after:2026/03/09", "(YOUNGER 172800 SINCE 9-Mar-2026)"),
        ("rfc822msgid:a@b category:promotions", '(HEADER Message-ID "a@b" KEYWORD C_promotions)'),
        ("is:starred {to:x y}", '(FLAGGED OR (OR TO "x" CC "x") (TEXT "y"))'),
        ("label:Kerja", "(KEYWORD L_4b65726a61)"),
    ],
)
def test_the_program_for_a_server(text: str, program: str) -> None:
    assert to_search(parse(text), lambda name: search_key(keyword(name))) == program


@pytest.mark.parametrize("text", ["(a", "a)", "unknown:x", "{a", "subject:("])
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|early|unknown|read"):
        parse(text)
