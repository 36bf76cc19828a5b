"""What a mail is: structural evidence first, then the words, then named rules in order (rule 3.1).

    own or not -> bounce -> auto-reply -> calendar part -> veto -> outcome -> interview, test -> where things
    stand, questions, answers -> receipt -> somebody opens -> nothing

Words give *scores*: facet -> weight (`tally`), the rules of `verdicts` turn scores into a class. The learned
part (`learned`) sees the words, the structure and what the rules said, and has the last word where words are
all there is. Only the new words of a mail count, its subject counts half.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.core import own_mail, verdicts
from watcher.core.context import Context
from watcher.core.language import Packs, spoken
from watcher.core.learned import Features, Learned, chosen, features, probabilities, weightiest
from watcher.core.model import CONFIDENT, EVIDENCE_LENGTH, Evidence, Kind, Mail, Verdict
from watcher.core.sender_table import SENDERS, SenderTable
from watcher.core.sentences import sentences
from watcher.core.signals import TIERS, Hit, find_hits, find_signs, signals_of
from watcher.core.structure import Structure, is_hiring_vendor, structure_of

__all__ = ["Context", "Models", "Scene", "classify", "features_of", "scene_of", "signs_of", "weigh"]

Scores = Mapping[str, float]

#: The learned part: "in" for incoming and "out" for own mail.
Models = Mapping[str, Learned]

#: Rules that need no second opinion: what they rest on is no wording.
CERTAIN = (
    "delivery report",
    "automatic reply",
    "calendar",
    "own: delivery",
    "own: automatic",
    "own: calendar",
)

#: How likely noise may be, at most, for the model to overrule a rule that says noise; 0: never.
_DOUBT: Mapping[str, float] = {
    "nothing about a candidacy": 0.5,
    "veto: scam": 0.0,
    "red sign of fraud": 0.0,
    "post of a mailing list": 0.0,
}
_DOUBT_ELSE = 0.5
#: Words that point to another field of life weigh more than no words about a job.
_DOUBT_VETO = 0.3
#: And how sure it must be of what it takes the mail for.
_ALONE = 0.4
#: Where not a word speaks of a job it must be this sure.
_NO_JOB_SURE = 0.6
#: In the thread of a process noise is this much rarer than in the corpus.
_NOISE_IN_THREAD = 0.2
#: Nor does a person who is part of a process confirm an application.
_RECEIPT_IN_THREAD = 0.1
#: Two classes of mail that do the same.
_SOFT = (Kind.RECRUITER_REPLY, Kind.STATUS_UPDATE)
#: Classes that are told from all others more surely than from each other.
_NEAR = (
    _SOFT,
    (Kind.INTERVIEW_INVITATION, Kind.INTERVIEW_CONFIRMATION, Kind.INTERVIEW_RESCHEDULE),
)
#: How sure it must be of them where a stranger hardly speaks of a job.
_SOFT_SURE = 0.4
#: And where not a word speaks of one.
_SOFT_CERTAIN = 0.95
#: What an unclear answer in a thread may be without harm.
_MILD = (*_SOFT, Kind.OTHER, Kind.APPLICATION_RECEIVED, Kind.INTERVIEW_CONFIRMATION)
#: Own mail that cannot be taken back: the rules must say so too, or the model be this sure.
_DECISIVE = (Kind.OWN_ACCEPT, Kind.OWN_DECLINE, Kind.OWN_WITHDRAW, Kind.OWN_CLOSING)
_DECIDED = 0.9
#: News that the model alone must be as sure of.
_GRAVE = (Kind.REJECTION, Kind.OFFER, Kind.INTERVIEW_CANCELLATION, Kind.INTERVIEW_RESCHEDULE)
#: Rules this sure yield to a model that finds noise this likely.
_RULES_SURE = 0.75
_NOISE_SURE = 0.4
#: Of a mail with so much about a job, and no hint of this weight at another field of life, this likely.
_JOB_CLEAR = 6.0
_NO_HINT = 0.5
_NOISE_PROVEN = 0.95
#: Hints of less weight than this are none where less is said of a job.
_HINT = 1.5
#: An answer of the person that tells what it answers: own class -> what that may be, and how much likelier.
_ANSWERED: Mapping[Kind, tuple[Kind, ...]] = {
    Kind.OWN_ACCEPT: (Kind.INTERVIEW_INVITATION, Kind.INTERVIEW_RESCHEDULE, Kind.INTERVIEW_CONFIRMATION),
    Kind.OWN_RESCHEDULE: (Kind.INTERVIEW_INVITATION, Kind.INTERVIEW_RESCHEDULE, Kind.INTERVIEW_CONFIRMATION),
    Kind.OWN_TASK_DONE: (Kind.ASSESSMENT,),
    Kind.OWN_FEEDBACK_REQUEST: (Kind.REJECTION,),
}
_ANSWERED_TIMES = 4.0
#: So much about a job must stand in a stranger's mail before the answer to it makes it one of a process.
_ANSWERED_JOB = 1.0
#: What fraud pretends to be, and how much of a red sign must be there.
_BAIT = (Kind.OFFER, Kind.INTERVIEW_INVITATION)
_RED = TIERS["red"]
#: A plea for feedback is one when the rules are this sure.
_SURE = 0.8

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
    mail: Mail, context: Context, packs: Packs, senders: SenderTable = SENDERS, models: Models | None = None
) -> Verdict:
    """What `mail` is, with evidence and a confidence; total: any mail gets a verdict (rule 3.1).

    The rules decide first; with `models` the learned part then weighs what they say against the words.
    """
    structure = structure_of(mail, context, senders)
    scene = scene_of(mail, structure, packs)
    decision = (own_mail.decide if structure.own else verdicts.decide)(scene)
    kind, confidence, rule, facets = decision
    words: tuple[Evidence, ...] = ()
    if models and not rule.startswith(CERTAIN):
        model = models["out" if structure.own else "in"]
        found = features_of(scene, decision)
        odds = probabilities(model, found)
        kind, confidence = weigh(scene, decision, odds, model)
        if kind is not decision[0]:
            rule, facets = "the words weigh more than the rules", ()
        words = tuple(
            Evidence("words", word[:EVIDENCE_LENGTH], round(weight, 3))
            for word, weight in weightiest(model, found, _learned_kind(kind, model), 3)
        )
    return Verdict(
        kind=kind,
        confidence=round(min(0.99, max(0.05, confidence)), 2),
        evidence=(*_evidence(rule, facets, kind, scene), *words),
        language=scene.language,
    )


def _learned_kind(kind: Kind, model: Learned) -> Kind:
    """Machines and noise are one class to the model."""
    return kind if kind in model.classes else Kind.OTHER


def weigh(
    scene: Scene, decision: verdicts.Decision, odds: Mapping[Kind, float], model: Learned
) -> tuple[Kind, float]:
    """The class and its confidence, of what the rules say and how likely the model finds each class.

    Most mail of an inbox is about no job at all: where the rules see nothing that points to one, the model
    must be nearly certain before its word counts. In a thread that is about a job it is the other way round.
    """
    said = _learned_kind(decision[0], model)
    if scene.score("scam") >= _RED and decision[0] in _BAIT:
        return decision[0], decision[1]  # shown as it pretends to be, beside its signs (rule 6.2)
    if scene.structure.own:
        return _weigh_own(said, decision[1], odds, model)
    expected = _is_expected(scene.structure) or _is_answered(scene, decision)
    if expected:
        odds = _as_answered(odds, scene.structure.answered)
        odds = _shifted(odds, Kind.OTHER, _NOISE_IN_THREAD)
        if not scene.structure.robot:
            odds = _shifted(odds, Kind.APPLICATION_RECEIVED, _RECEIPT_IN_THREAD)
    kind, likely = chosen(odds, model.classes)
    if said is Kind.OTHER and kind is not said and not expected:
        veto = decision[2].startswith("veto:")
        allowed = _DOUBT.get(decision[2], _DOUBT_VETO if veto else _DOUBT_ELSE)
        nothing = verdicts.job_score(scene) < verdicts.HARDLY
        if kind is Kind.INTERVIEW_CONFIRMATION and nothing:
            return decision[0], max(0.5, odds[Kind.OTHER])  # a table, a court, a check-up
        sure, needed = _together(odds, kind), _NO_JOB_SURE if nothing else _ALONE
        if scene.structure.bulk or odds[Kind.OTHER] > allowed or sure < needed:
            return decision[0], max(0.5, odds[Kind.OTHER])
    if kind is Kind.INTERVIEW_CONFIRMATION and said is Kind.INTERVIEW_INVITATION and not expected:
        # nothing was agreed with a stranger: what may be either of the two still waits for a yes
        return said, odds[kind] + odds[said]
    if kind is Kind.OTHER and said is not kind and _rules_stand(scene, decision, likely):
        return decision[0], max(CONFIDENT, odds.get(said, 0.0))
    if kind in _GRAVE and kind is not said and likely < _DECIDED and not scene.score(kind.value):
        # news that changes everything, and no rule sees a word of it
        if expected and not scene.structure.robot:
            return Kind.RECRUITER_REPLY, CONFIDENT
        return kind, min(likely, CONFIDENT - 0.1)
    if kind in _SOFT:  # which of the two it is makes no difference
        likely = sum(odds.get(one, 0.0) for one in _SOFT)
        job = verdicts.job_score(scene)
        sure = _SOFT_CERTAIN if job < verdicts.HARDLY else _SOFT_SURE
        if likely < sure and not expected and job < verdicts.JOB_ENOUGH:
            return Kind.OTHER, max(0.5, odds[Kind.OTHER])  # strangers ask and answer about everything
    asks = any("?" in unit for unit in scene.units[1:])
    mild = kind in _MILD or (kind is Kind.INTERVIEW_INVITATION and said in _SOFT and not asks)
    if likely < CONFIDENT and mild and expected and not scene.structure.robot:
        return Kind.RECRUITER_REPLY, CONFIDENT  # a person of the process answers: that at least (rule 3.2)
    if kind is said:  # two witnesses
        return decision[0], max(likely, (likely + decision[1]) / 2)
    return kind, likely


def _together(odds: Mapping[Kind, float], kind: Kind) -> float:
    """How likely `kind` is together with the classes that are hard to tell from it."""
    return sum(odds.get(one, 0.0) for one in next((group for group in _NEAR if kind in group), (kind,)))


def _rules_stand(scene: Scene, decision: verdicts.Decision, noise: float) -> bool:
    """True when the rules are not taken for mistaken though the model finds it likelier (`noise`) that the mail
    is about no job: the job is in plain sight, or nothing points to any other field of life."""
    if decision[1] < _RULES_SURE:
        return False
    job = verdicts.job_score(scene)
    elsewhere = max(scene.score(facet) for facet in verdicts.ELSEWHERE)
    if job >= _JOB_CLEAR:
        return noise < (_NOISE_PROVEN if elsewhere < _NO_HINT else _NOISE_SURE)
    return job >= verdicts.JOB_ENOUGH and elsewhere < _HINT and noise < _NOISE_SURE


def _weigh_own(said: Kind, sure: float, odds: Mapping[Kind, float], model: Learned) -> tuple[Kind, float]:
    """Own mail is hard to tell apart: what ends or agrees to something must be sure, else it is an answer
    (rule Q2). Only a plea for feedback counts when the rules alone are `sure`: asking twice is worse (R8)."""
    kind, likely = chosen(odds, model.classes)
    needed = _DECIDED if kind in _DECISIVE and kind is not said else CONFIDENT
    if likely < needed and said is Kind.OWN_FEEDBACK_REQUEST and sure >= _SURE:
        return said, CONFIDENT
    if likely < needed:
        return Kind.OWN_REPLY, max(CONFIDENT, odds.get(Kind.OWN_REPLY, 0.0))
    return kind, likely


def _is_answered(scene: Scene, decision: verdicts.Decision) -> bool:
    """True for a stranger's mail that the person answered as one answers about a candidacy, when it speaks of
    a job and of no other field of life."""
    told = scene.structure.answered - {Kind.OWN_REPLY}
    veto = decision[2].startswith("veto:")
    return bool(told) and not veto and verdicts.job_score(scene) >= _ANSWERED_JOB


def _as_answered(odds: Mapping[Kind, float], answers: frozenset[Kind]) -> Mapping[Kind, float]:
    """The odds with what the person's answers make likelier."""
    for kind in {kind for answer in answers for kind in _ANSWERED.get(answer, ())}:
        odds = _shifted(odds, kind, _ANSWERED_TIMES)
    return odds


def _shifted(odds: Mapping[Kind, float], kind: Kind, factor: float) -> dict[Kind, float]:
    """The odds when `kind` is `factor` times as likely beforehand."""
    moved = {one: value * factor if one is kind else value for one, value in odds.items()}
    whole = sum(moved.values())
    return {one: value / whole for one, value in moved.items()}


def _is_expected(structure: Structure) -> bool:
    """True for mail that is likely about a job whatever its words: of a known process, answering the person,
    from a machine that hires."""
    return structure.live or structure.known or structure.answers_own or is_hiring_vendor(structure)


def features_of(scene: Scene, decision: verdicts.Decision) -> Features:
    """What the learned part sees of a mail."""
    mail = scene.mail
    sender = "" if scene.structure.own else f"{mail.sender.name} {mail.sender.email}"
    return features(mail.subject, mail.new_text, signs_of(scene, decision), sender)


def signs_of(scene: Scene, decision: verdicts.Decision) -> tuple[str, ...]:
    """What structure and rules say of a mail, as features for the learned part."""
    structure, (kind, confidence, rule, _) = scene.structure, decision
    signs = [f"rule:{kind.value}", f"rule:{kind.value}:{int(confidence * 10)}", f"why:{rule}"]
    for facet, score in scene.scores.items():
        level = min(4, int(score / 1.5))
        signs += [f"facet:{facet}:{step}" for step in range(1, level + 1)]
    shown = {
        "robot": structure.robot,
        "desk": structure.hiring_desk,
        "free": structure.free_mail,
        "bulk": structure.bulk,
        "reply": structure.answers_own or scene.mail.subject.lower().startswith(_REPLY_PREFIXES),
        "known": structure.known or structure.live,
        "event": structure.event is not None,
        "posting": structure.posting or structure.job_links >= 3,
        "question": any("?" in unit for unit in scene.units[1:]),
        "short": len(scene.mail.new_text) < 200,
        "long": len(scene.mail.new_text) > 1500,
    }
    signs += [name for name, there in shown.items() if there]
    signs += [f"link:{link}" for link in sorted(structure.links)]
    if structure.sender is not None:
        signs.append(f"vendor:{structure.sender.role}")
    return tuple(signs)


def scene_of(mail: Mail, structure: Structure, packs: Packs) -> Scene:
    """The words of `mail` turned into scores."""
    text = mail.new_text
    shares = spoken(f"{text[:4000]}\n{mail.subject}", packs)
    language = next(iter(shares), "")
    units = (*_subject_units(mail.subject), *sentences(text))
    judging = [packs[code] for code, share in shares.items() if share > 0.0 or code == language]
    part = "own" if structure.own else "signals"
    hits = [hit for pack in judging for hit in find_hits(units, signals_of(pack, part))]
    scores = dict(tally(hits, mail.subject, thinning=min(1.0, _SENTENCES / max(1, len(units)))))
    signs = [hit for pack in judging for hit in find_signs(units, signals_of(pack, "scam"))]
    scores["scam"] = sum(hit.weight for hit in signs if hit.weight >= TIERS["red"])
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
