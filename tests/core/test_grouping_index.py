"""Clusters are looked up by what they have learned; that finds just those that looking at all would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.joining import Board
from watcher.core.model import Address, Correction, Details, Evidence, Fact, Kind, Verdict
from watcher.core.names import company_keys, same_company
from watcher.core.process import group

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ME = Address("sari@example.com")
COMPANIES = [
    "",
    "PT Maju Mundur Tbk",
    "Maju Mundur",
    "MajuMundur",
    "Maju",
    "Maju Mundur Indonesia",
    "Sinar Abadi",
    "X",
]
KINDS = [kind for kind in Kind if not kind.mark]
NAMES = st.sampled_from(COMPANIES)


@st.composite
def mails(draw: st.DrawFn) -> list[Fact]:
    found = []
    for number in range(draw(st.integers(1, 14))):
        kind = draw(st.sampled_from(KINDS))
        other = Address(
            draw(
                st.sampled_from(
                    [
                        "hr@maju.example",
                        "dewi@sinar.example",
                        "tom@gmail.com",
                        "no-reply@greenhouse.io",
                        "messages-noreply@linkedin.com",
                    ]
                )
            )
        )
        incoming = not kind.own
        known = [fact.message_id for fact in found]
        reply = draw(st.sampled_from(["", *known]))
        rules = (Evidence("own_application", "x"),) if draw(st.booleans()) else ()
        found.append(
            Fact(
                message_id=f"<{number}@x.example>",
                at=START + timedelta(days=draw(st.integers(0, 200))),
                incoming=incoming,
                verdict=Verdict(kind=kind, confidence=draw(st.sampled_from([0.3, 0.5, 0.9])), evidence=rules),
                details=Details(
                    company=draw(NAMES),
                    role=draw(st.sampled_from(["", "Data Analyst", "Chef"])),
                    job_id=draw(st.sampled_from(["", "R1"])),
                    person=draw(st.sampled_from(["", "Dewi", "Dewi Lestari", "Tom Lestari"])),
                    calendar_uid=draw(st.sampled_from(["", "U1"])),
                ),
                sender=other if incoming else ME,
                to=(ME,) if incoming else (other,),
                own_address=ME.email,
                subject=draw(st.sampled_from(["A", "B"])),
                in_reply_to=(reply,) if reply else (),
                human=draw(st.booleans()),
                channel=draw(st.sampled_from(["mail", "mail", "app"])),
                authentic=draw(st.sampled_from([True, True, True, False])),
            )
        )
    return found


@st.composite
def said(draw: st.DrawFn, facts: list[Fact]) -> list[Correction]:
    ids = [fact.message_id for fact in facts]
    return [
        Correction(
            id=number,
            made=START,
            kind=draw(st.sampled_from(["merge", "split", "company"])),
            target=draw(st.sampled_from(ids)),
            other=draw(st.sampled_from(ids)),
            value=draw(NAMES),
        )
        for number in range(draw(st.integers(0, 3)))
    ]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_looking_up_is_looking_at_all(data: st.DataObject) -> None:
    facts = data.draw(mails())
    corrections = data.draw(said(facts))
    quick = group(facts, (), corrections)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Board, "near", lambda self, keys: list(self.clusters))
        assert group(facts, (), corrections) == quick


@given(NAMES, NAMES)
def test_names_of_one_company_share_a_key(one: str, other: str) -> None:
    assert not same_company(one, other) or company_keys(one) & company_keys(other)


def test_a_long_life_is_looked_through_only_where_it_matters() -> None:
    """Each of many processes is compared with its own kind, not with all: no same name is asked for twice."""
    facts = [
        Fact(
            message_id=f"<{number}.{place}@x.example>",
            at=START + timedelta(days=number, hours=place),
            incoming=True,
            verdict=Verdict(kind=Kind.RECRUITER_REPLY, confidence=0.9),
            details=Details(company=f"Firm{number} Works", role="Chef"),
            sender=Address(f"hr@firm{number}.example"),
            to=(ME,),
            own_address=ME.email,
            human=True,
        )
        for number in range(150)
        for place in range(3)
    ]
    looked: list[int] = []
    near = Board.near
    with pytest.MonkeyPatch.context() as patch:

        def counting(self: Board, keys: object) -> list:
            found = near(self, keys)  # type: ignore[arg-type]
            looked.append(len(found))
            return found

        patch.setattr(Board, "near", counting)
        assert len(group(facts)) == 150
    assert max(looked) <= 1
