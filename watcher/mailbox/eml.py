"""A directory of .eml files, read recursively: each directory with such files is a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from watcher.mailbox import Role
from watcher.mailbox.files import read_bounded
from watcher.mailbox.local_base import Content, Numbering, ReadOnly
from watcher.mailbox.names import role_called, roles_on_disk


def eml_folders(root: Path) -> dict[str, EmlFolder]:
    """Folder name -> folder; empty if there is no .eml file. A single file is a mailbox of one mail.

    Raises OSError if `root` cannot be listed.
    """
    if root.is_file():
        return (
            {"INBOX": EmlFolder(root.parent, [root.name], frozenset({Role.INBOX}))}
            if _is_eml(root.name)
            else {}
        )
    if not root.is_dir():
        return {}
    os.scandir(root).close()
    found: dict[str, EmlFolder] = {}
    for parent, directories, files in os.walk(root):
        directories.sort()
        names = sorted(name for name in files if _is_eml(name))
        if names:
            name = Path(parent).relative_to(root).as_posix()
            top = name == "." and role_called(root.name) is None
            roles = frozenset({Role.INBOX}) if top else roles_on_disk(root.name if name == "." else name)
            found["INBOX" if name == "." else name] = EmlFolder(Path(parent), names, roles)
    return found


def _is_eml(name: str) -> bool:
    return name.lower().endswith(".eml") and not name.startswith(".")


class EmlFolder(ReadOnly):
    """The .eml files of one directory."""

    def __init__(self, path: Path, names: list[str], roles: frozenset[Role]) -> None:
        self.path = path
        self.roles = roles
        self.skipped: frozenset[str] = frozenset()
        self._numbers = Numbering()
        self._numbers.update(names)

    def uidvalidity(self) -> int:
        """Of the names."""
        return self._numbers.validity

    def uids(self) -> Iterator[int]:
        """All of them, in the order of their names."""
        yield from range(1, len(self._numbers.names) + 1)

    def read(self, uid: int, limit: int | None = None) -> Content | None:
        """One file."""
        name = self._numbers.name(uid)
        if not name:
            return None
        try:
            raw, size, problem = read_bounded(self.path / name, limit)
        except FileNotFoundError:
            return None
        return Content(raw, size, frozenset(), None, problem)
