"""Commands written one after the other without waiting, and their answers read as they come (RFC 3501 5.5, 7).

imapclient asks, waits and takes apart; over a long way most of that is waiting, and its reader is slow. This
one shares its connection while imapclient itself is quiet: it writes to the same socket and reads from the
same buffered file, so that TLS and compression do not matter. Answers are read piece by piece and bounded:
a line, a literal, the depth of a list. Whatever the server says unasked is passed by; BYE ends the
connection. Errors are those that imaplib raises, so that `imap_errors` knows them.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

#: The longest line of an answer, and the most of one literal that is kept (bytes). What is longer is read and
#: dropped.
LONGEST_LINE = 1024 * 1024
LONGEST_LITERAL = 32 * 1024 * 1024
_PIECE = 64 * 1024
#: So many literals may stand in one answer, so many lists in one another.
_MOST_LITERALS, _DEEPEST = 200, 100
#: So many answers besides FETCH are kept, and so much in all that nobody has taken yet (bytes; each answer
#: counts `_OVERHEAD` more than its words): far more than is ever asked for at a time.
_MOST_LINES, _MOST_KEPT, _OVERHEAD = 1000, 64 * 1024 * 1024, 512
#: What a server tells unasked when somebody flags a mail (RFC 3501 7.4.2, RFC 7162). Nothing is ever asked for
#: that is only of these.
_TOLD_UNASKED = frozenset((b"UID", b"FLAGS", b"MODSEQ"))

#: A name of these bytes alone needs no quotes in a command.
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/&+,-")

#: One token of an answer: a bracket, a quoted string, the place of a literal, an atom (BODY[...]<0> is one).
_TOKEN = re.compile(
    rb'[ ]*(?:([()])|"((?:[^"\\]|\\.)*)"|\{(\d+)\}|([^\s()"{\[]*\[[^\]]*\](?:<\d+>)?|[^\s()"{]+))'
)
_LITERAL = re.compile(rb"\{(\d+)\}\r?\n?$")
#: How servers answer when they are asked for the size and some header fields of a mail.
_PLAIN_ROW = re.compile(
    rb"\* \d{1,20} FETCH \(UID (\d{1,20}) (RFC822\.SIZE) (\d{1,20})"
    rb" (BODY\[HEADER\.FIELDS \([^)\]\r\n]*\)\]) \{(\d{1,9})\}\r\n$"
)
_ESCAPED = re.compile(rb"\\(.)")

Answer = dict[bytes, Any]


@dataclass(slots=True)
class Command:
    """One command under way. `said`: the server's closing words; `refused`: NO or BAD."""

    tag: bytes
    said: bytes = b""
    refused: bool = False
    done: bool = False


class Stream:
    """The commands under way on one connection. Use it only while imapclient waits for nothing.

    A server may work at several at once: what it says belongs to none of them by its place. `rows` are the
    FETCH answers by UID, but those that only tell of flags; `lines` the SEARCH, ESEARCH and STATUS answers as
    tokens; an answer is there when the command that asked for it is done. Whoever asked takes them out. A
    server that tells more than can have been asked for is hung up on.
    """

    def __init__(
        self,
        imap: imaplib.IMAP4,
        overheard: Callable[[], None] = lambda: None,
        aside: Callable[[bytes], None] = lambda line: None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        """`overheard` is called when the server says unasked that mail came or went, `aside` with every other
        word of its own (untagged OK, NO, BAD). `numbers` are for tags: each is used once (RFC 3501 2.2.1), also
        by the next stream on the connection."""
        self._imap, self._aside, self._numbers = imap, aside, numbers or count(1)
        self._file: Any = imap.file
        self._overheard = overheard
        self._underway: dict[bytes, Command] = {}
        self.rows: dict[int, Answer] = {}
        self.lines: list[list[Any]] = []
        self._weights: dict[int, int] = {}  # of the rows that are kept, by UID (bytes)
        self._weight = 0  # of rows and lines: at least what they are

    def send(self, *texts: bytes) -> list[Command]:
        """Write commands, all at once; their answers are read later, by `finish`."""
        # imaplib's own tags begin with capitals
        commands = [Command(b"w%d" % next(self._numbers)) for _ in texts]
        self._imap.send(
            b"".join(b"%s %s\r\n" % (one.tag, text) for one, text in zip(commands, texts, strict=True))
        )
        self._underway.update((command.tag, command) for command in commands)
        return commands

    def finish(self, command: Command) -> Command:
        """Read until this command is done. Raises what imaplib raises: abort for BYE and a broken line, and
        OSError; ValueError for an answer that is none."""
        while not command.done:
            self._read_answer()
        return command

    def ask(self, text: bytes) -> Command:
        """One command and its answer. Raises the same, and imaplib's error when it is refused."""
        command = self.finish(self.send(text)[0])
        if command.refused:
            raise imaplib.IMAP4.error(f"{text.split(b' ')[0].decode()} command error: {command.said[:500]!r}")
        return command

    @property
    def quiet(self) -> bool:
        """True when every command is done: imapclient may go on."""
        return not self._underway

    def _read_answer(self) -> None:
        line = self._file.readline(LONGEST_LINE)
        plain = _PLAIN_ROW.match(line)
        if plain is not None:
            uid, name, size, key, length = plain.groups()
            value = self._literal(int(length), LONGEST_LITERAL)
            rest = self._file.readline(LONGEST_LINE)
            if rest == b")\r\n":
                row = self.rows.setdefault(int(uid), {})
                row[b"UID"], row[name], row[key.upper()] = uid, size, value
                self._weigh(int(uid), [line, value])
                return
            pieces = [line, value, *self._pieces(rest)]
        else:
            pieces = self._pieces(line)
        first = pieces[0]
        if first.startswith(b"* "):
            self._untagged(pieces)
        elif not first.startswith(b"+"):  # a go-ahead that nobody waits for
            tag, _, rest = first.partition(b" ")
            command = self._underway.pop(tag, None)
            if command is None:
                raise imaplib.IMAP4.abort("unexpected response")
            command.said, command.done = rest.strip(), True
            command.refused = not rest.upper().startswith(b"OK")

    def _untagged(self, pieces: list[bytes]) -> None:
        word, _, rest = pieces[0][2:].partition(b" ")
        if word.isdigit():
            kind = rest.split(None, 1)[0].upper() if rest.strip() else b""
            if kind == b"FETCH":
                pieces[0] = rest[len(kind) :]
                try:
                    row = pairs(tokens(pieces))
                except ValueError:
                    return  # its mail is missing then, and asked for in another way
                uid = row.get(b"UID")
                if isinstance(uid, bytes) and uid.isdigit() and not row.keys() <= _TOLD_UNASKED:
                    self.rows.setdefault(int(uid), {}).update(row)
                    self._weigh(int(uid), pieces)
                return
            if kind in (b"EXISTS", b"EXPUNGE"):
                self._overheard()
            return
        word = word.upper().strip()
        if word == b"BYE":
            raise imaplib.IMAP4.abort(rest.strip()[:200].decode("ascii", "replace") or "socket error: BYE")
        if word == b"VANISHED":
            self._overheard()
        elif word in (b"OK", b"NO", b"BAD"):
            self._aside(rest.strip())
        elif word in (b"SEARCH", b"ESEARCH", b"STATUS") and len(self.lines) < _MOST_LINES:
            self.lines.append([word, *tokens([rest, *pieces[1:]])])
            self._weigh(0, pieces)

    def _weigh(self, uid: int, pieces: list[bytes]) -> None:
        """Something more is kept (`uid` 0: a line). Raises imaplib's abort when it is more than may be."""
        weight = _OVERHEAD + sum(map(len, pieces))
        self._weights[uid] = self._weights.get(uid, 0) + weight
        self._weight += weight
        if self._weight > _MOST_KEPT:  # unless most of it was taken out meanwhile
            self._weights = {one: size for one, size in self._weights.items() if not one or one in self.rows}
            self._weight = sum(self._weights.values())
            if self._weight > _MOST_KEPT:
                raise imaplib.IMAP4.abort("the server tells more than it was asked for")

    def _pieces(self, line: bytes) -> list[bytes]:
        """One answer, whose first line this is: its text, and after each piece that ends in {n} the literal.
        Raises imaplib's abort for one that is too long."""
        pieces: list[bytes] = []
        room = LONGEST_LITERAL + LONGEST_LINE
        while True:
            if not line:
                raise imaplib.IMAP4.abort("socket error: EOF")
            if not line.endswith(b"\n"):
                raise imaplib.IMAP4.abort("socket error: unterminated line")
            pieces.append(line)
            room -= len(line)
            if room < 0:
                raise imaplib.IMAP4.abort("socket error: an answer that is too long")
            found = _LITERAL.search(line) if line.endswith((b"}\r\n", b"}\n")) else None
            if found is None:
                return pieces
            if len(pieces) > 2 * _MOST_LITERALS:
                raise ValueError("too many literals in one answer")
            pieces.append(self._literal(int(found.group(1)), room))
            room -= len(pieces[-1])
            line = self._file.readline(LONGEST_LINE)

    def _literal(self, size: int, room: int) -> bytes:
        kept = self._exactly(min(size, LONGEST_LITERAL, room))
        left = size - len(kept)
        while left > 0:
            left -= len(self._exactly(min(left, _PIECE)))
        return kept

    def _exactly(self, size: int) -> bytes:
        data: bytes = self._file.read(size)
        if len(data) != size:
            raise imaplib.IMAP4.abort("socket error: EOF")
        return data


# --------------------------------------------------------------------------- what an answer holds


def tokens(pieces: list[bytes]) -> list[Any]:
    """The values of an answer: bytes for atoms, strings and literals, None for NIL, lists for lists. Raises
    imaplib's error for what is no answer."""
    top: list[Any] = []
    open_lists = [top]
    for number in range(0, len(pieces), 2):
        text = pieces[number]
        at, end = 0, len(text.rstrip(b"\r\n"))
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                if not text[at:end].strip():
                    break
                raise ValueError("an answer that cannot be parsed")
            at = found.end()
            bracket, quoted, literal, atom = found.groups()
            if bracket == b"(":
                inner: list[Any] = []
                open_lists[-1].append(inner)
                open_lists.append(inner)
                if len(open_lists) > _DEEPEST:
                    raise ValueError("an answer that is nested too deep")
            elif bracket == b")":
                if len(open_lists) == 1:
                    raise ValueError("an answer with one bracket too many")
                open_lists.pop()
            elif literal is not None and at >= end and number + 1 < len(pieces):
                open_lists[-1].append(pieces[number + 1])
            elif quoted is not None:
                open_lists[-1].append(_ESCAPED.sub(rb"\1", quoted) if b"\\" in quoted else quoted)
            else:
                word = atom if atom is not None else found.group().strip()
                open_lists[-1].append(None if word.upper() == b"NIL" else word)
    return top


def pairs(values: list[Any]) -> Answer:
    """The items of a FETCH answer: name (upper case) -> value. Raises ValueError for what is none."""
    items = values[0] if values and isinstance(values[0], list) else None
    if items is None or len(items) % 2:
        raise ValueError("a FETCH answer that is none")
    return {
        name.upper(): value
        for name, value in zip(items[::2], items[1::2], strict=True)
        if isinstance(name, bytes)
    }


def quoted(name: bytes) -> bytes:
    """A word of a command (RFC 3501 astring): as it is, else in quotes. Never with a line break."""
    if name and _PLAIN.issuperset(name):
        return name
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def numbers_in(text: bytes, most: int = 10_000_000) -> Iterator[int]:
    """The numbers of a sequence set ("1:3,7"). Raises ValueError when it is none or a giant."""
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        if not first.isdigit() or (last and not last.isdigit()):
            raise ValueError("a sequence set that is none")
        low, high = sorted((int(first), int(last or first)))
        most -= high - low + 1
        if most < 0:
            raise ValueError("a sequence set that is too long")
        yield from range(low, high + 1)


def sequence_sets(numbers: list[int], longest: int) -> Iterator[tuple[bytes, list[int]]]:
    """Ascending numbers as sequence sets of at most `longest` numbers and 4,000 characters each, with them."""
    at = 0
    while at < len(numbers):
        parts: list[str] = []
        taken: list[int] = []
        size = 0
        while at < len(numbers) and len(taken) < longest and size < 4000:
            last, end = at, min(len(numbers), at + longest - len(taken))
            while last + 1 < end and numbers[last + 1] == numbers[last] + 1:
                last += 1
            part = f"{numbers[at]}:{numbers[last]}" if last > at else str(numbers[at])
            parts.append(part)
            size += len(part) + 1
            taken += numbers[at : last + 1]
            at = last + 1
        yield ",".join(parts).encode(), taken
