"""From raw mail to the fact that is stored of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.context import Context
from watcher.core.judge import REFERENCES, judge
from watcher.core.model import Address, CalendarPart, Fact, Kind, Mail
from watcher.core.parse import parse
from watcher.packs import load_packs

PACKS = load_packs()
ME = "budi@mail.example"
CONTEXT = Context(own=frozenset({ME}), zone="Asia/Jakarta", country="ID", authserv="mx.mail.example")
ARRIVED = datetime(2026, 11, 2, 3, 5, tzinfo=UTC)
WIB = timedelta(hours=7)


def raw(
    headers: str, body: str, *, sender: str = "Rina Wulandari <rina@sinarjaya.co.id>", to: str = ME
) -> bytes:
    base = (
        f"From: {sender}\nTo: Budi Santoso <{to}>\nMessage-ID: <m1@test>\n"
        f"Date: Mon, 02 Nov 2026 10:00:00 +0700\nContent-Type: text/plain; charset=utf-8\n"
    )
    return f"{base}{headers.strip()}\n\n{body}".encode()


def judged(headers: str, body: str, context: Context = CONTEXT, **more: Any) -> Fact:
    return judge(parse(raw(headers, body, **more), PACKS), context, PACKS, arrived=ARRIVED)


INVITATION = """Yth. Sdr. Budi,

Terima kasih telah melamar posisi Data Analyst di PT Sinar Jaya. Kami mengundang Anda untuk wawancara:

Hari/Tanggal : Kamis, 5 November 2026
Waktu : 10.00 - 11.00 WIB
Tempat : Gedung Melati Lt. 3, Jl. Melati 5, Jakarta

Mohon konfirmasi kehadiran Anda.

Hormat kami,
Rina Wulandari
HRD PT Sinar Jaya
"""


def test_invitation_by_a_person() -> None:
    fact = judged("Subject: Undangan Interview Data Analyst", INVITATION)
    details = fact.details
    assert fact.kind is Kind.INTERVIEW_INVITATION
    assert fact.incoming
    assert fact.at == datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
    assert details.start == datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
    assert details.end == datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
    assert (details.company, details.role, details.person) == (
        "PT Sinar Jaya",
        "Data Analyst",
        "Rina Wulandari",
    )
    assert details.ask
    assert details.questions == ("Mohon konfirmasi kehadiran Anda.",)
    assert (fact.human, fact.repliable, fact.channel, fact.authentic) == (True, True, "mail", True)
    assert fact.own_address == ME
    assert fact.trusted


def test_receipt_of_an_applicant_system_is_no_human_and_not_repliable() -> None:
    fact = judged(
        "Subject: Thank you for applying",
        "Hi Budi,\n\nThank you for applying to the Data Analyst position at Northwind. We received it.\n",
        sender="Northwind Recruiting Team <no-reply@us.greenhouse-mail.io>",
    )
    assert fact.kind is Kind.APPLICATION_RECEIVED
    assert (fact.human, fact.repliable) == (False, False)
    assert (fact.details.company, fact.details.role, fact.details.person) == ("Northwind", "Data Analyst", "")
    assert not fact.details.ask


def test_own_application_is_marked() -> None:
    fact = judged(
        "Subject: Lamaran Data Analyst - Budi Santoso",
        "Yth. Ibu Rina,\n\nSaya melamar posisi Data Analyst di PT Sinar Jaya.\n\nHormat saya,\nBudi\n",
        sender=f"Budi Santoso <{ME}>",
        to="hrd@sinarjaya.co.id",
    )
    assert not fact.incoming
    assert fact.kind is Kind.OWN_REPLY
    assert [e.rule for e in fact.verdict.evidence][-1] == "own_application"
    assert (fact.details.person, fact.details.title) == ("Rina", "Ibu")
    assert fact.own_address == ME


@pytest.mark.parametrize(
    "body",
    [
        "Tolong cek surat lamaran saya dong.",
        "Besok jadi ke pasar?",
        "What do you think of my CV and application?",
    ],
)
def test_own_mail_to_a_friend_is_no_application(body: str) -> None:
    fact = judged("Subject: Halo", body, sender=f"Budi <{ME}>", to="teman@gmail.com")
    assert all(evidence.rule != "own_application" for evidence in fact.verdict.evidence)


def test_calendar_request_gives_the_date() -> None:
    part = CalendarPart(
        method="REQUEST",
        uid="u-1",
        sequence=2,
        stamp=ARRIVED,
        start=datetime(2026, 11, 6, 2, 0, tzinfo=UTC),
        end=datetime(2026, 11, 6, 3, 0, tzinfo=UTC),
        summary="Interview Data Analyst",
        location="https://meet.google.com/abc-defg-hij",
        organizer="rina@sinarjaya.co.id",
    )
    mail = Mail(
        message_id="<c@test>",
        sender=Address("rina@sinarjaya.co.id", "Rina"),
        to=(Address(ME, "Budi"),),
        subject="Invitation: Interview Data Analyst @ Fri 6 Nov 2026 9am - 10am (WIB)",
        calendar=(part,),
        headers=(("sender", "Google Calendar <calendar-notification@google.com>"),),
    )
    fact = judge(mail, replace(CONTEXT, live=True), PACKS, arrived=ARRIVED)
    assert fact.kind is Kind.INTERVIEW_RESCHEDULE
    assert (fact.details.start, fact.details.end) == (part.start, part.end)
    assert (fact.details.calendar_uid, fact.details.sequence, fact.details.stamp) == ("u-1", 2, ARRIVED)
    assert (fact.details.online, fact.details.place) == (True, "")
    assert not fact.human
    assert fact.details.role == "Data Analyst"


def test_forged_sender_is_not_authentic_unless_forwarded() -> None:
    failed = "Authentication-Results: mx.mail.example; dmarc=fail header.from=sinarjaya.co.id\n"
    assert not judged(f"{failed}Subject: Undangan Interview", INVITATION).authentic
    foreign = failed.replace("mx.mail.example", "mx.elsewhere.example")
    assert judged(f"{foreign}Subject: Undangan Interview", INVITATION).authentic
    assert judged(f"{failed}X-Forwarded-For: alt@x.example\nSubject: Undangan", INVITATION).authentic


def test_message_notice_of_a_network_is_answered_in_the_app() -> None:
    fact = judged(
        "Subject: Rina Wulandari sent you a message",
        "Rina Wulandari sent you a message:\n\nHi Budi, are you open to a Data Analyst role at Northwind?\n",
        sender="Rina Wulandari via LinkedIn <messages-noreply@linkedin.com>",
    )
    assert (fact.channel, fact.repliable) == ("app", False)


def test_reply_to_is_kept_when_it_says_more() -> None:
    relay = judged(
        "Subject: Interview\nReply-To: Acme <jane+t0k3n@acme.workablemail.com>",
        "Hi Budi, when are you free for an interview?",
        sender="Jane at Acme <noreply@candidates.workablemail.com>",
    )
    assert relay.reply_to == Address("jane+t0k3n@acme.workablemail.com", "Acme")
    assert relay.repliable
    same = judged("Subject: Interview\nReply-To: rina@sinarjaya.co.id", "Kapan bisa wawancara?")
    assert same.reply_to is None


def test_own_message_id_in_quoted_text_is_a_reference() -> None:  # S103
    context = Context(own=frozenset({ME}), own_message_ids=frozenset({"<own1@mail.example>"}))
    body = "Halo Budi, boleh kirim CV?\n\n> Message-ID: <own1@mail.example>\n> <other@x.example>\n"
    assert judged("Subject: Re: Undangan", body, context=context).references == ("<own1@mail.example>",)


def test_long_threads_keep_their_first_and_last_references() -> None:
    ids = tuple(f"<{n}@x>" for n in range(200))
    mail = Mail(message_id="<m@x>", sender=Address("a@b.example"), references=ids, subject="x", new_text="x")
    fact = judge(mail, CONTEXT, PACKS, arrived=ARRIVED)
    assert fact.references[0] == "<0@x>"
    assert fact.references[-1] == "<199@x>"
    assert len(fact.references) == REFERENCES


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (
            "Mohon maaf, lamaran Anda belum dapat kami lanjutkan. Kami tidak dapat memberikan feedback.",
            "no_feedback",
        ),
        ("Unfortunately we will not move forward. We cannot give individual feedback.", "no_feedback"),
        ("Data Anda kami simpan dalam talent pool kami untuk posisi lain.", "hold"),
        ("The hiring process for this position is currently on hold.", "hold"),
        ("Terima kasih telah mengerjakan tes online. Hasilnya akan kami kabari.", "task_received"),
        ("We have received your assessment and will review it this week.", "task_received"),
    ],
)
def test_attributes(body: str, field: str) -> None:
    fact = judged("Subject: Update", f"Halo Budi,\n\n{body}\n\nSalam,\nRina\n", replace(CONTEXT, live=True))
    assert getattr(fact.details, field), fact.verdict


def test_alerts_carry_no_names_and_no_dates() -> None:
    fact = judged(
        "Subject: 12 lowongan baru untuk Anda\nList-Unsubscribe: <https://x.example/u>",
        "12 lowongan baru cocok untuk Anda\n\nData Analyst - PT Sinar Jaya\nLihat semua lowongan\n",
        sender="JobStreet <noreply@e.jobstreet.com>",
    )
    assert fact.kind in (Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER)
    assert fact.details.start is None
    assert not fact.human


def test_unreadable_mail_is_a_fact_too() -> None:
    fact = judge(Mail(message_id="<u@x>", unreadable="too large"), CONTEXT, PACKS, arrived=ARRIVED)
    assert fact.unreadable == "too large"
    assert (fact.kind, fact.at) == (Kind.OTHER, ARRIVED)
    assert not fact.trusted


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600), st.sampled_from([None, ARRIVED]))
def test_never_raises_on_any_bytes(content: bytes, arrived: datetime | None) -> None:
    fact = judge(parse(content, PACKS), CONTEXT, PACKS, arrived=arrived)
    assert fact.at.tzinfo is not None
    assert len(fact.subject) <= 200


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=40), st.text(max_size=120))
def test_names_are_bounded_and_single_lined(body: str, subject: str, name: str, signature: str) -> None:
    mail = Mail(
        message_id="<x@y>",
        sender=Address("hr@acme.example", name),
        to=(Address(ME),),
        subject=subject,
        new_text=f"posisi {body}\nfor the {body} position at {body}",
        signature=signature,
    )
    details = judge(mail, CONTEXT, PACKS, arrived=ARRIVED).details
    for value in (details.company, details.role, details.person):
        assert len(value) <= 60
        assert "\n" not in value
