"""What the documents say is so: commands, options, rule numbers, files and generated pages."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from conftest import ROOT

from watcher import config
from watcher.cli.app import program
from watcher.core.scenario import play, read_scenarios

README = (ROOT / "README.md").read_text("utf-8")
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
)


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name: "accounts add"."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(leaves(program))


# --------------------------------------------------------------------------- commands


def row_of(command: str) -> str:
    """The line of README's table that is about a command."""
    rows = [line for line in README.splitlines() if re.match(rf"\| `watcher {command}[ `]", line)]
    assert len(rows) == 1, f"README has {len(rows)} rows for {command}"
    return rows[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_names_every_option(name: str) -> None:
    row = row_of(name)
    options = [part for part in COMMANDS[name].params if isinstance(part, click.Option)]
    missing = [option.opts[-1] for option in options if f"`{option.opts[-1]}" not in row]
    assert missing == []
    choices = [p.type.choices for p in COMMANDS[name].params if isinstance(p, click.Argument) and choice(p)]
    assert [word for words in choices for word in words if f"`{word}`" not in row] == []


def choice(parameter: click.Parameter) -> bool:
    return isinstance(parameter.type, click.Choice)


def test_the_readme_names_the_options_of_the_program() -> None:
    options = [option for part in program.params if isinstance(part, click.Option) for option in part.opts]
    assert [option for option in options if f"`{option}" not in README] == []


def test_the_readme_has_no_command_that_is_none() -> None:
    rows = re.findall(r"^\| `watcher ([a-z-]+(?: [a-z-]+)?)", README, re.M)
    assert sorted(rows) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    answer = CliRunner().invoke(program, [*name.split(), "--help"])
    assert answer.exit_code == 0
    assert f"Example:  watcher {name}" in answer.output


def shown_commands() -> Iterator[tuple[str, str]]:
    """Every `watcher ...` in the documents: on a line of its own in a code block, or between backticks."""
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.M | re.S)
        shown = [line for kind, block in blocks if not kind for line in block.splitlines()]
        lines = [line.strip().removeprefix("$ ") for line in shown]
        spans = re.findall(r"`(watcher [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S))
        for line in [*lines, *(" ".join(span.split()) for span in spans)]:
            if line.startswith("watcher "):
                yield page, line


@pytest.mark.parametrize(("page", "line"), sorted(set(shown_commands())))
def test_a_command_that_is_shown_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(line.replace("[", "").replace("]", "").replace("...", ""), comments=True)[1:]
    if words[:1] == ["COMMAND"] or "--help" in words or "--version" in words:
        return
    words = ["held" if word == "WHAT" else "closing" if word == "KIND" else word for word in words]
    name, *arguments = words if words[0] in COMMANDS else [" ".join(words[:2]), *words[2:]]
    command = COMMANDS[name]
    if not arguments and any(part.required for part in command.params):
        return  # only named, not shown in use
    assert command.make_context(name, arguments, parent=click.Context(program)).params is not None


# --------------------------------------------------------------------------- configuration and timelines


def yaml_blocks(page: str) -> list[str]:
    """The YAML in a document, without the indentation of a list."""
    text = (ROOT / page).read_text("utf-8")
    found = re.findall(r"^( *)```yaml\n(.*?)^ *```", text, re.M | re.S)
    return ["\n".join(line.removeprefix(indent) for line in block.splitlines()) for indent, block in found]


@pytest.mark.parametrize("page", ["README.md", "docs/configuration.md", "docs/sign-in.md"])
def test_a_configuration_that_is_shown_loads(page: str, tmp_path: Path) -> None:
    blocks = [block for block in yaml_blocks(page) if "accounts:" in block]
    assert blocks
    for number, block in enumerate(blocks):
        file = tmp_path / f"{number}.yaml"
        file.write_text(block, "utf-8")
        assert config.load(file).accounts


def test_a_timeline_that_is_shown_plays() -> None:
    (block,) = yaml_blocks("CONTRIBUTING.md")
    (scenario,) = read_scenarios(block)
    assert play(scenario)["flag"] == "quiet_1w"


# --------------------------------------------------------------------------- rules


_ID = r"(?:[RQGPBS]\d{1,3}|\d\.\d|[1-6])"
_CITED = re.compile(
    r"\b(?:[Rr]ules?|[Bb]orders?|sections?|docs/rules\.md(?: section)?)\s+"
    rf"({_ID}(?:(?:,| and| or|-)\s*{_ID})*)"
    r"(?![\d:])"
)
_CASE = re.compile(r"\((S\d{2,3})\)")


@cache
def numbers_of_the_rules() -> frozenset[str]:
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    headings = re.findall(r"^#{2,3} ([A-Z]?[\d.]*\d)\.? ", text, re.M)
    return frozenset([*headings, *re.findall(r"^- \*\*([A-Z]\d+)\*\* ", text, re.M)])


def cited_rules(text: str) -> list[str]:
    """Every number that a source file cites. A range such as R2-R5 is its two ends."""
    prose = re.sub(r"\n\s*#?:? ?", " ", text)
    prose = re.sub(r"RFC \d+ (section )?[\d.]+", "", prose)
    found = [number for group in _CITED.findall(prose) for number in re.findall(_ID, group)]
    return [*found, *_CASE.findall(prose)]


def sources() -> list[Path]:
    return [p for ending in ("py", "yaml", "j2") for p in sorted((ROOT / "watcher").rglob(f"*.{ending}"))]


def test_every_rule_that_the_code_cites_is_written_down() -> None:
    known = numbers_of_the_rules()
    cited = {(path, rule) for path in sources() for rule in cited_rules(path.read_text("utf-8"))}
    assert len(cited) > 100
    assert sorted(f"{path.relative_to(ROOT)}: {rule}" for path, rule in cited if rule not in known) == []


def test_how_citations_are_read() -> None:
    text = (
        'x  # (rules R2, R3)\n"""Promises (rules Q7, Q8 and more), section\n    1.2; RFC 6154 section 2."""'
    )
    assert cited_rules(text) == ["R2", "R3", "Q7", "Q8", "1.2"]
    assert cited_rules("a thank-you answers nothing (S117); (rules R2-R5)") == ["R2", "R5", "S117"]


def test_the_rules_are_numbered_once() -> None:
    known = numbers_of_the_rules()
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert {f"R{n}" for n in range(1, 11)} | {f"Q{n}" for n in range(1, 18)} <= known
    twice = [
        n
        for n in known
        if len(re.findall(rf"^(?:#{{2,3}} {re.escape(n)}\.? |- \*\*{n}\*\* )", text, re.M)) > 1
    ]
    assert twice == []


# --------------------------------------------------------------------------- pages and files


def test_the_page_of_states_is_fresh() -> None:
    drawn = runpy.run_path(str(ROOT / "docs" / "draw_states.py"))["page"]()
    written = (ROOT / "docs" / "states.md").read_text("utf-8")
    assert drawn == written, "python docs/draw_states.py"


def test_the_page_of_faults_is_fresh() -> None:
    drawn = runpy.run_path(str(ROOT / "docs" / "draw_faults.py"))["page"]()
    written = (ROOT / "docs" / "faults.md").read_text("utf-8")
    assert drawn == written, "python docs/draw_faults.py"


@pytest.mark.parametrize("page", PAGES)
def test_links_and_named_files_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    missing = [link for link in links if link and not ((ROOT / page).parent / link).exists()]
    for name in re.findall(r"`([\w./*-]+\.(?:py|md|sh|txt|toml))`", text):
        places = (ROOT, ROOT / "watcher", ROOT / "watcher" / "core", ROOT / "tests", ROOT / "docs")
        if not any(True for place in places for _ in place.glob(name)):
            missing.append(name)
    assert missing == []


def test_the_exit_codes_are_told_alike_everywhere() -> None:
    told = re.findall(r"^\| (\d) \| ", README, re.M)
    assert told == ["0", "1", "2", "3"]
    assert "Exit codes: 0 done, 1 " in CliRunner().invoke(program, ["--help"]).output


def test_what_the_security_page_says_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    for who in ("hostile sender", "hostile server", "Another user", "steals the laptop"):
        assert who in text
