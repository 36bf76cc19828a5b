"""How well mail is told apart, on mail of our own wording. Floors, to be raised; never lowered."""

from __future__ import annotations

from collections import Counter

import pytest
from corpus_mail import coarse, judged

from watcher.core.model import CONFIDENT, Kind

LANGUAGES = ("en", "id")
ACCURACY = {"en": 0.92, "id": 0.95}
OWN_ACCURACY = 0.96
HARD_NEGATIVES_TAKEN = 2


def _incoming(language: str) -> list[tuple[str, str]]:
    """(true, found) coarse classes of the mail about a candidacy."""
    return [
        (coarse(Kind(entry["label"])), coarse(verdict.kind))
        for entry, verdict in judged()
        if entry["lang"] == language and entry["direction"] == "in" and entry["label"] != "other"
    ]


def _hard_negatives() -> list[str]:
    return [
        f"{entry['id']} -> {verdict.kind.value}"
        for entry, verdict in judged()
        if entry["direction"] == "in" and entry["label"] == "other" and coarse(verdict.kind) != "other"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_coarse_accuracy(language: str) -> None:
    pairs = _incoming(language)
    right = sum(true == found for true, found in pairs)
    assert len(pairs) >= 140
    assert right / len(pairs) >= ACCURACY[language], Counter(pair for pair in pairs if pair[0] != pair[1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wanted", ["interview", "rejection"])
def test_what_moves_most_is_rarely_wrong(language: str, wanted: str) -> None:
    pairs = _incoming(language)
    found = [true for true, seen in pairs if seen == wanted]
    assert sum(true == wanted for true in found) / len(found) >= 0.95
    assert (
        sum(true == seen == wanted for true, seen in pairs) / sum(true == wanted for true, _ in pairs) >= 0.8
    )


def test_hard_negatives_are_left_alone() -> None:
    total = sum(1 for entry, _ in judged() if entry["direction"] == "in" and entry["label"] == "other")
    assert total >= 80
    taken = _hard_negatives()
    assert len(taken) <= HARD_NEGATIVES_TAKEN, taken


def test_own_mail_is_own_and_mostly_of_its_class() -> None:
    own = [(entry, verdict) for entry, verdict in judged() if entry["direction"] == "out"]
    assert len(own) >= 40
    assert all(verdict.kind.own for _, verdict in own)
    assert sum(verdict.kind.value == entry["label"] for entry, verdict in own) / len(own) >= OWN_ACCURACY


def test_every_class_occurs_in_every_language() -> None:
    labels = {language: {e["label"] for e, _ in judged() if e["lang"] == language} for language in LANGUAGES}
    assert labels["en"] == labels["id"]
    assert {kind.value for kind in (Kind.OFFER, Kind.ASSESSMENT, Kind.OWN_TASK_DONE)} <= labels["en"]


def test_confidence_means_something() -> None:
    """Right verdicts are surer than wrong ones, and what says nothing is surely nothing."""
    right = [v.confidence for e, v in judged() if coarse(v.kind) == coarse(Kind(e["label"]))]
    assert sum(value >= CONFIDENT for value in right) / len(right) >= 0.95
    assert all(0.0 <= v.confidence <= 1.0 for _, v in judged())


def test_evidence_quotes_the_mail() -> None:
    for entry, verdict in judged():
        body = " ".join(f"{entry['subject']} {entry['body']}".replace("_", " ").split())
        assert verdict.evidence and verdict.evidence[0].rule
        for piece in verdict.evidence:
            assert len(piece.quote) <= 120
            assert piece.quote == "" or piece.quote[:20] in body, entry["id"]
