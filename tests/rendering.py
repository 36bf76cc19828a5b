"""Scenarios as real mail: every event of a timeline becomes RFC 5322 bytes, every mark a mark."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parseaddr
from html import escape
from zoneinfo import ZoneInfo

from voices import VOICES

from watcher.core.model import Kind, Mark
from watcher.sample.letters import make_bounce, make_mail

ME = "sari.wulandari@example.com"
NAME = "Sari Wulandari"
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
    domain = "example.com" if event.kind.own else parseaddr(words.person)[1].partition("@")[2]
    message_id = event.id or f"<{number}.{written:%Y%m%d%H%M}@{domain}>"
    if event.kind is Kind.BOUNCE:
        return _bounce(event, arrived, message_id, state, parseaddr(words.person)[1])
    kind = event.kind.value
    subject, body = words.text(_variant(event, state, words), number)
    slots = {
        "name": NAME,
        "first": NAME.partition(" ")[0],
        "date": _date(details.start, zone, words),
        "hours": _hours(details, zone, words),
        "promise": _date(details.promise_by, zone, words),
        "silence": _date(details.silence_by, zone, words),
        "back": _date(details.back, zone, words),
        "deadline_clause": _deadline(details.deadline, zone, words),
    }
    text = body.format(**slots)
    if event.kind.own or kind not in words.unsigned:
        text += "\n" + (words.own_sign_off if event.kind.own else words.sign_off)
    sender = f"{NAME} <{ME}>" if event.kind.own else words.senders.get(kind, words.person)
    if event.kind is Kind.JOB_ALERT and kind not in words.senders:
        sender = "Job Board <jobalerts@board.example>"
    headers = []
    if not event.kind.own:
        stamp = format_datetime(arrived)
        headers.append(("Received", f"from mail.example by {AUTHSERV} with ESMTP id x{number}; {stamp}"))
        verdict = "fail" if event.forged else "pass"
        by = parseaddr(sender)[1].partition("@")[2]
        headers.append(("Authentication-Results", f"{AUTHSERV}; dmarc={verdict} header.from={by}"))
    if event.kind is Kind.AUTO_REPLY:
        headers.append(("Auto-Submitted", "auto-replied"))
    if event.kind is Kind.JOB_ALERT:
        headers.append(("List-Unsubscribe", "<https://board.example/stop>"))
    chain = () if kind in words.new_thread else tuple(thread)
    raw = make_mail(
        sender,
        words.person if event.kind.own else f"{NAME} <{ME}>",
        subject.format(**slots),
        text,
        written,
        html=_html(text) if kind in words.html else None,
        message_id=message_id,
        in_reply_to=chain[-1] if chain else None,
        references=chain,
        calendar=_calendar(event, state, written, words) if kind in words.calendar else None,
        headers=headers,
    )
    return Rendered("Sent" if event.kind.own else "INBOX", arrived, raw, message_id)


def _html(text):
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    return f"<html><body>{paragraphs.replace(chr(10), '<br>')}</body></html>"


def _calendar(event, state, written, words):
    """A calendar part for the appointment of an event; a cancellation repeats the one before."""
    cancel = event.kind is Kind.INTERVIEW_CANCELLATION
    start, end = (event.details.start, event.details.end) if not cancel else state.get("dates", (None, None))
    if start is None:
        return None
    if not cancel:
        state["dates"] = (start, end)
    state["sequence"] = state.get("sequence", -1) + 1
    end = end or start + timedelta(hours=1)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Example//Calendar//EN",
        f"METHOD:{'CANCEL' if cancel else 'REQUEST'}",
        "BEGIN:VEVENT",
        "UID:rendered@calendar.example",
        f"SEQUENCE:{state['sequence'] if event.kind is not Kind.INTERVIEW_INVITATION else 0}",
        f"DTSTAMP:{written.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTEND:{end.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "SUMMARY:Interview",
        f"ORGANIZER:mailto:{parseaddr(words.person)[1]}",
        f"ATTENDEE:mailto:{ME}",
        f"STATUS:{'CANCELLED' if cancel else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "\r\n".join(lines) + "\r\n"


def _bounce(event, arrived, message_id, state, recipient):
    of = event.details.bounced
    named = [mail for mail, kind in state["own"] if not of or kind.value == of]
    stamp = format_datetime(arrived)
    raw = make_bounce(
        f"{NAME} <{ME}>",
        arrived,
        named[-1].raw,
        recipient=recipient,
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
            if getattr(details, name) and f"{wanted}:{name}" in words.texts:
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
    indonesian = words.language == "id"
    month = MONTHS_ID[local.month - 1] if indonesian else f"{local:%B}"
    return (words.date or "{weekday}, {day} {month} {year}").format(
        weekday=DAYS_ID[local.weekday()] if indonesian else f"{local:%A}",
        day=local.day,
        month=month,
        mon=month[:3],
        number=local.month,
        year=local.year,
    )


def _hours(details, zone, words):
    if details.start is None:
        return ""
    said = _hour(details.start, words)
    if details.end is not None:
        said += f" - {_hour(details.end, words)}"
    offset = int(details.start.utcoffset().total_seconds() // 3600)
    return f"{said} {ZONES.get(offset, f'GMT{offset:+d}')}"


def _hour(moment, words):
    default = "{h:02}.{m:02}" if words.language == "id" else "{h:02}:{m:02}"
    return (words.hour or default).format(
        h=moment.hour, m=moment.minute, h12=moment.hour % 12 or 12, ampm="am" if moment.hour < 12 else "pm"
    )


def _deadline(moment, zone, words):
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    if words.language == "id":
        return f". Batas waktu: {_date(moment, zone, words)} pukul {local:%H.%M} WIB"
    return f". The deadline is {_date(moment, zone, words)} at {local:%H:%M} (WIB)"
