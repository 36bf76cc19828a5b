"""The commands, gathered; each is loaded when it is called. Every fault becomes one sentence and an exit code
here, and nowhere else."""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import click

from watcher import __version__
from watcher.cli.logs import print_fault, set_up_logging
from watcher.errors import WatcherError

EPILOG = """\b
Exit codes: 0 done, 1 failed for a while, 2 usage or configuration,
3 you must act (sign in, unlock).
Start with:  watcher demo, then  watcher setup"""


#: Each command -> its module, and what it is called there.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("demo", "demo"),
    "setup": ("setup", "setup"),
    "accounts": ("accounts", "accounts"),
    "scan": ("scan", "scan"),
    "run": ("run", "run"),
    "status": ("status", "status"),
    "show": ("show", "show"),
    "mark": ("marks", "mark"),
    "undo": ("marks", "undo"),
    "correct": ("correct", "correct"),
    "draft": ("draft", "draft"),
    "classify": ("classify", "classify"),
    "simulate": ("simulate", "simulate"),
    "doctor": ("doctor", "doctor"),
    "forget": ("marks", "forget"),
    "secret": ("secret", "secret"),
    "sign-in": ("sign_in", "sign_in"),
    "sign-out": ("sign_in", "sign_out"),
    "install-service": ("run", "install_service"),
}


class Commands(click.Group):
    """A group that loads a command when it is called, and turns the watcher's errors into a sentence and their
    exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"watcher.cli.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
            return answer
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click's own: usage, the end, a reader that has gone
        except KeyboardInterrupt:
            sys.stderr.write("\nwatcher: stopped.\n")
            sys.exit(1)
        except WatcherError as error:
            _trace(ctx)
            print_fault(error)
            sys.exit(error.exit_code)
        except OSError as error:
            _trace(ctx)
            about = f"{error.filename}: " if error.filename else ""
            sys.stderr.write(f"watcher: {about}{error.strerror or type(error).__name__}.\n")
            _let_go_of_output()
            sys.exit(1)
        except Exception as error:  # noqa: BLE001 - nobody should see a traceback unasked
            _trace(ctx)
            sys.stderr.write(
                f"watcher: unexpected fault ({type(error).__name__}). Nothing was lost."
                " Run it again with --debug and report what it prints.\n"
            )
            sys.exit(1)


def _trace(ctx: click.Context) -> None:
    """With --debug, where it happened."""
    if ctx.params.get("debug"):
        traceback.print_exc()


def _let_go_of_output() -> None:
    """What cannot be written is not tried again when Python ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


@click.group("watcher", cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", type=click.Path(readable=False, path_type=Path), help="The configuration file to use."
)
@click.option("--debug", is_flag=True, help="Show tracebacks and every step.")
@click.version_option(__version__, prog_name="watcher")
@click.pass_context
def program(ctx: click.Context, config: Path | None, debug: bool) -> None:
    """Watches your mailbox for interview invitations and recruiters' replies, keeps every hiring process in
    view, and lays a polite draft into your Drafts folder when it is time. It never sends mail."""
    ctx.obj = config
    set_up_logging(logging.DEBUG if debug else logging.ERROR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show stops nothing
            stream.reconfigure(errors="replace")
