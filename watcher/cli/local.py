"""A mailbox in files: whose it is, and one pass over it. Nothing of it is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from watcher.cli import assemble
from watcher.cli.outcome import Told, outcome, read
from watcher.core.language import Packs
from watcher.core.model import Mail
from watcher.core.owner import Owner, guess_owner
from watcher.core.parse import parse
from watcher.core.plan import Wishes
from watcher.core.standing import Person
from watcher.core.wording import words
from watcher.errors import WatcherError
from watcher.mailbox import Folder, Mailbox, Role
from watcher.mailbox.local import open_local
from watcher.mailbox.providers import provider_for
from watcher.outbox import flush
from watcher.packs import load_models, load_packs
from watcher.scan import Look, decide, journal
from watcher.store import Store
from watcher.when import parse_since

#: Mails looked at to find out whose mailbox it is: of the sent ones, and of the others where there are none.
SENT_SAMPLE, SAMPLE = 300, 600
#: A header longer than this (bytes) is looked at no further.
HEADER = 65536


def scan_path(
    path: Path,
    me: Sequence[str],
    zone: str,
    country: str,
    since: str,
    now: datetime,
    *,
    dry_run: bool,
) -> Told:
    """One pass over a local mailbox; without `dry_run` a Maildir gets drafts and flags. `me`: the person's
    addresses in lower case, empty where the mailbox has to show them."""
    packs, language = load_packs(), assemble.reading_language()
    text = words(packs, language)["scan"]
    first_day = parse_since(since, now.astimezone(ZoneInfo(zone))) if since else None
    with closing(open_local(path)) as mailbox, closing(Store(None)) as store:
        owner = whose(mailbox, me, packs)
        notes = _say_owner(owner, text)
        person = Person(
            address=owner.main,
            name=owner.name,
            addresses=owner.addresses,
            zone=zone,
            country=country.upper(),
        )
        look = Look(
            account=mailbox.name,
            person=person,
            packs=packs,
            models=load_models(),
            authserv=assemble.authserv_of(provider_for(owner.main)) if owner.main else "",
            since=first_day,
            every_folder=True,
        )
        done = read(look, mailbox, store, text)
        wishes = Wishes(first_run=now, language=language, level="full")
        everything, actions = decide(store, person, wishes, packs, now)
        if done.troubled:
            notes.append(str(text["troubled"]).format(count=done.troubled))
            notes += sorted({f"  {trouble.folder}: {trouble.problem}" for trouble in store.troubles()})
        faults: list[WatcherError] = []
        if not dry_run:
            journal(store, actions, everything, now)
            try:
                flush(store, mailbox, mailbox.name, now)
            except WatcherError as error:  # the disk is full: what was found is told all the same
                faults.append(error)
        acted, undone = outcome(store, actions)
    return Told(
        everything=everything,
        actions=actions,
        person=person,
        language=language,
        packs=packs,
        notes=tuple(notes),
        done=acted,
        undone=undone,
        faults=tuple(faults),
    )


def whose(mailbox: Mailbox, me: Sequence[str], packs: Packs) -> Owner:
    """Whose mailbox it is: as said in `me`, else as its sent mail shows, else as most of its mail does."""
    folders = [f for f in mailbox.folders() if not f.roles & {Role.DRAFTS, Role.TRASH, Role.JUNK}]
    sent = [folder for folder in folders if Role.SENT in folder.roles]
    owner = guess_owner(islice(_heads(mailbox, sent, packs), SENT_SAMPLE), me)
    if owner.main and owner.name:
        return owner
    others = [folder for folder in folders if folder not in sent]
    shown = guess_owner(islice(_heads(mailbox, others, packs), SAMPLE), me)
    return owner if owner.main and not (me and shown.name) else shown


def _heads(mailbox: Mailbox, folders: Iterable[Folder], packs: Packs) -> Iterator[tuple[Mail, bool]]:
    """The headers of the mails in these folders, and whether each was sent by the owner."""
    for folder in folders:
        for fetched in mailbox.fetch_since(folder.name, None):
            if fetched.raw is not None:
                head, _, _ = fetched.raw[:HEADER].replace(b"\r\n", b"\n").partition(b"\n\n")
                yield parse(head + b"\n\n", packs), Role.SENT in folder.roles or "\\Sent" in fetched.flags


def _say_owner(owner: Owner, text: Mapping[str, Any]) -> list[str]:
    """What was found out, so that the person can object."""
    if owner.told_by == "said":
        return []
    if not owner.main:
        return [str(text["nobodys"])]
    return [str(text["yours"]).format(addresses=", ".join(sorted(owner.addresses)))]
