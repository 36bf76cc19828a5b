"""What is asked of a sign-in server, and what its answers mean (RFC 6749, 7009, 8628).

Authlib puts the questions together. What an answer says is believed only as far as its shape is right; which
of its faults are the person's, the configuration's, or a bad day of the server stands in one table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from watcher.credentials.oauth_http import LOOPBACK, Form
from watcher.errors import MailboxConfigError, NotSignedInError, ProviderError

if TYPE_CHECKING:
    from authlib.oauth2 import OAuth2Client

    from watcher.credentials.oauth import Client

#: Fault of an answer -> whose it is. Anything else is taken for a bad day of the server: nobody is asked to
#: sign in again because of a word that is not known here.
FAULTS: Mapping[str, str] = {
    "invalid_grant": "person",
    "access_denied": "person",
    "expired_token": "person",
    "authorization_declined": "person",
    "bad_verification_code": "person",
    "interaction_required": "person",
    "login_required": "person",
    "consent_required": "person",
    "account_selection_required": "person",
    "invalid_client": "client",
    "unauthorized_client": "client",
    "deleted_client": "client",
    "disabled_client": "client",
    "invalid_request": "client",
    "invalid_scope": "client",
    "unsupported_grant_type": "client",
    "unsupported_response_type": "client",
    "redirect_uri_mismatch": "client",
    "org_internal": "client",
    "admin_policy_enforced": "client",
}
#: Faults of the device flow that only mean: not yet (RFC 8628 3.5).
WAITING = ("authorization_pending", "slow_down")

#: The longest token that is believed in (characters); Microsoft's have about 2,500.
LONGEST_TOKEN = 16_384
#: The life of an access token whose server does not tell (seconds).
USUAL_LIFE = 3600.0
LONGEST_LIFE = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Granted:
    """What a server granted: an access token for `seconds`, and a refresh token ('' for none). With `waiting`
    nothing is granted yet."""

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    seconds: float = USUAL_LIFE
    waiting: str = ""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A sign-in on another device: where the person types `user_code`, for how long it is good, and how many
    seconds lie between two questions."""

    address: str
    user_code: str
    device_code: str = field(repr=False)
    seconds: float
    interval: float


def authorize_address(client: Client, redirect: str, state: str, verifier: str) -> str:
    """The address at which the person gives the permission."""
    place = _place(client, client.provider.authorize, "authorize_url")
    address, _ = _session(client, "").create_authorization_url(
        place,
        state=state,
        code_verifier=verifier,
        redirect_uri=redirect,
        login_hint=client.user,
        **client.provider.asks,
    )
    return str(address)


def asked(client: Client, secret: str, grant: str, *, refused: str = "", **words: str) -> Granted:
    """Ask the token endpoint for a grant of the given type. `refused`: the fault with which the person came
    back from the browser: nothing is asked then.

    Raises NotSignedInError, MailboxConfigError, ProviderError.
    """
    from authlib.oauth2 import OAuth2Error

    if refused:
        _refuse(client, refused)
    place = _place(client, client.provider.token, "token_url")
    session = _session(client, secret)
    try:
        if grant == "refresh_token":
            answer = session.refresh_token(place, scope=None, **words)
        else:
            answer = session.fetch_token(place, grant_type=grant, **words)
    except OAuth2Error as error:
        fault = str(error.error)
        if fault in WAITING:
            return Granted(waiting=fault)
        _refuse(client, fault)
    except (ProviderError, MailboxConfigError, ImportError):
        raise
    except Exception as error:  # noqa: BLE001 - Authlib's ways to stumble over an answer are many; none is quoted
        _garbled(client, type(error).__name__)
    return _granted(client, answer)


def device_code(client: Client, secret: str) -> DeviceCode:
    """Ask for a code that the person types on another device.

    Raises MailboxConfigError where the provider has no such way, ProviderError, NotSignedInError.
    """
    place = _place(client, client.provider.device, "device_url")
    form = {"client_id": client.client_id, "scope": " ".join(client.provider.scopes)}
    form |= {"client_secret": secret} if secret else {}
    answer = _json(client, Form(client.account, client.ca_file).post(place, form))
    if "error" in answer:
        _refuse(client, str(answer["error"]))
    # Google's older name for it is verification_url
    address = str(answer.get("verification_uri", answer.get("verification_url", "")))
    code, device = str(answer.get("user_code", "")), answer.get("device_code")
    if not (_speakable(address) and code.isprintable() and 0 < len(code) <= 40 and _token(device)):
        _garbled(client, "device code")
    return DeviceCode(
        address,
        code,
        str(device),
        seconds=_seconds(answer.get("expires_in"), 600.0),
        interval=max(1.0, min(_seconds(answer.get("interval"), 5.0), 60.0)),
    )


def revoked(client: Client, refresh: str, secret: str) -> None:
    """Give the permission back (RFC 7009: also for a token that is not known any more the answer is 200).

    Raises ProviderError, MailboxConfigError.
    """
    place = _place(client, client.provider.revoke, "revoke_url")
    answer = _session(client, secret).revoke_token(place, token=refresh, token_type_hint="refresh_token")
    gone = answer.status_code == 400 and _json(client, answer).get("error") == "invalid_token"  # Google's way
    if answer.status_code != 200 and not gone:
        raise ProviderError(
            f"The provider of account {client.account} did not take the permission back"
            f" (HTTP {answer.status_code}).",
            "",
        )


# --------------------------------------------------------------------------- inside


def _session(client: Client, secret: str) -> OAuth2Client:
    from authlib.oauth2 import OAuth2Client

    way = "client_secret_post" if secret else "none"
    return OAuth2Client(
        Form(client.account, client.ca_file),
        client_id=client.client_id,
        client_secret=secret or None,
        token_endpoint_auth_method=way,
        revocation_endpoint_auth_method=way,
        scope=" ".join(client.provider.scopes),
        code_challenge_method="S256",
    )


def _place(client: Client, address: str, option: str) -> str:
    """An address of the provider. Raises MailboxConfigError where it has none, and where no secret may go."""
    if not address:
        raise MailboxConfigError(
            f"Account {client.account}: this way to sign in is not known for {client.provider.name}.",
            f"Leave out --device, or give `oauth: {option}:`.",
        )
    place = address.replace("{tenant}", client.tenant)
    if not _speakable(place):
        raise MailboxConfigError(
            f"Account {client.account}: `oauth: {option}:` must begin with https://.", "Correct it."
        )
    return place


def _speakable(address: str) -> bool:
    try:
        place = urlsplit(address)
        safe = place.scheme == "https" or (place.scheme == "http" and place.hostname in LOOPBACK)
        return bool(safe and place.hostname and address.isprintable() and len(address) <= 2000)
    except ValueError:
        return False


def _granted(client: Client, answer: Mapping[str, Any]) -> Granted:
    access, refresh = answer.get("access_token"), answer.get("refresh_token") or ""
    kind = str(answer.get("token_type", "bearer")).lower()
    if not _token(access) or (refresh and not _token(refresh)) or kind != "bearer":
        _garbled(client, "token")
    scopes = str(answer.get("scope") or "")
    if scopes and not _tails(client.provider.scopes) <= _tails(scopes.split()):
        raise NotSignedInError(
            f"Account {client.account}: the permission that was given does not cover the mailbox.",
            f"Sign in again and tick the box for mail: watcher sign-in {client.account}",
        )
    return Granted(str(access), str(refresh), _seconds(answer.get("expires_in"), USUAL_LIFE))


def _tails(scopes: tuple[str, ...] | list[str]) -> set[str]:
    """What scopes are about, without the words that only ask for a refresh token or a name; providers answer
    with or without the resource before it."""
    about = {scope.rstrip("/").rpartition("/")[2].lower() for scope in scopes}
    return about - {"offline_access", "openid", "email", "profile"}


def _token(value: object) -> bool:
    """May this stand in a sign-in? (RFC 6750: printable ASCII without blanks)"""
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_TOKEN
        and all("!" <= char <= "~" for char in value)
    )


def _seconds(value: object, usual: float) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        return usual
    return min(seconds, LONGEST_LIFE) if math.isfinite(seconds) and seconds > 0 else usual


def _json(client: Client, answer: Any) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        _garbled(client, f"HTTP {answer.status_code}")
    return found


def _refuse(client: Client, fault: str) -> NoReturn:
    """Raise what a fault that the server named means. The server's own prose is left out."""
    whose = FAULTS.get(fault, "")
    if whose == "person":
        raise NotSignedInError(
            f"Account {client.account}: the provider ended the sign-in or refused it ({fault}).",
            f"Sign in again: watcher sign-in {client.account}",
        ) from None
    if whose == "client":
        raise MailboxConfigError(
            f"Account {client.account}: the provider does not accept the OAuth client ({fault}).",
            "Check the id (`oauth: client_id:`, --oauth-client), its secret and `scopes`; "
            "docs/sign-in.md tells how to make one.",
        ) from None
    raise ProviderError(
        f"The sign-in server of account {client.account} answered with a fault that is not known.",
        "Try later (a running watcher does so by itself).",
    ) from None


def _garbled(client: Client, what: str) -> NoReturn:
    raise ProviderError(
        f"The sign-in server of account {client.account} gave no answer that can be understood ({what}).",
        "Try later (a running watcher does so by itself).",
    ) from None
