"""From a parsed mail to the fact that is stored of it: what it is, what it says, when it happened, by whom.

Composes the readers of the core; each of them knows one thing. Nothing here decides what a mail *means* for a
process: that is the fold's. Total: any Mail gives a Fact.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.core.address import domain_of, is_own, is_robot, sender_of
from watcher.core.asks import find_asks
from watcher.core.classify import Models, classify
from watcher.core.clock import base_time, effective_time, known_zone
from watcher.core.context import Context
from watcher.core.cues import cues_of, units_of
from watcher.core.extract import find_names
from watcher.core.joining import APPLICATION
from watcher.core.language import Packs, spoken
from watcher.core.message import is_calendar_title
from watcher.core.model import EVIDENCE_LENGTH, Address, Details, Evidence, Fact, Kind, Mail, Verdict
from watcher.core.patterns import compile_pattern
from watcher.core.reconsider import reconsider
from watcher.core.scam import signs
from watcher.core.sender_table import SENDERS, SenderTable
from watcher.core.structure import dmarc, forged_own, is_outgoing, structure_of, was_forwarded
from watcher.core.times import time_details

#: As much of a subject is stored (characters).
SUBJECT_LENGTH = 200
#: As many references are stored: the first, which began the thread, and the last ones.
REFERENCES = 50

_NOISE = frozenset({Kind.JOB_ALERT, Kind.NEWSLETTER})
_NAMELESS = _NOISE | {Kind.AUTO_REPLY, Kind.BOUNCE}
_HOLDS = frozenset(
    {Kind.STATUS_UPDATE, Kind.RECRUITER_REPLY, Kind.INTERVIEW_CANCELLATION, Kind.INTERVIEW_RESCHEDULE}
)
_TASK_NEWS = frozenset(
    {Kind.STATUS_UPDATE, Kind.RECRUITER_REPLY, Kind.APPLICATION_RECEIVED, Kind.INTERVIEW_INVITATION}
)
_MAY_APPLY = frozenset({Kind.OWN_REPLY, Kind.OWN_THANK_YOU, Kind.OWN_ACCEPT, Kind.OWN_FOLLOWUP})
_QUOTED_ID = compile_pattern(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")


def judge(
    mail: Mail,
    context: Context,
    packs: Packs,
    *,
    arrived: datetime | None,
    senders: SenderTable = SENDERS,
    models: Models | None = None,
    told: Kind | None = None,
) -> Fact:
    """The fact of `mail`. `arrived` is the mailbox' own time of arrival (INTERNALDATE), None if unknown. `told`
    is what the person says it is: then it is read as such (rule 2.5)."""
    incoming = not is_outgoing(mail, context) or forged_own(mail, context)
    at = effective_time(mail, incoming=incoming, arrived=arrived)
    own_address = _own_address(mail, context, incoming)
    fact = Fact(
        message_id=mail.message_id,
        at=at,
        incoming=incoming,
        verdict=Verdict(kind=Kind.OTHER, confidence=0.0),
        sender=mail.sender,
        reply_to=_reply_to(mail, context),
        to=mail.to[:20],
        cc=mail.cc[:20],
        own_address=own_address,
        subject=" ".join(mail.subject.split())[:SUBJECT_LENGTH],
        in_reply_to=mail.in_reply_to[:5],
        references=_references(mail, context),
        authentic=_authentic(mail, context, incoming),
        unreadable=mail.unreadable,
    )
    if mail.unreadable:
        return fact
    verdict = classify(mail, context, packs, senders, models)
    if told is not None:
        verdict = replace(verdict, kind=told)
    elif incoming and _is_known(mail, context):
        zone = known_zone(context.zone)
        base = base_time(mail, at, zone=zone, own_zone=False)
        verdict = reconsider(
            verdict,
            mail,
            _heard(mail, packs),
            answers=context.answers.get(mail.message_id, frozenset()),
            base=base,
            zone=zone,
            country=context.country,
        )
    if not incoming:
        verdict = _with_application(verdict, mail, packs)
    human = not incoming or _is_human(mail, verdict, context, senders)
    channel = _channel(mail, verdict, senders) if incoming else "mail"
    suspicious = incoming and verdict.kind not in _NOISE
    red, yellow = signs(mail, context, _heard(mail, packs)) if suspicious else ((), ())
    return replace(
        fact,
        verdict=verdict,
        details=_details(
            mail, verdict, context, packs, at=at, incoming=incoming, human=human, channel=channel
        ),
        human=human,
        channel=channel,
        repliable=incoming and channel == "mail" and _repliable(mail, verdict),
        scam=red,
        warnings=yellow,
    )


def _details(
    mail: Mail,
    verdict: Verdict,
    context: Context,
    packs: Packs,
    *,
    at: datetime,
    incoming: bool,
    human: bool,
    channel: str,
) -> Details:
    """What the mail says besides its class. Noise says nothing; the rest is filled as far as its kind needs."""
    kind = verdict.kind
    if kind is Kind.BOUNCE:
        return Details(bounced=mail.bounce.original_message_id if mail.bounce else "")
    if kind in _NOISE or (kind is Kind.OTHER and not _is_known(mail, context)):
        return Details()
    zone = known_zone(context.zone)
    base = base_time(mail, at, zone=zone, own_zone=not incoming)
    details = time_details(mail, verdict, base=base, zone=zone, country=context.country, packs=packs)
    if kind in _NAMELESS:
        return details
    heard = _heard(mail, packs)
    names = find_names(mail, heard, incoming=incoming, human=human, app=channel == "app")
    details = replace(
        details,
        company=names.company,
        role=names.role,
        person=names.person,
        title=names.title,
        first_names=names.first_names,
        job_id=names.job_id,
    )
    if not incoming:
        return details
    cues = cues_of(heard)
    text = "\n".join(units_of(mail.new_text))
    asks = find_asks(mail.new_text, heard, human=human or channel == "app")
    return replace(
        details,
        ask=asks.ask,
        questions=asks.questions,
        hold=kind in _HOLDS and bool(cues.hold.search(text)),
        no_feedback=kind is Kind.REJECTION and bool(cues.no_feedback.search(text)),
        task_received=kind in _TASK_NEWS and bool(cues.task_received.search(text)),
        viewed=kind is Kind.STATUS_UPDATE
        and not human
        and bool(cues.viewed.search(f"{mail.subject}\n{text}")),
    )


def _heard(mail: Mail, packs: Packs) -> Packs:
    """The packs of the languages that `mail` is written in: cues of others would be found by chance."""
    return {code: packs[code] for code in spoken(f"{mail.new_text[:4000]}\n{mail.subject}", packs)}


def _is_known(mail: Mail, context: Context) -> bool:
    """True when the sender or the thread is part of a process; what strangers' other mail says is not read."""
    refers = any(ref in context.own_message_ids for ref in (*mail.in_reply_to, *mail.references))
    answered = context.answers.get(mail.message_id, frozenset()) - {Kind.OWN_REPLY}
    return bool(answered) or context.live or refers or mail.sender.email.lower() in context.known_senders


def _with_application(verdict: Verdict, mail: Mail, packs: Packs) -> Verdict:
    """Note on an own mail that it applies for a post: only such a mail founds a process (S155)."""
    cues = cues_of(_heard(mail, packs))
    text = f"{mail.subject[:300]}\n" + "\n".join(units_of(mail.new_text))
    match = cues.application.search(text)
    if not match or cues.application_not.search(text) or verdict.kind not in _MAY_APPLY:
        return verdict
    evidence = Evidence(APPLICATION, " ".join(match.group(0).split())[:EVIDENCE_LENGTH])
    opens = not mail.in_reply_to and not mail.references and verdict.kind is not Kind.OWN_FOLLOWUP
    kind = Kind.OWN_REPLY if opens else verdict.kind  # its "thank you" and "I am willing to" answer nothing
    return replace(verdict, kind=kind, evidence=(*verdict.evidence, evidence))


# --------------------------------------------------------------------------- who wrote, and can one answer


def _is_human(mail: Mail, verdict: Verdict, context: Context, senders: SenderTable) -> bool:
    """True when a person wrote the words: no robot's address, no machine's headers, no applicant system's
    receipt under a recruiter's name (rule 3.3), no bare calendar card."""
    structure = structure_of(mail, context, senders)
    if structure.robot or structure.auto_reply or structure.bounce:
        return False
    if mail.header("auto-submitted").strip().lower() not in ("", "no") and not structure.answers_own:
        return False
    if structure.bulk and not structure.answers_own:
        return False
    if structure.sender is not None and verdict.kind is Kind.APPLICATION_RECEIVED:
        return False
    if structure.event is not None:
        card = is_calendar_title(mail.subject) or "calendar-notification@google.com" in mail.header("sender")
        return not card and len(mail.new_text) > 80
    return True


def _channel(mail: Mail, verdict: Verdict, senders: SenderTable) -> str:
    """ "app" where only a notice arrives and the answer is given in LinkedIn or on a board (rule 2.4)."""
    sender = sender_of(mail.sender, senders)
    if sender is None:
        return "mail"
    if sender.role == "message":
        return "app"
    talks = verdict.kind in (Kind.RECRUITER_REPLY, Kind.RECRUITER_OUTREACH)
    answerable = any(not is_robot(address) for address in (*mail.reply_to[:1], mail.sender))
    return "app" if sender.role == "board" and talks and not answerable else "mail"


def _repliable(mail: Mail, verdict: Verdict) -> bool:
    """True when an answer reaches somebody: the Reply-To, else the From, is neither robot nor calendar."""
    if verdict.kind in _NAMELESS:
        return False
    target = mail.reply_to[0] if mail.reply_to else mail.sender
    return (
        bool(target.email)
        and not is_robot(target)
        and not domain_of(target.email).endswith("calendar.google.com")
    )


def _reply_to(mail: Mail, context: Context) -> Address | None:
    """The Reply-To where it says more than From; never an own address."""
    for address in mail.reply_to[:3]:
        if address.email and address.email != mail.sender.email and not is_own(address.email, context.own):
            return address
    return None


def _own_address(mail: Mail, context: Context, incoming: bool) -> str:
    """The person's address a mail was sent to, or from: To, Cc, then the ways it was delivered by."""
    if not incoming:
        return mail.sender.email.lower()
    delivered = [
        value.strip("<> ").lower()
        for name in ("delivered-to", "x-original-to")
        for value in mail.all_headers(name)
    ]
    for email in (*(address.email for address in (*mail.to, *mail.cc)), *delivered):
        if is_own(email, context.own):
            return email.lower()
    return next(iter(context.own)) if len(context.own) == 1 else ""


def _authentic(mail: Mail, context: Context, incoming: bool) -> bool:
    """False only when the person's own provider says that the sender is forged (rule 3.2). A way through
    another own address or a list breaks that check and proves nothing."""
    if not incoming:
        return True
    return dmarc(mail, context.authserv) != "fail" or was_forwarded(mail, context)


def _references(mail: Mail, context: Context) -> tuple[str, ...]:
    """The thread as the mail gives it; then own Message-IDs that stand in its quoted text, for mail programs
    that answer from another address without threading (S103)."""
    kept = mail.references
    if len(kept) > REFERENCES:
        kept = (kept[0], *kept[1 - REFERENCES :])
    quoted = [
        found for found in _QUOTED_ID.findall(mail.text[:50_000])[:50] if found in context.own_message_ids
    ]
    known = {*kept, *mail.in_reply_to, mail.message_id}
    return (*kept, *dict.fromkeys(found for found in quoted if found not in known))
