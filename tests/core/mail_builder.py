"""Builds raw mails for the parser's tests: by hand, byte for byte, as real mail programs write them."""

from __future__ import annotations

from functools import lru_cache

from watcher.core.language import Packs
from watcher.core.model import Mail
from watcher.core.parse import parse
from watcher.packs import load_packs


@lru_cache(maxsize=1)
def packs() -> Packs:
    """The packaged languages."""
    return load_packs()


def read(raw: bytes) -> Mail:
    """`raw` through the parser with the packaged languages."""
    return parse(raw, packs())


def mail(
    body: str | bytes = "Halo", *headers: str, kind: str = "text/plain; charset=utf-8", encoding: str = "8bit"
) -> bytes:
    """A mail of one part. `headers` come before the usual ones, so that they win."""
    head = [
        *headers,
        "From: Rina Wati <rina@maju.example>",
        "To: Budi <budi@example.org>",
        "Date: Mon, 2 Nov 2026 10:00:00 +0700",
        "Subject: Undangan wawancara",
        "Message-ID: <one@maju.example>",
        "MIME-Version: 1.0",
        f"Content-Type: {kind}",
        f"Content-Transfer-Encoding: {encoding}",
    ]
    data = body if isinstance(body, bytes) else body.encode()
    return "\n".join(head).encode() + b"\n\n" + data


def multipart(subtype: str, *parts: bytes, extra: str = "", headers: tuple[str, ...] = ()) -> bytes:
    """A mail whose body is multipart/`subtype` with these parts (see `part`)."""
    joined = b"".join(b"--edge\n" + piece + b"\n" for piece in parts) + b"--edge--\n"
    return mail(joined, *headers, kind=f'multipart/{subtype}; boundary="edge"{extra}')


def part(body: str | bytes, kind: str = "text/plain; charset=utf-8", *headers: str) -> bytes:
    """One MIME part."""
    data = body if isinstance(body, bytes) else body.encode()
    return "\n".join([f"Content-Type: {kind}", *headers]).encode() + b"\n\n" + data


def nested(subtype: str, edge: str, *parts: bytes) -> bytes:
    """A multipart inside a multipart."""
    joined = b"".join(f"--{edge}\n".encode() + piece + b"\n" for piece in parts)
    return part(joined + f"--{edge}--\n".encode(), f'multipart/{subtype}; boundary="{edge}"')
