"""What is known of the big mail providers, so that an address is enough to set an account up.

To add one: one row. Servers and pages as the providers publish them, `authserv` as seen in mails they
delivered. Nothing here is asked over the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider. `authserv`: how it signs its own Authentication-Results header (RFC 8601 2.5); a name
    that begins with a dot stands for every host below it; empty: it writes none, and nothing is trusted.
    `password_page`: where the person makes an app password, '' where there is no such thing. `mx`: the hosts
    that take mail for it, written like `authserv`: by them a domain of the person's own is recognised. `oauth`:
    how the provider is called in the configuration's `oauth`, '' where nobody can sign in so."""

    name: str
    domains: tuple[str, ...]
    host: str
    port: int = 993
    security: Literal["tls", "starttls"] = "tls"
    mx: tuple[str, ...] = ()
    authserv: tuple[str, ...] = ()
    password_page: str = ""
    blanks_in_password: bool = True  # False: shown in groups, the blanks are not part of it
    passwords: bool = True  # False: signs in by OAuth only
    oauth: str = ""
    note: str = ""


PROVIDERS: tuple[Provider, ...] = (
    Provider(
        name="Gmail",
        domains=("gmail.com", "googlemail.com"),
        host="imap.gmail.com",
        mx=(".google.com", ".googlemail.com"),
        authserv=("mx.google.com",),
        password_page="https://myaccount.google.com/apppasswords",
        blanks_in_password=False,
        oauth="google",
        note="An app password needs 2-step verification to be on.",
    ),
    Provider(
        name="Outlook",
        domains=("outlook.com", "outlook.co.id", "hotmail.com", "hotmail.co.id", "live.com", "msn.com"),
        host="outlook.office365.com",
        mx=(".mail.protection.outlook.com", ".mx.microsoft", ".olc.protection.outlook.com"),
        passwords=False,
        oauth="microsoft",
        note="Microsoft takes no passwords over IMAP: sign in with `oauth` (docs/sign-in.md), forward a copy "
        "to another account, or export the mailbox.",
    ),
    Provider(
        name="Yahoo",
        domains=("yahoo.com", "yahoo.co.id", "ymail.com", "rocketmail.com", "yahoo.co.uk", "yahoo.com.sg"),
        host="imap.mail.yahoo.com",
        mx=(".yahoodns.net",),
        authserv=(".yahoo.com",),
        password_page="https://login.yahoo.com/account/security",
        blanks_in_password=False,
        oauth="yahoo",
    ),
    Provider(
        name="AOL",
        domains=("aol.com",),
        host="imap.aol.com",
        authserv=(".yahoo.com",),
        password_page="https://login.aol.com/account/security",
        blanks_in_password=False,
    ),
    Provider(
        name="iCloud",
        domains=("icloud.com", "me.com", "mac.com"),
        host="imap.mail.me.com",
        mx=(".mail.icloud.com",),
        authserv=(".icloud.com",),
        password_page="https://account.apple.com/account/manage",
    ),
    Provider(
        name="Fastmail",
        domains=("fastmail.com", "fastmail.fm"),
        host="imap.fastmail.com",
        mx=(".messagingengine.com",),
        authserv=(".messagingengine.com",),
        password_page="https://app.fastmail.com/settings/security/integrations",
        blanks_in_password=False,
        oauth="fastmail",
    ),
    Provider(
        name="Zoho",
        domains=("zoho.com", "zohomail.com"),
        host="imap.zoho.com",
        authserv=("mx.zohomail.com", "mx.zoho.com"),
        password_page="https://accounts.zoho.com/home#security/app_password",
        note="IMAP must be switched on in the settings of Zoho Mail.",
    ),
    Provider(
        name="GMX",
        domains=("gmx.com", "gmx.net", "gmx.de", "gmx.at", "gmx.ch"),
        host="imap.gmx.net",
        authserv=("gmx.net",),
        note="IMAP must be switched on in the settings of GMX under POP3/IMAP.",
    ),
    Provider(
        name="mail.com",
        domains=("mail.com", "email.com", "usa.com"),
        host="imap.mail.com",
        note="IMAP must be switched on in the settings of mail.com under POP3/IMAP.",
    ),
    Provider(
        name="WEB.DE",
        domains=("web.de",),
        host="imap.web.de",
        note="IMAP must be switched on in the settings of WEB.DE under POP3/IMAP.",
    ),
    Provider(
        name="T-Online",
        domains=("t-online.de", "magenta.de"),
        host="secureimap.t-online.de",
        note="T-Online wants the password for e-mail programs, made in its customer centre.",
    ),
    Provider(
        name="Yandex",
        domains=("yandex.com", "yandex.ru", "ya.ru"),
        host="imap.yandex.com",
        mx=("mx.yandex.net", "mx.yandex.ru"),
        password_page="https://id.yandex.com/security/app-passwords",
        note="IMAP must be switched on in the settings of Yandex Mail.",
    ),
    Provider(
        name="Proton Mail Bridge",
        domains=("proton.me", "protonmail.com", "pm.me"),
        host="127.0.0.1",
        port=1143,
        security="starttls",
        mx=(".protonmail.ch",),
        note="Proton Mail is read through its Bridge, which must run on this machine. The password is the one "
        "that the Bridge shows; export its certificate there and name the file as `ca_file` (--ca-file).",
    ),
    # For domains of one's own: known by where their mail goes. The other hosts of Indonesia give each customer
    # a server of the domain's own (cPanel), which its records name.
    Provider(
        name="Zoho for domains",
        domains=(),
        host="imappro.zoho.com",
        mx=("mx.zoho.com", "mx2.zoho.com", "mx3.zoho.com"),
        authserv=("mx.zohomail.com", "mx.zoho.com"),
        password_page="https://accounts.zoho.com/home#security/app_password",
        note="IMAP must be switched on in the settings of Zoho Mail.",
    ),
    Provider(
        name="Hostinger (Niagahoster)",
        domains=(),
        host="imap.hostinger.com",
        mx=(".hostinger.com",),
        note="The password is the mailbox's own, not that of the hosting account.",
    ),
    Provider(
        name="Titan",
        domains=(),
        host="imap.titan.email",
        mx=(".titan.email",),
        note="Reading by other programs must be switched on in the settings of Titan.",
    ),
)

#: For everybody else: the settings come from the provider's help page.
GENERIC = Provider(name="", domains=(), host="")


def provider_for(address: str) -> Provider | None:
    """The provider of a mail address, or None if it is not one of the known."""
    domain = address.rpartition("@")[2].strip().lower()
    return next((provider for provider in PROVIDERS if domain in provider.domains), None)


def provider_at(host: str) -> Provider | None:
    """The provider whose server this is, or None. A server on this machine says nothing."""
    name = host.strip().lower()
    known = (provider for provider in PROVIDERS if provider.host == name)
    return None if name.startswith("127.") else next(known, None)


def provider_behind(mx: str) -> Provider | None:
    """The provider that takes mail at the host `mx`, or None."""
    name = mx.strip().strip(".").lower()
    return next((provider for provider in PROVIDERS if _is_one_of(name, provider.mx)), None)


def wrote(provider: Provider, authserv_id: str) -> bool:
    """Did this provider itself write an Authentication-Results header with this authserv-id?"""
    return _is_one_of(authserv_id.strip().lower(), provider.authserv)


def _is_one_of(name: str, known: tuple[str, ...]) -> bool:
    """True when `known` has the name, or with a dot in front a domain it lies in."""
    return any(name.endswith(one) if one.startswith(".") else name == one for one in known)
