"""`watcher setup` by OAuth: a real OAuth server, a Dovecot or a server like Gmail's that asks it about tokens,
and a browser."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import require, until
from servers import fake_browser
from servers.dovecot import Dovecot
from servers.gmail import Gmail
from servers.keyring_file import KeyringFile
from servers.oauth import SCOPE, SECRET, OAuthServer
from servers.person import MailProgram, Person, Service, fill
from servers.terminal import ENTER, Terminal

from watcher import config
from watcher.sample import build

pytestmark = pytest.mark.dovecot

ENGLISH = {"LANG": "en_GB.UTF-8", "TZ": "Asia/Jakarta"}


@pytest.fixture
def oauth() -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        yield server


@pytest.fixture
def server(oauth: OAuthServer) -> Iterator[Dovecot]:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    with Dovecot(introspect=oauth.url("introspect"), scope=SCOPE) as server:
        oauth.user = server.new_user()
        fill(server, oauth.user, build(datetime.now(UTC)))
        yield server


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    """Somebody with a keyring and a browser."""
    keyring = KeyringFile(tmp_path)
    with Person() as person:
        path = person.environment["PYTHONPATH"]
        person.environment |= keyring.environment
        person.environment["PYTHONPATH"] = f"{keyring.path.parent}{os.pathsep}{path}"
        browser = [sys.executable, str(fake_browser.__file__), str(person.home / "page.html")]
        person.environment["BROWSER"] = f"{shlex.join(browser)} %s"
        yield person


@pytest.fixture
def gmail(oauth: OAuthServer) -> Iterator[Gmail]:
    """A server like Gmail's, which takes no other tokens."""
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    with Gmail(introspect=oauth.url("introspect"), scope=SCOPE) as server:
        oauth.user = server.new_user()
        for mail in build(datetime.now(UTC)):
            place = r"\Sent" if mail.folder == "Sent" else r"\Inbox"
            server.put(oauth.user, mail.raw, labels=[place], when=mail.arrived.timestamp())
        yield server


def options(server: Dovecot, oauth: OAuthServer) -> list[str]:
    where = ["--host", server.host, "--port", str(server.tls_port), "--ca-file", str(server.ca_file)]
    client = ["--oauth-client", oauth.client_id, "--oauth-scope", SCOPE]
    urls = ["--oauth-authorize-url", oauth.url("authorize"), "--oauth-token-url", oauth.url("token")]
    return ["setup", "--address", oauth.user, *where, *client, *urls]


def works(person: Person, server: Dovecot, user: str) -> None:
    mailbox = MailProgram(server, user)
    with Service(person) as service:
        service.ready()
        assert until(lambda: mailbox.folder("Drafts"), 30), service.log()
        assert service.stop()[0] == 0
        assert SECRET not in service.log()
    kept = {name for name, content in person.files().items() if SECRET.encode() in content}
    assert kept == set()


def test_one_command_line(person: Person, server: Dovecot, oauth: OAuthServer) -> None:
    line = [*options(server, oauth), "--name", "Sari Wulandari", "--yes", "--no-notice"]
    done = person.watcher(*line)
    assert done.returncode == 0, done.stderr
    assert "Signed in: localhost:" in done.stdout
    assert "Would be done:" in done.stdout
    assert SECRET not in done.stdout + done.stderr
    [account] = config.load(person.config).accounts
    assert account.oauth.client_id == oauth.client_id
    again = person.watcher(*line)
    assert again.returncode == 0, again.stderr
    assert "The permission is there already." in again.stdout
    assert [path for path, _ in oauth.asked].count("/authorize") == 1  # once, not on every run
    works(person, server, oauth.user)


def test_one_command_line_on_gmail(person: Person, gmail: Gmail, oauth: OAuthServer) -> None:
    line = [*options(gmail, oauth), "--name", "Sari Wulandari", "--yes", "--no-notice"]
    done = person.watcher(*line)
    assert done.returncode == 0, done.stderr
    assert "Would be done:" in done.stdout
    assert not any("STORE" in command or "APPEND" in command for command in gmail.heard[oauth.user])
    with Service(person) as service:
        service.ready()
        labels = gmail.labels
        assert until(lambda: any(r"\Draft" in one for one in labels(oauth.user).values()), 60), service.log()
        assert until(lambda: any("Interviews/" in str(one) for one in labels(oauth.user).values()), 30)
        assert service.stop()[0] == 0
        assert SECRET not in service.log()
    [(bare,)] = person.stored("SELECT count(*) FROM facts WHERE json_extract(data, '$.gmail_thread') IS NULL")
    assert bare == 0


@pytest.mark.parametrize("question", range(5))
def test_killed_at_any_question_it_goes_on(
    person: Person, server: Dovecot, oauth: OAuthServer, question: int
) -> None:
    answers = [
        (r"Your name.*: ", "Sari Wulandari"),
        (r"Time zone.*: ", ENTER),
        (r"Country.*: ", "ID"),
        (r"Language.*: ", ENTER),
    ]
    line = [*options(server, oauth), "--no-notice", "--no-look"]
    with Terminal(person, *line, environment=ENGLISH) as terminal:
        ended = terminal.answer(answers, stop_before=question)
        assert ended is (question == len(answers))
        terminal.kill()
    with Terminal(person, *line, environment=ENGLISH) as again:
        assert again.answer(answers)
        assert again.end() == 0, again.seen
    assert [path for path, _ in oauth.asked].count("/authorize") == 1
    assert person.watcher("accounts", "test").returncode == 0
    listed = person.asks("accounts", "list")["accounts"]
    assert [one["secret"] for one in listed] == ["oauth"]


def test_permission_that_is_refused_writes_nothing(
    person: Person, server: Dovecot, oauth: OAuthServer
) -> None:
    oauth.consent = False
    done = person.watcher(*options(server, oauth), "--yes")
    assert done.returncode == 3, done.stderr
    assert "Run this again, and give the permission in the browser." in done.stderr
    assert "watcher sign-in" not in done.stderr  # there is no such account yet
    assert not person.config.exists()


def test_a_command_of_the_person_s_gives_the_token(server: Dovecot, oauth: OAuthServer) -> None:
    with Person() as person:  # without a keyring
        token = person.home / "token"
        token.write_text(oauth.grant() + "\n")
        oauth.rotate = False
        line = [*options(server, oauth), "--yes", "--no-notice", "--no-look"]
        done = person.watcher(*line, "--secret-command", f"cat {token}")
        assert done.returncode == 0, done.stderr
        [account] = config.load(person.config).accounts
        assert account.secret.command == ("cat", str(token))
        assert oauth.count("authorize") == 0
        assert person.watcher("accounts", "test").returncode == 0


@pytest.mark.parametrize("way", [True, False])
def test_removing_it_gives_the_permission_back(
    person: Person, server: Dovecot, oauth: OAuthServer, way: bool
) -> None:
    assert person.watcher(*options(server, oauth), "--yes", "--no-notice", "--no-look").returncode == 0
    if way:
        written = re.sub("#revoke_url:.*", f"revoke_url: {oauth.url('revoke')}", person.config.read_text())
        person.config.write_text(written)
    done = person.watcher("accounts", "remove", oauth.user, "--yes")
    assert done.returncode == 0, done.stderr
    assert "Its password was taken out of the keyring." in done.stdout
    assert oauth.count("revoke") == int(way)
    assert ("The provider was not told: take the permission back there" in done.stdout) is not way


def test_gmail_is_asked_which_way_and_names_the_page(person: Person) -> None:
    answers = [
        (r"Your e-mail address.*: ", "sari.wulandari@gmail.com"),
        (r"Which way \(1 or 2\) \[1\]: ", ENTER),
        (r"Password: ", ""),
    ]
    with Terminal(person, "setup", environment=ENGLISH) as terminal:
        assert not terminal.answer(answers, stop_before=2)
        terminal.kill()
    assert "Gmail: imap.gmail.com, port 993" in terminal.seen
    assert "https://myaccount.google.com/apppasswords" in terminal.seen


def test_outlook_is_opened_by_oauth_alone(person: Person) -> None:
    answers = [(r"Your e-mail address.*: ", "sari@outlook.com"), (r"Id of your OAuth client: ", "")]
    with Terminal(person, "setup", environment=ENGLISH) as terminal:
        assert not terminal.answer(answers, stop_before=1)
        terminal.kill()
    assert "Outlook takes no passwords" in terminal.seen
