"""Writes docs/faults.md from the table that the tests make happen: `python docs/draw_faults.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).with_name("faults.md")

sys.path.append(str(PAGE.parents[1] / "tests"))

from fault_table import HAPPENINGS, LINE, MOMENTS, OUTCOMES, ROWS  # noqa: E402

HEAD = """\
# Faults of network and server

This page is written from the table that `tests/system/test_fault_table.py` makes happen, row by row, against a
real mail server (`python docs/draw_faults.py`); a test fails when it is old.

In every row: drafts and flags are there exactly once in the end, a fault that passes is told to nobody
(`status` and the log name it) unless it lasts for an hour: then it is told, once. The machine
is not kept busy: pauses grow from 5 seconds to 15 minutes.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "\n## What happens\n\n| word | means |\n|---|---|"
    yield from (f"| {word} | {means} |" for word, means in OUTCOMES.items())
    yield "\n## Faults of the line, at every moment of a session\n"
    yield f"| moment | {' | '.join(LINE)} |\n|---|{'---|' * len(LINE)}"
    outcome = {(row.fault, row.moment): row.outcome for row in ROWS}
    for moment, name in MOMENTS.items():
        yield f"| {name} | {' | '.join(outcome.get((fault, moment), '-') for fault in LINE)} |"
    yield "\n| fault | looks like |\n|---|---|"
    yield from (f"| {fault} | {look} |" for fault, look in LINE.items())
    yield "\n## Other faults\n\n| fault | which is | happens | that is |\n|---|---|---|---|"
    for one in HAPPENINGS:
        yield f"| {one.name} | {one.means} | {one.outcome} | {one.then} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
