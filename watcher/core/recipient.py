"""To whom a draft goes (rule 4.1): which mail it answers, who gets it or a copy, from which own address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from watcher.core.address import (
    domain_of,
    is_free_mail,
    is_own,
    is_robot,
    organisation,
    sender_of,
)
from watcher.core.model import Address, DraftKind, Fact, Kind, Process
from watcher.core.patterns import compile_pattern

#: A draft goes to one address; at most this many keep their copy.
COPIES = 10

#: Machines' mail and noise: nothing of it is ever answered.
_NOISE = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE, Kind.JOB_ALERT, Kind.NEWSLETTER})

#: These answer what one certain mail asked, not merely the latest one.
_ANSWERS = frozenset({DraftKind.ANSWER_SKELETON, DraftKind.CONFIRM, DraftKind.OFFER_ACK})

#: Only these keep the employer's copies (rule 4.1).
_WITH_COPIES = frozenset({DraftKind.ANSWER_SKELETON, DraftKind.CONFIRM})

_ADDRESS = compile_pattern(r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a draft goes. `answers` is the mail it answers, None for a new conversation."""

    to: Address
    cc: tuple[Address, ...] = ()
    sender: str = ""  # the own address to write from
    answers: Fact | None = None
    notes: tuple[str, ...] = ()


def usable(address: Address) -> bool:
    """True when `address` can stand in a header as it is: plain ASCII, no quoting, a dot in its domain."""
    email = address.email
    return email.isascii() and bool(_ADDRESS.search(email)) and "." in domain_of(email) and ".." not in email


def employer_mail(process: Process) -> tuple[Fact, ...]:
    """The employer's mail that can be trusted to come from the employer, oldest first, without noise."""
    ordered = sorted(process.facts, key=lambda fact: (fact.at, fact.message_id))
    return tuple(fact for fact in ordered if fact.incoming and fact.kind not in _NOISE and _credible(fact))


def _credible(fact: Fact) -> bool:
    """False for forged, suspect and unreadable mail. An uncertain verdict is no reason not to answer."""
    return fact.authentic and not fact.scam and not fact.unreadable


def answered_in_app(process: Process) -> bool:
    """True when the conversation is held in an app: the newest mail of a person is only a notice of it."""
    spoken = [fact for fact in employer_mail(process) if fact.human or fact.channel == "app"]
    return bool(spoken) and spoken[-1].channel == "app"


def answered(process: Process, kind: DraftKind, asks: tuple[Fact, ...] = ()) -> Fact | None:
    """The mail a draft of `kind` answers: the latest one of a person (rule 4.1), never the calendar's or a
    robot's. Where another person than its writer asked (`asks`), the one who asked gets the answer."""
    people = [fact for fact in employer_mail(process) if fact.human and fact.channel == "mail"]
    if not people:
        return None
    latest = people[-1]
    asking = [fact for fact in asks if fact in people and fact.repliable]
    if kind in _ANSWERS and asking and all(fact.sender.email != latest.sender.email for fact in asking):
        return asking[-1]
    return latest


def anchor_message(process: Process, kind: DraftKind, asks: tuple[Fact, ...] = ()) -> str:
    """The Message-ID that a draft hangs on, the same on every machine: of the mail it answers, else of the
    employer's newest mail, else of the process's first; '' for a process without mail."""
    target = answered(process, kind, asks)
    if target is None:
        known = employer_mail(process) or process.facts
        target = known[-1] if known else None
    return target.message_id if target is not None else ""


def route(
    process: Process,
    kind: DraftKind,
    *,
    own: frozenset[str],
    me: Address,
    asks: tuple[Fact, ...] = (),
    mine: frozenset[str] = frozenset(),
) -> Route | None:
    """Who gets a draft of `kind`, or None when nobody can be written to (rule 4.1).

    `own` are the person's addresses, lower case; `asks` the mails whose questions are open; `mine` the
    addresses that can be written from (empty: all).
    """
    target = answered(process, kind, asks)
    banned = _first_seen_in_suspect_mail(process)
    for fact, address, notes in _candidates(process, target):
        if not usable(address) or is_own(address.email, own) or is_robot(address) or address.email in banned:
            continue
        cc = _copies(target, address, own, banned) if target is not None and kind in _WITH_COPIES else ()
        sender = _own_address(target or fact, mine or own, me)
        return Route(to=address, cc=cc, sender=sender, answers=target, notes=notes)
    return None


def _candidates(process: Process, target: Fact | None) -> Iterator[tuple[Fact, Address, tuple[str, ...]]]:
    """Every address that an answer may go to, the best first, with what a person should know about it."""
    mails = employer_mail(process)[::-1]
    people = [fact for fact in mails if fact.human and fact.channel == "mail" and fact is not target]
    robots = [fact for fact in mails if not fact.human]
    for fact in ([target] if target is not None else []) + people + robots:
        if not fact.repliable:
            continue
        foreign = fact.reply_to is not None and _elsewhere(fact.reply_to, fact.sender)
        if fact.reply_to is not None and not foreign:
            yield fact, _named(fact.reply_to, fact.sender), ()
        note = ("reply_to_elsewhere",) if foreign else ()
        yield fact, fact.sender, note


def _named(reply_to: Address, sender: Address) -> Address:
    """The Reply-To exactly as given (a relay's token must stay), with the name that it left out."""
    if reply_to.name or is_robot(sender):
        return reply_to
    return Address(reply_to.email, sender.name)


def _elsewhere(reply_to: Address, sender: Address) -> bool:
    """True when Reply-To leads to another organisation and neither side is a known relay or vendor.

    A vendor's robot that names the recruiter's own mailbox is how applicant systems and schedulers work; a
    person at one organisation who wants the answer at another is how fraud works.
    """
    one, other = organisation(domain_of(reply_to.email)), organisation(domain_of(sender.email))
    if one == other:
        return False
    relay, vendor = sender_of(reply_to), sender_of(sender)
    return not (relay is not None and relay.reply == "relay") and vendor is None


def _first_seen_in_suspect_mail(process: Process) -> frozenset[str]:
    """Addresses that came into the process with a suspect or forged mail: never written to."""
    first: dict[str, bool] = {}
    for fact in sorted(process.facts, key=lambda fact: fact.at):
        if fact.incoming:
            for address in (fact.sender, fact.reply_to, *fact.cc):
                if address is not None:
                    first.setdefault(address.email, bool(fact.scam) or not fact.authentic)
    return frozenset(email for email, suspect in first.items() if suspect)


def _copies(target: Fact, to: Address, own: frozenset[str], banned: frozenset[str]) -> tuple[Address, ...]:
    """The employer's people in copy. Nobody where a relay hides the address, no stranger (he may be another
    candidate), never the person."""
    relay = sender_of(to)
    if relay is not None and relay.reply == "relay":
        return ()
    house = organisation(domain_of(to.email))
    if is_free_mail(house):
        return ()
    kept: dict[str, Address] = {}
    for address in target.cc:
        ours = organisation(domain_of(address.email)) == house and usable(address)
        if ours and not is_own(address.email, own) and not is_robot(address) and address.email not in banned:
            kept.setdefault(address.email, address)
    kept.pop(to.email, None)
    return tuple(kept.values())[:COPIES]


def _own_address(fact: Fact, own: frozenset[str], me: Address) -> str:
    """The address the employer wrote to, if it is the person's; else the person's main one."""
    email = fact.own_address.lower()
    return email if email and usable(Address(email)) and is_own(email, own) else me.email.lower()
