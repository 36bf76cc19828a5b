"""How fast, how small, how quiet: everything in one run, beside the limits and beside others.

    make bench                       everything, about a quarter of an hour
    make bench SIZES="1000 10000"    with smaller mailboxes

Prints a table and writes it, with the machine and the date, to benchmarks/RESULTS.md.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "tests"))

from benchmarks import rows, stages
from benchmarks.rows import Filled, Row
from benchmarks.server import PACKING, Dovecot, fill

RESULTS = Path(__file__).parent / "RESULTS.md"
SIZES = (1_000, 10_000, 100_000)
#: Seconds an idle service is watched, mails it reacts to, processes and facts of each for `status`.
IDLE, REACTIONS, PROCESSES, EACH = 600.0, 100, 2000, 25
#: The folders of the accounts, besides INBOX.
FOLDERS = {"Drafts": r"\Drafts", "Sent": r"\Sent", "Trash": r"\Trash"}
SECONDS_SHORT, REACTIONS_SHORT = 60.0, 30


def main() -> None:
    """Measure, print, write."""
    sizes = sorted(int(word.lower().replace("k", "000")) for word in os.environ.get("SIZES", "").split()) or [
        *SIZES
    ]
    whole = sizes[-1] >= SIZES[-1]
    found: list[Row] = []
    with Dovecot(folders=FOLDERS, extra=PACKING) as server:
        boxes = []
        for size in sizes:
            _say(f"making a mailbox of {size:,} mails ...")
            boxes.append(Filled(size, *fill(server, size)))
        parts: list[Callable[[], Iterator[Row]]] = [
            lambda: rows.first_scans(server, boxes),
            lambda: rows.polls(server, boxes),
            lambda: rows.waiting(server, boxes, IDLE if whole else SECONDS_SHORT),
            lambda: rows.reactions(server, boxes, REACTIONS if whole else REACTIONS_SHORT),
            lambda: rows.standing(PROCESSES, EACH),
        ]
        for part in parts:
            for row in part():
                found.append(row)
                _say(_line(row))
    _say("\nWhere the processor's time goes, by stage:")
    text = stages.measured()
    _say(text)
    RESULTS.write_text(_page(found, text), "utf-8")
    missed = sum(row.holds is False for row in found)
    _say(f"\n{missed} of {sum(row.holds is not None for row in found)} floors missed; see {RESULTS.name}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _line(row: Row) -> str:
    mark = {True: "ok  ", False: "MISS", None: "    "}[row.holds]
    floor = f"   (floor: {row.floor})" if row.floor else ""
    return f"{mark} {row.name}: {row.figure}{floor}"


def _page(found: list[Row], stages_text: str) -> str:
    lines = [
        "# What `make bench` measured",
        "",
        "Written by `make bench`; do not edit. Figures depend on the machine and on what else it does;"
        " ratios are taken in one run. The server is Dovecot on the same machine, the mailboxes are made up and"
        " the same in every run.",
        "",
        f"{rows.now():%d %B %Y}, {_machine()}.",
        "",
        "| what | measured | floor | holds |",
        "|---|---|---|---|",
    ]
    for row in found:
        holds = {True: "yes", False: "**no**", None: ""}[row.holds]
        figure = row.figure.replace("|", "/")
        lines.append(f"| {row.name.strip()} | {figure} | {row.floor} | {holds} |")
    lines += ["", "## By stage", "", "```", stages_text.rstrip(), "```", ""]
    return "\n".join(lines)


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} x {model}, Linux {platform.release()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
