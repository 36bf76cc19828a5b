"""What every kind of mailbox must do. Inherit `MailboxTests` and say how to fill the mailbox.

`ReadingTests` is the half that read-only mailboxes (mbox, .eml) pass as well.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date

import pytest

from watcher.errors import MailboxConfigError
from watcher.mailbox import Cursor, Mailbox, Role, folder_for, reading_order


def mail(number: int, text: str = "Mari bertemu hari Selasa.", *, message_id: str = "") -> bytes:
    """A small mail; its Date is the number-th day of March 2026."""
    return (
        f"Message-ID: {message_id or f'<mail-{number}@hr.example>'}\r\n"
        f"Date: {number:02d} Mar 2026 09:00:00 +0700\r\n"
        f"From: HR <hr@hr.example>\r\nTo: sari@example.org\r\n"
        f"Subject: Undangan {number}\r\n\r\n{text}\r\n"
    ).encode()


def lines(raw: bytes | None) -> bytes:
    """A mail without the difference between CRLF and LF, and without blank lines at its end."""
    return (raw or b"").replace(b"\r\n", b"\n").rstrip(b"\n")


class Everything:
    """A sieve that passes over nothing, or what it is told."""

    fields = ("From", "Subject", "Message-ID")

    def __init__(self, needless: Callable[[bytes], bool] = lambda _: False) -> None:
        self.needless = needless

    def passes(self, header: bytes, size: int) -> object | None:
        return header if self.needless(header) else None


class ReadingTests:
    """`build(raws)` returns an open mailbox whose INBOX holds these mails."""

    def build(self, raws: list[bytes]) -> Mailbox:
        raise AssertionError("each kind of mailbox says how it is filled")

    def test_it_offers_all_verbs(self) -> None:
        assert isinstance(self.build([mail(1)]), Mailbox)

    def test_the_inbox_is_found_and_read(self) -> None:
        mailbox = self.build([mail(1)])
        inbox = folder_for(mailbox.folders(), Role.INBOX)
        assert inbox is not None
        order = reading_order(mailbox.folders())
        assert inbox in order or folder_for(order, Role.ALL) is not None  # which shows the inbox, too

    def test_mails_come_whole_and_by_ascending_uid(self) -> None:
        sent = [mail(number) for number in range(1, 6)]
        found = list(self.build(sent).fetch_since("INBOX", None))
        assert [lines(one.raw) for one in found] == [lines(raw) for raw in sent]
        uids = [one.uid for one in found]
        assert uids == sorted(set(uids))
        assert all(one.folder == "INBOX" and one.problem == "" and one.size > 0 for one in found)

    def test_only_what_is_behind_the_cursor_is_read(self) -> None:
        mailbox = self.build([mail(number) for number in range(1, 5)])
        second = list(mailbox.fetch_since("INBOX", None))[1]
        rest = list(mailbox.fetch_since("INBOX", Cursor("INBOX", second.uidvalidity, second.uid)))
        assert [lines(one.raw) for one in rest] == [lines(mail(3)), lines(mail(4))]

    def test_nothing_is_behind_the_cursor_of_the_end(self) -> None:
        mailbox = self.build([mail(1), mail(2)])
        assert list(mailbox.fetch_since("INBOX", mailbox.cursor("INBOX"))) == []

    def test_a_cursor_of_another_uidvalidity_means_nothing(self) -> None:
        mailbox = self.build([mail(1), mail(2)])
        end = mailbox.cursor("INBOX")
        again = list(mailbox.fetch_since("INBOX", Cursor("INBOX", end.uidvalidity + 1, end.uid)))
        assert len(again) == 2

    def test_an_old_mail_is_left_out_on_request(self) -> None:
        mailbox = self.build([mail(1), mail(20)])
        self.age(mailbox)
        found = list(mailbox.fetch_since("INBOX", None, since=date(2026, 3, 15)))
        assert [lines(one.raw) for one in found] == [lines(mail(20))]

    def age(self, mailbox: Mailbox) -> None:
        """A hook for mailboxes that keep an arrival time of their own."""

    def test_a_mail_is_found_by_its_message_id(self) -> None:
        mailbox = self.build([mail(1), mail(2), mail(12)])
        second = list(mailbox.fetch_since("INBOX", None))[1]
        assert mailbox.find("INBOX", "<mail-2@hr.example>") == (second.uid,)
        assert mailbox.find("INBOX", "mail-2@hr.example") == (second.uid,)
        fetched = mailbox.fetch("INBOX", second.uid)
        assert fetched is not None
        assert lines(fetched.raw) == lines(mail(2))

    def test_a_piece_of_a_message_id_finds_nothing(self) -> None:
        mailbox = self.build([mail(1), mail(12)])
        assert mailbox.find("INBOX", "<2@hr.example>") == ()
        assert mailbox.find("INBOX", "<mail-@hr.example>") == ()
        assert mailbox.find("INBOX", "hr.example") == ()

    @pytest.mark.parametrize(
        "hostile",
        [
            '<a@b.example"\r\nX1 DELETE INBOX\r\n>',
            "<mail-1@hr.example>\r\nX1 LOGOUT",
            '" OR ALL "',
            "<){99}(@x.example>",
            "<%*\\@x.example>",
            "<wawancara-ñ-面接@x.example>",
            "\x00\x00",
            "",
            "<" + "a" * 5000 + "@x.example>",
        ],
    )
    def test_a_hostile_message_id_finds_nothing_and_breaks_nothing(self, hostile: str) -> None:
        mailbox = self.build([mail(1)])
        if "mail-1" not in hostile:
            assert mailbox.find("INBOX", hostile) == ()
        else:
            assert len(mailbox.find("INBOX", hostile)) <= 1
        assert len(list(mailbox.fetch_since("INBOX", None))) == 1

    def test_a_strange_message_id_that_is_there_is_found(self) -> None:
        strange = "<a(b){3}*%@hr.example>"
        mailbox = self.build([mail(1), mail(2, message_id=strange)])
        assert len(mailbox.find("INBOX", strange)) == 1

    def test_a_folder_with_something_new_is_among_the_news(self) -> None:
        mailbox = self.build([mail(1)])
        assert mailbox.news(["INBOX"]) == {"INBOX"}  # nobody has looked yet

    def test_with_a_sieve_each_mail_still_has_its_place(self) -> None:
        mailbox = self.build([mail(number) for number in range(1, 4)])
        found = list(mailbox.fetch_since("INBOX", None, None, Everything()))
        assert [lines(one.raw) for one in found] == [lines(mail(number)) for number in range(1, 4)]

    def test_a_mail_that_is_gone_is_none(self) -> None:
        assert self.build([mail(1)]).fetch("INBOX", 4711) is None

    def test_random_bytes_are_a_mail(self) -> None:
        noise = bytes(byte for byte in range(256) if byte not in (0, 10, 13)) * 40
        mailbox = self.build([mail(1), noise, mail(3)])
        found = list(mailbox.fetch_since("INBOX", None))
        assert len(found) == 3
        assert lines(found[1].raw) == noise

    def test_waiting_ends_promptly_when_asked_to_stop(self) -> None:
        mailbox = self.build([mail(1)])
        stop = threading.Event()
        threading.Timer(0.15, stop.set).start()
        begin = time.monotonic()
        assert mailbox.wait(60, stop) is False
        assert time.monotonic() - begin < 1
        assert mailbox.wait(60, stop) is False  # already set

    def test_waiting_ends_when_woken(self) -> None:
        mailbox = self.build([mail(1)])
        threading.Timer(0.1, mailbox.wake).start()
        begin = time.monotonic()
        assert mailbox.wait(60, threading.Event()) is True
        assert time.monotonic() - begin < 1

    def test_closing_twice_is_harmless(self) -> None:
        mailbox = self.build([mail(1)])
        mailbox.close()
        mailbox.close()
        assert mailbox.name


class ReadOnlyTests(ReadingTests):
    """What is never written to says so."""

    def test_it_cannot_be_written_to(self) -> None:
        mailbox = self.build([mail(1)])
        for write in (
            lambda: mailbox.append_draft(mail(9)),
            lambda: mailbox.add_flags("INBOX", [1], ["\\Flagged"]),
            lambda: mailbox.remove_flags("INBOX", [1], ["\\Flagged"]),
            lambda: mailbox.delete_draft(1),
        ):
            with pytest.raises(MailboxConfigError, match="read-only"):
                write()


class MailboxTests(ReadingTests):
    """The whole contract, for mailboxes that can be written to."""

    #: Can the mailbox keep a keyword of ours?
    keywords = True

    def drafts(self, mailbox: Mailbox) -> str:
        folder = folder_for(mailbox.folders(), Role.DRAFTS)
        assert folder is not None
        return folder.name

    def test_a_draft_lies_in_drafts_unread_by_scans(self) -> None:
        mailbox = self.build([mail(1)])
        mailbox.append_draft(mail(7))
        drafts = self.drafts(mailbox)
        (uid,) = mailbox.find(drafts, "<mail-7@hr.example>")
        draft = mailbox.fetch(drafts, uid)
        assert draft is not None
        assert lines(draft.raw) == lines(mail(7))
        assert {"\\Draft", "\\Seen"} <= draft.flags
        assert drafts not in [folder.name for folder in reading_order(mailbox.folders())]
        assert len(list(mailbox.fetch_since("INBOX", None))) == 1

    def test_only_the_one_draft_is_deleted(self) -> None:
        mailbox = self.build([])
        for number in (1, 2, 3):
            mailbox.append_draft(mail(number))
        drafts = self.drafts(mailbox)
        third = mailbox.find(drafts, "<mail-3@hr.example>")
        mailbox.add_flags(drafts, third, ["\\Deleted"])  # by the person, not yet expunged
        mailbox.delete_draft(mailbox.find(drafts, "<mail-2@hr.example>")[0])
        assert mailbox.find(drafts, "<mail-2@hr.example>") == ()
        assert len(mailbox.find(drafts, "<mail-1@hr.example>")) == 1
        assert mailbox.find(drafts, "<mail-3@hr.example>") == third

    def test_flags_come_and_go(self) -> None:
        mailbox = self.build([mail(1), mail(2)])
        first, second = (one.uid for one in mailbox.fetch_since("INBOX", None))
        mailbox.add_flags("INBOX", [first, second, 4711], ["\\Flagged", "$FollowUp1w"])
        mailbox.remove_flags("INBOX", [second], ["\\Flagged", "$FollowUp1w"])
        flagged, plain = mailbox.fetch("INBOX", first), mailbox.fetch("INBOX", second)
        assert flagged is not None
        assert plain is not None
        assert "\\Flagged" in flagged.flags
        assert ("$FollowUp1w" in flagged.flags) is self.keywords
        assert not plain.flags & {"\\Flagged", "$FollowUp1w"}

    def test_nothing_is_marked_as_read(self) -> None:
        mailbox = self.build([mail(1), mail(2)])
        uids = [one.uid for one in mailbox.fetch_since("INBOX", None)]
        mailbox.find("INBOX", "<mail-1@hr.example>")
        mailbox.add_flags("INBOX", uids, ["\\Flagged"])
        mailbox.remove_flags("INBOX", uids, ["\\Flagged"])
        assert [one.flags & {"\\Seen"} for one in mailbox.fetch_since("INBOX", None)] == [frozenset()] * 2

    def test_a_draft_in_another_folder_is_no_mail(self) -> None:
        mailbox = self.build([mail(1), mail(2)])
        second = list(mailbox.fetch_since("INBOX", None))[1]
        mailbox.add_flags("INBOX", [second.uid], ["\\Draft"])
        assert [lines(one.raw) for one in mailbox.fetch_since("INBOX", None)] == [lines(mail(1))]

    def test_no_uids_is_nothing_to_do(self) -> None:
        mailbox = self.build([mail(1)])
        mailbox.add_flags("INBOX", [], ["\\Flagged"])
        assert [one.flags & {"\\Flagged"} for one in mailbox.fetch_since("INBOX", None)] == [frozenset()]

    def test_an_unknown_folder_is_named(self) -> None:
        with pytest.raises(MailboxConfigError, match="Lamaran"):
            list(self.build([mail(1)]).fetch_since("Lamaran", None))
