"""After the new mail of an account: what failed is tried again, what is known by now is judged again."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

from watcher.core.model import CONFIDENT, Kind
from watcher.mailbox import Fetched, Folder, Mailbox, Role
from watcher.reader_folder import Reading, Sieve, with_hints
from watcher.reader_mind import Judged, JudgingError, Look, Mind
from watcher.store import TRIES, Batch, Store, hash_id

log = logging.getLogger(__name__)


def retry_troubles(look: Look, mailbox: Mailbox, store: Store, mind: Mind, sieve: Sieve) -> None:
    """Try the mails that failed again, up to TRIES times; after that they are only shown."""
    for trouble in store.troubles():
        if trouble.account != look.account or trouble.tries >= TRIES:
            continue
        if mailbox.cursor(trouble.folder).uidvalidity != trouble.uidvalidity:
            store.settle_trouble(trouble)
            continue
        fetched = mailbox.fetch(trouble.folder, trouble.uid)
        if fetched is None:
            store.settle_trouble(trouble)
            continue
        stored = store.cursor(look.account, trouble.folder) or (trouble.uidvalidity, trouble.uid)
        if Reading(look, Folder(trouble.folder), mailbox, store, mind, sieve).once(fetched, stored):
            store.settle_trouble(trouble)


def judge_again(
    look: Look, mailbox: Mailbox, store: Store, mind: Mind, folders: Sequence[Folder], sieve: Sieve
) -> None:
    """Judge what the person has answered since it was judged once more: the answer tells what it was."""
    for message_id in sorted(sieve.to_judge_again):
        before = store.fact(message_id)
        if before is not None and (not before.incoming or before.verdict.confidence > CONFIDENT):
            continue
        folder, fetched = _found(mailbox, folders, store.places(look.account, message_id), message_id)
        if folder is None or fetched is None:
            continue
        if before is None:
            place = store.cursor(look.account, folder.name) or (0, 0)
            Reading(look, folder, mailbox, store, mind, sieve).once(fetched, place, again=True)
            continue
        judged = _judged(look, mind, folder, fetched)
        if judged is not None and judged.kept:
            fact = with_hints(judged.fact, fetched)
            store.replace_fact(replace(fact, at=before.at, reading=before.reading))


def read_again(look: Look, mailbox: Mailbox, store: Store, mind: Mind, folders: Sequence[Folder]) -> None:
    """Read the mails that the person put right again, as what they are by that (rule 2.5): what they then say,
    a date above all, was not looked for. One that was nobody's business till now becomes a fact."""
    if not store.corrections():
        return
    for message_id, kind in mind.begin(look).again.items():
        gone = f"gone:{look.account}:{hash_id(message_id)}"
        if store.note(gone):
            continue
        folder, fetched = _found(mailbox, folders, store.places(look.account, message_id), message_id)
        fact = None
        if folder is not None and fetched is not None and fetched.raw is not None:
            judged = _judged(look, mind, folder, fetched, kind)
            fact = with_hints(judged.fact, fetched) if judged is not None else None
        if folder is None or fact is None or fact.message_id != message_id:
            store.set_note(gone, "yes")  # it is not looked for on every pass
        elif (stored := store.fact(message_id)) is not None:
            store.replace_fact(replace(stored, reading=fact.reading, template=fact.template))
        else:
            place = store.cursor(look.account, folder.name) or (0, 0)
            store.record(Batch(look.account, folder.name, *place, facts=(fact,), places=(message_id,)))


def _found(
    mailbox: Mailbox, folders: Sequence[Folder], places: Collection[str], message_id: str
) -> tuple[Folder | None, Fetched | None]:
    """Where a mail lies, and the mail; first where it was seen."""
    for folder in sorted(folders, key=lambda folder: folder.name not in places):
        for uid in mailbox.find(folder.name, message_id):
            fetched = mailbox.fetch(folder.name, uid)
            if fetched is not None and fetched.raw:
                return folder, fetched
    return None, None


def _judged(
    look: Look, mind: Mind, folder: Folder, fetched: Fetched, told: Kind | None = None
) -> Judged | None:
    """What comes of a mail that is judged again, `told`: as what it is by the person's word; None when it
    cannot be judged."""
    sent = Role.SENT in folder.roles
    try:
        return mind.judge(look, fetched.raw or b"", fetched.arrived, sent=sent, told=told)()
    except JudgingError as error:
        log.warning("a mail of account %s could not be read again: %s", look.account, error.message)
        return None
