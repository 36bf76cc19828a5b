"""The generated files are up to date, and what they show works."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from watcher.config import Settings, parse
from watcher.config_docs import example, json_schema, outputs, reference_markdown, write
from watcher.config_faults import group_of, option_names

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", sorted(outputs()))
def test_the_committed_file_is_the_generated_one(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == outputs()[name], "run: python -m watcher.config_docs"


def test_the_example_asks_for_the_address_and_for_nothing_else() -> None:
    _, faults = parse(example())
    assert [str(fault).partition(": ")[2] for fault in faults] == [
        "accounts[0].address: is empty: write your e-mail address"
    ]
    settings, faults = parse(example().replace('address: ""', "address: sari@example.com"))
    assert not faults
    assert settings.model_copy(update={"accounts": ()}) == Settings()


def test_every_line_of_the_example_that_is_switched_off_is_right_when_switched_on(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("", "utf-8")
    text = re.sub(r"(?m)^( *)#(?=\S|  )", r"\1", example())
    text = text.replace('address: ""', "address: sari@example.com").replace("~/ca.pem", str(authority))
    settings, faults = parse(text)
    assert not faults
    assert settings.companies["Lion City Data"].country == "SG"
    assert settings.accounts[0].secret.command == ("pass", "show", "mail/sari")


def all_options(group: type, seen: tuple[str, ...] = ()) -> set[str]:
    names = set()
    for name, field in option_names(group).items():
        names.add(name)
        inner = group_of(field.annotation)
        if inner is not None:
            names |= all_options(inner)
    return names


def test_every_option_is_explained_everywhere() -> None:
    for name in all_options(Settings):
        assert f"`{name}`" in reference_markdown()
        assert f"{name}:" in example() or name in ("country", "timezone")
    for field in Settings.model_fields.values():
        assert field.description


def test_the_schema_is_a_json_schema_that_refuses_unknown_options() -> None:
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["additionalProperties"] is False
    assert schema["properties"]["poll_minutes"]["maximum"] == 1440
    assert "from" in schema["$defs"]["Secret"]["properties"]
    kinds = schema["$defs"]["Drafts"]["properties"]["kinds"]["items"]["enum"]
    assert "thank_you" in kinds
    assert "none" not in kinds
    for reference in re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)):
        assert reference in schema["$defs"]


def test_write_makes_all_three(tmp_path: Path) -> None:
    write(tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == set(
        outputs()
    )
