"""What is known about the person and the mailbox when one mail is judged."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from watcher.core.model import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything but the mail itself that a verdict may rest on."""

    own: frozenset[str] = frozenset()  # the person's addresses, lower case
    outgoing: bool | None = None  # the folder is Sent: True; an inbox: False; None = decide by From
    zone: str = "Asia/Jakarta"  # IANA name
    country: str = "ID"  # ISO 3166-1 alpha-2
    known_senders: Set[str] = frozenset()  # e-mails that are part of a process, lower case
    own_message_ids: Set[str] = frozenset()
    authserv: str = ""  # authserv-ids of the person's provider (RFC 8601), divided by blanks; '' unknown
    live: bool = False  # the sender or the thread belongs to a live process
    answers: Mapping[str, Set[Kind]] = field(
        default_factory=dict
    )  # Message-ID -> what the person answered it
