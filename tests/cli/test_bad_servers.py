"""Servers, certificates, passwords and keyrings that are not as they should be, through `scan` and `doctor`."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cli_helpers import NOW, Home, tree
from conftest import require
from servers.dovecot import FOLDERS, PASSWORD, Dovecot
from servers.session_bus import SessionBus

from watcher import sample
from watcher.cli import assemble
from watcher.sample import SampleMail

MAILS = tuple(
    mail for mail in sample.build(NOW) if mail.story in ("nusantara", "samudra", "bahtera", "meridian")
)
AT = ("--now", "2026-11-25T14:00")
RIGHT = {"from": "command", "command": ["echo", PASSWORD]}
WRONG = {"from": "command", "command": ["echo", "not-the-password"]}


def put(server: Dovecot, user: str, mails: tuple[SampleMail, ...] = MAILS) -> None:
    for folder in ("INBOX", "Sent"):
        server.fill(user, [mail.raw for mail in mails if mail.folder == folder], folder)


def entry(server: Dovecot, user: str, **more: Any) -> dict[str, Any]:
    """An account of Sari's on this server."""
    return {
        "address": sample.ADDRESS,
        "name": "personal",
        "host": server.host,
        "port": server.tls_port,
        "user": user,
        "ca_file": str(server.ca_file),
        "secret": RIGHT,
    } | more


def configure(home: Home, *accounts: dict[str, Any]) -> None:
    whole = {"name": "Sari Wulandari", "timezone": "Asia/Jakarta", "country": "ID", "since": "800d"}
    home.write_config(json.dumps(whole | {"notices": {"kind": "log"}, "accounts": accounts}))


def told(home: Home, code: int, *said: str) -> None:
    """Both commands say so, with the same exit code; nothing of a secret is told, and nothing is written."""
    done = home.run("scan", *AT)
    assert (done.exit_code, done.stdout) == (code, ""), done.output
    checked = home.run("doctor")
    assert checked.exit_code == code, checked.stdout
    for words in said:
        assert words in done.stderr
        assert words in " ".join(checked.stdout.split())
    for text in (done.stderr, checked.stdout):
        assert PASSWORD not in text
        assert "not-the-password" not in text
        assert "Traceback" not in text
    assert done.stderr.startswith("watcher: ")
    assert home.json("status", "--json", *AT)["processes"] == []


@pytest.fixture
def unreachable(home: Home) -> Iterator[socket.socket]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield silent


# --------------------------------------------------------------------------- the network


def test_a_name_that_does_not_resolve(home: Home) -> None:
    configure(home, {"address": sample.ADDRESS, "host": "imap.example.invalid", "secret": RIGHT})
    told(
        home,
        1,
        "The name imap.example.invalid",
        "does not resolve. ",
        "Is this machine online? Else check `host`.",
    )


def test_a_port_nobody_listens_at(home: Home) -> None:
    configure(home, {"address": sample.ADDRESS, "host": "127.0.0.1", "port": 1, "secret": RIGHT})
    told(home, 1, "Nothing listens at 127.0.0.1:1", "check `host` and `port`")


def test_a_silent_port(home: Home, unreachable: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    configured = assemble.imap_account
    monkeypatch.setattr(assemble, "imap_account", lambda account: replace(configured(account), timeout=0.3))
    port = unreachable.getsockname()[1]
    configure(home, {"address": sample.ADDRESS, "host": "127.0.0.1", "port": port, "secret": RIGHT})
    told(home, 1, f"127.0.0.1:{port} (account {sample.ADDRESS}) is silent", "check `port` and any firewall")


# --------------------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ({"from": "command", "command": ["false"]}, "ended with exit code 1"),
        ({"from": "command", "command": ["no-such-program"]}, "no-such-program"),
        ({"from": "command", "command": ["true"]}, "empty"),
        ({"from": "systemd"}, "credential"),
        ({"from": "keyring"}, "There is no keyring service here."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_secret_that_is_missing(home: Home, unreachable: socket.socket, secret: Any, said: str) -> None:
    """The server greets and the secret is asked for."""
    from servers.scripted import ScriptedServer

    with ScriptedServer({}) as server:
        account = {"address": sample.ADDRESS, "host": server.host, "port": server.port, "security": "none"}
        configure(home, account | {"secret": secret})
        told(home, 3, said)
        assert not any("LOGIN" in line.upper() for line in server.heard)


@pytest.mark.keyring
def test_a_keyring_that_is_locked_or_empty(home: Home) -> None:
    from servers.gnome_keyring import GnomeKeyring
    from servers.scripted import ScriptedServer

    require("gnome-keyring-daemon", "gnome-keyring")
    require("gdbus", "libglib2.0-bin")
    require("dbus-daemon", "dbus")
    with SessionBus() as bus, ScriptedServer({}) as server:
        session = {key: text for key, text in bus.environment().items() if key.startswith(("DBUS", "XDG"))}
        account = {"address": sample.ADDRESS, "host": server.host, "port": server.port, "security": "none"}
        configure(home, account | {"secret": {"from": "keyring"}})
        with GnomeKeyring(bus, "login"):
            missing = home.run("scan", *AT, **session)
            assert missing.exit_code == 3
            assert "The keyring holds no password for the account" in missing.stderr
            assert "Store it with `watcher secret`" in missing.stderr
            stored = home.run("secret", stdin="hunter2\n", **session)
            assert stored.exit_code == 0, stored.output
            assert "hunter2" not in stored.output
        with GnomeKeyring(bus, "another password"):
            locked = home.run("scan", *AT, **session)
            assert locked.exit_code == 3
            assert "The keyring is locked. Unlock it" in locked.stderr
            checked = home.run("doctor", **session)
            assert checked.exit_code == 3
            assert "The keyring is locked." in " ".join(checked.stdout.split())


def test_no_password_given(home: Home) -> None:
    configure(home, {"address": sample.ADDRESS, "host": "imap.example.com"})
    done = home.run("secret", stdin="\n")
    assert done.exit_code == 2
    assert "No password was given." in done.stderr


# --------------------------------------------------------------------------- a real server


@pytest.mark.dovecot
class TestDovecot:
    def test_a_wrong_password(self, home: Home, dovecot: Dovecot) -> None:
        configure(home, entry(dovecot, dovecot.new_user(), secret=WRONG))
        told(home, 3, "refused the sign-in", "Check the user name and store the password again")

    @pytest.mark.parametrize(
        ("certificate", "remedy"),
        [
            ("expired", "Whoever runs the server must renew it, if the clock of this machine is right."),
            ("wrongname", "Check `host`: it must be the name the provider gives."),
        ],
    )
    def test_a_certificate_that_does_not_match(self, home: Home, certificate: str, remedy: str) -> None:
        require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
        with Dovecot(certificate=certificate) as server:
            configure(home, entry(server, server.new_user()))
            told(home, 2, "is not accepted", remedy, "Nothing was sent.")

    def test_a_certificate_nobody_knows(self, home: Home, dovecot: Dovecot) -> None:
        configure(home, entry(dovecot, dovecot.new_user(), ca_file=""))
        told(home, 2, "certificate", "is not accepted", "as `ca_file` (--ca-file)")

    @pytest.mark.parametrize("missing", ["Sent", "Drafts"])
    def test_a_folder_that_is_missing_is_said(self, home: Home, missing: str) -> None:
        require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
        folders = {name: use for name, use in FOLDERS.items() if name != missing}
        said = {
            "Sent": "personal: no folder of sent mail was found, so your own replies are not seen.",
            "Drafts": "personal: no Drafts folder was found, so no draft can be laid there.",
        }[missing]
        with Dovecot(folders=folders) as server:
            user = server.new_user()
            server.fill(user, [mail.raw for mail in MAILS if mail.folder == "INBOX"])
            if missing == "Drafts":
                server.fill(user, [mail.raw for mail in MAILS if mail.folder == "Sent"], "Sent")
            configure(home, entry(server, user))
            before = tree(home.root)
            dry = home.run("scan", "--dry-run", *AT)
            assert (dry.exit_code, dry.stderr) == (0, said + "\n")
            assert tree(home.root) == before

            done = home.run("scan", *AT)
            assert done.exit_code == 0
            assert said in done.stderr
            if missing == "Drafts":
                assert "Not done: Account personal has no Drafts folder" in done.stdout
                assert "\nDone:" in done.stdout  # the flags
            assert said in home.run("status", *AT).stderr

            checked = home.run("doctor")
            words = " ".join(checked.stdout.split())
            assert checked.exit_code == 2
            assert f"no folder is marked as {missing.lower()}" in words
            assert f"or name it under `folders: {missing.lower()}:`." in words

    def test_a_draft_on_request_without_drafts(self, home: Home) -> None:
        require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
        folders = {name: use for name, use in FOLDERS.items() if name != "Drafts"}
        with Dovecot(folders=folders) as server:
            user = server.new_user()
            put(server, user)
            configure(home, entry(server, user))
            assert home.run("scan", *AT).exit_code == 0
            done = home.run("draft", "nusantara", *AT)
            assert (done.exit_code, done.stdout) == (2, "")
            assert "Account personal has no Drafts folder" in done.stderr

    def test_one_account_that_fails_does_not_cost_the_other(self, home: Home, dovecot: Dovecot) -> None:
        user = dovecot.new_user()
        put(dovecot, user)
        bad = entry(dovecot, user, name="work", address="sari@work.example", secret=WRONG)
        configure(home, entry(dovecot, user), bad)
        done = home.run("scan", "--json", *AT)
        assert done.exit_code == 3
        assert len(json.loads(done.stdout)["processes"]) == 4
        assert "work" in done.stderr and "refused the sign-in" in done.stderr
        assert len(home.json("status", "--json", *AT)["processes"]) == 4
        assert home.run("scan", "--account", "personal", *AT).exit_code == 0

    def test_when_all_fail_all_are_told(self, home: Home, dovecot: Dovecot) -> None:
        lost = entry(dovecot, "x", name="lost", address="sari@lost.example", host="lost.example.invalid")
        bad = entry(dovecot, dovecot.new_user(), secret=WRONG)
        configure(home, lost, bad)
        done = home.run("scan", "--json", *AT)
        assert (done.exit_code, done.stdout) == (3, "")
        assert "lost.example.invalid" in done.stderr
        assert "refused the sign-in" in done.stderr

    def test_all_is_well(self, home: Home, dovecot: Dovecot) -> None:
        user = dovecot.new_user()
        put(dovecot, user)
        configure(home, entry(dovecot, user))
        checked = home.json("doctor", "--json")
        assert checked["exit_code"] == 0
        names = [check["check"] for check in checked["checks"] if check["ok"]]
        for name in (
            "configuration",
            "database",
            "account personal: secret",
            "account personal: sign-in",
            "clock",
        ):
            assert name in names
        folders = next(c["found"] for c in checked["checks"] if c["check"] == "account personal: folders")
        assert folders.startswith("inbox = INBOX, ") and "sent = Sent, drafts = Drafts" in folders
