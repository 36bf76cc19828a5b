"""One watcher at a time, and how others tell it that something changed: with real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ROOT

from watcher.errors import StoreError
from watcher.lock import NAME, RunningError, held, poke

HOLDER = """
import signal, sys
from pathlib import Path
from watcher.lock import held
if sys.argv[2] == "listens":
    signal.signal(signal.SIGUSR1, lambda *_: print("poked", flush=True))
with held(Path(sys.argv[1]), listens=sys.argv[2] == "listens"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def holder(folder: Path, kind: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until it is given a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_one_is_told_who_is_there(tmp_path: Path) -> None:
    with holder(tmp_path, "listens") as process:
        with (
            pytest.raises(RunningError, match=rf"running already \(process {process.pid}\)") as told,
            held(tmp_path),
        ):
            pass
        assert told.value.exit_code == 2
    with held(tmp_path):
        assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


def test_a_service_is_poked_and_a_scan_is_left_in_peace(tmp_path: Path) -> None:
    with holder(tmp_path, "listens") as process:
        assert poke(tmp_path)
        assert process.stdout is not None
        assert process.stdout.readline() == "poked\n"
    with holder(tmp_path, "scans") as process:
        assert not poke(tmp_path)  # SIGUSR1 would have ended it
        assert process.communicate("\n", timeout=10)[0] == ""
        assert process.returncode == 0


def test_after_a_kill_nobody_is_poked(tmp_path: Path) -> None:
    assert not poke(tmp_path)
    with holder(tmp_path, "listens"):
        pass
    assert (tmp_path / NAME).read_text().endswith("listens")
    assert not poke(tmp_path)


def test_a_state_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StoreError, match="cannot be used: Not a directory"),
        held(tmp_path / "file" / "state"),
    ):
        pass
