"""Appointments from prose and labelled lines (rule 3.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from date_phrases import ENGLISH, INDONESIAN

from watcher.core.dates import Appointment, find_appointment
from watcher.packs import load_packs

JAKARTA = ZoneInfo("Asia/Jakarta")
BASE = datetime(2026, 11, 2, 9, 0, tzinfo=JAKARTA)  # a Monday
PACKS = load_packs()
WORDS = {
    "the weekday contradicts the date": "weekday",
    "day and month could be the other way round": "other way",
    "'next' weekday could mean this week or the one after": "next",
    "the weekday is the mail's own: today or a week later": "own",
    "there is no such date": "no such",
    "the date is past": "past",
    "the hour would be at night": "night",
    "the hour is only about right": "about",
    "the time zone has several meanings": "meanings",
    "several dates are named": "several",
}


def look(
    text: str, language: str = "id", *, base: datetime = BASE, zone: str = "Asia/Jakarta", us: bool = False
) -> Appointment:
    return find_appointment(text, base=base, language=language, zone=zone, packs=PACKS, us_sender=us)


def shown(moment: datetime, *, day_only: bool) -> str:
    day = moment.strftime("%m-%d") if moment.year == 2026 else moment.strftime("%Y-%m-%d")
    return day if day_only else f"{day} {moment:%H:%M}"


def meaning(found: Appointment) -> str:
    if found.slots:
        text = " | ".join(shown(slot, day_only=found.day_only) for slot in found.slots)
    elif found.start:
        text = shown(found.start, day_only=found.day_only) + (f"-{found.end:%H:%M}" if found.end else "")
    else:
        text = "-"
    return text + "".join(f" ?{WORDS[reason]}" for reason in found.review)


@pytest.mark.parametrize(("text", "expected"), INDONESIAN)
def test_indonesian(text: str, expected: str) -> None:
    assert meaning(look(text, "id")) == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english(text: str, expected: str) -> None:
    assert meaning(look(text, "en")) == expected


# ------------------------------------------------------------------------------------------- zones


@pytest.mark.parametrize(
    ("text", "utc", "name"),
    [
        ("Kamis, 5 November 2026 pukul 10.00 WIB", "03:00", "WIB"),
        ("Kamis, 5 November 2026 pukul 10.00 WITA", "02:00", "WITA"),
        ("Kamis, 5 November 2026 pukul 10.00 WIT", "01:00", "WIT"),
        ("Kamis, 5 November 2026 pukul 10.00 waktu Singapura", "02:00", "waktu Singapura"),
        ("Thursday, November 5, 2026, 10:00 AM ET", "15:00", "ET"),
        ("Thursday, November 5, 2026, 10:00 AM EST (7:00 AM PST)", "15:00", "EST"),
        ("Thursday, November 5, 2026, 10:00 AM Pacific Time", "18:00", "Pacific Time"),
        ("Thursday, November 5, 2026, 10:00 CET", "09:00", "CET"),
        ("Thursday, November 5, 2026, 10:00 SGT", "02:00", "SGT"),
        ("Thursday, November 5, 2026, 10:00 HKT", "02:00", "HKT"),
        ("Thursday, November 5, 2026, 10:00 JST", "01:00", "JST"),
        ("Thursday, November 5, 2026, 10:00 (GMT+7)", "03:00", "GMT+7"),
        ("Thursday, November 5, 2026, 10:00 (UTC+05:30)", "04:30", "UTC+05:30"),
        ("Thursday, November 5, 2026, 10:00 UTC", "10:00", "UTC"),
        ("Thursday, November 5, 2026, 10:00 GMT", "10:00", "GMT"),
        ("Thursday, November 5, 2026, 10:00 Asia/Tokyo", "01:00", "Asia/Tokyo"),
        ("Thursday, November 5, 2026, 10:00 America/New_York", "15:00", "America/New_York"),
        ("Thursday, November 5, 2026, 10:00 +0100", "09:00", "+0100"),
        ("Thursday, November 5, 2026, 10:00 London time", "10:00", "London time"),
        ("Thursday, November 5, 2026, 10:00 - 11:00 (WIB)", "03:00", "WIB"),
        ("Thursday, November 5, 2026, 10:00. All times are in CET.", "09:00", "CET"),
        ("Kamis, 5 November 2026 pukul 10.00", "03:00", ""),
    ],
)
def test_zone_named(text: str, utc: str, name: str) -> None:
    found = look(text, "id" if text.startswith("Kamis") else "en")
    assert found.start is not None
    assert f"{found.start.astimezone(UTC):%H:%M}" == utc
    assert found.zone == name


def test_summer_time_of_a_named_zone() -> None:
    summer = look("Thursday, July 8, 2027 at 10:00 AM EST", "en").start
    winter = look("Thursday, January 7, 2027 at 10:00 AM EST", "en").start
    assert summer is not None and winter is not None
    assert (summer.astimezone(UTC).hour, winter.astimezone(UTC).hour) == (14, 15)


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Kolkata", 4), ("Asia/Jerusalem", 8), ("Asia/Jakarta", None)]
)
def test_ambiguous_zone_by_the_sender(zone: str, hour: int | None) -> None:
    """IST is read by the Date's offset; where that fits no meaning, only the day is known."""
    base = BASE.astimezone(ZoneInfo(zone))
    found = look("Thursday, 5 November 2026 at 10:00 IST", "en", base=base)
    assert found.start is not None
    assert found.day_only == (hour is None)
    assert hour is None or found.start.astimezone(UTC).hour == hour
    assert (found.review == ()) == (hour is not None)


def test_senders_offset_in_indonesia() -> None:
    """A sender in Makassar who names no zone means WITA; a sender in Europe tells nothing."""
    makassar = BASE.astimezone(ZoneInfo("Asia/Makassar"))
    europe = BASE.astimezone(ZoneInfo("Europe/Berlin"))
    text = "Kamis, 5 November 2026 pukul 10.00"
    there, far = look(text, base=makassar).start, look(text, base=europe).start
    assert there is not None and far is not None
    assert (there.astimezone(UTC).hour, far.astimezone(UTC).hour) == (2, 3)


def test_persons_zone_when_nothing_else_tells() -> None:
    found = look("Thursday 5 November at 10am", "en", base=BASE.astimezone(UTC), zone="Europe/Berlin").start
    assert found is not None
    assert found.astimezone(UTC).hour == 9


def test_a_time_inside_a_clock_change_moves_forward() -> None:
    base = datetime(2027, 3, 24, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    found = look("28 March 2027 at 02:30 am CET", "en", base=base, zone="Europe/Berlin")
    assert found.day_only  # an hour at night is nobody's interview
    later = look("Sunday, 28 March 2027, 9:30 CET", "en", base=base, zone="Europe/Berlin").start
    assert later is not None
    assert later.utcoffset() == timedelta(hours=2)


# -------------------------------------------------------------------------------------- base and order


def test_relative_words_count_from_the_mail() -> None:
    """ "besok" in a mail of Friday night is Saturday, in the sender's zone."""
    base = datetime(2026, 11, 6, 23, 30, tzinfo=JAKARTA)
    assert meaning(look("besok jam 10 pagi", base=base)) == "11-07 10:00"
    assert meaning(look("tomorrow at 10am", "en", base=base.astimezone(UTC))) == "11-07 10:00"
    assert (
        meaning(look("tomorrow at 10am", "en", base=datetime(2026, 11, 7, 1, 0, tzinfo=JAKARTA)))
        == "11-08 10:00"
    )


def test_missing_year_over_new_year() -> None:
    base = datetime(2026, 12, 28, 9, 0, tzinfo=JAKARTA)
    assert meaning(look("Selasa, 5 Januari pukul 10.00", base=base)) == "2027-01-05 10:00"
    assert meaning(look("5 January at 10am", "en", base=base)) == "2027-01-05 10:00"
    assert meaning(look("29 December at 10am", "en", base=base)) == "12-29 10:00"


@pytest.mark.parametrize(
    ("text", "language", "us", "expected"),
    [
        ("11/12/2026 at 10am", "en", False, "- ?other way"),
        ("11/12/2026 at 10am", "en", True, "11-12 10:00"),
        ("Saturday 12/12/2026 at 10am", "en", False, "12-12 10:00"),
        ("Friday 11/12/2026 at 10am", "en", False, "12-11 10:00"),
        ("Thursday 11/12/2026 at 10am", "en", False, "11-12 10:00"),
        ("Monday 11/12/2026 at 10am", "en", False, "- ?weekday"),
        ("11/12/2026 at 10am ET", "en", False, "11-12 10:00"),
        ("11/12/2026 pukul 10.00", "id", False, "12-11 10:00"),
        ("11/12/2026 pukul 10.00", "id", True, "12-11 10:00"),
        ("11.12.2026 at 10am", "en", True, "12-11 10:00"),
        ("2026-11-12 at 10am", "en", True, "11-12 10:00"),
    ],
)
def test_order_of_day_and_month(text: str, language: str, us: bool, expected: str) -> None:
    assert meaning(look(text, language, us=us)) == expected


def test_language_decides_what_minggu_is() -> None:
    assert meaning(look("Minggu, 8 November 2026 pukul 9 pagi")) == "11-08 09:00"
    assert meaning(look("wawancara minggu depan")) == "-"
    assert meaning(look("wawancara dalam 2 minggu")) == "-"


def test_an_english_date_in_an_indonesian_mail() -> None:
    assert meaning(look("Interview: Thursday, 5 November 2026 at 10.00 WIB")) == "11-05 10:00"
    assert meaning(look("Interview: Kamis, 5 November 2026 pukul 10.00 WIB", "en")) == "11-05 10:00"


def test_unknown_language_reads_every_pack() -> None:
    assert meaning(look("Kamis, 5 November 2026 pukul 10.00", "xx")) == "11-05 10:00"


def test_year_29_february() -> None:
    base = datetime(2028, 1, 3, 9, 0, tzinfo=JAKARTA)
    assert meaning(look("29 February at 10am", "en", base=base)) == "2028-02-29 10:00"


# ------------------------------------------------------------------------------------- place and rank


@pytest.mark.parametrize(
    ("text", "online", "place"),
    [
        (
            "Tempat : Gedung Sate Lt. 3, Jl. Diponegoro No. 22, Bandung",
            False,
            "Gedung Sate Lt. 3, Jl. Diponegoro No. 22, Bandung",
        ),
        ("Tempat : Zoom Meeting", True, ""),
        ("Lokasi: Online", True, ""),
        ("Location: 5th floor, 12 King Street", False, "5th floor, 12 King Street"),
        ("Where: https://zoom.us/j/123456", True, ""),
        ("Media : Google Meet", True, ""),
        ("Link: https://meet.google.com/abc-defg-hij", True, ""),
        ("Wawancara akan dilaksanakan secara daring", True, ""),
        (
            "Wawancara bertempat di Kantor Pusat, Jl. Asia Afrika No. 8.",
            False,
            "Kantor Pusat, Jl. Asia Afrika No. 8",
        ),
        ("We will meet in person at our offices", False, ""),
        ("Your interview will be a video call", True, ""),
        ("You can apply online", False, ""),
        ("Tempat: Kantor kami\nAlamat: Ruko Niaga Blok A", False, "Kantor kami, Ruko Niaga Blok A"),
    ],
)
def test_where(text: str, online: bool, place: str) -> None:
    found = look(text + "\nHari/Tanggal: Kamis, 5 November 2026")
    assert (found.online, found.place) == (online, place)


def test_labelled_lines_win_over_prose() -> None:
    text = (
        "Kami undang wawancara Jumat, 6 November 2026 pukul 14.00.\n\n"
        "Hari/Tanggal : Kamis, 5 November 2026\nPukul : 10.00 WIB"
    )
    found = look(text)
    assert (meaning(found), found.rank) == ("11-05 10:00", 3)
    assert look("wawancara Kamis 5 November jam 10").rank == 4
    assert look("tidak ada tanggal").rank == 0


def test_quote_is_short_and_from_the_text() -> None:
    found = look("Hari/Tanggal : Kamis, 5 November 2026\nPukul : 10.00 WIB s.d. selesai " + "x" * 500)
    assert found.quote.startswith("Kamis, 5 November 2026")
    assert len(found.quote) <= 120


LETTER = """Yth. Saudari Ratna,

Menindaklanjuti lamaran Saudari tanggal 20 Oktober 2026 untuk posisi Analis Data, kami mengundang Saudari
mengikuti wawancara yang akan dilaksanakan pada:

Hari/Tanggal : Kamis, 5 November 2026
Waktu        : 10.00 WIB s.d. selesai
Tempat       : Zoom Meeting
Meeting ID   : 912 3456 7890
Passcode     : 051126

Mohon konfirmasi kehadiran paling lambat Rabu, 4 November 2026 pukul 12.00 WIB. Apabila berhalangan, silakan
menghubungi 0812-3456-7890 pada jam kerja Senin - Jumat pukul 08.00 - 17.00 WIB.

Hasil wawancara kami sampaikan paling lambat 7-14 hari kerja setelah wawancara.
"""


def test_a_whole_letter() -> None:
    found = look(LETTER)
    assert (meaning(found), found.zone, found.online, found.place, found.rank) == (
        "11-05 10:00",
        "WIB",
        True,
        "",
        3,
    )


def test_base_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        look("besok jam 10", base=datetime(2026, 11, 2, 9, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("language", "text", "start"),
    [
        ("id", "Tanggal: 11 November 2026\nHari : Rabu\nPukul : 10.00 WIB", "11-11 10:00"),
        ("en", "Date: 11 November 2026\nDay: Wednesday\nTime: 10:00", "11-11 10:00"),
        ("id", "Interview hari ini diubah dari jam 3 sore ke jam 4.30 sore", "11-02 16:30"),
        ("id", "Interview hari ini dimajukan dari jam 3 sore jadi jam 1 siang", "11-02 13:00"),
        ("en", "Today's interview moves from 3 pm to 4.30 pm", "11-02 16:30"),
    ],
)
def test_a_weekday_below_its_date_and_a_time_moved_today(language: str, text: str, start: str) -> None:
    found = look(text, language)
    assert found.start is not None
    assert shown(found.start, day_only=found.day_only) == start
