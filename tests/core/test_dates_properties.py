"""What must hold for any text: dates never raise, stay bounded, and a date in any style is read back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from date_phrases import ENGLISH, INDONESIAN
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.dates import Appointment, Promises, find_appointment, find_promises
from watcher.packs import load_packs

JAKARTA = ZoneInfo("Asia/Jakarta")
BASE = datetime(2026, 11, 2, 9, 0, tzinfo=JAKARTA)
PACKS = load_packs()
LANGUAGES = [code for code, pack in PACKS.items() if pack.table("dates")]

ID_MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
ID_SHORT = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()
ID_DAYS = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()
ID_STYLES = [
    "{wd}, {d} {month} {y} pukul {h}.{m} WIB",
    "hari {wd} tanggal {d} {month} {y} jam {h}.{m}",
    "{wd} ({d}/{mo}/{y}) pukul {h}.{m}",
    "{wd}, {d2}-{mo2}-{y} pk. {h}:{m}",
    "{d2}/{mo2}/{y} pukul {h}.{m} WIB",
    "{d} {short} {y}, {h}.{m} WIB",
    "pukul {h}.{m} WIB, {wd} {d} {month} {y}",
    "Hari/Tanggal : {wd}, {d} {month} {y}\nWaktu : {h}.{m} WIB s.d. selesai",
    "Hari : {wd}\nTanggal : {d} {month} {y}\nPukul : {h}.{m}",
    "wawancara {wd} {d} {month} pukul {h}.{m}",
    "{y}-{mo2}-{d2} {h}:{m}",
]
EN_STYLES = [
    "%A, %d %B %Y at %H:%M",
    "%A, %B %d, %Y at %I:%M %p",
    "%a, %b %d, %Y, %I:%M %p",
    "%a %d %b %Y %H:%M",
    "%d-%b-%Y at %I:%M%p",
    "%Y-%m-%d %H:%M",
    "%I:%M %p on %A, %B %d, %Y",
    "Date: %d %B %Y\nTime: %H:%M",
    "When: %A, %B %d, %Y %I:%M %p",
    "%A %d.%m.%Y at %H:%M",
    "interview on %A, %d %B at %H:%M",
]


def appointment(text: str, language: str, base: datetime = BASE) -> Appointment:
    return find_appointment(text, base=base, language=language, zone="Asia/Jakarta", packs=PACKS)


def promises(text: str, language: str, base: datetime = BASE) -> Promises:
    return find_promises(
        text, base=base, language=language, zone="Asia/Jakarta", calendar_country="ID", packs=PACKS
    )


def words_of(language: str) -> list[str]:
    """Every phrase of the language's table: what random mail is made of."""

    def collect(node: object) -> list[str]:
        if isinstance(node, dict):
            return [word for value in node.values() for word in collect(value)]
        if isinstance(node, list):
            return [word for value in node for word in collect(value)]
        return [node] if isinstance(node, str) else []

    return sorted(set(collect(PACKS[language].table("dates"))))


ODD = (
    "0 1 2 9 10 12 24 29 30 31 59 60 99 2026 11/2 2/11 10.00 10:30 00:00 : . , - – / ( ) + @ ' \n \n\n "
    "WIB IST GMT+7 Rp"
).split(" ")
MOMENTS = st.datetimes(
    min_value=datetime(2026, 11, 3, 7, 0),  # noqa: DTZ001
    max_value=datetime(2027, 8, 1, 20, 59),  # noqa: DTZ001
).filter(lambda moment: 7 <= moment.hour <= 20)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=400), language=st.sampled_from([*LANGUAGES, "xx"]))
def test_any_text_is_read(text: str, language: str) -> None:
    check(appointment(text, language), promises(text, language))


@settings(max_examples=400, deadline=None)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_any_heap_of_date_words_is_read(data: st.DataObject, language: str) -> None:
    words = st.sampled_from(words_of(language)) | st.sampled_from(ODD)
    text = " ".join(data.draw(st.lists(words, max_size=40)))
    check(appointment(text, language), promises(text, language))


@settings(max_examples=100, deadline=None)
@given(
    base=st.datetimes(timezones=st.sampled_from([UTC, JAKARTA, ZoneInfo("America/New_York")])),
    phrase=st.sampled_from([text for text, _ in INDONESIAN + ENGLISH]),
)
def test_any_date_header_is_survived(base: datetime, phrase: str) -> None:
    for language in LANGUAGES:
        check(appointment(phrase, language, base), promises(phrase, language, base))


def check(found: Appointment, promised: Promises) -> None:
    """What holds for every finding."""
    moments = [found.start, found.end, *found.slots]
    moments += [promised.promise_by, promised.silence_by, promised.ask_from, promised.deadline, promised.back]
    assert all(moment is None or moment.tzinfo is not None for moment in moments)
    assert not (found.slots and found.start)
    assert found.end is None or (found.start is not None and found.end > found.start)
    assert len(found.quote) <= 120 and len(promised.quote) <= 120 and len(found.place) <= 120


@settings(max_examples=150, deadline=None)
@given(moment=MOMENTS, style=st.sampled_from(ID_STYLES))
def test_indonesian_styles_are_read_back(moment: datetime, style: str) -> None:
    text = style.format(
        wd=ID_DAYS[moment.weekday()],
        d=moment.day,
        d2=f"{moment.day:02}",
        mo=moment.month,
        mo2=f"{moment.month:02}",
        month=ID_MONTHS[moment.month - 1],
        short=ID_SHORT[moment.month - 1],
        y=moment.year,
        h=f"{moment.hour:02}",
        m=f"{moment.minute:02}",
    )
    assert appointment(text, "id").start == expected(moment), text


@settings(max_examples=150, deadline=None)
@given(moment=MOMENTS, style=st.sampled_from(EN_STYLES))
def test_english_styles_are_read_back(moment: datetime, style: str) -> None:
    text = moment.strftime(style)
    assert appointment(text, "en").start == expected(moment), text


def expected(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0, tzinfo=JAKARTA)


@settings(max_examples=60, deadline=None)
@given(days=st.integers(1, 120), unit=st.sampled_from(["hari", "days"]))
def test_days_ahead_are_counted(days: int, unit: str) -> None:
    text = f"Kami kabari dalam {days} hari." if unit == "hari" else f"We will contact you within {days} days."
    found = promises(text, "id" if unit == "hari" else "en").promise_by
    assert found == datetime.combine(BASE.date() + timedelta(days=days), BASE.timetz().replace(hour=17))


@settings(max_examples=60, deadline=None)
@given(offset=st.integers(0, 400))
def test_weekday_words_lie_within_a_week(offset: int) -> None:
    base = BASE + timedelta(days=offset)
    found = appointment("interview on Friday at 10am", "en", base).start
    if base.isoweekday() == 5:
        assert found is None
    else:
        assert found is not None and 0 < (found.date() - base.date()).days < 7 and found.isoweekday() == 5


HOSTILE: list[tuple[str, Callable[[int], str]]] = [
    ("ones", lambda size: "1 " * (size // 2)),
    ("digits", lambda size: "1" * size),
    ("dotted", lambda size: "1." * (size // 2)),
    ("times", lambda size: "10.00 " * (size // 6)),
    ("lines", lambda size: "10.00\n" * (size // 6)),
    ("dates", lambda size: "2 november 2026 10.00 atau " * (size // 27)),
    ("clauses", lambda size: "jika tidak kabar lolos 2 minggu " * (size // 32)),
    ("accents", lambda size: "e\u0301\u0327" * (size // 3)),
    ("labels", lambda size: "hari : " * (size // 7)),
    ("brackets", lambda size: "(" * size),
    ("slashes", lambda size: "1/" * (size // 2)),
]


@pytest.mark.parametrize(("name", "make"), HOSTILE)
def test_hostile_text_takes_bounded_time(name: str, make: Callable[[int], str]) -> None:
    """256 KB of anything costs about as much as 64 KB of it, and no more than a blink."""
    text = make(256 * 1024)
    started = time.process_time()
    check(appointment(text, "id"), promises(text, "id"))
    assert time.process_time() - started < 1.5, name


def test_a_usual_mail_takes_about_a_millisecond() -> None:
    prose = "Terima kasih atas minat Anda untuk bergabung bersama perusahaan kami sebagai analis data. " * 30
    mail = prose + "\n\nHari/Tanggal : Kamis, 5 November 2026\nPukul : 10.00 WIB\n\n" + prose[:300]
    best = min(timed(mail) for _ in range(20))
    assert best < 0.01  # a tenth of what a slow machine would need to be noticed


def timed(mail: str) -> float:
    started = time.process_time()
    found = appointment(mail, "id")
    assert found.start is not None and found.start.date() == date(2026, 11, 5)
    return time.process_time() - started
