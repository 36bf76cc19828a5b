"""From raw mails to processes: the readers and the grouping together, in the shapes of rule 2.4."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.core.context import Context
from watcher.core.judge import judge
from watcher.core.model import Fact, Kind, Process
from watcher.core.parse import parse
from watcher.core.process import group, setting_for, to_events
from watcher.packs import load_packs

PACKS = load_packs()
ME = "budi@mail.example"
MONTH = "Nov 2026"


def read(*mails: str) -> list[Fact]:
    """Judge raw mails as a scan does: what came before tells whom one knows."""
    facts: list[Fact] = []
    for raw in mails:
        mail = parse(raw.strip().encode(), PACKS)
        known = {f.message_id for f in facts}
        context = Context(
            own=frozenset({ME}),
            known_senders=frozenset(f.sender.email for f in facts if f.incoming and f.kind is not Kind.OTHER),
            own_message_ids=frozenset(f.message_id for f in facts if not f.incoming),
            live=bool(known & {*mail.references, *mail.in_reply_to}),
        )
        facts.append(judge(mail, context, PACKS, arrived=datetime(2026, 12, 31, tzinfo=UTC)))
    return facts


def one(facts: list[Fact]) -> Process:
    (process,) = group(facts)
    return process


RECEIPT = f"""
From: Sinar Jaya Recruitment <no-reply@us.greenhouse-mail.io>
To: Budi Santoso <{ME}>
Message-ID: <r1@ats>
Date: Mon, 02 {MONTH} 09:00:00 +0700
Subject: Thank you for applying to Sinar Jaya

Hi Budi,

Thank you for applying to the Data Analyst position at Sinar Jaya. We have received your application.
"""

INVITATION = f"""
From: Rina Wulandari <rina@sinarjaya.co.id>
To: Budi Santoso <{ME}>
Message-ID: <i1@sj>
Date: Wed, 04 {MONTH} 10:00:00 +0700
Subject: Undangan Wawancara - Data Analyst - PT Sinar Jaya

Yth. Sdr. Budi Santoso,

Sehubungan dengan lamaran Anda untuk posisi Data Analyst, kami mengundang Anda untuk wawancara:

Hari/Tanggal: Senin, 9 November 2026
Waktu: 10.00 WIB
Tempat: Gedung Melati Lt. 3, Jakarta

Mohon konfirmasi kehadiran Anda dengan membalas email ini.

Hormat kami,
Rina Wulandari
HRD PT Sinar Jaya
"""

ANSWER = f"""
From: Budi Santoso <{ME}>
To: Rina Wulandari <rina@sinarjaya.co.id>
Message-ID: <o1@me>
In-Reply-To: <i1@sj>
References: <i1@sj>
Date: Wed, 04 {MONTH} 12:00:00 +0700
Subject: Re: Undangan Wawancara - Data Analyst - PT Sinar Jaya

Yth. Ibu Rina,

Terima kasih atas undangannya. Saya bersedia hadir sesuai jadwal.

Hormat saya,
Budi Santoso
"""

REJECTION = f"""
From: Sinar Jaya Recruitment <no-reply@us.greenhouse-mail.io>
To: Budi Santoso <{ME}>
Message-ID: <n1@ats>
Date: Fri, 20 {MONTH} 09:00:00 +0700
Subject: Your application to Sinar Jaya

Hi Budi,

Thank you for your interest in the Data Analyst position at Sinar Jaya. Unfortunately, we have decided not to
move forward with your application.
"""

ALERT = f"""
From: JobStreet <noreply@e.jobstreet.com>
To: Budi Santoso <{ME}>
Message-ID: <al@js>
Date: Thu, 05 {MONTH} 09:00:00 +0700
Subject: 12 lowongan baru untuk Anda
List-Unsubscribe: <https://jobstreet.example/u>

12 lowongan baru cocok dengan profil Anda: Data Analyst di PT Sinar Jaya, Kasir di Kopi Senja.
Lihat semua lowongan. Berhenti berlangganan.
"""

FRIEND = f"""
From: Budi Santoso <{ME}>
To: Teman <teman@gmail.com>
Message-ID: <f1@me>
Date: Thu, 05 {MONTH} 20:00:00 +0700
Subject: besok

Besok jadi makan siang? Tolong cek lamaran saya juga ya.
"""


def test_robot_recruiter_own_answer_and_rejection_are_one_process() -> None:
    process = one(read(RECEIPT, INVITATION, ANSWER, ALERT, FRIEND, REJECTION))
    assert [fact.message_id for fact in process.facts] == ["<r1@ats>", "<i1@sj>", "<o1@me>", "<n1@ats>"]
    assert [event.kind for event in to_events(process)] == [
        Kind.APPLICATION_RECEIVED,
        Kind.INTERVIEW_INVITATION,
        Kind.OWN_ACCEPT,
        Kind.REJECTION,
    ]
    assert all(event.trusted for event in to_events(process))
    assert process.company in ("PT Sinar Jaya", "Sinar Jaya")
    assert (process.role, process.person, process.title) == ("Data Analyst", "Rina Wulandari", "Ibu")
    assert process.language == "id"
    setting = setting_for(process, user_zone="Asia/Tokyo", country="JP")
    assert (setting.zone, setting.country, setting.repliable) == ("Asia/Jakarta", "ID", True)


def test_invitation_gives_date_place_and_question() -> None:
    details = one(read(INVITATION)).facts[0].details
    assert details.start == datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
    assert "Gedung Melati" in details.place
    assert not details.online
    assert details.ask


def test_alert_and_friend_alone_make_no_process() -> None:
    assert group(read(ALERT, FRIEND)) == ()


def test_own_application_and_the_answer_to_it() -> None:
    application = f"""
From: Budi Santoso <{ME}>
To: HRD Kopi Senja <hrd@kopisenja.id>
Message-ID: <a1@me>
Date: Mon, 02 {MONTH} 08:00:00 +0700
Subject: Lamaran Barista - Budi Santoso

Yth. Bapak/Ibu HRD Kopi Senja,

Dengan ini saya mengajukan lamaran untuk posisi Barista. Terlampir CV saya.
Terima kasih atas perhatian Bapak/Ibu.

Hormat saya,
Budi Santoso
"""
    answer = f"""
From: HRD Kopi Senja <hrd@kopisenja.id>
To: Budi Santoso <{ME}>
Message-ID: <a2@ks>
In-Reply-To: <a1@me>
References: <a1@me>
Date: Tue, 03 {MONTH} 08:00:00 +0700
Subject: RE: Lamaran Barista - Budi Santoso

Halo Budi,

Terima kasih atas lamarannya. Berapa ekspektasi gaji Anda, dan kapan bisa mulai bekerja?

Salam,
Dewi
"""
    process = one(read(application, answer))
    first, second = to_events(process)
    assert first.kind is Kind.OWN_REPLY
    assert second.kind is Kind.RECRUITER_REPLY
    assert second.details.ask
    assert second.details.questions[0].startswith("Berapa ekspektasi gaji")
    assert (process.company, process.role, process.person) == ("Kopi Senja", "Barista", "Dewi")


def test_any_order_of_reading_the_facts_gives_the_same() -> None:
    facts = read(RECEIPT, INVITATION, ANSWER, ALERT, FRIEND, REJECTION)
    assert group(facts[::-1]) == group(facts)
