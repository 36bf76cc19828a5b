"""Working days, long holidays, and wall-clock arithmetic (rules Q3-Q5).

A quiet week is seven counted days at the same local time: never 604,800 seconds. Days inside a block of five
or more days off in a row (Lebaran, the end of the year in Europe) are not counted.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

#: A block of at least this many days off in a row stops the clock (rule Q4).
PAUSE_DAYS = 5

OFFICE_OPENS = time(9)

#: Countries where offices are empty from 24 December to 1 January, though the law names few holidays (rule Q4).
YEAR_END_OFF = frozenset(
    "AD AL AT AU BA BE BG BY CA CH CY CZ DE DK EE ES FI FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD"
    " ME MK MT NL NO NZ PL PT RO RS RU SE SI SK SM UA UK US VA XK ZA".split()
)

_SATURDAY, _SUNDAY = 5, 6


class Window(Enum):
    """Which notices may appear when (rule Q5)."""

    ASK = "ask"  # working days, office hours
    THANKS = "thanks"  # the same, and Saturday
    URGENT = "urgent"  # any day, waking hours


def is_holiday(day: date, country: str) -> bool:
    """True on a public holiday of `country` (ISO alpha-2), joint leave days (cuti bersama) included.

    A country without a calendar has none.
    """
    calendar = _calendar(country, day.year)
    return calendar is not None and day in calendar


def is_working_day(day: date, country: str) -> bool:
    """True when offices in `country` are open on `day`: no weekend, holiday, joint leave or year-end rest."""
    return not _off(day, country)


def next_working_day(day: date, country: str) -> date:
    """The first working day strictly after `day`."""
    day += timedelta(days=1)
    while _off(day, country):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int, country: str) -> date:
    """The `count`-th working day after `day` (0 gives `day`)."""
    for _ in range(count):
        day = next_working_day(day, country)
    return day


def last_working_day(year: int, month: int, country: str) -> date:
    """The last working day of a month."""
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    day = first_of_next - timedelta(days=1)
    while _off(day, country):
        day -= timedelta(days=1)
    return day


def block_after(day: date, country: str, *, within: int = 120) -> tuple[date, date] | None:
    """The first long holiday (first and last day off) that ends on or after `day` and starts at most `within`
    days later; None when there is none."""
    for offset in range(within + 1):
        candidate = day + timedelta(days=offset)
        if is_paused(candidate, country):
            first = last = candidate
            while _off(first - timedelta(days=1), country):
                first -= timedelta(days=1)
            while _off(last + timedelta(days=1), country):
                last += timedelta(days=1)
            return first, last
    return None


@lru_cache(maxsize=8192)
def is_paused(day: date, country: str) -> bool:
    """True when `day` lies inside a block of PAUSE_DAYS or more days off in a row (rule Q4)."""
    if not _off(day, country):
        return False
    length = 1
    for step in (-1, 1):
        neighbour = day + timedelta(days=step)
        while length < PAUSE_DAYS and _off(neighbour, country):
            length += 1
            neighbour += timedelta(days=step)
    return length >= PAUSE_DAYS


def add_days(start: datetime, count: int, zone: str, country: str = "", *, pause: bool = True) -> datetime:
    """The same wall-clock time in `zone`, `count` counted days after `start` (rule Q3).

    Days inside a long holiday of `country` are not counted unless `pause` is False. A time inside the gap of a
    daylight-saving change moves forward.
    """
    local = start.astimezone(ZoneInfo(zone))
    day = local.date() if pause else local.date() + timedelta(days=count)
    while pause and count > 0:
        day += timedelta(days=1)
        count -= not is_paused(day, country)
    return at_local(day, local.time(), zone)


def at_local(day: date, moment: time, zone: str) -> datetime:
    """The aware time `moment` of `day` in `zone`; inside a daylight-saving gap, the same distance after it."""
    info = ZoneInfo(zone)
    wall = datetime.combine(day, moment.replace(tzinfo=None), tzinfo=info)
    return wall.astimezone(ZoneInfo("UTC")).astimezone(info)


def after_deadline(deadline: datetime, zone: str, country: str) -> datetime:
    """09:00 on the first working day after the day of `deadline`: when a broken promise may be asked about
    (rule Q7). The day is that of the mail: `deadline` is in the zone of whoever named it."""
    day = next_working_day(deadline.date(), country)
    return at_local(day, OFFICE_OPENS, zone)


def thank_you_day(end: datetime, zone: str, country: str) -> datetime:
    """09:00 on the first day after an interview's end that is neither Sunday, holiday nor in a long holiday
    (rule R1)."""
    day = end.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    while not _allowed(day, Window.THANKS, country):
        day += timedelta(days=1)
    return at_local(day, OFFICE_OPENS, zone)


def next_notice(
    moment: datetime, window: Window, zone: str, country: str, hours: tuple[int, int]
) -> datetime:
    """The first time at or after `moment` when a notice of `window` may appear (rule Q5).

    `zone` is where the person is now, `country` that of the process, `hours` the local opening hours (the
    second is no longer inside).
    """
    local = moment.astimezone(ZoneInfo(zone))
    opens, closes = time(hours[0]), time(hours[1]) if hours[1] < 24 else time.max
    day = local.date()
    if _allowed(day, window, country):
        if opens <= local.time() < closes:
            return local
        if local.time() < opens:
            return at_local(day, opens, zone)
    day += timedelta(days=1)
    while not _allowed(day, window, country):
        day += timedelta(days=1)
    return at_local(day, opens, zone)


def _allowed(day: date, window: Window, country: str) -> bool:
    if window is Window.URGENT:
        return True
    if window is Window.ASK:
        return not _off(day, country)
    return day.weekday() != _SUNDAY and not is_holiday(day, country) and not is_paused(day, country)


def _off(day: date, country: str) -> bool:
    calendar = _calendar(country, day.year)
    weekend = calendar.weekend if calendar is not None else {_SATURDAY, _SUNDAY}
    if day.weekday() in weekend or (calendar is not None and day in calendar):
        return True
    return country in YEAR_END_OFF and ((day.month == 12 and day.day >= 24) or (day.month, day.day) == (1, 1))


@lru_cache(maxsize=512)
def _calendar(country: str, year: int) -> holidays.HolidayBase | None:
    """The holidays of one country and year, government leave days included; None for an unknown country."""
    if country not in holidays.list_supported_countries():
        return None
    known = getattr(holidays, country).supported_categories
    categories = tuple(name for name in ("public", "government") if name in known) or None
    # "government" days of other countries are bank or school days; only Indonesia's are joint leave.
    if country != "ID":
        categories = ("public",) if "public" in known else None
    return holidays.country_holidays(country, years=year, categories=categories)
