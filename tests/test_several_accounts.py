"""One person with several mailboxes: what one says counts for all, and a draft lies where it belongs."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from watcher.cli import assemble
from watcher.config import Account, Settings
from watcher.core.address import is_own, same_mailbox
from watcher.core.home import homes
from watcher.core.model import ActionKind, Fact, State
from watcher.core.plan import Wishes
from watcher.core.standing import Person
from watcher.mailbox.memory import MemoryMailbox
from watcher.packs import load_packs
from watcher.scan import Look, decide, homes_of, journal, read_account, stand
from watcher.store import Store

PACKS = load_packs()
HOME, WORK = "sari.wulandari@gmail.com", "sari@wulandari.example"
HR = "Dewi Lestari <dewi@acme.example>"
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
PERSON = assemble.person_of(
    Settings.model_validate(
        {
            "name": "Sari Wulandari",
            "timezone": "Asia/Jakarta",
            "country": "ID",
            "accounts": [
                {"address": HOME, "name": "home"},
                {"address": WORK, "name": "work", "aliases": ["jobs@wulandari.example"]},
            ],
        }
    )
)
WISHES = Wishes(language="en", level="full")

INVITATION = (
    "Dear Sari,\n\nThank you for applying for the Data Analyst position at Acme. We would like to invite you "
    "to an interview on Tuesday, 10 November 2026 at 10:00 WIB via Google Meet.\n\nPlease confirm.\n\n"
    "Best regards,\nDewi Lestari\nAcme"
)
CONFIRMED = "Dear Dewi,\n\nThank you for the invitation. I confirm that I will attend.\n\nKind regards,\nSari"


def mail(
    number: int, body: str, sender: str, to: str, days: float, answers: int = 0, **headers: str
) -> bytes:
    """A mail of the conversation, `days` before NOW."""
    made = EmailMessage()
    made["From"], made["To"] = sender, to
    made["Subject"] = ("Re: " if answers else "") + "Interview - Data Analyst - Acme"
    made["Date"] = NOW - timedelta(days=days)
    made["Message-ID"] = f"<m{number}@mail.example>"
    if answers:
        made["In-Reply-To"] = made["References"] = f"<m{answers}@mail.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made.as_bytes()


class Two:
    """Both mailboxes and the database, in memory."""

    def __init__(self) -> None:
        self.store = Store(None)
        self.boxes = {name: MemoryMailbox(name) for name in ("home", "work")}

    def put(self, account: str, raw: bytes, days: float, folder: str = "INBOX") -> None:
        self.boxes[account].deliver(raw, folder=folder, arrived=NOW - timedelta(days=days))

    def read(self, *accounts: str) -> None:
        for name in accounts:
            look = Look(account=name, person=PERSON, packs=PACKS)
            read_account(look, self.boxes[name], self.store)

    def processes(self):
        return stand(self.store, PERSON, NOW)

    def drafts(self):
        _, actions = decide(self.store, PERSON, WISHES, PACKS, NOW)
        return [action for action in actions if action.kind is ActionKind.DRAFT]


@pytest.fixture
def two():
    both = Two()
    with closing(both.store):
        yield both


@pytest.mark.parametrize("order", [("home", "work"), ("work", "home")])
def test_one_mail_in_two_mailboxes_is_one(two: Two, order: tuple[str, str]) -> None:
    raw = mail(1, INVITATION, HR, f"{HOME}, {WORK}", 20)
    two.put("home", raw, 20)
    two.put("work", raw, 20)
    two.read(*order)
    [one] = two.processes()
    assert [fact.message_id for fact in one.process.facts] == ["<m1@mail.example>"]
    assert two.store.shared() == {"<m1@mail.example>": frozenset({"home", "work"})}


@pytest.mark.parametrize("order", [("home", "work"), ("work", "home")])
def test_an_answer_from_the_other_mailbox_is_the_persons_own(two: Two, order: tuple[str, str]) -> None:
    two.put("home", mail(1, INVITATION, HR, HOME, 20), 20)
    two.put("work", mail(2, CONFIRMED, f"Sari <{WORK}>", HR, 19, answers=1), 19, "Sent")
    two.read(*order)
    [one] = two.processes()
    assert [(fact.message_id, fact.incoming) for fact in one.process.facts] == [
        ("<m1@mail.example>", True),
        ("<m2@mail.example>", False),
    ]
    assert one.situation.state is State.QUIET_2W  # not INVITED: the answer was seen


LAST = "Dear Sari,\n\nThank you for coming to the interview. We will get back to you soon.\n\nDewi Lestari"


def conversation(two: Two, last_to: str, last_in: str) -> None:
    """Invited at home, answered, held; the recruiter's last words reach `last_in`."""
    two.put("home", mail(1, INVITATION, HR, HOME, 20), 20)
    two.put("home", mail(2, CONFIRMED, f"Sari <{HOME}>", HR, 19, answers=1), 19, "Sent")
    two.put(last_in, mail(3, LAST, HR, last_to, 9, answers=1), 9)


@pytest.mark.parametrize(
    ("last_to", "last_in", "sender"),
    [
        (HOME, "home", HOME),
        (WORK, "work", WORK),
        ("jobs@wulandari.example", "work", "jobs@wulandari.example"),
        ("sari+acme@wulandari.example", "work", "sari+acme@wulandari.example"),
        ("undisclosed@acme.example", "work", WORK),  # in blind copy: the account's own address
        (HOME, "work", WORK),  # forwarded, and no copy kept at home
    ],
)
def test_a_draft_lies_where_the_last_mail_came_and_is_from_there(
    two: Two, last_to: str, last_in: str, sender: str
) -> None:
    conversation(two, last_to, last_in)
    two.read("home", "work")
    [draft] = two.drafts()
    assert draft.account == last_in
    assert f"\r\nFrom: Sari Wulandari <{sender}>\r\n" in f"\r\n{draft.data['raw']}"


@pytest.mark.parametrize("order", [("home", "work"), ("work", "home")])
def test_of_two_copies_the_one_where_it_was_addressed_to_counts(two: Two, order: tuple[str, str]) -> None:
    for account in ("home", "work"):
        two.put(account, mail(1, INVITATION, HR, WORK, 20), 20)
    two.read(*order)
    assert homes_of(two.store, two.processes(), PERSON) == {"<m1@mail.example>": "work"}


def test_a_copy_that_was_read_too_early_finds_its_place_by_the_other(two: Two) -> None:
    conversation(two, WORK, "work")
    two.put("home", mail(3, LAST, HR, WORK, 9, answers=1), 9)
    two.read("work")
    assert two.store.facts() == ()  # an answer to nothing that is known
    two.read("home")
    assert len(two.store.facts()) == 3


def test_a_forgotten_mail_does_not_come_back_by_the_other_mailbox(two: Two) -> None:
    conversation(two, WORK, "work")
    two.put("home", mail(3, LAST, HR, WORK, 9, answers=1), 9)
    two.read("work", "home")
    two.store.forget([fact.message_id for fact in two.store.facts()])
    for name in ("home", "work"):
        box, folders = two.boxes[name], two.boxes[name].folders()
        two.store.drop_account(name)
        assert box.cursor(folders[0].name).uid > 0
    two.read("work", "home")
    assert two.store.facts() == ()


def test_a_draft_is_laid_once_whoever_looks(two: Two) -> None:
    conversation(two, WORK, "work")
    two.read("home", "work")
    everything, actions = decide(two.store, PERSON, WISHES, PACKS, NOW)
    journal(two.store, actions, everything, NOW)
    assert two.drafts() == []


def test_homes_falls_back_on_where_it_was_found_first() -> None:
    fact = Fact(message_id="a@x", at=NOW, incoming=True, verdict=None, sender=None, own_address="list@x")  # type: ignore[arg-type]
    mailboxes = {"home": (HOME,), "work": (WORK,)}
    assert homes([fact], {"a@x": "work"}, {"a@x": {"home", "work"}}, mailboxes) == {"a@x": "work"}
    assert homes([], {"b@x": "home"}, {}, mailboxes) == {"b@x": "home"}


def test_one_account_asks_the_store_nothing_more(two: Two) -> None:
    two.put("home", mail(1, INVITATION, HR, HOME, 20), 20)
    two.read("home")
    assert homes_of(two.store, two.processes(), Person()) == {"<m1@mail.example>": "home"}


# --------------------------------------------------------------------------- own addresses


@pytest.mark.parametrize(
    "address",
    [
        HOME,
        "sariwulandari@gmail.com",
        "S.A.R.I.wulandari@googlemail.com",
        "sari.wulandari+jobs@gmail.com",
        WORK,
        "sari+acme@wulandari.example",
        "Jobs@Wulandari.Example",
    ],
)
def test_every_way_to_write_an_own_address_is_own(address: str) -> None:
    assert is_own(address, PERSON.addresses)


@pytest.mark.parametrize(
    "address", ["sari@gmail.com", "s.ari@wulandari.example", "sari@wulandari.example.evil", "", "+@gmail.com"]
)
def test_what_only_looks_like_it_is_not(address: str) -> None:
    assert not is_own(address, PERSON.addresses)


def test_dots_count_everywhere_but_at_gmail() -> None:
    assert same_mailbox("a.b@gmail.com", "ab@googlemail.com")
    assert not same_mailbox("a.b@outlook.com", "ab@outlook.com")


# --------------------------------------------------------------------------- an account that goes


def test_an_account_that_goes_leaves_what_it_said(two: Two) -> None:
    conversation(two, WORK, "work")
    two.read("home", "work")
    everything, actions = decide(two.store, PERSON, WISHES, PACKS, NOW)
    journal(two.store, actions, everything, NOW)
    assert two.store.drop_account("work") == 1
    assert len(two.store.facts()) == 3
    assert two.store.cursor("work", "INBOX") is None
    assert two.store.cursor("home", "INBOX") is not None
    assert [e for e in two.store.journal(status="waiting") if e.action.account == "work"] == []
    two.store.adopt(["home", "new"])  # no renaming: the new one begins anew
    assert two.store.cursor("new", "INBOX") is None


def test_a_forgotten_account_takes_only_its_own(two: Two) -> None:
    both = mail(1, INVITATION, HR, f"{HOME}, {WORK}", 20)
    two.put("work", both, 20)
    two.put("home", both, 20)
    two.put("work", mail(2, CONFIRMED, f"Sari <{WORK}>", HR, 19, answers=1), 19, "Sent")
    two.read("work", "home")
    assert two.store.drop_account("work", forget=True) == 1
    assert two.store.accounts() == {"<m1@mail.example>": "home"}
    two.read("work")  # watched again: it is read again
    assert len(two.store.facts()) == 2


def test_accounts_are_known_by_name() -> None:
    assert PERSON.address == HOME
    assert PERSON.mailboxes == {"home": (HOME,), "work": (WORK, "jobs@wulandari.example")}
    off = Settings(accounts=(Account(address=HOME, enabled=False), Account(address=WORK)))
    assert assemble.person_of(off).mailboxes == {WORK: (WORK,)}
