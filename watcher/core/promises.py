"""What a mail promises, threatens and demands in time (rules Q7, Q8, Q9 and the table of 3.6).

- `promise_by`: the employer will tell something by then;
- `silence_by`: no word by then means no;  `ask_from`: no word by then, please ask;
- `deadline`: the person must do something by then;  `back`: the writer is away until then.

Every day, time and period of a sentence goes to the cue nearest before it ("we will get back to you" / "please
confirm" / "expires"), else to the nearest after it. A period without a number ("soon") is no promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from watcher.core import calendar
from watcher.core.appointments import appointment_of, quote
from watcher.core.dates_calendar import resolve, shift
from watcher.core.dates_clock import TimeItem
from watcher.core.dates_figures import Style
from watcher.core.dates_items import find_items
from watcher.core.dates_lexicon import lexicon_for
from watcher.core.dates_tokens import Cue, Scan, scan
from watcher.core.dates_zones import at_minute, settle_zone
from watcher.core.language import Packs
from watcher.core.promises_periods import Calendar, Period, end_of, hours_of
from watcher.core.promises_points import MOST_POINTS, Point, find_points

_PROMISE_MINUTE = 17 * 60
_DEADLINE_MINUTE = 23 * 60 + 59
_BACK_MINUTE = 9 * 60
_GRACE = timedelta(days=1)  # a date this long past is still told
_SILENT = ("silence_by", "ask_from")
_FAR = timedelta(days=400)
# A leave notice further ahead is none (rule Q7); anything else so far ahead is how long something is kept.
_FURTHEST = {"back": timedelta(days=60), "deadline": timedelta(days=120), "promise_by": timedelta(days=150)}
_MOST_CUES = 400
_CLAUSE = 10  # tokens between "not" and "hear"
_A_DAY = 24  # hours
_QUOTE_BEFORE = 12  # tokens quoted around a finding
_OWNERS = frozenset(("tell", "call", "do", "due", "back"))
_READ = _OWNERS | {"then", "hear", "negative", "condition", "lost", "invite", "from_you"}
_SANE_YEARS = range(1980, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """Dates a mail sets, aware, None where it sets none. `quote` is the sentence of the first one found."""

    promise_by: datetime | None = None
    silence_by: datetime | None = None
    ask_from: datetime | None = None
    deadline: datetime | None = None
    back: datetime | None = None
    quote: str = ""


class _Base(NamedTuple):
    at: datetime
    zone: tzinfo
    calendar: Calendar
    event: datetime | None = None  # the appointment of the same text, for "H-1"


class _Sentence(NamedTuple):
    """A sentence: its cues, its points, the owner cue before it, and the cues of the sentence after it."""

    cues: list[Cue]
    points: list[Point]
    before: list[Cue]
    after: list[Cue]


class _Clause(NamedTuple):
    """A clause of silence at tokens `start` to `end`, and the kind of date its period is."""

    kind: str
    start: int
    end: int


def find_promises(
    text: str,
    *,
    base: datetime,
    language: str,
    zone: str,
    country: str,
    packs: Packs,
    us_sender: bool = False,
    is_working_day: Callable[[date, str], bool] = calendar.is_working_day,
    add_working_days: Callable[[date, int, str], date] = calendar.add_working_days,
    block_after: Callable[[date, str], tuple[date, date] | None] = calendar.block_after,
) -> Promises:
    """What `text` promises (rule Q7). Never raises on any text.

    `base` is the mail's Date, aware, in the sender's zone; `zone` (IANA) is the process' zone, `country` the
    one whose working days count. `block_after(day, country)` is the next long block of days off, first and last
    day ("setelah Lebaran"). Times are 17:00 for promises and 23:59 for deadlines unless the text says.
    """
    if base.tzinfo is None:
        raise ValueError("base must be aware")
    if base.year not in _SANE_YEARS:
        return Promises()
    lexicon = lexicon_for(language, packs)
    read = scan(text, lexicon)
    cues = [cue for cue in read.cues if cue.kind in _READ][:_MOST_CUES]
    if not cues:
        return Promises()
    items = find_items(read, Style(lexicon.numeric_order, us_sender), base.date())[:MOST_POINTS]
    points = find_points(read, items)
    if not points:
        return Promises()
    event = None
    if any(point.period and (point.period.named == "event" or point.period.after_event) for point in points):
        event = appointment_of(read, lexicon, base=base, zone=zone, us_sender=us_sender).start
    working = Calendar(
        lambda day: is_working_day(day, country),
        lambda day, count: add_working_days(day, count, country),
        lambda day: block_after(day, country),
    )
    context = _Base(base, ZoneInfo(zone), working, event)
    found: dict[str, Any] = {}
    said = ""
    for sentence in _sentences(read, cues, points):
        told = found.get("promise_by")
        clause = _silence(sentence)
        if told and clause and clause.kind in _SILENT and any(cue.kind == "then" for cue in sentence.cues):
            found[clause.kind] = told  # "apabila dalam jangka waktu tersebut tidak ada kabar"
        for kind, point, when in _judge(read, sentence, context):
            said = said or _quote(read, point)
            earlier = found.get(kind)
            found[kind] = (
                when if earlier is None else min(when, earlier) if kind == "deadline" else max(when, earlier)
            )
    return replace(Promises(quote=said), **found)


def _sentences(read: Scan, cues: Sequence[Cue], points: Sequence[Point]) -> Iterator[_Sentence]:
    """Sentences that hold a point, with their cues and the last cue of the two sentences before."""
    inside: dict[int, tuple[list[Cue], list[Point]]] = {}
    for cue in cues:
        inside.setdefault(read.tokens[cue.start].sentence, ([], []))[0].append(cue)
    for point in points:
        inside.setdefault(read.tokens[point.start].sentence, ([], []))[1].append(point)
    for number, (own, held) in inside.items():
        if not held and not any(cue.kind == "then" for cue in own):
            continue
        before = [
            cue for back in (2, 1) for cue in inside.get(number - back, ([], []))[0] if cue.kind in _OWNERS
        ]
        after = inside.get(number + 1, ([], []))[0]
        yield _Sentence(own, held, before[-1:], after)


def _judge(read: Scan, sentence: _Sentence, context: _Base) -> Iterator[tuple[str, Point, datetime]]:
    """What each point of a sentence means."""
    clause = _silence(sentence)
    for point in sentence.points:
        if clause is not None and _belongs(point, clause, sentence):
            kind = clause.kind
        else:
            kind = _owned(read, sentence, point)
        if not kind or (point.day and point.day.repeated):
            continue
        when = _when(read, point, kind, context)
        if when is None or not -_GRACE <= when - context.at <= _FURTHEST.get(kind, _FAR):
            continue
        yield kind, point, when


def _silence(sentence: _Sentence) -> _Clause | None:
    """The clause "if you do not hear ..." and what it leads to (rule Q9): `silence_by` with a bad
    consequence, `ask_from` with an invitation to ask, '' with neither, `deadline` when it is the person who
    must not be silent."""
    lost = [cue for cue in sentence.cues if cue.kind == "lost"]
    hears = [cue for cue in sentence.cues if cue.kind == "hear"]
    negatives = [
        cue
        for cue in sentence.cues
        if cue.kind == "negative"
        and not any(other.start <= cue.start and cue.end <= other.end for other in lost)
    ]
    near = [
        (negative, hear)
        for negative in negatives
        for hear in hears
        if max(negative.start - hear.end, hear.start - negative.end) <= _CLAUSE
    ]
    if not near:
        return None
    closest = min(near, key=lambda pair: max(pair[0].start - pair[1].end, pair[1].start - pair[0].end))
    start = min(cue.start for cue in closest)
    end = max(cue.end for cue in closest)
    kinds = {cue.kind for cue in sentence.cues}
    if "from_you" in kinds:
        return _Clause("deadline", start, end)
    if lost or (not kinds & {"invite"} and any(cue.kind == "lost" for cue in sentence.after)):
        return _Clause("silence_by", start, end)
    if "condition" not in kinds:
        return None
    asked = any(cue.kind == "invite" and (cue.start >= end or cue.end <= start) for cue in sentence.cues)
    if asked or any(cue.kind == "invite" for cue in sentence.after):
        return _Clause("ask_from", start, end)
    return _Clause("", start, end)


def _belongs(point: Point, clause: _Clause, sentence: _Sentence) -> bool:
    """Is a point part of the clause - and not of "we will tell you by ..." beside it?"""
    if clause.kind == "silence_by" and len(sentence.points) == 1:
        return True
    tells = [
        cue for cue in sentence.cues if cue.kind == "tell" and not clause.start <= cue.start <= clause.end
    ]
    gap = max(clause.start - point.end, point.start - clause.end, 0)
    return all(gap <= max(cue.start - point.end, point.start - cue.end, 0) for cue in tells)


def _owned(read: Scan, sentence: _Sentence, point: Point) -> str:
    """The kind of date a point is, by the nearest cue: before it, else after it, else a sentence earlier."""
    owners = [cue for cue in sentence.cues if cue.kind in _OWNERS]
    before = [cue for cue in owners if cue.start < point.start]
    after = [cue for cue in owners if cue.start >= point.start]
    label = read.labels.get(read.tokens[point.start].line)
    bound = point.limit in ("by", "before", "until", "within")
    if label is not None and label.kind == "due":
        return "deadline"
    if label is not None and label.kind in ("when", "other", "length") and not bound:
        return ""
    if before:
        cue = max(before, key=lambda one: (one.end, one.end - one.start))
        if cue.kind == "do" and not bound:
            cue = next((one for one in before if one.kind == "due"), cue)
    elif after:
        cue = min(after, key=lambda one: (one.start, one.start - one.end))
    elif bound and sentence.before:
        cue = sentence.before[0]
    else:
        return ""
    if cue.kind == "call" and point.time is not None:
        return ""  # a call at an hour is an appointment
    if cue.kind in ("tell", "call"):
        counts = point.period is None or _counts(point)
        return "promise_by" if counts and not _denied(sentence, cue) else ""
    if cue.kind == "back":
        return "back"
    if point.day is not None and point.day.last is None and "from" in _before(read, point):
        return ""  # where a window opens
    if point.period is not None and _is_length(point):
        return ""  # "due on the 22nd; it takes 75 minutes"
    if (
        cue.kind == "due"
        or (bound and not (point.period and point.period.lasting))
        or (point.day is not None and point.day.last is not None)
    ):
        return "deadline"
    return ""


def _before(read: Scan, point: Point) -> set[str]:
    """Senses of the words just before a point."""
    tokens = read.tokens[max(0, point.start - 2) : point.start + 1]
    return {sense for token in tokens for sense in token.senses}


def _denied(sentence: _Sentence, cue: Cue) -> bool:
    """ "tidak akan kami hubungi", "will not be contacted"."""
    return any(other.kind == "negative" and 0 <= cue.start - other.end <= 2 for other in sentence.cues)


def _is_length(point: Point) -> bool:
    """True for minutes and few hours without a word of limit: how long something takes."""
    assert point.period is not None
    short = point.period.unit == "minute" or (point.period.unit == "hour" and point.period.number < _A_DAY)
    return short and point.limit not in ("within", "by")


def _counts(point: Point) -> bool:
    """Hours and minutes are a promise only behind "within": "a call of 1 hour" is none."""
    assert point.period is not None
    if point.period.lasting:
        return False
    hours = point.period.number if point.period.unit == "hour" else 0
    return point.period.unit not in ("hour", "minute") or point.limit in ("within", "by") or hours >= _A_DAY


def _when(read: Scan, point: Point, kind: str, context: _Base) -> datetime | None:
    """The moment a point ends."""
    usual = {"deadline": _DEADLINE_MINUTE, "back": _BACK_MINUTE}.get(kind, _PROMISE_MINUTE)
    if point.period is not None:
        length = hours_of(point.period)
        if length is not None:
            return (context.at + length).astimezone(context.zone)
        day = _period_end(point.period, kind, context)
        return at_minute(day, usual, context.zone) if day else None
    day = _day_of(point, context)
    if day is None:
        return None
    if point.time is not None:
        return _timed(read, point.time, day, context)
    if point.limit == "before" and kind != "back":
        day = shift(day, -1)
    return at_minute(day, usual, context.zone) if day else None


def _period_end(period: Period, kind: str, context: _Base) -> date | None:
    base = context.at.date()
    event = context.event.date() if context.event else None
    if period.named == "event":
        start = event or (base if period.number > 0 else None)
        return shift(start, period.number) if start else None
    if period.after_event and event:
        base = max(base, event)
    if kind == "back" and period.named == "week" and not period.position:
        return shift(base, 1 - base.isoweekday() + 7 * period.ahead)
    return end_of(period, base, context.calendar)


def _day_of(point: Point, context: _Base) -> date | None:
    base = context.at.date()
    if point.day is None:
        return base if point.limit and point.time is not None else None
    if point.day.review:
        return None
    last = point.day.last or (point.day.others[-1] if point.day.others else point.day.day)
    found = resolve(last, base)
    return found.day or found.late


def _timed(read: Scan, time: TimeItem, day: date, context: _Base) -> datetime | None:
    minute = time.until if time.until is not None else time.minute
    zone = settle_zone(time.zone, day, context.at) if time.zone else context.zone
    closing = any("moment" in token.senses for token in read.tokens[time.start : time.end])
    offset = context.at.utcoffset()
    if time.zone is None and closing and offset is not None:
        zone = timezone(offset)  # "EOD" is the sender's
    found = at_minute(day, minute, zone or context.zone)
    return found.astimezone(context.zone) if found else None


def _quote(read: Scan, point: Point) -> str:
    """The sentence of a point, cut around it."""
    sentence = read.tokens[point.start].sentence
    first = point.start
    while first > 0 and read.tokens[first - 1].sentence == sentence and point.start - first < _QUOTE_BEFORE:
        first -= 1
    last = point.end
    while last < read.size and read.tokens[last].sentence == sentence and last - point.end < _QUOTE_BEFORE:
        last += 1
    return quote(read, first, last)
