"""From everything stored to where each process stands now: the one derivation that all commands share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.corrections import corrected, names_for_all
from watcher.core.etiquette import situation
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


def standings(
    facts: Sequence[Fact],
    marks: Sequence[Mark],
    corrections: Sequence[Correction],
    person: Person,
    now: datetime,
) -> tuple[Standing, ...]:
    """Every process at `now`, the most urgent first; what the person put right lies over the facts. When the
    clock is behind the newest arrival by more than a day, everything stays as it was at that mail and is
    flagged `clock_suspect` (rule 3.7)."""
    newest = max((fact.at for fact in facts if fact.incoming), default=None)
    clock_ok = newest is None or now >= newest - CLOCK_TOLERANCE
    moment = now if clock_ok or newest is None else newest
    processes = group(corrected(facts, corrections), marks, names_for_all(facts, corrections))
    found = [_stand(process, person, moment) for process in processes]
    if not clock_ok:
        found = [replace(one, situation=_unmoved(one.situation)) for one in found]
    return tuple(sorted(found, key=_urgency))


def _stand(process: Process, person: Person, now: datetime) -> Standing:
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
    return Standing(process=process, setting=setting, fold=fold, situation=situation(fold, now))


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
