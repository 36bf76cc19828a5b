"""What folders are commonly called, for files on disk: they carry no attribute that says what they are for.

Never used for a server, which says it itself (RFC 6154).
"""

from __future__ import annotations

from collections.abc import Mapping

from watcher.mailbox import Role

#: Lower-case names that mail programs and Google Takeout use.
WELL_KNOWN: Mapping[Role, frozenset[str]] = {
    Role.INBOX: frozenset({"inbox", "kotak masuk"}),
    Role.SENT: frozenset(
        {"sent", "sent items", "sent mail", "sent messages", "terkirim", "pesan terkirim", "surat terkirim"}
    ),
    Role.DRAFTS: frozenset({"drafts", "draft", "draf", "konsep"}),
    Role.JUNK: frozenset({"junk", "junk mail", "junk e-mail", "spam", "bulk mail"}),
    Role.TRASH: frozenset(
        {"trash", "bin", "deleted items", "deleted messages", "sampah", "kotak sampah", "tempat sampah"}
    ),
}


def role_called(name: str) -> Role | None:
    """The role a folder of this name commonly has; only the last part of a path counts."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip().lower()
    return next((role for role, names in WELL_KNOWN.items() if last in names), None)


def roles_on_disk(name: str) -> frozenset[Role]:
    """The roles of a folder on disk. A name that says nothing is read like an archive."""
    return frozenset({role_called(name) or Role.ARCHIVE})
