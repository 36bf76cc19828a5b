"""Taking the MIME parts of a well-formed mail apart without the parser of the standard library.

That parser looks at every line for every boundary, and compiles an expression for each. A mail that keeps to
the grammar is cut at its boundaries instead, into the same parts; whatever is odd about it (a line among the
headers that is none, a boundary that is no line, a part that does not end, a mail inside) is left to it.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message
from email.policy import Policy
from typing import Any, TypeVar

from watcher.core.patterns import compile_pattern

Part = TypeVar("Part", bound="Message[str, str]")
Make = Callable[[], Part]

_BOUNDARY = compile_pattern(
    r"^multipart/(?:alternative|mixed|related)[ ]*;(?:[^\"]*;)?\s*boundary=\"?"
    r"(?P<mark>[A-Za-z0-9'()+_,./:=?-]{1,70})\"?[ ]*(?:;[^\"]*)?$"
)
_PLAIN_CODES = ("", "7bit", "8bit", "binary")
_DEEPEST, _MOST = 8, 40


class OddError(Exception):
    """This mail is for the other parser."""


def tree_of(fields: list[tuple[str, str]], body: bytes, make: Make[Part], policy: Policy[Any]) -> Part | None:
    """The parts of a mail with these MIME fields and this body, each made by `make`; None for an odd one."""
    if b"\r" in body and b"\r" in body.replace(b"\r\n", b""):
        return None
    part = make()
    for name, value in fields:
        text = value.encode("utf-8", "replace").decode("ascii", "surrogateescape")
        part.set_raw(*policy.header_source_parse([f"{name}: {text}\n"]))
    try:
        _fill(part, body, make, policy, 0)
    except OddError:
        return None
    return part


def _fill(part: Part, body: bytes, make: Make[Part], policy: Policy[Any], depth: int) -> None:
    """Put what stands below the header of a part into it."""
    kind = str(part.get("content-type", "text/plain")).strip().lower()
    if kind.startswith("text/") or not kind.startswith(("multipart", "message")):
        if "/" not in kind.partition(";")[0]:
            raise OddError
        part.set_payload(body.decode("ascii", "surrogateescape"))
        return
    code = str(part.get("content-transfer-encoding", "")).strip().lower()
    found = _BOUNDARY.search(str(part.get("content-type")))
    if found is None or code not in _PLAIN_CODES or depth >= _DEEPEST:
        raise OddError
    for piece in _pieces(body, b"--" + found.group("mark").encode("ascii")):
        child = make()
        part.attach(child)
        _fill(child, _head(child, piece, policy), make, policy, depth + 1)


def _pieces(body: bytes, mark: bytes) -> list[bytes]:
    """What stands between the boundaries. Raises OddError where there is not one at the end, or one that looks
    like it is none."""
    pieces: list[bytes] = []
    lines = (b"\n" + body).split(b"\n" + mark)
    for number, piece in enumerate(lines[1:], 1):
        if piece.startswith(b"--"):
            line = piece[2:].partition(b"\n")[0]
            if line.strip(b" \t\r") or not pieces or number + 1 < len(lines):
                raise OddError
            return pieces
        line, end, rest = piece.partition(b"\n")
        if line.strip(b" \t\r") or not end or len(pieces) >= _MOST:
            raise OddError
        pieces.append(rest.removesuffix(b"\r"))
    raise OddError


def _head(part: Part, piece: bytes, policy: Policy[Any]) -> bytes:
    """Give a part its fields; what stands below them."""
    if piece.startswith((b"\n", b"\r\n")):
        return piece.partition(b"\n")[2]
    ends = [(piece.find(end), len(end)) for end in (b"\n\n", b"\n\r\n")]
    at, size = min((one for one in ends if one[0] >= 0), default=(-1, 0))
    if at < 0:
        raise OddError
    field: list[str] = []
    for line in piece[: at + 1].decode("ascii", "surrogateescape").split("\n")[:-1]:
        if line[:1] in (" ", "\t"):
            if not field:
                raise OddError
            field.append(f"{line}\n")
            continue
        name, colon, _ = line.partition(":")
        if not colon or not name or not name.replace("-", "").isalnum() or not name.isascii():
            raise OddError
        if field:
            part.set_raw(*policy.header_source_parse(field))
        field = [f"{line}\n"]
    if field:
        part.set_raw(*policy.header_source_parse(field))
    return piece[at + size :]
