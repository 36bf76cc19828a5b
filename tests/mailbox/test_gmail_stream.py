"""Reading a server like Gmail's the cheap way: headers first, with Gmail's own extensions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from conftest import until
from mailbox_suite import Everything, lines, mail

from watcher.errors import LimitError
from watcher.mailbox.gmail import GmailMailbox

if TYPE_CHECKING:
    from servers.gmail import Gmail

pytestmark = pytest.mark.dovecot

Open = Callable[..., GmailMailbox]
ALL, SENT = "[Gmail]/All Mail", "[Gmail]/Sent Mail"
LONG = "isi " * 100_000


@pytest.fixture
def user(gmail: Gmail) -> str:
    return gmail.new_user()


def test_a_mail_names_its_thread_small_or_of_its_parts(gmail: Gmail, open_gmail: Open, user: str) -> None:
    for raw in (mail(1), mail(2, LONG)):
        gmail.put(user, raw)
    mailbox = open_gmail(user)
    found = list(mailbox.fetch_since(ALL, None, None, Everything()))
    whole = list(mailbox.fetch_since(ALL, None))
    assert [lines(one.raw) for one in found] == [lines(one.raw) for one in whole]
    assert [(one.gmail_thread, one.gmail_id) for one in found] == [
        (one.gmail_thread, one.gmail_id) for one in whole
    ]
    assert all(one.gmail_thread and one.gmail_id for one in found)


@pytest.mark.parametrize("refused", [False, True])
def test_the_first_look_is_narrowed_unless_the_server_refuses(
    gmail: Gmail, open_gmail: Open, user: str, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    if refused:
        monkeypatch.setattr("watcher.mailbox.gmail.NARROWED", "unknown:operator")
    gmail.put(user, mail(1))
    gmail.put(user, mail(2), labels=[r"\Sent"])
    found = list(open_gmail(user).fetch_since(ALL, None, None, Everything()))
    assert len(found) == (2 if refused else 1)


def test_what_is_pushed_for_the_inbox_is_read_from_all_mail(
    gmail: Gmail, open_gmail: Open, user: str
) -> None:
    mailbox, watched = open_gmail(user), (SENT, ALL)
    ends = {name: mailbox.cursor(name) for name in watched}
    threading.Timer(0.2, gmail.deliver, (user, mail(1))).start()
    assert mailbox.wait(30, threading.Event())
    assert mailbox.news(watched) == {ALL}
    mailbox.cursor(ALL)
    found = list(mailbox.fetch_since(ALL, ends[ALL], None, Everything()))
    assert [lines(one.raw) for one in found] == [lines(mail(1))]
    assert not mailbox.wait(0.05, threading.Event())


def test_archived_and_sent_mail_is_news_too(gmail: Gmail, open_gmail: Open, user: str) -> None:
    mailbox, watched = open_gmail(user), (SENT, ALL)
    for name in watched:
        mailbox.cursor(name)
    assert not mailbox.wait(0.05, threading.Event())
    assert all(not mailbox.news(watched) for _ in watched)
    gmail.put(user, mail(1), labels=[r"\Sent"])
    assert {name for _ in watched for name in mailbox.news(watched)} == {SENT, ALL}


def test_a_session_that_ends_in_the_middle_of_reading(gmail: Gmail, open_gmail: Open, user: str) -> None:
    for number in range(1, 9):
        gmail.put(user, mail(number, LONG))
    mails = open_gmail(user).fetch_since(ALL, None, None, Everything())
    assert next(mails).uid == 1
    gmail.end_sessions(user)
    assert until(lambda: not gmail.sessions[user])
    assert [one.uid for one in mails] == [2, 3, 4, 5, 6, 7, 8]


def test_used_up_traffic_is_no_mails_fault(gmail: Gmail, open_gmail: Open, user: str) -> None:
    for number in range(1, 9):
        gmail.put(user, mail(number, LONG))
    gmail.allowance[user] = 1_500_000
    read = []
    with pytest.raises(LimitError, match="bandwidth limits"):
        for one in open_gmail(user).fetch_since(ALL, None, None, Everything()):
            read.append(one.uid)
    assert len(read) < 8
