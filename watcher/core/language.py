"""A language pack: one folder of data, loaded from text, validated, never from a path.

A pack is a set of tables (one YAML file each) and letters (Jinja templates). Adding a language is adding a
folder; no code names a language. This module is also the only door to re2: no pattern touches mail text
except through `compile_pattern`, so that no mail can make a pattern run away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import re2
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

_QUIET = re2.Options()
_QUIET.log_errors = False
_QUIET_FOLDED = re2.Options()
_QUIET_FOLDED.log_errors = False
_QUIET_FOLDED.case_sensitive = False


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str, *, ignore_case: bool = True) -> Any:
    r"""Compile `pattern` for use on mail text, in linear time. `\b` and `\w` are ASCII only.

    Raises ValueError with the pattern in it when it is no RE2 pattern (look-around, back references).
    """
    try:
        return re2.compile(pattern, options=_QUIET_FOLDED if ignore_case else _QUIET)
    except re2.error as error:
        raise ValueError(f"not an RE2 pattern: {pattern!r}: {error}") from error


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


def load_pack(code: str, files: Mapping[str, str]) -> Pack:
    """Build the pack `code` from the text of its files ("signals.yaml", "drafts/thank_you.j2" ...).

    Raises ValueError naming the file when a table is no YAML mapping.
    """
    tables: dict[str, Any] = {}
    letters: dict[str, str] = {}
    for name, text in sorted(files.items()):
        if name.startswith("drafts/") and name.endswith(".j2"):
            letters[name.removeprefix("drafts/").removesuffix(".j2")] = text
        elif name.endswith(".yaml"):
            tables[name.removesuffix(".yaml")] = _mapping(f"{code}/{name}", text)
    return Pack(code, tables, letters)


def _mapping(name: str, text: str) -> Mapping[str, Any]:
    """Parse one YAML table (YAML 1.2, so that `no` stays a word)."""
    try:
        content = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise ValueError(f"language file {name} is no YAML: {error}") from error
    if not isinstance(content, Mapping):
        raise ValueError(f"language file {name} must hold a mapping at its top")
    return content
