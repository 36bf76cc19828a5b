"""Every day and time of a text, in order; what says the same day twice is one (rule 3.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from watcher.core.dates_calendar import CONTRADICTION, Day, resolve
from watcher.core.dates_clock import EXACT, STRONG, TimeItem, time_at
from watcher.core.dates_days import day_at
from watcher.core.dates_figures import DayItem, Style
from watcher.core.dates_tokens import Scan, Token

Item = DayItem | TimeItem

SIGNS = frozenset(',().-/:;=@[]*_|"#')
JOINING = frozenset(
    "lead glue clock clock_weak about or and day_number day_ordinal oclock label_fill next_before "
    "this_before".split()
)
# Senses that may open a day or a time.
_STARTS = frozenset(
    "month weekday next_before this_before unit relative day_number day_ordinal clock clock_weak moment "
    "unsure_moment half_before half_past quarter_past quarter_to friday_prayer number".split()
)
# Senses of small words between a limit and its date: "paling lambat hari Jumat tanggal ...".
_LEADING = frozenset(
    "lead glue clock clock_weak about day_number day_ordinal next_before this_before".split()
)
_LIMITS = ("by", "before", "until", "within", "after")


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
        if isinstance(item, DayItem) and at and "week_of" in tokens[at - 1].senses:
            item = item._replace(repeated=True)
        if item is None:
            at += 1
        else:
            found.append(item)
            at = item.end
    return list(_kept(scan, _merged(scan.tokens, found, base)))


def joins(tokens: Sequence[Token], start: int, end: int, most: int = 5) -> bool:
    """Do only signs and small words stand between two tokens?"""
    return end - start <= most and all(
        token.text in SIGNS or not JOINING.isdisjoint(token.senses) for token in tokens[start:end]
    )


def _merged(tokens: Sequence[Token], items: Sequence[Item], base: date) -> list[Item]:
    """Make one of "besok" + "Selasa, 3 November" and of "Hari : Senin" + "Tanggal : 2 November 2026"."""
    merged: list[Item] = []
    for item in items:
        before = merged[-1] if merged else None
        one = None
        if isinstance(item, DayItem) and isinstance(before, DayItem):
            one = _same_day(tokens, before, item, base)
        if one is not None:
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
    if (
        _bare_weekday(a)
        and (b.day is not None or b.offset is not None)
        and b.weekday in (None, a.weekday)
        and a.week is None
    ):
        day = b._replace(weekday=a.weekday)
    elif _bare_weekday(b) and a.day is not None and a.weekday in (None, b.weekday) and b.week is None:
        day = a._replace(weekday=b.weekday)
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


def _bare_weekday(day: Day) -> bool:
    return day.weekday is not None and day.day is None and day.offset is None


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
        held = label is not None and label.kind in ("when", "due", "end")
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
