"""An account that signs in by OAuth, from `watcher sign-in` to a service that goes on for hours: a real OAuth
server, a Dovecot that asks it about tokens, commands and service as processes. No secret is found anywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pexpect
import pytest
from conftest import require, until
from servers import fake_browser
from servers.dovecot import Dovecot
from servers.keyring_file import KeyringFile
from servers.oauth import SCOPE, SECRET, OAuthServer
from servers.person import Person, Service, fill, settled

from watcher.sample import build

pytestmark = pytest.mark.dovecot

MAILS = tuple(mail for mail in build(datetime.now(UTC)) if mail.story in ("nusantara", "meridian"))


class Eyes:
    """Looks at what every process says about itself, as long as it is open."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._stop = threading.Event()

    def __enter__(self) -> Eyes:
        threading.Thread(target=self._look, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def _look(self) -> None:
        while not self._stop.wait(0.03):
            for process in Path("/proc").glob("[0-9]*"):
                if process.name == str(os.getpid()):
                    continue
                for file in ("cmdline", "environ"):
                    try:
                        text = (process / file).read_bytes()
                    except OSError:
                        continue
                    self.seen.update(re.findall(SECRET.encode() + rb"[\w-]*", text))


@pytest.fixture
def eyes() -> Iterator[Eyes]:
    with Eyes() as eyes:
        yield eyes


@pytest.fixture
def oauth() -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        server.client_secret = f"{SECRET}-client-secret"
        yield server


@pytest.fixture
def server(oauth: OAuthServer) -> Iterator[Dovecot]:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    with Dovecot(introspect=oauth.url("introspect"), scope=SCOPE, mechanisms="xoauth2") as server:
        yield server


@pytest.fixture
def keyring(tmp_path: Path) -> KeyringFile:
    return KeyringFile(tmp_path)


@pytest.fixture
def person(keyring: KeyringFile, oauth: OAuthServer) -> Iterator[Person]:
    with Person() as person:
        path = person.environment["PYTHONPATH"]
        person.environment |= keyring.environment
        person.environment["PYTHONPATH"] = f"{keyring.path.parent}{os.pathsep}{path}"
        yield person


class Scene:
    """A person with one account that signs in by OAuth, and perhaps another with a password."""

    def __init__(self, person: Person, server: Dovecot, oauth: OAuthServer, keyring: KeyringFile) -> None:
        self.person, self.server, self.oauth, self.keyring = person, server, oauth, keyring
        self.user = oauth.user = server.new_user()
        self.page = person.home / "page.html"
        fill(server, self.user, MAILS)
        self.account = person.account(server, self.user, oauth=oauth.options(secret={"from": "keyring"}))
        del self.account["secret"]
        self.said: list[str] = []

    def configure(self, *others: dict[str, Any]) -> None:
        self.person.configure(self.account, *others)

    def browser(self) -> None:
        """The person has a browser."""
        command = f"{sys.executable} {fake_browser.__file__} {self.page} %s"
        self.person.environment["BROWSER"] = command

    def watcher(self, *words: str, code: int = 0, given: str = "") -> str:
        """Run a command; everything it says."""
        done = self.person.watcher("--debug", *words, given=given)
        self.said += [done.stdout, done.stderr]
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def signed_in(self) -> None:
        """As after `watcher sign-in`."""
        self.keyring.put("oauth-client-secret-personal", self.oauth.client_secret)
        self.keyring.put("oauth-token-personal", self.oauth.grant())

    def drop(self) -> None:
        """The mail server ends the sessions of this person."""
        self.server.doveadm("kick", self.user)

    def news(self, number: int) -> Callable[[], object]:
        """Deliver a mail; tells whether it was read."""
        last = [mail for mail in MAILS if mail.story == "nusantara" and mail.folder == "INBOX"][-1]
        name = f"<news.{number}@nusantara-data.example>".encode()
        raw = last.raw.replace(last.message_id.encode(), name)
        self.server.deliver(self.user, raw)
        return lambda: self.person.stored(f"SELECT 1 FROM facts WHERE message_id = '{name.decode()}'")

    def nothing_leaked(self, eyes: Eyes, *services: Service) -> None:
        """No token, code or secret is in a file, a log, an output, or on a process list."""
        texts = {f"output {number}": text for number, text in enumerate(self.said)}
        texts |= {f"log {number}": service.log() for number, service in enumerate(services)}
        files = {name: raw for name, raw in self.person.files().items() if SECRET.encode() in raw}
        assert files == {}
        assert {name: text for name, text in texts.items() if SECRET in text} == {}
        assert eyes.seen == set()
        assert any(SECRET in secret for secret in self.keyring.entries().values())  # there was one to find


@pytest.fixture
def scene(person: Person, server: Dovecot, oauth: OAuthServer, keyring: KeyringFile) -> Scene:
    return Scene(person, server, oauth, keyring)


# ---------------------------------------------------------------------- the commands


def test_from_sign_in_to_sign_out(scene: Scene, eyes: Eyes) -> None:
    scene.configure()
    assert "is not signed in. Sign in: watcher sign-in personal" in scene.watcher("scan", code=3)
    checked = scene.watcher("doctor", code=3)
    assert "watcher sign-in personal" in checked
    scene.browser()
    said = scene.watcher("sign-in", given=scene.oauth.client_secret + "\n")
    assert "Signed in: personal" in said
    assert scene.oauth.url("authorize") in said
    assert "You can close this page" in scene.page.read_text()
    entries = scene.keyring.entries()
    assert entries.keys() == {"oauth-client-secret-personal", "oauth-token-personal"}
    assert "permission: OAuth, other" in scene.watcher("doctor")
    assert "Nusantara" in scene.watcher("scan")
    assert scene.keyring.entries() != entries  # rotated, and kept
    scene.watcher("sign-in")  # again: nothing is asked
    scene.nothing_leaked(eyes)
    assert "Signed out: personal" in scene.watcher("sign-out")
    assert scene.keyring.entries() == {}
    assert scene.oauth.count("revoke") == 1
    assert "is not signed in" in scene.watcher("scan", code=3)
    assert "signs in by OAuth" in scene.watcher("secret", code=2, given="x\n")


def test_in_indonesian(scene: Scene, eyes: Eyes) -> None:
    scene.person.configure(scene.account, language="id")
    scene.keyring.put("oauth-client-secret-personal", scene.oauth.client_secret)
    scene.browser()
    assert "Sudah masuk: personal" in scene.watcher("sign-in", "personal")
    page = scene.page.read_text()
    assert 'lang="id"' in page
    assert "Izin sudah diterima" in page
    scene.nothing_leaked(eyes)


def test_the_wrong_account_in_the_browser_is_found_out(scene: Scene, eyes: Eyes) -> None:
    scene.configure()
    scene.keyring.put("oauth-client-secret-personal", scene.oauth.client_secret)
    scene.browser()
    scene.oauth.user = "ana@example.org"
    said = scene.watcher("sign-in", code=3)
    assert f"another account in the browser? It must be {scene.user}" in " ".join(said.split())
    assert "oauth-token-personal" not in scene.keyring.entries()
    scene.nothing_leaked(eyes)


def test_a_mistyped_client_secret_is_asked_for_again(scene: Scene, eyes: Eyes) -> None:
    scene.configure()
    scene.browser()
    assert "invalid_client" in scene.watcher("sign-in", code=2, given=f"{SECRET}-typo\n")
    assert scene.keyring.entries() == {}
    scene.watcher("sign-in", given=scene.oauth.client_secret + "\n")
    scene.nothing_leaked(eyes)


def test_a_person_who_refuses(scene: Scene, eyes: Eyes) -> None:
    scene.configure()
    scene.keyring.put("oauth-client-secret-personal", scene.oauth.client_secret)
    scene.browser()
    scene.oauth.consent = False
    assert "access_denied" in scene.watcher("sign-in", code=3)
    assert "gave no permission" in scene.page.read_text()
    scene.nothing_leaked(eyes)


def test_with_a_device(scene: Scene, eyes: Eyes) -> None:
    scene.configure()
    scene.keyring.put("oauth-client-secret-personal", scene.oauth.client_secret)

    def person_at_the_phone() -> None:
        assert until(lambda: scene.oauth.devices, 20)
        scene.oauth.approve(next(iter(scene.oauth.devices)))

    threading.Thread(target=person_at_the_phone, daemon=True).start()
    said = scene.watcher("sign-in", "--device", "--no-browser")
    assert scene.oauth.url("activate") in said
    assert "and type this code: CODE-" in said
    assert scene.keyring.entries()["oauth-token-personal"] in scene.oauth.refresh
    scene.nothing_leaked(eyes)


def test_over_ssh_on_a_terminal(scene: Scene, eyes: Eyes) -> None:
    scene.configure()
    terminal = pexpect.spawn(
        sys.executable,
        ["-m", "watcher", "sign-in", "--no-browser"],
        env=scene.person.environment,
        cwd=str(scene.person.home),
        encoding="utf-8",
        timeout=30,
        dimensions=(40, 80),
    )
    terminal.expect("Secret of your OAuth client: ")
    terminal.sendline(scene.oauth.client_secret)
    terminal.expect(r"(http://localhost:\d+/authorize\S+)")
    address = terminal.match.group(1)
    terminal.expect("paste the address")
    # a browser elsewhere cannot reach the port here, and shows the address it was sent to
    _, location = scene.oauth.authorize(dict(parse_qsl(urlsplit(address).query)))
    terminal.sendline("what?")
    terminal.sendline(location)
    terminal.expect("Signed in: personal")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert scene.keyring.entries()["oauth-token-personal"] in scene.oauth.refresh
    assert eyes.seen == set()


# ---------------------------------------------------------------------- the service


def warnings(service: Service) -> list[str]:
    return [line for line in service.log().splitlines() if line.startswith(("WARNING", "ERROR"))]


def notices(service: Service) -> int:
    return service.log().count("Notice account-")


def test_tokens_end_while_it_runs(scene: Scene, eyes: Eyes) -> None:
    scene.signed_in()
    scene.configure()
    scene.oauth.life = 6.0
    with Service(scene.person, "--debug") as service:
        assert service.heard(settled, 30), service.log()
        for number in range(3):
            asked = scene.oauth.count("token")
            scene.oauth.expire_all()
            scene.drop()
            read = scene.news(number)
            assert until(read, 30), service.log()
            assert scene.oauth.count("token") > asked
        assert notices(service) == 0
        assert "refused" not in "".join(warnings(service))
        assert service.stop()[0] == 0
        scene.nothing_leaked(eyes, service)


def test_a_permission_that_is_taken_back_stops_this_account_alone(scene: Scene, eyes: Eyes) -> None:
    scene.signed_in()
    other_user = scene.server.new_user()
    other = scene.person.account(scene.server, other_user, name="other", address="sari@other.example")
    scene.configure(other)
    scene.browser()
    with Service(scene.person, "--debug") as service:
        assert service.heard(settled, 30), service.log()
        scene.oauth.revoke_all()
        scene.drop()
        assert until(lambda: notices(service), 40), service.log()
        asked = scene.oauth.count("token")
        # told once; it rests, and the other one goes on
        service.look()
        last = [mail for mail in MAILS if mail.folder == "INBOX"][-1]
        scene.server.deliver(other_user, last.raw)
        assert until(
            lambda: scene.person.stored("SELECT 1 FROM cursors WHERE account = 'other' AND uid > 0"), 20
        ), service.log()
        assert notices(service) == 1
        assert scene.oauth.count("token") == asked
        assert "watcher sign-in personal" in scene.person.watcher("status").stderr
        checked = scene.person.watcher("doctor")
        assert checked.returncode == 3
        assert "watcher sign-in personal" in checked.stdout
        assert service.process.poll() is None
        # signed in again: it goes on without a restart
        scene.watcher("sign-in", "personal")
        assert until(scene.news(1), 30), service.log()
        assert scene.person.watcher("status").stderr == ""
        assert notices(service) == 1
        assert service.stop()[0] == 0
        scene.nothing_leaked(eyes, service)


def test_alone_it_ends_with_the_exit_code_that_calls_the_person(scene: Scene, eyes: Eyes) -> None:
    scene.signed_in()
    scene.configure()
    scene.oauth.revoke_all()
    with Service(scene.person, "--debug") as service:
        assert service.process.wait(40) == 3
        assert notices(service) == 1
        assert "invalid_grant" in service.log()
        scene.nothing_leaked(eyes, service)


def test_a_provider_that_is_down_is_waited_for(scene: Scene, eyes: Eyes) -> None:
    scene.signed_in()
    scene.configure()
    with Service(scene.person, "--debug") as service:
        assert service.heard(settled, 30), service.log()
        scene.oauth.fault = "close"
        scene.oauth.expire_all()
        scene.drop()
        asked = scene.oauth.count("token")
        assert until(lambda: scene.oauth.count("token") >= asked + 2, 60), service.log()
        assert "The sign-in server" in scene.person.watcher("status").stderr
        scene.oauth.fault = ""
        assert until(scene.news(1), 60), service.log()
        assert notices(service) == 0
        assert service.stop()[0] == 0
        scene.nothing_leaked(eyes, service)


def test_a_mail_server_that_cannot_ask_about_tokens_is_waited_for(scene: Scene, eyes: Eyes) -> None:
    scene.signed_in()
    scene.configure()
    with Service(scene.person, "--debug") as service:
        assert service.heard(settled, 30), service.log()
        scene.oauth.introspection = "500"
        scene.drop()
        assert until(lambda: "lets nobody in for now" in service.log(), 40), service.log()
        scene.oauth.introspection = ""
        assert until(scene.news(1), 60), service.log()
        assert notices(service) == 0
        assert service.stop()[0] == 0
        scene.nothing_leaked(eyes, service)


def test_a_password_account_loads_nothing_of_it(scene: Scene) -> None:
    """With PYTHONPROFILEIMPORTTIME Python names every module when it is loaded."""
    scene.signed_in()
    with_password = scene.person.account(scene.server, scene.user)
    for account, loads in ((with_password, False), (scene.account, True)):
        scene.person.configure(account)
        with Service(scene.person, environment={"PYTHONPROFILEIMPORTTIME": "1"}) as service:
            assert service.heard(settled, 30), service.log()
            assert service.stop()[0] == 0
        loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in service.log().splitlines()}
        assert "imapclient" in loaded
        assert ({"httpx", "authlib", "httpcore"} <= loaded) is loads
        assert loads or not {"httpx", "authlib", "httpcore", "anyio", "joserfc"} & loaded


def test_the_search_finds_what_is_planted(scene: Scene, eyes: Eyes) -> None:
    scene.signed_in()
    scene.said.append(f"a {SECRET}")
    with pytest.raises(AssertionError):
        scene.nothing_leaked(eyes)
    scene.said.clear()
    leak = scene.person.home / "leak"
    leak.write_text(SECRET)
    with pytest.raises(AssertionError):
        scene.nothing_leaked(eyes)
    leak.unlink()
    scene.nothing_leaked(eyes)
    with subprocess.Popen(["sleep", "20"], env=os.environ | {"LEAK": SECRET}) as process:
        assert until(lambda: eyes.seen, 10)
        process.kill()
    with pytest.raises(AssertionError):
        scene.nothing_leaked(eyes)
