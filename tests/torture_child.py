"""Judges mails of the torture set, and tells what each cost: `torture_child.py FIRST STEP`.

One line of JSON a mail: its name, seconds of CPU, megabytes that the process grew by beyond the mail itself,
and what was raised ('' in the best case). Before each mail its name goes to standard error, so that it is known
of whom the process died.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from itertools import islice
from pathlib import Path

from torture import RECIPES, WRITTEN

from watcher.core.standing import Person
from watcher.packs import load_models, load_packs
from watcher.sample import build
from watcher.scan import Look, judge_raw

#: Seconds of CPU and bytes of memory after which the kernel ends this process: a hang must not hang the tests.
MOST_CPU, MOST_MEMORY = 240, 1536 * 1024 * 1024


def kilobytes(name: str) -> int:
    """A line of /proc/self/status."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)


def cost(look: Look, raw: bytes) -> tuple[float, float, str]:
    """(seconds of CPU, MB at the highest beyond what was there before, what was raised)."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
    before, begun, fault = kilobytes("VmRSS"), time.process_time(), ""
    try:
        judge_raw(look, raw, None)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent tells
        fault = f"{type(error).__name__}: {error}"
    seconds = time.process_time() - begun
    return seconds, (kilobytes("VmHWM") - before) / 1024, fault


def main(first: int, step: int) -> None:
    """Judge every STEP-th mail from FIRST on."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    person = Person(address="sari@example.com", name="Sari", addresses=frozenset({"sari@example.com"}))
    look = Look(account="personal", person=person, packs=load_packs(), models=load_models())
    for mail in build(WRITTEN):  # what is loaded once is no mail's cost
        judge_raw(look, mail.raw, None)
    gc.collect()
    gc.freeze()  # so that a collection looks at what a mail left behind, and at nothing else
    for name, recipe in islice(RECIPES.items(), first, None, step):
        sys.stderr.write(f"{name}\n")
        sys.stderr.flush()
        raw = recipe()
        seconds, megabytes, fault = cost(look, raw)
        sys.stdout.write(json.dumps([name, seconds, megabytes, fault]) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
