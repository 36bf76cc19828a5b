"""The ear for the browser: the provider sends the person back to a port of this machine (RFC 8252 7.3).

It listens on 127.0.0.1 alone, takes one answer with the right `state`, and turns everybody else away. The
page it shows repeats nothing of what was asked.
"""

from __future__ import annotations

import hmac
import html
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: Seconds that a browser may take to say what it wants.
SILENCE = 10.0
#: The longest answer of a provider that is looked at (characters).
LONGEST = 16_384


@dataclass(frozen=True, slots=True)
class Page:
    """What the browser shows in the end, in the person's language."""

    title: str = "Interview Watcher"
    done: str = "Permission received. You can close this page and go back to the terminal."
    refused: str = "The provider gave no permission. Go back to the terminal to see why."
    language: str = "en"


ENGLISH = Page()


class Receiver:
    """Waits for the provider's answer. Use as a context manager; `port` is free and random."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.state = ""  # nothing is taken before it is set
        self.answers: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.receiver = self
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Receiver:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, seconds: float) -> dict[str, str] | None:
        """The words of the provider's answer (`code` or `error`), None when none came in time."""
        try:
            return self.answers.get(timeout=seconds)
        except queue.Empty:
            return None

    def read(self, address: str) -> dict[str, str] | None:
        """What an address that the provider sent the browser to says; None for any other address."""
        if len(address) > LONGEST:
            return None
        try:
            found = parse_qs(urlsplit(address.strip()).query, max_num_fields=50)
        except ValueError:
            return None
        words = {name: texts[0] for name, texts in found.items() if len(texts) == 1}
        known = bool(self.state) and hmac.compare_digest(words.get("state", "").encode(), self.state.encode())
        return words if known and ("code" in words or "error" in words) else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver


class _Handler(BaseHTTPRequestHandler):
    timeout = SILENCE
    server: _Server
    server_version = sys_version = ""

    def do_GET(self) -> None:
        receiver = self.server.receiver
        words = receiver.read(self.path)
        if words is None:
            self.send_error(404)
            return
        page = receiver.page
        text = page.done if "code" in words else page.refused
        raw = (
            f'<!DOCTYPE html><html lang="{html.escape(page.language)}"><meta charset="utf-8">'
            f"<title>{html.escape(page.title)}</title>"
            f"<h1>{html.escape(page.title)}</h1><p>{html.escape(text)}</p></html>"
        ).encode()
        self.send_response(200)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(raw))),
            ("Content-Security-Policy", "default-src 'none'"),
            ("Referrer-Policy", "no-referrer"),  # the address holds the code
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()
        receiver.answers.put(words)

    def log_message(self, *_: object) -> None:
        """Says nothing: the address holds the code."""
