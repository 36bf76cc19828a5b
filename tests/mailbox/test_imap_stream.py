"""Commands ahead of their answers: what is read of them, within which bounds, against a scripted server's
words; and against a real one that the cheap way finds the same as the long one."""

from __future__ import annotations

import email
import imaplib
import io
import socket
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from typing import TYPE_CHECKING

import pytest
from mailbox_suite import Everything

from watcher.core.context import Context
from watcher.core.judge import judge
from watcher.core.parse import parse
from watcher.errors import MailboxError
from watcher.mailbox import Fetched, ImapAccount, Mailbox
from watcher.mailbox.imap import ImapMailbox, connect
from watcher.mailbox.imap_deflate import Deflated
from watcher.mailbox.imap_parts import assembled, pieces_of, sections
from watcher.mailbox.imap_stream import Stream, numbers_in, pairs, sequence_sets, tokens
from watcher.packs import load_packs
from watcher.sample import ADDRESS, build

if TYPE_CHECKING:
    from servers.dovecot import Dovecot

PACKS = load_packs()
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


class Wire:
    """What imaplib's connection is to a stream: a place to write to, a file to read from."""

    def __init__(self, said: bytes) -> None:
        self.file, self.sent = io.BytesIO(said), b""

    def send(self, data: bytes) -> None:
        self.sent += data


def hearing(said: bytes, *commands: bytes) -> tuple[Stream, list, list[bool]]:
    news: list[bool] = []
    stream = Stream(Wire(said), lambda: news.append(True))  # type: ignore[arg-type]
    return stream, stream.send(*(commands or (b"NOOP",))), news


class TestWords:
    def test_a_literal_a_string_and_a_list(self) -> None:
        row = pairs(tokens([b" (UID 7 BODY[TEXT] {3}\r\n", b"a)b", b' FLAGS (\\Seen "x y") X NIL)\r\n']))
        assert row == {b"UID": b"7", b"BODY[TEXT]": b"a)b", b"FLAGS": [b"\\Seen", b"x y"], b"X": None}

    def test_a_section_with_blanks_is_one_name(self) -> None:
        row = pairs(tokens([b" (BODY[HEADER.FIELDS (FROM TO)]<0> NIL)\r\n"]))
        assert row == {b"BODY[HEADER.FIELDS (FROM TO)]<0>": None}

    @pytest.mark.parametrize("text", [b" (UID", b" ())", b' (X "abc', b" (UID 1 2)", b" NIL", b"(" * 200])
    def test_what_is_no_answer_is_refused(self, text: bytes) -> None:
        with pytest.raises(ValueError, match="answer"):
            pairs(tokens([text]))

    def test_ranges_there_and_back(self) -> None:
        numbers = [1, 2, 3, 7, 9, 10, 40]
        sets = list(sequence_sets(numbers, 4))
        assert [text for text, _ in sets] == [b"1:3,7", b"9:10,40"]
        assert [n for text, _ in sets for n in numbers_in(text)] == numbers

    def test_a_giant_range_is_no_list(self) -> None:
        with pytest.raises(ValueError, match="too long"):
            list(numbers_in(b"1:4000000000", 1000))


class TestAnswers:
    def test_answers_are_told_apart_by_uid_in_whatever_order_they_come(self) -> None:
        stream, (one, two), news = hearing(
            b"* 2 FETCH (UID 20 X 2)\r\nw2 OK done\r\n* 9 EXISTS\r\n* OK [X] so\r\n* 1 FETCH (UID 10 X 1)\r\n"
            b"w1 OK done\r\n",
            b"A",
            b"B",
        )
        stream.finish(one)
        stream.finish(two)
        assert {uid: row[b"X"] for uid, row in stream.rows.items()} == {10: b"1", 20: b"2"}
        assert stream.quiet
        assert news == [True]

    def test_a_garbled_answer_costs_only_its_own_mail(self) -> None:
        stream, [command], _ = hearing(b"* 1 FETCH (UID 1 X\r\n* 2 FETCH (UID 2 X 2)\r\nw1 OK\r\n")
        stream.finish(command)
        assert list(stream.rows) == [2]

    def test_the_head_of_a_mail_is_one_answer_also_where_the_server_says_more_behind_it(self) -> None:
        asked = b"(UID %d RFC822.SIZE 9 BODY[HEADER.FIELDS (From)] {5}\r\nFrom:"
        stream, [command], _ = hearing(
            b"* 1 FETCH "
            + asked % 1
            + b")\r\n* 2 FETCH "
            + asked % 2
            + b" FLAGS (\\Seen) X {1}\r\n!)\r\nw1 OK\r\n"
        )
        stream.finish(command)
        plain = {b"UID": b"1", b"RFC822.SIZE": b"9", b"BODY[HEADER.FIELDS (FROM)]": b"From:"}
        assert stream.rows == {1: plain, 2: {**plain, b"UID": b"2", b"FLAGS": [b"\\Seen"], b"X": b"!"}}

    def test_no_and_bad_are_told(self) -> None:
        stream, [command], _ = hearing(b"w1 NO [LIMIT] later\r\n")
        assert stream.finish(command).refused

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            (b"", "EOF"),
            (b"* 1 FETCH (UID 1 BODY[] {10}\r\nabc", "EOF"),
            (b"* OK half a li", "unterminated"),
            (b"* BYE Internal error\r\n", "Internal error"),
            (b"w9 OK who asked\r\n", "unexpected"),
        ],
    )
    def test_a_broken_line_ends_the_connection(self, said: bytes, why: str) -> None:
        stream, [command], _ = hearing(said)
        with pytest.raises(imaplib.IMAP4.abort, match=why):
            stream.finish(command)

    def test_flags_that_somebody_changed_are_not_kept(self) -> None:
        told = b"".join(b"* %d FETCH (UID %d FLAGS (\\Seen) MODSEQ (7))\r\n" % (n, n) for n in range(1, 50))
        stream, [command], _ = hearing(told + b"* 1 FETCH (UID 1 FLAGS () X 1)\r\nw1 OK\r\n")
        stream.finish(command)
        assert stream.rows == {1: {b"UID": b"1", b"FLAGS": [], b"X": b"1"}}

    @pytest.mark.parametrize(
        "flood",
        [
            lambda n: b"* %d FETCH (UID %d X %s)\r\n" % (n, n, b"x" * 1000),  # mails that nobody asked for
            lambda n: b"* 1 FETCH (UID 1 X%d %s)\r\n" % (n, b"x" * 1000),  # one mail without end
            lambda n: b"* SEARCH %s\r\n" % (b"1 " * 500),
        ],
    )
    def test_a_server_that_tells_without_end_is_hung_up_on(
        self, flood: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("watcher.mailbox.imap_stream._MOST_KEPT", 200_000)
        stream, [command], _ = hearing(b"".join(map(flood, range(1, 900))) + b"w1 OK\r\n")
        with pytest.raises(imaplib.IMAP4.abort, match="more than it was asked for"):
            stream.finish(command)
        assert len(stream.rows) + len(stream.lines) < 200

    def test_what_was_taken_out_does_not_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("watcher.mailbox.imap_stream._MOST_KEPT", 200_000)
        rows = [b"* 1 FETCH (UID %d X %s)\r\nw%d OK\r\n" % (n, b"x" * 1000, n) for n in range(1, 900)]
        stream, commands, _ = hearing(b"".join(rows), *[b"A"] * 899)
        for number, command in enumerate(commands, 1):
            stream.finish(command)
            assert stream.rows.pop(number)[b"X"] == b"x" * 1000
        assert stream.rows == {}

    def test_one_answer_without_end_is_hung_up_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("watcher.mailbox.imap_stream.LONGEST_LITERAL", 5000)
        monkeypatch.setattr("watcher.mailbox.imap_stream.LONGEST_LINE", 2000)
        piece = b"%s {4000}\r\n%s" % (b"x" * 1000, b"y" * 4000)
        stream, [command], _ = hearing(b"* 1 FETCH (" + piece * 100 + b")\r\nw1 OK\r\n")
        with pytest.raises(imaplib.IMAP4.abort, match="too long"):
            stream.finish(command)

    def test_a_literal_beyond_the_bound_is_read_and_dropped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("watcher.mailbox.imap_stream.LONGEST_LITERAL", 5)
        stream, [command], _ = hearing(b"* 1 FETCH (UID 1 X {12}\r\nabcdefghijkl Y 2)\r\nw1 OK\r\n")
        stream.finish(command)
        assert stream.rows[1] == {b"UID": b"1", b"X": b"abcde", b"Y": b"2"}

    def test_what_the_server_says_besides_is_passed_on(self) -> None:
        said = b"* OK [ALERT] Full\r\n* 3 EXISTS\r\n* NO slow today\r\nw1 OK done\r\n"
        heard: list[bytes] = []
        stream = Stream(Wire(said), aside=heard.append)  # type: ignore[arg-type]
        stream.ask(b"NOOP")
        assert heard == [b"[ALERT] Full", b"slow today"]


class TestParts:
    STRUCTURE = tokens(
        [
            b'((("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 1 NIL NIL NIL)'
            b'("text" "html" NIL NIL NIL "7bit" 5 1 NIL NIL NIL) "alternative" NIL NIL NIL)'
            b'("application" "pdf" ("name" "cv.pdf") NIL NIL "base64" 9 NIL ("attachment" NIL) NIL)'
            b'("text" "calendar" ("method" "REQUEST") NIL NIL "7bit" 5 1 NIL NIL NIL)'
            b'("application" "octet-stream" NIL NIL NIL "base64" 9 NIL ("attachment" ("filename" "a.ics")) NIL)'
            b'("text" "plain" ("name" "log.txt") NIL NIL "7bit" 5 1 NIL NIL NIL)'
            b' "mixed" ("boundary" "b") NIL NIL)\r\n'
        ]
    )[0]

    def test_texts_and_calendars_are_asked_for_and_attachments_never(self) -> None:
        root = pieces_of(self.STRUCTURE)
        assert root is not None
        asked = {item.partition("<")[0] for item in sections(root) if "MIME" not in item}
        assert asked == {f"BODY.PEEK[{number}]" for number in ("1.1", "1.2", "3", "4")}

    @pytest.mark.parametrize("structure", [None, [], [b"text"], [[]], [b"message", b"rfc822"]])
    def test_a_structure_that_cannot_be_followed_is_none(self, structure: object) -> None:
        assert pieces_of(structure) is None

    def test_what_the_server_left_out_is_told(self) -> None:
        root = pieces_of(self.STRUCTURE)
        assert root is not None
        assert assembled(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n", root, {}) is None


# ------------------------------------------------------------------ a real server


@pytest.fixture
def inbox(dovecot: Dovecot) -> Iterator[Callable[[list[bytes]], Mailbox]]:
    from servers.dovecot import PASSWORD

    opened: list[Mailbox] = []

    def filled(raws: list[bytes]) -> Mailbox:
        user = dovecot.new_user()
        dovecot.fill(user, raws)
        account = ImapAccount(
            name="kerja", address=user, host=dovecot.host, port=dovecot.port, security="none"
        )
        opened.append(connect(account, lambda: PASSWORD))
        return opened[-1]

    yield filled
    for mailbox in opened:
        mailbox.close()


def heavy(raw: bytes) -> bytes:
    """The same mail in a wrapping, with a large attachment beside it."""
    inner, outer = email.message_from_bytes(raw), MIMEMultipart("mixed")
    for name, value in inner.items():
        if not name.lower().startswith(("content-", "mime-version")):
            outer[name] = value
    for name in set(outer.keys()) - {"Content-Type", "MIME-Version"}:
        del inner[name]
    outer.attach(inner)
    outer.attach(MIMEApplication(b"\x00\x01" * 40_000, Name="scan.pdf"))
    return outer.as_bytes()


@pytest.mark.dovecot
class TestDovecot:
    def facts(self, found: Iterator[Fetched]) -> list[object]:
        context = Context(own=frozenset({ADDRESS}))
        return [judge(parse(one.raw or b"", PACKS), context, PACKS, arrived=one.arrived) for one in found]

    @pytest.mark.parametrize("dressed", [bytes, heavy])
    def test_a_mail_of_its_parts_is_the_same_fact_as_the_whole(
        self, inbox: Callable[[list[bytes]], Mailbox], dressed: Callable[[bytes], bytes]
    ) -> None:
        mailbox = inbox([dressed(mail.raw) for mail in build(NOW)])
        whole = self.facts(mailbox.fetch_since("INBOX", None))
        parts = list(mailbox.fetch_since("INBOX", None, None, Everything()))
        assert self.facts(iter(parts)) == whole
        if dressed is heavy:
            assert sum(len(one.raw or b"") for one in parts) * 3 < sum(one.size for one in parts)

    def test_what_is_passed_over_comes_in_its_place_with_nothing_fetched(
        self, inbox: Callable[[list[bytes]], Mailbox]
    ) -> None:
        raws = [
            f"Subject: {number}\r\nMessage-ID: <{number}@x.example>\r\n\r\nHi\r\n" for number in range(2500)
        ]
        mailbox = inbox([raw.encode() for raw in raws])
        sieve = Everything(lambda header: b"7" in header)
        found = list(mailbox.fetch_since("INBOX", None, None, sieve))
        assert [one.uid for one in found] == list(range(1, 2501))
        for one in found:
            assert (one.raw is None) == ("7" in f"{one.uid - 1}") == (one.passed is not None)

    def test_a_reader_that_stops_in_the_middle_leaves_a_finished_connection(
        self, inbox: Callable[[list[bytes]], Mailbox]
    ) -> None:
        raws = [
            f"Subject: {number}\r\nMessage-ID: <{number}@x.example>\r\n\r\nHi\r\n" for number in range(2500)
        ]
        mailbox = inbox([raw.encode() for raw in raws])
        reading = mailbox.fetch_since("INBOX", None, None, Everything())
        next(reading)
        reading.close()  # type: ignore[attr-defined]
        with pytest.raises(MailboxError, match="is over"):
            mailbox.cursor("INBOX")

    def test_news_are_told_for_one_turn_and_read_without_opening_the_folder_again(
        self, dovecot: Dovecot
    ) -> None:
        import threading

        from servers.dovecot import PASSWORD

        user = dovecot.new_user()
        account = ImapAccount(
            name="kerja", address=user, host=dovecot.host, port=dovecot.port, security="none"
        )
        mailbox = connect(account, lambda: PASSWORD)
        names = [folder.name for folder in mailbox.folders()]
        for name in names:
            mailbox.cursor(name)
        assert not mailbox.wait(0.05, threading.Event())
        assert all(not mailbox.news(names) for _ in names)
        text = b"Message-ID: <1@x.example>\r\nSubject: 1\r\n\r\nHi\r\n"
        dovecot.append(user, text, "Sent")
        assert {name for _ in names for name in mailbox.news(names)} == {"Sent"}
        dovecot.append(user, text)
        assert mailbox.wait(10, threading.Event())
        assert mailbox.news(names) == {"INBOX", "Sent"}  # the answer that was sent meanwhile with it
        end = mailbox.cursor("INBOX")
        assert [one.uid for one in mailbox.fetch_since("INBOX", end, None, Everything())] == [1]
        assert not mailbox.wait(0.05, threading.Event())
        mailbox.close()

    def test_what_came_while_another_folder_was_in_view_is_news(self, dovecot: Dovecot) -> None:
        import threading

        from servers.dovecot import PASSWORD

        user = dovecot.new_user()
        account = ImapAccount(
            name="kerja", address=user, host=dovecot.host, port=dovecot.port, security="none"
        )
        mailbox = connect(account, lambda: PASSWORD)
        mailbox.cursor("INBOX")
        assert not mailbox.wait(0.05, threading.Event())
        mailbox.find("Drafts", "<draft@x.example>")
        dovecot.append(user, b"Message-ID: <1@x.example>\r\nSubject: 1\r\n\r\nHi\r\n")
        mailbox.find("INBOX", "<2@x.example>")  # in view again, but not since it was waited on
        assert mailbox.wait(10, threading.Event())
        assert mailbox.news(["INBOX"]) == {"INBOX"}
        mailbox.close()


# ------------------------------------------------------------------ compressed

ZLIB = "mail_plugins = zlib\nprotocol imap {\n  mail_plugins = zlib imap_zlib\n}"


@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["none", "tls"])
def test_everything_works_packed_as_it_does_plain(security: str) -> None:
    import threading

    from servers.dovecot import PASSWORD, Dovecot

    with Dovecot(extra=ZLIB) as server:
        user = server.new_user()
        server.fill(user, [mail.raw for mail in build(NOW)])
        found = {}
        for compress in ("always", "never"):
            account = ImapAccount(
                name="kerja",
                address=user,
                host=server.host,
                port=server.tls_port if security == "tls" else server.port,
                security=security,  # type: ignore[arg-type]
                ca_file=server.ca_file,
                compress=compress,  # type: ignore[arg-type]
            )
            mailbox = connect(account, lambda: PASSWORD)
            assert bool(mailbox.about().encryption) == (security == "tls")
            assert isinstance(mailbox, ImapMailbox)
            assert isinstance(mailbox._session.client.socket(), Deflated) is (compress == "always")
            found[compress] = [one.raw for one in mailbox.fetch_since("INBOX", None, None, Everything())]
            assert len(list(mailbox.fetch_since("INBOX", None))) == len(found[compress])
            assert not mailbox.wait(0.05, threading.Event())
            server.append(user, b"Message-ID: <new@x.example>\r\nSubject: new\r\n\r\nHi\r\n")
            assert mailbox.wait(10, threading.Event())
            server.doveadm("expunge", "-u", user, "mailbox", "INBOX", "header", "Message-ID", "new@x.example")
            mailbox.close()
        assert found["always"] == found["never"]
        assert found["always"]


def test_what_cannot_be_unpacked_is_a_broken_line() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"\xff" * 100)
        with pytest.raises(OSError, match="unpacked"):
            Deflated(ours).makefile().readline()


def test_a_bomb_is_unpacked_piece_by_piece() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        theirs.sendall(packer.compress(b"a" * 50_000_000) + packer.flush(zlib.Z_SYNC_FLUSH))
        file = Deflated(ours).makefile()
        tracemalloc.start()
        assert file.read(1000) == b"a" * 1000
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 1_000_000
