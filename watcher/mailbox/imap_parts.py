"""The parts of a mail that are worth fetching, and a smaller mail made of them (RFC 3501 6.4.5, RFC 2045).

A mail of megabytes is mostly attachments. BODYSTRUCTURE tells where its texts lie; these are fetched by
number, of everything else only the MIME header. Put together again they are a mail that says the same: the
same headers, the same parts in the same order, those that nobody reads empty.
"""

from __future__ import annotations

import email.parser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: So much of one part is fetched (bytes); no reader looks at more.
LONGEST_PART = 768 * 1024
#: A mail of more parts, or deeper ones, is fetched whole.
MOST_PARTS, DEEPEST = 60, 15
#: Types that are read however they are named.
_ALWAYS = {
    (b"text", b"calendar"),
    (b"application", b"ics"),
    (b"message", b"delivery-status"),
    (b"message", b"rfc822-headers"),
    (b"message", b"global-headers"),
    (b"text", b"rfc822-headers"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One MIME part: its number ("1.2", "" for the mail itself), its type, the parts inside, whether its text
    is fetched, and whether it is a mail of its own."""

    number: str
    kind: tuple[bytes, bytes]
    inside: tuple[Piece, ...] = ()
    read: bool = False
    mail: bool = False


def pieces_of(structure: Any) -> Piece | None:
    """The parts that a BODYSTRUCTURE names; None where it cannot be followed (then the whole mail is)."""
    try:
        root = _piece(structure, "", 0)
    except (IndexError, TypeError, ValueError, AttributeError):
        return None
    return root if sum(1 for _ in _all(root)) <= MOST_PARTS else None


def sections(root: Piece) -> list[str]:
    """What to ask for besides the header: BODY.PEEK items."""
    wanted = []
    for piece in _all(root):
        if piece.number and piece is not root:
            wanted.append(f"BODY.PEEK[{piece.number}.MIME]")
        if piece.mail:
            wanted.append(f"BODY.PEEK[{piece.number}.HEADER]")
        elif piece.read:
            wanted.append(f"BODY.PEEK[{piece.number or '1'}]<0.{LONGEST_PART}>")
    return wanted


def assembled(header: bytes, root: Piece, answer: Mapping[bytes, Any]) -> bytes | None:
    """The smaller mail; None when the server left something out."""
    found = {name.partition(b"<")[0]: value for name, value in answer.items() if name.startswith(b"BODY[")}
    try:
        return header + _body(root, header, found)
    except KeyError:
        return None


def _piece(value: Any, number: str, depth: int) -> Piece:
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(value[0], list):
        children = [one for one in value if isinstance(one, list)]
        count = next((place for place, one in enumerate(value) if not isinstance(one, list)), len(value))
        kind = (b"multipart", value[count].lower())
        prefix = f"{number}." if number else ""
        inside = tuple(
            _piece(one, f"{prefix}{place}", depth + 1) for place, one in enumerate(children[:count], 1)
        )
        return Piece(number, kind, inside)
    kind = (value[0].lower(), value[1].lower())
    if kind in ((b"message", b"rfc822"), (b"message", b"global")):
        if not number:
            raise ValueError("a mail that is nothing but a mail")
        return Piece(number, kind, mail=True)
    named = _names(value[2])
    attached = False
    for extra in value[8:]:  # where the disposition stands depends on the type
        if isinstance(extra, list) and extra and isinstance(extra[0], bytes):
            disposition = extra[0].lower()
            if disposition in (b"attachment", b"inline"):
                attached = attached or disposition == b"attachment"
                named += _names(extra[1] if len(extra) > 1 else None)
    calendar = any(b".ics" in name.lower() for name in named)
    text = kind[0] == b"text" and not named and not attached
    return Piece(number, kind, read=not number or text or calendar or kind in _ALWAYS)


def _names(parameters: Any) -> list[bytes]:
    """The file names among parameters, also in the pieces of RFC 2231."""
    if not isinstance(parameters, list):
        return []
    pairs = zip(parameters[::2], parameters[1::2], strict=False)
    return [
        value
        for name, value in pairs
        if isinstance(name, bytes)
        and name.lower().partition(b"*")[0] in (b"name", b"filename")
        and isinstance(value, bytes)
        and value
    ]


def _all(root: Piece) -> Iterator[Piece]:
    yield root
    for piece in root.inside:
        yield from _all(piece)


def _body(piece: Piece, header: bytes, found: Mapping[bytes, Any]) -> bytes:
    """What stands below the header of a part."""
    if piece.mail:
        return _bytes(found, f"BODY[{piece.number}.HEADER]")
    if not piece.inside:
        return _bytes(found, f"BODY[{piece.number or '1'}]") if piece.read else b""
    boundary = _boundary(header)
    if not boundary:
        raise KeyError("boundary")
    lines = []
    for inner in piece.inside:
        head = _bytes(found, f"BODY[{inner.number}.MIME]")
        lines += [b"--", boundary, b"\r\n", head, _body(inner, head, found), b"\r\n"]
    return b"".join([*lines, b"--", boundary, b"--\r\n"])


def _bytes(found: Mapping[bytes, Any], name: str) -> bytes:
    value = found[name.encode()]
    return value if isinstance(value, bytes) else b""


def _boundary(header: bytes) -> bytes:
    """The boundary as the header gives it, by the reader that will look for it."""
    try:
        found = email.parser.BytesHeaderParser().parsebytes(header[:65536]).get_boundary()
    except (ValueError, LookupError, TypeError):
        return b""
    return (found or "").encode("utf-8", "surrogateescape")
