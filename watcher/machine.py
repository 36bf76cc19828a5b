"""What this machine knows of the person's whereabouts, used where the configuration says `auto`; and what it is
not to keep of us."""

from __future__ import annotations

import os
import pwd
import re
import resource
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

_LOCALE = re.compile(r"[a-z]{2,3}_([A-Z]{2})(?:[.@].*)?")

#: Locales that installers set for everybody: they say nothing about a country.
_EVERYBODY = ("en_US", "C", "POSIX")


def machine_zone(env: Mapping[str, str] | None = None, root: Path = Path("/")) -> str:
    """The machine's time zone (IANA): $TZ, else /etc/localtime, else /etc/timezone, else UTC. `root` is where
    /etc is looked for."""
    env = os.environ if env is None else env
    named = env.get("TZ", "").removeprefix(":")
    for candidate in (named.rpartition("zoneinfo/")[2], _localtime(root), _timezone(root)):
        if candidate and _known(candidate):
            return candidate
    return "UTC"


def machine_country(env: Mapping[str, str] | None = None, root: Path = Path("/")) -> str:
    """The machine's country (ISO 3166-1 alpha-2), '' if nothing tells it.

    A locale somebody chose (id_ID) tells it best, then the time zone where it lies in one country; en_US
    stands on most machines of the world untouched, so it counts last.
    """
    env = os.environ if env is None else env
    locales = [env.get(name, "") for name in ("LC_ALL", "LC_TIME", "LC_ADDRESS", "LANG")]
    regions = [
        found[1] for text in locales if not text.startswith(_EVERYBODY) and (found := _LOCALE.match(text))
    ]
    if regions:
        return regions[0]
    zone = _country_of_zone().get(machine_zone(env, root), "")
    if zone:
        return zone
    return "US" if any(text.startswith("en_US") for text in locales) else ""


def no_core_files() -> None:
    """Have no memory written to disk should this process crash, or one that it starts: passwords and tokens
    are in it. Also where somebody has allowed core files for finding faults."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def machine_name() -> str:
    """The person's name as this machine's account has it, '' if it has none."""
    try:
        entry = pwd.getpwuid(os.getuid())
    except KeyError:  # an account that no table knows
        return ""
    name = " ".join(entry.pw_gecos.partition(",")[0].split())
    return "" if name.lower() in (entry.pw_name.lower(), "root") or not name.isprintable() else name


def _localtime(root: Path) -> str:
    try:
        target = os.readlink(root / "etc/localtime")
    except OSError:  # a copy instead of a link, or none
        return ""
    return target.rpartition("zoneinfo/")[2]


def _timezone(root: Path) -> str:
    try:
        return (root / "etc/timezone").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return False
    return True


@lru_cache(maxsize=1)
def _country_of_zone() -> dict[str, str]:
    """Zone -> country, from the time zone database."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {zone: code for code, _, zone, *_ in rows}
