"""Which edition of the rules is at work: another text whenever they may derive something else from the facts.

The code of the core, the calendars of holidays, the list of domains, the zones, and those settings of the
person that the rules look at. Files are told by their names, sizes and times; none is read.
"""

from __future__ import annotations

import hashlib
import os
import sys
import zoneinfo
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from watcher.core.person import Person

#: What the core derives with, besides itself.
_PACKAGES = ("holidays", "publicsuffixlist", "tzdata")
#: Where a system's zones tell which release they are.
_ZONES = ("tzdata.zi", "+VERSION")


def edition(person: Person) -> str:
    """The edition that holds for `person`."""
    looked_at = (
        person.zone,
        person.country,
        sorted(person.countries.items()),
        person.pause_holidays,
        person.notice_hours,
        person.urgent_hours,
    )
    return hashlib.sha256(f"{_rules()}\n{looked_at}".encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=1)
def _rules() -> str:
    return "\n".join([sys.version, *sorted(_files())])


def _files() -> Iterator[str]:
    with os.scandir(Path(__file__).parent / "core") as found:
        yield from (_told(entry.path) for entry in found if entry.name.endswith(".py"))
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is not None and spec.origin:
            yield _told(spec.origin)
    for folder in zoneinfo.TZPATH:
        yield from (_told(path) for name in _ZONES if os.path.exists(path := os.path.join(folder, name)))


def _told(path: str) -> str:
    about = os.stat(path)
    return f"{path} {about.st_size} {about.st_mtime_ns}"
