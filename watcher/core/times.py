"""The dates that a mail gives, by the kind of mail: interview, deadline, promise, leave (rules 3.6, 3.7).

Sources by rank: calendar part, JSON-LD, labelled lines and prose, subject.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.dates import Appointment, find_appointment, find_promises
from watcher.core.language import Packs
from watcher.core.model import CalendarPart, Details, Kind, Mail, Verdict

#: Two sources mean the same start when they differ by no more.
SAME_START = timedelta(minutes=15)

_INTERVIEW = frozenset(
    {
        Kind.INTERVIEW_INVITATION,
        Kind.INTERVIEW_CONFIRMATION,
        Kind.INTERVIEW_RESCHEDULE,
        Kind.INTERVIEW_CANCELLATION,
    }
)
_TASKS = frozenset({Kind.ASSESSMENT, Kind.OFFER})
_PROMISING = _INTERVIEW | {
    Kind.APPLICATION_RECEIVED,
    Kind.RECRUITER_REPLY,
    Kind.STATUS_UPDATE,
    Kind.ASSESSMENT,
    Kind.OTHER,
}
_ONLINE_HOSTS = (
    "zoom.us",
    "meet.google.com",
    "teams.microsoft.com",
    "teams.live.com",
    "webex.com",
    "whereby.com",
)
_JSON_LENGTH = 65_536


def time_details(
    mail: Mail, verdict: Verdict, *, base: datetime, zone: str, country: str, packs: Packs
) -> Details:
    """The dates of `mail` in a Details; `base` is what relative words count from, `zone` the person's."""
    kind = verdict.kind
    part = newest_part(mail.calendar)
    details = Details()
    if part is not None:
        details = replace(
            details,
            calendar_uid=part.uid,
            sequence=part.sequence,
            stamp=part.stamp,
            organizer=part.organizer[:254],
        )
    if kind.own:
        return details
    if kind in _INTERVIEW:
        details = _interview(
            mail, part, details, kind, base=base, zone=zone, language=verdict.language, packs=packs
        )
    if kind in _PROMISING or kind in _TASKS or kind is Kind.AUTO_REPLY:
        found = find_promises(
            mail.new_text,
            base=base,
            language=verdict.language,
            zone=zone,
            calendar_country=country,
            packs=packs,
            us_sender=_american(base),
        )
        if kind in _PROMISING:
            details = replace(
                details,
                promise_by=found.promise_by or (found.back if kind is Kind.STATUS_UPDATE else None),
                silence_by=found.silence_by,
                ask_from=found.ask_from,
            )
        if kind in _TASKS:
            details = replace(details, deadline=found.deadline)
        if kind is Kind.AUTO_REPLY:
            details = replace(details, back=found.back)
    return details


def newest_part(parts: tuple[CalendarPart, ...]) -> CalendarPart | None:
    """The calendar part that counts: the newest by (SEQUENCE, DTSTAMP), rule G10."""
    return max(parts, key=lambda p: (p.sequence, p.stamp.timestamp() if p.stamp else 0.0), default=None)


def _interview(
    mail: Mail,
    part: CalendarPart | None,
    details: Details,
    kind: Kind,
    *,
    base: datetime,
    zone: str,
    language: str,
    packs: Packs,
) -> Details:
    """Start, end, slots, place: the best source decides, the prose adds what it leaves open."""
    us_sender = _american(base)
    prose = find_appointment(
        mail.new_text, base=base, language=language, zone=zone, packs=packs, us_sender=us_sender
    )
    if prose.start is None and not prose.slots and mail.subject:
        subject = find_appointment(
            mail.subject, base=base, language=language, zone=zone, packs=packs, us_sender=us_sender
        )
        if subject.start is not None and not subject.slots:
            prose = replace(
                prose,
                start=subject.start,
                end=subject.end,
                day_only=subject.day_only,
                zone=prose.zone or subject.zone,
                review=subject.review,
            )
    review = list(prose.review)
    if part is not None and part.start is not None:
        if _contradicts(part.start, part.all_day, prose):
            review.append("text contradicts the calendar part")
        place, online = _where(part.location, prose)
        return replace(
            details,
            start=part.start,
            end=part.end if not part.all_day else None,
            day_only=part.all_day,
            zone=prose.zone,
            place=place,
            online=online,
            review=tuple(dict.fromkeys(review)),
        )
    if part is not None and part.floating and prose.start is None:
        review.append("the calendar part names no time zone")
    start, end, day_only = prose.start, prose.end, prose.day_only
    if day_only and start is not None and kind is Kind.INTERVIEW_RESCHEDULE and (start - base).days < 1:
        start, day_only = None, False  # "tomorrow is off, I will find another day": that is the old one
    linked = next(_json_events(mail.structured), None)
    if linked is not None:
        start, end, day_only = *linked, False
    return replace(
        details,
        start=start,
        end=end,
        day_only=day_only,
        slots=() if linked is not None else prose.slots,
        zone=prose.zone,
        place=prose.place,
        online=prose.online or _has_meeting_link(mail),
        review=tuple(dict.fromkeys(review)),
    )


def _american(base: datetime) -> bool:
    """True when the sender's clock is one of North America's, where 11/2 is November (rule 3.6)."""
    offset = base.utcoffset() or timedelta(0)
    return timedelta(hours=-10) <= offset <= timedelta(hours=-4)


def _contradicts(start: datetime, all_day: bool, prose: Appointment) -> bool:
    if prose.start is None or prose.slots:
        return False
    if all_day or prose.day_only:
        return prose.start.date() != start.astimezone(prose.start.tzinfo).date()
    return abs(prose.start - start) > SAME_START


def _where(location: str, prose: Appointment) -> tuple[str, bool]:
    """(place, online) from a calendar part's LOCATION and the prose."""
    text = " ".join(location.split())[:200]
    linked = "://" in text or any(host in text.lower() for host in _ONLINE_HOSTS) or "online" in text.lower()
    if text and not linked and "microsoft teams" not in text.lower() and "zoom" not in text.lower():
        return text, False
    return ("" if text else prose.place), bool(text) or prose.online


def _has_meeting_link(mail: Mail) -> bool:
    return any(host in link.href.lower() for link in mail.links[:100] for host in _ONLINE_HOSTS)


def _json_events(blocks: tuple[str, ...]) -> Iterator[tuple[datetime, datetime | None]]:
    """(start, end) of each event in schema.org JSON-LD whose startDate has a zone. Never raises."""
    for block in blocks[:5]:
        if len(block) > _JSON_LENGTH:
            continue
        try:
            content = json.loads(block)
        except (ValueError, RecursionError):
            continue
        waiting = [content]
        for _ in range(200):
            if not waiting:
                break
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting.extend(node[:20])
            elif isinstance(node, dict):
                start = _moment(node.get("startDate"))
                if start is not None and "Posting" not in str(node.get("@type")):
                    yield start, _moment(node.get("endDate"))
                waiting.extend(value for value in list(node.values())[:30] if isinstance(value, (dict, list)))


def _moment(value: object) -> datetime | None:
    """An ISO 8601 time with a zone, else None."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
