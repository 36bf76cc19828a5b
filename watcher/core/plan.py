"""What is to be done now: (standings, journal, now) -> Actions. It decides; the outbox acts.

Every action has a key that is unique for ever, so that "never twice" is a property of the journal. Drafts are
keyed by their Message-ID, flags by message and keyword, notices by process, flag and since when it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.core.calendar import Window, next_notice
from watcher.core.draft import Draft, compose, draft_id
from watcher.core.etiquette import reminders
from watcher.core.language import Packs
from watcher.core.message import body_fingerprint
from watcher.core.model import (
    Action,
    ActionKind,
    Address,
    DraftKind,
    Fact,
    Flag,
    Kind,
    State,
)
from watcher.core.standing import Person, Standing
from watcher.core.wording import notice_line, say_draft, words

#: The keyword of a quiet process's newest employer mail.
KEYWORDS: Mapping[State, str] = {State.QUIET_1W: "$FollowUp1w", State.QUIET_2W: "$FollowUp2w"}
STAR = "\\Flagged"

#: Flags whose notice may come at any waking hour (rule Q5).
URGENT = (Flag.OFFER_PENDING, Flag.OWE_REPLY, Flag.INTERVIEW_SOON, Flag.TASK_DUE, Flag.TASK_OVERDUE)
#: Mail that is told of by itself, whatever the flag: the interview changed (rule Q5).
_CHANGES = (Kind.INTERVIEW_RESCHEDULE, Kind.INTERVIEW_CANCELLATION)
_CHANGED_STATES = (State.SCHEDULED, State.RESCHEDULING, State.INVITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person wants done. `first_run`: what ripened more than `grace_days` before it is told in one
    summary only and gets no draft by itself (rule Q16)."""

    drafts: frozenset[DraftKind] = frozenset(DraftKind)
    mailbox_marks: frozenset[str] = frozenset({"star", "keyword"})
    notices: bool = True
    level: str = "company"  # minimal, company, full
    language: str = "en"
    first_run: datetime | None = None
    grace_days: int = 3
    own_letters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """What the plan needs to know of a journal line."""

    action: Action
    status: str
    made: datetime


def plan(
    standings: Sequence[Standing],
    journal: Iterable[Line],
    person: Person,
    wishes: Wishes,
    packs: Packs,
    now: datetime,
    accounts: Mapping[str, str],
) -> tuple[Action, ...]:
    """The actions due at `now` that the journal does not have. `accounts` maps a Message-ID to the account
    that holds it. Nothing is planned while the clock is suspect."""
    if any(one.situation.flag is Flag.CLOCK_SUSPECT for one in standings):
        return ()
    lines = list(journal)
    actions: list[Action] = []
    for one in standings:
        own = [line for line in lines if line.action.process == one.process.id]
        others = tuple(o.process.company for o in standings if o is not one and o.process.company)
        actions += _drafts(one, own, person, wishes, packs, now, accounts, others)
        actions += _flags(one, own, wishes, accounts)
        actions += _notices(one, wishes, packs, now, accounts)
    return tuple(actions)


def newest_employer_mail(one: Standing) -> Fact | None:
    """The newest mail of the employer's side that counts; it carries the flag in the mailbox."""
    noise = (Kind.AUTO_REPLY, Kind.BOUNCE, Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER)
    mails = [f for f in one.process.facts if f.incoming and f.trusted and f.kind not in noise]
    return mails[-1] if mails else None


# --------------------------------------------------------------------------- drafts


def _drafts(
    one: Standing,
    lines: Sequence[Line],
    person: Person,
    wishes: Wishes,
    packs: Packs,
    now: datetime,
    accounts: Mapping[str, str],
    others: Sequence[str],
) -> Iterator[Action]:
    """The draft that fits now; whatever lies there of ours and fits no more is withdrawn."""
    kind = one.situation.draft if one.situation.draft in wishes.drafts else DraftKind.NONE
    wanted = "" if kind is DraftKind.NONE else draft_id(one.process, one.situation, kind, now)
    laid = {line.action.message_id: line for line in lines if line.action.kind is ActionKind.DRAFT}
    for message_id, line in laid.items():
        if line.status in ("waiting", "done") and message_id != wanted and not _still_asked_for(one, line):
            yield Action(
                key=f"withdraw:{message_id}",
                kind=ActionKind.WITHDRAW,
                process=one.process.id,
                message_id=message_id,
                account=line.action.account,
                what=line.action.what,
                data={"fingerprint": line.action.data.get("fingerprint", "")},
            )
    fresh = wanted not in laid or laid[wanted].status == "undone"
    if wanted and fresh and not too_old(one, wishes):
        made = draft_for(one, kind, person, wishes, packs, now, others)
        if isinstance(made, Draft):
            yield draft_action(one, made, accounts)


def _still_asked_for(one: Standing, line: Line) -> bool:
    """A draft the person asked for stays until something has happened since."""
    last = one.fold.last
    return line.action.data.get("requested") == "yes" and (last is None or last <= line.made)


def draft_for(
    one: Standing,
    kind: DraftKind,
    person: Person,
    wishes: Wishes,
    packs: Packs,
    now: datetime,
    others: Sequence[str] = (),
) -> object:
    """The letter `kind` for a process, or the Refusal that says why there is none."""
    return compose(
        one.process,
        one.situation,
        kind,
        me=Address(person.address, person.name),
        own_addresses=person.addresses,
        now=now,
        zone=one.setting.zone,
        packs=packs,
        own_letters=wishes.own_letters,
        other_names=others,
    )


def draft_action(
    one: Standing, made: Draft, accounts: Mapping[str, str], *, requested: bool = False
) -> Action:
    """The journal line for a finished letter. Its text is in the line until it lies in the mailbox."""
    newest = newest_employer_mail(one)
    data = {"raw": made.raw.decode("utf-8", "surrogateescape"), "fingerprint": body_fingerprint(made.raw)}
    return Action(
        key=f"draft:{made.message_id}",
        kind=ActionKind.DRAFT,
        process=one.process.id,
        message_id=made.message_id,
        account=accounts.get(newest.message_id, "") if newest is not None else "",
        what=made.kind.value,
        data={**data, "requested": "yes"} if requested else data,
    )


def too_old(one: Standing, wishes: Wishes) -> bool:
    """True for what ripened long before the first run (rule Q16)."""
    since = one.situation.since
    if wishes.first_run is None or since is None:
        return False
    return since < wishes.first_run - timedelta(days=wishes.grace_days)


# --------------------------------------------------------------------------- flags in the mailbox


def _flags(
    one: Standing, lines: Sequence[Line], wishes: Wishes, accounts: Mapping[str, str]
) -> Iterator[Action]:
    """The keyword of a quiet process on the employer's newest mail; ours are taken off when it moves on."""
    keyword, newest = KEYWORDS.get(one.situation.state, ""), newest_employer_mail(one)
    wanted = ""
    if keyword and newest is not None and wishes.mailbox_marks:
        wanted = f"flag:{newest.message_id}:{keyword}"
    for line in lines:
        ours = line.action.kind is ActionKind.FLAG and line.status in ("waiting", "done")
        if ours and line.action.key != wanted:
            yield Action(
                key=f"un{line.action.key}",
                kind=ActionKind.UNFLAG,
                process=one.process.id,
                message_id=line.action.message_id,
                account=line.action.account,
                what=line.action.what,
                data=line.action.data,
            )
    known = any(line.action.key == wanted and line.status != "undone" for line in lines)
    if wanted and newest is not None and not known:
        kept = {"keyword": keyword, "star": STAR}
        flags = " ".join(kept[mark] for mark in ("keyword", "star") if mark in wishes.mailbox_marks)
        yield Action(
            key=wanted,
            kind=ActionKind.FLAG,
            process=one.process.id,
            message_id=newest.message_id,
            account=accounts.get(newest.message_id, ""),
            what=keyword,
            data={"flags": flags},
        )


# --------------------------------------------------------------------------- notices


def _notices(
    one: Standing, wishes: Wishes, packs: Packs, now: datetime, accounts: Mapping[str, str]
) -> Iterator[Action]:
    """What the person should be told now: the flag, deadlines that come near, an interview that moved."""
    if not wishes.notices:
        return
    answer, zone = one.situation, one.setting.user_zone or one.setting.zone
    if answer.notify is not None and answer.notify <= now and not too_old(one, wishes):
        since = answer.since.isoformat() if answer.since is not None else ""
        key = f"{answer.flag.value}:{since}:{answer.draft.value}"
        moment = answer.interview if answer.flag is Flag.INTERVIEW_SOON else answer.deadline
        yield _notice(
            one, key, answer.flag.value, moment, answer.flag in URGENT, wishes, packs, now, accounts
        )
    for topic, at in reminders(one.fold, now):
        if at <= now:
            key = f"{topic}:{answer.deadline.isoformat() if answer.deadline else ''}"
            yield _notice(one, key, topic, answer.deadline, True, wishes, packs, now, accounts)
    for fact in one.process.facts:
        if fact.kind not in _CHANGES or not fact.trusted or answer.state not in _CHANGED_STATES:
            continue
        at = next_notice(fact.at, Window.URGENT, zone, one.setting.country, one.setting.urgent_hours)
        recent = now - timedelta(days=wishes.grace_days) <= fact.at
        if at <= now and recent and (answer.snoozed_until is None):
            topic = fact.kind.value
            if fact.kind is Kind.INTERVIEW_RESCHEDULE and fact.details.start is None:
                topic = "interview_reschedule_open"
            key = f"{topic}:{fact.message_id}"
            yield _notice(one, key, topic, fact.details.start, True, wishes, packs, now, accounts)


def _notice(
    one: Standing,
    key: str,
    topic: str,
    moment: datetime | None,
    urgent: bool,
    wishes: Wishes,
    packs: Packs,
    now: datetime,
    accounts: Mapping[str, str],
) -> Action:
    """The journal line of a notice, with its words: they depend on the level the person chose (rule 6.3)."""
    text = words(packs, wishes.language)
    zone = one.setting.user_zone or one.setting.zone
    line = notice_line(
        topic, one.process, text, moment=moment, now=now, zone=zone, full=wishes.level == "full"
    )
    if one.situation.draft in wishes.drafts and one.situation.draft is not DraftKind.NONE:
        draft = say_draft(one.situation.draft, text)
        line = f"{line} {str(text['draft_ready']).format(draft=draft)}"
    newest = newest_employer_mail(one)
    return Action(
        key=f"notify:{one.process.id}:{key}",
        kind=ActionKind.NOTIFY,
        process=one.process.id,
        message_id=newest.message_id if newest is not None else "",
        account=accounts.get(newest.message_id, "") if newest is not None else "",
        what=topic,
        data={"line": "" if wishes.level == "minimal" else line, "urgent": "yes" if urgent else ""},
    )
