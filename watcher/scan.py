"""One pass over one account: read what is new, judge it, record it; then decide what is to be done.

    for each folder, the sent one first
        fetch what is new -> parse -> judge -> record facts and cursor   [transaction 1]
    group, fold and assess everything known                              derived each time
    plan what is due                                                     values
    journal it                                                           [transaction 2]

The outbox then acts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.context import Context
from watcher.core.corrections import Said, allowed, put_right, said, unread
from watcher.core.course import courses
from watcher.core.home import homes
from watcher.core.judge import judge
from watcher.core.language import Packs
from watcher.core.model import Action, ActionKind, Fact, Flag, Kind, Mail, Reading
from watcher.core.parse import parse
from watcher.core.person import Person, Wishes
from watcher.core.plan import Line, plan
from watcher.core.standing import Memory, Standing, standings
from watcher.core.template import template_of
from watcher.edition import edition
from watcher.errors import StoreError
from watcher.mailbox import Mailbox
from watcher.presses import press
from watcher.reader import (
    LABELLED,
    MISSING,
    TRIES,
    Begun,
    Judged,
    JudgingError,
    Look,
    Outlook,
    Pass,
    Progress,
    read,
)
from watcher.store import Derived, Store

log = logging.getLogger(__name__)

#: What is no part of any process unless it belongs to the thread of one.
_NOISE = frozenset((Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER, Kind.AUTO_REPLY, Kind.BOUNCE))

_FLAGS = frozenset(flag.value for flag in Flag)

#: Notices of things that are dated ahead: told in time also while the account cannot be read.
DATED = frozenset(
    {Flag.INTERVIEW_SOON.value, Flag.TASK_DUE.value, Flag.TASK_OVERDUE.value}
    | {"offer_deadline", "task_deadline"}
)

__all__ = [
    "MISSING",
    "TRIES",
    "Here",
    "Look",
    "Pass",
    "decide",
    "journal",
    "keep_shown",
    "read_account",
    "stand",
]


@dataclass(slots=True)
class _Known:
    """What the judging of the next mail may rest on; grows as mails are read."""

    ids: set[str] = field(default_factory=set)
    own_ids: set[str] = field(default_factory=set)
    senders: set[str] = field(default_factory=set)
    said: Said = field(default_factory=lambda: Said({}))  # what the person said that mails are
    answers: dict[str, set[Kind]] = field(default_factory=dict)  # Message-ID -> the own mails that answer it

    def learn(self, fact: Fact) -> None:
        fact = put_right(fact, self.said)
        self.ids.add(fact.message_id)
        if not fact.incoming:
            self.own_ids.add(fact.message_id)
            for answered in fact.in_reply_to:
                self.answers.setdefault(answered, set()).add(fact.kind)
        elif fact.trusted and fact.kind not in _NOISE:
            self.senders.add(fact.sender.email)


def read_account(look: Look, mailbox: Mailbox, store: Store, progress: Progress | None = None) -> Pass:
    """Read everything new in one account into the store, judging it here. Raises what the mailbox and the store
    raise; what was recorded before stays, and the next pass goes on from there."""
    return read(look, mailbox, store, Here(store), progress)


class Here:
    """The `Mind` in this process. `person`, `wishes` and `packs` are for deciding."""

    def __init__(
        self,
        store: Store,
        person: Person | None = None,
        wishes: Wishes | None = None,
        packs: Packs | None = None,
    ) -> None:
        self._store, self._person, self._wishes, self._packs = store, person, wishes, packs
        self._known: dict[str, _Known] = {}  # by account
        # Asked now, while the files are those that were loaded: an upgrade may put others in their place.
        self._rules = edition(person) if person is not None else ""
        self._memory: Memory = {}
        self._derived: tuple[int, tuple[Standing, ...], datetime] | None = None  # not kept yet

    def begin(self, look: Look) -> Begun:
        """Take in every fact."""
        stored = {fact.message_id: fact for fact in self._store.facts()}
        corrections = self._store.corrections()
        known = self._known[look.account] = _Known(said=said(tuple(stored.values()), corrections))
        for fact in stored.values():
            known.learn(fact)
        again: dict[str, Kind] = {}
        if corrections:
            accounts = self._store.accounts()
            again = {target: kind for target, kind in known.said.labels.items() if target not in stored}
            for fact, kind in unread(stored.values(), known.said):
                if accounts[fact.message_id] == look.account:
                    again[fact.message_id] = kind
        return Begun(frozenset(known.senders), frozenset(known.answers), again)

    def judge(
        self, look: Look, raw: bytes, arrived: datetime | None, *, sent: bool, told: Kind | None = None
    ) -> Callable[[], Judged]:
        """At once."""
        known = self._known[look.account]
        try:
            fact = judge_raw(look, raw, arrived, known, sent=sent, told=told)
        except Exception as error:
            log.debug("the fault", exc_info=True)
            return _failing(type(error).__name__)
        before = len(known.senders)
        kept, refers = _is_kept(fact, look, known), _refers(fact, known)
        if kept and told is None and (refers or not self._store.is_known(fact.message_id)):
            known.learn(fact)
        new = frozenset({fact.sender.email}) if len(known.senders) > before else frozenset[str]()
        judged = Judged(fact, kept, refers, new)
        return lambda: judged

    def decide(self, account: str, now: datetime) -> Outlook:
        """Here."""
        everything, actions = self._decided(now)
        journal(self._store, [one for one in actions if one.account in ("", account)], everything, now)
        return _outlook(everything, actions, now)

    def tick(self, now: datetime, working: Collection[str]) -> Outlook:
        """Here."""
        everything, actions = self._decided(now)
        told = [one for one in actions if one.account not in working and _is_dated(one)]
        if told:
            journal(self._store, told, everything, now)
        return _outlook(everything, actions, now)

    def press(self, notice: str, action: str, now: datetime) -> None:
        """Here."""
        if self._person is None:
            return
        addresses = {account: own[0] for account, own in self._person.mailboxes.items() if own}
        press(self._store, stand(self._store, self._person, now), notice, action, now, addresses)

    def rest(self) -> None:
        """Nobody waits for an answer: keep for `status` what was derived last."""
        if self._derived is not None:
            keep_shown(self._store, self._rules, *self._derived)
        self._derived = None

    def close(self) -> None:
        """Nothing is held."""

    def _decided(self, now: datetime) -> tuple[tuple[Standing, ...], tuple[Action, ...]]:
        if self._person is None or self._wishes is None or self._packs is None:
            return (), ()
        revision = self._store.revision()
        everything, actions = decide(self._store, self._person, self._wishes, self._packs, now, self._memory)
        self._derived = revision, everything, now
        return everything, actions


def _failing(name: str) -> Callable[[], Judged]:
    def answer() -> Judged:
        raise JudgingError(name)

    return answer


def _is_dated(action: Action) -> bool:
    """True for what has to be told though the account that holds it cannot be read."""
    return action.kind is ActionKind.NOTIFY and action.what in DATED


def _outlook(everything: Sequence[Standing], actions: Sequence[Action], now: datetime) -> Outlook:
    times = [at for one in everything for at in (one.situation.notify, one.situation.next_at)]
    coming = [at for at in times if at is not None and at > now]
    return Outlook(
        frozenset(action.account for action in actions),
        len(everything),
        (min(coming) - now).total_seconds() + 1 if coming else None,
    )


def judge_raw(
    look: Look,
    raw: bytes,
    arrived: datetime | None,
    known: _Known | None = None,
    *,
    sent: bool = False,
    told: Kind | None = None,
) -> Fact:
    """The fact that one raw mail is, with its fingerprint. Where the person's word holds for it (or `told` is
    given), it is read a second time as what it is by that. `sent`: it lies in the folder of sent mail."""
    known = known or _Known()
    mail = parse(raw, look.packs)
    fact = _judged(look, mail, arrived, known, sent=sent)
    if (
        told is None
        and fact.kind in _NOISE
        and not known.said.knows_sender(fact)
        and not _refers(fact, known)
    ):
        return fact  # nobody will ask for its fingerprint
    fact = replace(fact, template=template_of(mail, fact.details, fact.verdict.language, look.packs))
    if told is None:
        answer = known.said.of(fact)
        told = answer[0] if answer is not None and answer[0] is not fact.kind else None
    if told is None or not allowed(told, incoming=fact.incoming):
        return fact
    read = _judged(look, mail, arrived, known, sent=sent, told=told)
    reading = Reading(
        kind=told, details=read.details, human=read.human, repliable=read.repliable, channel=read.channel
    )
    return replace(fact, reading=reading)


def _judged(
    look: Look,
    mail: Mail,
    arrived: datetime | None,
    known: _Known,
    *,
    sent: bool,
    told: Kind | None = None,
) -> Fact:
    related = set(mail.in_reply_to) | set(mail.references)
    context = Context(
        own=look.person.addresses,
        outgoing=True if sent else None,
        zone=look.person.zone,
        country=look.person.country,
        known_senders=known.senders,
        own_message_ids=known.own_ids,
        authserv=look.authserv,
        live=mail.sender.email in known.senders or bool(related & known.ids),
        answers=known.answers,
    )
    fact = judge(mail, context, look.packs, arrived=arrived, models=look.models, told=told)
    return replace(fact, scam=(), authentic=True) if _listed(fact.sender.email, look.trust) else fact


def _listed(email: str, senders: frozenset[str]) -> bool:
    """True when an address or its domain stands in a list of the person's."""
    domain = email.rpartition("@")[2]
    return email in senders or any(domain == s or domain.endswith(f".{s}") for s in senders)


def _is_kept(fact: Fact, look: Look, known: _Known) -> bool:
    """Unrelated mail is not remembered: only a hash of its Message-ID is (rule 6.3). What the person called
    unrelated is, for they may take that back."""
    if _listed(fact.sender.email, look.ignore) or (look.since is not None and fact.at.date() < look.since):
        return False
    if not fact.incoming or {fact.kind, put_right(fact, known.said).kind} - _NOISE:
        return True
    return _refers(fact, known)


def _refers(fact: Fact, known: _Known) -> bool:
    """True when it belongs to a conversation that is known."""
    return bool({*fact.in_reply_to, *fact.references, fact.details.bounced} & known.ids)


# --------------------------------------------------------------------------- decide


def stand(store: Store, person: Person, now: datetime, memory: Memory | None = None) -> tuple[Standing, ...]:
    """Where every process stands at `now`, from everything stored; see `standings` for the memory."""
    return standings(store.facts(), store.marks(), store.corrections(), person, now, memory)


def keep_shown(
    store: Store, rules: str, revision: int, everything: Sequence[Standing], now: datetime
) -> None:
    """Keep what was derived at `now`, by this edition of the rules, from the store as it was at `revision`: so
    that `status` finds it. A store that cannot be written now is no fault: then it is derived again."""
    try:
        if store.holds_shown(rules, now):
            return
        found, until = courses(everything, now)
        store.keep_shown(Derived(revision=revision, edition=rules, since=now, until=until, courses=found))
    except StoreError as error:
        log.debug("the table of processes is not kept: %s", error)


def decide(
    store: Store,
    person: Person,
    wishes: Wishes,
    packs: Packs,
    now: datetime,
    memory: Memory | None = None,
) -> tuple[tuple[Standing, ...], tuple[Action, ...]]:
    """Where every process stands, and what is new to be done. Writes nothing."""
    everything = stand(store, person, now, memory)
    lines = [Line(entry.action, entry.status, entry.made) for entry in store.journal()]
    accounts = homes_of(store, everything, person)
    labelled = frozenset(name for name in set(accounts.values()) if store.note(f"{LABELLED}:{name}"))
    wishes = replace(wishes, labelled=labelled)
    actions = plan(everything, lines, person, wishes, packs, now, accounts)
    known = {line.action.key for line in lines if line.status != "undone"}
    return everything, tuple(action for action in actions if action.key not in known)


def homes_of(store: Store, everything: Sequence[Standing], person: Person) -> dict[str, str]:
    """Message-ID -> the account that answers it, for the mails of all processes."""
    if len(person.mailboxes) < 2:
        return store.accounts()
    facts = (fact for one in everything for fact in one.process.facts)
    return homes(facts, store.accounts(), store.shared(), person.mailboxes)


def journal(store: Store, actions: Iterable[Action], everything: Sequence[Standing], now: datetime) -> int:
    """Journal what was decided, and drop notices that are not true any more; returns how many are new."""
    actions = tuple(actions)
    added = store.enqueue(actions, now)
    current = {one.process.id: one.situation for one in everything}
    for entry in store.journal(status="waiting", kind=ActionKind.NOTIFY):
        if not entry.action.process:
            continue  # of no single process: the summary of the first run
        situation = current.get(entry.action.process)
        topic = entry.action.what
        is_flag = topic in _FLAGS
        if situation is None or (is_flag and situation.flag.value != topic):
            store.finish(entry.action.key, "dropped", now, data={})
    return added
