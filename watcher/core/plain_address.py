"""The address headers that nearly every mail has, read without an address parser: one name of plain words."""

from __future__ import annotations

from watcher.core.model import Address
from watcher.core.patterns import compile_pattern

#: Characters of a name and of an address that are kept.
MAX_NAME, MAX_EMAIL = 200, 254

_WORDS = "[A-Za-z0-9]+(?: [A-Za-z0-9]+){0,6}"
_MAILBOX = r"[A-Za-z0-9_+=-]+(?:\.[A-Za-z0-9_+=-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
#: One address without anything that could be read in two ways: a name of plain words, bare or in quotes.
_PLAIN_ADDRESS = compile_pattern(
    rf"^(?:(?:\"(?P<quoted>{_WORDS})\"|(?P<name>{_WORDS})) )?<(?P<email>{_MAILBOX})>$|^(?P<bare>{_MAILBOX})$"
)


def plain_addresses(value: str) -> tuple[Address, ...] | None:
    """The one address of a header as nearly all are written ("Ana Lim <ana@corp.example>"), which every reader
    understands in the same way; () for an empty header, None for everything else."""
    if not value:
        return ()
    found = _PLAIN_ADDRESS.search(value)
    if found is None:
        return None
    name, email = (
        found.group("quoted") or found.group("name") or "",
        found.group("bare") or found.group("email"),
    )
    return (Address(email.lower(), name[:MAX_NAME]),) if len(email) <= MAX_EMAIL else None
