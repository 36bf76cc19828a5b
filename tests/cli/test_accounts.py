"""`watcher accounts` and what `doctor` says of several of them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from cli_helpers import Home
from conftest import require
from servers.dovecot import PASSWORD, Dovecot
from servers.gnome_keyring import GnomeKeyring
from servers.session_bus import SessionBus

from watcher import config
from watcher.cli.account_checks import Check, check_together, worst
from watcher.config import Account
from watcher.store import Store

TWO = """\
# Mine.
name: Sari Wulandari
language: en
accounts:
  - address: sari.wulandari@example.com
    name: personal
    host: imap.example.com
  # the other
  - address: sari@gmail.com
    aliases: [s@example.net]
    enabled: false
"""


@pytest.fixture
def two(own_scanned: Home) -> Home:
    """A home whose database knows the mail of the account `personal`."""
    own_scanned.write_config(TWO)
    return own_scanned


def options(server: Dovecot, user: str) -> list[str]:
    where = ["--host", server.host, "--port", str(server.tls_port), "--ca-file", str(server.ca_file)]
    return ["--address", user, *where, "--secret-command", f"echo {PASSWORD}", "--yes"]


# --------------------------------------------------------------------------- list


def test_they_are_listed(two: Home) -> None:
    first, second = two.json("accounts", "list", "--json")["accounts"]
    assert first["account"] == "personal"
    assert first["server"] == "imap.example.com:993"
    assert first["mails"] > 20
    assert (second["address"], second["server"], second["enabled"]) == (
        "sari@gmail.com",
        "imap.gmail.com:993",
        False,
    )
    assert (second["aliases"], second["mails"], second["secret"]) == (["s@example.net"], 0, "auto")
    table = two.run("accounts", "list").stdout
    assert max(len(line) for line in table.splitlines()) <= 80
    for words in ("personal", "imap.gmail.com:993", "switched off"):
        assert words in table


def test_a_fault_of_the_last_look_is_listed(two: Home) -> None:
    with closing(Store(two.database)) as store:
        store.set_note("fault:personal", "The server refused the sign-in.")
    assert two.json("accounts", "list", "--json")["accounts"][0]["fault"] == "The server refused the sign-in."
    assert "fault" in two.run("accounts", "list").stdout


@pytest.mark.parametrize(
    ("language", "said"), [("en_US.UTF-8", "No account yet"), ("id_ID.UTF-8", "Belum ada akun")]
)
def test_without_a_configuration_there_are_none(tmp_path: Path, language: str, said: str) -> None:
    home = Home(tmp_path, language)
    assert home.json("accounts", "list", "--json") == {"accounts": []}
    assert said in home.run("accounts", "list").stdout


# --------------------------------------------------------------------------- remove


def test_one_is_removed_and_its_mail_stays_known(two: Home) -> None:
    known = len(two.json("status", "--all", "--json")["processes"])
    done = two.run("accounts", "remove", "PERSONAL", "--yes")
    assert done.exit_code == 0, done.output
    assert "No longer watched: personal" in done.stdout
    assert "stay known" in done.stdout
    text = two.config.read_text()
    assert text == TWO.partition("  - address: sari.wulandari")[0] + TWO[TWO.index("  # the other") :]
    two.write_config(text.replace("enabled: false", "enabled: true"))
    assert len(two.json("status", "--all", "--json")["processes"]) == known


def test_forgetting_takes_its_mail(two: Home) -> None:
    done = two.run("accounts", "remove", "personal", "--forget", "--yes")
    assert done.exit_code == 0, done.output
    assert "were forgotten" in done.stdout
    with closing(Store(two.database)) as store:
        assert store.facts() == ()
        assert store.cursor("personal", "INBOX") is None


def test_the_last_one_says_what_becomes_of_the_service(two: Home) -> None:
    assert two.run("accounts", "remove", "sari@gmail.com", "--yes").exit_code == 0
    done = two.run("accounts", "remove", "personal", "--yes")
    assert "systemctl --user disable interview-watcher" in done.stdout
    assert "accounts: []" in two.config.read_text()
    assert two.json("accounts", "list", "--json") == {"accounts": []}


def test_without_yes_nothing_is_removed_unasked(two: Home) -> None:
    done = two.run("accounts", "remove", "personal")
    assert done.exit_code == 2
    assert "Give --yes." in done.stderr
    assert two.config.read_text() == TWO


@pytest.mark.parametrize("name", ["nobody", ""])
def test_one_that_is_not_there(two: Home, name: str) -> None:
    done = two.run("accounts", "remove", name, "--yes")
    assert done.exit_code == 2
    assert "Known ones: personal, sari@gmail.com." in done.stderr


@pytest.mark.keyring
@pytest.mark.bus
def test_its_password_leaves_the_keyring(two: Home) -> None:
    require("gnome-keyring-daemon", "gnome-keyring")
    require("dbus-daemon", "dbus")
    require("gdbus", "libglib2.0-bin")
    with SessionBus() as bus, GnomeKeyring(bus, "login"):
        session = {key: text for key, text in bus.environment().items() if key.startswith(("DBUS", "XDG"))}
        assert two.run("secret", "personal", stdin="hunter2\n", **session).exit_code == 0
        done = two.run("accounts", "remove", "personal", "--yes", **session)
        assert "Its password was taken out of the keyring." in done.stdout
        two.write_config(TWO)
        missing = two.run("secret", "personal", "--delete", **session)
        assert missing.exit_code == 3
        assert "hunter2" not in done.output + missing.output


# --------------------------------------------------------------------------- add and test


@pytest.mark.dovecot
def test_one_is_added_to_what_is_there(two: Home, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    done = two.run("accounts", "add", *options(dovecot, user), "--account", "new")
    assert done.exit_code == 0, done.output
    assert "Watched from now on: new" in done.stdout
    assert PASSWORD not in done.output
    text = two.config.read_text()
    assert text.startswith(TWO)
    assert [account.name for account in config.load(two.config).accounts] == [
        "personal",
        "sari@gmail.com",
        "new",
    ]
    again = two.run("accounts", "add", *options(dovecot, user), "--account", "new")
    assert again.exit_code == 0
    assert two.config.read_text() == text  # it is there already


def test_a_name_that_is_taken(two: Home) -> None:
    line = ("--address", "new@example.com", "--host", "x.test", "--secret-command", "echo x", "--yes")
    done = two.run("accounts", "add", *line, "--account", "Personal")
    assert done.exit_code == 2
    assert "Another account is called Personal. Give --account." in done.stderr


@pytest.mark.dovecot
def test_one_is_tested(home: Home, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    assert home.run("accounts", "add", *options(dovecot, user)).exit_code == 0
    before = tree_of(dovecot, user)
    report = home.json("accounts", "test", "--json")
    found = {row["check"].rpartition(": ")[2]: row["found"] or row["fault"] for row in report["checks"]}
    assert report["exit_code"] == 0
    assert "certificate" in found["encryption"]
    assert "sent = Sent" in found["folders"]
    assert found["drafts"] == "can be laid"
    assert tree_of(dovecot, user) == before
    assert home.run("accounts", "test", "nobody").exit_code == 2


def tree_of(server: Dovecot, user: str) -> list[str]:
    """The mails on the server's disk."""
    return sorted(str(path) for path in server.maildir(user).rglob("cur/*"))


@pytest.mark.dovecot
@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ("lr", "you may not put mail into 'Drafts'"),
        ("lrswi", "you may not remove mail from 'Drafts'"),
        ("lrwstie", ""),
    ],
)
def test_drafts_that_may_not_be_laid(home: Home, rights: str, said: str) -> None:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    lists = "protocol imap {\n  mail_plugins = acl imap_acl\n}\nplugin {\n  acl = vfile\n}\n"
    with Dovecot(extra=lists) as server:
        user = server.new_user()
        server.append(user, b"Subject: mine\r\n\r\nx\r\n", "Drafts")
        server.write(user, ".Drafts/dovecot-acl", f"owner {rights}\n")
        assert home.run("accounts", "add", *options(server, user)).exit_code == 0
        for command in (("accounts", "test"), ("doctor",)):
            done = home.run(*command)
            if said:
                assert said in " ".join(done.stdout.split())
                assert "Name a folder of your own with `folders: drafts:`" in " ".join(done.stdout.split())
                assert done.exit_code == 2
            else:
                assert "drafts: can be laid" in done.stdout
        assert len(server.flags(user, "Drafts")) == 1  # nothing was laid to find out


@pytest.mark.dovecot
def test_a_certificate_that_ends_soon_is_told(home: Home) -> None:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    with Dovecot() as server:  # its certificate ends the day after tomorrow
        assert home.run("accounts", "add", *options(server, server.new_user())).exit_code == 0
        done = home.run("accounts", "test")
        assert done.exit_code == 0
        assert "the certificate of the server ends on" in " ".join(done.stdout.split())


# --------------------------------------------------------------------------- several together


def entry(address: str, **more: object) -> Account:
    return Account.model_validate({"address": address, "host": "imap.firm.test", **more})


def test_one_mailbox_twice_is_told() -> None:
    pairs = check_together(
        [
            entry("a@firm.test"),
            entry("b@firm.test"),
            entry("a+jobs@firm.test"),
            entry("b@firm.test", host="x.test"),
        ]
    )
    assert [check.what for check in pairs] == ["accounts a@firm.test, a+jobs@firm.test"]


def test_what_is_only_worth_knowing_is_no_failure() -> None:
    assert worst([Check("a", fault="x", code=0), Check("b", "fine", code=3)]) == 0
    assert worst([Check("a", fault="x", code=1), Check("b", fault="y", code=3)]) == 3


def test_doctor_tells_of_a_zone_that_is_elsewhere(home: Home) -> None:
    home.write_config(TWO.replace("name: Sari", "timezone: America/New_York\nname: Sari"))
    report = json.loads(home.run("doctor", "--json").stdout)
    [zone] = [row for row in report["checks"] if row["check"] == "zone"]
    assert zone["fault"] == "the configuration says America/New_York, this machine Asia/Jakarta."
    home.write_config(TWO)
    report = json.loads(home.run("doctor", "--json").stdout)
    [zone] = [row for row in report["checks"] if row["check"] == "zone"]
    assert zone["ok"] is True
