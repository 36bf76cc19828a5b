"""Gmail's limits and its words for them: connections, sessions, traffic, room, and what a person shall read."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from conftest import until
from imapclient import IMAPClient
from imapclient.exceptions import LoginError
from mailbox_suite import mail
from servers.dovecot import PASSWORD

from watcher.errors import (
    LimitError,
    MailboxConfigError,
    MailboxError,
    Retry,
    SessionOverError,
    SignInError,
    WatcherError,
)
from watcher.mailbox import Cursor, ImapAccount
from watcher.mailbox.gmail import GmailMailbox
from watcher.mailbox.imap import connect
from watcher.mailbox.imap_errors import TRAFFIC_PAUSE

if TYPE_CHECKING:
    from servers.gmail import Gmail

pytestmark = pytest.mark.dovecot

Open = Callable[..., GmailMailbox]
ALL = "[Gmail]/All Mail"


@pytest.fixture
def user(gmail: Gmail) -> str:
    return gmail.new_user()


def test_the_sixteenth_connection_is_refused_for_a_while(gmail: Gmail, open_gmail: Open, user: str) -> None:
    open_ones = [open_gmail(user) for _ in range(15)]
    with pytest.raises(LimitError, match=r"too many are connected: .*simultaneous") as caught:
        open_gmail(user)
    assert caught.value.retry is Retry.LATER
    assert "password is not the reason" in caught.value.remedy
    assert "simultaneous" not in caught.value.quiet
    open_ones[0].close()
    assert until(lambda: len(gmail.sessions[user]) < 15)
    assert open_gmail(user).folders()


def test_a_session_that_is_over_is_no_fault(gmail: Gmail, open_gmail: Open, user: str) -> None:
    mailbox = open_gmail(user)
    threading.Timer(0.2, gmail.end_sessions, (user,)).start()
    with pytest.raises(SessionOverError) as caught:
        mailbox.wait(30, threading.Event())
    assert caught.value.retry is Retry.LATER
    assert open_gmail(user).folders()


def test_a_session_that_ends_between_two_commands(gmail: Gmail, open_gmail: Open, user: str) -> None:
    mailbox = open_gmail(user)
    mailbox.folders()
    gmail.end_sessions(user)
    assert until(lambda: not gmail.sessions[user])
    with pytest.raises(SessionOverError):
        mailbox.cursor(ALL)


def test_a_session_that_ends_in_the_moment_of_waiting() -> None:
    """BYE comes in place of the go-ahead of IDLE."""
    from servers.scripted import ScriptedServer

    answers = {
        "CAPABILITY": ["* CAPABILITY IMAP4rev1 IDLE", "OK done"],
        "IDLE": ["BYE Session expired, please login again."],
    }
    with ScriptedServer(answers) as server:
        plain = ImapAccount("pribadi", "sari@example.org", server.host, server.port, security="none")
        with closing(connect(plain, lambda: PASSWORD)) as mailbox, pytest.raises(SessionOverError):
            mailbox.wait(5, threading.Event())


def test_a_session_that_ends_in_the_middle_of_reading(gmail: Gmail, open_gmail: Open, user: str) -> None:
    for number in range(1, 5):
        gmail.put(user, mail(number, "isi " * 400_000))
    mails = open_gmail(user).fetch_since(ALL, None)
    assert next(mails).uid == 1
    gmail.end_sessions(user)
    assert until(lambda: not gmail.sessions[user])
    assert [one.uid for one in mails] == [2, 3, 4]


def test_used_up_traffic_is_waited_out_for_long_and_nothing_is_lost(
    gmail: Gmail, open_gmail: Open, user: str
) -> None:
    for number in range(1, 7):
        gmail.put(user, mail(number, "isi " * 150_000))
    gmail.allowance[user] = 2_000_000
    read = []
    with pytest.raises(LimitError, match="bandwidth limits") as caught:
        for one in open_gmail(user).fetch_since(ALL, None):
            read.append(one)
    assert caught.value.pause == TRAFFIC_PAUSE
    assert 0 < len(read) < 6
    gmail.allowance.clear()
    behind = Cursor(ALL, read[-1].uidvalidity, read[-1].uid)
    rest = list(open_gmail(user).fetch_since(ALL, behind))
    assert [one.uid for one in [*read, *rest]] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("text", ["Account exceeded command or bandwidth limits.", "Bandwidth limit reached"])
def test_traffic_used_up_under_idle(gmail: Gmail, open_gmail: Open, user: str, text: str) -> None:
    mailbox = open_gmail(user)
    threading.Timer(0.2, gmail.end_sessions, (user, text)).start()
    with pytest.raises(LimitError) as caught:
        mailbox.wait(30, threading.Event())
    assert caught.value.pause == TRAFFIC_PAUSE


def test_traffic_used_up_at_the_door(gmail: Gmail, open_gmail: Open, user: str) -> None:
    gmail.refuse[user] = "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)"
    with pytest.raises(LimitError, match="too much traffic") as caught:
        open_gmail(user)
    assert caught.value.pause == TRAFFIC_PAUSE


def test_a_full_mailbox_keeps_the_draft_waiting(gmail: Gmail, open_gmail: Open, user: str) -> None:
    gmail.full.add(user)
    mailbox = open_gmail(user)
    with pytest.raises(MailboxConfigError, match="full") as caught:
        mailbox.append_draft(mail(1))
    assert "room" in caught.value.remedy
    gmail.full.clear()
    mailbox.append_draft(mail(1))  # the connection lives on
    assert len(mailbox.find("[Gmail]/Drafts", "<mail-1@hr.example>")) == 1


# ------------------------------------------------------------------ [ALERT]


def test_an_alert_is_passed_on_once_cleaned_and_cut(gmail: Gmail, open_gmail: Open, user: str) -> None:
    gmail.alerts[user] = "Your storage is \x1b[31mfull\x07, " + "look " * 100
    mailbox = open_gmail(user)
    mailbox.folders()
    (said,) = mailbox.alerts()
    assert said.startswith("Your storage is  [31mfull , look")
    assert len(said) <= 200
    assert said.isprintable()
    mailbox.folders()
    assert mailbox.alerts() == ()


def test_an_alert_under_idle(gmail: Gmail, open_gmail: Open, user: str) -> None:
    mailbox = open_gmail(user)
    threading.Timer(0.2, gmail.say, (user, "OK [ALERT] Please sign in again soon")).start()
    assert mailbox.wait(0.7, threading.Event()) is False
    assert mailbox.alerts() == ("Please sign in again soon",)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            "NO [ALERT] Application-specific password required: https://t.example/?k=abc123 (Failure)",
            SignInError,
        ),
        ("NO [ALERT] Please log in via your web browser as sari@example.org abc123", SignInError),
        ("NO [WEBALERT https://accounts.example/signin?plt=abc123] Web login required.", SignInError),
        ("NO [ALERT] Temporary System Problem abc123 (Failure)", MailboxError),
    ],
)
def test_words_for_the_person_are_shown_and_not_logged(
    gmail: Gmail, open_gmail: Open, user: str, answer: str, kind: type[WatcherError]
) -> None:
    gmail.refuse[user] = answer
    with pytest.raises(kind, match="abc123") as caught:
        open_gmail(user)
    assert type(caught.value) is kind
    assert "abc123" in str(caught.value)
    assert "abc123" not in caught.value.quiet
    assert "sari" not in caught.value.quiet
    assert "pribadi" in caught.value.quiet


def test_any_kind_of_sign_in_is_passed_on(gmail: Gmail, user: str) -> None:
    """The person's own Dovecot decides; the proxy only learns whose mailbox it is."""
    context = ssl.create_default_context(cafile=str(gmail.ca_file))
    with IMAPClient("localhost", gmail.tls_port, ssl_context=context, timeout=5) as client:
        client.plain_login(user, PASSWORD)
        assert client.has_capability("X-GM-EXT-1")
        assert not client.has_capability("QRESYNC")
        assert len(gmail.sessions[user]) == 1
    stranger = IMAPClient("localhost", gmail.tls_port, ssl_context=context, timeout=5)
    with stranger, pytest.raises(LoginError, match="Invalid credentials"):
        stranger.plain_login(user, "wrong")


def test_reading_and_writing_takes_one_connection(gmail: Gmail, open_gmail: Open, user: str) -> None:
    gmail.put(user, mail(1))
    with closing(open_gmail(user)) as mailbox:
        list(mailbox.fetch_since(ALL, None))
        mailbox.append_draft(mail(2))
        mailbox.add_labels(ALL, [1], ["Interviews/Waiting"])
        mailbox.wait(0.05, threading.Event())
    assert gmail.peak[user] == 1
