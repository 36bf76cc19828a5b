"""A web server on loopback that speaks HTTPS for every name its certificate has."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

#: What is served: a body, (status, headers, body), or something that writes to the connection by itself.
Page = bytes | tuple[int, Mapping[str, str], bytes] | Callable[[socket.socket], None]


class WebServer:
    """Use as a context manager. `pages`: "host/path" -> Page; everything else is 404."""

    def __init__(self, folder: Path, certificate: str, pages: Mapping[str, Page]) -> None:
        self.pages = dict(pages)
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._serve(self)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is expected
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{certificate}.crt", folder / f"{certificate}.key")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> WebServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        host = str(request.headers.get("Host", "")).partition(":")[0]
        self.asked.append(f"{host}{request.path}")
        page = self.pages.get(f"{host}{request.path}")
        if callable(page):
            page(request.connection)
            request.close_connection = True
            return
        status, headers, body = (
            (404, {}, b"") if page is None else (200, {}, page) if isinstance(page, bytes) else page
        )
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)
