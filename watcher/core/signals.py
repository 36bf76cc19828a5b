r"""Signals: what the words of a mail point to, found by the patterns of the language packs.

`signals.yaml` of a pack holds
  concepts    name -> alternatives in RE2 syntax, separated by |, blanks around | ignored
  hedge       what makes the rest of a sentence conditional ("if you are selected")
  polite      what looks like a hedge and is none ("if you have any questions")
  outline     what opens a description of the process in general, for the lines after it
  negation    words that turn round what stands within five words after them
  accents     `optional`: a pattern's accented letters are found without their accents too
  hedgeable, turnable   the facets that a hedge, a negation makes void
  signals     facet -> tier -> rows; tiers `strong`, `medium`, `weak` weigh 3, 1.5 and 0.6
  own         the same for the person's own mail
  scam        name of a sign -> `red` or `yellow` -> rows; `disclaimer`: sentences in which they do not count
  phrases     facet -> literal phrases that weigh as strong ("*" stands for up to five words)
A row is a pattern, or a mapping {find, unless}: it does not count in a sentence where `unless` is found.
In patterns `{name}` stands for a concept, `~N` for up to N words between, a blank for blank and punctuation;
`\w` and `\b` know the letters of every Latin alphabet (folding.py), `'` is also the curly apostrophe.

A text is cut into sentences; a row is found only in a sentence that holds all its concepts. One automaton looks
for the rarest concept of each row, so the cost is one run per sentence, whatever the number of rows. (Everyday
words in the automaton would be found everywhere, and each new mixture of them would be a new state of it.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from watcher.core.folding import fold, fold_pattern
from watcher.core.language import Pack
from watcher.core.model import EVIDENCE_LENGTH
from watcher.core.patterns import NEVER, Pattern, compile_pattern, compile_set

TIERS: Mapping[str, float] = {"strong": 3.0, "medium": 1.5, "weak": 0.6, "red": 3.0, "yellow": 1.0}

#: A hedge counts this far before the hit (characters), an outline this far (rule 3.1).
HEDGE_WINDOW = 120
OUTLINE_WINDOW = 300
#: A negation counts this many words before the hit (rule 3.1).
NEGATION_WORDS = 5

_WORD_LISTS = ("hedge", "polite", "outline", "negation", "disclaimer")

_CONCEPT = re.compile(r"\{([a-z_]+)\}")
_GAP = re.compile(r" ~(\d+) ")
_OPEN_END = re.compile(r"( ~\d+)+ *$")
_BAR = re.compile(r"\s*[|]\s*")
_BLANK = r"\W{1,4}"
_WORDS = re.compile(r"[a-zA-Z']+")
_ESCAPE = re.compile(r"\\.|\(\?\w*:")


@dataclass(frozen=True, slots=True)
class Row:
    """One pattern of a facet, ready to run; `place` orders them: of two that find the same words the heavier
    one counts."""

    place: int
    facet: str
    weight: float
    pattern: Any
    unless: Any | None
    needs: tuple[str, ...]  # concepts, the rarest one first
    literal: bool


@dataclass(frozen=True, slots=True)
class Signals:
    """The compiled signals of one pack. `keys` finds the rare concepts, under which `rows` are filed."""

    code: str
    keys: Any
    rows: tuple[tuple[Row, ...], ...]
    hedge: Any
    polite: Any
    outline: Any
    negation: Any
    disclaimer: Any  # sentences that warn of fraud
    turnable: frozenset[str]  # facets that a negation turns round
    hedgeable: frozenset[str]  # facets that a hedge makes void


@dataclass(frozen=True, slots=True)
class Hit:
    """A facet found: its weight, its place in the text (`unit`, start, end) and its words."""

    facet: str
    weight: float
    unit: int
    start: int
    end: int
    quote: str
    literal: bool = False


_PLACE = attrgetter("place")
_COMPILED: dict[tuple[str, str], tuple[Any, Signals]] = {}


def signals_of(pack: Pack, part: str = "signals") -> Signals:
    """The compiled signals of `pack` for incoming mail, or for the person's own with `part` "own".

    Compiled once as long as the pack's table is the same object.

    Raises ValueError naming the facet and the pattern when one is no RE2 pattern or names no concept.
    """
    table = pack.table("signals")
    known = _COMPILED.get((pack.code, part))
    if known is None or known[0] is not table:
        everyday = str(pack.table("language").get("everyday", ""))
        known = _COMPILED[pack.code, part] = (table, _compile(pack.code, table, part, everyday))
    return known[1]


def find_signs(units: Sequence[str], signals: Signals) -> list[Hit]:
    """The signs of fraud in `units`, sentences that warn of fraud left out; weight 3.0 is red (rule 6.1)."""
    if not any(signals.keys.Match(fold(unit)) for unit in units):
        return []
    honest = ["" if signals.disclaimer.search(fold(unit)) else unit for unit in units]
    return [
        hit
        for hit in find_hits(honest, signals)
        if not _negated(fold(honest[hit.unit][: hit.start]), signals)
    ]


def find_hits(units: Sequence[str], signals: Signals) -> list[Hit]:
    """Every row of `signals` found in `units` (sentences), hedged and negated ones left out.

    A literal phrase inside a longer literal phrase of another facet does not count (the longer one is meant).
    """
    hits: list[Hit] = []
    outline_until = -1
    for number, words in enumerate(units):
        unit = fold(words)
        if signals.outline.search(unit):
            outline_until = number + 4
        keys = signals.keys.Match(unit)
        if not keys:
            continue
        rows = sorted((row for key in keys for row in signals.rows[key]), key=_PLACE)
        found = [hit for row in rows if (hit := _try(row, unit, number, words, signals)) is not None]
        if number <= outline_until and found:
            found = [hit for hit in found if hit.facet not in signals.hedgeable]
        hits.extend(_longest(found))
    return hits


def _try(row: Row, unit: str, number: int, words: str, signals: Signals) -> Hit | None:
    """The first place in `unit` (folded `words`) where `row` holds, neither hedged nor negated."""
    if row.pattern.search(unit) is None or not all(_key(need).search(unit) for need in row.needs[1:]):
        return None
    if row.unless is not None and row.unless.search(unit):
        return None
    for match in row.pattern.finditer(unit):
        start, end = match.span()
        if row.facet in signals.hedgeable and _hedged(unit, start, signals):
            continue
        if row.facet in signals.turnable and _negated(unit[:start], signals):
            continue
        return Hit(row.facet, row.weight, number, start, end, words[start:end][:EVIDENCE_LENGTH], row.literal)
    return None


def _key(concept: str) -> Pattern:
    return compile_pattern(concept, ignore_case=False)


def _hedged(unit: str, start: int, signals: Signals) -> bool:
    """True when a condition opens at or before `start`, and it is more than politeness."""
    window = unit[max(0, start - HEDGE_WINDOW) :]
    hit = min(start, HEDGE_WINDOW)
    polite = {match.start() for match in signals.polite.finditer(window)}
    return any(
        match.start() <= hit and match.start() not in polite for match in signals.hedge.finditer(window)
    )


def _negated(before: str, signals: Signals) -> bool:
    """True when one of the last five words before the hit is a negation."""
    window = " ".join(before.rsplit(None, NEGATION_WORDS)[-NEGATION_WORDS:])
    return bool(signals.negation.search(window))


def _longest(hits: list[Hit]) -> list[Hit]:
    """`hits` without the literal ones that lie inside a longer literal one of another facet."""
    literal = [hit for hit in hits if hit.literal]
    return [
        hit
        for hit in hits
        if not any(
            other.facet != hit.facet
            and other.start <= hit.start
            and hit.end <= other.end
            and (other.end - other.start) > (hit.end - hit.start)
            for other in literal
        )
    ]


# --------------------------------------------------------------------------- compiling a table


def _compile(code: str, table: Mapping[str, Any], part: str, everyday_words: str) -> Signals:
    concepts = {name: _alternatives(text) for name, text in table.get("concepts", {}).items()}
    loose = table.get("accents") == "optional"
    everyday = frozenset(fold(str(everyday_words)).split())
    filed: dict[str, list[Row]] = {}
    sources = sorted(_sources(table, part), key=lambda source: -TIERS.get(source[1], TIERS["strong"]))
    for place, (facet, tier, source) in enumerate(sources):
        row = _row(place, code, facet, tier, source, concepts, everyday, loose)
        filed.setdefault(row.needs[0], []).append(row)
    word = {name: _folded(_any(str(table.get(name, ""))), loose) for name in _WORD_LISTS}
    return Signals(
        code=code,
        keys=compile_set(list(filed), ignore_case=False),
        rows=tuple(tuple(rows) for rows in filed.values()),
        hedge=word["hedge"],
        polite=word["polite"],
        outline=word["outline"],
        negation=word["negation"],
        disclaimer=word["disclaimer"],
        turnable=frozenset(str(table.get("turnable", "")).split()),
        hedgeable=frozenset(str(table.get("hedgeable", "")).split()),
    )


def _sources(table: Mapping[str, Any], part: str) -> list[tuple[str, str, Any]]:
    """(facet, tier, row) for everything in one part of the table; phrases come as tier "phrase"."""
    rows = [
        (facet, tier, source)
        for facet, tiers in table.get(part, {}).items()
        for tier, sources in tiers.items()
        for source in sources
    ]
    own = part == "own"
    return rows + [
        (facet, "phrase", text)
        for facet, texts in table.get("phrases", {}).items()
        for text in texts
        if facet.startswith("own_") == own and part != "scam"
    ]


def _row(
    place: int,
    code: str,
    facet: str,
    tier: str,
    source: Any,
    concepts: Mapping[str, str],
    everyday: frozenset[str],
    loose: bool,
) -> Row:
    try:
        if tier == "phrase":
            pattern = literal_pattern(str(source))
            return Row(
                place,
                facet,
                TIERS["strong"],
                _folded(pattern, loose),
                None,
                (fold_pattern(pattern, loose=loose),),
                True,
            )
        find = source if isinstance(source, str) else source["find"]
        unless = None if isinstance(source, str) else source.get("unless")
        pattern = expand(find, concepts)
        needs = {fold_pattern(expand(segment, concepts), loose=loose) for segment in _segments(find)}
        return Row(
            place,
            facet,
            TIERS[tier],
            _folded(pattern, loose),
            _folded(expand(unless, concepts), loose) if unless else None,
            tuple(sorted(needs, key=lambda need: (_commonness(need, everyday), -len(need), need))),
            False,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"language {code}, signals.yaml, {facet}/{tier}: {source!r} is no row: {error}"
        ) from error


def _commonness(concept: str, everyday: frozenset[str]) -> int:
    """How many everyday words stand in a concept."""
    return len(everyday.intersection(_WORDS.findall(_ESCAPE.sub(" ", concept))))


def _folded(pattern: str, loose: bool) -> Any:
    return compile_pattern(fold_pattern(pattern, loose=loose), ignore_case=False)


def expand(pattern: str, concepts: Mapping[str, str]) -> str:
    """`pattern` in RE2 syntax, concepts, gaps and blanks filled in. Raises KeyError on a new concept."""
    parts = _CONCEPT.split(_OPEN_END.sub("", _tidy(pattern)))
    text = "".join(concepts[part] if number % 2 else _widen(part) for number, part in enumerate(parts))
    return rf"\b(?:{text})\b"


def _segments(pattern: str) -> list[str]:
    """The parts of `pattern` between its gaps (those outside of brackets): each must be in the sentence."""
    segments = [""]
    depth = 0
    for part in re.split(r"( ~\d+(?: |$)|(?<!\\)[()])", _OPEN_END.sub("", _tidy(pattern))):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part.startswith(" ~") and depth == 0:
            segments.append("")
        else:
            segments[-1] += part
    return [segment for segment in segments if segment]


def literal_pattern(phrase: str) -> str:
    """A literal phrase as a pattern: "*" is up to five words, a blank is blank and punctuation."""
    words = [r"(?:\S+\W{1,4}){0,5}?\S+" if word == "*" else re.escape(word) for word in phrase.split()]
    text = _BLANK.join(words)
    first = r"\b" if phrase[:1].isalnum() else ""
    last = r"\b" if phrase[-1:].isalnum() else ""
    return first + text + last


def _widen(part: str) -> str:
    part = _GAP.sub(lambda gap: rf"(?:\W{{1,4}}\S+){{0,{gap.group(1)}}}{_BLANK}", part)
    return part.replace(" ", _BLANK)


def _alternatives(text: str) -> str:
    return rf"\b(?:{_tidy(text)})\b"


def _tidy(text: str) -> str:
    """Blanks collapsed, none around a bar."""
    return _BAR.sub("|", " ".join(text.split()))


def _any(text: str) -> str:
    """A pattern from alternatives; one that never matches where there are none."""
    return _alternatives(text) if text.strip() else NEVER
