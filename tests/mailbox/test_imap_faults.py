"""What a mailbox does when the server, the network or the settings fail: for real, with real sockets."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import require
from mailbox_suite import mail

from watcher.errors import MailboxConfigError, MailboxError, Retry, SignInError
from watcher.mailbox import ImapAccount, Mailbox
from watcher.mailbox.imap import connect

if TYPE_CHECKING:
    from servers.dovecot import Dovecot
    from servers.fault_proxy import FaultProxy

dovecot_needed = pytest.mark.dovecot


def secret() -> str:
    from servers.dovecot import PASSWORD

    return PASSWORD


def account(host: str, port: int, user: str = "sari@example.org", **more: object) -> ImapAccount:
    settings: dict[str, object] = {
        "name": "kerja",
        "address": user,
        "host": host,
        "port": port,
        "timeout": 1.0,
    }
    return ImapAccount(**{**settings, **more})  # type: ignore[arg-type]


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[FaultProxy]:
    """Faults between us and the server, on a plain connection over loopback."""
    from servers.fault_proxy import FaultProxy

    with FaultProxy("127.0.0.1", dovecot.port) as faults:
        yield faults


@pytest.fixture
def tls_proxy(dovecot: Dovecot) -> Iterator[FaultProxy]:
    """The same below TLS."""
    from servers.fault_proxy import FaultProxy

    with FaultProxy("127.0.0.1", dovecot.tls_port) as faults:
        yield faults


def through(faults: FaultProxy, user: str, **more: object) -> Mailbox:
    more.setdefault("security", "none-on-loopback-only")
    return connect(account(faults.host, faults.port, user, **more), secret)


def refuses(account: ImapAccount, kind: type[MailboxError], match: str, password: str = "") -> MailboxError:
    """Connecting fails with this kind of error, and says what to do."""
    with pytest.raises(kind, match=match) as caught:
        connect(account, (lambda: password) if password else secret)
    assert caught.value.retry is kind.retry
    assert caught.value.remedy
    return caught.value


# ------------------------------------------------------------------ getting in


@dovecot_needed
@pytest.mark.parametrize("password", ["salah", "pässwört", 'a"b\\c d'])
def test_a_wrong_password_is_for_the_person(dovecot: Dovecot, password: str) -> None:
    settings = account(dovecot.host, dovecot.tls_port, ca_file=dovecot.ca_file, timeout=5.0)
    error = refuses(settings, SignInError, "AUTHENTICATIONFAILED", password)
    assert (error.exit_code, error.retry) == (3, Retry.NEVER)
    assert password not in str(error)


@dovecot_needed
def test_a_password_with_a_line_break_never_reaches_the_server(dovecot: Dovecot) -> None:
    settings = account(dovecot.host, dovecot.tls_port, ca_file=dovecot.ca_file)
    refuses(settings, SignInError, "line break", "a\r\nX1 LOGOUT")


@dovecot_needed
def test_the_line_end_behind_a_secret_is_not_a_part_of_it(dovecot: Dovecot) -> None:
    settings = account(dovecot.host, dovecot.tls_port, ca_file=dovecot.ca_file)
    mailbox = connect(settings, lambda: secret() + "\n")
    assert mailbox.folders()
    mailbox.close()


@dovecot_needed
def test_too_many_connections_is_no_matter_of_passwords() -> None:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    from servers.dovecot import Dovecot

    with Dovecot(connections=1) as server:
        settings = account(server.host, server.tls_port, ca_file=server.ca_file, timeout=5.0)
        first = connect(settings, secret)
        error = refuses(settings, MailboxError, "LIMIT")
        assert error.retry is Retry.LATER
        first.close()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("NO [ALERT] Too many simultaneous connections. (Failure)", MailboxError),
        ("NO [UNAVAILABLE] Temporary authentication failure.", MailboxError),
        ("NO [LIMIT] Slow down", MailboxError),
        ("NO [ALERT] Invalid credentials (Failure)", SignInError),
        ("NO [ALERT] Application-specific password required: https://help.example (Failure)", SignInError),
        ("NO [AUTHENTICATIONFAILED] Invalid credentials, try again", SignInError),
        ("NO LOGIN failed.", SignInError),
        ("NO [PRIVACYREQUIRED] Use TLS", MailboxConfigError),
        ("BYE Session expired, please login again", MailboxError),
    ],
)
def test_the_words_of_big_providers_at_the_door(answer: str, kind: type[MailboxError]) -> None:
    from servers.scripted import ScriptedServer

    with ScriptedServer({"LOGIN": [answer]}) as server:
        refuses(account(server.host, server.port, security="none-on-loopback-only"), kind, "kerja")
        assert [line for line in server.heard if "LOGIN" in line] != []


def test_a_server_that_turns_us_away_in_its_greeting() -> None:
    from servers.scripted import ScriptedServer

    with ScriptedServer({}, greeting="* BYE too busy") as server:
        refuses(account(server.host, server.port, security="none-on-loopback-only"), MailboxError, "busy")


@dovecot_needed
@pytest.mark.parametrize(("certificate", "reason"), [("wrongname", "mismatch"), ("expired", "expired")])
def test_a_certificate_that_does_not_match(certificate: str, reason: str) -> None:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    from servers.dovecot import Dovecot

    with Dovecot(certificate=certificate) as server:
        for security, port in (("tls", server.tls_port), ("starttls", server.port)):
            settings = account(server.host, port, ca_file=server.ca_file, security=security, timeout=5.0)
            error = refuses(settings, MailboxConfigError, reason)
            assert error.exit_code == 2


@dovecot_needed
def test_a_certificate_nobody_vouches_for(dovecot: Dovecot) -> None:
    refuses(account(dovecot.host, dovecot.tls_port), MailboxConfigError, "certificate")


@dovecot_needed
def test_a_ca_file_that_is_none(dovecot: Dovecot, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for path in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        refuses(account(dovecot.host, dovecot.tls_port, ca_file=path), MailboxConfigError, "ca_file")


@dovecot_needed
def test_tls_on_a_plain_port(dovecot: Dovecot) -> None:
    refuses(account(dovecot.host, dovecot.port), MailboxConfigError, "does not speak TLS")


def test_starttls_that_is_not_offered() -> None:
    from servers.scripted import ScriptedServer

    with ScriptedServer({}) as server:
        refuses(account(server.host, server.port, security="starttls"), MailboxConfigError, "STARTTLS")
        assert not any("LOGIN" in line for line in server.heard)


def test_a_password_is_never_sent_in_the_clear_to_a_stranger() -> None:
    for plain in ("none", "none-on-loopback-only"):
        settings = account("imap.example.org", 143, security=plain)
        refuses(settings, MailboxConfigError, "unencrypted")


def test_a_name_that_does_not_resolve() -> None:
    error = refuses(account("imap.kantor.invalid", 993), MailboxError, "does not resolve")
    assert "online" in error.remedy


def test_nobody_listens() -> None:
    from servers.dovecot import free_port

    refuses(account("127.0.0.1", free_port()), MailboxError, "Nothing listens")


@dovecot_needed
@pytest.mark.parametrize("security", ["tls", "none-on-loopback-only"])
def test_a_port_that_is_silent(proxy: FaultProxy, security: str) -> None:
    proxy.silent = True
    begin = time.monotonic()
    error = refuses(account(proxy.host, proxy.port, security=security, timeout=0.4), MailboxError, "silent")
    assert time.monotonic() - begin < 3
    assert "firewall" in error.remedy


# ------------------------------------------------------------------ while reading


@dovecot_needed
def test_a_black_hole_in_a_command(dovecot: Dovecot, proxy: FaultProxy) -> None:
    mailbox = through(proxy, dovecot.new_user(), timeout=0.4)
    proxy.hold = True
    with pytest.raises(MailboxError, match="silent"):
        mailbox.cursor("INBOX")
    with pytest.raises(MailboxError, match="over"):  # it does not come back by itself
        mailbox.cursor("INBOX")
    mailbox.close()


@dovecot_needed
@pytest.mark.parametrize("over", ["proxy", "tls_proxy"])
def test_a_connection_cut_in_the_middle_of_a_mail(
    dovecot: Dovecot, over: str, request: pytest.FixtureRequest
) -> None:
    faults = request.getfixturevalue(over)
    user = dovecot.new_user()
    dovecot.append(user, mail(1, "isi " * 50_000))
    more = {"security": "tls", "ca_file": dovecot.ca_file} if over == "tls_proxy" else {}
    mailbox = through(faults, user, **more)
    faults.cut_after = 60_000
    with pytest.raises(MailboxError, match=r"broke|silent"):
        list(mailbox.fetch_since("INBOX", None))
    mailbox.close()


@dovecot_needed
@pytest.mark.parametrize("over", ["proxy", "tls_proxy"])
def test_a_slow_drip_ends(
    dovecot: Dovecot, over: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each piece comes within the read timeout, the whole would take 20 seconds."""
    monkeypatch.setattr("watcher.mailbox.imap_session.SLOWEST", 1_000_000)
    faults = request.getfixturevalue(over)
    user = dovecot.new_user()
    dovecot.append(user, mail(1, "isi " * 10_000))
    more = {"security": "tls", "ca_file": dovecot.ca_file} if over == "tls_proxy" else {}
    mailbox = through(faults, user, timeout=0.5, **more)
    assert mailbox.cursor("INBOX").uid == 1
    faults.rate = 2000
    begin = time.monotonic()
    with pytest.raises(MailboxError, match=r"silent|broke"):
        list(mailbox.fetch_since("INBOX", None))
    assert time.monotonic() - begin < 5
    mailbox.close()


@dovecot_needed
def test_a_server_that_dies(dovecot: Dovecot) -> None:
    from servers.dovecot import Dovecot

    with Dovecot() as server:
        mailbox = connect(account(server.host, server.tls_port, ca_file=server.ca_file), secret)
        server.kill()
        with pytest.raises(MailboxError, match=r"broke|over") as caught:
            mailbox.cursor("INBOX")
        assert caught.value.retry is Retry.LATER
        mailbox.close()


@dovecot_needed
def test_a_server_that_freezes_does_not_hold_up_the_end(dovecot: Dovecot) -> None:
    from servers.dovecot import Dovecot

    with Dovecot() as server:
        mailbox = connect(account(server.host, server.tls_port, ca_file=server.ca_file), secret)
        server.freeze()
        begin = time.monotonic()
        mailbox.close()
        assert time.monotonic() - begin < 3
        server.thaw()


@dovecot_needed
def test_a_mail_the_server_cannot_give_does_not_hide_the_others(dovecot: Dovecot) -> None:
    """Dovecot hangs up over a file it may not read. The mail has a problem; the rest is read."""
    user = dovecot.new_user()
    for number in (1, 2, 3):
        dovecot.append(user, mail(number))
    mailbox = connect(account(dovecot.host, dovecot.tls_port, user, ca_file=dovecot.ca_file), secret)
    assert mailbox.cursor("INBOX").uid == 3
    files = [path for path in dovecot.maildir(user).glob("*/*") if path.is_file()]
    next(path for path in files if b"<mail-2@" in path.read_bytes()).chmod(0)
    found = list(mailbox.fetch_since("INBOX", None))
    assert [(one.uid, one.raw is None, bool(one.problem)) for one in found] == [
        (1, False, False),
        (2, True, True),
        (3, False, False),
    ]
    mailbox.close()


def test_an_answer_that_makes_no_sense_costs_one_mail_only() -> None:
    from servers.scripted import ScriptedServer

    answers = {
        "SELECT": ["* 1 EXISTS", "* OK [UIDVALIDITY 7] ok", "* OK [UIDNEXT 2] ok", "OK done"],
        "EXAMINE": ["* 1 EXISTS", "* OK [UIDVALIDITY 7] ok", "* OK [UIDNEXT 2] ok", "OK [READ-ONLY] done"],
        "SEARCH": ["* SEARCH 1", "OK done"],
        "LIST": ['* LIST () "/" INBOX', "OK done"],
        "FETCH": ["* 1 FETCH (UID 1 RAHASIA (((", "OK done"],
    }
    with ScriptedServer(answers) as server:
        mailbox = connect(account(server.host, server.port, security="none-on-loopback-only"), secret)
        with pytest.raises(MailboxError, match="cannot be understood") as caught:
            list(mailbox.fetch_since("INBOX", None))
        assert "RAHASIA" not in str(caught.value)  # it could have been a subject
        mailbox.close()


@pytest.mark.parametrize(
    ("answer", "retry"),
    [
        ("NO [INUSE] Locked by another session", Retry.LATER),
        ("NO [SERVERBUG] Oops", Retry.LATER),
        ("NO [NONEXISTENT] Unknown Mailbox", Retry.NEVER),
        ("NO Mailbox does not exist", Retry.NEVER),
    ],
)
def test_a_folder_that_cannot_be_opened_now_or_never(answer: str, retry: Retry) -> None:
    from servers.scripted import ScriptedServer

    with ScriptedServer({"EXAMINE": [answer]}) as server:
        mailbox = connect(account(server.host, server.port, security="none-on-loopback-only"), secret)
        with pytest.raises(MailboxError) as caught:
            mailbox.cursor("INBOX")
        assert caught.value.retry is retry
        mailbox.close()


def test_a_folder_list_with_oddities() -> None:
    """XLIST names, a folder that cannot be opened, a number as a name, malformed UTF-7."""
    from servers.scripted import ScriptedServer

    answers = {
        "LIST": [
            '* LIST (\\HasNoChildren) "/" inbox',
            '* LIST (\\Noselect \\HasChildren) "/" "[Gmail]"',
            '* LIST (\\AllMail) "/" "[Gmail]/Semua"',
            '* LIST (\\SPAM) "/" "[Gmail]/Spam"',
            '* LIST () "/" "2026"',
            '* LIST () "/" "&////-x"',
            '* LIST () "/" "a \\"b\\" \\\\c"',
            "OK done",
        ]
    }
    with ScriptedServer(answers) as server:
        mailbox = connect(account(server.host, server.port, security="none-on-loopback-only"), secret)
        names = [(folder.name, sorted(folder.roles)) for folder in mailbox.folders()]
        mailbox.close()
    assert names[0] == ("INBOX", ["inbox"])
    assert ("[Gmail]/Semua", ["all"]) in names
    assert ("[Gmail]/Spam", ["junk"]) in names
    assert ("2026", []) in names
    assert ('a "b" \\c', []) in names
    assert len(names) == 6


# ------------------------------------------------------------------ while waiting


@dovecot_needed
@pytest.mark.parametrize("over", ["proxy", "tls_proxy"])
@pytest.mark.parametrize("fault", ["reset_all", "end_all"])
def test_a_line_that_dies_under_idle_is_noticed_at_once(
    dovecot: Dovecot, over: str, fault: str, request: pytest.FixtureRequest
) -> None:
    """imapclient would answer with an empty list, twenty thousand times a second."""
    faults = request.getfixturevalue(over)
    more = {"security": "tls", "ca_file": dovecot.ca_file} if over == "tls_proxy" else {}
    mailbox = through(faults, dovecot.new_user(), **more)
    threading.Timer(0.2, getattr(faults, fault)).start()
    begin = time.monotonic()
    with pytest.raises(MailboxError, match=r"broke|silent"):
        mailbox.wait(30, threading.Event())
    assert time.monotonic() - begin < 2
    mailbox.close()


@dovecot_needed
def test_bye_under_idle_is_noticed_at_once(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    mailbox = connect(account(dovecot.host, dovecot.tls_port, user, ca_file=dovecot.ca_file), secret)
    threading.Timer(0.3, dovecot.doveadm, ("kick", user)).start()
    begin = time.monotonic()
    with pytest.raises(MailboxError, match=r"closed the connection|broke"):
        mailbox.wait(30, threading.Event())
    assert time.monotonic() - begin < 3
    mailbox.close()


@dovecot_needed
def test_a_black_hole_under_idle_is_noticed_at_done(dovecot: Dovecot, proxy: FaultProxy) -> None:
    mailbox = through(proxy, dovecot.new_user(), timeout=0.4)

    def swallow() -> None:
        proxy.hold = True

    threading.Timer(0.1, swallow).start()
    with pytest.raises(MailboxError, match="silent"):
        mailbox.wait(0.5, threading.Event())
    mailbox.close()


@dovecot_needed
def test_half_a_line_under_idle_means_reconnect(dovecot: Dovecot, proxy: FaultProxy) -> None:
    mailbox = through(proxy, dovecot.new_user())
    threading.Timer(0.2, proxy.inject, (b"* 3 EXI",)).start()
    with pytest.raises(MailboxError, match=r"broke|understood"):
        mailbox.wait(30, threading.Event())
    mailbox.close()


def test_news_in_one_packet_with_the_go_ahead_is_seen() -> None:
    """The line waits in a buffer above the socket, where no poll sees it."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    selected = "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\n"

    def serve() -> None:
        client, _ = listener.accept()
        with client, client.makefile("rb") as commands:
            client.sendall(b"* OK ready\r\n")
            for line in commands:
                tag, _, command = line.decode().strip().partition(" ")
                word = command.split(" ")[0].upper()
                if word == "IDLE":
                    client.sendall(b"+ idling\r\n* 2 EXISTS\r\n")
                    commands.readline()
                before = {"CAPABILITY": "* CAPABILITY IMAP4rev1 IDLE\r\n", "EXAMINE": selected}.get(word, "")
                client.sendall(f"{before}{tag} OK done\r\n".encode())
                if word == "LOGOUT":
                    return

    threading.Thread(target=serve, daemon=True).start()
    port = listener.getsockname()[1]
    mailbox = connect(account("127.0.0.1", port, security="none-on-loopback-only"), secret)
    begin = time.monotonic()
    assert mailbox.wait(30, threading.Event()) is True
    assert time.monotonic() - begin < 1
    mailbox.close()
    listener.close()


@dovecot_needed
def test_waiting_does_not_keep_the_machine_busy(dovecot: Dovecot) -> None:
    mailbox = connect(
        account(dovecot.host, dovecot.tls_port, dovecot.new_user(), ca_file=dovecot.ca_file), secret
    )
    before = time.process_time()
    mailbox.wait(1.0, threading.Event())
    assert time.process_time() - before < 0.2
    mailbox.close()


# ------------------------------------------------------------------ while writing


@dovecot_needed
def test_a_full_mailbox_is_said() -> None:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    from servers.dovecot import Dovecot

    with Dovecot(quota="*:storage=20K") as server:
        mailbox = connect(account(server.host, server.tls_port, ca_file=server.ca_file, timeout=5.0), secret)
        with pytest.raises(MailboxError, match="OVERQUOTA") as caught:
            mailbox.append_draft(mail(1, "isi " * 20_000))
        assert "room" in caught.value.remedy
        assert mailbox.find("Drafts", "<mail-1@hr.example>") == ()
        mailbox.append_draft(mail(2))  # the connection lives on
        assert len(mailbox.find("Drafts", "<mail-2@hr.example>")) == 1
        mailbox.close()


@dovecot_needed
def test_a_drafts_folder_that_vanished_is_named(dovecot: Dovecot) -> None:
    from servers.dovecot import Dovecot

    with Dovecot(folders={}) as server:
        user = server.new_user()
        with server.client(user) as other:
            other.create("Konsep")
            settings = account(server.host, server.tls_port, user, ca_file=server.ca_file)
            from dataclasses import replace

            from watcher.mailbox import Role

            mailbox = connect(replace(settings, folders={Role.DRAFTS: "Konsep"}), secret)
            mailbox.append_draft(mail(1))
            other.delete("Konsep")
        with pytest.raises(MailboxConfigError, match="Konsep"):
            mailbox.append_draft(mail(2))
        mailbox.close()


@dovecot_needed
def test_a_folder_that_vanished_under_us(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot.client(user) as other:
        other.create("Lamaran")
        mailbox = connect(account(dovecot.host, dovecot.tls_port, user, ca_file=dovecot.ca_file), secret)
        assert mailbox.cursor("Lamaran").uid == 0
        other.delete("Lamaran")
        shutil.rmtree(dovecot.maildir(user) / ".Lamaran", ignore_errors=True)
    with pytest.raises(MailboxError):
        mailbox.cursor("Lamaran")
    mailbox.close()


@dovecot_needed
def test_a_flag_that_is_none_never_reaches_the_server(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, mail(1))
    mailbox = connect(account(dovecot.host, dovecot.tls_port, user, ca_file=dovecot.ca_file), secret)
    with pytest.raises(ValueError, match="flag"):
        mailbox.add_flags("INBOX", [1], ["x)\r\nX1 LOGOUT"])
    assert dovecot.flags(user) == {1: set()}
    mailbox.close()
