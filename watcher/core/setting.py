"""The country, the time zone and the reachability of one process (rule Q4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from watcher.core.address import domain_of, is_free_mail, sender_of
from watcher.core.clock import known_zone
from watcher.core.model import Fact, Process, Setting
from watcher.core.names import same_company, words
from watcher.core.threads import is_suspect

#: Zone names of mail that stand for one place.
_NAMED = {
    "WIB": "Asia/Jakarta",
    "WITA": "Asia/Makassar",
    "WIT": "Asia/Jayapura",
    "SGT": "Asia/Singapore",
    "MYT": "Asia/Kuala_Lumpur",
    "ICT": "Asia/Bangkok",
    "PHT": "Asia/Manila",
    "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "GMT": "Europe/London",
    "UTC": "UTC",
    "ET": "America/New_York",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CT": "America/Chicago",
    "PT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
}
#: Offsets in hours that mean one of Indonesia's zones in an Indonesian process.
_INDONESIAN = {7: "Asia/Jakarta", 8: "Asia/Makassar", 9: "Asia/Jayapura"}

#: Country domains that are sold to everybody and say nothing about a place.
_SOLD = words("io ai co me tv cc ws fm am gg sh so to ly is im la vc nu st ac bz eu su mn pw")


def setting_for(
    process: Process,
    *,
    user_zone: str,
    country: str,
    countries: Mapping[str, str] | None = None,
    pause_holidays: bool = True,
    notice_hours: tuple[int, int] = (9, 16),
    urgent_hours: tuple[int, int] = (7, 21),
) -> Setting:
    """The Setting of `process`. `user_zone` and `country` are the owner's; `countries` maps a company's name
    to the country the person set for it. The zone is that of the newest interview date, else the owner's."""
    place = _country(process, country, countries or {})
    return Setting(
        zone=_zone(process, user_zone, place),
        country=place,
        user_zone=user_zone,
        repliable=any(f.incoming and f.repliable and not is_suspect(f) for f in process.facts),
        pause_holidays=pause_holidays,
        notice_hours=notice_hours,
        urgent_hours=urgent_hours,
    )


def _country(process: Process, owner: str, countries: Mapping[str, str]) -> str:
    for company, code in countries.items():
        if same_company(company, process.company):
            return code.upper()
    for fact in reversed(process.facts):
        code = country_of(fact)
        if code:
            return code
    return owner


def country_of(fact: Fact) -> str:
    """The country that the sender's top-level domain names ("hr@x.co.id" -> "ID"), else ''."""
    if not fact.incoming or is_suspect(fact) or sender_of(fact.sender) is not None:
        return ""
    domain = domain_of(fact.sender.email)
    ending = domain.rpartition(".")[2]
    if is_free_mail(domain) or len(ending) != 2 or not ending.isascii() or not ending.isalpha():
        return ""
    if ending in _SOLD:
        return ""
    return {"uk": "GB", "el": "GR"}.get(ending, ending.upper())


def _zone(process: Process, owner: str, country: str) -> str:
    for fact in reversed(process.facts):
        start = fact.details.start
        if start is not None and fact.incoming and fact.trusted:
            return _named_zone(fact.details.zone) or _zone_of_offset(start, owner, country)
    return owner


def _named_zone(name: str) -> str:
    """The IANA name that a mail's zone name stands for, '' when it does not tell."""
    found = _NAMED.get(name.strip().upper(), "")
    if found or "/" not in name:
        return found
    return name if known_zone(name) == name else ""


def _zone_of_offset(start: datetime, owner: str, country: str) -> str:
    """A zone with the offset of `start`: its own, the owner's, an Indonesian one, else a fixed one."""
    key = getattr(start.tzinfo, "key", "")
    if key:
        return str(key)
    offset = start.utcoffset()
    if known_zone(owner) == owner and start.astimezone(ZoneInfo(owner)).utcoffset() == offset:
        return owner
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    hours, rest = divmod(minutes, 60)
    if rest:
        return owner
    if country == "ID" and hours in _INDONESIAN:
        return _INDONESIAN[hours]
    return f"Etc/GMT{-hours:+d}" if hours and -12 <= hours <= 14 else "UTC"
