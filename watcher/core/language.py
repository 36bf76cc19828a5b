"""A language pack: one folder of data, loaded from text, validated, never from a path.

A pack is a set of tables (one YAML file each) and letters (Jinja templates). Adding a language is adding a
folder; no code names a language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


@dataclass(frozen=True, slots=True)
class Pack:
    """One language. `tables` maps a file's stem ("signals", "dates") to its content; `letters` maps a draft
    kind to its template; `faults` names what was wrong with the person's own files (those are not used)."""

    code: str
    tables: Mapping[str, Any] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    def table(self, name: str) -> Mapping[str, Any]:
        """The table `name`, or an empty one when the pack has none."""
        found = self.tables.get(name)
        return found if isinstance(found, Mapping) else {}


Packs = Mapping[str, Pack]


class _Tables(Mapping[str, Any]):
    """The tables of a pack by name, each read when it is first asked for: most mailboxes hold two languages
    of the many. Reading raises ValueError naming the file when it is no YAML mapping."""

    def __init__(self, code: str, texts: Mapping[str, str]) -> None:
        self._code, self._texts = code, texts
        self._read: dict[str, Mapping[str, Any]] = {}

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        if name not in self._read:
            self._read[name] = _mapping(f"{self._code}/{name}.yaml", self._texts[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def load_pack(code: str, files: Mapping[str, str]) -> Pack:
    """Build the pack `code` from the text of its files ("signals.yaml", "drafts/thank_you.j2" ...).

    A table is read at its first use, and raises ValueError naming the file when it is no YAML mapping.
    """
    tables: dict[str, str] = {}
    letters: dict[str, str] = {}
    for name, text in sorted(files.items()):
        if name.startswith("drafts/") and name.endswith(".j2"):
            letters[name.removeprefix("drafts/").removesuffix(".j2")] = text
        elif name.endswith(".yaml"):
            tables[name.removesuffix(".yaml")] = text
    return Pack(code, _Tables(code, tables), letters)


def _mapping(name: str, text: str) -> Mapping[str, Any]:
    """Parse one YAML table (YAML 1.2, so that `no` stays a word)."""
    try:
        content = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise ValueError(f"language file {name} is no YAML: {error}") from error
    if not isinstance(content, Mapping):
        raise ValueError(f"language file {name} must hold a mapping at its top")
    return content


#: How much of a text is looked at to tell its language (characters).
_DETECT_LENGTH = 5000
#: A language counts as used beside the first one from this share of its everyday words on.
_BESIDE = 0.75


def language_shares(text: str, packs: Packs) -> dict[str, float]:
    """For each pack, which share of the words of `text` are its everyday words (0..1)."""
    words = [word.strip(_PUNCTUATION) for word in text[:_DETECT_LENGTH].lower().split()]
    total = max(1, len(words))
    return {code: sum(map(_everyday(pack).__contains__, words)) / total for code, pack in packs.items()}


def spoken(text: str, packs: Packs) -> dict[str, float]:
    """The languages to read `text` with, the main one first, each with its share: that whose everyday words it
    uses most, those it uses not much less, and those that are commonly mixed into the main one (`mixes_with`,
    whose share may be nought). A text that uses no language of the packs is read with the fallback."""
    known = _SPOKEN[0]
    if known is None or known[0] != text or known[1] is not packs:
        known = _SPOKEN[0] = (text, packs, _spoken(text, packs))
    return dict(known[2])


_SPOKEN: list[tuple[str, Packs, dict[str, float]] | None] = [None]  # of the last text: several readers ask


def _spoken(text: str, packs: Packs) -> dict[str, float]:
    shares = language_shares(text, packs)
    main = max(shares, key=lambda code: shares[code], default="")
    if not shares.get(main):
        main = fallback(packs)
    if not main:
        return {}
    mixed = packs[main].table("language").get("mixes_with") or ()
    beside = [code for code in packs if code in mixed or shares[code] > _BESIDE * shares[main]]
    return {code: shares[code] for code in (main, *beside)}


def detect(text: str, packs: Packs) -> str:
    """The code of the pack whose everyday words `text` uses most.

    A text that uses none of any gets the pack that calls itself the fallback, else the first.
    """
    return next(iter(spoken(text, packs)), "")


def fallback(packs: Packs) -> str:
    """The code of the pack that stands in for a language without one ('' when there are no packs)."""
    named = (code for code, pack in packs.items() if pack.table("language").get("fallback"))
    return next(named, next(iter(packs), ""))


_PUNCTUATION = ".,;:!?()[]{}\"'*_-<>/"
_EVERYDAY: dict[str, tuple[Any, frozenset[str]]] = {}


def _everyday(pack: Pack) -> frozenset[str]:
    """The everyday words of a pack; remembered as long as its table is the same object."""
    table = pack.table("language")
    known = _EVERYDAY.get(pack.code)
    if known is None or known[0] is not table:
        known = _EVERYDAY[pack.code] = (table, frozenset(str(table.get("everyday", "")).split()))
    return known[1]


def parse_yaml(text: str) -> Any:
    """Parse YAML 1.2 text; mappings keep the line of each key in `.lc`. Raises ValueError with the line."""
    try:
        return YAML(typ="rt", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        raise ValueError(f"{line}no YAML: {getattr(error, 'problem', None) or error}") from error
