"""Mailboxes in files: what kind a path is, and the many ways in which files are not what they should be."""

from __future__ import annotations

import mailbox as stdlib_mailbox
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mailbox_suite import lines, mail
from test_mailbox_kinds import make_maildir, make_mbox

from watcher.errors import MailboxConfigError, UsageError
from watcher.mailbox import HEAD_OF_LARGE_MAIL, LARGEST_MAIL, Cursor, Fetched, Mailbox, Role, reading_order
from watcher.mailbox.local import open_local
from watcher.mailbox.mbox import BLOCK, CUT

FROM = b"From hr@hr.example Tue Mar  3 09:00:00 2026\n"


def everything(mailbox: Mailbox) -> list[Fetched]:
    """All a scan reads."""
    return [
        one for folder in reading_order(mailbox.folders()) for one in mailbox.fetch_since(folder.name, None)
    ]


def read(path: Path) -> list[Fetched]:
    return everything(open_local(path))


def written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A directory seen by somebody without rights: root ignores them."""
    folder = Path(tempfile.mkdtemp(prefix="watcher-test-"))
    folder.chmod(0o755)
    root = os.geteuid() == 0
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for parent, directories, _ in os.walk(folder):
            for name in directories:
                Path(parent, name).chmod(0o755)
        shutil.rmtree(folder)


def drop_rights() -> None:
    if os.geteuid() == 0:
        os.seteuid(65534)


# ------------------------------------------------------------------ what a path is


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist") as caught:
        open_local(tmp_path / "nothing")
    assert "Maildir" in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("surat.txt", b"From the desk of the director\n\nwe write to you\n"),
        ("foto.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256))),
        ("kosong.txt", b""),
        ("arsip.pst", b"!BDN" + b"\0" * 600),
    ],
)
def test_a_file_that_is_no_mailbox(tmp_path: Path, name: str, content: bytes) -> None:
    path = written(tmp_path / name, content)
    with pytest.raises(UsageError, match="no mailbox") as caught:
        open_local(path)
    assert "Expected" in caught.value.remedy
    with pytest.raises(UsageError, match="no mailbox"):
        open_local(tmp_path)


def test_an_empty_mbox_is_an_mbox(tmp_path: Path) -> None:
    assert read(written(tmp_path / "Inbox.mbox", b"")) == []


def test_a_single_eml_file(tmp_path: Path) -> None:
    (one,) = read(written(tmp_path / "undangan.eml", mail(1)))
    assert one.raw == mail(1)


def test_a_directory_of_several_mboxes(tmp_path: Path) -> None:
    make_mbox(written(tmp_path / "Takeout" / "Mail" / "Kotak Masuk.mbox", b""), [mail(1)])
    make_mbox(written(tmp_path / "Takeout" / "Mail" / "Terkirim.mbox", b""), [mail(2)])
    make_mbox(written(tmp_path / "Takeout" / "Mail" / "Draf.mbox", b""), [mail(3)])
    make_mbox(written(tmp_path / "Lamaran.mbox" / "mbox", b""), [mail(4)])
    written(tmp_path / "Takeout" / "Mail" / "Inbox.msf", b"// an index")
    mailbox = open_local(tmp_path)
    assert {folder.name: sorted(folder.roles) for folder in mailbox.folders()} == {
        "Takeout/Mail/Kotak Masuk": [Role.INBOX],
        "Takeout/Mail/Terkirim": [Role.SENT],
        "Takeout/Mail/Draf": [Role.DRAFTS],
        "Lamaran": [Role.ARCHIVE],
    }
    assert len(everything(mailbox)) == 3


def test_eml_files_are_read_recursively(tmp_path: Path) -> None:
    written(tmp_path / "b.eml", mail(2))
    written(tmp_path / "a.EML", mail(1))
    written(tmp_path / "kerja" / "2026" / "c.Eml", mail(3))
    written(tmp_path / "sent" / "d.eml", mail(4))
    written(tmp_path / "spam" / "e.eml", mail(5))
    written(tmp_path / "kerja" / "catatan.txt", b"no mail")
    written(tmp_path / "kerja" / "f.emlx", b"no .eml")
    mailbox = open_local(tmp_path)
    assert [lines(one.raw) for one in everything(mailbox)] == [lines(mail(n)) for n in (1, 2, 3, 4)]
    assert dict.fromkeys(folder.name for folder in mailbox.folders()) == dict.fromkeys(
        ["INBOX", "kerja/2026", "sent", "spam"]
    )


# ------------------------------------------------------------------ mbox


def test_a_sentence_that_begins_with_from_is_no_border(tmp_path: Path) -> None:
    text = (
        "Halo,\n\nFrom Monday 10:00 on 5 May 2026 we are open.\nFrom: a@b.example is a header of a quote\n\n"
        "From experience\nthis is said\n\nFrom Budi\n>From Siti\n>>From Tono\n"
    )
    path = written(tmp_path / "x.mbox", FROM + mail(1, text).replace(b"\r\n", b"\n") + b"\n" + FROM + mail(2))
    first, second = read(path)
    assert b"\nFrom Siti\n>From Tono\n" in (first.raw or b"")
    assert b"From Monday 10:00" in (first.raw or b"")
    assert lines(second.raw) == lines(mail(2))


@pytest.mark.parametrize(
    "line",
    [
        b"From hr@hr.example Tue Mar  3 09:00:00 2026\n",
        b"From 1789@xxx Tue Mar 03 09:00:00 +0000 2026\n",  # Google Takeout
        b"From - Tue Mar  3 09:00:00 2026\n",  # Thunderbird
        b"From hr@hr.example Tue Mar 3 09:00 WIB 2026\n",
        b"From MAILER-DAEMON Tue Mar  3 09:00:00 2026\r\n",
        b"From hr@hr.example Tue, 3 Mar 2026 09:00:00 +0700\n",
        b"From hr@hr.example\n",
    ],
)
def test_the_border_lines_of_many_programs(tmp_path: Path, line: bytes) -> None:
    path = written(tmp_path / "x.mbox", b"".join(line + mail(n) + b"\n" for n in (1, 2, 3)))
    assert [lines(one.raw) for one in read(path)] == [lines(mail(n)) for n in (1, 2, 3)]


def test_mails_without_a_blank_line_between_them(tmp_path: Path) -> None:
    path = written(tmp_path / "x.mbox", FROM + mail(1) + FROM + mail(2))
    assert [lines(one.raw) for one in read(path)] == [lines(mail(1)), lines(mail(2))]


def test_a_mark_and_blank_lines_before_the_first_mail(tmp_path: Path) -> None:
    path = written(tmp_path / "x.mbox", b"\xef\xbb\xbf\r\n\n" + FROM + mail(1) + b"\n" + FROM + mail(2))
    assert len(read(path)) == 2


def test_what_the_standard_library_writes_is_read(tmp_path: Path) -> None:
    box = stdlib_mailbox.mbox(tmp_path / "x.mbox")
    for number in range(1, 30):
        box.add(mail(number, "From here\n\nFrom there\n"))
    box.flush()
    found = read(tmp_path / "x.mbox")
    assert len(found) == 29
    assert all(one.problem == "" and b"\n\nFrom there" in lines(one.raw) for one in found)


@pytest.mark.parametrize("shift", [-40, -1, 0, 1, 40])
def test_a_border_at_the_edge_of_a_block(tmp_path: Path, shift: int) -> None:
    head = FROM + b"Message-ID: <a@b.example>\n\n"
    filler = b"x" * (BLOCK + shift - len(head) - 2) + b"\n\n"
    path = written(tmp_path / "x.mbox", head + filler + FROM + mail(2) + b"\n" + FROM + mail(3))
    found = read(path)
    assert [lines(one.raw) for one in found[1:]] == [lines(mail(2)), lines(mail(3))]


MULTIPART = (
    b"Message-ID: <m@b.example>\nContent-Type: multipart/mixed; boundary=batas\n\n--batas\n"
    b"Content-Type: text/plain\n\nHalo\n--batas\nContent-Type: text/plain\n\nLampiran\n--batas--\n"
)


@pytest.mark.parametrize("keep", [20, 70, 110, len(MULTIPART) - 12])
def test_a_file_cut_in_the_middle_of_a_mail(tmp_path: Path, keep: int) -> None:
    path = written(tmp_path / "x.mbox", FROM + mail(1) + b"\n" + FROM + MULTIPART[:keep])
    first, last = read(path)
    assert first.problem == ""
    assert last.problem == CUT
    assert last.raw == MULTIPART[:keep]


def test_a_whole_multipart_at_the_end_is_not_cut(tmp_path: Path) -> None:
    found = read(written(tmp_path / "x.mbox", FROM + mail(1) + b"\n" + FROM + MULTIPART + b"\n"))
    assert [one.problem for one in found] == ["", ""]


def test_a_giant_mail_in_an_mbox_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "x.mbox"
    with path.open("wb") as handle:
        handle.write(FROM + mail(1) + b"\n" + FROM + b"Message-ID: <raksasa@b.example>\n\n")
        handle.truncate(handle.tell() + 100 * 1024 * 1024)  # a hole: nothing is really written
        handle.seek(0, os.SEEK_END)
        handle.write(b"\n\n" + FROM + mail(3))
    first, giant, last = read(path)
    assert (first.problem, last.problem) == ("", "")
    assert len(giant.raw or b"") <= HEAD_OF_LARGE_MAIL
    assert giant.size > 100 * 1024 * 1024
    assert "larger than 25 MB" in giant.problem


def labelled(number: int, labels: str) -> bytes:
    return f"X-Gmail-Labels: {labels}\r\n".encode() + mail(number)


def test_google_takeout_says_what_is_sent_draft_spam_and_bin(tmp_path: Path) -> None:
    mails = [
        labelled(1, "Kotak Masuk,Penting"),
        labelled(2, "Terkirim,Dibuka"),
        labelled(3, "Sent"),
        labelled(4, "=?UTF-8?Q?Draf,Belum_dibaca?="),
        labelled(5, "Drafts"),
        labelled(6, "Spam"),
        labelled(7, "=?UTF-8?B?U2FtcGFo?="),
        labelled(8, "=?x-broken?Q?=?="),
    ]
    path = tmp_path / "Semua.mbox"
    make_mbox(path, mails)
    found = read(path)
    assert [lines(one.raw).count(b"Undangan") for one in found] == [1] * 4
    assert [sorted(one.flags) for one in found] == [[], ["\\Sent"], ["\\Sent"], []]
    with_junk = list(open_local(path, read_junk=True).fetch_since("INBOX", None))
    assert len(with_junk) == 5


def test_a_changed_mbox_is_another_one(tmp_path: Path) -> None:
    path = tmp_path / "x.mbox"
    make_mbox(path, [mail(1)])
    end = open_local(path).cursor("INBOX")
    make_mbox(path, [mail(1), mail(2)])
    mailbox = open_local(path)
    assert mailbox.cursor("INBOX").uidvalidity != end.uidvalidity
    assert len(list(mailbox.fetch_since("INBOX", end))) == 2


def test_an_mbox_without_rights(tmp_path: Path) -> None:
    with as_nobody() as folder:
        make_mbox(folder / "a.mbox", [mail(1)])
        make_mbox(folder / "b.mbox", [mail(2)])
        (folder / "a.mbox").chmod(0)
        drop_rights()
        with pytest.raises(MailboxConfigError, match=r"a\.mbox cannot be read"):
            open_local(folder / "a.mbox")
        first, second = read(folder)
    assert (first.raw, second.problem) == (None, "")
    assert "Permission denied" in first.problem


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=400), max_size=6), st.booleans())
def test_any_bytes_are_read_without_an_error(tmp_path: Path, pieces: list[bytes], as_mbox: bool) -> None:
    path = tmp_path / "any.mbox"
    path.write_bytes((FROM if as_mbox else b"") + (b"\n" + FROM).join(pieces))
    try:
        found = read(path)
    except UsageError:
        assert not as_mbox
        return
    assert all(one.raw is not None for one in found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("From abc:>\n 2026", max_size=60), min_size=1, max_size=6))
def test_what_was_written_comes_back(tmp_path: Path, texts: list[str]) -> None:
    """With '>' before 'From ' as mboxrd writes it, every text survives."""
    path = tmp_path / "back.mbox"
    raws = [mail(number, text).replace(b"\r\n", b"\n") for number, text in enumerate(texts, start=1)]
    escaped = [
        b"\n".join(
            b">" + line
            if line.lstrip(b">").startswith(b"From ") and len(line) - len(line.lstrip(b">")) < 3
            else line
            for line in raw.split(b"\n")
        )
        for raw in raws
    ]
    path.write_bytes(b"".join(FROM + raw + b"\n" for raw in escaped))
    found = read(path)
    assert len(found) == len(raws)
    deep = b">>>From "
    assert [lines(one.raw) for one in found if deep not in (one.raw or b"")] == [
        lines(raw) for raw in raws if deep not in raw
    ]


# ------------------------------------------------------------------ Maildir


def test_subfolders_in_both_layouts(tmp_path: Path) -> None:
    make_maildir(tmp_path, [mail(1)])
    make_maildir(tmp_path / ".Sent", [mail(2)])
    make_maildir(tmp_path / ".Arsip.2026", [mail(3)])
    make_maildir(tmp_path / ".Wawancara &AOk-lu", [mail(4)])
    make_maildir(tmp_path / "Kerja" / "Jakarta", [mail(5)])
    make_maildir(tmp_path / ".Trash", [mail(6)])
    make_maildir(tmp_path / ".Konsep", [mail(7)])
    mailbox = open_local(tmp_path)
    assert {folder.name: sorted(folder.roles)[0] for folder in mailbox.folders()} == {
        "INBOX": Role.INBOX,
        "Sent": Role.SENT,
        "Arsip/2026": Role.ARCHIVE,
        "Wawancara élu": Role.ARCHIVE,
        "Kerja/Jakarta": Role.ARCHIVE,
        "Trash": Role.TRASH,
        "Konsep": Role.DRAFTS,
    }
    assert mailbox.folders()[0].name == "INBOX"
    assert len(everything(mailbox)) == 5


def test_a_tree_of_maildirs_without_one_at_the_top(tmp_path: Path) -> None:
    make_maildir(tmp_path / "akun" / "Inbox", [mail(1)])
    make_maildir(tmp_path / "Sent Items", [mail(2)])
    mailbox = open_local(tmp_path)
    assert {folder.name: sorted(folder.roles)[0] for folder in mailbox.folders()} == {
        "akun/Inbox": Role.INBOX,
        "Sent Items": Role.SENT,
    }


def test_flags_are_letters_of_the_file_name(tmp_path: Path) -> None:
    make_maildir(tmp_path, [])
    written(tmp_path / "cur" / "1.a.host:2,RS", mail(1))
    written(tmp_path / "cur" / "2.b.host:2,", mail(2))
    mailbox = open_local(tmp_path)
    first, second = mailbox.fetch_since("INBOX", None)
    assert (first.flags, second.flags) == ({"\\Answered", "\\Seen"}, frozenset())
    mailbox.add_flags("INBOX", [first.uid, second.uid], ["\\Flagged", "$FollowUp1w"])
    assert sorted(path.name for path in (tmp_path / "cur").iterdir()) == ["1.a.host:2,FRS", "2.b.host:2,F"]


def test_a_file_that_another_program_renames_is_found_again(tmp_path: Path) -> None:
    make_maildir(tmp_path, [mail(1), mail(2)])
    mailbox = open_local(tmp_path)
    mails = mailbox.fetch_since("INBOX", None)
    next(mails)
    second = sorted((tmp_path / "new").iterdir())[1]
    second.rename(tmp_path / "cur" / f"{second.name}:2,S")
    (found,) = mails
    assert lines(found.raw) == lines(mail(2))
    assert found.flags == {"\\Seen"}


def test_uids_stay_while_mail_comes_and_goes(tmp_path: Path) -> None:
    make_maildir(tmp_path, [mail(1), mail(2)])
    mailbox = open_local(tmp_path)
    first, second = mailbox.fetch_since("INBOX", None)
    written(tmp_path / "new" / "1000.older.host", mail(9))  # sorts before the others
    next((tmp_path / "new").glob("*P1.host")).unlink()
    assert mailbox.fetch("INBOX", first.uid) is None
    again = mailbox.fetch("INBOX", second.uid)
    assert again is not None
    assert lines(again.raw) == lines(mail(2))
    (new,) = mailbox.fetch_since("INBOX", Cursor("INBOX", second.uidvalidity, second.uid))
    assert lines(new.raw) == lines(mail(9))


def test_nothing_is_moved_by_reading(tmp_path: Path) -> None:
    make_maildir(tmp_path, [mail(1)])
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    mailbox = open_local(tmp_path)
    everything(mailbox)
    mailbox.find("INBOX", "<mail-1@hr.example>")
    mailbox.cursor("INBOX")
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_a_maildir_without_drafts_says_so(tmp_path: Path) -> None:
    make_maildir(tmp_path, [mail(1)])
    with pytest.raises(MailboxConfigError, match="no Drafts folder"):
        open_local(tmp_path).append_draft(mail(2))


def test_a_draft_is_never_seen_half_written(tmp_path: Path) -> None:
    make_maildir(tmp_path, [])
    make_maildir(tmp_path / ".Drafts", [])
    open_local(tmp_path).append_draft(mail(2))
    (draft,) = [path for path in (tmp_path / ".Drafts").rglob("*") if path.is_file()]
    assert draft.parent.name == "cur"
    assert draft.name.endswith(":2,DS")
    assert draft.read_bytes() == mail(2)


def test_a_maildir_without_rights() -> None:
    with as_nobody() as folder:
        make_maildir(folder / "Maildir", [mail(1), mail(2)])
        make_maildir(folder / "Maildir" / ".Drafts", [])
        next((folder / "Maildir" / "new").glob("*P1.host")).chmod(0)
        (folder / "Maildir" / ".Drafts" / "tmp").chmod(0o555)
        (folder / "tutup").mkdir()
        (folder / "tutup").chmod(0)
        drop_rights()
        first, second = read(folder / "Maildir")
        assert (first.raw, second.problem) == (None, "")
        assert "Permission denied" in first.problem
        with pytest.raises(MailboxConfigError, match="cannot be written"):
            open_local(folder / "Maildir").append_draft(mail(3))
        with pytest.raises(MailboxConfigError, match="cannot be read"):
            open_local(folder / "tutup")


def test_a_folder_of_a_maildir_without_rights() -> None:
    with as_nobody() as folder:
        make_maildir(folder, [mail(1)])
        (folder / "cur").chmod(0)
        drop_rights()
        with pytest.raises(MailboxConfigError, match=r"cannot be read: Permission denied"):
            read(folder)


def test_a_giant_file_is_bounded(tmp_path: Path) -> None:
    make_maildir(tmp_path, [])
    with (tmp_path / "new" / "1.giant.host").open("wb") as handle:
        handle.write(mail(1))
        handle.truncate(LARGEST_MAIL * 4)
    (giant,) = read(tmp_path)
    assert len(giant.raw or b"") == HEAD_OF_LARGE_MAIL
    assert giant.size == LARGEST_MAIL * 4
    assert "larger than 25 MB" in giant.problem


def test_since_looks_at_every_date_of_a_mail(tmp_path: Path) -> None:
    old_date_new_arrival = b"Received: from a by b; Fri, 20 Mar 2026 10:00:00 +0700\r\n" + mail(1)
    no_date = b"Subject: tanpa tanggal\r\n\r\nisi\r\n"
    broken = b"Date: 99 Foo 2026 99:99\r\nSubject: rusak\r\n\r\nisi\r\n"
    for number, raw in enumerate([old_date_new_arrival, no_date, broken, mail(2), mail(14), mail(15)]):
        written(tmp_path / f"{number}.eml", raw)
    found = open_local(tmp_path).fetch_since("INBOX", None, since=date(2026, 3, 15))
    assert [one.uid for one in found] == [1, 2, 3, 5, 6]  # a day early rather than late
