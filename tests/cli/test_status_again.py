"""`watcher status` again: the same table without deriving anything."""

from __future__ import annotations

import subprocess
import sys

from cli_helpers import ROOT, Home

#: Runs a command, and then says which of the modules that derive were loaded for it.
WHAT_IT_LOADS = """
import sys
from watcher.cli.app import program
try:
    program(sys.argv[1:], prog_name="watcher")
finally:
    heavy = ("watcher.scan", "watcher.core.standing", "watcher.daemon", "holidays", "imapclient", "icalendar")
    sys.stderr.write("loaded: " + " ".join(name for name in heavy if name in sys.modules))
"""


def test_the_second_time_nothing_is_derived_and_all_is_the_same(home: Home) -> None:
    home.write_config()
    home.fill()

    def run(*words: str) -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-c", WHAT_IT_LOADS, "status", *words],
            env=home.env(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout, done.stderr.rpartition("loaded:")[2].strip()

    moment = ("--now", "2030-01-01T09:00")  # looked at as if: derived anew, and not kept
    derived, loaded = run("--all", *moment)
    assert "watcher.scan" in loaded.split()
    assert run("--all", *moment)[1] == loaded
    run()
    for words in (("--all",), ()):
        first, loaded = run(*words, *moment)
        assert loaded == ""
        assert (first == derived) == (words == ("--all",))


def test_what_is_said_shows_at_once(own_scanned: Home) -> None:
    before = own_scanned.json("status", "--json")["processes"]
    assert own_scanned.json("status", "--json")["processes"] == before
    one = next(process for process in before if process["state"] == "AWAITING")
    assert own_scanned.run("mark", one["id"], "rejected").exit_code == 0
    told = {process["id"]: process["state"] for process in own_scanned.json("status", "--json")["processes"]}
    assert told[one["id"]] == "REJECTED"
    assert own_scanned.run("undo").exit_code == 0
    assert own_scanned.json("status", "--json")["processes"] == before
