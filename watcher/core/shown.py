"""What the table of processes shows of each, now and as time goes by. Light: `status` needs no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from watcher.core.model import Flag, Setting, Situation, State

#: What needs the person comes first (status, notices); everything else after it.
URGENCY: tuple[Flag, ...] = (
    Flag.CLOCK_SUSPECT,
    Flag.INTERVIEW_SOON,
    Flag.OFFER_PENDING,
    Flag.OWE_REPLY,
    Flag.TASK_OVERDUE,
    Flag.TASK_DUE,
    Flag.CONFIRM_HELD,
    Flag.THANK_YOU_DUE,
    Flag.PROMISE_PASSED,
    Flag.QUIET_1W,
    Flag.QUIET_2W,
    Flag.LEAD,
    Flag.SUSPECT,
    Flag.REVIEW,
    Flag.REJECTED,
    Flag.NONE,
)
OVER = (
    State.ACCEPTED,
    State.DECLINED,
    State.WITHDRAWN,
    State.REJECTED,
    State.CLOSED_PRESUMED,
    State.IGNORED,
    State.NONE,
)
_RANK = {flag: rank for rank, flag in enumerate(URGENCY)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One process as it is shown. `messages` are the Message-IDs of its mails, `last` when something happened
    in it last."""

    id: str
    company: str
    role: str
    person: str
    messages: tuple[str, ...]
    setting: Setting
    situation: Situation
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """How a process stands from `since` on, until the next span."""

    since: datetime
    situation: Situation
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a process will be shown from now on for as long as nothing new becomes known: span after span."""

    id: str
    company: str
    role: str
    person: str
    messages: tuple[str, ...]
    setting: Setting
    spans: tuple[Span, ...]  # in their order, at least one


def by_urgency(everything: Iterable[Shown]) -> tuple[Shown, ...]:
    """The most urgent first."""
    return tuple(sorted(everything, key=lambda one: urgency(one.situation, one.last, one.id)))


def urgency(situation: Situation, last: datetime | None, name: str) -> tuple[int, bool, float, str]:
    """What the order goes by: the flag, whether it is over, the newest first, and the name."""
    moment = last.timestamp() if last is not None else 0.0
    return _RANK[situation.flag], situation.state in OVER, -moment, name


def describe(situation: Situation, setting: Setting) -> dict[str, str | None]:
    """State, turn, flag, draft and notice of a situation in the words of the scenario format."""
    return {
        "state": situation.state.value,
        "waiting_on": situation.waiting_on.value,
        "flag": situation.flag.value,
        "draft": situation.draft.value,
        "notify": minute(situation.notify, setting.user_zone or setting.zone),
    }


def minute(moment: datetime | None, zone: str) -> str | None:
    """`moment` as local time of `zone`, to the minute: 2026-11-09T09:00."""
    return None if moment is None else moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
