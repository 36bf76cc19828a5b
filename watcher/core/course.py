"""What time alone will make of a process, written down beforehand: so that `status` has nothing to compute.

Where a process stands depends on the moment only at its turning points (`etiquette.turning_points`), and at the
times of what was told ahead (a mark that is dated later, a mail whose clock ran fast). Between two of them it
stands as it stood at the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from watcher.core.etiquette import situation
from watcher.core.fold import settle
from watcher.core.model import Flag
from watcher.core.shown import Course, Shown, Span
from watcher.core.standing import Standing, fold_of, next_turn, told_ahead

#: More spans than any process has ahead of it.
MOST = 60


def shown(one: Standing) -> Shown:
    """A process as it is shown at the moment it was looked at."""
    process = one.process
    return Shown(
        id=process.id,
        company=process.company,
        role=process.role,
        person=process.person,
        messages=tuple(fact.message_id for fact in process.facts),
        setting=one.setting,
        situation=one.situation,
        last=one.fold.last,
    )


def courses(everything: Sequence[Standing], now: datetime) -> tuple[tuple[Course, ...], datetime | None]:
    """The course of every process, as they stand at `now`, and until when it was followed (None: to its end).
    Nothing, when the clock is not believed: it will be set (rule 3.7)."""
    if any(one.situation.flag is Flag.CLOCK_SUSPECT for one in everything):
        return (), now
    found, ends = [], []
    for one in everything:
        spans, end = _spans(one, now)
        now_shown = shown(one)
        found.append(
            Course(
                id=now_shown.id,
                company=now_shown.company,
                role=now_shown.role,
                person=now_shown.person,
                messages=now_shown.messages,
                setting=one.setting,
                spans=spans,
            )
        )
        ends += [end] if end is not None else []
    return tuple(found), min(ends, default=None)


def _spans(one: Standing, now: datetime) -> tuple[tuple[Span, ...], datetime | None]:
    ahead = told_ahead(one.process, now)
    fold, spans = one.fold, [Span(now, one.situation, one.fold.last)]
    for _ in range(MOST):
        turn = next_turn(fold, ahead, now)
        if turn is None:
            return tuple(spans), None
        now = turn
        fold = fold_of(one.process, one.setting, now) if ahead else settle(fold, now)
        answer = situation(fold, now)
        if (answer, fold.last) != (spans[-1].situation, spans[-1].last):
            spans.append(Span(now, answer, fold.last))
    return tuple(spans), now
