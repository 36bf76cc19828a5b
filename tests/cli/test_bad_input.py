"""Bad input: a sentence that says what to do, the right exit code, nothing lost or half written."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pexpect
import pytest
from cli_helpers import CONFIG, HERE, NOW, Home, tree, write_eml, write_maildir, write_mbox
from click.testing import Result
from conftest import require

from watcher import sample
from watcher.sample.unrelated import unrelated
from watcher.store import Store

AT = ("--now", "2026-11-25T14:00")
MAILS = sample.build(NOW)
ME = ("--me", sample.ADDRESS)

WITH_CONFIG = (
    ("scan",),
    ("run",),
    ("status",),
    ("show", "x"),
    ("mark", "x", "held"),
    ("undo",),
    ("draft", "x"),
    ("forget", "x", "--yes"),
    ("secret",),
    ("sign-in",),
    ("sign-out",),
    ("doctor",),
)


def refused(done: Result | subprocess.CompletedProcess[str], code: int, *said: str) -> None:
    """The command failed with this code, said these words on standard error, and nothing else anywhere."""
    given = done.exit_code if isinstance(done, Result) else done.returncode
    assert given == code, (given, done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for words in said:
        assert words in done.stderr


# --------------------------------------------------------------------------- configuration


@pytest.mark.parametrize("command", WITH_CONFIG, ids=lambda command: command[0])
def test_no_configuration(home: Home, command: tuple[str, ...]) -> None:
    done = home.run(*command)
    told = done.stdout + done.stderr
    assert done.exit_code == 2
    assert f"There is no configuration at {home.config}.".replace(" ", "") in "".join(told.split())
    assert "watcher setup" in told
    assert list(home.root.iterdir()) == []


FIVE_FAULTS = """\
name: Sari
timezone: Mars/Olympus
since: some time ago
accounts:
  - address: sari@example.com
    host: imap.example.com
    port: 99999
    passwrd: hunter2
notices:
  kind: carrier pigeon
"""


@pytest.mark.parametrize("command", WITH_CONFIG, ids=lambda command: command[0])
def test_five_faults_at_once(home: Home, command: tuple[str, ...]) -> None:
    home.write_config(FIVE_FAULTS)
    done = home.run(*command)
    told = " ".join((done.stdout + done.stderr).split())
    assert done.exit_code == 2
    assert "has 5 faults" in told
    for line, option in ((2, "timezone"), (3, "since"), (7, "port"), (8, "passwrd"), (10, "kind")):
        assert re.search(rf"line {line}: [a-z0-9.\[\]]*{option}", told), (line, option)
    assert "hunter2" not in told
    assert not home.state.exists()


def test_a_configuration_that_is_no_yaml(home: Home) -> None:
    home.write_config("accounts: [\n")
    refused(home.run("status"), 2, "line 1", "missing")
    home.config.write_bytes(b"name: \xff\n")
    refused(home.run("status"), 2, "is no text in UTF-8")


def test_a_configuration_named_on_the_command_line(home: Home, tmp_path: Path) -> None:
    refused(
        home.run("--config", tmp_path / "none.yaml", "status"), 2, "There is no configuration at", "none.yaml"
    )
    refused(home.run("--config", tmp_path, "status"), 2, "is a directory")


# --------------------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status", "--sort"), "No such option '--sort'"),
        (("--verbose", "status"), "No such option '--verbose'"),
        (("stauts",), "No such command 'stauts'"),
        (("show",), "Missing argument 'ID'"),
        (("mark", "x"), "Missing argument 'WHAT'"),
        (("show", "a", "b"), "unexpected extra argument"),
    ],
)
def test_usage(scanned: Home, arguments: tuple[str, ...], said: str) -> None:
    refused(scanned.run(*arguments), 2, said, "Usage: watcher ")


@pytest.mark.parametrize("command", ["show", "draft", "forget", "mark"])
def test_an_id_that_is_unknown_or_ambiguous(scanned: Home, command: str) -> None:
    more = {"forget": ("--yes",), "mark": ("held",)}.get(command, ())
    before = scanned.database.read_bytes()
    refused(scanned.run(command, "ffffff", *more), 2, "No process is called 'ffffff'.", "Known ones: ")
    refused(scanned.run(command, "pt ", *more), 2, "fits 7 processes", "(PT Arunika Media)")
    assert scanned.database.read_bytes() == before


@pytest.mark.parametrize(
    "clock", ["yesterday", "2026-13-01", "25:00", "2026-11-02T10:00+99:00", "1066-10-14", " "]
)
@pytest.mark.parametrize(
    "command", [("status",), ("show", "orchid"), ("draft", "orchid"), ("undo",), ("demo",)]
)
def test_a_clock_that_is_none(scanned: Home, command: tuple[str, ...], clock: str) -> None:
    refused(scanned.run(*command, "--now", clock), 2, "watcher: '", " is ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--now", "soon"), "'soon' is no date or time. Write 2026-11-02"),
        (("--since", "90"), "'90' is no span of time. Write days (90d)"),
        (("--since", "0d"), "'0d' is no span of time"),
        (("--since", "2999-01-01"), "is a strange year"),
        (("--since", "2027-01-01", *AT), "is still to come"),
        (("--tz", "Mars"), "--tz must be a time zone such as Asia/Jakarta"),
        (("--tz", "WIB"), "did you mean 'Asia/Jakarta'?"),
        (("--tz", "auto"), "--tz must be a time zone"),
        (("--country", "Indonesia"), "--country must be the two letters of a country"),
        (("--country", "XX"), "--country must be the two letters"),
        (("--me", "sari"), "--me must be an e-mail address"),
        (("--me", ""), "--me is empty"),
    ],
)
@pytest.mark.parametrize("where", ["files", "accounts"])
def test_options_of_scan_that_mean_nothing(
    scanned: Home, tmp_path: Path, where: str, arguments: tuple[str, ...], said: str
) -> None:
    path = (write_mbox(MAILS[:1], tmp_path / "box"),) if where == "files" else ()
    refused(scanned.run("scan", *path, *arguments), 2, said)


def test_an_account_that_is_unknown(scanned: Home, tmp_path: Path) -> None:
    refused(scanned.run("scan", "--account", "work"), 2, "No account is called 'work'. Known ones: personal.")
    box = write_mbox(MAILS[:1], tmp_path / "box")
    refused(scanned.run("scan", box, "--account", "personal"), 2, "--account belongs to the configuration")


# --------------------------------------------------------------------------- timelines

GOOD = "- id: good\n  now: 2026-11-02T10:00\n  timeline: []\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "- id: X\n  nowe: 2026-11-02\n  timeline: []\n",
            ("scenario X, line 2: unknown key 'nowe'; did you mean 'now'?", "`now` is missing"),
        ),
        (
            GOOD + "- id: X\n  now: 2026-11-02T10:00\n  timeline:\n"
            "  - {at: 2026-11-01T10:00, kind: offr, foo: 1}\n  - {at: soon, kind: offer}\n",
            (
                "scenario X, event 1, line 7: unknown key 'foo'",
                "scenario X, event 1, line 7: unknown kind 'offr'",
                "scenario X, event 2, line 8: `at` is no time: 'soon'",
            ),
        ),
        ("- id: X\n  now: 2026-11-02\n  tz: Mars\n  timeline: []\n", ("line 3: unknown time zone 'Mars'",)),
        ("- id: X\n  now: 2026-11-02\n  timeline: no\n", ("`timeline` must be a list of events",)),
        ("- id: X\n  now: 2026-11-02\n  timeline:\n  - {kind: offer}\n", ("event 1: `at` is missing",)),
        (
            "- id: X\n  now: 2026-11-02\n  timeline:\n  - {at: 2026-11-01, kind: offer, ask: 7}\n",
            ("must be true or",),
        ),
        (
            "- id: X\n  now: 2026-11-02\n  repliable: nope\n  timeline: []\n",
            ("line 3: `repliable` must be true",),
        ),
        ("", ("holds a list of scenarios",)),
        ("only words", ("holds a list of scenarios",)),
        ("- 7\n", ("scenario number 1: must be a mapping",)),
        ("a: [1\nb: 2\n", ("no YAML",)),
        ("\tx: 1", ("no YAML",)),
    ],
)
def test_a_timeline_with_faults(home: Home, text: str, said: tuple[str, ...]) -> None:
    file = home.root / "timeline.yaml"
    file.write_text(text)
    refused(home.run("simulate", file, "--json"), 2, f"{file} has faults:", *said)


def test_a_timeline_that_cannot_be_read(home: Home) -> None:
    refused(
        home.run("simulate", home.root / "none.yaml"), 2, "cannot be read: No such file", "Name a YAML file"
    )
    refused(home.run("simulate", home.root), 2, "cannot be read: Is a directory")
    (home.root / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    refused(home.run("simulate", home.root / "bytes.yaml"), 2, "it is not UTF-8 text")


def test_a_timeline_that_would_grow_without_end(home: Home) -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (home.root / "bomb.yaml").write_text(bomb)
    done = home.start("simulate", home.root / "bomb.yaml", timeout=30)
    refused(done, 2, "has faults")


# --------------------------------------------------------------------------- mailboxes in files


def test_a_path_that_is_no_mailbox(home: Home) -> None:
    expected = "Expected: an mbox file (Google Takeout gives one), a Maildir"
    (home.root / "letter.txt").write_text("Dear all,\n")
    (home.root / "empty").mkdir()
    for name, said in (
        ("letter.txt", "is no mailbox"),
        ("empty", "is no mailbox"),
        ("none", "does not exist"),
    ):
        refused(home.run("scan", home.root / name, *HERE), 2, said, expected)
    refused(home.run("scan", "/dev/null", *HERE), 2, "is no mailbox")


def test_an_mbox_cut_in_the_middle(home: Home) -> None:
    box = write_mbox(MAILS, home.root / "box")
    whole = home.json("scan", box, *ME, "--dry-run", "--json", *HERE)
    content = box.read_bytes()
    box.write_bytes(content[: content.rindex(b"\nFrom ") + 900])
    done = home.run("scan", box, *ME, "--dry-run", "--json", *HERE)
    assert done.exit_code == 0
    assert "1 mails could not be read whole:" in done.stderr
    assert "The file ends in the middle of this mail: what is there was read." in done.stderr
    assert len(json.loads(done.stdout)["processes"]) >= len(whole["processes"]) - 1


def without_rights(home: Home, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command that obeys the rights of files, also where the tests run as root."""
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:
        before = (require("setpriv", "util-linux"), "--bounding-set=-all")
    return home.start(*arguments, before=before, env={"PYTHONDONTWRITEBYTECODE": "1"})


@pytest.mark.parametrize("locked", [".", "cur", ".Sent/cur"])
def test_a_maildir_without_rights(home: Home, locked: str) -> None:
    box = write_maildir(MAILS[:20], home.root / "box")
    before = tree(box)
    (box / locked).chmod(0)
    done = without_rights(home, "scan", box, *HERE)
    (box / locked).chmod(0o755)
    refused(done, 2, "cannot be read: Permission denied.", "Give yourself the right to read it")
    assert tree(box) == before


def test_a_file_without_rights_costs_the_others_nothing(home: Home) -> None:
    names = [home.root / f"{number}.eml" for number in range(3)]
    for name, mail in zip(names, MAILS, strict=False):
        name.write_bytes(mail.raw)
    names[1].chmod(0)
    done = without_rights(home, "classify", "--json", *names)
    answers = json.loads(done.stdout)
    assert ["error" in answer for answer in answers] == [False, True, False]
    assert done.returncode == 2
    assert f"{names[1]} cannot be read: Permission denied." in done.stderr
    refused(without_rights(home, "simulate", names[1]), 2, "cannot be read: Permission denied.")
    refused(without_rights(home, "--config", names[1], "status"), 2, "cannot be read: Permission denied")


def test_one_mail_without_rights(home: Home) -> None:
    box = write_maildir(MAILS[:20], home.root / "box")
    next((box / "cur").iterdir()).chmod(0)
    done = without_rights(home, "scan", box, *ME, "--dry-run", "--json", *HERE)
    assert done.returncode == 0, done.stderr
    assert "1 mails could not be read whole:" in done.stderr
    assert "cannot be read: Permission denied." in done.stderr
    assert json.loads(done.stdout)["processes"]


def test_a_maildir_that_may_not_be_written(home: Home) -> None:
    box = write_maildir(MAILS, home.root / "box")
    folders = [path for path in box.rglob("*") if path.is_dir()]
    before = tree(box)
    for folder in folders:
        folder.chmod(0o555)
    done = without_rights(home, "scan", box, *ME, *HERE)
    for folder in folders:
        folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "Not done: The folder" in done.stdout
    assert "cannot be written: Permission denied." in done.stdout
    assert {path: content for path, (_, _, content) in tree(box).items()} == {
        path: content for path, (_, _, content) in before.items()
    }


@pytest.mark.parametrize("kind", ["mbox", "maildir", "eml"])
def test_a_giant_mail_and_one_of_random_bytes_cost_the_others_nothing(home: Home, kind: str) -> None:
    write = {"mbox": write_mbox, "maildir": write_maildir, "eml": write_eml}[kind]
    plain = home.json("scan", write(MAILS, home.root / "plain"), *ME, "--dry-run", "--json", *HERE)
    box = write(MAILS, home.root / "box")
    noise = bytes(range(256)) * 400
    giant = b"From: a@b.example\nSubject: films\nMessage-ID: <giant@b.example>\n\n"
    if kind == "mbox":
        with box.open("ab") as file:
            file.write(b"From a@b.example Mon Nov  2 10:00:00 2026\n" + noise + b"\n\n")
            file.write(b"From a@b.example Mon Nov  2 10:00:00 2026\n" + giant + b"x" * (100 << 20) + b"\n")
    else:
        place = box / "cur" if kind == "maildir" else box / "export" / "Inbox"
        (place / "1.noise.eml").write_bytes(noise)
        with (place / "2.giant.eml").open("wb") as file:
            file.write(giant)
            file.truncate(100 << 20)
    done = home.run("scan", box, *ME, "--dry-run", "--json", *HERE)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["processes"] == plain["processes"]
    assert "The mail is larger than 25 MB: only its first 256 KB were read." in done.stderr


# --------------------------------------------------------------------------- the database


def test_a_database_from_a_newer_version(own_scanned: Home) -> None:
    with closing(sqlite3.connect(own_scanned.database)) as db:
        db.execute("PRAGMA user_version = 999")
    before = own_scanned.database.read_bytes()
    for command in (
        ("status",),
        ("show", "orchid"),
        ("mark", "orchid", "ok"),
        ("undo",),
        ("scan", "--dry-run"),
    ):
        refused(own_scanned.run(*command), 2, "was written by a newer version of the watcher.", "Upgrade")
    assert own_scanned.run("doctor").exit_code == 2
    assert own_scanned.database.read_bytes() == before


@pytest.mark.parametrize("damage", [b"no database at all" * 500, None])
def test_a_damaged_database(own_scanned: Home, damage: bytes | None) -> None:
    content = own_scanned.database.read_bytes()
    broken = damage or content[:4096] + bytes(8192) + content[4096 + 8192 :]
    for path in own_scanned.state.iterdir():
        path.unlink()
    own_scanned.database.write_bytes(broken)
    done = own_scanned.run("status")
    refused(done, 1, f"The database {own_scanned.database} is damaged", "Move it away")
    assert own_scanned.database.read_bytes() == broken


def test_a_state_directory_that_may_not_be_written(own_scanned: Home) -> None:
    home = own_scanned
    before = {path.name: path.read_bytes() for path in home.state.iterdir()}
    for path in home.state.iterdir():
        path.chmod(0o400)
    home.state.chmod(0o500)
    for command in (("status", "--json"), ("mark", "orchid", "ignore"), ("undo",), ("scan",)):
        done = without_rights(home, *command)
        assert done.returncode in (1, 2), command
        assert "Traceback" not in done.stderr
        assert "unexpected" not in done.stderr
        assert str(home.state) in done.stderr, command
    home.state.chmod(0o700)
    assert {path.name: path.read_bytes() for path in home.state.iterdir()} == before


def test_a_state_directory_that_may_not_be_entered(own_scanned: Home) -> None:
    own_scanned.state.chmod(0)
    done = without_rights(own_scanned, "status", "--json")
    own_scanned.state.chmod(0o700)
    refused(done, 1, "cannot be opened: Permission denied.")


def test_asking_makes_no_database(home: Home) -> None:
    home.write_config()
    for command in (("status",), ("status", "--json"), ("undo",), ("show", "x"), ("mark", "x", "held")):
        home.run(*command)
    assert not home.state.exists()


# --------------------------------------------------------------------------- a full disk


def on_small_disk(home: Home, folder: Path, script: str, kilobytes: int) -> subprocess.CompletedProcess[str]:
    """Run a shell script with a disk of this size mounted at `folder`, gone when the script ends. `$W` is the
    program."""
    unshare = require("unshare", "util-linux")
    mount = f"mount -t tmpfs -o size={kilobytes}k none '{folder}'"
    probe = subprocess.run([unshare, "-rm", "sh", "-c", mount], capture_output=True, text=True, check=False)
    if probe.returncode:
        pytest.skip(f"no disk can be mounted in a namespace here: {probe.stderr.strip()}")
    return subprocess.run(
        [unshare, "-rm", "sh", "-ec", f"{mount}\n{script}"],
        env=home.env(W=f"{sys.executable} -m watcher"),
        cwd=home.root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_full_disk_loses_no_mark_and_takes_none(own_scanned: Home) -> None:
    home = own_scanned
    kept = home.root / "kept"
    shutil.copytree(home.state, kept)
    now = "--now 2026-11-25T14:00"
    script = f"""
        cp {kept}/* {home.state}/
        $W mark orchid followed-up {now} >/dev/null
        dd if=/dev/zero of={home.state}/filler bs=1k 2>/dev/null || true
        set +e
        $W mark nusantara ignore {now} >{home.root}/out 2>{home.root}/err; echo $? >{home.root}/code
        set -e
        rm {home.state}/filler
        $W status --json {now}
        """
    done = on_small_disk(home, home.state, script, kilobytes=900)
    assert done.returncode == 0, done.stderr
    assert (home.root / "code").read_text() == "1\n"
    assert (home.root / "out").read_text() == ""
    assert "The disk is full: free some space" in (home.root / "err").read_text()
    states = {process["company"]: process["state"] for process in json.loads(done.stdout)["processes"]}
    assert states["Orchid Mobility"] == "FOLLOWED_UP"
    assert states["PT Nusantara Data Cemerlang"] == "QUIET_1W"


def test_a_full_disk_leaves_no_half_draft_in_a_maildir(home: Home) -> None:
    box = write_maildir(MAILS, home.root / "kept")
    disk = home.root / "disk"
    disk.mkdir()
    options = " ".join((*ME, *HERE))
    script = f"""
        cp -r {box} {disk}/box
        dd if=/dev/zero of={disk}/filler bs=1k 2>/dev/null || true
        set +e
        $W scan {disk}/box {options} 2>{home.root}/err; echo $? >{home.root}/code
        set -e
        find {disk}/box/.Drafts -type f >{home.root}/drafts
        rm {disk}/filler
        $W scan {disk}/box {options} >/dev/null
        find {disk}/box/.Drafts -type f >{home.root}/later
        """
    done = on_small_disk(home, disk, script, kilobytes=1200)
    assert done.returncode == 0, done.stderr
    assert (home.root / "code").read_text() == "1\n"
    assert "the disk is full" in (home.root / "err").read_text()
    assert "Nusantara" in done.stdout
    assert (home.root / "drafts").read_text() == ""
    assert len((home.root / "later").read_text().splitlines()) >= 5


# --------------------------------------------------------------------------- pipes and signals


@pytest.mark.parametrize("options", [("--json",), ()])
def test_a_reader_that_goes_away(home: Home, options: tuple[str, ...]) -> None:
    """`watcher scan ... | head -1`, when head is quick."""
    box = write_mbox(MAILS, home.root / "box")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = ("scan", box, *ME, "--dry-run", *options, *HERE)
        done = home.start(*command, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_no_place_to_write_at_all(home: Home) -> None:
    with open("/dev/full", "w") as full:
        done = home.start("demo", *AT, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (1, "watcher: No space left on device.\n")


def test_ctrl_c_stops_without_noise_or_harm(home: Home) -> None:
    box = write_maildir((*MAILS, *unrelated(2500, NOW)), home.root / "box")
    before = tree(box)
    child = pexpect.spawn(
        sys.executable,
        ["-m", "watcher", "scan", str(box), *ME, *HERE],
        env=home.env(TERM="xterm"),
        cwd=str(home.root),
        encoding="utf-8",
        timeout=30,
    )
    child.expect("reading box")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, child.signalstatus) == (1, None)
    assert "watcher: stopped." in str(child.before)
    assert "Traceback" not in str(child.before)
    assert tree(box) == before


# --------------------------------------------------------------------------- discretion


def test_the_log_names_nobody(scanned: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    box = write_maildir(MAILS, tmp_path / "box")
    assert scanned.run("scan", box, *HERE).exit_code == 0
    for record in caplog.records:
        line = record.getMessage()
        assert "@" not in line
        assert not any(word in line for word in ("Sari", "Wulandari", "Nusantara", "Interview", "wawancara"))


def test_an_unexpected_fault_is_one_sentence(scanned: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a fault of our own ends here; with --debug it shows where."""

    def broken(*_: object) -> None:
        raise RuntimeError("secret subject")

    monkeypatch.setattr("watcher.cli.status.read_clock", broken)
    done = scanned.run("status")
    refused(done, 1, "watcher: unexpected fault (RuntimeError).", "--debug")
    assert "secret subject" not in done.stderr
    assert "secret subject" in scanned.run("--debug", "status").stderr


def test_a_known_fault_has_its_exit_code_with_debug_too(home: Home) -> None:
    done = home.run("--debug", "status")
    assert done.exit_code == 2
    assert "Traceback" in done.stderr
    assert "There is no configuration at" in done.stderr


def test_the_first_run_is_the_first_reading(home: Home) -> None:
    """Asking `status` long before the first scan must not make everything since then look new (rule Q16)."""
    home.write_config(CONFIG)
    home.fill(MAILS[:3])
    with closing(Store(home.database)) as store:
        store.set_note("first_run", "")
    home.run("status", "--now", "2027-05-05")
    home.run("doctor")
    with closing(Store(home.database)) as store:
        assert store.note("first_run") == ""
