"""Of several mailboxes of one person: in which one a message is at home, and who the person is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from watcher.core.address import same_mailbox
from watcher.core.model import Fact

#: Account -> its address, then its aliases (lower case).
Mailboxes = Mapping[str, tuple[str, ...]]


def homes(
    facts: Iterable[Fact],
    first: Mapping[str, str],
    lies_in: Mapping[str, Collection[str]],
    mailboxes: Mailboxes,
) -> dict[str, str]:
    """Message-ID -> the account that is to answer it. `first` is where each message was found first, `lies_in`
    all the accounts of those that several hold: there it is the one that the message was addressed to."""
    found = dict(first)
    for fact in facts:
        for account in sorted(lies_in.get(fact.message_id, ())):
            if any(same_mailbox(fact.own_address, own) for own in mailboxes.get(account, ())):
                found[fact.message_id] = account
                break
    return found
