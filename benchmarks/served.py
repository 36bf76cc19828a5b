"""The service, which tells what it has used whenever it is asked to (SIGUSR2): its ended threads count, too,
which nobody outside can see.

USAGE=FILE python benchmarks/served.py --config PATH
"""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

from watcher.cli.serve import main


def _tell(*_: object) -> None:
    """Seconds of processor and voluntary switches of the whole process, into the file."""
    used, place = resource.getrusage(resource.RUSAGE_SELF), Path(os.environ["USAGE"])
    fresh = place.with_suffix(".fresh")
    fresh.write_text(f"{used.ru_utime + used.ru_stime} {used.ru_nvcsw}")
    fresh.rename(place)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR2, _tell)
    main()
