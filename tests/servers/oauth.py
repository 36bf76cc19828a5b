"""An OAuth 2 server of the tests' own, on loopback: authorize page, tokens (PKCE checked, refresh tokens
rotated), device flow, revocation and introspection - and every way in which such a server can fail.

Each token it makes begins with `SECRET`, so that a test can look for one wherever it must not be.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import secrets
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

SECRET = "PLANTED"
SCOPE = "https://mail.example.org/"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(slots=True)
class Token:
    """What a token stands for."""

    user: str
    scope: str
    ends: float
    active: bool = True


@dataclass(slots=True)
class DeviceRequest:
    """One sign-in on another device."""

    user: str = ""
    answer: str = "authorization_pending"
    asked: list[float] = field(default_factory=list)


class OAuthServer:
    """Use as a context manager.

    `user`: whose account the browser is signed in to; `life`: seconds of an access token; `scope`: what is
    granted; `rotate`: whether each refresh gives another refresh token and ends the one before;
    `reuse_ends_it`: using that one again ends all of this person's; `consent`: whether the person agrees.
    `fault`: what the token endpoint does instead: "500", "503", "429", "slow", "drip", "garbage", "array",
    "huge", "redirect", "close", "invalid_grant", "invalid_client", "unheard_of", "no_token", "bad_token".
    """

    def __init__(self, *, tls: Path | None = None) -> None:
        self.client_id = "the-person-s-own-client"
        self.client_secret = ""  # a public client
        self.user = "sari@example.org"
        self.scope = SCOPE
        self.life = 3600.0
        self.rotate = True
        self.reuse_ends_it = False
        self.consent = True
        self.fault = ""
        self.introspection = ""  # "500": the mail server cannot ask
        self.interval = 1
        self.tokens: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}
        self.devices: dict[str, DeviceRequest] = {}
        self.codes: dict[str, Mapping[str, str]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []  # (path, form) of every request
        self.changed = threading.Condition()
        self._numbers = itertools.count(1)
        self._stop = threading.Event()
        self._tls = tls is not None
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.oauth = self
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls.with_suffix(".crt"), tls.with_suffix(".key"))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> OAuthServer:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening: the server is down."""
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str) -> str:
        """An address of this server."""
        return f"{'https' if self._tls else 'http'}://localhost:{self.port}/{path}"

    def options(self, **more: Any) -> dict[str, Any]:
        """The `oauth` block of an account that signs in here."""
        return {
            "provider": "other",
            "client_id": self.client_id,
            "authorize_url": self.url("authorize"),
            "token_url": self.url("token"),
            "device_url": self.url("device"),
            "revoke_url": self.url("revoke"),
            "scopes": [SCOPE],
        } | more

    # ------------------------------------------------------------------ what a test does

    def grant(self, user: str | None = None) -> str:
        """A refresh token as a sign-in gives it."""
        name = self._name("refresh")
        self.refresh[name] = Token(user or self.user, self.scope, time.time() + 86_400)
        return name

    def access(self, user: str | None = None, *, life: float | None = None, scope: str = "") -> str:
        """An access token."""
        name = self._name("access")
        ends = time.time() + (self.life if life is None else life)
        self.tokens[name] = Token(user or self.user, scope or self.scope, ends)
        return name

    def revoke_all(self) -> None:
        """The person takes the permission back on the provider's page."""
        for token in (*self.tokens.values(), *self.refresh.values()):
            token.active = False

    def expire_all(self) -> None:
        """Every access token is over now."""
        for token in self.tokens.values():
            token.ends = 0.0

    def approve(self, user_code: str, answer: str = "") -> None:
        """The person types the code of a device and agrees (or `answer` is what it comes to)."""
        self.devices[user_code].user = self.user
        self.devices[user_code].answer = answer

    def count(self, path: str, **form: str) -> int:
        """How many requests there were for `path`, with these words in them."""
        return sum(1 for where, words in self.asked if where == f"/{path}" and form.items() <= words.items())

    # ------------------------------------------------------------------ what it answers

    def _name(self, kind: str) -> str:
        return f"{SECRET}-{kind}-{next(self._numbers)}-{secrets.token_urlsafe(12)}"

    def authorize(self, form: dict[str, str]) -> tuple[int, str]:
        """(status, where to send the browser): the authorization endpoint."""
        wanted = ("code", "S256", self.client_id)
        if (form.get("response_type"), form.get("code_challenge_method"), form.get("client_id")) != wanted:
            return 400, ""
        back, state = form.get("redirect_uri", ""), form.get("state", "")
        if not self.consent:
            return 302, f"{back}?{urlencode({'error': 'access_denied', 'state': state})}"
        code = self._name("code")
        self.codes[code] = form
        return 302, f"{back}?{urlencode({'code': code, 'state': state})}"

    def token(self, form: dict[str, str]) -> tuple[int, object]:
        """The token endpoint."""
        if form.get("client_id") != self.client_id or form.get("client_secret", "") != self.client_secret:
            return 401, {"error": "invalid_client", "error_description": f"what is {form}?"}
        if self.fault in ("invalid_grant", "invalid_client", "unheard_of"):
            return 400, {"error": self.fault, "error_description": f"no good: {form}"}
        kind = form.get("grant_type")
        if kind == "authorization_code":
            asked = self.codes.pop(form.get("code", ""), None)
            if asked is None or asked["code_challenge"] != _challenge(form.get("code_verifier", "")):
                return 400, {"error": "invalid_grant"}
            if asked["redirect_uri"] != form.get("redirect_uri"):
                return 400, {"error": "invalid_grant"}
            return self._granted(self.user, self.grant())
        if kind == DEVICE_GRANT:
            return self._device(form)
        if kind == "refresh_token":
            known = self.refresh.get(form.get("refresh_token", ""))
            if known is not None and not known.active and self.reuse_ends_it:
                self._end(known.user)
            if known is None or not known.active or known.ends < time.time():
                return 400, {"error": "invalid_grant", "error_description": f"revoked: {form}"}
            known.active = not self.rotate
            return self._granted(known.user, self.grant(known.user) if self.rotate else "")
        return 400, {"error": "unsupported_grant_type"}

    def _granted(self, user: str, refresh: str) -> tuple[int, object]:
        answer: dict[str, object] = {"token_type": "Bearer", "expires_in": self.life, "scope": self.scope}
        answer |= {"access_token": self.access(user)} if self.fault != "no_token" else {}
        answer |= {"access_token": "two words\x01"} if self.fault == "bad_token" else {}
        return 200, answer | ({"refresh_token": refresh} if refresh else {})

    def _device(self, form: dict[str, str]) -> tuple[int, object]:
        request = self.devices.get(form.get("device_code", "").removeprefix("device-"))
        if request is None:
            return 400, {"error": "invalid_grant"}
        early = bool(request.asked) and time.monotonic() - request.asked[-1] < self.interval * 0.9
        request.asked.append(time.monotonic())
        if early:
            return 400, {"error": "slow_down"}
        if request.answer:
            return 400, {"error": request.answer}
        return self._granted(request.user, self.grant(request.user))

    def device(self, form: dict[str, str]) -> tuple[int, object]:
        """The device authorization endpoint."""
        if form.get("client_id") != self.client_id:
            return 401, {"error": "invalid_client"}
        code = f"CODE-{next(self._numbers)}"
        self.devices[code] = DeviceRequest()
        return 200, {
            "device_code": f"device-{code}",
            "user_code": code,
            "verification_uri": self.url("activate"),
            "expires_in": 600,
            "interval": self.interval,
        }

    def introspect(self, form: dict[str, str]) -> tuple[int, object]:
        """RFC 7662, for the mail server."""
        if self.introspection:
            return int(self.introspection), {}
        token = self.tokens.get(form.get("token", ""))
        if token is None or not token.active or token.ends < time.time():
            return 200, {"active": False}
        return 200, {
            "active": True,
            "scope": token.scope,
            "username": token.user,
            "email": token.user,
            "exp": int(token.ends),
            "client_id": self.client_id,
        }

    def revoke(self, form: dict[str, str]) -> tuple[int, object]:
        """RFC 7009."""
        token = self.refresh.get(form.get("token", ""))
        if token is not None:
            self._end(token.user)
        return 200, {}

    def _end(self, user: str) -> None:
        for token in (*self.tokens.values(), *self.refresh.values()):
            if token.user == user:
                token.active = False

    def wait(self, seconds: float) -> None:
        """Let time pass, unless the server is closed."""
        self._stop.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    oauth: OAuthServer

    def handle_error(self, *_: object) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        oauth, place = self.server.oauth, urlsplit(self.path)
        form = {name: texts[0] for name, texts in parse_qs(place.query).items()}
        self._note(place.path, form)
        if place.path == "/authorize":
            status, location = oauth.authorize(form)
            self._say(status, b"", "text/html", location)
        else:
            self._say(404, b"", "text/plain")

    def do_POST(self) -> None:
        oauth = self.server.oauth
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {name: texts[0] for name, texts in parse_qs(raw, keep_blank_values=True).items()}
        path = urlsplit(self.path).path
        self._note(path, form)
        if path == "/introspect":
            self._json(*oauth.introspect(form))
        elif oauth.fault and self._fail(oauth.fault, form):
            return
        elif path in ("/token", "/device", "/revoke"):
            answer = {"/token": oauth.token, "/device": oauth.device, "/revoke": oauth.revoke}[path]
            self._json(*answer(form))
        else:
            self._say(404, b"", "text/plain")

    def _fail(self, fault: str, form: dict[str, str]) -> bool:
        """Do what is wrong; False when this fault is one of the token endpoint's answers."""
        if fault.isdigit():
            self._json(int(fault), {"error": "invalid_grant", "echo": form})
        elif fault == "slow":
            self.server.oauth.wait(60)
        elif fault == "drip":  # one byte of the header now and then, for ever
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
            for _ in range(600):
                self.wfile.write(b"x")
                self.server.oauth.wait(0.1)
        elif fault == "garbage":
            self._say(200, b"<html>" + repr(form).encode() + b"\xff\xfe</html>", "application/json")
        elif fault == "array":
            self._json(200, [form])
        elif fault == "huge":
            self._say(200, b'{"a": "' + b"x" * 50_000_000 + b'"}', "application/json")
        elif fault == "redirect":
            self._say(302, b"", "text/plain", self.server.oauth.url("elsewhere"))
        elif fault == "close":
            self.close_connection = True
        else:
            return False
        return True

    def _note(self, path: str, form: dict[str, str]) -> None:
        oauth = self.server.oauth
        with oauth.changed:
            oauth.asked.append((path, form))
            oauth.changed.notify_all()

    def _json(self, status: int, answer: object) -> None:
        self._say(status, json.dumps(answer).encode(), "application/json")

    def _say(self, status: int, raw: bytes, kind: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _challenge(verifier: str) -> str:
    """PKCE S256 (RFC 7636 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
