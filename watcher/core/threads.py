"""What two mails have in common: subject, references, people, employer. The ground that `process` joins on.

A Cluster is a process while it is being gathered. It only ever learns from mail that can be trusted: a forged
or suspect mail adds no address, employer or calendar id that a later mail could be joined by (rule 6.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from watcher.core.address import canonical, domain_of, is_free_mail, is_robot, organisation, sender_of
from watcher.core.model import Address, Correction, Details, Fact, Kind, Mark
from watcher.core.names import company_keys, other_role, person_words, same_company, same_role
from watcher.core.patterns import compile_pattern

#: A process without an event for so long, and nothing dated ahead, is over (rule Q17).
SILENT = timedelta(days=60)

#: The reason kept with an own mail that used an old thread for something new (S105).
STRAYED = "own mail in an old thread, about something else"

#: Kinds that are no event of any process by themselves.
NOISE = frozenset({Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER})
#: Kinds that never found a process: noise, and machines that answer.
NEVER_FOUND = NOISE | {Kind.AUTO_REPLY, Kind.BOUNCE}

_MARKER = compile_pattern(
    r"^\s*(?:(?:re|fw|fwd|bls|balas|aw|wg|sv|vs|tr|rv|ant|antw|trs|terusan|automatic reply|auto"
    r"|balasan otomatis|out of office|undeliverable|tidak terkirim)\s*(?:\[\d+\])?\s*[:\x{FF1A}]"
    r"|\[(?:ext|external|eksternal|extern)\])\s*"
)
_ENDS = frozenset(
    {
        Kind.REJECTION,
        Kind.OWN_WITHDRAW,
        Kind.OWN_DECLINE,
        Kind.MARK_REJECTED,
        Kind.MARK_ACCEPTED,
        Kind.MARK_DECLINED,
        Kind.MARK_WITHDRAWN,
    }
)
_REVIVES = frozenset(
    {
        Kind.INTERVIEW_INVITATION,
        Kind.INTERVIEW_CONFIRMATION,
        Kind.ASSESSMENT,
        Kind.OFFER,
        Kind.RECRUITER_OUTREACH,
        Kind.MARK_REOPEN,
        Kind.MARK_OFFER,
        Kind.MARK_SCHEDULED,
        Kind.MARK_HELD,
    }
)


@lru_cache(maxsize=4096)
def base_subject(subject: str) -> str:
    """`subject` for comparison: without "Re:", "Fwd:", "Bls:", "[External]" however often, in lower case."""
    text = subject[:300].strip()
    for _ in range(8):
        found = _MARKER.match(text)
        if not found:
            break
        text = text[found.end() :]
    return " ".join(text.casefold().split())


def other_side(fact: Fact) -> tuple[Address, ...]:
    """The addresses of the other party: who wrote an incoming mail, who an own mail went to."""
    if fact.incoming:
        return (fact.sender,) if fact.reply_to is None else (fact.sender, fact.reply_to)
    mine = {canonical(fact.own_address), canonical(fact.sender.email)}
    return tuple(address for address in (*fact.to, *fact.cc) if canonical(address.email) not in mine)


@lru_cache(maxsize=4096)
def personal(address: Address) -> bool:
    """True when `address` tells who writes: a person's or a relay's, no robot, no vendor's shared box."""
    if not address.email or is_robot(address):
        return False
    vendor = sender_of(address)
    return vendor is None or vendor.reply != "never" or domain_of(address.email) == vendor.domain


@lru_cache(maxsize=4096)
def employer_domain(address: Address) -> str:
    """The organisation domain of `address` where it can stand for an employer; '' for vendors, free mail."""
    domain = domain_of(address.email)
    if not domain or is_free_mail(domain) or sender_of(address) is not None:
        return ""
    return organisation(domain)


def personal_keys(fact: Fact) -> frozenset[str]:
    """The addresses of the other side that tell people apart. A relay's token is part of who it leads to."""
    return frozenset(_key(address) for address in other_side(fact) if personal(address))


@lru_cache(maxsize=4096)
def _key(address: Address) -> str:
    return address.email.lower() if sender_of(address) is not None else canonical(address.email)


def employer_domains(fact: Fact) -> frozenset[str]:
    """The organisation domains of the other side that can stand for an employer."""
    return frozenset(employer_domain(address) for address in other_side(fact)) - {""}


def agrees(fact: Fact, known: Fact) -> str:
    """What makes a reference from `fact` to `known` believable: "subject", "address" or "domain", else ''.

    A thread can be hijacked for another matter (S105); Gmail and Outlook thread equal subjects together.
    """
    mine, theirs = base_subject(fact.subject), base_subject(known.subject)
    if mine and mine == theirs:
        return "subject"
    if personal_keys(fact) & personal_keys(known):
        return "address"
    return "domain" if employer_domains(fact) & employer_domains(known) else ""


@dataclass(slots=True, eq=False)
class Cluster:
    """A process being gathered: its facts, why each is here, and the keys that later mail is joined by."""

    marks: list[Mark] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    review: set[str] = field(default_factory=set)
    uids: set[str] = field(default_factory=set)
    jobs: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    companies: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)  # the mail server's own: a hint only
    suspect: bool = False  # only forged or suspect mail so far
    number: int = 0  # its place on the board; 0: not there yet, or no more
    filed: set[tuple[str, str]] = field(default_factory=set)  # keys under which the board finds it

    def add(self, fact: Fact, reason: str) -> None:
        """Take `fact` in and, if it can be trusted, learn its keys."""
        if not self.facts:
            self.suspect = is_suspect(fact)
        elif self.suspect and fact.incoming and not is_suspect(fact):
            self.suspect = False
            for keys in (self.uids, self.jobs, self.addresses, self.domains, self.threads):
                keys.clear()
            for names in (self.companies, self.roles, self.people):
                names.clear()
        self.facts.append(fact)
        self.reasons[fact.message_id] = reason
        if (is_suspect(fact) and not self.suspect) or fact.kind in NEVER_FOUND:
            return
        details = fact.details
        self.uids |= {details.calendar_uid} - {""}
        self.jobs |= {details.job_id} - {""}
        self.addresses |= personal_keys(fact)
        self.threads |= {fact.gmail_thread} - {""}
        self.domains |= employer_domains(fact)
        _learn(self.companies, details.company)
        _learn(self.roles, details.role)
        _learn(self.people, details.person if fact.incoming else "")

    def leads(self) -> Iterator[tuple[str, str]]:
        """What later mail may be joined by."""
        yield from (("uid", uid) for uid in self.uids)
        yield from (("job", job) for job in self.jobs)
        yield from (("address", address) for address in self.addresses)
        yield from (("domain", domain) for domain in self.domains)
        yield from (("company", key) for name in self.companies for key in company_keys(name))
        yield from (("person", word) for name in self.people for word in person_words(name))

    def learn(self, names: Iterable[Correction]) -> None:
        """Know what the person calls company or post, so that mail which names them rightly comes here."""
        for made in names:
            _learn(self.companies if made.kind == "company" else self.roles, made.value)


def _learn(names: list[str], name: str) -> None:
    if name and name not in names:
        names.append(name)


def is_suspect(fact: Fact) -> bool:
    """True for forged and scam mail: it joins nothing and teaches nothing."""
    return not fact.authentic or bool(fact.scam)


def same_employer(cluster: Cluster, fact: Fact) -> bool:
    """True when `fact` comes from (or goes to) the employer of `cluster`: by name, else by domain where one
    of the two names nobody. Two different names behind one domain (an agency) are two employers."""
    company = fact.details.company
    if company and cluster.companies:
        return any(same_company(company, known) for known in cluster.companies)
    return bool(employer_domains(fact) & cluster.domains)


def names_same_role(cluster: Cluster, fact: Fact) -> bool:
    """True when the post that `fact` names is one that `cluster` has."""
    return any(same_role(fact.details.role, role) for role in cluster.roles)


def names_other_role(cluster: Cluster, fact: Fact) -> bool:
    """True when `fact` names a post and `cluster` has only others (rule G5)."""
    roles = [role for role in cluster.roles if role]
    return bool(roles) and all(other_role(fact.details.role, role) for role in roles)


def is_live(cluster: Cluster, at: datetime) -> bool:
    """True when the process is neither decided nor silent at `at`: its last decision was undone or there was
    none, and its last event, or a date it looks forward to, is at most 60 days old (rule Q17).

    A cheap notion of its own, because grouping comes before the fold.
    """
    events = [(f.at, f.kind, f.details) for f in cluster.facts if f.trusted and f.kind not in NOISE]
    events += [(mark.at or mark.made, mark.kind, Details()) for mark in cluster.marks]
    decided, offered, last = False, False, None
    for when, kind, details in sorted(events, key=lambda event: event[0]):
        if when > at:
            continue
        if kind in _ENDS or (kind is Kind.OWN_ACCEPT and offered):
            decided = True
        elif kind in _REVIVES:
            decided, offered = False, offered or kind is Kind.OFFER
        dates = (when, details.start, details.deadline, details.promise_by, last)
        last = max(date for date in dates if date is not None)
    return last is not None and not decided and at - last <= SILENT
