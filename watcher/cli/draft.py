"""watcher draft: lay the letter that fits now into Drafts on request, or print it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from watcher import config
from watcher.cli import assemble
from watcher.cli.common import read_clock
from watcher.cli.show import letter, no_letter, pick, print_letter, why_none
from watcher.cli.tables import console, plain
from watcher.core.draft import Refusal
from watcher.core.model import Action, DraftKind, State, Turn
from watcher.core.plan import draft_action
from watcher.core.standing import OVER, Standing
from watcher.core.timers import ripening
from watcher.core.wording import words
from watcher.errors import UsageError
from watcher.lock import RunningError, held, poke
from watcher.outbox import flush
from watcher.scan import homes_of
from watcher.store import Store

KINDS = [kind.value for kind in DraftKind if kind is not DraftKind.NONE]
#: Letters that ask for news: one in a round, and none before it is the employer's turn (rules R2, R3).
ASKING = (DraftKind.FOLLOW_UP, DraftKind.FOLLOW_UP_LATE)


@click.command(epilog="Example:  watcher draft 3fa9c1 --print")
@click.argument("id")
@click.option("--kind", metavar="KIND", type=click.Choice(KINDS), help=f"Which letter: {', '.join(KINDS)}.")
@click.option("--print", "only_print", is_flag=True, help="Show it; write nothing.")
@click.option("--now", "now_text", metavar="ISO", help="Act as if it were this time.")
@click.pass_obj
def draft(
    config_path: Path | None, id: str, kind: str | None, only_print: bool, now_text: str | None
) -> None:
    """Write the draft that fits a process now into your Drafts folder. It is never sent."""
    fit = assemble.outfit(config_path)
    now = read_clock(now_text, fit.person.zone)
    text = words(fit.packs, fit.language)
    with closing(assemble.known_store()) as store:
        one, everything = pick(store, fit.person, id, now)
        wanted = DraftKind(kind) if kind else None
        _check_etiquette(one, wanted, now, fit.person.zone)
        wishes = assemble.wishes_of(fit, assemble.first_run_of(store))
        accounts = homes_of(store, everything, fit.person)
        made = letter(one, everything, fit.person, wishes, fit.packs, now, wanted, accounts)
        if made is None:
            raise no_letter(one)
        if isinstance(made, Refusal):
            raise UsageError(str(text["draft_none"]).format(why=why_none(made, text)), "")
        out, aside = console(), console(stderr=True)
        for note in (made.note, *made.faults):
            if note:
                aside.print(str(text["draft"]["note"]).format(note=plain(note)))
        if only_print:
            print_letter(out, made, text, as_it_is=not out.is_terminal)
            return
        said = _lay(store, fit, draft_action(one, made, accounts, requested=True), now)
        out.print(str(text["draft"][said]).format(subject=plain(made.subject)))


def _check_etiquette(one: Standing, kind: DraftKind | None, now: datetime, zone: str) -> None:
    """A person may ask for any letter but one that asks twice, too early, or out of turn (rules R2, R3)."""
    if kind not in ASKING:
        return
    answer, name = one.situation, one.process.company or one.process.id
    if one.fold.asked_in_round():
        raise UsageError(
            "You have asked already in this round; asking twice is not done.",
            "Wait for the answer. `--kind closing` is a polite last word.",
        )
    if answer.state in OVER and answer.state is not State.CLOSED_PRESUMED:
        raise UsageError(f"{name} is over ({answer.state.value}).", "There is nothing to ask.")
    if answer.waiting_on in (Turn.USER, Turn.EVENT):
        raise UsageError(
            f"It is not the employer's turn ({name} stands at {answer.state.value}).",
            f"`watcher show {one.process.id}` tells what comes first.",
        )
    ripe = ripening(one.fold).one_week
    if ripe is not None and now < ripe:
        day = ripe.astimezone(ZoneInfo(zone))
        raise UsageError(
            f"It is too early to ask {name}: a week has not passed, or a promised day is still to come.",
            f"From {day:%Y-%m-%d %H:%M} on it is fine.",
        )


def _lay(store: Store, fit: assemble.Outfit, action: Action, now: datetime) -> str:
    """Journal the draft and lay it: by the running service where there is one, else at once. Returns what
    became of it, as a key of the words under `draft`."""
    store.enqueue([action], now)
    entry = next((e for e in store.journal() if e.action.key == action.key), None)
    if entry is not None and entry.status != "waiting":
        return "there" if entry.status == "done" else "changed"
    try:
        with held(config.state_dir()):
            chosen = assemble.watched(fit.settings, action.account)[0]
            with closing(assemble.open_account(chosen)) as mailbox:
                flush(store, mailbox, chosen.name, now, only=action.key)
    except RunningError:
        poke(config.state_dir())
        return "soon"
    waiting = [e for e in store.journal(status="waiting") if e.action.key == action.key]
    if waiting:
        raise UsageError("The draft could not be laid.", waiting[0].fault)
    return "laid"
