"""Processes to write letters for: a person called Budi, a recruiter called Rina, dates in November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from watcher.core.draft import Draft, Refusal, compose
from watcher.core.model import (
    Address,
    Details,
    DraftKind,
    Fact,
    Kind,
    Occasion,
    Process,
    Situation,
    State,
    Turn,
    Verdict,
)
from watcher.packs import load_packs

WIB = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 20, 10, tzinfo=WIB)
ME = Address("budi@contoh.id", "Budi Santoso")
RINA = Address("rina@sinarjaya.co.id", "Rina Wijaya")
KINDS = tuple(kind for kind in DraftKind if kind is not DraftKind.NONE)
FOLLOW_UPS = (DraftKind.FOLLOW_UP, DraftKind.FOLLOW_UP_LATE)
ASKED = ("Apakah bersedia ditempatkan di Bandung?", "Berapa ekspektasi gaji Anda?")


def moment(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A time of November 2026 in Jakarta."""
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB)


def fact(kind: Kind = Kind.RECRUITER_REPLY, day: int = 5, **changes: Any) -> Fact:
    """A mail of Rina's to Budi, unless `changes` say otherwise."""
    base = Fact(
        message_id=f"<m{day}@sinarjaya.co.id>",
        at=moment(day),
        incoming=True,
        verdict=Verdict(kind=kind, confidence=0.9),
        sender=RINA,
        to=(ME,),
        own_address=ME.email,
        subject="Proses seleksi",
        human=True,
        repliable=True,
    )
    return replace(base, **changes)


def own(kind: Kind = Kind.OWN_REPLY, day: int = 6, **changes: Any) -> Fact:
    """A mail of Budi's to Rina."""
    mail = fact(kind, day, incoming=False, sender=ME, to=(RINA,), message_id=f"<own{day}@contoh.id>")
    return replace(mail, human=True, repliable=False, **changes)


def robot(kind: Kind = Kind.APPLICATION_RECEIVED, day: int = 1, **changes: Any) -> Fact:
    """A mail of an applicant system's machine."""
    sender = Address("no-reply@us.greenhouse-mail.io", "Sinar Jaya")
    mail = fact(kind, day, sender=sender, human=False, repliable=False, subject="We got your application")
    return replace(mail, **{"message_id": f"<robot{day}@greenhouse-mail.io>", **changes})


def process(*facts: Fact, **changes: Any) -> Process:
    """Rina's process: Data Analyst at PT Sinar Jaya, in Indonesian."""
    base = Process(
        id="p1",
        facts=facts or (fact(),),
        company="PT Sinar Jaya",
        role="Data Analyst",
        person="Rina Wijaya",
        title="Ibu",
        language="id",
    )
    return replace(base, **changes)


def situation(**changes: Any) -> Situation:
    """After an interview held on Monday, 2 November 2026, 10.00 to 11.00 WIB."""
    base = Situation(
        state=State.AWAITING,
        waiting_on=Turn.EMPLOYER,
        held=True,
        interview=moment(2, 10),
        interview_end=moment(2, 11),
        round=1,
        occasion=Occasion.RESULT,
    )
    return replace(base, **changes)


def letter_case(kind: DraftKind, language: str, *, known: bool) -> tuple[Process, Situation]:
    """A process and a situation in which `kind` is due, with everything or with nothing known about it."""
    details: dict[DraftKind, tuple[Kind, Details]] = {
        DraftKind.FEEDBACK_REQUEST: (Kind.REJECTION, Details()),
        DraftKind.OFFER_ACK: (Kind.OFFER, Details(deadline=moment(25) if known else None)),
        DraftKind.ANSWER_SKELETON: (
            Kind.RECRUITER_REPLY,
            Details(ask=True, questions=ASKED if known else ()),
        ),
        DraftKind.CONFIRM: (
            Kind.INTERVIEW_INVITATION,
            Details(start=moment(30, 10), zone="WIB" if known else "", place="Menara Sinar, lantai 5"),
        ),
    }
    label, said = details.get(kind, (Kind.RECRUITER_REPLY, Details()))
    named = replace(said, person="Rina Wijaya, S.Psi., M.M.", title="Ibu") if known else said
    sender = RINA if known else Address(RINA.email)
    mail = fact(label, details=named, sender=sender, verdict=Verdict(kind=label, confidence=0.9))
    when = {} if known else {"interview": None, "interview_end": None}
    if known:
        return process(mail, language=language), situation(**when)
    bare = process(mail, language=language, company="", role="", person="", title="")
    return bare, situation(**when)


def write(
    case: Process, stands: Situation | None = None, kind: DraftKind = DraftKind.FOLLOW_UP, **more: Any
) -> Draft:
    """The draft of `kind`; fails where there is none."""
    found = attempt(case, stands, kind, **more)
    assert isinstance(found, Draft), found
    return found


def refuse(
    case: Process, stands: Situation | None = None, kind: DraftKind = DraftKind.FOLLOW_UP, **more: Any
) -> str:
    """Why there is no draft of `kind`; fails where there is one."""
    found = attempt(case, stands, kind, **more)
    assert isinstance(found, Refusal), found
    return found.reason


def attempt(
    case: Process, stands: Situation | None = None, kind: DraftKind = DraftKind.FOLLOW_UP, **more: Any
) -> Draft | Refusal:
    """What `compose` says, with the packaged packs on 20 November 2026."""
    given: dict[str, Any] = {"me": ME, "now": NOW, "zone": "Asia/Jakarta", "packs": load_packs(), **more}
    return compose(case, stands or situation(), kind, **given)
