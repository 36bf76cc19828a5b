"""The configuration: one frozen model drives reading, faults, the example file, the docs and the JSON Schema.

`load` reports every fault of a file at once, each with its line. First the shape (names, types, ranges),
then the logic (what no single option can know). No secret stands in the file, and none is ever quoted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_config_dir, user_state_dir
from pydantic import AfterValidator, Field, Strict, ValidationError, model_validator

from watcher import config_checks as checks
from watcher.config_faults import explain, missing_file, not_readable, summary, without
from watcher.config_sign_in import OAuth, Part, Secret, Text
from watcher.config_yaml import EMPTY_ENTRY, Fault, Place, dotted, read
from watcher.core.model import DraftKind

APPLICATION = "interview-watcher"

Whole = Annotated[int, Strict()]
Switch = Annotated[bool, Strict()]
Host = Annotated[str, Strict(), AfterValidator(checks.host)]
Email = Annotated[str, Strict(), AfterValidator(checks.email)]
Sender = Annotated[str, Strict(), AfterValidator(checks.sender)]
Zone = Annotated[str, Strict(), AfterValidator(checks.zone)]
Country = Annotated[str, Strict(), AfterValidator(checks.country)]
Label = Annotated[str, Strict(), AfterValidator(checks.label)]
Hours = Annotated[tuple[Whole, Whole], AfterValidator(checks.hours)]
Letters = Annotated[tuple[DraftKind, ...], AfterValidator(checks.letters)]

ALL_LETTERS = tuple(kind for kind in DraftKind if kind is not DraftKind.NONE)


class Folders(Part):
    """Names of folders, needed only where the server does not mark them itself (SPECIAL-USE)."""

    inbox: Text = Field(default="", description="Where new mail arrives.", examples=["INBOX"])
    sent: Text = Field(default="", description="Your sent mail.", examples=["Terkirim"])
    drafts: Text = Field(default="", description="Where drafts are put.", examples=["Draf"])
    all: Text = Field(default="", description="All mail (Gmail).", examples=["[Gmail]/Semua Email"])
    archive: Text = Field(default="", description="Mail you filed away.", examples=["Arsip"])
    junk: Text = Field(default="", description="Spam. Read only with `read_junk`.", examples=["Spam"])
    trash: Text = Field(default="", description="The bin. Never read.", examples=["Sampah"])


class Account(Part):
    """One mailbox on a mail server."""

    address: Email = Field(description="Your e-mail address.", examples=["sari.wulandari@example.com"])
    name: Text = Field(
        default="",
        description="A short name for this account, for `--account`. Empty: the address.",
        examples=["personal"],
    )
    enabled: Switch = Field(default=True, description="Whether this account is watched.")
    aliases: tuple[Email, ...] = Field(
        default=(),
        description="Your other addresses that deliver here or that you send from.",
        examples=[["sari@example.net"]],
    )
    host: Host = Field(
        default="",
        description="The IMAP server. Empty: known for the large providers.",
        examples=["imap.example.com"],
    )
    port: Whole | None = Field(
        default=None, ge=1, le=65535, description="Its port. Empty: 993 with `tls`, else 143.", examples=[993]
    )
    user: Text = Field(
        default="", description="Your user name there. Empty: the address.", examples=["sari.wulandari"]
    )
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls",
        description="How the connection is encrypted. `none` only to a server on this very machine.",
    )
    secret: Secret = Field(
        default=Secret(), description="Where the password comes from; with `oauth`, the refresh token."
    )
    oauth: OAuth = Field(default=OAuth(), description="Sign in by OAuth instead of a password.")
    folders: Folders = Field(
        default=Folders(), description="Folder names, where the server does not tell them."
    )
    read_junk: Switch = Field(
        default=False, description="Read the spam folder too; invitations do land there."
    )
    ca_file: Text = Field(
        default="",
        description="A file with the certificate authority of your own server.",
        examples=["~/ca.pem"],
    )
    authserv_id: Text = Field(
        default="",
        description="Whose Authentication-Results header to trust. Empty: known for the large providers.",
        examples=["mx.example.com"],
    )

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, data: Any) -> Any:
        """The address stands in for a name and a user name that are not given."""
        if isinstance(data, dict) and isinstance(data.get("address"), str) and data["address"].strip():
            address = data["address"].strip()
            return {"name": address.lower(), "user": address} | data
        return data


class Notices(Part):
    """How and when the watcher tells you something."""

    kind: Literal["auto", "desktop", "command", "log", "none"] = Field(
        default="auto",
        description="The way to tell you. `auto` is the desktop where there is one, else the log.",
    )
    command: tuple[Text, ...] = Field(
        default=(),
        description="Your own program for `kind: command`.",
        examples=[["notify-my-phone"]],
    )
    level: Literal["minimal", "company", "full"] = Field(
        default="company",
        description="How much a notice shows: only that something waits, the company too, or all of it.",
    )
    quiet_title: Switch = Field(
        default=False,
        description="Use a title that says nothing of jobs, for a screen that others see.",
    )
    hours: Hours = Field(
        default=(9, 16),
        description="From when to when, on working days, ordinary notices may appear.",
    )
    urgent_hours: Hours = Field(
        default=(7, 21),
        description="The same for urgent ones, any day: invitations, offers, an interview tomorrow.",
    )


class Drafts(Part):
    """The letters put into your Drafts folder. The watcher never sends one."""

    enabled: Switch = Field(default=True, description="Whether drafts are written at all.")
    kinds: Letters = Field(
        default=ALL_LETTERS,
        description="Which letters.",
        json_schema_extra={"items": {"enum": [kind.value for kind in ALL_LETTERS]}},
    )


class Labels(Part):
    """The labels put on mails in Gmail, in place of a keyword. A slash makes one a part of another."""

    waiting: Label = Field(
        default="",
        description="It is the employer's turn. Empty: a name in your language.",
        examples=["Interviews/Waiting"],
    )
    your_turn: Label = Field(default="", description="It is yours.", examples=["Interviews/Your turn"])
    one_week: Label = Field(default="", description="Quiet for a week.", examples=["Interviews/1 week quiet"])
    two_weeks: Label = Field(
        default="", description="Quiet for two weeks.", examples=["Interviews/2 weeks quiet"]
    )


class Company(Part):
    """What you know about one employer."""

    country: Country = Field(
        default="auto",
        description="Whose holidays count there: two letters, or `auto`.",
        examples=["SG"],
    )
    timezone: Zone = Field(
        default="auto", description="Its time zone, or `auto`.", examples=["Asia/Singapore"]
    )


class Settings(Part):
    """Everything that can be set."""

    name: Text = Field(
        default="", description="Your name, as letters are signed.", examples=["Sari Wulandari"]
    )
    language: Annotated[Text, AfterValidator(checks.language)] = Field(
        default="auto",
        description="The language the watcher speaks to you: the code of a language pack (`en`, `id`), "
        "or `auto`. Letters always use the employer's.",
    )
    timezone: Zone = Field(
        default="auto",
        description="Where you are, such as Asia/Jakarta, or `auto`: this machine's zone.",
        examples=["Asia/Jakarta"],
    )
    country: Country = Field(
        default="auto",
        description="Whose holidays count unless a company is elsewhere: two letters, or `auto`.",
        examples=["ID"],
    )
    pause_on_holidays: Switch = Field(
        default=True, description="Let the weeks of waiting stand still over long holidays such as Lebaran."
    )
    since: Annotated[Text, AfterValidator(checks.since)] = Field(
        default="90d",
        description="How far back the first scan reads: days (90d), weeks (12w) or a date (2026-09-01).",
    )
    poll_minutes: Whole = Field(
        default=5,
        ge=1,
        le=1440,
        description="Minutes between two looks at a server that cannot push new mail.",
    )
    notices: Notices = Field(default=Notices(), description="How and when you are told.")
    marks_in_mailbox: Literal["both", "star", "keyword", "none"] = Field(
        default="both",
        description="How a quiet conversation is marked in the mailbox: a star, a keyword (on Gmail: labels), "
        "both, or not.",
    )
    labels: Labels = Field(default=Labels(), description="What the labels on Gmail are called.")
    drafts: Drafts = Field(default=Drafts(), description="The letters put into your Drafts folder.")
    first_run_grace_days: Whole = Field(
        default=3,
        ge=0,
        le=60,
        description="On the first run, what fell due more than this many days ago brings no draft or notice.",
    )
    accounts: tuple[Account, ...] = Field(default=(), description="The mailboxes to watch.")
    companies: Mapping[Text, Company] = Field(
        default={},
        description="What you know better about an employer: its country and time zone, by its name.",
        examples=[{"Lion City Data": {"country": "SG", "timezone": "Asia/Singapore"}}],
    )
    ignore_senders: tuple[Sender, ...] = Field(
        default=(),
        description="Addresses or domains whose mail is never about a job.",
        examples=[["newsletter@shop.example", "campus.example"]],
    )
    trust_senders: tuple[Sender, ...] = Field(
        default=(),
        description="Addresses or domains that you have checked: no warning about them.",
        examples=[["hr@small-firm.example"]],
    )


def default_path() -> Path:
    """Where the configuration is: $WATCHER_CONFIG, else the person's configuration directory."""
    named = os.environ.get("WATCHER_CONFIG", "")
    return Path(named).expanduser() if named else Path(user_config_dir(APPLICATION)) / "config.yaml"


def state_dir() -> Path:
    """Where the database is: $WATCHER_STATE_DIR, else the person's state directory. It may not exist yet."""
    named = os.environ.get("WATCHER_STATE_DIR", "")
    return Path(named).expanduser() if named else Path(user_state_dir(APPLICATION))


def load(
    path: Path,
    *,
    need_account: bool = True,
    host_known: Callable[[str], bool] | None = None,
    oauth_known: Callable[[Account], bool] | None = None,
) -> Settings:
    """Read the settings from the file at `path`.

    `need_account`: whether a file without a watched account is at fault (it is not when a local mailbox is
    read). `host_known` answers whether the provider of an address is known, so that `host` may be left out;
    `oauth_known` whether it is known where an account signs in by OAuth.
    Raises ConfigError with every fault of the file, each with its line; a missing file says how to make one.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise missing_file(path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise not_readable(path, error) from None
    settings, faults = parse(text, need_account=need_account, host_known=host_known, oauth_known=oauth_known)
    if faults:
        raise summary(path, faults)
    return settings


def parse(
    text: str,
    *,
    need_account: bool = True,
    host_known: Callable[[str], bool] | None = None,
    oauth_known: Callable[[Account], bool] | None = None,
) -> tuple[Settings, tuple[Fault, ...]]:
    """The settings in `text` and every fault in it, in the order of their lines.

    With faults, the settings hold what could be read, so that the checks of logic can still look at it.
    """
    document = read(text)
    faults = list(document.faults)
    told = {fault.where for fault in faults if fault.text == EMPTY_ENTRY}
    data: dict[str, Any] = document.data
    settings = Settings()
    hidden: list[Place] = []
    for _ in range(4):  # again without the faulty values, until what is left can be read
        try:
            settings = Settings.model_validate(data)
            break
        except ValidationError as error:
            found = explain(error, Settings)
            faults += [
                document.fault(place, sentence) for place, sentence in found if dotted(place) not in told
            ]
            hidden += [place for place, _ in found]
            data = without(data, hidden)
    if document.data or not document.faults:  # a file that is no YAML has no logic to check
        faults += [
            document.fault(place, sentence)
            for place, sentence in checks.logic(
                settings, need_account=need_account, host_known=host_known, oauth_known=oauth_known
            )
            if not any(_related(place, other) for other in hidden)
        ]
    return settings, tuple(sorted(set(faults)))


def _related(place: Place, other: Place) -> bool:
    """True when one place holds the other: a fault there has been told already."""
    length = min(len(place), len(other))
    return place[:length] == other[:length]
