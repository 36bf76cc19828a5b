"""What every command begins with: the configuration read, the person it tells of, and the database. Light, so
that `status` is there at once: what only some commands need is put together in `assemble.py`."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import config
from watcher.core.language import Packs
from watcher.core.person import Person
from watcher.errors import UsageError
from watcher.machine import machine_country, machine_zone
from watcher.mailbox.providers import Provider, provider_at, provider_for
from watcher.packs import load_packs
from watcher.store import Store

if TYPE_CHECKING:
    from watcher.credentials.oauth_providers import OAuthProvider

DATABASE = "watcher.sqlite"
FIRST_RUN = "first_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """What every command needs, from one reading of the configuration."""

    settings: config.Settings
    path: Path
    person: Person
    packs: Packs
    language: str


def outfit(path: Path | None = None, *, need_account: bool = True) -> Outfit:
    """Read the configuration. Raises ConfigError with every fault."""
    path = path or config.default_path()
    settings = config.load(
        path,
        need_account=need_account,
        host_known=lambda address: provider_for(address) is not None,
        oauth_known=lambda account: oauth_provider(account) is not None,
    )
    return Outfit(
        settings=settings,
        path=path,
        person=person_of(settings),
        packs=load_packs(),
        language=reading_language(settings.language),
    )


def reading_language(chosen: str = "auto") -> str:
    """The language the person reads: as configured, else of the locale, else English."""
    packs = load_packs()
    if chosen in packs:
        return chosen
    named = next((os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), "")
    code = named.partition("_")[0].partition(".")[0].lower()
    return code if code in packs and packs[code].table("ui") else "en"


def person_of(settings: config.Settings) -> Person:
    """The mailbox owner as the rules know them."""
    accounts = [account for account in settings.accounts if account.enabled]
    addresses = frozenset(
        address.lower() for account in accounts for address in (account.address, *account.aliases)
    )
    zone = settings.timezone if settings.timezone != "auto" else machine_zone()
    country = settings.country if settings.country != "auto" else machine_country()
    return Person(
        address=accounts[0].address.lower() if accounts else "",
        name=settings.name,
        addresses=addresses,
        mailboxes={
            account.name: (account.address.lower(), *(alias.lower() for alias in account.aliases))
            for account in accounts
        },
        zone=zone,
        country=country,
        countries={n: c.country for n, c in settings.companies.items() if c.country != "auto"},
        pause_holidays=settings.pause_on_holidays,
        notice_hours=settings.notices.hours,
        urgent_hours=settings.notices.urgent_hours,
    )


# --------------------------------------------------------------------------- the store


def open_store(now: datetime) -> Store:
    """The database, with the moment of the first run remembered (rule Q16): for who reads mail."""
    store = Store(config.state_dir() / DATABASE)
    if not store.note(FIRST_RUN):
        store.set_note(FIRST_RUN, now.isoformat())
    return store


def known_store() -> Store:
    """The database for who only asks or marks; where there is none yet, an empty one that is not kept."""
    path = config.state_dir() / DATABASE
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return Store(None)
    except OSError:
        pass  # it is there for others: opening it says what is wrong
    return Store(path)


def first_run_of(store: Store) -> datetime | None:
    """When this database was begun."""
    noted = store.note(FIRST_RUN)
    return datetime.fromisoformat(noted) if noted else None


# --------------------------------------------------------------------------- accounts


def watched(settings: config.Settings, name: str = "") -> tuple[config.Account, ...]:
    """The accounts that are watched, or the one called `name`. Raises UsageError when there is none such."""
    accounts = tuple(account for account in settings.accounts if account.enabled)
    if not name:
        return accounts
    chosen = tuple(account for account in accounts if name.lower() in (account.name.lower(), account.address))
    if not chosen:
        known = ", ".join(account.name for account in accounts) or "none"
        raise UsageError(f"No account is called {name!r}.", f"Known ones: {known}.")
    return chosen


def provider_of(account: config.Account) -> Provider | None:
    """What is known of the account's provider, by its server, else by the address."""
    return provider_at(account.host) if account.host else provider_for(account.address)


def oauth_provider(account: config.Account) -> OAuthProvider | None:
    """Where an account signs in by OAuth: as configured over what is known of its provider; None unknown."""
    from watcher.credentials.oauth_providers import OAuthProvider, provider_called

    said, mail = account.oauth, provider_of(account)
    name = said.provider if said.provider != "auto" else mail.oauth if mail is not None else ""
    known = provider_called(name)
    if known is None:
        if not (said.authorize_url and said.token_url):
            return None
        known = OAuthProvider(name="other", authorize="", token="")
    return replace(
        known,
        authorize=said.authorize_url or known.authorize,
        token=said.token_url or known.token,
        device=said.device_url or known.device,
        revoke=said.revoke_url or known.revoke,
        scopes=said.scopes or known.scopes,
    )
