"""The days, times and periods of a text, paired: the points in time that a promise or deadline may mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from watcher.core.dates_clock import TimeItem
from watcher.core.dates_figures import DayItem
from watcher.core.dates_items import joins, limit_before
from watcher.core.dates_tokens import Scan, Token
from watcher.core.promises_periods import Period, period_at


class Point(NamedTuple):
    """A day, a time or a period of a sentence, paired: at tokens `start` to `end`."""

    start: int
    end: int
    day: DayItem | None = None
    time: TimeItem | None = None
    period: Period | None = None
    limit: str = ""


MOST_POINTS = 60


def find_points(read: Scan, items: Sequence[DayItem | TimeItem]) -> list[Point]:
    """Days with their times, and the periods that are no days, in order."""
    points: list[Point] = []
    waiting: TimeItem | None = None
    for item in items:
        before = points[-1] if points else None
        if isinstance(item, TimeItem):
            near = (
                before is not None and before.time is None and joins(read.tokens, before.end, item.start, 4)
            )
            if near and before is not None:
                points[-1] = before._replace(time=item, end=item.end)
            else:
                waiting = item
                points.append(
                    Point(item.start, item.end, None, item, None, limit_before(read.tokens, item.start))
                )
            continue
        limit = limit_before(read.tokens, item.start)
        open_time = before is not None and before.time is waiting and before.day is None
        if waiting and before and open_time and joins(read.tokens, waiting.end, item.start, 4):
            points[-1] = before._replace(day=item, end=item.end, limit=before.limit or limit)
        else:
            points.append(Point(item.start, item.end, item, None, None, limit))
    taken = {number for point in points for number in range(point.start, point.end)}
    at = 0
    while at < read.size and len(points) < MOST_POINTS:
        period = None if at in taken else _event_at(read.tokens, at) or period_at(read.tokens, at)
        if period is None:
            at += 1
            continue
        period = period._replace(after_event=_after_meeting(read, period.end))
        points.append(Point(at, period.end, None, None, period, limit_before(read.tokens, at)))
        at = period.end
    return sorted(points, key=lambda point: point.start)


def _after_meeting(read: Scan, at: int) -> bool:
    """ "... setelah wawancara", "... of your interview" behind a period."""
    token = read.tokens[at]
    if not ({"after", "since", "from"} & set(token.senses) or "glue" in token.senses):
        return False
    return any(cue.kind == "meeting" and at < cue.start <= at + 4 for cue in read.cues)


def _event_at(tokens: Sequence[Token], at: int) -> Period | None:
    """ "H-1", "H+3": days from the appointment."""
    sign, number = tokens[at + 1], tokens[at + 2]
    if tokens[at].text != "h" or sign.text not in ("-", "+") or sign.spaced or not 0 < number.digits <= 2:
        return None
    return Period(at, at + 3, named="event", number=number.number if sign.text == "+" else -number.number)
