"""Train the learned part of classification and write watcher/data/model.bin.

    python -m training.train            all voices, writes the file
    python -m training.accuracy         measures on voices left out, writes docs/accuracy.md

The same corpus and the same packs give the same bytes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from training.corpus import TUNED, group_of, label_of, mail_from, packaged, phrases, rows
from watcher.cli.classify import mail_of
from watcher.core import own_mail, verdicts
from watcher.core.classify import Context, Scene, features_of, scene_of
from watcher.core.language import Packs
from watcher.core.learned import (
    ZERO,
    Features,
    Learned,
    dump,
    groups_of,
    is_known,
    known_field,
    load,
    slot,
)
from watcher.core.model import Kind, Mail
from watcher.core.parse import parse
from watcher.core.structure import structure_of
from watcher.core.verdicts import Decision
from watcher.packs import load_packs

TARGET = Path(__file__).resolve().parents[1] / "watcher" / "data" / "model.bin"

#: Rows of each model (bits), and how strongly weights are held down.
BITS = {"in": 17, "out": 14}
STRENGTH = {"in": 0.5, "out": 0.7}
#: A feature counts when the corpus has it this often; each mail is there twice, whole and as its body.
OFTEN = {"in": 3, "out": 3}
#: A phrase is no mail: it counts less.
PHRASE_WEIGHT = 0.3


@dataclass(frozen=True)
class Sample:
    """One mail as the model sees it."""

    side: str
    label: Kind
    group: str
    id: str
    found: Features
    scene: Scene
    decision: Decision
    language: str


def samples(packs: Packs) -> list[Sample]:
    """Every mail of the corpus, whole and as its bare body, and those of the packaged mailbox."""
    made = []
    for row in rows():
        tuned = row["file"] in TUNED
        for bare in (False, True):
            name = row["id"] + (":bare" if bare else "")
            mail = mail_from(row, packs, bare=bare)
            own = row["direction"] == "out"
            made.append(_sample(mail, label_of(row), own, group_of(row), name, row["lang"], packs, tuned))
    return made + extras(packs)


def extras(packs: Packs) -> list[Sample]:
    """What is learned from and never measured on: the packaged mailbox, and the phrases of the packs."""
    made = []
    for number, (raw, label, own) in enumerate(packaged()):
        mail = parse(raw, packs)
        made.append(_sample(mail, label, own, "sample", f"sample-{number}", "", packs, tuned=True))
    for number, (phrase, label) in enumerate(phrases(packs)):
        mail = mail_of({"id": f"phrase-{number}", "body": phrase}, packs)
        made.append(_sample(mail, label, label.own, "phrases", f"phrase-{number}", "", packs, tuned=True))
    return made


def _sample(
    mail: Mail, label: Kind, own: bool, group: str, name: str, language: str, packs: Packs, tuned: bool
) -> Sample:
    structure = structure_of(mail, Context(outgoing=own))
    scene = scene_of(mail, structure, packs)
    decision = (own_mail.decide if own else verdicts.decide)(scene)
    found = features_of(scene, decision)
    if tuned:
        found = replace(found, signs=frozenset())
    return Sample("out" if own else "in", label, group, name, found, scene, decision, language)


def often(chosen: Sequence[Sample], side: str) -> bytes:
    """The field of the features that the corpus has often enough to say anything of them."""
    seen = Counter(feature for sample in chosen for group, _ in groups_of(sample.found) for feature in group)
    return known_field(feature for feature, count in seen.items() if count >= OFTEN[side])


def matrix(chosen: Sequence[Sample], bits: int, known: bytes) -> csr_matrix:
    """The features of samples as a sparse matrix."""
    data, columns, starts = [], [], [0]
    for sample in chosen:
        cells: dict[int, float] = {}
        for group, value in groups_of(sample.found):
            for feature in sorted(group):
                if not is_known(feature, known):
                    continue
                place = slot(feature, bits)
                cells[place] = cells.get(place, 0.0) + value
        for place in sorted(cells):
            columns.append(place)
            data.append(cells[place])
        starts.append(len(columns))
    return csr_matrix((data, columns, starts), shape=(len(chosen), 1 << bits))


def fit(chosen: Sequence[Sample], side: str, sharpness: float = 1.0) -> tuple[Learned, bytes]:
    """The model of one side, and its weights row by row."""
    classes = sorted({sample.label for sample in chosen}, key=lambda kind: kind.value)
    bits = BITS[side]
    answers = np.array([classes.index(sample.label) for sample in chosen])
    learner = LinearSVC(C=STRENGTH[side], random_state=0, max_iter=5000)
    weights_of = np.array([PHRASE_WEIGHT if sample.group == "phrases" else 1.0 for sample in chosen])
    known = often(chosen, side)
    learner.fit(matrix(chosen, bits, known), answers, sample_weight=weights_of)
    weights = learner.coef_ - learner.coef_.mean(axis=0)
    scale = float(np.abs(weights).max() / 127)
    steps = np.clip(np.round(weights / scale) + ZERO, 0, 255).astype(np.uint8)
    table = steps.T.tobytes()
    bias = tuple(map(float, learner.intercept_))
    header = Learned(tuple(classes), bits, (), bias, scale, sharpness, known)
    return load(dump({side: header}, {side: table}))[side], table


def sharpness_of(logits: np.ndarray, answers: np.ndarray) -> float:
    """The factor that makes probabilities honest on mails that were not learned from."""

    def loss(factor: float) -> float:
        scaled = logits * factor
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        return float(-(scaled[np.arange(len(answers)), answers] - np.log(np.exp(scaled).sum(axis=1))).mean())

    return round(float(minimize_scalar(loss, bounds=(0.5, 20.0), method="bounded").x), 3)


def main() -> None:
    """Train on everything and write the file."""
    from training.accuracy import left_out

    packs = load_packs()
    everything = samples(packs)
    models, tables = {}, {}
    for side in sorted(BITS):
        chosen = [sample for sample in everything if sample.side == side]
        sharpness = left_out(chosen, side).sharpness
        models[side], tables[side] = fit(chosen, side, sharpness)
        sys.stdout.write(
            f"{side}: {len(chosen)} samples, {len(models[side].classes)} classes, sharpness {sharpness}\n"
        )
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(dump(models, tables))
    sys.stdout.write(f"wrote {TARGET.name}: {TARGET.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
