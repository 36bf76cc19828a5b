"""The running service: `python -m watcher.cli.serve [--config PATH] [--debug]`. Loads no library of the
command line; `watcher run` checks its options and becomes this."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from pathlib import Path

from watcher import config, daemon
from watcher.cli.assemble import service
from watcher.cli.logs import print_fault, set_up_logging
from watcher.errors import WatcherError
from watcher.lock import held
from watcher.machine import no_core_files


def serve(path: Path | None) -> int:
    """Run the service until it is told to stop; the exit code."""
    try:
        # Whoever holds the lock may be sent these; the daemon listens to them in a moment.
        for number in (signal.SIGHUP, signal.SIGUSR1):
            signal.signal(number, signal.SIG_IGN)
        with held(config.state_dir(), listens=True):
            return daemon.run(lambda on_press: service(path, on_press))
    except WatcherError as error:
        print_fault(error)
        return error.exit_code


def main() -> None:
    """Entry of the service process."""
    parser = argparse.ArgumentParser(prog="watcher run")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--debug", action="store_true")
    options = parser.parse_args()
    no_core_files()
    set_up_logging(logging.DEBUG if options.debug else logging.INFO)
    sys.exit(serve(options.config))


if __name__ == "__main__":
    main()
