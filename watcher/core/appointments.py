"""When is the interview? The appointment a mail speaks of (rule 3.6).

The way: text -> tokens (cheap filter first) -> days and times (grammar) -> candidates (which time belongs to
which day, and what the words around say) -> one appointment, a choice of slots, or a question for a person.
Nothing is guessed: a weekday that contradicts its date, "next Friday", a past date end in `review`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from watcher.core.dates_calendar import PAST, SAME_DAY, Day, resolve
from watcher.core.dates_clock import NIGHT, TimeItem
from watcher.core.dates_context import read_context
from watcher.core.dates_figures import DayItem, Style
from watcher.core.dates_items import Item, find_items, joins
from watcher.core.dates_length import length_end
from watcher.core.dates_lexicon import Lexicon, lexicon_for
from watcher.core.dates_pairing import Candidate, pair
from watcher.core.dates_place import where
from watcher.core.dates_tokens import Scan, rejoined, scan
from watcher.core.dates_zones import Zone, at_minute, settle_zone, zone_at
from watcher.core.language import Packs
from watcher.core.model import EVIDENCE_LENGTH

AMBIGUOUS_ZONE = "the time zone has several meanings"
SEVERAL = "several dates are named"
LABELLED, PROSE = 3, 4
# A start this long before the mail is past; a clock a little off is not.
_GRACE = timedelta(hours=1)
_LONGEST = timedelta(hours=10)
_USUAL = timedelta(minutes=60)  # of an interview with no end named (rule Q1)
_MOST_ITEMS = 60
_MOST_SLOTS = 20
_NEARBY = 40  # tokens between a word of choice and the times it speaks of
_SANE_YEARS = range(1980, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What a text says of an appointment. All times aware; unknown is None or '', never a guess.

    `day_only`: only the day is known, `start` (or each slot) is its 00:00. `slots`: times offered for a
    choice, then `start` is None. `zone` as the text names it. `rank`: 3 labelled lines, 4 prose, 0 nothing.
    """

    start: datetime | None = None
    end: datetime | None = None
    day_only: bool = False
    slots: tuple[datetime, ...] = ()
    zone: str = ""
    online: bool = False
    place: str = ""
    review: tuple[str, ...] = ()
    quote: str = ""
    rank: int = 0


class _Moment(NamedTuple):
    """A candidate made definite."""

    start: datetime | None
    end: datetime | None
    day_only: bool
    zone: str
    review: tuple[str, ...]
    candidate: Candidate
    window: bool = False


class _Base(NamedTuple):
    """What times are counted from and meant in."""

    at: datetime
    zone: tzinfo
    text_zone: Zone | None = None


def find_appointment(
    text: str, *, base: datetime, language: str, zone: str, packs: Packs, us_sender: bool = False
) -> Appointment:
    """The appointment `text` speaks of (rule 3.6). Never raises on any text.

    `base` is the mail's Date, aware, in the sender's zone: "besok" counts from it, never from now. `zone`
    (IANA) is used when the text names none and the sender's offset tells nothing. `us_sender`: 11/2 is
    November. Raises ValueError for a naive `base` and ZoneInfoNotFoundError for an unknown `zone`.
    """
    if base.tzinfo is None:
        raise ValueError("base must be aware")
    if base.year not in _SANE_YEARS:
        return Appointment()
    lexicon = lexicon_for(language, packs)
    return appointment_of(scan(text, lexicon), lexicon, base=base, zone=zone, us_sender=us_sender)


def appointment_of(
    read: Scan, lexicon: Lexicon, *, base: datetime, zone: str, us_sender: bool = False
) -> Appointment:
    """`find_appointment` of a text that is read already."""
    online, place = where(read)
    items = find_items(read, Style(lexicon.numeric_order, us_sender), base.date())[:_MOST_ITEMS]
    if not us_sender and _american(items):
        items = find_items(read, Style(lexicon.numeric_order, True), base.date())[:_MOST_ITEMS]
    if not items:
        return Appointment(online=online, place=place)
    default = _default_zone(zone, lexicon.sender_zones, base)
    context = _Base(base, default, _text_zone(read, items))
    same_time = any(cue.kind == "same_time" for cue in read.cues)
    candidates = pair(read, items)
    read_context(read, candidates)
    chosen = _choose(candidates, same_time)
    moments = _distinct([_moment(candidate, context) for candidate in chosen])
    found = _settle(read, moments, context)
    end = found.end or (_named_end(candidates, found.start) if found.start and not found.day_only else None)
    if end is None and found.start and not found.day_only:
        end = length_end(read, found.start)
    return Appointment(
        start=found.start,
        end=end,
        day_only=found.day_only,
        slots=found.slots,
        zone=found.zone,
        online=online,
        place=place,
        review=found.review,
        quote=found.quote,
        rank=found.rank,
    )


def _named_end(candidates: Sequence[Candidate], start: datetime) -> datetime | None:
    """The end on a line of its own: "Selesai : 11.00"."""
    for one in candidates:
        if one.ends and one.time and start.tzinfo:
            end = at_minute(start.date(), one.time.minute, start.tzinfo)
            if end and timedelta() < end - start <= _LONGEST:
                return end
    return None


def _american(items: Sequence[Item]) -> bool:
    """Do figures wait for an order that a zone of the United States tells?"""
    return any(isinstance(item, DayItem) and item.day.swap == "ask" for item in items) and any(
        isinstance(item, TimeItem) and item.zone and item.zone.american for item in items
    )


def _default_zone(zone: str, sender_zones: object, base: datetime) -> tzinfo:
    """The person's zone, unless the sender's offset is one of the language's own (+7..+9 in Indonesia)."""
    usual = ZoneInfo(zone)
    offset = base.utcoffset()
    if base.astimezone(usual).utcoffset() != offset and isinstance(sender_zones, dict) and offset is not None:
        hours = offset / timedelta(hours=1)
        return ZoneInfo(sender_zones[hours]) if hours in sender_zones else usual
    return usual


def _text_zone(read: Scan, items: Sequence[Item]) -> Zone | None:
    """The one zone a text names; it holds for its times that name none."""
    named = {item.zone for item in items if isinstance(item, TimeItem) and item.zone}
    if not named:
        for at in range(read.size):
            token = read.tokens[at]
            capital = token.raw.isupper() and 2 <= len(token.raw) <= 4
            if (capital or "zone" in token.senses) and (found := zone_at(read.tokens, at)):
                named.add(found[0])
    return named.pop() if len(named) == 1 else None


def _choose(candidates: Sequence[Candidate], same_time: bool) -> list[Candidate]:
    """The candidates that speak of the appointment: not the deadlines, not the old dates, the best ranked."""
    doubt = min((one.doubt for one in candidates), default=2)
    if doubt >= 2:
        return []
    for one, other in pairwise(candidates):
        if (
            other.joined == "or"
            and one.day
            and other.day
            and 1 in (one.doubt, other.doubt)
            and 2 not in (one.doubt, other.doubt)
        ):
            one.doubt = other.doubt = doubt
        if other.joined == "or" and one.day and one.time is None:
            one.time = other.time  # "Thursday or Friday at 10"
    left = [one for one in candidates if one.doubt == doubt]
    if any(one.new for one in left):
        return _new_ones(left, candidates, same_time)
    left = [one for one in left if not one.old]
    labelled = [one for one in left if one.labelled and one.day]
    if labelled:
        left = labelled
    elif any(one.day for one in left):
        left = [one for one in left if one.day]
    timed_days = {one.day.day for one in left if one.day and one.time}
    return [one for one in left if one.time or not one.day or one.day.day not in timed_days]


def _new_ones(left: Sequence[Candidate], every: Sequence[Candidate], same_time: bool) -> list[Candidate]:
    """ "A menjadi B": B, with what it takes over from A: its day when B is only a time, its time when the text
    says "at the same time"."""
    first = next(one for one in left if one.new)
    before = [one for one in every if one.to <= first.since or (one.day is first.day and one is not first)]
    chosen = [one for one in left[left.index(first) :] if not one.old]
    for one in chosen:
        if one.day is None:
            one.day = next((other.day for other in reversed(before) if other.day), None)
        if one.time is None and same_time:
            one.time = next((other.time for other in reversed(before) if other.time), None)
    return [one for one in chosen if one.day] or chosen


def _moment(candidate: Candidate, context: _Base) -> _Moment:
    """Make a candidate definite, or say why it cannot be."""
    time = candidate.time
    item = (
        candidate.day or DayItem(Day(weekday=5), candidate.since, candidate.to)
        if time and time.friday
        else candidate.day
    )
    if item is None:
        return _Moment(None, None, False, "", (), candidate)
    if item.last is not None:
        return _Moment(None, None, False, "", (), candidate, window=True)
    found = resolve(item.day, context.at.date())
    day, review = found.day, [text for text in (item.review, found.review) if text]
    if found.review == SAME_DAY and time is not None and time.friday:
        day, review = found.late, []
    if day is None or item.review:
        return _Moment(None, None, False, "", tuple(review), candidate)
    named = (time.zone if time else None) or context.text_zone
    zone = settle_zone(named, day, context.at) if named else context.zone
    if time is None or zone is None or time.review == NIGHT:
        review += [AMBIGUOUS_ZONE] if zone is None and time else []
        review += [time.review] if time and time.review else []
        start = at_minute(day, 0, context.zone if zone is None or time is None else zone)
        return _late(
            _Moment(start, None, True, named.name if named and time else "", tuple(review), candidate),
            day,
            context,
        )
    review += [time.review] if time.review else []
    start = at_minute(day, time.minute, zone)
    end = at_minute(day, time.until, zone) if time.until is not None else None
    return _late(
        _Moment(start, end, False, named.name if named else "", tuple(review), candidate), day, context
    )


def _late(moment: _Moment, day: date, context: _Base) -> _Moment:
    """A past date in an invitation is a slip of somebody's pen."""
    past = day < context.at.date() - timedelta(days=1) if moment.day_only else False
    if moment.start is not None and moment.day_only and not past:
        past = day < context.at.astimezone(moment.start.tzinfo).date()
    if moment.start is not None and not moment.day_only:
        past = (moment.end or moment.start) < context.at - _GRACE
    return (
        moment._replace(start=None, end=None, day_only=False, review=(*moment.review, PAST))
        if past
        else moment
    )


def _distinct(moments: Sequence[_Moment]) -> list[_Moment]:
    """Leave out what is said twice: the same instant (also in two zones), the day of a time."""
    kept: list[_Moment] = []
    for moment in moments:
        same = [
            place
            for place, other in enumerate(kept)
            if moment.start
            and other.start
            and not moment.day_only
            and not other.day_only
            and moment.start == other.start
        ]
        if not same:
            kept.append(moment)
        elif kept[same[0]].end is None and moment.end is not None:
            kept[same[0]] = kept[same[0]]._replace(end=moment.end)
    timed = {moment.start.date() for moment in kept if moment.start and not moment.day_only}
    seen: set[date] = set()
    result = []
    for moment in kept:
        if moment.day_only and moment.start:
            if moment.start.date() in timed or moment.start.date() in seen:
                continue
            seen.add(moment.start.date())
        result.append(moment)
    return result


def _settle(read: Scan, moments: Sequence[_Moment], context: _Base) -> Appointment:
    """One appointment out of what is left: alone, a choice, or sessions (first start, last end)."""
    moments = [more for moment in moments for more in _spread(moment, context)]
    known = [moment for moment in moments if moment.start]
    if not known:
        review = tuple(dict.fromkeys(text for moment in moments for text in moment.review))
        return _result(read, moments, review=review)
    if len(known) == 1:
        dropped = [moment for moment in moments if not moment.start and PAST not in moment.review]
        offered = _offers(read, [*known, *dropped])
        one = known[0]
        if offered and len(dropped) > 0 and any(moment.review for moment in dropped):
            review = tuple(dict.fromkeys(text for moment in moments for text in moment.review))
            return _result(read, known, slots=known, review=review)
        return _result(read, known, start=one.start, end=one.end, day_only=one.day_only, review=one.review)
    review = tuple(dict.fromkeys(text for moment in known for text in moment.review))
    if _offers(read, known):
        return _result(read, known, slots=known, review=review)
    timed = [moment for moment in known if not moment.day_only] or known
    timed = sorted(timed, key=_start)
    first, last = timed[0], timed[-1]
    if first.day_only:
        return _result(read, timed, start=first.start, day_only=True, review=(*review, SEVERAL))
    end = max([moment.end for moment in timed if moment.end] + [_start(last) + _USUAL] * (last.end is None))
    return _result(read, timed, start=first.start, end=end if len(timed) > 1 else first.end, review=review)


def _spread(moment: _Moment, context: _Base) -> list[_Moment]:
    """ "2, 3 atau 4 November" is a moment for each day."""
    day = moment.candidate.day
    if day is None or not day.others:
        return [moment]
    return [moment] + [
        _moment(_with_day(moment.candidate, day._replace(day=other, others=())), context)
        for other in day.others
    ]


def _with_day(candidate: Candidate, day: DayItem) -> Candidate:
    return Candidate(day, candidate.time, candidate.since, candidate.to, candidate.labelled, joined="or")


def _start(moment: _Moment) -> datetime:
    assert moment.start is not None
    return moment.start


def _offers(read: Scan, moments: Sequence[_Moment]) -> bool:
    """Are several times a choice - not sessions that follow each other?"""
    if len(moments) < 2:
        return False
    first, last = moments[0].candidate.since, moments[-1].candidate.to
    kinds = {cue.kind for cue in read.cues if first - _NEARBY <= cue.start <= last + _NEARBY}
    if any(moment.candidate.joined == "or" for moment in moments[1:]) or "choose" in kinds:
        return True
    days = {moment.candidate.day.day for moment in moments if moment.candidate.day}
    if "session" in kinds or any(moment.candidate.joined == "and" for moment in moments[1:]):
        return False
    if len(days) > 1 and all(moment.candidate.labelled for moment in moments):
        return False  # one block of labelled lines for each
    if len(days) > 1:
        lines = [read.tokens[moment.candidate.since].line for moment in moments]
        return len(set(lines)) == len(lines) or all(moment.candidate.joined == "," for moment in moments[1:])
    return all(
        b.end is None
        and b.candidate.joined == ","
        and a.candidate.day is b.candidate.day
        and joins(read.tokens, a.candidate.to, b.candidate.since)
        for a, b in pairwise(moments)
    )


def _result(
    read: Scan,
    moments: Sequence[_Moment],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    day_only: bool = False,
    slots: Sequence[_Moment] = (),
    review: tuple[str, ...] = (),
) -> Appointment:
    names = list(dict.fromkeys(moment.zone for moment in moments if moment.zone))
    ranked = any(moment.candidate.labelled for moment in moments)
    times = tuple(sorted({moment.start for moment in slots if moment.start}))[:_MOST_SLOTS]
    return Appointment(
        start=start,
        end=end,
        day_only=day_only or bool(slots and all(moment.day_only for moment in slots)),
        slots=times,
        zone=names[0] if names else "",
        review=review,
        quote=quote(read, moments[0].candidate.since, moments[0].candidate.to) if moments else "",
        rank=(LABELLED if ranked else PROSE) if moments else 0,
    )


def quote(read: Scan, start: int, end: int) -> str:
    """The words a finding rests on, at most EVIDENCE_LENGTH characters."""
    return rejoined(read.tokens[start : min(end, start + 40)])[:EVIDENCE_LENGTH]
