"""What the buttons of a notice do: open the draft or the thread, be quiet for a while, done."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from watcher.core.calendar import at_local
from watcher.core.model import ActionKind, Flag, Kind, Mark
from watcher.core.plan import newest_employer_mail
from watcher.core.standing import Standing
from watcher.store import Store

log = logging.getLogger(__name__)

#: What "done" tells the watcher, by the flag it was shown for. Others are only put off.
DONE = {
    Flag.OWE_REPLY: Kind.MARK_ANSWERED,
    Flag.LEAD: Kind.MARK_ANSWERED,
    Flag.TASK_DUE: Kind.MARK_DONE,
    Flag.TASK_OVERDUE: Kind.MARK_DONE,
    Flag.CONFIRM_HELD: Kind.MARK_HELD,
    Flag.QUIET_1W: Kind.MARK_FOLLOWED_UP,
    Flag.QUIET_2W: Kind.MARK_FOLLOWED_UP,
    Flag.PROMISE_PASSED: Kind.MARK_FOLLOWED_UP,
    Flag.REVIEW: Kind.MARK_OK,
    Flag.SUSPECT: Kind.MARK_OK,
}
#: "Later" means the next morning.
MORNING = time(9)


#: Gmail in the browser, signed in to one of the person's accounts, at one thread of all mail.
GMAIL = "https://mail.google.com/mail/u/?authuser={address}#all/{thread:x}"


def press(
    store: Store,
    everything: Iterable[Standing],
    notice_id: str,
    action: str,
    now: datetime,
    addresses: Mapping[str, str] | None = None,
) -> None:
    """Do what a pressed button says, for the process or processes of its notice (`outbox.notice_id`).
    `addresses`: of the accounts, by name."""
    _, *wanted = notice_id.split("-")
    chosen = [one for one in everything if one.process.id in wanted]
    for one in chosen:
        if action == "snooze":
            _snooze(store, one, now)
        elif action == "done":
            kind = DONE.get(one.situation.flag)
            if kind is None:
                _snooze(store, one, now)
            else:
                store.add_mark(_mark(one, kind, now))
    if action == "open" and chosen:
        open_draft(store, chosen[0])
    if action == "thread" and chosen:
        open_thread(store, chosen[0], addresses or {})


def _snooze(store: Store, one: Standing, now: datetime) -> None:
    zone = one.setting.user_zone or one.setting.zone
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    store.add_mark(_mark(one, Kind.MARK_SNOOZE, now, until=at_local(tomorrow, MORNING, zone)))


def _mark(one: Standing, kind: Kind, now: datetime, *, until: datetime | None = None) -> Mark:
    target = one.process.facts[0].message_id
    return Mark(id=0, kind=kind, target=target, made=now, via="notice", until=until)


def open_draft(store: Store, one: Standing) -> bool:
    """Ask the desktop's mail program to show the draft of a process, by its Message-ID (RFC 2392). False when
    there is no draft or no such program."""
    lines = store.journal(status="done", kind=ActionKind.DRAFT)
    drafts = [line.action.message_id for line in lines if line.action.process == one.process.id]
    if not drafts:
        log.info("there is no draft to open")
        return False
    return _show(f"mid:{drafts[-1].strip('<>')}")  # our own Message-ID: a hash and a fixed domain


def open_thread(store: Store, one: Standing, addresses: Mapping[str, str]) -> bool:
    """Show the newest mail of a process in Gmail, in the browser. False when it lies elsewhere."""
    newest = newest_employer_mail(one)
    account = store.accounts().get(newest.message_id, "") if newest is not None else ""
    link = thread_link(addresses.get(account, ""), newest.gmail_thread) if newest is not None else ""
    return bool(link) and _show(link)


def thread_link(address: str, thread: str) -> str:
    """The page of a Gmail thread (X-GM-THRID in decimal), '' when there is none. Of what the server said only
    a number goes into it."""
    if not address or not (thread.isascii() and thread.isdigit()):
        return ""
    return GMAIL.format(address=quote(address), thread=int(thread))


def _show(link: str) -> bool:
    """Let the desktop open a link with whatever program is for it. False when there is no desktop."""
    program = shutil.which("xdg-open")
    if program is None:
        log.info("there is no program here to open it with")
        return False
    command = [program, link]
    runner = shutil.which("systemd-run") if os.environ.get("INVOCATION_ID") else None
    if runner is not None:  # outside the service's own hardening, which a mail program would not survive
        command = [runner, "--user", "--collect", "--quiet", *command]
    subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return True
