"""The packaged mailbox: real mails, and every story where it should be, whatever day it is played on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from watcher.core.calendar import is_holiday, is_working_day
from watcher.core.etiquette import assess
from watcher.core.model import Details, Event, Kind, Setting
from watcher.sample import ADDRESS, STORIES, Story, build, expected, moments
from watcher.sample.letters import make_bounce, make_calendar, make_mail
from watcher.sample.moments import Clock, Moment
from watcher.sample.unrelated import unrelated

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=JAKARTA)

#: What the letters say besides their class, by story and number: times are moments of the story.
SAYS: dict[tuple[str, int], dict[str, Any]] = {
    ("nusantara", 1): {"start": "interview", "end": "end"},
    ("nusantara", 3): {"start": "interview"},
    ("samudra", 0): {"start": "interview"},
    ("cakrawala", 0): {"start": "interview"},
    ("arunika", 0): {"start": "interview"},
    ("arunika", 2): {"promise_by": "by"},
    ("bahtera", 0): {"start": "interview"},
    ("bahtera", 2): {"promise_by": "by"},
    ("kencana", 0): {"start": "interview"},
    ("wahana", 0): {"start": "interview"},
    ("wahana", 2): {"hold": True},
    ("rimba", 0): {"start": "first", "end": "first_end"},
    ("rimba", 2): {"start": "interview", "end": "end"},
    ("mandala", 1): {"deadline": "by"},
    ("pelita", 1): {"ask": True},
    ("talenta", 2): {"slots": ("one", "two", "three")},
    ("kartika", 0): {"start": "interview"},
    ("meridian", 1): {"start": "interview", "end": "end"},
    ("harbour", 0): {"start": "interview"},
    ("harbour", 2): {"start": "interview", "end": "end"},
    ("lumenwood", 0): {"start": "interview"},
    ("orchid", 1): {"slots": ("interview", "end")},
    ("orchid", 3): {"start": "interview", "end": "end"},
    ("atlasgrove", 0): {"start": "interview"},
    ("atlasgrove", 3): {"deadline": "by"},
}


def _every_hour_that_matters() -> list[datetime]:
    """Each weekday at several hours; the turn of the year; Lebaran 2026 and 2027 with the weeks after it."""
    week = [datetime(2026, 11, 23, tzinfo=JAKARTA) + timedelta(days=day) for day in range(7)]
    new_year = [datetime(2026, 12, 22, tzinfo=JAKARTA) + timedelta(days=day) for day in range(24)]
    lebaran = [datetime(2026, 3, 12, tzinfo=JAKARTA) + timedelta(days=day) for day in range(0, 40, 2)]
    next_lebaran = [datetime(2027, 3, 5, tzinfo=JAKARTA) + timedelta(days=day) for day in range(0, 30, 3)]
    may = [datetime(2027, 5, 14, tzinfo=JAKARTA) + timedelta(days=day) for day in range(12)]
    hours = (
        timedelta(minutes=20),
        timedelta(hours=8, minutes=5),
        timedelta(hours=13),
        timedelta(hours=23, minutes=50),
    )
    return [day + hour for day in (*week, *new_year, *lebaran, *next_lebaran, *may) for hour in hours]


def _told(now: datetime) -> Iterator[tuple[Story, list[Event]]]:
    """The stories as the fold sees them when every mail is read right, in the order they are told."""
    clock = Clock(now, "Asia/Jakarta")
    for story in STORIES:
        named = {name: moment.at for name, moment in moments(story, clock).items()}
        told = []
        for number, letter in enumerate(story.letters):
            says = SAYS.get((story.key, number), {})
            details = Details(**{name: _value(value, named) for name, value in says.items()})
            at = clock.read(letter.at, moments(story, clock))
            told.append(Event(at=at, kind=letter.kind, id=f"<{number}@{story.key}>", details=details))
        yield story, told


def _value(value: Any, named: dict[str, datetime]) -> Any:
    if isinstance(value, tuple):
        return tuple(named[one] for one in value)
    return named[value] if isinstance(value, str) else value


@pytest.mark.parametrize("now", _every_hour_that_matters(), ids=lambda now: f"{now:%a-%Y-%m-%d-%H%M}")
def test_every_story_runs_forward_and_stands_where_it_should(now: datetime) -> None:
    table = expected(now)
    for story, events in _told(now):
        times = [event.at for event in events]
        assert times == sorted(times), story.key
        assert times[-1] < now, story.key
        assert now - times[0] < timedelta(days=60), story.key  # inside what a first scan reads
        repliable = story.key not in ("beaconhurst", "quartzfield", "sentosa", "mandala")
        answer = assess(events, Setting(repliable=repliable), now)
        wanted = table[story.key]
        assert (answer.state, answer.waiting_on, answer.flag, answer.draft) == (
            wanted.state,
            wanted.waiting_on,
            wanted.flag,
            wanted.draft,
        ), story.key


@pytest.mark.parametrize("now", _every_hour_that_matters()[:7], ids=lambda now: f"{now:%a-%H%M}")
def test_all_mail_lies_in_the_past_and_is_labelled(now: datetime) -> None:
    mails = build(now)
    assert all(mail.arrived <= now for mail in mails)
    for story in STORIES:
        told = [mail for mail in mails if mail.story == story.key]
        assert [mail.kind for mail in told] == [letter.kind for letter in story.letters]
        assert all(mail.kind.own == (mail.folder == "Sent") for mail in told)


@pytest.mark.parametrize("now", _every_hour_that_matters()[:28], ids=lambda now: f"{now:%a-%H%M}")
def test_interviews_are_on_working_days(now: datetime) -> None:
    clock = Clock(now, "Asia/Jakarta")
    for story in STORIES:
        for name, moment in moments(story, clock).items():
            if name in ("interview", "first", "one", "two", "three"):
                assert is_working_day(moment.at.date(), "ID"), (story.key, name)


def test_what_the_mailbox_holds() -> None:
    mails = build(NOW)
    stories = {mail.story for mail in mails} - {""}
    assert len(stories) == len(STORIES) >= 14
    assert Counter(mail.folder for mail in mails)["Sent"] >= 15
    assert sum(not mail.story for mail in mails) >= 25
    kinds = {mail.kind for mail in mails}
    assert {Kind.AUTO_REPLY, Kind.OFFER, Kind.REJECTION, Kind.ASSESSMENT, Kind.RECRUITER_OUTREACH} <= kinds
    wanted = expected(NOW).values()
    assert len({expectation.flag for expectation in wanted}) >= 11
    assert len({expectation.draft for expectation in wanted}) == 9  # every kind of letter, and none
    assert len({mail.message_id for mail in mails}) == len(mails)
    assert [mail.arrived for mail in mails] == sorted(mail.arrived for mail in mails)


def test_the_same_now_gives_the_same_bytes_and_another_zone_the_same_wall_clock() -> None:
    assert build(NOW) == build(NOW.astimezone(UTC))
    berlin = build(datetime(2026, 11, 25, 14, 0, tzinfo=ZoneInfo("Europe/Berlin")), "Europe/Berlin", "DE")
    invitation = next(mail for mail in berlin if mail.story == "kartika")
    assert b"GMT+1" in message_from_bytes(invitation.raw, policy=default).get_content().encode()


def test_every_mail_is_well_formed() -> None:
    for mail in build(NOW):
        message = message_from_bytes(mail.raw, policy=default)
        assert not message.defects
        assert message["Message-ID"] == mail.message_id
        assert b"\r\n" in mail.raw
        assert b"\n" not in mail.raw.replace(b"\r\n", b"")
        assert max(len(line) for line in mail.raw.split(b"\r\n")) < 998
        assert not {"{", "}"} & set(str(message["Subject"]))
        own = ADDRESS in message["From"].addresses[0].addr_spec
        assert own == (mail.folder == "Sent")
        assert own or message.get_all("Received")
        if mail.folder == "INBOX" and not mail.message_id.startswith("<bounce"):
            topmost = str(message.get_all("Received")[0]).rpartition(";")[2].strip()
            assert datetime.strptime(topmost, "%a, %d %b %Y %H:%M:%S %z") == mail.arrived
            assert message["Authentication-Results"].startswith("mx.example.com; ")
        for part in message.walk():
            assert not part.defects


def test_answers_refer_to_mails_of_the_same_story() -> None:
    mails = build(NOW)
    homes = {mail.message_id: mail.story for mail in mails}
    answers = 0
    for mail in mails:
        message = message_from_bytes(mail.raw, policy=default)
        if message["In-Reply-To"]:
            answers += 1
            assert str(message["References"]).split()[-1] == message["In-Reply-To"]
            assert all(homes[one] == mail.story for one in str(message["References"]).split())
    assert answers >= 25


def test_calendar_parts_agree_with_the_letters() -> None:
    found = []
    for mail in build(NOW):
        for part in message_from_bytes(mail.raw, policy=default).walk():
            if part.get_content_type() == "text/calendar":
                calendar = Calendar.from_ical(part.get_content())
                event = calendar.walk("VEVENT")[0]
                assert part.get_param("method") == calendar["METHOD"]
                found.append(
                    (mail.story, str(calendar["METHOD"]), int(event["SEQUENCE"]), event.decoded("DTSTART"))
                )
    assert [(story, method, sequence) for story, method, sequence, _ in found] == [
        ("orchid", "REQUEST", 0),
        ("rimba", "REQUEST", 0),
        ("rimba", "REPLY", 0),
        ("harbour", "REQUEST", 0),
        ("rimba", "REQUEST", 1),
    ]
    rimba = next(story for story in STORIES if story.key == "rimba")
    named = moments(rimba, Clock(NOW, "Asia/Jakarta"))
    assert found[-1][3] == named["interview"].at
    assert found[1][3] == named["first"].at


def test_moments_write_themselves_in_both_languages() -> None:
    moment = Moment(datetime(2026, 11, 2, 13, 5, tzinfo=JAKARTA))
    assert f"{moment:hari} {moment:jam} {moment:zona}" == "Senin, 2 November 2026 13.05 WIB"
    assert f"{moment:day} {moment:time}" == "Monday, 2 November 2026 1:05 PM"
    assert f"{moment:us}, {moment:short}" == "Monday, November 2, 2026, Mon, Nov 2, 2026"
    assert f"{moment:sgt}" == "Monday, 2 November 2026 at 2:05 PM SGT"
    assert f"{Moment(moment.at.astimezone(ZoneInfo('Asia/Kolkata'))):zona}" == "GMT+5:30"


def test_the_clock_refuses_what_is_no_time() -> None:
    with pytest.raises(ValueError, match="no time expression: soonish"):
        Clock(NOW, "Asia/Jakarta").read("soonish")


def test_counting_back_passes_over_lebaran() -> None:
    clock = Clock(datetime(2026, 3, 30, 9, 0, tzinfo=JAKARTA), "Asia/Jakarta")
    assert clock.read("-9d 10:00").date() == date(2026, 3, 13)  # 18 to 24 March stand still
    assert is_holiday(date(2026, 3, 20), "ID")


def test_unrelated_mails() -> None:
    mails = unrelated(300, NOW, seed=7)
    assert mails == unrelated(300, NOW, seed=7)
    assert mails != unrelated(300, NOW, seed=8)
    assert len({mail.message_id for mail in mails}) == 300
    assert all(mail.arrived < NOW for mail in mails)
    assert 10 < sum(mail.folder == "Sent" for mail in mails) < 100
    subjects = set()
    for mail in mails:
        message = message_from_bytes(mail.raw, policy=default)
        assert not message.defects
        assert (message["From"].addresses[0].addr_spec == ADDRESS) == (mail.folder == "Sent")
        assert "{" not in message.get_content()
        subjects.add(message["Subject"])
    assert len(subjects) > 100


def test_make_mail_names_itself_and_keeps_the_order_of_headers() -> None:
    given = [("Received", "by a; Wed, 25 Nov 2026 14:00:00 +0700"), ("X-First", "1"), ("Received", "by b")]
    raw = make_mail(
        "Ä <a@b.example>", ["c@d.example", "E <e@f.example>"], "Grüße", "Hallo\n", NOW, headers=given
    )
    assert raw == make_mail(
        "Ä <a@b.example>", ["c@d.example", "E <e@f.example>"], "Grüße", "Hallo\n", NOW, headers=given
    )
    message = message_from_bytes(raw, policy=default)
    assert message.keys()[:3] == ["Received", "X-First", "Received"]
    assert message["Subject"] == "Grüße"
    assert message["From"].addresses[0].display_name == "Ä"
    assert [one.addr_spec for one in message["To"].addresses] == ["c@d.example", "e@f.example"]
    assert message["Message-ID"].endswith("@b.example>")
    answer = make_mail("a@b.example", "c@d.example", "Re", "x\n", NOW, in_reply_to="<1@x.example>")
    assert message_from_bytes(answer, policy=default)["References"] == "<1@x.example>"


def test_make_mail_with_text_html_and_calendar() -> None:
    calendar = make_calendar(
        "CANCEL",
        "u@x",
        NOW,
        NOW + timedelta(hours=1),
        summary="Wawancara; daring, " + "é" * 80,
        status="CANCELLED",
        sequence=2,
    )
    assert max(len(line.encode()) for line in calendar.split("\r\n")) <= 75
    raw = make_mail("a@b.example", "c@d.example", "x", "text\n", NOW, html="<p>text</p>", calendar=calendar)
    message = message_from_bytes(raw, policy=default)
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    event = Calendar.from_ical(list(message.iter_parts())[2].get_content()).walk("VEVENT")[0]
    assert event["SUMMARY"] == "Wawancara; daring, " + "é" * 80
    assert event.decoded("DTSTART") == NOW
    alone = make_mail("a@b.example", "c@d.example", "x", "text\n", NOW, calendar=calendar)
    assert message_from_bytes(alone, policy=default).get_content_type() == "multipart/alternative"


def test_make_bounce_is_a_delivery_report() -> None:
    lost = make_mail("a@b.example", "c@d.example", "x", "text\n", NOW, message_id="<lost@b.example>")
    raw = make_bounce(
        "a@b.example", NOW, lost, recipient="c@d.example", original_message_id="<lost@b.example>"
    )
    message = message_from_bytes(raw, policy=default)
    assert message.get_content_type() == "multipart/report"
    report = list(message.iter_parts())[1].get_payload()
    assert report[1]["Status"] == "5.1.1"
    assert "<lost@b.example>" in list(message.iter_parts())[2].get_payload()
