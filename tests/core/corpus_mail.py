"""The corpus as mails, and its coarse classes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from watcher.core.classify import Context, classify
from watcher.core.language import Packs
from watcher.core.model import Address, Kind, Mail, Verdict
from watcher.packs import load_packs

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
ME = "rini@mail.example"

COARSE = {
    Kind.INTERVIEW_INVITATION: "interview",
    Kind.INTERVIEW_CONFIRMATION: "interview",
    Kind.INTERVIEW_RESCHEDULE: "interview",
    Kind.INTERVIEW_CANCELLATION: "cancellation",
    Kind.ASSESSMENT: "assessment",
    Kind.APPLICATION_RECEIVED: "received",
    Kind.RECRUITER_REPLY: "recruiter",
    Kind.STATUS_UPDATE: "recruiter",
    Kind.RECRUITER_OUTREACH: "recruiter",
    Kind.REJECTION: "rejection",
    Kind.OFFER: "offer",
}


def coarse(kind: Kind) -> str:
    """One of nine classes: fine differences that hardly change what follows are merged."""
    return "own" if kind.own else COARSE.get(kind, "other")


@cache
def packs() -> Packs:
    return load_packs()


def lines() -> Iterator[dict[str, Any]]:
    for path in sorted(CORPUS.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)


def address(text: str) -> Address:
    name, _, rest = text.partition("<")
    return Address(rest.strip("> ").lower(), name.strip()) if rest else Address(text.strip().lower())


def mail_of(entry: dict[str, Any]) -> Mail:
    return Mail(
        message_id=f"<{entry['id']}@corpus.example>",
        sender=address(entry["from"]),
        subject=entry["subject"],
        text=entry["body"],
        new_text=entry["body"],
    )


@cache
def judged() -> tuple[tuple[dict[str, Any], Verdict], ...]:
    return tuple(
        (
            entry,
            classify(
                mail_of(entry), Context(own=frozenset({ME}), outgoing=entry["direction"] == "out"), packs()
            ),
        )
        for entry in lines()
    )
