"""Which mails were made from one template: a fingerprint of the new words without what fills the gaps.

Numbers, dates, names, the company and the post differ from mail to mail, and so does what they say in their
place: every word with a capital, a digit or an address in it is left out, and so are the names of months and
days and the words of what the mail was found to be about. What stays, the running text in lower case, is cut
into pairs of neighbours; of these only hashes are kept, and of a long mail only a sample. No text can be read
out of them (rule 6.3).

Two letters of one house may differ by a single word that turns their meaning ("you have (not) passed"): so
the negations and the signals that decide are counted apart and must be the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from watcher.core.cues import units_of
from watcher.core.folding import fold
from watcher.core.language import Packs
from watcher.core.mail import NO_TEMPLATE
from watcher.core.model import Details, Mail, Template
from watcher.core.signals import find_hits, signals_of

#: As much of a mail is looked at (characters).
LENGTH = 20_000
#: As many hashes are kept: of more pairs the smallest ones, which is a fair sample of them.
SAMPLE = 64
#: Fewer pairs tell nothing: "Well received, thank you" is nobody's template.
FEWEST = 10
#: Two mails are of one template when they share so much (Jaccard's measure).
ALIKE = 0.5

_EDGES = "\"'.,;:!?()[]{}<>*_-|/\\#~=+`•·–—…«»“”„‘’¿¡>"
_CALENDAR = ("months", "weekdays", "dayparts")
_TURNS = frozenset({"rejection", "offer", "passed", "interview_cancellation", "hold"})


def template_of(mail: Mail, details: Details, language: str, packs: Packs) -> Template:
    """The fingerprint of `mail`, written in `language`, whose names are known as `details`; empty for a mail
    that is too short."""
    text = mail.new_text[:LENGTH]
    people = [address.name for address in (mail.sender, *mail.to[:5])]
    phrases = [details.company, details.role, details.person, *people]
    words = _without(_running(text, _days(*_calendar(packs))), phrases)
    hashes = sorted({_hash(f"{one} {two}") for one, two in pairwise(words)})
    if len(hashes) < FEWEST:
        return NO_TEMPLATE
    return Template(turns=_turns(text, language, packs), pairs=tuple(hashes[:SAMPLE]))


def alike(one: Template, other: Template) -> float:
    """How much two mails share, 0..1; 0 when what turns their meaning differs, or either says too little."""
    if not one.pairs or not other.pairs or one.turns != other.turns:
        return 0.0
    mine, theirs = set(one.pairs), set(other.pairs)
    both = sorted(mine | theirs)[:SAMPLE]  # the sample that the two of them together would give
    return sum(1 for value in both if value in mine and value in theirs) / len(both)


def _running(text: str, dates: frozenset[str]) -> list[str]:
    """The words of the running text: lower case, without figures, addresses and the names of days."""
    words = []
    for raw in text.split():
        word = raw.strip(_EDGES)
        if not word or word != word.lower() or "@" in word or "://" in word or "www." in word:
            continue
        if any(sign.isdigit() for sign in word) or word in dates:
            continue
        words.append(word[:40])
    return words


def _without(words: Sequence[str], phrases: Iterable[str]) -> list[str]:
    """`words` without these names, where they are written in lower case."""
    kept = list(words)
    for phrase in phrases:
        name = [word for raw in phrase.lower().split()[:12] if (word := raw.strip(_EDGES))]
        place = 0
        while name and place + len(name) <= len(kept):
            if kept[place : place + len(name)] == name:
                del kept[place : place + len(name)]
            else:
                place += 1
    return kept


def _turns(text: str, language: str, packs: Packs) -> int:
    """A hash of what turns the meaning: how many negations there are, and which signals decide."""
    if language not in packs:
        return 0
    signals, units = signals_of(packs[language]), units_of(text)
    count = sum(len(signals.negation.findall(fold(unit))) for unit in units)
    facets = {hit.facet for hit in find_hits(units, signals) if hit.weight > 1} & _TURNS
    return _hash(f"{language} {count} {' '.join(sorted(facets))}")


def _calendar(packs: Packs) -> tuple[str, ...]:
    """The names of months, days and parts of the day in every language."""
    tables = [pack.table("dates").get(name) for pack in packs.values() for name in _CALENDAR]
    lists = [words for table in tables if isinstance(table, dict) for words in table.values()]
    return tuple(str(word) for words in lists if isinstance(words, list) for word in words)


@lru_cache(maxsize=8)
def _days(*words: str) -> frozenset[str]:
    return frozenset(word.lower() for word in words)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).digest(), "big")
