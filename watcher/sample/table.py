"""What a row of the sample mailbox says: letters and the stories they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.core.model import DraftKind, Flag, Kind, State, Turn

#: The person whose mailbox it is. Invented, like everybody here.
ADDRESS = "sari.wulandari@example.com"
ME = f"Sari Wulandari <{ADDRESS}>"

AUTOMATIC = (("Auto-Submitted", "auto-generated"),)
LIST = (("List-Unsubscribe", "<https://lists.example/stop>"), ("Precedence", "bulk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """The calendar part of a letter. `start` and `end` name moments of the story."""

    method: str = "REQUEST"
    uid: str
    start: str
    end: str
    summary: str
    organizer: str
    answer: str = "NEEDS-ACTION"  # the person's PARTSTAT
    sequence: int = 0
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail. `at`, and every `{moment:form}` in `subject` and `body`, are read by moments.Clock."""

    at: str
    sender: str
    subject: str
    body: str
    to: str = ME
    kind: Kind = Kind.OTHER  # what it is; OTHER stands for alerts, newsletters and bounces as well
    key: str = ""  # so that a later letter can answer it
    answers: str = ""  # the key of the letter that this one answers
    quote: str = ""  # how its program quotes: gmail_id, gmail_en, outlook_id, outlook_en
    banner: str = ""  # an HTML twin in a corporate frame with this headline
    html: bool = False  # a plain HTML twin
    footer: str = ""
    invite: Invite | None = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def own(self) -> bool:
        """Whether Sari wrote it."""
        return self.sender == ME


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Where a story stands at `now`, in the words of the state and etiquette."""

    state: State
    waiting_on: Turn
    flag: Flag = Flag.NONE
    draft: DraftKind = DraftKind.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One hiring process: its mails, and what a watcher has to make of them."""

    key: str
    company: str
    role: str
    expect: Expectation
    letters: tuple[Letter, ...]
    moments: Mapping[str, str] = field(default_factory=dict)
