"""Random but plausible histories of a process: mail of every kind, own mail, marks, swindles and noise, around
ordinary weeks, Lebaran, Christmas and the changes of the clock."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from watcher.core.etiquette import situation
from watcher.core.model import Details, DraftKind, Event, Kind, Setting, State
from watcher.core.state import run

#: Where weeks are ordinary, where they are not: Lebaran, Christmas, the ends of summer time.
SEASONS = (
    datetime(2026, 9, 7, 1, tzinfo=UTC),
    datetime(2026, 3, 9, 2, tzinfo=UTC),
    datetime(2026, 12, 14, 8, tzinfo=UTC),
    datetime(2026, 10, 16, 8, tzinfo=UTC),
    datetime(2027, 3, 10, 9, tzinfo=UTC),
)
PLACES = (
    ("Asia/Jakarta", "ID"),
    ("Asia/Makassar", "ID"),
    ("Europe/Berlin", "DE"),
    ("America/New_York", "US"),
    ("Asia/Jakarta", ""),
)
NOISE = (Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER)
OWN = tuple(kind for kind in Kind if kind.own)
MARKS = tuple(kind for kind in Kind if kind.mark)
EMPLOYER = tuple(kind for kind in Kind if not kind.own and not kind.mark and kind not in NOISE)
ASK_DRAFTS = (DraftKind.FOLLOW_UP, DraftKind.FOLLOW_UP_LATE)
OVER = (State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.CLOSED_PRESUMED, State.IGNORED, State.NONE)

#: What most histories are made of; what ends a process comes more seldom.
COMMON = (
    Kind.INTERVIEW_INVITATION,
    Kind.INTERVIEW_CONFIRMATION,
    Kind.INTERVIEW_CANCELLATION,
    Kind.RECRUITER_REPLY,
    Kind.STATUS_UPDATE,
    Kind.ASSESSMENT,
    Kind.OWN_REPLY,
    Kind.OWN_ACCEPT,
    Kind.OWN_THANK_YOU,
    Kind.OWN_FOLLOWUP,
    Kind.OWN_TASK_DONE,
    Kind.MARK_HELD,
    Kind.MARK_ANSWERED,
    Kind.BOUNCE,
)
_INTERVIEWS = (Kind.INTERVIEW_INVITATION, Kind.INTERVIEW_CONFIRMATION, Kind.INTERVIEW_RESCHEDULE)
_SAYS = (Kind.STATUS_UPDATE, Kind.RECRUITER_REPLY, Kind.ASSESSMENT, Kind.APPLICATION_RECEIVED)
_GAPS = tuple(
    timedelta(**gap)
    for gap in (
        {"minutes": 0},
        {"minutes": 1},
        {"hours": 1},
        {"hours": 5},
        {"hours": 20},
        {"days": 1},
        {"days": 2, "hours": 3},
        {"days": 4},
        {"days": 7},
        {"days": 8, "hours": 6},
        {"days": 15},
        {"days": 33},
        {"days": 70},
    )
)


@dataclass(frozen=True, repr=False)
class History:
    """Events in their order, the setting, and a moment after the last of them."""

    events: tuple[Event, ...]
    setting: Setting
    now: datetime

    def __repr__(self):
        """Short: what hypothesis prints when a test fails."""
        told = [f"{one.at:%Y-%m-%dT%H:%M} {one.kind.value} {_said(one)}".strip() for one in self.events]
        return "\n  ".join(
            [f"{self.setting.zone} {self.setting.country} now {self.now:%Y-%m-%dT%H:%M}", *told]
        )

    @property
    def last(self):
        return max(event.at for event in self.events)

    def look(self, *more, now=None):
        """The situation and the fold at `now`, after `more` events."""
        fold = run((*self.events, *more), self.setting, now or self.now)
        return situation(fold, now or self.now), fold

    def situation(self, *more, now=None):
        return self.look(*more, now=now)[0]

    def fold(self, *more, now=None):
        return run((*self.events, *more), self.setting, now or self.now)

    def without(self, *kinds):
        kept = tuple(event for event in self.events if event.kind not in kinds)
        return replace(self, events=kept)


def _said(one):
    """What sets an event apart besides its kind."""
    details = [
        f"{field.name}={str(value)[:16]}"
        for field in fields(one.details)
        if (value := getattr(one.details, field.name)) != field.default
    ]
    odd = [name for name in ("forged", "scam") if getattr(one, name)] + ([] if one.trusted else ["unsure"])
    return " ".join([*details, *odd, f"until={one.until}" if one.until else ""])


def event(kind, at, number, **details):
    """An event with a Message-ID of its own."""
    return Event(at=at, kind=kind, id=f"<{number}@x>", made=at, details=Details(**details))


@st.composite
def histories(
    draw, kinds=(*Kind, *COMMON, *COMMON, *COMMON), most=12, places=PLACES, tricks=True, words=True
):
    """A History. `tricks`: forged, swindling and uncertain mail too; `words`: promises, clauses, leave."""
    zone, country = draw(st.sampled_from(places))
    at = draw(st.sampled_from(SEASONS)) + timedelta(hours=draw(st.integers(0, 30 * 24)))
    events = []
    for number in range(draw(st.integers(1, most))):
        at += draw(st.sampled_from(_GAPS))
        kind = draw(st.sampled_from(kinds if number else _openings(kinds)))
        made = event(kind, at, number, **draw(_details(kind, at, zone, number, words)))
        if kind is Kind.MARK_SNOOZE:
            made = replace(made, until=at + timedelta(days=draw(st.integers(0, 9))))
        if tricks and not kind.mark and draw(st.integers(0, 11)) == 0:
            made = replace(made, **{draw(st.sampled_from(("forged", "scam"))): True})
        if tricks and not kind.mark and draw(st.integers(0, 15)) == 0:
            made = replace(made, trusted=False)
        events.append(made)
    user_zone = draw(st.sampled_from(("", "", "Asia/Tokyo", "Europe/London")))
    setting = Setting(zone=zone, country=country, user_zone=user_zone)
    now = at + draw(st.sampled_from(_GAPS)) + timedelta(minutes=draw(st.integers(0, 3000)))
    return History(tuple(events), setting, now.astimezone(ZoneInfo(zone)))


def _openings(kinds):
    """What a history begins with: mostly an interview that is fixed, or a recruiter."""
    likely = (Kind.INTERVIEW_CONFIRMATION, Kind.INTERVIEW_INVITATION, Kind.RECRUITER_REPLY)
    return (*kinds, *(kind for kind in likely if kind in kinds for _ in range(len(kinds) // 2)))


@st.composite
def _details(draw, kind, at, zone, number, words):
    """What such an event may say besides its kind."""
    local = at.astimezone(ZoneInfo(zone))
    day = timedelta(days=1)
    said = {}
    if kind in _INTERVIEWS or (kind is Kind.INTERVIEW_CANCELLATION and draw(st.booleans())):
        if draw(st.integers(0, 3)):
            said["start"] = _hour(local + draw(st.integers(-1, 9)) * day, draw(st.sampled_from((9, 14, 22))))
            said["day_only"] = draw(st.integers(0, 7)) == 0
            if said["day_only"]:
                said["start"] = _hour(said["start"], 0)
            elif draw(st.booleans()):
                said["end"] = said["start"] + timedelta(minutes=draw(st.sampled_from((30, 45, 120))))
        said["calendar_uid"] = draw(st.sampled_from(("", "", "a@cal", "b@cal")))
    if kind is Kind.MARK_SCHEDULED:
        said["start"] = _hour(local + draw(st.integers(0, 9)) * day, 10)
    if kind in (*_SAYS, *_INTERVIEWS):
        said["ask"] = draw(st.booleans())
    if kind in (Kind.ASSESSMENT, Kind.OFFER) and draw(st.booleans()):
        said["deadline"] = _hour(local + draw(st.integers(1, 20)) * day, 17)
    if words and kind in _SAYS:
        for name in ("promise_by", "silence_by", "ask_from"):
            if draw(st.integers(0, 3)) == 0:
                said[name] = _hour(local + draw(st.integers(0, 25)) * day, 17)
    if words and kind is Kind.AUTO_REPLY and draw(st.booleans()):
        said["back"] = _hour(local + draw(st.integers(-2, 70)) * day, 9)
    if kind in (Kind.STATUS_UPDATE, Kind.INTERVIEW_CANCELLATION):
        said["hold"] = draw(st.integers(0, 4)) == 0
    if kind in (Kind.STATUS_UPDATE, Kind.RECRUITER_REPLY):
        said["task_received"] = draw(st.integers(0, 4)) == 0
    if kind is Kind.REJECTION:
        said["no_feedback"] = draw(st.integers(0, 4)) == 0
    if kind is Kind.BOUNCE:
        said["bounced"] = draw(
            st.sampled_from(("", "own_followup", "own_reply", f"<{number - 1}@x>", "<no@x>"))
        )
    return said


def _hour(moment, hour):
    return moment.replace(hour=hour, minute=0, second=0, microsecond=0)


def moments(start, days=(0, 1, 2, 4, 7, 8, 14, 15, 18, 22, 28, 40, 61)):
    """Times after `start` at which time alone may have changed something."""
    return [start + timedelta(days=day, hours=day % 5, minutes=1) for day in days]


def walk(history):
    """The situations that time alone brings after the last event, each once, from turn to turn."""
    now = history.last
    for _ in range(40):
        answer = history.situation(now=now)
        yield now, answer
        if answer.next_at is None:
            return
        now = answer.next_at
    raise AssertionError("time never comes to rest")
