"""A second look at an unclear mail of a known conversation: an arrived test or a date tells what it is."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.appointments import find_appointment
from watcher.core.cues import cues_of, units_of
from watcher.core.dates import find_promises
from watcher.core.language import Packs
from watcher.core.model import CONFIDENT, EVIDENCE_LENGTH, Evidence, Kind, Mail, Verdict

#: What a note that a test has arrived is easily taken for.
_LIKE_A_TEST = frozenset({Kind.ASSESSMENT, Kind.OTHER, Kind.APPLICATION_RECEIVED})
#: Classes that no mere promise of an answer overrules.
_MACHINES = frozenset({Kind.BOUNCE, Kind.AUTO_REPLY, Kind.JOB_ALERT, Kind.NEWSLETTER})
#: What an offered time is easily taken for.
_LIKE_AN_INVITATION = frozenset(
    {
        Kind.INTERVIEW_INVITATION,
        Kind.INTERVIEW_CONFIRMATION,
        Kind.RECRUITER_REPLY,
        Kind.RECRUITER_OUTREACH,
        Kind.STATUS_UPDATE,
        Kind.OTHER,
    }
)
#: Rule of a mail that speaks of a job and brings nothing: the answer to it tells what it was.
_BRINGS_NOTHING = "job words without news"
#: An interview lies so far ahead at most.
_AHEAD = timedelta(days=90)


def reconsider(
    verdict: Verdict,
    mail: Mail,
    heard: Packs,
    *,
    answers: Set[Kind] = frozenset(),
    base: datetime,
    zone: str,
    country: str,
) -> Verdict:
    """The verdict on an incoming mail of a process that is under way, after a second look at its words.

    "We have your test" answers the person (it asks for no test); a date until which an answer or silence means
    something tells where things stand (rules 2.2, 3.6); a time that is asked about, or that the person agreed
    to, is an interview's. `answers`: what the person answered to this very mail, `base`: what relative words
    count from.
    """
    if verdict.kind in _MACHINES:
        return verdict
    unclear = verdict.confidence < CONFIDENT
    agreed = not answers.isdisjoint((Kind.OWN_ACCEPT, Kind.OWN_RESCHEDULE))
    silent = any(evidence.rule == _BRINGS_NOTHING for evidence in verdict.evidence[:1])
    hazy = verdict.confidence <= CONFIDENT or (agreed and (silent or verdict.kind is Kind.RECRUITER_REPLY))
    if hazy and verdict.kind in _LIKE_AN_INVITATION and (agreed or "?" in mail.new_text):
        time = _offered(verdict, mail, heard, base, zone)
        if time:
            return _as(verdict, Kind.INTERVIEW_INVITATION, "a time that the person is to agree to", time)
    if unclear or verdict.kind in _LIKE_A_TEST:
        match = cues_of(heard).task_received.search("\n".join(units_of(mail.new_text)))
        if match:
            return _as(verdict, Kind.RECRUITER_REPLY, "says that the test has arrived", match.group(0))
    if unclear or verdict.kind is Kind.REJECTION:
        found = find_promises(
            mail.new_text,
            base=base,
            language=verdict.language,
            zone=zone,
            calendar_country=country,
            packs=heard,
        )
        if found.silence_by is not None:
            return _as(verdict, Kind.STATUS_UPDATE, "says what silence will mean", "")
        if unclear and (found.promise_by is not None or found.ask_from is not None):
            return _as(verdict, Kind.STATUS_UPDATE, "names the date of an answer", "")
    return verdict


def _offered(verdict: Verdict, mail: Mail, heard: Packs, base: datetime, zone: str) -> str:
    """The times ahead that `mail` speaks of, as it writes them; '' when it names none by day and hour."""
    found = find_appointment(mail.new_text, base=base, language=verdict.language, zone=zone, packs=heard)
    starts = found.slots or ((found.start,) if found.start is not None and not found.day_only else ())
    ahead = starts and all(base < start < base + _AHEAD for start in starts)
    return "; ".join(f"{start:%Y-%m-%d %H:%M}" for start in starts) if ahead else ""


def _as(verdict: Verdict, kind: Kind, rule: str, quote: str) -> Verdict:
    evidence = Evidence(rule, " ".join(quote.split())[:EVIDENCE_LENGTH])
    return replace(verdict, kind=kind, confidence=CONFIDENT, evidence=(evidence, *verdict.evidence))
