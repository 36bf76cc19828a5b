"""Signing in to a real IMAP server with OAuth tokens that it asks a real OAuth server about."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from conftest import require, until
from servers.dovecot import Dovecot
from servers.fault_proxy import FaultProxy
from servers.oauth import SCOPE, SECRET, OAuthServer
from servers.scripted import ScriptedServer

from watcher.errors import (
    MailboxConfigError,
    MailboxError,
    NotSignedInError,
    ProviderError,
    SignInError,
    WatcherError,
)
from watcher.mailbox import ImapAccount, Mailbox, Token, imap_session
from watcher.mailbox.imap import connect

pytestmark = pytest.mark.dovecot


@pytest.fixture(scope="module")
def oauth() -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        yield server


@pytest.fixture(autouse=True)
def in_order(oauth: OAuthServer) -> Iterator[None]:
    yield
    oauth.introspection = ""


@pytest.fixture(scope="module", params=["xoauth2", "oauthbearer"])
def server(request: pytest.FixtureRequest, oauth: OAuthServer) -> Iterator[Dovecot]:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    with Dovecot(introspect=oauth.url("introspect"), scope=SCOPE, mechanisms=request.param) as server:
        yield server


def account(server: Dovecot, user: str, **more: object) -> ImapAccount:
    values = {
        "name": "test",
        "address": user,
        "host": "localhost",
        "port": server.tls_port,
        "ca_file": server.ca_file,
        "timeout": 10.0,
    } | more
    return ImapAccount(**values)  # type: ignore[arg-type]


class Asked:
    """Gives the tokens it was given, one for each question, and counts."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.fresh: list[bool] = []

    def __call__(self, fresh: bool) -> str:
        self.fresh.append(fresh)
        return self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]


def opens(where: ImapAccount, ask: Callable[[bool], str]) -> Mailbox:
    with closing(connect(where, Token(ask))) as mailbox:
        assert "INBOX" in {folder.name for folder in mailbox.folders()}
    return mailbox


def fails(where: ImapAccount, ask: Callable[[bool], str], kind: type[WatcherError], words: str) -> WatcherError:
    with pytest.raises(kind, match=words) as caught:
        connect(where, Token(ask))
    fault: BaseException | None = caught.value
    while fault is not None:
        assert SECRET not in str(fault)
        fault = fault.__cause__ or fault.__context__
    return caught.value


def test_a_good_token_opens_the_mailbox(server: Dovecot, oauth: OAuthServer) -> None:
    user = server.new_user()
    ask = Asked(oauth.access(user))
    opens(account(server, user), ask)
    assert ask.fresh == [False]


@pytest.mark.parametrize("user", ["sari,=x@example.org", "sari+jobs@example.org"])
def test_a_name_with_signs_that_mean_something(server: Dovecot, oauth: OAuthServer, user: str) -> None:
    opens(account(server, user), Asked(oauth.access(user)))


def test_an_expired_token_is_renewed_once_without_a_word(server: Dovecot, oauth: OAuthServer) -> None:
    user = server.new_user()
    ask = Asked(oauth.access(user, life=-1), oauth.access(user))
    opens(account(server, user), ask)
    assert ask.fresh == [False, True]


@pytest.mark.parametrize("what", ["expired", "revoked", "wrong scope", "another user's", "made up"])
def test_a_token_that_is_refused_twice_is_the_person_s_to_mend(
    server: Dovecot, oauth: OAuthServer, what: str
) -> None:
    user = server.new_user()
    token = {
        "expired": lambda: oauth.access(user, life=-1),
        "revoked": lambda: oauth.access(user),
        "wrong scope": lambda: oauth.access(user, scope="https://mail.example.org/readonly"),
        "another user's": lambda: oauth.access("ana@example.org"),
        "made up": lambda: f"{SECRET}-nobody-made-this",
    }[what]()
    if what == "revoked":
        oauth.tokens[token].active = False
    ask = Asked(token)
    error = fails(account(server, user), ask, SignInError, "refused the sign-in")
    assert "watcher sign-in test" in error.remedy
    assert error.exit_code == 3
    assert ask.fresh == [False, True]


@pytest.mark.parametrize("introspection", ["500", "503"])
def test_a_server_that_cannot_ask_is_waited_for(
    server: Dovecot, oauth: OAuthServer, introspection: str
) -> None:
    user = server.new_user()
    oauth.introspection = introspection
    ask = Asked(oauth.access(user))
    error = fails(account(server, user), ask, MailboxError, "lets nobody in for now")
    assert not isinstance(error, SignInError)
    assert ask.fresh == [False]
    oauth.introspection = ""
    opens(account(server, user), ask)


@pytest.mark.parametrize("error", [NotSignedInError("Not signed in."), ProviderError("Away.")])
def test_what_the_asking_raises_is_passed_on(server: Dovecot, error: WatcherError) -> None:
    calls = []

    def ask(fresh: bool) -> str:
        calls.append(fresh)
        raise error

    assert fails(account(server, "x@example.org"), ask, type(error), str(error)) is error
    assert calls == [False]


def test_a_server_that_takes_no_tokens_is_told_apart(dovecot: Dovecot) -> None:
    ask = Asked("unused")
    error = fails(account(dovecot, dovecot.new_user()), ask, MailboxConfigError, "takes no OAuth tokens")
    assert error.exit_code == 2
    assert ask.fresh == []


def test_a_password_still_opens_it(server: Dovecot) -> None:
    from servers.dovecot import PASSWORD

    with closing(connect(account(server, server.new_user()), lambda: PASSWORD)) as mailbox:
        assert mailbox.folders()


# ---------------------------------------------------------------------- what goes over the line


def test_the_challenge_after_a_refusal_is_answered_as_each_mechanism_wants_it() -> None:
    heard = _refused("XOAUTH2")
    assert heard[1:] == [b""]
    assert b"user=sari@example.org\x01auth=Bearer tok\x01\x01" == _decoded(heard[0])
    heard = _refused("OAUTHBEARER")
    assert [_decoded(line) for line in heard[1:]] == [b"\x01"]
    assert _decoded(heard[0]).startswith(b"n,a=sari@example.org,\x01host=localhost\x01port=")
    assert _decoded(heard[0]).endswith(b"\x01auth=Bearer tok\x01\x01")
