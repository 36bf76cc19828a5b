"""Dates of the sample mailbox, told from a moment called now, so that every story stands where it should.

A day of an interview is a working day whatever weekday `now` is; days are counted like the product counts
them (a long holiday stands still), so that "quiet for a week" is true before, in and after Lebaran.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.core.calendar import add_days, is_paused, is_working_day, next_working_day, thank_you_day

_DAYS_ID = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS_ID = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LABELS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}

_OFFSET = re.compile(r"([a-z_]*)([+-])(\d+)d (\d\d):(\d\d)")
_MINUTES = re.compile(r"([a-z_]+)([+-])(\d+)m")
_RULE = re.compile(r"@(thanks|promise) (\d\d):(\d\d)")


class Moment:
    """A time that writes itself as letters do: `{interview:hari}` is "Senin, 2 November 2026"."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __format__(self, spec: str) -> str:
        at = self.at
        weekday, month = at.weekday(), at.month - 1
        hour = at.hour % 12 or 12
        forms = {
            "hari": f"{_DAYS_ID[weekday]}, {at.day} {_MONTHS_ID[month]} {at.year}",
            "nama": _DAYS_ID[weekday],
            "tanggal": f"{at.day} {_MONTHS_ID[month]} {at.year}",
            "pendek": f"{_DAYS_ID[weekday][:3]}, {at.day} {_MONTHS_ID[month][:3]} {at.year}",
            "jam": f"{at:%H.%M}",
            "zona": zone_label(at),
            "day": f"{_DAYS_EN[weekday]}, {at.day} {_MONTHS_EN[month]} {at.year}",
            "us": f"{_DAYS_EN[weekday]}, {_MONTHS_EN[month]} {at.day}, {at.year}",
            "name": _DAYS_EN[weekday],
            "short": f"{_DAYS_EN[weekday][:3]}, {_MONTHS_EN[month][:3]} {at.day}, {at.year}",
            "time": f"{hour}:{at:%M} {'AM' if at.hour < 12 else 'PM'}",
            "clock": f"{at:%H:%M}",
        }
        if spec == "sgt":
            there = at.astimezone(ZoneInfo("Asia/Singapore"))
            return f"{Moment(there):day} at {Moment(there):time} SGT"
        return forms[spec]


def zone_label(at: datetime) -> str:
    """How letters name the zone of `at`: WIB, WITA, WIT, else GMT and the offset."""
    known = _LABELS.get(str(at.tzinfo), "")
    minutes = int((at.utcoffset() or timedelta()).total_seconds() // 60)
    rest = f":{abs(minutes) % 60:02d}" if minutes % 60 else ""
    return known or f"GMT{'-' if minutes < 0 else '+'}{abs(minutes) // 60}{rest}"


class Clock:
    """Reads the time expressions of the tables.

    | expression | meaning |
    |---|---|
    | `-9d 10:00` | a working day, at least nine counted days before today |
    | `+4d 14:00` | a working day, at least four days after today |
    | `interview-7d 09:00` | the same, before a moment named earlier |
    | `interview+1d 08:30` | plain days after a named moment |
    | `interview+45m` | minutes after it |
    | `now-3h` | hours before now |
    | `@thanks 10:00` | the last day at this hour whose interview is to be thanked for now |
    | `@promise 17:00` | the last working day whose promise is broken by now |
    | `@soon` | the next hour at which offices would hold an interview |
    """

    def __init__(self, now: datetime, zone: str, country: str = "ID") -> None:
        self.zone, self.country = zone, country
        self.now = now.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)

    def read(self, expression: str, named: Mapping[str, Moment] | None = None) -> datetime:
        """The time that `expression` means; `named` are the moments it may build on."""
        known = named or {}
        rule = _RULE.fullmatch(expression)
        if rule:
            moment = time(int(rule[2]), int(rule[3]))
            return self._thanks(moment) if rule[1] == "thanks" else self._promise(moment)
        if expression == "@soon":
            return self._soon()
        if expression.startswith("now-"):
            return self.now - timedelta(hours=int(expression[4:-1]))
        minutes = _MINUTES.fullmatch(expression)
        if minutes:
            return known[minutes[1]].at + timedelta(minutes=int(minutes[2] + minutes[3]))
        offset = _OFFSET.fullmatch(expression)
        if not offset:
            raise ValueError(f"no time expression: {expression}")
        start = known[offset[1]].at.date() if offset[1] else self.now.date()
        count = int(offset[3])
        if offset[2] == "-":
            day = self._back(start, count)
        else:
            day = start + timedelta(days=count)
            day = day if offset[1] or is_working_day(day, self.country) else self._next(day)
        return self._at(day, time(int(offset[4]), int(offset[5])))

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, tzinfo=ZoneInfo(self.zone))

    def _next(self, day: date) -> date:
        return next_working_day(day, self.country)

    def _previous(self, day: date) -> date:
        day -= timedelta(days=1)
        while not is_working_day(day, self.country):
            day -= timedelta(days=1)
        return day

    def _back(self, day: date, count: int) -> date:
        while count > 0:
            count -= not is_paused(day, self.country)
            day -= timedelta(days=1)
        while not is_working_day(day, self.country):
            day -= timedelta(days=1)
        return day

    def _thanks(self, moment: time) -> datetime:
        """A working day if there is one; around Christmas only a day off may fit."""
        days = [self.now.date() - timedelta(days=back) for back in range(1, 20)]
        fitting = [day for day in days if self._to_be_thanked(self._at(day, moment))]
        working = [day for day in fitting if is_working_day(day, self.country)]
        return self._at((working or fitting or days)[0], moment)

    def _to_be_thanked(self, start: datetime) -> bool:
        end = start + timedelta(hours=1)
        last = add_days(end, 4, self.zone, self.country).replace(hour=17, minute=0)
        return thank_you_day(end, self.zone, self.country) <= self.now < last

    def _promise(self, moment: time) -> datetime:
        """The first working day after it has passed, so that asking is fine at any hour of today."""
        return self._at(self._previous(self._previous(self.now.date())), moment)

    def _soon(self) -> datetime:
        day = self.now.date()
        while True:
            if is_working_day(day, self.country):
                for hour in (10, 15):
                    start = self._at(day, time(hour))
                    if start >= self.now + timedelta(hours=2):
                        return start
            day += timedelta(days=1)
