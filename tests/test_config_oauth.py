"""The `oauth` block of an account: what it means, and every fault with its line; no secret is ever quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher import config
from watcher.cli import assemble
from watcher.config import Account, parse
from watcher.credentials import SecretSource
from watcher.credentials.oauth_providers import PROVIDERS
from watcher.errors import ConfigError

HEAD = "accounts:\n  - address: {address}\n    host: imap.example.com\n    oauth:\n"


def faults(*lines: str, address: str = "sari@example.org") -> list[str]:
    """The faults of an account with these lines in its `oauth`; they stand on line 5 and after."""
    text = HEAD.format(address=address) + "".join(f"      {line}\n" for line in lines)
    return [
        str(fault) for fault in parse(text, oauth_known=lambda a: assemble.oauth_provider(a) is not None)[1]
    ]


def account(**oauth: object) -> Account:
    return Account.model_validate({"address": "sari@gmail.com", "oauth": {"client_id": "mine"} | oauth})


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["client_id: abc", "provider: google"], None),
        (["client_id: abc", "token_url: https://x.example/t", "authorize_url: http://localhost:1/a"], None),
        (["client_id: abc", "provider: microsoft", "tenant: contoso.example"], None),
        (["provider: google"], "line 4: accounts[0].oauth.client_id: is needed"),
        (["scopes: [mail]"], "line 4: accounts[0].oauth.client_id: is needed"),
        (["client_id: abc"], "line 4: accounts[0].oauth.provider: is needed"),
        (["client_id: abc", "provider: other"], "line 6: accounts[0].oauth.provider: is needed"),
        (["client_id: abc", "token_url: https://x.example/t"], "accounts[0].oauth.provider: is needed"),
        (["client_id: abc", "provider: gogle"], "line 6: accounts[0].oauth.provider: must be one of"),
        (["client_id: abc", "token_url: http://x.example/t"], "line 6: accounts[0].oauth.token_url: must be"),
        (["client_id: abc", "device_url: ftp://x.example"], "must be an address that begins with https://"),
        (["client_id: abc", "revoke_url: https://me@x.example/"], "must be an address that begins with"),
        (["client_id: abc", "token_url: 'https://[x/'"], "must be an address that begins with https://"),
        (["client_id: abc", "provider: microsoft", "tenant: a/../b"], "line 7: accounts[0].oauth.tenant"),
        (
            ["client_id: abc", "provider: google", "secret: {from: command}"],
            "line 7: accounts[0].oauth.secret.command: is needed",
        ),
    ],
)
def test_faults(lines: list[str], told: str | None) -> None:
    found = faults(*lines)
    if told is None:
        assert found == []
    else:
        assert any(told in fault for fault in found), found


@pytest.mark.parametrize(
    "line",
    [
        "secret: GOCSPX-hunter2",
        "secret: {from: GOCSPX-hunter2}",
        "client_secret: GOCSPX-hunter2",
        "client-secret: GOCSPX-hunter2",
        "refresh_token: GOCSPX-hunter2",
        "access_token: GOCSPX-hunter2",
        "secret: {value: GOCSPX-hunter2}",
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_quoted(line: str) -> None:
    found = faults("client_id: abc", "provider: google", line)
    assert found
    assert "hunter2" not in " ".join(found)
    if "secret:" not in line.partition(" ")[0] or line.startswith("client"):
        assert "secrets do not belong in this file" in found[0]


def test_a_large_provider_needs_the_client_s_id_alone() -> None:
    client = assemble.oauth_client(account())
    assert client.provider == PROVIDERS[0]
    assert client.token == SecretSource("auto", (), "oauth-token-sari@gmail.com")
    assert client.secret == SecretSource("auto", (), "oauth-client-secret-sari@gmail.com")
    outlook = Account.model_validate({"address": "sari@outlook.com", "oauth": {"client_id": "mine"}})
    assert assemble.oauth_client(outlook).provider.name == "microsoft"
    assert assemble.oauth_client(outlook).secret is None  # a public client


def test_what_is_written_goes_over_what_is_known() -> None:
    client = assemble.oauth_client(account(token_url="https://x.example/t", scopes=["a", "b"], tenant="t"))
    assert client.provider.token == "https://x.example/t"
    assert client.provider.scopes == ("a", "b")
    assert client.provider.authorize == PROVIDERS[0].authorize
    assert client.tenant == "t"


@pytest.mark.parametrize(
    ("secret", "source"),
    [
        ({"from": "none"}, None),
        ({"from": "keyring", "name": "x"}, SecretSource("keyring", (), "x")),
        (
            {"command": ["pass", "x"]},
            SecretSource("auto", ("pass", "x"), "oauth-client-secret-sari@gmail.com"),
        ),
    ],
)
def test_where_the_client_s_secret_is(secret: dict[str, object], source: SecretSource | None) -> None:
    assert assemble.oauth_client(account(secret=secret)).secret == source


def test_an_account_without_a_client_has_none() -> None:
    with pytest.raises(ConfigError, match="has no OAuth client"):
        assemble.oauth_client(Account(address="sari@gmail.com"))


def test_the_file_is_checked_with_what_is_known_of_providers(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(HEAD.format(address="sari@example.org") + "      client_id: abc\n")
    with pytest.raises(ConfigError) as caught:
        assemble.outfit(path)
    assert "oauth.provider: is needed" in caught.value.faults[0]
    assert config.load(path).accounts[0].oauth.client_id == "abc"
