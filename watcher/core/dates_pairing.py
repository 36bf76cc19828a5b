"""From the days and times of a text to candidates: which time belongs to which day, and what the words around
say of it - an old date, a new one, a deadline, office hours (rule 3.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from watcher.core.dates_calendar import CONTRADICTION, resolve
from watcher.core.dates_clock import EXACT, STRONG, TimeItem, in_the_evening, time_at
from watcher.core.dates_days import day_at
from watcher.core.dates_figures import DayItem, Style
from watcher.core.dates_tokens import Cue, Scan, Token

Item = DayItem | TimeItem

_BACK = 40  # tokens between a day and a time of the same paragraph
_FORWARD = 14
_TIMES = 6  # times before their day, in one sentence
_CUE_REACH = 30  # tokens between a cue and what it speaks of, in one sentence
_SIGNS = frozenset(',().-/:;=@[]*_|"#')
_JOINING = frozenset(
    "lead glue clock clock_weak about or and day_number day_ordinal oclock label_fill next_before this_before".split()
)
# Senses that may open a day or a time.
_STARTS = frozenset(
    "month weekday next_before this_before unit relative day_number day_ordinal clock clock_weak moment unsure_moment "
    "half_before half_past quarter_past quarter_to friday_prayer number".split()
)
# Senses of small words between a limit and its date: "paling lambat hari Jumat tanggal ...".
_LEADING = frozenset(
    "lead glue clock clock_weak about day_number day_ordinal next_before this_before".split()
)
_LIMITS = ("by", "before", "until", "within", "after")


@dataclass(slots=True)
class Candidate:
    """A day with its time. `doubt`: 0 as good as any, 1 only when nothing better is there, 2 never.
    `since` and `to` are its tokens."""

    day: DayItem | None
    time: TimeItem | None
    since: int
    to: int
    labelled: bool = False
    old: bool = False
    new: bool = False
    limit: str = ""  # "by", "before", "until", "within", "after": the word it hangs on
    doubt: int = 0
    joined: str = ""  # how it hangs on the one before: "or", "and", ","


def find_items(scan: Scan, style: Style, base: date) -> list[Item]:
    """Every day and time of the text, in order, neighbours that say the same day made one."""
    found: list[Item] = []
    tokens, at = scan.tokens, 0
    while at < scan.size:
        token = tokens[at]
        if not token.digits and _STARTS.isdisjoint(token.senses):
            at += 1
            continue
        label = scan.labels.get(token.line)
        when = label is not None and label.kind == "when" and at >= label.first
        item = day_at(tokens, at, style) or time_at(
            tokens, at, labelled=when and label is not None and at == label.first
        )
        if item is None:
            at += 1
        else:
            found.append(item)
            at = item.end
    return list(_kept(scan, _merged(scan.tokens, found, base)))


def joins(tokens: Sequence[Token], start: int, end: int, most: int = 5) -> bool:
    """Do only signs and small words stand between two tokens?"""
    return end - start <= most and all(
        token.text in _SIGNS or not _JOINING.isdisjoint(token.senses) for token in tokens[start:end]
    )


def _merged(tokens: Sequence[Token], items: Sequence[Item], base: date) -> list[Item]:
    """Make one of "besok" + "Selasa, 3 November" and of "Hari : Senin" + "Tanggal : 2 November 2026"."""
    merged: list[Item] = []
    for item in items:
        before = merged[-1] if merged else None
        both = isinstance(item, DayItem) and isinstance(before, DayItem)
        if both and (one := _same_day(tokens, before, item, base)):  # type: ignore[arg-type]
            merged[-1] = one
        else:
            merged.append(item)
    return merged


def _same_day(tokens: Sequence[Token], first: DayItem, second: DayItem, base: date) -> DayItem | None:
    if (
        first.last
        or second.last
        or first.others
        or second.others
        or not _beside(tokens, first.end, second.start)
    ):
        return None
    a, b = first.day, second.day
    bare = a.weekday is not None and a.day is None and a.offset is None
    if (
        bare
        and (b.day is not None or b.offset is not None)
        and b.weekday in (None, a.weekday)
        and a.week is None
    ):
        day = b._replace(weekday=a.weekday)
    elif a.offset is not None and b.offset is None:
        day = b
    elif b.offset is not None and a.offset is None and a.day is not None:
        day = a
    else:
        return None
    review = first.review or second.review
    if a.offset is not None or b.offset is not None:
        meant = {found for one in (a, b) if (found := resolve(one._replace(vague_next=False), base).late)}
        review = CONTRADICTION if len(meant) > 1 else review
        day = (
            day
            if day.day is not None
            else day._replace(offset=a.offset if a.offset is not None else b.offset)
        )
    return DayItem(day, first.start, second.end, review=review)


def _beside(tokens: Sequence[Token], start: int, end: int) -> bool:
    return joins(tokens, start, end, 6) and not any(
        "or" in token.senses or "and" in token.senses for token in tokens[start:end]
    )


def _kept(scan: Scan, items: Sequence[Item]) -> Iterator[Item]:
    """Leave out the ones that are a date or time only in company, and have none."""
    last: Item | None = None
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        near_before = last is not None and joins(scan.tokens, last.end, item.start, 4)
        near_after = following is not None and joins(scan.tokens, item.end, following.start, 4)
        label = scan.labels.get(scan.tokens[item.start].line)
        held = label is not None and label.kind in ("when", "due")
        if isinstance(item, DayItem):
            company = (near_before and isinstance(last, TimeItem)) or (
                near_after and isinstance(following, TimeItem)
            )
            short = item.alone and scan.tokens[item.end - 1].raw.islower() and not company
            if ((item.weak or item.alone) and not (company or held or _leads(scan.tokens, item))) or short:
                continue
        elif item.strength == EXACT:
            day_after = near_after and isinstance(following, DayItem)
            if not (held or near_before or day_after):
                continue
        elif item.strength < STRONG and not held and not near_before:
            continue
        last = item
        yield item


def _leads(tokens: Sequence[Token], item: DayItem) -> bool:
    """Does a word that wants a date stand before? Figures ("2/11") want more than a weekday ("Fri")."""
    before = tokens[item.start - 1].senses if item.start else {}
    wanting = _LIMITS + (("day_number", "day_ordinal") if item.weak else ("lead", "to", "or"))
    own = (
        item.weak and "day_ordinal" in tokens[item.start].senses and tokens[item.start].text.startswith("on")
    )
    return own or any(sense in before for sense in wanting)


def pair(scan: Scan, items: Sequence[Item], base: date) -> list[Candidate]:
    """Give every time its day. A further time of the same day is a candidate of its own."""
    found: list[Candidate] = []
    loose: list[TimeItem] = []  # times whose day comes later
    for number, item in enumerate(items):
        if isinstance(item, DayItem):
            held = Candidate(item, None, item.start, item.end)
            for time in loose:
                if held.time is None:
                    held.time, held.since = time, min(held.since, time.start)
                else:
                    found.append(Candidate(item, time, time.start, time.end))
            loose = []
            found.append(held)
            continue
        following = items[number + 1] if number + 1 < len(items) else None
        before = found[-1] if found else None
        if _goes_on(scan, item, following, before):
            loose.append(item)
        elif item.friday and before is None:
            found.append(Candidate(None, item, item.start, item.end))
        elif before is not None and _reaches_back(scan.tokens, before, item):
            if before.time is None:
                before.time, before.to = item, max(before.to, item.end)
            else:
                found.append(Candidate(before.day, item, item.start, item.end))
        elif _reaches_on(scan.tokens, item, items[number + 1 : number + 1 + _TIMES]):
            loose.append(item)
        else:
            found.append(Candidate(None, item, item.start, item.end))
    found += [Candidate(None, time, time.start, time.end) for time in loose]
    return [_marked(scan, candidate, found, place) for place, candidate in enumerate(found)]


def _goes_on(scan: Scan, time: TimeItem, following: Item | None, before: Candidate | None) -> bool:
    """ "10.00 WIB, Senin 2 November": the day stands right behind - unless a day just before has no time yet."""
    if not isinstance(following, DayItem) or not joins(scan.tokens, time.end, following.start, 4):
        return False
    if scan.tokens[time.end - 1].line != scan.tokens[following.start].line:
        return False
    hungry = before is not None and before.time is None and before.day is not None
    return not (hungry and before is not None and joins(scan.tokens, before.to, time.start, 5))


def _reaches_back(tokens: Sequence[Token], before: Candidate, time: TimeItem) -> bool:
    if before.day is None and before.time is not None:
        return False
    last, first = tokens[before.to - 1], tokens[time.start]
    gap = time.start - before.to
    return gap <= _BACK and (
        first.paragraph - last.paragraph <= 1 if before.time is None else first.paragraph == last.paragraph
    )


def _reaches_on(tokens: Sequence[Token], time: TimeItem, following: Sequence[Item]) -> bool:
    """Does the day of a time come later in its sentence, with nothing but other times between?"""
    day = next((item for item in following if isinstance(item, DayItem)), None)
    if day is None or tokens[time.end - 1].sentence != tokens[day.start].sentence:
        return False
    return day.start - time.end <= (_FORWARD if day is following[0] else _BACK)


def _marked(scan: Scan, candidate: Candidate, found: Sequence[Candidate], place: int) -> Candidate:
    """Read the words around a candidate."""
    tokens = scan.tokens
    before = found[place - 1] if place else None
    start = candidate.since
    own = [item for item in (candidate.day, candidate.time) if item]
    labels = [
        label
        for item in own
        if (label := scan.labels.get(tokens[item.start].line)) and item.start >= label.first
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
    if (
        candidate.limit in ("by", "before", "until", "after")
        or kinds & {"other", "due", "length"}
        or (candidate.day and candidate.day.repeated)
    ):
        candidate.doubt = 2
    elif not candidate.labelled:
        candidate.doubt = _doubt(scan, candidate, near, around)
    return candidate


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
    elif (
        day
        and not day.last
        and "to" not in tokens[candidate.to].senses
        and _sense_before(tokens, candidate.since, "from")
    ):
        candidate.old = True
    elif before is not None and before.old and _sense_before(tokens, candidate.since, "onto"):
        candidate.new = True
    elif (
        before is not None
        and _sense_before(tokens, before.since, "from")
        and _sense_before(tokens, candidate.since, "onto")
    ):
        before.old, candidate.new = True, True


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


def limit_before(tokens: Sequence[Token], at: int) -> str:
    """The word of limit ("by", "before", "until", "within", "after") that an item at `at` hangs on."""
    own = tokens[at].senses
    for limit in _LIMITS:
        if limit in own and "relative" not in own and "lead" not in own:
            return limit
    for back in range(1, 5):
        if at < back:
            return ""
        token = tokens[at - back]
        for limit in _LIMITS:
            if limit in token.senses and "weekday" not in token.senses:
                counted = (
                    limit in ("before", "after") and at > back and "unit" in tokens[at - back - 1].senses
                )
                return "" if counted else limit
        if token.text not in (":", ",", "(") and _LEADING.isdisjoint(token.senses):
            return ""
    return ""


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
        if words and all(token.text in _SIGNS or not _JOINING.isdisjoint(token.senses) for token in words)
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
