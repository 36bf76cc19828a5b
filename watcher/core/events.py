"""From the facts and marks of a process to the events that the fold takes in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from watcher.core.model import Details, Event, Fact, Kind, Mark, Process
from watcher.core.portrait import rejected_too_early
from watcher.core.threads import NOISE, STRAYED, personal_keys

_STALE_KINDS = frozenset(
    {
        Kind.INTERVIEW_INVITATION,
        Kind.INTERVIEW_CONFIRMATION,
        Kind.INTERVIEW_RESCHEDULE,
        Kind.INTERVIEW_CANCELLATION,
    }
)
_NO_STAMP = datetime.min.replace(tzinfo=UTC)


def to_events(process: Process) -> tuple[Event, ...]:
    """The events of `process` in their order: by time; of one instant employer, own mail, mark, then
    Message-ID (rule 2.2). Left out: noise, and calendar copies that a newer one has overtaken (rule G10)."""
    known: set[str] = set()
    newest: dict[str, tuple[int, datetime]] = {}
    ranked: list[tuple[tuple[datetime, int, str], Event]] = []
    for fact in sorted(process.facts, key=lambda fact: (fact.at, not fact.incoming, fact.message_id)):
        kind = _kind_in_process(fact, process, known)
        if fact.trusted:
            known |= personal_keys(fact)
        own_machine = kind is Kind.AUTO_REPLY and not fact.incoming  # the person's leave is no news (rule Q2)
        if kind in NOISE or own_machine or fact.unreadable or _overtaken(fact, newest):
            continue
        event = Event(
            at=fact.at,
            kind=kind,
            id=fact.message_id,
            details=fact.details,
            trusted=fact.trusted and not _demoted(fact, process),
            forged=not fact.authentic,
            scam=bool(fact.scam),
        )
        ranked.append(((fact.at, 0 if fact.incoming else 1, fact.message_id), event))
    ranked += [((event.at, 2, event.id), event) for event in _from_marks(process.marks)]
    return tuple(event for _, event in sorted(ranked, key=lambda pair: pair[0]))


def _from_marks(marks: Iterable[Mark]) -> list[Event]:
    """A mark takes effect at its own time, else when it was made (rule 2.2). The time of `scheduled` is that
    of the interview: it takes effect when it was made."""
    events = []
    for mark in marks:
        dated = mark.kind is Kind.MARK_SCHEDULED
        events.append(
            Event(
                at=mark.made if dated else mark.at or mark.made,
                kind=mark.kind,
                id=f"mark-{mark.id:09d}",
                made=mark.made,
                details=Details(start=mark.at) if dated else Details(),
                until=mark.until,
            )
        )
    return events


def _kind_in_process(fact: Fact, process: Process, known: set[str]) -> Kind:
    """A question from a person of this process, in its thread, is a reply, even when its words alone told
    nothing ("Kalau Rabu bisa?"). That somebody has looked at an application says no more than that it has
    arrived (section 2: such notices never move the anchor)."""
    if fact.details.viewed:
        return Kind.APPLICATION_RECEIVED
    if fact.kind is not Kind.OTHER or not (fact.incoming and fact.human and fact.details.ask):
        return fact.kind
    in_thread = process.reasons.get(fact.message_id, "").startswith(("references:", "manual:"))
    return Kind.RECRUITER_REPLY if in_thread and personal_keys(fact) & known else fact.kind


def _overtaken(fact: Fact, newest: dict[str, tuple[int, datetime]]) -> bool:
    """True for a calendar copy that comes after a newer one of its UID: SEQUENCE, then DTSTAMP decide, not
    arrival (rule G10). Remembers the newest seen."""
    uid = fact.details.calendar_uid
    if not uid or not fact.incoming or not fact.trusted:
        return False
    version = (fact.details.sequence, fact.details.stamp or _NO_STAMP)
    stale = uid in newest and version < newest[uid] and fact.kind in _STALE_KINDS
    newest[uid] = max(version, newest.get(uid, version))
    return stale


def _demoted(fact: Fact, process: Process) -> bool:
    """True when the mail is believed but where it belongs is not sure enough to move anything."""
    if process.reasons.get(fact.message_id, "") == f"references: {STRAYED}":
        return True
    return rejected_too_early(fact, process.facts, process.reasons)
