"""From text to tokens: the cheap filter, then words with their senses, labels and cues (rule 3.6).

Only paragraphs with a digit or a word of time are read closely. Everything is linear in the text and bounded.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from watcher.core.dates_lexicon import GAP, GAP_WORDS, Lexicon, Phrase, Senses, Words, pieces, split_words

# No invitation says its date after this many characters; no line is read in larger bites than a span.
TEXT_LIMIT = 64 * 1024
SPAN = 600
READ_LIMIT = 16 * 1024
_NEAR = 120  # characters of a paragraph read around a line that matters

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d"
_FOLD: dict[int, str | None] = {ord(char): "-" for char in _DASHES}
_FOLD |= {ord(char): "'" for char in "\u2018\u2019\u201b\u02bc\u02b9`\u00b4"}
_FOLD |= {ord(char): '"' for char in "\u201c\u201d\u201e\u00ab\u00bb"}
_FOLD |= {ord(char): None for char in "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f"}
_FOLD |= {ord("\u2236"): ":", ord("\uff1a"): ":", ord("\u2192"): "-"}
_APART = {ord(char): " " for char in '.,:;()[]{}/\\|<>-*_"!?=+@~#'}
_DIGITS = frozenset("0123456789")
_BULLETS = frozenset('-*•·>+–▪●○◦‣✅☑🔹🔸👉➡#_"(')
# Signs that many people write instead of a label; the same in every language.
_PICTURES = {
    **dict.fromkeys("📅🗓📆⏰🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕛🕜🕝🕞🕟🕠🕡🕢🕣🕤🕥🕦🕧⌚⏱", "when"),
    **dict.fromkeys("📍🏢📌", "place"),
    **dict.fromkeys("💻🎥🔗📹", "media"),
}
_LABEL_WORDS = 9
_SHORT = 45  # a line that ends this early was not wrapped: what follows is another sentence
LINK = "\ufffc"  # what is left of a web or mail address
MEETING_LINK = "\ufffb"  # what is left of a link to an online meeting
_MEETING_HOSTS = (
    "zoom.us/",
    "meet.google.com/",
    "teams.microsoft.com/",
    "teams.live.com/",
    "webex.com/",
    "whereby.com/",
)


class Token(NamedTuple):
    """A word, number or sign. `number` is -1 for anything but digits."""

    text: str  # lower case
    raw: str
    number: int
    digits: int
    senses: Senses
    line: int
    paragraph: int
    sentence: int
    spaced: bool  # white space stands before it


class Cue(NamedTuple):
    """Words that say what a sentence is about; `start` and `end` are token numbers (end exclusive)."""

    kind: str
    start: int
    end: int


class Label(NamedTuple):
    """A line "label: value". `first` is the first token of the value."""

    kind: str
    first: int


class Scan(NamedTuple):
    """What the grammar reads. `tokens` ends with a few empty ones, so that looking ahead needs no bounds."""

    tokens: Sequence[Token]
    size: int  # tokens without the padding
    cues: Sequence[Cue]
    labels: dict[int, Label]  # by line
    lines: Sequence[str]


_NOTHING: Senses = {}
END = Token("", "", -1, 0, _NOTHING, -1, -1, -1, True)
PADDING = 16


def scan(text: str, lexicon: Lexicon) -> Scan:
    """Read the parts of `text` that may hold a date."""
    lines = _worth_reading(text, lexicon.triggers)
    tokens: list[Token] = []
    words: list[str] = []  # unmerged, for the cues
    owner: list[int] = []
    paragraph = sentence = 0
    for number, line in enumerate(lines):
        if not line:
            paragraph += 1
            sentence += 1
            continue
        if line[0] in _BULLETS or line[:1].isdecimal() or (number and 0 < len(lines[number - 1]) < _SHORT):
            sentence += 1
        parts = pieces(line)
        texts = [piece.lower() for piece, _ in parts]
        at, count = 0, len(texts)
        while at < count:
            word = texts[at]
            known = lexicon.phrases.get(word) or _possessive(word, lexicon)
            senses, taken = _meaning(known, texts, at) if known else (_NOTHING, 1)
            raw, spaced = parts[at]
            digits = len(word) if taken == 1 and word[0].isdecimal() else 0
            value = int(word) if 0 < digits <= 8 else -1
            if taken > 1:
                raw = _rejoined(parts[at : at + taken])
                word = raw.lower()
            for place in range(at, at + taken):
                words.append(texts[place])
                owner.append(len(tokens))
            tokens.append(Token(word, raw, value, digits, senses, number, paragraph, sentence, spaced))
            at += taken
            if word in _STOPS and _ends_sentence(texts, parts, at, tokens):
                sentence += 1
    cues = _cues(words, owner, lexicon)
    size = len(tokens)
    tokens += [END] * PADDING
    return Scan(tokens, size, cues, _labels(tokens, size, lexicon), lines)


_STOPS = frozenset(".!?;")


def rejoined(tokens: Sequence[Token]) -> str:
    """The text of tokens that follow each other, white space made single."""
    return "".join(" " * (token.spaced and number > 0) + token.raw for number, token in enumerate(tokens))


def _rejoined(parts: Sequence[tuple[str, bool]]) -> str:
    return parts[0][0] + "".join(" " * spaced + piece for piece, spaced in parts[1:])


def _ends_sentence(
    texts: Sequence[str], parts: Sequence[tuple[str, bool]], at: int, tokens: Sequence[Token]
) -> bool:
    """Does the stop just read end its sentence? Not "10.00", "s.d.", "tgl. 2", "2. November"."""
    if at >= len(texts):
        return True
    if not parts[at][1]:
        return False
    if tokens[-1].text != ".":
        return True
    before = tokens[-2] if len(tokens) > 1 else END
    return not (
        "abbreviations" in before.senses
        or "clock" in before.senses
        or "weekday" in before.senses
        or (before.digits and before.digits < 3 and texts[at][0].isalpha())
        or ("month" in before.senses and texts[at][0].isdecimal())
    )


def _possessive(word: str, lexicon: Lexicon) -> Sequence[Phrase]:
    """ "Thursday's interview" speaks of Thursday."""
    if not word.endswith("'s"):
        return ()
    return [phrase for phrase in lexicon.phrases.get(word[:-2], ()) if len(phrase.words) == 1]


def _meaning(known: Sequence[Phrase], texts: list[str], at: int) -> tuple[Senses, int]:
    """What the longest phrase that starts at `at` means, and how many words it takes."""
    for words, senses in known:
        length = len(words)
        if length == 1 or tuple(texts[at : at + length]) == words:
            return senses, length
    return _NOTHING, 1


def _worth_reading(text: str, triggers: frozenset[str]) -> list[str]:
    """The lines to read, cleaned, '' between paragraphs. A line longer than a span comes in several bites."""
    lines: list[str] = []
    wanted: list[bool] = []
    for whole in text[:TEXT_LIMIT].splitlines():
        for line in _bites(whole):
            if not line.isascii():
                line = unicodedata.normalize("NFKC", line).translate(_FOLD)[: 2 * SPAN]
            line = line.strip()
            lines.append(line)
            wanted.append(
                bool(line)
                and not (
                    _DIGITS.isdisjoint(line) and triggers.isdisjoint(line.lower().translate(_APART).split())
                )
            )
    keep = [False] * len(lines)
    for direction in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        reach = 0  # characters still read beside the last line that mattered
        for number in direction:
            line = lines[number]
            keep[number] = keep[number] or wanted[number] or (bool(line) and reach > 0)
            reach = _NEAR if wanted[number] else reach - len(line) if line else 0
    kept: list[str] = []
    budget = READ_LIMIT
    for number, line in enumerate(lines):
        if keep[number] and budget > 0:
            kept.append(_without_addresses(line))
            budget -= len(line)
        elif kept and kept[-1]:
            kept.append("")
    return kept


def _bites(line: str) -> list[str]:
    if len(line) <= SPAN:
        return [line]
    bites = []
    while len(line) > SPAN:
        cut = line.rfind(". ", SPAN // 2, SPAN) + 1 or line.rfind(" ", SPAN // 2, SPAN) or SPAN
        cut = cut if cut > 0 else SPAN
        bites.append(line[:cut])
        line = line[cut:]
    return [*bites, line]


def _without_addresses(line: str) -> str:
    if "/" not in line and "@" not in line and "www." not in line:
        return line
    return " ".join(_link(word) if _is_address(word) else word for word in line.split())


def _link(word: str) -> str:
    low = word.lower()
    return MEETING_LINK if any(host in low for host in _MEETING_HOSTS) else LINK


def _is_address(word: str) -> bool:
    at = word.find("@")
    if "://" in word or word.lower().startswith(("www.", "mailto:")) or (at > 0 and "." in word[at:]):
        return True
    host, slash, _ = word.partition("/")
    return (
        bool(slash)
        and "." in host
        and host[0].isalpha()
        and len(host.rpartition(".")[2]) > 1
        and host[-1].isalpha()
    )


def _cues(words: list[str], owner: list[int], lexicon: Lexicon) -> list[Cue]:
    found: list[Cue] = []
    for at, word in enumerate(words):
        known = lexicon.cues.get(word)
        if known is None:
            continue
        following = words[at + 1] if at + 1 < len(words) else ""
        for phrase, kind in known:
            if len(phrase) == 1:
                found.append(Cue(kind, owner[at], owner[at] + 1))
            elif phrase[1] in (following, GAP) and (end := _match(words, at, phrase)):
                found.append(Cue(kind, owner[at], owner[end - 1] + 1))
    return found


def _match(words: list[str], at: int, phrase: Words) -> int:
    """The end of `phrase` when it stands at `at`, else 0."""
    at += 1
    position, length = 1, len(phrase)
    while position < length:
        if phrase[position] == GAP:
            position += 1
            reach = words[at : at + GAP_WORDS + 1]
            if phrase[position] not in reach:
                return 0
            at += reach.index(phrase[position]) + 1
        elif at < len(words) and words[at] == phrase[position]:
            at += 1
        else:
            return 0
        position += 1
    return at


def _labels(tokens: Sequence[Token], size: int, lexicon: Lexicon) -> dict[int, Label]:
    """Which lines are "label: value". A line that is only a label lends it to the next one."""
    labels: dict[int, Label] = {}
    waiting = ""
    at = 0
    while at < size:
        line = tokens[at].line
        end = at + 1
        while end < size and tokens[end].line == line:
            end += 1
        label = _label(tokens, at, end, lexicon)
        if label is None and waiting:
            label = Label(waiting, at)
        if label is not None:
            labels[line] = label
        waiting = label.kind if label is not None and label.first >= end else ""
        at = end
    return labels


def _label(tokens: Sequence[Token], at: int, end: int, lexicon: Lexicon) -> Label | None:
    """The label at the start of a line, if it has one: label words and their company up to a colon, a picture,
    or a label word with its value right behind it."""
    kind, filled = "", False
    while at < end and tokens[at].text in _BULLETS:
        at += 1
    for _ in range(_LABEL_WORDS):
        if at >= end:
            return Label(kind, end) if kind else None
        token = tokens[at]
        if token.text in (":", "="):
            return Label(kind or "when", at + 1) if kind or filled else None
        named = _named(tokens, at, end, lexicon)
        if token.text in _PICTURES:
            kind = kind or _PICTURES[token.text]
            at += 1
            if at < end and _named(tokens, at, end, lexicon) is None:
                return Label(kind, at)
        elif named is not None:
            kind = named[0] if not kind or named[0] in ("other", "due") else kind
            at = named[1]
            if (
                token.spaced
                and at < end
                and (tokens[at].digits or "weekday" in tokens[at].senses)
                and end - at <= 12
            ):
                return Label(kind, at)
        elif (
            token.text in "/,&().*-_"
            or "label_fill" in token.senses
            or "and" in token.senses
            or token.digits == 1
        ):
            filled = filled or "label_fill" in token.senses
            at += 1
        else:
            return None
    return None


def _named(tokens: Sequence[Token], at: int, end: int, lexicon: Lexicon) -> tuple[str, int] | None:
    """The label that starts at `at` and where it ends. A merged token counts as its words."""
    if tokens[at].text not in lexicon.labels and " " not in tokens[at].text:
        return None
    words: list[str] = []
    ends: list[int] = []
    for number in range(at, min(end, at + 5)):
        for word in split_words(tokens[number].text):
            words.append(word)
            ends.append(number + 1)
    for phrase, kind in lexicon.labels.get(words[0] if words else "", ()):
        if tuple(words[: len(phrase)]) == phrase:
            return kind, ends[len(phrase) - 1]
    return None
