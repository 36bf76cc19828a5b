"""Faults in a person's words: what pydantic found, told as sentences that name the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from watcher.config_checks import nearest, shown
from watcher.config_yaml import Fault, Place
from watcher.core.model import DraftKind
from watcher.errors import ConfigError

#: Option names under which somebody would write a secret.
_SECRET_NAME = re.compile(
    r"(app|client)[_-]?secret"
    r"|((app|access|refresh)[_-]?)?(password|passwd|passphrase|pass|pwd|token|api[_-]?key|kata[_-]?sandi|sandi)s?"
)

_SECRET_REMEDY = (
    "secrets do not belong in this file: remove the line (and change the secret if others could read it), "
    "then use `secret: {from: keyring}`, `secret: {from: command, command: [...]}` or a systemd credential"
)


def group_of(annotation: Any) -> type[BaseModel] | None:
    """The group of options inside an annotation: of `tuple[Account, ...]` it is Account; None if none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = group_of(inner)
        if found is not None:
            return found
    return None


def option_names(group: type[BaseModel]) -> dict[str, FieldInfo]:
    """The options of a group by the names they have in the file."""
    return {field.alias or name: field for name, field in group.model_fields.items()}


def choices(annotation: Any) -> tuple[str, ...]:
    """The words an option may be, () when it is no choice."""
    if get_origin(annotation) is Literal:
        return tuple(str(word) for word in get_args(annotation))
    for inner in get_args(annotation):
        found = choices(inner)
        if found:
            return found
    return ()


def bounds(field: FieldInfo) -> tuple[int, int] | None:
    """(lowest, highest) of a number, None without bounds."""
    lowest = [rule.ge for rule in field.metadata if getattr(rule, "ge", None) is not None]
    highest = [rule.le for rule in field.metadata if getattr(rule, "le", None) is not None]
    return (lowest[0], highest[0]) if lowest and highest else None


def explain(error: ValidationError, root: type[BaseModel]) -> list[tuple[Place, str]]:
    """Every fault in `error` as (place, sentence)."""
    faults: list[tuple[Place, str]] = []
    for found in error.errors(include_url=False):
        place = tuple(step for step in found["loc"] if step != "[key]")
        entry = (place, _sentence(found, place, root))
        if entry not in faults:
            faults.append(entry)
    return faults


def _sentence(found: Any, place: Place, root: type[BaseModel]) -> str:
    kind = str(found["type"])
    group, field = _at(root, place)
    if kind == "extra_forbidden":
        return _unknown(str(place[-1]), group)
    if kind == "missing" and isinstance(place[-1], str):
        return "is missing" if place[:1] != ("accounts",) else "is missing: write your e-mail address"
    if kind == "value_error":
        return str(found["msg"]).removeprefix("Value error, ")
    said = "" if "secret" in place else _instead(found["input"])
    limits = bounds(field) if field is not None else None
    if limits is not None:
        return f"must be {limits[0]}..{limits[1]}{said}"
    if kind == "literal_error" and field is not None:
        return _choice(choices(field.annotation), found["input"], said)
    if kind == "enum":
        return _choice(tuple(word.value for word in DraftKind if word.value != "none"), found["input"], said)
    if kind == "string_type":
        return f"must be text{said}{_quotes(found['input'])}"
    for start, sentence in _SHAPES:
        if kind.startswith(start):
            return sentence + (said if start in ("bool", "int") else "")
    return f"cannot be used: {found['msg']}"


_SHAPES = (
    ("bool", "must be true or false"),
    ("int", "must be a whole number"),
    ("too_", "must be two numbers, such as [9, 16]"),
    ("tuple", "must be a list, such as [one, two]"),
    ("missing", "must be two numbers, such as [9, 16]"),
    ("model", "must be a group of options, one `name: value` a line"),
    ("dict", "must be a group, one `name: value` a line"),
    ("mapping", "must be a group, one `name: value` a line"),
)


def _at(root: type[BaseModel], place: Place) -> tuple[type[BaseModel], FieldInfo | None]:
    """The group that holds `place`, and its option there (None when there is no such option)."""
    group: type[BaseModel] = root
    field: FieldInfo | None = None
    for step in place:
        inner = group_of(field.annotation) if field is not None else None
        if field is not None and inner is not None:
            group, picks_entry = inner, field.annotation is not inner
            field = None
            if picks_entry:  # of a list or of a mapping: the step is no option's name
                continue
        if isinstance(step, str):
            field = option_names(group).get(step)
    return group, field


def _unknown(name: str, group: type[BaseModel]) -> str:
    if _SECRET_NAME.fullmatch(name.lower()):
        return _SECRET_REMEDY
    hint = nearest(name, list(option_names(group)))
    return (
        f"unknown option{hint}" if hint else f"unknown option; known here: {', '.join(option_names(group))}"
    )


def _choice(words: tuple[str, ...], given: Any, said: str) -> str:
    hint = nearest(str(given), list(words)) if said else ""
    return f"must be one of {', '.join(words)}{said}{hint}"


def _instead(value: Any) -> str:
    """`, not 'abc'`; nothing for a list or a group: they are long, and anything may stand in them."""
    if isinstance(value, bool):
        return f", not {str(value).lower()}"
    return f", not {shown(value)}" if isinstance(value, (str, int, float)) else ""


def _quotes(value: Any) -> str:
    return "; put it in quotes" if isinstance(value, (bool, int, float)) else ""


def without(data: dict[str, Any], places: Iterable[Place]) -> dict[str, Any]:
    """A copy of `data` without the values at `places`; an account that lost its address gets a stand-in, so
    that the others keep their numbers."""
    copy = deepcopy(data)
    for place in sorted(places, key=lambda place: [str(step).zfill(6) for step in place], reverse=True):
        _drop(copy, place)
    accounts = copy.get("accounts")
    if isinstance(accounts, list):
        for index, account in enumerate(accounts):
            kept = account if isinstance(account, dict) else {}
            accounts[index] = {"address": f"account{index}@missing.invalid"} | kept
    return copy


def _drop(data: Any, place: Place) -> None:
    if not place:
        return
    holder = data
    for step in place[:-1]:
        try:
            holder = holder[step]
        except (KeyError, IndexError, TypeError):
            return
    last = place[-1]
    if isinstance(holder, dict):
        holder.pop(last, None)
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        if place[:-1] == ("accounts",):
            holder[last] = {}
        else:
            del holder[last]


def missing_file(path: Path) -> ConfigError:
    """There is no configuration yet."""
    return ConfigError(
        f"There is no configuration at {path}.",
        "Make one, and sign in: watcher setup",
    )


def not_readable(path: Path, error: Exception) -> ConfigError:
    """The file is there, but cannot be read as text."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        fault = str(Fault(line, "", "is not UTF-8"))
        return ConfigError(f"{path} is no text in UTF-8.", "Save it as UTF-8 and try again.", (fault,))
    if isinstance(error, IsADirectoryError):
        return ConfigError(f"{path} is a directory.", "Name the file itself.")
    reason = getattr(error, "strerror", None) or str(error)
    return ConfigError(f"{path} cannot be read: {reason}.", f"Make it readable for you: chmod u+r {path}")


def summary(path: Path, faults: tuple[Fault, ...]) -> ConfigError:
    """All faults of a file as one error."""
    count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
    return ConfigError(
        f"The configuration {path} has {count}.",
        "Every option is explained in docs/configuration.md.",
        tuple(str(fault) for fault in faults),
    )
