"""Which time belongs to which day (rule 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.core.dates_clock import TimeItem
from watcher.core.dates_figures import DayItem
from watcher.core.dates_items import Item, joins
from watcher.core.dates_tokens import Scan, Token

_BACK = 40  # tokens between a day and a time of the same paragraph
_FORWARD = 14
_TIMES = 6  # times before their day, in one sentence


@dataclass(slots=True)
class Candidate:
    """A day with its time. `doubt`: 0 as good as any, 1 only when nothing better is there, 2 never.
    `since` and `to` are its tokens."""

    day: DayItem | None
    time: TimeItem | None
    since: int
    to: int
    labelled: bool = False
    old: bool = False
    new: bool = False
    limit: str = ""  # "by", "before", "until", "within", "after": the word it hangs on
    doubt: int = 0
    ends: bool = False  # on a line "End: ..."
    joined: str = ""  # how it hangs on the one before: "or", "and", ","


def pair(scan: Scan, items: Sequence[Item]) -> list[Candidate]:
    """Give every time its day. A further time of the same day is a candidate of its own."""
    found: list[Candidate] = []
    loose: list[TimeItem] = []  # times whose day comes later
    for number, item in enumerate(items):
        if isinstance(item, DayItem):
            held = Candidate(item, None, item.start, item.end)
            for time in loose:
                if held.time is None:
                    held.time, held.since = time, min(held.since, time.start)
                else:
                    found.append(Candidate(item, time, time.start, time.end))
            loose = []
            found.append(held)
            continue
        before = found[-1] if found else None
        if _goes_on(scan, item, items[number + 1 : number + 3], before):
            loose.append(item)
        elif item.friday and before is None:
            found.append(Candidate(None, item, item.start, item.end))
        elif before is not None and _reaches_back(scan.tokens, before, item):
            if before.time is None:
                before.time, before.to = item, max(before.to, item.end)
            else:
                found.append(Candidate(before.day, item, item.start, item.end))
        elif _reaches_on(scan.tokens, item, items[number + 1 : number + 1 + _TIMES], alone=before is None):
            loose.append(item)
        else:
            found.append(Candidate(None, item, item.start, item.end))
    found += [Candidate(None, time, time.start, time.end) for time in loose]
    return found


def _goes_on(scan: Scan, time: TimeItem, after: Sequence[Item], before: Candidate | None) -> bool:
    """ "10.00 WIB, Senin 2 November": the day stands right behind - unless the day before is as near and still
    has no time, or the one behind has its own."""
    day = after[0] if after else None
    tokens = scan.tokens
    if not isinstance(day, DayItem) or not joins(tokens, time.end, day.start, 4):
        return False
    if tokens[time.end - 1].line != tokens[day.start].line:
        return False
    if before is None or before.day is None or not joins(tokens, before.to, time.start, 5):
        return True
    own = len(after) > 1 and isinstance(after[1], TimeItem) and joins(tokens, day.end, after[1].start, 5)
    return before.time is not None and not own


def _reaches_back(tokens: Sequence[Token], before: Candidate, time: TimeItem) -> bool:
    if before.day is None and before.time is not None:
        return False
    last, first = tokens[before.to - 1], tokens[time.start]
    gap = time.start - before.to
    return gap <= _BACK and (
        first.paragraph - last.paragraph <= 1 if before.time is None else first.paragraph == last.paragraph
    )


def _reaches_on(tokens: Sequence[Token], time: TimeItem, following: Sequence[Item], *, alone: bool) -> bool:
    """Does the day of a time come later, with nothing but other times between: in its sentence, or anywhere
    near when no day has been named yet (`alone`)?"""
    place = next((place for place, item in enumerate(following) if isinstance(item, DayItem)), None)
    if place is None:
        return False
    day = following[place]
    gap = day.start - time.end
    if tokens[time.end - 1].sentence == tokens[day.start].sentence:
        return gap <= (_BACK if place else _FORWARD)
    after = following[place + 1] if place + 1 < len(following) else None
    served = isinstance(after, TimeItem) and joins(tokens, day.end, after.start)
    near = tokens[day.start].paragraph - tokens[time.end - 1].paragraph <= 1
    return alone and not served and near and gap <= _BACK
