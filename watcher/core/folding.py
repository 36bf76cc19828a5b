r"""Texts and patterns in letters for which RE2's `\b` and `\w` hold.

To RE2 only ASCII letters are letters of a word: `\bété\b` is found nowhere, `si\b` is found in "siège". So a
text is brought into small ASCII letters, one character for one: each accented letter of the languages around us
becomes a capital of its own (capitals are free, since case does not count), other Latin letters lose their
accent, curly apostrophes become straight. A pattern is brought into the same letters, its escapes untouched.
Places found in the folded text are places in the text.
"""

from __future__ import annotations

import re
import unicodedata

#: Each of these letters keeps its difference from all others.
_OWN = dict(zip("àáâãäçèéêëìíîïñòóôõöùúûüßœ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=True))
#: Latin letters with marks: Latin-1, Extended-A and -B, and the Vietnamese block.
_LATIN = [chr(point) for start, end in ((0xC0, 0x250), (0x1E00, 0x1F00)) for point in range(start, end)]
#: Letters that no decomposition takes apart.
_WHOLE = {"æ": "a", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "t", "ı": "i"}

_TABLE = str.maketrans(
    {
        **{letter: unicodedata.normalize("NFD", letter)[0] for letter in _LATIN},
        **_WHOLE,
        **_OWN,
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "´": "'",
    }
)

#: What stays as it is in a pattern: an escape, the head of a named group, flags.
_KEPT = re.compile(r"(\\(?:[pP](?:\{\^?\w+\}|\w)|x\{\w+\}|.)|\(\?P?<\w+>|\(\?[a-zA-Z-]*[:)])")
#: A range of letters that are not ASCII; it stands for all letters.
_RANGE = re.compile(r"[^\x00-\x7f]-[^\x00-\x7f]")


def fold(text: str) -> str:
    """`text` in small ASCII letters, as long as it was; characters of other scripts stay."""
    if text.isascii():
        return text.lower()
    return text.replace("İ", "i").lower().translate(_TABLE)


def fold_pattern(pattern: str, *, loose: bool = False) -> str:
    """An RE2 pattern for folded texts, to be compiled with case (`[à-ü]` becomes any letter).

    `loose`: an accented letter also stands for the bare one, for languages whose writers drop accents in haste.
    """
    parts = _KEPT.split(_RANGE.sub(r"\\pL", pattern))
    folded = "".join(part if number % 2 else fold(part) for number, part in enumerate(parts))
    return _LETTER.sub(_loosen, folded) if loose else folded


#: In a folded pattern: what stays, a class, an accented letter.
_LETTER = re.compile(rf"{_KEPT.pattern}|(\[(?:\\.|[^\]\\])+\])|([A-Z])")
_BARE = {own: unicodedata.normalize("NFD", letter)[0] for letter, own in _OWN.items() if letter not in "ßœ"}


def _loosen(found: re.Match[str]) -> str:
    kept, letters, letter = found.groups()
    if letter:
        return f"[{letter}{_BARE[letter]}]" if letter in _BARE else str(letter)
    if letters and not letters.startswith("[^"):
        bare = "".join(_BARE.get(one, "") for one in re.sub(r"\\.", "", letters))
        return f"{letters[:-1]}{bare}]"
    return str(kept or letters)
