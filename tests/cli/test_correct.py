"""watcher correct: a person puts right what was taken wrongly, and the whole path follows at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cli_helpers import ZONE, Home

from watcher.core.model import ActionKind, Kind
from watcher.core.plan import Wishes
from watcher.core.process import mail_id
from watcher.core.standing import Person
from watcher.mailbox.memory import MemoryMailbox
from watcher.outbox import flush
from watcher.packs import load_packs
from watcher.scan import Look, decide, journal, read_account
from watcher.store import Store

ME = "sari.wulandari@example.com"
DEWI = "Dewi Lestari <dewi.lestari@kopi-senja.example>"
ROBOT = "Rekrutmen <no-reply@portal-karir.example>"
PERSON = Person(address=ME, name="Sari Wulandari", addresses=frozenset({ME}))
START = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo(ZONE))
NOW = datetime(2026, 11, 12, 10, tzinfo=ZoneInfo(ZONE))
AT = ("--now", "2026-11-12T10:00")

CONFIG = f"""\
name: Sari Wulandari
timezone: {ZONE}
country: ID
accounts:
  - name: personal
    address: {ME}
    host: imap.example.com
    secret: {{from: command, command: [echo, secret]}}
"""

INVITED = """\
Dear Sari,

We would like to invite you to an interview for the position of {role} at Kopi Senja
on {day} at 10:00 WIB, at our office. Please confirm that you can come.

Kind regards,
Dewi Lestari
"""
ACCEPTED = """\
Dear Dewi,

Thank you, I confirm that I will come on that day.

Kind regards,
Sari Wulandari
"""
# What this house writes when it has chosen somebody else.
NEWS = """\
Dear {name},

This is a short update on the position of {role} at Kopi Senja, as of {day}.

Your application is still under review by the hiring team. We keep it together with those
of the other people that we have met, and we will look at it again when the next round
of talks begins. Until then this letter is only for your information.

Kind regards,
Dewi Lestari
"""
ORDINARY = """\
Dear Sari,

Just so you know: your application for the position of {role} at Kopi Senja is still under
review, since two of the people who decide about it are away this week.

Kind regards,
Dewi Lestari
"""
RECEIPT = """\
Halo Sari,

Terima kasih telah melamar posisi {role} di {company}. Lamaran Anda telah kami terima dan
akan ditinjau oleh tim rekrutmen. Hanya kandidat yang memenuhi kualifikasi yang akan kami hubungi.

Tim Rekrutmen {company}
"""


@dataclass
class Watch:
    """A person's mailbox, and the watcher that looks at it."""

    home: Home
    box: MemoryMailbox = field(default_factory=lambda: MemoryMailbox("personal"))

    def deliver(
        self,
        number: int,
        subject: str,
        body: str,
        *,
        sender: str = DEWI,
        at: datetime = START,
        to: str = f"Sari Wulandari <{ME}>",
        answers: int = 0,
    ) -> str:
        """Put a mail into the mailbox; returns its Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = at.strftime("%a, %d %b %Y %H:%M:%S +0700")
        mail["Message-ID"] = f"<{number}@mail.example>"
        if answers:
            mail["In-Reply-To"] = mail["References"] = f"<{answers}@mail.example>"
        mail.set_content(body)
        folder = "Sent" if ME in sender else "INBOX"
        self.box.deliver(mail.as_bytes(), folder=folder, arrived=at)
        return str(mail["Message-ID"])

    def look(self, now: datetime = NOW) -> None:
        """One pass of the service: read, decide, do."""
        look = Look(account="personal", person=PERSON, packs=load_packs())
        with closing(Store(self.home.database)) as store:
            store.set_note("first_run", "2026-10-01T00:00:00+00:00")
            read_account(look, self.box, store)
            everything, actions = decide(store, PERSON, Wishes(), load_packs(), now)
            journal(store, actions, everything, now)
            flush(store, self.box, "personal", now)

    def drafts(self) -> list[str]:
        """What kinds of letters lie in Drafts."""
        with closing(Store(self.home.database)) as store:
            lines = store.journal(status="done", kind=ActionKind.DRAFT)
        uids = self.box.cursor("Drafts").uid
        lying = [uid for uid in range(1, uids + 1) if self.box.fetch("Drafts", uid) is not None]
        assert len(lying) == len(lines)
        return sorted(line.action.what for line in lines)

    def correct(self, *words: object) -> Any:
        """What `watcher correct` says to programs."""
        return self.home.json("correct", *words, "--json", *AT)

    def status(self) -> Any:
        return self.home.json("status", "--json", *AT)

    def process(self, message_id: str) -> dict[str, Any] | None:
        """The process that holds a mail."""
        return next((p for p in self.status()["processes"] if message_id in p["messages"]), None)

    def state(self, message_id: str) -> str:
        process = self.process(message_id)
        return process["state"] if process is not None else "-"

    def mail(self, message_id: str) -> dict[str, Any]:
        """How `show` tells of a mail."""
        process = self.process(message_id)
        assert process is not None
        timeline = self.home.json("show", process["id"], "--json", *AT)["timeline"]
        return next(mail for mail in timeline if mail["message_id"] == message_id)


@pytest.fixture
def watch(home: Home) -> Watch:
    home.write_config(CONFIG)
    return Watch(home)


def interviewed(watch: Watch) -> str:
    """Sari was there on Thursday; on the Tuesday after, the house writes. Returns that letter's Message-ID."""
    watch.deliver(
        1, "Interview: Barista", INVITED.format(role="Barista", day="Thursday, 5 November 2026"), at=START
    )
    watch.deliver(
        2,
        "Re: Interview: Barista",
        ACCEPTED,
        sender=f"Sari Wulandari <{ME}>",
        to=DEWI,
        at=START + timedelta(hours=3),
        answers=1,
    )
    body = NEWS.format(name="Sari", role="Barista", day="Tuesday, 10 November 2026")
    news = watch.deliver(3, "Barista: an update", body, at=START + timedelta(days=8), answers=2)
    watch.look()
    return news


def test_a_rejection_taken_for_news_is_put_right(watch: Watch) -> None:
    news = interviewed(watch)
    before = watch.status()
    assert (watch.mail(news)["label"], watch.state(news)) == ("status_update", "AWAITING")
    assert "feedback_request" not in watch.drafts()

    said = watch.correct(mail_id(news), "--as", "rejection")
    assert said["corrections"] == [
        {
            "id": 1,
            "made": "2026-11-12T10:00",
            "what": "label",
            "message_id": news,
            "mail": mail_id(news),
            "other": None,
            "value": "rejection",
            "was": "status_update",
            "same_template": 0,
        }
    ]
    assert [process["state"] for process in said["processes"]] == ["REJECTED"]
    assert watch.state(news) == "REJECTED"
    told = watch.mail(news)
    assert (told["label"], told["corrected"]) == ("rejection", {"was": "status_update", "this_mail": True})
    assert told["evidence"][0] == {"rule": "corrected", "quote": "status_update"}
    shown = watch.home.run("show", mail_process(watch, news), *AT).stdout
    assert f"[{mail_id(news)}]" in shown
    assert "corrected by you; it was taken for: news of the process" in " ".join(shown.split())

    watch.look()
    assert watch.drafts() == ["feedback_request"]

    assert watch.correct("--undo", 1)["processes"][0]["state"] == "AWAITING"
    assert watch.status() == before
    watch.look()
    assert "feedback_request" not in watch.drafts()
    watch.correct(news, "--as", "rejection")  # by its Message-ID, and again
    watch.look()
    assert watch.drafts() == ["feedback_request"]


def mail_process(watch: Watch, message_id: str) -> str:
    process = watch.process(message_id)
    assert process is not None
    return str(process["id"])


def test_the_next_mail_of_the_same_template_needs_no_correction(watch: Watch) -> None:
    news = interviewed(watch)
    earlier = watch.deliver(
        11,
        "Your application",
        NEWS.format(name="Sari W.", role="Cashier", day="9 November"),
        at=START + timedelta(days=7),
    )
    watch.look()
    assert watch.state(earlier) == "AWAITING"
    said = watch.correct(mail_id(news), "--as", "rejection")
    assert said["corrections"][0]["same_template"] == 1  # one that is there already
    assert watch.state(earlier) == "REJECTED"

    later, hour = NOW - timedelta(days=1), timedelta(hours=1)
    body = NEWS.format(name="Sari Wulandari", role="roastery assistant", day="11/11/2026")
    alike = watch.deliver(12, "An update for you", body, at=later)
    ordinary = watch.deliver(13, "Head of Events", ORDINARY.format(role="Head of Events"), at=later + hour)
    other = watch.deliver(
        14, "Archivist", NEWS.format(name="Sari", role="Archivist", day="today"), sender=ROBOT, at=later
    )
    turned = NEWS.replace("is still under", "is not yet under")
    other_sense = watch.deliver(
        15, "Waiter", turned.format(name="Sari", role="Waiter", day="today"), at=later + 2 * hour
    )
    watch.look()
    assert watch.state(alike) == "REJECTED"
    assert watch.mail(alike)["corrected"] == {"was": "status_update", "this_mail": False}
    for untouched in (ordinary, other, other_sense):
        assert watch.mail(untouched)["corrected"] is None
        assert watch.mail(untouched)["label"] != "rejection"

    watch.correct(alike, "--as", "status_update")  # of two words about one template the last counts
    assert [watch.state(mail) for mail in (news, earlier, alike)] == ["REJECTED", "AWAITING", "AWAITING"]
    watch.correct("--undo", 2)
    assert [watch.state(mail) for mail in (news, earlier, alike)] == ["REJECTED"] * 3
    watch.correct("--undo", 1)
    assert [watch.state(mail) for mail in (news, earlier, alike)] == ["AWAITING"] * 3


def test_one_robot_sends_receipts_and_everything_else(watch: Watch) -> None:
    first = watch.deliver(
        1, "Lamaran Anda", RECEIPT.format(role="Kasir", company="Toko Makmur"), sender=ROBOT, at=START
    )
    body = NEWS.format(name="Sari", role="Kasir", day="Monday").replace("Kopi Senja", "Toko Makmur")
    watch.deliver(2, "Kasir", body, sender=ROBOT, at=START + timedelta(days=1))
    watch.look()
    watch.correct(first, "--as", "other")
    body = RECEIPT.format(role="staf gudang", company="PT Rimba Papan Utama")
    again = watch.deliver(3, "Lamaran", body, sender=ROBOT, at=START + timedelta(days=2))
    watch.look()
    assert watch.process(again) is None
    assert watch.mail("<2@mail.example>")["label"] == "status_update"
    watch.correct("--undo", 1)
    assert watch.mail(again)["label"] == "application_received"


def test_a_process_dissolves_and_what_lay_there_goes(watch: Watch) -> None:
    asked = (
        "Dear Sari,\n\nCould you tell us by tomorrow which day suits you for an interview?\n\nDewi Lestari\n"
    )
    mail = watch.deliver(1, "Interview with Kopi Senja", asked, at=NOW - timedelta(days=3))
    watch.look()
    assert watch.state(mail) != "-"
    laid = watch.drafts()
    assert laid
    said = watch.home.run("correct", mail_id(mail), "--as", "other", *AT)
    assert said.exit_code == 0
    assert said.stdout.endswith("It belongs to no process now.\n")
    watch.look()
    assert (watch.state(mail), watch.drafts()) == ("-", [])
    assert watch.home.json("correct", "--list", "--json", *AT)["corrections"][0]["mail"] == mail_id(mail)
    watch.correct("--undo", 1)
    watch.look()
    assert watch.drafts() == laid


def test_a_mail_that_was_nobodys_business_becomes_a_process(watch: Watch) -> None:
    words = (
        "Halo kak,\n\nbesok Jumat 13 November jam 10 pagi mampir ya, kita ngopi dulu sambil lihat-lihat tempat"
        " dan kenalan dengan anak-anak dapur.\n\nDewi\n"
    )
    mail = watch.deliver(1, "mampir", words, at=NOW - timedelta(hours=2))
    watch.look()
    assert watch.process(mail) is None
    refused = watch.home.run("correct", "<9@mail.example>", "--as", "interview_invitation", *AT)
    assert refused.exit_code == 2
    assert "No mail is called" in refused.stderr
    said = watch.home.run("correct", mail, "--as", "interview_invitation", *AT)
    assert "it is read again at the next look" in said.stdout
    assert watch.home.run("correct", mail, "--as", "interview_invitation", *AT).stdout.startswith("So it is")
    watch.look()
    process = watch.process(mail)
    assert process is not None
    assert process["interview"] == "2026-11-13T10:00"
    with closing(Store(watch.home.database)) as store:
        assert [fact.verdict.kind for fact in store.facts()] == [Kind.OTHER]  # as it was judged
    watch.look()
    assert watch.process(mail) == process


def test_a_date_is_read_when_news_was_an_invitation(watch: Watch) -> None:
    words = (
        "Dear Sari,\n\nYour application for the position of Barista is still under review by the hiring team."
        " They will see you on Friday, 13 November 2026 at 15:00 WIB.\n\nDewi Lestari\n"
    )
    mail = watch.deliver(1, "Barista", words, at=NOW - timedelta(days=1))
    watch.look()
    watch.correct(mail, "--as", "interview_invitation")
    process = watch.process(mail)
    assert process is not None
    assert process["state"] == "INVITED"
    watch.look()
    process = watch.process(mail)
    assert process is not None
    assert process["interview"] == "2026-11-13T15:00"


def test_company_and_role(watch: Watch) -> None:
    news = interviewed(watch)
    process = mail_process(watch, news)
    said = watch.correct(process, "--company", "Kopi  Senja Abadi", "--role", "Kepala Bar")
    assert [(one["what"], one["value"]) for one in said["corrections"]] == [
        ("company", "Kopi Senja Abadi"),
        ("role", "Kepala Bar"),
    ]
    story = watch.home.json("show", process, "--json", *AT)
    assert (story["company"], story["role"]) == ("Kopi Senja Abadi", "Kepala Bar")
    assert story["corrected"]["role"] == {"was": "Barista"}
    shown = watch.home.run("show", process, *AT).stdout
    assert "Role: Kepala Bar (corrected by you; the mails say: Barista)" in shown
    again = watch.home.run("correct", process, "--company", "Kopi Senja Abadi", *AT)
    assert again.stdout.startswith("So it is already: ")
    assert len(watch.correct("--list")["corrections"]) == 2
    watch.correct("--undo", 2)
    assert watch.process(news)["role"] == "Barista"  # type: ignore[index]


def test_merge_and_split(watch: Watch) -> None:
    news = interviewed(watch)
    body = RECEIPT.format(role="Kepala Gudang", company="PT Rimba Papan Utama")
    other = watch.deliver(21, "Lamaran", body, sender=ROBOT, at=START + timedelta(days=1))
    watch.look()
    before = watch.status()
    one, two = mail_process(watch, news), mail_process(watch, other)
    assert one != two
    said = watch.correct(one, mail_id(other), "--merge")
    assert [process["id"] for process in said["processes"]] == [one]
    assert mail_process(watch, other) == one
    assert watch.home.run("correct", one, mail_id(other), "--merge", *AT).stdout.startswith(
        "So it is already"
    )

    watch.correct(mail_id(other), "--split")  # said later: it counts
    assert mail_process(watch, other) == two
    watch.correct("--undo", 2)
    assert mail_process(watch, other) == one
    watch.correct("--undo", 1)
    assert watch.status() == before

    watch.correct(news, "--split")
    assert mail_process(watch, news) != one
    assert watch.home.run("correct", news, "--split", *AT).stdout.startswith("So it is already")
    assert watch.home.run("undo", *AT).stdout.startswith("Taken back: ")
    assert watch.status() == before


def test_a_draft_of_a_merged_process_is_not_left_behind(watch: Watch) -> None:
    asked = (
        "Dear Sari,\n\nCould you tell us by tomorrow which day suits you for an interview?\n\nDewi Lestari\n"
    )
    one = watch.deliver(1, "Interview with Kopi Senja", asked, at=NOW - timedelta(days=3))
    refused = (
        "Halo Sari,\n\nMohon maaf, lamaran Anda untuk posisi Kasir belum dapat kami lanjutkan.\n\nAndi\n"
    )
    two = watch.deliver(
        2, "Lamaran Kasir", refused, sender="Andi <andi@toko.example>", at=NOW - timedelta(days=6)
    )
    watch.look()
    assert watch.drafts()
    watch.correct(mail_process(watch, one), mail_process(watch, two), "--merge")
    watch.correct(one, "--as", "rejection")
    watch.look()
    assert watch.state(one) == "REJECTED"
    assert "answer_skeleton" not in watch.drafts()


FAULTS = (
    (("{news}", "--as", "own_reply"), "A mail you received cannot be 'own_reply'. It can be: application_"),
    (("{own}", "--as", "rejection"), "A mail of yours cannot be 'rejection'. It can be: other, own_reply, "),
    (("{news}", "--as", "mark_held"), "cannot be 'mark_held'"),
    (("{process}", "--as", "rejection"), "names 3 mails. Say which: m"),
    (("m0000000", "--as", "rejection"), "No process is called 'm0000000'."),
    (("{news}",), "Say one thing at a time"),
    (("--as", "rejection"), "Which mail?"),
    (("--list", "{news}"), "--list and --undo name no mail."),
    (("{news}", "--as", "rejection", "--merge"), "Say one thing at a time"),
    (("{process}", "--merge"), "--merge needs two processes or more."),
    (("{news}", "--company", " "), "--company needs a name of at most 100 signs."),
    (("--undo", "7"), "There is no correction 7. `watcher correct --list` shows them."),
)


@pytest.mark.parametrize(("words", "fault"), FAULTS)
def test_what_cannot_be_said_is_refused_and_changes_nothing(
    watch: Watch, words: tuple[str, ...], fault: str
) -> None:
    news = interviewed(watch)
    named = {"news": mail_id(news), "own": mail_id("<2@mail.example>"), "process": mail_process(watch, news)}
    done = watch.home.run("correct", *(word.format(**named) for word in words), *AT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert fault in done.stderr
    assert watch.correct("--list") == {"corrections": [], "processes": []}


def test_in_indonesian(watch: Watch) -> None:
    news = interviewed(watch)
    home = Home(watch.home.root, "id_ID.UTF-8")
    assert home.run("correct", "--list", *AT).stdout == "Belum ada yang Anda koreksi.\n"
    said = home.run("correct", mail_id(news), "--as", "rejection", *AT).stdout
    assert f'1  {mail_id(news)} "Barista: an update" adalah: belum lolos (semula: kabar proses)' in said
    assert "dikoreksi oleh Anda" in home.run("show", mail_process(watch, news), *AT).stdout
    assert json.loads(home.run("correct", "--list", "--json", *AT).stdout)["corrections"][0]["id"] == 1


def test_every_label_can_be_said(watch: Watch) -> None:
    news = interviewed(watch)
    for label in labels():
        target = mail_id("<2@mail.example>") if label.startswith("own_") else mail_id(news)
        watch.correct(target, "--as", label)
        watch.look()
    assert len(watch.correct("--list")["corrections"]) == len(list(labels()))


def labels() -> Iterator[str]:
    return (
        kind.value for kind in Kind if not kind.mark and kind not in (Kind.STATUS_UPDATE, Kind.OWN_ACCEPT)
    )
