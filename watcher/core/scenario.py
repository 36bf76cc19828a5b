"""Timelines written by hand: YAML text -> scenarios -> the same answers the watcher gives for real mail.

A file is a list of scenarios. Times without an offset are in the scenario's `tz` (default Asia/Jakarta);
`country` (default ID) picks the holidays; `notify` is given in `user_tz`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watcher.core.calendar import at_local
from watcher.core.etiquette import assess
from watcher.core.language import parse_yaml
from watcher.core.model import Details, Event, Kind, Setting
from watcher.core.shown import describe as describe
from watcher.core.shown import minute as minute

_SCENARIO_KEYS = frozenset(
    "id title lang now tz user_tz country repliable note oracle timeline expect".split()
)
_TIMES = ("deadline", "promise_by", "silence_by", "ask_from", "back")
_FLAGS = ("ask", "hold", "no_feedback", "task_received")
_OTHERS = ("at", "from", "kind", "note", "start", "end", "of", "arrived", "mid", "auth", "scam", "process")
_EVENT_KEYS = frozenset((*_OTHERS, "until", "via", *_TIMES, *_FLAGS))
_DEFAULT_PROCESS = "A"
#: Words for mail that is no event (docs/rules.md 2.2).
_NO_EVENT = {"noise": Kind.OTHER}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One timeline: the events of each process, what is known of it, and the time it is looked at."""

    id: str
    now: datetime
    setting: Setting
    processes: Mapping[str, tuple[Event, ...]]
    split: bool  # events carry `process`
    expect: Mapping[str, Any]
    skip: bool  # needs more than the rules alone


def read_scenarios(text: str) -> tuple[Scenario, ...]:
    """Parse a scenario file. Raises ValueError with every fault (scenario, key, line) on its own line."""
    content = parse_yaml(text)
    if isinstance(content, Mapping):
        content = [content]
    if not isinstance(content, list):
        raise ValueError("a scenario file holds a list of scenarios, each with `now` and `timeline`")
    faults: list[str] = []
    scenarios = [_scenario(index, item, faults) for index, item in enumerate(content, 1)]
    if faults:
        raise ValueError("\n".join(faults))
    return tuple(scenario for scenario in scenarios if scenario is not None)


def play(scenario: Scenario) -> dict[str, Any]:
    """The answer for one scenario, ready for JSON: `{"id", "state", ...}`, or with `processes` where the
    events carry `process`."""
    answers = {
        name: describe(assess(events, scenario.setting, scenario.now), scenario.setting)
        for name, events in scenario.processes.items()
    }
    if scenario.split:
        return {"id": scenario.id, "processes": answers}
    return {"id": scenario.id, **next(iter(answers.values()))}


# --------------------------------------------------------------------------- reading


def _scenario(index: int, item: Any, faults: list[str]) -> Scenario | None:
    name = str(item.get("id", f"number {index}")) if isinstance(item, Mapping) else f"number {index}"
    before = len(faults)
    if not isinstance(item, Mapping):
        faults.append(f"scenario {name}: must be a mapping with `now` and `timeline`")
        return None
    _check_keys(item, _SCENARIO_KEYS, ("repliable",), name, faults)
    zone = _zone(item, "tz", "Asia/Jakarta", name, faults)
    user_zone = _zone(item, "user_tz", "", name, faults)
    now = _time(item, "now", zone, name, faults)
    timeline = item.get("timeline")
    if now is None and "now" not in item:
        faults.append(f"scenario {name}: `now` is missing")
    if not isinstance(timeline, list):
        faults.append(f"scenario {name}: `timeline` must be a list of events")
        return None
    processes: dict[str, list[Event]] = {}
    split = False
    for number, entry in enumerate(timeline, 1):
        where = f"{name}, event {number}"
        event = _event(entry, zone, where, faults)
        if event is not None:
            split = split or "process" in entry
            processes.setdefault(str(entry.get("process", _DEFAULT_PROCESS)), []).append(event)
    if len(faults) > before or now is None:
        return None
    setting = Setting(
        zone=zone,
        country=str(item.get("country", "ID")).upper(),
        user_zone=user_zone,
        repliable=bool(item.get("repliable", True)),
    )
    events = {key: tuple(value) for key, value in processes.items()} or {_DEFAULT_PROCESS: ()}
    expect = item.get("expect")
    return Scenario(
        name,
        now,
        setting,
        events,
        split,
        expect if isinstance(expect, Mapping) else {},
        item.get("oracle") == "skip",
    )


def _event(entry: Any, zone: str, where: str, faults: list[str]) -> Event | None:
    if not isinstance(entry, Mapping):
        faults.append(f"scenario {where}: must be a mapping with `at` and `kind`")
        return None
    before = len(faults)
    _check_keys(entry, _EVENT_KEYS, (*_FLAGS, "scam"), where, faults)
    word = str(entry.get("kind", ""))
    try:
        kind = _NO_EVENT.get(word) or Kind(word)
    except ValueError:
        faults.append(f"scenario {where}{_line(entry, 'kind')}: unknown kind {entry.get('kind')!r}")
        return None
    if kind is Kind.AUTO_REPLY and entry.get("from") == "user":
        kind = Kind.OTHER  # the person's own leave notice answers nothing and delays nothing (rule Q2)
    at = _time(entry, "at", zone, where, faults)
    if at is None and "at" not in entry:
        faults.append(f"scenario {where}: `at` is missing")
    arrived = _time(entry, "arrived", zone, where, faults)
    times: dict[str, Any] = {key: _time(entry, key, zone, where, faults) for key in ("start", "end", *_TIMES)}
    until = _time(entry, "until", zone, where, faults)
    if at is None or len(faults) > before:
        return None
    details = Details(
        day_only=_is_day(entry.get("start")),
        bounced=str(entry.get("of", "")),
        **times,
        **{key: entry.get(key, False) for key in _FLAGS},
    )
    return Event(
        at=at if arrived is None or kind.own or kind.mark else arrived,
        kind=kind,
        id=str(entry.get("mid", "")),
        made=at,
        details=details,
        forged=entry.get("auth") == "fail",
        scam=bool(entry.get("scam", False)),
        until=until,
    )


def _check_keys(
    item: Mapping[str, Any], known: frozenset[str], switches: tuple[str, ...], where: str, faults: list[str]
) -> None:
    """Name every key that is not `known`, and every one of `switches` that is neither true nor false."""
    for key in item:
        if key not in known:
            near = get_close_matches(str(key), sorted(known), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            faults.append(f"scenario {where}{_line(item, key)}: unknown key {key!r}{hint}")
        elif key in switches and not isinstance(item[key], bool):
            faults.append(f"scenario {where}{_line(item, key)}: `{key}` must be true or false")


def _is_day(value: Any) -> bool:
    if isinstance(value, date) and not isinstance(value, datetime):
        return True
    return isinstance(value, str) and len(value) == len("2026-11-02")


def _time(item: Mapping[str, Any], key: str, zone: str, where: str, faults: list[str]) -> datetime | None:
    value = item.get(key)
    if value is None:
        return None
    try:
        moment = value if isinstance(value, date) else datetime.fromisoformat(str(value))
        if isinstance(moment, datetime):
            moment = datetime.combine(
                moment.date(), moment.timetz()
            )  # plain: the parser has a kind of its own
            if moment.tzinfo is not None:
                return moment
            return at_local(moment.date(), moment.time(), zone)
        return at_local(moment, time(0), zone)
    except (ValueError, OverflowError):
        faults.append(
            f"scenario {where}{_line(item, key)}: `{key}` is no time: {value!r} (write 2026-11-02T10:00)"
        )
        return None


def _zone(item: Mapping[str, Any], key: str, default: str, name: str, faults: list[str]) -> str:
    value = str(item.get(key) or default)
    try:
        if value:
            ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"scenario {name}{_line(item, key)}: unknown time zone {value!r}")
        return default or "Asia/Jakarta"
    return value


def _line(item: Any, key: str) -> str:
    """', line 12' where the parser kept it."""
    try:
        return f", line {item.lc.key(key)[0] + 1}"
    except (AttributeError, KeyError, TypeError):
        return ""
