"""The packs' quotes.yaml tables, joined over all languages and made ready for looking up.

A mail's quoted tail is in the language of whoever's mail program wrote it, not in the mail's own, so the
words of all packs (and of the languages that have only a `foreign` entry) count in every mail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from watcher.core.language import Packs


@dataclass(frozen=True, slots=True)
class Quotes:
    """Everything that marks words which are not the author's new ones. All lower case."""

    headers: Mapping[str, str]  # "dari" -> "from"; kinds: from, sent, to, subject, other
    attribution_begins: tuple[str, ...]
    attribution_verbs: tuple[str, ...]
    originals: frozenset[str]
    forwards: frozenset[str]
    devices: tuple[str, ...]
    sign_offs: frozenset[str]
    thanks: frozenset[str]
    postscripts: tuple[str, ...]
    legal: tuple[str, ...]
    footers: tuple[str, ...]
    footers_with_address: tuple[str, ...]
    list_words: tuple[str, ...]
    banners: tuple[str, ...]
    placeholders: tuple[str, ...]
    forward_prefixes: frozenset[str]
    reply_prefixes: frozenset[str]

    def header_kind(self, line: str) -> str:
        """Which header word the (lower-case) `line` begins with: "from" ... "other", or ''."""
        word, colon, _ = line[:40].replace("：", ":").partition(":")
        return self.headers.get(word.strip(" \t*_"), "") if colon else ""


class _Same:
    """Makes a cache key of a value that cannot be hashed: equal only to itself, and kept alive."""

    __slots__ = ("value",)

    def __init__(self, value: Packs) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


def quotes_of(packs: Packs) -> Quotes:
    """The joined tables of `packs`; built once for each packs value."""
    return _joined(_Same(packs))


@lru_cache(maxsize=8)
def _joined(key: _Same) -> Quotes:
    tables = list(_tables(key.value))

    def words(name: str, *path: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for table in tables:
            entry: Any = table.get(name, ())
            for step in path:
                entry = entry.get(step, ()) if isinstance(entry, Mapping) else ()
            found.update((str(word).lower(), None) for word in entry)
        return tuple(found)

    headers: dict[str, str] = {}
    for kind in ("other", "subject", "to", "sent", "from"):  # the later wins where languages disagree
        headers.update((word, kind) for word in words("headers", kind))
    return Quotes(
        headers=headers,
        attribution_begins=words("attributions", "begins"),
        attribution_verbs=words("attributions", "verbs"),
        originals=frozenset(words("originals")),
        forwards=frozenset(words("forwards")),
        devices=words("devices"),
        sign_offs=frozenset(words("sign_offs")),
        thanks=frozenset(words("thanks")),
        postscripts=words("postscripts"),
        legal=words("legal"),
        footers=words("footers"),
        footers_with_address=words("footers_with_address"),
        list_words=words("list_words"),
        banners=words("banners"),
        placeholders=words("placeholders"),
        forward_prefixes=frozenset(words("forward_prefixes")),
        reply_prefixes=frozenset(words("reply_prefixes")),
    )


def _tables(packs: Packs) -> Iterator[Mapping[str, Any]]:
    for pack in packs.values():
        table = pack.table("quotes")
        yield table
        foreign = table.get("foreign", {})
        if isinstance(foreign, Mapping):
            yield from (entry for entry in foreign.values() if isinstance(entry, Mapping))
