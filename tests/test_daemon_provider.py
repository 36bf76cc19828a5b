"""A sign-in server that is away for an hour, or that ends a sign-in: the service's threads in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import until
from servers.keyring_file import KeyringFile
from servers.oauth import SECRET, OAuthServer
from servers.remembering import Screen

from watcher import daemon_threads
from watcher.core.plan import Wishes
from watcher.core.standing import Person
from watcher.core.wording import words
from watcher.credentials import SecretSource
from watcher.credentials.oauth import Client, Tokens
from watcher.credentials.oauth_providers import OAuthProvider
from watcher.daemon import Asked, Service, Station, keep_running
from watcher.errors import NotSignedInError
from watcher.mailbox.memory import MemoryMailbox
from watcher.packs import load_packs
from watcher.scan import Here, Look
from watcher.store import Store

PERSON = Person(address="sari@example.org", addresses=frozenset({"sari@example.org"}))
PACKS = load_packs()
MAIL = b"Message-ID: <one@example.com>\r\nFrom: a@example.com\r\nSubject: one\r\n\r\nx\r\n"


class Account:
    """Two accounts: one whose mailbox opens with a token, and one that always opens."""

    def __init__(self, server: OAuthServer) -> None:
        provider = OAuthProvider(name="other", authorize=server.url("authorize"), token=server.url("token"))
        self.tokens = Tokens(
            Client(
                account="personal",
                user="sari@example.org",
                client_id=server.client_id,
                provider=provider,
                token=SecretSource("keyring", name="oauth-token-personal"),
            )
        )
        self.mailbox, self.other = MemoryMailbox("personal"), MemoryMailbox("other")
        self.mailbox.deliver(MAIL)
        self.tries = 0
        self.screen, self.store = Screen(), Store(None)

    def connect(self) -> MemoryMailbox:
        self.tries += 1
        assert self.tokens.ask()
        return self.mailbox

    def service(self) -> Service:
        def station(name: str, connect: object) -> Station:
            return Station(Look(account=name, person=PERSON, packs=PACKS), connect)  # type: ignore[arg-type]

        return Service(
            stations=(station("personal", self.connect), station("other", lambda: self.other)),
            store=self.store,
            mind=Here(self.store, PERSON, Wishes(), PACKS),
            notifier=self.screen,
            text=words(PACKS, "en"),
        )

    @contextmanager
    def watched(self) -> Iterator[Asked]:
        """The service runs inside."""
        asked, code = Asked(), []
        thread = threading.Thread(target=lambda: code.append(keep_running(lambda _: self.service(), asked)))
        thread.start()
        try:
            yield asked
        finally:
            asked.put("stop")
            thread.join(10)
            assert code == [0]

    def read(self, name: str = "personal") -> bool:
        cursor = self.store.cursor(name, "INBOX")
        return cursor is not None and cursor[1] > 0


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyringFile:
    keyring = KeyringFile(tmp_path)
    for name, value in keyring.environment.items():
        monkeypatch.setenv(name, value)
    return keyring


def an_hour() -> int:
    """How often it is tried at least in just an hour of faults."""
    waited, tries = 0.0, 0
    while waited < 3600:
        tries += 1
        waited += min(daemon_threads.LONGEST_PAUSE, daemon_threads.FIRST_PAUSE * 2 ** (tries - 1))
    return tries


@pytest.mark.parametrize("fault", ["503", "close", "garbage"])
def test_a_provider_that_is_down_is_waited_out_in_silence(
    keyring: KeyringFile, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    tries = an_hour()
    monkeypatch.setattr(daemon_threads, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(daemon_threads, "LONGEST_PAUSE", 0.002)
    with OAuthServer() as server:
        keyring.put("oauth-token-personal", server.grant())
        server.fault = fault
        account = Account(server)
        account.other.deliver(MAIL)
        with account.watched():
            assert until(lambda: account.read("other"), 10)
            assert until(lambda: account.tries > tries, 60)
            assert account.screen.shown == []
            assert "sign-in server" in (account.store.note("fault:personal") or "")
            server.fault = ""
            assert until(account.read, 20)
            assert until(lambda: not account.store.note("fault:personal"), 10)
            assert account.screen.shown == []
    assert tries >= 10


def test_a_provider_that_is_down_for_longer_than_an_hour_is_told_once(
    keyring: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon_threads, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(daemon_threads, "LONGEST_PAUSE", 0.002)
    monkeypatch.setattr(daemon_threads, "OUTAGE", 0.2)
    with OAuthServer() as server:
        keyring.put("oauth-token-personal", server.grant())
        server.fault = "503"
        account = Account(server)
        account.other.deliver(MAIL)
        with account.watched():
            assert until(lambda: account.screen.shown, 30)
            [notice] = account.screen.shown
            assert notice.body.startswith(
                "personal: no new mail has been seen for an hour. The sign-in server"
            )
            assert "watcher sign-in" not in notice.body  # nobody has to sign in again for that
            server.fault, tries = "close", account.tries  # another face of the same outage
            assert until(lambda: account.tries > tries + 20, 30)
            assert account.read("other")
            assert account.screen.shown == [notice]
            server.fault = ""
            assert until(account.read, 20)
            assert until(lambda: not account.store.note("told:personal"), 10)
            assert account.screen.shown == [notice]


def test_a_sign_in_that_ended_is_told_once_and_rests(
    keyring: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon_threads, "HOPELESS_PAUSE", 0.001)  # hours go by
    with OAuthServer() as server:
        keyring.put("oauth-token-personal", server.grant())
        server.revoke_all()
        account = Account(server)
        account.other.deliver(MAIL)
        with account.watched():
            assert until(lambda: account.tries > 5, 30)
            assert until(lambda: account.read("other"), 10)
            [notice] = account.screen.shown
            assert "ended the sign-in" in notice.body
            assert notice.body.endswith("Sign in again: watcher sign-in personal")
            assert SECRET not in f"{notice} {account.store.note('fault:personal')}"
            assert account.store.note("told:personal") == NotSignedInError.__name__
            keyring.put("oauth-token-personal", server.grant())  # signed in again
            assert until(account.read, 20)
            assert until(lambda: not account.store.note("told:personal"), 10)
            server.revoke_all()
        assert len(account.screen.shown) == 1
