"""The configuration: every fault at once with its line, no secret ever quoted, sensible defaults."""

from __future__ import annotations

import ast
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from watcher.config import Settings, default_path, load, parse, state_dir
from watcher.config_faults import group_of
from watcher.config_yaml import MAX_CHARACTERS, read
from watcher.core.model import DraftKind
from watcher.errors import ConfigError, Retry, UsageError
from watcher.when import parse_since

SMALLEST = "accounts:\n  - address: Sari.Wulandari@Example.com\n"


def faults(text: str, **options: object) -> list[str]:
    return [str(fault) for fault in parse(text, **options)[1]]  # type: ignore[arg-type]


def test_the_smallest_configuration_fills_in_the_rest() -> None:
    settings, wrong = parse(SMALLEST)
    account = settings.accounts[0]
    assert not wrong
    assert account.address == account.name == "sari.wulandari@example.com"
    assert account.user == "Sari.Wulandari@Example.com"  # a server may care about capitals
    assert (account.security, account.port, account.secret.source) == ("tls", None, "auto")
    assert settings.notices.hours == (9, 16)
    assert settings.notices.urgent_hours == (7, 21)
    assert settings.marks_in_mailbox == "both"
    assert DraftKind.NONE not in settings.drafts.kinds
    assert len(settings.drafts.kinds) == len(DraftKind) - 1


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().name = "somebody else"  # type: ignore[misc]


def test_five_faults_of_five_kinds_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "langauge: id\n"  # unknown option
        "poll_minutes: soon\n"  # wrong type
        "timezone: Asia/Jakata\n"  # bad zone
        "accounts:\n"
        "  - address: sari@example.com\n"
        "    port: abc\n"
        "    port: 993\n"  # twice
        "    security: none\n"  # logic
        "    host: imap.example.com\n",
        "utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "line 1",
        "line 2",
        "line 3",
        "line 6",
        "line 7",
        "line 8",
    ]
    assert caught.value.faults[0] == "line 1: langauge: unknown option; did you mean 'language'?"
    assert caught.value.faults[3] == "line 6: accounts[0].port: must be 1..65535, not 'abc'"
    assert "did you mean 'Asia/Jakarta'?" in caught.value.faults[2]
    assert "is set twice, first on line 6" in caught.value.faults[4]
    assert caught.value.exit_code == 2
    assert caught.value.retry is Retry.NEVER
    assert "6 faults" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("name: 12", "must be text, not '12'; put it in quotes"),
        ("name: yes", None),  # YAML 1.2: a word
        ("name: true", "must be text, not true; put it in quotes"),
        ("country: Indonesia", "did you mean 'ID'?"),
        ("country: id", None),
        ("country: no", None),  # Norway
        ("country: XX", "two letters of a country"),
        ("timezone: WITA", "did you mean 'Asia/Makassar'?"),
        ("timezone: ../../etc/passwd", "must be a time zone"),
        ("timezone: Asia", "must be a time zone"),
        ("language: xx", "must be one of auto,"),
        ("since: 12w", None),
        ("since: 2026-01-31", None),
        ("since: 90", "must be text"),
        ("since: 2026-02-30", "must be days (90d)"),
        ("poll_minutes: 0", "must be 1..1440, not '0'"),
        ("poll_minutes: 2.5", "must be 1..1440, not '2.5'"),
        ("pause_on_holidays: yes", "must be true or false, not 'yes'"),
        ("marks_in_mailbox: stars", "did you mean 'star'?"),
        ("labels: {waiting: '\\Inbox'}", "without a backslash in front"),
        ("labels: {waiting: 'Kerja//Sepi'}", "both sides of each slash"),
        ("labels: {waiting: 'Kerja / Sepi'}", "no blanks around it"),
        ("notices: desktop", "must be a group of options"),
        ("notices: {hours: [16, 9]}", "must begin before it ends"),
        ("notices: {hours: [9, 25]}", "must be hours from 0 to 24"),
        ("notices: {hours: [9]}", "must be two numbers"),
        ("notices: {hours: [9, 12, 16]}", "must be two numbers"),
        ("notices: {hours: 9}", "must be a list"),
        ("notices: {kind: command}", "is needed with `kind: command`"),
        ("notices: {kind: command, command: [tell]}", None),
        ("drafts: {kinds: [thankyou]}", "did you mean 'thank_you'?"),
        ("drafts: {kinds: [none]}", "cannot hold 'none'"),
        ("drafts: {kinds: []}", None),
        ("first_run_grace_days: -1", "must be 0..60"),
        ("companies: {Lion City Data: {country: SG, timezone: Asia/Singapore}}", None),
        ("companies: {Lion City Data: {contry: SG}}", "did you mean 'country'?"),
        ("companies: {country: {contry: SG}}", "did you mean 'country'?"),
        ("companies: {country: {country: Singapur}}", "companies.country.country: must be the two letters"),
        ("companies: [a]", "must be a group"),
        ("ignore_senders: [shop.example, '@other.example', a@b.example]", None),
        ("ignore_senders: shop.example", "must be a list"),
        ("ignore_senders: [shop]", "an e-mail address or a domain"),
        ("ignore_senders:\n  -\n  - a.example", "is an empty entry"),
        ("{ignore_senders: [a.example], trust_senders: [a.example]}", "stands in trust_senders too"),
        ("notices:", None),  # a heading with nothing below it is not set
    ],
)
def test_values(line: str, told: str | None) -> None:
    found = faults(line, need_account=False)
    if told is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith("line ")
        assert told in found[0]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("address: ''", "is empty: write your e-mail address"),
        ("address: sari", "must be an e-mail address"),
        ("address: a@b@c.example", "must be an e-mail address"),
        ("name: personal", "is missing: write your e-mail address"),
        ("address: a@b.example\n    port: 0", "must be 1..65535"),
        ("address: a@b.example\n    host: imaps://b.example", "must be a server's name alone"),
        ("address: a@b.example\n    host: b.example:993", "its port belongs into `port`"),
        ("address: a@b.example\n    security: ssl", "must be one of tls, starttls, none, not 'ssl'"),
        ("address: a@b.example\n    security: none", "only with a host on this machine"),
        ("address: a@b.example\n    security: none\n    host: localhost", None),
        ("address: a@b.example\n    security: none\n    host: 127.0.0.1", None),
        ("address: a@b.example\n    security: none\n    host: 127.0.0.1.evil.example", "only with a host"),
        ("address: a@b.example\n    secret: {from: command}", "is needed with `from: command`"),
        ("address: a@b.example\n    secret: {from: command, command: [pass, show, x]}", None),
        ("address: a@b.example\n    ca_file: /nowhere/ca.pem", "names no file"),
        ("address: a@b.example\n    enabled: false", "are all switched off"),
        ("address: a@b.example\n    aliases: [x]", "must be an e-mail address"),
        ("address: a@b.example\n    folders: {send: Terkirim}", "did you mean 'sent'?"),
        ("address: a@b.example\n    folders: {sent: 2026}", "put it in quotes"),
        ("address: a@b.example\n  - address: A@b.example", "is the name of accounts[0] too"),
        ("address: a@b.example\n  - address: A@b.example\n    name: second", None),
        ("just text", "must be a group of options"),
    ],
)
def test_accounts(lines: str, told: str | None) -> None:
    found = faults(f"accounts:\n  - {lines}\n")
    if told is None:
        assert found == []
    else:
        assert len(found) == 1
        assert told in found[0]
        assert found[0].startswith("line ")


def test_no_account_is_a_fault_only_where_one_is_needed() -> None:
    assert faults("name: Sari\n") == ["accounts: must name at least one account with its `address`"]
    assert faults("name: Sari\n", need_account=False) == []
    assert faults("") == ["accounts: must name at least one account with its `address`"]


def test_logic_is_checked_beside_faults_of_shape_and_accounts_keep_their_numbers() -> None:
    found = faults(
        "accounts:\n"
        "  - adress: a@b.example\n"
        "  - address: c@d.example\n"
        "    name: work\n"
        "  - address: e@f.example\n"
        "    name: Work\n"
    )
    assert found == [
        "line 2: accounts[0].address: is missing: write your e-mail address",
        "line 2: accounts[0].adress: unknown option; did you mean 'address'?",
        "line 6: accounts[2].name: is the name of accounts[1] too; give each account its own `name`",
    ]


def test_an_unknown_provider_needs_a_host_and_the_caller_knows_the_providers() -> None:
    known = {"a@known.example"}.__contains__
    text = "accounts:\n  - address: a@known.example\n  - address: a@other.example\n"
    assert faults(text) == []
    found = faults(text, host_known=known)
    assert len(found) == 1
    assert found[0].startswith("line 3: accounts[1].host: is needed")
    assert faults(text + "    host: imap.other.example\n", host_known=known) == []


@pytest.mark.parametrize(
    "line",
    [
        "password: hunter2",
        "app_password: hunter2",
        "Password: hunter2",
        "kata_sandi: hunter2",
        "token: hunter2",
        "secret: hunter2",
        "secret: {from: hunter2}",
        "secret: {command: hunter2}",
        "secret: {password: hunter2}",
        "secret: {name: [hunter2]}",
        'secret: "hunter2',
        "secret: hunter2: 3",
        "secret: @hunter2",
        "secret: *hunter2",
        "secret: !hunter2 x",
        "hunter: [hunter2]",
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_quoted(line: str) -> None:
    found = faults(f"accounts:\n  - address: sari@example.com\n    {line}\n")
    assert found
    assert not any("hunter2" in fault for fault in found)
    if "assword:" in line or line.startswith(("token", "kata")):
        assert "keyring" in found[0]
        assert "line 3" in found[0]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("name: Sari\naccounts: [\n", 2, "ends too early"),
        ("name: Sari\n\tlanguage: id\n", 2, "tab"),
        ("name: a: b\n", 1, "colon"),
        ("name: Sari\n---\nname: Budi\n", 2, "second document"),
        ("name: @sari\n", 1, "quotes"),
        ("name: 'Sari\n", 1, "never closed"),
        ("name: Sari\nlanguage\nsince: 9d\n", 3, "`name: value`"),
        ("- a\n- b\n", 1, "must hold options"),
        ("just a word\n", 1, "must hold options"),
        ("name: a\x07b\n", 1, "control character"),
        ("? [a, b]\n: c\n", 1, "whose name is no word"),
        ("a: &x [*x]\n", 1, "nested too deeply"),
        ("name: " + "[" * 1000, 0, "deeply"),
        ("name: &a " + "{b: " * 40 + "c" + "}" * 40 + "\n", 1, "deeply"),
        ("#" * (MAX_CHARACTERS + 1), 0, "too large"),
    ],
)
def test_what_is_no_configuration_names_its_line(text: str, line: int, told: str) -> None:
    found = read(text).faults
    assert found
    assert found[0].line == line
    assert told in found[0].text
    assert not any("account" in fault for fault in faults(text) if not read(text).data)


def test_aliases_that_multiply_are_stopped() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    assert any("repeats itself" in fault.text for fault in read(bomb).faults)


def test_no_file_says_how_to_make_one(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    with pytest.raises(
        ConfigError, match=r"There is no configuration at .*config\.yaml.*watcher setup"
    ) as caught:
        load(path)
    assert caught.value.exit_code == 2


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a directory"):
        load(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: Sari\nlanguage: é\n".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8") as caught:
        load(latin)
    assert caught.value.faults == ("line 2: is not UTF-8",)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(latin / "below-a-file.yaml")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALLEST.replace("\n", "\r\n").encode())
    assert load(path).accounts[0].address == "sari.wulandari@example.com"


def test_the_places_can_be_named_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WATCHER_CONFIG", str(tmp_path / "mine.yaml"))
    monkeypatch.setenv("WATCHER_STATE_DIR", str(tmp_path / "state"))
    assert default_path() == tmp_path / "mine.yaml"
    assert state_dir() == tmp_path / "state"
    monkeypatch.delenv("WATCHER_CONFIG")
    monkeypatch.delenv("WATCHER_STATE_DIR")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    if os.uname().sysname == "Linux":
        assert default_path() == tmp_path / "c" / "interview-watcher" / "config.yaml"
        assert state_dir() == tmp_path / "s" / "interview-watcher"
    assert default_path().name == "config.yaml"


@given(st.text(max_size=200))
def test_any_text_gives_settings_or_faults_and_never_raises(text: str) -> None:
    settings, found = parse(text)
    assert isinstance(settings, Settings)
    assert found  # random text names no account


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-99999, 99999) | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "accounts",
                        "address",
                        "port",
                        "secret",
                        "from",
                        "notices",
                        "hours",
                        "folders",
                        "companies",
                        *("drafts", "kinds", "country", "since", "ignore_senders", "aliases", "foo"),
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_shape_gives_faults_that_are_sentences(data: object) -> None:
    settings, found = parse(json.dumps(data))
    assert isinstance(settings, Settings)
    for fault in found:
        assert fault.text
        assert "Error" not in fault.text
        assert "cannot be used" not in fault.text


@pytest.mark.parametrize(
    "text", ["90d", "12w", "1d", "9999d", "2026-01-31", "x", "0d", "90", "12m", "2026-13-01"]
)
def test_what_since_may_be_is_what_a_scan_understands(text: str) -> None:
    try:
        parse_since(text, datetime(2026, 11, 25, tzinfo=UTC))
        understood = True
    except UsageError:
        understood = False
    assert (faults(f"since: '{text}'", need_account=False) == []) is understood


def option_names(group: type[BaseModel]) -> set[str]:
    """The names of all options, those in groups and entries too."""
    found = {field.alias or name for name, field in group.model_fields.items()}
    for field in group.model_fields.values():
        inner = group_of(field.annotation)
        found |= option_names(inner) if inner is not None else set()
    return found


def test_an_option_that_a_sentence_names_exists() -> None:
    """`folders: drafts:` in a remedy is what the person will look for in the configuration."""
    known, wrong = option_names(Settings), []
    for path in sorted((ROOT / "watcher").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            for told in re.findall(r"`([a-z_]+: ?[a-z_: ]*)`", node.value):
                names = re.findall(r"([a-z_]+):", told)
                wrong += [f"{path.name}: {told}" for name in names if name not in known]
    assert [one for one in wrong if not one.endswith(": name: value")] == []
