"""An mbox file: mails one after the other, each behind a 'From ' line (RFC 4155). Streamed, whatever its size.

Google Takeout gives one for the whole account, spam and bin included; what a mail's X-Gmail-Labels say about
it comes out as flags, and drafts, spam and bin are left out as a server would leave them out.
"""

from __future__ import annotations

import email
import email.header
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from watcher.mailbox import HEAD_OF_LARGE_MAIL, LARGEST_MAIL, Role
from watcher.mailbox.files import TOO_LARGE
from watcher.mailbox.headers import LONGEST_HEADER, fields
from watcher.mailbox.local_base import Content, ReadOnly, hash_of
from watcher.mailbox.names import role_called, roles_on_disk

BLOCK = 1024 * 1024
#: How far (bytes) behind a candidate the 'From ' line and the first header line must end.
LOOK_AHEAD = 2048

_DAYS = frozenset((b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"))
_MONTHS = frozenset(
    (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
)
#: Gmail's label -> the flag that says the same. `\\Sent` is a hint only: labels are the person's to set.
_LABELS = {Role.SENT: "\\Sent", Role.DRAFTS: "\\Draft", Role.JUNK: "$Junk", Role.TRASH: "\\Deleted"}
CUT = "The file ends in the middle of this mail: what is there was read."


def mbox_folders(root: Path, *, read_junk: bool = False) -> dict[str, MboxFile]:
    """Folder name -> mbox, of the file `root` or of all mbox files below it; empty if there is none.

    Raises OSError if `root` cannot be read.
    """
    if not root.is_dir():
        return {"INBOX": MboxFile(root, _roles(root.stem, Role.INBOX), read_junk)} if is_mbox(root) else {}
    os.scandir(root).close()
    found: dict[str, MboxFile] = {}
    for parent, directories, files in os.walk(root):
        directories.sort()
        for file in sorted(files):
            path = Path(parent, file)
            if file.startswith(".") or not _may_be_mbox(path):
                continue
            name = _name(path.relative_to(root))
            found[name] = MboxFile(path, roles_on_disk(name), read_junk)
    return found


def is_mbox(path: Path) -> bool:
    """Does the file begin like an mbox? An empty file counts if it is called one. Raises OSError."""
    with path.open("rb") as handle:
        head = handle.read(LOOK_AHEAD)
    if not head:
        return path.suffix.lower() in (".mbox", ".mbx") or path.name.lower() == "mbox"
    head = head[_first(head) :]
    if not head.startswith(b"From "):
        return False
    line, _, rest = head.partition(b"\n")
    return _dated(line) or _begins_like_header(rest)


def _may_be_mbox(path: Path) -> bool:
    try:
        return path.is_file() and is_mbox(path)
    except OSError:
        return path.suffix.lower() == ".mbox"  # say so when it is read, rather than leave it out in silence


def _name(path: Path) -> str:
    """'Inbox.mbox/mbox' (Apple) and 'Inbox.sbd/Jobs' (Thunderbird) as the person sees them."""
    parts = [part.removesuffix(".mbox").removesuffix(".mbx").removesuffix(".sbd") for part in path.parts]
    if len(parts) > 1 and parts[-1].lower() == "mbox":
        parts.pop()
    return "/".join(parts)


def _roles(name: str, otherwise: Role) -> frozenset[Role]:
    return frozenset({role_called(name) or otherwise})


class MboxFile(ReadOnly):
    """One file. UIDs are places in it; UIDVALIDITY changes with its size and date."""

    def __init__(self, path: Path, roles: frozenset[Role], read_junk: bool = False) -> None:
        self.path = path
        self.roles = roles
        out = {"\\Deleted"} | (set() if read_junk else {"$Junk"})
        self.skipped = frozenset(out if Role.DRAFTS in roles else out | {"\\Draft"})
        self._spans: list[tuple[int, int]] = []  # of the mails found so far, 'From ' lines included
        self._whole = False

    def uidvalidity(self) -> int:
        """A changed file is another one."""
        try:
            about = self.path.stat()
        except OSError:
            return 1
        return hash_of(f"{about.st_size} {about.st_mtime_ns}")

    def uids(self) -> Iterator[int]:
        """Found while the file is read on. A file without rights is one mail with a problem."""
        if self._whole:
            yield from range(1, len(self._spans) + 1)
            return
        spans: list[tuple[int, int]] = []
        self._spans = spans
        try:
            with self.path.open("rb") as handle:
                for span in _spans(handle):
                    spans.append(span)
                    yield len(spans)
        except OSError:
            spans.append((0, 0))
            yield len(spans)
        self._whole = self._spans is spans

    def read(self, uid: int, limit: int | None = None) -> Content | None:
        """One mail, without its 'From ' line, with '>From ' as it was written."""
        if not self._whole and uid > len(self._spans):
            for _ in self.uids():
                pass
        if not 0 < uid <= len(self._spans):
            return None
        start, end = self._spans[uid - 1]
        large = end - start > LARGEST_MAIL
        wanted = min(HEAD_OF_LARGE_MAIL if large else end - start, (limit or end) + LOOK_AHEAD)
        try:
            with self.path.open("rb") as handle:
                handle.seek(start)
                raw = handle.read(wanted)
                size = os.fstat(handle.fileno()).st_size
        except OSError as error:
            return Content(None, 0, problem=f"The file {self.path.name} cannot be read: {error.strerror}.")
        mail = _unescaped(raw.partition(b"\n")[2])
        if wanted == end - start:
            problem = CUT if end >= size and _is_cut(mail) else ""
            mail = _without_blank_line(mail)
        else:
            problem = TOO_LARGE if large else ""
        return Content(mail, end - start, _label_flags(mail), None, problem)


def _first(head: bytes) -> int:
    """Where the text begins: behind a byte order mark and blank lines."""
    return len(head) - len(head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))


def _spans(handle: BinaryIO) -> Iterator[tuple[int, int]]:
    """(start, end) of each mail, by reading the file once in blocks."""
    start = _first(handle.read(LOOK_AHEAD))
    size = handle.seek(0, os.SEEK_END)
    if start >= size:
        return
    for base in range(start, size, BLOCK):  # each block owns the line ends that lie in it
        lead = min(base, 3)  # a little of what is before, to see a blank line
        handle.seek(base - lead)
        block = handle.read(lead + BLOCK + LOOK_AHEAD)
        at = block.find(b"\nFrom ", lead)
        while 0 <= at < lead + BLOCK:
            if _separates(block, at + 1):
                here = base - lead + at + 1
                yield start, here
                start = here
            at = block.find(b"\nFrom ", at + 1)
    yield start, size


def _separates(block: bytes, at: int) -> bool:
    """Is the 'From ' line at `at` the border of two mails, or a sentence that begins with From?

    A date as ctime writes it, and a blank line before or a header after; any other date or a bare address
    needs both.
    """
    end = block.find(b"\n", at, at + LOOK_AHEAD)
    if end < 0:
        return False
    line = block[at:end]
    blank_before = block[max(0, at - 2) : at] == b"\n\n" or block[max(0, at - 3) : at] == b"\n\r\n"
    header_after = _begins_like_header(block[end + 1 : end + 1 + LOOK_AHEAD])
    if _dated(line):
        return blank_before or header_after
    parts = line.split()
    loosely = (len(parts) == 2 and b"@" in parts[1]) or (
        any(part.rstrip(b",") in _DAYS for part in parts) and any(part in _MONTHS for part in parts)
    )
    return loosely and blank_before and header_after


def _dated(line: bytes) -> bool:
    """'From somebody Mon Jan  5 09:00:00 2026', with or without a zone before or behind the year."""
    parts = line.split()
    for at in range(1, len(parts) - 4):
        day, month, number, clock = parts[at : at + 4]
        if day in _DAYS and month in _MONTHS and number.isdigit() and clock.count(b":") in (1, 2):
            return any(len(part) == 4 and part.isdigit() for part in parts[at + 4 : at + 7])
    return False


def _begins_like_header(rest: bytes) -> bool:
    name, colon, _ = rest[:200].partition(b":")
    return bool(colon and name) and all(33 <= byte <= 126 for byte in name)


def _unescaped(mail: bytes) -> bytes:
    """Take one '>' from '>From ', '>>From ' (mboxrd); each round touches what the one before left alone."""
    if b"\n>" not in mail:
        return mail
    for depth in range(1, 4):
        mail = mail.replace(b"\n" + b">" * depth + b"From ", b"\n" + b">" * (depth - 1) + b"From ")
    return mail


def _without_blank_line(mail: bytes) -> bytes:
    """The blank line before the next 'From ' belongs to the file."""
    for end, line in ((b"\r\n\r\n", b"\r\n"), (b"\n\n", b"\n")):
        if mail.endswith(end):
            return mail[: -len(line)]
    return mail


def _is_cut(mail: bytes) -> bool:
    """Does the last mail of the file end too early: in a line, in its header, before its last part ends?"""
    if not mail.endswith(b"\n"):
        return True
    if b"\n\n" not in mail and b"\r\n\r\n" not in mail:
        return True
    try:
        boundary = email.message_from_bytes(
            mail[:LONGEST_HEADER].partition(b"\n\n")[0] + b"\n\n"
        ).get_boundary()
    except (ValueError, LookupError, TypeError):
        return False  # a header too broken to say
    return bool(boundary) and f"--{boundary}--".encode("utf-8", "surrogateescape") not in mail


def _label_flags(mail: bytes) -> frozenset[str]:
    labels = next((value for name, value in fields(mail) if name == "x-gmail-labels"), "")
    if not labels:
        return frozenset()
    try:
        labels = str(email.header.make_header(email.header.decode_header(labels)))
    except (ValueError, LookupError):
        return frozenset()  # labels nobody can read say nothing
    roles = {role_called(label.strip().strip('"')) for label in labels.split(",")}
    return frozenset(flag for role, flag in _LABELS.items() if role in roles)
