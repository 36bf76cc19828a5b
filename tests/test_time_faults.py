"""Sleep, clocks that jump, journeys, summer time, leap days: nothing fires twice, and nothing never."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from servers.remembering import Screen

from watcher.core.model import ActionKind, Address, Details, Fact, Kind, Verdict
from watcher.core.plan import Wishes
from watcher.core.standing import Person
from watcher.core.wording import words
from watcher.mailbox.memory import MemoryMailbox
from watcher.outbox import flush, tell
from watcher.packs import load_packs
from watcher.scan import decide, journal
from watcher.store import Batch, Store

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PACKS = load_packs()
HR = Address("anna@firma.example", "Anna Keller")


def story(start: datetime, zone: str) -> tuple[Fact, ...]:
    """An interview at `start`, for which the person has given thanks; then silence."""
    me = Address("sari@example.com", "Sari Wulandari")
    first = Fact(
        message_id="<i@firma.example>",
        at=start - 5 * DAY,
        incoming=True,
        verdict=Verdict(kind=Kind.INTERVIEW_INVITATION, confidence=0.95, language="en"),
        details=Details(company="Firma", role="Analyst", person="Anna Keller", start=start, zone=zone),
        sender=HR,
        to=(me,),
        own_address=me.email,
        subject="Interview",
        human=True,
        repliable=True,
    )

    def own(kind: Kind, at: datetime) -> Fact:
        return replace(
            first,
            message_id=f"<{kind.value}@example.com>",
            at=at,
            incoming=False,
            verdict=Verdict(kind=kind, confidence=0.95, language="en"),
            details=Details(company="Firma", role="Analyst"),
            sender=me,
            to=(HR,),
            in_reply_to=(first.message_id,),
            references=(first.message_id,),
            repliable=False,
        )

    return first, own(Kind.OWN_ACCEPT, start - 4 * DAY), own(Kind.OWN_THANK_YOU, start + DAY)


@dataclass(slots=True)
class Life:
    """A watcher that looks whenever it is told to."""

    start: datetime
    zone: str = "Asia/Jakarta"
    country: str = "ID"
    screen: Screen = field(default_factory=Screen)
    box: MemoryMailbox = field(default_factory=lambda: MemoryMailbox("personal"))
    store: Store = field(default_factory=lambda: Store(None))
    laid: set[tuple[str, str]] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)
    when: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        facts = story(self.start, self.zone)
        self.box.deliver(b"Message-ID: <i@firma.example>\r\nFrom: anna@firma.example\r\n\r\nx\r\n")
        places = tuple(fact.message_id for fact in facts)
        self.store.record(Batch("personal", "INBOX", 1, 1, facts=facts, places=places))

    def look(self, now: datetime, zone: str = "") -> None:
        """One look, by a clock that says `now`, in a machine that believes to be in `zone`."""
        person = Person(
            address="sari@example.com",
            name="Sari Wulandari",
            addresses=frozenset({"sari@example.com"}),
            zone=zone or self.zone,
            country=self.country,
        )
        everything, actions = decide(self.store, person, Wishes(), PACKS, now)
        journal(self.store, actions, everything, now)
        flush(self.store, self.box, "personal", now)
        self.laid |= {(a.what, a.message_id) for a in actions if a.kind is ActionKind.DRAFT}
        assert self.drafts() <= 1
        told = [a.what for a in actions if a.kind is ActionKind.NOTIFY]
        self.told.update(told)
        self.when += [now] * len(told)
        tell(self.store, self.screen, words(PACKS, "en"), now)

    def drafts(self) -> int:
        return len(self.box.content["Drafts"].mails)


JAKARTA = datetime(2026, 11, 3, 10, tzinfo=ZoneInfo("Asia/Jakarta"))  # a Tuesday
DUE = JAKARTA + 7 * DAY


def hours(first: datetime, last: datetime, step: timedelta = HOUR) -> list[datetime]:
    """One look after the other."""
    return [first + n * step for n in range(int((last - first) / step) + 1)]


#: What the clock says at one look after the other; in the end it is right, and three days after the week.
CLOCKS: Mapping[str, Iterable[datetime]] = {
    "undisturbed": hours(DUE - DAY, DUE + 3 * DAY),
    "asleep from before until after": [DUE - DAY, DUE + 3 * DAY],
    "asleep at night only": [t for t in hours(DUE - DAY, DUE + 3 * DAY) if 8 <= t.hour < 18],
    "switched on for the first time since": [DUE + 3 * DAY],
    "an hour back, again and again": [t - n % 2 * HOUR for n, t in enumerate(hours(DUE - DAY, DUE + 3 * DAY))],
    "a day back when it was due": [
        *hours(DUE - DAY, DUE + 4 * HOUR),
        *hours(DUE - DAY, DUE + 3 * DAY),
    ],
    "two days ahead, then right": [
        *hours(DUE - 4 * DAY, DUE - 3 * DAY),
        *hours(DUE, DUE + 2 * HOUR),
        *hours(DUE - 3 * DAY, DUE + 3 * DAY, 2 * HOUR),
    ],
    "a flat battery: the year 2001": [
        *hours(DUE - DAY, DUE + 4 * HOUR),
        *(datetime(2001, 1, 1, tzinfo=UTC) + n * HOUR for n in range(4)),
        *hours(DUE + 5 * HOUR, DUE + 3 * DAY),
    ],
    "a flat battery from the beginning": [datetime(1970, 1, 1, tzinfo=UTC), DUE + 3 * DAY],
    "the same moment for hours": [DUE + 2 * HOUR] * 20 + [DUE + 3 * DAY],
}  # fmt: skip


@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_that_jumps_fires_nothing_twice_and_nothing_never(name: str) -> None:
    life = Life(JAKARTA)
    with closing(life.store):
        for now in CLOCKS[name]:
            life.look(now)
        assert [what for what, _ in life.laid] == [
            "follow_up"
        ]  # taken back and laid again it is the same one
        assert dict(life.told) == {"quiet_1w": 1}
        assert (life.drafts(), len(life.screen.shown)) == (1, 1)


ZONES = ("Asia/Jakarta", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu")


def test_a_traveller_is_told_once() -> None:
    """Another zone at every look: the week is the same week."""
    life = Life(JAKARTA)
    with closing(life.store):
        for number, now in enumerate(hours(DUE - DAY, DUE + 3 * DAY)):
            life.look(now, ZONES[number % len(ZONES)])
        assert [what for what, _ in life.laid] == [
            "follow_up"
        ]  # taken back and laid again it is the same one
        assert dict(life.told) == {"quiet_1w": 1}
        assert len(life.screen.shown) == 1


# ruff: noqa: DTZ001 - the zone stands beside the time
#: A day before the clocks change, at ten o'clock there; the zone; the country.
CHANGES = {
    "summer time begins": (datetime(2026, 3, 24, 10), "Europe/Berlin", "DE"),
    "summer time ends": (datetime(2026, 10, 20, 10), "Europe/Berlin", "DE"),
    "summer time ends in America": (datetime(2026, 10, 27, 10), "America/New_York", "US"),
    "by half an hour": (datetime(2026, 3, 31, 10), "Australia/Lord_Howe", "AU"),
    "a leap day within the week": (datetime(2028, 2, 24, 10), "Europe/Berlin", "DE"),
    "a leap day at its end": (datetime(2028, 2, 22, 10), "Asia/Jakarta", "ID"),
    "a leap day at its beginning": (datetime(2028, 2, 29, 10), "Asia/Jakarta", "ID"),
    "the year ends within the week": (datetime(2026, 12, 29, 10), "Asia/Jakarta", "ID"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_the_calendar_does_the_week_has_seven_days_and_the_notice_its_hours(name: str) -> None:
    local, zone, country = CHANGES[name]
    start = local.replace(tzinfo=ZoneInfo(zone))
    life = Life(start, zone, country)
    with closing(life.store):
        for now in hours(start + 5 * DAY, start + 15 * DAY - 14 * HOUR, HOUR / 2):
            life.look(now.astimezone(UTC))
        assert [what for what, _ in life.laid].count("follow_up") == 1
        assert life.told["quiet_1w"] == 1
        first = life.when[0].astimezone(ZoneInfo(zone))
        assert 9 <= first.hour < 16
        assert first.weekday() < 5
        assert (first.date() - start.date()).days >= 7
