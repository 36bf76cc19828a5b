"""From everything stored to where each process stands now: the one derivation that all commands share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.corrections import corrected, names_for_all
from watcher.core.etiquette import situation, turning_points
from watcher.core.fold import Fold
from watcher.core.model import Correction, DraftKind, Fact, Flag, Mark, Process, Setting, Situation
from watcher.core.person import Person as Person
from watcher.core.process import group, setting_for, to_events
from watcher.core.shown import OVER as OVER
from watcher.core.shown import URGENCY as URGENCY
from watcher.core.shown import urgency
from watcher.core.state import run

#: A clock that is this far behind the newest mail is not believed (rule 3.7).
CLOCK_TOLERANCE = timedelta(days=1)

#: Doubts that are shown with a process but need nobody: no name is used where it is unsure.
_HARMLESS = frozenset(("company_unclear", "role_unclear", "new_address"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One process as it stands."""

    process: Process
    setting: Setting
    fold: Fold
    situation: Situation


@dataclass(frozen=True, slots=True)
class Held:
    """A process as it stood at `since`, and stands until before `until` (None: for ever) if nothing comes."""

    one: Standing
    since: datetime
    until: datetime | None

    def covers(self, now: datetime) -> bool:
        """True when it stands so at `now` too."""
        return self.since <= now and (self.until is None or now < self.until)


#: What is remembered of one derivation for the next one, by process; for one person.
Memory = dict[str, Held]


def standings(
    facts: Sequence[Fact],
    marks: Sequence[Mark],
    corrections: Sequence[Correction],
    person: Person,
    now: datetime,
    memory: Memory | None = None,
) -> tuple[Standing, ...]:
    """Every process at `now`, the most urgent first; what the person put right lies over the facts. When the
    clock is behind the newest arrival by more than a day, everything stays as it was at that mail and is
    flagged `clock_suspect` (rule 3.7). What has not changed is taken from `memory`, which is filled."""
    newest = max((fact.at for fact in facts if fact.incoming), default=None)
    clock_ok = newest is None or now >= newest - CLOCK_TOLERANCE
    moment = now if clock_ok or newest is None else newest
    processes = group(corrected(facts, corrections), marks, names_for_all(facts, corrections))
    found = [_stand(process, person, moment, memory) for process in processes]
    if memory is not None:
        for gone in memory.keys() - {process.id for process in processes}:
            del memory[gone]
    if not clock_ok:
        found = [replace(one, situation=_unmoved(one.situation)) for one in found]
    return tuple(sorted(found, key=_urgency))


def _stand(process: Process, person: Person, now: datetime, memory: Memory | None) -> Standing:
    held = memory.get(process.id) if memory is not None else None
    if held is not None and held.one.process == process and held.covers(now):
        return held.one
    setting = setting_for(
        process,
        user_zone=person.zone,
        country=person.country,
        countries=person.countries,
        pause_holidays=person.pause_holidays,
        notice_hours=person.notice_hours,
        urgent_hours=person.urgent_hours,
    )
    fold = fold_of(process, setting, now)
    one = Standing(process=process, setting=setting, fold=fold, situation=situation(fold, now))
    if memory is not None:
        memory[process.id] = Held(one, now, next_turn(one.fold, told_ahead(process, now), now))
    return one


def told_ahead(process: Process, now: datetime) -> tuple[datetime, ...]:
    """The times after `now` of what is known already: a mark that is dated later, a mail whose clock ran
    fast."""
    return tuple(event.at for event in to_events(process) if event.at > now)


def next_turn(fold: Fold, ahead: Sequence[datetime], now: datetime) -> datetime | None:
    """The first moment after `now` at which something about a process may change by time alone, or by what was
    told ahead; None: there is none."""
    return min([*turning_points(fold, now), *(at for at in ahead if at > now)], default=None)


def fold_of(process: Process, setting: Setting, now: datetime) -> Fold:
    """What is remembered of a process at `now`; what is doubtful about it asks for review."""
    fold = run(to_events(process), setting, now)
    doubts = set(process.review) - _HARMLESS
    if doubts and fold.review is None and fold.last is not None and not _looked_at(process):
        return replace(fold, review=fold.last)
    return fold


def _looked_at(process: Process) -> bool:
    return any(mark.kind.value == "mark_ok" for mark in process.marks)


def _unmoved(answer: Situation) -> Situation:
    return replace(answer, flag=Flag.CLOCK_SUSPECT, draft=DraftKind.NONE, notify=None, next_at=None)


def _urgency(one: Standing) -> tuple[int, bool, float, str]:
    return urgency(one.situation, one.fold.last, one.process.id)
