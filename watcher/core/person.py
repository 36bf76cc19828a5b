"""The mailbox owner, and what they want done: values that the settings fill and the rules read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watcher.core.model import DraftKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The mailbox owner: what the rules need to know. `addresses` are lower case, the main one apart."""

    address: str = ""
    name: str = ""
    addresses: frozenset[str] = frozenset()
    mailboxes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # account -> address, aliases
    zone: str = "Asia/Jakarta"
    country: str = "ID"
    countries: Mapping[str, str] = field(default_factory=dict)  # company -> country
    pause_holidays: bool = True
    notice_hours: tuple[int, int] = (9, 16)
    urgent_hours: tuple[int, int] = (7, 21)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person wants done. `first_run`: what ripened more than `grace_days` before it is told in one
    summary only and gets no draft by itself (rule Q16)."""

    drafts: frozenset[DraftKind] = frozenset(DraftKind)
    mailbox_marks: frozenset[str] = frozenset({"star", "keyword"})
    labels: Mapping[str, str] = field(default_factory=dict)  # the values of plan.LABELS -> their names
    labelled: frozenset[str] = frozenset()  # the accounts whose mailbox has labels
    notices: bool = True
    level: str = "company"  # minimal, company, full
    language: str = "en"
    first_run: datetime | None = None
    grace_days: int = 3
    own_letters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
