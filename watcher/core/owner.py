"""Whose mailbox is this? What the mails themselves show, when nobody says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.core.address import is_robot
from watcher.core.model import Address, Mail

#: An address must stand on at least this share of the mails to be taken for the owner's.
SHARE = 0.5
#: A sender of so small a share of the sent mail is a stray, not another address of the owner.
STRAY = 0.05
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who the mailbox belongs to, and by what it was told: "said", "sent", "delivered" or "to"; all empty:
    unknown. `name` is how the owner signs in From, else how others write it."""

    addresses: frozenset[str] = frozenset()
    main: str = ""
    name: str = ""
    told_by: str = ""


def guess_owner(mails: Iterable[tuple[Mail, bool]], said: Sequence[str] = ()) -> Owner:
    """The owner of `mails`, each with whether it lies among the sent ones. `said`: the owner's addresses in
    lower case where the person named them; then only the name is looked for.

    The senders of sent mail; else the address that most mails were delivered to; else the one that stands in
    To of most. Nobody rather than somebody else: an address must stand on half of the mails.
    """
    sent: Counter[str] = Counter()
    delivered: Counter[str] = Counter()
    received_by: Counter[str] = Counter()
    signed: dict[str, Counter[str]] = {}
    called: dict[str, Counter[str]] = {}
    incoming = 0
    for mail, is_sent in mails:
        signed.setdefault(mail.sender.email, Counter())[mail.sender.name] += 1
        for address in (*mail.to, *mail.cc):
            called.setdefault(address.email, Counter())[address.name] += 1
        if is_sent:
            sent[mail.sender.email] += 1
            continue
        incoming += 1
        delivered.update(
            {value.strip("<> ").lower() for name in _DELIVERED for value in mail.all_headers(name)}
        )
        received_by.update({address.email for address in mail.to})

    def owner(addresses: Iterable[str], main: str, told_by: str) -> Owner:
        name = _name(signed.get(main)) or _name(called.get(main))
        return Owner(frozenset(addresses), main, name, told_by)

    if said:
        return owner(said, said[0], "said")
    own = [a for a, count in sent.most_common() if _possible(a) and count >= sent.total() * STRAY]
    if own:
        return owner(own, own[0], "sent")
    for counts, told_by in ((delivered, "delivered"), (received_by, "to")):
        usual = [a for a, count in counts.most_common(5) if _possible(a) and count >= incoming * SHARE]
        if usual:
            return owner(usual[:1], usual[0], told_by)
    return Owner()


def _possible(address: str) -> bool:
    return "@" in address and not is_robot(Address(address))


def _name(counts: Counter[str] | None) -> str:
    """The name most often given with an address; a repeated address is no name."""
    usual = [name for name, _ in (counts or Counter()).most_common() if name and "@" not in name]
    return usual[0] if usual else ""
