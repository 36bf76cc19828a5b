"""From settings to working parts, in one place. Loads no library of the command line: the service uses it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from watcher import config
from watcher.core.language import Packs
from watcher.core.model import DraftKind
from watcher.core.person import Person, Wishes
from watcher.core.wording import words
from watcher.credentials import SecretSource, oauth, read_secret
from watcher.credentials.oauth_providers import OAuthProvider, provider_called
from watcher.daemon import Service, Station
from watcher.errors import ConfigError, UsageError
from watcher.machine import machine_country, machine_zone
from watcher.mailbox import ImapAccount, Mailbox, Role, Token
from watcher.mailbox.imap import connect
from watcher.mailbox.providers import Provider, provider_at, provider_for
from watcher.mind import Elsewhere
from watcher.notify import Notifier, OnAction, open_notifier
from watcher.packs import load_models, load_packs
from watcher.reader import Look
from watcher.store import Store
from watcher.when import parse_since

DATABASE = "watcher.sqlite"
#: The person's own letters: LETTERS/<language>/<kind>.j2 beside the configuration.
LETTERS = "letters"
#: Stands for a letter that is no readable text: no letter has this variable, so its fault is told by name.
UNREADABLE = "{{ readable_text_in_UTF_8 }}"
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


def wishes_of(fit: Outfit, first_run: datetime | None) -> Wishes:
    """What the person wants done."""
    settings = fit.settings
    marks = settings.marks_in_mailbox
    return Wishes(
        drafts=frozenset(settings.drafts.kinds) if settings.drafts.enabled else frozenset[DraftKind](),
        mailbox_marks=frozenset({"star", "keyword"} if marks == "both" else {marks} - {"none"}),
        labels=label_names(settings.labels, words(fit.packs, fit.language)["labels"]),
        notices=settings.notices.kind != "none",
        level=settings.notices.level,
        language=fit.language,
        first_run=first_run,
        grace_days=settings.first_run_grace_days,
        own_letters=own_letters(fit.path.parent / LETTERS),
    )


def label_names(chosen: config.Labels, usual: Mapping[str, str]) -> Mapping[str, str]:
    """What the labels on Gmail are called: as chosen, else in the person's language."""
    return {name: getattr(chosen, name) or str(usual[name]) for name in config.Labels.model_fields}


def own_letters(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """The person's own letter templates: language -> kind -> text."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(folder.glob("*/*.j2")) if folder.is_dir() else ():
        try:
            text = file.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            text = UNREADABLE
        found.setdefault(file.parent.name, {})[file.stem] = text
    return found


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


def imap_account(account: config.Account) -> ImapAccount:
    """How to reach an account: as configured, else as its provider publishes."""
    provider = provider_of(account)
    if not account.host and provider is None:
        raise ConfigError(f"The server of {account.name} is not known.", "Set `host` for this account.")
    security = account.security if account.host or provider is None else provider.security
    port = account.port or (provider.port if provider is not None else 993 if security == "tls" else 143)
    return ImapAccount(
        name=account.name,
        address=account.address,
        host=account.host or (provider.host if provider is not None else ""),
        port=port,
        user=account.user or account.address,
        security="none-on-loopback-only" if security == "none" else security,
        folders={role: name for role in Role if (name := getattr(account.folders, role.value, ""))},
        read_junk=account.read_junk,
        ca_file=Path(account.ca_file).expanduser() if account.ca_file else None,
    )


def secret_of(account: config.Account) -> str:
    """The password of an account. Raises SecretError saying what to do."""
    source = account.secret
    name = source.name or account.name
    secret = read_secret(name, SecretSource(source.source, tuple(source.command), source.name))
    provider = provider_of(account)
    if provider is not None and not provider.blanks_in_password:
        secret = "".join(secret.split())
    return secret


#: What opens a mailbox: the password, or tokens.
Key = Callable[[], str] | Token


def key_of(account: config.Account) -> Key:
    """What opens the mailbox of an account. Keep it as long as the account is used: tokens live in it."""
    if account.oauth.client_id:
        return Token(oauth.Tokens(oauth_client(account)).ask)
    return lambda: secret_of(account)


def open_account(account: config.Account, key: Key | None = None) -> Mailbox:
    """Sign in to an account, with a key that is kept or one of its own."""
    return connect(imap_account(account), key or key_of(account))


def oauth_client(account: config.Account) -> oauth.Client:
    """The person's own OAuth client for an account. Raises ConfigError when the account has none, or when the
    provider is not known."""
    said, provider = account.oauth, oauth_provider(account)
    if not said.client_id or provider is None:
        raise ConfigError(
            f"Account {account.name} has no OAuth client.",
            "Give `oauth: client_id:` and, unless it is a large provider, its addresses: docs/sign-in.md.",
        )
    wanted = provider.wants_secret if said.secret.source == "auto" else said.secret.source != "none"
    secret = SecretSource(
        said.secret.source,
        tuple(said.secret.command),
        said.secret.name or oauth.client_secret_name(account.name),
    )
    token = account.secret
    return oauth.Client(
        account=account.name,
        user=account.user or account.address,
        client_id=said.client_id,
        provider=provider,
        token=SecretSource(token.source, tuple(token.command), token.name or oauth.token_name(account.name)),
        secret=secret if wanted or secret.command else None,
        tenant=said.tenant,
        ca_file=Path(account.ca_file).expanduser() if account.ca_file else None,
    )


def oauth_provider(account: config.Account) -> OAuthProvider | None:
    """Where an account signs in by OAuth: as configured over what is known of its provider; None unknown."""
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


def authserv_of(provider: Provider | None) -> str:
    """Whose Authentication-Results header counts there, '' unknown."""
    return " ".join(provider.authserv) if provider is not None else ""


def look_of(
    fit: Outfit, account: config.Account, now: datetime, since: str = "", *, models: bool = True
) -> Look:
    """How an account is read; without the `models` where another process judges."""
    provider = provider_of(account)
    authserv = account.authserv_id or authserv_of(provider)
    local = now.astimezone(ZoneInfo(fit.person.zone))
    return Look(
        account=account.name,
        person=fit.person,
        packs=fit.packs,
        models=load_models() if models else None,
        authserv=authserv,
        since=parse_since(since or fit.settings.since, local),
        read_junk=account.read_junk,
        ignore=frozenset(sender.lower() for sender in fit.settings.ignore_senders),
        trust=frozenset(sender.lower() for sender in fit.settings.trust_senders),
    )


# --------------------------------------------------------------------------- the service


def service(path: Path | None, on_press: OnAction) -> Service:
    """Everything the daemon runs on. Raises ConfigError, StoreError, NotifyError."""
    now = datetime.now(UTC)
    fit = outfit(path)
    store = open_store(now)
    store.adopt([account.name for account in fit.settings.accounts])
    return Service(
        stations=tuple(
            Station(
                look_of(fit, account, now, models=False),
                partial(open_account, account, key_of(account)),
            )
            for account in watched(fit.settings)
        ),
        store=store,
        mind=Elsewhere(config.state_dir() / DATABASE, fit.person, wishes_of(fit, first_run_of(store))),
        notifier=notifier_of(fit, on_press),
        text=words(fit.packs, fit.language),
        poll_seconds=fit.settings.poll_minutes * 60.0,
        notices=fit.settings.notices.kind != "none",
        quiet_title=fit.settings.notices.quiet_title,
    )


def notifier_of(fit: Outfit, on_press: OnAction) -> Notifier:
    """The way the person chose to be told."""
    notices = fit.settings.notices
    kind = notices.kind if notices.kind != "none" else "log"
    return open_notifier(kind, on_action=on_press, command=notices.command)
