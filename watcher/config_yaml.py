"""YAML text to plain data that remembers its lines: every fault of a configuration can name where it stands.

YAML 1.2 (ruamel.yaml): `no` is a word, `12:30` is text, and a key that is set twice is a fault, not a
silent loss. Dates stay text. An option without a value counts as not set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

#: Where a value stands: ("accounts", 0, "port").
Place = tuple[str | int, ...]

#: A configuration is small. What is longer is some other file.
MAX_CHARACTERS = 256_000
MAX_VALUES = 20_000
MAX_DEPTH = 12

EMPTY_ENTRY = "is an empty entry: fill it in or remove its line"

_TRUE = {"true", "True", "TRUE"}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: the line (from 1; 0 when it stands nowhere), the option, and the sentence about it."""

    line: int
    where: str
    text: str

    def __str__(self) -> str:
        parts = ([f"line {self.line}"] if self.line else []) + ([self.where] if self.where else [])
        return ": ".join([*parts, self.text])


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says: its data, the line of every value, and what was wrong with its form."""

    data: dict[str, Any]
    lines: Mapping[Place, int]
    faults: tuple[Fault, ...] = ()

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it that stands in the file."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 0

    def fault(self, place: Place, text: str) -> Fault:
        """A fault about the value at `place`."""
        return Fault(self.line(place), dotted(place), text)


def dotted(place: Place) -> str:
    """`("accounts", 0, "port")` as a person writes it: `accounts[0].port`."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def read(text: str) -> Document:
    """Read the text of a configuration. Never raises: whatever is wrong with its form is among the faults."""
    if len(text) > MAX_CHARACTERS:
        return Document({}, {}, (Fault(0, "", "is too large to be a configuration"),))
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, RecursionError) as error:
        return Document({}, {}, (_syntax(error, text),))
    if root is None:
        return Document({}, {})
    if not isinstance(root, MappingNode):
        return Document({}, {}, (Fault(1, "", "must hold options, one `name: value` a line"),))
    reader = _Reader()
    data = reader.value(root, ())
    return Document(data if isinstance(data, dict) else {}, reader.lines, tuple(reader.faults))


class _Reader:
    """Walks the node tree once; keeps lines and faults."""

    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []
        self._values = 0

    def value(self, node: Node, place: Place) -> Any:
        self._values += 1
        if self._values > MAX_VALUES or len(place) > MAX_DEPTH:
            self._fault(node, place[:MAX_DEPTH], "is nested too deeply or repeats itself")
            return None
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            return self._scalar(node, place)
        if isinstance(node, SequenceNode):
            return [self._entry(item, (*place, index)) for index, item in enumerate(node.value)]
        return dict(self._pairs(node, place))

    def _entry(self, node: Node, place: Place) -> Any:
        found = self.value(node, place)
        if found is None and not self._too_many():
            self._fault(node, place, EMPTY_ENTRY)
        return found

    def _pairs(self, node: Node, place: Place) -> Iterator[tuple[str, Any]]:
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            if self._too_many():
                return
            if not isinstance(key_node, ScalarNode):
                self._fault(key_node, place, "has an option whose name is no word")
                continue
            key = str(key_node.value)
            here = (*place, key)
            line = key_node.start_mark.line + 1
            if key in first:
                self.faults.append(Fault(line, dotted(here), f"is set twice, first on line {first[key]}"))
                continue
            first[key] = line
            self.lines[here] = line
            found = self.value(value_node, here)
            if found is not None:
                yield key, found

    def _scalar(self, node: ScalarNode, place: Place) -> Any:
        kind = str(node.tag).rpartition(":")[2]
        text = str(node.value)
        try:
            if kind == "null":
                return None
            if kind == "bool":
                return text in _TRUE
            if kind == "int":
                return int(text.replace("_", ""), 0) if not text.lstrip("+-").isdigit() else int(text)
            if kind == "float":
                return float(text.replace("_", ""))
        except ValueError:
            return text
        if kind not in ("str", "timestamp"):
            self._fault(node, place, "has a YAML tag; write the plain value")
        return text

    def _too_many(self) -> bool:
        return self._values > MAX_VALUES

    def _fault(self, node: Node, place: Place, text: str) -> None:
        fault = Fault(node.start_mark.line + 1, dotted(place), text)
        if fault not in self.faults:
            self.faults.append(fault)


def _syntax(error: Exception, text: str) -> Fault:
    """The one syntax fault of a text, in our words where the usual ones are met. No line of the file is
    quoted: there may be a password on it."""
    if isinstance(error, ReaderError):
        line = text[: int(error.position)].count("\n") + 1 if isinstance(error.position, int) else 0
        return Fault(line, "", "holds a control character; remove it")
    if not isinstance(error, MarkedYAMLError):
        return Fault(0, "", "is nested too deeply")
    mark = error.problem_mark or error.context_mark
    line = min(mark.line + 1, len(text.splitlines())) if mark is not None else 0
    problem = str(error.problem or error.context or "")
    for sign, sentence in _SYNTAX:
        if sign in problem:
            return Fault(line, "", sentence)
    return Fault(line, "", f"is no YAML here: {problem[:100]}")


_SYNTAX = (
    (r"'\t'", "is indented with a tab; use spaces"),
    ("mapping values are not allowed", "has a second colon or a wrong indent; put quotes around the text"),
    ("another document", "begins a second document (`---`); keep one"),
    ("undefined alias", "begins with `*`, which has a meaning in YAML; put quotes around the text"),
    ("cannot start any token", "begins with a character that needs quotes around the text"),
    ("<stream end>", "ends too early: a `]`, a `}` or a quote is missing"),
    ("expected ',' or ']'", "has a list whose `]` is missing"),
    ("expected ',' or '}'", "has a group whose `}` is missing"),
    ("found unexpected end of stream", "has a quote that is never closed"),
    ("could not find expected ':'", "has a line without `name: value`, or with a wrong indent"),
    ("expected <block end>", "has a wrong indent or a stray character"),
)
