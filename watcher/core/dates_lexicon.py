"""The words of dates: the tables `dates.yaml` of the language packs, made fit for look-up (rule 3.6).

A word has *senses*: "minggu" is a weekday (7) and a unit (week), "jam" a clock word and a unit (hour). The
grammar decides by company. The words of a language mixed into another (English mail from Indonesia) yield to
the language's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from watcher.core.language import Pack, Packs

Senses = Mapping[str, Any]
Words = tuple[str, ...]

# A gap in a cue ("let ~ know") stands for at most this many words.
GAP = "~"
GAP_WORDS = 3

# Tables whose keys are values: table name -> (sense, how the key becomes the value).
_VALUED = {
    "months": "month",
    "weekdays": "weekday",
    "relative": "relative",
    "numbers": "number",
    "units": "unit",
    "spans": "span",
    "meridiem": "meridiem",
    "dayparts": "daypart",
    "moments": "moment",
    "unsure_moments": "unsure_moment",
    "position": "position",
    "holidays": "holidays",
    "zone_names": "zone",
}
# Tables that are plain lists of words: the sense has the table's name.
_LISTED = (
    "wordlike repeated ordinal glue lead day_number day_ordinal next_before next_after this_before "
    "this_after clock clock_weak oclock half_past half_before quarter_past quarter_to friday_prayer to "
    "half_after quarter_after quarter_less "
    "open_end onto or and between from by before until within about after for since ago early vague "
    "week_of weekend duration_cue factor money street street_after abbreviations label_fill not_zones"
).split()
# Every key, cue kind and label kind a table may have: a misspelt one would silently do nothing.
TABLES = frozenset((*_VALUED, *_LISTED, "mixes_with", "numeric_order", "sender_zones", "cues", "labels"))
CUES = frozenset(
    "tell call do due back hear negative condition lost invite from_you then old new move same_time choose "
    "session elsewhere hours meeting online offline place".split()
)
LABELS = frozenset("when end length place media due other".split())
# Senses that make a line worth reading although it has no digit.
_TRIGGERS = frozenset(
    "month weekday relative unit span daypart moment unsure_moment holidays weekend friday_prayer".split()
)


class Phrase(NamedTuple):
    """`words` (lower case, tokenised) with what they may mean."""

    words: Words
    senses: Senses


class Lexicon(NamedTuple):
    """Everything the grammar asks of a language."""

    phrases: Mapping[str, tuple[Phrase, ...]]  # first word -> phrases, longest first
    cues: Mapping[str, tuple[tuple[Words, str], ...]]  # first word -> (words, cue kind), longest first
    labels: Mapping[str, tuple[tuple[Words, str], ...]]  # first word -> (words, label kind), longest first
    triggers: frozenset[str]
    numeric_order: str
    sender_zones: Mapping[int, str]


# The packs are held beside the result, so that an id in a key stays the id of that very pack.
_built: dict[tuple[str, tuple[int, ...]], tuple[tuple[object, ...], Lexicon]] = {}
_KEPT = 64


def lexicon_for(language: str, packs: Packs) -> Lexicon:
    """The words of `language` and of those that may be mixed into it. An unknown language gets every pack.
    Built once per set of packs."""
    known = tuple(packs.values())
    key = (language, tuple(map(id, known)))
    found = _built.get(key)
    if found is None:
        if len(_built) >= _KEPT:
            _built.clear()
        found = _built[key] = (known, _build(language, packs))
    return found[1]


def split_words(text: str) -> Words:
    """A phrase of a table as the words the tokeniser makes of it."""
    return tuple(piece for piece, _ in pieces(text.lower()))


def pieces(line: str) -> list[tuple[str, bool]]:
    """Every word, number and sign of `line`, each with whether white space stands before it. An apostrophe
    inside a word belongs to it."""
    found: list[tuple[str, bool]] = []
    for word in line.split():
        if word.isalpha() or word.isdecimal():
            found.append((word, True))
        elif word[-1] in _CLOSING and word[:-1].isalpha():
            found += ((word[:-1], True), (word[-1], False))
        else:
            _cut(word, found)
    return found


_CLOSING = frozenset(",.:;!?)")


def _cut(word: str, found: list[tuple[str, bool]]) -> None:
    """Add the pieces of a word that is not letters alone."""
    at, length = 0, len(word)
    while at < length:
        start = at
        at += 1
        if word[start].isalpha():
            while at < length and (
                word[at].isalpha() or (word[at] == "'" and at + 1 < length and word[at + 1].isalpha())
            ):
                at += 1
        elif word[start].isdecimal():
            while at < length and word[at].isdecimal():
                at += 1
        found.append((word[start:at], start == 0))


def _build(language: str, packs: Packs) -> Lexicon:
    own = packs.get(language)
    first = [own] if own else list(packs.values())
    named = [packs[code] for code in _companions(own) if code in packs] if own else []
    phrases: dict[Words, dict[str, Any]] = {}
    cues: dict[Words, set[str]] = {}
    labels: dict[Words, str] = {}
    for pack in [*first, *named]:
        table = pack.table("dates")
        fresh: dict[Words, dict[str, Any]] = {}
        for words, sense, value in _entries(table):
            if sense == "not_zones" and pack is not own:
                continue
            fresh.setdefault(words, {}).setdefault(sense, value)
        for words, senses in fresh.items():
            phrases.setdefault(words, senses)
        for kind, found in _mapping(table, "cues").items():
            for phrase in _listed(found):
                cues.setdefault(split_words(phrase), set()).add(kind)
        for kind, found in _mapping(table, "labels").items():
            for phrase in _listed(found):
                labels.setdefault(split_words(phrase), kind)
    triggers = {words[0] for words, senses in phrases.items() if not _TRIGGERS.isdisjoint(senses)}
    head = first[0].table("dates") if first else {}
    return Lexicon(
        phrases=_index((words, Phrase(words, senses)) for words, senses in phrases.items()),
        cues=_index((words, (words, kind)) for words, kinds in cues.items() for kind in sorted(kinds)),
        labels=_index((words, (words, kind)) for words, kind in labels.items()),
        triggers=frozenset(triggers | {words[0] for words in labels if words}),
        numeric_order=str(head.get("numeric_order", "dmy")),
        sender_zones={int(hours): str(zone) for hours, zone in _mapping(head, "sender_zones").items()},
    )


def _companions(pack: Pack | None) -> tuple[str, ...]:
    return tuple(_listed(pack.table("language").get("mixes_with"))) if pack else ()


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[Words, str, Any]]:
    for name, sense in _VALUED.items():
        for key, phrases in _mapping(table, name).items():
            for phrase in _listed(phrases):
                yield split_words(phrase), sense, _value(sense, key)
    for name in _LISTED:
        for phrase in _listed(table.get(name)):
            yield split_words(phrase), name, True


def _value(sense: str, key: Any) -> Any:
    if sense in ("moment", "unsure_moment"):
        hour, _, minute = str(key).partition(":")
        return int(hour) * 60 + int(minute or 0)
    if sense == "span":
        count, _, unit = str(key).partition(" ")
        return int(count), unit
    return key


def _mapping(table: Mapping[str, Any], name: str) -> Mapping[Any, Any]:
    found = table.get(name)
    return found if isinstance(found, Mapping) else {}


def _listed(found: object) -> list[str]:
    return [str(entry) for entry in found] if isinstance(found, list) else []


def _index(entries: Iterable[tuple[Words, Any]]) -> dict[str, tuple[Any, ...]]:
    index: dict[str, list[tuple[Words, Any]]] = {}
    for words, entry in entries:
        if words:
            index.setdefault(words[0], []).append((words, entry))
    return {
        head: tuple(entry for words, entry in sorted(found, key=lambda pair: -len(pair[0])))
        for head, found in index.items()
    }
