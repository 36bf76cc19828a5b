"""Time zones as mail names them, and wall time made aware (rule 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from watcher.core.dates_tokens import Token

# One meaning each. People write EST in July and mean New York: a name is the place, summer time included.
_ZONES = {
    "wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura", "sgt": "Asia/Singapore",
    "myt": "Asia/Kuala_Lumpur", "hkt": "Asia/Hong_Kong", "jst": "Asia/Tokyo", "kst": "Asia/Seoul",
    "ict": "Asia/Bangkok", "pht": "Asia/Manila", "pkt": "Asia/Karachi", "gst": "Asia/Dubai",
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
    "ct": "America/Chicago", "cdt": "America/Chicago",
    "mt": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "brt": "America/Sao_Paulo", "gmt": "UTC", "utc": "UTC",
    "cet": "Europe/Berlin", "cest": "Europe/Berlin", "mez": "Europe/Berlin", "mesz": "Europe/Berlin",
    "eet": "Europe/Helsinki", "eest": "Europe/Helsinki", "wet": "Europe/Lisbon", "west": "Europe/Lisbon",
    "msk": "Europe/Moscow", "trt": "Europe/Istanbul", "sast": "Africa/Johannesburg", "wat": "Africa/Lagos",
    "eat": "Africa/Nairobi", "cat": "Africa/Harare",
    "aest": "Australia/Sydney", "aedt": "Australia/Sydney", "aet": "Australia/Sydney",
    "awst": "Australia/Perth",
    "nzst": "Pacific/Auckland", "nzdt": "Pacific/Auckland", "nzt": "Pacific/Auckland",
}  # fmt: skip
# Several meanings each: the offset of the mail decides, else a person.
_AMBIGUOUS = {
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
}
_AMERICAN = frozenset(("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"))
# Written in any case; the others only in capitals, being words elsewhere ("ist", "eat", "wit").
_ANY_CASE = frozenset(("wib", "wita", "gmt", "utc"))
_UNIVERSAL = frozenset(("gmt", "utc"))
_CONTINENTS = frozenset(("asia", "europe", "america", "africa", "australia", "pacific", "atlantic", "indian"))
_LONGEST_OFFSET = 14 * 60  # minutes


class Zone(NamedTuple):
    """A zone as named. `keys` are IANA names (several: ambiguous); `offset` is minutes east, for GMT+7."""

    name: str
    keys: tuple[str, ...] = ()
    offset: int | None = None

    @property
    def american(self) -> bool:
        """A zone of the United States: its people write the month first."""
        return len(self.keys) == 1 and self.keys[0] in _AMERICAN


def zone_at(tokens: Sequence[Token], at: int) -> tuple[Zone, int] | None:
    """The zone named at token `at`, and where it ends. Brackets and "time" after it belong to it."""
    start = at
    while tokens[at].text in ("(", "[", ",") and at - start < 2:
        at += 1
    found = _named(tokens, at)
    if found is None:
        return None
    zone, at = found
    if tokens[at].text == "/" and (more := _named(tokens, at + 1)):  # "WIB/GMT+7"
        at = more[1]
    if (
        tokens[at].text in ("(", "[")
        and (more := _named(tokens, at + 1))
        and tokens[more[1]].text in (")", "]")
    ):
        at = more[1]  # "WIB (GMT+7)"
    if tokens[at].text in (")", "]") and tokens[start].text in ("(", "["):
        at += 1
    return zone, at


def _named(tokens: Sequence[Token], at: int) -> tuple[Zone, int] | None:
    token = tokens[at]
    if "zone" in token.senses:
        return Zone(token.raw, (str(token.senses["zone"]),)), at + 1
    if token.text in _UNIVERSAL:
        return _universal(tokens, at)
    if token.text in "+-" and token.text and token.spaced:
        found = _offset(tokens, at, colon=True)
        if found is not None:
            return Zone(_written(tokens, at, found[1]), (), found[0]), found[1]
        return None
    if token.text in _CONTINENTS and tokens[at + 1].text == "/":
        return _iana(tokens, at)
    if "not_zones" in token.senses or not (token.raw.isupper() or token.text in _ANY_CASE):
        return None
    if token.text in _ZONES:
        if token.text == "pt" and tokens[at + 1].raw[:1].isupper():  # "PT Maju Jaya" is a company
            return None
        return Zone(token.raw.upper(), (_ZONES[token.text],)), at + 1
    if token.text in _AMBIGUOUS:
        return Zone(token.raw, _AMBIGUOUS[token.text]), at + 1
    return None


def _universal(tokens: Sequence[Token], at: int) -> tuple[Zone, int]:
    found = _offset(tokens, at + 1, colon=False)
    if found is None:
        return Zone(tokens[at].raw.upper(), ("UTC",)), at + 1
    return Zone(_written(tokens, at, found[1]), (), found[0]), found[1]


def _offset(tokens: Sequence[Token], at: int, *, colon: bool) -> tuple[int, int] | None:
    """ "+7", "+07:00", "-0330" as minutes east, and where it ends. `colon`: only with minutes."""
    sign, hours = tokens[at], tokens[at + 1]
    if sign.text not in ("+", "-") or not hours.digits or hours.spaced:
        return None
    minutes, end = 0, at + 2
    if tokens[end].text in (":", ".") and tokens[end + 1].digits == 2 and not tokens[end + 1].spaced:
        minutes, end = tokens[end + 1].number, end + 2
    elif colon and hours.digits != 4:
        return None
    value = hours.number // 100 * 60 + hours.number % 100 if hours.digits == 4 else hours.number * 60
    total = value + minutes
    if total > _LONGEST_OFFSET or minutes > 59:
        return None
    return (-total if sign.text == "-" else total), end


def _iana(tokens: Sequence[Token], at: int) -> tuple[Zone, int] | None:
    end = at + 2
    while tokens[end].text in ("_", "/", "-") or tokens[end - 1].text in ("_", "/"):
        if end - at > 8 or not tokens[end].text or tokens[end].spaced:
            break
        end += 1
    name = _written(tokens, at, end if tokens[end - 1].text != "/" else end + 1)
    if known_zone(name):
        return Zone(name, (name,)), max(end, at + 3)
    return None


def _written(tokens: Sequence[Token], start: int, end: int) -> str:
    return "".join(token.raw for token in tokens[start:end])


def known_zone(name: str) -> bool:
    """Is `name` an IANA zone of this machine?"""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def settle_zone(zone: Zone, day: date, base: datetime) -> tzinfo | None:
    """The zone meant on `day` by a mail of `base`, or None when it has several meanings and none fits."""
    if zone.offset is not None:
        return timezone(timedelta(minutes=zone.offset))
    if len(zone.keys) == 1:
        return UTC if zone.keys[0] == "UTC" else ZoneInfo(zone.keys[0])
    fitting = [key for key in zone.keys if base.astimezone(ZoneInfo(key)).utcoffset() == base.utcoffset()]
    return ZoneInfo(fitting[0]) if len(fitting) == 1 else None


def at_minute(day: date, minute: int, zone: tzinfo) -> datetime | None:
    """`minute` after midnight of `day` in `zone`; 1440 and more is the next day. A time inside a gap of the
    clock moves forward (rule Q3). None outside the calendar."""
    try:
        wall = datetime.combine(day, time(0), tzinfo=zone) + timedelta(minutes=minute)
        return wall.astimezone(UTC).astimezone(zone)
    except (OverflowError, ValueError):
        return None
