"""The corpus as mails: tests/corpus/*.jsonl and tests/corpus/<language>/<voice>.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from watcher import sample
from watcher.cli.classify import mail_of
from watcher.core.language import Packs
from watcher.core.model import Kind, Mail
from watcher.core.parse import parse
from watcher.core.text import html_to_text
from watcher.sample.unrelated import unrelated

ROOT = Path(__file__).resolve().parents[1] / "tests" / "corpus"

#: So many mails about nothing are learned from.
HAY = 120

OWNER = "Sari Wulandari <sari.wulandari@example.com>"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

#: Files that the rules were made with: what the rules say of them is too good to be learned from.
TUNED = ("en.jsonl", "id.jsonl")

#: What the classes of the corpus count as when incoming mail is learned: machines and noise are one.
NOISE = (Kind.AUTO_REPLY, Kind.BOUNCE, Kind.JOB_ALERT, Kind.NEWSLETTER, Kind.OTHER)


def rows(root: Path = ROOT) -> Iterator[Mapping[str, Any]]:
    """Every row of the corpus, in a fixed order; `voice` is the file's name where the row names none."""
    for path in sorted(root.rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                yield {"voice": path.stem, **row, "file": str(path.relative_to(root))}


def group_of(row: Mapping[str, Any]) -> str:
    """What is left out together when accuracy is measured: all mails of one voice of one language."""
    return f"{row['lang']}/{row['voice']}"


def label_of(row: Mapping[str, Any]) -> Kind:
    """The class that is learned."""
    kind = Kind(row["label"])
    return Kind.OTHER if kind in NOISE else kind


def raw_of(row: Mapping[str, Any]) -> bytes:
    """A row as the bytes of a mail, with whatever its headers say, however odd."""
    mail: Message = MIMEText(row["body"], "html" if row.get("html") else "plain", "utf-8")
    if row.get("calendar"):
        text, mail = mail, MIMEMultipart("mixed")
        mail.attach(text)
        mail.attach(MIMEText(row["calendar"], "calendar", "utf-8"))
    fields = {
        "From": row.get("from") or "somebody@example.com",
        "To": row.get("to") or OWNER,
        "Subject": row.get("subject", ""),
        "Date": format_datetime(datetime.fromisoformat(row["date"]) if row.get("date") else NOON),
        "Message-ID": f"<{row['id']}@corpus.example>",
        **{name: str(value) for name, value in (row.get("headers") or {}).items()},
    }
    for name, value in fields.items():
        if not name.lower().startswith(("content-", "mime-")):
            mail[name] = Header(" ".join(value.split()), "utf-8" if not value.isascii() else "us-ascii")
    return mail.as_bytes()


def mail_from(row: Mapping[str, Any], packs: Packs, *, bare: bool = False) -> Mail:
    """A row as a mail; `bare`: only its body, as if nothing else were known."""
    if bare:
        text = html_to_text(row["body"])[0] if row.get("html") else row["body"]
        return mail_of({"id": row["id"], "body": text}, packs)
    return parse(raw_of(row), packs)


def packaged(now: datetime = NOON) -> Iterator[tuple[bytes, Kind, bool]]:
    """The mails of the packaged sample mailbox: bytes, class, and whether the person wrote them."""
    for mail in sample.build(now):
        own = mail.folder == "Sent"
        if own and not mail.story:
            continue  # private mail; no class of its own
        yield mail.raw, Kind.OTHER if mail.kind in NOISE else mail.kind, own
    for mail in unrelated(HAY, now, seed=7):
        if mail.folder != "Sent":
            yield mail.raw, Kind.OTHER, False


def phrases(packs: Packs) -> Iterator[tuple[str, Kind]]:
    """The phrases and examples of every language pack, each with its class."""
    known = {kind.value: kind for kind in Kind}
    for pack in packs.values():
        table = pack.table("signals")
        for part in ("phrases", "examples"):
            for name, texts in (table.get(part) or {}).items():
                kind = known.get(name)
                if kind is not None:
                    for text in texts:
                        yield str(text).replace("*", " "), Kind.OTHER if kind in NOISE else kind
