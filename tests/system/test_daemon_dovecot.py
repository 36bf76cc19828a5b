"""The running service on a real mail server and a real session bus: the sample mailbox in a haystack of 2,000
other mails. Each test uses a story of its own, so that their order does not matter."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import getaddresses
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import require, until
from servers.dovecot import Dovecot
from servers.notification_server import NotificationServer, Shown
from servers.person import MailProgram, Person, Seen, Service, draft_kind, fill, header, settled
from servers.session_bus import SessionBus

from watcher.core.model import EVIDENCE_LENGTH, DraftKind, Kind, State
from watcher.sample import ADDRESS, STORIES, SampleMail, build, expected, transport
from watcher.sample.letters import make_mail
from watcher.sample.table import ME, Expectation
from watcher.sample.unrelated import unrelated

pytestmark = [pytest.mark.dovecot, pytest.mark.bus]

log = logging.getLogger(__name__)

HAY = 2000
JAKARTA = ZoneInfo("Asia/Jakarta")
KEYWORDS = {State.QUIET_1W: "$FollowUp1w", State.QUIET_2W: "$FollowUp2w"}
QUIET_KINDS = (Kind.AUTO_REPLY, Kind.OTHER)


@dataclass
class Watched:
    """A mailbox, the service that watches it, and what it found in its first pass."""

    person: Person
    service: Service
    server: Dovecot
    user: str
    screen: NotificationServer
    mails: tuple[SampleMail, ...]
    table: dict[str, Expectation]
    before: dict[str, dict[int, Seen]]
    after: dict[str, dict[int, Seen]]
    first: list[dict[str, Any]]  # the processes after the first pass
    notices: list[Shown]

    @property
    def program(self) -> MailProgram:
        return MailProgram(self.server, self.user)

    def story(self, key: str) -> list[SampleMail]:
        return [mail for mail in self.mails if mail.story == key]

    def process(self, key: str) -> dict[str, Any]:
        """The process of a story as it stands now."""
        own = {mail.message_id for mail in self.story(key)}
        return next(one for one in self.status() if own & set(one["messages"]))

    def status(self) -> list[dict[str, Any]]:
        return self.person.asks("status", "--all")["processes"]

    def draft(self, key: str) -> tuple[int, Seen] | None:
        """The draft in Drafts that answers a mail of the story."""
        own = {mail.message_id for mail in self.story(key)}
        found = self.program.folder("Drafts").items()
        return next(((u, seen) for u, seen in found if header(seen.raw, "In-Reply-To") in own), None)

    def deliver(self, key: str, body: str, number: int = 0) -> str:
        """A new mail in the thread of a story, from whoever wrote last; its Message-ID."""
        last = [mail for mail in self.story(key) if mail.folder == "INBOX"][-1]
        raw, message_id = self._letter(last, header(last.raw, "From"), ME, body, f"{key}.new.{number}")
        self.server.deliver(self.user, raw)
        return message_id

    def send(self, key: str, body: str) -> str:
        """An answer that the person sends from the phone: it lands in Sent."""
        last = [mail for mail in self.story(key) if mail.folder == "INBOX"][-1]
        raw, message_id = self._letter(last, ME, header(last.raw, "From"), body, f"{key}.phone")
        self.server.append(self.user, raw, "Sent", r"\Seen")
        return message_id

    def _letter(self, last: SampleMail, sender: str, to: str, body: str, name: str) -> tuple[bytes, str]:
        now = datetime.now(UTC)
        message_id = f"<{name}.{now:%H%M%S%f}@{getaddresses([sender])[0][1].partition('@')[2]}>"
        references = (*header(last.raw, "References").split(), last.message_id)
        raw = make_mail(
            sender,
            to,
            "Re: " + header(last.raw, "Subject"),
            body,
            now,
            message_id=message_id,
            in_reply_to=last.message_id,
            references=references,
            headers=() if sender == ME else transport(sender, now),
        )
        return raw, message_id

    def judged(self, message_id: str) -> bool:
        return bool(self.person.stored(f"SELECT 1 FROM facts WHERE message_id = '{message_id}'"))


@pytest.fixture(scope="module")
def watched(dovecot: Dovecot) -> Iterator[Watched]:
    require("dbus-daemon", "dbus")
    user, now = dovecot.new_user(), datetime.now(UTC)
    mails = build(now)
    fill(dovecot, user, [*mails, *unrelated(HAY, now)])
    program = MailProgram(dovecot, user)
    seen = [uid for uid in program.folder("INBOX") if uid % 3]
    program.flag("INBOX", seen, ["\\Seen"])
    with (
        SessionBus() as bus,
        NotificationServer(bus.address) as screen,
        Person(bus.environment()) as person,
    ):
        notices = {"kind": "desktop", "hours": [0, 24], "urgent_hours": [0, 24], "level": "company"}
        person.configure(person.account(dovecot, user), notices=notices)
        before = program.everything()
        with Service(person) as service:
            service.ready()
            assert service.heard(settled, 120), service.log()
            until(lambda: screen.received, 10)
            yield Watched(
                person=person,
                service=service,
                server=dovecot,
                user=user,
                screen=screen,
                mails=mails,
                table=dict(expected(now)),
                before=before,
                after=program.everything(),
                first=person.asks("status", "--all")["processes"],
                notices=list(screen.received),
            )
            code, seconds = service.stop()
            assert (code, seconds < 5) == (0, True), (seconds, service.log())
            log.info("stopped within %.2f s", seconds)


# ---------------------------------------------------------------------- the first pass


def test_every_story_is_one_process_and_stands_where_it_should(watched: Watched) -> None:
    home = {mail.message_id: mail.story for mail in watched.mails}
    told = {}
    for one in watched.first:
        stories = {home.get(message_id, "hay") or "noise" for message_id in one["messages"]}
        told[" + ".join(sorted(stories))] = (one["state"], one["waiting_on"], one["flag"], one["draft"])
    wanted = {
        key: (e.state.value, e.waiting_on.value, e.flag.value, e.draft.value)
        for key, e in watched.table.items()
    }
    assert told == wanted
    assert len(watched.first) == len(STORIES)


def test_every_draft_that_is_due_lies_in_drafts_in_its_thread(watched: Watched) -> None:
    home = {mail.message_id: mail for mail in watched.mails}
    found = {}
    for seen in watched.after["Drafts"].values():
        answered, references = header(seen.raw, "In-Reply-To"), header(seen.raw, "References").split()
        mail = home[answered]
        assert mail.folder == "INBOX"
        assert references[-1] == answered
        assert references[:-1] == header(mail.raw, "References").split()
        assert header(seen.raw, "Subject").startswith("Re: ")
        assert ADDRESS in header(seen.raw, "From")
        there = {header(m.raw, "From").rpartition("@")[2] for m in watched.story(mail.story)}
        assert header(seen.raw, "To").rpartition("@")[2] in there
        assert seen.flags == {"\\Draft", "\\Seen"}
        assert mail.story not in found
        found[mail.story] = draft_kind(seen.raw)
    wanted = {key: e.draft.value for key, e in watched.table.items() if e.draft is not DraftKind.NONE}
    assert found == wanted


def test_only_the_newest_employer_mail_of_a_quiet_process_is_flagged(watched: Watched) -> None:
    wanted = {}
    for key, expectation in watched.table.items():
        if expectation.state in KEYWORDS:
            newest = [m for m in watched.story(key) if m.folder == "INBOX" and m.kind not in QUIET_KINDS][-1]
            wanted[newest.message_id] = {KEYWORDS[expectation.state], "\\Flagged"}
    before, after = watched.before, watched.after
    flagged = {}
    for folder in ("INBOX", "Sent"):
        assert after[folder].keys() == before[folder].keys()
        for uid, seen in after[folder].items():
            assert seen.raw == before[folder][uid].raw
            if added := seen.flags - before[folder][uid].flags:
                flagged[header(seen.raw, "Message-ID")] = added
            assert before[folder][uid].flags <= seen.flags
    assert flagged == wanted
    assert all("\\Seen" not in seen.flags for uid, seen in after["INBOX"].items() if uid % 3 == 0)
    assert {name for name in after if after[name]} == {"INBOX", "Sent", "Drafts"}


def test_what_needs_the_person_is_told_on_the_desktop(watched: Watched) -> None:
    due = [one for one in watched.first if one["notify"] and _read(one["notify"]) <= _clock()]
    assert due
    text = "\n".join(shown.body for shown in watched.notices)
    for one in due:
        assert (one["company"] or one["person"] or "?") in text
    assert all({"open", "snooze"} <= shown.actions.keys() for shown in watched.notices)
    assert "example" not in text  # no address, on this level


def _read(text: str) -> datetime:
    """A wall clock time of `--json`: where Sari is."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def _clock() -> datetime:
    return datetime.now(JAKARTA)


def test_the_log_names_nobody(watched: Watched) -> None:
    log = watched.service.log()
    assert f"{HAY + len(watched.mails)} mails read" in log
    for word in (ADDRESS, "Nusantara", "Ratna", "interview -", "correct-horse"):
        assert word not in log


def test_it_keeps_no_body(watched: Watched) -> None:
    tables = [
        name for (name,) in watched.person.stored("SELECT name FROM sqlite_schema WHERE type = 'table'")
    ]
    stored = " ".join(str(row) for table in tables for row in watched.person.stored(f"SELECT * FROM {table}"))
    assert "Samudra" in stored  # facts are there
    for mail in watched.mails:
        text = message_from_bytes(mail.raw, policy=default).get_body(("plain",))
        body = str(text.get_content()) if text is not None else ""
        for line in (line for line in body.splitlines() if len(line) > EVIDENCE_LENGTH):
            assert line not in stored
    assert '"raw"' not in stored  # of a draft, once it lies in the mailbox
    for path in watched.person.state.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


# ---------------------------------------------------------------------- while it runs


def test_looking_again_and_starting_again_change_nothing(watched: Watched) -> None:
    before = watched.program.everything()
    watched.service.look()
    assert watched.program.everything() == before


def test_new_mail_is_judged_within_two_seconds_of_the_push(watched: Watched) -> None:
    begun = time.monotonic()
    message_id = watched.deliver("sentosa", "Yth. Sari,\n\nlamaran Anda sedang kami proses.\n\nSalam\nHRD\n")
    assert until(lambda: watched.judged(message_id), 10), watched.service.log()
    took = time.monotonic() - begun
    log.info("delivered and judged within %.2f s; the server pushes after about 0.5 s", took)
    assert took < 2.5


def test_an_answer_withdraws_the_draft_that_waits_and_takes_the_flags_off(watched: Watched) -> None:
    assert watched.draft("cakrawala") is not None
    watched.deliver("cakrawala", "Halo Sari,\n\nproses seleksi masih berjalan, mohon ditunggu ya.\n\nSalam\n")
    assert until(lambda: watched.draft("cakrawala") is None, 10)
    own = {mail.message_id for mail in watched.story("cakrawala")}
    assert until(lambda: not own & watched.program.flagged().keys(), 5)
    assert watched.process("cakrawala")["state"] == "AWAITING"


def test_an_edited_draft_is_the_person_s_and_stays(watched: Watched) -> None:
    uid, seen = watched.draft("bahtera") or (0, None)
    assert seen is not None
    edited = seen.raw.replace(b"\r\n\r\n", b"\r\n\r\nSelamat pagi,\r\n", 1)
    watched.program.replace("Drafts", uid, edited, ["\\Draft", "\\Seen"])
    watched.deliver("bahtera", "Halo Sari,\n\nhasilnya masih kami tunggu dari user.\n\nSalam\n")
    own = {mail.message_id for mail in watched.story("bahtera")}
    assert until(lambda: not own & watched.program.flagged().keys(), 10)
    watched.service.look()
    _, still = watched.draft("bahtera") or (0, None)
    assert still is not None
    assert still.raw == edited


def test_a_follow_up_from_the_phone_withdraws_the_draft_and_spends_the_ask(watched: Watched) -> None:
    assert watched.draft("nusantara") is not None
    watched.send(
        "nusantara",
        "Yth. Ibu Ratna,\n\nsaya ingin menanyakan kabar mengenai hasil wawancara Data Analyst minggu lalu.\n"
        "Terima kasih.\n\nSalam,\nSari\n",
    )
    watched.service.look()
    assert until(lambda: watched.draft("nusantara") is None, 10)
    process = watched.process("nusantara")
    assert (process["state"], process["draft"]) == ("FOLLOWED_UP", "none")
    again = watched.person.watcher("draft", process["id"], "--kind", "follow_up")
    assert again.returncode == 2
    assert "asked already" in again.stderr


def test_pressed_buttons_act(watched: Watched) -> None:
    def notice(key: str) -> Shown:
        name = next(one for one in watched.first if _is(one, watched, key))["company"]
        return next(s for s in watched.notices if name in s.body and "done" in s.actions)

    watched.screen.press(notice("mandala"), "done")
    assert until(lambda: _marks(watched, "mark_done"), 10)
    assert watched.process("mandala")["state"] != "TASK_DUE"
    watched.screen.press(notice("pelita"), "snooze")
    assert until(lambda: _marks(watched, "mark_snooze"), 10)
    pelita = watched.process("pelita")
    assert pelita["state"] == "OWE_REPLY"
    assert _read(pelita["notify"]) > _clock()
    assert {via for _, via in _marks(watched, "mark_%")} == {"notice"}


def _is(one: dict[str, Any], watched: Watched, key: str) -> bool:
    return bool({mail.message_id for mail in watched.story(key)} & set(one["messages"]))


def _marks(watched: Watched, kind: str) -> list[tuple[Any, ...]]:
    return watched.person.stored(f"SELECT kind, via FROM marks WHERE kind LIKE '{kind}'")


# ---------------------------------------------------------------------- what it costs


def test_the_idle_service_sleeps(watched: Watched) -> None:
    watched.service.look()
    threading.Event().wait(1)  # let what it has just done come to rest
    before, time_before = _switches(watched), _cpu(watched)
    threading.Event().wait(4)
    woken, used = _switches(watched) - before, _cpu(watched) - time_before
    memory = _field(Path(f"/proc/{watched.service.process.pid}/status"), "VmRSS")
    log.info("in 4 s woken %d times, %.2f s of CPU; %d MB in memory", woken, used, memory / 1024)
    assert woken <= 8
    assert used <= 0.05
    assert memory < 300 * 1024


def _switches(watched: Watched) -> int:
    tasks = Path(f"/proc/{watched.service.process.pid}/task").glob("*/status")
    return sum(_field(task, "voluntary_ctxt_switches") for task in tasks)


def _cpu(watched: Watched) -> float:
    fields = Path(f"/proc/{watched.service.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _field(path: Path, name: str) -> int:
    line = next(line for line in path.read_text().splitlines() if line.startswith(name + ":"))
    return int(line.split()[1])
