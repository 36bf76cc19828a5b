"""Facts of a long life of job hunting, for `status`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.core.model import Address, Details, Fact, Kind, Verdict
from watcher.store import Batch, Store

ME = "sari@example.com"
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
_STORY = (
    Kind.APPLICATION_RECEIVED,
    Kind.INTERVIEW_INVITATION,
    Kind.OWN_ACCEPT,
    Kind.RECRUITER_REPLY,
    Kind.STATUS_UPDATE,
    Kind.OWN_REPLY,
)


def fill(store: Store, processes: int, each: int) -> None:
    """Put the facts of so many processes into the store, `each` of every one."""
    for number in range(processes):
        facts = tuple(_fact(number, place, processes) for place in range(each))
        store.record(Batch("bench", "INBOX", 1, number + 1, facts=facts))


def _fact(number: int, place: int, processes: int) -> Fact:
    domain = f"firm{number}.example"
    start = NOW - timedelta(days=600 - number * 590 // processes)
    incoming, desk, me = place % 3 != 2, Address(f"hr@{domain}", "Dewi Lestari"), Address(ME)
    first = f"<{number}.0@{domain}>"
    return Fact(
        message_id=f"<{number}.{place}@{domain}>",
        at=start + timedelta(hours=7 * place),
        incoming=incoming,
        verdict=Verdict(kind=_STORY[place % len(_STORY)], confidence=0.95, language="en"),
        details=Details(company=f"Firm{number} Works", role="Data Analyst", person="Dewi Lestari"),
        sender=desk if incoming else me,
        to=(me,) if incoming else (desk,),
        own_address=ME,
        subject=f"Data Analyst at Firm{number}",
        in_reply_to=(f"<{number}.{place - 1}@{domain}>",) if place else (),
        references=(first,) if place else (),
        human=True,
        repliable=True,
    )
