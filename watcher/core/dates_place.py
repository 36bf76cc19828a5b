"""Where an appointment is: a place to go to, or online (rule 3.6)."""

from __future__ import annotations

from watcher.core.dates_tokens import LINK, Scan

_PLATFORMS = frozenset(
    "zoom gmeet webex skype whereby teams googlemeet jitsi chime hirevue bluejeans gotomeeting".split()
)
_TWO_WORDS = frozenset((("google", "meet"), ("g", "meet"), ("ms", "teams"), ("microsoft", "teams"), ("video", "call")))
_LENGTH = 120
_LEAST = 3


def where(scan: Scan) -> tuple[bool, str]:
    """(online, place): whether it is held online, and the address of a visit, '' if unknown or online."""
    kinds = {cue.kind for cue in scan.cues}
    platform = _platform(scan)
    place = _labelled(scan, "place") or _in_prose(scan)
    if place and (_is_online(scan, place) or LINK in place):
        return True, ""
    if place:
        return False, place
    if platform or _labelled(scan, "media"):
        return platform or "offline" not in kinds, ""
    return _said_online(scan) and "offline" not in kinds, ""


def _platform(scan: Scan) -> bool:
    texts = [token.text for token in scan.tokens[: scan.size]]
    return any(text in _PLATFORMS for text in texts) or any(pair in _TWO_WORDS for pair in zip(texts, texts[1:], strict=False))


def _is_online(scan: Scan, place: str) -> bool:
    words = place.lower().replace("(", " ").replace(")", " ").replace(",", " ").split()
    if any(word in _PLATFORMS for word in words) or any(pair in _TWO_WORDS for pair in zip(words, words[1:], strict=False)):
        return True
    phrase = f" {' '.join(words)} "
    return any(
        f" {_words(scan, cue.start, cue.end)} " in phrase for cue in scan.cues if cue.kind == "online"
    )


def _said_online(scan: Scan) -> bool:
    """Generic words ("online", "daring") count in the sentence of the meeting only: one applies online, too."""
    meetings = {scan.tokens[cue.start].sentence for cue in scan.cues if cue.kind == "meeting"}
    return any(cue.kind == "online" and scan.tokens[cue.start].sentence in meetings for cue in scan.cues)


def _labelled(scan: Scan, kind: str) -> str:
    for line, label in scan.labels.items():
        if label.kind == kind:
            return _text_from(scan, label.first, line)
    return ""


def _in_prose(scan: Scan) -> str:
    for cue in scan.cues:
        if cue.kind == "place":
            found = _text_from(scan, cue.end, scan.tokens[cue.start].line)
            cut = min((at for sign in (". ", "; ", " pada ", " on ") if (at := found.find(sign)) > 8), default=len(found))
            return found[:cut].strip()
    return ""


def _text_from(scan: Scan, first: int, line: int) -> str:
    """The rest of `line` from token `first` on, as written, cleaned."""
    token = scan.tokens[first]
    if first >= scan.size or token.line != line:
        return ""
    text = scan.lines[line]
    skipped = 0
    at = first
    while at > 0 and scan.tokens[at - 1].line == line:
        at -= 1
    for number in range(at, first):
        found = text.find(scan.tokens[number].raw, skipped)
        skipped = found + len(scan.tokens[number].raw) if found >= 0 else skipped
    rest = text[skipped:].strip(" :=-*\t.,;()")
    return rest[:_LENGTH] if len(rest) >= _LEAST else ""


def _words(scan: Scan, start: int, end: int) -> str:
    return " ".join(token.text for token in scan.tokens[start:end])
