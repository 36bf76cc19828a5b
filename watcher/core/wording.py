"""What the person reads, in their language: names of states, notices, days. The words are in ui.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from watcher.core.language import Packs, fallback
from watcher.core.model import DraftKind, Flag, Process, Situation, State, Turn

#: Longer names are cut in notices and tables (characters).
NAME_LENGTH = 60
#: Days nearer than this, before or after, are said without their year.
NEAR = timedelta(days=180)

#: Flags that say no more than the state they stand beside.
_SAID_BY_STATE = frozenset(
    {
        (State.LEAD, Flag.LEAD),
        (State.OWE_REPLY, Flag.OWE_REPLY),
        (State.TASK_DUE, Flag.TASK_DUE),
        (State.QUIET_1W, Flag.QUIET_1W),
        (State.QUIET_2W, Flag.QUIET_2W),
        (State.OFFER, Flag.OFFER_PENDING),
        (State.REJECTED, Flag.REJECTED),
    }
)


def words(packs: Packs, language: str, table: str = "ui") -> Mapping[str, Any]:
    """The words of `language`, else of the fallback language."""
    pack = packs.get(language)
    found = pack.table(table) if pack is not None else {}
    return found or packs[fallback(packs)].table(table)


def who(process: Process, text: Mapping[str, Any], *, full: bool = True) -> str:
    """How a process is called in a notice: company, and with `full` the role; else the person, else '?'."""
    name = process.company or process.person or process.role
    if full and process.role and process.role != name:
        name = f"{name} ({process.role})" if name else process.role
    return (name or str(text["table"]["unknown"]))[:NAME_LENGTH]


def say_day(moment: datetime, now: datetime, zone: str, text: Mapping[str, Any]) -> str:
    """The day of `moment` in `zone`: today, tomorrow, or "Mon 2 Nov"; with its year when that is far away."""
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((local.date() - today) // timedelta(days=1))
    if near is not None:
        return str(text[near])
    weekday, month = text["days"][local.weekday()], text["months"][local.month - 1]
    said = str(text["day_form"]).format(weekday=weekday, day=local.day, month=month)
    return said if abs(local.date() - today) < NEAR else f"{said} {local.year}"


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


def say_stand(situation: Situation, text: Mapping[str, Any]) -> str:
    """Where a process stands: its state, and what it needs attention for where that says more."""
    state, flag = say_state(situation.state, text), say_flag(situation.flag, text)
    said = not flag or (situation.state, situation.flag) in _SAID_BY_STATE
    return state if said else f"{state}: {flag}"


def say_quiet(situation: Situation, now: datetime, text: Mapping[str, Any]) -> str:
    """For how many whole days the employer, whose turn it is, has been quiet; '' when it is not."""
    if situation.anchor is None or situation.waiting_on is not Turn.EMPLOYER:
        return ""
    count = max(0, (now - situation.anchor).days)
    return str(text["table"]["day" if count == 1 else "days"]).format(count=count)


def say_next(situation: Situation, now: datetime, zone: str, text: Mapping[str, Any]) -> str:
    """The next thing and when: a dated one (interview, deadline), else what time alone brings; '' when
    nothing is to come."""
    forms = text["next"]
    for topic, moment, open_ in (
        ("interview", situation.interview, situation.waiting_on is not Turn.NOBODY),
        ("deadline", situation.deadline, situation.state in (State.OFFER, State.TASK_DUE)),
    ):
        if open_ and moment is not None and moment > now:
            return str(forms["at"]).format(what=forms[topic], day=_say_moment(moment, now, zone, text))
    if situation.next_at is None:
        return ""
    day = say_day(situation.next_at, now, zone, text)
    if situation.next_what == situation.state.value:  # the state stays; the letter comes or goes
        letter = say_draft(situation.draft, text)
        return str(forms["until"]).format(what=letter, day=day) if letter else ""
    known = {**text["states"], **{k: v for k, v in text["flags"].items() if v}}
    what = str(known.get(situation.next_what, situation.next_what))
    return str(forms["at"]).format(what=what, day=day)


def _say_moment(moment: datetime, now: datetime, zone: str, text: Mapping[str, Any]) -> str:
    """Day and hour; a date without an hour is kept as its first minute."""
    day = say_day(moment, now, zone, text)
    local = moment.astimezone(ZoneInfo(zone))
    return day if (local.hour, local.minute) == (0, 0) else f"{day} {say_hour(moment, zone, text)}"


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


def say_reason(table: str, key: str, text: Mapping[str, Any]) -> str:
    """The sentence for a machine word (`table`: reviews, refusals, rules ...); the word where there is none."""
    return str(text.get(table, {}).get(key, key))


def say_joined(reason: str, text: Mapping[str, Any]) -> str:
    """Why a mail belongs to its process; `reason` is "rule: what it rests on" (core/process.py)."""
    rule, _, quote = reason.partition(": ")
    form = text["joins"].get(rule)
    return str(form).format(quote=quote) if form else reason
