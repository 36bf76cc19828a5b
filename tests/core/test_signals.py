"""Every language pack: its phrases and examples land in their class; hedges, negations, traps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from corpus_mail import ME, coarse, packs

from watcher.core.classify import Context, classify
from watcher.core.language import Pack, detect, load_pack
from watcher.core.model import Address, Kind, Mail
from watcher.core.patterns import compile_pattern
from watcher.core.signals import find_hits, signals_of

CARRIERS = {
    "en": ("Data Analyst position", "Dear Rini,\n\n{}\n\nKind regards,\nSari"),
    "id": ("Posisi Data Analyst", "Halo Rini,\n\n{}\n\nSalam,\nSari"),
    "ms": ("Jawatan Data Analyst", "Salam Rini,\n\n{}\n\nSekian,\nSari"),
    "de": ("Stelle als Data Analyst", "Sehr geehrte Frau Rini,\n\n{}\n\nMit freundlichen Grüßen\nSari"),
    "es": ("Puesto de Data Analyst", "Estimada Rini:\n\n{}\n\nSaludos cordiales,\nSari"),
    "fr": ("Poste de Data Analyst", "Bonjour Rini,\n\n{}\n\nCordialement,\nSari"),
    "nl": ("Functie Data Analyst", "Beste Rini,\n\n{}\n\nMet vriendelijke groet,\nSari"),
    "pt": ("Vaga de Data Analyst", "Olá Rini,\n\n{}\n\nAtenciosamente,\nSari"),
}
#: Languages whose table has its examples.
LANGUAGES = sorted(code for code in packs() if packs()[code].table("signals").get("examples"))
#: Facets whose name is not that of their class.
FACETS = {
    "wait": "status_update",
    "answer": "recruiter_reply",
    "alert": "job_alert",
    "digest": "newsletter",
}
NOISE = {"newsletter", "job_alert"}


def _phrases(code: str) -> Iterator[tuple[str, str]]:
    table = packs()[code].table("signals")
    for part in ("phrases", "examples"):
        for name, texts in table.get(part, {}).items():
            for text in texts:
                yield FACETS.get(name, name), text


def _kind(code: str, label: str, phrase: str) -> Kind:
    own = label.startswith("own_")
    subject, body = CARRIERS[code]
    mail = Mail(
        message_id="<a@b>",
        sender=Address(ME if own else "sari@acme.example"),
        subject=subject,
        new_text=body.format(phrase.replace("*", "Sari")),
    )
    return classify(mail, Context(own=frozenset({ME}), outgoing=own), packs()).kind


def _lands(code: str, label: str, phrase: str) -> bool:
    kind = _kind(code, label, phrase)
    return kind.value == label or (label in NOISE and coarse(kind) == "other")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_phrase_lands_in_its_class(code: str) -> None:
    wrong = [(label, phrase) for label, phrase in _phrases(code) if not _lands(code, label, phrase)]
    assert wrong == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_phrase_inside_a_longer_one_loses(code: str) -> None:
    known = list(_phrases(code))
    pairs = [
        (label, phrase)
        for other, inner in known
        for label, phrase in known
        if label != other and inner in phrase and inner != phrase
    ]
    assert len(pairs) >= 5
    assert [pair for pair in pairs if not _lands(code, *pair)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_pack_covers_every_class(code: str) -> None:
    covered = {label for label, _ in _phrases(code)}
    machine = {Kind.AUTO_REPLY.value, Kind.BOUNCE.value, Kind.JOB_ALERT.value, Kind.NEWSLETTER.value}
    incoming = {kind.value for kind in Kind if not kind.own and not kind.mark and kind is not Kind.OTHER}
    assert incoming | machine <= covered
    assert packs()[code].table("language")["everyday"].split()
    assert set(packs()[code].table("signals")["own"]) >= {
        kind.value for kind in Kind if kind.own and kind is not Kind.OWN_REPLY
    }


def _table(**more: Any) -> Pack:
    table = {
        "concepts": {"no": "not | never"},
        "hedge": "if",
        "polite": "if you have",
        "negation": "not",
        "turnable": "good",
        "hedgeable": "good bad",
        "signals": {"good": {"strong": ["hired ~2 today"]}, "bad": {"strong": ["{no} ~3 hired"]}},
        "phrases": {"good": ["well done"], "bad": ["not well done at all"]},
    }
    return Pack("xx", {"signals": {**table, **more}})


def _facets(text: str, pack: Pack) -> set[str]:
    return {hit.facet for hit in find_hits([text], signals_of(pack))}


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("You are hired as of today.", {"good"}),
        ("You are hired for many years from today.", set()),
        ("You are not hired today.", {"bad"}),
        ("If you pass, you are hired today.", set()),
        ("If you have time: you are hired today.", {"good"}),
        ("Well done!", {"good"}),
        ("Not well done at all.", {"bad"}),
    ],
)
def test_gaps_hedges_negations_and_traps(text: str, facets: set[str]) -> None:
    assert _facets(text, _table()) == facets


@pytest.mark.parametrize("row", ["(?=x)y", "{unknown} thing", {"unless": "no find"}])
def test_a_broken_row_is_named(row: object) -> None:
    with pytest.raises(ValueError, match=r"signals\.yaml, good/strong"):
        signals_of(_table(signals={"good": {"strong": [row]}}))


def test_the_language_is_told_by_everyday_words() -> None:
    assert detect("Terima kasih, kami akan menghubungi Anda untuk tahap berikutnya", packs()) == "id"
    assert detect("Thank you, we will get back to you about the next step", packs()) == "en"
    assert detect("", packs()) == detect("zzz qqq", packs()) == "en"


def _edges(text: str, pattern: str, accents: str = "") -> bool:
    table = {"accents": accents, "signals": {"good": {"strong": [pattern]}}}
    return bool(find_hits([text], signals_of(Pack("xx", {"signals": table}))))


@pytest.mark.parametrize(
    ("text", "pattern", "found"),
    [
        ("Votre ÉTÉ ici.", "été", True),
        ("Les étés passent.", "été", False),
        ("Wir haben keine Änderung", "änderung", True),
        ("até", "até", True),
        ("Le siège est ici.", "si", False),
        ("une étape", "tape", False),
        ("C’est l’entretien", "c'est l'entretien", True),
        ("Wir würden gern", "wurden", False),
        ("refusée", r"refus\w+", True),
        ("ÀÇÑß and œuvre", "[à-ü]+ and œuvre", True),
        ("İstanbul été", "istanbul été", True),
        ("sélection", "selection", False),
    ],
)
def test_words_have_edges_at_letters_that_are_not_ascii(text: str, pattern: str, found: bool) -> None:
    assert _edges(text, pattern) is found


@pytest.mark.parametrize("text", ["retenue sélectionnée", "retenue selectionnee", "RETENUE SÉLECTIONNÉE"])
def test_a_pack_may_let_its_writers_drop_accents(text: str) -> None:
    assert _edges(text, "retenue sélectionn(?:é|[éi])e", "optional")
    assert not _edges(text, "rétenue sélectionnée")


def test_a_hit_quotes_the_mail_itself() -> None:
    table = {"signals": {"good": {"strong": ["été retenue"]}}}
    (hit,) = find_hits(["Vous avez Été retenue."], signals_of(Pack("xx", {"signals": table})))
    assert (hit.quote, hit.start) == ("Été retenue", 10)


def test_a_pattern_outside_of_the_signals_has_such_edges_too() -> None:
    assert compile_pattern(r"\bété\b").search("un été ici")
    assert not compile_pattern(r"\bété\b").search("les étés")


def test_a_pack_without_signals_judges_nothing() -> None:
    assert find_hits(["You are hired today."], signals_of(load_pack("yy", {}))) == []


def test_patterns_are_linear() -> None:
    with pytest.raises(ValueError, match="not an RE2 pattern"):
        compile_pattern(r"(a)\1")


def test_of_two_rows_that_find_the_same_words_the_heavier_one_comes_first() -> None:
    tiers = {"weak": ["well done"], "strong": ["well done"]}
    pack = Pack("xx", {"signals": {"signals": {"good": tiers}}})
    assert [hit.weight for hit in find_hits(["Well done!"], signals_of(pack))] == [3.0, 0.6]


def test_a_row_is_filed_under_its_rarest_concept() -> None:
    """Everyday words in the automaton would be found everywhere."""
    table = {"signals": {"good": {"strong": ["would like ~3 hire", "would you"]}}}
    pack = Pack("xx", {"signals": table, "language": {"everyday": "would like you"}})
    needs = [row.needs for rows in signals_of(pack).rows for row in rows]
    assert [len(one) for one in needs] == [2, 1]
    assert "hire" in needs[0][0]
    assert find_hits(["We would like very much to hire."], signals_of(pack))
    assert not find_hits(["Somebody to hire."], signals_of(pack))
