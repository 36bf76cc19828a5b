"""Scenarios as real mail: every event of a timeline becomes RFC 5322 bytes, every mark a mark."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from voices import VOICES

from watcher.core.model import Kind, Mark
from watcher.sample.letters import make_bounce, make_mail

ME = "sari.wulandari@example.com"
NAME = "Sari Wulandari"
HR = "Dewi Lestari <dewi.lestari@sinarnusantara.example>"
AUTHSERV = "mx.example.com"

MONTHS_ID = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
DAYS_ID = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()
ZONES = {7: "WIB", 8: "WITA", 9: "WIT", 1: "CET", 2: "CEST", 0: "GMT"}


@dataclass(frozen=True)
class Rendered:
    """A mail and where it lies."""

    folder: str
    arrived: datetime
    raw: bytes
    message_id: str


def render(scenario, events, voice):
    """The mails and marks of one process of a scenario."""
    mails, marks, thread = [], [], []
    zone = ZoneInfo(scenario.setting.zone)
    state = {"end": None, "offer": False, "open": False, "own": [], "invited": False}
    for number, event in enumerate(sorted(events, key=lambda e: e.at)):
        if event.kind.mark:
            marks.append((number, event))
            continue
        mail = _mail(number, event, voice, zone, thread, state, mails)
        mails.append(mail)
        if event.kind.own:
            state["own"].append((mail, event.kind))
        if event.kind not in (Kind.AUTO_REPLY, Kind.BOUNCE, Kind.JOB_ALERT):
            thread.append(mail.message_id)
        _remember(event, state)
    target = mails[0].message_id if mails else ""
    return mails, [
        Mark(
            id=number,
            kind=event.kind,
            target=target,
            made=event.at,
            at=event.details.start if event.kind is Kind.MARK_SCHEDULED else event.at,
            until=event.until,
        )
        for number, event in marks
    ]


def _mail(number, event, voice, zone, thread, state, before):
    words = VOICES[voice]
    details = event.details
    written = (event.made or event.at).astimezone(zone)
    arrived = event.at.astimezone(zone)
    message_id = (
        event.id
        or f"<{number}.{written:%Y%m%d%H%M}@{'example.com' if event.kind.own else 'sinarnusantara.example'}>"
    )
    if event.kind is Kind.BOUNCE:
        return _bounce(event, arrived, message_id, state)
    subject, body = words[_variant(event, state, words)]
    slots = {
        "name": NAME,
        "date": _date(details.start, zone, words),
        "hours": _hours(details, zone, words),
        "promise": _date(details.promise_by, zone, words),
        "silence": _date(details.silence_by, zone, words),
        "back": _date(details.back, zone, words),
        "deadline_clause": _deadline(details.deadline, zone, words),
    }
    text = body.format(**slots) + ("\nSalam,\n" if words["language"] == "id" else "\nBest regards,\n")
    text += f"{NAME}\n" if event.kind.own else "Dewi Lestari\nPT Sinar Nusantara\n"
    headers = []
    if not event.kind.own:
        stamp = format_datetime(arrived)
        headers.append(("Received", f"from mail.example by {AUTHSERV} with ESMTP id x{number}; {stamp}"))
        verdict = "fail" if event.forged else "pass"
        headers.append(
            ("Authentication-Results", f"{AUTHSERV}; dmarc={verdict} header.from=sinarnusantara.example")
        )
    if event.kind is Kind.AUTO_REPLY:
        headers.append(("Auto-Submitted", "auto-replied"))
    if event.kind is Kind.JOB_ALERT:
        headers.append(("List-Unsubscribe", "<https://board.example/stop>"))
    sender = f"{NAME} <{ME}>" if event.kind.own else HR
    if event.kind is Kind.JOB_ALERT:
        sender = "Job Board <jobalerts@board.example>"
    receiver = HR if event.kind.own else f"{NAME} <{ME}>"
    raw = make_mail(
        sender,
        receiver,
        subject,
        text,
        written,
        message_id=message_id,
        in_reply_to=thread[-1] if thread else None,
        references=tuple(thread),
        headers=headers,
    )
    return Rendered("Sent" if event.kind.own else "INBOX", arrived, raw, message_id)


def _bounce(event, arrived, message_id, state):
    of = event.details.bounced
    named = [mail for mail, kind in state["own"] if not of or kind.value == of]
    stamp = format_datetime(arrived)
    raw = make_bounce(
        f"{NAME} <{ME}>",
        arrived,
        named[-1].raw,
        recipient="dewi.lestari@sinarnusantara.example",
        original_message_id=named[-1].message_id,
        message_id=message_id,
        headers=[("Received", f"from mail.example by {AUTHSERV} with ESMTP id b; {stamp}")],
    )
    return Rendered("INBOX", arrived, raw, message_id)


def _variant(event, state, words):
    """The text that fits the attributes of an event and what went before."""
    kind, details = event.kind, event.details
    wanted = kind.value
    if kind is Kind.INTERVIEW_INVITATION and details.start is None:
        wanted += ":slots"
    elif kind is Kind.OWN_ACCEPT:
        wanted += ":offer" if state["offer"] else ":slot" if state["open"] else ""
    elif kind is Kind.OWN_THANK_YOU and (state["end"] is None or event.at < state["end"]):
        wanted += ":early"
    elif kind is Kind.OWN_REPLY and not (state["own"] or state["invited"]):
        wanted += ":first"
    elif kind is Kind.OWN_REPLY and not state["asked"]:
        wanted += ":silence"
    else:
        for name in ("ask", "promise_by", "silence_by", "hold", "task_received", "no_feedback"):
            if getattr(details, name) and f"{wanted}:{name}" in words:
                return f"{wanted}:{name}"
    return wanted


def _remember(event, state):
    details = event.details
    state["asked"] = bool(details.ask) or event.kind in (Kind.RECRUITER_OUTREACH, Kind.OFFER)
    if not event.kind.own:
        state["invited"] = True
    if details.start is not None and not event.forged:
        state["end"] = details.end or details.start + timedelta(hours=1)
    if event.kind is Kind.INTERVIEW_INVITATION:
        state["open"] = details.start is None
    if event.kind is Kind.OFFER and not event.forged:
        state["offer"] = True


def _date(moment, zone, words):
    if moment is None:
        return ""
    local = moment if moment.utcoffset() != moment.astimezone(zone).utcoffset() else moment.astimezone(zone)
    if words["language"] == "id":
        return f"{DAYS_ID[local.weekday()]}, {local.day} {MONTHS_ID[local.month - 1]} {local.year}"
    return f"{local:%A}, {local.day} {local:%B} {local.year}"


def _hours(details, zone, words):
    if details.start is None:
        return ""
    start = details.start
    offset = int(start.utcoffset().total_seconds() // 3600)
    name = ZONES.get(offset, f"GMT{offset:+d}")
    sign = "." if words["language"] == "id" else ":"
    said = f"{start:%H}{sign}{start:%M}"
    if details.end is not None:
        said += f" - {details.end:%H}{sign}{details.end:%M}"
    return f"{said} {name}"


def _deadline(moment, zone, words):
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    if words["language"] == "id":
        return f". Batas waktu: {_date(moment, zone, words)} pukul {local:%H.%M} WIB"
    return f". The deadline is {_date(moment, zone, words)} at {local:%H:%M} (WIB)"
