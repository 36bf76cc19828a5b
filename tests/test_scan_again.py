"""A mail that was judged before the person answered it: the answer tells what it was."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.core.model import Kind
from watcher.core.standing import Person
from watcher.mailbox.memory import MemoryMailbox
from watcher.packs import load_models, load_packs
from watcher.reader_folder import Sieve
from watcher.sample.letters import make_mail
from watcher.scan import Look, read_account
from watcher.store import Batch, Store

ME = "Budi Santoso <budi@mail.example>"
PERSON = Person(address="budi@mail.example", name="Budi", addresses=frozenset({"budi@mail.example"}))
LOOK = Look(account="personal", person=PERSON, packs=load_packs(), models=load_models())
NOON = datetime(2026, 10, 5, 12, tzinfo=ZoneInfo("Asia/Jakarta"))
EWAN, ASK = "Ewan Baird <ewan@glen.example>", "<ask@glen.example>"
WEAVER = "Hi Budi, Zoom natter about the weaver job, Thursday 8 October 2026 at 9am? Ewan"
DENTIST = "Dear Budi, your dental check-up is on Thursday 8 October 2026 at 9am. Please say if that suits."


def answered(body: str, answer: str) -> Store:
    """Read a mailbox when `body` has come, and again when the person has answered."""
    box, store = MemoryMailbox("personal"), Store(None)
    box.deliver(make_mail(EWAN, ME, "Thursday", body, NOON, message_id=ASK), arrived=NOON)
    read_account(LOOK, box, store)
    assert store.facts() == ()
    later = NOON + timedelta(hours=2)
    box.deliver(make_mail(ME, EWAN, "Re: Thursday", answer, later, in_reply_to=ASK), "Sent", arrived=later)
    read_account(LOOK, box, store)
    return store


def test_an_answered_time_about_a_job_is_an_invitation() -> None:
    store = answered(WEAVER, "Hi Ewan, lovely, Thursday at nine works for me. See you then!")
    kinds = {fact.message_id: fact.kind for fact in store.facts()}
    assert kinds.pop(ASK) is Kind.INTERVIEW_INVITATION
    assert list(kinds.values()) == [Kind.OWN_ACCEPT]


def test_an_answered_time_about_something_else_stays_nobodys_business() -> None:
    store = answered(DENTIST, "Thursday at nine works for me. See you then!")
    assert [fact.kind.own for fact in store.facts()] == [True]


def test_mass_mail_is_read_when_the_person_has_answered_it() -> None:
    bulk = make_mail(
        EWAN, ME, "Thursday", WEAVER, NOON, message_id=ASK, headers=[("List-Id", "<glen.example>")]
    )
    sieve = Sieve(LOOK, Store(None), senders=set(), answered=set())
    assert sieve.passes(bulk, len(bulk)) is not None
    sieve.answered.add(ASK)
    assert sieve.passes(bulk, len(bulk)) is None


def test_what_was_nobodys_business_is_read_when_its_conversation_is_known() -> None:
    store = Store(None)
    store.record(Batch("personal", "INBOX", 1, 1, seen=(ASK,)))
    mail = make_mail(EWAN, ME, "Thursday", WEAVER, NOON, message_id=ASK, in_reply_to="<first@glen.example>")
    sieve = Sieve(LOOK, store, senders=set(), answered=set())
    assert sieve.passes(mail, len(mail)) is not None
    sieve.fresh.add("<first@glen.example>")
    assert sieve.passes(mail, len(mail)) is None


def test_the_store_knows_of_many_mails_at_once_which_it_has_met() -> None:
    store = Store(None)
    store.record(Batch("personal", "INBOX", 1, 1, seen=("<seen@a>", "<gone@a>")))
    store.forget(["<gone@a>", "<forgotten@a>"])
    asked = ("<seen@a>", "<gone@a>", "<forgotten@a>", "<new@a>")
    assert store.known(asked) == frozenset(asked[:3])
    assert [store.is_known(one) for one in asked] == [True, True, True, False]
    assert store.known(()) == frozenset()
