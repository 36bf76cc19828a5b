"""The options by which an account signs in: where its password or token comes from, and its OAuth client."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

from watcher import config_checks as checks

Text = Annotated[str, Strict(), AfterValidator(checks.plain)]
Address = Annotated[str, Strict(), AfterValidator(checks.address)]


class Part(BaseModel):
    """What every group of options has in common: frozen, and no unknown name slips through."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Secret(Part):
    """Where the password or token of an account comes from. It never stands in this file."""

    source: Literal["auto", "keyring", "systemd", "command"] = Field(
        default="auto",
        alias="from",
        description="Where to look. `auto` asks the systemd credential, then the keyring, then the command.",
    )
    command: tuple[Text, ...] = Field(
        default=(),
        description="A program that prints the secret on its first line.",
        examples=[["pass", "show", "mail/sari"]],
    )
    name: Text = Field(
        default="",
        description="Its name in the keyring or among the systemd credentials. Empty: the account's name.",
        examples=["interview-watcher-sari"],
    )


class ClientSecret(Secret):
    """Where the secret of your OAuth client comes from. It never stands in this file."""

    source: Literal["auto", "none", "keyring", "systemd", "command"] = Field(
        default="auto",
        alias="from",
        description="Where to look. `auto` asks the keyring where the provider wants a secret (Google), "
        "`none` uses none.",
    )
    name: Text = Field(
        default="",
        description="Its name in the keyring or among the systemd credentials. Empty: made from the account's.",
        examples=["oauth-client-secret-sari"],
    )


class OAuth(Part):
    """Sign in with an OAuth client of your own instead of a password (docs/sign-in.md)."""

    client_id: Text = Field(
        default="",
        description="The id of your client. With it `watcher sign-in` is used, and no password.",
        examples=["1234-abcd.apps.googleusercontent.com"],
    )
    secret: ClientSecret = Field(
        default=ClientSecret(), description="Where the client's secret comes from, if it has one."
    )
    provider: Literal["auto", "google", "microsoft", "yahoo", "fastmail", "other"] = Field(
        default="auto", description="Whose sign-in it is. `auto` knows the large providers by the address."
    )
    tenant: Annotated[Text, AfterValidator(checks.tenant)] = Field(
        default="common",
        description="Microsoft: the directory of your company, or `common`, `consumers`, `organizations`.",
    )
    authorize_url: Address = Field(
        default="",
        description="Where you give the permission. Empty: known for the provider.",
        examples=["https://login.example.com/authorize"],
    )
    token_url: Address = Field(
        default="",
        description="Where tokens come from. Empty: known for the provider.",
        examples=["https://login.example.com/token"],
    )
    device_url: Address = Field(
        default="",
        description="Where a code for another device comes from. Empty: as the provider has it, or none.",
        examples=["https://login.example.com/device"],
    )
    revoke_url: Address = Field(
        default="",
        description="Where the permission is given back. Empty: as the provider has it, or none.",
        examples=["https://login.example.com/revoke"],
    )
    scopes: tuple[Text, ...] = Field(
        default=(),
        description="What permission to ask for. Empty: known for the provider.",
        examples=[["offline_access", "https://mail.example.com/imap"]],
    )
