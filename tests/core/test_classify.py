"""The order of decision: own mail, machines, calendar parts, vetoes, news, and that only new words count."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from corpus_mail import ME, judged, mail_of, packs
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.classify import Context, classify
from watcher.core.model import (
    CONFIDENT,
    Address,
    Bounce,
    CalendarPart,
    Kind,
    Link,
    Mail,
    Verdict,
)
from watcher.core.parse import parse
from watcher.packs import load_models

OWN = frozenset({ME, "rini.lestari@gmail.com"})
START = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)


def _mail(body: str = "", *, sender: str = "sari@acme.example", subject: str = "", **more: Any) -> Mail:
    return Mail(message_id="<m@acme.example>", sender=Address(sender), subject=subject, new_text=body, **more)


def _judge(mail: Mail, **context: Any) -> Verdict:
    return classify(mail, Context(own=OWN, **context), packs())


INVITE = "We would like to invite you to an interview for the Data Analyst position on Monday at 10."
REFUSE = "Unfortunately we have decided to proceed with other candidates for the Data Analyst position."


# --------------------------------------------------------------------------- own mail


@pytest.mark.parametrize("sender", [ME, "rini+jobs@mail.example", "R.ini.Lestari@googlemail.com"])
def test_own_addresses_in_every_spelling(sender: str) -> None:
    assert _judge(_mail("Monday at 10 works for me.", sender=sender)).kind is Kind.OWN_ACCEPT


def test_mail_in_the_sent_folder_is_own_whatever_its_from() -> None:
    assert _judge(
        _mail("Thank you for your time today.", sender="alias@other.example"), outgoing=True
    ).kind.own


def test_own_calendar_answers() -> None:
    def answer(status: str) -> Kind:
        part = CalendarPart(method="REPLY", uid="1", attendees=((ME, status),))
        return _judge(_mail("", sender=ME, subject="Accepted: Interview", calendar=(part,))).kind

    assert answer("ACCEPTED") is Kind.OWN_ACCEPT
    assert answer("DECLINED") is Kind.OWN_DECLINE
    assert answer("TENTATIVE") is Kind.OWN_REPLY


def test_own_absence_notice() -> None:
    mail = _mail("I am away.", sender=ME, headers=(("auto-submitted", "auto-replied"),))
    assert _judge(mail).kind is Kind.AUTO_REPLY


def test_a_forged_own_address_is_not_own() -> None:
    checked = (("authentication-results", "mx.mail.example; dmarc=fail header.from=mail.example"),)
    forged = _mail(INVITE, sender=ME, headers=checked)
    assert not _judge(forged, authserv="mx.mail.example").kind.own
    assert _judge(forged, authserv="").kind.own
    foreign = (("authentication-results", "evil.example; dmarc=fail"),)
    assert _judge(_mail(INVITE, sender=ME, headers=foreign), authserv="mx.mail.example").kind.own


# --------------------------------------------------------------------------- machines


def test_bounce_by_structure() -> None:
    mail = _mail("Your application could not be delivered.", bounce=Bounce("5.1.1", "hr@acme.example"))
    assert _judge(mail).kind is Kind.BOUNCE
    assert _judge(_mail("", sender="MAILER-DAEMON@mx.example".lower())).kind is Kind.BOUNCE


@pytest.mark.parametrize(
    "headers",
    [(("auto-submitted", "auto-replied"),), (("x-autoreply", "yes"),), (("precedence", "auto_reply"),)],
)
def test_auto_reply_by_headers(headers: tuple[tuple[str, str], ...]) -> None:
    assert _judge(_mail(INVITE, headers=headers)).kind is Kind.AUTO_REPLY


def test_auto_generated_is_no_auto_reply() -> None:
    headers = (("auto-submitted", "auto-generated"), ("x-auto-response-suppress", "All"))
    assert _judge(_mail(INVITE, headers=headers)).kind is Kind.INTERVIEW_INVITATION


@pytest.mark.parametrize("subject", ["Automatic reply: Interview", "Balasan otomatis: lamaran"])
def test_auto_reply_by_subject(subject: str) -> None:
    assert _judge(_mail("I am out of the office.", subject=subject)).kind is Kind.AUTO_REPLY


def test_list_headers_are_a_weight_and_no_veto() -> None:
    assert _judge(_mail(REFUSE, headers=(("list-unsubscribe", "<x>"),))).kind is Kind.REJECTION


def test_a_discussion_list_is_nobodys_employer() -> None:
    headers = (("list-id", "<users.example>"), ("list-post", "<mailto:users@example>"))
    assert _judge(_mail(REFUSE, headers=headers)).kind is Kind.OTHER


def test_a_friends_forward_is_the_friends() -> None:
    assert _judge(_mail(INVITE, sender="dewi.sample@gmail.com", forwarded=True)).kind is Kind.OTHER
    assert _judge(_mail(INVITE, forwarded=True)).kind is Kind.INTERVIEW_INVITATION


def test_links_weigh() -> None:
    body = "For the Data Analyst role you will meet our CTO soon."
    plain = _judge(_mail(body))
    linked = _judge(_mail(body, links=(Link("Join", "https://meet.google.com/abc-defg-hij"),)))
    assert linked.kind is plain.kind is Kind.INTERVIEW_INVITATION
    assert linked.confidence > plain.confidence


def test_addresses_that_send_alerts_only() -> None:
    assert _judge(_mail(INVITE, sender="jobalerts-noreply@linkedin.com")).kind is Kind.JOB_ALERT


# --------------------------------------------------------------------------- calendar parts


def _event(**more: Any) -> CalendarPart:
    return CalendarPart(
        **{"method": "REQUEST", "uid": "e1", "start": START, "organizer": "hr@acme.example", **more}
    )


def _with_event(event: CalendarPart, subject: str = "Interview: Data Analyst", body: str = "") -> Kind:
    return _judge(_mail(body, sender="hr@acme.example", subject=subject, calendar=(event,))).kind


def test_calendar_parts_win_over_prose() -> None:
    assert _with_event(_event()) is Kind.INTERVIEW_CONFIRMATION
    assert _with_event(_event(), body=INVITE) is Kind.INTERVIEW_INVITATION
    assert _with_event(_event(sequence=1)) is Kind.INTERVIEW_RESCHEDULE
    assert _with_event(_event(), subject="Updated invitation: Interview") is Kind.INTERVIEW_RESCHEDULE
    assert _with_event(_event(method="CANCEL"), body=INVITE) is Kind.INTERVIEW_CANCELLATION
    assert _with_event(_event(cancelled=True)) is Kind.INTERVIEW_CANCELLATION
    assert _with_event(_event(method="COUNTER")) is Kind.INTERVIEW_RESCHEDULE


def test_somebodys_answer_and_own_events_are_noise() -> None:
    assert _with_event(_event(method="REPLY")) is Kind.OTHER
    assert _with_event(_event(organizer=ME)) is Kind.OTHER


def test_an_event_without_a_job_is_none_of_ours() -> None:
    mail = _mail(
        "Bring your cards.", sender="reception@dentist.example", subject="Cleaning", calendar=(_event(),)
    )
    assert _judge(mail).kind is Kind.OTHER


# --------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            "We will review your application. If you are selected, we will invite you to an interview.",
            "received",
        ),
        ("Thank you for applying. Only shortlisted candidates will be contacted.", "received"),
        ("Lamaran Anda kami terima. Kandidat yang lolos akan kami undang wawancara.", "received"),
        ("Unfortunately the interviewer is ill, so we need to reschedule your interview.", "reschedule"),
        ("Mohon maaf, jadwal wawancara kami undur ke hari Kamis.", "reschedule"),
        ("Anda belum dapat melanjutkan ke tahap selanjutnya untuk posisi ini.", "rejection"),
        ("Selamat, Anda lolos ke tahap berikutnya untuk posisi Analis. Tim kami akan menghubungi.", "status"),
        ("We have cancelled your interview. Please choose another time for it.", "reschedule"),
        ("We regret that the position was filled, so your interview on Monday is cancelled.", "rejection"),
        ("Your application was successful: welcome aboard! The contract is attached.", "offer"),
        ("Your application for the role was withdrawn at your request.", "other"),
        ("Here is your coding test for the role; after it you would meet our CTO.", "assessment"),
    ],
)
def test_borders(body: str, kind: str) -> None:
    expected = {
        "received": Kind.APPLICATION_RECEIVED,
        "reschedule": Kind.INTERVIEW_RESCHEDULE,
        "rejection": Kind.REJECTION,
        "status": Kind.STATUS_UPDATE,
        "offer": Kind.OFFER,
        "other": Kind.OTHER,
        "assessment": Kind.ASSESSMENT,
    }
    assert _judge(_mail(body)).kind is expected[kind]


def test_a_live_process_lifts_the_vetoes() -> None:
    body = "Would you be available for the podcast interview on Friday at 10?"
    assert _judge(_mail(body)).kind is Kind.OTHER
    assert _judge(_mail(body), live=True).kind is Kind.INTERVIEW_INVITATION


def test_a_wordless_answer_in_a_thread_is_a_reply() -> None:
    assert _judge(_mail("Noted."), live=True).kind is Kind.RECRUITER_REPLY
    mail = _mail("Noted, Data Analyst it is.", subject="Re: job", in_reply_to=("<mine@mail.example>",))
    assert _judge(mail, own_message_ids=frozenset({"<mine@mail.example>"})).kind is Kind.RECRUITER_REPLY
    assert _judge(mail).kind is Kind.OTHER


def test_nothing_about_a_job_is_surely_other() -> None:
    verdict = _judge(_mail("Shall we have pizza tonight?", subject="Dinner"))
    assert verdict.kind is Kind.OTHER
    assert verdict.confidence >= 0.8


def test_an_unknown_language_is_never_a_confident_guess() -> None:
    verdict = _judge(_mail("Vielen Dank, wir melden uns in Kürze bei Ihnen.", subject="Ihre Bewerbung"))
    assert verdict.kind is Kind.OTHER or verdict.confidence < CONFIDENT


def test_the_learned_part_shows_its_weightiest_words() -> None:
    mail = _mail("We regret that we chose another candidate for the Data Analyst position.")
    verdict = classify(mail, Context(own=OWN), packs(), models=load_models())
    assert verdict.kind is Kind.REJECTION
    assert any(evidence.rule == "words" and evidence.weight > 0 for evidence in verdict.evidence)


def test_what_rests_on_no_wording_needs_no_second_opinion() -> None:
    mail = _mail("Thank you for applying.", headers=(("auto-submitted", "auto-replied"),))
    verdict = classify(mail, Context(own=OWN), packs(), models=load_models())
    assert verdict.kind is Kind.AUTO_REPLY


# --------------------------------------------------------------------------- what must never matter


QUOTED = (
    "\n\nOn Mon, 2 Nov 2026 at 10:00, HR <hr@acme.example> wrote:\n> {}\n",
    "\n\nPada tanggal Sen, 2 Nov 2026 pukul 10.00 HR <hr@acme.example> menulis:\n> {}\n",
    "\n\n-----Original Message-----\nFrom: HR <hr@acme.example>\nSent: Monday\nTo: Rini\nSubject: x\n\n{}\n",
)


@pytest.mark.parametrize("tail", QUOTED)
@pytest.mark.parametrize(("body", "other"), [(INVITE, REFUSE), (REFUSE, INVITE)])
def test_a_quoted_tail_changes_nothing(tail: str, body: str, other: str) -> None:
    head = "From: hr@acme.example\r\nTo: rini@mail.example\r\nSubject: Re: Data Analyst\r\n\r\n"
    plain = _judge(parse(f"{head}{body}\r\n".encode(), packs()))
    quoted = _judge(parse(f"{head}{body}{tail.format(other)}".encode(), packs()))
    assert quoted.kind is plain.kind
    assert quoted.evidence == plain.evidence


words = st.text(max_size=300)


@settings(max_examples=60, deadline=None)
@given(
    body=words,
    subject=words,
    sender=words,
    headers=st.lists(st.tuples(st.sampled_from(["auto-submitted", "list-id", "x-y"]), words), max_size=3),
    event=st.none()
    | st.builds(CalendarPart, method=words, uid=words, sequence=st.integers(), organizer=words),
    outgoing=st.none() | st.booleans(),
    live=st.booleans(),
)
def test_any_mail_gets_a_verdict(
    body: str,
    subject: str,
    sender: str,
    headers: list[tuple[str, str]],
    event: CalendarPart | None,
    outgoing: bool | None,
    live: bool,
) -> None:
    mail = _mail(
        body,
        sender=sender,
        subject=subject,
        headers=tuple(headers),
        calendar=(event,) if event else (),
        links=(Link(body, subject),),
        structured=(body,),
    )
    verdict = _judge(mail, outgoing=outgoing, live=live)
    assert 0.0 < verdict.confidence < 1.0
    assert verdict.evidence


def test_the_same_mail_twice_is_judged_alike() -> None:
    for entry, verdict in judged()[:40]:
        again = classify(
            mail_of(entry), Context(own=frozenset({ME}), outgoing=entry["direction"] == "out"), packs()
        )
        assert again == verdict


@pytest.mark.parametrize(
    "text", ["not " * 300_000, "." * 1_000_000, f"{INVITE} {REFUSE} " * 8000, "é" * 500_000]
)
def test_hostile_length_is_bounded(text: str) -> None:
    mail = replace(_mail(text), subject=text[:100_000])
    begun = time.process_time()
    verdict = _judge(mail)
    assert time.process_time() - begun < 1.0
    assert len(verdict.evidence) <= 8
