"""watcher simulate: play written timelines through the very code that judges real mail."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.common import print_json
from watcher.cli.tables import console
from watcher.core.scenario import play, read_scenarios
from watcher.errors import UsageError


@click.command(epilog="Example:  watcher simulate timeline.yaml --json")
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON list on standard output.")
def simulate(file: Path, as_json: bool) -> None:
    """Play the timelines of a YAML FILE and show the state, whose turn it is, the flag, the draft and the
    notice each comes to."""
    try:
        scenarios = read_scenarios(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"{file} cannot be read: {reason}.", "Name a YAML file of timelines.") from error
    except ValueError as error:
        raise UsageError(f"{file} has faults:\n  " + str(error).replace("\n", "\n  "), "") from error
    answers = [play(scenario) for scenario in scenarios]
    if as_json:
        print_json(answers)
        return
    out = console()
    for answer in answers:
        for name, said in answer.get("processes", {"": answer}).items():
            label = f"{answer['id']} {name}".strip()
            draft = "" if said["draft"] == "none" else f", draft {said['draft']}"
            notify = f", notice {said['notify']}" if said["notify"] else ""
            said_in_words = f"{said['state']}, waits on {said['waiting_on']}, flag {said['flag']}"
            out.print(f"{label}: {said_in_words}{draft}{notify}", soft_wrap=True)
