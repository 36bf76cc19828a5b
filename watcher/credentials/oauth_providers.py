"""Where the big providers let people sign in by OAuth 2, as they publish it.

To add one: one row. Nothing here is asked over the network. The client id is always the person's own
(docs/sign-in.md): none is shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthProvider:
    """One provider. `{tenant}` in an address stands for the directory the account belongs to.

    `device`: RFC 8628, '' where mail cannot be had that way; `revoke`: RFC 7009, '' where there is none, and
    `consent_page` is where the person takes the permission back by hand. `redirect_host`: as which name this
    machine may stand in the redirect (RFC 8252 7.3); `asks`: further words of the authorization request.
    """

    name: str
    authorize: str
    token: str
    device: str = ""
    revoke: str = ""
    scopes: tuple[str, ...] = ()
    redirect_host: str = "127.0.0.1"
    wants_secret: bool = False
    asks: Mapping[str, str] = field(default_factory=dict)
    consent_page: str = ""
    client_page: str = ""


PROVIDERS: tuple[OAuthProvider, ...] = (
    OAuthProvider(
        name="google",
        authorize="https://accounts.google.com/o/oauth2/v2/auth",
        token="https://oauth2.googleapis.com/token",
        revoke="https://oauth2.googleapis.com/revoke",
        scopes=("https://mail.google.com/",),
        wants_secret=True,  # of a desktop client too, though it is no real secret there
        asks={"access_type": "offline", "prompt": "consent"},  # else no refresh token the second time
        consent_page="https://myaccount.google.com/connections",
        client_page="https://console.cloud.google.com/auth/clients",
    ),
    OAuthProvider(
        name="microsoft",
        authorize="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        token="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        device="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        scopes=("offline_access", "https://outlook.office.com/IMAP.AccessAsUser.All"),
        redirect_host="localhost",  # the only name for which Microsoft lets the port be any
        consent_page="https://account.live.com/consent/Manage",
        client_page="https://entra.microsoft.com",
    ),
    OAuthProvider(
        name="yahoo",
        authorize="https://api.login.yahoo.com/oauth2/request_auth",
        token="https://api.login.yahoo.com/oauth2/get_token",
        scopes=("mail-w",),
        redirect_host="localhost",
        wants_secret=True,
        consent_page="https://login.yahoo.com/account/security",
        client_page="https://developer.yahoo.com/apps/",
    ),
    OAuthProvider(
        name="fastmail",
        authorize="https://api.fastmail.com/oauth/authorize",
        token="https://api.fastmail.com/oauth/refresh",
        scopes=("https://www.fastmail.com/dev/protocol-imap", "offline_access"),
        consent_page="https://app.fastmail.com/settings/security/integrations",
        client_page="https://www.fastmail.com/dev/",
    ),
)


def provider_called(name: str) -> OAuthProvider | None:
    """The row called `name`, or None."""
    return next((provider for provider in PROVIDERS if provider.name == name), None)
