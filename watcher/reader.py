"""One pass over one account: fetch what is new, have it judged, record what comes of it.

Reading and judging are two jobs. This one speaks with the mailbox and the store, and needs nothing of the
rules; a `Mind` judges, in this process or in another. Up to `AHEAD` mails are on their way between the two,
so that the server is read while others are judged; what comes of them is recorded in their order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from watcher.mailbox import Folder, Labelled, Mailbox, Role, reading_order
from watcher.reader_again import judge_again, read_again, retry_troubles
from watcher.reader_folder import Progress, Reading, Sieve
from watcher.reader_mind import Begun, Judged, JudgingError, Look, Mind, Outlook
from watcher.store import MISSING, TRIES, Store

__all__ = [
    "LABELLED",
    "MISSING",
    "TRIES",
    "Begun",
    "Judged",
    "JudgingError",
    "Look",
    "Mind",
    "Outlook",
    "Pass",
    "Progress",
    "read",
    "read_folders",
]

#: Note under which it remembers that an account's mailbox has labels: "yes".
LABELLED = "labels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass read."""

    read: int = 0
    kept: int = 0
    troubled: int = 0
    has_sent: bool = True
    has_drafts: bool = True
    folders: tuple[str, ...] = ()


def read(
    look: Look,
    mailbox: Mailbox,
    store: Store,
    mind: Mind,
    progress: Progress | None = None,
    *,
    folders: Sequence[Folder] = (),
    only: Collection[str] | None = None,
) -> Pass:
    """Read everything new in one account into the store; `folders` are its folders where they are known,
    `only` the names of those to read. Raises what the mailbox, the store and the mind raise; what was recorded
    before stays, and the next pass goes on from there."""
    folders = folders or mailbox.folders()
    begun = mind.begin(look)
    sieve = Sieve(look, store, set(begun.senders), set(begun.answered))
    done = Pass(
        has_sent=any(Role.SENT in folder.roles or Role.ALL in folder.roles for folder in folders),
        has_drafts=any(Role.DRAFTS in folder.roles for folder in folders),
    )
    chosen = read_folders(look, folders)
    for folder in chosen:
        if only is not None and folder.name not in only:
            continue
        got, kept, troubled = Reading(look, folder, mailbox, store, mind, sieve).run(progress)
        done = replace(
            done,
            read=done.read + got,
            kept=done.kept + kept,
            troubled=done.troubled + troubled,
            folders=(*done.folders, folder.name),
        )
    retry_troubles(look, mailbox, store, mind, sieve)
    judge_again(look, mailbox, store, mind, chosen, sieve)
    read_again(look, mailbox, store, mind, chosen)
    _remember_missing(look.account, done, store)
    _remember(store, f"{LABELLED}:{look.account}", "yes" if isinstance(mailbox, Labelled) else "")
    return done


def read_folders(look: Look, folders: Iterable[Folder]) -> tuple[Folder, ...]:
    """The folders that are read. The person's own mail first: an answer is told by what it answers."""
    chosen = _everything(folders) if look.every_folder else reading_order(folders, read_junk=look.read_junk)
    return tuple(sorted(chosen, key=lambda folder: Role.SENT not in folder.roles))


def _everything(folders: Iterable[Folder]) -> tuple[Folder, ...]:
    apart = {Role.DRAFTS, Role.TRASH, Role.JUNK}
    return tuple(folder for folder in folders if not folder.roles & apart)


def _remember_missing(account: str, done: Pass, store: Store) -> None:
    """Let `status` say which folders were not found (rule 3.7)."""
    found = {"sent": done.has_sent, "drafts": done.has_drafts}
    _remember(store, f"{MISSING}:{account}", " ".join(role for role, there in found.items() if not there))


def _remember(store: Store, key: str, value: str) -> None:
    if store.note(key) != value:
        store.set_note(key, value)
