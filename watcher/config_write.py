"""Changes to the person's configuration: the lines of one account go in or out, every other byte stays.

An edit is taken only when the file then says exactly what was meant; else the person is told what to write. The
file is replaced in one step, readable by its owner alone, and what stood there before is kept beside it.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from watcher.config import Account, Settings, parse
from watcher.config_docs import entry_lines, filled
from watcher.errors import ConfigError

#: What is added to the file's name for the one before.
BACKUP = ".bak"


def begin(options: Mapping[str, Any], account: Mapping[str, Any]) -> str:
    """The text of a new configuration with these options and one account. Raises ConfigError when they are at
    fault."""
    text = filled({**options, "accounts": [dict(account)]})
    _, faults = parse(text)
    if faults:
        raise ConfigError("These settings do not fit together.", "", tuple(map(str, faults)))
    return text


def with_account(text: str, account: Mapping[str, Any]) -> str:
    """`text` with one more account, after the others. Raises ConfigError when it cannot be put in."""
    before, _ = parse(text, need_account=False)
    wanted = before.model_copy(update={"accounts": (*before.accounts, Account.model_validate(dict(account)))})
    lines = _lines(text)
    node = _accounts(text)
    if node is not None and node.value and not node.flow_style:
        dash = node.start_mark.column
        place = _end_of(lines, node.value[-1], dash)
        edited = [*lines[:place], *entry_lines(account, dash), *lines[place:]]
    else:
        place = _line_of_key(text)
        rest = [*lines[:place], *lines[place + 1 :]] if place is not None else lines
        at = len(rest) if place is None else place
        edited = [*rest[:at], "accounts:", *entry_lines(account, 2), *rest[at:]]
    by_hand = "\n".join(entry_lines(account, 2))
    return _checked(edited, wanted, f"Add this below `accounts:` yourself:\n{by_hand}")


def without_account(text: str, number: int) -> str:
    """`text` without the account at index `number`. Raises ConfigError when it cannot be taken out."""
    before, _ = parse(text, need_account=False)
    left = tuple(account for index, account in enumerate(before.accounts) if index != number)
    wanted = before.model_copy(update={"accounts": left})
    node, lines = _accounts(text), _lines(text)
    edited = lines
    if node is not None and not node.flow_style:
        dash = node.start_mark.column
        item = node.value[number]
        first, last = _dash_of(lines, item, dash), _end_of(lines, item, dash)
        edited = [*lines[:first], *lines[last:]]
        if not left:
            key = _line_of_key(text)
            edited = ["accounts: []" if index == key else line for index, line in enumerate(edited)]
    return _checked(edited, wanted, f"Take `accounts[{number}]` out of the file yourself.")


def save(path: Path, text: str) -> Path | None:
    """Put `text` in place of the file at `path`, in one step and for its owner alone; what stood there goes to
    a file with BACKUP added to its name, which is returned. Raises ConfigError when that cannot be done."""
    target = path.resolve() if path.is_symlink() else path  # a link of the person's own stays one
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = None
        if target.exists():
            kept = target.with_name(target.name + BACKUP)
            _replace(kept, target.read_bytes())
        _replace(target, text.encode("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"The configuration {path} cannot be written: {error.strerror}.",
            "Make that folder yours, or free some space.",
        ) from error
    return kept


def _replace(path: Path, content: bytes) -> None:
    """Write beside, then rename: whoever reads meanwhile sees the old or the new, never half of it."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


# --------------------------------------------------------------------------- where things stand in the text


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _root(text: str) -> MappingNode | None:
    node = YAML(typ="safe", pure=True).compose(text)
    return node if isinstance(node, MappingNode) else None


def _accounts(text: str) -> SequenceNode | None:
    """The list of accounts in the text; None where there is none."""
    root = _root(text)
    pairs = root.value if root is not None else []
    found = next((value for key, value in pairs if key.value == "accounts"), None)
    return found if isinstance(found, SequenceNode) else None


def _line_of_key(text: str) -> int | None:
    """The line (from 0) of the key `accounts`."""
    root = _root(text)
    pairs = root.value if root is not None else []
    return next((key.start_mark.line for key, _ in pairs if key.value == "accounts"), None)


def _dash_of(lines: list[str], item: Node, column: int) -> int:
    """The line of the dash that begins an entry; comments may stand between it and its first option."""
    line = item.start_mark.line
    while line > 0 and not lines[line].startswith(f"{' ' * column}-"):
        line -= 1
    return line


def _end_of(lines: list[str], item: Node, column: int) -> int:
    """The line after an entry, with the comments that are set further in than its dash."""
    line = _last_line(item) + 1
    end = line
    for number in range(line, len(lines)):
        text = lines[number].strip()
        inside = len(lines[number]) - len(lines[number].lstrip()) > column
        if text and not (text.startswith("#") and inside):
            break
        if text:
            end = number + 1
    return end


def _last_line(node: Node) -> int:
    """The last line on which something of a node is written."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        # an option without a value "stands" where the next thing begins
        return max(_last_line(part) for pair in node.value for part in pair if part.value or part is pair[0])
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return max(_last_line(part) for part in node.value)
    end = node.end_mark
    return int(end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line)


def _checked(lines: list[str], wanted: Settings, remedy: str) -> str:
    """The edited text, if it says what was meant and nothing else."""
    text = "\n".join(lines) + "\n"
    found, faults = parse(text, need_account=False)
    if faults or found != wanted:
        raise ConfigError(
            "The configuration is written in a way that cannot be changed by a program.", remedy
        )
    return text
