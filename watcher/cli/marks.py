"""watcher mark, undo and forget: what the person knows and the mailbox does not."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from watcher import config
from watcher.cli import assemble
from watcher.cli.common import read_clock
from watcher.cli.show import pick
from watcher.cli.tables import console, plain
from watcher.core.corrections import LABEL
from watcher.core.model import Correction, Kind, Mark, State
from watcher.core.process import mail_id, to_events
from watcher.core.standing import Standing
from watcher.core.state import run
from watcher.core.wording import say_reason, say_stand, words
from watcher.errors import UsageError
from watcher.lock import poke
from watcher.scan import stand
from watcher.when import parse_when

#: Marks by which a process ends (or rests), and where it then stands: saying it twice changes nothing.
_ENDS = {
    Kind.MARK_REJECTED: State.REJECTED,
    Kind.MARK_OFFER: State.OFFER,
    Kind.MARK_ACCEPTED: State.ACCEPTED,
    Kind.MARK_DECLINED: State.DECLINED,
    Kind.MARK_WITHDRAWN: State.WITHDRAWN,
    Kind.MARK_IGNORE: State.IGNORED,
}
#: Nobody asks for news of what is decided.
_DECIDED = (State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.REJECTED)
#: The word on the command line -> the mark.
MARKS = {kind.value.removeprefix("mark_").replace("_", "-"): kind for kind in Kind if kind.mark}


@click.command(epilog="Example:  watcher mark 3fa9c1 followed-up --via phone")
@click.argument("id")
@click.argument("what", metavar="WHAT", type=click.Choice(sorted(MARKS)))
@click.option(
    "--at", "at_text", metavar="ISO", help="When it happened; for `scheduled`, when the interview is."
)
@click.option("--via", default="", metavar="TEXT", help="How: phone, whatsapp, in person.")
@click.option("--until", "until_text", metavar="ISO", help="For `snooze`: no notices before this.")
@click.option("--now", "now_text", metavar="ISO", help="Act as if it were this time.")
@click.pass_obj
def mark(
    config_path: Path | None,
    id: str,
    what: str,
    at_text: str | None,
    via: str,
    until_text: str | None,
    now_text: str | None,
) -> None:
    """Tell the watcher what the mailbox does not show.

    \b
    held, not-held     the interview took place, or did not
    scheduled --at     a date was agreed off-mail
    done               the test was handed in on its platform
    followed-up        you asked by phone or in person (spends the one ask)
    answered           you answered off-mail
    rejected, offer, accepted, declined, withdrawn
    ignore, reopen     hide a process; bring it back with a fresh week
    ok                 you have looked: dismisses `please look` and `check first`
    snooze --until     no notices until then
    """
    fit = assemble.outfit(config_path)
    now = read_clock(now_text, fit.person.zone)
    kind = MARKS[what]
    made = _made(kind, at_text, until_text, via, fit.person.zone, now)
    with closing(assemble.known_store()) as store:
        one, _ = pick(store, fit.person, id, now)
        made = replace(made, target=one.process.facts[0].message_id)
        _check_sense(one, made, what, now)
        store.add_mark(made)
        after, _ = pick(store, fit.person, one.process.id, now)
    poke(config.state_dir())
    console().print(_stands(after, words(fit.packs, fit.language)), soft_wrap=True)


def _name(one: Standing) -> str:
    return plain(one.process.company or one.process.person) or one.process.id


def _stands(one: Standing, text: Mapping[str, Any]) -> str:
    return f"{_name(one)}: {say_stand(one.situation, text)}"


def _made(
    kind: Kind, at_text: str | None, until_text: str | None, via: str, zone: str, now: datetime
) -> Mark:
    if kind is Kind.MARK_SNOOZE and until_text is None:
        raise UsageError("`snooze` needs to know until when.", "Add --until, such as --until 2026-11-09.")
    if kind is Kind.MARK_SCHEDULED and at_text is None:
        raise UsageError(
            "`scheduled` needs the time of the interview.", "Add --at, such as --at 2026-11-09T10:00."
        )
    if until_text is not None and kind is not Kind.MARK_SNOOZE:
        raise UsageError("--until belongs to `snooze`.", "Leave it out, or use --at.")
    at = parse_when(at_text, zone, now) if at_text else None
    until = parse_when(until_text, zone, now) if until_text else None
    if at is not None and at > now and kind is not Kind.MARK_SCHEDULED:
        raise UsageError("--at lies in the future.", "Give the time at which it happened.")
    if until is not None and until <= now:
        raise UsageError("--until lies in the past.", "Give a time to come.")
    return Mark(id=0, kind=kind, target="", made=now, at=at, via=via[:60], until=until)


def _check_sense(one: Standing, made: Mark, what: str, now: datetime) -> None:
    """Raise UsageError when the mark would change nothing: there is no interview to be held, no question to
    be answered ..."""
    numbered = replace(made, id=1_000_000_000)
    marked = replace(one.process, marks=(*one.process.marks, numbered))
    before = run(to_events(one.process), one.setting, now)
    after = run(to_events(marked), one.setting, now)
    state = one.situation.state
    too_late = made.kind is Kind.MARK_FOLLOWED_UP and state in _DECIDED
    if too_late or _ENDS.get(made.kind) is state or replace(after, last=None) == replace(before, last=None):
        raise UsageError(
            f"`{what}` makes no sense here: {_name(one)} stands at {state.value}.",
            f"`watcher show {one.process.id}` tells more.",
        )


@click.command(epilog="Example:  watcher undo")
@click.option("--now", "now_text", metavar="ISO", help="Act as if it were this time.")
@click.pass_obj
def undo(config_path: Path | None, now_text: str | None) -> None:
    """Take back the newest thing you told the watcher."""
    fit = assemble.outfit(config_path)
    now = read_clock(now_text, fit.person.zone)
    with closing(assemble.known_store()) as store:
        taken = store.undo()
        if taken is None:
            raise UsageError("There is nothing to undo.", "`watcher mark` tells the watcher something.")
        everything = stand(store, fit.person, now)
    poke(config.state_dir())
    text = words(fit.packs, fit.language)
    word = _word(taken, text)
    holder = next((o for o in everything if any(f.message_id == taken.target for f in o.process.facts)), None)
    out = console()
    out.print(str(text["mark"]["taken_back"]).format(what=word))
    if holder is not None:
        out.print(_stands(holder, text), soft_wrap=True)


def _word(taken: Mark | Correction, text: Mapping[str, Any]) -> str:
    if isinstance(taken, Mark):
        return taken.kind.value.removeprefix("mark_").replace("_", "-")
    value = say_reason("kinds", taken.value, text) if taken.kind == LABEL else taken.value
    mail, other = mail_id(taken.target), mail_id(taken.other)
    return str(text["correct"][taken.kind]).format(mail=mail, other=other, value=value)


@click.command(epilog="Example:  watcher forget 3fa9c1 --yes")
@click.argument("id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(config_path: Path | None, id: str, yes: bool) -> None:
    """Delete everything the watcher knows about a process. Your mail itself is not touched."""
    fit = assemble.outfit(config_path)
    said = words(fit.packs, fit.language)["mark"]
    with closing(assemble.known_store()) as store:
        one, _ = pick(store, fit.person, id, datetime.now(UTC))
        named = {"name": _name(one), "count": len(one.process.facts)}
        if not yes:
            click.confirm(str(said["forget"]).format(**named), abort=True)
        store.forget([fact.message_id for fact in one.process.facts])
        store.forget_actions([one.process.id])
    poke(config.state_dir())
    console().print(str(said["forgotten"]).format(**named))
