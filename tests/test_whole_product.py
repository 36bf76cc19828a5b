"""What needs more than the rules alone (the scenarios that the timelines leave out), from bytes to actions."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from watcher.core.model import ActionKind
from watcher.core.plan import Wishes
from watcher.core.scenario import describe
from watcher.core.standing import Person
from watcher.mailbox.memory import MemoryMailbox
from watcher.packs import load_models, load_packs
from watcher.sample.letters import make_mail
from watcher.scan import Look, decide, read_account
from watcher.store import Store

ME = "Sari Wulandari <sari@example.com>"
HR = "Dewi Lestari <dewi@nusantara.example>"
PERSON = Person(address="sari@example.com", name="Sari Wulandari", addresses=frozenset({"sari@example.com"}))
INVITATION = (
    "Yth. Sari Wulandari,\n\nKami dari PT Nusantara Data mengundang Anda untuk mengikuti wawancara posisi Data"
    " Analyst pada {when}. Mohon konfirmasi kehadiran Anda.\n\nHormat kami,\nDewi Lestari\nPT Nusantara Data\n"
)


def at(text):
    return datetime.fromisoformat(text + "+07:00")


class Inbox:
    """A mailbox filled mail by mail."""

    def __init__(self):
        self.box = MemoryMailbox("personal")

    def arrive(self, subject, body, date, *, arrived=None, sender=HR, **more):
        arrived = arrived or date
        received = ("Received", f"from mail.example by mx.example.com; {format_datetime(arrived)}")
        raw = make_mail(sender, ME, subject, body, date, headers=[received], **more)
        self.box.deliver(raw, arrived=arrived)

    def write(self, subject, body, date, to=HR, **more):
        raw = make_mail(ME, to, subject, body, date, **more)
        self.box.deliver(raw, folder="Sent", arrived=date)

    def look(self, now, **wishes):
        store = Store(None)
        packs = load_packs()
        look = Look(account="personal", person=PERSON, packs=packs, models=load_models())
        read_account(look, self.box, store)
        everything, actions = decide(store, PERSON, Wishes(**wishes), packs, now)
        return [(one.process, describe(one.situation, one.setting)) for one in everything], actions


def accepted():
    inbox = Inbox()
    body = INVITATION.format(when="Senin, 2 November 2026 pukul 10.00 - 11.00 WIB")
    inbox.arrive(
        "Undangan wawancara Data Analyst", body, at("2026-10-28T10:00"), message_id="<i@nusantara.example>"
    )
    inbox.write(
        "Re: Undangan wawancara Data Analyst",
        "Yth. Ibu Dewi,\n\nTerima kasih, saya bersedia hadir.\n\nSari",
        at("2026-10-28T12:00"),
        message_id="<y@example.com>",
        in_reply_to="<i@nusantara.example>",
    )
    return inbox


def test_a_clock_of_2001_changes_nothing():  # S104
    found, actions = accepted().look(datetime(2001, 1, 1, tzinfo=UTC))
    [(_, said)] = found
    assert (said["flag"], said["draft"], said["notify"]) == ("clock_suspect", "none", None)
    assert actions == ()


def test_an_old_thread_used_for_something_else_moves_nothing():  # S105
    plain = accepted()
    now = at("2026-11-10T10:00")
    [(_, before)], _ = plain.look(now)
    plain.write(
        "Lamaran Business Analyst",
        "Yth. Tim Rekrutmen,\n\nBersama ini saya melamar posisi Business Analyst. CV terlampir.\n\nSari",
        at("2026-11-09T10:00"),
        to="hr@kartika.example",
        in_reply_to="<i@nusantara.example>",
    )
    found, _ = plain.look(now)
    said = {process.company or "other": answer for process, answer in found}
    assert said.pop("PT Nusantara Data") == before
    assert [(answer["state"], answer["flag"], answer["draft"]) for answer in said.values()] == [
        ("NONE", "review", "none")
    ]


def test_a_friends_forwarded_invitation_is_not_the_persons():  # S106
    inbox = Inbox()
    quoted = INVITATION.format(when="Senin, 9 November 2026 pukul 10.00 WIB").replace(
        "Sari Wulandari", "Bimo Aji"
    )
    body = (
        "Eh lihat deh, akhirnya dapat panggilan!\n\n---------- Forwarded message ---------\n"
        f"Dari: Dewi Lestari <dewi@nusantara.example>\nTo: Bimo Aji <bimo@example.org>\n\n{quoted}"
    )
    inbox.arrive(
        "Fwd: Undangan Interview", body, at("2026-11-05T09:00"), sender="Bimo Aji <bimo@example.org>"
    )
    found, actions = inbox.look(at("2026-11-05T10:00"))
    assert all(answer["state"] == "NONE" and answer["draft"] == "none" for _, answer in found)
    assert actions == ()


def test_the_first_run_over_old_mail_is_silent():  # S109
    inbox = Inbox()
    body = INVITATION.format(when="Rabu, 5 Maret 2025 pukul 10.00 WIB")
    inbox.arrive("Undangan wawancara Data Analyst", body, at("2025-03-01T10:00"))
    now = at("2026-11-23T10:00")
    [(_, said)], actions = inbox.look(now, first_run=now)
    assert list(said.values()) == ["CLOSED_PRESUMED", "nobody", "none", "none", None]
    assert actions == ()


def test_tomorrow_counts_from_when_it_was_written():  # S111
    inbox = Inbox()
    body = INVITATION.format(when="besok pukul 10.00 WIB")
    written = at("2026-11-03T20:00")
    inbox.arrive("Undangan wawancara Data Analyst", body, written, arrived=at("2026-11-05T09:00"))
    [(_, said)], actions = inbox.look(at("2026-11-05T10:00"))
    assert list(said.values()) == ["AWAITING", "user", "confirm_held", "none", "2026-11-05T09:00"]
    assert ActionKind.DRAFT not in {action.kind for action in actions}


def test_a_folder_that_is_suddenly_empty_loses_nothing():
    inbox = accepted()
    now = at("2026-11-09T12:00")
    store, packs = Store(None), load_packs()
    look = Look(account="personal", person=PERSON, packs=packs, models=load_models())
    read_account(look, inbox.box, store)
    before, _ = decide(store, PERSON, Wishes(), packs, now)
    inbox.box.content["INBOX"].mails.clear()
    inbox.box.rebuild("INBOX")
    read_account(look, inbox.box, store)
    after, _ = decide(store, PERSON, Wishes(), packs, now + timedelta(minutes=1))
    assert [one.situation.state for one in after] == [one.situation.state for one in before]
