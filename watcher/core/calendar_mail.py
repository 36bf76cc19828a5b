"""What a calendar part makes of a mail (rule 3.2: it wins over prose)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.model import CalendarPart, Kind
from watcher.core.patterns import compile_pattern

if TYPE_CHECKING:
    from watcher.core.classify import Scene

Decision = tuple[Kind, float, str, tuple[str, ...]]

_UPDATED = r"^(?:updated invitation|undangan diperbarui|event updated|reschedul)"


def decide(scene: Scene) -> Decision | None:
    """The class that the calendar part gives, or None where it says nothing about a candidacy."""
    event = scene.structure.event
    if event is None or event.method in ("PUBLISH", ""):
        return None
    if event.method == "REPLY":
        return Kind.OTHER, 0.9, "somebody's answer to an invitation", ()
    if scene.structure.organizes:
        return Kind.OTHER, 0.9, "the person's own event", ()
    if not _about_an_interview(scene, event):
        return None
    if event.method == "CANCEL" or event.cancelled:
        return Kind.INTERVIEW_CANCELLATION, 0.92, "calendar: CANCEL", ("interview_cancellation",)
    if event.method in ("COUNTER", "DECLINECOUNTER") or event.sequence > 0 or _updated(scene):
        return Kind.INTERVIEW_RESCHEDULE, 0.9, "calendar: a newer version", ("interview_reschedule",)
    if event.method == "REQUEST":
        if scene.score("interview_reschedule") >= 3.0:
            return Kind.INTERVIEW_RESCHEDULE, 0.88, "calendar: REQUEST, and the words say it moved", ()
        if (
            scene.score("interview_invitation", "availability") >= 3.0
            and scene.score("interview_confirmation") < 3.0
        ):
            return (
                Kind.INTERVIEW_INVITATION,
                0.92,
                "calendar: REQUEST, and the words invite",
                ("interview_invitation",),
            )
        return Kind.INTERVIEW_CONFIRMATION, 0.92, "calendar: REQUEST", ("interview_confirmation",)
    return None


def _updated(scene: Scene) -> bool:
    return bool(compile_pattern(_UPDATED).search(scene.mail.subject.strip()[:60]))


def _about_an_interview(scene: Scene, event: CalendarPart) -> bool:
    """True with a known sender, words about an interview, or a hiring machine behind it."""
    structure = scene.structure
    if structure.live or structure.known or structure.hiring_desk:
        return True
    if structure.sender is not None and structure.sender.role in ("ats", "agency", "relay"):
        return True
    vetoes = (
        "research",
        "press",
        "visa",
        "school",
        "finance",
        "medical",
        "event",
        "interviewer",
        "staff",
        "digest",
    )
    if max(scene.score(facet) for facet in vetoes) >= 3.0:
        return False
    return scene.score("job") >= 3.0
