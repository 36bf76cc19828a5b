"""Templates become text: slots and phrases filled through Jinja's immutable sandbox (rules 4.2 and 4.3).

Templates come from the language packs and from the person's own files, never from mail; what mail says only
ever arrives as the value of a slot, cleaned by core/slots.py. A letter is `drafts/<kind>.j2`; a follow-up may
have one file per occasion (`follow_up.test.j2`), which then wins over `follow_up.j2`. Phrases (letters.yaml,
in their order) are templates too and become variables of the letter.

Variables of every letter and phrase; unknown text is '' and unknown truth is false:

| variable | what |
|---|---|
| me | the person's own name |
| name, title | who is written to, as signed; the title only where it was stated |
| first_name | of that person, where the other side uses first names; else '' |
| company, role | cleaned; '' if unknown |
| held | an interview was held |
| occasion | of a follow-up: result, news, new_date, slot, test, contact |
| weekday, day, month, year, this_year | the date this letter speaks of, in words; `day` is '' if unknown |
| hour, minute, zone | its time; '' if unknown |
| online, place | of the interview to confirm |
| questions, choose | of an answer: the questions asked, and whether times are offered for a choice |
| late | of an answer: it comes more than 48 hours after the question |
| deadline_known | of an offer |

The phrases: date, time, on_date, you, salutation, the_role, about_role, the_company, you_and_company, where,
occasion_thanks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from watcher.core.language import Pack
from watcher.core.model import DraftKind, Occasion

#: A letter is never longer than this (characters): a template that loops is a fault.
LETTER_LENGTH = 10_000

#: A template is never longer than this (characters).
TEMPLATE_LENGTH = 20_000


class LetterError(ValueError):
    """A template cannot be used; the sentence says why."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Without multiplication, so that no template can build a text that fills the memory."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"the operator {operator} is not allowed in letters")


@lru_cache(maxsize=1)
def _environment() -> _Sandbox:
    return _Sandbox(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)


@lru_cache(maxsize=256)
def _compiled(template: str) -> Template:
    return _environment().from_string(template)


def render(template: str, slots: Mapping[str, object]) -> str:
    """`template` filled with `slots`. Raises LetterError on any fault of the template: syntax, an unknown
    variable, a forbidden act, a text without end."""
    if len(template) > TEMPLATE_LENGTH:
        raise LetterError(f"longer than {TEMPLATE_LENGTH} characters")
    pieces: list[str] = []
    length = 0
    try:
        for piece in _compiled(template).generate(slots):
            pieces.append(piece)
            length += len(piece)
            if length > LETTER_LENGTH:
                raise LetterError(f"makes more than {LETTER_LENGTH} characters")
    except LetterError:
        raise
    except Exception as error:
        raise LetterError(f"{type(error).__name__}: {str(error)[:200]}") from error
    return "".join(pieces)


def tidy(text: str) -> str:
    """`text` with no blank ends, no runs of blank lines, and no doubled full stop after an abbreviation."""
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", joined) + "\n"


def with_phrases(pack: Pack, slots: Mapping[str, object]) -> dict[str, object]:
    """`slots` and every phrase of `pack` made of them. Raises LetterError naming the phrase at fault."""
    filled = dict(slots)
    for name, template in pack.table("letters").get("phrases", {}).items():
        # A phrase of a date or a time that is not known is no phrase.
        missing = (name == "date" and not slots["day"]) or (name == "time" and not slots["hour"])
        try:
            filled[name] = "" if missing else render(template, filled)
        except LetterError as error:
            raise LetterError(f"phrase {name}: {error}") from error
    return filled


def template_for(letters: Mapping[str, str], kind: DraftKind, occasion: Occasion) -> str:
    """The template of `kind` in `letters`, the one for this `occasion` first; '' where there is none."""
    return letters.get(f"{kind.value}.{occasion.value}") or letters.get(kind.value, "")


def has_letter(pack: Pack, kind: DraftKind) -> bool:
    """True when `pack` can write a letter of `kind` on any occasion."""
    return bool(pack.table("letters").get("phrases")) and kind.value in pack.letters


def subject_for(pack: Pack, kind: DraftKind, slots: Mapping[str, object]) -> str:
    """The subject of a new conversation (rule 4.1). Raises LetterError."""
    return " ".join(render(pack.table("letters").get("subjects", {}).get(kind.value, ""), slots).split())


#: Values for trying a template out: nothing is known.
_TRIAL: Mapping[str, object] = {
    **dict.fromkeys(("me", "name", "title", "first_name", "company", "role", "weekday", "day"), ""),
    **dict.fromkeys(("month", "year", "hour", "minute", "zone", "place"), ""),
    **dict.fromkeys(("held", "this_year", "online", "choose", "late", "deadline_known"), False),
    "occasion": "contact",
    "questions": (),
}


def faults_of_letter(language: str, name: str, template: str, packs: Mapping[str, Pack]) -> str:
    """What is wrong with a person's own template `language`/`name`.j2, '' when it can be used."""
    if language not in packs:
        return f"there is no language {language!r} (known: {', '.join(sorted(packs))})."
    kind, _, occasion = name.partition(".")
    if kind not in set(DraftKind) - {DraftKind.NONE} or (occasion and occasion not in set(Occasion)):
        known = ", ".join(kind.value for kind in DraftKind if kind is not DraftKind.NONE)
        return f"there is no letter called {name!r} (known: {known})."
    try:
        render(template, with_phrases(packs[language], _TRIAL))
    except LetterError as error:
        return str(error)
    return ""
