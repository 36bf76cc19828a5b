"""Signing in to a real IMAP server with OAuth tokens that it asks a real OAuth server about."""

from __future__ import annotations

import socket
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest
from conftest import require
from servers.dovecot import PASSWORD, Dovecot
from servers.fault_proxy import FaultProxy
from servers.oauth import SCOPE, SECRET, OAuthServer

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
    with Dovecot(
        introspect=oauth.url("introspect"),
        scope=SCOPE,
        mechanisms=request.param,
        extra="auth_username_chars =",  # any
    ) as server:
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


def fails(
    where: ImapAccount, ask: Callable[[bool], str], kind: type[WatcherError], words: str
) -> WatcherError:
    with pytest.raises(kind, match=words) as caught:
        connect(where, Token(ask))
    fault: BaseException | None = caught.value
    while fault is not None:
        assert SECRET not in str(fault)
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
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
    with closing(connect(account(server, server.new_user()), lambda: PASSWORD)) as mailbox:
        assert mailbox.folders()


# ---------------------------------------------------------------------- what goes over the line


class Refuser:
    """A server that refuses every token with a challenge, as Google and RFC 7628 do, and then with `words`."""

    def __init__(self, mechanism: str, words: str) -> None:
        self.mechanism, self.words = mechanism, words
        self.heard: list[bytes] = []  # what was said to the go-ahead, and to the challenge; decoded
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Refuser:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            client, _ = self._listener.accept()
            with client, client.makefile("rwb", buffering=0) as line:
                line.write(b"* OK ready\r\n")
                while words := line.readline().decode().split():
                    tag, command = words[0], words[1].upper()
                    if command == "AUTHENTICATE":
                        assert words[2] == self.mechanism
                        for challenge in (b"", b'{"status":"401"}'):
                            line.write(b"+ " + b64encode(challenge) + b"\r\n")
                            self.heard.append(b64decode(line.readline().strip()))
                        said = self.words.format(told=b64encode(self.heard[-2]).decode())
                        line.write(f"{tag} NO {said}\r\n".encode())
                    else:
                        line.write(
                            f"* CAPABILITY IMAP4rev1 AUTH={self.mechanism}\r\n{tag} OK done\r\n".encode()
                        )


@pytest.mark.parametrize(
    ("mechanism", "first", "farewell"),
    [
        ("XOAUTH2", "user=sari@example.org\1auth=Bearer {}\1\1", ""),
        ("OAUTHBEARER", "n,a=sari@example.org,\1host=localhost\1port={port}\1auth=Bearer {}\1\1", "\1"),
    ],
)
def test_a_challenge_is_answered_as_each_mechanism_wants_it(
    mechanism: str, first: str, farewell: str
) -> None:
    with Refuser(mechanism, "[AUTHENTICATIONFAILED] no") as server:
        where = ImapAccount("test", "sari@example.org", "localhost", server.port, security="none")
        fails(where, Asked(f"{SECRET}1", f"{SECRET}2"), SignInError, r"\[AUTHENTICATIONFAILED\] no")
        assert server.heard == [
            text.encode()
            for token in (f"{SECRET}1", f"{SECRET}2")
            for text in (first.format(token, port=server.port), farewell)
        ]


@pytest.mark.parametrize("words", [f"what is {SECRET}1?", f"{SECRET}1", "[UNAVAILABLE] {told}", "{told}"])
def test_a_server_that_repeats_the_token_is_not_repeated(words: str) -> None:
    with Refuser("XOAUTH2", words) as server:
        where = ImapAccount("test", "sari@example.org", "localhost", server.port, security="none")
        error = fails(where, Asked(f"{SECRET}1"), MailboxError, r"\*\*\*")
        assert b64encode(SECRET.encode()).decode()[:8] not in str(error)
        assert isinstance(error, SignInError) is ("UNAVAILABLE" not in words)


# ---------------------------------------------------------------------- while it waits


def waits(mailbox: Mailbox) -> tuple[threading.Thread, list[object]]:
    """A thread that waits for mail, and what came of it."""
    came: list[object] = []

    def wait() -> None:
        try:
            came.append(mailbox.wait(30, threading.Event()))
        except WatcherError as error:
            came.append(error)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread, came


@pytest.mark.parametrize("ending", ["BYE", "EOF", "RST"])
def test_a_session_that_ends_with_its_token_is_opened_anew_without_a_word(
    server: Dovecot, oauth: OAuthServer, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(imap_session, "FULL_LIFE", 0.0)
    user = server.new_user()
    ask = Asked(oauth.access(user), oauth.access(user))
    with FaultProxy("127.0.0.1", server.tls_port) as proxy:
        where = account(server, user, port=proxy.port)
        with closing(connect(where, Token(ask))) as mailbox:
            before = mailbox.cursor("INBOX")
            thread, came = waits(mailbox)
            if ending == "BYE":
                server.doveadm("kick", user)
            else:
                proxy.end_all() if ending == "EOF" else proxy.reset_all()
            thread.join(15)
            assert came == [True]
            assert ask.fresh == [False, False]
            server.append(user, b"Subject: after\r\n\r\nhello\r\n")
            assert [mail.uid for mail in mailbox.fetch_since("INBOX", before)] == [1]


def test_a_session_that_ends_at_once_is_a_fault(server: Dovecot, oauth: OAuthServer) -> None:
    user = server.new_user()
    with FaultProxy("127.0.0.1", server.tls_port) as proxy:
        where = account(server, user, port=proxy.port)
        with closing(connect(where, Token(Asked(oauth.access(user))))) as mailbox:
            mailbox.cursor("INBOX")
            thread, came = waits(mailbox)
            proxy.reset_all()
            thread.join(15)
            assert [type(one) for one in came] == [MailboxError]
            assert proxy.connections == 1


def test_a_session_that_ends_while_the_permission_is_gone_says_so(
    server: Dovecot, oauth: OAuthServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_session, "FULL_LIFE", 0.0)
    user = server.new_user()
    ask = Asked(oauth.access(user))
    with closing(connect(account(server, user), Token(ask))) as mailbox:
        mailbox.cursor("INBOX")
        thread, came = waits(mailbox)
        oauth.revoke_all()
        server.doveadm("kick", user)
        thread.join(15)
        assert [type(one) for one in came] == [SignInError]
        assert ask.fresh == [False, False, True]
