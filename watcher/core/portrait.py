"""What a process is called: its company, post, person and language, the best of what its mails say.

A wrong company in a draft is the worst error there is, so where two names compete the answer is '' and
review.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from watcher.core.model import Correction, Fact, Kind, Process
from watcher.core.names import normal_company, normal_role, same_company, same_person, same_role
from watcher.core.threads import NEVER_FOUND, NOISE, Cluster, is_suspect

#: A name needs to outweigh the next one so many times, else nobody knows.
_CLEAR = 2.0

_BY_CONTENT = frozenset({"references", "calendar_uid", "job_id", "employer_and_role", "manual", "new"})


def portray(cluster: Cluster, names: Sequence[Correction] = ()) -> Process:
    """The finished process of `cluster`, without an ID yet. `names` are the person's words for
    company and post."""
    facts = tuple(sorted(cluster.facts, key=lambda fact: (fact.at, fact.message_id)))
    here = [made for made in names if made.target in cluster.reasons]
    told = {made.kind: made.value for made in here if made.value}
    wrong = {(made.kind, made.target) for made in here if not made.value}
    sources = [f for f in facts if f.kind not in NEVER_FOUND and (cluster.suspect or not is_suspect(f))]
    firms = [(f.details.company, _weight(f)) for f in sources if ("company", f.message_id) not in wrong]
    posts = [(f.details.role, _weight(f)) for f in sources if ("role", f.message_id) not in wrong]
    company, unclear = _best(firms, _one_company, normal_company)
    role, mixed = _best(posts, same_role, normal_role)
    review = set(cluster.review)
    if unclear and "company" not in told:
        review.add("company_unclear")
    if mixed and "role" not in told:
        review.add("role_unclear")
    if any(rejected_too_early(fact, facts, cluster.reasons) for fact in facts):
        review.add("rejection_before_interview")
    person, title = _person(sources)
    marks = sorted(cluster.marks, key=lambda mark: (mark.at or mark.made, mark.id))
    return Process(
        id="",
        facts=facts,
        marks=tuple(marks),
        company=told.get("company", company),
        role=told.get("role", role),
        person=person,
        title=title,
        language=_language(sources),
        reasons=dict(cluster.reasons),
        review=tuple(sorted(review)),
        told={kind: name for kind, name in (("company", company), ("role", role)) if kind in told},
    )


def _one_company(one: str, other: str) -> bool:
    """Inside one process "Harbour" and "Harbour Systems" are one employer."""
    short, long = sorted((normal_company(one), normal_company(other)), key=len)
    return same_company(one, other) or (bool(short) and f" {short} " in f" {long} ")


def _weight(fact: Fact) -> float:
    """How far a mail is believed about names: people above robots, the employer above the person's words."""
    base = (3.0 if fact.human else 2.0) if fact.incoming else 1.0
    return base if fact.trusted else base / 4


def _best(
    named: Sequence[tuple[str, float]], same: Callable[[str, str], bool], normal: Callable[[str], str]
) -> tuple[str, bool]:
    """The name that most weight stands behind, and whether another one comes too near to tell."""
    families: list[list[tuple[str, float]]] = []
    for name, weight in named:
        if not normal(name):
            continue
        family = next((f for f in families if any(same(name, known) for known, _ in f)), None)
        if family is None:
            families.append([(name, weight)])
        else:
            family.append((name, weight))
    if not families:
        return "", False
    families.sort(key=lambda family: -sum(weight for _, weight in family))
    if len(families) > 1 and _total(families[0]) < _CLEAR * _total(families[1]):
        return "", True
    forms: dict[str, float] = {}
    for name, weight in families[0]:
        forms[name] = forms.get(name, 0.0) + weight
    return max(forms, key=lambda name: (forms[name], len(name), name)), False


def _total(family: Sequence[tuple[str, float]]) -> float:
    return sum(weight for _, weight in family)


def _person(facts: Sequence[Fact]) -> tuple[str, str]:
    """Who signs for the employer, by the newest mail that says so, and how that person is addressed."""
    signed = [f.details.person for f in facts if f.incoming and f.human and f.details.person]
    if not signed:
        return "", ""
    person = signed[-1]
    titles = [f.details.title for f in facts if f.details.title and same_person(f.details.person, person)]
    return person, titles[-1] if titles and len(set(titles)) == 1 else ""


def _language(facts: Sequence[Fact]) -> str:
    """The language of the employer's last human text; else of the robots', else of the person's own."""
    for chosen in (
        [f for f in facts if f.incoming and f.human],
        [f for f in facts if f.incoming],
        list(facts),
    ):
        if chosen:
            return chosen[-1].verdict.language
    return "en"


def rejected_too_early(fact: Fact, facts: Sequence[Fact], reasons: Mapping[str, str]) -> bool:
    """True for a rejection before an interview, if neither thread nor post is the same (rule G8)."""
    if fact.kind is not Kind.REJECTION or not fact.trusted:
        return False
    rule = reasons.get(fact.message_id, "").partition(":")[0]
    if rule in _BY_CONTENT or any(
        same_role(fact.details.role, f.details.role) for f in facts if f is not fact
    ):
        return False
    ahead = _interview_ahead([f for f in facts if f.at <= fact.at and f is not fact])
    return ahead is not None and ahead > fact.at


def _interview_ahead(facts: Sequence[Fact]) -> datetime | None:
    """The start of the last interview that was announced and not called off."""
    start = None
    for fact in facts:
        if not fact.trusted or fact.kind in NOISE:
            continue
        if fact.kind is Kind.INTERVIEW_CANCELLATION:
            start = None
        elif fact.details.start is not None and fact.incoming:
            start = fact.details.start
    return start
