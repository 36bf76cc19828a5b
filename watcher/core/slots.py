"""What a letter may say: values of a process, cleaned, as the variables of the letters (rules 4.2 and 4.3).

Everything here comes from mail and is hostile until cleaned: a value is one line of plain words or it is
unknown (rule S112). Nothing is guessed: no gender from a name, no split of a name, no time without a zone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.core.language import Pack, Packs
from watcher.core.lint import odd, value_hits
from watcher.core.model import (
    Address,
    DraftKind,
    Fact,
    Kind,
    Occasion,
    Process,
    Situation,
)
from watcher.core.names import plain, same_company, same_person
from watcher.core.patterns import compile_pattern
from watcher.core.recipient import Route, employer_mail
from watcher.core.zone_label import in_zone_of, label_of

#: Longest company, role and name, and longest place and question (characters).
NAME_LENGTH = 80
LINE_LENGTH = 120

#: At most this many questions are quoted.
QUESTIONS = 12

#: An answer that comes later than this says sorry (rule 4.2).
LATE = timedelta(hours=48)

_LINK = compile_pattern(
    r"(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|\b[a-z0-9-]+\.(?:com|net|org|io|id|co|me|ly|app|link|xyz|info)/)\S*"
)
_SENTENCE = compile_pattern(r"[?!;]|[a-z]{6,}\.\s")
_BULLET = compile_pattern(r"^(?:(?:[-*•]|\(?[0-9]{1,2}[.)]) ?)+")
_BRACKETS = "{}[]<>\\`"
_COMBINED = (" | ", " - ", " – ", " / ", " @ ", " via ", " from ", " dari ", " at ", " di ", " bei ", " (")

_CALLED_OFF = frozenset({Kind.INTERVIEW_CANCELLATION, Kind.INTERVIEW_RESCHEDULE})
_NO_ANSWER = frozenset({Kind.OWN_THANK_YOU, Kind.AUTO_REPLY, Kind.BOUNCE})

#: The letters that have an occasion.
WITH_OCCASION = frozenset({DraftKind.FOLLOW_UP, DraftKind.FOLLOW_UP_LATE})

_MOMENT = ("weekday", "day", "month", "year", "hour", "minute", "zone")

#: An invitation or an offer of new times.
_TIMED = frozenset({Kind.INTERVIEW_INVITATION, Kind.INTERVIEW_RESCHEDULE, Kind.INTERVIEW_CONFIRMATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a letter is made for. `now` is aware; `zone` is the process's IANA zone, in which dates are said."""

    process: Process
    situation: Situation
    kind: DraftKind
    me: Address
    own: frozenset[str]  # all own addresses, lower case
    now: datetime
    zone: str
    packs: Packs

    @property
    def invitation(self) -> Fact | None:
        """The dated invitation that a confirmation answers; None for any other letter."""
        return dated_invitation(self.process, self.now) if self.kind is DraftKind.CONFIRM else None

    @property
    def asks(self) -> tuple[Fact, ...]:
        """The mails that the letter answers word for word: whoever wrote them gets it."""
        if self.kind is DraftKind.ANSWER_SKELETON:
            return open_asks(self.process)
        if self.kind is DraftKind.OFFER_ACK:
            return tuple(fact for fact in employer_mail(self.process) if fact.kind is Kind.OFFER)[-1:]
        return () if self.invitation is None else (self.invitation,)

    @property
    def occasion(self) -> Occasion:
        """What a follow-up refers to, never an interview that was not held (rule 4.2)."""
        claims = self.situation.occasion is Occasion.RESULT and not self.situation.held
        return Occasion.CONTACT if claims else self.situation.occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The cleaned values of one letter, and the variables made of them."""

    slots: Mapping[str, object]
    names: tuple[str, ...]  # proper names in it: the linter does not read them as the letter's own words
    questions: tuple[str, ...]


def one_line(value: str) -> str:
    """`value` on one line, composed, without control, format, surrogate and private characters or emoji."""
    text = unicodedata.normalize("NFC", value[:2000])
    return " ".join("".join(" " if c.isspace() else c for c in text if c.isspace() or not odd(c)).split())


def clean(value: str, packs: Packs, *, limit: int = NAME_LENGTH) -> str:
    """`value` as a name to print, or '' when it is anything else: too long, a link, an address, a sentence,
    brackets, or words that a letter may never say."""
    text = one_line(value)
    if not text or len(text) > limit or any(c in text for c in _BRACKETS) or "@" in text:
        return ""
    if not any(c.isalnum() for c in text) or _LINK.search(text) or _SENTENCE.search(text):
        return ""
    return "" if value_hits(text, packs) else text


def clean_question(question: str, packs: Packs) -> str:
    """A question of the recruiter's as one line without links and brackets, at most LINE_LENGTH characters;
    '' when nothing is left or when it speaks to a machine instead of a person."""
    text = _LINK.sub("", one_line(question))
    text = str(_BULLET.sub("", " ".join("".join(" " if c in _BRACKETS else c for c in text).split())))
    if "@" in text or not any(c.isalnum() for c in text) or value_hits(text, packs, speech=True):
        return ""
    return text if len(text) <= LINE_LENGTH else text[: LINE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def without(text: str, words: Iterable[str]) -> str:
    """`text` without those `words` (or phrases) at either end that the letter's own phrases already say."""
    left = text
    for phrase in sorted(words, key=len, reverse=True):
        folded = left.casefold()
        if folded.startswith(phrase + " "):
            left = left[len(phrase) :].strip()
        elif folded.endswith(" " + phrase):
            left = left[: -len(phrase)].strip()
    return left


def person_name(value: str, company: str, packs: Packs) -> tuple[str, str]:
    """(name, title word) of a display name or signature: "Ibu Rina Wijaya, S.Psi., M.M. (Acme)" gives
    ("Rina Wijaya", "ibu"). ("", "") for a desk, a company, an address. Names are never split."""
    text = one_line(value)[:200].strip("\"' ")
    for mark in _COMBINED:
        text = text.split(mark, 1)[0]
    name, *rest = (part.strip() for part in text.split(","))
    degrees, teams, titles = (_words(packs, table) for table in ("degrees", "teams", "titles"))
    words = [word for word in name.split() if _bare(word) not in degrees]
    tail = [word for part in rest for word in part.split() if _bare(word) not in degrees]
    if len(words) == 1 and len(tail) == 1 and len(rest) == 1:
        words = tail + words  # "Smith, Anna" is how some directories print Anna Smith
    title = ""
    while words and _bare(words[0]) in titles:
        title = title or _bare(words[0])
        words = words[1:]
    name = clean(" ".join(words), packs)
    spoken = {part for word in words for part in plain(word).split()}
    if not name or len(words) > 6 or any(c.isdigit() for c in name) or spoken & teams:
        return "", ""
    if company and same_company(name, company):
        return "", ""
    if name in (name.upper(), name.lower()) and max(map(len, words)) > 2:
        name = " ".join(word.capitalize() for word in words)
    return name, title


def _bare(word: str) -> str:
    """A word of a name for look-up: "S.Psi.," -> "spsi"."""
    return word.replace(".", "").strip(",;:").casefold()


def _words(packs: Packs, table: str) -> frozenset[str]:
    """The words of `table` in every pack: a name's degrees and titles ignore the letter's language."""
    return frozenset(str(word) for pack in packs.values() for word in pack.table("letters").get(table, ()))


def own_name(process: Process, me: Address, own: frozenset[str]) -> str:
    """How the person signs: the configured name, else the one of their own mail, else the one the employer
    writes them under; '' when none is known (rule 4.3)."""
    known = [me.name]
    known += [fact.sender.name for fact in process.facts[::-1] if not fact.incoming]
    known += [a.name for fact in process.facts[::-1] if fact.incoming for a in fact.to if a.email in own]
    lines = (one_line(name).strip("\"' ") for name in known)
    return next((line for line in lines if line and len(line) <= NAME_LENGTH and "@" not in line), "")


def addressee(process: Process, route: Route, company: str, packs: Packs) -> tuple[str, str, bool]:
    """(name, stated title word, first names in use) of whoever the draft goes to; ('', '', False) for a team.

    The signature of the mail answered wins, then the display name, then an older signature from the same
    address, then the process's person where no other person has written.
    """
    facts = employer_mail(process)[::-1]
    same = [fact for fact in facts if route.to.email in (fact.sender.email, _reply_address(fact))]
    if route.answers in same and route.answers is not None:
        same.remove(route.answers)
        same.insert(0, route.answers)
    signed = [fact.details.person for fact in same[:1]]
    known = [*signed, route.to.name, *(fact.details.person for fact in same[1:])]
    writers = {fact.sender.email for fact in facts if fact.human}
    if len(writers) <= 1:
        known.append(process.person)
    parsed = (person_name(value, company, packs) for value in known)
    name, title = next((pair for pair in parsed if pair[0]), ("", ""))
    if not name:
        return "", "", False
    stated = [(fact.details.person, fact.details.title) for fact in process.facts[::-1]]
    stated.append((process.person, process.title))
    titles = (_bare(said) for who, said in stated if said and (not who or same_person(who, name)))
    return name, title or next(titles, ""), any(fact.details.first_names for fact in same)


def _reply_address(fact: Fact) -> str:
    return fact.reply_to.email if fact.reply_to is not None else ""


def open_asks(process: Process) -> tuple[Fact, ...]:
    """The employer's mails that ask something and that no own mail has answered since, oldest first; when all
    are answered, the newest one that asked."""
    asks = [fact for fact in employer_mail(process) if _asks(fact)]
    return tuple([fact for fact in asks if _unanswered(process, fact)] or asks[-1:])


def _asks(fact: Fact) -> bool:
    return fact.details.ask or bool(fact.details.questions or fact.details.slots)


def _unanswered(process: Process, ask: Fact) -> bool:
    """True when the person has sent nothing since; a bare thank-you and a robot's note are no answer (Q2)."""
    answers = (fact for fact in process.facts if not fact.incoming and fact.kind not in _NO_ANSWER)
    return all(fact.at <= ask.at for fact in answers)


def dated_invitation(process: Process, now: datetime) -> Fact | None:
    """The newest mail that names the time of an interview still ahead and not called off since."""
    found = None
    for fact in employer_mail(process):
        if fact.kind in _TIMED and fact.details.start is not None:
            found = fact
        elif fact.kind in _CALLED_OFF:
            found = None
    return found if found is not None and _last_moment(found) > now else None


def _last_moment(fact: Fact) -> datetime:
    start = fact.details.start or fact.at
    return start + timedelta(days=1) if fact.details.day_only else start


def fill(case: Case, *, route: Route, pack: Pack) -> Values:
    """Every variable of the letters of `case` in the language of `pack`."""
    table = pack.table("letters")
    company = without(clean(case.process.company, case.packs), table.get("company_words", ()))
    role = without(clean(case.process.role, case.packs), table.get("role_words", ()))
    name, title, first_names = addressee(case.process, route, company, case.packs)
    sign = own_name(case.process, case.me, case.own) or case.me.email
    questions = _questions(case.asks, case.packs) if case.kind is DraftKind.ANSWER_SKELETON else ()
    slots: dict[str, object] = {
        "me": sign,
        "name": name,
        "first_name": name.split()[0] if first_names and name else "",
        "title": str(table.get("titles", {}).get(title, "")),
        "company": company,
        "role": role,
        "held": case.situation.held,
        "occasion": case.occasion.value,
        "questions": questions,
        "choose": any(fact.details.slots for fact in case.asks),
        "late": any(_unanswered(case.process, fact) and case.now - fact.at > LATE for fact in case.asks),
        "deadline_known": _deadline_known(case.process, case.situation),
        "online": False,
        "place": "",
    }
    if case.invitation is not None:
        slots["online"] = case.invitation.details.online
        slots["place"] = clean(case.invitation.details.place, case.packs, limit=LINE_LENGTH).rstrip(" .,")
    slots |= _moment(case, pack)
    names = tuple(value for value in (company, role, name, sign, str(slots["place"])) if value)
    return Values(slots=slots, names=names, questions=questions)


def _questions(asks: Iterable[Fact], packs: Packs) -> tuple[str, ...]:
    asked = (clean_question(question, packs) for fact in asks for question in fact.details.questions)
    return tuple(dict.fromkeys(question for question in asked if question))[:QUESTIONS]


def _deadline_known(process: Process, situation: Situation) -> bool:
    offers = [fact for fact in employer_mail(process) if fact.kind is Kind.OFFER]
    return situation.deadline is not None or any(fact.details.deadline is not None for fact in offers[-1:])


def _moment(case: Case, pack: Pack) -> dict[str, object]:
    """The date (and for a confirmation the time) that the letter speaks of, in the pack's words."""
    table = pack.table("letters")
    known: dict[str, object] = {**dict.fromkeys(_MOMENT, ""), "this_year": False}
    invitation = case.invitation
    if invitation is not None and invitation.details.start is not None:
        when = in_zone_of(invitation.details.start, invitation.details.zone, case.zone)
        if not invitation.details.day_only:
            label = label_of(when, invitation.details.zone)
            known |= {"hour": f"{when:%H}", "minute": f"{when:%M}", "zone": label}
    else:
        moment = _spoken_of(case)
        if moment is None:
            return known
        when = moment.astimezone(ZoneInfo(case.zone))
    return known | {
        "weekday": table["weekdays"][when.weekday()],
        "day": str(when.day),
        "month": table["months"][when.month - 1],
        "year": str(when.year),
        "this_year": when.year == case.now.astimezone(when.tzinfo).year,
    }


def _spoken_of(case: Case) -> datetime | None:
    """When the thing happened that the letter refers to; None where it names no date."""
    if case.kind is DraftKind.THANK_YOU:
        return _held_at(case)
    if case.kind not in WITH_OCCASION:
        return None
    own = [fact for fact in case.process.facts if not fact.incoming]
    moments: list[datetime] = []
    if case.occasion is Occasion.RESULT:
        return _held_at(case)
    if case.occasion is Occasion.NEWS:
        moments = [fact.at for fact in employer_mail(case.process) if fact.human]
    elif case.occasion is Occasion.SLOT:
        moments = [f.at for f in own if f.kind in (Kind.OWN_REPLY, Kind.OWN_ACCEPT, Kind.OWN_RESCHEDULE)]
    elif case.occasion is Occasion.TEST:
        moments = [fact.at for fact in own if fact.kind is Kind.OWN_TASK_DONE]
        moments += [mark.at or mark.made for mark in case.process.marks if mark.kind is Kind.MARK_DONE]
    return max(moments, default=None)


def _held_at(case: Case) -> datetime | None:
    """When the last interview that was held began; None when it is not known."""
    situation = case.situation
    if not situation.held:
        return None
    end = situation.interview_end or situation.interview
    if situation.interview is not None and end is not None and end <= case.now:
        return situation.interview
    starts = [f.details.start for f in employer_mail(case.process) if f.details.start is not None]
    return max((start for start in starts if start <= case.now), default=None)
