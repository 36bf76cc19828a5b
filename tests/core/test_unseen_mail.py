"""Shapes of mail that were once read wrongly, from the bytes to the fact or the process."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from watcher.core.context import Context
from watcher.core.etiquette import assess
from watcher.core.events import to_events
from watcher.core.judge import judge
from watcher.core.message import is_message_id, thread_ids
from watcher.core.model import Fact, Kind, State
from watcher.core.parse import parse
from watcher.core.process import group
from watcher.core.promises import find_promises
from watcher.core.setting import setting_for
from watcher.packs import load_models, load_packs
from watcher.sample.letters import make_calendar, make_mail

PACKS, MODELS = load_packs(), load_models()
ME = "Budi Santoso <budi@mail.example>"
CONTEXT = Context(own=frozenset({"budi@mail.example"}), zone="Asia/Jakarta", country="ID")
NOON = datetime(2026, 10, 5, 12, tzinfo=ZoneInfo("Asia/Jakarta"))


def judged(raw: bytes, context: Context = CONTEXT) -> Fact:
    arrived = NOON.astimezone(UTC) + timedelta(days=1)
    return judge(parse(raw, PACKS), context, PACKS, arrived=arrived, models=MODELS)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Please let us know your decision by Friday, 9 October 2026."),
        ("id", "Mohon keputusan Saudara kami terima paling lambat Jumat, 9 Oktober 2026."),
        ("id", "Mohon memberi jawaban paling lambat 9 Oktober 2026."),
        ("id", "Kami tunggu jawabannya sampai hari Jumat ya."),
    ],
)
def test_the_day_of_an_answer_is_a_deadline_and_no_promise(language: str, text: str) -> None:
    found = find_promises(text, base=NOON, language=language, zone="Asia/Jakarta", country="ID", packs=PACKS)
    assert found.deadline is not None
    assert (found.deadline.date().isoformat(), found.promise_by) == ("2026-10-09", None)


@pytest.mark.parametrize(
    ("sender", "body", "company"),
    [
        (
            "Karir Arunika <no-reply@arunika-retail.co.id>",
            "Terima kasih telah melamar posisi Kasir di PT Arunika Retail Nusantara.\n\nTim Rekrutmen\n"
            "PT Arunika Retail Nusantara",
            "PT Arunika Retail Nusantara",
        ),
        (
            "HRD Sumber Rejeki <hrd@sumber-rejeki.co.id>",
            "Kami dari Toko Sumber Rejeki mengundang Anda interview posisi Kasir hari Kamis jam 1 siang.",
            "Toko Sumber Rejeki",
        ),
    ],
)
def test_a_short_display_name_is_no_second_employer(sender: str, body: str, company: str) -> None:
    assert judged(make_mail(sender, ME, "Lamaran Anda", body, NOON)).details.company == company


@pytest.mark.parametrize(
    ("employer", "subject", "role"),
    [
        ("Kopi Kita", "Lamaran Store Manager Kopi Kita", "Store Manager"),
        ("Data Nusantara", "Lamaran Head of Data", "Head of Data"),
    ],
)
def test_a_post_ends_where_the_employer_begins(employer: str, subject: str, role: str) -> None:
    body = f"Hai Budi,\n\nBoleh info ekspektasi gaji?\n\nAndre\nHR {employer}"
    raw = make_mail(f"Tim Rekrutmen {employer} <andre@kantor.example>", ME, subject, body, NOON)
    assert judged(raw).details.role == role


def test_a_table_without_colons_names_the_post() -> None:
    html = (
        "<p>Dear Budi,</p><p>We are pleased to invite you to an interview.</p><table><tr><td>Position</td>"
        "<td>Finance Staff</td></tr><tr><td>Day/Date</td><td>Wednesday, 14 October 2026</td></tr><tr><td>Time"
        "</td><td>09:30 WIB</td></tr></table><p>Please confirm.</p>"
    )
    details = judged(make_mail("Ayu <ayu@tirta.example>", ME, "Interview", html, NOON, html=html)).details
    assert details.role == "Finance Staff"
    assert details.start is not None


def test_a_booking_joins_the_process_of_its_organizer() -> None:
    asks = make_mail(
        "Tom Becker <tom@voltiq.example>",
        ME,
        "Your application - Backend Engineer",
        "Hi Budi,\n\nI would like to invite you to an interview. Please pick a time here: "
        "https://calendly.com/tom/30min\n\nTom",
        NOON,
    )
    start = NOON + timedelta(days=3)
    booked = make_mail(
        "Calendly <notifications@calendly.com>",
        ME,
        "Confirmed: 30 Minute Interview with Tom Becker",
        "Your event has been scheduled.\n\nEvent Type: 30 Minute Interview\nHost: Tom Becker\n",
        NOON + timedelta(hours=1),
        calendar=make_calendar(
            "REQUEST", "u7@calendly.com", start, start + timedelta(minutes=30), organizer="tom@voltiq.example"
        ),
    )
    knowing = replace(CONTEXT, known_senders=frozenset({"tom@voltiq.example"}))
    (process,) = group([judged(asks), judged(booked, knowing)])
    assert [fact.kind for fact in process.facts] == [
        Kind.INTERVIEW_INVITATION,
        Kind.INTERVIEW_CONFIRMATION,
    ]


def test_a_made_up_message_id_is_never_repeated() -> None:
    lines = make_mail("Ayu <ayu@tirta.example>", ME, "Interview", "Dear Budi", NOON).split(b"\r\n")
    made = parse(b"\r\n".join(line for line in lines if not line.startswith(b"Message-ID")), PACKS).message_id
    assert made
    assert not is_message_id(made)
    assert thread_ids(made, ("<a@b.id>",), ()) == ("<a@b.id>",)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Bp. Hendra Gunawan, S.E. <h@toko.example>", "Bp. Hendra Gunawan, S.E."),
        ("Dr. Lina Sari, M.M., CHRP <h@toko.example>", "Dr. Lina Sari, M.M., CHRP"),
        ("Rina <h@toko.example>, Budi <b@toko.example>", "Rina"),
        (", <h@toko.example>", ""),
    ],
)
def test_a_comma_in_a_name_makes_no_second_sender(written: str, name: str) -> None:
    sender = parse(f"From: {written}\r\nSubject: x\r\n\r\nx".encode(), PACKS).sender
    assert (sender.email, sender.name) == ("h@toko.example", name)


def test_a_stranger_confirms_nothing_and_a_meeting_link_is_no_meetup() -> None:
    body = (
        "Hi Budi,\n\nCan you do a video interview for the BI Developer position on 10/9/2026 at 9:30 AM ET? "
        "Teams link: https://teams.microsoft.com/l/meetup-join/19zzz\n\nThanks,\nMegan Cole"
    )
    fact = judged(make_mail("Megan Cole <mcole@bluefin.example>", ME, "Interview - BI Developer", body, NOON))
    assert fact.kind is Kind.INTERVIEW_INVITATION
    assert fact.trusted


def test_a_plea_for_feedback_is_known_by_its_word() -> None:
    body = "Yth. Ibu Maria, terima kasih atas informasinya. Apakah berkenan memberi masukan untuk saya?\nBudi"
    raw = make_mail(ME, "maria@papua.example", "Re: Undangan wawancara Akuntan", body, NOON)
    assert judged(raw).kind is Kind.OWN_FEEDBACK_REQUEST


@pytest.mark.parametrize(
    ("body", "received"),
    [
        ("Selamat, Anda dinyatakan lolos psikotes. Jadwal berikutnya akan kami informasikan.", True),
        ("You have passed our coding test. We will tell you about the next step.", True),
        ("Hasil belum ada. Apabila dinyatakan lolos psikotes, Anda akan kami hubungi.", False),
    ],
)
def test_who_passed_a_test_has_handed_it_in(body: str, received: bool) -> None:
    fact = judged(make_mail("Rina <rina@sinarjaya.example>", ME, "Hasil seleksi posisi Kasir", body, NOON))
    assert fact.details.task_received is received, fact.kind


@pytest.mark.parametrize(
    ("subject", "human"),
    [
        (
            "Updated invitation: Interview Budi @ Thu Oct 8, 2026 10am - 10:45am (WIB) (budi@mail.example)",
            False,
        ),
        ("Interview Budi on Thursday", True),
    ],
)
def test_a_calendar_card_under_a_recruiters_name_is_not_what_one_answers(subject: str, human: bool) -> None:
    body = "Dear Budi,\n\nThis is the interview for the Product Analyst role. See you on Thursday at ten.\n"
    start = NOON + timedelta(days=3)
    card = make_calendar("REQUEST", "u8@lumora.example", start, start, organizer="hannah@lumora.example")
    raw = make_mail("Hannah Weiss <hannah@lumora.example>", ME, subject, body, NOON, calendar=card)
    assert judged(raw).human is human


@pytest.mark.parametrize(
    ("subject", "body", "role"),
    [
        (
            "Office Manager @ Juniper Labs",
            "Would love to interview you for Office Manager on Meet.",
            "Office Manager",
        ),
        ("Curriculum Writer interview", "We'd like to meet you on Friday.", "Curriculum Writer"),
        ("Your application", "Thank you for your interest in the Video Editor position.", "Video Editor"),
        (
            "Your application",
            "This acknowledges your application to Test Engineer (2026-3310).",
            "Test Engineer",
        ),
        ("Video interview", "Please record your answers until Friday.", ""),
    ],
)
def test_a_post_may_open_with_a_word_that_is_odd_elsewhere(subject: str, body: str, role: str) -> None:
    raw = make_mail("Wes Tran <wes@juniper.example>", ME, subject, f"Hi Budi,\n\n{body}\n\nWes", NOON)
    assert judged(raw).details.role == role


@pytest.mark.parametrize(
    ("sender", "subject", "body", "company"),
    [
        (
            "LinkedIn <jobs-noreply@linkedin.com>",
            "Your application was sent to Bluegate Studios",
            "Your application for Video Editor was sent to Bluegate Studios.",
            "Bluegate Studios",
        ),
        (
            "iCIMS <brightwell@talent.icims.com>",
            "Brightwell Care: Thank you for your application",
            "Dear Budi, this is to acknowledge your application to Night Care Coordinator (2026-3310).",
            "Brightwell Care",
        ),
        (
            "Fiona Marr <fiona.marr.x8k2@inbound.workablemail.com>",
            "Saltmarsh Energy - Grid Analyst",
            "Hi Budi,\n\nBefore I put you forward, what salary are you after?\n\nFiona Marr\nSaltmarsh Energy",
            "Saltmarsh Energy",
        ),
    ],
)
def test_who_a_robot_writes_for(sender: str, subject: str, body: str, company: str) -> None:
    assert judged(make_mail(sender, ME, subject, body, NOON)).details.company == company


def test_a_day_that_the_employer_cannot_do_is_no_new_date() -> None:
    body = (
        "Hello Budi, so sorry, our boiler has burst and I can't do tomorrow after all. I'll be back to "
        "you with another day. Aoife"
    )
    known = replace(CONTEXT, known_senders=frozenset({"aoife@dunlin.example"}))
    raw = make_mail("Aoife Byrne <aoife@dunlin.example>", ME, "Re: Bookshop manager interview", body, NOON)
    fact = judged(raw, known)
    assert (fact.kind, fact.details.start) == (Kind.INTERVIEW_RESCHEDULE, None)


def test_the_post_of_a_receptionist_says_nothing_of_office_hours() -> None:
    body = "Halo Budi, bisa mampir Kamis 8 Oktober jam setengah 2 siang untuk wawancara posisi resepsionis?"
    fact = judged(make_mail("drg. Melati <melati@klinik.example>", ME, "Resepsionis", body, NOON))
    assert fact.details.start == NOON.replace(day=8, hour=13, minute=30)


def test_that_an_application_was_looked_at_is_no_news() -> None:
    robot = "JobStreet by SEEK <noreply@e.jobstreet.com>"
    sent = "Hai Budi, lamaranmu untuk Staf Legal di PT Cipta Hukum telah terkirim."
    seen = "Kabar baik! PT Cipta Hukum telah melihat lamaranmu untuk Staf Legal."
    facts = [
        judged(make_mail(robot, ME, "Lamaranmu terkirim: Staf Legal", sent, NOON)),
        judged(make_mail(robot, ME, "PT Cipta Hukum melihat lamaranmu", seen, NOON + timedelta(days=3))),
    ]
    assert facts[1].details.viewed
    (process,) = group(facts)
    setting = setting_for(process, user_zone="Asia/Jakarta", country="ID")
    now = NOON + timedelta(days=9)
    assert assess(to_events(process), setting, now).state is State.APPLIED


@pytest.mark.parametrize(
    ("body", "hold"),
    [
        ("Bit of news: our publisher paused funding, so every open req is frozen until spring.", True),
        ("The opening has been put back to spring and we would like to speak again then.", True),
        ("We are still interviewing and will let you know.", False),
    ],
)
def test_a_search_that_rests(body: str, hold: bool) -> None:
    known = replace(CONTEXT, known_senders=frozenset({"jobs@ostrava.example"}))
    raw = make_mail("Ostrava Games <jobs@ostrava.example>", ME, "Re: Game Writer interview", body, NOON)
    assert judged(raw, known).details.hold is hold


@pytest.mark.parametrize(
    ("body", "date"),
    [
        ("No bother. I'll get you a yes or no by close of business Friday.", "2026-10-09"),
        ("Our trustees have to sign it off, so give us a couple of weeks.", "2026-10-19"),
        ("The chef is away till the 16th so no decision before then. Hang tight!", "2026-10-16"),
    ],
)
def test_a_promise_in_other_words(body: str, date: str) -> None:
    known = replace(CONTEXT, known_senders=frozenset({"ngozi@lantern.example"}))
    raw = make_mail("Ngozi Eze <ngozi@lantern.example>", ME, "Re: Writer interview", body, NOON)
    promised = judged(raw, known).details.promise_by
    assert promised is not None
    assert promised.date().isoformat() == date


def test_no_reasons_are_given() -> None:
    body = (
        "Dear Budi\n\nI regret to tell you that the panel did not recommend your appointment. Owing to the "
        "number of candidates we are not in a position to provide comments on individual performance."
    )
    fact = judged(make_mail("Wexmoor HR <hr@wexmoor.example>", ME, "Administrator - outcome", body, NOON))
    assert (fact.kind, fact.details.no_feedback) == (Kind.REJECTION, True)


ASKS = (
    "Hi Budi, Zoom natter about the weaver job, Thursday 8 October 2026 at 9am? Ewan",
    "Dear Budi, your dental check-up is on Thursday 8 October 2026 at 9am. Please say if that suits. Dr Ewan",
    "Hey Budi, fancy dinner at ours on Thursday 8 October 2026 at 7pm? Ewan",
)


@pytest.mark.parametrize(
    ("body", "answer", "kind"),
    [
        (ASKS[0], None, Kind.OTHER),
        (ASKS[0], Kind.OWN_ACCEPT, Kind.INTERVIEW_INVITATION),
        (ASKS[1], Kind.OWN_ACCEPT, Kind.OTHER),
        (ASKS[2], Kind.OWN_ACCEPT, Kind.OTHER),
    ],
)
def test_what_the_person_answered_tells_what_was_asked(body: str, answer: Kind | None, kind: Kind) -> None:
    raw = make_mail("Ewan <ewan@glen.example>", ME, "Thursday", body, NOON, message_id="<ask@glen.example>")
    answers = {"<ask@glen.example>": {answer}} if answer else {}
    assert judged(raw, replace(CONTEXT, answers=answers)).kind is kind


@pytest.mark.parametrize(
    ("sender", "body"),
    [
        ("Aoife", "Owner's got a cold, so tomorrow's interview is off I'm afraid. I'll find another day."),
        (
            "Rina",
            "Mohon maaf, pewawancara kami besok berhalangan sehingga wawancara ditunda. Jadwal menyusul.",
        ),
        ("Luc", "Nous devons reporter l'entretien de demain. Je reviens vers vous avec une nouvelle date."),
    ],
)
def test_the_day_that_falls_through_is_not_the_new_one(sender: str, body: str) -> None:
    known = replace(CONTEXT, known_senders=frozenset({"hr@dunlin.example"}))
    fact = judged(
        make_mail(f"{sender} <hr@dunlin.example>", ME, "Re: Interview", f"Budi,\n\n{body}", NOON), known
    )
    assert fact.kind in (Kind.INTERVIEW_RESCHEDULE, Kind.INTERVIEW_CANCELLATION)
    assert fact.details.start is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            Kind.OFFER,
            "Selamat, Saudara kami terima bekerja di CV Sumber Teknik sebagai Admin, gaji sesuai pembicaraan.",
        ),
        (Kind.OFFER, "Goed nieuws: we willen je graag aannemen! In de bijlage vind je het arbeidsvoorstel."),
        (
            Kind.REJECTION,
            "Sorry, gave it to a mate's cousin in the end. Thanks for coming in for the interview.",
        ),
        (
            Kind.REJECTION,
            "We've decided not to take on a trainee this winter after all. Thank you for the interview.",
        ),
        (
            Kind.REJECTION,
            "Maaf ya Mas, penjahitnya sudah dapat orang kemarin. Terima kasih sudah datang wawancara.",
        ),
    ],
)
def test_the_outcome_in_plain_words(kind: Kind, body: str) -> None:
    known = replace(CONTEXT, known_senders=frozenset({"gus@toko.example"}))
    assert judged(make_mail("Gus <gus@toko.example>", ME, "Re: interview", body, NOON), known).kind is kind


def test_a_plea_to_be_reminded_asks_for_nothing_now() -> None:
    body = "Lovely to meet you. If you haven't heard from me by Thursday please give me a nudge. Dana"
    known = replace(CONTEXT, known_senders=frozenset({"dana@vets.example"}))
    details = judged(make_mail("Dana <dana@vets.example>", ME, "Re: interview", body, NOON), known).details
    assert not details.ask
    assert details.ask_from is not None


@pytest.mark.parametrize(
    "body",
    [
        "Slot lapangan futsal kamu hari Minggu jam 19.00 sudah terkonfirmasi atas nama Budi.",
        "Slot kamu sudah terkonfirmasi! Kursi nobar hari Minggu jam 19.00 sudah dikunci atas nama Budi.",
        "Your table is confirmed for Sunday at 7pm. See you then!",
    ],
)
def test_a_booking_of_another_kind_is_no_interview(body: str) -> None:
    fact = judged(make_mail("Arena <halo@arena.example>", ME, "Slot kamu sudah terkonfirmasi", body, NOON))
    assert fact.kind is Kind.OTHER


def test_a_subject_that_names_the_employer_finds_its_process() -> None:
    applied = make_mail(
        "Halden Books <no-reply@us.greenhouse-mail.io>",
        ME,
        "Thanks for applying to Halden Books",
        "Hi Budi,\n\nThanks for applying for Support Specialist at Halden Books.",
        NOON,
    )
    contract = make_mail(
        "Halden Books via DocuSign <dse@docusign.net>",
        ME,
        "Complete with DocuSign: Halden Books Employment Agreement - Budi Santoso",
        "Halden Books sent you a document to review and sign.\n\nEmployment Agreement",
        NOON + timedelta(days=9),
    )
    (process,) = group([judged(applied), judged(contract)])
    assert [fact.kind for fact in process.facts] == [Kind.APPLICATION_RECEIVED, Kind.OFFER]


def test_a_subject_with_an_everyday_word_finds_no_process() -> None:
    applied = make_mail(
        "Point <no-reply@us.greenhouse-mail.io>",
        ME,
        "Thanks for applying to Point",
        "Hi Budi,\n\nThanks for applying for Support Specialist at Point.",
        NOON,
    )
    other = make_mail(
        "Rita <rita@glen.example>",
        ME,
        "Interview: one point",
        "Hi Budi,\n\nThank you for applying for Cook. We would like to interview you on Friday at 2pm.",
        NOON + timedelta(days=2),
    )
    assert len(group([judged(applied), judged(other)])) == 2


@pytest.mark.parametrize(
    ("sender", "subject", "company"),
    [
        (
            "Marlow Inn <marlowinn_7hk2d@indeedemail.com>",
            "Message from Marlow Inn about Night Auditor",
            "Marlow Inn",
        ),
        ("Ayu Lestari <no-reply@ashbyhq.com>", "Your application", ""),
    ],
)
def test_a_robots_display_name_is_the_employers_when_the_mail_says_so(
    sender: str, subject: str, company: str
) -> None:
    body = "Hello Budi, thanks for your application for Night Auditor. Can you work weekends?"
    assert judged(make_mail(sender, ME, subject, body, NOON)).details.company == company


def test_friends_who_make_plans_are_no_recruiters() -> None:
    body = "oke aku ikut, Selasa ya. minggu depan aku di Semarang soalnya\n\nNadia"
    assert (
        judged(make_mail("Sari <sari@friend.example>", ME, "Re: makan soto yuk", body, NOON)).kind
        is Kind.OTHER
    )


@pytest.mark.parametrize(
    ("sender", "subject", "body", "company"),
    [
        (
            "Anna Lindqvist <anna@lumenwood.example>",
            "Interview: Insights Analyst at Lumenwood Studio",
            "We invite you to interview for the Insights Analyst position on Monday at 10:00 AM WIB.\n\n"
            "Anna Lindqvist\nLumenwood Studio",
            "Lumenwood Studio",
        ),
        (
            "LinkedIn <inmail-hit-reply@linkedin.com>",
            "Melissa Gan sent you an InMail",
            "I am hiring for a new plant. May I tell you more?\n\nMelissa Gan\nDirector",
            "",
        ),
        (
            "JobStreet <noreply@e.jobstreet.com>",
            "Lamaran Anda telah dikirim",
            "Lamaran Anda untuk Sales Executive telah dikirim dengan CV Budi 2022.pdf pada 31 Agustus 2026.",
            "",
        ),
        (
            "Craig Donnelly <craig@parkstone-search.example>",
            "Interview - Assistant Accountant",
            "Good news, they would like to interview you on Monday at 10am.\n\nCraig\nParkstone Search",
            "",
        ),
    ],
)
def test_what_is_no_employer(sender: str, subject: str, body: str, company: str) -> None:
    raw = make_mail(sender, ME, subject, f"Hi Budi,\n\n{body}", NOON)
    known = replace(CONTEXT, known_senders=frozenset({sender.partition("<")[2].rstrip(">")}))
    assert judged(raw, known).details.company == company
