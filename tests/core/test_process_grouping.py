"""Which mails belong together (rule 2.4), in the shapes that real job mail comes in."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.model import Address, Correction, Details, Evidence, Fact, Kind, Mark, Process, Verdict
from watcher.core.process import group, resolve, setting_for, to_events
from watcher.core.threads import base_subject
from watcher.errors import UsageError

START = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
ME = "sam@mail.example"
HR = "rina@sinarjaya.co.id"


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def fact(mid: str, when: float, kind: Kind, sender: str = HR, **more: Any) -> Fact:
    """An incoming fact, or an own one when `kind` is; details by their names, the rest as of Fact."""
    names = Details.__dataclass_fields__
    details = Details(**{key: more.pop(key) for key in list(more) if key in names})
    own = kind.own
    confidence = more.pop("confidence", 0.9)
    evidence = (Evidence("own_application", "melamar"),) if more.pop("applies", False) else ()
    refs = tuple(f"<{ref}>" for ref in more.pop("refs", ()))
    robot = sender.startswith(("no-reply", "noreply"))
    values: dict[str, Any] = {
        "message_id": f"<{mid}>",
        "at": day(when),
        "incoming": not own,
        "verdict": Verdict(kind=kind, confidence=confidence, evidence=evidence, language="id"),
        "details": details,
        "sender": Address(ME if own else sender),
        "to": (Address(sender if own else ME),),
        "own_address": ME,
        "subject": f"Subject of {mid}",
        "references": refs,
        "in_reply_to": refs[-1:],
        "human": not robot,
        "repliable": not own and not robot,
    }
    return Fact(**(values | more))


def where(processes: tuple[Process, ...]) -> dict[str, str]:
    """Message -> first message of its process, both without brackets."""
    return {f.message_id.strip("<>"): p.facts[0].message_id.strip("<>") for p in processes for f in p.facts}


RECEIVED, INVITED, REPLY = Kind.APPLICATION_RECEIVED, Kind.INTERVIEW_INVITATION, Kind.RECRUITER_REPLY
REJECTED, OUTREACH, STATUS = Kind.REJECTION, Kind.RECRUITER_OUTREACH, Kind.STATUS_UPDATE


# ------------------------------------------------------------------------------------------ shapes


def test_robot_recruiter_and_calendar_are_one_process() -> None:
    facts = [
        fact("ats", 0, RECEIVED, "no-reply@us.greenhouse-mail.io", company="Sinar Jaya", role="Data Analyst"),
        fact("hr", 3, INVITED, company="PT Sinar Jaya", role="Data Analyst", person="Rina"),
        fact("yes", 3.5, Kind.OWN_ACCEPT, refs=["hr"]),
        fact("ics", 4, Kind.INTERVIEW_CONFIRMATION, calendar_uid="uid-1", start=day(8)),
        fact(
            "ics2", 5, Kind.INTERVIEW_RESCHEDULE, "calendar@other.example", calendar_uid="uid-1", sequence=1
        ),
    ]
    assert set(where(group(facts)).values()) == {"ats"}
    reasons = group(facts)[0].reasons
    assert reasons["<hr>"].startswith("employer_and_role: ")
    assert reasons["<yes>"].startswith("references: ")
    assert reasons["<ics2>"] == "calendar_uid: uid-1"


def test_two_posts_at_one_employer_stay_two() -> None:
    facts = [
        fact("a", 0, RECEIVED, "no-reply@sinarjaya.co.id", company="Sinar Jaya", role="Data Analyst"),
        fact("b", 1, RECEIVED, "no-reply@sinarjaya.co.id", company="Sinar Jaya", role="Staf Gudang"),
        fact("a2", 2, INVITED, company="Sinar Jaya", role="Data Analyst (Jakarta)"),
        fact("b2", 3, REJECTED, "no-reply@sinarjaya.co.id", company="PT. Sinar Jaya Tbk", role="staf gudang"),
    ]
    assert where(group(facts)) == {"a": "a", "a2": "a", "b": "b", "b2": "b"}


def test_rejection_without_a_role_moves_nobody_when_several_are_live() -> None:  # S110, G7
    facts = [
        fact("a", 0, RECEIVED, "no-reply@x.lever.co", company="Sinar Jaya", role="Data Analyst"),
        fact("b", 1, RECEIVED, "no-reply@x.lever.co", company="Sinar Jaya", role="Staf Gudang"),
        fact("no", 2, REJECTED, "no-reply@x.lever.co", company="Sinar Jaya"),
    ]
    processes = group(facts)
    assert "no" not in where(processes)
    assert all("several_processes" in process.review for process in processes)


def test_rejection_without_a_role_corrections_the_one_live_process_with_review() -> None:
    facts = [
        fact("a", 0, RECEIVED, "no-reply@x.lever.co", company="Sinar Jaya", role="Data Analyst"),
        fact("no", 2, REJECTED, "no-reply@x.lever.co", company="Sinar Jaya"),
    ]
    (process,) = group(facts)
    assert process.reasons["<no>"] == "employer_only: Sinar Jaya"
    assert "employer_only" in process.review


def test_one_thread_with_two_jobs() -> None:  # S43
    facts = [
        fact("a", 0, INVITED, subject="Interview", role="Data Analyst", company="Sinar Jaya"),
        fact("ra", 1, Kind.OWN_ACCEPT, subject="Re: Interview", refs=["a"]),
        fact(
            "b",
            2,
            OUTREACH,
            subject="Re: Interview",
            refs=["a", "ra"],
            role="Product Manager",
            company="Sinar Jaya",
        ),
        fact(
            "nb",
            3,
            REJECTED,
            subject="Re: Interview",
            refs=["a", "ra"],
            role="Product Manager",
            company="Sinar Jaya",
        ),
        fact("na", 4, STATUS, subject="Re: Interview", refs=["a", "ra"], company="Sinar Jaya"),
    ]
    assert where(group(facts)) == {"a": "a", "ra": "a", "b": "b", "nb": "b", "na": "a"}


def test_equal_subjects_alone_join_nothing() -> None:
    facts = [
        fact("a", 0, INVITED, subject="Interview", company="Sinar Jaya"),
        fact("b", 1, INVITED, "budi@lain.example", subject="Interview", company="Lain"),
    ]
    assert where(group(facts)) == {"a": "a", "b": "b"}


def test_answer_from_another_address_corrections_by_reference_and_is_shown() -> None:  # S103
    facts = [
        fact("a", 0, INVITED, subject="Undangan"),
        fact("own", 1, Kind.OWN_THANK_YOU, subject="Re: Undangan", refs=["a"]),
        fact("new", 3, REPLY, "budi.hr@gmail.com", subject="RE: Undangan", references=("<own>",), ask=True),
        fact("next", 4, REPLY, "budi.hr@gmail.com", subject="Berkas"),
    ]
    (process,) = group(facts)
    assert "new_address" in process.review
    assert process.reasons["<next>"] == "sender: budi.hr@gmail.com"


def test_hijacked_thread_is_a_process_of_its_own_that_moves_nothing() -> None:  # S105
    facts = [
        fact("a", 0, INVITED, subject="Undangan"),
        fact(
            "b",
            7,
            Kind.OWN_REPLY,
            "hrd@lain.example",
            subject="Lamaran Data Analyst",
            refs=["a"],
            applies=True,
        ),
    ]
    processes = group(facts)
    assert where(processes) == {"a": "a", "b": "b"}
    assert processes[1].review == ("other_subject_in_thread",)
    assert [event.trusted for event in to_events(processes[1])] == [False]


def test_friends_forward_of_low_confidence_asks_for_review_only() -> None:  # S106
    (process,) = group([fact("f", 0, INVITED, "friend@gmail.com", confidence=0.5)])
    assert process.review == ("uncertain",)
    assert not to_events(process)[0].trusted
    assert group([fact("f", 0, INVITED, "friend@gmail.com", confidence=0.4)]) == ()


def test_agency_with_the_clients_name_late() -> None:
    facts = [
        fact("a", 0, OUTREACH, "joe@agency.example", person="Joe"),
        fact("own", 1, Kind.OWN_REPLY, "joe@agency.example", refs=["a"]),
        fact("b", 5, INVITED, "joe@agency.example", company="Falcon Motors", role="Tester"),
        fact("c", 9, REPLY, "joe@agency.example"),
    ]
    (process,) = group(facts)
    assert (process.company, process.role) == ("Falcon Motors", "Tester")


def test_agency_with_two_clients() -> None:
    facts = [
        fact("a", 0, OUTREACH, "joe@agency.example", company="Falcon Motors", role="Tester"),
        fact("b", 2, OUTREACH, "joe@agency.example", company="Heron Bank", role="Product Manager"),
        fact("c", 3, REPLY, "joe@agency.example", role="Tester"),
        fact("d", 4, REPLY, "joe@agency.example"),
    ]
    processes = group(facts)
    assert where(processes) == {"a": "a", "b": "b", "c": "a"}
    assert all("several_processes" in process.review for process in processes)


def test_linkedin_relay_corrections_by_the_person_in_the_notice() -> None:
    relay = "messages-noreply@linkedin.com"
    facts = [
        fact("a", 0, OUTREACH, relay, channel="app", person="Rina Wulandari", human=False),
        fact("b", 1, OUTREACH, relay, channel="app", person="Joe Park", human=False),
        fact("c", 2, REPLY, relay, channel="app", person="Rina Wulandari", human=False),
    ]
    assert where(group(facts)) == {"a": "a", "b": "b", "c": "a"}


def test_workday_tenants_share_a_domain_and_no_process() -> None:
    facts = [
        fact("a", 0, RECEIVED, "acme@myworkday.com", company="Acme", role="Tester", human=False),
        fact("b", 1, RECEIVED, "heron@myworkday.com", company="Heron", role="Tester", human=False),
        fact("a2", 2, REJECTED, "acme@myworkday.com", company="Acme", role="Tester", human=False),
    ]
    assert where(group(facts)) == {"a": "a", "b": "b", "a2": "a"}


def test_job_id_corrections_over_all_names() -> None:
    facts = [
        fact("a", 0, RECEIVED, "no-reply@icims.com", job_id="R-4711"),
        fact("b", 1, INVITED, "kim@firm.example", job_id="R-4711"),
        fact("c", 2, RECEIVED, "no-reply@icims.com", job_id="R-4711", company="Other"),
    ]
    assert where(group(facts)) == {"a": "a", "b": "a", "c": "a"}
    named = [replace(facts[0], details=replace(facts[0].details, company="Acme")), *facts[1:]]
    assert where(group(named))["c"] == "c"


def test_another_post_by_a_known_person_is_a_new_process() -> None:  # G5
    facts = [
        fact("a", 0, INVITED, role="Data Analyst", company="Sinar Jaya"),
        fact("b", 3, OUTREACH, role="Product Manager", company="Sinar Jaya"),
    ]
    assert where(group(facts)) == {"a": "a", "b": "b"}


def test_outreach_after_the_end_corrections_and_a_new_receipt_does_not() -> None:
    facts = [
        fact("a", 0, INVITED, role="Data Analyst", company="Sinar Jaya"),
        fact("no", 5, REJECTED, refs=["a"]),
        fact("again", 40, OUTREACH),
    ]
    assert where(group(facts))["again"] == "a"
    anew = fact("new", 40, RECEIVED, "no-reply@sinarjaya.co.id", company="Sinar Jaya", role="Data Analyst")
    assert where(group([*facts[:2], anew]))["new"] == "new"


def test_same_post_corrections_within_120_days_only() -> None:
    first = fact("a", 0, RECEIVED, "no-reply@a.lever.co", company="Sinar Jaya", role="Data Analyst")
    near = fact("b", 119, INVITED, "no-reply@b.lever.co", company="Sinar Jaya", role="Data Analyst")
    far = replace(near, at=day(121))
    assert where(group([first, near]))["b"] == "a"
    assert where(group([first, far]))["b"] == "b"


def test_noise_founds_nothing_and_corrections_by_reference_only() -> None:
    facts = [
        fact("a", 0, INVITED, subject="Undangan", company="Sinar Jaya"),
        *(
            fact(kind.value, 1, kind, company="Sinar Jaya")
            for kind in (Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER)
        ),
        fact("ooo", 2, Kind.AUTO_REPLY, refs=["a"]),
        fact("bounce", 3, Kind.BOUNCE, "mailer-daemon@mail.example", bounced="<a>"),
    ]
    assert where(group(facts)) == {"a": "a", "ooo": "a", "bounce": "a"}
    assert group(facts[1:]) == ()


# ------------------------------------------------------------------------------------------ own mail


def test_own_application_founds_a_process() -> None:  # S155
    facts = [
        fact("own", 0, Kind.OWN_REPLY, "hrd@sinarjaya.co.id", role="Data Analyst", applies=True),
        fact("hr", 3, INVITED, "hrd@sinarjaya.co.id"),
    ]
    (process,) = group(facts)
    assert process.reasons["<hr>"] == "sender: hrd@sinarjaya.co.id"


def test_own_mail_without_a_job_founds_nothing() -> None:
    assert group([fact("own", 0, Kind.OWN_REPLY, "friend@gmail.com")]) == ()
    assert group([fact("own", 0, Kind.OWN_FOLLOWUP, "shop@store.example")]) == ()


def test_own_followup_without_threading_corrections_by_its_recipient() -> None:
    facts = [fact("a", 0, INVITED), fact("own", 9, Kind.OWN_FOLLOWUP, subject="Tindak lanjut")]
    assert where(group(facts)) == {"a": "a", "own": "a"}


def test_own_followup_that_fits_two_processes_spends_the_ask_of_both() -> None:  # R3
    facts = [
        fact("a", 0, INVITED, role="Data Analyst"),
        fact("b", 1, INVITED, role="Product Manager"),
        fact("own", 9, Kind.OWN_FOLLOWUP),
    ]
    processes = group(facts)
    assert [[f.message_id for f in p.facts] for p in processes] == [["<a>", "<own>"], ["<b>", "<own>"]]


def test_answer_that_seems_older_than_the_question_still_corrections() -> None:
    facts = [
        fact("own", 0, Kind.OWN_REPLY, "x@sinarjaya.co.id", subject="Re: Undangan", refs=["a"]),
        fact("a", 0.1, INVITED, subject="Undangan"),
    ]
    assert set(where(group(facts)).values()) == {"own"}


# ------------------------------------------------------------------------------------------ forged and suspect


def test_scam_makes_a_process_whose_events_move_nothing() -> None:  # S85
    red = (Evidence("travel agent", "tiket melalui agen"),)
    (process,) = group([fact("s", 0, INVITED, "pt.bumn@gmail.com", scam=red, company="PT Sinar Jaya")])
    (event,) = to_events(process)
    assert event.scam
    assert not event.trusted


def test_forged_mail_imitates_by_exact_name_only_and_teaches_nothing() -> None:
    facts = [
        fact("a", 0, INVITED, company="Sinar Jaya", role="Data Analyst"),
        fact("f1", 1, REJECTED, HR, authentic=False),
        fact("f2", 2, REJECTED, HR, authentic=False, company="Sinar Jaya"),
        fact("f3", 3, REPLY, "evil@sinar-jaya.example", authentic=False, company="PT Sinar Jaya"),
        fact("later", 4, REPLY, "evil@sinar-jaya.example"),
    ]
    found = where(group(facts))
    assert found["f1"] == "f1"
    assert found["f2"] == found["f3"] == "a"
    assert found["later"] == "later"
    assert [event.forged for event in to_events(group(facts)[0])] == [False, True, True]


# ------------------------------------------------------------------------------------------ by hand


def test_merge_and_split_come_first() -> None:
    facts = [
        fact("a", 0, INVITED, company="Sinar Jaya"),
        fact("b", 1, INVITED, "joe@agency.example", company="Lain"),
        fact("c", 2, REPLY, "joe@agency.example"),
    ]
    merged = group(facts, corrections=[Correction(kind="merge", target="<a>", other="<c>")])
    assert [len(p.facts) for p in merged] == [2, 1]
    both = [Correction(kind="merge", target="<a>", other="<b>")]
    assert [len(p.facts) for p in group(facts, corrections=both)] == [3]
    split = group(facts, corrections=[Correction(kind="split", target="<c>")])
    assert where(split) == {"a": "a", "b": "b", "c": "c"}


def test_the_persons_names_win() -> None:
    facts = [fact("a", 0, INVITED, company="Sinar Jaya", role="Analis")]
    corrections = [
        Correction(kind="company", target="<a>", value="PT Sinar Jaya Abadi"),
        Correction(kind="role", target="<a>", value="Data Analyst"),
    ]
    (process,) = group(facts, corrections=corrections)
    assert (process.company, process.role) == ("PT Sinar Jaya Abadi", "Data Analyst")


def test_marks_go_to_the_process_of_their_target() -> None:
    facts = [fact("a", 0, INVITED), fact("b", 0, INVITED, "x@y.example")]
    mark = Mark(id=1, kind=Kind.MARK_HELD, target="<b>", made=day(3), at=day(2))
    processes = group(facts, [mark])
    assert [p.marks for p in processes] == [(), (mark,)]
    event = to_events(processes[1])[-1]
    assert (event.at, event.made, event.kind) == (day(2), day(3), Kind.MARK_HELD)


# ------------------------------------------------------------------------------------------ names of a process


def test_two_companies_in_one_process_give_none_and_review() -> None:
    facts = [
        fact("a", 0, INVITED, subject="Undangan", company="Sinar Jaya"),
        fact("b", 1, REPLY, subject="Re: Undangan", refs=["a"], company="Bintang Timur"),
    ]
    (process,) = group(facts)
    assert process.company == ""
    assert "company_unclear" in process.review


def test_person_title_and_language_come_from_the_last_human_mail() -> None:
    facts = [
        fact("robot", 0, RECEIVED, "no-reply@sinarjaya.co.id", company="Sinar Jaya"),
        fact("a", 1, INVITED, company="Sinar Jaya", person="Rina Wulandari"),
        fact("own", 2, Kind.OWN_ACCEPT, refs=["a"], person="Rina", title="Ibu"),
    ]
    robot = fact("late", 5, STATUS, "no-reply@sinarjaya.co.id", company="Sinar Jaya")
    robot = replace(robot, verdict=replace(robot.verdict, language="en"))
    (process,) = group([*facts, robot])
    assert (process.person, process.title, process.language) == ("Rina Wulandari", "Ibu", "id")


def test_id_stays_good_when_an_earlier_mail_turns_up() -> None:
    later = fact("b", 1, INVITED, company="Sinar Jaya", role="Analis")
    earlier = fact("a", 0, RECEIVED, "no-reply@x.lever.co", company="Sinar Jaya", role="Analis")
    (before,) = group([later])
    (after,) = group([earlier, later])
    assert before.id != after.id
    assert resolve([after], before.id) is after
    assert resolve([after], "sinar") is after


def test_resolve_names_the_candidates() -> None:
    processes = group(
        [fact("a", 0, INVITED, company="Acme"), fact("b", 0, INVITED, "x@y.example", company="Acme Two")]
    )
    with pytest.raises(UsageError, match="fits 2"):
        resolve(processes, "acme")
    with pytest.raises(UsageError, match="No process"):
        resolve(processes, "zzz")
    with pytest.raises(UsageError, match="No process"):
        resolve(processes, "")


# ------------------------------------------------------------------------------------------ events


def test_order_of_one_instant_is_employer_own_mark() -> None:
    facts = [
        fact("z", 0, INVITED, subject="U"),
        fact("a", 0, Kind.OWN_REPLY, subject="Re: U", refs=["z"]),
        fact("b", 0, REPLY, subject="Re: U", refs=["z"]),
    ]
    mark = Mark(id=7, kind=Kind.MARK_OK, target="<z>", made=day(0))
    (process,) = group(facts, [mark])
    assert [event.id for event in to_events(process)] == ["<b>", "<z>", "<a>", "mark-000000007"]


def test_late_copy_of_an_older_calendar_part_is_dropped() -> None:  # G10
    new = fact("new", 1, Kind.INTERVIEW_RESCHEDULE, calendar_uid="u", sequence=2, start=day(9))
    old = fact("old", 2, INVITED, calendar_uid="u", sequence=1, start=day(5))
    first = fact("first", 0, INVITED, calendar_uid="u", sequence=0, start=day(4))
    (process,) = group([first, old, new])
    assert [event.id for event in to_events(process)] == ["<first>", "<new>"]


def test_rejection_before_an_interview_needs_thread_or_role() -> None:  # G8
    invited = fact("a", 0, INVITED, company="Sinar Jaya", role="Data Analyst", start=day(9))
    loose = fact("no", 2, REJECTED, "no-reply@x.lever.co", company="Sinar Jaya")
    (process,) = group([invited, loose])
    assert [event.trusted for event in to_events(process)] == [True, False]
    assert "rejection_before_interview" in process.review
    named = replace(loose, details=replace(loose.details, role="Data Analyst"))
    assert [event.trusted for event in to_events(group([invited, named])[0])] == [True, True]
    threaded = replace(loose, references=("<a>",), subject="Re: Subject of a")
    assert [event.trusted for event in to_events(group([invited, threaded])[0])] == [True, True]
    assert [event.trusted for event in to_events(group([invited, replace(loose, at=day(12))])[0])] == [
        True,
        True,
    ]


def test_question_in_the_thread_counts_though_its_words_told_nothing() -> None:
    facts = [
        fact("a", 0, INVITED, subject="Undangan"),
        fact("q", 1, Kind.OTHER, subject="Re: Undangan", refs=["a"], ask=True),
        fact("x", 2, Kind.OTHER, subject="Re: Undangan", refs=["a"]),
    ]
    (process,) = group(facts)
    assert [event.kind for event in to_events(process)] == [INVITED, REPLY]


# ------------------------------------------------------------------------------------------ setting


@pytest.mark.parametrize(
    ("sender", "country"),
    [
        ("hr@sinarjaya.co.id", "ID"),
        ("hr@firma.de", "DE"),
        ("hr@shop.com.sg", "SG"),
        ("hr@firm.co.uk", "GB"),
        ("hr@startup.io", "US"),
        ("hr@startup.ai", "US"),
        ("hr@firm.com", "US"),
        ("hr@yahoo.co.id", "US"),
        ("noreply@jobstreet.co.id", "US"),
    ],
)
def test_country(sender: str, country: str) -> None:
    (process,) = group([fact("a", 0, INVITED, sender)])
    assert setting_for(process, user_zone="America/New_York", country="US").country == country


def test_persons_country_for_a_company_wins() -> None:
    (process,) = group([fact("a", 0, INVITED, company="PT Sinar Jaya")])
    setting = setting_for(process, user_zone="Asia/Jakarta", country="ID", countries={"sinar jaya": "sg"})
    assert setting.country == "SG"


@pytest.mark.parametrize(
    ("zone", "offset", "expected"),
    [
        ("WIB", 7, "Asia/Jakarta"),
        ("WITA", 8, "Asia/Makassar"),
        ("WIT", 9, "Asia/Jayapura"),
        ("Asia/Singapore", 8, "Asia/Singapore"),
        ("", 8, "Asia/Makassar"),
        ("", 1, "Etc/GMT-1"),
        ("", -5, "Etc/GMT+5"),
        ("", 0, "UTC"),
        ("Nowhere/Else", 7, "Asia/Jakarta"),
    ],
)
def test_zone(zone: str, offset: int, expected: str) -> None:
    from datetime import timezone

    start = day(5).astimezone(timezone(timedelta(hours=offset)))
    (process,) = group([fact("a", 0, INVITED, start=start, zone=zone)])
    assert setting_for(process, user_zone="Asia/Tokyo", country="ID").zone == expected


def test_nobody_to_write_to() -> None:
    (process,) = group([fact("a", 0, RECEIVED, "no-reply@x.lever.co", company="Acme")])
    assert not setting_for(process, user_zone="Asia/Jakarta", country="ID").repliable


# ------------------------------------------------------------------------------------------ properties

_KINDS = [k for k in Kind if not k.mark]
_facts = st.lists(
    st.builds(
        fact,
        st.integers(0, 30).map(str),
        st.sampled_from([0, 0.5, 1, 3, 9, 30, 80, 130, 400]),
        st.sampled_from(_KINDS),
        st.sampled_from(
            [HR, "no-reply@x.lever.co", "joe@agency.example", "a@gmail.com", "acme@myworkday.com", ""]
        ),
        company=st.sampled_from(["", "Sinar Jaya", "PT Sinar Jaya", "Acme"]),
        role=st.sampled_from(["", "Data Analyst", "Senior Data Analyst", "Staf Gudang"]),
        job_id=st.sampled_from(["", "", "R-1"]),
        calendar_uid=st.sampled_from(["", "", "u"]),
        refs=st.lists(st.integers(0, 30).map(str), max_size=2),
        subject=st.sampled_from(["", "Interview", "Re: Interview", "Lamaran"]),
        confidence=st.sampled_from([0.2, 0.5, 0.9]),
        authentic=st.sampled_from([True, True, True, False]),
        scam=st.sampled_from([(), (), (Evidence("x"),)]),
        applies=st.booleans(),
        ask=st.booleans(),
        start=st.sampled_from([None, day(12)]),
    ),
    max_size=14,
)
_corrections = st.lists(
    st.builds(
        Correction,
        kind=st.sampled_from(["merge", "split", "company", "nonsense"]),
        target=st.integers(0, 12).map(lambda n: f"<{n}>"),
        other=st.integers(0, 12).map(lambda n: f"<{n}>"),
    ),
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(_facts, _corrections, st.integers(0, 9))
def test_order_and_duplicates_change_nothing(
    facts: list[Fact], corrections: list[Correction], seed: int
) -> None:
    once = group(facts, corrections=corrections)
    shuffled = [*facts, *facts[: len(facts) // 2]]
    random.Random(seed).shuffle(shuffled)
    assert group(shuffled, corrections=corrections) == once
    for process in once:
        to_events(process)
        assert [p.id for p in once].count(process.id) == 1


@settings(max_examples=100, deadline=None)
@given(_facts)
def test_every_job_mail_has_at_most_one_place_and_a_reason(facts: list[Fact]) -> None:
    processes = group(facts)
    placed = [f for process in processes for f in process.facts]
    single = [f.message_id for f in placed if f.kind is not Kind.OWN_FOLLOWUP]
    assert len(single) == len(set(single))
    for process in processes:
        assert set(process.reasons) == {f.message_id for f in process.facts}
        assert all(": " in reason for reason in process.reasons.values())
        founders = [f for f in process.facts if process.reasons[f.message_id].startswith("new:")]
        assert all(f.kind not in (Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER) for f in founders)


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: RE: Fwd: Interview", "interview"),
        ("Bls: Balas: Undangan  Interview", "undangan interview"),
        ("[External] AW: Hallo", "hallo"),
        ("Re[2]: Hi", "hi"),
        ("Automatic reply: Interview", "interview"),
        ("Refund: yes", "refund: yes"),
        ("", ""),
    ],
)
def test_base_subject(subject: str, base: str) -> None:
    assert base_subject(subject) == base
