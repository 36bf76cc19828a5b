"""Delivery reports: the standard ones (RFC 3464) and what older mail servers write in prose."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.core.model import Address, Bounce
from watcher.core.parse_body import Part, children
from watcher.core.parse_headers import Head, clean, ids_in
from watcher.core.patterns import compile_pattern

_DAEMONS = frozenset(["mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "maildaemon"])
#: Characters of a report in prose that are searched, and lines of a returned head.
_MAX_PROSE, _MAX_PARTS = 64 * 1024, 50
_CODE = compile_pattern(r"(?:^|[^0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|$)")
_BASIC = compile_pattern(r"(?:^|[^0-9.])([45])[0-9]{2}[ -]")
_MAILBOX = compile_pattern(r"[^\s<>\"',;:()\[\]@]{1,64}@[^\s<>\"',;:()\[\]@]{1,189}\.[a-zA-Z]{2,}")
_MESSAGE_ID = compile_pattern(r"(?m)^[ >]*message-id:\s*(<[^<>\s]{1,998}>)")


def read_bounce(head: Head, root: Part, sender: Address, text: str) -> Bounce | None:
    """The delivery report in a mail, None if it is none.

    `status` begins with 5 when delivery failed for good, with 4 when the server goes on trying, with 2 when
    the mail arrived (nothing failed); it is '' when the report does not say. A server that gave up on a
    passing fault (Action: failed, Status 4.x) is read as 5.x: nothing more will come.
    """
    local = sender.email.partition("@")[0]
    failed = head.first("x-failed-recipients")
    from_system = bool(failed) or local in _DAEMONS or head.first("return-path") == "<>"
    report = _find(root, "message/delivery-status")
    if report is not None and (from_system or root.get_content_type() == "multipart/report"):
        return _standard(report, root, head)
    return _in_prose(head, root, failed, text) if failed or local in _DAEMONS else None


def _find(root: Part, kind: str) -> Part | None:
    return next((part for part in _walk(root) if part.get_content_type() == kind), None)


def _walk(root: Part) -> Iterator[Part]:
    """The first parts of the mail itself, in order: into multiparts, not into returned mails."""
    waiting = [root]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        if part.get_content_maintype() == "multipart":
            waiting[:0] = children(part)


def _standard(report: Part, root: Part, head: Head) -> Bounce:
    status = recipient = action = ""
    payload = report.get_payload()
    for group in payload[:_MAX_PARTS] if isinstance(payload, list) else []:
        if not isinstance(group, Part) or "final-recipient" not in group:
            continue
        status = _status(str(group.get("status", ""))[:200])
        action = str(group.get("action", ""))[:50].strip().lower()
        recipient = _recipient(str(group.get("original-recipient") or group.get("final-recipient", "")))
        if action == "failed":
            break
    if action == "failed" and status[:1] == "4":
        status = "5" + status[1:]
    if not status and action in ("failed", "delayed"):
        status = "5.0.0" if action == "failed" else "4.0.0"
    return Bounce(status, recipient, _original_id(root, head))


def _status(value: str) -> str:
    match = _CODE.search(value)
    return match.group(1) if match else ""


def _recipient(value: str) -> str:
    """The address of "rfc822; x@y"."""
    match = _MAILBOX.search(clean(value[:500]))
    return match.group().lower() if match else ""


def _original_id(root: Part, head: Head) -> str:
    """Message-ID of the returned mail, else the mail this one answers (Gmail's reports say it so)."""
    for part in _walk(root):
        payload = part.get_payload()
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global") and isinstance(payload, list) and payload:
            found = ids_in(str(payload[0].get("message-id", ""))) if isinstance(payload[0], Part) else ()
        elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            found = _ids_in_prose(_text_of(part))
        else:
            continue
        if found:
            return found[0]
    for name in ("x-original-message-id", "in-reply-to", "references"):
        if answered := ids_in(head.first(name)):
            return answered[-1]
    return ""


def _text_of(part: Part) -> str:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload[:_MAX_PROSE].decode("utf-8", "replace")
    nested = part.get_payload()
    if isinstance(nested, list) and nested and isinstance(nested[0], Part):
        return "\n".join(f"{name}: {value}" for name, value in nested[0].items())[:_MAX_PROSE]
    return ""


def _ids_in_prose(text: str) -> tuple[str, ...]:
    match = _MESSAGE_ID.search(text[:_MAX_PROSE])
    return ids_in(match.group(1)) if match else ()


def _in_prose(head: Head, root: Part, failed: str, text: str) -> Bounce | None:
    """A report that only words tell: from the mail system itself, with a code or the failed address."""
    prose = text[:_MAX_PROSE]
    status = _status(prose)
    if not status and (basic := _BASIC.search(prose)):
        status = f"{basic.group(1)}.0.0"
    original = _ids_in_prose(prose)
    recipient = _recipient(failed) or _recipient(prose)
    if not (failed or status or original):
        return None  # a postmaster can write letters too
    original_id = original[0] if original else _original_id(root, head)
    return Bounce(status, recipient, original_id)
