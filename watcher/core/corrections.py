"""What the person put right, laid over the facts (rule 2.5). The facts themselves stay as they were judged, so
that a correction can be taken back without a trace.

A label is good for the mail it was said of, and for mails that the same sender makes from the same template.
The sender alone never suffices: one robot sends receipts and refusals. Nor does the template where the mail
was judged to be something else, and decidedly so: an invitation in the words of last month's refusal is one.

A name is the process's. Where the same sender's same template shows the same wrong name again, the right one
takes its place only if it must be right there too; else the company or post of that mail is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from watcher.core.address import canonical
from watcher.core.model import EVIDENCE_LENGTH, Correction, Evidence, Fact, Kind
from watcher.core.names import same_company, same_role
from watcher.core.template import ALIKE, alike
from watcher.core.threads import employer_domain
from watcher.errors import UsageError

#: The kinds of a Correction, as the command line and the lists call them.
LABEL, COMPANY, ROLE, MERGE, SPLIT = "label", "company", "role", "merge", "split"
#: Rules of the evidence: the person said it of this mail, or of another one of its template.
SAID, SAID_ALIKE = "corrected", "corrected: same template"
#: How sure a label is that was said of another mail.
ALIKE_CONFIDENCE = 0.95

#: What a mail can be called by the person; a mail of theirs only what is own, or other.
LABELS: tuple[Kind, ...] = tuple(kind for kind in Kind if not kind.mark)

#: Verdicts that decide nothing: the same template may fall now under this one, now under that.
_BLAND = frozenset(
    {
        Kind.APPLICATION_RECEIVED,
        Kind.RECRUITER_OUTREACH,
        Kind.RECRUITER_REPLY,
        Kind.STATUS_UPDATE,
        Kind.AUTO_REPLY,
        Kind.JOB_ALERT,
        Kind.NEWSLETTER,
        Kind.OTHER,
        Kind.OWN_REPLY,
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """The labels in force: by Message-ID, and by sender those that stand for a template."""

    labels: Mapping[str, Kind]
    samples: Mapping[tuple[str, bool], Sequence[tuple[Fact, Kind]]] = field(default_factory=dict)

    def of(self, fact: Fact) -> tuple[Kind, bool] | None:
        """What `fact` is by the person's word, and whether it was said of this very mail; None: nothing."""
        kind = self.labels.get(fact.message_id)
        if kind is not None:
            return (kind, True) if allowed(kind, incoming=fact.incoming) else None
        best, found = ALIKE, None
        for sample, said in self.samples.get(_from(fact), ()):
            if not _like_verdict(sample, fact):
                continue
            share = alike(sample.template, fact.template)
            if share >= best:  # of equals the one that was said last
                best, found = share, said
        return None if found is None else (found, False)

    def knows_sender(self, fact: Fact) -> bool:
        """True when something was said of a mail of this sender."""
        return _from(fact) in self.samples


def said(facts: Sequence[Fact], corrections: Iterable[Correction]) -> Said:
    """The labels that `corrections` leave in force; of one mail the last one counts."""
    labels = {made.target: Kind(made.value) for made in corrections if made.kind == LABEL}
    by_id = {fact.message_id: fact for fact in facts if fact.message_id in labels}
    samples: dict[tuple[str, bool], list[tuple[Fact, Kind]]] = {}
    for target, kind in labels.items():
        fact = by_id.get(target)
        if fact is not None and fact.template.pairs and allowed(kind, incoming=fact.incoming):
            samples.setdefault(_from(fact), []).append((fact, kind))
    return Said(labels, samples)


def allowed(kind: Kind, *, incoming: bool) -> bool:
    """True when a mail of that direction can be a `kind`."""
    return kind is Kind.OTHER or (not kind.mark and kind.own != incoming)


def corrected(facts: Sequence[Fact], corrections: Sequence[Correction]) -> tuple[Fact, ...]:
    """`facts` as the person put them right; the others as they are."""
    if not any(made.kind == LABEL for made in corrections):
        return tuple(facts)
    words = said(facts, corrections)
    return tuple(put_right(fact, words) for fact in facts)


def put_right(fact: Fact, words: Said) -> Fact:
    """`fact` as the person's words have it, with its former verdict in the evidence."""
    found = words.of(fact)
    if found is None:
        return fact
    kind, exact = found
    before = fact.verdict
    if not exact and kind is before.kind and fact.trusted:
        return fact
    note = Evidence(SAID if exact else SAID_ALIKE, before.kind.value[:EVIDENCE_LENGTH])
    verdict = replace(
        before,
        kind=kind,
        confidence=1.0 if exact else max(ALIKE_CONFIDENCE, before.confidence if kind is before.kind else 0.0),
        evidence=(note, *before.evidence),
    )
    read = fact.reading
    if read is None or read.kind is not kind:
        return replace(fact, verdict=verdict)
    return replace(
        fact,
        verdict=verdict,
        details=read.details,
        human=read.human,
        repliable=read.repliable,
        channel=read.channel,
    )


def former(fact: Fact) -> tuple[str, bool] | None:
    """Of a fact that was put right: the class it had, and whether that was said of this very mail."""
    first = next(iter(fact.verdict.evidence), None)
    if first is None or first.rule not in (SAID, SAID_ALIKE):
        return None
    return first.quote, first.rule == SAID


def unread(facts: Iterable[Fact], words: Said) -> tuple[tuple[Fact, Kind], ...]:
    """The facts that are to be read again as what the person says they are, to know what they then say."""
    found = ((fact, answer[0]) for fact in facts if (answer := words.of(fact)) is not None)
    return tuple(
        (fact, kind)
        for fact, kind in found
        if kind is not fact.kind and (fact.reading is None or fact.reading.kind is not kind)
    )


def names_for_all(facts: Sequence[Fact], corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """`corrections`, and before them what the names among them mean for mails of the same template."""
    last = {(made.kind, made.target): made for made in corrections if made.kind in (COMPANY, ROLE)}
    by_id = {fact.message_id: fact for fact in facts}
    derived = []
    for (kind, target), made in last.items():
        sample = by_id.get(target)
        wrong = _name(sample, kind) if sample is not None else ""
        if sample is None or not sample.incoming or not wrong or not sample.template.pairs:
            continue
        same = same_company if kind == COMPANY else same_role
        firm = kind == COMPANY and bool(employer_domain(sample.sender))
        value = made.value if firm or same(wrong, made.value) else ""
        derived += [
            replace(made, target=fact.message_id, value=value)
            for fact in facts
            if _from(fact) == _from(sample)
            and (kind, fact.message_id) not in last
            and same(_name(fact, kind), wrong)
            and alike(sample.template, fact.template) >= ALIKE
        ]
    return (*derived, *corrections)


def label_of(word: str, *, incoming: bool | None) -> Kind:
    """The class called `word` on the command line; `incoming` None: the mail is not known yet.

    Raises UsageError naming the classes that this mail can have.
    """
    fitting = [k for k in LABELS if incoming is None or allowed(k, incoming=incoming)]
    kind = next((kind for kind in fitting if kind.value == word.strip().lower().replace("-", "_")), None)
    if kind is not None:
        return kind
    about = {None: "A mail", True: "A mail you received", False: "A mail of yours"}[incoming]
    raise UsageError(
        f"{about} cannot be {word!r}.", f"It can be: {', '.join(kind.value for kind in fitting)}."
    )


def _name(fact: Fact, kind: str) -> str:
    return fact.details.company if kind == COMPANY else fact.details.role


def _from(fact: Fact) -> tuple[str, bool]:
    return canonical(fact.sender.email), fact.incoming


def _like_verdict(sample: Fact, fact: Fact) -> bool:
    """True when `fact` was judged like the sample of its template, or not decidedly otherwise."""
    return fact.kind is sample.kind or fact.kind in _BLAND or not fact.trusted
