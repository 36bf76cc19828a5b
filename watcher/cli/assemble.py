"""From settings to working parts, in one place. Loads no library of the command line: the service uses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from watcher import config
from watcher.cli.outfit import DATABASE as DATABASE
from watcher.cli.outfit import FIRST_RUN as FIRST_RUN
from watcher.cli.outfit import Outfit as Outfit
from watcher.cli.outfit import first_run_of as first_run_of
from watcher.cli.outfit import known_store as known_store
from watcher.cli.outfit import oauth_provider as oauth_provider
from watcher.cli.outfit import open_store as open_store
from watcher.cli.outfit import outfit as outfit
from watcher.cli.outfit import person_of as person_of
from watcher.cli.outfit import provider_of as provider_of
from watcher.cli.outfit import reading_language as reading_language
from watcher.cli.outfit import watched as watched
from watcher.core.model import DraftKind
from watcher.core.person import Wishes
from watcher.core.wording import words
from watcher.credentials import SecretSource, oauth, read_secret
from watcher.daemon import Service, Station
from watcher.errors import ConfigError
from watcher.mailbox import ImapAccount, Mailbox, Role, Token
from watcher.mailbox.imap import connect
from watcher.mailbox.providers import Provider
from watcher.mind import Elsewhere
from watcher.notify import Notifier, OnAction, open_notifier
from watcher.packs import load_models
from watcher.reader import Look
from watcher.when import parse_since

#: The person's own letters: LETTERS/<language>/<kind>.j2 beside the configuration.
LETTERS = "letters"
#: Stands for a letter that is no readable text: no letter has this variable, so its fault is told by name.
UNREADABLE = "{{ readable_text_in_UTF_8 }}"


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


# --------------------------------------------------------------------------- accounts


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
