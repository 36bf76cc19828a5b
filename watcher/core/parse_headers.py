"""The head of a mail: cut to size, decoded, and read into addresses, dates and message ids.

mail-parser reads the address and date headers (it survives what real senders write); what it does not do
well is done here: bytes outside ASCII, folded and repeated headers, ids, and a bound on everything before
any parser sees it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_tz
from typing import Any
from unicodedata import category

import mailparser
from mailparser.dates import parse_mail_date

from watcher.core.model import Address
from watcher.core.patterns import compile_pattern
from watcher.core.plain_address import MAX_EMAIL, MAX_NAME, plain_addresses

#: Bytes of headers that are kept, of one header, and that are looked at; headers of a Mail, characters of each.
MAX_HEAD, _MAX_FIELD, _MAX_SCAN = 64 * 1024, 16 * 1024, 1024 * 1024
MAX_FIELDS, MAX_VALUE = 200, 4096
#: Addresses read of one header, and characters it may take.
MAX_ADDRESSES, _MAX_ADDRESS_VALUE = 100, 16 * 1024
#: Message ids kept of References: the first ones lead to the root, the last ones to the mail answered.
_FIRST_IDS, _LAST_IDS = 10, 40
#: A message id longer than this is replaced by its hash, everywhere alike.
MAX_MESSAGE_ID = 250

#: Zone names that mail servers of the region write and RFC 5322 does not know.
_ZONES = {"WIB": "+0700", "WITA": "+0800", "WIT": "+0900", "SGT": "+0800", "MYT": "+0800", "JST": "+0900"}
_KNOWN = frozenset(
    "from to cc date subject message-id received return-path sender reply-to delivered-to mime-version "
    "content-type in-reply-to references x-mailer".split(" ")
)
_ADDRESS = compile_pattern(r"[^\s<>\"',;:()\[\]@]{1,64}@[^\s<>\"',;:()\[\]@]{1,189}")


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a mail, in order, names in lower case, values unfolded but not decoded; and the rest."""

    fields: tuple[tuple[str, str], ...]
    body: bytes
    defects: tuple[str, ...] = ()

    def first(self, name: str) -> str:
        """The topmost value of `name`, or ''."""
        return next((value for key, value in self.fields if key == name), "")

    @property
    def is_mail(self) -> bool:
        """False for bytes that hold no header a mail has."""
        return any(key in _KNOWN for key, _ in self.fields)


def split_head(raw: bytes) -> Head:
    """Cut `raw` into headers and body. Total; at most MAX_HEAD bytes of headers are read."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if b"\n" not in raw[:MAX_HEAD]:
        raw = raw.replace(b"\r", b"\n")  # written on an old Mac
    if raw.startswith((b"From ", b">From ")):  # the line an mbox puts above
        raw = raw[raw.find(b"\n") + 1 :] if b"\n" in raw else b""
    ends = [found for found in (raw.find(b"\n\n"), raw.find(b"\n\r\n")) if found >= 0]
    end = min(ends, default=len(raw))
    head, body = (
        raw[:end],
        raw[end:].lstrip(b"\r").removeprefix(b"\n").removeprefix(b"\r").removeprefix(b"\n"),
    )
    fields, stray, cut = _fields(head[:_MAX_SCAN])
    if stray:
        body = stray + b"\n\n" + body
    defects = [name for name, found in (("HeadersCut", cut), ("NoHeaderEnd", bool(stray))) if found]
    return Head(tuple(fields), body, tuple(defects))


def _fields(head: bytes) -> tuple[list[tuple[str, str]], bytes, bool]:
    """Unfold the headers. With them: the bytes from the first line on that can be none (they belong to the
    body), and whether anything was left out."""
    fields: list[tuple[str, list[bytes]]] = []
    position = size = kept = strays = 0
    cut = False
    for line in head.split(b"\n"):
        bare = line.rstrip(b"\r")
        if bare[:1] in (b" ", b"\t"):
            bare = bare.strip()
        elif bare:
            if kept > MAX_HEAD:
                cut = True
                break
            name, colon, value = bare.partition(b":")
            name, bare, size = name.rstrip(), value.strip(), 0
            if colon and name and name.isascii() and len(name.split()) == 1 and len(name) <= 100:
                fields.append((name.decode("ascii").lower(), []))
            elif strays < 3 and _headers_follow(
                head[position : position + MAX_HEAD], {key for key, _ in fields}
            ):
                bare, strays = b"", strays + 1  # a line that got in between
            else:
                return _decoded(fields), head[position:], cut
        if bare and fields:
            room = max(0, _MAX_FIELD - size)
            cut = cut or len(bare) > room
            fields[-1][1].append(bare[:room])
            size += len(bare[:room])
            kept += len(bare[:room]) + len(fields[-1][0])
        position += len(line) + 1
    return _decoded(fields), b"", cut


def _headers_follow(rest: bytes, seen: set[str]) -> bool:
    """True when a line that is no header stands among headers: one that every mail has is still to come."""
    names = {line.partition(b":")[0].strip().lower().decode("ascii", "replace") for line in rest.split(b"\n")}
    return any(
        name in names and name not in seen for name in ("from", "subject", "message-id", "mime-version")
    )


def _decoded(fields: Sequence[tuple[str, list[bytes]]]) -> list[tuple[str, str]]:
    return [(clean(name), clean(eight_bit(b" ".join(lines)))) for name, lines in fields]


def eight_bit(value: bytes) -> str:
    """Header bytes as text: UTF-8 as RFC 6532 allows, else what old Windows programs wrote."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def clean(value: str) -> str:
    """`value` without control characters (a line break would be a header injection) and without invisible
    ones (bidi overrides make an address look like another)."""
    if value.isprintable():
        return value
    return "".join(map(_clean_char, value)).strip()


def _clean_char(char: str) -> str:
    kind = category(char)
    if kind in ("Cf", "Cs"):
        return ""
    return " " if kind[0] == "Z" or kind == "Cc" else char  # what Unicode has not named yet may be a new sign


def decode_words(value: str) -> str:
    """RFC 2047 encoded words to text; what cannot be decoded stays as written. Never raises."""
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return clean("".join(_word(data, charset) for data, charset in pieces)) or value


def _word(data: bytes | str, charset: str | None) -> str:
    if isinstance(data, str):
        return data
    if charset is None:  # plain text between encoded words
        try:
            return data.decode("raw-unicode-escape")
        except UnicodeDecodeError:
            return data.decode("latin-1")
    return decode_bytes(data, charset.split("*", 1)[0])


#: Codecs that are no charsets of mail, or slow on hostile input.
_NO_CHARSET = frozenset(
    ["idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"]
)
#: What senders write, and what they mean (as browsers read it).
_CHARSETS = {
    "": "utf-8",
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "unicode": "utf-8",
    "default": "utf-8",
    "unknown-8bit": "utf-8",
    "x-unknown": "utf-8",
    "utf8mb4": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "windows-874": "cp874",
}


def decode_bytes(data: bytes, charset: str) -> str:
    """Bytes of a mail as text. A wrong or unknown `charset` never loses the rest; never raises."""
    if data.startswith(b"\xef\xbb\xbf"):
        data, charset = data[3:], "utf-8"
    wanted = charset.strip(" \"'").lower()
    wanted = _CHARSETS.get(wanted, wanted)
    if wanted.replace("-", "_") not in _NO_CHARSET:
        try:
            return data.decode(wanted)
        except UnicodeDecodeError as error:
            if error.start >= len(data) - 4 and wanted != "utf-8":  # cut off inside a character
                return data.decode(wanted, "ignore")
            if wanted != "utf-8":
                return _guessed(data, wanted)
        except (LookupError, ValueError):
            pass  # not a charset: the bytes themselves tell more than its name
    return _guessed(data, "cp1252")


def _guessed(data: bytes, other: str) -> str:
    """UTF-8 if any character of it outside ASCII is well formed, else `other` with replacements."""
    text = data.decode("utf-8", "replace")
    if text.isascii() or not text.replace("\ufffd", "").isascii():
        return text
    return data.decode(other, "replace")


# --------------------------------------------------------------------------- addresses


@dataclass(frozen=True, slots=True)
class Addresses:
    """Who wrote and who was written to, and what mail-parser found wrong in these headers."""

    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    defects: tuple[str, ...]


def read_addresses(head: Head) -> Addresses:
    """Read From (Sender where there is none), Reply-To, To and Cc: of each the topmost header."""
    values = {name: head.first(name)[:_MAX_ADDRESS_VALUE] for name in ("from", "reply-to", "to", "cc")}
    values["from"] = values["from"] or head.first("sender")[:_MAX_ADDRESS_VALUE]
    plain = {name: plain_addresses(value) for name, value in values.items()}
    if plain["from"] and None not in plain.values():
        known = {name: found or () for name, found in plain.items()}
        return Addresses(known["from"][0], known["reply-to"], known["to"], known["cc"], ())
    shell: Message[str, str] = Message()  # only these headers: every other one costs time and tells nothing
    for name, value in values.items():
        if value:
            shell[name] = value
    parser = mailparser.MailParser(shell)
    found = {
        name: _addresses(parser.mail.get(name, ()), values[name]) for name in ("from", "reply-to", "to", "cc")
    }
    if len(found["from"]) == 1:
        found["from"] = (_with_degrees(found["from"][0], values["from"]),)
    return Addresses(
        sender=found["from"][0] if found["from"] else Address("", decode_words(values["from"])[:MAX_NAME]),
        reply_to=found["reply-to"],
        to=found["to"],
        cc=found["cc"],
        defects=tuple(sorted(parser.defects_categories)),
    )


def _addresses(pairs: Sequence[tuple[str, str]], value: str) -> tuple[Address, ...]:
    """What mail-parser made of one header; where it made nothing, whatever looks like an address in it."""
    found = [
        Address(clean(email).lower().strip(), clean(decode_words(name))[:MAX_NAME])
        for name, email in pairs[:MAX_ADDRESSES]
        if "@" in email and len(email) <= MAX_EMAIL
    ]
    if not found and "@" in value:
        found = [Address(match.group().lower()) for match in _first_addresses(value)]
    return tuple(found)


def _with_degrees(address: Address, value: str) -> Address:
    """The one sender's whole name where a comma stands in it unquoted ("Bp. Hendra, S.E. <h@toko.example>"),
    which RFC 5322 3.4 would read as two senders."""
    name, angle, _ = value.partition("<")
    first, comma, last = name.rpartition(",")
    one_name = angle and comma and first.strip() and not any(mark in name for mark in ('"', "@", "=?"))
    if not one_name or last.strip() != address.name:
        return address
    return Address(address.email, " ".join(clean(name).split())[:MAX_NAME])


def _first_addresses(value: str) -> list[Any]:
    matches = []
    for match in _ADDRESS.finditer(value):
        matches.append(match)
        if len(matches) >= MAX_ADDRESSES:
            break
    return matches


# --------------------------------------------------------------------------- dates


def read_date(value: str) -> datetime | None:
    """A Date value as an aware datetime in the zone it was written in; None for nonsense.

    Lenient: obsolete zones, two-digit years, ISO 8601. No zone: UTC. Whether a date can be true is not
    judged here (rule 3.7), but it stays clear of the ends of the calendar so that arithmetic is safe.
    """
    text = clean(value[:200]).strip()
    if not text:
        return None
    words = text.split()
    text = " ".join(_ZONES.get(word.strip("()").upper(), word) if word[0] != "(" else word for word in words)
    result = parse_mail_date(text)
    if result.value is not None:
        quarters = round(float(result.timezone) * 4)  # it gives tenths of an hour, and Nepal has +5:45
        moment: datetime | None = _in_zone(result.value, timedelta(minutes=15 * quarters))
    else:
        moment = _lenient_date(text)
    return moment if moment is not None and 1900 <= moment.year <= 9990 else None


def _in_zone(moment: datetime, offset: timedelta) -> datetime | None:
    try:
        return moment.astimezone(timezone(offset))
    except (ValueError, OverflowError):
        return moment


def _lenient_date(text: str) -> datetime | None:
    try:
        parts = parsedate_tz(text)
        if parts is not None:
            local = datetime(*parts[:6], tzinfo=UTC)
            offset = timedelta(seconds=parts[9] or 0)
            return local.replace(tzinfo=timezone(offset)) if abs(offset) < timedelta(days=1) else local
    except (ValueError, TypeError, IndexError, OverflowError):
        pass  # the standard parser gives up on some: try the one form left
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def read_received(head: Head) -> datetime | None:
    """When the mail arrived: the date after the last `;` of the topmost Received header (rule 3.7)."""
    return read_date(head.first("received").rpartition(";")[2])


# --------------------------------------------------------------------------- message ids


def ids_in(value: str) -> tuple[str, ...]:
    """The well-formed message ids of a References or In-Reply-To value, each once; the first and the last
    ones where there are too many."""
    found: dict[str, None] = {}
    position = value.find("<")
    while position >= 0:
        end = value.find(">", position)
        if end < 0:
            break
        token = value[value.rfind("<", position, end) + 1 : end]
        if normal := _normal_id(token):
            found[normal] = None
        position = value.find("<", end)
    if not found and "<" not in value:
        found = {normal: None for token in value.split() if "@" in token and (normal := _normal_id(token))}
    ids = tuple(found)
    if len(ids) > _FIRST_IDS + _LAST_IDS:
        ids = ids[:_FIRST_IDS] + ids[-_LAST_IDS:]
    return ids


def _normal_id(token: str) -> str:
    """`<token>`; a hash of it where it is too long; '' where it cannot be a message id."""
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        return ""
    if len(token) + 2 > MAX_MESSAGE_ID:
        return f"<{hashlib.sha256(token.encode()).hexdigest()}@long-message-id.invalid>"
    return f"<{token}>"


def read_message_id(head: Head) -> str:
    """The mail's own id; made from Date, From, Subject and body where it has none (rule 3.7)."""
    value = head.first("message-id")
    found = ids_in(value) if "<" in value else (_normal_id(value),)
    if found and found[0]:
        return found[0]
    parts = [head.first(name).encode("utf-8", "replace") for name in ("date", "from", "subject")]
    body = b"\n".join(line.rstrip() for line in head.body[: 4 * MAX_HEAD].split(b"\n")).strip()
    digest = hashlib.sha256(b"\0".join([*parts, body])).hexdigest()
    return f"<{digest}@no-message-id.invalid>"
