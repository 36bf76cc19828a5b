"""The commands on a real mail server, without the service: a dry run, a scan, and what a person does then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from servers.dovecot import PASSWORD, Dovecot
from servers.person import MailProgram, Person, draft_kind, fill, header

from watcher.sample import SampleMail, build

pytestmark = pytest.mark.dovecot

STORIES = ("nusantara", "samudra", "bahtera", "kencana", "meridian", "sentosa", "mandala", "")


@dataclass
class Desk:
    """A person, the mailbox, and what is in it."""

    person: Person
    program: MailProgram
    mails: tuple[SampleMail, ...]

    def process(self, story: str) -> dict[str, Any]:
        own = {mail.message_id for mail in self.mails if mail.story == story}
        processes = self.person.asks("status", "--all")["processes"]
        return next(one for one in processes if own & set(one["messages"]))

    def says(self, *words: str) -> str:
        result = self.person.watcher(*words)
        assert result.returncode == 0, result.stderr
        return result.stdout


@pytest.fixture
def desk(dovecot: Dovecot) -> Iterator[Desk]:
    user = dovecot.new_user()
    mails = tuple(mail for mail in build(datetime.now(UTC)) if mail.story in STORIES)
    fill(dovecot, user, mails)
    with Person() as person:
        person.configure(person.account(dovecot, user))
        yield Desk(person, MailProgram(dovecot, user), mails)


def test_a_dry_run_writes_nothing_anywhere(desk: Desk) -> None:
    def everything() -> tuple[object, object]:
        return desk.person.files(), desk.program.everything()

    before = everything()
    document = desk.person.asks("scan", "--dry-run")
    assert {action["kind"] for action in document["actions"]} == {"draft", "flag", "notify"}
    assert "Would be done:" in desk.says("scan", "--dry-run")
    assert everything() == before
    assert not desk.person.state.exists()

    desk.says("scan")
    before = everything()
    document = desk.person.asks("scan", "--dry-run")
    assert [a for a in document["actions"] if a["kind"] != "notify"] == []
    later = desk.person.asks("scan", "--dry-run", "--now", "2031-01-01")
    assert {one["state"] for one in later["processes"]} <= {"CLOSED_PRESUMED", "REJECTED"}
    assert everything() == before


def test_a_scan_does_it_all_once(desk: Desk) -> None:
    planned = desk.person.asks("scan", "--dry-run")
    done = desk.person.asks("scan")
    assert [_plain(action) for action in done["actions"]] == [_plain(action) for action in planned["actions"]]
    drafts = [action for action in planned["actions"] if action["kind"] == "draft"]
    flags = [action for action in planned["actions"] if action["kind"] == "flag"]
    assert sorted(header(raw, "Message-ID") for raw in desk.program.drafts()) == sorted(
        action["message_id"] for action in drafts
    )
    assert desk.program.flagged() == {action["message_id"]: frozenset(action["flags"]) for action in flags}
    after = desk.program.everything()
    assert desk.person.asks("scan")["actions"] == []
    assert desk.program.everything() == after


def _plain(action: dict[str, Any]) -> dict[str, Any]:
    """An action without the time at which its draft was written."""
    return {key: value for key, value in action.items() if key != "raw"}


def test_what_a_person_does_after_a_scan(desk: Desk) -> None:
    desk.says("scan")
    quiet = desk.process("nusantara")
    assert quiet["state"] == "QUIET_1W"
    assert "PT Nusantara" in desk.says("status")

    shown = desk.says("show", quiet["id"])
    assert "Ratna" in shown
    assert "Subject: Re: " in shown
    document = desk.person.asks("show", quiet["id"])
    assert document["letter"]["kind"] == "follow_up"
    assert len(document["timeline"]) == 5

    said = desk.says("mark", quiet["id"], "followed-up", "--via", "phone")
    assert "Nusantara" in said
    assert desk.process("nusantara")["state"] == "FOLLOWED_UP"
    assert "you" in desk.says("show", quiet["id"]).lower()
    desk.says("scan")
    assert not _draft_for(desk, "nusantara")
    refused = desk.person.watcher("draft", quiet["id"], "--kind", "follow_up")
    assert refused.returncode == 2
    assert "asked already" in refused.stderr

    assert "followed-up" in desk.says("undo")
    assert desk.process("nusantara") == quiet
    printed = desk.says("draft", quiet["id"], "--print")
    assert not _draft_for(desk, "nusantara")
    assert "Laid into Drafts" in desk.says("draft", quiet["id"])
    [raw] = _draft_for(desk, "nusantara")
    assert header(raw, "Subject") in printed
    assert "already" in desk.says("draft", quiet["id"])
    assert len(_draft_for(desk, "nusantara")) == 1
    desk.says("scan")
    assert _draft_for(desk, "nusantara") == [raw]

    before = desk.program.everything()
    assert "Forgotten" in desk.says("forget", quiet["id"], "--yes")
    desk.says("scan")
    assert "Nusantara" not in desk.says("status", "--all")
    stored = str(
        [desk.person.stored(f"SELECT * FROM {name}") for name in ("facts", "actions", "marks", "places")]
    )
    assert "nusantara" not in stored.lower()
    assert desk.program.everything() == before


def _draft_for(desk: Desk, story: str) -> list[bytes]:
    own = {mail.message_id for mail in desk.mails if mail.story == story}
    return [raw for raw in desk.program.drafts() if header(raw, "In-Reply-To") in own]


def test_an_account_may_be_called_differently_one_day(desk: Desk) -> None:
    desk.says("scan")
    before = desk.program.everything()
    [account] = json.loads(desk.person.config.read_text())["accounts"]
    desk.person.configure(account | {"name": "home"})
    assert desk.person.asks("scan")["actions"] == []
    assert desk.program.everything() == before
    desk.says("mark", desk.process("nusantara")["id"], "ignore")
    desk.says("scan")
    assert not _draft_for(desk, "nusantara")


def test_what_an_unread_account_holds_is_left_alone(desk: Desk, dovecot: Dovecot) -> None:
    [account] = json.loads(desk.person.config.read_text())["accounts"]
    other = desk.person.account(dovecot, dovecot.new_user(), name="other", address="sari@other.example")
    desk.person.configure(account, other)
    desk.says("scan")
    lost = account | {"secret": {"from": "command", "command": ["echo", "not-the-password"]}}
    desk.person.configure(lost, other)
    document = desk.person.watcher("scan", "--dry-run", "--json", "--now", _in_a_month())
    assert "refused the sign-in" in document.stderr
    assert json.loads(document.stdout)["actions"] == []
    desk.person.configure(account, other)
    assert desk.person.asks("scan", "--dry-run", "--now", _in_a_month())["actions"] != []


def _in_a_month() -> str:
    return (datetime.now(UTC) + timedelta(days=30)).isoformat(timespec="minutes")


def test_old_silence_gets_a_draft_on_request_only(desk: Desk) -> None:
    settings = json.loads(desk.person.config.read_text())
    desk.person.configure(*settings["accounts"], first_run_grace_days=0)
    desk.says("scan")
    assert not _draft_for(desk, "samudra")  # quiet for two weeks, long before the first run
    assert desk.process("samudra")["draft"] == "closing"
    desk.says("draft", desk.process("samudra")["id"])
    desk.says("scan")
    [raw] = _draft_for(desk, "samudra")
    assert draft_kind(raw) == "closing"


def test_faults_are_one_sentence_and_the_right_exit_code(desk: Desk, dovecot: Dovecot) -> None:
    settings = json.loads(desk.person.config.read_text())
    [account] = settings["accounts"]

    def told(**change: Any) -> tuple[int, str]:
        desk.person.configure(account | change)
        result = desk.person.watcher("scan")
        assert "Traceback" not in result.stderr
        assert result.stdout == ""
        return result.returncode, result.stderr

    wrong = {"from": "command", "command": ["echo", "not-the-password"]}
    for change, code, words in (
        ({"secret": wrong}, 3, "refused the sign-in"),
        ({"secret": {"from": "command", "command": ["false"]}}, 3, "ended with exit code 1"),
        ({"port": 1}, 1, "Nothing listens at localhost:1"),
        ({"host": "no-such-host.invalid"}, 1, "does not resolve"),
        ({"ca_file": ""}, 2, "certificate"),
        ({"host": "127.0.0.2"}, 1, "127.0.0.2"),
    ):
        assert (got := told(**change))[0] == code, got
        assert words in got[1]
        assert PASSWORD not in got[1]
    assert desk.program.drafts() == []
