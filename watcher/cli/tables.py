"""What a person sees: tables that fit their terminal, colours only there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.core.model import Flag, State
from watcher.core.shown import OVER, Shown
from watcher.core.wording import say_next, say_quiet, say_stand

#: The table is made for this width where the output is no terminal.
WIDTH = 80
#: Long work gets a progress bar after this long (seconds).
PATIENCE = 2.0
#: Company and post stand in columns of their own where each has this many cells, or all it needs.
ROOMY = 20

_COLOURS: Mapping[Flag, str] = {
    Flag.INTERVIEW_SOON: "bold green",
    Flag.OFFER_PENDING: "bold green",
    Flag.OWE_REPLY: "bold yellow",
    Flag.TASK_DUE: "yellow",
    Flag.TASK_OVERDUE: "bold red",
    Flag.THANK_YOU_DUE: "cyan",
    Flag.QUIET_1W: "magenta",
    Flag.QUIET_2W: "magenta",
    Flag.PROMISE_PASSED: "magenta",
    Flag.SUSPECT: "bold red",
    Flag.CLOCK_SUSPECT: "bold red",
}
#: States that ask nothing of anybody are shown with --all only.
AT_REST = (*OVER, State.ON_HOLD)


def console(*, stderr: bool = False) -> Console:
    """Where to print. Without colour unless it is a terminal, and then 80 columns wide unless $COLUMNS says
    otherwise."""
    stream = sys.stderr if stderr else sys.stdout
    columns = os.environ.get("COLUMNS", "")
    width = None if stream.isatty() else int(columns) if columns.isdecimal() and int(columns) else WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def plain(text: str) -> str:
    """Words of a mail, fit for a terminal: on one line, without the signs that steer it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


class Row(NamedTuple):
    """What the table says of one process."""

    id: Text
    company: Text
    role: Text
    state: Text
    next: Text
    turn: Text
    quiet: Text


def print_status(
    everything: Sequence[Shown], text: Mapping[str, Any], now: datetime, zone: str, *, all_: bool
) -> None:
    """The table of processes: who, where it stands, whose turn, how long quiet, what comes next.

    One line each where the terminal is wide enough, else two.
    """
    out, labels = console(), text["table"]
    if not everything:
        out.print(labels["nothing"])
        return
    shown = [one for one in everything if all_ or not _is_at_rest(one)]
    if shown:
        names = (labels[name] for name in ("id", "company", "role", "state", "next", "turn", "quiet"))
        head = Row(*(Text(str(name)) for name in names))
        rows = [_row(one, text, now, zone) for one in shown]
        out.print(_one_line(head, rows, out.width) or _two_lines(head, rows, out.width))
    hidden = len(everything) - len(shown)
    if hidden:
        out.print(str(labels["hidden"]).format(count=hidden), style="dim")


def _is_at_rest(one: Shown) -> bool:
    quiet_flags = (Flag.NONE, Flag.REVIEW, Flag.REJECTED)
    fresh = one.situation.flag is Flag.REJECTED and one.situation.draft.value != "none"
    return one.situation.state in AT_REST and one.situation.flag in quiet_flags and not fresh


def _row(one: Shown, text: Mapping[str, Any], now: datetime, zone: str) -> Row:
    answer, unknown = one.situation, str(text["table"]["unknown"])
    return Row(
        Text(one.id),
        Text(plain(one.company or one.person or unknown), style="bold"),
        Text(plain(one.role or unknown)),
        Text(say_stand(answer, text), style=_COLOURS.get(answer.flag, "")),
        Text(say_next(answer, now, zone, text)),
        Text(str(text["turns"][answer.waiting_on.value])),
        Text(say_quiet(answer, now, text)),
    )


def _natural(head: Row, rows: Sequence[Row]) -> Row:
    """How many cells each column needs."""
    return Row(*(max(cell.cell_len for cell in column) for column in zip(head, *rows, strict=True)))


def _one_line(head: Row, rows: Sequence[Row], width: int) -> Table | None:
    """The table with one line a process; None where the names would be cut short."""
    need: Any = _natural(head, rows)
    gaps = 2 * (len(head) - 1)
    room = width - gaps - sum(need) + need.company + need.role
    company = min(need.company, max(room // 2, room - need.role))
    role = min(need.role, room - company)
    if company < min(need.company, ROOMY) or role < min(need.role, ROOMY):
        return None
    order = [head.id, head.company, head.role, head.state, head.turn, head.quiet, head.next]
    table = _table(order, [need.id, company, role, need.state, need.turn, need.quiet, need.next])
    for row in rows:
        table.add_row(row.id, row.company, row.role, row.state, row.turn, row.quiet, row.next)
    return table


def _two_lines(head: Row, rows: Sequence[Row], width: int) -> Table:
    """The table with two lines a process: post under company, next thing under state, days under turn."""
    need: Any = _natural(head, rows)
    name, state, turn = max(need.company, need.role), max(need.state, need.next), max(need.turn, need.quiet)
    room = max(20, width - 2 * 3 - need.id - turn)
    state = min(state, max(room * 6 // 10, room - name))
    table = _table(
        [
            _over(head.id, Text("")),
            _over(head.company, head.role),
            _over(head.state, head.next),
            _over(head.turn, head.quiet),
        ],
        [need.id, min(name, room - state), state, turn],
    )
    for row in rows:
        table.add_row(
            row.id, _over(row.company, row.role), _over(row.state, row.next), _over(row.turn, row.quiet)
        )
    return table


def _table(heads: Sequence[Text], widths: Sequence[int]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for head, width in zip(heads, widths, strict=True):
        table.add_column(head, width=width, no_wrap=True, overflow="ellipsis")
    return table


def _over(above: Text, below: Text) -> Text:
    return Text("\n").join((above, below))


@contextmanager
def progress(label: str) -> Iterator[Callable[[int], None]]:
    """Count steps; on a terminal show them once the work takes longer than PATIENCE (on standard error)."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # not for every command

    out = console(stderr=True)
    bar = Progress(
        SpinnerColumn(),
        TextColumn(label),
        TextColumn("{task.completed:.0f}"),
        TimeElapsedColumn(),
        console=out,
        transient=True,
        disable=not out.is_terminal,
    )
    task = bar.add_task("", total=None)
    begun, shown = time.monotonic(), False

    def advance(count: int) -> None:
        nonlocal shown
        bar.advance(task, count)
        if not shown and time.monotonic() - begun > PATIENCE:
            shown = True
            bar.start()

    try:
        yield advance
    finally:
        bar.stop()
