"""How good is it, honestly? Trained on some voices, measured on voices left out; writes docs/accuracy.md."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.train import Sample, fit, samples, sharpness_of
from watcher.core.learned import probabilities
from watcher.core.model import CONFIDENT, Kind
from watcher.packs import load_packs

FOLDS = 6

PAGE = Path(__file__).resolve().parents[1] / "docs" / "accuracy.md"
HEAD = """# How well mail is told apart

Written by `make accuracy`; do not edit. The corpus (`tests/corpus`) is our own. Its voices are written to be
hard: many say the news in unusual words on purpose. Each figure is measured on voices that the learned part
had not seen: the corpus is divided by voice, trained on five parts, measured on the sixth, six times over.
Machines and noise (automatic replies, bounces, alerts, newsletters, everything else) count as one class.
"Rules alone" is the verdict without the learned part; the rules were made before most of these voices."""


@dataclass(frozen=True)
class LeftOut:
    """For each sample what a model said that had not seen its voice."""

    samples: tuple[Sample, ...]
    odds: tuple[dict[Kind, float], ...]
    sharpness: float


def left_out(chosen: Sequence[Sample], side: str) -> LeftOut:
    """Cross-validation by voice: no voice is in the part it is measured on."""
    groups = sorted({sample.group for sample in chosen})
    classes = sorted({sample.label for sample in chosen}, key=lambda kind: kind.value)
    found, odds = [], []
    for fold in range(min(FOLDS, len(groups))):
        out = set(groups[fold::FOLDS])
        model, _ = fit([s for s in chosen if s.group not in out], side)
        for sample in chosen:
            if sample.group in out:
                found.append(sample)
                odds.append(probabilities(model, sample.found))
    logits = np.log(np.array([[max(o.get(kind, 0.0), 1e-9) for kind in classes] for o in odds]))
    answers = np.array([classes.index(sample.label) for sample in found])
    return LeftOut(tuple(found), tuple(odds), sharpness_of(logits, answers))


def f1(pairs: Sequence[tuple[Kind, Kind]]) -> dict[Kind, tuple[float, float, float, int]]:
    """(precision, recall, F1, how many) of each class, of (true, said) pairs."""
    result = {}
    for kind in sorted({true for true, _ in pairs}, key=lambda k: k.value):
        hit = sum(1 for true, said in pairs if true is kind and said is kind)
        told = sum(1 for _, said in pairs if said is kind)
        there = sum(1 for true, _ in pairs if true is kind)
        result[kind] = (hit / told if told else 0.0, hit / there, 2 * hit / (told + there), there)
    return result


def macro(pairs: Sequence[tuple[Kind, Kind]]) -> float:
    """The mean F1 of the classes that occur."""
    scores = [score for _, _, score, _ in f1(pairs).values()]
    return sum(scores) / len(scores) if scores else 0.0


def said(odds: dict[Kind, float]) -> Kind:
    """The likeliest class."""
    return max(odds, key=lambda kind: (odds[kind], kind.value))


def _table(head: Sequence[str], lines: Sequence[Sequence[object]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"] + [
        f"| {' | '.join(str(cell) for cell in line)} |" for line in lines
    ]


def _overview(result: LeftOut) -> list[str]:
    lines = []
    for language in sorted({s.language for s in result.samples if s.language}):
        for bare, name in ((False, "whole mail"), (True, "body alone")):
            part = _part(result, language, bare)
            pairs = [(s.label, said(o)) for s, o in part]
            kinds = {true for true, _ in pairs}
            rules = [(s.label, s.rule if s.rule in kinds else Kind.OTHER) for s, _ in part]
            noise = [s for true, s in pairs if true is Kind.OTHER]
            taken = sum(1 for s in noise if s is not Kind.OTHER)
            sure = sum(
                1
                for s, o in part
                if s.label is Kind.OTHER and said(o) is not Kind.OTHER and max(o.values()) >= CONFIDENT
            )
            lines.append(
                (
                    language,
                    name,
                    len(pairs),
                    f"{macro(rules):.2f}",
                    f"{macro(pairs):.2f}",
                    f"{taken} ({sure}) of {len(noise)}" if noise else "-",
                )
            )
    head = (
        "language",
        "what is seen",
        "mails",
        "rules alone",
        "learned",
        "no job mail taken for one (surely)",
    )
    return _table(head, lines)


def _part(result: LeftOut, language: str, bare: bool) -> list[tuple[Sample, dict[Kind, float]]]:
    return [
        (sample, odds)
        for sample, odds in zip(result.samples, _sharpened(result), strict=True)
        if sample.language == language and sample.id.endswith(":bare") == bare
    ]


def _classes(result: LeftOut, language: str) -> list[str]:
    pairs = [(s.label, said(o)) for s, o in _part(result, language, False)]
    lines = [
        (kind.value, count, f"{p:.2f}", f"{r:.2f}", f"{f:.2f}")
        for kind, (p, r, f, count) in f1(pairs).items()
    ]
    return _table(("class", "mails", "precision", "recall", "F1"), lines)


def _calibration(result: LeftOut) -> list[str]:
    lines = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8, 0.9):
        high = {0.0: 0.2, 0.2: 0.4, 0.4: 0.6, 0.6: 0.8, 0.8: 0.9, 0.9: 1.01}[low]
        inside = [
            (max(o.values()), said(o) is s.label)
            for s, o in zip(result.samples, _sharpened(result), strict=True)
            if low <= max(o.values()) < high
        ]
        if inside:
            mean = sum(c for c, _ in inside) / len(inside)
            right = sum(1 for _, ok in inside if ok) / len(inside)
            lines.append((f"{low:.1f} to {min(high, 1.0):.1f}", len(inside), f"{mean:.2f}", f"{right:.2f}"))
    return _table(("confidence", "mails", "said", "was right"), lines)


def _sharpened(result: LeftOut) -> list[dict[Kind, float]]:
    made = []
    for odds in result.odds:
        powers = {kind: max(value, 1e-12) ** result.sharpness for kind, value in odds.items()}
        whole = sum(powers.values())
        made.append({kind: value / whole for kind, value in powers.items()})
    return made


def _confusions(result: LeftOut) -> list[str]:
    counts = Counter(
        (s.label.value, said(o).value)
        for s, o in zip(result.samples, result.odds, strict=True)
        if not s.id.endswith(":bare") and said(o) is not s.label
    )
    return _table(("is", "was taken for", "times"), [(a, b, n) for (a, b), n in counts.most_common(15)])


def main() -> None:
    """Measure and write the page."""
    everything = samples(load_packs())
    page = [HEAD]
    for side, name in (("in", "Incoming mail"), ("out", "The person's own mail")):
        chosen = [sample for sample in everything if sample.side == side]
        result = left_out(chosen, side)
        voices = len({sample.group for sample in chosen})
        page += ["", f"## {name}", "", f"{len(chosen)} samples, {voices} voices, {FOLDS} parts.", ""]
        page += _overview(result)
        if side == "in":
            for language in ("id", "en"):
                page += ["", f"### Classes, {language}, whole mail", "", *_classes(result, language)]
        page += ["", "### How honest the confidence is", "", *_calibration(result)]
        page += ["", "### What is mistaken most often", "", *_confusions(result)]
    PAGE.write_text("\n".join(page) + "\n", "utf-8")
    sys.stdout.write(f"wrote {PAGE.name}\n")


if __name__ == "__main__":
    main()
