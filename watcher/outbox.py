"""Does what is journalled, and nothing else. Stop it anywhere and run it again: the end is the same.

Drafts are looked for by their Message-ID before they are appended; flags that are there already are not ours
and never taken away; a draft that the person edited or moved is theirs. Notices may be shown twice after a
crash, in the same place on the screen.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from watcher.core.message import body_fingerprint
from watcher.core.model import ActionKind
from watcher.errors import MailboxConfigError, NotifyError
from watcher.mailbox import Folder, Labelled, Mailbox, Role, folder_for
from watcher.notify import Button, Notice, Notifier
from watcher.store import Entry, Store

log = logging.getLogger(__name__)

#: What is taken away goes first, then what is laid.
ORDER = (ActionKind.WITHDRAW, ActionKind.UNFLAG, ActionKind.DRAFT, ActionKind.FLAG)
#: A notice that could not be shown for this long has lost its meaning.
STALE_NOTICE = timedelta(days=3)


def flush(store: Store, mailbox: Mailbox, account: str, now: datetime, *, only: str = "") -> int:
    """Do the waiting mailbox actions of `account`; returns how many were done.

    An action the mailbox refuses for good stays waiting with its fault, for `status` and `doctor`; the others
    go on. Raises MailboxError when the mailbox itself is gone: everything not done is still journalled.
    """
    done = 0
    for kind in ORDER:
        for entry in store.journal(status="waiting", kind=kind):
            if entry.action.account not in ("", account) or (only and entry.action.key != only):
                continue
            try:
                _DO[kind](store, mailbox, entry, now)
                done += 1
            except MailboxConfigError as error:
                first = store.count_try(entry.action.key, str(error)) == 1
                level = logging.WARNING if first else logging.DEBUG
                log.log(level, "a %s waits in account %s: %s", kind.value, account, error.message)
    return done


# --------------------------------------------------------------------------- drafts


def _lay(store: Store, mailbox: Mailbox, entry: Entry, now: datetime) -> None:
    """Append a draft, unless it lies there already or was sent from elsewhere."""
    action, folders = entry.action, mailbox.folders()
    drafts, sent = folder_for(folders, Role.DRAFTS), folder_for(folders, Role.SENT)
    kept = {key: value for key, value in action.data.items() if key != "raw"}
    if sent is not None and mailbox.find(sent.name, action.message_id):
        store.finish(action.key, "dropped", now, data=kept)
        return
    if drafts is None or not mailbox.find(drafts.name, action.message_id):
        mailbox.append_draft(action.data["raw"].encode("utf-8", "surrogateescape"))
    store.finish(action.key, "done", now, data=kept)


def _withdraw(store: Store, mailbox: Mailbox, entry: Entry, now: datetime) -> None:
    """Take back a draft of ours that nobody touched; one that was edited, sent or moved is the person's."""
    action = entry.action
    drafts = folder_for(mailbox.folders(), Role.DRAFTS)
    uids = mailbox.find(drafts.name, action.message_id) if drafts is not None else ()
    edited, taking = False, bool(action.data.get("taking"))
    for uid in uids:
        fetched = mailbox.fetch(drafts.name, uid) if drafts is not None else None
        if fetched is None or fetched.raw is None:
            continue
        if body_fingerprint(fetched.raw) == action.data.get("fingerprint"):
            if not taking:  # before the effect: after a crash it would look as if the person had taken it
                taking = True
                store.finish(action.key, "waiting", now, data={**action.data, "taking": "yes"})
            mailbox.delete_draft(uid)
        else:
            edited = True
    draft_key = f"draft:{action.message_id}"
    was_laid = any(line.action.key == draft_key for line in store.journal(status="done"))
    status = "kept" if edited or (was_laid and not uids and not taking) else "undone"
    store.finish(draft_key, status, now, data={"fingerprint": action.data.get("fingerprint", "")})
    store.finish(action.key, "undone", now)


# --------------------------------------------------------------------------- flags


def _flag(store: Store, mailbox: Mailbox, entry: Entry, now: datetime) -> None:
    """Set our flags and label where the message lies, and remember which of them were not there before."""
    action = entry.action
    wanted, label = action.data.get("flags", "").split(), action.data.get("label", "")
    found = _lies_in(store, mailbox, action.account, action.message_id)
    if not found:
        store.finish(action.key, "dropped", now)
        return
    data = dict(action.data)
    if "ours" not in data:  # before the effect: after a crash our own flags would look like the person's
        present = {flag for folder, uid in found for flag in _flags_of(mailbox, folder, uid)}
        # A keyword is nobody's but ours, also when the database that knew of it is gone; a star may be theirs.
        data["ours"] = " ".join(flag for flag in wanted if flag not in present or flag.startswith("$"))
        if label and isinstance(mailbox, Labelled):
            there = {known for folder, uid in found for known in (folder, *mailbox.labels(folder, uid))}
            data["our_label"] = "" if label in there else label
        store.finish(action.key, "waiting", now, data=data)
    for folder, uid in found:
        mailbox.add_flags(folder, [uid], data["ours"].split())
    if data.get("our_label") and isinstance(mailbox, Labelled):
        mailbox.add_labels(*_at(found[0]), [data["our_label"]])
    store.finish(action.key, "done", now, data=data)


def _unflag(store: Store, mailbox: Mailbox, entry: Entry, now: datetime) -> None:
    """Take our flags and label off again; a star that the person had set stays."""
    action = entry.action
    flag_key = action.key.removeprefix("un")
    line = next((line for line in store.journal(kind=ActionKind.FLAG) if line.action.key == flag_key), None)
    data = line.action.data if line is not None else {}
    ours, label = data.get("ours", "").split(), data.get("our_label", "")
    found = _lies_in(store, mailbox, action.account, action.message_id) if ours or label else []
    for folder, uid in found:
        mailbox.remove_flags(folder, [uid], ours)
    if found and label and isinstance(mailbox, Labelled):
        mailbox.remove_labels(*_at(found[0]), [label])
    if line is not None:
        left = {key: value for key, value in data.items() if key in ("flags", "label")}
        store.finish(flag_key, "undone", now, data=left)
    store.finish(action.key, "undone", now)


def _at(place: tuple[str, int]) -> tuple[str, list[int]]:
    """One mail where it lies. A label is a property of the mail, whichever folder shows it."""
    folder, uid = place
    return folder, [uid]


def _lies_in(store: Store, mailbox: Mailbox, account: str, message_id: str) -> list[tuple[str, int]]:
    """Where a message is now: the folders it was seen in, else every folder but drafts and trash."""
    folders = mailbox.folders()
    names = {folder.name for folder in folders}
    seen = [name for name in store.places(account or mailbox.name, message_id) if name in names]
    found = [(name, uid) for name in seen for uid in mailbox.find(name, message_id)]
    if found:
        return found
    return [
        (folder.name, uid)
        for folder in _elsewhere(folders, seen)
        for uid in mailbox.find(folder.name, message_id)
    ]


def _elsewhere(folders: Iterable[Folder], seen: Sequence[str]) -> list[Folder]:
    apart = {Role.DRAFTS, Role.TRASH, Role.JUNK}
    return [folder for folder in folders if folder.name not in seen and not folder.roles & apart]


def _flags_of(mailbox: Mailbox, folder: str, uid: int) -> frozenset[str]:
    fetched = mailbox.fetch(folder, uid)
    return fetched.flags if fetched is not None else frozenset()


_DO: Mapping[ActionKind, Callable[[Store, Mailbox, Entry, datetime], None]] = {
    ActionKind.DRAFT: _lay,
    ActionKind.WITHDRAW: _withdraw,
    ActionKind.FLAG: _flag,
    ActionKind.UNFLAG: _unflag,
}


# --------------------------------------------------------------------------- notices


def tell(
    store: Store, notifier: Notifier, text: Mapping[str, Any], now: datetime, *, quiet_title: bool = False
) -> int:
    """Show the waiting notices: urgent ones each, the others bundled (rule Q5); returns how many were told.

    `text` is the language's table of words. What cannot be shown now waits; after three days it is dropped.
    """
    waiting = []
    for entry in store.journal(status="waiting", kind=ActionKind.NOTIFY):
        if now - entry.made > STALE_NOTICE:
            store.finish(entry.action.key, "dropped", now, data={}, fault="could not be shown in time")
        else:
            waiting.append(entry)
    told = 0
    for group in bundled(waiting):
        notice = notice_for(group, text, quiet_title=quiet_title)
        try:
            shown = notifier.show(notice)
        except NotifyError as error:
            level = logging.DEBUG if any(entry.tries for entry in group) else logging.WARNING
            log.log(level, "a notice could not be shown: %s", error.message)
            shown = False
        for entry in group:
            if shown:
                store.finish(entry.action.key, "done", now, data={})
                told += 1
            else:
                store.count_try(entry.action.key, "not shown")
    return told


def bundled(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Journal lines as they are shown: urgent ones and summaries each by themselves, the others together."""
    alone = [entry for entry in entries if entry.action.data.get("urgent") or not entry.action.process]
    calm = [entry for entry in entries if entry not in alone]
    return [*([entry] for entry in alone), *([calm] if calm else [])]


def notice_for(group: Sequence[Entry], text: Mapping[str, Any], *, quiet_title: bool = False) -> Notice:
    """One notice for one or several journal lines. Its id is stable, so that a repeat takes its place."""
    lines = [entry.action.data.get("line", "") for entry in group]
    processes = tuple(dict.fromkeys(entry.action.process for entry in group if entry.action.process))
    single = len(processes) <= 1
    title = str(text["single_title"]) if single else _count(text["bundle_title"], len(processes))
    if not all(lines):  # level minimal: no name, no occasion
        key = "one" if single else "many"
        title, lines = str(text["single_title"]), [_count(text["minimal"][key], len(processes))]
    labels = text["buttons"]
    names = ("open", "snooze", "done") if single else ("open", "snooze")
    if single and all(entry.action.data.get("thread") for entry in group):
        names = ("thread", "snooze", "done", "open")  # GNOME shows three; a click on the notice opens, too
    names = names if processes else ()  # a summary: nothing to be done with it
    return Notice(
        id=notice_id(processes),
        title=str(text["quiet_title"]) if quiet_title else title,
        body="\n".join(lines),
        urgent=any(entry.action.data.get("urgent") for entry in group),
        buttons=tuple(Button(name, str(labels[name])) for name in names),
        process_ids=processes,
    )


def notice_id(processes: Sequence[str]) -> str:
    """The stable id of the notice for these processes; a pressed button brings it back."""
    return "-".join(("process", *processes))


def _count(template: object, count: int) -> str:
    return str(template).format(count=count)
