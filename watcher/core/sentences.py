"""Cuts a text into sentences: the unit within which words belong together."""

from __future__ import annotations

from functools import lru_cache

from watcher.core.patterns import compile_pattern

#: Bounds against hostile text: characters judged, sentences kept, characters of one sentence.
TEXT_LENGTH = 12_000
UNITS = 300
UNIT_LENGTH = 500

#: A line this long (characters) was probably wrapped by a mail program, so the next line continues it.
_WRAPPED = 50

_END = r"[.!?]+[\"')\]]*\s+|\s[\x{2022}\x{00b7}|]\s|;\s"

#: Words whose full stop ends no sentence.
_ABBREVIATIONS = frozenset(
    [
        *(
            "nr",
            "bzw",
            "ggf",
            "okt",
            "sept",
            "dez",
            "inkl",
            "evtl",
            "str",
            "ca",
            "a.s",
            "dhr",
            "mevr",
            "i.v.m",
        ),
        *("evt", "sr", "sra", "srta", "sres", "ud", "uds", "mme", "mlle", "exc", "exmo", "exma", "tel", "av"),
        *(
            "mr",
            "mrs",
            "ms",
            "dr",
            "prof",
            "pt",
            "cv",
            "bpk",
            "bp",
            "sdr",
            "sdri",
            "jl",
            "jln",
            "no",
            "tgl",
            "hal",
        ),
        *(
            "ttd",
            "a.m",
            "p.m",
            "e.g",
            "i.e",
            "vs",
            "st",
            "jr",
            "sr",
            "u.p",
            "yth",
            "tbk",
            "kav",
            "lt",
            "gd",
            "pk",
        ),
        *(
            "hj",
            "ir",
            "drs",
            "dra",
            "s.psi",
            "s.kom",
            "s.e",
            "s.t",
            "s.h",
            "m.m",
            "m.psi",
            "approx",
            "jan",
            "feb",
        ),
        *("mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "s.d", "a.n"),
    ]
)
_QUOTES = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4\u2032`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("_\u00a0\u2007\u202f\u3000\t\r\f\v", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u200e\u200f", None),
        "\u2026": "...",
    }
)


def plain(text: str) -> str:
    """`text` with straight quotes, plain blanks and hyphens, and no invisible characters; lines are kept."""
    return text[: TEXT_LENGTH * 2].translate(_QUOTES)[:TEXT_LENGTH]


def sentences(text: str) -> list[str]:
    """The sentences of `text`, blanks collapsed. Wrapped lines are joined; list items stand alone."""
    return list(_sentences(text))


@lru_cache(maxsize=8)  # several readers ask for those of one mail
def _sentences(text: str) -> tuple[str, ...]:
    units: list[str] = []
    for paragraph in _joined(plain(text)):
        units.extend(_cut(paragraph))
        if len(units) >= UNITS:
            break
    return tuple(units[:UNITS])


def _joined(text: str) -> list[str]:
    """The lines of `text`; a line that continues the one before is joined to it."""
    lines: list[str] = []
    previous = ""
    for raw in text.split("\n"):
        line = " ".join(raw.split())
        if line and _continues(previous, line):
            lines[-1] = f"{lines[-1]} {line}"
        elif line:
            lines.append(line)
        previous = line
    return lines


def _continues(previous: str, line: str) -> bool:
    """True when `line` is the rest of the wrapped line `previous`."""
    if len(previous) < _WRAPPED or previous[-1] in ".!?:;":
        return False
    return line[0].islower() or (
        line[0] not in "-*\u2022\u00b7>#" and ":" not in line[:25] and len(previous) > 64
    )


def _cut(line: str) -> list[str]:
    """`line` cut after each full stop, question or exclamation mark that ends a sentence."""
    pieces: list[str] = []
    start = 0
    for match in compile_pattern(_END).finditer(line):
        word = line[start : match.start()].rpartition(" ")[2].strip("(\"'").lower()
        if line[match.start()] == "." and (
            word in _ABBREVIATIONS or word.replace(".", "").isdigit() or len(word) == 1
        ):
            continue
        pieces.append(line[start : match.end()].strip())
        start = match.end()
    pieces.append(line[start:].strip())
    return [
        piece[at : at + UNIT_LENGTH] for piece in pieces if piece for at in range(0, len(piece), UNIT_LENGTH)
    ]
