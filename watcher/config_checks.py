"""What makes a value of the configuration right: one small function per kind of value, and the logic that no
single option can know. Each fault is a sentence that goes on after the option's name ("must be ...")."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from watcher.core.model import DraftKind

if TYPE_CHECKING:
    from watcher.config import Account, Settings
    from watcher.config_sign_in import OAuth
    from watcher.config_yaml import Place

_SINCE = re.compile(r"[1-9][0-9]{0,3}[dw]")
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]]+@[^@\s<>,;:\"()\[\]]+")
_DOMAIN = re.compile(r"[^@\s<>,;:\"()\[\]/]+\.[^@\s<>,;:\"()\[\]/]+")

#: What people write for the three zones of Indonesia.
_ZONE_WORDS = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}


def shown(value: object) -> str:
    """A value as it may be quoted in a fault: short, on one line."""
    text = "".join(char if char.isprintable() else " " for char in str(value))
    return f"'{text[:40]}...'" if len(text) > 43 else f"'{text}'"


def nearest(word: str, words: list[str]) -> str:
    """The hint `; did you mean 'x'?` when one of `words` looks like `word`, else ''."""
    folded = {known.lower(): known for known in reversed(words)}
    found = get_close_matches(word.lower(), list(folded), n=1, cutoff=0.6)
    return f"; did you mean '{folded[found[0]]}'?" if found else ""


def plain(text: str) -> str:
    """Text on one line, without spaces around it."""
    if any(not char.isprintable() for char in text):
        raise ValueError("must stand on one line, without control characters")
    return text.strip()


def email(text: str) -> str:
    """An address, in lower case."""
    stripped = text.strip().lower()
    if not stripped:
        raise ValueError("is empty: write your e-mail address")
    if not _EMAIL.fullmatch(stripped):
        raise ValueError(f"must be an e-mail address such as sari@example.com, not {shown(text)}")
    return stripped


def sender(text: str) -> str:
    """An address or a domain, in lower case; `@domain` is a domain too."""
    stripped = text.strip().lower().removeprefix("@")
    if not _EMAIL.fullmatch(stripped) and not _DOMAIN.fullmatch(stripped):
        raise ValueError(f"must be an e-mail address or a domain such as shop.example, not {shown(text)}")
    return stripped


def host(text: str) -> str:
    """The name or number of a server, and nothing around it."""
    stripped = plain(text).lower()
    if "//" in stripped or "/" in stripped or " " in stripped or "@" in stripped:
        raise ValueError(f"must be a server's name alone, such as imap.example.com, not {shown(text)}")
    if stripped.count(":") == 1:
        raise ValueError("must be a server's name alone; its port belongs into `port`")
    return stripped.strip("[]")


def address(text: str) -> str:
    """Where a secret may be sent: https, or this very machine."""
    stripped = plain(text)
    if not stripped:
        return stripped
    try:
        place = urlsplit(stripped)
        safe = place.scheme == "https" or (place.scheme == "http" and _loopback(place.hostname or ""))
        whole = bool(place.hostname) and "@" not in place.netloc and " " not in stripped and place.port != 0
    except ValueError:
        safe = whole = False
    if not safe or not whole or place.fragment:
        raise ValueError(f"must be an address that begins with https://, not {shown(text)}")
    return stripped


def tenant(text: str) -> str:
    """The name or number of a Microsoft directory: one word of an address."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}", text):
        raise ValueError(f"must be a directory's id or domain, or common, not {shown(text)}")
    return text


def label(text: str) -> str:
    """A name that a label of Gmail's may have, or nothing."""
    stripped = plain(text)
    if len(stripped) > 225 or stripped.startswith("\\") or "^" in stripped:
        raise ValueError("must be at most 225 characters, without ^ and without a backslash in front")
    if stripped and any(not part or part != " ".join(part.split()) for part in stripped.split("/")):
        raise ValueError("must have something on both sides of each slash, and no blanks around it")
    return stripped


def zone(text: str) -> str:
    """`auto` or an IANA time zone."""
    stripped = text.strip()
    if stripped == "auto":
        return stripped
    try:
        ZoneInfo(stripped)
    except (ValueError, KeyError, OSError):
        meant = _ZONE_WORDS.get(stripped.upper(), "")
        hint = f"; did you mean '{meant}'?" if meant else nearest(stripped, sorted(available_timezones()))
        raise ValueError(
            f"must be a time zone such as Asia/Jakarta, or auto, not {shown(text)}{hint}"
        ) from None
    return stripped


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """ISO 3166-1: two letters -> English name, from the time zone database."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {code: name for code, name, *_ in rows}


def country(text: str) -> str:
    """`auto` or a country's two letters, in upper case."""
    stripped = text.strip()
    if stripped == "auto":
        return stripped
    if stripped.upper() in countries():
        return stripped.upper()
    named = {name.lower(): code for code, name in countries().items()}
    near = get_close_matches(stripped.lower(), list(named), n=1, cutoff=0.8)
    hint = f"; did you mean '{named[near[0]]}'?" if near else ""
    raise ValueError(f"must be the two letters of a country such as ID, or auto, not {shown(text)}{hint}")


def hours(pair: tuple[int, int]) -> tuple[int, int]:
    """[from, to], whole hours of one day."""
    first, last = pair
    if not 0 <= first <= 24 or not 0 <= last <= 24:
        raise ValueError(f"must be hours from 0 to 24, not [{first}, {last}]")
    if first >= last:
        raise ValueError(f"must begin before it ends, not [{first}, {last}]")
    return pair


def letters(kinds: tuple[DraftKind, ...]) -> tuple[DraftKind, ...]:
    """Letters by their names, each once."""
    if DraftKind.NONE in kinds:
        raise ValueError("cannot hold 'none'; write `enabled: false` for no drafts")
    return tuple(dict.fromkeys(kinds))


def since(text: str) -> str:
    """90d, 12w or a date."""
    stripped = text.strip().lower()
    if _SINCE.fullmatch(stripped):
        return stripped
    try:
        return date.fromisoformat(stripped).isoformat()
    except ValueError:
        raise ValueError(
            f"must be days (90d), weeks (12w) or a date (2026-09-01), not {shown(text)}"
        ) from None


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The codes of the packaged languages: the names of their folders."""
    root = files("watcher") / "languages"
    return tuple(
        sorted(entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("_"))
    )


def language(text: str) -> str:
    """`auto` or the code of a packaged language."""
    code = text.strip().lower()
    if code != "auto" and code not in languages():
        known = ", ".join(["auto", *languages()])
        raise ValueError(f"must be one of {known}, not {shown(text)}")
    return code


def logic(
    settings: Settings,
    *,
    need_account: bool,
    host_known: Callable[[str], bool] | None,
    oauth_known: Callable[[Account], bool] | None = None,
) -> Iterator[tuple[Place, str]]:
    """What is wrong with settings whose single values are right: (place, sentence)."""
    if need_account and not settings.accounts:
        yield ("accounts",), "must name at least one account with its `address`"
    elif need_account and not any(account.enabled for account in settings.accounts):
        yield ("accounts",), "are all switched off (`enabled: false`); switch one on"
    first: dict[str, int] = {}
    for index, account in enumerate(settings.accounts):
        here: Place = ("accounts", index)
        if account.name.lower() in first:
            other = first[account.name.lower()]
            yield (*here, "name"), f"is the name of accounts[{other}] too; give each account its own `name`"
        first.setdefault(account.name.lower(), index)
        if account.security == "none" and not _loopback(account.host):
            yield (
                (*here, "security"),
                "may be none only with a host on this machine (localhost): anybody on the way could "
                "read your password; use tls or starttls",
            )
        if account.secret.source == "command" and not account.secret.command:
            yield (
                (*here, "secret", "command"),
                "is needed with `from: command`, such as [pass, show, mail/sari]",
            )
        yield from _oauth(account.oauth, (*here, "oauth"))
        if account.oauth.client_id and oauth_known is not None and not oauth_known(account):
            yield (
                (*here, "oauth", "provider"),
                "is needed: it is not known where this account signs in; name the provider, or give "
                "`authorize_url` and `token_url`",
            )
        if account.ca_file and not Path(account.ca_file).expanduser().is_file():
            yield (*here, "ca_file"), f"names no file: {shown(account.ca_file)}"
        if host_known is not None and not account.host and not host_known(account.address):
            yield (
                (*here, "host"),
                "is needed: the server of this provider is not known; your provider's help page "
                "names it under IMAP",
            )
    if settings.notices.kind == "command" and not settings.notices.command:
        yield ("notices", "command"), "is needed with `kind: command`"
    for index, text in enumerate(settings.ignore_senders):
        if text in settings.trust_senders:
            yield ("ignore_senders", index), f"stands in trust_senders too: {shown(text)}; keep one"


def _oauth(oauth: OAuth, here: Place) -> Iterator[tuple[Place, str]]:
    """What is wrong with a sign-in by OAuth whose single values are right."""
    if not oauth.client_id:
        if oauth != type(oauth)():
            yield (*here, "client_id"), "is needed: the id of your own OAuth client; docs/sign-in.md says how"
        return
    if oauth.secret.source == "command" and not oauth.secret.command:
        yield (*here, "secret", "command"), "is needed with `from: command`, such as [pass, show, oauth/sari]"


def _loopback(name: str) -> bool:
    return name in ("localhost", "::1") or bool(re.fullmatch(r"127(\.\d{1,3}){3}", name))
