"""The end of an appointment by a length that is named: "selama 45 menit", "a 30-minute call" (rule 3.6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from watcher.core.dates_tokens import Scan

_LENGTHS = range(10, 8 * 60 + 1)  # minutes an appointment may last


def length_end(read: Scan, start: datetime) -> datetime | None:
    """`start` + the one length the text names for the appointment, None when it names none or several."""
    lengths = {minutes for at in range(1, read.size) if (minutes := _minutes(read, at))}
    if len(lengths) != 1 or (only := lengths.pop()) not in _LENGTHS:
        return None
    return start + timedelta(minutes=only)


def _minutes(read: Scan, at: int) -> int:
    """The length whose unit stands at token `at`, 0 when it is no length of an appointment: it is one behind
    "for", before "interview" or "call", or as the value of "Duration:"."""
    tokens = read.tokens
    unit = tokens[at].senses.get("unit")
    if unit not in ("minute", "hour") or {"before", "after", "early"} & set(tokens[at + 1].senses):
        return 0
    number = at - 2 if tokens[at - 1].text == "-" and at > 1 else at - 1
    value = tokens[number].number if tokens[number].digits else int(tokens[number].senses.get("number", 0))
    before = tokens[number - 1].senses if number > 0 else {}
    earlier = tokens[number - 2].senses if number > 1 else {}
    lasting = "for" in before or "duration_cue" in before or ("about" in before and "for" in earlier)
    meeting = any(cue.kind in ("meeting", "online") and cue.start == at + 1 for cue in read.cues)
    label = read.labels.get(tokens[at].line)
    if not (lasting or meeting or (label is not None and label.kind == "length")):
        return 0
    return max(value, 0) * (60 if unit == "hour" else 1)
