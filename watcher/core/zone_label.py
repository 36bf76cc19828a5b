"""The zone of a stated time: repeated as the mail names it, and never printed beside the wrong clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watcher.core.patterns import compile_pattern

#: Zone names with one meaning, and the place they stand for (rule 3.6): "EST" in July means New York's clock.
#: IST, CST, BST and AST have several meanings and are not here.
PLACES = {
    "WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura", "SGT": "Asia/Singapore",
    "MYT": "Asia/Kuala_Lumpur", "HKT": "Asia/Hong_Kong", "JST": "Asia/Tokyo", "KST": "Asia/Seoul",
    "ICT": "Asia/Bangkok", "PHT": "Asia/Manila", "GST": "Asia/Dubai", "UTC": "UTC", "GMT": "UTC",
    "ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York",
    "CT": "America/Chicago", "CDT": "America/Chicago",
    "MT": "America/Denver", "MST": "America/Denver", "MDT": "America/Denver",
    "PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "CET": "Europe/Berlin", "CEST": "Europe/Berlin", "EET": "Europe/Helsinki", "EEST": "Europe/Helsinki",
    "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon",
    "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "AWST": "Australia/Perth",
    "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}  # fmt: skip
_OFFSET = compile_pattern(r"^(?:utc|gmt)?\s*([+-])\s*([0-9]{1,2})(?::?([0-9]{2}))?$")


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo | None:
    """The zone that `name` stands for ("WIB", "GMT+7", "Europe/Berlin"); None when it is no certain zone."""
    key = name.strip().strip("()")
    if not key.isascii() or len(key) > 40:
        return None
    found = _OFFSET.search(key)
    if found is not None:
        minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
        minutes = -minutes if found.group(1) == "-" else minutes
        return timezone(timedelta(minutes=minutes)) if abs(minutes) <= 14 * 60 else None
    place = PLACES.get(key.upper(), key if "/" in key else "")
    try:
        return ZoneInfo(place) if place else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def in_zone_of(moment: datetime, stated: str, zone: str) -> datetime:
    """`moment` on the clock that the mail names (`stated`), else on the one of the process's IANA `zone`."""
    return moment.astimezone(zone_named(stated) or ZoneInfo(zone))


def label_of(moment: datetime, stated: str) -> str:
    """What to print beside `moment`: the name the mail used where it is certain, else the zone's own name,
    else its distance from GMT ("GMT+8")."""
    label = stated.strip().strip("()")
    if label and "/" not in label and zone_named(label) is not None:
        return label.upper()
    name = moment.tzname() or ""
    if name.isalpha() and name.isascii():
        return name
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{sign}{hours}" + (f":{rest:02d}" if rest else "")
