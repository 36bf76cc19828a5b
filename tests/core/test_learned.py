"""The learned part: its file, its numbers, its manners."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.learned import (
    Learned,
    chosen,
    dump,
    features,
    known_field,
    load,
    probabilities,
    slot,
    weightiest,
)
from watcher.core.model import Kind
from watcher.packs import load_models

SMALL = (Kind.OTHER, Kind.REJECTION)


def small(**weights: tuple[int, int]) -> Learned:
    """A model of two classes in which only the named words weigh anything."""
    bits = 8
    rows = [(128, 128)] * (1 << bits)
    for word, row in weights.items():
        rows[slot(word, bits)] = row
    table = bytes(value for row in rows for value in row)
    header = Learned(SMALL, bits, (), (0.0, 0.0), 0.1, 1.0, known_field(weights))
    return load(dump({"in": header}, {"in": table}))["in"]


def test_a_word_that_speaks_for_a_class_makes_it_likelier():
    model = small(regret=(100, 200))
    odds = probabilities(model, features("", "we regret", ()))
    assert odds[Kind.REJECTION] > 0.9
    assert math.isclose(sum(odds.values()), 1.0)
    assert chosen(odds, model.classes)[0] is Kind.REJECTION
    assert weightiest(model, features("", "we regret", ()), Kind.REJECTION, 3)[0][0] == "regret"


def test_words_without_weight_decide_nothing():
    odds = probabilities(small(), features("anything", "at all", ("robot",)))
    assert odds == {Kind.OTHER: 0.5, Kind.REJECTION: 0.5}


def test_a_word_that_the_corpus_does_not_have_says_nothing_though_its_row_does():
    model = small(regret=(100, 200))
    stranger = next(f"word{n}" for n in range(10_000) if slot(f"word{n}", 8) == slot("regret", 8))
    odds = probabilities(model, features("", stranger, ()))
    assert odds == {Kind.OTHER: 0.5, Kind.REJECTION: 0.5}
    assert weightiest(model, features("", stranger, ()), Kind.REJECTION, 3) == []


def test_the_sum_of_many_features_does_not_spill_into_the_next_class():
    model = small(**{f"word{number}": (255, 0) for number in range(200)})
    text = " ".join(f"word{number}" for number in range(200))
    odds = probabilities(model, features("", text, ()))
    assert odds[Kind.OTHER] > 0.99


@settings(max_examples=100)
@given(st.text(max_size=2000), st.text(max_size=300), st.lists(st.text(max_size=20), max_size=10))
def test_any_text_gets_probabilities(subject, text, signs):
    for model in load_models().values():
        odds = probabilities(model, features(subject, text, signs))
        assert math.isclose(sum(odds.values()), 1.0, rel_tol=1e-6)
        assert min(odds.values()) >= 0.0


def test_the_packaged_file_is_small_and_knows_every_class():
    from importlib.resources import files

    assert len((files("watcher") / "data" / "model.bin").read_bytes()) < 2_000_000
    models = load_models()
    assert set(models) == {"in", "out"}
    assert {kind.own for kind in models["out"].classes} == {True}
    assert Kind.INTERVIEW_INVITATION in models["in"].classes


@pytest.mark.parametrize("data", [b"", b"IWMODEL2....", b"something else"])
def test_another_file_is_refused(data):
    with pytest.raises(ValueError, match="no model file"):
        load(data)
