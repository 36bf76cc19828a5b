"""`watcher setup` as a newcomer meets it: at a real terminal, against a real mail server and a real keyring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from conftest import require
from servers.dovecot import PASSWORD, Dovecot
from servers.gnome_keyring import GnomeKeyring
from servers.person import Person, fill
from servers.session_bus import SessionBus
from servers.terminal import ENTER, Terminal

from watcher.sample import build

pytestmark = [pytest.mark.dovecot, pytest.mark.keyring, pytest.mark.bus]

ENGLISH = {"LANG": "en_GB.UTF-8", "TZ": "Asia/Jakarta"}
INDONESIAN = {"LANG": "id_ID.UTF-8", "TZ": "Asia/Jakarta"}


@pytest.fixture
def newcomer() -> Iterator[Person]:
    """A person with a keyring, and nothing of the watcher's."""
    for program, package in (("dbus-daemon", "dbus"), ("gdbus", "libglib2.0-bin")):
        require(program, package)
    require("gnome-keyring-daemon", "gnome-keyring")
    with SessionBus() as bus, GnomeKeyring(bus, "login password"), Person(bus.environment()) as person:
        yield person


@pytest.fixture
def lonely() -> Iterator[Person]:
    """A person without a keyring."""
    with Person() as person:
        yield person


def server_options(server: Dovecot) -> list[str]:
    return ["--host", server.host, "--port", str(server.tls_port), "--ca-file", str(server.ca_file)]


def answers(user: str, password: str = PASSWORD, service: str = "n") -> list[tuple[str, str]]:
    """What a person types at each question of the English setup."""
    return [
        (r"Your e-mail address.*: ", user),
        (r"Password: ", password),
        (r"Your name.*: ", "Sari Wulandari"),
        (r"Time zone.*: ", ENTER),
        (r"Country.*: ", "ID"),
        (r"Language.*: ", ENTER),
        (r"Did you see it\? .*: ", "y"),
        (r"Start the watcher now.*: ", service),
    ]


def mailbox_of(server: Dovecot) -> str:
    user = server.new_user()
    fill(server, user, build(datetime.now(UTC)))
    return user


def test_from_nothing_to_a_running_watcher(newcomer: Person, dovecot: Dovecot) -> None:
    user = mailbox_of(dovecot)
    with Terminal(newcomer, "setup", *server_options(dovecot), environment=ENGLISH) as terminal:
        assert terminal.answer(answers(user))
        assert terminal.end() == 0, terminal.seen
    assert len(terminal.answered) < 20
    assert PASSWORD not in terminal.seen
