"""What the words around a candidate say of it: an old date, a new one, a deadline, office hours (rule 3.6)."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.core.dates_clock import in_the_evening
from watcher.core.dates_items import JOINING, SIGNS, joins, limit_before
from watcher.core.dates_pairing import Candidate
from watcher.core.dates_tokens import Cue, Scan, Token

_CUE_REACH = 30  # tokens between a cue and what it speaks of, in one sentence


def read_context(scan: Scan, candidates: Sequence[Candidate]) -> None:
    """Read the words around every candidate into it."""
    for place, candidate in enumerate(candidates):
        _mark(scan, candidate, candidates[place - 1] if place else None)


def _mark(scan: Scan, candidate: Candidate, before: Candidate | None) -> None:
    tokens = scan.tokens
    start = candidate.since
    own = [item for item in (candidate.day, candidate.time) if item]
    labels = [
        label
        for item in own
        if (label := scan.labels.get(tokens[item.start].line)) and item.end > label.first
    ]
    kinds = {label.kind for label in labels}
    candidate.labelled = "when" in kinds
    candidate.limit = next((limit for item in own if (limit := limit_before(tokens, item.start))), "")
    if before is not None and before.day is candidate.day and candidate.time:
        candidate.limit = limit_before(tokens, candidate.time.start)
    floor = before.to if before is not None and before.to <= start else 0
    candidate.joined = _joined(tokens, floor, start) if before is not None else ""
    near = _cues_before(scan, start, floor)
    around = {cue.kind for cue in scan.cues if _same_sentence(tokens, cue, start)}
    if candidate.day and candidate.time and _evening(tokens, candidate):
        candidate.time = in_the_evening(candidate.time)
    candidate.old = ("old" in near and "new" not in near) or _section(scan, start, near) == "old"
    candidate.new = "new" in near or _section(scan, start, near) == "new"
    if "move" in around:
        _read_move(tokens, candidate, before)
    candidate.ends = "end" in kinds
    if (
        candidate.limit in ("by", "before", "until", "after")
        or kinds & {"other", "due", "length", "end"}
        or (candidate.day and candidate.day.repeated)
    ):
        candidate.doubt = 2
    elif not candidate.labelled:
        candidate.doubt = _doubt(scan, candidate, near, around)


def _doubt(scan: Scan, candidate: Candidate, near: Sequence[str], around: set[str]) -> int:
    nearest = next((kind for kind in near if kind in ("meeting", "elsewhere", "hours", "new", "tell")), "")
    if nearest == "hours" or ("hours" in around and "meeting" not in near):
        return 2
    if nearest == "elsewhere" or (nearest == "tell" and candidate.time is None):
        return 2
    if nearest == "tell" or ("elsewhere" in around and "meeting" not in around):
        return 1
    if candidate.time is None and candidate.day is not None and not candidate.new:
        if candidate.day.day.offset == 0:
            return 2  # "thank you for your time today"
        if "meeting" not in around and not candidate.day.others:
            return 2 if _letterhead(scan, candidate) else 1
    return 2 if _letterhead(scan, candidate) else 0


def _letterhead(scan: Scan, candidate: Candidate) -> bool:
    """ "Jakarta, 30 Oktober 2026" alone on its line is the date of the letter."""
    if candidate.time is not None or candidate.day is None or candidate.day.day.weekday is not None:
        return False
    tokens, start, end = scan.tokens, candidate.day.start, candidate.day.end
    line = tokens[start].line
    if not candidate.day.day.year or tokens[end].line == line or tokens[start - 1].text != ",":
        return False
    first = start - 1
    while first > 0 and tokens[first - 1].line == line:
        first -= 1
    return 1 < start - first <= 4 and tokens[first].raw[:1].isupper()


def _read_move(tokens: Sequence[Token], candidate: Candidate, before: Candidate | None) -> None:
    """ "moved from A to B": A is old, B is new; also where A to B was read as one span."""
    day, time = candidate.day, candidate.time
    if day and day.last and _sense_before(tokens, day.start, "from"):
        candidate.day, candidate.new = day._replace(day=day.last, last=None), True
    elif (
        time
        and time.until
        and ("from" in tokens[time.start].senses or _sense_before(tokens, time.start, "from"))
    ):
        candidate.time, candidate.new = time._replace(minute=time.until, until=None), True
    elif day and not day.last and "to" not in tokens[candidate.to].senses and _comes_from(tokens, candidate):
        candidate.old = True
    elif before is not None and before.old and _sense_before(tokens, candidate.since, "onto"):
        candidate.new = True
    elif (
        before is not None and _comes_from(tokens, before) and _sense_before(tokens, candidate.since, "onto")
    ):
        before.old, candidate.new = True, True


def _comes_from(tokens: Sequence[Token], candidate: Candidate) -> bool:
    """Does "from" stand before the day, or before its time ("today's call moves from 3 to 4")?"""
    starts = {candidate.since, candidate.time.start if candidate.time else candidate.since}
    return any(_sense_before(tokens, at, "from") for at in starts)


def _evening(tokens: Sequence[Token], candidate: Candidate) -> bool:
    assert candidate.day is not None and candidate.time is not None
    start, end = candidate.day.start, min(candidate.time.start, candidate.day.end + 3)
    return any(
        tokens[number].senses.get("daypart") == "night"
        for number in range(start, max(end, candidate.day.end))
    )


def _sense_before(tokens: Sequence[Token], at: int, sense: str) -> bool:
    for back in range(1, 4):
        if at < back:
            return False
        if sense in tokens[at - back].senses:
            return True
        if not joins(tokens, at - back, at - back + 1) and "relative" not in tokens[at - back].senses:
            return False
    return False


def _joined(tokens: Sequence[Token], start: int, end: int) -> str:
    words = tokens[start:end]
    if len(words) > 6:
        return ""
    for sense in ("or", "and"):
        if any(sense in token.senses for token in words):
            return sense
    if any(token.text == "/" for token in words):
        return "or"
    return (
        ","
        if words and all(token.text in SIGNS or not JOINING.isdisjoint(token.senses) for token in words)
        else ""
    )


def _same_sentence(tokens: Sequence[Token], cue: Cue, at: int) -> bool:
    return tokens[cue.start].sentence == tokens[at].sentence and abs(cue.start - at) <= 2 * _CUE_REACH


def _cues_before(scan: Scan, at: int, floor: int) -> list[str]:
    """Kinds of the cues of this sentence before `at` and after `floor`, nearest first."""
    near = [
        cue
        for cue in scan.cues
        if floor <= cue.start
        and cue.end <= at
        and at - cue.end <= _CUE_REACH
        and _same_sentence(scan.tokens, cue, at)
    ]
    return [cue.kind for cue in sorted(near, key=lambda cue: (-cue.end, cue.start))]


def _section(scan: Scan, at: int, near: Sequence[str]) -> str:
    """ "Jadwal baru:" on a line of its own speaks of all lines below it."""
    if "old" in near or "new" in near:
        return ""
    line = scan.tokens[at].line
    for cue in sorted(scan.cues, key=lambda cue: -cue.start):
        number = scan.tokens[cue.start].line
        if (
            cue.kind in ("old", "new")
            and number < line
            and scan.lines[number].endswith(":")
            and line - number <= 8
        ):
            return cue.kind
    return ""
