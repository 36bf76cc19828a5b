"""Signing in by OAuth against a real server on loopback: the browser, the device, refreshing, ending it."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import require
from servers.certificates import make_certificates
from servers.gnome_keyring import GnomeKeyring
from servers.keyring_file import KeyringFile
from servers.oauth import SCOPE, SECRET, OAuthServer
from servers.session_bus import SessionBus

from watcher.credentials import SecretSource, oauth, oauth_grants, oauth_http, oauth_turn
from watcher.credentials.oauth import Client, Prompt, Tokens, sign_in, sign_out
from watcher.credentials.oauth_loopback import Page, Receiver
from watcher.credentials.oauth_providers import PROVIDERS, OAuthProvider
from watcher.errors import (
    MailboxConfigError,
    NotSignedInError,
    ProviderError,
    SecretError,
    SecretMissingError,
    WatcherError,
)
from watcher.mailbox import providers

TOKEN = "oauth-token-sari"


@pytest.fixture
def server() -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        yield server


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyringFile:
    keyring = KeyringFile(tmp_path)
    for name, value in keyring.environment.items():
        monkeypatch.setenv(name, value)
    return keyring


@pytest.fixture(autouse=True)
def nothing_leaks(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does: no token, code or secret is ever logged, at any level."""
    caplog.set_level(logging.DEBUG)
    yield
    assert SECRET not in caplog.text


def client(server: OAuthServer, **more: object) -> Client:
    provider = OAuthProvider(
        name="other",
        authorize=server.url("authorize"),
        token=server.url("token"),
        device=server.url("device"),
        revoke=server.url("revoke"),
        scopes=(SCOPE, "offline_access"),
    )
    values = {
        "account": "sari",
        "user": "sari@example.org",
        "client_id": server.client_id,
        "provider": provider,
        "token": SecretSource("keyring", name=TOKEN),
    } | more
    return Client(**values)  # type: ignore[arg-type]


def browse(address: str) -> str:
    """The browser: goes where it is sent, and shows the page it ends at."""
    with urllib.request.urlopen(address, timeout=10) as page:
        return str(page.read().decode())


def raises(kind: type[WatcherError], words: str, call: Callable[[], object]) -> WatcherError:
    """The error of `call`; neither it nor what is behind it, as a traceback shows it, holds a secret."""
    with pytest.raises(kind, match=words) as caught:
        call()
    fault: BaseException | None = caught.value
    while fault is not None:
        assert SECRET not in f"{fault} {fault!r}"
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return caught.value


def kept(server: OAuthServer, keyring: KeyringFile) -> Tokens:
    """An account that was signed in before."""
    keyring.put(TOKEN, server.grant())
    return Tokens(client(server))


# ---------------------------------------------------------------------- with the browser


def test_the_whole_way_with_a_browser(server: OAuthServer, keyring: KeyringFile) -> None:
    prompts: list[Prompt] = []
    pages: list[str] = []
    checked: list[str] = []
    page = Page("Judul", "Sudah <selesai>.", "Tidak.", "id")
    sign_in(
        client(server),
        tell=prompts.append,
        open_browser=lambda address: pages.append(browse(address)),
        page=page,
        check=checked.append,
    )
    [prompt] = prompts
    asked = parse_qs(urlsplit(prompt.address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://127.0.0.1:{prompt.port}"]
    assert asked["login_hint"] == ["sari@example.org"]
    assert asked["scope"] == [f"{SCOPE} offline_access"]
    assert "Sudah &lt;selesai&gt;." in pages[0]
    assert 'lang="id"' in pages[0]
    assert checked == list(server.tokens)
    assert keyring.entries() == {TOKEN: next(iter(server.refresh))}
    [(_, form)] = [one for one in server.asked if one[0] == "/token"]
    assert len(form["code_verifier"]) >= 43
    assert form["code_verifier"] not in prompt.address


def test_the_person_pastes_the_address_that_another_machine_ended_at(
    server: OAuthServer, keyring: KeyringFile
) -> None:
    typed = iter(["", "hello\n", "http://127.0.0.1:1/?code=forged&state=guessed\n"])

    def tell(prompt: Prompt) -> None:
        status, location = server.authorize(
            {name: texts[0] for name, texts in parse_qs(urlsplit(prompt.address).query).items()}
        )
        assert status == 302
        nonlocal typed
        typed = iter([*typed, f"  {location}\n"])

    sign_in(client(server), tell=tell, paste=lambda: next(typed))
    assert keyring.entries()[TOKEN] in server.refresh


def test_a_client_secret_is_sent_where_there_is_one(server: OAuthServer, keyring: KeyringFile) -> None:
    server.client_secret = f"{SECRET}-client"
    mine = client(server, secret=SecretSource("keyring", name="oauth-client-secret-sari"))
    error = raises(
        SecretMissingError, "no secret of the OAuth client", lambda: sign_in(mine, tell=lambda _: None)
    )
    assert "watcher sign-in sari" in error.remedy
    keyring.put("oauth-client-secret-sari", f"{SECRET}-another")
    raises(
        MailboxConfigError,
        "does not accept the OAuth client",
        lambda: sign_in(mine, tell=lambda _: None, open_browser=browse),
    )
    keyring.put("oauth-client-secret-sari", server.client_secret)
    sign_in(mine, tell=lambda _: None, open_browser=browse)
    assert Tokens(mine).ask() in server.tokens


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"consent": False}, NotSignedInError, r"refused it \(access_denied\)"),
        ({"scope": "https://mail.example.org/readonly"}, NotSignedInError, "does not cover the mailbox"),
        ({"fault": "500"}, ProviderError, "HTTP 500"),
        ({"fault": "invalid_grant"}, NotSignedInError, "invalid_grant"),
    ],
)
def test_what_comes_to_nothing_leaves_nothing(
    server: OAuthServer, keyring: KeyringFile, change: dict[str, object], kind: type[WatcherError], words: str
) -> None:
    for name, value in change.items():
        setattr(server, name, value)
    pages: list[str] = []
    raises(
        kind,
        words,
        lambda: sign_in(
            client(server), tell=lambda _: None, open_browser=lambda address: pages.append(browse(address))
        ),
    )
    assert keyring.entries() == {}
    assert ("gave no permission" in pages[0]) is ("consent" in change)


def test_a_token_that_opens_nothing_is_not_kept(server: OAuthServer, keyring: KeyringFile) -> None:
    keyring.put(TOKEN, "the one before")

    def check(_: str) -> None:
        raise NotSignedInError("Another account.")

    raises(
        NotSignedInError,
        "Another account",
        lambda: sign_in(client(server), tell=lambda _: None, open_browser=browse, check=check),
    )
    assert keyring.entries() == {TOKEN: "the one before"}


def test_nobody_comes_back(server: OAuthServer, keyring: KeyringFile) -> None:
    error = raises(
        NotSignedInError,
        "nobody signed in",
        lambda: sign_in(client(server), tell=lambda _: None, patience=0.1),
    )
    assert error.exit_code == 3


def test_without_a_place_for_the_token_nobody_is_sent_to_the_browser(
    server: OAuthServer, keyring: KeyringFile
) -> None:
    keyring.lock()
    told: list[Prompt] = []
    raises(SecretError, "locked", lambda: sign_in(client(server), tell=told.append))
    by_command = client(server, token=SecretSource("command", ("echo", "x"), TOKEN))
    raises(SecretError, "cannot be stored", lambda: sign_in(by_command, tell=told.append))
    assert told == []


def test_a_provider_without_refresh_tokens_is_of_no_use(server: OAuthServer, keyring: KeyringFile) -> None:
    mine = client(server)
    granted = oauth_grants.Granted("a", "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "grant", lambda *_: "")
        raises(
            MailboxConfigError,
            "no lasting permission",
            lambda: sign_in(mine, tell=lambda _: None, open_browser=browse),
        )
    assert "a" not in repr(granted).replace("access", "").replace("Granted", "").replace("waiting", "")


# ---------------------------------------------------------------------- the ear on loopback


def test_the_receiver_takes_the_right_answer_alone() -> None:
    with Receiver(Page()) as receiver:
        base = f"http://127.0.0.1:{receiver.port}"
        wrong = ["/", "/?code=x", "/?code=x&state=", "/?code=x&state=guess", "/?state=right", "/favicon.ico"]
        wrong += ["/?code=a&code=b&state=right", "/?code=x&state=right&state=right", "/?" + "a=1&" * 99]
        for path in wrong[:3]:  # before anything is expected
            assert _status(base + path) == 404
        receiver.state = "right"
        for path in wrong:
            assert _status(base + path) == 404, path
        assert receiver.wait(0) is None
        request = urllib.request.Request(base + "/?code=it&state=right", method="GET")
        with urllib.request.urlopen(request, timeout=5) as page:
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert page.headers["Cache-Control"] == "no-store"
            assert "it" not in re.sub(
                r"permission|<title>|</title>|it\.|Permission", "", page.read().decode()
            )
        assert receiver.wait(5) == {"code": "it", "state": "right"}
    with pytest.raises(OSError):
        urllib.request.urlopen(base, timeout=1)


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        assert "guess" not in error.read().decode()
        return error.code


def test_the_receiver_listens_on_this_machine_alone() -> None:
    with Receiver(Page()) as receiver:
        assert receiver._server.server_address[0] == "127.0.0.1"


# ---------------------------------------------------------------------- with a device


def test_the_whole_way_with_a_device(server: OAuthServer, keyring: KeyringFile) -> None:
    waits: list[float] = []
    prompts: list[Prompt] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        server.devices[prompts[0].code].asked.clear()  # time enough has passed
        if len(waits) == 3:
            server.devices[prompts[0].code].answer = "slow_down"
        if len(waits) == 4:
            server.fault = "503"
        if len(waits) == 5:
            server.fault = ""
            server.approve(prompts[0].code)

    sign_in(client(server), device=True, tell=prompts.append, pause=pause)
    assert prompts == [Prompt(server.url("activate"), "CODE-1")]
    assert waits == [1.0, 1.0, 1.0, 6.0, 12.0]  # RFC 8628 3.5
    assert keyring.entries()[TOKEN] in server.refresh


def test_a_device_that_asks_too_often_is_slowed_down_by_the_server(
    server: OAuthServer, keyring: KeyringFile
) -> None:
    waits: list[float] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            server.approve("CODE-1")
        if len(waits) == 3:
            server.devices["CODE-1"].asked.clear()

    sign_in(client(server), device=True, tell=lambda _: None, pause=pause)
    assert waits == [1.0, 1.0, 6.0]


@pytest.mark.parametrize("answer", ["access_denied", "expired_token"])
def test_a_device_that_gets_no_permission(server: OAuthServer, keyring: KeyringFile, answer: str) -> None:
    raises(
        NotSignedInError,
        answer,
        lambda: sign_in(
            client(server),
            device=True,
            tell=lambda prompt: server.approve(prompt.code, answer),
            pause=lambda _: None,
        ),
    )
    assert keyring.entries() == {}


def test_a_code_that_nobody_types(server: OAuthServer, keyring: KeyringFile) -> None:
    raises(
        NotSignedInError,
        "not used in time",
        lambda: sign_in(
            client(server), device=True, tell=lambda _: None, patience=0.2, pause=threading.Event().wait
        ),
    )


def test_a_provider_without_devices(server: OAuthServer, keyring: KeyringFile) -> None:
    mine = client(server)
    mine = replace(mine, provider=replace(mine.provider, device=""))
    raises(MailboxConfigError, "not known", lambda: sign_in(mine, device=True, tell=lambda _: None))


def test_the_address_for_a_code_must_be_fit_to_be_shown(server: OAuthServer, keyring: KeyringFile) -> None:
    told: list[Prompt] = []
    for address in (
        "http://evil.example/x",
        "javascript:alert(1)",
        "https://x.example/\x1b[2J",
        "",
        "https://",
    ):
        server.device = lambda form, address=address: (  # type: ignore[method-assign]
            200,
            {"device_code": "d", "user_code": "c", "verification_uri": address},
        )
        raises(
            ProviderError,
            "cannot|can be understood",
            lambda: sign_in(client(server), device=True, tell=told.append, pause=lambda _: None),
        )
    assert told == []


# ---------------------------------------------------------------------- tokens while it runs


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_used_until_shortly_before_its_end(server: OAuthServer, keyring: KeyringFile) -> None:
    keyring.put(TOKEN, server.grant())
    clock = Clock()
    tokens = Tokens(client(server), clock)
    first = tokens.ask()
    clock.now += 3600 - oauth.MARGIN - 1
    assert tokens.ask() == first
    clock.now += 1
    second = tokens.ask()
    assert second != first
    assert server.count("token", grant_type="refresh_token") == 2
    assert tokens.ask(fresh=True) not in (first, second)


def test_a_short_life_is_used_for_three_quarters(server: OAuthServer, keyring: KeyringFile) -> None:
    keyring.put(TOKEN, server.grant())
    clock, server.life = Clock(), 8.0
    tokens = Tokens(client(server), clock)
    first = tokens.ask()
    clock.now += 5.9
    assert tokens.ask() == first
    clock.now += 0.2
    assert tokens.ask() != first


@pytest.mark.parametrize("life", ["soon", None, -5, 0, float("inf"), float("nan"), 1e300, [], True])
def test_a_life_that_is_no_number_is_no_trouble(
    server: OAuthServer, keyring: KeyringFile, life: object
) -> None:
    server.life = 60.0
    tokens = kept(server, keyring)
    first = tokens.ask()
    assert 0 < oauth_grants._seconds(life, 3600.0) <= oauth_grants.LONGEST_LIFE
    assert tokens.ask() == first


def test_a_rotated_token_is_stored(server: OAuthServer, keyring: KeyringFile) -> None:
    tokens = kept(server, keyring)
    before = keyring.entries()[TOKEN]
    for _ in range(3):
        tokens.ask(fresh=True)
        now = keyring.entries()[TOKEN]
        assert now != before
        assert server.refresh[now].active
        assert not server.refresh[before].active
        before = now
    assert Tokens(client(server)).ask() in server.tokens  # and the next process goes on with it


def test_a_token_that_stays_is_not_stored_again(server: OAuthServer, keyring: KeyringFile) -> None:
    server.rotate = False
    tokens = kept(server, keyring)
    stamp = keyring.path.stat().st_mtime_ns
    tokens.ask()
    assert keyring.path.stat().st_mtime_ns == stamp


def test_a_keyring_that_is_locked_meanwhile_stops_nobody(
    server: OAuthServer, keyring: KeyringFile, caplog: pytest.LogCaptureFixture
) -> None:
    server.client_secret = f"{SECRET}-client"
    keyring.put("oauth-client-secret-sari", server.client_secret)
    keyring.put(TOKEN, server.grant())
    mine = client(server, secret=SecretSource("keyring", name="oauth-client-secret-sari"))
    tokens = Tokens(mine)
    keyring.lock()
    raises(SecretError, "locked", tokens.ask)
    keyring.lock(locked=False)
    tokens.ask()
    before = keyring.entries()[TOKEN]
    keyring.lock()
    for _ in range(3):
        assert tokens.ask(fresh=True) in server.tokens
    warned = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert ["is not in the keyring yet" in one.getMessage() for one in warned] == [True]
    keyring.lock(locked=False)
    assert tokens.ask(fresh=True) in server.tokens
    assert keyring.entries()[TOKEN] != before
    assert server.refresh[keyring.entries()[TOKEN]].active


def test_a_token_that_another_process_renewed_is_found(server: OAuthServer, keyring: KeyringFile) -> None:
    first, second = kept(server, keyring), Tokens(client(server))
    first.ask()
    second.ask()  # has ended the token that the first one knows
    assert first.ask(fresh=True) in server.tokens


def test_many_at_once_never_use_a_token_twice(server: OAuthServer, keyring: KeyringFile) -> None:
    """As RFC 9700 4.14.2 has it: a token that is used twice ends the sign-in."""
    server.reuse_ends_it = True
    keyring.put(TOKEN, server.grant())
    faults: list[BaseException] = []

    def ask_often() -> None:
        tokens = Tokens(client(server))
        try:
            for _ in range(3):
                assert tokens.ask(fresh=True) in server.tokens
        except BaseException as fault:  # noqa: BLE001 - told by the test
            faults.append(fault)

    threads = [threading.Thread(target=ask_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert server.count("token", grant_type="refresh_token") == 12
    assert server.refresh[keyring.entries()[TOKEN]].active


@pytest.mark.parametrize("folder", ["", "/nonexistent", "read-only"])
def test_without_a_place_for_a_lock_it_goes_on(
    server: OAuthServer,
    keyring: KeyringFile,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    folder: str,
) -> None:
    lock_folder = tmp_path / "locks"
    lock_folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(lock_folder) if folder == "read-only" else folder)
    path = oauth_turn._path(TOKEN)
    if folder == "read-only":
        path.symlink_to(tmp_path / "elsewhere")  # as good as: somebody else's file is not followed
    assert kept(server, keyring).ask() in server.tokens
    assert not (tmp_path / "elsewhere").exists()
    assert path.name.startswith("interview-watcher-")


def test_whoever_holds_the_lock_for_ever_is_left_out_of_account(
    server: OAuthServer, keyring: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth_turn, "PATIENCE", 0.2)
    with oauth_turn.turn(TOKEN):
        begun = time.monotonic()
        assert kept(server, keyring).ask() in server.tokens
        assert time.monotonic() - begun >= 0.2


def test_who_signs_in_again_needs_no_restart(server: OAuthServer, keyring: KeyringFile) -> None:
    tokens = kept(server, keyring)
    tokens.ask()
    server.revoke_all()
    for _ in range(2):
        error = raises(NotSignedInError, "invalid_grant", lambda: tokens.ask(fresh=True))
        assert error.exit_code == 3
        assert "watcher sign-in sari" in error.remedy
    keyring.put(TOKEN, server.grant())
    assert tokens.ask() in server.tokens


def test_a_refresh_token_by_command(server: OAuthServer, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(server.grant())
    tokens = Tokens(client(server, token=SecretSource("command", ("cat", str(file)), TOKEN)))
    seen = {tokens.ask(fresh=True) for _ in range(3)}  # rotated, and kept in memory
    assert len(seen) == 3
    server.revoke_all()
    raises(NotSignedInError, "invalid_grant", lambda: tokens.ask(fresh=True))
    file.write_text(server.grant())
    assert tokens.ask() in server.tokens


def test_a_refresh_token_by_systemd_goes_before_the_keyring(
    server: OAuthServer, keyring: KeyringFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / TOKEN).write_text(server.grant())
    tokens = Tokens(client(server, token=SecretSource("auto", name=TOKEN)))
    assert len({tokens.ask(fresh=True) for _ in range(3)}) == 3


def test_without_a_sign_in_it_says_how(server: OAuthServer, keyring: KeyringFile) -> None:
    error = raises(NotSignedInError, "not signed in", Tokens(client(server)).ask)
    assert error.remedy == "Sign in: watcher sign-in sari"
    assert server.asked == []


# ---------------------------------------------------------------------- a server that fails


@pytest.mark.parametrize(
    "fault",
    [
        *("500", "503", "429", "408", "garbage", "array", "huge", "redirect", "close"),
        *("unheard_of", "no_token", "bad_token", "slow", "drip"),
    ],
)
def test_a_bad_day_of_the_server_is_never_the_person_s_fault(
    server: OAuthServer, keyring: KeyringFile, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    server.rotate = False
    monkeypatch.setattr(oauth_http, "WHOLE", 1.0)
    tokens = kept(server, keyring)
    server.fault = fault
    begun = time.monotonic()
    error = raises(ProviderError, "sign-in server", tokens.ask)
    assert time.monotonic() - begun < 5
    assert (error.exit_code, error.retry.value) == (1, "later")
    assert "ign in" not in error.remedy
    server.fault = ""
    assert tokens.ask() in server.tokens


def test_a_server_that_is_not_there(server: OAuthServer, keyring: KeyringFile) -> None:
    tokens = kept(server, keyring)
    server.close()
    raises(ProviderError, r"cannot be asked \(ConnectError\)", tokens.ask)


def test_a_name_that_does_not_resolve(server: OAuthServer, keyring: KeyringFile) -> None:
    mine = client(server)
    away = replace(mine, provider=replace(mine.provider, token="https://no-such-host.invalid/token"))
    keyring.put(TOKEN, server.grant())
    raises(ProviderError, "no-such-host.invalid", Tokens(away).ask)


def test_a_server_that_does_not_know_the_client(server: OAuthServer, keyring: KeyringFile) -> None:
    keyring.put(TOKEN, server.grant())
    error = raises(MailboxConfigError, "invalid_client", Tokens(client(server, client_id="another")).ask)
    assert error.exit_code == 2
    assert "client_id" in error.remedy


@pytest.mark.parametrize("certificate", ["good", "expired", "wrongname"])
def test_the_certificate_is_verified(tmp_path: Path, keyring: KeyringFile, certificate: str) -> None:
    ca_file = make_certificates(tmp_path)
    with OAuthServer(tls=tmp_path / certificate) as server:
        keyring.put(TOKEN, server.grant())
        if certificate == "good":
            assert Tokens(client(server, ca_file=ca_file)).ask() in server.tokens
            raises(MailboxConfigError, "not accepted", Tokens(client(server)).ask)
        else:
            raises(MailboxConfigError, "not accepted", Tokens(client(server, ca_file=ca_file)).ask)
            assert server.asked == []


@pytest.mark.parametrize("address", ["http://login.example.com/token", "ftp://x.example/", "token", ""])
def test_no_secret_goes_over_an_open_line(server: OAuthServer, keyring: KeyringFile, address: str) -> None:
    mine = client(server)
    open_line = replace(mine, provider=replace(mine.provider, token=address))
    keyring.put(TOKEN, server.grant())
    raises(MailboxConfigError, "https|not known", Tokens(open_line).ask)
    if address:
        raises(
            MailboxConfigError, "not be encrypted", lambda: oauth_http.Form("sari").post(address, {"a": "b"})
        )


def test_proxies_of_the_environment_do_not_count(
    server: OAuthServer, keyring: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert kept(server, keyring).ask() in server.tokens


# ---------------------------------------------------------------------- the end


def test_sign_out_gives_the_permission_back(server: OAuthServer, keyring: KeyringFile) -> None:
    tokens = kept(server, keyring)
    access = tokens.ask()
    refresh = keyring.entries()[TOKEN]
    assert sign_out(client(server))
    assert keyring.entries() == {}
    assert not server.refresh[refresh].active
    assert not server.tokens[access].active
    raises(NotSignedInError, "not signed in", lambda: sign_out(client(server)))


@pytest.mark.parametrize("way", ["down", "500", "none"])
def test_sign_out_takes_the_token_away_all_the_same(
    server: OAuthServer, keyring: KeyringFile, way: str
) -> None:
    keyring.put(TOKEN, server.grant())
    mine = client(server)
    if way == "none":
        mine = replace(mine, provider=replace(mine.provider, revoke=""))
    server.fault = "500" if way == "500" else ""
    if way == "down":
        server.close()
    assert not sign_out(mine)
    assert keyring.entries() == {}


# ---------------------------------------------------------------------- tables, and what it costs


def test_the_rows_of_the_two_tables_of_providers_fit() -> None:
    names = {row.name for row in PROVIDERS}
    assert {row.oauth for row in providers.PROVIDERS} - {""} == names
    assert all(row.oauth for row in providers.PROVIDERS if not row.passwords)
    for row in PROVIDERS:
        for address in (row.authorize, row.token, row.device, row.revoke, row.consent_page, row.client_page):
            assert not address or address.startswith("https://")
        assert row.scopes
        assert row.redirect_host in ("127.0.0.1", "localhost")
    google, microsoft = PROVIDERS[:2]
    assert google.scopes == ("https://mail.google.com/",)
    assert microsoft.scopes == ("offline_access", "https://outlook.office.com/IMAP.AccessAsUser.All")
    assert microsoft.device


def test_the_tenant_stands_in_the_address(server: OAuthServer) -> None:
    mine = client(server, provider=PROVIDERS[1], tenant="consumers")
    address = oauth_grants.authorize_address(mine, "http://localhost:1", "s", "v" * 43)
    assert address.startswith("https://login.microsoftonline.com/consumers/oauth2/v2.0/authorize?")


def test_every_fault_of_the_table_is_somebody_s(server: OAuthServer) -> None:
    kinds = {"person": NotSignedInError, "client": MailboxConfigError}
    for fault, whose in oauth_grants.FAULTS.items():
        raises(
            kinds[whose],
            fault,
            lambda fault=fault: oauth_grants.asked(client(server), "", "authorization_code", refused=fault),
        )
    raises(
        ProviderError,
        "not known",
        lambda: oauth_grants.asked(client(server), "", "authorization_code", refused=f"{SECRET} \x1b[2J"),
    )


def test_nothing_is_loaded_before_something_is_asked() -> None:
    question = (
        "import sys; import watcher.credentials.oauth; "
        "print(*{name.split('.')[0] for name in sys.modules} & {'httpx', 'authlib', 'httpcore', 'anyio'})"
    )
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


@pytest.mark.keyring
def test_in_a_real_keyring(server: OAuthServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for binary, package in (
        ("dbus-daemon", "dbus"),
        ("gnome-keyring-daemon", "gnome-keyring"),
        ("gdbus", "libglib2.0-bin"),
    ):
        require(binary, package)
    with SessionBus() as bus:
        for name in ("PYTHON_KEYRING_BACKEND", "CREDENTIALS_DIRECTORY", "DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        for name, value in bus.environment().items():
            monkeypatch.setenv(name, value)
        with GnomeKeyring(bus, "login"):
            mine = client(server)
            sign_in(mine, tell=lambda _: None, open_browser=browse)
            tokens = Tokens(mine)
            assert tokens.ask(fresh=True) != tokens.ask(fresh=True)
            assert sign_out(mine)
            raises(NotSignedInError, "not signed in", lambda: oauth.signed_in(mine))
        with GnomeKeyring(bus, "wrong"):
            raises(SecretError, "locked", lambda: sign_in(client(server), tell=lambda _: None))
