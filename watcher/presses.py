"""What the buttons of a notice do: open the draft, be quiet for a while, done."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.core.calendar import at_local
from watcher.core.model import ActionKind, Flag, Kind, Mark
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


def press(store: Store, everything: Iterable[Standing], notice_id: str, action: str, now: datetime) -> None:
    """Do what a pressed button says, for the process or processes of its notice (`outbox.notice_id`)."""
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
    program = shutil.which("xdg-open")
    if not drafts or program is None:
        log.info("no draft to open, or no program to open it with")
        return False
    command = [program, f"mid:{drafts[-1].strip('<>')}"]  # our own Message-ID: a hash and a fixed domain
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
