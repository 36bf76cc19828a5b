"""A Maildir folder (cur, new, tmp): one file a mail, flags in its name behind ':2,'.

Subfolders in both layouts: Maildir++ (`.Sent.2024` beside cur) and directories within directories.
"""

from __future__ import annotations

import itertools
import os
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from imapclient.imap_utf7 import decode as decode_utf7

from watcher.errors import MailboxConfigError
from watcher.mailbox import Role
from watcher.mailbox.files import read_bounded, write_error
from watcher.mailbox.local_base import Content, Numbering
from watcher.mailbox.names import roles_on_disk

_PARTS = ("cur", "new", "tmp")
#: Flag letters of the file name, in the order the standard wants them.
_LETTERS: Mapping[str, str] = {
    "D": "\\Draft",
    "F": "\\Flagged",
    "P": "$Forwarded",
    "R": "\\Answered",
    "S": "\\Seen",
    "T": "\\Deleted",
}
_DEEPEST = 8
_counter = itertools.count(1)


def maildir_folders(root: Path) -> dict[str, MaildirFolder]:
    """Folder name -> folder of the Maildir at `root` and below; empty if there is none.

    Raises OSError if `root` cannot be listed.
    """
    if not root.is_dir():
        return {}
    os.scandir(root).close()
    found: dict[str, MaildirFolder] = {}
    for parent, directories, _ in os.walk(root):
        here = Path(parent)
        if {"cur", "new"} <= set(directories):
            name = _name(here.relative_to(root))
            roles = frozenset({Role.INBOX}) if name == "INBOX" else roles_on_disk(name)
            found[name] = MaildirFolder(here, roles)
        deep = len(here.relative_to(root).parts) >= _DEEPEST
        directories[:] = [] if deep else sorted(set(directories) - set(_PARTS))
    return found


def _name(path: Path) -> str:
    if not path.parts:
        return "INBOX"
    names = []
    for part in path.parts:  # '.Sent.2024' is Maildir++ for Sent/2024
        names += part[1:].split(".") if part.startswith(".") else [part]
    name = "/".join(_decoded(part) for part in names if part)
    return "INBOX" if name.upper() == "INBOX" else name


def _decoded(part: str) -> str:
    try:
        return str(decode_utf7(part.encode("ascii")))
    except ValueError:
        return part  # written as it is, not in modified UTF-7


class MaildirFolder:
    """One folder. Names of files change with their flags; the part before ':' never does."""

    writable = True

    def __init__(self, path: Path, roles: frozenset[Role]) -> None:
        self.path = path
        self.roles = roles
        self.skipped = frozenset() if Role.DRAFTS in roles else frozenset({"\\Draft"})
        self._numbers = Numbering()
        self._files: dict[str, Path] = {}
        self._keywords: dict[str, str] = {}

    def uidvalidity(self) -> int:
        """Of the first listing."""
        if not self._numbers.validity:
            self._list()
        return self._numbers.validity

    def uids(self) -> Iterator[int]:
        """Ascending; those that are there now."""
        self._list()
        yield from sorted(self._numbers.uids[base] for base in self._files)

    def read(self, uid: int, limit: int | None = None) -> Content | None:
        """A mail renamed meanwhile (another program set a flag) is found again."""
        for attempt in range(2):
            if attempt or not self._files:
                self._list()
            path = self._files.get(self._numbers.name(uid))
            if path is None:
                continue
            try:
                raw, size, problem = read_bounded(path, limit)
            except FileNotFoundError:
                continue
            return Content(raw, size, self._flags(path.name), None, problem)
        return None

    def append(self, raw: bytes, flags: frozenset[str]) -> None:
        """Write into tmp, then rename into cur: no program ever sees half a mail."""
        host = socket.gethostname().replace("/", "_").replace(":", "_")
        base = f"{time.time():.6f}".replace(".", ".M") + f"P{os.getpid()}Q{next(_counter)}.{host}"
        draft = self.path / "tmp" / base
        try:
            draft.parent.mkdir(exist_ok=True)
            with draft.open("xb") as handle:
                handle.write(raw)
                handle.flush()
                os.fsync(handle.fileno())
            draft.rename(self.path / "cur" / f"{base}:2,{self._letters(flags)}")
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise write_error(f"The folder {self.path}", error) from error

    def store(self, uid: int, add: frozenset[str], remove: frozenset[str]) -> None:
        """Rename the file. Keywords are kept only where Dovecot has given them a letter."""
        for _ in range(2):
            self._list()
            base = self._numbers.name(uid)
            path = self._files.get(base)
            if path is None:
                return
            letters = set(_info(path.name)) | set(self._letters(add))
            letters -= set(self._letters(remove))
            target = self.path / "cur" / f"{base}:2,{''.join(sorted(letters))}"
            try:
                if target != path:
                    path.rename(target)
                return
            except FileNotFoundError:
                continue  # another program renamed it first: look again
            except OSError as error:
                raise write_error(f"The folder {self.path}", error) from error

    def delete(self, uid: int) -> None:
        """Remove this one file."""
        self._list()
        path = self._files.get(self._numbers.name(uid))
        try:
            if path is not None:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise write_error(f"The folder {self.path}", error) from error

    def _list(self) -> None:
        files: dict[str, Path] = {}
        try:
            for part in ("new", "cur"):
                with os.scandir(self.path / part) as entries:
                    for entry in entries:
                        if not entry.name.startswith(".") and entry.is_file():
                            files[entry.name.partition(":")[0]] = Path(entry.path)
        except OSError as error:
            raise MailboxConfigError(
                f"The Maildir folder {self.path} cannot be read: {error.strerror}.",
                "Give yourself the right to read it, or run as its owner.",
            ) from error
        self._files = files
        self._numbers.update(sorted(files, key=_age))
        self._keywords = _dovecot_keywords(self.path / "dovecot-keywords")

    def _flags(self, name: str) -> frozenset[str]:
        known = {**_LETTERS, **self._keywords}
        return frozenset(known[letter] for letter in _info(name) if letter in known)

    def _letters(self, flags: frozenset[str]) -> str:
        known = {flag.lower(): letter for letter, flag in {**_LETTERS, **self._keywords}.items()}
        return "".join(sorted(known[flag.lower()] for flag in flags if flag.lower() in known))


def _info(name: str) -> str:
    return name.partition(":2,")[2]


def _age(base: str) -> tuple[int, str]:
    """Delivery programs begin the name with the time in seconds."""
    seconds = base.partition(".")[0]
    return (int(seconds) if seconds.isascii() and seconds.isdigit() else 0, base)


def _dovecot_keywords(path: Path) -> dict[str, str]:
    """Letter -> keyword, from the lines '0 $Keyword' of Dovecot's own file."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()[:26]
    except OSError:
        return {}
    pairs = [line.split(" ", 1) for line in lines]
    return {
        chr(ord("a") + int(pair[0])): pair[1].strip()
        for pair in pairs
        if len(pair) == 2 and pair[0].isdigit() and int(pair[0]) < 26
    }
