"""What is written from the settings model: config.example.yaml, docs/configuration.md and the JSON Schema.

`python -m watcher.config_docs` writes all three below the current directory; a test asserts that they are
up to date.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from watcher.config import APPLICATION, Settings
from watcher.config_faults import bounds, choices, group_of, option_names
from watcher.config_yaml import read

WIDTH = 96

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./@ -]*")

_EXAMPLE_HEAD = f"""\
# Configuration of {APPLICATION}.
#
# Copy it to ~/.config/{APPLICATION}/config.yaml and write your address into it: that is all it needs.
# A line such as `#poll_minutes: 5` shows an option with its default, or with an example where it is
# empty: to set it, remove the # and write your value. No password stands in this file.
"""

_FILLED_HEAD = f"""\
# Configuration of {APPLICATION}, written by `watcher setup`. It is yours: change what you like.
# A line such as `#poll_minutes: 5` shows an option with its default, or with an example where it is
# empty: to set it, remove the # and write your value. No password stands in this file.
"""

_REFERENCE_HEAD = f"""\
# Configuration

This page is written from the settings themselves (`python -m watcher.config_docs`).

The watcher reads one file in YAML 1.2:

| what | where | other place |
|---|---|---|
| configuration | `~/.config/{APPLICATION}/config.yaml` | `WATCHER_CONFIG` |
| database | `~/.local/state/{APPLICATION}/` | `WATCHER_STATE_DIR` |

The smallest one that works with a large provider:

```yaml
accounts:
  - address: sari.wulandari@example.com
```

[`config.example.yaml`](../config.example.yaml) shows every option with its default. A file with faults is
not used at all: every fault is named at once, with its line. An editor that knows JSON Schema can check
while you type: put this line at the top of the file and give it the path to `docs/config.schema.json`.

```yaml
# yaml-language-server: $schema=config.schema.json
```

**No password stands in the file.** `secret` says where it comes from: a systemd credential, the keyring, or
a command of yours that prints it.
"""


def example() -> str:
    """The text of config.example.yaml: every option with its meaning and default."""
    return _EXAMPLE_HEAD + "\n" + "\n".join(_example_of(Settings, 0, {})).rstrip() + "\n"


def filled(values: Mapping[str, Any]) -> str:
    """The text of a configuration in which `values` are set; every other option stands in it with its meaning
    and default, as in the example."""
    return _FILLED_HEAD + "\n" + "\n".join(_example_of(Settings, 0, values)).rstrip() + "\n"


def entry_lines(values: Mapping[str, Any], indent: int) -> list[str]:
    """The lines of one account with `values`, as an entry of a list whose dashes stand at column `indent`."""
    pad = " " * (indent + 2)
    lines = [line for name, value in values.items() for line in _value_lines(name, value, pad)]
    return [f"{' ' * indent}- {lines[0][indent + 2 :]}", *lines[1:]]


def _value_lines(name: str, value: Any, pad: str) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{pad}{name}:", *(f"{pad}  {key}: {_yaml(inner)}" for key, inner in value.items())]
    return [f"{pad}{name}: {_yaml(value)}"]


def _example_of(group: type[BaseModel], indent: int, values: Mapping[str, Any]) -> Iterator[str]:
    """The options of a group with their meanings; those in `values` are set, the others commented out."""
    pad = " " * indent
    for name, field in option_names(group).items():
        for line in textwrap.wrap(_meaning(field), WIDTH - indent - 2):
            yield f"{pad}# {line}"
        inner = group_of(field.annotation)
        if inner is None:
            off = "" if name in values or field.is_required() else "#"
            usual = "" if field.is_required() else _example_value(field)
            yield f"{pad}{off}{name}: {_yaml(values.get(name, usual))}"
        elif _is_group(field):
            yield f"{pad}{name}:"
            yield from _example_of(inner, indent + 2, values.get(name, {}))
        elif get_origin(field.annotation) is tuple:
            yield f"{pad}{name}:"
            for entry in values.get(name) or ({},):
                yield from _as_entry(_example_of(inner, indent + 4, entry), indent + 2)
        else:
            yield f"{pad}#{name}:"
            yield from (f"{pad}#{line}" for line in _block(_example_value(field), 2))
        if indent == 0:
            yield ""


def _is_group(field: FieldInfo) -> bool:
    """Whether the option is one group, not a list or a mapping of groups."""
    return group_of(field.annotation) is field.annotation


def _as_entry(lines: Iterator[str], indent: int) -> Iterator[str]:
    """The lines of a group as an entry of a list: the dash goes before its first option."""
    waiting = True
    for line in lines:
        if waiting and not line.lstrip().startswith("# "):
            yield f"{line[:indent]}- {line[indent + 2 :]}"
            waiting = False
        else:
            yield line


def _example_value(field: FieldInfo) -> Any:
    """The default, or the example where the default is empty."""
    empty = field.default is None or field.default in ("", ()) or field.default == {}
    return field.examples[0] if empty and field.examples else field.default


def _block(values: Mapping[str, Any], indent: int) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield f"{' ' * indent}{name}:"
            yield from _block(value, indent + 2)
        else:
            yield f"{' ' * indent}{name}: {_yaml(value)}"


def _yaml(value: Any) -> str:
    """One value on one line of YAML."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_yaml(item) for item in value)}]"
    if isinstance(value, str) and not (
        _PLAIN.fullmatch(value) and read(f"x: {value}").data.get("x") == value
    ):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _meaning(field: FieldInfo) -> str:
    text = field.description or ""
    words = choices(field.annotation)
    limits = bounds(field)
    if words:
        text += f" One of: {', '.join(words)}."
    elif limits:
        text += f" From {limits[0]} to {limits[1]}."
    return text.replace("`", "")


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the configuration, for editors."""
    schema = Settings.model_json_schema(by_alias=True)
    used = json.dumps(schema)
    schema["$defs"] = {name: part for name, part in schema["$defs"].items() if f'"#/$defs/{name}"' in used}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": f"{APPLICATION} configuration",
    }


def reference_markdown() -> str:
    """The text of docs/configuration.md: every option, group by group."""
    parts: list[str] = [_REFERENCE_HEAD, *_tables(Settings, "", "Top level")]
    return "\n".join(parts).rstrip() + "\n"


def _tables(group: type[BaseModel], path: str, title: str) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"{(group.__doc__ or '').strip()}\n"
    yield "| option | value | default | meaning |\n|---|---|---|---|"
    inner_groups = []
    for name, field in option_names(group).items():
        inner = group_of(field.annotation)
        if inner is not None:
            places = {"accounts": f"{path}accounts[]", "companies": f"{path}companies.<name>"}
            inner_groups.append((inner, places.get(name, f"{path}{name}")))
        yield f"| `{name}` | {_cell(_kind(field))} | {_cell(_default(field))} | {_cell(_told(field))} |"
    yield ""
    for inner, where in inner_groups:
        yield from _tables(inner, f"{where}.", f"`{where}`")


def _told(field: FieldInfo) -> str:
    text = field.description or ""
    if field.examples and group_of(field.annotation) is None:
        text += f" Example: `{_yaml(field.examples[0])}`."
    return text


def _kind(field: FieldInfo) -> str:
    """What may stand there, in words."""
    words = choices(field.annotation)
    limits = bounds(field)
    if words:
        return ", ".join(f"`{word}`" for word in words)
    if limits:
        return f"{limits[0]} to {limits[1]}"
    if get_origin(field.annotation) is tuple:
        if get_args(field.annotation)[-1] is not Ellipsis:
            return "two hours, `[from, to]`"
        return "list of groups" if group_of(field.annotation) else "list"
    if _is_group(field):
        return "group"
    if group_of(field.annotation) is not None:
        return "group by name"
    return "`true`, `false`" if field.annotation is bool else "text"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    if field.default in ("", (), None) or group_of(field.annotation) is not None or field.default == {}:
        return ""
    return f"`{_yaml(field.default)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def outputs() -> dict[str, str]:
    """Every generated file: path below the repository -> text."""
    return {
        "config.example.yaml": example(),
        "docs/configuration.md": reference_markdown(),
        "docs/config.schema.json": json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def write(root: Path) -> None:
    """Write the generated files below `root`."""
    for name, text in outputs().items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


if __name__ == "__main__":
    write(Path.cwd())
