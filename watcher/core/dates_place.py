"""Where an appointment is: a place to go to, or online (rule 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from watcher.core.dates_tokens import LINK, MEETING_LINK, Scan, Token, rejoined

_PLATFORMS = frozenset(
    "zoom gmeet webex skype whereby teams googlemeet jitsi chime hirevue bluejeans gotomeeting".split()
)
_TWO_WORDS = frozenset(
    (("google", "meet"), ("g", "meet"), ("ms", "teams"), ("microsoft", "teams"), ("video", "call"))
)
_LENGTH = 120
_LEAST = 3
_EDGES = " :=-*\t.,;()" + LINK


def where(scan: Scan) -> tuple[bool, str]:
    """(online, place): whether it is held online, and the address of a visit, '' if unknown or online."""
    everything = scan.tokens[: scan.size]
    offline = any(cue.kind == "offline" for cue in scan.cues)
    places = _labelled(scan, "place") or _in_prose(scan)
    if any(_is_online(scan, start, end) for start, end in places):
        return True, ""
    texts = [text for start, end in places if len(text := _clean(scan.tokens[start:end])) >= _LEAST]
    if texts:
        return False, ", ".join(dict.fromkeys(texts))[:_LENGTH]
    if _names_platform(everything):
        return True, ""
    media = any(start < end for start, end in _labelled(scan, "media"))
    return (media or _said_online(scan)) and not offline, ""


def _clean(tokens: Sequence[Token]) -> str:
    return rejoined(tokens).replace(LINK, "").strip(_EDGES)


def _names_platform(tokens: Sequence[Token]) -> bool:
    texts = [token.text for token in tokens]
    return any(text in _PLATFORMS or text == MEETING_LINK for text in texts) or any(
        pair in _TWO_WORDS for pair in pairwise(texts)
    )


def _is_online(scan: Scan, start: int, end: int) -> bool:
    """Does the value of a place name a platform, or say "online"?"""
    said = any(cue.kind == "online" and start <= cue.start < end for cue in scan.cues)
    return said or _names_platform(scan.tokens[start:end])


def _said_online(scan: Scan) -> bool:
    """Generic words ("online", "daring") count in the sentence of the meeting only: one applies online, too."""
    meetings = {scan.tokens[cue.start].sentence for cue in scan.cues if cue.kind == "meeting"}
    return any(cue.kind == "online" and scan.tokens[cue.start].sentence in meetings for cue in scan.cues)


def _labelled(scan: Scan, kind: str) -> list[tuple[int, int]]:
    """Where the values of the lines labelled `kind` stand."""
    found = []
    for line, label in scan.labels.items():
        end = label.first
        while end < scan.size and scan.tokens[end].line == line:
            end += 1
        if label.kind == kind and end > label.first:
            found.append((label.first, end))
    return found


def _in_prose(scan: Scan) -> list[tuple[int, int]]:
    """The first "bertempat di ..." up to the end of its sentence or the day that follows."""
    for cue in scan.cues:
        if cue.kind == "place":
            end = cue.end
            sentence = scan.tokens[cue.start].sentence
            while (
                end < scan.size and scan.tokens[end].sentence == sentence and not _opens_day(scan.tokens, end)
            ):
                end += 1
            return [(cue.end, end)]
    return []


def _opens_day(tokens: Sequence[Token], at: int) -> bool:
    senses = tokens[at].senses
    if "weekday" in senses or "relative" in senses or "clock" in senses:
        return True
    return "lead" in senses and any(
        {"weekday", "month", "clock"} & set(tokens[at + step].senses) for step in (1, 2)
    )
