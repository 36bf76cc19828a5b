"""A second look at an unclear mail of a known conversation: an arrived test or a date tells what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.core.cues import cues_of, units_of
from watcher.core.dates import find_promises
from watcher.core.language import Packs
from watcher.core.model import CONFIDENT, EVIDENCE_LENGTH, Evidence, Kind, Mail, Verdict

#: What a note that a test has arrived is easily taken for.
_LIKE_A_TEST = frozenset({Kind.ASSESSMENT, Kind.OTHER, Kind.APPLICATION_RECEIVED})
#: Classes that no mere promise of an answer overrules.
_MACHINES = frozenset({Kind.BOUNCE, Kind.AUTO_REPLY, Kind.JOB_ALERT, Kind.NEWSLETTER})


def reconsider(
    verdict: Verdict, mail: Mail, heard: Packs, *, base: datetime, zone: str, country: str
) -> Verdict:
    """The verdict on an incoming mail of a process that is under way, after a second look at its words.

    "We have your test" answers the person (it asks for no test); a date until which an answer or silence means
    something tells where things stand (rules 2.2, 3.6). `base` is what relative words count from.
    """
    if verdict.kind in _MACHINES:
        return verdict
    unclear = verdict.confidence < CONFIDENT
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
        if unclear and found.promise_by is not None:
            return _as(verdict, Kind.STATUS_UPDATE, "names the date of an answer", "")
    return verdict


def _as(verdict: Verdict, kind: Kind, rule: str, quote: str) -> Verdict:
    evidence = Evidence(rule, " ".join(quote.split())[:EVIDENCE_LENGTH])
    return replace(verdict, kind=kind, confidence=CONFIDENT, evidence=(evidence, *verdict.evidence))
