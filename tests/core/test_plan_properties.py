"""The plan and its journal over random histories: nothing twice, one live draft, no nagging."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from histories import COMMON, History, event, histories, moments
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.core.calendar import Window
from watcher.core.etiquette import WINDOWS
from watcher.core.model import ActionKind, Address, Fact, Flag, Kind, Mark, Setting, State, Verdict
from watcher.core.plan import Line, Wishes, draft_action, draft_for, plan
from watcher.core.standing import Person, standings
from watcher.packs import load_packs

PACKS = load_packs()
ME, RINA = Address("budi@contoh.id", "Budi Santoso"), Address("rina@sinarjaya.co.id", "Rina Wijaya")
PERSON = Person(address=ME.email, name=ME.name, addresses=frozenset({ME.email}))
KINDS = tuple(kind for kind in (*Kind, *COMMON, *COMMON) if kind is not Kind.MARK_SCHEDULED)
LIVE = ("waiting", "done")

few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def facts_of(history: History) -> tuple[list[Fact], list[Mark]]:
    """The same history as judged mail of one thread, and as marks on it."""
    facts, marks, first = [], [], "<first@sinarjaya.co.id>"
    opening = Fact(
        message_id=first,
        at=history.events[0].at - timedelta(hours=1),
        incoming=True,
        verdict=Verdict(kind=Kind.RECRUITER_REPLY, confidence=0.9, language="id"),
        sender=RINA,
        to=(ME,),
        own_address=ME.email,
        subject="Proses seleksi Data Analyst",
        human=True,
        repliable=True,
    )
    for number, one in enumerate(history.events):
        if one.kind.mark:
            marks.append(Mark(id=number, kind=one.kind, target=first, made=one.at, until=one.until))
            continue
        incoming = not one.kind.own
        verdict = Verdict(kind=one.kind, confidence=0.9 if one.trusted else 0.3, language="id")
        facts.append(
            replace(
                opening,
                message_id=f"<{number}@{'sinarjaya.co.id' if incoming else 'contoh.id'}>",
                at=one.at,
                incoming=incoming,
                verdict=verdict,
                details=one.details,
                sender=RINA if incoming else ME,
                to=(ME,) if incoming else (RINA,),
                in_reply_to=(first,),
                references=(first,),
                authentic=not one.forged,
                repliable=incoming,
            )
        )
    return [opening, *facts], marks


class Mailbox:
    """The journal, and an outbox that does at once what it says. The person keeps some of the drafts."""

    def __init__(self, keeps):
        self.lines, self.keeps = {}, keeps

    def do(self, actions, now):
        for action in actions:
            before = self.lines.get(action.key)
            assert before is None or before.status == "undone", f"done before: {action.key}"
            status = "undone" if action.kind in (ActionKind.WITHDRAW, ActionKind.UNFLAG) else "done"
            self.lines[action.key] = Line(action, status, now)
            if action.kind is ActionKind.WITHDRAW:
                edited = len(self.lines) % 5 in self.keeps
                self.close(f"draft:{action.message_id}", "kept" if edited else "undone")
            if action.kind is ActionKind.UNFLAG:
                self.close(action.key.removeprefix("un"), "undone")

    def close(self, key, status):
        self.lines[key] = replace(self.lines[key], status=status)

    def live(self, kind):
        return [line for line in self.lines.values() if line.action.kind is kind and line.status in LIVE]


def play(history, keeps, check, *, ask_for=frozenset()):
    """Walk through the history as a daemon does: what has arrived, what is planned, done, planned again."""
    facts, marks = facts_of(history)
    mailbox, wishes = Mailbox(keeps), Wishes()
    times = [fact.at + timedelta(minutes=2) for fact in facts] + [mark.made for mark in marks]
    for number, now in enumerate(sorted({*times, *moments(history.last)})):
        come = [fact for fact in facts if fact.at <= now]
        said = [mark for mark in marks if mark.made <= now]
        stands = standings(come, said, (), PERSON, now)

        def planned(stands=stands, now=now):
            return plan(stands, mailbox.lines.values(), PERSON, wishes, PACKS, now, {})

        if number in ask_for:
            made = draft_for(stands[0], stands[0].situation.draft, PERSON, wishes, PACKS, now)
            if hasattr(made, "raw"):
                wanted = draft_action(stands[0], made, {}, requested=True)
                if wanted.key not in mailbox.lines:
                    mailbox.do([wanted], now)
        actions = planned()
        assert max(Counter(action.key for action in actions).values(), default=0) <= 1
        mailbox.do(actions, now)
        assert planned() == (), "the same again"
        check(mailbox, stands, actions, now)


@few
@given(histories(kinds=KINDS, most=8), st.frozensets(st.integers(0, 4)), st.frozensets(st.integers(0, 12)))
def test_planned_twice_gives_nothing_new_and_one_draft_lives(history, keeps, ask_for):
    def check(mailbox, stands, actions, now):
        drafts = Counter(line.action.process for line in mailbox.live(ActionKind.DRAFT))
        assert max(drafts.values(), default=0) <= 1
        flags = Counter(line.action.process for line in mailbox.live(ActionKind.FLAG))
        assert max(flags.values(), default=0) <= 1

    play(history, keeps, check, ask_for=ask_for)


@few
@given(histories(kinds=KINDS, most=8))
def test_every_live_draft_and_flag_fits_what_stands(history):
    def check(mailbox, stands, actions, now):
        fitting = {one.process.id: one.situation.draft.value for one in stands}
        for line in mailbox.live(ActionKind.DRAFT):
            assert line.action.what == fitting[line.action.process]
        keywords = {one.process.id: one.situation.state.value for one in stands}
        for line in mailbox.live(ActionKind.FLAG):
            assert keywords[line.action.process] in ("QUIET_1W", "QUIET_2W")

    play(history, frozenset(), check)


@few
@given(histories(kinds=KINDS, most=8))
def test_one_notice_for_what_is_told_and_none_at_night(history):
    told = Counter()

    def check(mailbox, stands, actions, now):
        settings_of = {one.process.id: one for one in stands}
        for action in actions:
            if action.kind is not ActionKind.NOTIFY:
                continue
            one = settings_of[action.process]
            window = WINDOWS.get(Flag(action.what), Window.ASK) if action.what in set(Flag) else Window.URGENT
            setting = one.setting
            hours = setting.urgent_hours if window is Window.URGENT else setting.notice_hours
            local = now.astimezone(ZoneInfo(setting.user_zone or setting.zone))
            assert hours[0] <= local.hour < hours[1]
            if action.what == one.situation.flag:
                draft = one.situation.draft if action.what == Flag.OWE_REPLY else None  # told when it is laid
                key = (action.process, action.what, one.situation.since, one.fold.snooze, draft)
                told[key] += 1
                assert told[key] == 1

    play(history, frozenset(), check)


def test_an_own_mail_with_a_wrong_clock_stops_nothing():
    now = datetime(2026, 9, 16, 3, tzinfo=UTC)
    first = event(Kind.RECRUITER_REPLY, now - timedelta(days=8), 0)
    ahead = event(Kind.OWN_REPLY, now + timedelta(days=400), 1)
    facts, _ = facts_of(History((first, ahead), Setting(), now))
    [one] = standings(facts, (), (), PERSON, now)
    assert one.situation.flag is Flag.QUIET_1W
    [behind] = standings(facts[:2], (), (), PERSON, now - timedelta(days=30))
    assert behind.situation.flag is Flag.CLOCK_SUSPECT


def test_a_notice_that_was_slept_through_waits_for_its_hour():
    quiet = event(Kind.RECRUITER_REPLY, datetime(2026, 9, 9, 3, tzinfo=UTC), 0)  # Wednesday, 10.00 WIB
    facts, _ = facts_of(History((quiet,), Setting(), quiet.at))

    def told(now):
        stands = standings(facts, (), (), PERSON, now)
        actions = plan(stands, (), PERSON, Wishes(), PACKS, now, {})
        return [action.what for action in actions if action.kind is ActionKind.NOTIFY]

    assert told(datetime(2026, 9, 16, 4, tzinfo=UTC)) == ["quiet_1w"]
    assert told(datetime(2026, 9, 16, 14, tzinfo=UTC)) == []  # nine in the evening
    assert told(datetime(2026, 9, 20, 4, tzinfo=UTC)) == []  # Sunday
    assert told(datetime(2026, 9, 21, 2, tzinfo=UTC)) == ["quiet_1w"]  # Monday at nine


def test_who_is_called_off_is_told_also_when_hiring_is_frozen():
    at = datetime(2026, 9, 7, 3, tzinfo=UTC)
    fixed = event(Kind.INTERVIEW_CONFIRMATION, at - timedelta(days=1), 0, start=at + timedelta(days=2))
    off = event(Kind.INTERVIEW_CANCELLATION, at, 1, hold=True)
    facts, _ = facts_of(History((fixed, off), Setting(), at))
    [one] = standings(facts, (), (), PERSON, at + timedelta(minutes=5))
    assert one.situation.state is State.ON_HOLD
    actions = plan([one], (), PERSON, Wishes(), PACKS, at + timedelta(minutes=5), {})
    assert "interview_cancellation" in [action.what for action in actions]
