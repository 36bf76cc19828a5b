"""SIGKILL before and after everything a pass changes, on a real server: run again, the end is the same.

Three passes of one process are played: a quiet week (draft, flag, notice), two of them (the draft and the flag
are replaced), an answer (both are taken back). Before each pass all is as an undisturbed run left it. Then the
same with a disk that is full, and a database that cannot be written, is gone or is half there.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import LONG, ROOT
from servers.dovecot import Dovecot
from servers.person import header

from watcher.sample.letters import make_mail
from watcher.sample.table import ME

pytestmark = pytest.mark.dovecot

HR = "Dewi Lestari <dewi@nusantara.example>"
INTERVIEW = datetime(2026, 11, 2, 10, tzinfo=ZoneInfo("Asia/Jakarta"))
QUIET, VERY_QUIET, ANSWERED = (INTERVIEW + timedelta(days=days, hours=2) for days in (8, 15, 16))
SUBJECT = "Undangan wawancara Data Analyst"
INVITED = make_mail(
    HR,
    ME,
    SUBJECT,
    "Yth. Sari Wulandari,\n\nKami dari PT Nusantara Data mengundang Anda untuk mengikuti wawancara posisi Data"
    " Analyst pada Senin, 2 November 2026 pukul 10.00 - 11.00 WIB. Mohon konfirmasi kehadiran Anda.\n\n"
    "Hormat kami,\nDewi Lestari\nPT Nusantara Data\n",
    INTERVIEW - timedelta(days=5),
    message_id="<i@nusantara.example>",
)
ACCEPTED = make_mail(
    ME,
    HR,
    f"Re: {SUBJECT}",
    "Yth. Ibu Dewi,\n\nTerima kasih, saya bersedia hadir.\n\nSari\n",
    INTERVIEW - timedelta(days=4),
    message_id="<y@example.com>",
    in_reply_to="<i@nusantara.example>",
)
ANSWER = make_mail(
    HR,
    ME,
    f"Re: {SUBJECT}",
    "Halo Sari,\n\nproses seleksi masih berjalan, mohon ditunggu ya.\n\nSalam,\nDewi\n",
    ANSWERED - timedelta(hours=1),
    message_id="<n@nusantara.example>",
    in_reply_to="<i@nusantara.example>",
)
PASSES = (QUIET, VERY_QUIET, ANSWERED)


class Passes:
    """The process that runs them (crash_child.py)."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("crash_child.py"))],
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": "/usr/bin:/bin"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, **order: Any) -> dict[str, Any]:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(json.dumps(order) + "\n")
        self._child.stdin.flush()
        return json.loads(self._child.stdout.readline())

    def close(self) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(20)


@pytest.fixture(scope="module")
def passes() -> Iterator[Passes]:
    with closing(Passes()) as passes:
        yield passes


@dataclass(slots=True)
class Stage:
    """A mailbox, a database, and what was told."""

    server: Dovecot
    user: str
    folder: Path
    passes: Passes
    notices: set[tuple[str, str]] = field(default_factory=set)

    @property
    def database(self) -> Path:
        return self.folder / "state" / "watcher.sqlite"

    def run(self, now: datetime, **more: Any) -> dict[str, Any]:
        """One pass."""
        if now >= ANSWERED and b"<n@nusantara" not in b"".join(self._mails("INBOX")):
            self.server.append(self.user, ANSWER)
        return self.passes.run(
            user=self.user,
            port=self.server.port,
            database=str(self.database),
            told=str(self.folder / "told"),
            now=now.isoformat(),
            **more,
        )

    def copy(self, folder: Path) -> Stage:
        """The same for another person."""
        user = self.server.new_user()
        shutil.copytree(self.server.home / "home" / self.user, self.server.home / "home" / user)
        self.server.own(self.server.home / "home" / user)
        shutil.copytree(self.folder, folder)
        return Stage(self.server, user, folder, self.passes)

    def picture(self) -> dict[str, Any]:
        """Everything that a crash may not change: drafts, flags, facts, the journal; and what was told."""
        with closing(sqlite3.connect(self.database)) as db:
            facts = db.execute("SELECT message_id, data FROM facts ORDER BY message_id").fetchall()
            actions = db.execute("SELECT key, status FROM actions ORDER BY key").fetchall()
        told = self.folder / "told"
        return {
            "drafts": sorted(raw for raw in self._mails("Drafts")),
            "flags": self.server.flags(self.user),
            "facts": facts,
            "actions": actions,
            "told": set(told.read_text().splitlines()) if told.exists() else set(),
        }

    def _mails(self, folder: str) -> list[bytes]:
        root = self.server.maildir(self.user)
        root = root if folder == "INBOX" else root / f".{folder}"
        return [file.read_bytes() for sub in ("new", "cur") for file in (root / sub).glob("*")]


@pytest.fixture(scope="module")
def stages(
    dovecot: Dovecot, passes: Passes, tmp_path_factory: pytest.TempPathFactory
) -> tuple[tuple[Stage, dict[str, Any], int], ...]:
    """For each pass: how everything is before it, how after it, and how many steps it has."""
    found, root = [], tmp_path_factory.mktemp("stages")
    stage = Stage(dovecot, dovecot.new_user(), root / "0", passes)
    stage.folder.mkdir()
    dovecot.fill(stage.user, [INVITED])
    dovecot.fill(stage.user, [ACCEPTED], "Sent")
    for number, now in enumerate(PASSES, 1):
        after = stage.copy(root / str(number))
        done = after.run(now)
        assert done["error"] == "", done
        found.append((stage, after.picture(), done["steps"]))
        stage = after
    return tuple(found)


def test_the_passes_do_what_they_are_meant_to_do(stages: tuple) -> None:
    drafts = [[header(raw, "X-Interview-Watcher-Draft") for raw in after["drafts"]] for _, after, _ in stages]
    assert drafts == [["follow_up; v=1"], ["follow_up_late; v=1"], []]
    assert [after["flags"][1] for _, after, _ in stages] == [
        {"\\Flagged", "$FollowUp1w"},
        {"\\Flagged", "$FollowUp2w"},
        set(),
    ]
    assert all(steps >= 16 for *_, steps in stages)


@pytest.mark.parametrize("number", range(len(PASSES)))
def test_killed_anywhere_and_run_again_the_end_is_the_same(
    number: int, stages: tuple, tmp_path: Path
) -> None:
    before, expected, steps = stages[number]
    for stop_at in range(1, steps + 1):
        stage = before.copy(tmp_path / str(stop_at))
        assert stage.run(PASSES[number], stop_at=stop_at)["signal"] == 9
        again = stage.run(PASSES[number])
        assert (again["signal"], again["error"]) == (0, "")
        assert stage.picture() == expected, f"killed at step {stop_at} of {steps}"
        if stop_at % 4 and not LONG:
            continue
        assert stage.run(PASSES[number])["error"] == ""
        assert stage.picture() == expected, f"killed at step {stop_at}, then run once more"


# --------------------------------------------------------------------------- the database


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A file system of this size over `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0700", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def on_a_small_disk(before: Stage, folder: Path, kilobytes: int = 4096) -> Iterator[Stage]:
    """A copy of a stage whose state lies on a file system of its own."""
    stage = before.copy(folder)
    state = stage.database.parent
    kept = {file.name: file.read_bytes() for file in state.iterdir()} if state.exists() else {}
    with small_disk(state, kilobytes):
        for name, content in kept.items():
            (state / name).write_bytes(content)
        yield stage


@pytest.mark.parametrize("room", [0, 4, 8, 16, 32, 48, 64, 96])
def test_a_full_disk_loses_nothing(room: int, stages: tuple, tmp_path: Path) -> None:
    """`room` kilobytes are left: it ends at another place each time."""
    before, expected, _ = stages[1]
    with on_a_small_disk(before, tmp_path / "full") as stage:
        ballast = stage.database.parent / "ballast"
        with ballast.open("wb") as file:
            free = shutil.disk_usage(ballast.parent).free - room * 1024
            file.write(b"x" * free)
        done = stage.run(PASSES[1])
        assert done["signal"] == 0
        if done["error"]:
            assert done["error"].startswith("StoreError"), done
            assert "disk is full" in done["error"]
        ballast.unlink()
        assert stage.run(PASSES[1])["error"] == ""
        assert stage.picture() == expected


def test_a_disk_that_cannot_be_written_to_changes_nothing_until_it_can(stages: tuple, tmp_path: Path) -> None:
    before, expected, _ = stages[1]
    with on_a_small_disk(before, tmp_path / "ro") as stage:
        state = str(stage.database.parent)
        subprocess.run(["mount", "-o", "remount,ro", state], check=True)
        done = stage.run(PASSES[1])
        assert done["error"].startswith("StoreError"), done
        subprocess.run(["mount", "-o", "remount,rw", state], check=True)
        assert stage.run(PASSES[1])["error"] == ""
        assert stage.picture() == expected


def test_a_locked_database_changes_nothing_until_it_is_free(stages: tuple, tmp_path: Path) -> None:
    before, expected, _ = stages[1]
    stage = before.copy(tmp_path / "locked")
    with closing(sqlite3.connect(stage.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = stage.run(PASSES[1], locked=True)
        assert "Another watcher is using it" in done["error"], done
        other.execute("ROLLBACK")
    assert stage.run(PASSES[1])["error"] == ""
    assert stage.picture() == expected


@pytest.mark.parametrize("number", [0, 1, 2])
def test_with_the_state_gone_everything_is_read_again_and_nothing_done_twice(
    number: int, stages: tuple, tmp_path: Path
) -> None:
    """What is due now and lies there is found in the mailbox. A letter laid before, which nobody knows of any
    more, is the person's; and what was told may be told again."""
    stage = stages[number][0].copy(tmp_path / "gone")
    assert stage.run(PASSES[number])["error"] == ""
    shutil.rmtree(stage.database.parent)
    for now, (_, expected, _) in list(zip(PASSES, stages, strict=True))[number:]:
        assert stage.run(now)["error"] == ""
        found = stage.picture()
        assert found["facts"] == expected["facts"]
        laid = [header(raw, "Message-ID") for raw in found["drafts"]]
        assert {header(raw, "Message-ID") for raw in expected["drafts"]} <= set(laid)
        assert len(laid) == len(set(laid))
        keywords = {uid: {flag for flag in flags if flag[0] == "$"} for uid, flags in found["flags"].items()}
        wanted = {uid: {f for f in flags if f[0] == "$"} for uid, flags in expected["flags"].items()}
        assert keywords == wanted
        assert expected["told"] <= found["told"]


@pytest.mark.parametrize("part", [0, 1, 50, 100, 2048, 4096, 10_000, 0.5, 0.9, 0.99, -1])
def test_half_a_database_is_told_and_never_taken_for_a_whole_one(
    part: float, stages: tuple, tmp_path: Path
) -> None:
    """Cut off at this byte, or after this share of it. -1: the last pages are nothing but zeros."""
    before, expected, _ = stages[1]
    stage = before.copy(tmp_path / "half")
    with closing(sqlite3.connect(stage.database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = stage.database.read_bytes()
    cut = len(whole) - 4096 if part < 0 else int(part * len(whole)) if 0 < part < 1 else int(part)
    stage.database.write_bytes(whole[:cut] + (b"\0" * 4096 if part < 0 else b""))
    done = stage.run(PASSES[1])
    assert done["signal"] == 0
    if done["error"]:
        assert done["error"].startswith("StoreError"), done
        assert "damaged" in done["error"] and "Move it away" in done["error"]
        for file in stage.database.parent.iterdir():
            file.unlink()
        assert stage.run(PASSES[1])["error"] == ""
    laid = [header(raw, "Message-ID") for raw in stage.picture()["drafts"]]
    assert {header(raw, "Message-ID") for raw in expected["drafts"]} <= set(laid)
    assert len(laid) == len(set(laid))
    assert [one[0] for one in stage.picture()["facts"]] == [one[0] for one in expected["facts"]]
