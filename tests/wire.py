"""What a client told an IMAP server, taken apart strictly: anything that is not a whole command is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n\Z")
_LINE = re.compile(rb"((?:[A-Z]{4}|w)\d+) ([A-Z-]+(?: [A-Z]+)?)(?: ([ -~]*))?\r\n")
#: Inside a command: quoted strings, whole.
_QUOTED = re.compile(rb'"(?:[^"\\\r\n]|\\["\\])*"')


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `UID FETCH` counts as FETCH. `literal` is what was sent as such ({n})."""

    tag: str
    verb: str
    words: str
    literal: bytes = b""


def commands(heard: bytes) -> Iterator[Command]:
    """The commands in what was heard on one connection, as far as they are complete. Raises ValueError for what
    is none."""
    rest = heard
    while b"\r\n" in rest:
        line, _, rest = rest.partition(b"\r\n")
        line += b"\r\n"
        if line.upper() == b"DONE\r\n":
            continue
        literal = b""
        if (size := _LITERAL.search(line)) is not None:
            literal, rest = rest[: int(size.group(1))], rest[int(size.group(1)) :]
            tail, _, rest = rest.partition(b"\r\n")
            line = line[: size.start()] + tail + b"\r\n"
        found = _LINE.fullmatch(line)
        if found is None or b'"' in _QUOTED.sub(b"", line):
            raise ValueError(f"not a command: {line[:200]!r}")
        tag, verb, words = found.groups()
        parts = verb.decode().split()
        name = parts[1] if parts[0] == "UID" and len(parts) > 1 else parts[0]
        more = " ".join(parts[1:]) if name == parts[0] else ""
        yield Command(tag.decode(), name, f"{more} {(words or b'').decode()}".strip(), literal)
