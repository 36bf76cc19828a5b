"""watcher sign-in, sign-out, secret and doctor, where no provider is asked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cli_helpers import Home
from conftest import ROOT

from watcher.cli import sign_in
from watcher.mailbox.providers import PROVIDERS

GMAIL = {"address": "sari@gmail.com", "name": "g", "oauth": {"client_id": "mine", "secret": {"from": "none"}}}
PLAIN = {"address": "sari@example.org", "name": "p", "host": "imap.example.org"}


def configure(home: Home, *accounts: dict[str, Any]) -> None:
    home.write_config(json.dumps({"accounts": accounts, "notices": {"kind": "log"}}))


def says(home: Home, code: int, *words: str) -> str:
    done = home.run(*words)
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return " ".join(done.output.split())


@pytest.mark.parametrize("command", ["sign-in", "sign-out"])
def test_an_account_without_a_client_says_where_to_read_on(home: Home, command: str) -> None:
    configure(home, PLAIN)
    assert "has no OAuth client. Give `oauth: client_id:`" in says(home, 2, command)


def test_of_several_accounts_the_one_with_a_client_is_meant(home: Home) -> None:
    configure(home, PLAIN, GMAIL)
    assert "There is no keyring service here." in says(home, 3, "sign-out")
    configure(home, GMAIL, GMAIL | {"name": "h"})
    assert "Which account? Name one of: g, h." in says(home, 2, "sign-in")
    assert "No account is called 'x'. Known ones: g, h." in says(home, 2, "sign-in", "x")


def test_without_a_keyring_nobody_is_sent_to_the_browser(home: Home) -> None:
    configure(home, GMAIL)
    said = says(home, 3, "sign-in")
    assert "There is no keyring service here." in said
    assert "accounts.google.com" not in said


def test_a_token_by_command_cannot_be_stored(home: Home) -> None:
    configure(home, GMAIL | {"secret": {"from": "command", "command": ["echo", "x"]}})
    assert "comes from a command: it cannot be stored" in says(home, 3, "sign-in")


def test_google_has_no_codes_for_devices(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.credentials.oauth._can_be_kept", lambda client: None)
    configure(home, GMAIL)
    assert "this way to sign in is not known for google" in says(home, 2, "sign-in", "--device")


def test_a_provider_that_takes_no_passwords_says_what_it_takes(home: Home) -> None:
    configure(home, {"address": "sari@outlook.com"})
    assert "Outlook takes no passwords." in says(home, 2, "secret")
    checked = says(home, 2, "doctor")
    assert "FAULT account sari@outlook.com: secret: Outlook takes no passwords." in checked
    assert "docs/sign-in.md" in checked


def test_an_account_with_a_client_wants_no_password(home: Home) -> None:
    configure(home, GMAIL)
    assert "g signs in by OAuth, without a password. Use `watcher sign-in g`" in says(home, 2, "secret")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "w"}, True), ({"BROWSER": "lynx"}, True)],
)
def test_a_browser_is_opened_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert sign_in._has_browser() is expected


def test_the_page_on_signing_in_names_the_page_of_every_provider() -> None:
    page = (ROOT / "docs" / "sign-in.md").read_text("utf-8")
    for provider in PROVIDERS:
        assert f"| {provider.name}" in page
        assert not provider.password_page or f"<{provider.password_page}>" in page
