"""A year of a busy job hunt with its own clock: sixty processes among twenty thousand mails, a restart every
day, and a server and a process that fail by chance. On every day the manners hold."""

from __future__ import annotations

import logging
import resource
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from random import Random
from typing import Any

from watcher.core.message import MARKER
from watcher.core.model import ActionKind
from watcher.core.plan import Wishes
from watcher.core.standing import Person
from watcher.core.wording import words
from watcher.errors import MailboxError
from watcher.mailbox import Mailbox
from watcher.mailbox.memory import MemoryMailbox
from watcher.notify import Notice
from watcher.outbox import flush, tell
from watcher.packs import load_models, load_packs
from watcher.sample.letters import make_mail
from watcher.sample.unrelated import unrelated
from watcher.scan import Look, decide, journal, read_account
from watcher.store import Store

log = logging.getLogger(__name__)

DAYS, PROCESSES, MAILS = 365, 60, 20_000
BEGIN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)  # eight in the morning in Jakarta
DAY = timedelta(days=1)
ME = "Sari Wulandari <sari@example.com>"
PERSON = Person(
    address="sari@example.com",
    name="Sari Wulandari",
    addresses=frozenset({"sari@example.com"}),
    notice_hours=(0, 24),
    urgent_hours=(0, 24),
)
ASKS = ("follow_up", "follow_up_late")
#: The largest database (bytes), and how much the process may grow from the second month on (megabytes).
LARGEST, GROWTH = 30_000_000, 40
#: How often a verb of the mailbox fails, and how often the process dies after one.
FAILS, DIES = 0.01, 0.005
VERBS = ("folders", "cursor", "find", "fetch", "append_draft", "add_flags", "remove_flags", "delete_draft")


class KilledHere(BaseException):
    """The process ends here, as by SIGKILL."""


class Shaky:
    """A mailbox whose verbs fail by chance, before or after they did their work."""

    def __init__(self, mailbox: Mailbox, chance: Random) -> None:
        self._mailbox, self._chance = mailbox, chance

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._mailbox, name)
        return self._shaken(found) if name in VERBS else found

    def _shaken(self, verb: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if self._chance.random() < FAILS:
                raise MailboxError("The line broke.")
            result = verb(*args, **kwargs)
            if self._chance.random() < DIES:
                raise KilledHere
            if self._chance.random() < FAILS:
                raise MailboxError("The line broke.")
            return result

        return call


@dataclass(slots=True)
class Hunt:
    """What really happens in one process."""

    number: int
    coming: dict[int, list[Callable[[datetime], None]]] = field(default_factory=lambda: defaultdict(list))
    heard: datetime | None = None  # the employer wrote last
    asked: datetime | None = None  # the person asked last
    over: bool = False

    @property
    def first(self) -> str:
        return f"<i{self.number}@firma{self.number}.example>"

    @property
    def there(self) -> str:
        return f"Rina Wati <rina@firma{self.number}.example>"


@dataclass(slots=True)
class Screen:
    """A notifier that remembers."""

    name: str = "screen"
    shown: Counter[str] = field(default_factory=Counter)

    def show(self, notice: Notice) -> bool:
        self.shown[f"{notice.id}: {notice.body}"] += 1
        return True


class Year:
    """The mailbox and what the people in it do."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.box = MemoryMailbox("personal")
        self.hunts = [Hunt(number) for number in range(PROCESSES)]
        self.screen = Screen()
        self.noise = iter(unrelated(MAILS, BEGIN + DAYS * DAY, seed=seed))
        for hunt in self.hunts:
            self._plan(hunt)

    def _plan(self, hunt: Hunt) -> None:
        day = self.chance.randrange(DAYS - 60)
        hunt.coming[day].append(lambda now: self._invite(hunt, now))
        hunt.coming[day].append(lambda now: self._accept(hunt, now))
        for later in sorted(self.chance.sample(range(6, 50), self.chance.randrange(4))):
            hunt.coming[day + later].append(lambda now: self._news(hunt, now))
        if self.chance.random() < 0.5:
            hunt.coming[day + 55].append(lambda now: self._reject(hunt, now))

    def _write(self, hunt: Hunt, now: datetime, subject: str, body: str, **more: Any) -> None:
        raw = make_mail(hunt.there, ME, subject, body, now, **more)
        self.box.deliver(raw, arrived=now)
        hunt.heard = now

    def _invite(self, hunt: Hunt, now: datetime) -> None:
        start = now + 4 * DAY
        self._write(
            hunt,
            now,
            f"Interview invitation - Analyst - Firma{hunt.number} Ltd",
            f"Dear Sari,\n\nThank you for your application for the Analyst position at Firma{hunt.number} Ltd."
            f" We would like to invite you to an interview on {start:%A, %-d %B %Y}, 10:00 - 11:00 WIB."
            " Please let us know whether you can attend.\n\nKind regards,\nRina Wati\n"
            f"Firma{hunt.number} Ltd\n",
            message_id=hunt.first,
        )

    def _accept(self, hunt: Hunt, now: datetime) -> None:
        self._send(hunt, now + timedelta(minutes=30), "Dear Rina,\n\nthank you, I will be there.\n\nSari\n")

    def _send(self, hunt: Hunt, now: datetime, body: str) -> None:
        subject = f"Re: Interview invitation - Analyst - Firma{hunt.number} Ltd"
        raw = make_mail(ME, hunt.there, subject, body, now, in_reply_to=hunt.first)
        self.box.deliver(raw, folder="Sent", arrived=now)

    def _news(self, hunt: Hunt, now: datetime) -> None:
        self._answer(hunt, now, "the selection process is still ongoing. Thank you for your patience.")

    def _reject(self, hunt: Hunt, now: datetime) -> None:
        hunt.over = True
        self._answer(
            hunt, now, "we regret to inform you that we have decided to move forward with other candidates."
        )

    def _answer(self, hunt: Hunt, now: datetime, text: str) -> None:
        subject = f"Re: Interview invitation - Analyst - Firma{hunt.number} Ltd"
        body = f"Dear Sari,\n\n{text}\n\nKind regards,\nRina Wati\nFirma{hunt.number} Ltd\n"
        self._write(hunt, now, subject, body, in_reply_to=hunt.first)

    def dawn(self, day: int, now: datetime) -> None:
        """What comes on this day; and the person sends a follow-up that lies there, or removes or edits one."""
        for _ in range(MAILS // DAYS):
            mail = next(self.noise, None)
            if mail is not None:
                self.box.deliver(mail.raw, arrived=now - timedelta(hours=1))
        for hunt in self.hunts:
            for happens in hunt.coming.pop(day, ()):
                happens(now - timedelta(minutes=50))
        drafts = self.box.content["Drafts"].mails
        for uid, content in list(drafts.items()):
            whim = self.chance.random()
            if whim < 0.04:
                self.box.expunge("Drafts", uid)
                self.box.deliver(content.raw or b"", folder="Sent", arrived=now - timedelta(minutes=10))
                if _kind(content.raw) in ASKS:
                    self.of(content.raw).asked = now
            elif whim < 0.05:
                self.box.expunge("Drafts", uid)
            elif whim < 0.06:
                drafts[uid] = replace(content, raw=(content.raw or b"") + b"\r\nPS: one more thing\r\n")

    def of(self, raw: bytes | None) -> Hunt:
        """Whose process a draft is of."""
        to = str(message_from_bytes(raw or b"")["To"])
        return self.hunts[int(to.partition("@firma")[2].partition(".")[0])]


def _kind(raw: bytes | None) -> str:
    return str(message_from_bytes(raw or b"")[MARKER] or "").partition(";")[0]


def one_pass(year: Year, path: Path, now: datetime, look: Look, chance: Random | None) -> list[bytes]:
    """A freshly started watcher looks once; returns the drafts it has decided to lay."""
    box: Any = Shaky(year.box, chance) if chance is not None else year.box
    with closing(Store(path)) as store:
        read_account(look, box, store)
        everything, actions = decide(store, PERSON, Wishes(), look.packs, now)
        journal(store, actions, everything, now)
        flush(store, box, "personal", now)
        tell(store, year.screen, words(look.packs, "en"), now)
    return [a.data["raw"].encode() for a in actions if a.kind is ActionKind.DRAFT]


def passes(year: Year, path: Path, now: datetime, look: Look) -> Iterator[list[bytes]]:
    """As often as it takes: what fails or dies is started again."""
    for _ in range(50):
        try:
            yield one_pass(year, path, now, look, year.chance)
        except (MailboxError, KilledHere):
            continue
        return
    yield one_pass(year, path, now, look, None)


def hold(year: Year, laid: list[bytes], now: datetime) -> None:
    """The invariants of one day."""
    drafts = [content.raw or b"" for content in year.box.content["Drafts"].mails.values()]
    ids = Counter(str(message_from_bytes(raw)["Message-ID"]) for raw in drafts)
    assert max(ids.values(), default=0) <= 1, "a draft twice"
    untouched = [raw for raw in drafts if b"PS: one more" not in raw]
    lying = Counter((year.of(raw).number, "ask") for raw in untouched if _kind(raw) in ASKS)
    assert max(lying.values(), default=0) <= 1, "two letters that ask"
    for raw in untouched:
        hunt, kind = year.of(raw), _kind(raw)
        if kind in ASKS:
            written = datetime.strptime(str(message_from_bytes(raw)["Date"]), "%a, %d %b %Y %H:%M:%S %z")
            assert hunt.heard is None or hunt.heard <= written, "a letter that an answer has overtaken"
            assert not hunt.over, "a letter that asks after a rejection"
            assert hunt.heard is None or now - hunt.heard >= 6 * DAY, "asked within a week of news"
    for raw in laid:
        hunt = year.of(raw)
        if _kind(raw) in ASKS and hunt.asked is not None:
            assert hunt.heard is not None and hunt.heard > hunt.asked, "asked twice"


def test_a_year(tmp_path: Path) -> None:
    path, packs, year = tmp_path / "watcher.sqlite", load_packs(), Year(seed=2026)
    look = Look(account="personal", person=PERSON, packs=packs, models=load_models())
    with closing(Store(path)) as store:
        store.set_note("first_run", BEGIN.isoformat())
    laid_ever, memory = Counter[str](), 0
    for day in range(DAYS):
        now = BEGIN + day * DAY
        year.dawn(day, now)
        laid = [raw for some in passes(year, path, now, look) for raw in some]
        laid_ever.update(map(_kind, laid))
        hold(year, laid, now)
        if day == 60:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    size = path.stat().st_size
    log.info("laid %s; database %d kB; grown by %.0f MB", laid_ever, size // 1000, grown)
    assert laid_ever["thank_you"] > PROCESSES / 2
    assert laid_ever["follow_up"] > PROCESSES / 2
    assert max(year.screen.shown.values()) <= 3  # at least once; again only after a crash
    assert size <= LARGEST
    assert grown <= GROWTH
