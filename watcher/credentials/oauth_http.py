"""One question to a sign-in server and its answer, bounded in size and time.

httpx lives behind this file, and is loaded only when a question is asked: whoever signs in with passwords
never pays for it. The server is a stranger: TLS is verified, redirects are not followed, proxies and other
settings of the environment do not count, and no word of it reaches an error or the log.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from watcher.errors import MailboxConfigError, ProviderError

if TYPE_CHECKING:
    import httpx

#: The longest answer that is read (bytes). Real ones have a few thousand.
LONGEST = 256 * 1024
#: Seconds for one silence of the server, and for a whole exchange.
SILENCE, WHOLE = 15.0, 30.0

#: Names and numbers of this machine: the only ones that may be spoken to without TLS.
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Form:
    """Posts forms to one sign-in server. Authlib is given this as its session."""

    def __init__(self, account: str, ca_file: Path | None = None) -> None:
        self._account = account
        self._ca_file = ca_file

    def post(
        self,
        url: str,
        data: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
        **_: object,
    ) -> httpx.Response:
        """POST `data` as a form; the whole answer, read. `auth` puts the client's id and secret in.

        Raises ProviderError when the server is away, slow, broken or busy, MailboxConfigError when its
        address or certificate will not do.
        """
        import httpx

        place = urlsplit(url)
        where = place.hostname or "?"
        if place.scheme != "https" and not (place.scheme == "http" and where in LOOPBACK):
            raise MailboxConfigError(
                f"Account {self._account}: signing in at {where} would not be encrypted.",
                "Write its address with https:// under `oauth`.",
            )
        body = urlencode(data)
        sent = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        sent |= {"Accept-Encoding": "identity"} | dict(headers or {})
        if auth is not None:
            url, sent, body = auth.prepare("POST", url, sent, body)
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        try:
            answer = self._exchange(url, sent, body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise self._fault(where, error) from None  # theirs may quote what was sent
        if answer.status_code >= 500 or answer.status_code in (408, 429):
            raise ProviderError(
                f"The sign-in server {where} (account {self._account}) has a fault of its own"
                f" (HTTP {answer.status_code}).",
                "Try later (a running watcher does so by itself); your sign-in is not the reason.",
            )
        return answer

    def _exchange(self, url: str, headers: Mapping[str, str], body: str) -> httpx.Response:
        import httpx

        line = _Line()
        transport = httpx.HTTPTransport(verify=self._tls())
        client = httpx.Client(transport=transport, timeout=SILENCE, follow_redirects=False, trust_env=False)
        with client, line.cut_after(WHOLE):
            request = client.build_request(
                "POST", url, headers=headers, content=body.encode(), extensions={"trace": line.seen}
            )
            answer = client.send(request, stream=True)
            with contextlib.closing(answer):
                raw = b""
                for chunk in answer.iter_raw():
                    raw += chunk
                    if len(raw) > LONGEST:
                        raise ValueError("too long")
            encoded = answer.headers.get("Content-Encoding", "identity") != "identity"
        return httpx.Response(answer.status_code, content=b"" if encoded else raw, request=request)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._ca_file is not None:
            context.load_verify_locations(self._ca_file)
        return context

    def _fault(self, where: str, error: Exception) -> MailboxConfigError | ProviderError:
        if _unverified(error):
            return MailboxConfigError(
                f"The certificate of the sign-in server {where} (account {self._account}) is not accepted.",
                "Check its address under `oauth`. Nothing was sent.",
            )
        return ProviderError(
            f"The sign-in server {where} (account {self._account}) cannot be asked ({type(error).__name__}).",
            "Try later (a running watcher does so by itself). Is this machine online?",
        )


class _Line:
    """The connection of one exchange: a drop now and then must not keep it open for ever."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._over = False

    def seen(self, event: str, info: Mapping[str, Any]) -> None:
        """httpcore tells every step; remember the socket."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self._over:
                self._cut()

    @contextlib.contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Hang up when the block takes longer: what waits for the server inside then fails."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        begun = time.monotonic()
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
        if time.monotonic() - begun > seconds:  # what came is only a part
            raise TimeoutError

    def _cut(self) -> None:
        self._over = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # gone already
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # below TLS: another thread is in it


def _unverified(error: BaseException | None) -> bool:
    """Is a refused certificate among the causes?"""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
