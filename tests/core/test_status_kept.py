"""What `status` shows from what was kept is what it shows when everything is derived anew, at any moment and
after anything that happens; and what is forgotten is gone from there too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import ROOT
from histories import History, histories
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.course import courses, shown
from watcher.core.model import Address, Correction, Details, Evidence, Fact, Kind, Mark, Verdict
from watcher.core.person import Person
from watcher.core.shown import Shown, by_urgency
from watcher.core.standing import Memory
from watcher.edition import edition
from watcher.scan import keep_shown, stand
from watcher.store import Batch, Store

ME = Address("sari@example.com")
TICK = timedelta(microseconds=1)
COMPANIES = ("Nusantara Data", "Harbourline Systems", "")
GAPS = tuple(timedelta(hours=hours) for hours in (0, 1, 30, 100, 200, 400, 900, 2000))


def facts_of(history: History, number: int) -> tuple[list[Fact], list[Mark]]:
    """The mails and marks of a process whose history this is."""
    desk = Address(f"dewi.lestari@firm{number}.example", "Dewi Lestari")
    facts: list[Fact] = []
    marks: list[Mark] = []
    first = f"<{number}.first@x>"
    for place, event in enumerate(history.events):
        if event.kind.mark:
            at = event.details.start or event.at
            marks.append(Mark(id=0, kind=event.kind, target=first, made=event.at, at=at, until=event.until))
            continue
        incoming = not event.kind.own
        facts.append(
            Fact(
                message_id=f"<{number}.{place}@x>" if facts else first,
                at=event.at,
                incoming=incoming,
                verdict=Verdict(kind=event.kind, confidence=0.9 if event.trusted else 0.5),
                details=replace(event.details, company=COMPANIES[number % 3], role="Data Analyst"),
                sender=desk if incoming else ME,
                to=(ME,) if incoming else (desk,),
                own_address=ME.email,
                subject="Data Analyst",
                references=(first,) if facts else (),
                human=True,
                repliable=True,
                authentic=not event.forged,
                scam=(Evidence("money", "fee"),) if event.scam else (),
            )
        )
    return facts, marks


def record(store: Store, facts: list[Fact], marks: list[Mark]) -> None:
    store.record(Batch("personal", "INBOX", 1, 1, facts=tuple(facts)))
    for mark in marks:
        store.add_mark(mark)


def derived(store: Store, person: Person, now: datetime) -> tuple[Shown, ...]:
    return tuple(shown(one) for one in stand(store, person, now))


def keep(store: Store, person: Person, now: datetime) -> list[datetime]:
    """Keep the table of `now`; the moments at which something in it changes."""
    revision = store.revision()
    everything = stand(store, person, now)
    keep_shown(store, edition(person), revision, everything, now)
    return [span.since for course in courses(everything, now)[0] for span in course.spans]


def kept(store: Store, person: Person, now: datetime) -> tuple[Shown, ...] | None:
    found = store.shown(edition(person), now)
    return None if found is None else by_urgency(found)


def changes(store: Store, facts: list[Fact], now: datetime) -> Iterator[str]:
    """Everything by which what is known may change, one after the other."""
    one, other = facts[0].message_id, facts[-1].message_id
    yield str(store.add_mark(Mark(id=0, kind=Kind.MARK_ANSWERED, target=one, made=now)))
    for kind, value in (("label", "rejection"), ("company", "Another"), ("role", "Chef")):
        yield str(store.correct(Correction(kind=kind, target=one, value=value, made=now)))
    yield str(store.correct(Correction(kind="merge", target=one, other=other, made=now)))
    yield str(store.undo())
    yield str(store.uncorrect(1))
    fresh = replace(facts[-1], message_id="<fresh@x>", at=now)
    store.record(Batch("personal", "INBOX", 1, 2, facts=(fresh,)))
    yield "a mail has come"
    store.replace_fact(replace(fresh, verdict=Verdict(kind=Kind.OFFER, confidence=0.9)))
    yield "a mail was judged anew"
    store.forget([one])
    yield "a mail is forgotten"
    store.drop_account("personal", forget=True)
    yield "an account is forgotten"


@settings(max_examples=150, deadline=None)
@given(st.lists(histories(), min_size=1, max_size=3), st.sampled_from(GAPS), st.lists(st.sampled_from(GAPS)))
def test_what_is_kept_is_what_would_be_derived_at_any_moment(
    lives: list[History], back: timedelta, later: list[timedelta]
) -> None:
    person = Person(address=ME.email, addresses=frozenset({ME.email}), zone=lives[0].setting.zone)
    with closing(Store(None)) as store:
        for number, life in enumerate(lives):
            record(store, *facts_of(life, number))
        now = lives[0].now - back  # some of it may be still to come
        turns = keep(store, person, now)
        for moment in [now, *turns, *(turn - TICK for turn in turns), *(now + gap for gap in later)]:
            if moment < now:
                assert kept(store, person, moment) is None
                continue
            found = kept(store, person, moment)
            if found is None:  # the clock was not believed
                assert not turns
                continue
            assert found == derived(store, person, moment)


@settings(max_examples=100, deadline=None)
@given(st.lists(histories(), min_size=1, max_size=2), st.sampled_from(GAPS), st.lists(st.sampled_from(GAPS)))
def test_what_is_remembered_of_the_last_look_is_what_would_be_derived(
    lives: list[History], back: timedelta, later: list[timedelta]
) -> None:
    person = Person(address=ME.email, addresses=frozenset({ME.email}))
    with closing(Store(None)) as store:
        memory: Memory = {}
        told = [facts_of(life, number) for number, life in enumerate(lives)]
        now = lives[0].now - back
        for gap in [timedelta(0), *later, timedelta(days=2)]:
            for facts, marks in told:  # each time a little more is known
                record(store, [facts.pop(0)] if facts else [], [marks.pop(0)] if marks else [])
            now += gap
            assert stand(store, person, now, memory) == stand(store, person, now)
        for turn in {held.until for held in memory.values()} - {None}:
            for moment in (turn - TICK, turn):
                assert stand(store, person, moment, memory) == stand(store, person, moment)


@settings(max_examples=25, deadline=None)
@given(histories(), st.data())
def test_after_any_change_it_is_derived_anew(life: History, data: st.DataObject) -> None:
    person = Person(address=ME.email, addresses=frozenset({ME.email}))
    with closing(Store(None)) as store:
        facts, marks = facts_of(life, 0)
        record(store, facts, marks)
        now = life.now
        for _ in changes(store, facts, now) if facts else ():
            assert kept(store, person, now) is None
            keep(store, person, now)
            now += data.draw(st.sampled_from(GAPS))
            assert kept(store, person, now) == derived(store, person, now)


NOW = datetime.fromisoformat("2026-11-09T12:00+00:00")
PERSON = Person(address=ME.email, addresses=frozenset({ME.email}))
FACT = Fact(
    message_id="<1@nusantara.example>",
    at=NOW,
    incoming=True,
    verdict=Verdict(kind=Kind.RECRUITER_REPLY, confidence=0.9),
    details=Details(company="Nusantara Data", role="Data Analyst"),
    sender=Address("dewi@nusantara.example", "Dewi Lestari"),
    human=True,
)


@pytest.mark.parametrize(
    "other",
    [
        {"zone": "Europe/Berlin"},
        {"country": "DE"},
        {"countries": {"Nusantara Data": "SG"}},
        {"pause_holidays": False},
        {"notice_hours": (8, 12)},
        {"urgent_hours": (0, 24)},
    ],
)
def test_other_settings_are_another_table(other: dict[str, object]) -> None:
    with closing(Store(None)) as store:
        record(store, [FACT], [])
        keep(store, PERSON, NOW)
        assert kept(store, PERSON, NOW) is not None
        assert kept(store, replace(PERSON, **other), NOW) is None  # type: ignore[arg-type]


def test_what_was_derived_from_an_older_state_is_not_kept() -> None:
    with closing(Store(None)) as store:
        record(store, [FACT], [])
        revision, everything = store.revision(), stand(store, PERSON, NOW)
        record(store, [replace(FACT, message_id="<2@x>", details=Details())], [])
        keep_shown(store, edition(PERSON), revision, everything, NOW)
        assert kept(store, PERSON, NOW) is None


def test_a_clock_that_is_far_behind_keeps_nothing() -> None:
    with closing(Store(None)) as store:
        record(store, [FACT], [])
        assert keep(store, PERSON, NOW - timedelta(days=3)) == []
        assert kept(store, PERSON, NOW) is None


def test_what_stays_the_same_is_not_written_again(tmp_path: Path) -> None:
    with (
        closing(Store(tmp_path / "watcher.sqlite")) as store,
        closing(sqlite3.connect(tmp_path / "watcher.sqlite")) as db,
    ):
        others = [
            replace(
                FACT,
                message_id=f"<{n}@x>",
                sender=Address(f"hr@firm{n}.example"),
                details=Details(company=f"F{n}"),
            )
            for n in range(5)
        ]
        record(store, others, [])
        keep(store, PERSON, NOW)
        assert db.execute("SELECT count(*) FROM shown").fetchone() == (5,)
        db.executescript(
            "CREATE TABLE written (process); CREATE TRIGGER note AFTER INSERT ON shown "
            "BEGIN INSERT INTO written VALUES (new.process); END;"
        )
        record(store, [], [Mark(id=0, kind=Kind.MARK_REJECTED, target="<3@x>", made=NOW)])
        keep(store, PERSON, NOW)
        assert db.execute("SELECT count(*) FROM written").fetchone() == (1,)


def test_a_store_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "watcher.sqlite"
    with closing(Store(path)) as store, closing(sqlite3.connect(path)) as other:
        record(store, [FACT], [])
        store._db.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        keep(store, PERSON, NOW)
        other.execute("ROLLBACK")
        assert kept(store, PERSON, NOW) is None
        keep(store, PERSON, NOW)
        assert kept(store, PERSON, NOW) is not None


def test_what_is_forgotten_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "watcher.sqlite"
    with closing(Store(path)) as store:
        record(store, [FACT], [])
        keep(store, PERSON, NOW)
        store.forget([FACT.message_id])
    assert b"Nusantara" not in path.read_bytes()


def test_another_edition_of_the_rules_is_another_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from watcher import edition as module

    before = edition(PERSON)
    rules = tmp_path / "watcher"
    (rules / "core").mkdir(parents=True)
    for file in (ROOT / "watcher/core").glob("*.py"):
        (rules / "core" / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(module, "__file__", str(rules / "edition.py"))
    told = []
    for text in (None, "WEEK = 6\n", "WEEK = 8\n"):
        if text is not None:
            (rules / "core/timers.py").write_text(text)
        module._rules.cache_clear()
        told.append(edition(PERSON))
    module._rules.cache_clear()
    assert len({before, *told}) == 4
