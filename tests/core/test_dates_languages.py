"""A language is a folder: full dates and times of further languages come from a table alone (rule 3.6)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from watcher.core.dates import find_appointment
from watcher.core.dates_lexicon import CUES, LABELS
from watcher.core.dates_lexicon import TABLES as KEYS
from watcher.core.language import load_pack
from watcher.packs import load_packs

BASE = datetime(2026, 11, 2, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))

TABLES = {
    "de": """
numeric_order: dots
months: {1: [januar], 3: [märz, mrz], 11: [november, nov], 12: [dezember, dez]}
weekdays: {4: [donnerstag, do], 5: [freitag, fr]}
wordlike: [do, fr]
relative: {1: [morgen]}
lead: [am, den, dem, der]
clock: [um]
oclock: [uhr]
moments: {"12:00": [mittag]}
half_before: [halb]
to: ["-", bis]
or: [oder]
labels: {when: [datum, uhrzeit, termin, wann]}
""",
    "es": """
months: {11: [noviembre, nov]}
weekdays: {4: [jueves], 5: [viernes]}
glue: [de, del]
lead: [el, día]
clock: [a las, a la]
to: ["-", a]
meridiem: {am: [de la mañana], pm: [de la tarde]}
""",
    "fr": """
months: {11: [novembre], 12: [décembre, déc]}
weekdays: {4: [jeudi], 5: [vendredi]}
ordinal: [er]
lead: [le]
clock: [à, de]
oclock: [h, heures]
to: ["-", à]
""",
    "pt": """
months: {11: [novembro]}
weekdays: {4: [quinta-feira, quinta], 5: [sexta-feira, sexta]}
glue: [de]
lead: [dia]
clock: [às, "à"]
oclock: [h, horas]
""",
    "nl": """
months: {11: [november]}
weekdays: {4: [donderdag], 5: [vrijdag]}
lead: [op]
clock: [om, van]
oclock: [uur]
to: ["-", tot]
""",
    "ms": """
months: {11: [november], 12: [disember, dis]}
weekdays: {4: [khamis], 5: [jumaat]}
lead: [pada, hari]
clock: [jam, pukul]
dayparts: {morning: [pagi], afternoon: [petang], noon: [tengah hari]}
to: ["-", hingga]
""",
}
PACKS = {code: load_pack(code, {"dates.yaml": table}) for code, table in TABLES.items()}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Donnerstag, 5. November 2026, um 10:00 Uhr", "2026-11-05 10:00"),
        ("de", "am Donnerstag, den 5.11.2026 um 10 Uhr", "2026-11-05 10:00"),
        ("de", "Do 5.11. 10:00", "2026-11-05 10:00"),
        ("de", "am 5. November um halb elf", "2026-11-05 00:00"),
        ("de", "am 5. November um halb 11", "2026-11-05 10:30"),
        ("de", "morgen um 14.30 Uhr", "2026-11-03 14:30"),
        ("de", "Datum: 5.11.2026\nUhrzeit: 10:00 - 11:00 Uhr", "2026-11-05 10:00"),
        ("de", "am 2. März 2027 um 9 Uhr", "2027-03-02 09:00"),
        ("es", "el jueves, 5 de noviembre de 2026 a las 10:00", "2026-11-05 10:00"),
        ("es", "jueves 5 de noviembre a las 4 de la tarde", "2026-11-05 16:00"),
        ("fr", "le jeudi 5 novembre 2026 à 10h30", "2026-11-05 10:30"),
        ("fr", "le 1er décembre 2026 à 14h", "2026-12-01 14:00"),
        ("pt", "quinta-feira, 5 de novembro de 2026, às 10h", "2026-11-05 10:00"),
        ("pt", "dia 5 de novembro às 14h30", "2026-11-05 14:30"),
        ("nl", "donderdag 5 november 2026 om 10.00 uur", "2026-11-05 10:00"),
        ("nl", "op vrijdag 6 november van 10:00 tot 11:00", "2026-11-06 10:00"),
        ("ms", "Khamis, 5 November 2026 jam 10.00 pagi", "2026-11-05 10:00"),
        ("ms", "pada hari Jumaat 6 November 2026, pukul 3 petang", "2026-11-06 15:00"),
    ],
)
def test_full_dates_and_times(language: str, text: str, expected: str) -> None:
    found = find_appointment(text, base=BASE, language=language, zone="Europe/Berlin", packs=PACKS)
    assert found.start is not None
    assert f"{found.start:%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize("code", sorted(load_packs()))
def test_tables_hold_known_keys_only(code: str) -> None:
    table = load_packs()[code].table("dates")
    assert set(table) <= KEYS
    assert set(table.get("cues", {})) <= CUES
    assert set(table.get("labels", {})) <= LABELS
