"""Bytes to a Mail. Total: whatever the bytes are, there is a Mail, and `unreadable` says what went wrong.

In one direction: the head is cut off and read (parse_headers), the rest is cut to size and taken apart
(parse_body), calendar parts and delivery reports are read (parse_calendar, parse_bounce), and the author's
new words are separated from the rest (text). Every step is bounded in size, depth and count before it
begins, so that no mail can take long.
"""

from __future__ import annotations

import hashlib

from watcher.core.language import Packs
from watcher.core.model import Mail
from watcher.core.parse_body import read_contents, read_tree
from watcher.core.parse_bounce import read_bounce
from watcher.core.parse_calendar import read_calendar
from watcher.core.parse_headers import (
    MAX_FIELDS,
    MAX_VALUE,
    Head,
    decode_words,
    ids_in,
    read_addresses,
    read_date,
    read_message_id,
    read_received,
    split_head,
)
from watcher.core.text import split_new, subject_prefix

#: Bytes of a mail that are looked at.
MAX_MAIL = 32 * 1024 * 1024
_MAX_DEFECTS, _MAX_APPOINTMENTS = 20, 50


def parse(raw: bytes, packs: Packs) -> Mail:
    """Read a mail. Never raises; time and memory are bounded whatever `raw` holds.

    `message_id` is made of Date, From, Subject and body where the mail has none (rule 3.7), `date` keeps the
    zone it was written in, `received` is the topmost Received header's, `new_text` follows rule 3.1.
    """
    try:
        return _parse(raw[:MAX_MAIL], packs)
    except Exception as error:  # noqa: BLE001 - the promise of this function: a poison mail stops nothing
        digest = hashlib.sha256(raw[:MAX_MAIL]).hexdigest()
        return Mail(
            message_id=f"<{digest}@no-message-id.invalid>",
            unreadable=f"it could not be taken apart ({type(error).__name__})",
        )


def _parse(raw: bytes, packs: Packs) -> Mail:
    head = split_head(raw)
    message_id = read_message_id(head)
    if not head.is_mail:
        reason = "it has no mail headers" if raw.strip() else "it is empty"
        return Mail(message_id=message_id, unreadable=reason, defects=head.defects)
    addresses = read_addresses(head)
    subject = decode_words(head.first("subject")[:MAX_VALUE])
    root = read_tree(head)
    contents = read_contents(root, packs)
    bounce = read_bounce(head, root, addresses.sender, contents.text)
    split = split_new(contents.text, packs)
    prefix = subject_prefix(subject, packs)
    enclosed = contents.forwarded and bounce is None and prefix != "reply"
    calendar = [part for calendar in contents.calendars for part in read_calendar(*calendar)]
    several = ["SeveralFrom"] if sum(name == "from" for name, _ in head.fields) > 1 else []
    defects = [*head.defects, *several, *addresses.defects, *contents.defects]
    nothing = not (contents.text or calendar or bounce or contents.attachments)
    return Mail(
        message_id=message_id,
        sender=addresses.sender,
        reply_to=addresses.reply_to,
        to=addresses.to,
        cc=addresses.cc,
        subject=subject,
        date=read_date(head.first("date")),
        received=read_received(head),
        in_reply_to=ids_in(head.first("in-reply-to")),
        references=ids_in(head.first("references")),
        headers=_headers(head),
        text=contents.text,
        new_text=split.new,
        signature=split.signature,
        links=contents.links,
        calendar=tuple(dict.fromkeys(calendar))[:_MAX_APPOINTMENTS],
        bounce=bounce,
        attachments=tuple(contents.attachments),
        structured=contents.structured,
        forwarded=enclosed or (split.forwarded and (prefix == "forward" or not split.new)),
        unreadable="it is encrypted" if contents.encrypted and nothing else "",
        defects=tuple(dict.fromkeys(defects))[:_MAX_DEFECTS],
    )


def _headers(head: Head) -> tuple[tuple[str, str], ...]:
    """The headers as a Mail keeps them: decoded, bounded, one line each."""
    return tuple((name, decode_words(value[:MAX_VALUE])) for name, value in head.fields[:MAX_FIELDS])
