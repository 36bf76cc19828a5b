"""Is an account in order? Secret, sign-in, encryption, folders, drafts; and whether several go together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from rich.console import Console

from watcher import config
from watcher.cli import assemble
from watcher.core.address import same_mailbox
from watcher.errors import WatcherError
from watcher.mailbox import About, Folder, Labelled, Remark, Role, Server, Talkative, Token

#: A certificate is renewed weeks before its end; later than this, somebody forgot it.
CERTIFICATE_LEFT = timedelta(days=7)
#: What a server should offer, and what is lost without it.
WANTED = {
    "IDLE": "new mail is looked for every few minutes only",
    "UIDPLUS": "a draft that is overtaken is only marked as deleted",
}
#: What to do about a folder that is not there: as a rule, and where folders are labels.
MAKE_IT = "Make one in your mail program"
SHOW_IT = "Tick `Show in IMAP` beside it in Gmail's settings, under Labels"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a report. `fault` is '' when all is well; `remedy` says what to do; `code` is the exit code
    the fault calls for (0: worth knowing only)."""

    what: str
    found: str = ""
    fault: str = ""
    remedy: str = ""
    code: int = 1


def print_checks(out: Console, checks: Sequence[Check]) -> None:
    """The report for a person."""
    for check in checks:
        if not check.fault:
            out.print(f"ok    {check.what}: {check.found}", style="green")
            continue
        out.print(f"{'FAULT' if check.code else 'note '} {check.what}: {check.fault}", style="bold red")
        if check.remedy:
            out.print(f"      {check.remedy}")


def report(checks: Sequence[Check]) -> dict[str, object]:
    """The report for programs."""
    rows = [
        {"check": c.what, "ok": not c.fault, "found": c.found, "fault": c.fault, "remedy": c.remedy}
        for c in checks
    ]
    return {"checks": rows, "exit_code": worst(checks)}


def worst(checks: Sequence[Check]) -> int:
    """The exit code that the faults call for."""
    return max((check.code for check in checks if check.fault), default=0)


def check_account(account: config.Account) -> Iterator[Check]:
    """Everything about one account, by signing in to it. Changes nothing there."""
    name = f"account {account.name}"
    provider = assemble.provider_of(account)
    if provider is not None and not (provider.passwords or account.oauth.client_id):
        yield Check(
            f"{name}: secret", fault=f"{provider.name} takes no passwords.", remedy=provider.note, code=2
        )
        return
    try:
        key = assemble.key_of(account)
        if isinstance(key, Token):
            key.ask(False)
            yield Check(f"{name}: permission", f"OAuth, {assemble.oauth_client(account).provider.name}")
        else:
            key()
            yield Check(f"{name}: secret", account.secret.source)
        with closing(assemble.open_account(account, key)) as mailbox:
            target = assemble.imap_account(account)
            yield Check(f"{name}: sign-in", f"{target.host}:{target.port}")
            folders = mailbox.folders()
            about = mailbox.about() if isinstance(mailbox, Server) else None
            remarks = mailbox.remarks() if isinstance(mailbox, Talkative) else ()
            alerts = mailbox.alerts() if isinstance(mailbox, Talkative) else ()
            find = SHOW_IT if isinstance(mailbox, Labelled) else MAKE_IT
    except WatcherError as error:
        yield Check(name, fault=error.message, remedy=error.remedy, code=error.exit_code)
        return
    yield from _folders(name, folders, remarks, find)
    if about is not None:
        yield from _server(name, folders, about)
    for text in alerts:
        yield Check(f"{name}: server", fault=f"it says: {text}", code=0)


def _server(name: str, folders: Sequence[Folder], about: About) -> Iterator[Check]:
    """What the server says of itself."""
    yield _encryption(name, about)
    yield from _drafts(name, folders, about)
    for word, lost in WANTED.items():
        if word not in about.capabilities:
            yield Check(f"{name}: server", fault=f"it does not offer {word}: {lost}.", code=0)


def _encryption(name: str, about: About) -> Check:
    what, ends = f"{name}: encryption", about.certificate_ends
    if not about.encryption:
        return Check(what, "none, to this very machine")
    if ends is not None and ends - datetime.now(UTC) < CERTIFICATE_LEFT:
        return Check(
            what,
            fault=f"the certificate of the server ends on {ends:%Y-%m-%d}.",
            remedy="Tell whoever runs it. After that day nobody can sign in.",
            code=0,
        )
    return Check(what, f"{about.encryption}, certificate until {ends:%Y-%m-%d}" if ends else about.encryption)


def _folders(name: str, folders: Sequence[Folder], remarks: Sequence[Remark], find: str) -> Iterator[Check]:
    roles = {role: folder.name for folder in folders for role in folder.roles}
    said = ", ".join(f"{role.value} = {roles[role]}" for role in Role if role in roles)
    yield Check(f"{name}: folders", said)
    for remark in remarks:
        yield Check(f"{name}: folders", fault=remark.fault, remedy=remark.remedy, code=0)
    for role, why in (
        (Role.SENT, "your own replies and follow-ups are not seen"),
        (Role.DRAFTS, "no draft can be laid"),
    ):
        if role not in roles:
            yield Check(
                f"{name}: folders",
                fault=f"no folder is marked as {role.value}: {why}.",
                remedy=f"{find}, or name it under `folders: {role.value}:`.",
                code=2,
            )


def _drafts(name: str, folders: Sequence[Folder], about: About) -> Iterator[Check]:
    if not any(Role.DRAFTS in folder.roles for folder in folders):
        return  # told already
    remedy = "Name a folder of your own with `folders: drafts:`, or switch drafts off (`drafts: enabled:`)."
    yield Check(f"{name}: drafts", "can be laid", about.drafts_fault, remedy if about.drafts_fault else "", 2)


def check_together(accounts: Sequence[config.Account]) -> Iterator[Check]:
    """Do several accounts go together? The same mailbox twice only costs connections."""
    for one, other in combinations(accounts, 2):
        here, there = assemble.imap_account(one), assemble.imap_account(other)
        if (here.host, same_mailbox(here.user, there.user)) == (there.host, True):
            yield Check(
                f"accounts {one.name}, {other.name}",
                fault="they are one mailbox.",
                remedy="Remove one of them, and name its address under `aliases:` of the other.",
                code=0,
            )
