"""The grammar of times: "pukul 10.00 s.d. selesai WIB", "10-11am", "setengah 9", "noon" (rule 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from watcher.core.dates_tokens import Token
from watcher.core.dates_zones import Zone, zone_at

NIGHT = "the hour would be at night"
UNSURE = "the hour is only about right"
_NOON = 12 * 60
_DAY = 24 * 60
_LONGEST = 10 * 60  # of an appointment, minutes
STRONG, EXACT, BARE = 2, 1, 0
# part of the day -> the hours that then mean the afternoon or evening
_PARTS = {"morning": range(0), "noon": range(1, 6), "afternoon": range(1, 8), "night": range(5, 12)}


class Clock(NamedTuple):
    """A time of day in minutes. `fixed`: morning or afternoon is known; `exact`: minutes are written."""

    minute: int
    end: int
    exact: bool = False
    fixed: bool = False
    sure: bool = True


class TimeItem(NamedTuple):
    """A time or a span of time at tokens `start` to `end` (exclusive), minutes after midnight.

    `until` is None when the end is unknown. `strength`: STRONG stands alone, EXACT ("10.00") needs a date
    before it or a label, BARE ("10") a label."""

    minute: int
    start: int
    end: int
    until: int | None = None
    zone: Zone | None = None
    strength: int = STRONG
    friday: bool = False
    review: str = ""
    half: bool = False  # morning or evening is not said


def time_at(tokens: Sequence[Token], at: int, *, labelled: bool = False) -> TimeItem | None:
    """The time that starts at token `at`. `labelled`: it is the value of a line "Time: ...", so a bare hour
    is one too."""
    token = tokens[at]
    if "friday_prayer" in token.senses:
        return TimeItem(13 * 60, at, at + 1, friday=True, review=UNSURE)
    if not (token.digits or token.senses) or _joined(tokens, at):
        return None
    place, cue = _cue(tokens, at)
    first = _clock(tokens, place, spoken=bool(cue) or labelled)
    if first is None:
        return None
    between = at > 0 and "between" in tokens[at - 1].senses
    zone, end = _zone(tokens, first.end)
    second, opened = None, False
    if "to" in tokens[end].senses or (between and "and" in tokens[end].senses):
        after, _ = _cue(tokens, end + 1)
        if "open_end" in tokens[after].senses:
            opened, end = True, after + 1
        elif (second := _clock(tokens, after, spoken=True)) is not None:
            after_it = tokens[second.end].senses
            if "month" in after_it or "street_after" in after_it or _figures_go_on(tokens, second):
                second = None
            else:
                end = second.end
    if zone is None or second is not None or opened:
        later, end = _zone(tokens, end)
        zone = later or zone
    strength = _strength(tokens, cue, first, second, zone, opened)
    if strength == BARE and not (labelled or _weak_cue_holds(tokens, cue, end)):
        return None
    if strength < STRONG and _counts_things(tokens, end):
        return None
    minute, until = _span(first, second)
    review = "" if first.sure else UNSURE
    if first.sure and minute % _DAY < 6 * 60:
        review = NIGHT
    strength = STRONG if cue == "clock_weak" else strength
    half = not first.fixed and (second is None or not second.fixed)
    return TimeItem(minute, at, end, until, zone, strength, review=review, half=half)


def _joined(tokens: Sequence[Token], at: int) -> bool:
    """Is the figure at `at` the tail or the middle of a longer number, or money?"""
    if not tokens[at].digits or at == 0:
        return False
    before = tokens[at - 1]
    if "money" in before.senses or ("street" in before.senses and before.line == tokens[at].line):
        return True
    tight = not tokens[at].spaced and not before.spaced
    return (
        tight
        and before.text in ".,:/-+#"
        and at > 1
        and bool(tokens[at - 2].digits)
        and not _after_time(tokens, at)
    )


def _after_time(tokens: Sequence[Token], at: int) -> bool:
    """ "10.00/13.00", "10.00-11.00": the sign before `at` follows a time."""
    return (
        tokens[at - 1].text in "/-,"
        and at > 3
        and tokens[at - 2].digits == 2
        and tokens[at - 3].text in (".", ":")
    )


def _cue(tokens: Sequence[Token], at: int) -> tuple[int, str]:
    """Past "pukul", "jam :", "at", "@": where the clock starts, and the kind of the cue ("" none)."""
    start, kind = at, ""
    while at - start < 5:
        senses = tokens[at].senses
        if "clock" in senses and not _counted_hours(tokens, at):
            kind = "clock"
        elif "clock_weak" in senses:
            kind = kind or "clock_weak"
        elif not (kind and (tokens[at].text in (".", ":", "/") or "about" in senses)):
            break
        at += 1
    return at, kind


def _counted_hours(tokens: Sequence[Token], at: int) -> bool:
    """ "1 jam 30 menit" counts hours, "tgl 12 jam 10" does not."""
    if "unit" not in tokens[at].senses or not at or not tokens[at - 1].digits:
        return False
    return not tokens[at + 1].digits or "unit" in tokens[at + 2].senses


def _clock(tokens: Sequence[Token], at: int, *, spoken: bool) -> Clock | None:
    """One time of day. `spoken`: words like "ten" count too."""
    token = tokens[at]
    senses = token.senses
    if "moment" in senses:
        return Clock(int(senses["moment"]), at + 1, exact=True, fixed=True)
    if "unsure_moment" in senses:
        return Clock(int(senses["unsure_moment"]), at + 1, exact=True, fixed=True, sure=False)
    for sense, minutes in (
        ("half_before", -30),
        ("half_past", 30),
        ("quarter_past", 15),
        ("quarter_to", -15),
    ):
        if sense in senses:
            hour = _hour(tokens[at + 1], spoken=True)
            if hour is None or not 1 <= hour <= 12 or "unit" in tokens[at + 2].senses:
                return None
            return _part_of_day(tokens, Clock(hour * 60 + minutes, at + 2, exact=True))
    if token.digits == 4 and (spoken or "oclock" in tokens[at + 1].senses) and token.spaced:
        return _military(tokens, at)
    hour = _hour(token, spoken=spoken)
    if hour is None:
        return None
    sign, minute = tokens[at + 1], tokens[at + 2]
    found = Clock(hour * 60, at + 1)
    tight = not sign.spaced and not minute.spaced
    apart = sign.text in (":", "h") and sign.spaced and minute.spaced  # "10 : 00", "10 h 00"
    if token.digits and sign.text in (":", ".", "h", "u") and minute.digits == 2 and (tight or apart):
        if minute.number > 59:
            return None
        found = Clock(
            hour * 60 + minute.number, at + 3, exact=True, fixed=hour > 12 or (token.digits == 2 and hour < 6)
        )
        after = tokens[at + 3]
        if (
            after.text in (":", ".")
            and tokens[at + 4].digits
            and not tokens[at + 4].spaced
            and not after.spaced
        ):
            if after.text == "." or tokens[at + 4].digits != 2:
                return None
            found = found._replace(end=at + 5)
    elif (
        (token.digits and sign.text in (".", ":") and minute.digits and not minute.spaced)
        or (token.digits and sign.text in ("x", "%", "/") and not sign.spaced)
        or (token.digits and "month" in sign.senses)
    ):
        return None
    return _part_of_day(tokens, _with_fraction(tokens, found))


def _with_fraction(tokens: Sequence[Token], clock: Clock) -> Clock:
    """ "las 3 y media", "3 heures et quart", "3 menos cuarto": the part of the hour that follows it."""
    at = clock.end + ("oclock" in tokens[clock.end].senses)
    for sense, minutes in (("half_after", 30), ("quarter_after", 15), ("quarter_less", -15)):
        if not clock.exact and sense in tokens[at].senses:
            return clock._replace(minute=clock.minute + minutes, end=at + 1, exact=True)
    return clock


def _hour(token: Token, *, spoken: bool) -> int | None:
    if 0 < token.digits <= 2 and token.number <= 24:
        return token.number
    value = token.senses.get("number")
    return int(value) if spoken and value is not None and value <= 12 and len(token.text) > 2 else None


def _military(tokens: Sequence[Token], at: int) -> Clock | None:
    """ "1400 hrs"."""
    hour, minute = divmod(tokens[at].number, 100)
    if hour > 23 or minute > 59 or not ("oclock" in tokens[at + 1].senses or zone_at(tokens, at + 1)):
        return None
    return Clock(hour * 60 + minute, at + 1 + ("oclock" in tokens[at + 1].senses), exact=True, fixed=True)


def _part_of_day(tokens: Sequence[Token], clock: Clock) -> Clock:
    """Apply "o'clock", "am", "siang" and the like behind a time. `minute` is then of the 24-hour day."""
    at = clock.end
    at += "oclock" in tokens[at].senses and (clock.exact or not _lasts(tokens, at))
    senses = tokens[at].senses
    hour = clock.minute // 60
    if "meridiem" in senses and hour <= 12:
        half = _NOON if senses["meridiem"] == "pm" else 0
        return clock._replace(minute=clock.minute % _NOON + half, end=at + 1, fixed=True)
    if "daypart" in senses:
        part = str(senses["daypart"])
        minute = clock.minute
        if (part == "night" and hour == 12) or hour in _PARTS[part]:
            minute += _NOON
        return clock._replace(minute=minute, end=at + ("relative" not in senses), fixed=True)
    return clock._replace(end=at)


def _lasts(tokens: Sequence[Token], at: int) -> bool:
    """ "2 heures" is a length, "à 2 heures" a time: the word at `at` means both."""
    place = at - 2
    place -= place > 0 and tokens[place].text in (",", "(", "-")
    before = tokens[place] if place >= 0 else tokens[at]
    named = before.digits == 4 or not _BEFORE_HOUR.isdisjoint(before.senses)
    return "unit" in tokens[at].senses and not named


_BEFORE_HOUR = frozenset("clock clock_weak from between to and or weekday month".split())


def in_the_evening(time: TimeItem) -> TimeItem:
    """A time whose day is said to be "tonight" or "Kamis malam"."""
    evening = time.half and 5 * 60 <= time.minute < _NOON
    return time._replace(minute=time.minute + _NOON, half=False, review="") if evening else time


def _zone(tokens: Sequence[Token], at: int) -> tuple[Zone | None, int]:
    found = zone_at(tokens, at)
    return (found[0], found[1]) if found else (None, at)


def _figures_go_on(tokens: Sequence[Token], clock: Clock) -> bool:
    """The number read as a second time goes on: it is a date or a telephone number."""
    sign, after = tokens[clock.end], tokens[clock.end + 1]
    return sign.text in ("/", "-", ".") and bool(after.digits) and not sign.spaced and not after.spaced


def _strength(
    tokens: Sequence[Token], cue: str, first: Clock, second: Clock | None, zone: Zone | None, opened: bool
) -> int:
    colon = first.exact and any(
        tokens[number].text == ":" for number in range(max(first.end - 3, 0), first.end)
    )
    named = any(not _NAMED.isdisjoint(tokens[clock.end - 1].senses) for clock in (first, second or first))
    spanned = first.exact and (opened or (second is not None and second.exact))
    if cue == "clock" or zone or colon or named or spanned:
        return STRONG
    return EXACT if first.exact else BARE


_NAMED = frozenset(
    "meridiem daypart moment unsure_moment oclock half_before half_past quarter_past quarter_to".split()
)


def _weak_cue_holds(tokens: Sequence[Token], cue: str, end: int) -> bool:
    """A bare hour after "at": only where the sentence ends or goes on with a day ("at 10 on Monday")."""
    if cue != "clock_weak":
        return False
    token = tokens[end]
    return (
        token.text in ("", ".", ",", ";", "!", "?", ")", "(", "-")
        or not _AFTER_HOUR.isdisjoint(token.senses)
        or token.line != tokens[end - 1].line
    )


_AFTER_HOUR = frozenset("weekday relative lead or and this_before next_before day_number for from".split())


def _counts_things(tokens: Sequence[Token], end: int) -> bool:
    """ "10.00 juta", "10 %": figures of something else."""
    token = tokens[end]
    return token.text == "%" or "unit" in token.senses or "money" in token.senses or "factor" in token.senses


def _span(first: Clock, second: Clock | None) -> tuple[int, int | None]:
    """Start and end in minutes, with morning and afternoon told from each other."""
    minute = first.minute
    if second is None:
        return _afternoon(first), None
    until = second.minute
    if not first.fixed and second.fixed and until >= _NOON:
        if minute + _NOON <= until and minute < _NOON:
            minute += _NOON
    elif not first.fixed:
        minute = _afternoon(first)
    if until <= minute and not second.fixed and until < _NOON:
        until += _NOON
    if until <= minute:
        until += _DAY
    return minute, until if until - minute <= _LONGEST else None


def _afternoon(clock: Clock) -> int:
    """Nobody meets at "2" in the night: a small hour without a part of the day is in the afternoon."""
    small = 60 <= clock.minute < 6 * 60 and not clock.fixed
    return clock.minute + _NOON if small else clock.minute
