"""One pass over one account: read what is new, judge it, record it; then decide what is to be done.

    for each folder, the sent one first
        fetch what is new -> parse -> judge -> record facts and cursor   [transaction 1]
    group, fold and assess everything known                              derived, never stored
    plan what is due                                                     values
    journal it                                                           [transaction 2]

The outbox then acts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from watcher.core.classify import Models
from watcher.core.context import Context
from watcher.core.corrections import Said, allowed, put_right, said, unread
from watcher.core.home import homes
from watcher.core.judge import judge
from watcher.core.language import Packs
from watcher.core.model import CONFIDENT, Action, ActionKind, Fact, Flag, Kind, Mail, Reading
from watcher.core.parse import parse
from watcher.core.plan import Line, Wishes, plan
from watcher.core.standing import Person, Standing, standings
from watcher.core.template import template_of
from watcher.mailbox import Cursor, Fetched, Folder, Labelled, Mailbox, Role, reading_order
from watcher.store import Batch, Store, hash_id

log = logging.getLogger(__name__)

#: Mails judged before they are written down together.
BATCH = 100
#: A mail that fails this often is set aside as unreadable and shown.
TRIES = 3

#: What is no part of any process unless it belongs to the thread of one.
_NOISE = frozenset((Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER, Kind.AUTO_REPLY, Kind.BOUNCE))

#: Note under which the store remembers, for each account, the folders it does not have: "sent drafts".
MISSING = "missing"
#: Note under which it remembers that an account's mailbox has labels: "yes".
LABELLED = "labels"

#: Own mail that tells what it answers.
_TELLING = frozenset((Kind.OWN_ACCEPT, Kind.OWN_RESCHEDULE, Kind.OWN_TASK_DONE, Kind.OWN_THANK_YOU))

_FLAGS = frozenset(flag.value for flag in Flag)

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How to look at one account."""

    account: str
    address: str = ""  # that one signs in with
    person: Person
    packs: Packs
    models: Models | None = None
    authserv: str = ""
    since: date | None = None
    read_junk: bool = False
    every_folder: bool = False  # files: everything but drafts, trash and junk
    ignore: frozenset[str] = frozenset()  # senders the person does not want judged
    trust: frozenset[str] = frozenset()  # senders whose scam signs do not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass read."""

    read: int = 0
    kept: int = 0
    troubled: int = 0
    has_sent: bool = True
    has_drafts: bool = True
    folders: tuple[str, ...] = ()


@dataclass(slots=True)
class _Known:
    """What the judging of the next mail may rest on; grows as mails are read."""

    ids: set[str] = field(default_factory=set)
    own_ids: set[str] = field(default_factory=set)
    senders: set[str] = field(default_factory=set)
    said: Said = field(default_factory=lambda: Said({}))  # what the person said that mails are
    answers: dict[str, set[Kind]] = field(default_factory=dict)  # Message-ID -> the own mails that answer it
    to_judge_again: set[str] = field(default_factory=set)  # answered by own mail since they were judged

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
    """Read everything new in one account into the store. Raises what the mailbox and the store raise; what
    was recorded before stays, and the next pass goes on from there."""
    folders = mailbox.folders()
    facts = store.facts()
    known = _Known(said=said(facts, store.corrections()))
    for fact in facts:
        known.learn(fact)
    done = Pass(
        has_sent=any(Role.SENT in folder.roles or Role.ALL in folder.roles for folder in folders),
        has_drafts=any(Role.DRAFTS in folder.roles for folder in folders),
    )
    chosen = _everything(folders) if look.every_folder else reading_order(folders, read_junk=look.read_junk)
    for folder in _own_mail_first(chosen):
        read, kept, troubled = _read_folder(look, folder, mailbox, store, known, progress)
        done = replace(
            done,
            read=done.read + read,
            kept=done.kept + kept,
            troubled=done.troubled + troubled,
            folders=(*done.folders, folder.name),
        )
    _retry_troubles(look, mailbox, store, known)
    _judge_again(look, mailbox, store, chosen, known)
    _read_again(look, mailbox, store, chosen, known)
    _remember_missing(look.account, done, store)
    _remember(store, f"{LABELLED}:{look.account}", "yes" if isinstance(mailbox, Labelled) else "")
    return done


def _remember_missing(account: str, done: Pass, store: Store) -> None:
    """Let `status` say which folders were not found (rule 3.7)."""
    found = {"sent": done.has_sent, "drafts": done.has_drafts}
    _remember(store, f"{MISSING}:{account}", " ".join(role for role, there in found.items() if not there))


def _remember(store: Store, key: str, value: str) -> None:
    if store.note(key) != value:
        store.set_note(key, value)


def _everything(folders: Iterable[Folder]) -> tuple[Folder, ...]:
    apart = {Role.DRAFTS, Role.TRASH, Role.JUNK}
    return tuple(folder for folder in folders if not folder.roles & apart)


def _own_mail_first(folders: Sequence[Folder]) -> tuple[Folder, ...]:
    """The person's own mail first: an answer is told by what it answers."""
    return tuple(sorted(folders, key=lambda folder: Role.SENT not in folder.roles))


def _read_folder(
    look: Look, folder: Folder, mailbox: Mailbox, store: Store, known: _Known, progress: Progress | None
) -> tuple[int, int, int]:
    stored = store.cursor(look.account, folder.name)
    before = Cursor(folder.name, *stored) if stored is not None else None
    target = mailbox.cursor(folder.name)
    if before is not None and before.uidvalidity != target.uidvalidity:
        log.info("a folder of account %s was renumbered: reading it again", look.account)
    read = kept = troubled = 0
    batch = Batch(look.account, folder.name, target.uidvalidity, 0)
    for fetched in mailbox.fetch_since(folder.name, before, look.since):
        batch = _judge_into(batch, look, folder, fetched, store, known)
        read += 1
        if read % BATCH == 0:
            store.record(batch)
            kept, troubled = kept + len(batch.facts), troubled + len(batch.troubles)
            batch = Batch(look.account, folder.name, batch.uidvalidity, batch.uid)
        if progress is not None:
            progress(1)
    uid = max(target.uid, batch.uid)
    store.record(replace(batch, uidvalidity=target.uidvalidity, uid=uid))
    return read, kept + len(batch.facts), troubled + len(batch.troubles)


def _judge_into(
    batch: Batch,
    look: Look,
    folder: Folder,
    fetched: Fetched,
    store: Store,
    known: _Known,
    *,
    again: bool = False,
) -> Batch:
    """Judge one mail and add what comes of it to the batch; a known one only when it is judged `again`."""
    batch = replace(batch, uid=max(batch.uid, fetched.uid), uidvalidity=fetched.uidvalidity)
    if fetched.raw is None:
        return replace(batch, troubles={**batch.troubles, fetched.uid: fetched.problem or "cannot be read"})
    try:
        fact = _with_hints(judge_raw(look, folder, fetched.raw, fetched.arrived, known), fetched)
    except Exception as error:
        log.warning("a mail of account %s could not be judged: %s", look.account, type(error).__name__)
        log.debug("the fault", exc_info=True)
        return replace(
            batch, troubles={**batch.troubles, fetched.uid: f"judging failed: {type(error).__name__}"}
        )
    if fetched.problem and not fact.unreadable:
        batch = replace(batch, troubles={**batch.troubles, fetched.uid: fetched.problem})
    # What was nobody's business when another account or folder was read may belong to a process by now.
    found_its_place = store.was_seen(fact.message_id) and _refers(fact, known)
    if store.is_known(fact.message_id) and not (again or found_its_place):
        return replace(batch, places=(*batch.places, fact.message_id))
    if not _is_kept(fact, look, known):
        return replace(batch, seen=(*batch.seen, fact.message_id))
    if fact.kind in _TELLING:
        known.to_judge_again.update(i for i in fact.in_reply_to if i in known.ids or store.was_seen(i))
    known.learn(fact)
    return replace(batch, facts=(*batch.facts, fact), places=(*batch.places, fact.message_id))


def _with_hints(fact: Fact, fetched: Fetched) -> Fact:
    """What the server itself says of a mail: no part of the judgement."""
    return replace(fact, gmail_thread=fetched.gmail_thread, gmail_id=fetched.gmail_id)


def judge_raw(
    look: Look,
    folder: Folder,
    raw: bytes,
    arrived: datetime | None,
    known: _Known | None = None,
    told: Kind | None = None,
) -> Fact:
    """The fact that one raw mail is, with its fingerprint. Where the person's word holds for it (or `told` is
    given), it is read a second time as what it is by that."""
    known = known or _Known()
    mail = parse(raw, look.packs)
    fact = _judged(look, folder, mail, arrived, known)
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
    read = _judged(look, folder, mail, arrived, known, told)
    reading = Reading(
        kind=told, details=read.details, human=read.human, repliable=read.repliable, channel=read.channel
    )
    return replace(fact, reading=reading)


def _judged(
    look: Look, folder: Folder, mail: Mail, arrived: datetime | None, known: _Known, told: Kind | None = None
) -> Fact:
    related = set(mail.in_reply_to) | set(mail.references)
    context = Context(
        own=look.person.addresses,
        outgoing=True if Role.SENT in folder.roles else None,
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


def _retry_troubles(look: Look, mailbox: Mailbox, store: Store, known: _Known) -> None:
    """Try the mails that failed again, up to TRIES times; after that they are only shown."""
    for trouble in store.troubles():
        if trouble.account != look.account or trouble.tries >= TRIES:
            continue
        if mailbox.cursor(trouble.folder).uidvalidity != trouble.uidvalidity:
            store.settle_trouble(trouble)
            continue
        fetched = mailbox.fetch(trouble.folder, trouble.uid)
        if fetched is None:
            store.settle_trouble(trouble)
            continue
        stored = store.cursor(look.account, trouble.folder) or (trouble.uidvalidity, trouble.uid)
        batch = Batch(look.account, trouble.folder, *stored)
        batch = _judge_into(batch, look, Folder(trouble.folder), fetched, store, known)
        store.record(replace(batch, uidvalidity=stored[0], uid=stored[1]))
        if not batch.troubles:
            store.settle_trouble(trouble)


# --------------------------------------------------------------------------- judged again


def _judge_again(
    look: Look, mailbox: Mailbox, store: Store, folders: Sequence[Folder], known: _Known
) -> None:
    """Judge what the person has answered since it was judged once more: the answer tells what it was."""
    stored = {fact.message_id: fact for fact in store.facts()} if known.to_judge_again else {}
    for message_id in sorted(known.to_judge_again):
        before = stored.get(message_id)
        if before is not None and (not before.incoming or before.verdict.confidence > CONFIDENT):
            continue
        folder, fetched = _found(look, mailbox, store, folders, message_id)
        if folder is None or fetched is None or fetched.raw is None:
            continue
        place = store.cursor(look.account, folder.name) or (0, 0)
        batch = _judge_into(
            Batch(look.account, folder.name, *place), look, folder, fetched, store, known, again=True
        )
        if before is None:
            store.record(replace(batch, uidvalidity=place[0], uid=place[1]))
        elif batch.facts:
            store.replace_fact(replace(batch.facts[0], at=before.at, reading=before.reading))


# --------------------------------------------------------------------------- what was put right


def _read_again(look: Look, mailbox: Mailbox, store: Store, folders: Sequence[Folder], known: _Known) -> None:
    """Read the mails that the person put right again, as what they are by that (rule 2.5): what they then say,
    a date above all, was not looked for. One that was nobody's business till now becomes a fact."""
    stored, accounts = {fact.message_id: fact for fact in store.facts()}, store.accounts()
    known.said = said(tuple(stored.values()), store.corrections())
    wanted = {target: kind for target, kind in known.said.labels.items() if target not in stored}
    for fact, kind in unread(stored.values(), known.said):
        if accounts[fact.message_id] == look.account:
            wanted[fact.message_id] = kind
    for message_id, kind in wanted.items():
        gone = f"gone:{look.account}:{hash_id(message_id)}"
        if store.note(gone):
            continue
        folder, fetched = _found(look, mailbox, store, folders, message_id)
        fact = None
        if folder is not None and fetched is not None and fetched.raw is not None:
            fact = _told(look, folder, fetched.raw, fetched.arrived, known, kind)
            fact = _with_hints(fact, fetched) if fact is not None else None
        if folder is None or fact is None or fact.message_id != message_id:
            store.set_note(gone, "yes")  # it is not looked for on every pass
        elif message_id in stored:
            store.replace_fact(replace(stored[message_id], reading=fact.reading, template=fact.template))
        else:
            place = store.cursor(look.account, folder.name) or (0, 0)
            store.record(Batch(look.account, folder.name, *place, facts=(fact,), places=(message_id,)))


def _found(
    look: Look, mailbox: Mailbox, store: Store, folders: Sequence[Folder], message_id: str
) -> tuple[Folder, Fetched] | tuple[None, None]:
    """The mail with this Message-ID, looked for first where it lay; (None, None) when it is gone."""
    places = store.places(look.account, message_id)
    near = sorted(folders, key=lambda folder: folder.name not in places)
    hits = ((folder, uid) for folder in near for uid in mailbox.find(folder.name, message_id))
    mails = ((folder, mailbox.fetch(folder.name, uid)) for folder, uid in hits)
    return next(((folder, mail) for folder, mail in mails if mail is not None and mail.raw), (None, None))


def _told(
    look: Look, folder: Folder, raw: bytes, arrived: datetime | None, known: _Known, kind: Kind
) -> Fact | None:
    """The fact of a mail that is a `kind` by the person's word; None when it cannot be judged."""
    try:
        return judge_raw(look, folder, raw, arrived, known, kind)
    except Exception as error:
        log.warning("a mail of account %s could not be read again: %s", look.account, type(error).__name__)
        log.debug("the fault", exc_info=True)
        return None


# --------------------------------------------------------------------------- decide


def stand(store: Store, person: Person, now: datetime) -> tuple[Standing, ...]:
    """Where every process stands at `now`, from everything stored."""
    return standings(store.facts(), store.marks(), store.corrections(), person, now)


def decide(
    store: Store, person: Person, wishes: Wishes, packs: Packs, now: datetime
) -> tuple[tuple[Standing, ...], tuple[Action, ...]]:
    """Where every process stands, and what is new to be done. Writes nothing."""
    everything = stand(store, person, now)
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
