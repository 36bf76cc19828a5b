"""What a mail is: structural evidence first, then the words, then named rules in order (rule 3.1).

    own or not -> bounce -> auto-reply -> calendar part -> veto -> outcome -> interview, test -> where things
    stand, questions, answers -> receipt -> somebody opens -> nothing

Words give *scores*: facet -> weight (`tally`). A model may give scores of the same shape; `classify` adds
them, and the rules of `verdicts` never see where a score came from. Only the new words of a mail count, its
subject counts half.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watcher.core import own_mail, verdicts
from watcher.core.context import Context
from watcher.core.language import Packs, fallback, language_shares, most_used
from watcher.core.model import EVIDENCE_LENGTH, Evidence, Kind, Mail, Verdict
from watcher.core.sender_table import SENDERS, SenderTable
from watcher.core.sentences import sentences
from watcher.core.signals import TIERS, Hit, find_hits, find_signs, signals_of
from watcher.core.structure import Structure, structure_of

__all__ = ["Context", "Model", "Scene", "classify", "scene_of"]

Scores = Mapping[str, float]

#: A learned part: the new words and the language -> scores to add. None there is yet.
Model = Callable[[str, str], Scores]

#: What a hit in the subject weighs, and in the subject of a reply, which repeats somebody's older words.
_SUBJECT = 0.5
_REPLY_SUBJECT = 0.2
#: The facets that say what a mail is about, not what it brings: here the subject counts in full, and more.
_CONTEXT = {"job": 1.0, "title": 2.5}
#: A mail of more sentences than this is thinned out: in a long text everything occurs somewhere.
_SENTENCES = 40
_REPLY_PREFIXES = (
    "re:",
    "re ",
    "fwd:",
    "fw:",
    "bls:",
    "balas:",
    "aw:",
    "sv:",
    "antw:",
    "trs:",
    "rv:",
    "res:",
)
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the rules look at."""

    mail: Mail
    structure: Structure
    scores: Scores
    hits: tuple[Hit, ...]
    units: tuple[str, ...]
    language: str

    def score(self, *facets: str) -> float:
        """The summed scores of `facets`."""
        return sum(self.scores.get(facet, 0.0) for facet in facets)


def classify(
    mail: Mail, context: Context, packs: Packs, senders: SenderTable = SENDERS, model: Model | None = None
) -> Verdict:
    """What `mail` is, with evidence and a confidence; total: any mail gets a verdict (rule 3.1)."""
    structure = structure_of(mail, context, senders)
    scene = scene_of(mail, structure, packs, model)
    kind, confidence, rule, facets = (own_mail.decide if structure.own else verdicts.decide)(scene)
    return Verdict(
        kind=kind,
        confidence=round(min(0.99, max(0.05, confidence)), 2),
        evidence=_evidence(rule, facets, kind, scene),
        language=scene.language,
    )


def scene_of(mail: Mail, structure: Structure, packs: Packs, model: Model | None = None) -> Scene:
    """The words of `mail` turned into scores."""
    text = mail.new_text
    shares = language_shares(f"{text[:4000]}\n{mail.subject}", packs)
    language = most_used(shares) or fallback(packs)
    units = (*_subject_units(mail.subject), *sentences(text))
    judging = [pack for code, pack in packs.items() if shares.get(code, 0.0) > 0.0 or code == language]
    part = "own" if structure.own else "signals"
    hits = [hit for pack in judging for hit in find_hits(units, signals_of(pack, part))]
    scores = dict(tally(hits, mail.subject, thinning=min(1.0, _SENTENCES / max(1, len(units)))))
    signs = [hit for pack in judging for hit in find_signs(units, signals_of(pack, "scam"))]
    scores["scam"] = sum(hit.weight for hit in signs if hit.weight >= TIERS["red"])
    for facet, weight in (model(text, language) if model else {}).items():
        scores[facet] = scores.get(facet, 0.0) + weight
    return Scene(mail, structure, scores, tuple(hits), units, language)


def tally(hits: list[Hit], subject: str = "", *, thinning: float = 1.0) -> Scores:
    """Facet -> summed weight of its hits, times `thinning`.

    The same words count once. The subject (unit 0) counts less than the body, and hardly when it is a reply's.
    """
    scores: dict[str, float] = {}
    seen: set[tuple[str, str]] = set()
    in_subject = _REPLY_SUBJECT if subject.strip().lower().startswith(_REPLY_PREFIXES) else _SUBJECT
    for hit in sorted(hits, key=lambda hit: -hit.unit):
        words = (hit.facet, hit.quote.lower())
        if words not in seen:
            seen.add(words)
            share = _CONTEXT.get(hit.facet, in_subject) if hit.unit == 0 else thinning
            scores[hit.facet] = scores.get(hit.facet, 0.0) + hit.weight * share
    return scores


def _subject_units(subject: str) -> tuple[str, ...]:
    """The subject as one unit (an empty one keeps its place: unit 0 is the subject)."""
    found = sentences(subject)
    return (" ".join(found)[:500],)


def _evidence(rule: str, facets: tuple[str, ...], kind: Kind, scene: Scene) -> tuple[Evidence, ...]:
    """The rule that decided, then the words it rests on, weightiest first."""
    wanted = facets or (kind.value,)
    found = sorted(
        (hit for hit in scene.hits if hit.facet in wanted), key=lambda hit: (-hit.weight, hit.unit)
    )
    quotes: dict[str, Evidence] = {}
    for hit in found:
        quotes.setdefault(hit.quote.lower(), Evidence(hit.facet, hit.quote[:EVIDENCE_LENGTH], hit.weight))
    return (Evidence(rule), *tuple(quotes.values())[:_SHOWN])
