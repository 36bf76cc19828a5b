"""The outbox against a mailbox: exactly once, whatever happens, wherever it stops."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watcher.core.model import ActionKind, Address, Details, Fact, Kind, Mark, Verdict
from watcher.core.plan import Wishes
from watcher.core.standing import Person
from watcher.core.wording import words
from watcher.mailbox import Role
from watcher.mailbox.memory import MemoryMailbox
from watcher.notify import Notice
from watcher.outbox import flush, tell
from watcher.packs import load_packs
from watcher.scan import decide, journal
from watcher.store import Batch, Store

ME = "sari@example.com"
HR = Address("dewi@nusantara.example", "Dewi Lestari")
PERSON = Person(address=ME, name="Sari Wulandari", addresses=frozenset({ME}))
PACKS = load_packs()
INVITATION = "<invitation@nusantara.example>"


def at(text):
    return datetime.fromisoformat(text + "+07:00")


START = at("2026-11-02T10:00")
WEEK_LATER = at("2026-11-09T11:30")
TWO_WEEKS_LATER = at("2026-11-16T11:30")


def fact(message_id, moment, kind, *, incoming=True, **details):
    return Fact(
        message_id=message_id,
        at=at(moment),
        incoming=incoming,
        verdict=Verdict(kind=kind, confidence=0.95, language="id"),
        details=Details(company="Nusantara Data", role="Data Analyst", person="Dewi Lestari", **details),
        sender=HR if incoming else Address(ME, "Sari Wulandari"),
        to=(Address(ME),) if incoming else (HR,),
        own_address=ME,
        subject="Undangan wawancara Data Analyst",
        in_reply_to=() if incoming else (INVITATION,),
        references=() if incoming else (INVITATION,),
        human=True,
        repliable=True,
    )


STORY = (
    fact(INVITATION, "2026-10-28T10:00", Kind.INTERVIEW_INVITATION, start=START),
    fact("<yes@example.com>", "2026-10-28T12:00", Kind.OWN_ACCEPT, incoming=False),
    fact("<thanks@example.com>", "2026-11-03T09:30", Kind.OWN_THANK_YOU, incoming=False),
)


def mailbox():
    box = MemoryMailbox("personal")
    raw = f"Message-ID: {INVITATION}\r\nFrom: {HR.email}\r\nSubject: x\r\n\r\nx\r\n".encode()
    box.deliver(raw, arrived=at("2026-10-28T10:00"))
    return box


def store_at(path, facts=STORY):
    store = Store(path)
    places = tuple(f.message_id for f in facts)
    store.record(Batch("personal", "INBOX", 1, 1, facts=facts, places=places))
    return store


def step(store, box, now):
    everything, actions = decide(store, PERSON, Wishes(), PACKS, now)
    journal(store, actions, everything, now)
    flush(store, box, "personal", now)
    return everything


def drafts(box):
    return [content.raw for content in box.content["Drafts"].mails.values()]


def flags(box):
    return box.content["INBOX"].mails[1].flags


def picture(box):
    """Everything the outbox may change."""
    return sorted(drafts(box)), flags(box)


def test_a_quiet_week_lays_one_draft_and_sets_our_flags():
    with_store = store_at(None)
    box = mailbox()
    [one] = step(with_store, box, WEEK_LATER)
    assert one.situation.draft.value == "follow_up"
    [raw] = drafts(box)
    assert b"In-Reply-To: <invitation@nusantara.example>" in raw
    assert flags(box) == {"$FollowUp1w", "\\Flagged"}
    step(with_store, box, WEEK_LATER)
    step(with_store, box, WEEK_LATER + timedelta(hours=3))
    assert drafts(box) == [raw]


def test_two_weeks_replace_the_untouched_draft_and_the_keyword():
    store, box = store_at(None), mailbox()
    step(store, box, WEEK_LATER)
    step(store, box, TWO_WEEKS_LATER)
    [raw] = drafts(box)
    assert b"X-Interview-Watcher-Draft: follow_up_late" in raw
    assert flags(box) == {"$FollowUp2w", "\\Flagged"}


def test_an_answer_withdraws_the_draft_and_takes_our_flags_off():
    store, box = store_at(None), mailbox()
    step(store, box, WEEK_LATER)
    answer = fact("<news@nusantara.example>", "2026-11-09T12:00", Kind.STATUS_UPDATE)
    store.record(Batch("personal", "INBOX", 1, 2, facts=(answer,), places=(answer.message_id,)))
    step(store, box, at("2026-11-09T12:01"))
    assert picture(box) == ([], frozenset())


def test_an_edited_draft_is_never_touched():
    store, box = store_at(None), mailbox()
    step(store, box, WEEK_LATER)
    [uid] = box.content["Drafts"].mails
    content = box.content["Drafts"].mails[uid]
    edited = content.raw.replace(b"Hormat saya", b"Salam hangat")
    assert edited != content.raw
    box.content["Drafts"].mails[uid] = replace(content, raw=edited)
    answer = fact("<news@nusantara.example>", "2026-11-09T12:00", Kind.STATUS_UPDATE)
    store.record(Batch("personal", "INBOX", 1, 2, facts=(answer,), places=(answer.message_id,)))
    step(store, box, at("2026-11-09T12:01"))
    assert drafts(box) == [edited]
    [entry] = store.journal(kind=ActionKind.DRAFT)
    assert entry.status == "kept"


def test_a_draft_the_person_deleted_does_not_come_back():
    store, box = store_at(None), mailbox()
    step(store, box, WEEK_LATER)
    box.content["Drafts"].mails.clear()
    step(store, box, WEEK_LATER + timedelta(hours=1))
    assert drafts(box) == []


def test_the_star_of_the_person_stays():
    store, box = store_at(None), mailbox()
    box.add_flags("INBOX", [1], ["\\Flagged"])
    step(store, box, WEEK_LATER)
    assert flags(box) == {"$FollowUp1w", "\\Flagged"}
    answer = fact("<news@nusantara.example>", "2026-11-09T12:00", Kind.STATUS_UPDATE)
    store.record(Batch("personal", "INBOX", 1, 2, facts=(answer,), places=(answer.message_id,)))
    step(store, box, at("2026-11-09T12:01"))
    assert flags(box) == {"\\Flagged"}


def test_a_second_machine_on_the_same_mailbox_adds_nothing():
    box = mailbox()
    step(store_at(None), box, WEEK_LATER)
    before = picture(box)
    step(store_at(None), box, WEEK_LATER)
    assert picture(box) == before


def test_ignore_withdraws_and_undo_lays_it_again():
    store, box = store_at(None), mailbox()
    step(store, box, WEEK_LATER)
    before = picture(box)
    store.add_mark(Mark(id=0, kind=Kind.MARK_IGNORE, target=INVITATION, made=WEEK_LATER))
    step(store, box, WEEK_LATER + timedelta(minutes=1))
    assert drafts(box) == []
    store.undo()
    step(store, box, WEEK_LATER + timedelta(minutes=2))
    assert len(drafts(box)) == 1
    assert flags(box) == before[1]


def test_no_drafts_folder_keeps_the_draft_waiting_with_its_fault():
    store = store_at(None)
    box = MemoryMailbox("personal", {"INBOX": Role.INBOX, "Sent": Role.SENT})
    box.deliver(f"Message-ID: {INVITATION}\r\n\r\nx".encode())
    step(store, box, WEEK_LATER)
    [entry] = [e for e in store.journal(status="waiting") if e.action.kind is ActionKind.DRAFT]
    assert "Drafts" in entry.fault
    assert flags(box) == {"$FollowUp1w", "\\Flagged"}


def test_old_silence_gets_no_draft_on_the_first_run():
    store, box = store_at(None), mailbox()
    now = at("2026-11-14T10:00")
    everything, actions = decide(store, PERSON, Wishes(first_run=now), PACKS, now)
    assert everything[0].situation.draft.value == "follow_up"
    assert {action.kind for action in actions} == {ActionKind.FLAG}
    journal(store, actions, everything, now)
    flush(store, box, "personal", now)
    assert drafts(box) == []


# --------------------------------------------------------------------------- stop at every step


class KilledHere(BaseException):
    """The process ends here, as by SIGKILL."""


class Tripwire:
    """Counts the steps of everything it is set on - before and after each - and ends the run at one."""

    def __init__(self, stop_at):
        self.stop_at, self.count = stop_at, 0

    def step(self):
        self.count += 1
        if self.count == self.stop_at:
            raise KilledHere

    def around(self, function):
        def run(*args, **kwargs):
            self.step()
            result = function(*args, **kwargs)
            self.step()
            return result

        return run

    def on(self, target, *names):
        for name in names:
            setattr(target, name, self.around(getattr(target, name)))


MAILBOX_STEPS = ("append_draft", "add_flags", "remove_flags", "delete_draft", "find")
STORE_STEPS = ("enqueue", "finish")
ANSWER = fact("<news@nusantara.example>", "2026-11-16T12:00", Kind.STATUS_UPDATE)


PASSES = (WEEK_LATER, TWO_WEEKS_LATER, at("2026-11-16T12:01"))


def one_pass(path, box, now, wire=None):
    """One look at the mailbox by a freshly started watcher; returns what the mailbox then looks like."""
    store = Store(path)
    if now > TWO_WEEKS_LATER:
        store.record(Batch("personal", "INBOX", 1, 2, facts=(ANSWER,), places=(ANSWER.message_id,)))
    if wire is not None:
        wire.on(store, *STORE_STEPS)
    try:
        step(store, box, now)
    finally:
        store.close()
    return picture(box)


def test_stopped_anywhere_and_run_again_the_end_is_the_same(tmp_path):
    store_at(tmp_path / "plain.sqlite").close()
    counting = Tripwire(stop_at=0)
    plain_box = mailbox()
    counting.on(plain_box, *MAILBOX_STEPS)
    expected = {now: one_pass(tmp_path / "plain.sqlite", plain_box, now, counting) for now in PASSES}
    assert [len(laid) for laid, _ in expected.values()] == [1, 1, 0]
    assert counting.count > 40

    for stop_at in range(1, counting.count + 1):
        path = tmp_path / f"stopped-{stop_at}.sqlite"
        store_at(path).close()
        box, wire, died = mailbox(), Tripwire(stop_at), False
        wire.on(box, *MAILBOX_STEPS)
        for now in PASSES:
            try:
                one_pass(path, box, now, None if died else wire)
            except KilledHere:
                died = True
                one_pass(path, box, now)  # the machine is up again
            assert picture(box) == expected[now], f"stopped at step {stop_at}"
            one_pass(path, box, now)
            assert picture(box) == expected[now], f"stopped at step {stop_at}, then run once more"
        assert died


# --------------------------------------------------------------------------- notices


class Screen:
    """A notifier that remembers."""

    name = "screen"

    def __init__(self, works=True):
        self.works, self.shown = works, []

    def show(self, notice: Notice) -> bool:
        if self.works:
            self.shown.append(notice)
        return self.works


def test_a_notice_is_told_once_and_waits_while_the_screen_is_away():
    store, text = store_at(None), words(PACKS, "en")
    everything, actions = decide(store, PERSON, Wishes(), PACKS, WEEK_LATER)
    journal(store, actions, everything, WEEK_LATER)
    assert tell(store, Screen(works=False), text, WEEK_LATER) == 0
    screen = Screen()
    assert tell(store, screen, text, WEEK_LATER + timedelta(minutes=5)) == 1
    assert tell(store, screen, text, WEEK_LATER + timedelta(minutes=6)) == 0
    [notice] = screen.shown
    assert "Nusantara Data" in notice.body and "follow-up" in notice.body
    assert [button.action for button in notice.buttons] == ["open", "snooze", "done"]


def test_a_notice_that_is_not_true_any_more_is_dropped():
    store, text = store_at(None), words(PACKS, "en")
    everything, actions = decide(store, PERSON, Wishes(), PACKS, WEEK_LATER)
    journal(store, actions, everything, WEEK_LATER)
    answer = fact("<news@nusantara.example>", "2026-11-09T12:00", Kind.STATUS_UPDATE)
    store.record(Batch("personal", "INBOX", 1, 2, facts=(answer,)))
    later = at("2026-11-09T12:30")
    everything, actions = decide(store, PERSON, Wishes(), PACKS, later)
    journal(store, actions, everything, later)
    screen = Screen()
    tell(store, screen, text, later)
    assert screen.shown == []


def test_minimal_level_names_nobody():
    store, text = store_at(None), words(PACKS, "id")
    wishes = Wishes(level="minimal", language="id")
    everything, actions = decide(store, PERSON, wishes, PACKS, WEEK_LATER)
    journal(store, actions, everything, WEEK_LATER)
    screen = Screen()
    tell(store, screen, text, WEEK_LATER, quiet_title=True)
    [notice] = screen.shown
    assert (notice.title, notice.body) == ("Pengingat", "1 proses perlu perhatian")


def test_nothing_is_planned_while_the_clock_is_suspect():
    store = store_at(None)
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    everything, actions = decide(store, PERSON, Wishes(), PACKS, long_ago)
    assert actions == ()
    assert everything[0].situation.flag.value == "clock_suspect"


def test_what_was_quiet_long_before_the_first_run_is_told_in_one_summary():
    store, text = store_at(None), words(PACKS, "en")
    now = at("2026-11-24T10:00")
    wishes = Wishes(first_run=now)
    for moment in (now, now + timedelta(hours=1)):
        everything, actions = decide(store, PERSON, wishes, PACKS, moment)
        journal(store, actions, everything, moment)
        screen = Screen()
        told = tell(store, screen, text, moment)
        assert told == (1 if moment == now else 0)
        for notice in screen.shown:
            assert "1 hiring processes found, 1 of them" in notice.body
            assert notice.buttons == ()
