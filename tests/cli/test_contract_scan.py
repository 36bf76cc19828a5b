"""watcher scan PATH: every kind of mailbox tells the same; what is written, and what is not."""

from __future__ import annotations

import json
import mailbox
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pexpect
import pytest
from cli_helpers import HERE, NOW, ROOT, Home, tree, write_eml, write_maildir, write_mbox

from watcher import sample
from watcher.sample import SampleMail
from watcher.sample.unrelated import unrelated

MAILS = sample.build(NOW)
ME = ("--me", sample.ADDRESS)


def nested(mails: tuple[SampleMail, ...], path: Path) -> Path:
    """A Maildir whose subfolders are directories, without Drafts."""
    return write_maildir(mails, path, sent="Terkirim", drafts="")


KINDS: dict[str, Callable[..., Path]] = {
    "mbox": write_mbox,
    "maildir": write_maildir,
    "nested": nested,
    "eml": write_eml,
}


@pytest.fixture(params=KINDS)
def box(request: pytest.FixtureRequest, home: Home) -> Path:
    """The sample mailbox in one kind of file."""
    return KINDS[request.param](MAILS, home.root / "box")


def shared(document: dict[str, Any]) -> dict[str, Any]:
    """What does not depend on how the mailbox is called."""
    return document | {"actions": [action | {"account": None} for action in document["actions"]]}


@pytest.fixture(scope="module")
def from_mbox(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = Home(tmp_path_factory.mktemp("mbox"))
    box = write_mbox(MAILS, home.root / "box")
    return shared(home.json("scan", box, "--dry-run", "--json", *HERE))


def test_every_kind_of_mailbox_tells_the_same(box: Path, home: Home, from_mbox: dict[str, Any]) -> None:
    assert shared(home.json("scan", box, "--dry-run", "--json", *HERE)) == from_mbox


def stories(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The process of each story of the sample; no process may hold mails of two."""
    story_of = {mail.message_id: mail.story for mail in MAILS}
    found = {}
    for process in document["processes"]:
        own = {story_of[message] for message in process["messages"]} - {""}
        assert len(own) <= 1, f"{process['company']}: mails of {own} in one process"
        found |= dict.fromkeys(own, process)
    return found


EXPECTED = sample.expected(NOW)


@pytest.mark.parametrize("story", EXPECTED)
def test_every_story_of_the_sample_stands_where_it_should(story: str, from_mbox: dict[str, Any]) -> None:
    process, wanted = stories(from_mbox)[story], EXPECTED[story]
    assert (process["state"], process["waiting_on"], process["flag"], process["draft"]) == (
        wanted.state.value,
        wanted.waiting_on.value,
        wanted.flag.value,
        wanted.draft.value,
    )


# --------------------------------------------------------------------------- whose mailbox it is


def test_the_owner_is_found_out_and_said(box: Path, home: Home) -> None:
    done = home.run("scan", box, "--dry-run", *HERE)
    assert f"Taken for yours: {sample.ADDRESS} (give --me ADDRESS" in done.stderr


def test_who_is_told_whose_it_is_need_not_say(box: Path, home: Home, from_mbox: dict[str, Any]) -> None:
    done = home.run("scan", box, "--dry-run", "--json", "--me", sample.ADDRESS.upper(), *HERE)
    assert done.stderr == ""
    assert shared(json.loads(done.stdout)) == from_mbox


def test_a_wrong_owner_changes_what_is_seen(home: Home, from_mbox: dict[str, Any]) -> None:
    box = write_mbox(MAILS, home.root / "box")
    document = home.json("scan", box, "--dry-run", "--json", "--me", "somebody@else.example", *HERE)
    assert shared(document)["processes"] != from_mbox["processes"]


def test_a_mailbox_that_does_not_show_its_owner_says_so(home: Home) -> None:
    incoming = [mail for mail in MAILS if mail.folder == "INBOX"][:6]
    scattered = [
        replace(mail, raw=mail.raw.replace(b"sari.wulandari@", b"s%d@" % number))
        for number, mail in enumerate(incoming)
    ]
    done = home.run("scan", write_mbox(scattered, home.root / "box"), "--dry-run", *HERE)
    assert done.exit_code == 0
    assert "give --me ADDRESS" in done.stderr
    assert "does not show" in done.stderr


# --------------------------------------------------------------------------- what is written


@pytest.mark.parametrize("kind", ["mbox", "maildir"])
def test_a_dry_run_writes_nothing_anywhere(kind: str, home: Home) -> None:
    box = KINDS[kind](MAILS, home.root / "box")
    home.write_config()
    home.fill(MAILS[:5])
    before = tree(home.root)
    done = home.start("scan", box, "--dry-run", *HERE, env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 0, done.stderr
    assert "Would be done:" in done.stdout
    assert tree(home.root) == before


@pytest.mark.parametrize("kind", ["mbox", "eml"])
def test_files_that_can_only_be_read_stay_as_they_are(kind: str, home: Home) -> None:
    box = KINDS[kind](MAILS, home.root / "box")
    before = tree(home.root)
    done = home.run("scan", box, *HERE)
    assert done.exit_code == 0
    assert tree(home.root) == before
    assert "Not done: This mailbox is read-only" in done.stdout
    assert "\nDone:" not in done.stdout


def test_a_maildir_gets_drafts_and_flags_once(home: Home) -> None:
    box = write_maildir(MAILS, home.root / "box")
    before = {path.name.partition(":")[0]: path for path in box.rglob("*") if path.is_file()}
    planned = home.json("scan", box, "--dry-run", "--json", *HERE)["actions"]
    done = home.run("scan", box, *HERE)
    assert done.exit_code == 0, done.stderr
    assert "\nDone:" in done.stdout

    drafts = mailbox.Maildir(box / ".Drafts", create=False)
    wanted = {action["message_id"] for action in planned if action["kind"] == "draft"}
    assert {mail["Message-ID"] for mail in drafts} == wanted
    assert all("D" in mail.get_flags() for mail in drafts)

    starred = {action["message_id"] for action in planned if action["kind"] == "flag"}
    flagged = [mail["Message-ID"] for mail in mailbox.Maildir(box, create=False) if "F" in mail.get_flags()]
    assert sorted(flagged) == sorted(starred)

    after = {path.name.partition(":")[0]: path for path in box.rglob("*") if path.is_file()}
    assert set(before) <= set(after)
    assert len(after) - len(before) == len(wanted)

    written = tree(box)
    again = home.run("scan", box, *HERE)
    assert again.exit_code == 0
    assert tree(box) == written


def test_a_maildir_without_drafts_gets_flags_alone(home: Home) -> None:
    box = write_maildir(MAILS, home.root / "box", drafts="")
    done = home.run("scan", box, *HERE)
    assert done.exit_code == 0
    assert "has no Drafts folder" in done.stdout
    assert not (box / ".Drafts").exists()
    flagged = [path for path in (box / "cur").iterdir() if "F" in path.name.partition(":2,")[2]]
    assert len(flagged) >= 3


def test_nothing_of_files_is_remembered(home: Home) -> None:
    box = write_mbox(MAILS, home.root / "box")
    assert home.run("scan", box, *HERE).exit_code == 0
    assert not home.state.exists()


# --------------------------------------------------------------------------- the other options


def test_since_leaves_out_what_is_older(home: Home, from_mbox: dict[str, Any]) -> None:
    box = write_mbox(MAILS, home.root / "box")
    week = home.json("scan", box, "--dry-run", "--json", "--since", "7d", *HERE)
    assert 0 < len(week["processes"]) < len(from_mbox["processes"])


def test_zone_and_country_are_the_persons(home: Home) -> None:
    box = write_mbox(MAILS, home.root / "box")
    where = ("--tz", "Europe/Berlin", "--country", "de", "--now", "2026-11-25T08:00")
    berlin = home.json("scan", box, "--dry-run", "--json", *where)
    assert (berlin["now"], berlin["zone"]) == ("2026-11-25T08:00", "Europe/Berlin")
    times = [process["anchor"] for process in berlin["processes"] if process["company"] == "PT Bahtera Niaga"]
    assert times == ["2026-11-16T05:20"]


def test_takeout_labels_tell_sent_mail_and_spam(home: Home) -> None:
    """A Takeout file: everything in one, labels tell what is what."""
    labelled = []
    for mail in MAILS:
        label = b"Sent" if mail.folder == "Sent" else b"Inbox,Unread"
        raw = b"X-GM-THRID: 1\r\nX-Gmail-Labels: " + label + b"\r\n" + mail.raw
        labelled.append(replace(mail, raw=raw))
    spam = labelled[0].raw.replace(b"Inbox,Unread", b"Spam").replace(b"Message-ID: <", b"Message-ID: <spam.")
    labelled.append(replace(labelled[0], raw=spam, message_id="<spam>"))
    box = write_mbox(labelled, home.root / "All mail Including Spam and Trash.mbox")
    done = home.run("scan", box, "--dry-run", "--json", *HERE)
    assert f"Taken for yours: {sample.ADDRESS}" in done.stderr
    assert len(json.loads(done.stdout)["processes"]) >= 12


def test_lines_that_begin_with_from_come_through(home: Home) -> None:
    mail = next(mail for mail in MAILS if mail.story == "nusantara")
    text = mail.raw.replace(b"\r\n\r\n", b"\r\n\r\nFrom our side, all is well.\r\n>From yours too.\r\n", 1)
    box = write_mbox([replace(mail, raw=text)], home.root / "box")
    assert b"\n>From our side" in box.read_bytes()
    assert b"\n>>From yours" in box.read_bytes()
    document = home.json("scan", box, *ME, "--dry-run", "--json", *HERE)
    assert [process["messages"] for process in document["processes"]] == [[mail.message_id]]


# --------------------------------------------------------------------------- the progress bar


def watch(home: Home, box: Path) -> tuple[str, int]:
    """What a person sees of a scan on a terminal, and the exit code."""
    python = shutil.which("python", path=str(Path(os.sys.executable).parent)) or os.sys.executable
    child = pexpect.spawn(
        python,
        ["-m", "watcher", "scan", str(box), *ME, "--dry-run", *HERE],
        env=home.env(TERM="xterm", COLUMNS="100"),
        cwd=str(ROOT),
        encoding="utf-8",
        timeout=60,
        dimensions=(50, 100),
    )
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before), int(child.exitstatus or 0)


def test_short_work_shows_no_progress_bar(home: Home) -> None:
    seen, code = watch(home, write_mbox(MAILS[:3], home.root / "box"))
    assert code == 0
    assert "reading box" not in seen


def test_long_work_shows_one_and_takes_it_away(home: Home) -> None:
    seen, code = watch(home, write_mbox((*MAILS, *unrelated(2000, NOW)), home.root / "box"))
    assert code == 0
    assert re.search(r"reading box", seen)
    assert seen.rfind("reading box") < seen.rfind("\x1b[2K")  # the line was cleared at the end
