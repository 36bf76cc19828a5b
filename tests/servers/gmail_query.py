"""The part of Gmail's search language (X-GM-RAW) that tests need: read once, asked of a server or of a mail.

Words stand side by side (all of them), `OR` between two, `{a b}` any of them, `(a b)` all of them, `-` not,
"a phrase", `operator:value` where the value may be a group. Like Gmail's, a word is found whole, in any case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r'-?[({]|[)}]|-?(?:\w[\w-]*:)?(?:"[^"]*"|[({]|[^\s(){}"]+)')
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
#: Kinds of mail that Gmail sorts by itself.
CATEGORIES = ("primary", "social", "promotions", "updates", "forums")


@dataclass(frozen=True)
class Term:
    """One thing looked for; `operator` is '' for words anywhere."""

    operator: str
    value: str


@dataclass(frozen=True)
class Not:
    """Everything else."""

    part: Query


@dataclass(frozen=True)
class Group:
    """All of the parts, or any of them."""

    parts: tuple[Query, ...]
    any: bool = False


Query = Term | Not | Group


def parse(text: str) -> Query:
    """The query in `text`. Raises ValueError where a bracket is missing or an operator is unknown here."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", "", text):
        raise ValueError(f"cannot be read: {text!r}")
    words = iter([*tokens, ""])
    return _group(words, "", "")


def _group(words: Iterator[str], end: str, operator: str) -> Group:
    """Parts until `end`; `a OR b` binds closer than standing side by side."""
    parts: list[Query] = []
    joined = False
    for word in words:
        if word == end:
            return Group(tuple(parts), any=end == "}")
        if word == "OR":
            joined = True
            continue
        if word in ("", ")", "}"):
            raise ValueError(f"{word or 'the end'} where {end or 'another word'} was expected")
        part = _part(word, words, operator)
        if joined and parts:
            before = parts.pop()
            known = before.parts if isinstance(before, Group) and before.any else (before,)
            part = Group((*known, part), any=True)
        parts.append(part)
        joined = False
    raise ValueError("it ends too early")


def _part(word: str, words: Iterator[str], operator: str) -> Query:
    if word.startswith("-") and len(word) > 1:
        return Not(_part(word[1:], words, operator))
    name, colon, value = word.partition(":")
    if colon and not word.startswith('"'):
        if name.lower() not in OPERATORS:
            raise ValueError(f"unknown here: {name}:")
        operator, word = name.lower(), value
    if word in ("(", "{"):
        return _group(words, ")" if word == "(" else "}", operator)
    return Term(operator, word.strip('"'))


# --------------------------------------------------------------------------- of an IMAP server


def to_search(query: Query, keyword: Callable[[str], str]) -> str:
    """The same as an IMAP SEARCH program. `keyword` tells by which key a label is kept."""
    if isinstance(query, Not):
        return f"NOT ({to_search(query.part, keyword)})"
    if isinstance(query, Group):
        parts = [to_search(part, keyword) for part in query.parts] or ["ALL"]
        if not query.any:
            return f"({' '.join(parts)})"
        program = parts.pop()
        for part in reversed(parts):
            program = f"OR ({part}) ({program})"
        return program
    return OPERATORS[query.operator](query.value, keyword)


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _days(value: str) -> int:
    if not re.fullmatch(r"\d+[dwmy]", value):
        raise ValueError(f"no span of time: {value}")
    return int(value[:-1]) * _DAYS[value[-1]] * 86400


def _date(value: str) -> str:
    year, month, day = (int(part) for part in re.split("[/-]", value))
    return f"{day}-{'JanFebMarAprMayJunJulAugSepOctNovDec'[3 * month - 3 : 3 * month]}-{year}"


_IS = {"unread": "UNSEEN", "read": "SEEN", "starred": "FLAGGED", "important": "KEYWORD S_Important"}
_IN = {"sent": r"\Sent", "inbox": r"\Inbox", "spam": r"\Spam", "trash": r"\Trash", "important": r"\Important"}


def _in(value: str, keyword: Callable[[str], str]) -> str:
    name = value.lower()
    if name in ("anywhere", "all"):
        return "ALL"
    if name in ("draft", "drafts"):
        return "DRAFT"
    if name in ("chat", "chats"):
        return "KEYWORD S_Chat"
    return keyword(_IN.get(name, value))


OPERATORS: Mapping[str, Callable[[str, Callable[[str], str]], str]] = {
    "": lambda value, _: f"TEXT {_quoted(value)}",
    "subject": lambda value, _: f"SUBJECT {_quoted(value)}",
    "from": lambda value, _: f"FROM {_quoted(value)}",
    "to": lambda value, _: f"OR TO {_quoted(value)} CC {_quoted(value)}",
    "cc": lambda value, _: f"CC {_quoted(value)}",
    "rfc822msgid": lambda value, _: f"HEADER Message-ID {_quoted(value)}",
    "in": _in,
    "label": lambda value, keyword: keyword(value),
    "category": lambda value, _: f"KEYWORD C_{value.lower()}",
    "is": lambda value, _: _IS[value.lower()],
    "newer_than": lambda value, _: f"YOUNGER {_days(value)}",
    "older_than": lambda value, _: f"OLDER {_days(value)}",
    "after": lambda value, _: f"SINCE {_date(value)}",
    "before": lambda value, _: f"BEFORE {_date(value)}",
}


# --------------------------------------------------------------------------- of one mail


def matches(query: Query, fields: Mapping[str, str]) -> bool:
    """Is a mail found? `fields` are its words by operator: subject, from, to, and '' for all of them."""
    if isinstance(query, Not):
        return not matches(query.part, fields)
    if isinstance(query, Group):
        found = (matches(part, fields) for part in query.parts)
        return any(found) if query.any else all(found)
    return f" {folded(query.value)} " in f" {folded(fields.get(query.operator, ''))} "


def folded(text: str) -> str:
    """Words in lower case, without accents, one blank between them: what Gmail compares."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))
