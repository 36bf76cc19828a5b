"""What the person reads, in their language: names of states, notices, days. The words are in ui.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from watcher.core.language import Packs, fallback
from watcher.core.model import DraftKind, Flag, Process, Situation, State

#: Longer names are cut in notices and tables (characters).
NAME_LENGTH = 60


def words(packs: Packs, language: str) -> Mapping[str, Any]:
    """The words of `language`, else of the fallback language."""
    pack = packs.get(language)
    found = pack.table("ui") if pack is not None else {}
    return found or packs[fallback(packs)].table("ui")


def who(process: Process, text: Mapping[str, Any], *, full: bool = True) -> str:
    """How a process is called in a notice: company, and with `full` the role; else the person, else '?'."""
    name = process.company or process.person or process.role
    if full and process.role and process.role != name:
        name = f"{name} ({process.role})" if name else process.role
    return (name or str(text["table"]["unknown"]))[:NAME_LENGTH]


def say_day(moment: datetime, now: datetime, zone: str, text: Mapping[str, Any]) -> str:
    """The day of `moment` in `zone`: today, tomorrow, or "Mon 2 Nov"."""
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((local.date() - today) // timedelta(days=1))
    if near is not None:
        return str(text[near])
    weekday, month = text["days"][local.weekday()], text["months"][local.month - 1]
    said = str(text["day_form"]).format(weekday=weekday, day=local.day, month=month)
    return said if abs(local.year - today.year) == 0 else f"{said} {local.year}"


def say_hour(moment: datetime, zone: str, text: Mapping[str, Any]) -> str:
    """The hour of `moment` in `zone`, as the language writes it."""
    return moment.astimezone(ZoneInfo(zone)).strftime(str(text["hour_form"]))


def say_state(state: State, text: Mapping[str, Any]) -> str:
    """A state in words."""
    return str(text["states"][state.value])


def say_flag(flag: Flag, text: Mapping[str, Any]) -> str:
    """A flag in words, '' for none."""
    return str(text["flags"][flag.value])


def say_draft(kind: DraftKind, text: Mapping[str, Any]) -> str:
    """A letter's name, '' for none."""
    return str(text["drafts"][kind.value])


def say_next(situation: Situation, now: datetime, zone: str, text: Mapping[str, Any]) -> str:
    """What comes next by time alone, and when; '' when nothing does."""
    if situation.next_at is None:
        return ""
    known = {**text["states"], **{k: v for k, v in text["flags"].items() if v}}
    what = str(known.get(situation.next_what, situation.next_what))
    day = say_day(situation.next_at, now, zone, text)
    return str(text["next"]["at"]).format(what=what, day=day)


def notice_line(
    topic: str,
    process: Process,
    text: Mapping[str, Any],
    *,
    moment: datetime | None,
    now: datetime,
    zone: str,
    full: bool,
) -> str:
    """One line of a notice: `topic` is a Flag value or another key of `notices`; `moment` is the time it
    speaks of. Salary and health words cannot occur: only names and times of ours are filled in (rule 6.3)."""
    template = str(text["notices"].get(topic, "{who}"))
    day = say_day(moment, now, zone, text) if moment is not None else str(text["table"]["unknown"])
    hour = say_hour(moment, zone, text) if moment is not None else str(text["table"]["unknown"])
    return template.format(who=_plain(who(process, text, full=full)), day=day, hour=hour)


def _plain(name: str) -> str:
    """A name of a mail, fit for one line: no control characters."""
    return "".join(sign for sign in name if sign.isprintable())
