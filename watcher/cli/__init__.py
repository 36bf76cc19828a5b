"""The command line. Kept light: the running service must not load what only the commands need."""

import sys


def main() -> None:
    """The `watcher` program."""
    try:
        from watcher.machine import no_core_files

        no_core_files()
        from watcher.cli.app import program

        program(prog_name="watcher")
    except KeyboardInterrupt:  # before the first command had begun
        sys.exit(1)
