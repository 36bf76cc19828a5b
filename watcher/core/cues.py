r"""The cue words of every language pack, compiled: what announces an employer, a post, a person, a request.

They come from `names.yaml` (and the closing words of `quotes.yaml`). The packs are joined, since recruiters mix
languages in one mail. In a pattern a blank stands for any blanks, `{company}` and `{role}` for the name that
is looked for, `{person}` for a person's, `{any}` for some words of one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from watcher.core.language import Pack, Packs
from watcher.core.names import plain
from watcher.core.patterns import compile_pattern
from watcher.core.sentences import UNIT_LENGTH, sentences

#: So often a cue is looked for in one text.
EACH = 6

#: A line this long (characters) was probably wrapped.
_WRAPPED = 60

#: A table's row of two cells, the first one short.
_ROW = compile_pattern(r"(?m)^([^\t\n:]{2,30})\t([^\t\n]+)$")

_ANY = r"[^\n!?;]{1,70}?"
_NAME = r"[^\n!?;]{2,90}"


@dataclass(frozen=True, slots=True)
class Cues:
    """The joined cues. Patterns are compiled; sets hold lower-case words."""

    teams: Any
    titled: Any
    belongs: Any
    through: Any
    greeted: Any
    titles: Mapping[str, str]  # written form -> title
    titled_name: Any
    companies: tuple[Any, ...]
    companies_weak: tuple[Any, ...]
    clients: tuple[Any, ...]
    roles: tuple[Any, ...]
    roles_weak: tuple[Any, ...]
    role_words: frozenset[str]
    stops: frozenset[str]
    company_heads: frozenset[str]
    company_tails: frozenset[str]
    role_parts: frozenset[str]
    role_odd: frozenset[str]
    role_openers: frozenset[str]
    role_links: frozenset[str]
    role_alone: frozenset[str]
    company_odd: frozenset[str]
    notices: tuple[Any, ...]
    application: Any
    application_not: Any
    asks_strong: Any
    asks_normal: Any
    asks_not: Any
    hold: Any
    no_feedback: Any
    task_received: Any
    viewed: Any
    sign_offs: frozenset[str]  # as `plain` writes them


# The packs are held beside the result, so that they stay the very ones it was made from.
_COMPILED: dict[tuple[str, ...], tuple[list[Pack], Cues]] = {}


def cues_of(packs: Packs) -> Cues:
    """The cues of all `packs`; compiled once for the same packs, in whatever order.

    Raises ValueError naming the pattern when one is no RE2 pattern.
    """
    key = tuple(sorted(packs))
    chosen = [packs[code] for code in key]
    known = _COMPILED.get(key)
    if known is None or any(a is not b for a, b in zip(known[0], chosen, strict=True)):
        known = _COMPILED[key] = (chosen, _compile(chosen))
    return known[1]


def _compile(packs: list[Pack]) -> Cues:
    tables = [pack.table("names") for pack in packs]
    asks = [_mapping(table.get("asks")) for table in tables]
    titles = {
        str(word).lower(): str(title)
        for table in tables
        for title, forms in _mapping(table.get("titles")).items()
        for word in forms
    }
    forms = "|".join(sorted((_literal(word) for word in titles), key=len, reverse=True)) or r"\pZ{9}"
    closing = [_mapping(pack.table("quotes")) for pack in packs]
    return Cues(
        teams=_any_word(_list(tables, "teams")),
        titled=_any_word(_list(tables, "titled")),
        belongs=_any_word(_list(tables, "belongs")),
        through=_any_word(_list(tables, "through")),
        greeted=_greeted(_list(tables, "greetings")),
        titles=titles,
        titled_name=compile_pattern(
            rf"(?:^|[^\pL/])(?P<title>{forms})\.?[ ]+(?P<name>\pL[\pL'’.-]*(?:[ ]\pL[\pL'’.-]*){{0,3}})"
        ),
        companies=_patterns(_list(tables, "companies")),
        companies_weak=_patterns(_list(tables, "companies_weak")),
        clients=_patterns(_list(tables, "clients")),
        roles=_patterns(_list(tables, "roles")),
        roles_weak=_patterns(_list(tables, "roles_weak")),
        role_words=_words(tables, "role_words") | {plain(word) for word in _list(tables, "role_words")},
        stops=_words(tables, "stops"),
        company_heads=_words(tables, "company_heads"),
        company_tails=_words(tables, "company_tails"),
        role_parts=_words(tables, "role_parts"),
        role_odd=_words(tables, "role_odd"),
        role_openers=_words(tables, "role_openers"),
        role_links=_words(tables, "role_links"),
        role_alone=_words(tables, "role_alone"),
        company_odd=_words(tables, "company_odd"),
        notices=_patterns(_list(tables, "notices")),
        application=_union(_list(tables, "application")),
        application_not=_union(_list(tables, "application_not")),
        asks_strong=_union(_list(asks, "strong")),
        asks_normal=_union(_list(asks, "normal")),
        asks_not=_union(_list(asks, "not")),
        hold=_union(_list(tables, "hold")),
        no_feedback=_union(_list(tables, "no_feedback")),
        task_received=_union(_list(tables, "task_received")),
        viewed=_union(_list(tables, "viewed")),
        sign_offs=frozenset(plain(words) for key in ("sign_offs", "thanks") for words in _list(closing, key)),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(tables: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    return [str(entry) for table in tables for entry in table.get(key) or ()]


def _words(tables: Iterable[Mapping[str, Any]], key: str) -> frozenset[str]:
    return frozenset(entry.lower() for entry in _list(tables, key))


def units_of(text: str) -> list[str]:
    """The sentences of `text`; one that a mail program wrapped before a capital letter is joined again, and a
    row of two cells reads as a label with its value."""
    units: list[str] = []
    for unit in sentences(_ROW.sub(r"\1: \2", text)):
        label, colon, rest = unit.partition(":")
        labelled = bool(colon and rest.strip()) and len(label.split()) <= 3
        if units and len(units[-1]) >= _WRAPPED and units[-1][-1] not in ".!?:;" and not labelled:
            units[-1] = f"{units[-1]} {unit}"[:UNIT_LENGTH]
        else:
            units.append(unit)
    return units


def each(pattern: Any, text: str, name: str) -> Iterator[tuple[int, str]]:
    """(place, name) of everything that `pattern` announces as a `name` in `text`; also inside a name that was
    taken too far, so the next search goes on right after the beginning of the last one. At most EACH."""
    at = 0
    for _ in range(EACH):
        match = pattern.search(text, at)
        if not match:
            return
        groups = match.groupdict()
        place = max(match.start(number) for number in range(1, len(match.groups()) + 1))
        yield place, groups.get(name) or groups.get(f"inner_{name}") or ""
        at = max(place, at) + 1


def expand(source: str) -> str:
    """The RE2 source of a cue. A name at its end (group `role`, `company`) takes all it can; one in the middle
    (group `inner_role`, `inner_company`) ends where the cue goes on."""
    text = source.strip()
    for name in ("role", "company"):
        mark = f"{{{name}}}"
        at_end = text.endswith(mark)
        text = text.replace(mark, f"(?P<{name}>{_NAME})" if at_end else f"(?P<inner_{name}>{_NAME}?)")
    text = text.replace("{person}", r"(?P<person>\pL[\pL'’.-]*(?: \pL[\pL'’.-]*){0,3})")
    text = text.replace("{any}", _ANY).replace("[ ]", "\0")
    text = text.replace(" ?", "\0*").replace(" ", "\0+").replace("\0", "[ ]")
    return text if text.startswith(("^", "(?:^", "[")) else rf"(?:^|[^\pL\pN]){text}"


def _patterns(sources: list[str]) -> tuple[Any, ...]:
    return tuple(compile_pattern(f"(?m){expand(source)}") for source in sources)


def _union(sources: list[str]) -> Any:
    return compile_pattern("(?m)" + ("|".join(f"(?:{expand(source)})" for source in sources) or r"\pZ{9}"))


def _greeted(words: list[str]) -> Any:
    """A pattern for an opening line that names one word: "Hi Budi,"."""
    openings = "|".join(sorted((_literal(word) for word in words), key=len, reverse=True)) or r"\pZ{9}"
    return compile_pattern(rf"(?m)^[ ]*(?:{openings})[ ]+(?P<name>\pL[\pL'’.-]*)[ ]*[,!.:]?[ ]*$")


def _literal(text: str) -> str:
    """`text` as a pattern: every character means itself, an apostrophe both of its kinds."""
    return "".join(
        "['’]" if c in "'’" else c if c.isalnum() or c == " " or not c.isascii() else f"\\{c}" for c in text
    )


def _any_word(phrases: list[str]) -> Any:
    """A pattern that finds any of `phrases` as whole words, the longest first."""
    ordered = sorted({_literal(phrase) for phrase in phrases}, key=lambda text: (-len(text), text))
    words = "|".join(ordered) or r"\pZ{9}"
    return compile_pattern(rf"(?:^|[^\pL\pN])(?P<word>{words})(?:$|[^\pL\pN])")
