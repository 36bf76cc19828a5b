"""To whom a draft goes (rule 4.1)."""

from __future__ import annotations

from dataclasses import replace

from draft_helpers import ME, RINA, fact, own, process, robot

from watcher.core.model import Address, Details, DraftKind, Evidence, Fact, Kind, Process
from watcher.core.recipient import Route, anchor_message, answered, answered_in_app, route

OWN = frozenset({ME.email, "budi.santoso@kampus.ac.id"})
DEWI = Address("dewi@sinarjaya.co.id", "Dewi")


def way(case: Process, kind: DraftKind = DraftKind.FOLLOW_UP, asks: tuple[Fact, ...] = ()) -> Route:
    found = route(case, kind, own=OWN, me=ME, asks=asks)
    assert found is not None
    return found


def nobody(case: Process) -> bool:
    return route(case, DraftKind.FOLLOW_UP, own=OWN, me=ME) is None


def test_the_latest_mail_of_a_person_is_answered() -> None:
    facts = (fact(day=3), fact(day=5, sender=DEWI), own(day=6), robot(day=9))
    found = way(process(*facts))
    assert found.to == DEWI
    assert found.answers is not None and found.answers.message_id == "<m5@sinarjaya.co.id>"


def test_reply_to_wins_when_it_is_the_same_house() -> None:
    hr = Address("rekrutmen@hr.sinarjaya.co.id")
    assert way(process(fact(reply_to=hr))).to == Address(hr.email, RINA.name)


def test_reply_to_of_another_house_needs_a_known_relay() -> None:
    relay = Address("rina.x7f3@acme.recruitee.com")
    assert way(process(fact(reply_to=relay))).to.email == relay.email
    odd = way(process(fact(reply_to=Address("hr@sinar-jaya.top"))))
    assert odd.to == RINA
    assert odd.notes == ("reply_to_elsewhere",)


def test_a_vendors_robot_may_name_the_recruiters_own_mailbox() -> None:
    mail = robot(reply_to=RINA, repliable=True)
    assert way(process(mail)).to == RINA
    assert way(process(mail)).answers is None


def test_a_relay_address_is_kept_token_and_all() -> None:
    relay = Address("rinawijaya_a1b2c3@indeedemail.com", "Rina Wijaya")
    mail = fact(sender=relay, cc=(Address("boss@indeedemail.com"),))
    found = way(process(mail), DraftKind.CONFIRM)
    assert found.to == relay
    assert found.cc == ()


def test_machines_and_lists_and_own_addresses_are_nobody() -> None:
    for email in (
        "no-reply@sinarjaya.co.id",
        "notifications@calendly.com",
        "x1@group.calendar.google.com",
        "jobalerts-noreply@linkedin.com",
        ME.email,
        "budi.santoso@kampus.ac.id",
        "a b@c.id",
        "rina@localhost",
        "rïna@sinarjaya.co.id",
        'rina"@sinarjaya.co.id',
        "rina@sinarjaya.co.id\r\nBcc: x@y.id",
        "",
    ):
        assert nobody(process(fact(sender=Address(email)))), email
    assert nobody(process(fact(repliable=False)))
    assert nobody(process(robot()))
    assert nobody(process(own()))


def test_the_last_person_helps_out_when_the_newest_cannot_be_answered() -> None:
    case = process(fact(day=3, sender=DEWI), fact(day=5, repliable=False))
    assert way(case).to == DEWI


def test_an_address_first_seen_in_suspect_mail_is_never_written_to() -> None:
    scam = fact(day=3, sender=DEWI, scam=(Evidence("payment"),))
    later = fact(day=5, sender=DEWI)
    assert nobody(process(scam, later))
    forged = fact(day=3, sender=RINA, reply_to=DEWI, authentic=False)
    assert nobody(process(forged, later))
    assert way(process(fact(day=1, sender=DEWI), scam, later)).to == DEWI


def test_suspect_and_forged_mail_is_not_answered() -> None:
    case = process(fact(day=3), fact(day=5, scam=(Evidence("payment"),)), fact(day=6, authentic=False))
    found = answered(case, DraftKind.FOLLOW_UP)
    assert found is not None and found.message_id == "<m3@sinarjaya.co.id>"


def test_copies_stay_for_answers_and_confirmations_only() -> None:
    crowd = (
        DEWI,
        RINA,
        ME,
        Address("budi.santoso@kampus.ac.id"),
        Address("agus@gmail.com"),
        Address("no-reply@sinarjaya.co.id"),
    )
    case = process(fact(cc=crowd))
    for kind in DraftKind:
        expected = (DEWI,) if kind in (DraftKind.ANSWER_SKELETON, DraftKind.CONFIRM) else ()
        assert way(case, kind).cc == expected, kind


def test_strangers_at_a_free_mailbox_get_no_copy() -> None:
    small = fact(sender=Address("toko.maju@gmail.com"), cc=(Address("calon.lain@gmail.com"),))
    assert way(process(small), DraftKind.CONFIRM).cc == ()


def test_it_is_written_from_the_address_the_employer_knows() -> None:
    assert way(process(fact(own_address="Budi.Santoso@kampus.ac.id"))).sender == "budi.santoso@kampus.ac.id"
    assert way(process(fact(own_address="other@kampus.ac.id"))).sender == ME.email
    assert way(process(fact(own_address=""))).sender == ME.email


def test_who_asked_gets_the_answer_even_if_another_wrote_later() -> None:
    ask = fact(day=3, details=Details(ask=True))
    later = fact(day=5, sender=DEWI)
    case = process(ask, later)
    assert way(case, DraftKind.ANSWER_SKELETON, (ask,)).to == RINA
    assert way(case, DraftKind.FOLLOW_UP, (ask,)).to == DEWI
    both = process(ask, fact(day=5))
    assert way(both, DraftKind.ANSWER_SKELETON, (ask,)).answers == both.facts[1]


def test_a_conversation_in_an_app_is_answered_there() -> None:
    notice = robot(Kind.RECRUITER_REPLY, day=9, channel="app")
    assert answered_in_app(process(fact(), notice))
    assert not answered_in_app(process(notice, fact(day=10)))
    assert not answered_in_app(process(robot()))


def test_the_anchor_does_not_depend_on_the_order_of_the_facts() -> None:
    facts = (fact(day=3), fact(day=5), robot(day=7), own(day=8))
    ids = {
        anchor_message(process(*order), DraftKind.FOLLOW_UP)
        for order in (facts, facts[::-1], facts[2:] + facts[:2])
    }
    assert ids == {"<m5@sinarjaya.co.id>"}
    assert anchor_message(process(robot(day=2), robot(day=7)), DraftKind.FOLLOW_UP).startswith("<robot7")
    assert anchor_message(replace(process(), facts=()), DraftKind.FOLLOW_UP) == ""
