"""watcher demo: the whole path on the packaged sample mailbox, in a place of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.padding import Padding

from watcher import sample
from watcher.cli import assemble
from watcher.cli.common import print_json, read_clock, report_json
from watcher.cli.show import letter, print_letter, print_process
from watcher.cli.tables import console, plain, print_status
from watcher.core.course import shown
from watcher.core.draft import Draft
from watcher.core.model import ActionKind, DraftKind, Flag
from watcher.core.plan import Wishes
from watcher.core.standing import Person, Standing
from watcher.core.wording import words
from watcher.mailbox.memory import MemoryMailbox
from watcher.outbox import bundled, flush, notice_for
from watcher.packs import load_models, load_packs
from watcher.scan import Look, decide, journal, read_account
from watcher.store import Store

ZONE, COUNTRY = "Asia/Jakarta", "ID"
#: What the demo shows in full: a draft of the first of these, and why of a process with the second.
DRAFT_OF, WHY_OF = Flag.QUIET_1W, Flag.PROMISE_PASSED


@click.command(epilog="Example:  watcher demo")
@click.option("--now", "now_text", metavar="ISO", help="Look as if it were this time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def demo(now_text: str | None, as_json: bool) -> None:
    """Show the watcher at work on a made-up mailbox (Indonesian and English). Nothing of yours is read or
    written: the mailbox and the database are in memory and gone afterwards."""
    now = read_clock(now_text, ZONE).astimezone(ZoneInfo(ZONE))
    packs, language = load_packs(), assemble.reading_language()
    text = words(packs, language)
    person = Person(
        address=sample.ADDRESS,
        name="Sari Wulandari",
        addresses=frozenset({sample.ADDRESS}),
        zone=ZONE,
        country=COUNTRY,
    )
    wishes = Wishes(language=language)
    with closing(sample_mailbox(now)) as mailbox, closing(Store(None)) as store:
        look = Look(
            account="sample",
            person=person,
            packs=packs,
            models=load_models(),
            authserv=sample.AUTHSERV,
        )
        done = read_account(look, mailbox, store)
        everything, actions = decide(store, person, wishes, packs, now)
        journal(store, actions, everything, now)
        flush(store, mailbox, "sample", now)
        told = store.journal(kind=ActionKind.NOTIFY)
    if as_json:
        print_json(report_json([shown(one) for one in everything], actions, person, now))
        return
    out, said = console(), text["demo"]
    drafts = sum(1 for action in actions if action.kind is ActionKind.DRAFT)
    _head(out, str(said["mailbox"]).format(mails=done.read, count=len(everything)))
    print_status([shown(one) for one in everything], text, now, ZONE, all_=True)
    _head(out, str(said["drafts"]).format(count=drafts))
    lettered = _first(everything, DRAFT_OF)
    made = letter(lettered, everything, person, wishes, packs, now) if lettered else None
    if isinstance(made, Draft):
        print_letter(out, made, text)
    why = _first(everything, WHY_OF)
    if why is not None:
        _head(out, str(said["why"]).format(id=why.process.id))
        print_process(why, None, text, now, ZONE)
    _head(out, str(said["notices"]))
    if not told:
        out.print(Padding(str(said["no_notices"]), (0, 0, 0, 2)))
    for group in bundled(told):
        notice = notice_for(group, text)
        out.print(f"[{notice.title}]", style="bold")
        for line in notice.body.splitlines():
            out.print(Padding(plain(line), (0, 0, 0, 2)))
    _head(out, str(said["end"]))


def sample_mailbox(now: datetime) -> MemoryMailbox:
    """The packaged sample, as a mailbox in memory."""
    mailbox = MemoryMailbox("sample")
    for mail in sample.build(now, ZONE, COUNTRY):
        mailbox.deliver(mail.raw, folder=mail.folder, arrived=mail.arrived)
    return mailbox


def _first(everything: Sequence[Standing], flag: Flag) -> Standing | None:
    fitting = [one for one in everything if one.situation.flag is flag]
    with_draft = [one for one in fitting if one.situation.draft is not DraftKind.NONE]
    return next(iter(with_draft or fitting), None)


def _head(out: Console, title: str) -> None:
    out.print()
    out.print(f"== {title}", style="bold")
    out.print()
