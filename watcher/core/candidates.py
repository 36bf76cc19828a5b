"""Which mails are worth reading: what the header alone tells, before anything else is fetched.

Only what is surely nobody's business is passed over: mail that calls itself a mailing list's or a bulk
sender's, from no house that hires or works for those that do, whose subject and sender use no word of the
trade, and that belongs to no conversation that is known. Everything else is read. `make accuracy` measures
that no mail of the corpus about a candidacy is lost, and how much of the rest is let through.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from watcher.core.address import local_tokens, sender_of
from watcher.core.folding import fold
from watcher.core.language import Packs
from watcher.core.model import Address
from watcher.core.parse_headers import decode_words, ids_in, read_message_id, split_head
from watcher.core.patterns import compile_pattern
from watcher.core.structure import HIRING_TOKENS

#: The header fields that decide, in the order of a mail; a mailbox that can, reads these alone.
FIELDS = (
    "From",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Id",
    "List-Unsubscribe-Post",
    "Precedence",
)
#: A field that only mass mail has. (List-Unsubscribe itself, where it is given, counts as well.)
_BULK = frozenset({"list-id", "list-unsubscribe-post", "list-unsubscribe", "feedback-id"})
_BULK_PRECEDENCE = frozenset({"bulk", "list", "junk"})
#: Vendors of these kinds send nothing about a candidacy.
_NO_BUSINESS = frozenset({"noise", "alert"})
#: A header up to this size (bytes) is short.
_SHORT = 8192
#: A Message-ID as nearly all are written: it stays as it is.
_PLAIN_ID = compile_pattern(r"^<[!-;=?-~]{1,200}>$")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a header tells of a mail: its Message-ID, whom it is from, which mails it refers to; `needless`: by
    itself it is surely no mail about a candidacy. `complete`: it has a Message-ID of its own."""

    message_id: str
    sender: str
    related: tuple[str, ...]
    needless: bool
    complete: bool


def sight(header: bytes, packs: Packs) -> Sighting:
    """Look at the header of an incoming mail, or at those of its `FIELDS` that it has. Total."""
    values = _plain_fields(header)
    head = None
    if values is None:
        head = split_head(header)
        values = dict(reversed(head.fields))  # the topmost of each name
    sender = values.get("from", "")
    email = sender.rpartition("<")[2].partition(">")[0].strip().lower()
    bulk = not _BULK.isdisjoint(values) or values.get("precedence", "").strip().lower() in _BULK_PRECEDENCE
    needless = bulk and not _of_the_trade(email)
    if needless:
        words = fold(decode_words(f"{values.get('subject', '')[:1000]} {sender[:500]}"))
        needless = not _trade_words(packs).search(words)
    related: tuple[str, ...] = ()
    if "in-reply-to" in values or "references" in values:
        related = (*ids_in(values.get("in-reply-to", "")), *ids_in(values.get("references", "")))
    message_id = values.get("message-id", "")
    complete = "@" in message_id
    if complete and not _PLAIN_ID.search(message_id):
        message_id = read_message_id(head or split_head(header))
    return Sighting(message_id if complete else "", email, related, needless, complete)


def _plain_fields(header: bytes) -> dict[str, str] | None:
    """The topmost field of each name, as `split_head` reads them, of a short header as servers cut it out: each
    line a field or the rest of one. None for any other."""
    if len(header) > _SHORT or not header.isascii() or b"\0" in header:
        return None
    values: dict[str, str] = {}
    text = header.decode("ascii").rstrip("\r\n").replace("\r\n", "\n")
    for line in text.replace("\n ", "\0").replace("\n\t", "\0").split("\n"):
        name, colon, value = line.partition(":")
        if not colon or not name.replace("-", "").isalnum():
            return None
        if "\0" in value:
            value = " ".join(filter(None, (piece.strip(" ") for piece in value.split("\0"))))
        if not value.isprintable():
            return None
        values.setdefault(name.lower(), value.strip(" "))
    return values


@lru_cache(maxsize=4096)
def _of_the_trade(email: str) -> bool:
    """True when an address belongs to a vendor of the trade, or to a desk that hires."""
    vendor = sender_of(Address(email))
    if vendor is not None:
        return vendor.role not in _NO_BUSINESS
    return any(token in HIRING_TOKENS for token in local_tokens(email))


_PATTERN: list[tuple[Packs, Any]] = []


def _trade_words(packs: Packs) -> Any:
    """One pattern for the `hiring` words of all packs; made once for the same packs."""
    if not _PATTERN or _PATTERN[0][0] is not packs:
        stems = {
            fold(stem)
            for pack in packs.values()
            for stem in str(pack.table("language").get("hiring", "")).split()
        }
        pattern = r"\b(?:" + "|".join(sorted(stems)) + ")" if stems else ""
        _PATTERN[:] = [(packs, compile_pattern(pattern, ignore_case=False))]
    return _PATTERN[0][1]
