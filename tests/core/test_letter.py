"""Every pack has every letter, and every letter keeps to rule 4.2: a new language is covered by being there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from draft_helpers import FOLLOW_UPS, KINDS, letter_case, write

from watcher.core.draft import Draft
from watcher.core.letter import LetterError, has_letter, render, subject_for, tidy, with_phrases
from watcher.core.model import Details, DraftKind, Occasion
from watcher.packs import load_packs

LANGUAGES = tuple(code for code, pack in load_packs().items() if pack.table("letters"))
WORDS = {
    DraftKind.THANK_YOU: (45, 110),
    DraftKind.FOLLOW_UP: (35, 100),
    DraftKind.FOLLOW_UP_LATE: (40, 80),
    DraftKind.CLOSING: (40, 70),
    DraftKind.FEEDBACK_REQUEST: (40, 90),
    DraftKind.CONFIRM: (20, 60),
    DraftKind.OFFER_ACK: (30, 60),
}
LETTERS = [
    pytest.param(language, kind, occasion, known, id=f"{language}-{kind.value}-{occasion.value}-{known}")
    for language in LANGUAGES
    for kind in KINDS
    for occasion in (Occasion if kind in FOLLOW_UPS else (Occasion.RESULT,))
    for known in (True, False)
]


def letter(language: str, kind: DraftKind, occasion: Occasion, known: bool) -> Draft:
    case, now = letter_case(kind, language, known=known)
    if kind in FOLLOW_UPS:
        now = replace(now, occasion=occasion, held=occasion is Occasion.RESULT)
    return write(case, now, kind)


def body(text: str) -> str:
    """The paragraphs between salutation and signature."""
    return "\n\n".join(text.strip().split("\n\n")[1:-1])


@pytest.mark.parametrize(("language", "kind", "occasion", "known"), LETTERS)
def test_a_letter_keeps_to_its_table(language: str, kind: DraftKind, occasion: Occasion, known: bool) -> None:
    draft = letter(language, kind, occasion, known)
    assert draft.language == language
    assert draft.faults == ()
    low, high = WORDS.get(kind, (0, 999))
    # The salutation and the signature may be counted or not: both counts fit.
    assert low <= len(body(draft.text).split()), draft.text
    assert len(draft.text.split()) <= high, draft.text
    questions = draft.text.count("?")
    if kind in (DraftKind.THANK_YOU, DraftKind.CLOSING):
        assert questions == 0
    elif kind is not DraftKind.ANSWER_SKELETON:
        assert questions <= 1
    assert draft.text.splitlines()[-1] == "Budi Santoso"
    assert "  " not in draft.text
    assert "\n\n\n" not in draft.text
    assert ".." not in draft.text
    assert "None" not in draft.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_pack_has_every_letter_with_a_subject(language: str, kind: DraftKind) -> None:
    pack = load_packs()[language]
    assert has_letter(pack, kind)
    for role in ("Data Analyst", ""):
        for held in (True, False):
            subject = subject_for(pack, kind, {"role": role, "me": "Budi", "held": held})
            assert subject and subject == subject.strip(" –-")
            assert (role in subject) if role else True


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_can_say_every_day_and_its_tables_are_whole(language: str) -> None:
    table = load_packs()[language].table("letters")
    assert len(set(table["weekdays"])) == 7
    assert len(set(table["months"])) == 12
    assert {"date", "time", "on_date", "you", "salutation", "the_role", "occasion_thanks"} <= set(
        table["phrases"]
    )
    groups = {
        "thanks",
        "interest",
        "pressure",
        "again",
        "counting",
        "topics",
        "offers",
        "decision",
        "promise",
    }
    assert groups <= set(table["lint"])
    assert all(table["lint"][group] for group in groups)


@pytest.mark.parametrize("language", LANGUAGES)
def test_occasions_make_different_letters(language: str) -> None:
    texts = {letter(language, DraftKind.FOLLOW_UP, occasion, True).text for occasion in Occasion}
    assert len(texts) == len(Occasion)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_follow_up_names_role_and_date_once(language: str) -> None:
    text = letter(language, DraftKind.FOLLOW_UP, Occasion.RESULT, True).text
    assert text.count("Data Analyst") == 1
    pack = load_packs()[language]
    table = pack.table("letters")
    day = {"weekday": table["weekdays"][0], "day": "2", "month": table["months"][10], "year": "2026"}
    date = str(with_phrases(pack, blank(this_year=True, **day))["date"])
    assert {day["weekday"], day["month"]} <= set(date.replace(",", "").split())
    assert text.count(date) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_to_offered_times_has_one_blank_for_the_choice(language: str) -> None:
    case, now = letter_case(DraftKind.ANSWER_SKELETON, language, known=True)
    (mail,) = case.facts
    start = mail.at.replace(day=24)
    choose = replace(mail, details=Details(ask=True, slots=(start, start.replace(hour=14))))
    text = write(replace(case, facts=(choose,)), now, DraftKind.ANSWER_SKELETON).text
    assert text.count("[ ]") == 1
    assert "1. " not in text


def test_titles_and_names_make_the_salutation() -> None:
    pack = load_packs()["id"]
    cases = {
        ("Rina Wijaya", "Ibu", "PT Sinar"): "Yth. Ibu Rina Wijaya",
        ("Slamet", "", "PT Sinar"): "Yth. Bapak/Ibu Slamet",
        ("", "", "PT Sinar"): "Yth. Tim Rekrutmen PT Sinar",
        ("", "", ""): "Yth. Bapak/Ibu Tim Rekrutmen",
    }
    for (name, title, company), expected in cases.items():
        assert with_phrases(pack, blank(name=name, title=title, company=company))["salutation"] == expected
    pack = load_packs()["en"]
    english = {
        ("Anna Smith", "", ""): "Dear Anna Smith",
        ("Anna Smith", "Anna", ""): "Dear Anna",
        ("", "", "Acme"): "Dear Acme Hiring Team",
        ("", "", ""): "Dear Hiring Team",
    }
    for (name, first_name, company), expected in english.items():
        slots = blank(name=name, first_name=first_name, company=company)
        assert with_phrases(pack, slots)["salutation"] == expected


def blank(**known: object) -> dict[str, object]:
    """The variables of a letter about which nothing is known but `known`."""
    texts = "me name first_name title company role weekday day month year hour minute zone place".split()
    truths = "held choose late deadline_known online this_year".split()
    base: dict[str, object] = {**dict.fromkeys(texts, ""), **dict.fromkeys(truths, False)}
    return {**base, "occasion": "result", "questions": (), **known}


@pytest.mark.parametrize(
    "template",
    [
        "{{ me",
        "{% if %}",
        "{{ unknown_word }}",
        "{{ me.__class__.__mro__ }}",
        "{{ 1 / 0 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ me.format.__globals__ }}",
        "{% for n in range(100000) %}xxxxxxxxxx{% endfor %}",
        "{% for n in range(10000000) %}x{% endfor %}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% include 'other' %}",
        "x" * 20_001,
    ],
)
def test_a_broken_or_hostile_template_is_one_kind_of_fault(template: str) -> None:
    with pytest.raises(LetterError):
        render(template, {"me": "Budi"})


def test_tidy_leaves_no_holes() -> None:
    assert tidy("\n\na  \n\n\n\nPT Maju Tbk..\r\nb...\n\n") == "a\n\nPT Maju Tbk.\nb...\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_long_names_do_not_make_a_letter_too_long(language: str, kind: DraftKind) -> None:
    case, now = letter_case(kind, language, known=True)
    company = "PT Bank Pembangunan Daerah Nusa Tenggara Timur"
    role = "Senior Data Analyst for Credit Risk and Portfolio Reporting"
    text = write(replace(case, company=company, role=role), now, kind).text
    assert len(text.split()) <= WORDS.get(kind, (0, 999))[1], text
