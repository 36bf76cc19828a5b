"""The person's own mail: what it does in a hiring process (rule 2.2, Q2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.model import Kind

if TYPE_CHECKING:
    from watcher.core.classify import Scene

Decision = tuple[Kind, float, str, tuple[str, ...]]

_PARTSTAT = {"ACCEPTED": Kind.OWN_ACCEPT, "DECLINED": Kind.OWN_DECLINE}
_STRONG = 3.0


def decide(scene: Scene) -> Decision:
    """(kind, confidence, rule, facets of the evidence) of an own mail; else it is a plain answer."""
    structure = scene.structure
    if structure.bounce:
        return Kind.BOUNCE, 0.95, "own: delivery report", ()
    if structure.auto_reply:
        return Kind.AUTO_REPLY, 0.95, "own: automatic reply", ()
    if structure.event is not None and structure.event.method == "REPLY":
        answers = {status for _, status in structure.event.attendees}
        for status, kind in _PARTSTAT.items():
            if status in answers:
                return kind, 0.95, f"own: calendar answer {status}", ()
    for kind, facets, threshold in _ORDER:
        if scene.score(*facets) >= threshold and _fits(kind, scene):
            return kind, min(0.95, 0.6 + 0.08 * scene.score(*facets)), f"own: {kind.value}", facets
    return Kind.OWN_REPLY, 0.75, "own: plain answer", ()


_ORDER: tuple[tuple[Kind, tuple[str, ...], float], ...] = (
    (Kind.OWN_WITHDRAW, ("own_withdraw",), _STRONG),
    (Kind.OWN_FEEDBACK_REQUEST, ("own_feedback_request",), _STRONG),
    (Kind.OWN_RESCHEDULE, ("own_reschedule",), _STRONG),
    (Kind.OWN_DECLINE, ("own_decline",), _STRONG),
    (Kind.OWN_TASK_DONE, ("own_task_done",), _STRONG),
    (Kind.OWN_CLOSING, ("own_closing",), 2 * _STRONG),
    (Kind.OWN_FOLLOWUP, ("own_followup",), _STRONG),
    (Kind.OWN_ACCEPT, ("own_accept",), _STRONG),
    (Kind.OWN_THANK_YOU, ("own_thank_you",), _STRONG),
)


def _fits(kind: Kind, scene: Scene) -> bool:
    """What a class needs besides its own words."""
    if kind is Kind.OWN_FEEDBACK_REQUEST:
        return scene.score("feedback_cue") >= _STRONG
    if kind is Kind.OWN_FOLLOWUP:
        # "looking forward to the next steps" in a thank-you is no question (class own_thank_you)
        thanks = scene.score("own_thank_you")
        asks = any("?" in unit for unit in scene.units[1:])
        return asks or thanks < _STRONG or scene.score("own_followup") > thanks
    return True
