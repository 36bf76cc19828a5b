"""Reading and writing one file of mail within bounds; errors as values or as the watcher's own."""

from __future__ import annotations

import errno
from pathlib import Path

from watcher.errors import MailboxConfigError, MailboxError
from watcher.mailbox import HEAD_OF_LARGE_MAIL, LARGEST_MAIL

#: Said of a mail of which only the beginning was read.
TOO_LARGE = (
    f"The mail is larger than {LARGEST_MAIL >> 20} MB: "
    f"only its first {HEAD_OF_LARGE_MAIL >> 10} KB were read."
)


def read_bounded(path: Path, limit: int | None = None) -> tuple[bytes | None, int, str]:
    """Return (bytes, size, problem) of a file; at most `limit` bytes, and never a giant whole.

    Raises FileNotFoundError; any other fault is the problem.
    """
    try:
        with path.open("rb") as handle:
            size = path.stat().st_size
            large = size > LARGEST_MAIL
            raw = handle.read(min(HEAD_OF_LARGE_MAIL if large else size, limit or size))
    except FileNotFoundError:
        raise
    except OSError as error:
        return None, 0, f"The file {path.name} cannot be read: {error.strerror}."
    return raw, size, TOO_LARGE if large else ""


def write_error(what: str, error: OSError) -> MailboxError:
    """The watcher's error for a failed write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return MailboxError(f"{what} cannot be written: the disk is full.", "Make room; it is tried again.")
    return MailboxConfigError(
        f"{what} cannot be written: {error.strerror}.", "Give yourself the right to write there."
    )
