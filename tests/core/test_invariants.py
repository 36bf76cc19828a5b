"""What must hold for any history (docs/rules.md section 5): nothing is asked twice, too early, or of nobody."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from histories import (
    ASK_DRAFTS,
    COMMON,
    EMPLOYER,
    MARKS,
    NOISE,
    OVER,
    OWN,
    PLACES,
    event,
    histories,
    moments,
    walk,
)
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from watcher.core.calendar import is_holiday, is_working_day
from watcher.core.etiquette import WINDOWS, Window, assess
from watcher.core.model import DraftKind, Event, Flag, Kind, State, Turn

WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)
ASKS = (Kind.OWN_FOLLOWUP, Kind.MARK_FOLLOWED_UP)
DECIDED = (State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.REJECTED)
CHAIN = (State.AWAITING, State.QUIET_1W, State.QUIET_2W, State.CLOSED_PRESUMED)
NEWS = (Kind.RECRUITER_REPLY, Kind.STATUS_UPDATE, Kind.ASSESSMENT, Kind.OFFER)
HANDED_OVER = (Kind.OWN_REPLY, Kind.OWN_ACCEPT, Kind.OWN_TASK_DONE)

given_history = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def believed(one):
    return one.trusted and not one.forged and not one.scam


# --------------------------------------------------------------------------- asking


@given_history
@given(histories())
def test_no_second_ask_in_a_round(history):
    for now in moments(history.last):
        answer, fold = history.look(now=now)
        if answer.draft not in ASK_DRAFTS:
            continue
        bounced = any(one.kind is Kind.BOUNCE for one in history.events)
        asks = [one.at for one in history.events if one.kind in ASKS and believed(one)]
        in_round = [at for at in asks if fold.round_start is None or at > fold.round_start]
        assert bounced or not in_round


@given_history
@given(histories(kinds=(*EMPLOYER, *OWN, *OWN, *COMMON, *MARKS)))
def test_only_the_bounce_of_an_ask_gives_it_back(history):
    bounces = [one for one in history.events if one.kind is Kind.BOUNCE]
    assume(bounces)
    explicit = [one for one in history.events if one.kind in ASKS and believed(one)]
    named = {one.details.bounced for one in bounces} & {"", "own_followup", *(one.id for one in explicit)}
    fold = history.fold()
    if not named:
        assert {one.at for one in explicit if one.at <= history.now} <= set(fold.asks)


@given_history
@given(histories())
def test_asks_only_when_it_is_the_employers_turn_and_no_date_is_known(history):
    for now in moments(history.last):
        answer, fold = history.look(now=now)
        if answer.draft in ASK_DRAFTS:
            assert answer.waiting_on is Turn.EMPLOYER
            assert answer.state in (State.QUIET_1W, State.QUIET_2W)
            assert not fold.ahead(now) and not fold.passed and not fold.due
        if answer.draft is DraftKind.CLOSING:
            assert fold.asked_in_round() and now - max(fold.asked_in_round()) >= WEEK - timedelta(hours=1)


@given_history
@given(histories())
def test_no_ask_within_a_week_of_news_or_of_an_own_mail(history):
    for now in moments(history.last, days=(0, 1, 3, 6, 7, 8)):
        answer, fold = history.look(now=now)
        if answer.draft not in ASK_DRAFTS or fold.ask_from is not None:
            continue
        touched = [one.at for one in history.events if one.kind in (*NEWS, *HANDED_OVER) and believed(one)]
        assert not touched or now - max(touched) >= WEEK - timedelta(hours=1)  # an hour of summer time


@given_history
@given(histories())
def test_nothing_is_drafted_for_what_is_over(history):
    for now in moments(history.last):
        answer = history.situation(now=now)
        if answer.state in OVER:
            assert answer.draft is DraftKind.NONE
        if answer.state is State.REJECTED:
            assert answer.draft in (DraftKind.NONE, DraftKind.FEEDBACK_REQUEST)


@given_history
@given(histories())
def test_nothing_asks_after_a_rejection(history):
    at = history.last + MINUTE
    rejected = replace(history, events=(*history.events, event(Kind.REJECTION, at, "no")))
    for now in moments(at):
        assert rejected.situation(now=now).draft not in (*ASK_DRAFTS, DraftKind.CLOSING)


# --------------------------------------------------------------------------- what changes nothing


@given_history
@given(histories(), st.integers(0, 40), st.sampled_from((*NOISE, "forged", "scam", "unsure")), st.data())
def test_noise_and_swindles_change_nothing(history, days, what, data):
    at = history.last - timedelta(days=days)
    kind = what if what in NOISE else data.draw(st.sampled_from(EMPLOYER))
    odd = event(kind, at, "odd", ask=True, start=at + timedelta(days=3), promise_by=at + timedelta(days=30))
    changes = {"forged": {"forged": True}, "scam": {"scam": True}, "unsure": {"trusted": False}}
    odd = replace(odd, **changes.get(what, {}))
    for now in moments(history.last, days=(0, 2, 8, 15, 40)):
        plain, beside = history.situation(now=now), history.situation(odd, now=now)
        assert (plain.state, plain.waiting_on, plain.draft, plain.anchor) == (
            beside.state,
            beside.waiting_on,
            beside.draft,
            beside.anchor,
        )
        if plain.flag not in (Flag.NONE, Flag.REVIEW, Flag.SUSPECT):
            assert (plain.flag, plain.notify) == (beside.flag, beside.notify)
        elif what in NOISE:
            assert plain == beside


@given_history
@given(histories(), st.integers(1, 20), st.sampled_from((Kind.INTERVIEW_INVITATION, Kind.MARK_SCHEDULED)))
def test_a_cancelled_date_never_yields_a_thank_you(history, days, kind):
    at = history.last + MINUTE
    start = at + timedelta(days=days, hours=3, minutes=17)
    told = event(kind, at, "told", start=start)
    cancelled = event(Kind.INTERVIEW_CANCELLATION, at + MINUTE, "off", start=start)
    for now in moments(start, days=(0, 1, 2, 3, 5)):
        answer, fold = history.look(told, cancelled, now=now)
        assert not any(abs(held.start - start) < timedelta(minutes=15) for held in fold.held)
        if answer.draft is DraftKind.THANK_YOU:
            assert fold.in_round in history.fold(now=now).held


@given_history
@given(histories(tricks=False), st.integers(0, 40), st.integers(0, 40))
def test_ignored_and_reopened_nothing_is_lost(history, first, second):
    history = history.without(Kind.MARK_IGNORE, Kind.MARK_REOPEN)
    assume(history.events)
    ignore = event(Kind.MARK_IGNORE, history.last - timedelta(days=first), "ignore")
    reopen = event(Kind.MARK_REOPEN, history.last + timedelta(days=second), "reopen")
    now = reopen.at + MINUTE
    plain, again = history.fold(now=now), history.fold(ignore, reopen, now=now)
    fresh = {"anchor": plain.anchor, "occasion": plain.occasion, "last": plain.last}
    assert replace(again, **fresh) == plain
    hidden = history.situation(ignore, now=reopen.at)
    assert (hidden.state, hidden.draft, hidden.notify) == (State.IGNORED, DraftKind.NONE, None)


@given_history
@given(histories(), st.sampled_from(MARKS))
def test_a_mark_never_makes_a_draft_appear_in_what_is_over(history, kind):
    before = history.situation()
    marked = history.situation(event(kind, history.now, "mark"))
    if before.state in OVER and marked.state in OVER:
        assert marked.draft is DraftKind.NONE
    dead = before.state in (State.CLOSED_PRESUMED, State.REJECTED)  # any mark brings it back (rule Q17)
    if kind in (Kind.MARK_SNOOZE, Kind.MARK_OK) and not dead:
        assert (marked.state, marked.draft) == (before.state, before.draft)


@given_history
@given(histories(), st.sampled_from(("", "own_followup", "own_reply", "own_decline", "<no@x>")))
def test_a_bounce_reopens_no_decision(history, of):
    before = history.situation()
    after = history.situation(event(Kind.BOUNCE, history.now, "bounce", bounced=of))
    if before.state in (*DECIDED, State.IGNORED):
        assert (after.state, after.waiting_on) == (before.state, before.waiting_on)
    fewer = len(history.fold().asks) - len(
        history.fold(event(Kind.BOUNCE, history.now, "b", bounced=of)).asks
    )
    assert fewer in (0, 1)
    if not fewer:
        assert (after.state, after.draft) == (before.state, before.draft)


@given_history
@given(histories(kinds=(*EMPLOYER, *OWN, *OWN, *COMMON, *MARKS)), st.data())
def test_a_removed_own_mail_gives_back_only_the_ask_it_spent(history, data):
    own = [one for one in history.events if one.kind.own]
    assume(own)
    gone = data.draw(st.sampled_from(own))
    history = history.without(Kind.BOUNCE)
    less = replace(history, events=tuple(one for one in history.events if one is not gone))
    assume(less.events)
    others = {one.at for one in less.events if one.kind in ASKS and believed(one) and one.at <= less.now}
    assert others <= set(less.fold().asks)
    if less.situation().draft in ASK_DRAFTS:
        assert not [at for at in others if (start := less.fold().round_start) is None or at > start]


# --------------------------------------------------------------------------- time


@given_history
@given(histories())
def test_time_alone_only_moves_forward(history):
    seen = None
    for _, answer in walk(history):
        if seen is not None:
            assert answer.state is State.CLOSED_PRESUMED or CHAIN.index(answer.state) >= seen
        quiet = answer.state in CHAIN and answer.waiting_on is not Turn.USER
        if quiet or answer.state in (State.FOLLOWED_UP, State.RESCHEDULING, State.ON_HOLD):
            seen = CHAIN.index(answer.state) if quiet else None
    final = history.situation(now=history.now + timedelta(days=1200))
    resting = {*DECIDED, State.CLOSED_PRESUMED, State.IGNORED, State.NONE}
    assert final.state in resting


@given_history
@given(histories())
def test_a_draft_withdrawn_by_time_stays_away(history):
    drafts = [answer.draft for _, answer in walk(history)]
    changed = [draft for before, draft in zip([None, *drafts], drafts, strict=False) if draft is not before]
    laid = [draft for draft in changed if draft is not DraftKind.NONE]
    assert len(laid) == len(set(laid))


@given_history
@given(histories())
def test_the_next_turn_is_ahead_and_real(history):
    for now, answer in walk(history):
        shown = (answer.state, answer.waiting_on, answer.flag, answer.draft)
        if answer.next_at is None:
            for later in moments(now, days=(1, 30, 400)):
                still = history.situation(now=later)
                assert (still.state, still.waiting_on, still.flag, still.draft) == shown
            continue
        assert answer.next_at > now and answer.next_what
        for part in (0.3, 0.999):
            between = history.situation(now=now + (answer.next_at - now) * part)
            assert (between.state, between.waiting_on, between.flag, between.draft) == shown
        after = history.situation(now=answer.next_at)
        assert (after.state, after.waiting_on, after.flag, after.draft) != shown
        assert answer.next_what in (after.state.value, after.flag.value)


def first_ask(history):
    """When an ask is first drafted, by time alone; None when never."""
    return next((now for now, answer in walk(history) if answer.draft in ASK_DRAFTS), None)


def comes_later(plain, delayed):
    """The ask of `delayed` is neither earlier than that of `plain` nor lost."""
    early, late = first_ask(plain), first_ask(delayed)
    if early is not None:
        assert late is not None and late >= early
    elif late is not None:
        assert plain.situation(now=plain.last).state is State.CLOSED_PRESUMED  # its time had come and gone


SAYS = (
    Kind.STATUS_UPDATE,
    Kind.RECRUITER_REPLY,
    Kind.AUTO_REPLY,
    Kind.INTERVIEW_CONFIRMATION,
    Kind.OWN_TASK_DONE,
)


@given_history
@given(histories(kinds=SAYS, most=6), st.sampled_from(("promise_by", "back", "both")))
def test_promises_and_leave_only_move_the_ask_later(history, what):
    def without(one, *names):
        return replace(one, details=replace(one.details, **dict.fromkeys(names)))

    names = ("promise_by", "back") if what == "both" else (what,)
    events = [without(one, "silence_by", "ask_from") for one in history.events]
    promised = replace(history, events=tuple(events))
    comes_later(replace(history, events=tuple(without(one, *names) for one in events)), promised)


@given_history
@given(histories(kinds=(*SAYS[:4], *NOISE), most=6))
def test_holidays_only_move_the_ask_later(history):
    comes_later(replace(history, setting=replace(history.setting, pause_holidays=False)), history)


@given_history
@given(histories(kinds=(*EMPLOYER, Kind.OWN_THANK_YOU, Kind.OWN_ACCEPT), places=PLACES[:1], tricks=False))
def test_an_hour_of_zone_never_moves_a_state_by_days(history):
    east = replace(history, setting=replace(history.setting, zone="Asia/Makassar"))
    day = timedelta(hours=25)

    def rank(answer):
        return (
            CHAIN.index(answer.state)
            if answer.state in CHAIN and answer.waiting_on is not Turn.USER
            else None
        )

    for now in moments(history.last + day):
        here = rank(history.situation(now=now))
        before, after = rank(east.situation(now=now - day)), rank(east.situation(now=now + day))
        if None not in (here, before, after):
            assert before <= here <= after


# --------------------------------------------------------------------------- order, notices, totality


@given_history
@given(histories(), st.integers(0, 10**6))
def test_order_of_arrival_and_duplicates_change_nothing(history, seed):
    shuffled = [*history.events, *history.events[::2]]
    shuffled += [
        replace(one, at=one.at + timedelta(days=3)) for one in history.events[::3] if not one.kind.mark
    ]
    marks = {one for one in history.events if one.kind.mark}
    shuffled = [one for one in shuffled if one not in marks] + list(marks)
    random.Random(seed).shuffle(shuffled)
    assert assess(shuffled, history.setting, history.now) == history.situation()
    nameless = [replace(one, id="") for one in history.events]
    backwards = list(reversed(nameless))
    assert assess(backwards, history.setting, history.now) == assess(nameless, history.setting, history.now)


@given_history
@given(histories())
def test_no_notice_outside_its_hours(history):
    for now in moments(history.last):
        answer = history.situation(now=now)
        if answer.notify is None:
            continue
        setting = history.setting
        local = answer.notify.astimezone(ZoneInfo(setting.user_zone or setting.zone))
        window = WINDOWS[answer.flag]
        opens, closes = setting.urgent_hours if window is Window.URGENT else setting.notice_hours
        assert opens <= local.hour < closes
        if window is Window.ASK:
            assert is_working_day(local.date(), setting.country)
        if window is Window.THANKS:
            assert local.weekday() != 6 and not is_holiday(local.date(), setting.country)
        if answer.snoozed_until is not None:
            assert answer.notify >= answer.snoozed_until


@given_history
@given(histories())
def test_every_state_has_a_turn_and_every_flag_a_time(history):
    answer = history.situation()
    turns = {
        State.OFFER: Turn.USER,
        State.INVITED: Turn.USER,
        State.OWE_REPLY: Turn.USER,
        State.LEAD: Turn.USER,
        State.TASK_DUE: Turn.USER,
        State.SCHEDULED: Turn.EVENT,
        State.QUIET_1W: Turn.EMPLOYER,
        State.QUIET_2W: Turn.EMPLOYER,
        State.FOLLOWED_UP: Turn.EMPLOYER,
        State.APPLIED: Turn.EMPLOYER,
    }
    either = (Turn.EMPLOYER, Turn.USER)
    if answer.state in (State.AWAITING, State.RESCHEDULING):
        assert answer.waiting_on in either
    else:
        assert answer.waiting_on is turns.get(answer.state, Turn.NOBODY)
    assert (answer.since is None) == (answer.flag is Flag.NONE)
    assert answer.since is None or answer.since <= history.now
    assert answer.flag is not Flag.NONE or answer.draft is DraftKind.NONE


EDGES = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
)


@given_history
@given(histories(), st.data())
def test_any_event_in_any_situation_never_raises(history, data):
    wild = st.one_of(st.sampled_from(EDGES), st.datetimes(timezones=st.just(UTC)), st.none())
    times = ("start", "end", "deadline", "promise_by", "silence_by", "ask_from", "back")
    for number, kind in enumerate(data.draw(st.lists(st.sampled_from(Kind), min_size=1, max_size=6))):
        at = data.draw(st.sampled_from((history.last, history.now, EDGES[0], EDGES[1])))
        odd = event(kind, at, f"odd{number}", **{name: data.draw(wild) for name in times[:: number % 3 + 1]})
        odd = replace(odd, until=data.draw(wild))
        answer = history.situation(odd)
        assert isinstance(odd, Event) and answer.state in State
