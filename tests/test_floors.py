"""The floors of docs/architecture.md, read from the imports: who may import whom, and what the home of each
outside package is. A new module finds its place here first."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "watcher"
MODULES = tuple(sorted(PACKAGE.rglob("*.py")))

#: Family of modules -> its floor. An upper one may import a lower one, never the reverse; on one floor no
#: family imports another.
FLOORS = {
    "core": 0,
    "errors": 0,
    "version": 0,  # `from watcher import __version__`
    "config": 1,
    "store": 1,
    "mailbox": 1,
    "credentials": 1,
    "notify": 1,
    "packs": 1,
    "discovery": 1,
    "when": 1,
    "machine": 1,
    "edition": 1,
    "systemd": 1,
    "lock": 1,
    "sample": 1,
    "outbox": 2,
    "reader": 2,
    "presses": 2,
    "scan": 3,
    "mind": 4,
    "daemon": 4,
    "cli": 5,
    "__main__": 6,
}

#: Outside package -> its home: a module, or a family.
HOMES = {
    "imapclient": ("mailbox",),
    "mailparser": ("core.parse_headers",),
    "icalendar": ("core.parse_calendar",),
    "schedule": ("daemon",),
    "keyring": ("credentials",),
    "authlib": ("credentials",),
    "httpx": ("credentials",),
    "sqlite3": ("store",),
    "ruamel": ("config_yaml", "config_write", "core.language"),
    "dns": ("discovery",),
    "defusedxml": ("discovery",),
    "pydantic": ("config", "store"),
    "platformdirs": ("config",),
    "re2": ("core.patterns",),
    "holidays": ("core.calendar",),
    "jinja2": ("core.letter",),
    "publicsuffixlist": ("core.address",),
    "desktop_notifier": ("notify.desktop",),
    "dbus_fast": ("notify.server",),
    "click": ("cli",),
    "rich": ("cli",),
}

#: All that the core may use of the standard library: nothing here reads a file, a clock, a socket or a die.
#: (zoneinfo reads its tables, which are data.)
CORE_LIBRARY = frozenset(
    """__future__ abc base64 binascii bisect calendar collections copy dataclasses datetime decimal difflib
    email enum fractions functools hashlib heapq html ipaddress itertools json math operator quopri re string
    struct textwrap types typing unicodedata urllib.parse warnings zlib zoneinfo""".split()
)
#: Calls by which the core could do so all the same.
CORE_CALLS = frozenset("open print input exec eval compile __import__ breakpoint".split())
CORE_METHODS = frozenset("now today utcnow read_text write_text read_bytes write_bytes import_module".split())

#: The standard `re` can be made to run away by a hostile text. Whoever imports it says why it never meets mail.
STANDARD_RE = {
    "config_checks": "the person's own configuration",
    "config_docs": "our own option texts",
    "config_faults": "the person's own configuration",
    "when": "a time typed on the command line",
    "machine": "the name of the locale",
    "discovery": "host names, cut to the length of a domain name",
    "sample.moments": "our own sample mails",
    "mailbox.imap_errors": "an error line of the server, cut to a few hundred characters",
    "mailbox.imap": "the names of our own flags",
    "mailbox.imap_stream": "the server's own words, cut to a line; linear",
    "core.signals": "the patterns of the language packs",
    "core.folding": "the patterns of the language packs",
    "core.patterns": "the patterns of the language packs",
    "core.letter": "the text of our own letter",
    "cli.logs": "our own log lines",
}

LONGEST_MODULE = 420


def name_of(path: Path) -> str:
    """'core.parse' for watcher/core/parse.py, 'mailbox' for watcher/mailbox/__init__.py."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def family_of(name: str) -> str:
    """config_yaml belongs to config, store_database to store, core.parse to core."""
    top = name.split(".")[0]
    if top in ("__init__", ""):
        return "version"
    return top if top in FLOORS else top.split("_")[0]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in it, with its line."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write imports in full"
            if node.module in ("watcher", "urllib", "importlib"):
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield str(node.module), node.lineno


def own(imported: str) -> str | None:
    """The name inside the package of an import, None for one from outside."""
    if imported == "watcher":
        return "version"
    if not imported.startswith("watcher."):
        return None
    name = imported.removeprefix("watcher.")
    return "version" if name == "__version__" else name


def test_every_module_has_a_floor() -> None:
    homeless = [name_of(path) for path in MODULES if family_of(name_of(path)) not in FLOORS]
    assert homeless == []


def test_no_floor_imports_one_above_or_beside_it() -> None:
    wrong = []
    for path in MODULES:
        me = family_of(name_of(path))
        for imported, line in imports_of(path):
            name = own(imported)
            if name is None:
                continue
            other = family_of(name)
            if other != me and FLOORS[other] >= FLOORS[me] and (me, other) != ("core", "errors"):
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {me} imports {imported}")
    assert wrong == []


def test_the_command_line_is_imported_by_its_program_alone() -> None:
    users = {
        name_of(path)
        for path in MODULES
        for imported, _ in imports_of(path)
        if imported.startswith("watcher.cli")
    }
    assert {user for user in users if family_of(user) != "cli"} == {"__main__"}


def test_an_outside_package_is_imported_in_its_home_alone() -> None:
    wrong = []
    for path in MODULES:
        name = name_of(path)
        for imported, line in imports_of(path):
            top = imported.split(".")[0]
            if top == "watcher" or (top in sys.stdlib_module_names and top not in HOMES):
                continue
            homes = HOMES.get(top, ())
            if name not in homes and family_of(name) not in homes:
                wrong.append(
                    f"{path.relative_to(ROOT)}:{line}: {imported} (its home: {', '.join(homes) or 'none'})"
                )
    assert wrong == []


def test_the_core_uses_nothing_that_touches_the_world() -> None:
    wrong = []
    for path in MODULES:
        if family_of(name_of(path)) != "core":
            continue
        where = path.relative_to(ROOT)
        for imported, line in imports_of(path):
            top = imported.split(".")[0]
            known = own(imported) is not None or top in HOMES
            if not known and top not in CORE_LIBRARY and imported not in CORE_LIBRARY:
                wrong.append(f"{where}:{line}: imports {imported}")
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in CORE_CALLS:
                wrong.append(f"{where}:{node.lineno}: calls {node.func.id}()")
            if isinstance(node.func, ast.Attribute):
                here = node.func.attr == "astimezone" and not node.args  # means: wherever this machine is
                if here or node.func.attr in CORE_METHODS:
                    wrong.append(f"{where}:{node.lineno}: calls .{node.func.attr}()")
    assert wrong == []


def test_the_standard_re_has_a_reason_wherever_it_is_used() -> None:
    users = {name_of(path) for path in MODULES if any(imported == "re" for imported, _ in imports_of(path))}
    assert users == set(STANDARD_RE)


def test_no_code_of_the_core_names_a_language() -> None:
    codes = {folder.name for folder in (PACKAGE / "languages").iterdir() if folder.is_dir()}
    wrong = []
    for path in MODULES:
        if family_of(name_of(path)) != "core":
            continue
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Compare) or "language" not in ast.unparse(node):
                continue
            if any(isinstance(part, ast.Constant) and part.value in codes for part in ast.walk(node)):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert len(codes) >= 2
    assert wrong == []


def test_no_module_holds_a_second_one() -> None:
    long = {
        name_of(path): lines
        for path in MODULES
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def public_things(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """The module, its public functions and classes, and the public methods of those."""
    yield "module", tree_of(path)
    for node in tree_of(path).body:
        if not isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ) or node.name.startswith("_"):
            continue
        yield node.name, node
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and not part.name.startswith(
                    "_"
                ):
                    yield f"{node.name}.{part.name}", part


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_everything_public_says_what_it_is(path: Path) -> None:
    silent = [name for name, node in public_things(path) if not ast.get_docstring(node)]  # type: ignore[arg-type]
    assert silent == []


def test_the_idle_service_loads_no_library_of_the_command_line() -> None:
    question = "import sys, watcher.cli.serve; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    answer = subprocess.run(
        [sys.executable, "-c", question],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    loaded = set(answer.stdout.split())
    assert {"watcher", "schedule", "imapclient"} <= loaded
    assert loaded & {"click", "rich", "pygments", "markdown_it", "keyring", "authlib", "httpx"} == set()
