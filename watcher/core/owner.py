"""Whose mailbox is this? What the mails themselves show, when nobody says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from watcher.core.address import is_robot
from watcher.core.model import Address, Mail

#: An address must stand on at least this share of the mails to be taken for the owner's.
SHARE = 0.5
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who the mailbox belongs to, and by what it was told: "sent", "delivered" or "to"; all empty: unknown."""

    addresses: frozenset[str] = frozenset()
    main: str = ""
    name: str = ""
    told_by: str = ""


def guess_owner(mails: Iterable[tuple[Mail, bool]]) -> Owner:
    """The owner of `mails`, each with whether it lies among the sent ones.

    The senders of sent mail; else the address that most mails were delivered to; else the one that stands in
    To of most. Nobody rather than somebody else: an address must stand on half of the mails.
    """
    sent: Counter[str] = Counter()
    delivered: Counter[str] = Counter()
    received_by: Counter[str] = Counter()
    names: dict[str, Counter[str]] = {}
    incoming = 0
    for mail, is_sent in mails:
        people = [mail.sender] if is_sent else [*mail.to, *mail.cc]
        for address in people:
            names.setdefault(address.email, Counter())[address.name] += 1
        if is_sent:
            sent[mail.sender.email] += 1
            continue
        incoming += 1
        delivered.update(
            {value.strip("<> ").lower() for name in _DELIVERED for value in mail.all_headers(name)}
        )
        received_by.update({address.email for address in mail.to})
    for counts, total, told_by in (
        (sent, 0, "sent"),
        (delivered, incoming, "delivered"),
        (received_by, incoming, "to"),
    ):
        usual = [
            address
            for address, count in counts.most_common(5)
            if "@" in address and count >= total * SHARE and not is_robot(Address(address))
        ]
        if usual:
            own = frozenset(sent) if told_by == "sent" else frozenset(usual[:1])
            return Owner(own, usual[0], _name(names.get(usual[0])), told_by)
    return Owner()


def _name(counts: Counter[str] | None) -> str:
    """The name most often given with an address; a repeated address is no name."""
    usual = [name for name, _ in (counts or Counter()).most_common() if name and "@" not in name]
    return usual[0] if usual else ""
