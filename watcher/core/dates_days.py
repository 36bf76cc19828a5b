"""The grammar of days: "Senin (2/11)", "2-6 November", "Nov 2nd", "tgl 2", "Friday next week" (rule 3.6).

Each function looks at the tokens from a place on and says what day stands there and where it ends, or None.
"""

from __future__ import annotations

from collections.abc import Sequence

from watcher.core.dates_calendar import Day
from watcher.core.dates_figures import DayItem, Style, figures_at, plausible_year, year_first_at
from watcher.core.dates_tokens import Token
from watcher.core.dates_weeks import counted_weeks, starts_clock, week_then_weekday, week_words

_MOST_DAYS = 8  # of a list "2, 3, 4 or 5 November"
_GAP = 5  # signs and small words between a weekday and its date


def day_at(tokens: Sequence[Token], at: int, style: Style) -> DayItem | None:
    """The day that starts at token `at`."""
    token = tokens[at]
    if token.digits:
        return None if _dead(tokens, at) else _with_weekday_behind(tokens, _core(tokens, at, style))
    senses = token.senses
    if not senses:
        return None
    if "month" in senses and (found := _month_first(tokens, at)):
        return _with_weekday_behind(tokens, found)
    if not _WEEKDAY.isdisjoint(senses) and (found := _weekday(tokens, at, style)):
        return found
    if senses.get("unit") == "week":
        return week_then_weekday(tokens, at)
    if "relative" in senses:
        return DayItem(Day(offset=int(senses["relative"])), at, at + 1)
    if "day_number" in senses or "day_ordinal" in senses:
        return _day_number(tokens, at)
    return None


_WEEKDAY = frozenset(("weekday", "next_before", "this_before"))


def _dead(tokens: Sequence[Token], at: int) -> bool:
    """Figures that are money, house numbers, or the inside of a longer number."""
    before = tokens[at - 1] if at else None
    if before is None or before.line != tokens[at].line:
        return False
    if before.text == "." and at > 1 and not before.spaced:
        before = tokens[at - 2] if "street" in tokens[at - 2].senses else before
    if "money" in before.senses or "street" in before.senses:
        return True
    if before.text not in _JOINING or before.spaced or tokens[at].spaced or at < 2:
        return False
    return bool(tokens[at - 2].digits) or (before.text != ":" and "lead" not in tokens[at - 2].senses)


_JOINING = frozenset((".", ":", "/", "-", "+", "#"))


def _core(tokens: Sequence[Token], at: int, style: Style) -> DayItem | None:
    """A date that starts with figures."""
    first = tokens[at]
    if first.digits == 4:
        return year_first_at(tokens, at)
    if first.digits > 2 or not 1 <= first.number <= 31:
        return None
    return _day_then_month(tokens, at) or figures_at(tokens, at, style)


def _day_then_month(tokens: Sequence[Token], at: int) -> DayItem | None:
    """ "2 November 2026", "2nd of Nov", "2-6 November", "2, 3 atau 4 November", "2 Nov - 6 Nov 2026"."""
    numbers, joiners, end = _numbers(tokens, at)
    found = _month_year(tokens, end)
    if found is None and len(numbers) > 1:
        numbers, joiners = numbers[:1], []
        found = _month_year(tokens, _after_ordinal(tokens, at + 1))
    if found is None:
        return None
    month, year, stop = found
    if _enumerates(tokens, at, stop):
        return None
    item = _days(month, year, numbers, joiners, at, stop)
    if item is None or item.last or item.others:
        return item
    return _until_other(tokens, item)


def _numbers(tokens: Sequence[Token], at: int) -> tuple[list[int], list[str], int]:
    """Days joined by signs or words: the numbers, what joins them ("to", "or", "and", ","), the end."""
    numbers, joiners = [tokens[at].number], list[str]()
    end = _after_ordinal(tokens, at + 1)
    while len(numbers) < _MOST_DAYS:
        joiner, place = _joiner(tokens, end)
        if not joiner:
            break
        if "weekday" in tokens[place].senses:
            place += 1
            place += tokens[place].text == ","
        following = tokens[place]
        if not 0 < following.digits <= 2 or not numbers[-1] < following.number <= 31:
            break
        numbers.append(following.number)
        joiners.append(joiner)
        end = _after_ordinal(tokens, place + 1)
    if joiners and set(joiners) == {","} and len(numbers) < 3:
        return [numbers[0]], [], _after_ordinal(tokens, at + 1)
    return numbers, joiners, end


def _joiner(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """What joins two days at `at`, and where the second one starts; "" when nothing does."""
    comma = tokens[at].text == ","
    at += comma
    for sense in ("to", "or", "and"):
        if sense in tokens[at].senses:
            at += 1
            while "day_number" in tokens[at].senses or (
                "lead" in tokens[at].senses and not tokens[at].digits
            ):
                at += 1
            return sense, at
    return ("," if comma else ""), at


def _after_ordinal(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if "ordinal" in tokens[at].senses and not tokens[at].spaced else at


def _month_year(tokens: Sequence[Token], at: int) -> tuple[int, int | None, int] | None:
    """The month and perhaps year after a day's number: (month, year, end)."""
    for _ in range(2):
        if "month" not in tokens[at].senses and (tokens[at].text in ".-/" or "glue" in tokens[at].senses):
            at += 1
    token = tokens[at]
    if "month" not in token.senses:
        return None
    year, end = _year(tokens, at + 1)
    if "street_after" in tokens[at + 1].senses:
        return None
    if year is None and "wordlike" in token.senses and token.raw.islower() and not _date_company(tokens, end):
        return None
    return int(token.senses["month"]), year, end


def _date_company(tokens: Sequence[Token], at: int) -> bool:
    """Does what follows a lower-case "may" or "mar" look like the rest of a date?"""
    token = tokens[at]
    return bool(token.digits) or token.text in (",", "(") or "clock" in token.senses or token.text == ""


def _year(tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
    """A year at `at`, past a comma or the like: (year, end), or (None, `at`)."""
    place = at
    for _ in range(2):
        if tokens[place].text in (",", ".", "-", "/") or "glue" in tokens[place].senses:
            place += 1
    token = tokens[place]
    if token.digits == 4 and plausible_year(token.number):
        return token.number, place + 1
    if tokens[at].text == "'" and tokens[at + 1].digits == 2 and not tokens[at + 1].spaced:
        return 2000 + tokens[at + 1].number, at + 2
    if tokens[at].text in "-/" and tokens[at].text and tokens[at + 1].digits == 2 and not tokens[at].spaced:
        return (2000 + tokens[at + 1].number, at + 2) if not tokens[at + 1].spaced else (None, at)
    return None, at + 1 if token.text == "." and not token.spaced and tokens[at].text == "." else at


def _enumerates(tokens: Sequence[Token], at: int, stop: int) -> bool:
    """ "1. November 2, 2026": the number only counts the line, and the month's day comes after it."""
    opens = at == 0 or tokens[at - 1].line != tokens[at].line
    return (
        opens
        and tokens[at + 1].text in (".", ")")
        and tokens[at + 2].spaced
        and 0 < tokens[stop].digits <= 2
        and tokens[stop + 1].text not in (".", ":")
    )


def _days(
    month: int, year: int | None, numbers: list[int], joiners: list[str], start: int, end: int
) -> DayItem | None:
    """One day, a window (joined by "to" or "and") or a choice."""
    days = [Day(year, month, number) for number in numbers]
    if len(days) == 1:
        return DayItem(days[0], start, end)
    if "or" in joiners or set(joiners) == {","}:
        return DayItem(days[0], start, end, others=tuple(days[1:]))
    return DayItem(days[0], start, end, last=days[-1])


def _until_other(tokens: Sequence[Token], item: DayItem) -> DayItem:
    """ "2 November - Jumat, 6 November 2026": a window, when a second full date follows."""
    joiner, at = _joiner(tokens, item.end)
    if joiner != "to" and not (joiner == "and" and item.start and "between" in tokens[item.start - 1].senses):
        return item
    weekday = None
    if "weekday" in tokens[at].senses:
        weekday = int(tokens[at].senses["weekday"])
        at += 1
        at += tokens[at].text == ","
    token = tokens[at]
    if 0 < token.digits <= 2 and (found := _month_year(tokens, _after_ordinal(tokens, at + 1))):
        month, year, end = found
        last = Day(year, month, token.number, weekday)
    elif "month" in token.senses and 0 < tokens[at + 1].digits <= 2:
        year, end = _year(tokens, _after_ordinal(tokens, at + 2))
        last = Day(year, int(token.senses["month"]), tokens[at + 1].number, weekday)
    else:
        return item
    return item._replace(day=item.day._replace(year=item.day.year or year), last=last, end=end)


def _month_first(tokens: Sequence[Token], at: int) -> DayItem | None:
    """ "November 2nd, 2026", "Nov 2-6", "Nov 2 or 3"."""
    token = tokens[at]
    place = at + 1
    for _ in range(2):
        if (
            tokens[place].text == "."
            or "glue" in tokens[place].senses
            or "day_number" in tokens[place].senses
        ):
            place += 1
    number = tokens[place]
    if not 0 < number.digits <= 2 or not 1 <= number.number <= 31 or starts_clock(tokens, place):
        return None
    numbers, joiners, end = _numbers(tokens, place)
    if len(numbers) > 1 and starts_clock(tokens, end - 1):
        numbers, joiners, end = numbers[:1], [], _after_ordinal(tokens, place + 1)
    if "month" in tokens[end].senses and len(numbers) == 1 and not tokens[end].senses.keys() & {"weekday"}:
        return None
    year, stop = _year(tokens, end)
    capital = not token.raw.islower() or "wordlike" not in token.senses
    if not capital and year is None and end == place + 1:
        return None
    item = _days(int(token.senses["month"]), year, numbers, joiners, at, stop if year else end)
    if item is None or item.last or item.others:
        return item
    return _until_other(tokens, item)


def _weekday(tokens: Sequence[Token], at: int, style: Style) -> DayItem | None:
    """A weekday with what is said around it, and the date beside it when there is one."""
    start = at
    before = tokens[at].senses
    if "weekday" not in before:
        at += 1
        if "weekday" not in tokens[at].senses:
            return None
    token = tokens[at]
    day = Day(weekday=int(token.senses["weekday"]), vague_next=counted_weeks(tokens, start, at))
    if at > start:
        vague = "next_before" in before and "this_before" not in before
        day = day._replace(vague_next=vague, this="this_before" in before and "next_before" not in before)
    end = at + 1
    if "next_after" in tokens[end].senses:
        day, end = day._replace(vague_next=True), end + 1
    elif "this_after" in tokens[end].senses:
        day, end = day._replace(this=True), end + 1
    elif (week := week_words(tokens, end)) is not None:
        day, end = day._replace(week=week[0]), week[1]
    place = end
    while place - end < _GAP and _between(tokens[place]):
        place += 1
    bracket = any(tokens[number].text == "(" for number in range(end, place))
    if (item := _dated_after(tokens, place, style)) is not None:
        item = item._replace(day=item.day._replace(weekday=day.weekday), start=start, weak=False)
        return item._replace(end=item.end + (bracket and tokens[item.end].text == ")"))
    if "to" in tokens[end].senses and "weekday" in tokens[end + 1].senses:
        return DayItem(
            day, start, end + 2, last=Day(weekday=int(tokens[end + 1].senses["weekday"])), repeated=True
        )
    if (
        "unit" in token.senses
        and not (start and tokens[start - 1].text.endswith("hari"))
        and day.week is None
    ):
        return None  # "minggu": a week unless it is called a day
    short = "wordlike" in token.senses and at == start and not (day.vague_next or day.this or day.week)
    return DayItem(
        day, start, end, alone=short, repeated="repeated" in token.senses or _repeated(tokens, start)
    )


def _repeated(tokens: Sequence[Token], at: int) -> bool:
    return any("repeated" in tokens[at - back].senses for back in (1, 2) if at >= back)


def _between(token: Token) -> bool:
    return (
        token.text in (",", ".", "(", "/", "-", ":", "=")
        or "lead" in token.senses
        or "day_number" in token.senses
    )


def _dated_after(tokens: Sequence[Token], at: int, style: Style) -> DayItem | None:
    token = tokens[at]
    if token.digits:
        return (
            None
            if starts_clock(tokens, at) and "month" not in tokens[at + 2].senses
            else _core_or_day(tokens, at, style)
        )
    return _month_first(tokens, at) if "month" in token.senses else None


def _core_or_day(tokens: Sequence[Token], at: int, style: Style) -> DayItem | None:
    """A date after a weekday; also only its day: "Monday the 2nd", "Senin tanggal 2"."""
    item = _core(tokens, at, style)
    if item is not None:
        return item
    if not (0 < tokens[at].digits <= 2 and 1 <= tokens[at].number <= 31):
        return None
    ordinal = _after_ordinal(tokens, at + 1)
    if ordinal > at + 1 or "day_number" in tokens[at - 1].senses or _then_time(tokens, ordinal):
        return DayItem(Day(day=tokens[at].number), at, ordinal)
    return None


def _then_time(tokens: Sequence[Token], at: int) -> bool:
    """A bare number before "at 10", "à 14h", "from 9" is a day."""
    return not _BEFORE_TIME.isdisjoint(tokens[at].senses) and bool(tokens[at + 1].digits)


_BEFORE_TIME = frozenset(("clock", "clock_weak", "from", "between"))


def _day_number(tokens: Sequence[Token], at: int) -> DayItem | None:
    """ "tgl 2", "the 12th": a day of this month or the next."""
    place = at + 1
    place += tokens[place].text in (".", ":")
    token = tokens[place]
    if not 0 < token.digits <= 2 or not 1 <= token.number <= 31 or starts_clock(tokens, place):
        return None
    if (found := _day_then_month(tokens, place)) is not None:
        return _with_weekday_behind(tokens, found._replace(start=at))
    end = _after_ordinal(tokens, place + 1)
    if end == place + 1 and "day_number" not in tokens[at].senses and not _then_time(tokens, end):
        return None
    if tokens[end].text in ("/", "-", ".") and tokens[end + 1].digits and not tokens[end + 1].spaced:
        return None
    clock = "clock" in tokens[end].senses or _then_time(tokens, end)
    if not clock and not _NOT_A_DAY.isdisjoint(tokens[end].senses):
        return None
    ordinal = end > place + 1
    return _with_weekday_behind(tokens, DayItem(Day(day=token.number), at, end, weak=ordinal))


_NOT_A_DAY = frozenset(("month", "unit", "to", "or", "street"))


def _with_weekday_behind(tokens: Sequence[Token], item: DayItem | None) -> DayItem | None:
    """ "2 November 2026 (Senin)"."""
    if item is None or item.day.weekday is not None or item.others or item.last:
        return item
    sign, token = tokens[item.end], tokens[item.end + 1]
    if sign.text not in ("(", ",") or "weekday" not in token.senses:
        return item
    after = tokens[item.end + 2]
    if sign.text == "(" and after.text != ")":
        return item
    if sign.text == "," and (
        (after.digits and not starts_clock(tokens, item.end + 2)) or token.line != sign.line
    ):
        return item
    day = item.day._replace(weekday=int(token.senses["weekday"]))
    return item._replace(day=day, end=item.end + 2 + (sign.text == "("), weak=False)
