"""What is to be done now: (standings, journal, now) -> Actions. It decides; the outbox acts.

Every action has a key that is unique for ever, so that "never twice" is a property of the journal. Drafts are
keyed by their Message-ID, flags by message and keyword, notices by process, flag and since when it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.calendar import Window, next_notice
from watcher.core.draft import Draft, compose, draft_id
from watcher.core.etiquette import WINDOWS, notice_time, reminders
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
    Situation,
    State,
    Turn,
)
from watcher.core.person import Person as Person
from watcher.core.person import Wishes as Wishes
from watcher.core.process import is_called
from watcher.core.standing import OVER, Standing
from watcher.core.wording import notice_line, say_draft, words

#: The key of the one summary of the first run.
FIRST_RUN = "notify:first-run"

#: The keyword of a quiet process's newest employer mail.
KEYWORDS: Mapping[State, str] = {State.QUIET_1W: "$FollowUp1w", State.QUIET_2W: "$FollowUp2w"}
STAR = "\\Flagged"

#: Where the mailbox has labels (Gmail), every process that goes on carries one instead: by its state, else by
#: whose turn it is.
LABELS: Mapping[State | Turn, str] = {
    State.QUIET_1W: "one_week",
    State.QUIET_2W: "two_weeks",
    Turn.EMPLOYER: "waiting",
    Turn.USER: "your_turn",
}


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
    owners = _owners(lines, standings)
    orphans = [line for line in lines if line.action.process and line.action.process not in owners]
    actions = [*_withdrawals(orphans), *_unflaggings(orphans)]
    by_owner: dict[str, list[Line]] = {}
    for line in lines:
        by_owner.setdefault(owners.get(line.action.process, ""), []).append(line)
    for one in standings:
        own = by_owner.get(one.process.id, [])
        drafts = list(_drafts(one, own, person, wishes, packs, now, accounts, standings))
        actions += drafts
        actions += _flags(one, own, wishes, accounts)
        laid = _is_laid(one, own, drafts, wishes, now)
        actions += _notices(one, laid, wishes, packs, now, accounts)
    actions += _summary(standings, person, wishes, packs, now)
    known = {line.action.key for line in lines if line.status != "undone"}
    return tuple(action for action in actions if action.key not in known)


def _owners(lines: Sequence[Line], standings: Sequence[Standing]) -> dict[str, str]:
    """The process that each process named in the journal is today: an ID stays good when an earlier mail turns
    up or two processes become one. What is no process any more is left out."""
    today = {one.process.id for one in standings}
    named = {line.action.process for line in lines} - {""}
    owners = {name: name for name in named & today}
    for name in named - today:
        found = next((one.process.id for one in standings if is_called(one.process, name)), None)
        if found is not None:
            owners[name] = found
    return owners


def newest_employer_mail(one: Standing) -> Fact | None:
    """The newest mail of the employer's side that counts; it carries the flag in the mailbox."""
    noise = (Kind.AUTO_REPLY, Kind.BOUNCE, Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER)
    mails = [f for f in one.process.facts if f.incoming and f.trusted and f.kind not in noise]
    return mails[-1] if mails else None


def account_of(one: Standing, accounts: Mapping[str, str]) -> str:
    """The account that holds the employer's newest mail, '' unknown."""
    newest = newest_employer_mail(one)
    return accounts.get(newest.message_id, "") if newest is not None else ""


# --------------------------------------------------------------------------- drafts


def _drafts(
    one: Standing,
    lines: Sequence[Line],
    person: Person,
    wishes: Wishes,
    packs: Packs,
    now: datetime,
    accounts: Mapping[str, str],
    everything: Sequence[Standing],
) -> Iterator[Action]:
    """The draft that fits now; whatever lies there of ours and fits no more is withdrawn."""
    kind = one.situation.draft if one.situation.draft in wishes.drafts else DraftKind.NONE
    wanted = "" if kind is DraftKind.NONE else draft_id(one.process, one.situation, kind, now)
    laid = {line.action.message_id: line for line in lines if line.action.kind is ActionKind.DRAFT}
    requested = [line for line in laid.values() if _still_asked_for(one, line)]
    if requested:  # one live draft: what the person asked for takes the place of ours
        wanted = max(requested, key=lambda line: line.made).action.message_id
    yield from _withdrawals(lines, wanted)
    fresh = wanted not in laid or laid[wanted].status == "undone"
    if wanted and fresh and not too_old(one, wishes):
        others = tuple(o.process.company for o in everything if o is not one and o.process.company)
        made = draft_for(one, kind, person, wishes, packs, now, others, accounts)
        if isinstance(made, Draft):
            yield draft_action(one, made, accounts)


def _withdrawals(lines: Sequence[Line], wanted: str = "") -> Iterator[Action]:
    """Take back every draft of these lines but the one whose Message-ID is `wanted`."""
    for line in lines:
        action = line.action
        live = action.kind is ActionKind.DRAFT and line.status in ("waiting", "done")
        if live and action.message_id != wanted:
            yield Action(
                key=f"withdraw:{action.message_id}",
                kind=ActionKind.WITHDRAW,
                process=action.process,
                message_id=action.message_id,
                account=action.account,
                what=action.what,
                data={"fingerprint": action.data.get("fingerprint", "")},
            )


def _is_laid(
    one: Standing, lines: Sequence[Line], planned: Sequence[Action], wishes: Wishes, now: datetime
) -> bool:
    """True when the draft that fits now lies in Drafts, or is on its way there."""
    kind = one.situation.draft
    if kind is DraftKind.NONE or kind not in wishes.drafts:
        return False
    key = f"draft:{draft_id(one.process, one.situation, kind, now)}"
    there = any(line.action.key == key and line.status in ("waiting", "done", "kept") for line in lines)
    return there or any(action.key == key for action in planned)


def _still_asked_for(one: Standing, line: Line) -> bool:
    """A draft the person asked for stays until something has happened, or fallen due, since."""
    live = line.status in ("waiting", "done") and line.action.data.get("requested") == "yes"
    since = (one.fold.last, one.situation.since)
    return live and all(moment is None or moment <= line.made for moment in since)


def draft_for(
    one: Standing,
    kind: DraftKind,
    person: Person,
    wishes: Wishes,
    packs: Packs,
    now: datetime,
    others: Sequence[str] = (),
    accounts: Mapping[str, str] = {},
) -> object:
    """The letter `kind` for a process, or the Refusal that says why there is none. It is written from the
    account that holds the employer's newest mail."""
    there = person.mailboxes.get(account_of(one, accounts), ())
    return compose(
        one.process,
        one.situation,
        kind,
        me=Address(there[0] if there else person.address, person.name),
        own_addresses=person.addresses,
        from_addresses=frozenset(there),
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
    data = {"raw": made.raw.decode("utf-8", "surrogateescape"), "fingerprint": body_fingerprint(made.raw)}
    return Action(
        key=f"draft:{made.message_id}",
        kind=ActionKind.DRAFT,
        process=one.process.id,
        message_id=made.message_id,
        account=account_of(one, accounts),
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
    """The mark of a process on the employer's newest mail; ours are taken off when it moves on."""
    newest = newest_employer_mail(one)
    account = accounts.get(newest.message_id, "") if newest is not None else ""
    marks = _marks(one.situation, account in wishes.labelled, wishes) if newest is not None else {}
    # A label's name is a part of the key: under another name it is another mark, and the old one goes.
    name = marks.get("label", "") or marks.get("keyword", "") or KEYWORDS.get(one.situation.state, "")
    kind = "label" if "label" in marks else "flag"
    wanted = f"{kind}:{newest.message_id}:{name}" if marks and newest is not None else ""
    yield from _unflaggings(lines, wanted)
    known = any(line.action.key == wanted and line.status != "undone" for line in lines)
    if wanted and newest is not None and not known:
        flags = " ".join(marks[mark] for mark in ("keyword", "star") if mark in marks)
        yield Action(
            key=wanted,
            kind=ActionKind.FLAG,
            process=one.process.id,
            message_id=newest.message_id,
            account=account,
            what=name,
            data={"flags": flags} | ({"label": name} if "label" in marks else {}),
        )


def _marks(answer: Situation, labelled: bool, wishes: Wishes) -> dict[str, str]:
    """What a situation is marked with: a quiet one with a star and a keyword, where there are labels with one
    of them in place of the keyword, and so is every other that goes on."""
    quiet = KEYWORDS.get(answer.state, "")
    word = "" if answer.state in OVER else LABELS.get(answer.state, LABELS.get(answer.waiting_on, ""))
    label = wishes.labels.get(word, "") if labelled else ""
    marks = {"label": label} if labelled else {"keyword": quiet}
    chosen = {"star": STAR if quiet else ""} if "star" in wishes.mailbox_marks else {}
    if "keyword" in wishes.mailbox_marks:
        chosen |= marks
    return {mark: value for mark, value in chosen.items() if value}


def _unflaggings(lines: Sequence[Line], wanted: str = "") -> Iterator[Action]:
    """Take off every flag of these lines but the one whose key is `wanted`."""
    for line in lines:
        action = line.action
        ours = action.kind is ActionKind.FLAG and line.status in ("waiting", "done")
        if ours and action.key != wanted:
            yield replace(action, key=f"un{action.key}", kind=ActionKind.UNFLAG, not_before=None)


# --------------------------------------------------------------------------- notices


def _notices(
    one: Standing, laid: bool, wishes: Wishes, packs: Packs, now: datetime, accounts: Mapping[str, str]
) -> Iterator[Action]:
    """What the person should be told now: the flag, deadlines that come near, an interview that moved."""
    if not wishes.notices:
        return
    answer, flag = one.situation, one.situation.flag
    window = WINDOWS.get(flag, Window.ASK)
    told = answer.notify is not None and _now_is_right(one, answer.notify, window, now)
    if told and not too_old(one, wishes):
        moment = answer.interview if flag is Flag.INTERVIEW_SOON else answer.deadline
        urgent = window is Window.URGENT
        yield _notice(
            one, laid, _flag_key(one, now), flag.value, moment, urgent, wishes, packs, now, accounts
        )
    for reminder in reminders(one.fold, now):
        if _now_is_right(one, reminder.at, Window.URGENT, now):
            key = f"{reminder.topic}:{reminder.deadline.isoformat()}"
            yield _notice(
                one, laid, key, reminder.topic, reminder.deadline, True, wishes, packs, now, accounts
            )
    for fact in one.process.facts:
        if fact.message_id not in one.fold.changes or answer.state in OVER:
            continue
        recent = now - timedelta(days=wishes.grace_days) <= fact.at
        if recent and answer.snoozed_until is None and _now_is_right(one, fact.at, Window.URGENT, now):
            topic = fact.kind.value
            if fact.kind is Kind.INTERVIEW_RESCHEDULE and fact.details.start is None:
                topic = "interview_reschedule_open"
            key = f"{topic}:{fact.message_id}"
            yield _notice(one, laid, key, topic, fact.details.start, True, wishes, packs, now, accounts)


def _summary(
    standings: Sequence[Standing], person: Person, wishes: Wishes, packs: Packs, now: datetime
) -> Iterator[Action]:
    """One notice for everything that was quiet long before the first run (rule Q16)."""
    old = sum(1 for one in standings if one.situation.flag is not Flag.NONE and too_old(one, wishes))
    begun = wishes.first_run
    if not (wishes.notices and old and begun) or now - begun > timedelta(days=wishes.grace_days):
        return
    if next_notice(now, Window.ASK, person.zone, person.country, person.notice_hours) > now:
        return
    text = words(packs, wishes.language)
    line = str(text["summary_first_run"]).format(count=len(standings), old=old)
    yield Action(
        key=FIRST_RUN,
        kind=ActionKind.NOTIFY,
        process="",
        what="summary_first_run",
        data={"line": line, "urgent": ""},
    )


def _now_is_right(one: Standing, wish: datetime, window: Window, now: datetime) -> bool:
    """True when the time of a notice has come, and `now` is an hour for it: the machine may have slept."""
    return wish <= now and notice_time(now, window, one.fold) == now


def _flag_key(one: Standing, now: datetime) -> str:
    """What makes the notice of a flag the only one: since when it holds; a question is told again when its
    draft is laid, and everything after a snooze."""
    answer, snooze = one.situation, one.fold.snooze
    since = answer.since.isoformat() if answer.since is not None else ""
    key = f"{answer.flag.value}:{since}"
    if answer.flag is Flag.OWE_REPLY and answer.draft is not DraftKind.NONE:
        key += f":{answer.draft.value}"
    if snooze is not None and answer.since is not None and answer.since < snooze <= now:
        key += f":after {snooze.isoformat()}"
    return key


def _notice(
    one: Standing,
    laid: bool,
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
    if laid:
        draft = say_draft(one.situation.draft, text)
        line = f"{line} {str(text['draft_ready']).format(draft=draft)}"
    newest = newest_employer_mail(one)
    thread = newest.gmail_thread if newest is not None else ""
    return Action(
        key=f"notify:{one.process.id}:{key}",
        kind=ActionKind.NOTIFY,
        process=one.process.id,
        message_id=newest.message_id if newest is not None else "",
        account=accounts.get(newest.message_id, "") if newest is not None else "",
        what=topic,
        data={"line": "" if wishes.level == "minimal" else line, "urgent": "yes" if urgent else ""}
        | ({"thread": thread} if thread else {}),
    )
