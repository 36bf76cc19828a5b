"""A draft as RFC 5322 bytes, the names it goes by, and the fingerprint that tells an edited one from ours.

Every value is cleaned before it becomes a header: whatever stands in a name or a subject, the bytes hold
exactly the headers that `build` was asked for.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage, Message
from email.policy import EmailPolicy, default
from email.utils import format_datetime
from typing import Any

from watcher.core.model import Address
from watcher.core.patterns import compile_pattern

#: The header that finds our own drafts again.
MARKER = "X-Interview-Watcher-Draft"

#: The domain of our Message-IDs; ".invalid" belongs to nobody (RFC 6761 6.4).
DOMAIN = "draft.interview-watcher.invalid"

#: Longest subject and display name (characters), longest Message-ID that is repeated (octets).
SUBJECT_LENGTH = 200
DISPLAY_LENGTH = 100
ID_LENGTH = 300

#: Of a long thread's References, so many first and so many last are kept (RFC 5322 3.6.4, rule 4.1).
FIRST_REFERENCES = 4
LAST_REFERENCES = 16

#: A line of text that is longer than this (octets) is encoded; RFC 5322 2.1.1 allows 998.
_LINE_LENGTH = 900

_MESSAGE_ID = compile_pattern(r"^<[!-;=?-~]{1,298}>$")
_REPLY = compile_pattern(
    r"^\s*(?:(?:re|fwd?|fw|bls|balas|balasan|aw|wg|sv|vs|vb|antw|ant|doorst|tr|rv|res|enc|odp|ynt|ilt|trs|terusan"
    r"|teruskan|automatic reply|balasan otomatis)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:\x{FF1A}]"
    r"|[\[(](?:ext|external|external e-?mail|external sender|eksternal|extern|caution[^\])]{0,30})[\])]:?"
    r"|(?:external|eksternal)\s*:)\s*"
)
_CALENDAR = compile_pattern(
    r"^\s*(?:(?:updated|cancell?ed|new) (?:invitation|event)(?: with note)?|invitation|accepted|declined"
    r"|tentative(?:ly accepted)?|cancell?ed|undangan(?: diperbarui)?|acara (?:diperbarui|dibatalkan)|diterima"
    r"|ditolak|tentatif|dibatalkan)\s*[:\x{FF1A}]\s*"
)
_CALENDAR_TAIL = compile_pattern(r"\s@\s.*[0-9]{4}.*$")


#: What holds ids is never folded, encoded or decoded.
_IDS = ("in-reply-to", "references", "message-id")


class _Policy(EmailPolicy):
    """The stock policy, but for lists of ids: it would encode an id longer than a line, and break it so; and
    what looks like an encoded word in an id it would decode."""

    def header_store_parse(self, name: str, value: object) -> tuple[str, Any]:
        return (name, value) if name.lower() in _IDS else super().header_store_parse(name, value)

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _IDS:
            return f"{name}: " + f"{self.linesep} ".join(value.split()) + self.linesep
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def draft_message_id(anchor_id: str, kind: str, round: int) -> str:
    """The Message-ID of the draft of `kind` for `round` that hangs on the message `anchor_id`: computed, so
    that a second machine on the same mailbox makes the same one and finds it (rule 4.1)."""
    seed = "\n".join((anchor_id.strip(), str(kind), str(round)))
    return f"<{hashlib.sha256(seed.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@{DOMAIN}>"


def header_text(value: str, limit: int) -> str:
    """`value` on one line for a header: no control, format, surrogate or unassigned character, at most
    `limit` characters. What looks like an encoded word (RFC 2047) is broken up: the stock library would decode
    it when the header is set, line breaks and whole headers within it included."""
    text = unicodedata.normalize("NFC", value[: 4 * limit])
    kept = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split()).replace("=?", "= ?")[:limit].rstrip()


def base_subject(subject: str) -> str:
    """`subject` as it is answered: without "Re:", "Fwd:", "Bls:", "[External]" however often, and of a
    calendar's title ("Undangan: X @ Sen 2 Nov 2026 ...") the event alone (rule 4.1)."""
    text = header_text(subject, SUBJECT_LENGTH)
    for _ in range(20):
        found = _REPLY.match(text)
        if found is None:
            break
        text = text[found.end() :]
    calendar = _CALENDAR.match(text)
    if calendar is not None and (tail := _CALENDAR_TAIL.search(text)):
        text = text[calendar.end() : tail.start()]
    return text.strip()


def is_calendar_title(subject: str) -> bool:
    """True for a subject that a calendar wrote ("Undangan: X @ Sen 2 Nov 2026 ...")."""
    text = header_text(subject, SUBJECT_LENGTH)
    return _CALENDAR.match(text) is not None and _CALENDAR_TAIL.search(text) is not None


#: How an id ends that `parse` makes up for a mail that has none.
MADE_UP = "@no-message-id.invalid>"


def thread_ids(message_id: str, references: Sequence[str], in_reply_to: Sequence[str]) -> tuple[str, ...]:
    """The References of an answer to the message `message_id`: its references (else the one id it answers,
    RFC 5322 3.6.4) and itself; of a long thread the first and the last ones."""
    given = references or (in_reply_to if len(in_reply_to) == 1 else ())
    known = [entry for entry in dict.fromkeys(entry.strip() for entry in given) if is_message_id(entry)]
    if is_message_id(message_id):
        known = [entry for entry in known if entry != message_id] + [message_id]
    if len(known) > FIRST_REFERENCES + LAST_REFERENCES:
        known = known[:FIRST_REFERENCES] + known[-LAST_REFERENCES:]
    return tuple(known)


def is_message_id(value: str) -> bool:
    """True when `value` can be repeated in a header: angle brackets, printable ASCII, no space. An id that was
    made up for a mail without one (rule 3.7) means nothing to anybody else."""
    return value.isascii() and bool(_MESSAGE_ID.search(value)) and not value.endswith(MADE_UP)


def build(
    *,
    message_id: str,
    kind: str,
    sender: Address,
    to: Sequence[Address],
    cc: Sequence[Address],
    subject: str,
    text: str,
    date: datetime,
    in_reply_to: str = "",
    references: Sequence[str] = (),
) -> bytes:
    """The draft as RFC 5322 bytes with CRLF: one text/plain part in UTF-8, no quote, no HTML, not flowed.

    Addresses must be plain ASCII (recipient.usable). `date` is aware. The same arguments give the same bytes.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["Date"] = format_datetime(date)
    mail["From"] = _mailbox(sender)
    mail["To"] = [_mailbox(address) for address in to]
    if cc:
        mail["Cc"] = [_mailbox(address) for address in cc]
    mail["Subject"] = header_text(subject, SUBJECT_LENGTH)
    mail["Message-ID"] = message_id
    if is_message_id(in_reply_to):
        mail["In-Reply-To"] = in_reply_to
    if references:
        mail["References"] = " ".join(references)
    mail[MARKER] = f"{kind}; v=1"
    plain = text.isascii() and all(len(line) <= _LINE_LENGTH for line in text.splitlines())
    mail.set_content(text, charset="utf-8", cte="7bit" if plain else "quoted-printable")
    return mail.as_bytes()


def _mailbox(address: Address) -> HeaderAddress:
    name = header_text(address.name, DISPLAY_LENGTH)
    cleaned = " ".join("".join(" " if c in '"\\<>()[]@:;,' else c for c in name).split())
    return HeaderAddress(display_name=cleaned, addr_spec=address.email)


# ------------------------------------------------------------------------------- was it edited?


def body_fingerprint(raw: bytes) -> str:
    """A hash over what a person would edit: the words, the subject, the recipients, attachments.

    The same before and after a server's round trip: line ends, folding, header order, added headers and the
    transfer encoding do not count; blanks at line ends and empty lines at the end do not either. Total: of
    bytes that cannot be read it is the hash of the bytes, which equals no draft of ours.
    """
    try:
        parts = _essence(message_from_bytes(raw, policy=default))
    except Exception:  # noqa: BLE001 - the stock parser raises many things on odd bytes: then it is not ours
        return hashlib.sha256(b"unreadable\n" + raw).hexdigest()
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _essence(mail: Message) -> list[str]:
    found = [header_text(str(mail.get("Subject", "")), 10 * SUBJECT_LENGTH)]
    for name in ("To", "Cc", "Bcc"):
        listed = [a for header in mail.get_all(name, []) for a in getattr(header, "addresses", ())]
        found.append(",".join(sorted(a.addr_spec.lower() for a in listed)))
    for part in mail.walk():
        if part.is_multipart():
            found.append(part.get_content_type())
            continue
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        if part.get_content_maintype() == "text" and not part.get_filename():
            found += [part.get_content_type(), _normal(data, part.get_content_charset() or "utf-8")]
        else:
            found += [part.get_content_type(), hashlib.sha256(data).hexdigest()]
    return found


def _normal(data: bytes, charset: str) -> str:
    try:
        text = data.decode(charset, "replace")
    except LookupError:
        text = data.decode("utf-8", "replace")
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
