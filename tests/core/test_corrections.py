"""What the person put right lies over the facts, and leaves no trace when it is taken back."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_builder import mail, packs, read

from watcher.core.context import Context
from watcher.core.corrections import (
    COMPANY,
    LABEL,
    LABELS,
    MERGE,
    ROLE,
    SPLIT,
    allowed,
    corrected,
    former,
    label_of,
    names_for_all,
    said,
    unread,
)
from watcher.core.judge import judge
from watcher.core.model import Address, Correction, Details, Fact, Kind, Reading, Template, Verdict
from watcher.core.process import group
from watcher.core.standing import Person, Standing, standings
from watcher.core.template import ALIKE, FEWEST, SAMPLE, alike, template_of
from watcher.errors import UsageError
from watcher.store import Batch, Store

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROBOT, DEWI, ME = "no-reply@talentgate.example", "dewi@kopi-senja.example", "sari@example.com"
PERSON = Person(address=ME, name="Sari", addresses=frozenset({ME}))
ONE, TWO = Template(1, tuple(range(40))), Template(1, tuple(range(100, 140)))


def fact(
    name: str,
    kind: Kind = Kind.STATUS_UPDATE,
    *,
    sender: str = ROBOT,
    template: Template = ONE,
    confidence: float = 0.9,
    **details: str,
) -> Fact:
    own = kind.own
    return Fact(
        message_id=f"<{name}>",
        at=START + timedelta(hours=int("".join(filter(str.isdigit, name)) or 0)),
        incoming=not own,
        verdict=Verdict(kind=kind, confidence=confidence),
        details=Details(**details),  # type: ignore[arg-type]
        sender=Address(ME if own else sender),
        to=(Address(sender if own else ME),),
        own_address=ME,
        template=template,
        human=sender == DEWI,
        repliable=sender == DEWI,
    )


def label(target: str, kind: Kind, number: int = 1) -> Correction:
    return Correction(kind=LABEL, target=f"<{target}>", value=kind.value, id=number, made=START)


def kinds(facts: list[Fact], *corrections: Correction) -> list[str]:
    return [one.kind.value for one in corrected(facts, corrections)]


# --------------------------------------------------------------------------- labels


def test_the_fact_stays_and_the_evidence_says_what_it_was() -> None:
    one = fact("1", confidence=0.4)
    (right,) = corrected([one], [label("1", Kind.REJECTION)])
    assert (right.kind, right.trusted, former(right)) == (Kind.REJECTION, True, ("status_update", True))
    assert replace(right, verdict=one.verdict) == one
    assert former(one) is None


def test_a_label_holds_for_the_same_template_of_the_same_sender_only() -> None:
    near = Template(1, (*range(30), *range(500, 510)))
    facts = [
        fact("1"),
        fact("2", template=near),
        fact("3", template=TWO),
        fact("4", sender=DEWI),
        fact("5", template=replace(ONE, turns=2)),  # a word that turns its sense
        fact("6", Kind.OFFER),  # decidedly something else
        fact("7", Kind.OFFER, confidence=0.5),  # not decidedly
        fact("8", Kind.APPLICATION_RECEIVED),
        fact("9", template=Template()),
    ]
    assert alike(ONE, near) >= ALIKE
    found = kinds(facts, label("1", Kind.REJECTION))
    assert [n for n, kind in enumerate(found, 1) if kind == "rejection"] == [1, 2, 7, 8]
    assert former(corrected(facts, [label("1", Kind.REJECTION)])[1]) == ("status_update", False)


def test_without_a_fingerprint_a_label_is_for_one_mail() -> None:
    old = [fact("1", template=Template()), fact("2", template=Template())]
    assert kinds(old, label("1", Kind.REJECTION)) == ["rejection", "status_update"]


def test_the_last_word_counts() -> None:
    facts = [fact("1"), fact("2")]
    words = [label("1", Kind.REJECTION), label("1", Kind.OTHER, 2)]
    assert kinds(facts, *words) == ["other", "other"]
    assert kinds(facts, *words, label("2", Kind.OFFER, 3)) == ["other", "offer"]


def test_no_word_makes_a_forged_or_fraudulent_mail_count() -> None:
    forged = replace(fact("1"), authentic=False)
    (right,) = corrected([forged], [label("1", Kind.OFFER)])
    assert (right.kind, right.trusted) == (Kind.OFFER, False)


def test_own_mail_is_never_the_employers() -> None:
    own = fact("1", Kind.OWN_REPLY)
    assert kinds([own], label("1", Kind.REJECTION)) == ["own_reply"]
    assert kinds([own], label("1", Kind.OWN_WITHDRAW)) == ["own_withdraw"]
    assert kinds([fact("1")], label("1", Kind.OWN_WITHDRAW)) == ["status_update"]
    with pytest.raises(UsageError, match=r"A mail of yours cannot be 'offer'\. It can be: other, own_reply"):
        label_of("offer", incoming=False)
    assert label_of(" Own-Withdraw ", incoming=False) is Kind.OWN_WITHDRAW
    assert {kind for kind in LABELS if allowed(kind, incoming=True)} | {
        kind for kind in LABELS if allowed(kind, incoming=False)
    } == set(LABELS)


def test_what_it_says_as_what_it_is() -> None:
    one = fact("1")
    words = said([one], [label("1", Kind.INTERVIEW_INVITATION)])
    assert unread([one], words) == ((one, Kind.INTERVIEW_INVITATION),)
    read_again = Reading(kind=Kind.INTERVIEW_INVITATION, details=Details(start=START), human=True)
    known = replace(one, reading=read_again)
    assert unread([known], words) == ()
    (right,) = corrected([known], [label("1", Kind.INTERVIEW_INVITATION)])
    assert (right.details.start, right.human) == (START, True)
    assert corrected([known], ()) == (known,)


# --------------------------------------------------------------------------- names


def process_of(facts: list[Fact], message: str, *corrections: Correction) -> tuple[str, str]:
    found = group(facts, corrections=names_for_all(facts, corrections))
    process = next(p for p in found if any(f.message_id == f"<{message}>" for f in p.facts))
    return process.company, process.role


def named(target: str, kind: str, value: str) -> Correction:
    return Correction(kind=kind, target=f"<{target}>", value=value)


def test_the_same_wrong_name_is_put_right_where_it_must_be_right() -> None:
    facts = [
        fact("1", sender=DEWI, company="Talent Team", role="Barista"),
        fact("2000", sender=DEWI, company="Talent Team", role="Kasir"),
        fact("3", Kind.RECRUITER_OUTREACH, sender="x@lain.example", company="Talent Team", role="Sopir"),
    ]
    right = named("1", COMPANY, "Kopi Senja")
    assert process_of(facts, "1", right) == ("Kopi Senja", "Barista")
    assert process_of(facts, "2000", right) == ("Kopi Senja", "Kasir")
    assert process_of(facts, "3", right)[0] == "Talent Team"  # another sender
    assert process_of(facts, "2000", named("1", ROLE, "Kepala Bar"))[1] == "Kasir"


def test_a_vendors_template_never_carries_a_name_to_another_employer() -> None:
    robot = "no-reply@hire.lever.co"
    facts = [
        fact("1", sender=robot, company="Talent Team", role="Barista"),
        fact("2000", sender=robot, company="Talent Team", role="Kasir"),
        fact("4000", sender=robot, company="Rimba Papan", role="Gudang"),
    ]
    right = named("1", COMPANY, "Kopi Senja")
    assert process_of(facts, "1", right)[0] == "Kopi Senja"
    assert process_of(facts, "2000", right)[0] == ""  # unknown rather than wrong
    assert process_of(facts, "4000", right)[0] == "Rimba Papan"
    spelled = named("1", COMPANY, "PT Talent Team")
    assert process_of(facts, "2000", spelled)[0] == "PT Talent Team"


def test_mail_that_names_the_company_rightly_finds_a_process_that_was_named() -> None:
    facts = [
        fact("1", sender="a@gmail.com", company="Senja", role="Barista"),
        fact("2", sender="b@gmail.com", template=TWO, company="Kopi Matahari", role="Barista"),
    ]
    assert len(group(facts)) == 2
    assert len(group(facts, corrections=[named("1", COMPANY, "Kopi Matahari")])) == 1


def test_of_merge_and_split_the_later_word_counts() -> None:
    facts = [
        fact("1", sender="a@satu.example", company="Satu", role="Kasir", template=ONE),
        fact("2", sender="b@dua.example", company="Dua", role="Sopir", template=TWO),
        fact("3", sender="c@tiga.example", company="Tiga", role="Koki", template=TWO),
    ]
    merge = [Correction(kind=MERGE, target="<1>", other=f"<{n}>") for n in (2, 3)]
    split = Correction(kind=SPLIT, target="<2>")

    def sizes(*corrections: Correction) -> list[int]:
        return [len(process.facts) for process in group(facts, corrections=corrections)]

    assert sizes() == [1, 1, 1]
    assert sizes(*merge) == [3]
    assert sizes(*merge, split) == [2, 1]
    assert sizes(split, *merge) == [3]


# --------------------------------------------------------------------------- back again

_names = st.sampled_from([f"{n}" for n in range(6)])
_facts = st.lists(
    st.builds(
        fact,
        _names,
        st.sampled_from([k for k in Kind if not k.mark]),
        sender=st.sampled_from([ROBOT, DEWI, "a@gmail.com"]),
        template=st.sampled_from([ONE, TWO, Template()]),
        confidence=st.sampled_from([0.3, 0.9]),
        company=st.sampled_from(["", "Satu", "Dua"]),
        role=st.sampled_from(["", "Kasir", "Sopir"]),
    ),
    max_size=6,
    unique_by=lambda one: one.message_id,
)
_ids = _names.map(lambda name: f"<{name}>")
_words = st.lists(
    st.one_of(
        st.builds(Correction, kind=st.just(LABEL), target=_ids, value=st.sampled_from(LABELS).map(str)),
        st.builds(
            Correction,
            kind=st.sampled_from([COMPANY, ROLE]),
            target=_ids,
            value=st.sampled_from(["Satu", "Tiga"]),
        ),
        st.builds(Correction, kind=st.just(MERGE), target=_ids, other=_ids),
        st.builds(Correction, kind=st.just(SPLIT), target=_ids),
    ),
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(_facts, _words, st.randoms())
def test_a_correction_taken_back_leaves_what_was(
    facts: list[Fact], words: list[Correction], chance: random.Random
) -> None:
    now = START + timedelta(days=9)

    def stand(*said_: Correction) -> tuple[Standing, ...]:
        return standings(facts, (), said_, PERSON, now)

    with closing(Store(None)) as store:
        store.record(Batch("personal", "INBOX", 1, 1, facts=tuple(facts)))
        said_ = [store.correct(replace(word, made=START)) for word in words]
        assert store.facts() == tuple(sorted(facts, key=lambda one: (one.at, one.message_id)))
        assert standings(facts[::-1], (), said_, PERSON, now) == stand(*said_)
        assert stand(*said_, *said_[-1:]) == stand(*said_)  # said twice is said once
        left = list(said_)
        while left:
            gone = left.pop(chance.randrange(len(left)))
            assert store.uncorrect(gone.id)
            assert not store.uncorrect(gone.id)
            assert standings(store.facts(), (), store.corrections(), PERSON, now) == stand(*left)
        assert standings(store.facts(), (), store.corrections(), PERSON, now) == stand()


# --------------------------------------------------------------------------- fingerprints

LETTER = """\
Dear {name},

Thank you for taking the time to apply for the position of {role} at {company}. We were glad
to read your application of {day}, and we would like to thank you for your interest.

The hiring team has now gone through all the papers. Your application has {turn}been
chosen for the next step. You find the number {number} in all further letters.

Kind regards,
{company} Talent Team
"""
RECEIPT = """\
Dear {name},

Thank you for taking the time to apply for the position of {role} at {company}. We have your
papers, and somebody from our team will read them within the next days. If your experience fits
what we look for, we will call you to arrange a first talk about the work.

Kind regards,
{company} Talent Team
"""
ONE_FILL = {
    "name": "Sari",
    "role": "Data Analyst",
    "company": "Kopi Senja",
    "day": "Monday, 2 November",
    "number": "KS-1",
}
OTHER_FILL = {
    "name": "Ms. Wulandari Putri",
    "role": "warehouse assistant",
    "company": "PT Rimba Papan Utama Tbk",
    "day": "12/12/2026",
    "number": "100-477-1",
}


def print_of(letter: str, fill: dict[str, str], turn: str = "") -> Template:
    parsed = read(mail(letter.format(**fill, turn=turn), "To: Sari <sari@example.com>"))
    context = Context(own=frozenset({"sari@example.com"}), outgoing=False, zone="Asia/Jakarta", country="ID")
    judged = judge(parsed, context, packs(), arrived=None)
    return template_of(parsed, judged.details, judged.verdict.language, packs())


def test_what_fills_a_template_does_not_matter() -> None:
    assert alike(print_of(LETTER, ONE_FILL), print_of(LETTER, OTHER_FILL)) > 0.8
    assert alike(print_of(RECEIPT, ONE_FILL), print_of(RECEIPT, OTHER_FILL)) > 0.8


def test_another_letter_of_the_same_house_is_another_template() -> None:
    assert alike(print_of(LETTER, ONE_FILL), print_of(RECEIPT, ONE_FILL)) < ALIKE


def test_one_word_can_turn_the_sense() -> None:
    assert alike(print_of(LETTER, ONE_FILL), print_of(LETTER, OTHER_FILL, "not ")) == 0


def test_a_short_mail_is_of_no_template_and_a_long_one_is_sampled() -> None:
    assert print_of("Well received, thank you, {name}.", ONE_FILL) == Template()
    words = " ".join(f"word{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]}" for n in range(100))
    long = print_of(words, ONE_FILL)
    assert len(long.pairs) == SAMPLE > FEWEST
    assert list(long.pairs) == sorted(set(long.pairs))
    assert alike(long, long) == 1


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_a_measure(one: str, other: str) -> None:
    a, b = (
        print_of("{name}" + one.replace("{", "").replace("}", ""), ONE_FILL),
        print_of("{name}" + other.replace("{", "").replace("}", ""), ONE_FILL),
    )
    assert 0 <= alike(a, b) == alike(b, a) <= 1
    assert alike(a, a) in (0, 1)
