"""The body of a mail: its MIME parts, bounded, and their text.

The bytes are cut to size before the parser sees them: the parser of the standard library recurses once per
nesting level and looks at every open boundary for every line, so depth, parts and lines are what costs.
"""

from __future__ import annotations

import binascii
import quopri
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32
from typing import Any

from watcher.core.html import MAX_HTML, MAX_LINKS, Page, read_html
from watcher.core.language import Packs
from watcher.core.model import Link
from watcher.core.parse_headers import Head, clean, decode_bytes, decode_words, eight_bit
from watcher.core.parse_tree import tree_of
from watcher.core.text import is_placeholder

#: Bytes of text read of one part, and characters of a mail's whole text.
MAX_TEXT = MAX_HTML
#: MIME nesting, parts looked at, bytes of one part, of the body, and its lines.
MAX_DEPTH, MAX_PARTS, _MAX_PIECE, _MAX_BODY, _MAX_LINES = 20, 200, 768 * 1024, 4 * 1024 * 1024, 60_000
_MAX_PIECES = 1000
_MAX_NAMES, _MAX_FILE_NAME, _MAX_CALENDARS, _MAX_URL = 50, 200, 10, 4096
_AFTER_URL = ".,;:!?'*_|]}"
_MIME = ("content-type", "content-transfer-encoding", "content-disposition")


class _Bounded(Compat32):
    """Headers of a part are cut to a length at which reading their parameters cannot take long, and bytes
    outside ASCII in them are read as in the head of the mail."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:4096]

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value if value.isascii() else eight_bit(value.encode("utf-8", "surrogateescape"))


_BOUNDED = _Bounded()


class Part(Message):
    """A MIME part that knows how deep it lies; too deep, it is a leaf whatever it says."""

    depth = 0

    def attach(self, payload: Any) -> None:
        """Add a part, and tell it how deep it lies."""
        payload.depth = self.depth + 1
        super().attach(payload)

    def get_content_type(self) -> str:
        """The type in lower case; "application/octet-stream" for what lies too deep to be read."""
        return "application/octet-stream" if self.depth >= MAX_DEPTH else super().get_content_type()


def _part() -> Part:
    return Part(_BOUNDED)


@dataclass(slots=True)
class Contents:
    """What the parts of a mail hold. `calendars` are (bytes, charset, method) of each calendar part."""

    text: str = ""
    links: tuple[Link, ...] = ()
    structured: tuple[str, ...] = ()
    attachments: list[str] = field(default_factory=list)
    calendars: list[tuple[bytes, str, str]] = field(default_factory=list)
    forwarded: bool = False  # another mail is inside
    encrypted: bool = False
    defects: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Body:
    """Text in its plain and its HTML form; in multipart/alternative they say the same."""

    plain: str = ""
    page: Page | None = None


def read_tree(head: Head) -> Part:
    """The mail's MIME parts, within bounds. Total."""
    fields = [(name, value[:4096]) for name in _MIME if (value := head.first(name))]
    body, _ = trim(head.body, multipart="multipart/" in head.first("content-type").lower())
    if (tree := tree_of(fields, body, _part, _BOUNDED)) is not None:
        return tree
    own = "".join(f"{name}: {value}\n" for name, value in fields)
    source = own.encode("utf-8", "replace") + b"\n" + body
    root = message_from_bytes(source, Part, policy=_BOUNDED)
    assert isinstance(root, Part)
    return root


def trim(body: bytes, *, multipart: bool) -> tuple[bytes, bool]:
    """Cut every part of `body` to _MAX_PIECE bytes and the whole to _MAX_BODY; whether anything was cut."""
    pieces = body.split(b"\n--", _MAX_PIECES) if multipart else [body]
    whole = len(body)
    if len(pieces) > _MAX_PIECES:  # no boundary is looked for in what is left
        pieces[-1] = pieces[-1][:_MAX_PIECE].replace(b"\n--", b"\n -")
    room = _MAX_BODY
    kept = []
    for piece in pieces:
        cut = min(_MAX_PIECE, room)
        if len(piece) > cut:
            piece = piece[: piece.rfind(b"\n", 0, cut) + 1 or cut]
        room -= len(piece)
        kept.append(piece)
    joined = b"\n--".join(kept)
    if joined.count(b"\n") > _MAX_LINES:
        joined = b"\n".join(joined.split(b"\n", _MAX_LINES)[:_MAX_LINES])
    return joined, len(joined) < whole


def read_contents(root: Part, packs: Packs) -> Contents:
    """Walk the parts: texts, links, calendar parts, names of attachments. Nothing is fetched or opened."""
    contents = Contents()
    bodies: list[_Body] = []
    budget = iter(range(MAX_PARTS))
    _visit(root, root, contents, bodies, budget)
    texts = [chosen for body in bodies if (chosen := _choose(body, packs))]
    contents.text = "\n\n".join(texts)[:MAX_TEXT]
    pages = [body.page for body in bodies if body.page is not None]
    links: dict[str, Link] = {}
    for link in [link for page in pages for link in page.links]:
        links.setdefault(link.href, link)
    for url in [url for body in bodies for url in bare_urls(body.plain)]:
        links.setdefault(url, Link(url, url))
    contents.links = tuple(links.values())[:MAX_LINKS]
    contents.structured = tuple(block for page in pages for block in page.structured)[:20]
    return contents


def _visit(part: Part, root: Part, contents: Contents, bodies: list[_Body], budget: Iterator[int]) -> None:
    if next(budget, None) is None:
        return
    contents.defects.extend(type(defect).__name__ for defect in part.defects[:5])
    kind = part.get_content_type()
    if kind.startswith("message/") and part.is_multipart():
        contents.forwarded = contents.forwarded or kind in ("message/rfc822", "message/global")
        _add_name(part, contents)
    elif part.is_multipart():
        contents.encrypted = contents.encrypted or kind == "multipart/encrypted"
        inner: list[_Body] = []
        for child in children(part):
            _visit(child, root, contents, inner, budget)
        bodies.extend([_merged(inner)] if kind == "multipart/alternative" and inner else inner)
    else:
        _leaf(part, kind, part is root, contents, bodies)


def children(part: Part) -> list[Part]:
    """The parts inside `part`, none where its headers cannot be read."""
    payload = _safely(part.get_payload)
    return [child for child in payload if isinstance(child, Part)] if isinstance(payload, list) else []


def _merged(bodies: list[_Body]) -> _Body:
    """The parts of multipart/alternative as one body with two forms."""
    return _Body(
        "\n".join(body.plain for body in bodies if body.plain),
        next((body.page for body in bodies if body.page is not None), None),
    )


def _leaf(part: Part, kind: str, alone: bool, contents: Contents, bodies: list[_Body]) -> None:
    name = _file_name(part)
    if kind in ("text/calendar", "application/ics") or name.lower().endswith(".ics"):
        if len(contents.calendars) < _MAX_CALENDARS:
            contents.calendars.append((_payload(part), _charset(part), str(_parameter(part, "method"))))
        _add_name(part, contents)
        return
    attached = bool(name) or part.get_content_disposition() == "attachment"
    readable = kind in ("text/plain", "text/html", "text/enriched") or kind.startswith("multipart/")
    if readable and (alone or not attached):
        text = _part_text(part)
        if kind == "text/html" or text[:1000].lstrip().lower().startswith(("<!doctype html", "<html")):
            bodies.append(_Body(page=read_html(text)))
        else:
            bodies.append(_Body(plain=text))
        return
    contents.encrypted = contents.encrypted or kind in ("application/pkcs7-mime", "application/x-pkcs7-mime")
    _add_name(part, contents)


# --------------------------------------------------------------------------- names and parameters


def _safely(read: Callable[[], Any]) -> Any:
    """What `read` gives, '' where the standard library stumbles over a hostile parameter."""
    try:
        return read()
    except Exception:  # noqa: BLE001 - RFC 2231 decoding raises many kinds, none of them documented
        return ""


def _parameter(part: Part, name: str) -> str:
    value = _safely(lambda: part.get_param(name, ""))
    return clean(value) if isinstance(value, str) else clean(str(value[-1])) if value else ""


def _charset(part: Part) -> str:
    return str(_safely(lambda: part.get_content_charset("")) or "")


def _file_name(part: Part) -> str:
    """The decoded name of an attachment without any folder in it, '' if it has none."""
    name = _safely(part.get_filename)
    if not name:
        return ""
    name = clean(decode_words(str(name).encode("utf-8", "replace").decode("utf-8")[:1000]))
    return name.replace("\\", "/").rpartition("/")[2].strip()[:_MAX_FILE_NAME]


def _add_name(part: Part, contents: Contents) -> None:
    if (name := _file_name(part)) and len(contents.attachments) < _MAX_NAMES:
        contents.attachments.append(name)


# --------------------------------------------------------------------------- text of a part


def _payload(part: Part) -> bytes:
    """The decoded bytes of a leaf, at most MAX_TEXT."""
    payload = _safely(lambda: part.get_payload(decode=True))
    return payload[:MAX_TEXT] if isinstance(payload, bytes) else b""


def _part_text(part: Part) -> str:
    data = _payload(part)
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if encoding in ("", "7bit", "8bit", "binary"):
        data = _undo_quoted_printable(data)
    text = tidy(decode_bytes(data, _charset(part)))
    if _parameter(part, "format").lower() == "flowed":
        text = unflow(text, delete_space=_parameter(part, "delsp").lower() == "yes")
    return text


def _undo_quoted_printable(data: bytes) -> bytes:
    """Decode quoted-printable whose header was lost on the way: soft line breaks and =XX give it away."""
    if data.count(b"=\n") + data.count(b"=\r\n") < 2 or not any(
        code in data for code in (b"=3D", b"=20", b"=C2", b"=C3", b"=E2", b"=0A", b"=2E")
    ):
        return data
    try:
        return quopri.decodestring(data)
    except (ValueError, binascii.Error):
        return data


#: What steers a terminal or the direction of writing, or hides within a word, goes; joiners of letters and
#: emoji (U+200C, U+200D) stay.
_UNSEEN = (
    *(
        (0x00, 0x09),
        (0x0E, 0x20),
        (0x7F, 0xA0),
        (0xAD, 0xAE),
        (0x61C, 0x61D),
        (0x180E, 0x180F),
        (0x200B, 0x200C),
    ),
    *((0x200E, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070), (0xFEFF, 0xFF00), (0xFFF9, 0xFFFC)),
    (0xE0000, 0xE0080),
)
_CONTROLS = dict.fromkeys(point for first, end in _UNSEEN for point in range(first, end)) | {
    0x0B: "\n",
    0x0C: "\n",
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n",
    0xA0: " ",
    0x202F: " ",
}


def tidy(text: str) -> str:
    """One kind of line end, one kind of space, no control or hidden characters and no halves of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    text = text.translate(_CONTROLS)
    return text.encode("utf-8", "ignore").decode("utf-8")


def unflow(text: str, *, delete_space: bool = False) -> str:
    """format=flowed (RFC 3676): join lines that end with a space, undo space-stuffing."""
    lines: list[str] = []
    pieces: list[str] = []
    depth_before = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- "
        if pieces and (depth != depth_before or bare == "-- "):
            lines.append("".join(pieces))
            pieces = []
        if not pieces and depth:
            pieces.append(">" * depth + " ")
        pieces.append(bare[:-1] if flows and delete_space else bare)
        depth_before = depth
        if not flows:
            lines.append("".join(pieces))
            pieces = []
    if pieces:
        lines.append("".join(pieces))
    return "\n".join(lines)


def _choose(body: _Body, packs: Packs) -> str:
    """The plain text, unless the HTML says more: an empty or placeholder part, a table taken apart."""
    plain = body.plain.strip()
    shown = tidy(body.page.text) if body.page is not None else ""
    if not shown or not plain:
        return plain or shown
    short = len(shown) - len(plain) > 200 and len(plain) * 5 < len(shown) * 2
    tagged = plain.count("</") > 2 or plain.count("<br") > 2
    flattened = shown.count("\t") >= 2 and plain.count("\t") == 0 and len(shown) * 3 > len(plain) * 2
    return shown if short or tagged or flattened or is_placeholder(plain, packs) else plain


def bare_urls(text: str) -> list[str]:
    """The http and https addresses written out in a text, without the punctuation after them."""
    if "://" not in text:
        return []
    found: list[str] = []
    for token in text.split():
        place = token.find("://")
        if place < 4 or len(token) > _MAX_URL:
            continue
        start = place - (5 if token[:place].lower().endswith("https") else 4)
        if token[start:place].lower() not in ("http", "https"):
            continue
        url = token[start:].split("<", 1)[0].split(">", 1)[0].split('"', 1)[0].rstrip(_AFTER_URL)
        while url.endswith(")") and url.count("(") < url.count(")") and len(url) > len(token) - 20:
            url = url[:-1].rstrip(_AFTER_URL)
        if len(url) > len("https://"):
            found.append(clean(url))
    return found[:200]
