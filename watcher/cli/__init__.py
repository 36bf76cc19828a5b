"""The command line. Kept light: the running service must not load what only the commands need."""

import gc
import sys


def main() -> None:
    """The `watcher` program."""
    gc.set_threshold(
        50_000
    )  # a command is short: looking for garbage while it loads would cost a tenth of it
    try:
        from watcher.machine import no_core_files

        no_core_files()
        from watcher.cli.app import program

        program(prog_name="watcher")
    except KeyboardInterrupt:  # before the first command had begun
        sys.exit(1)
