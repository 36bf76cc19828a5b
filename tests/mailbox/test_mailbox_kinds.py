"""The generic suite against every kind of mailbox that needs no server."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from mailbox_suite import MailboxTests, ReadOnlyTests

from watcher.mailbox import Mailbox
from watcher.mailbox.local import open_local
from watcher.mailbox.memory import MemoryMailbox


def make_maildir(folder: Path, raws: list[bytes]) -> None:
    """A Maildir folder with these mails in new/."""
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for number, raw in enumerate(raws, start=1):
        (folder / "new" / f"{1_770_000_000 + number}.M1P{number}.host").write_bytes(raw)


def make_mbox(path: Path, raws: list[bytes]) -> None:
    """An mbox as a mail program writes it: LF, a blank line behind each mail."""
    path.write_bytes(
        b"".join(
            b"From hr@hr.example Tue Mar  3 09:00:00 2026\n" + raw.replace(b"\r\n", b"\n") + b"\n\n"
            for raw in raws
        )
    )


class TestMemory(MailboxTests):
    def build(self, raws: list[bytes]) -> Mailbox:
        mailbox = MemoryMailbox()
        for raw in raws:
            mailbox.deliver(raw)
        mailbox.wait(0, threading.Event())  # a delivery wakes who waits: that is over
        return mailbox


class TestMaildir(MailboxTests):
    keywords = False

    @pytest.fixture(autouse=True)
    def _prepare(self, tmp_path: Path) -> None:
        self.path = tmp_path / "Maildir"

    def build(self, raws: list[bytes]) -> Mailbox:
        make_maildir(self.path, raws)
        make_maildir(self.path / ".Drafts", [])
        return open_local(self.path)


class TestMaildirOfDovecot(TestMaildir):
    """Where Dovecot has given our keyword a letter, it is kept."""

    keywords = True

    def build(self, raws: list[bytes]) -> Mailbox:
        mailbox = super().build(raws)
        (self.path / "dovecot-keywords").write_text("0 $Other\n1 $FollowUp1w\n")
        return mailbox


class TestMbox(ReadOnlyTests):
    @pytest.fixture(autouse=True)
    def _prepare(self, tmp_path: Path) -> None:
        self.path = tmp_path / "semua.mbox"

    def build(self, raws: list[bytes]) -> Mailbox:
        make_mbox(self.path, raws)
        return open_local(self.path)


class TestEmlFolder(ReadOnlyTests):
    @pytest.fixture(autouse=True)
    def _prepare(self, tmp_path: Path) -> None:
        self.path = tmp_path

    def build(self, raws: list[bytes]) -> Mailbox:
        for number, raw in enumerate(raws, start=1):
            (self.path / f"{number:03d}.{'EML' if number % 2 else 'eml'}").write_bytes(raw)
        return open_local(self.path)
