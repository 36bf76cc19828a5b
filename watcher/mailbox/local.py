"""Mailboxes in files, behind the same verbs as a server: Maildir, mbox, folders of .eml.

What kind a path is, is found by looking. Only a Maildir is ever written to.
"""

from __future__ import annotations

from pathlib import Path

from watcher.errors import MailboxConfigError, UsageError
from watcher.mailbox import Mailbox
from watcher.mailbox.eml import eml_folders
from watcher.mailbox.local_base import LocalMailbox, Source
from watcher.mailbox.maildir import maildir_folders
from watcher.mailbox.mbox import mbox_folders

EXPECTED = (
    "Expected: an mbox file (Google Takeout gives one), a Maildir (a directory with cur, new and tmp), "
    "or a directory with .eml files."
)


def open_local(path: Path, *, read_junk: bool = False) -> Mailbox:
    """Open a Maildir with its subfolders, an mbox file, or a directory of mboxes and .eml files, read
    recursively. `read_junk`: also what Google Takeout labels as spam.

    Raises UsageError if `path` is no mailbox, MailboxConfigError if it must not be read.
    """
    path = path.expanduser()
    if not path.exists():
        raise UsageError(f"{path} does not exist.", EXPECTED)
    try:
        sources: dict[str, Source] = {**maildir_folders(path)}
        if not sources:
            sources = {**mbox_folders(path, read_junk=read_junk), **eml_folders(path)}
    except OSError as error:
        raise MailboxConfigError(
            f"{error.filename or path} cannot be read: {error.strerror}.",
            "Give yourself the right to read it, or run as its owner.",
        ) from error
    if not sources:
        raise UsageError(f"{path} is no mailbox.", EXPECTED)
    return LocalMailbox(path.name or str(path), sources)
