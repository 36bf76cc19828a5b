"""From a process and the letter it calls for to a finished draft, or to the reason why there is none.

The straight line: who gets it (recipient), in which language, what may be said (slots), the person's own
template or the packaged one (letter), the linter (lint), the bytes (message). Pure: the same process, time
and packs give the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from watcher.core.language import Pack, Packs, fallback
from watcher.core.letter import (
    LetterError,
    has_letter,
    render,
    subject_for,
    template_for,
    tidy,
    with_phrases,
)
from watcher.core.lint import lint
from watcher.core.message import (
    base_subject,
    body_fingerprint,
    build,
    draft_message_id,
    header_text,
    is_message_id,
    thread_ids,
)
from watcher.core.model import Address, DraftKind, Kind, Process, Situation, State
from watcher.core.recipient import (
    Route,
    anchor_message,
    answered_in_app,
    employer_mail,
    route,
    usable,
)
from watcher.core.slots import Case, Values, fill

__all__ = ["Draft", "Refusal", "body_fingerprint", "compose", "draft_id", "draft_message_id"]

#: Why there is no draft -> what the person can do instead.
HINTS = {
    "reply_in_app": "Answer in the app or on the job board where the message was written.",
    "nobody_to_write_to": "No address of a person is known: use the phone or the portal of the invitation.",
    "no_own_address": "Name your own e-mail address in the configuration.",
    "no_letter": "There is no letter of this kind in any language pack.",
    "no_interview_held": "No interview is known to have been held: tell it with `watcher mark ID held`.",
    "no_date": "There is no interview with one certain date to confirm.",
    "date_passed": "The interview to confirm lies in the past.",
    "no_offer": "There is no offer in this process.",
    "no_rejection": "There is no rejection in this process.",
    "nothing_to_say": "No letter is due.",
    "lint": "The letter would say something it must not",
}

_NOTES = {
    "reply_to_elsewhere": "the mail wants answers at another organisation's address: this goes to its writer",
    "no_own_name": "your name is not known, so your address signs: set your name in the configuration",
    "no_time": "the invitation names no time of day: ask for it, or add it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A finished draft. `raw` is RFC 5322 with CRLF; `note` is for the person, '' if there is nothing to say;
    `faults` names what was wrong with their own template (the packaged one was used then)."""

    raw: bytes
    message_id: str
    subject: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    text: str
    kind: DraftKind
    language: str
    note: str = ""
    in_reply_to: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no draft: a machine word (a key of HINTS) and a sentence for the person."""

    reason: str
    hint: str = ""


def compose(
    process: Process,
    situation: Situation,
    kind: DraftKind,
    *,
    me: Address,
    own_addresses: frozenset[str] = frozenset(),
    from_addresses: frozenset[str] = frozenset(),
    now: datetime,
    zone: str,
    packs: Packs,
    own_letters: Mapping[str, Mapping[str, str]] | None = None,
    other_names: Sequence[str] = (),
) -> Draft | Refusal:
    """The draft of `kind` for `process` as it stands (rules 4.1 to 4.4), or why there is none.

    `now` is aware; `zone` is the process's IANA zone, in which dates are said. `me` is the person's main
    address and name, `own_addresses` all their addresses, lower case, `from_addresses` those that the letter
    may come from (empty: all). `own_letters` maps a language to the
    person's own templates by kind: they win, and where one is at fault the packaged one is used.
    `other_names` are companies of other processes, which must not appear. Raises nothing on any mail.
    """
    me = Address(me.email.strip().lower(), me.name)
    own = frozenset(address.lower() for address in own_addresses) | {me.email}
    case = Case(
        process=process, situation=situation, kind=kind, me=me, own=own, now=now, zone=zone, packs=packs
    )
    if reason := _unfit(case):
        return Refusal(reason, HINTS[reason])
    way = route(process, kind, own=own, me=me, asks=case.asks, mine=from_addresses)
    if way is None:
        return Refusal("nobody_to_write_to", HINTS["nobody_to_write_to"])
    pack = _pack_for(process.language, kind, packs)
    if pack is None:
        return Refusal("no_letter", HINTS["no_letter"])
    values = fill(case, route=way, pack=pack)
    faults: list[str] = []
    for origin, template in _templates(case, pack, own_letters or {}):
        text, subject, wrong = _write(case, way, pack, values, template, other_names)
        if not wrong:
            return _finish(case, way, pack, values, text, subject, tuple(faults))
        faults.append(f"{origin}: {wrong}")
    return Refusal("lint", f"{HINTS['lint']} ({faults[-1]}).")


def draft_id(process: Process, situation: Situation, kind: DraftKind, now: datetime) -> str:
    """The Message-ID that `compose` gives this draft, without composing it."""
    nobody = Address("")
    return _message_id(
        Case(
            process=process,
            situation=situation,
            kind=kind,
            me=nobody,
            own=frozenset(),
            now=now,
            zone="UTC",
            packs={},
        )
    )


def _message_id(case: Case) -> str:
    anchor = anchor_message(case.process, case.kind, case.asks)
    return draft_message_id(anchor, case.kind.value, case.situation.round)


def _write(
    case: Case, way: Route, pack: Pack, values: Values, template: str, other_names: Sequence[str]
) -> tuple[str, str, str]:
    """(text, subject, what is wrong with them) of the letter that `template` makes; '' when nothing is."""
    try:
        slots = with_phrases(pack, values.slots)
        text = tidy(render(template, slots))
        subject = _subject(way, pack, case.kind, slots)
    except LetterError as error:
        return "", "", str(error)
    hits = lint(
        text,
        kind=case.kind,
        language=pack.code,
        questions=values.questions,
        names=values.names,
        me=_signed(case, values),
        recipients=(way.to, *way.cc),
        subject=subject,
        forbidden_names=_foreign(other_names, values, pack),
        packs=case.packs,
    )
    return text, subject, "; ".join(hits)


def _finish(
    case: Case, way: Route, pack: Pack, values: Values, text: str, subject: str, faults: tuple[str, ...]
) -> Draft:
    """The letter as bytes, threaded."""
    target = way.answers
    answers = target.message_id if target is not None and is_message_id(target.message_id) else ""
    message_id = _message_id(case)
    raw = build(
        message_id=message_id,
        kind=case.kind.value,
        sender=Address(way.sender, _signed(case, values).name),
        to=(way.to,),
        cc=way.cc,
        subject=subject,
        text=text,
        date=case.now.astimezone(ZoneInfo(case.zone)),
        in_reply_to=answers,
        references=thread_ids(target.message_id, target.references, target.in_reply_to) if target else (),
    )
    return Draft(
        raw=raw,
        message_id=message_id,
        subject=subject,
        to=(way.to,),
        cc=way.cc,
        text=text,
        kind=case.kind,
        language=pack.code,
        note="; ".join(_notes(case, way, pack, values)),
        in_reply_to=answers,
        faults=faults,
    )


def _signed(case: Case, values: Values) -> Address:
    """The person as the letter is signed; without a known name the address signs, and there is no name."""
    name = str(values.slots["me"])
    return Address(case.me.email, name if name != case.me.email else "")


def _notes(case: Case, way: Route, pack: Pack, values: Values) -> Iterator[str]:
    """What the person should know before sending."""
    wanted = case.process.language
    if pack.code != wanted:
        names = pack.table("letters").get("language_names", {})
        yield f"no pack for {names.get(wanted, wanted)}: written in {names.get(pack.code, pack.code)}"
    yield from (_NOTES[note] for note in way.notes)
    if not _signed(case, values).name:
        yield _NOTES["no_own_name"]
    if case.kind is DraftKind.CONFIRM and not values.slots["hour"]:
        yield _NOTES["no_time"]


def _unfit(case: Case) -> str:
    """Why the letter would not be true or not be wanted here, as a key of HINTS; '' when it fits (rule 4.2)."""
    mails = employer_mail(case.process)
    kinds = {fact.kind for fact in mails} | {mark.kind for mark in case.process.marks}
    state, held = case.situation.state, case.situation.held
    rejected = state is State.REJECTED or kinds & {Kind.REJECTION, Kind.MARK_REJECTED}
    offered = state is State.OFFER or kinds & {Kind.OFFER, Kind.MARK_OFFER}
    dated = case.invitation is not None
    announced = any(fact.details.start is not None for fact in mails)
    needs = {
        DraftKind.NONE: ((False, "nothing_to_say"),),
        DraftKind.THANK_YOU: ((held, "no_interview_held"),),
        DraftKind.FEEDBACK_REQUEST: ((held, "no_interview_held"), (rejected, "no_rejection")),
        DraftKind.OFFER_ACK: ((offered, "no_offer"),),
        DraftKind.CONFIRM: ((dated or not announced, "date_passed"), (dated, "no_date")),
    }
    everywhere = ((not answered_in_app(case.process), "reply_in_app"), (usable(case.me), "no_own_address"))
    return next((why for met, why in (*everywhere, *needs.get(case.kind, ())) if not met), "")


def _pack_for(language: str, kind: DraftKind, packs: Packs) -> Pack | None:
    """The pack to write in: of the employer's last human text, else the fallback."""
    found = (packs.get(code) for code in (language, fallback(packs)))
    return next((pack for pack in found if pack is not None and has_letter(pack, kind)), None)


def _templates(
    case: Case, pack: Pack, own_letters: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """(where from, template): the person's own first, then the packaged one."""
    name = f"{pack.code}/{case.kind.value}"
    if own := template_for(own_letters.get(pack.code, {}), case.kind, case.occasion):
        yield f"your own letter {name}", own
    yield f"packaged letter {name}", template_for(pack.letters, case.kind, case.occasion)


def _subject(way: Route, pack: Pack, kind: DraftKind, slots: Mapping[str, object]) -> str:
    """ "Re: " and the base subject once; of a new conversation the pack's own subject."""
    base = base_subject(way.answers.subject) if way.answers is not None else ""
    return header_text(f"Re: {base}" if base else subject_for(pack, kind, slots), 200)


def _foreign(other_names: Sequence[str], values: Values, pack: Pack) -> tuple[str, ...]:
    """The names of other processes that mean nothing here: neither a name of this one nor a word that the
    packaged letters use anyway ("Kind" is a company, and stands in "Kind regards")."""
    ours = (*values.names, *values.questions, *pack.letters.values())
    return tuple(name for name in other_names if len(name) > 2 and not any(name in text for text in ours))
