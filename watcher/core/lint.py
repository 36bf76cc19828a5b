"""The draft linter: what a letter must never contain (rule 4.4). Any hit, and there is no draft.

The words are data, in the packs (`lint` of letters.yaml). In a letter those of its own language count and of
the languages that are mixed with it both ways: an innocent word of one is a pressing word of another. In a
value from mail those of every language count. What is the same in all languages is in this file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from watcher.core.address import is_robot
from watcher.core.language import Packs
from watcher.core.model import Address, DraftKind
from watcher.core.patterns import compile_pattern

#: At most this many questions (rule 4.2). In an answer the recruiter's own questions do not count.
_QUESTIONS = {DraftKind.THANK_YOU: 0, DraftKind.CLOSING: 0}

#: At most this many thanks (rule R7).
_THANKS = {DraftKind.FEEDBACK_REQUEST: 2}

#: Groups of the packs' tables in which any hit is a fault.
_NEVER = (
    "pressure",
    "again",
    "tool",
    "counting",
    "topics",
    "offers",
    "decision",
    "promise",
    "slang",
    "address",
)

#: The groups that a name from mail may not contain either: a company called "Health Bank" is a name, but
#: "accept this offer immediately" is none.
_NEVER_IN_NAMES = ("pressure", "again", "tool", "decision", "promise")

#: Attendance is the one thing a letter may agree to, on the date it repeats.
_EXEMPT = {DraftKind.CONFIRM: frozenset({"promise"})}

#: Words for a machine that reads along (rule S112), in any language that mail is written in.
_MACHINE = compile_pattern(
    r"\b(?:ignore|disregard|forget|override|abaikan|lupakan|acuhkan)\b.{0,40}"
    r"\b(?:instructions?|prompts?|rules?|above|previous|prior|instruksi|perintah|aturan|sebelumnya|di atas)\b"
    r"|\b(?:system|developer|hidden) prompt\b|\bas an? (?:ai|assistant|language model)\b"
    r"|\byou are (?:now|an? ai)\b"
    r"|\b(?:new|follow(?:ing)?|these) instructions?\b|\binstruksi (?:baru|berikut)\b"
)
_LINK = compile_pattern(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.[a-z0-9]|\b(?:data|javascript|mailto|tel):\S)"
)
_EMAIL = compile_pattern(r"[a-z0-9._%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_MARKUP = compile_pattern(r"<[a-z/!?][^>]{0,200}>|&(?:[a-z]{2,8}|#x?[0-9a-f]{1,6});|!\[|\]\(")
_EMPTY = compile_pattern(r"\b(?:None|null|NULL|undefined|Undefined|NaN)\b", ignore_case=False)
_QUOTED = compile_pattern(
    r"(?m)^\s*>|^-{2,} ?(?:original message|pesan asli|forwarded)|^.{0,80}\b(?:wrote|menulis):\s*$"
)
_BLANK = "[ ]"
_MARKS = ("?", "？", "؟")


def lint(
    text: str,
    *,
    kind: DraftKind,
    language: str,
    questions: Sequence[str] = (),
    names: Sequence[str] = (),
    me: Address,
    recipients: Sequence[Address],
    subject: str = "",
    forbidden_names: Sequence[str] = (),
    packs: Packs,
) -> tuple[str, ...]:
    """What is wrong with a letter, as "rule: the words"; empty when it may be offered.

    `questions` are the recruiter's as quoted in the letter: exempt from the word rules and the count of
    questions. `names` are the proper names in it (company, role, people, place): not read as the letter's own
    words. `forbidden_names` are those of other processes. There must be a pack of `language`.
    """
    own = masked(text, questions, (*names, me.name))
    spoken = _mixed(language, packs)
    return (
        *((f"language: {language}",) if language not in packs else ()),
        *_shape(text, own, kind, me),
        *_count("question", sum(own.count(mark) for mark in _MARKS), _QUESTIONS.get(kind, 1)),
        *_count("thanks", sum(1 for _ in _found(own, "thanks", spoken)), _THANKS.get(kind, 1)),
        *_count("interest", _sentences_with(own, "interest", spoken), 1),
        *_words(own, kind, spoken),
        *_envelope(me, recipients, subject),
        *(f"other process: {name}" for name in forbidden_names for _ in _places(text, name)),
    )


def _mixed(language: str, packs: Packs) -> Packs:
    """The pack of `language` and those that name it and that it names in `mixes_with`; all without a pack."""
    if language not in packs:
        return packs
    names = {code: pack.table("language").get("mixes_with") or () for code, pack in packs.items()}
    return {
        code: pack
        for code, pack in packs.items()
        if code == language or (code in names[language] and language in names[code])
    }


def masked(text: str, questions: Sequence[str], names: Sequence[str]) -> str:
    """`text` without the lines that quote `questions`, and with a mark for each of `names` as whole words."""
    lines = (line for line in text.split("\n") if not {line, line.partition(". ")[2]} & {*questions} - {""})
    left = "\n".join(lines)
    for name in sorted({name for name in names if name.strip()}, key=len, reverse=True):
        for at in reversed(tuple(_places(left, name))):
            left = f"{left[:at]}…{left[at + len(name) :]}"
    return left


def _places(text: str, name: str) -> Iterator[int]:
    """Where `name` stands in `text` as whole words, in this very spelling."""
    at = text.find(name)
    while at >= 0:
        around = text[max(0, at - 1) : at] + text[at + len(name) : at + len(name) + 1]
        if not any(c.isalnum() for c in around):
            yield at
        at = text.find(name, at + len(name))


def value_hits(text: str, packs: Packs, *, speech: bool = False) -> tuple[str, ...]:
    """What keeps a value from mail out of a letter: words for a machine; and unless it is `speech` (a
    question, quoted as the recruiter's own) words that push, accept, decline or promise."""
    hits = ["machine"] if _MACHINE.search(text) else []
    if not speech:
        hits += [group for group in _NEVER_IN_NAMES for _ in _found(text, group, packs)]
    return tuple(hits)


def _shape(text: str, own: str, kind: DraftKind, me: Address) -> Iterator[str]:
    """Faults of form: holes, links, markup, addresses, signs, the wrong name under it. `own` is the text
    without quoted questions and names."""
    plain = text.replace(_BLANK, "") if kind is DraftKind.ANSWER_SKELETON else text
    yield from (f"bracket: {mark}" for mark in "{}[]" if mark in plain)
    for rule, pattern in (("empty", _EMPTY), ("markup", _MARKUP), ("quoted", _QUOTED)):
        if found := pattern.search(own):
            yield f"{rule}: {found.group(0).strip()}"
    for rule, pattern in (("link", _LINK), ("machine", _MACHINE)):
        if found := pattern.search(text):
            yield f"{rule}: {found.group(0)}"
    yield from (f"address: {found}" for found in _EMAIL.findall(text) if found.lower() != me.email.lower())
    yield from (f"sign: U+{ord(c):04X}" for c in dict.fromkeys(text) if c != "\n" and odd(c))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[-1] != (me.name or me.email):
        yield f"own name: {lines[-1] if lines else ''}"


def odd(character: str) -> bool:
    """True for emoji, pictures, control and invisible characters."""
    category = unicodedata.category(character)
    picture = (
        category == "So" or "\ufe00" <= character <= "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
    return category[0] == "C" or picture


def _count(rule: str, found: int, allowed: int) -> tuple[str, ...]:
    return (f"{rule}: {found} of at most {allowed}",) if found > allowed else ()


def _words(text: str, kind: DraftKind, packs: Packs) -> Iterator[str]:
    for group in _NEVER:
        if group not in _EXEMPT.get(kind, frozenset()):
            yield from (f"{group}: {found}" for found in _found(text, group, packs))
    for pack in packs.values():
        for pattern in pack.table("letters").get("lint", {}).get("kinds", {}).get(kind.value, ()):
            if found := compile_pattern(pattern).search(text):
                yield f"{kind.value}: {found.group(0)}"


def _found(text: str, group: str, packs: Packs) -> Iterator[str]:
    """Every hit of the patterns of `group` in `text`, over all languages."""
    for pack in packs.values():
        for pattern in pack.table("letters").get("lint", {}).get(group, ()):
            yield from (found.group(0) for found in compile_pattern(pattern).finditer(text))


def _sentences_with(text: str, group: str, packs: Packs) -> int:
    sentences = text.replace("?", ".").replace("!", ".").replace("\n\n", ".").split(".")
    return sum(1 for sentence in sentences if any(True for _ in _found(sentence, group, packs)))


def _envelope(me: Address, recipients: Sequence[Address], subject: str) -> Iterator[str]:
    """Faults of the header: nobody or a machine to write to, the person as recipient, a broken line."""
    if not recipients:
        yield "recipient: none"
    for address in recipients:
        if is_robot(address) or "@" not in address.email or address.email.lower() == me.email.lower():
            yield f"recipient: {address.email}"
    for value in (subject, me.name, me.email, *(part for a in recipients for part in (a.name, a.email))):
        if any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in value):
            yield "header: control character"
    if any(mark in subject for mark in "{}") or _EMPTY.search(subject):
        yield f"subject: {subject}"
