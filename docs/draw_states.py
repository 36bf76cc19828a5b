"""Writes docs/states.md from the tables of the core: `python docs/draw_states.py`.

The page shows what the code does, not what somebody thinks it does: LIVE, AFTER_END and POLICY are listed as
they are, and the transitions are observed by playing one made-up history per state and adding one event to it.
A test asserts that the page is up to date.
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from watcher.core.etiquette import POLICY, situation
from watcher.core.model import Details, DraftKind, Event, Flag, Kind, Setting, Situation, State
from watcher.core.state import AFTER_END, LIVE, Row, run
from watcher.core.wording import words
from watcher.packs import load_packs

PAGE = Path(__file__).with_name("states.md")

#: A process in no country (weekends only), so that no calendar of holidays changes the page.
SETTING = Setting(zone="UTC", country="")
MONDAY = datetime(2026, 6, 1, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
#: As far as time alone is let go on (days).
FAR = 70


def at(day: int, hour: int = 10) -> datetime:
    """`hour` o'clock, `day` days after the Monday on which every history begins."""
    return MONDAY.replace(hour=hour) + timedelta(days=day)


def event(kind: str, day: int, hour: int = 10, **details: Any) -> Event:
    """An event of a history; what it says is in `details`."""
    moment = at(day, hour)
    return Event(
        at=moment, kind=Kind(kind), id=f"{kind}.{day}.{hour}", made=moment, details=Details(**details)
    )


INVITED = (event("interview_invitation", 0, start=at(4), end=at(4, 11)),)
FIXED = (*INVITED, event("own_accept", 0, 12))
HELD = (*FIXED, event("own_thank_you", 5, 9))
OFFERED = (*HELD, event("offer", 8))

#: One history per state, the time at which another event is added, and what the state means.
HISTORIES: Mapping[State, tuple[tuple[Event, ...], datetime, str]] = {
    State.NONE: ((), at(1), "nothing that belongs to a hiring process has come"),
    State.LEAD: (
        (event("recruiter_outreach", 0),),
        at(1),
        "a recruiter wrote first, the person has not answered",
    ),
    State.APPLIED: ((event("application_received", 0),), at(1), "only robots have answered the application"),
    State.INVITED: (INVITED, at(1), "an invitation waits for a yes or a choice of times"),
    State.SCHEDULED: (FIXED, at(1), "an interview has a fixed date ahead"),
    State.RESCHEDULING: (
        (*FIXED, event("interview_cancellation", 1)),
        at(2),
        "the date fell through, a new one is expected",
    ),
    State.OWE_REPLY: (
        (*HELD, event("recruiter_reply", 6, ask=True)),
        at(7),
        "the employer asked for something",
    ),
    State.TASK_DUE: (
        (event("assessment", 0, deadline=at(9)),),
        at(1),
        "a test, form or medical check is to be done",
    ),
    State.AWAITING: (HELD, at(7), "the employer's turn"),
    State.QUIET_1W: (HELD, at(12), "a week of silence: asking once is fine"),
    State.FOLLOWED_UP: ((*HELD, event("own_followup", 12)), at(13), "asked, and waiting"),
    State.QUIET_2W: (HELD, at(19), "two weeks of silence: most likely filled"),
    State.ON_HOLD: (
        (*HELD, event("status_update", 6, hold=True)),
        at(7),
        "hiring is paused, or a talent pool",
    ),
    State.OFFER: (OFFERED, at(9), "an offer waits for an answer"),
    State.ACCEPTED: ((*OFFERED, event("own_accept", 9)), at(10), "the person took the offer"),
    State.DECLINED: ((*OFFERED, event("own_decline", 9)), at(10), "the person turned the offer down"),
    State.WITHDRAWN: ((*INVITED, event("own_withdraw", 1)), at(2), "the person left the process"),
    State.REJECTED: ((*HELD, event("rejection", 6)), at(7), "the employer said no"),
    State.CLOSED_PRESUMED: (HELD, at(40), "silence for so long that it is presumably over"),
    State.IGNORED: ((*HELD, event("mark_ignore", 6)), at(7), "hidden by the person"),
}

#: What is told apart of an event beyond its kind, and what it then carries.
SPECIAL: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "interview_invitation (a date)": ("interview_invitation", {"dated": True}),
    "interview_invitation (times to choose)": ("interview_invitation", {}),
    "interview_confirmation": ("interview_confirmation", {"dated": True}),
    "interview_reschedule (a date)": ("interview_reschedule", {"dated": True}),
    "interview_reschedule (times to choose)": ("interview_reschedule", {"ask": True}),
    "interview_reschedule (open)": ("interview_reschedule", {}),
    "recruiter_reply (asks)": ("recruiter_reply", {"ask": True}),
    "recruiter_reply": ("recruiter_reply", {}),
    "status_update": ("status_update", {}),
    "status_update (on hold)": ("status_update", {"hold": True}),
    "status_update (test received)": ("status_update", {"task_received": True}),
    "mark_scheduled": ("mark_scheduled", {"dated": True}),
}

#: The picture shows how a process usually goes: these events from these states, and time. All else is in the
#: tables below it.
IN_THE_PICTURE: Mapping[str, tuple[State, ...]] = {
    "application_received": (State.NONE,),
    "recruiter_outreach": (State.NONE,),
    "interview_invitation (a date)": (State.NONE, State.APPLIED, State.LEAD, State.AWAITING),
    "interview_confirmation": (State.RESCHEDULING,),
    "interview_cancellation": (State.SCHEDULED,),
    "assessment": (State.AWAITING,),
    "recruiter_reply (asks)": (State.AWAITING,),
    "recruiter_reply": (State.QUIET_1W, State.FOLLOWED_UP, State.ON_HOLD),
    "status_update (on hold)": (State.AWAITING,),
    "rejection": (State.AWAITING, State.FOLLOWED_UP),
    "offer": (State.AWAITING,),
    "own_reply": (State.LEAD, State.OWE_REPLY),
    "own_accept": (State.INVITED, State.OFFER),
    "own_followup": (State.QUIET_1W, State.QUIET_2W),
    "own_closing": (State.QUIET_2W,),
    "own_task_done": (State.TASK_DUE,),
    "own_decline": (State.OFFER,),
}
WITH_TIME = (State.SCHEDULED, State.AWAITING, State.QUIET_1W, State.FOLLOWED_UP, State.QUIET_2W)

#: An event that leads to the same state from at least this many is listed once for all of them.
NEARLY_ALL = 11

#: Further histories for what the states alone do not show.
MORE_HISTORIES = (
    (*HELD, event("status_update", 6, promise_by=at(9, 17))),
    (*HELD, replace(event("offer", 6), scam=True)),
)


def added_events() -> Iterator[str]:
    """The names of all events that are tried, in the order of the vocabulary."""
    for kind in LIVE:
        named = [name for name, (of, _) in SPECIAL.items() if of == kind.value]
        yield from named or [kind.value]


def look(events: Iterable[Event], now: datetime) -> Situation:
    """Where a process of these events stands at `now`."""
    return situation(run(events, SETTING, now), now, look_ahead=False)


def one_event(name: str, moment: datetime) -> Event:
    """The event `name` at `moment`; where it has a date, that is eight days later."""
    kind, details = SPECIAL.get(name, (name, {}))
    details = dict(details)
    if details.pop("dated", False):
        details |= {"start": moment + timedelta(days=8), "end": moment + timedelta(days=8, hours=1)}
    return Event(at=moment, kind=Kind(kind), id="added", made=moment, details=Details(**details))


def after(state: State, name: str) -> State:
    """The state a minute after the event `name` was added to the history of `state`."""
    history, moment, _ = HISTORIES[state]
    return look([*history, one_event(name, moment)], moment + MINUTE).state


def transitions() -> dict[State, dict[State, list[str]]]:
    """From each state: the states that one event leads to, and by which events."""
    found: dict[State, dict[State, list[str]]] = {}
    for state, (history, moment, _) in HISTORIES.items():
        before = look(history, moment).state
        if before is not state:
            raise AssertionError(f"the history of {state} gives {before}")
        reached: dict[State, list[str]] = defaultdict(list)
        for name in added_events():
            reached[after(state, name)].append(name)
        found[state] = dict(reached)
    return found


def by_time(state: State) -> tuple[State, int] | None:
    """What the history of `state` turns into by time alone, and after how many days."""
    history, moment, _ = HISTORIES[state]
    for day in range(1, FAR):
        later = look(history, moment + timedelta(days=day)).state
        if later is not state:
            return later, day
    return None


def situations() -> Iterator[Situation]:
    """Everything that comes of the histories, with each event added, as time goes on."""
    days = (0, 2, 9, 16)
    for history, moment, _ in HISTORIES.values():
        for added in ((), *((one_event(name, moment),) for name in added_events())):
            for day in days:
                yield look([*history, *added], moment + timedelta(days=day) + MINUTE)
    for history in MORE_HISTORIES:
        for day in days:
            yield look(history, at(7 + day))


# --------------------------------------------------------------------------- the page


def said(name: str) -> str:
    """An event as it is written on the page."""
    return f"`{name}`" if "(" not in name else "`{}` ({}".format(*name.split(" (", 1))


def picture(found: Mapping[State, Mapping[State, list[str]]]) -> Iterator[str]:
    """The usual ways of a process as a Mermaid diagram."""
    edges: dict[tuple[State, State], list[str]] = defaultdict(list)
    for name, states in IN_THE_PICTURE.items():
        for state in states:
            edges[state, next(to for to, names in found[state].items() if name in names)].append(name)
    for state in WITH_TIME:
        passed = by_time(state)
        if passed is not None:
            edges[state, passed[0]].append("time")
    yield "```mermaid"
    yield "stateDiagram-v2"
    for (state, to), names in edges.items():
        yield f"    {'[*]' if state is State.NONE else state} --> {to}: {label(names)}"
    for state in (State.ACCEPTED, State.DECLINED, State.REJECTED, State.CLOSED_PRESUMED):
        yield f"    {state} --> [*]"
    yield "```"


def alike(found: Mapping[State, Mapping[State, list[str]]]) -> dict[str, State]:
    """The events that lead to one and the same state from nearly everywhere, and to which."""
    common: dict[str, State] = {}
    for name in added_events():
        for to in State:
            others = sum(name in found[state].get(to, ()) for state in State if state is not to)
            if others >= NEARLY_ALL:
                common[name] = to
    return common


def table(found: Mapping[State, Mapping[State, list[str]]]) -> Iterator[str]:
    """Every transition: first those that are alike from nearly everywhere, then state by state."""
    common = alike(found)
    yield "| event | becomes | but not from |"
    yield "|---|---|---|"
    for name, to in common.items():
        others = [state for state in State if state is not to and name not in found[state].get(to, ())]
        yield f"| {said(name)} | {to} | {', '.join(others)} |"
    yield ""
    yield "And besides:"
    yield ""
    yield "| state | becomes | by |"
    yield "|---|---|---|"
    for state, reached in found.items():
        for to in State:
            names = [name for name in reached.get(to, ()) if common.get(name) is not to]
            if to is not state and names:
                yield f"| {state} | {to} | {', '.join(said(name) for name in names)} |"


def label(names: list[str]) -> str:
    """Names of events as they stand at an arrow."""
    plain = (name.replace(" (a date)", "").replace("(", "").replace(")", "") for name in names)
    return ", ".join(dict.fromkeys(name.replace("_", " ") for name in plain))


def steps_of(row: Row) -> str:
    """What a row does, in the names of its steps."""
    told, still = (", ".join(f"`{name_of(step)}`" for step in steps) for steps in (row.steps, row.still))
    if row.unless is None:
        return told
    return f"{told}; {f'only {still}' if still else 'nothing'} if `{name_of(row.unless)}`"


def name_of(part: Callable[..., object]) -> str:
    """The name of a step or guard; of one that a function made, that function's."""
    return part.__qualname__.split(".")[0].lstrip("_")


def legend() -> Iterator[str]:
    """Every step that the tables name, with the first sentence of what it says of itself."""
    seen: dict[str, str] = {}
    for row in (*LIVE.values(), *AFTER_END.values()):
        for part in (*row.steps, *([row.unless] if row.unless else ())):
            made_by = getattr(inspect.getmodule(part), part.__qualname__.split(".")[0])
            text = " ".join((inspect.getdoc(made_by) or "").split())
            seen.setdefault(name_of(part), text.split(". ")[0].rstrip("."))
    yield from (f"| `{name}` | {text} |" for name, text in sorted(seen.items()) if text)


def policy_rows() -> Iterator[str]:
    """POLICY in its order: the flag, when it was seen, and which letters came with it."""
    text = words(load_packs(), "en")
    states: dict[Flag, set[State]] = defaultdict(set)
    letters: dict[Flag, set[DraftKind]] = defaultdict(set)
    for one in situations():
        states[one.flag].add(one.state)
        letters[one.flag].add(one.draft)
    flags = [Flag.INTERVIEW_SOON, *(row.flag for row in POLICY)]
    for number, flag in enumerate(flags):
        seen = ", ".join(state for state in State if state in states[flag])
        drafts = ", ".join(f"`{kind}`" for kind in DraftKind if kind in letters[flag] - {DraftKind.NONE})
        yield f"| {number} | `{flag}` | {text['flags'][flag.value]} | {seen} | {drafts} |"


def page() -> str:
    """The text of docs/states.md."""
    text = words(load_packs(), "en")
    found = transitions()
    lines = [
        "# States and transitions",
        "",
        "This page is drawn from the tables of the code (`python docs/draw_states.py`); a test fails when",
        "it is old.",
        "The rules behind it are in [rules.md](rules.md), section 2.",
        "",
        "## The states",
        "",
        "| state | shown as | whose turn | means | by time alone |",
        "|---|---|---|---|---|",
    ]
    for state, (history, moment, meaning) in HISTORIES.items():
        turn = text["turns"][look(history, moment).waiting_on.value]
        passed = by_time(state)
        later = f"{passed[0]}" if passed else ""
        lines.append(f"| {state} | {text['states'][state.value]} | {turn} | {meaning} | {later} |")
    lines += [
        "",
        "AWAITING is the person's turn when a date passed that nobody had confirmed: did it take place?",
        "",
        "## How a process usually goes",
        "",
        *picture(found),
        "",
        "## Every transition",
        "",
        "Observed: one history for each state (they are in `docs/draw_states.py`), one event added, the state",
        "a minute later. What is not listed leaves the state as it is. The state that shows does not decide",
        "alone what comes next: a question asked before an interview and one asked after it show the same.",
        "",
        *table(found),
        "",
        "## What an event does (LIVE)",
        "",
        "| event | steps |",
        "|---|---|",
        *(f"| `{kind}` | {steps_of(row)} |" for kind, row in LIVE.items()),
        "",
        "## What the employer's mail does to a process that has ended (AFTER_END)",
        "",
        "No row: nothing.",
        "",
        "| ended as | event | steps |",
        "|---|---|---|",
        *(f"| {state} | `{kind}` | {steps_of(row)} |" for (state, kind), row in AFTER_END.items()),
        "",
        "## The steps and guards",
        "",
        "| name | does |",
        "|---|---|",
        *legend(),
        "",
        "## What a situation calls for (POLICY)",
        "",
        "The first row that applies gives the flag, the letter and the notice. Row 0 stands above all others:",
        "a fixed date within 24 hours. States and letters as observed in the histories above.",
        "",
        "| row | flag | shown as | states | letters |",
        "|---|---|---|---|---|",
        *policy_rows(),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
