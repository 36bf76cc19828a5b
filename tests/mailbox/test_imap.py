"""The mailbox on a real IMAP server: the generic suite, and what only a server can show."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from conftest import require
from mailbox_suite import Everything, MailboxTests, lines, mail

from watcher.errors import MailboxConfigError, MailboxError
from watcher.mailbox import (
    HEAD_OF_LARGE_MAIL,
    LARGEST_MAIL,
    Cursor,
    Folder,
    ImapAccount,
    Mailbox,
    Role,
    folder_for,
    reading_order,
)
from watcher.mailbox.imap import ImapMailbox, connect

if TYPE_CHECKING:
    from servers.dovecot import Dovecot

pytestmark = pytest.mark.dovecot

Open = Callable[..., Mailbox]


def account(server: Dovecot, user: str, **more: object) -> ImapAccount:
    settings: dict[str, object] = {
        "name": "kerja",
        "address": user,
        "host": server.host,
        "port": server.tls_port,
        "ca_file": server.ca_file,
        "timeout": 5.0,
        **more,
    }
    return ImapAccount(**settings)  # type: ignore[arg-type]


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.new_user()


@pytest.fixture
def opened() -> Iterator[Open]:
    """Open mailboxes that are closed behind the test."""
    from servers.dovecot import PASSWORD

    mailboxes: list[Mailbox] = []

    def open_it(server: Dovecot, user: str, **more: object) -> Mailbox:
        mailboxes.append(connect(account(server, user, **more), lambda: PASSWORD))
        return mailboxes[-1]

    yield open_it
    for mailbox in mailboxes:
        mailbox.close()


class TestDovecot(MailboxTests):
    @pytest.fixture(autouse=True)
    def _prepare(self, dovecot: Dovecot, user: str, opened: Open) -> None:
        self.server, self.user, self.opened = dovecot, user, opened

    def build(self, raws: list[bytes]) -> Mailbox:
        for number, raw in enumerate(raws):
            day = 20 if b"Undangan 20" in raw else 1 + number
            self.server.append(self.user, raw, when=datetime(2026, 3, day, 2, 0, tzinfo=UTC).timestamp())
        return self.opened(self.server, self.user, port=self.server.port, security="none")


def test_an_encrypted_connection_on_the_plain_port(dovecot: Dovecot, user: str, opened: Open) -> None:
    dovecot.append(user, mail(1))
    mailbox = opened(dovecot, user, port=dovecot.port, security="starttls")
    assert [lines(one.raw) for one in mailbox.fetch_since("INBOX", None)] == [lines(mail(1))]
    assert mailbox.wait(0.1, threading.Event()) is False


@pytest.fixture(scope="module")
def modest() -> Iterator[Dovecot]:
    """A server without any extension worth the name, with Indonesian folder names that say nothing."""
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    from servers.dovecot import Dovecot

    names = {"Konsep": r"\Drafts", "Terkirim": r"\Sent", "Arsip & lain": r"\Archive", "Surat élu": ""}
    with Dovecot(capability="IMAP4rev1", folders=names, separator=".") as server:
        yield server


class TestModestServer(TestDovecot):
    """No IDLE, no UIDPLUS, no SPECIAL-USE announced, no ID."""

    @pytest.fixture(autouse=True)
    def _prepare_modest(self, modest: Dovecot, opened: Open) -> None:
        self.server, self.user, self.opened = modest, modest.new_user(), opened

    def test_only_the_one_draft_is_deleted(self) -> None:
        """Without UIDPLUS it is marked; EXPUNGE would take along what the person had marked."""
        mailbox = self.build([])
        for number in (1, 2, 3):
            mailbox.append_draft(mail(number))
        third = mailbox.find("Konsep", "<mail-3@hr.example>")
        mailbox.add_flags("Konsep", third, ["\\Deleted"])
        mailbox.delete_draft(mailbox.find("Konsep", "<mail-2@hr.example>")[0])
        assert self.server.flags(self.user, "Konsep") == {
            1: {"\\Draft", "\\Seen"},
            2: {"\\Draft", "\\Seen", "\\Deleted"},
            3: {"\\Draft", "\\Seen", "\\Deleted"},
        }

    def test_waiting_without_idle_lets_the_time_pass(self) -> None:
        begin = time.monotonic()
        assert self.build([]).wait(0.2, threading.Event()) is True
        assert 0.15 < time.monotonic() - begin < 2

    def test_folders_are_known_by_their_marks_and_names_decoded(self) -> None:
        folders = self.build([]).folders()
        assert {folder.name: folder.roles for folder in folders} == {
            "INBOX": {Role.INBOX},
            "Konsep": {Role.DRAFTS},
            "Terkirim": {Role.SENT},
            "Arsip & lain": {Role.ARCHIVE},
            "Surat élu": set(),
        }
        assert [folder.name for folder in reading_order(folders)] == ["INBOX", "Arsip & lain", "Terkirim"]

    def test_a_folder_with_a_foreign_name_is_read_and_written(self) -> None:
        self.server.append(self.user, mail(3), "Surat élu")
        mailbox = self.build([])
        (found,) = mailbox.fetch_since("Surat élu", None)
        mailbox.add_flags("Surat élu", [found.uid], ["\\Flagged"])
        assert self.server.flags(self.user, "Surat élu") == {1: {"\\Flagged"}}

    def test_the_settings_override_what_a_folder_is_for(self) -> None:
        self.build([]).close()
        mailbox = self.opened(
            self.server, self.user, folders={Role.DRAFTS: "Surat élu", Role.ALL: "Arsip & lain"}
        )
        mailbox.append_draft(mail(1))
        assert len(mailbox.find("Surat élu", "<mail-1@hr.example>")) == 1
        assert [folder.name for folder in reading_order(mailbox.folders())] == ["Arsip & lain", "Terkirim"]

    def test_an_override_that_names_no_folder_is_a_fault_of_the_settings(self) -> None:
        mailbox = self.opened(self.server, self.user, folders={Role.SENT: "Sent"})
        with pytest.raises(MailboxConfigError, match=r"no folder 'Sent'.*Terkirim"):
            mailbox.folders()


def test_special_use_can_be_asked_for(dovecot: Dovecot, user: str, opened: Open) -> None:
    """A server may leave the marks out of a plain LIST."""
    mailbox = opened(dovecot, user)
    assert isinstance(mailbox, ImapMailbox)
    asked = mailbox._list(special=True)
    assert asked == mailbox.folders()
    assert Folder("Drafts", frozenset({Role.DRAFTS})) in asked


def test_the_folder_of_all_mail_is_read_instead_of_inbox(opened: Open) -> None:
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    from servers.dovecot import Dovecot

    with Dovecot(folders={"Semua": r"\All", "Terkirim": r"\Sent", "Spam": r"\Junk"}) as server:
        mailbox = opened(server, server.new_user())
        order = reading_order(mailbox.folders())
        assert [folder.name for folder in order] == ["Semua", "Terkirim"]
        order = reading_order(mailbox.folders(), read_junk=True)
        assert [folder.name for folder in order] == ["Semua", "Terkirim", "Spam"]
        with pytest.raises(MailboxConfigError, match="no Drafts folder"):
            mailbox.append_draft(mail(1))
        assert mailbox.cursor("Semua").uid == 0


def test_no_verb_sets_seen(dovecot: Dovecot, user: str, opened: Open) -> None:
    for number in range(1, 4):
        dovecot.append(user, mail(number))
    mailbox = opened(dovecot, user)
    mailbox.folders()
    assert len(list(mailbox.fetch_since("INBOX", None))) == 3
    mailbox.fetch("INBOX", 2)
    mailbox.find("INBOX", "<mail-1@hr.example>")
    mailbox.cursor("INBOX")
    mailbox.wait(0.05, threading.Event())
    mailbox.add_flags("INBOX", [1], ["$FollowUp1w", "\\Flagged"])
    mailbox.remove_flags("INBOX", [1], ["$FollowUp1w"])
    assert dovecot.flags(user) == {1: {"\\Flagged"}, 2: set(), 3: set()}


def test_two_thousand_mails_stream_in_seconds(dovecot: Dovecot, user: str, opened: Open) -> None:
    dovecot.fill(user, (mail(1 + number % 28, "kata " * 500) for number in range(2000)))
    mailbox = opened(dovecot, user)
    begin = time.monotonic()
    assert sum(1 for _ in mailbox.fetch_since("INBOX", None)) == 2000
    assert time.monotonic() - begin < 8


def test_a_folder_of_more_mails_than_one_answer_holds(
    dovecot: Dovecot, user: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The windows of sequence numbers join without a gap (with small windows in place of 50,000)."""
    monkeypatch.setattr("watcher.mailbox.imap_read.WINDOW", 7)
    monkeypatch.setattr("watcher.mailbox.imap_read.OVERLAP", 2)
    dovecot.fill(user, (mail(1 + number) for number in range(25)))
    found = list(opened(dovecot, user).fetch_since("INBOX", None))
    assert [one.uid for one in found] == list(range(1, 26))


def test_arrival_is_an_aware_time(dovecot: Dovecot, user: str, opened: Open) -> None:
    when = datetime(2026, 3, 3, 2, 30, 5, tzinfo=UTC)
    dovecot.append(user, mail(3), flags=r"\Answered", when=when.timestamp())
    (found,) = opened(dovecot, user).fetch_since("INBOX", None)
    assert found.arrived == when
    assert found.flags == {"\\Answered"}


def test_a_giant_mail_is_read_to_its_first_part(dovecot: Dovecot, user: str, opened: Open) -> None:
    giant = mail(2, "x" * 78 + "\r\n") + (b"y" * 78 + b"\r\n") * (LARGEST_MAIL // 80 + 10)
    for raw in (mail(1), giant, mail(3)):
        dovecot.append(user, raw)
    found = list(opened(dovecot, user).fetch_since("INBOX", None))
    assert [one.uid for one in found] == [1, 2, 3]
    assert found[1].raw == giant[:HEAD_OF_LARGE_MAIL]
    assert found[1].size == len(giant)
    assert "larger than 25 MB" in found[1].problem
    assert found[2].problem == ""


def test_mails_expunged_while_reading_are_skipped(dovecot: Dovecot, user: str, opened: Open) -> None:
    """After the search, before their batch: the server then answers with NIL."""
    for number in range(1, 5):
        dovecot.append(user, mail(number, "isi " * 400_000))
    mails = opened(dovecot, user).fetch_since("INBOX", None)
    assert next(mails).uid == 1
    with dovecot.client(user) as other:
        other.select("INBOX")
        other.uid("STORE", "3", "+FLAGS", r"(\Deleted)")
        other.expunge()
    assert [one.uid for one in mails] == [2, 4]


def test_other_verbs_may_be_used_between_two_mails(dovecot: Dovecot, user: str, opened: Open) -> None:
    for number in range(1, 4):
        dovecot.append(user, mail(number, "isi " * 400_000))
    mailbox = opened(dovecot, user)
    seen = []
    for one in mailbox.fetch_since("INBOX", None):
        seen.append(one.uid)
        mailbox.append_draft(mail(10 + one.uid))
        assert mailbox.find("Drafts", f"<mail-{10 + one.uid}@hr.example>")
    assert seen == [1, 2, 3]


def test_a_uidvalidity_that_changes_is_exposed(dovecot: Dovecot, user: str, opened: Open) -> None:
    dovecot.append(user, mail(1))
    mailbox = opened(dovecot, user)
    before = mailbox.cursor("INBOX")
    dovecot.doveadm("mailbox", "update", "-u", user, "--uid-validity", "4242424242", "INBOX")
    mailbox.close()
    mailbox = opened(dovecot, user)
    after = mailbox.cursor("INBOX")
    assert (before.uidvalidity, after.uidvalidity) != (after.uidvalidity, before.uidvalidity)
    assert after.uidvalidity == 4242424242
    (again,) = mailbox.fetch_since("INBOX", before)
    assert again.uidvalidity == 4242424242


def test_flags_never_go_to_a_mail_of_another_numbering(dovecot: Dovecot, user: str, opened: Open) -> None:
    """Found under one UIDVALIDITY, flagged under another: that could be any mail."""
    with dovecot.client(user) as other:
        other.create("Lamaran")
        dovecot.append(user, mail(1), "Lamaran")
        mailbox = opened(dovecot, user)
        (uid,) = mailbox.find("Lamaran", "<mail-1@hr.example>")
        mailbox.find("INBOX", "<mail-1@hr.example>")  # another folder is in view meanwhile
        other.delete("Lamaran")
        other.create("Lamaran")
        dovecot.append(user, mail(2), "Lamaran")
        with pytest.raises(MailboxError, match="rebuilt"):
            mailbox.add_flags("Lamaran", [uid], ["\\Flagged"])
        assert dovecot.flags(user, "Lamaran") == {1: set()}


def test_a_new_mail_is_pushed(dovecot: Dovecot, user: str, opened: Open) -> None:
    dovecot.append(user, mail(1))
    mailbox = opened(dovecot, user)
    end = mailbox.cursor("INBOX")
    threading.Timer(0.2, dovecot.deliver, (user, mail(2))).start()
    begin = time.monotonic()
    assert mailbox.wait(30, threading.Event()) is True
    assert time.monotonic() - begin < 2
    assert len(list(mailbox.fetch_since("INBOX", end))) == 1


def test_a_mail_that_came_before_idle_is_not_missed(dovecot: Dovecot, user: str, opened: Open) -> None:
    mailbox = opened(dovecot, user)
    assert list(mailbox.fetch_since("INBOX", None)) == []
    dovecot.append(user, mail(1))
    begin = time.monotonic()
    assert mailbox.wait(30, threading.Event()) is True
    assert time.monotonic() - begin < 1


def pushed(dovecot: Dovecot, user: str, mailbox: Mailbox, number: int) -> int:
    """Have a mail come while `mailbox` waits, and read what is new; how many mails that is."""
    end = mailbox.cursor("INBOX")
    waiting = threading.Thread(target=mailbox.wait, args=(30, threading.Event()))
    waiting.start()
    dovecot.deliver(user, mail(number))
    waiting.join()
    assert mailbox.news(["INBOX"]) == {"INBOX"}
    return len(list(mailbox.fetch_since("INBOX", end, None, Everything())))


def test_after_other_folders_what_was_read_is_no_news_and_what_came_is(
    dovecot: Dovecot, user: str, opened: Open
) -> None:
    """A pushed mail leads to a draft, so that another folder comes into view: INBOX is not read once more for
    it; but it is for the mail that comes just then."""
    dovecot.append(user, mail(1))
    mailbox = opened(dovecot, user)
    mailbox.wait(0.1, threading.Event())
    assert pushed(dovecot, user, mailbox, 2) == 1
    assert mailbox.find("Drafts", "<nothing@x>") == ()
    assert mailbox.wait(0.3, threading.Event()) is False
    assert pushed(dovecot, user, mailbox, 3) == 1
    assert mailbox.find("Drafts", "<nothing@x>") == ()
    dovecot.deliver(user, mail(4))
    assert mailbox.wait(30, threading.Event()) is True
    assert mailbox.news(["INBOX"]) == {"INBOX"}


def test_what_comes_while_the_news_is_read_is_read_right_after(
    dovecot: Dovecot, user: str, opened: Open
) -> None:
    dovecot.append(user, mail(1))
    mailbox = opened(dovecot, user)
    mailbox.wait(0.1, threading.Event())
    end = mailbox.cursor("INBOX")
    waiting = threading.Thread(target=mailbox.wait, args=(30, threading.Event()))
    waiting.start()
    dovecot.deliver(user, mail(2))
    waiting.join()
    dovecot.deliver(user, mail(3))  # the view of the session does not know of it yet
    got = len(list(mailbox.fetch_since("INBOX", end, None, Everything())))
    begin = time.monotonic()
    while got < 2:
        assert mailbox.wait(30, threading.Event()) is True
        end = mailbox.cursor("INBOX")
        got += len(list(mailbox.fetch_since("INBOX", end, None, Everything())))
    assert time.monotonic() - begin < 2


def test_the_folder_of_sent_mail_is_opened_once(dovecot: Dovecot, user: str, opened: Open) -> None:
    dovecot.append(user, mail(1), "Sent")
    mailbox = opened(dovecot, user)
    assert isinstance(mailbox, ImapMailbox)
    mailbox.folders()
    before = mailbox._session.views
    mailbox.cursor("Sent")
    assert len(list(mailbox.fetch_since("Sent", None))) == 1
    assert mailbox._session.views == before + 1


def test_a_quiet_inbox_is_quiet_and_flags_are_no_news(dovecot: Dovecot, user: str, opened: Open) -> None:
    dovecot.append(user, mail(1))
    mailbox = opened(dovecot, user)
    mailbox.cursor("INBOX")

    def read_it() -> None:
        with dovecot.client(user) as other:
            other.select("INBOX")
            other.uid("STORE", "1", "+FLAGS", r"(\Seen)")

    threading.Timer(0.1, read_it).start()
    assert mailbox.wait(1.2, threading.Event()) is False
    assert mailbox.wait(0.1, threading.Event()) is False
    assert mailbox.fetch("INBOX", 1) is not None  # the connection is as good as before


def test_idle_is_renewed(dovecot: Dovecot, user: str, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.mailbox.imap_idle.RENEW", 0.1)
    mailbox = opened(dovecot, user)
    assert isinstance(mailbox, ImapMailbox)
    client = mailbox._session.client
    begun: list[float] = []
    idle = client.idle
    monkeypatch.setattr(client, "idle", lambda: (begun.append(time.monotonic()), idle())[1])
    assert mailbox.wait(0.55, threading.Event()) is False
    assert 4 <= len(begun) <= 7


def test_a_cursor_from_an_empty_folder_is_worth_something(dovecot: Dovecot, user: str, opened: Open) -> None:
    mailbox = opened(dovecot, user)
    end = mailbox.cursor("INBOX")
    assert end == Cursor("INBOX", end.uidvalidity, 0)
    dovecot.append(user, mail(1))
    later = opened(dovecot, user)
    assert [lines(one.raw) for one in later.fetch_since("INBOX", end)] == [lines(mail(1))]


def test_folder_for_names_the_first(dovecot: Dovecot, user: str, opened: Open) -> None:
    folders = opened(dovecot, user).folders()
    assert folders[0].name == "INBOX"
    assert folder_for(folders, Role.SENT) == Folder("Sent", frozenset({Role.SENT}))
    assert folder_for(folders, Role.ALL) is None
