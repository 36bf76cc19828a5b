"""`watcher setup` as a newcomer meets it: at a real terminal, against a real mail server and a real keyring."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from conftest import ROOT, require, until
from servers.dovecot import PASSWORD, Dovecot
from servers.gnome_keyring import GnomeKeyring
from servers.notification_server import NotificationServer
from servers.person import MailProgram, Person, Service, fill, header
from servers.session_bus import SessionBus
from servers.systemd_user import UserManager
from servers.terminal import ENTER, Terminal
from service_suite import manager

from watcher import config, systemd
from watcher.sample import build

pytestmark = [pytest.mark.dovecot, pytest.mark.keyring, pytest.mark.bus]

__all__ = ["manager"]  # the fixture

ENGLISH = {"LANG": "en_GB.UTF-8", "TZ": "Asia/Jakarta"}
INDONESIAN = {"LANG": "id_ID.UTF-8", "TZ": "Asia/Jakarta"}


@pytest.fixture(scope="module")
def desktop() -> Iterator[SessionBus]:
    """A session with an open keyring and a notification server."""
    for program, package in (
        ("dbus-daemon", "dbus"),
        ("gdbus", "libglib2.0-bin"),
        ("gnome-keyring-daemon", "gnome-keyring"),
    ):
        require(program, package)
    with SessionBus() as bus, GnomeKeyring(bus, "login password"), NotificationServer(bus.address):
        yield bus


@pytest.fixture
def newcomer(desktop: SessionBus) -> Iterator[Person]:
    """A person with a desktop, and nothing of the watcher's."""
    with Person(desktop.environment()) as person:
        yield person


@pytest.fixture
def lonely() -> Iterator[Person]:
    """A person without a desktop: no keyring, no notices."""
    with Person() as person:
        yield person


def server_options(server: Dovecot) -> list[str]:
    return ["--host", server.host, "--port", str(server.tls_port), "--ca-file", str(server.ca_file)]


def answers(user: str, password: str = PASSWORD) -> list[tuple[str, str]]:
    """What a person types at each question of the English setup."""
    return [
        (r"Your e-mail address.*: ", user),
        (r"Password: ", password),
        (r"Your name.*: ", "Sari Wulandari"),
        (r"Time zone.*: ", ENTER),
        (r"Country.*: ", "ID"),
        (r"Language.*: ", ENTER),
        (r"Did you see it\?.*: ", "y"),
    ]


QUESTIONS = len(answers(""))


def mailbox_of(server: Dovecot) -> str:
    """A new user with the sample mailbox."""
    user = server.new_user()
    fill(server, user, build(datetime.now(UTC)))
    return user


def flags(server: Dovecot, user: str, *more: str) -> list[str]:
    """The whole setup on one command line."""
    return ["setup", *server_options(server), "--address", user, "--password-stdin", "--yes", *more]


def no_secret_in(person: Person, *texts: str) -> None:
    """The password stands in no file of the person's home and in nothing that was said."""
    kept = {name: content for name, content in person.files().items() if name != "password"}
    assert [name for name, content in kept.items() if PASSWORD.encode() in content] == []
    assert [text for text in texts if PASSWORD in text] == []


def works(person: Person, server: Dovecot, user: str) -> None:
    """The watcher starts, signs in with what was stored, and lays its drafts."""
    mailbox = MailProgram(server, user)
    with Service(person) as service:
        service.ready()
        assert until(lambda: mailbox.folder("Drafts"), 30), service.log()
        assert service.stop()[0] == 0
        no_secret_in(person, service.log())
    [_, *_] = drafts = mailbox.drafts()
    assert {header(raw, "From") for raw in drafts} == {f"Sari Wulandari <{user}>"}


# --------------------------------------------------------------------------- at a terminal


def test_from_nothing_to_a_running_watcher(newcomer: Person, dovecot: Dovecot) -> None:
    user = mailbox_of(dovecot)
    before = MailProgram(dovecot, user).everything()
    with Terminal(newcomer, "setup", *server_options(dovecot), environment=ENGLISH) as terminal:
        assert terminal.answer(answers(user))
        assert terminal.end() == 0, terminal.seen
    assert len(terminal.answered) == QUESTIONS < 20
    for said in (
        "Signed in: localhost:",
        "sent = Sent",
        "Looking at the last 30 days",
        "Would be done:",
        "Done.",
    ):
        assert said in terminal.seen
    assert MailProgram(dovecot, user).everything() == before  # it was only looked at
    assert newcomer.config.stat().st_mode & 0o777 == 0o600
    written = newcomer.config.read_text()
    settings = config.load(newcomer.config)
    assert (settings.name, settings.country, settings.language) == ("Sari Wulandari", "ID", "en")
    assert [account.address for account in settings.accounts] == [user]
    assert written.count("# ") > 40  # every option stands there with its meaning
    assert "#poll_minutes: 5" in written
    no_secret_in(newcomer, terminal.seen)
    works(newcomer, dovecot, user)


def test_in_indonesian(newcomer: Person, dovecot: Dovecot) -> None:
    user = mailbox_of(dovecot)
    said = [
        (r"Alamat email Anda.*: ", user),
        (r"Kata sandi: ", PASSWORD),
        (r"Nama Anda.*: ", "Sari Wulandari"),
        (r"Zona waktu \[Asia/Jakarta\]: ", ENTER),
        (r"Negara.*\[ID\]: ", ENTER),
        (r"Bahasa.*\[id\]: ", ENTER),
        (r"Apakah Anda melihatnya\? \[Y/t\]: ", "ya"),
    ]
    with Terminal(newcomer, "setup", *server_options(dovecot), environment=INDONESIAN) as terminal:
        assert terminal.answer(said)
        assert terminal.end() == 0, terminal.seen
    assert len(terminal.answered) == QUESTIONS
    for words in ("Berhasil masuk", "30 hari terakhir", "Yang akan dilakukan:", "Selesai."):
        assert words in terminal.seen, terminal.seen
    settings = config.load(newcomer.config)
    assert (settings.country, settings.language) == ("ID", "id")


@pytest.mark.parametrize("question", range(QUESTIONS))
def test_killed_at_any_question_it_goes_on(newcomer: Person, dovecot: Dovecot, question: int) -> None:
    user = dovecot.new_user()
    with Terminal(newcomer, "setup", *server_options(dovecot), environment=ENGLISH) as terminal:
        assert not terminal.answer(answers(user), stop_before=question)
        terminal.kill()
    if newcomer.config.exists():
        config.load(newcomer.config)  # never half a file
    with Terminal(newcomer, "setup", *server_options(dovecot), environment=ENGLISH) as again:
        assert again.answer(answers(user))
        assert again.end() == 0, again.seen
    asked = ["Password" in one for one in again.answered]
    assert any(asked) is (question <= 1)  # what was accepted is not asked for twice
    assert ("Your name" in "".join(again.answered)) is (question <= 5)
    settings = config.load(newcomer.config)
    assert [account.address for account in settings.accounts] == [user]
    assert settings.name == "Sari Wulandari"
    assert newcomer.watcher("accounts", "test").returncode == 0
    no_secret_in(newcomer, terminal.seen, again.seen)


@pytest.mark.parametrize("question", [0, 1, 3, 6])
def test_ctrl_c_ends_it_cleanly(newcomer: Person, dovecot: Dovecot, question: int) -> None:
    user = dovecot.new_user()
    with Terminal(newcomer, "setup", *server_options(dovecot), environment=ENGLISH) as terminal:
        assert not terminal.answer(answers(user), stop_before=question)
        terminal.interrupt()
        assert terminal.end() == 130
    assert "Stopped. Nothing is lost" in terminal.seen
    assert "Traceback" not in terminal.seen
    assert newcomer.config.exists() is (question > 5)


def test_a_wrong_password_is_asked_again(newcomer: Person, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    typed = iter(["wrong one", "wrong two", PASSWORD])
    with Terminal(newcomer, "setup", *server_options(dovecot), environment=ENGLISH) as terminal:
        while not terminal.answer(answers(user), stop_before=len(terminal.answered)):
            usual = dict(answers(user))[terminal.question]
            terminal.reply(next(typed) if "Password" in terminal.question else usual)
        assert terminal.end() == 0, terminal.seen
    assert terminal.seen.count("refused the sign-in") == 2
    assert terminal.seen.count("store the password again") == 2
    assert newcomer.watcher("accounts", "test").returncode == 0


def test_a_server_that_is_not_trusted_can_be_put_right(newcomer: Person, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    said = [
        *answers(user),
        (r"Change the server settings\?.*: ", "y"),
        (r"IMAP server.*\[localhost\]: ", ENTER),
        (r"Encryption.*: ", ENTER),
        (r"Port \[\d+\]: ", ENTER),
        (r"User name there.*: ", ENTER),
        (r"File with the certificate.*: ", str(dovecot.ca_file)),
    ]
    options = server_options(dovecot)[:4]  # without the authority
    with Terminal(newcomer, "setup", *options, environment=ENGLISH) as terminal:
        assert terminal.answer(said)
        assert terminal.end() == 0, terminal.seen
    assert "is not accepted" in terminal.seen
    assert len(terminal.answered) < 20
    [account] = config.load(newcomer.config).accounts
    assert account.ca_file == str(dovecot.ca_file)


def test_what_is_known_of_a_provider_is_offered_when_it_is_put_right(lonely: Person) -> None:
    said = [
        (r"Your e-mail address.*: ", "sari@proton.me"),
        (r"Password: ", "of a Bridge that does not run here"),
        (r"Change the server settings\?.*: ", "y"),
        (r"IMAP server.*\[127\.0\.0\.1\]: ", ENTER),
        (r"Encryption.*\[starttls\]: ", ENTER),
        (r"Port \[1143\]: ", ENTER),
    ]
    with Terminal(lonely, "setup", environment=ENGLISH) as terminal:
        assert not terminal.answer(said, stop_before=len(said) - 1)
        terminal.kill()


def test_folders_that_the_server_does_not_mark(newcomer: Person) -> None:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    with Dovecot(folders={"Surat Keluar": "", "Konsep": "", "Lain": ""}) as server:
        user = server.new_user()
        said = [
            *answers(user),
            (r"Folder of your sent mail.*\[-\]: ", "Surat Kelur"),
            (
                r"There is no folder called Surat Kelur\.[^\n]*\n[^\n]*Folder of your sent mail.*: ",
                "Surat Keluar",
            ),
            (r"Folder for drafts.*\[Konsep\]: ", ENTER),
        ]
        with Terminal(newcomer, "setup", *server_options(server), environment=ENGLISH) as terminal:
            assert terminal.answer(said[::-1])
            assert terminal.end() == 0, terminal.seen
        [account] = config.load(newcomer.config).accounts
        assert (account.folders.sent, account.folders.drafts) == ("Surat Keluar", "Konsep")
        assert newcomer.watcher("accounts", "test").returncode == 0


# --------------------------------------------------------------------------- without a keyring


def without_keyring(person: Person, server: Dovecot, *said: tuple[str, str]) -> tuple[int, str]:
    """The exit code, and what was on the screen."""
    user = server.new_user()
    with Terminal(person, "setup", *server_options(server), environment=ENGLISH) as terminal:
        assert terminal.answer([*answers(user), *said])
        code = terminal.end()
    no_secret_in(person, terminal.seen)
    return code, terminal.seen


def test_a_command_gives_the_password(lonely: Person, dovecot: Dovecot) -> None:
    command = shlex.join(["cat", str(lonely.password)])
    code, seen = without_keyring(
        lonely,
        dovecot,
        (r"Which one \(1, 2 or 3\): ", "1"),
        (r"Command that prints.*: ", command),
    )
    assert code == 0, seen
    assert "There is no keyring service here." in seen
    [account] = config.load(lonely.config).accounts
    assert (account.secret.source, account.secret.command) == ("command", ("cat", str(lonely.password)))
    assert lonely.watcher("accounts", "test").returncode == 0


def test_a_command_that_prints_another_password_is_not_taken(lonely: Person, dovecot: Dovecot) -> None:
    code, seen = without_keyring(
        lonely,
        dovecot,
        (r"Which one \(1, 2 or 3\): ", "1"),
        (r"Command that prints.*: ", "echo something else"),
    )
    assert code == 3
    assert "That is not the password that was just accepted." in seen
    assert not lonely.config.exists()


def test_a_systemd_credential(lonely: Person, dovecot: Dovecot) -> None:
    code, seen = without_keyring(
        lonely,
        dovecot,
        (r"Which one \(1, 2 or 3\): ", "2"),
        (r"Name of the systemd credential.*: ", "sari-mail"),
    )
    assert code == 0, seen
    assert "LoadCredentialEncrypted=sari-mail:%h/.config/interview-watcher/sari-mail.cred" in seen
    [account] = config.load(lonely.config).accounts
    assert (account.secret.source, account.secret.name) == ("systemd", "sari-mail")
    # again: the service alone is given it, so this run asks for the password, and keeps it nowhere
    with Terminal(lonely, "setup", environment=ENGLISH) as again:
        assert again.answer(answers(account.address))
        assert again.end() == 0, again.seen
    assert [one for one in again.answered if "Password" in one] == ["Password: "]
    no_secret_in(lonely, again.seen)


def test_stopped_for_want_of_a_keyring(lonely: Person, dovecot: Dovecot) -> None:
    code, _ = without_keyring(lonely, dovecot, (r"Which one \(1, 2 or 3\): ", "3"))
    assert code == 130
    assert not lonely.config.exists()


# --------------------------------------------------------------------------- on one command line


def test_one_command_line(newcomer: Person, dovecot: Dovecot) -> None:
    user = mailbox_of(dovecot)
    line = flags(dovecot, user, "--name", "Sari Wulandari", "--tz", "Asia/Makassar", "--country", "ID")
    done = newcomer.watcher(*line, given=PASSWORD + "\n")
    assert done.returncode == 0, done.stderr
    assert "Would be done:" in done.stdout
    no_secret_in(newcomer, done.stdout, done.stderr)
    assert config.load(newcomer.config).timezone == "Asia/Makassar"
    lock = str(newcomer.state.relative_to(newcomer.home) / "watcher.lock")  # names who looked last
    before = newcomer.files() | {lock: b""}
    again = newcomer.watcher(*line, given=PASSWORD + "\n")
    assert again.returncode == 0, again.stderr
    assert newcomer.files() | {lock: b""} == before  # without harm
    works(newcomer, dovecot, user)


def test_one_command_line_without_a_keyring(lonely: Person, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    line = ["setup", *server_options(dovecot), "--address", user, "--yes", "--no-look", "--no-notice"]
    refused = lonely.watcher(*flags(dovecot, user), given=PASSWORD + "\n")
    assert refused.returncode == 3
    assert "Give --secret-command or --secret-credential." in refused.stderr
    assert not lonely.config.exists()
    done = lonely.watcher(*line, "--secret-command", f"cat {lonely.password}")
    assert done.returncode == 0, done.stderr
    assert lonely.watcher("accounts", "test").returncode == 0


@pytest.mark.parametrize(
    ("options", "given", "code", "said"),
    [
        (["--password-stdin"], "wrong\n", 3, "refused the sign-in"),
        (["--password-stdin"], "\n", 2, "Standard input held no password."),
        (["--secret-command", "false"], "", 3, "ended with exit code 1"),
        (["--secret-command", "'"], "", 2, "--secret-command cannot be read"),
        (["--secret-command", "echo x", "--port", "1"], "", 1, "Nothing listens at localhost:1"),
        (["--secret-command", "echo x", "--ca-file", ""], "", 2, "is not accepted"),
        (
            ["--secret-command", "echo x", "--host", "https://x"],
            "",
            2,
            "--host must be a server's name alone",
        ),
        ([], "", 2, "Give --password-stdin or --secret-command."),
        (["--secret-command", "echo x", "--address", "sari"], "", 2, "--address must be an e-mail address"),
    ],
    ids=lambda value: str(value) if isinstance(value, (list, str)) else "",
)
def test_what_goes_wrong_writes_nothing(
    lonely: Person, dovecot: Dovecot, options: Sequence[str], given: str, code: int, said: str
) -> None:
    line = ["setup", "--address", dovecot.new_user(), *server_options(dovecot), "--yes"]
    done = lonely.watcher(*line, *options, given=given)
    assert (done.returncode, done.stderr.count("Traceback")) == (code, 0), done.stderr
    assert said in done.stderr
    assert not lonely.config.exists()


def test_without_a_terminal_nothing_is_asked(lonely: Person) -> None:
    done = lonely.watcher("setup")
    assert done.returncode == 2
    assert "Nobody can be asked here: standard input is no terminal. Give --address." in done.stderr


# --------------------------------------------------------------------------- beside what is there


def test_an_existing_configuration_keeps_every_line(newcomer: Person, dovecot: Dovecot) -> None:
    first, second = dovecot.new_user(), dovecot.new_user()
    said = newcomer.watcher(*flags(dovecot, first, "--no-look", "--no-notice"), given=PASSWORD + "\n")
    assert said.returncode == 0, said.stderr
    own = "\n# My own note: call Dewi.\npoll_minutes: 17   # not too often\n"
    written = newcomer.config.read_text() + own
    newcomer.config.write_text(written)
    done = newcomer.watcher(*flags(dovecot, second, "--no-look", "--no-notice"), given=PASSWORD + "\n")
    assert done.returncode == 0, done.stderr
    after = newcomer.config.read_text()
    assert [line for line in written.splitlines() if line not in after.splitlines()] == []
    assert newcomer.config.with_name("config.yaml.bak").read_text() == written
    settings = config.load(newcomer.config)
    assert [account.address for account in settings.accounts] == [first, second]
    assert settings.poll_minutes == 17
    assert newcomer.watcher("accounts", "test").returncode == 0


def test_a_faulty_configuration_is_left_alone(lonely: Person, dovecot: Dovecot) -> None:
    lonely.config.write_text("pol_minutes: 5\n")
    done = lonely.watcher(*flags(dovecot, dovecot.new_user()), given=PASSWORD + "\n")
    assert done.returncode == 2
    assert "did you mean 'poll_minutes'" in done.stderr
    assert lonely.config.read_text() == "pol_minutes: 5\n"


# --------------------------------------------------------------------------- the service


@pytest.mark.systemd
def test_it_starts_the_service(manager: UserManager, dovecot: Dovecot) -> None:
    user = mailbox_of(dovecot)
    program = manager.home / "bin" / "watcher"
    program.parent.mkdir()
    python, root = shlex.quote(sys.executable), shlex.quote(str(ROOT))
    program.write_text(
        f'#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 PYTHONPATH={root} exec {python} -m watcher "$@"\n'
    )
    program.chmod(0o755)
    (manager.home / "password").write_text(PASSWORD + "\n")
    authority = manager.home / "ca.crt"
    authority.write_bytes(dovecot.ca_file.read_bytes())
    for path in (manager.home, *manager.home.rglob("*")):
        manager.own(path)
    options = ["--host", dovecot.host, "--port", str(dovecot.tls_port), "--ca-file", str(authority)]
    secret = ["--secret-command", f"cat {manager.home}/password"]
    words = ["setup", *options, *secret, "--address", user, "--name", "Sari Wulandari", "--yes", "--no-look"]
    path = f"PATH={program.parent}:/usr/bin:/bin"
    done = manager.run("env", path, str(program), *words, seconds=90)
    assert done.returncode == 0, done.stderr
    assert "Started. It will be there at every login" in done.stdout, done.stdout + done.stderr
    assert manager.show(systemd.UNIT, "ActiveState") == "active"
    assert until(lambda: MailProgram(dovecot, user).folder("Drafts"), 30)
    again = manager.run("env", path, str(program), *words, seconds=90)
    assert again.returncode == 0, again.stderr
    assert "The watcher is running." in again.stdout
