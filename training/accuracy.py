"""How good is it, honestly? Trained on some voices, measured on voices left out; writes docs/accuracy.md."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.corpus import NOISE, NOON, raw_of, rows
from training.train import Sample, fit, samples, sharpness_of
from watcher.core.candidates import sight
from watcher.core.classify import CERTAIN, weigh
from watcher.core.language import Packs
from watcher.core.learned import Learned, probabilities
from watcher.core.model import CONFIDENT, Kind
from watcher.packs import load_packs
from watcher.sample.unrelated import unrelated

FOLDS = 6
#: Mails of the made-up inbox in which it is seen how much is passed over.
HAYSTACK = 2000

PAGE = Path(__file__).resolve().parents[1] / "docs" / "accuracy.md"
HEAD = """# How well mail is told apart

Written by `make accuracy`; do not edit. The corpus (`tests/corpus`) is our own. Many of its voices are
written to be hard: they say the news in unusual words, and other mail in the very words of hiring. Each
figure is measured on voices that the learned part had not seen: the corpus is divided by voice, trained
on five parts, measured on the sixth, six times over. The verdict is the product's: structure, rules and
learned part together, without knowing the sender or the thread. "Rules alone" is the verdict without the
learned part; the rules were made before most of the voices. All figures for classes are macro-F1, the
mean over the classes. Coarse classes: interview (invitation, confirmation, move), cancellation,
assessment, receipt, recruiter (reply, status, first contact), rejection, offer, anything else. Machines
and noise (automatic replies, bounces, alerts, newsletters, everything else) are one class."""

#: What the coarse classes of incoming mail are made of; the rest is "other".
COARSE = {
    Kind.INTERVIEW_INVITATION: "interview",
    Kind.INTERVIEW_CONFIRMATION: "interview",
    Kind.INTERVIEW_RESCHEDULE: "interview",
    Kind.INTERVIEW_CANCELLATION: "cancellation",
    Kind.ASSESSMENT: "assessment",
    Kind.APPLICATION_RECEIVED: "received",
    Kind.RECRUITER_REPLY: "recruiter",
    Kind.STATUS_UPDATE: "recruiter",
    Kind.RECRUITER_OUTREACH: "recruiter",
    Kind.REJECTION: "rejection",
    Kind.OFFER: "offer",
}


@dataclass(frozen=True)
class Judged:
    """A sample and the verdict on it of a product that had not seen its voice."""

    sample: Sample
    kind: Kind
    confidence: float


@dataclass(frozen=True)
class LeftOut:
    """For each sample the odds of a model that had not seen its voice, and what makes such odds honest."""

    samples: tuple[Sample, ...]
    odds: tuple[dict[Kind, float], ...]
    models: tuple[Learned, ...]
    sharpness: float


def left_out(chosen: Sequence[Sample], side: str) -> LeftOut:
    """Cross-validation by voice: no voice is in the part it is measured on."""
    groups = sorted({sample.group for sample in chosen if sample.language})
    classes = sorted({sample.label for sample in chosen}, key=lambda kind: kind.value)
    found, odds, models = [], [], []
    for fold in range(min(FOLDS, len(groups))):
        out = set(groups[fold::FOLDS])
        model, _ = fit([s for s in chosen if s.group not in out], side)
        for sample in chosen:
            if sample.group in out:
                found.append(sample)
                odds.append(probabilities(model, sample.found))
                models.append(model)
    logits = np.log(np.array([[max(o.get(kind, 0.0), 1e-9) for kind in classes] for o in odds]))
    answers = np.array([classes.index(sample.label) for sample in found])
    return LeftOut(tuple(found), tuple(odds), tuple(models), sharpness_of(logits, answers))


def judged(result: LeftOut) -> list[Judged]:
    """The product's verdict on every sample, noise made one class."""
    made = []
    for sample, odds, model in zip(result.samples, result.odds, result.models, strict=True):
        kind, confidence, rule, _ = sample.decision
        if not rule.startswith(CERTAIN):
            kind, confidence = weigh(sample.scene, sample.decision, _sharp(odds, result.sharpness), model)
        made.append(Judged(sample, Kind.OTHER if kind in NOISE else kind, confidence))
    return made


def _sharp(odds: dict[Kind, float], sharpness: float) -> dict[Kind, float]:
    powers = {kind: max(value, 1e-12) ** sharpness for kind, value in odds.items()}
    whole = sum(powers.values())
    return {kind: value / whole for kind, value in powers.items()}


def coarse(kind: Kind) -> str:
    """The coarse class of an incoming mail."""
    return COARSE.get(kind, "other")


Scores = dict[str, tuple[float, float, float, int]]


def f1(pairs: Sequence[tuple[str, str]]) -> Scores:
    """(precision, recall, F1, how many) of each class, of (true, said) pairs."""
    result = {}
    for name in sorted({true for true, _ in pairs}):
        hit = sum(1 for true, said in pairs if true == said == name)
        told = sum(1 for _, said in pairs if said == name)
        there = sum(1 for true, _ in pairs if true == name)
        result[name] = (hit / told if told else 0.0, hit / there, 2 * hit / (told + there), there)
    return result


def macro(pairs: Sequence[tuple[str, str]]) -> float:
    """The mean F1 of the classes that occur."""
    scores = [score for _, _, score, _ in f1(pairs).values()]
    return sum(scores) / len(scores) if scores else 0.0


def _table(head: Sequence[str], lines: Sequence[Sequence[object]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"] + [
        f"| {' | '.join(str(cell) for cell in line)} |" for line in lines
    ]


def _languages(found: Sequence[Judged]) -> list[str]:
    return sorted({one.sample.language for one in found})


def _part(found: Sequence[Judged], language: str, bare: bool) -> list[Judged]:
    return [
        one for one in found if one.sample.language == language and one.sample.id.endswith(":bare") == bare
    ]


def _incoming(found: Sequence[Judged]) -> list[str]:
    lines = []
    for language in _languages(found):
        for bare, name in ((False, "whole mail"), (True, "body alone")):
            part = _part(found, language, bare)
            pairs = [(coarse(one.sample.label), coarse(one.kind)) for one in part]
            rules = [(coarse(one.sample.label), coarse(one.sample.decision[0])) for one in part]
            fine = [(one.sample.label.value, one.kind.value) for one in part]
            scores = f1(pairs)
            noise = [one for one in part if one.sample.label is Kind.OTHER]
            taken = [one for one in noise if one.kind is not Kind.OTHER]
            sure = sum(one.confidence >= CONFIDENT for one in taken)
            lines.append(
                (
                    language,
                    name,
                    len(part),
                    f"{macro(rules):.2f}",
                    f"{macro(pairs):.2f}",
                    f"{macro(fine):.2f}",
                    *(
                        f"{scores[kind][0]:.2f} / {scores[kind][1]:.2f}"
                        for kind in ("interview", "rejection")
                    ),
                    f"{len(taken)} ({sure}) of {len(noise)}",
                )
            )
    head = (
        "language",
        "what is seen",
        "mails",
        "rules alone, coarse",
        "coarse",
        "12 classes",
        "interview: precision / recall",
        "rejection",
        "no job mail taken for one (surely)",
    )
    return _table(head, lines)


def _own(found: Sequence[Judged]) -> list[str]:
    lines = []
    for language in _languages(found):
        part = _part(found, language, bare=False)
        pairs = [(one.sample.label.value, one.kind.value) for one in part]
        rules = [(one.sample.label.value, one.sample.decision[0].value) for one in part]
        lines.append((language, len(part), f"{macro(rules):.2f}", f"{macro(pairs):.2f}"))
    return _table(("language", "mails", "rules alone", "verdict"), lines)


def _classes(found: Sequence[Judged], language: str) -> list[str]:
    pairs = [(one.sample.label.value, one.kind.value) for one in _part(found, language, bare=False)]
    lines = [
        (name, count, f"{p:.2f}", f"{r:.2f}", f"{f:.2f}") for name, (p, r, f, count) in f1(pairs).items()
    ]
    return _table(("class", "mails", "precision", "recall", "F1"), lines)


def _confusion(found: Sequence[Judged], language: str) -> list[str]:
    """Rows: what mails are; columns: what they were taken for."""
    names = [*dict.fromkeys(COARSE.values()), "other"]
    counts = Counter(
        (coarse(one.sample.label), coarse(one.kind)) for one in _part(found, language, bare=False)
    )
    return _table(("is", *names), [(name, *(counts[name, said] for said in names)) for name in names])


def _calibration(found: Sequence[Judged], languages: Sequence[str]) -> list[str]:
    lines = []
    for language in languages:
        for low, high in ((0.0, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)):
            inside = [
                one for one in found if one.sample.language == language and low <= one.confidence < high
            ]
            if inside:
                mean = sum(one.confidence for one in inside) / len(inside)
                right = sum(one.kind is one.sample.label for one in inside) / len(inside)
                span = f"{low:.1f} to {min(high, 1.0):.1f}"
                lines.append((language, span, len(inside), f"{mean:.2f}", f"{right:.2f}"))
    return _table(("language", "confidence", "mails", "said", "was right"), lines)


def _passed_over(packs: Packs) -> list[str]:
    """What is not read at all, told by the header alone (watcher/core/candidates.py)."""
    lines = []
    found = [(row, sight(raw_of(row), packs).needless) for row in rows() if not Kind(row["label"]).own]
    for language in sorted({row["lang"] for row, _ in found}):
        part = [(Kind(row["label"]), needless) for row, needless in found if row["lang"] == language]
        job = [needless for kind, needless in part if kind not in NOISE]
        rest = [needless for kind, needless in part if kind in NOISE]
        kept = 100 * (1 - sum(job) / len(job))
        read = 100 * (1 - sum(rest) / max(1, len(rest)))
        lines.append((language, len(job), f"{kept:.1f} %", len(rest), f"{read:.0f} %"))
    hay = [sight(mail.raw, packs).needless for mail in unrelated(HAYSTACK, NOON)]
    lines.append(("a made-up inbox", 0, "", HAYSTACK, f"{100 * (1 - sum(hay) / HAYSTACK):.0f} %"))
    head = ("language", "about a candidacy", "of these read", "other mail", "of this read")
    return _table(head, lines)


def main() -> None:
    """Measure and write the page."""
    everything = samples(load_packs())
    page = [HEAD]
    for side, name in (("in", "Incoming mail"), ("out", "The person's own mail")):
        chosen = [sample for sample in everything if sample.side == side]
        found = judged(left_out(chosen, side))
        voices = len({one.sample.group for one in found})
        page += ["", f"## {name}", "", f"{voices} voices.", ""]
        page += _incoming(found) if side == "in" else _own(found)
        if side == "in":
            for language in _languages(found):
                page += ["", f"### Classes, {language}, whole mail", "", *_classes(found, language)]
                page += ["", *_confusion(found, language)]
        page += ["", "### How honest the confidence is", "", *_calibration(found, _languages(found))]
    page += ["", "## Mail that is not read", ""]
    page += ["Bulk mail that has nothing of hiring in its sender or subject is passed over by its header."]
    page += ["", *_passed_over(load_packs())]
    PAGE.write_text("\n".join(page) + "\n", "utf-8")
    sys.stdout.write(f"wrote {PAGE.name}\n")


if __name__ == "__main__":
    main()
