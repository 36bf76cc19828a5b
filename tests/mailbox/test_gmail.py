"""The mailbox on a server like Gmail's: the generic suite, and what labels that are folders change."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from conftest import require
from imapclient import IMAPClient
from mailbox_suite import MailboxTests, lines, mail

from watcher.errors import MailboxConfigError
from watcher.mailbox import Cursor, Labelled, Mailbox, Role, Talkative, folder_for, reading_order
from watcher.mailbox.gmail import NARROWED, GmailMailbox
from watcher.mailbox.imap import ImapMailbox, connect

if TYPE_CHECKING:
    from servers.dovecot import Dovecot
    from servers.gmail import Gmail

pytestmark = pytest.mark.dovecot

Open = Callable[..., GmailMailbox]
ALL = "[Gmail]/All Mail"
FIRST = "<mail-1@hr.example>"


class TestGmail(MailboxTests):
    @pytest.fixture(autouse=True)
    def _prepare(self, gmail: Gmail, open_gmail: Open) -> None:
        self.server, self.user, self.opened = gmail, gmail.new_user(), open_gmail

    def build(self, raws: list[bytes]) -> Mailbox:
        for number, raw in enumerate(raws):
            day = 20 if b"Undangan 20" in raw else 1 + number
            self.server.put(self.user, raw, when=datetime(2026, 3, day, 2, 0, tzinfo=UTC).timestamp())
        return self.opened(self.user)


@pytest.fixture
def user(gmail: Gmail) -> str:
    return gmail.new_user()


@pytest.fixture
def program(gmail: Gmail, user: str) -> Iterator[IMAPClient]:
    """The person's mail program."""
    from servers.dovecot import PASSWORD

    context = ssl.create_default_context(cafile=str(gmail.ca_file))
    with IMAPClient("localhost", gmail.tls_port, ssl_context=context, timeout=5) as client:
        client.login(user, PASSWORD)
        yield client


def answer(number: int, to: str) -> bytes:
    return mail(number).replace(
        b"Subject:", f"In-Reply-To: {to}\r\nReferences: {to}\r\nSubject: Re:".encode()
    )


# ------------------------------------------------------------------ known by what it can do


def test_it_is_known_by_its_capability_not_by_its_host(open_gmail: Open, user: str, dovecot: Dovecot) -> None:
    from servers.dovecot import PASSWORD
    from servers.gmail import Gmail

    assert type(open_gmail(user)) is GmailMailbox
    other = connect(Gmail.account(dovecot, dovecot.new_user()), lambda: PASSWORD)  # type: ignore[arg-type]
    assert type(other) is ImapMailbox
    assert isinstance(other, Talkative)
    assert not isinstance(other, Labelled)
    assert other.remarks() == ()
    other.close()


@pytest.mark.parametrize("language", ["id", "ja", "en-gb"])
def test_folders_are_known_by_their_marks_in_any_language(language: str) -> None:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    from servers.dovecot import PASSWORD
    from servers.gmail import Gmail

    with Gmail(language=language) as server:
        user = server.new_user()
        server.put(user, mail(1))
        mailbox = connect(server.account(user), lambda: PASSWORD)
        order = [folder.name for folder in reading_order(mailbox.folders())]
        assert order == [server.names[r"\All"], server.names[r"\Sent"]]
        assert [one.raw for one in mailbox.fetch_since(order[0], None)] == [mail(1)]
        mailbox.append_draft(mail(2))
        assert len(mailbox.find(server.names[r"\Drafts"], "<mail-2@hr.example>")) == 1
        mailbox.delete_draft(1)
        assert server.labels(user)["<mail-2@hr.example>"] == {r"\Draft", r"\Trash"}
        mailbox.close()


def test_a_mail_names_its_thread_and_itself(gmail: Gmail, open_gmail: Open, user: str) -> None:
    from servers.gmail_labels import number

    for raw in (mail(1), answer(2, FIRST), mail(3)):
        gmail.put(user, raw)
    first, second, third = open_gmail(user).fetch_since(ALL, None)
    assert first.gmail_thread == second.gmail_thread == first.gmail_id == str(number(FIRST.encode()))
    assert third.gmail_thread == third.gmail_id
    assert len({first.gmail_id, second.gmail_id, third.gmail_id}) == 3


def test_elsewhere_there_is_no_thread(dovecot: Dovecot) -> None:
    from servers.dovecot import PASSWORD
    from servers.gmail import Gmail

    other = dovecot.new_user()
    dovecot.append(other, mail(1))
    mailbox = connect(Gmail.account(dovecot, other), lambda: PASSWORD)  # type: ignore[arg-type]
    (one,) = mailbox.fetch_since("INBOX", None)
    assert (one.gmail_thread, one.gmail_id) == ("", "")
    mailbox.close()


# ------------------------------------------------------------------ labels


@pytest.mark.parametrize(
    "name",
    [
        "Interviews/Your turn",
        "Wawancara/Giliran Anda",
        "2026",
        'says "hello" \\ & so on',
        "面接/あなたの番",
        "NIL",
        "{3}",
        "a)(b",
        "Über*%",
    ],
)
def test_a_label_comes_and_goes(gmail: Gmail, open_gmail: Open, user: str, name: str) -> None:
    gmail.put(user, mail(1))
    gmail.put(user, mail(2))
    mailbox = open_gmail(user)
    first, second = (one.uid for one in mailbox.fetch_since(ALL, None))
    mailbox.add_labels(ALL, [first, 4711], [name])
    assert gmail.labels(user) == {FIRST: {r"\Inbox", name}, "<mail-2@hr.example>": {r"\Inbox"}}
    assert mailbox.labels(ALL, first) == {r"\Inbox", name}
    assert mailbox.labels(ALL, second) == {r"\Inbox"}
    assert mailbox.labels(ALL, 4711) == frozenset()
    mailbox.add_labels(ALL, [first], [name])
    mailbox.remove_labels(ALL, [first], [name])
    assert gmail.labels(user)[FIRST] == {r"\Inbox"}
    assert all(not one.flags for one in mailbox.fetch_since(ALL, None))  # still unread


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x\r\nX1 LOGOUT",
        "\\Trash",
        "\\Inbox",
        "a\x00b",
        "a//b",
        "/a",
        " a",
        "a  b",
        "a/ b",
        "x" * 226,
        "\u202egnp",
    ],
)
def test_what_is_no_name_never_reaches_the_server(
    gmail: Gmail, open_gmail: Open, user: str, name: str
) -> None:
    gmail.put(user, mail(1))
    mailbox = open_gmail(user)
    for verb in (mailbox.add_labels, mailbox.remove_labels):
        with pytest.raises(ValueError, match="no name of a label"):
            verb(ALL, [1], [name])
    assert gmail.labels(user) == {FIRST: {r"\Inbox"}}
    assert mailbox.find(ALL, FIRST) == (1,)


def test_a_label_is_a_folder(gmail: Gmail, open_gmail: Open, user: str) -> None:
    gmail.put(user, mail(1))
    mailbox = open_gmail(user)
    mailbox.add_labels(ALL, mailbox.find(ALL, FIRST), ["Interviews/Waiting"])
    assert "Interviews/Waiting" in {folder.name for folder in mailbox.folders()}
    assert len(mailbox.find("Interviews/Waiting", FIRST)) == 1
    mailbox.add_labels("INBOX", [], ["Interviews/Waiting"])  # nothing to do


def test_a_label_that_the_server_will_not_have_is_named(
    open_gmail: Open, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.mailbox.gmail.checked", lambda label: label)
    with pytest.raises(MailboxConfigError, match="does not take the label 'Interviews / Waiting'"):
        open_gmail(user).add_labels(ALL, [1], ["Interviews / Waiting"])


# ------------------------------------------------------------------ what Gmail does otherwise


def test_a_mail_that_is_there_is_not_laid_twice(gmail: Gmail, open_gmail: Open, user: str) -> None:
    mailbox = open_gmail(user)
    mailbox.append_draft(mail(1))
    mailbox.append_draft(mail(1, "another text"))
    (uid,) = mailbox.find("[Gmail]/Drafts", FIRST)
    draft = mailbox.fetch("[Gmail]/Drafts", uid)
    assert draft is not None
    assert lines(draft.raw) == lines(mail(1))


def test_a_draft_taken_back_goes_into_the_bin(gmail: Gmail, open_gmail: Open, user: str) -> None:
    mailbox = open_gmail(user)
    mailbox.append_draft(mail(1))
    mailbox.delete_draft(mailbox.find("[Gmail]/Drafts", FIRST)[0])
    assert mailbox.find("[Gmail]/Drafts", FIRST) == mailbox.find(ALL, FIRST) == ()
    assert len(mailbox.find("[Gmail]/Trash", FIRST)) == 1


def test_a_draft_is_taken_back_also_where_the_bin_is_hidden(
    gmail: Gmail, open_gmail: Open, user: str
) -> None:
    gmail.hidden[user] = {r"\Trash"}
    mailbox = open_gmail(user)
    for number in (1, 2):
        mailbox.append_draft(mail(number))
    mailbox.delete_draft(mailbox.find("[Gmail]/Drafts", FIRST)[0])
    assert set(gmail.labels(user)) == {"<mail-2@hr.example>"}


def test_archived_mail_is_still_read(gmail: Gmail, program: IMAPClient, open_gmail: Open, user: str) -> None:
    gmail.put(user, mail(1))
    program.select_folder("INBOX")
    program.delete_messages([1])
    program.expunge()
    assert program.search() == []
    mailbox = open_gmail(user)
    assert list(mailbox.fetch_since("INBOX", None)) == []
    assert [lines(one.raw) for one in mailbox.fetch_since(ALL, None)] == [lines(mail(1))]


def test_junk_and_bin_are_no_part_of_all_mail(gmail: Gmail, open_gmail: Open, user: str) -> None:
    for number, label in enumerate((r"\Inbox", r"\Spam", r"\Trash"), start=1):
        gmail.put(user, mail(number), labels=[label])
    assert [lines(one.raw) for one in open_gmail(user).fetch_since(ALL, None)] == [lines(mail(1))]


# ------------------------------------------------------------------ hidden and limited folders


def test_without_all_mail_the_labels_are_read(gmail: Gmail, open_gmail: Open, user: str) -> None:
    gmail.hidden[user] = {r"\All"}
    gmail.put(user, mail(1))
    gmail.put(user, mail(2), labels=["Kerja/Wawancara"])
    gmail.put(user, mail(3), labels=[r"\Important"])
    gmail.put(user, mail(4), labels=[r"\Sent"])
    mailbox = open_gmail(user)
    order = [folder.name for folder in reading_order(mailbox.folders())]
    assert order[0] == "INBOX"
    assert order[-1] == "[Gmail]/Sent Mail"
    assert not {"[Gmail]/Spam", "[Gmail]/Trash", "[Gmail]/Drafts", ALL} & set(order)
    read = {lines(one.raw) for name in order for one in mailbox.fetch_since(name, None)}
    assert read == {lines(mail(number)) for number in (1, 2, 3, 4)}
    (remark,) = mailbox.remarks()
    assert "hides All Mail" in remark.fault
    assert "Show in IMAP" in remark.remedy


def test_a_limited_folder_is_noticed(
    gmail: Gmail, open_gmail: Open, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.mailbox.gmail.FOLDER_LIMITS", {3})
    for number in range(1, 6):
        gmail.put(user, mail(number))
    assert open_gmail(user).remarks() == ()
    gmail.limit_folders(user, 3)
    mailbox = open_gmail(user)
    assert len(list(mailbox.fetch_since(ALL, None))) == 3
    (remark,) = mailbox.remarks()
    assert "exactly 3 mails" in remark.fault
    assert "Do not limit" in remark.remedy


# ------------------------------------------------------------------ the first look


def test_the_first_look_reads_nothing_twice_and_misses_nothing(
    gmail: Gmail, open_gmail: Open, user: str
) -> None:
    places = [(r"\Inbox",), (), (r"\Sent",), (r"\Sent", r"\Inbox"), ("Kerja",), (r"\Important",)]
    for number, labels in enumerate(places, start=1):
        gmail.put(user, mail(number), labels=labels, category="promotions" if number == 5 else "")
    gmail.put(user, mail(9), flags="S_Chat", labels=())
    mailbox = open_gmail(user)
    mailbox.folders()
    everything = list(mailbox.fetch_since(ALL, None))
    sent = list(mailbox.fetch_since("[Gmail]/Sent Mail", None))
    assert [lines(one.raw) for one in everything] == [lines(mail(number)) for number in (1, 2, 5, 6)]
    assert [lines(one.raw) for one in sent] == [lines(mail(number)) for number in (3, 4)]
    behind = Cursor(ALL, everything[0].uidvalidity, everything[0].uid)
    assert len(list(mailbox.fetch_since(ALL, behind))) == 6  # later looks are not narrowed


def test_where_sent_mail_has_another_folder_it_is_not_left_out(
    gmail: Gmail, open_gmail: Open, user: str
) -> None:
    gmail.put(user, mail(1), labels=[r"\Sent"])
    gmail.hidden[user] = {r"\Sent"}
    assert len(list(open_gmail(user).fetch_since(ALL, None))) == 1
    gmail.hidden.clear()
    gmail.make_label(user, "Terkirim")
    mailbox = open_gmail(user, folders={Role.SENT: "Terkirim"})
    assert len(list(mailbox.fetch_since(ALL, None))) == 1


def test_a_server_that_refuses_to_narrow_is_read_whole(
    gmail: Gmail, open_gmail: Open, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.mailbox.gmail.NARROWED", "unknown:operator")
    gmail.put(user, mail(1))
    gmail.put(user, mail(2), labels=[r"\Sent"])
    assert len(list(open_gmail(user).fetch_since(ALL, None))) == 2
    assert NARROWED != "unknown:operator"


def test_new_mail_is_pushed(gmail: Gmail, open_gmail: Open, user: str) -> None:
    mailbox = open_gmail(user)
    end = mailbox.cursor(ALL)
    threading.Timer(0.2, gmail.deliver, (user, mail(1))).start()
    assert mailbox.wait(30, threading.Event()) is True
    assert len(list(mailbox.fetch_since(ALL, end))) == 1
    assert folder_for(mailbox.folders(), Role.INBOX) is not None


def test_mail_that_comes_while_all_mail_is_read_ends_the_wait(
    gmail: Gmail, open_gmail: Open, user: str
) -> None:
    mailbox = open_gmail(user)
    mailbox.folders()
    mailbox.cursor(ALL)
    assert list(mailbox.fetch_since(ALL, None)) == []
    gmail.deliver(user, mail(1))
    begin = time.monotonic()
    assert mailbox.wait(30, threading.Event()) is True
    assert time.monotonic() - begin < 2
