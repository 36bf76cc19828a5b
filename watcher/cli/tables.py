"""What a person sees: tables that fit 80 columns, colours only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from watcher.core.model import Flag, State, Turn
from watcher.core.standing import OVER, Standing
from watcher.core.wording import say_day, say_flag, say_hour, say_next, say_state

#: The table is made for this width where the output is no terminal.
WIDTH = 80
#: Long work gets a progress bar after this long (seconds).
PATIENCE = 1.0

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
    """Where to print. No colour and 80 columns unless it is a terminal."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def print_status(
    everything: Sequence[Standing], text: Mapping[str, Any], now: datetime, zone: str, *, all_: bool
) -> None:
    """The table of processes: who, where it stands, whose turn, how long quiet, what comes next."""
    out, labels = console(), text["table"]
    shown = [one for one in everything if all_ or not _is_at_rest(one)]
    if not everything:
        out.print(labels["nothing"])
        return
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", expand=False)
    table.add_column(labels["id"], no_wrap=True)
    table.add_column(labels["company"], max_width=18, overflow="ellipsis", no_wrap=True)
    table.add_column(labels["role"], max_width=16, overflow="ellipsis", no_wrap=True)
    table.add_column(labels["state"], max_width=20)
    table.add_column(labels["turn"], no_wrap=True)
    table.add_column(labels["quiet"], justify="right", no_wrap=True)
    table.add_column(labels["next"], max_width=20)
    for one in shown:
        table.add_row(*_row(one, text, now, zone))
    if shown:
        out.print(table)
    hidden = len(everything) - len(shown)
    if hidden:
        out.print(str(labels["hidden"]).format(count=hidden), style="dim")


def _is_at_rest(one: Standing) -> bool:
    quiet_flags = (Flag.NONE, Flag.REVIEW, Flag.REJECTED)
    fresh = one.situation.flag is Flag.REJECTED and one.situation.draft.value != "none"
    return one.situation.state in AT_REST and one.situation.flag in quiet_flags and not fresh


def _row(one: Standing, text: Mapping[str, Any], now: datetime, zone: str) -> tuple[Text, ...]:
    answer, unknown = one.situation, str(text["table"]["unknown"])
    state = Text(say_state(answer.state, text), style=_COLOURS.get(answer.flag, ""))
    flag = say_flag(answer.flag, text)
    if flag and flag.lower() != state.plain.lower():
        state.append(f": {flag}")
    turn = "-" if answer.waiting_on is Turn.NOBODY else str(text["turns"][answer.waiting_on.value])
    quiet = ""
    if answer.anchor is not None and answer.waiting_on is Turn.EMPLOYER:
        quiet = str(text["table"]["days"]).format(count=max(0, (now - answer.anchor).days))
    return (
        Text(one.process.id),
        Text(one.process.company or one.process.person or unknown),
        Text(one.process.role or unknown),
        state,
        Text(turn),
        Text(quiet),
        Text(_next(one, text, now, zone)),
    )


def _next(one: Standing, text: Mapping[str, Any], now: datetime, zone: str) -> str:
    answer = one.situation
    if answer.state is State.SCHEDULED and answer.interview is not None:
        day = say_day(answer.interview, now, zone, text)
        return f"{text['turns']['event']}, {day} {say_hour(answer.interview, zone, text)}"
    return say_next(answer, now, zone, text)


def progress_bar(label: str) -> Progress:
    """A progress bar on standard error; invisible where that is no terminal."""
    out = console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn(label),
        BarColumn(),
        MofNCompleteColumn(),
        console=out,
        transient=True,
        disable=not out.is_terminal,
    )
