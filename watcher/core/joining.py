"""The rules by which a mail finds its hiring process, in their order (rule 2.4).

Each rule looks at the clusters so far and answers with a Hit or None; it changes nothing. A Hit may also say
that nobody gets the mail: then every process that could have had it asks for review.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from watcher.core.address import canonical
from watcher.core.model import Correction, Fact, Kind, Mark
from watcher.core.names import company_keys, normal_company, person_words, plain, same_company, same_person
from watcher.core.threads import (
    NEVER_FOUND,
    STRAYED,
    Cluster,
    agrees,
    employer_domain,
    employer_domains,
    is_live,
    is_suspect,
    names_other_role,
    names_same_role,
    other_side,
    personal,
    personal_keys,
    same_employer,
)

#: Employer and post join two mails at most so far apart (rule 2.4, 6).
SAME_POST = timedelta(days=120)
#: A known address takes up a closed process again within a year; later it is a new one.
SAME_PERSON = timedelta(days=365)
#: Under this confidence a mail founds no process; between it and CONFIDENT the process asks for review.
FOUNDING = 0.45
#: Rule of the evidence that marks an own mail as an application (written by `judge`).
APPLICATION = "own_application"

#: A name of one word this long (letters) is no everyday word.
_LONG_NAME = 7

_OPENS = frozenset({Kind.RECRUITER_OUTREACH, Kind.APPLICATION_RECEIVED})


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's answer. `where`: the clusters that take the mail (none: nobody). `review`: the machine word
    that these and those `near` are marked with."""

    where: tuple[Cluster, ...]
    quote: str = ""
    review: str = ""
    near: tuple[Cluster, ...] = ()


@dataclass(slots=True)
class Board:
    """The clusters so far and the ways to find them. A cluster stays filed under every key it ever had: who
    looks one up still asks whether it fits."""

    manual: Mapping[str, int]  # Message-ID -> number of the group the person made
    split: frozenset[str]
    marks: Mapping[str, list[Mark]]
    names: Sequence[Correction] = ()  # what the person called a company or a post
    clusters: list[Cluster] = field(default_factory=list)
    holders: dict[str, list[Cluster]] = field(default_factory=dict)  # Message-ID -> its clusters
    known: dict[str, Fact] = field(default_factory=dict)  # placed messages
    awaited: dict[str, list[str]] = field(default_factory=dict)  # Message-ID not seen yet -> who refers to it
    groups: dict[int, Cluster] = field(default_factory=dict)
    _files: dict[tuple[str, str], list[Cluster]] = field(default_factory=dict)
    _count: int = 0

    def put(self, cluster: Cluster) -> None:
        """Have a cluster on the board, behind the others, unless it is there."""
        if not cluster.number:
            self._count += 1
            cluster.number = self._count
            self.clusters.append(cluster)

    def remove(self, cluster: Cluster) -> None:
        """Take a cluster away."""
        cluster.number = 0
        self.clusters.remove(cluster)

    def file(self, cluster: Cluster) -> None:
        """Let it be found by what it has learned."""
        for key in cluster.leads():
            if key not in cluster.filed:
                cluster.filed.add(key)
                self._files.setdefault(key, []).append(cluster)

    def near(self, keys: Iterable[tuple[str, str]]) -> list[Cluster]:
        """The clusters on the board that had one of these keys, in their order."""
        found = {id(c): c for key in keys for c in self._files.get(key, ()) if c.number}
        return sorted(found.values(), key=lambda cluster: cluster.number)

    def of_employer(self, fact: Fact) -> list[Cluster]:
        """The clusters, not suspect, of the employer that `fact` comes from or goes to."""
        keys = [("domain", domain) for domain in employer_domains(fact)]
        keys += [("company", key) for key in company_keys(fact.details.company)]
        return [c for c in self.near(keys) if not c.suspect and same_employer(c, fact)]


def _by_hand(board: Board, fact: Fact) -> Hit | None:
    """1. What the person said."""
    if fact.message_id in board.split:
        return Hit((Cluster(),), "split")
    number = board.manual.get(fact.message_id)
    home = board.groups.get(number) if number is not None else None
    return Hit((home,), "merged") if home is not None else None


def _by_calendar(board: Board, fact: Fact) -> Hit | None:
    """2. A calendar UID that is known."""
    uid = fact.details.calendar_uid
    if not uid or is_suspect(fact):
        return None
    found = [c for c in board.near([("uid", uid)]) if uid in c.uids and not c.suspect]
    return Hit((found[-1],), uid) if found else None


def _by_reference(board: Board, fact: Fact) -> Hit | None:
    """3. References or In-Reply-To reach a known message, and subject, person or domain agree."""
    strayed = False
    for reference in _references(board, fact):
        known = board.known.get(reference)
        if known is None:
            continue
        why = "report" if fact.kind in (Kind.BOUNCE, Kind.AUTO_REPLY) else agrees(fact, known)
        if not why:
            strayed = True
            continue
        holders = board.holders[reference]
        cluster = next((c for c in holders if names_same_role(c, fact)), holders[0])
        better = _carries_other_post(board, cluster, fact)
        if better is not None:
            return better
        new_face = (
            fact.incoming and why == "subject" and not _knows(cluster, fact) and fact.kind not in NEVER_FOUND
        )
        return Hit((cluster,), f"{why} {reference}", "new_address" if new_face and fact.human else "")
    if strayed and not fact.incoming and _is_application(fact) and not _knowing(board, fact):
        return Hit((Cluster(),), STRAYED, "other_subject_in_thread")
    return None


def _references(board: Board, fact: Fact) -> list[str]:
    """What `fact` refers to, nearest first; then known messages that already referred to it (its own clock or
    a server's may be wrong, so an answer can seem older than the question)."""
    found = [*([fact.details.bounced] if fact.details.bounced else []), *reversed(fact.in_reply_to)]
    found += [*reversed(fact.references), *sorted(board.awaited.get(fact.message_id, ()))]
    return list(dict.fromkeys(found))[:100]


def _carries_other_post(board: Board, cluster: Cluster, fact: Fact) -> Hit | None:
    """One thread with two posts (S43): the post named decides, not the thread (rule G5)."""
    details = fact.details
    other_job = bool(details.job_id and cluster.jobs and details.job_id not in cluster.jobs)
    if is_suspect(fact) or not (names_other_role(cluster, fact) or (other_job and fact.kind in _OPENS)):
        return None
    twins = [c for c in board.of_employer(fact) if c is not cluster and names_same_role(c, fact)]
    if twins:
        return Hit((twins[-1],), f"other post in the thread: {details.role}")
    if fact.kind in _OPENS:
        return Hit((Cluster(),), f"other post in the thread: {details.role}")
    return None


def _by_job_id(board: Board, fact: Fact) -> Hit | None:
    """4. The requisition number or application URL."""
    job, company = fact.details.job_id, fact.details.company
    if not job or is_suspect(fact):
        return None
    found = [c for c in board.near([("job", job)]) if job in c.jobs and not c.suspect]
    if company:
        found = [c for c in found if not c.companies or any(same_company(company, n) for n in c.companies)]
    return Hit((found[-1],), job) if found else None


def _by_sender(board: Board, fact: Fact) -> Hit | None:
    """5. An address known in exactly one live process; in no live one, a closed one of the last year."""
    if not fact.incoming or fact.kind in NEVER_FOUND or is_suspect(fact):
        return None
    keys = personal_keys(fact)
    knowing = _knowing(board, fact)
    if fact.channel == "app" and fact.details.person and not keys:
        person = fact.details.person
        near = board.near(("person", word) for word in person_words(person))
        knowing = [c for c in near if not c.suspect and any(same_person(person, p) for p in c.people)]
        knowing = [c for c in knowing if any(known.channel == "app" for known in c.facts)]
    return _one_of(knowing, fact, _written(fact) or fact.details.organizer or fact.details.person)


def _by_recipient(board: Board, fact: Fact) -> Hit | None:
    """5, own mail: it goes to an address that is known in exactly one process."""
    if fact.incoming:
        return None
    knowing = _knowing(board, fact)
    keys = _written(fact)
    hit = _one_of(knowing, fact, keys)
    if hit is not None and not hit.where and fact.kind is Kind.OWN_FOLLOWUP:
        # Which of them was asked after is unknown; asking twice is worse than not asking (rule R3).
        return Hit(hit.near, keys, "several_processes")
    return hit


def _knowing(board: Board, fact: Fact) -> list[Cluster]:
    """The clusters that know an address of the other side."""
    keys = personal_keys(fact)
    if fact.incoming and fact.details.organizer:
        keys |= {canonical(fact.details.organizer)}  # a booking robot writes for the one who invited
    near = board.near([("address", key) for key in keys])
    return [c for c in near if not c.suspect and keys & c.addresses]


def _one_of(knowing: list[Cluster], fact: Fact, quote: str) -> Hit | None:
    """Of the clusters that know the other side, the one that the mail can belong to, if there is just one."""
    if not knowing:
        return None
    fitting = [c for c in knowing if not names_other_role(c, fact)]
    live = [c for c in fitting if is_live(c, fact.at)]
    if len(live) > 1:
        named = [c for c in live if names_same_role(c, fact)] or _in_thread(live, fact)
        return (
            Hit((named[0],), quote) if len(named) == 1 else Hit((), quote, "several_processes", tuple(live))
        )
    if live:
        return Hit((live[0],), quote)
    if fact.kind is Kind.APPLICATION_RECEIVED or _is_application(fact):
        return None
    recent = [c for c in fitting if fact.at - c.facts[-1].at <= SAME_PERSON]
    return Hit((recent[-1],), quote, "several_closed" if len(recent) > 1 else "") if recent else None


def _in_thread(several: list[Cluster], fact: Fact) -> list[Cluster]:
    """Of several processes that an answer fits, those of its thread on the server (X-GM-THRID). A hint: where
    nothing else fits it joins nothing, and a mail that answers none is in a thread by its subject alone."""
    answers = bool(fact.gmail_thread and (fact.in_reply_to or fact.references))
    return [cluster for cluster in several if answers and fact.gmail_thread in cluster.threads]


def _by_post(board: Board, fact: Fact) -> Hit | None:
    """6. The same employer and the same post within 120 days."""
    if not (fact.incoming or _is_application(fact)):
        return None
    found = [c for c in _at_employer(board, fact) if names_same_role(c, fact)]
    found = [c for c in found if abs(fact.at - c.facts[-1].at) <= SAME_POST]
    live = [c for c in found if is_live(c, fact.at)]
    if not live and (fact.kind is Kind.APPLICATION_RECEIVED or not fact.incoming):
        return None  # applied anew after the end of the last one
    best = live or found
    return Hit((best[-1],), f"{_employer(fact)} / {fact.details.role}") if best else None


def _by_mention(board: Board, fact: Fact) -> Hit | None:
    """7. The mail names no employer that was understood, but its subject holds the name of one: the one live
    process there takes it, with a review unless the post is the same too."""
    known = fact.details.company or _is_application(fact) or is_suspect(fact)
    if known or not fact.incoming or fact.kind in NEVER_FOUND or fact.unreadable:
        return None
    subject = f" {plain(fact.subject)} "
    near = board.near(("company", f"{word} ") for word in subject.split())
    live = [c for c in near if not c.suspect and is_live(c, fact.at) and not names_other_role(c, fact)]
    live = [
        c for c in live if any(_is_telling(n) and f" {normal_company(n)} " in subject for n in c.companies)
    ]
    if len(live) != 1:
        return None
    return Hit((live[0],), fact.subject[:60], "" if names_same_role(live[0], fact) else "employer_only")


def _is_telling(company: str) -> bool:
    """True for a name that hardly stands in a subject by chance."""
    name = normal_company(company)
    return " " in name or len(name) >= _LONG_NAME


def _by_employer(board: Board, fact: Fact) -> Hit | None:
    """8. Only the employer agrees: one live process takes it and asks for review; of several nobody does."""
    if _is_application(fact):
        return None
    live = [c for c in _at_employer(board, fact) if not names_other_role(c, fact) and is_live(c, fact.at)]
    if len(live) > 1 and len(hinted := _in_thread(live, fact)) == 1:
        live = hinted
    if len(live) > 1:
        return Hit((), _employer(fact), "several_processes", tuple(live))
    return Hit((live[0],), _employer(fact), "employer_only") if live else None


def _at_employer(board: Board, fact: Fact) -> list[Cluster]:
    """The clusters of the employer that `fact` comes from or goes to. Noise joins by references only; a
    forged mail may imitate an employer by its very name, never by the domain that it forges."""
    if fact.kind in NEVER_FOUND or fact.unreadable or (is_suspect(fact) and not fact.details.company):
        return []
    found = board.of_employer(fact)
    return [c for c in found if c.companies] if is_suspect(fact) else found


RULES: tuple[tuple[str, Callable[[Board, Fact], Hit | None]], ...] = (
    ("manual", _by_hand),
    ("calendar_uid", _by_calendar),
    ("references", _by_reference),
    ("job_id", _by_job_id),
    ("sender", _by_sender),
    ("recipient", _by_recipient),
    ("employer_and_role", _by_post),
    ("employer_in_subject", _by_mention),
    ("employer_only", _by_employer),
)


def found(board: Board, fact: Fact) -> Hit | None:
    """No rule knows it: a mail about a job founds a process, everything else belongs to none."""
    if fact.kind in NEVER_FOUND or fact.unreadable or fact.verdict.confidence < FOUNDING:
        return None
    if not fact.incoming and not _is_application(fact):
        return None
    if is_suspect(fact):
        keys = personal_keys(fact)
        near = board.near([("address", key) for key in keys])
        alike = [c for c in near if c.suspect and keys & c.addresses]
        return Hit((alike[0] if alike else Cluster(),), _employer(fact))
    near = [] if fact.kind in _OPENS else _knowing(board, fact)
    near = [c for c in near if fact.incoming and is_live(c, fact.at)]
    return Hit((Cluster(),), _employer(fact), "other_role_same_sender" if near else "", tuple(near))


def _is_application(fact: Fact) -> bool:
    """True for an own mail that applies for a post (S155)."""
    return not fact.incoming and any(evidence.rule == APPLICATION for evidence in fact.verdict.evidence)


def _knows(cluster: Cluster, fact: Fact) -> bool:
    """True when the sender, or another address of its employer, has been seen in `cluster`."""
    return bool(personal_keys(fact) & cluster.addresses or employer_domains(fact) & cluster.domains)


def _written(fact: Fact) -> str:
    """The other side's addresses that tell people apart, as written."""
    return ", ".join(dict.fromkeys(a.email for a in other_side(fact) if personal(a)))


def _employer(fact: Fact) -> str:
    """Who the other side is, in words."""
    address = next(iter(other_side(fact)), fact.sender)
    return fact.details.company or employer_domain(address) or address.email
