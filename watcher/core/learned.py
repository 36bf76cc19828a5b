"""The learned part of classification: a linear model over hashed words, read from one file of bytes.

It sees what the rules see - words, pairs of words, parts of words, where the mail comes from - and what the
rules themselves say, and weighs them against each other. Weights are whole numbers of one byte; the rows of
all classes are packed side by side into one long integer each, so that adding a row is adding one number.

`training/train.py` writes the file, byte for byte the same from the same corpus. Reading and using it needs
nothing but Python.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from watcher.core.model import Kind

MAGIC = b"IWMODEL1"
#: Width of one class in a packed row (bits): room for the sum of every feature a mail can have.
_LANE = 32
#: Weights are stored from 0 to 255; this stands for nothing.
ZERO = 128
#: No more of a mail is looked at (characters, words).
_LONGEST_TEXT = 6000
_WORDS = 700
#: Parts of words have this many letters.
_PARTS = (3, 4, 5)
#: Shorter words explain nothing to a reader.
_TELLING = 4
#: Features that the corpus has are marked in a field of this many bits: a word nobody has seen says nothing,
#: and would say what happens to stand in its row.
KNOWN_BITS = 20
_FIELD = 1 << (KNOWN_BITS - 3)  # bytes
#: Words of an address that tell nothing.
_SENDERS_ALL = frozenset(("#", "com", "example", "org", "net", "co", "www", "mail", "email"))
#: So many features has a mail of ordinary length.
_USUAL_WORDS = 300
_USUAL_PARTS = 800
#: So many rows of parts of words are kept at hand.
_RECENT = 20_000
#: What structure and rules say weighs this much beside the words.
_SIGNS = 0.3


@dataclass(frozen=True, slots=True)
class Features:
    """What a mail shows, by group; each group weighs the same however many features it has."""

    words: frozenset[str]
    parts: frozenset[str]
    signs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Learned:
    """One model, for incoming or for own mail."""

    classes: tuple[Kind, ...]
    bits: int
    rows: tuple[int, ...]
    bias: tuple[float, ...]
    scale: float  # what one step of a weight is worth
    sharpness: float  # makes probabilities honest
    known: bytes  # the field of known features, see `is_known`
    #: The rows of parts of words that were asked for, -1 for one that the corpus does not have.
    recent: dict[str, int] = field(default_factory=dict, compare=False, repr=False)


#: What is no letter, no figure and no question mark, as a blank.
_ASCII_WORDS = {point: " " for point in range(128) if not chr(point).isalnum() and chr(point) != "?"}


def tokens_of(text: str) -> list[str]:
    """The words of a text, lower case, figures made alike."""
    lower = text[:_LONGEST_TEXT].lower()
    if lower.isascii():
        clean = lower.translate(_ASCII_WORDS)
    else:
        clean = "".join(sign if sign.isalnum() or sign == "?" else " " for sign in lower)
    words = clean.replace("?", " ? ").split()[:_WORDS]
    return ["#" if word[0].isdigit() else word[:24] for word in words]


def features(subject: str, text: str, signs: Iterable[str], sender: str = "") -> Features:
    """The features of a mail; `signs` are what structure and rules say of it, `sender` is the name and address
    of the From header (a "Lettings" or an "Admissions" says what the words alone leave open)."""
    body, head = tokens_of(text), tokens_of(subject)
    words = {*body, *head}
    parts: set[str] = set()
    for word in words:
        parts.update(_parts_of(word))
    words.update(f"{a} {b}" for line in (head, body) for a, b in pairwise(line))
    words.update(f"s:{word}" for word in head)
    words.update(f"f:{word}" for word in tokens_of(sender) if word not in _SENDERS_ALL)
    return Features(frozenset(words), frozenset(parts), frozenset(f"x:{sign}" for sign in signs))


@lru_cache(maxsize=4096)
def _parts_of(word: str) -> tuple[str, ...]:
    padded = f"<{word}>"
    return tuple(f"c:{padded[i : i + n]}" for n in _PARTS for i in range(len(padded) - n + 1))


def slot(feature: str, bits: int) -> int:
    """The row of a feature."""
    return _hash(feature) & ((1 << bits) - 1)


def _hash(feature: str) -> int:
    return zlib.crc32(feature.encode("utf-8", "surrogatepass"))


def known_field(features: Iterable[str]) -> bytes:
    """The field in which `features` are marked."""
    field = bytearray(_FIELD)
    for feature in features:
        place = _hash(feature) >> (32 - KNOWN_BITS)
        field[place >> 3] |= 1 << (place & 7)
    return bytes(field)


def is_known(feature: str, field: bytes) -> bool:
    """True when the corpus has `feature` (or, one time in ten, when it has another one in its place)."""
    place = _hash(feature) >> (32 - KNOWN_BITS)
    return bool(field[place >> 3] >> (place & 7) & 1)


def groups_of(found: Features) -> tuple[tuple[frozenset[str], float], ...]:
    """Each group of features with the value that each of its features has."""
    return (
        (found.words, _value(len(found.words), _USUAL_WORDS)),
        (found.parts, _value(len(found.parts), _USUAL_PARTS)),
        (found.signs, _SIGNS * _value(len(found.signs), len(found.signs))),
    )


def _value(count: int, usual: int) -> float:
    """What one of `count` features is worth: together they have length one. A text longer than `usual` is
    made of everyday words for the greater part; their small weights must not add up to a verdict."""
    return math.sqrt(min(1.0, usual / max(1, count))) / math.sqrt(max(1, count))


def probabilities(model: Learned, found: Features) -> dict[Kind, float]:
    """How likely each class is; they add up to one."""
    count = len(model.classes)
    logits = list(model.bias)
    mask = (1 << _LANE) - 1
    for group, value in groups_of(found):
        rows = _recent_rows(model, group) if group is found.parts else _rows(model, group)
        total, told = sum(rows), len(rows)
        for place in range(count):
            summed = ((total >> (_LANE * place)) & mask) - ZERO * told
            logits[place] += summed * model.scale * value
    top = max(logits)
    powers = [math.exp((logit - top) * model.sharpness) for logit in logits]
    whole = sum(powers)
    return {kind: power / whole for kind, power in zip(model.classes, powers, strict=True)}


def _rows(model: Learned, group: Iterable[str]) -> list[int]:
    """The rows of those features that the corpus has."""
    rows, known, low = model.rows, model.known, (1 << model.bits) - 1
    marks = [zlib.crc32(feature.encode("utf-8", "surrogatepass")) for feature in group]
    return [
        rows[mark & low]
        for mark in marks
        if known[mark >> (35 - KNOWN_BITS)] >> (mark >> (32 - KNOWN_BITS) & 7) & 1
    ]


def _recent_rows(model: Learned, parts: frozenset[str]) -> list[int]:
    """The same for parts of words, which come again in mail after mail."""
    recent = model.recent
    if len(recent) > _RECENT:
        recent.clear()
    found = []
    for part in parts:
        row = recent.get(part)
        if row is None:
            row = recent[part] = next(iter(_rows(model, (part,))), -1)
        if row >= 0:
            found.append(row)
    return found


def weightiest(model: Learned, found: Features, kind: Kind, count: int) -> list[tuple[str, float]]:
    """The words that speak most for `kind` against the other classes, with their weights."""
    lane = _LANE * model.classes.index(kind)
    rows, known, low, mask = model.rows, model.known, (1 << model.bits) - 1, (1 << _LANE) - 1
    weighed = []
    for feature in found.words:
        if len(feature) < _TELLING or not feature[0].isalpha() or feature[1] == ":":
            continue
        mark = zlib.crc32(feature.encode("utf-8", "surrogatepass"))
        if not known[mark >> (35 - KNOWN_BITS)] >> (mark >> (32 - KNOWN_BITS) & 7) & 1:
            continue
        own = (rows[mark & low] >> lane & mask) - ZERO
        if own > 0:
            weighed.append((feature, own * model.scale))
    return sorted(weighed, key=lambda pair: (-pair[1], pair[0]))[:count]


# --------------------------------------------------------------------------- the file


def dump(models: Mapping[str, Learned], weights: Mapping[str, bytes]) -> bytes:
    """The file of several models. `weights[name]` holds bits x classes bytes, row by row."""
    header = {
        name: {
            "classes": [kind.value for kind in model.classes],
            "bits": model.bits,
            "bias": [round(value, 6) for value in model.bias],
            "scale": model.scale,
            "sharpness": model.sharpness,
        }
        for name, model in models.items()
    }
    head = json.dumps(header, sort_keys=True).encode()
    body = b"".join(weights[name] + models[name].known for name in sorted(models))
    return MAGIC + len(head).to_bytes(4, "big") + head + zlib.compress(body, 9)


def load(data: bytes) -> dict[str, Learned]:
    """Read a model file. Raises ValueError when it is none."""
    if not data.startswith(MAGIC):
        raise ValueError("this is no model file of the watcher")
    size = int.from_bytes(data[8:12], "big")
    header = json.loads(data[12 : 12 + size])
    body = zlib.decompress(data[12 + size :])
    found: dict[str, Learned] = {}
    at = 0
    for name in sorted(header):
        part = header[name]
        classes = tuple(Kind(value) for value in part["classes"])
        length = len(classes) << part["bits"]
        found[name] = Learned(
            classes,
            part["bits"],
            _packed(body[at : at + length], len(classes)),
            tuple(part["bias"]),
            part["scale"],
            part["sharpness"],
            body[at + length : at + length + _FIELD],
        )
        at += length + _FIELD
    return found


def _packed(weights: bytes, count: int) -> tuple[int, ...]:
    """Row by row, the bytes of all classes spread into lanes of one long integer."""
    lane = _LANE // 8
    spread = bytearray(len(weights) * lane)
    spread[::lane] = weights
    width = count * lane
    return tuple(int.from_bytes(spread[i : i + width], "little") for i in range(0, len(spread), width))


def chosen(odds: Mapping[Kind, float], order: Sequence[Kind]) -> tuple[Kind, float]:
    """The likeliest class; on a tie the one that stands first in `order`."""
    best = max(order, key=lambda kind: (odds.get(kind, 0.0), -order.index(kind)))
    return best, odds.get(best, 0.0)
