"""The packaged mailbox of Sari Wulandari, who looks for a job as a data analyst: what `watcher demo` plays.

Everybody in it is invented. All dates are told from `now`, so that each story stands where `expected` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parseaddr

from watcher.core.model import Flag, Kind
from watcher.sample import (
    english_interviews,
    english_news,
    indonesian_answered,
    indonesian_open,
    indonesian_quiet,
    noise,
)
from watcher.sample.letters import make_bounce, make_calendar, make_mail, to_html
from watcher.sample.moments import Clock, Moment
from watcher.sample.quoting import quoted
from watcher.sample.table import ADDRESS, ME, Expectation, Letter, Story

__all__ = ["ADDRESS", "STORIES", "Expectation", "SampleMail", "Story", "build", "expected"]

STORIES: tuple[Story, ...] = (
    *indonesian_quiet.STORIES,
    *indonesian_answered.STORIES,
    *indonesian_open.STORIES,
    *english_interviews.STORIES,
    *english_news.STORIES,
)

#: Whose Authentication-Results header Sari's provider writes.
AUTHSERV = "mx.example.com"

_TRANSPORT = timedelta(seconds=4)


@dataclass(frozen=True, slots=True)
class SampleMail:
    """One message: its folder ("INBOX" or "Sent"), when it arrived there, and its bytes. `story` is the key
    of its hiring process, '' for all other mail; `key` names a mail that others speak of; `kind` is its class
    (OTHER stands for alerts, newsletters and bounces as well)."""

    folder: str
    arrived: datetime
    raw: bytes
    message_id: str
    kind: Kind = Kind.OTHER
    story: str = ""
    key: str = ""


def build(now: datetime, zone: str = "Asia/Jakarta", country: str = "ID") -> tuple[SampleMail, ...]:
    """The whole mailbox as it is at `now`, oldest first. Sari lives in `zone` and has the holidays of
    `country`. The same arguments give the same bytes."""
    clock = Clock(now, zone, country)
    mails = [
        mail for story in STORIES for mail in _tell(story.letters, moments(story, clock), clock, story.key)
    ]
    soon = {"soon": Moment(clock.read("+5d 10:00"))}
    mails += _tell(noise.LETTERS, soon, clock, "")
    mails.append(_bounce(mails))
    return tuple(sorted(mails, key=lambda mail: (mail.arrived, mail.message_id)))


def expected(now: datetime, zone: str = "Asia/Jakarta", country: str = "ID") -> Mapping[str, Expectation]:
    """Where every story stands at `now`, by its key. All are the same at any time but one: an interview on
    the next working day is announced only within 24 hours."""
    clock = Clock(now, zone, country)
    near = clock.read("@soon") - clock.now <= timedelta(hours=24)
    table = {story.key: story.expect for story in STORIES}
    if near:
        table["harbour"] = replace(table["harbour"], flag=Flag.INTERVIEW_SOON)
    return table


def moments(story: Story, clock: Clock) -> dict[str, Moment]:
    """The dates that a story speaks of, by name."""
    named: dict[str, Moment] = {}
    for name, expression in story.moments.items():
        named[name] = Moment(clock.read(expression, named))
    return named


def _tell(
    letters: Iterable[Letter], moments: Mapping[str, Moment], clock: Clock, story: str
) -> list[SampleMail]:
    """The mails of one story. A later letter may answer an earlier one by its key."""
    told: list[SampleMail] = []
    threads: dict[str, tuple[str, ...]] = {}
    bodies: dict[str, tuple[Letter, datetime, str]] = {}
    for number, letter in enumerate(letters):
        at = clock.read(letter.at, moments)
        domain = parseaddr(letter.sender)[1].rpartition("@")[2]
        own_id = f"<{story or 'mail'}.{number}.{at:%Y%m%d%H%M}@{domain}>"
        references = threads.get(letter.answers, ())
        body = letter.body.format(**moments)
        if letter.key:
            threads[letter.key] = (*references, own_id)
            bodies[letter.key] = (letter, at, body)
        text = body + (quoted(*bodies[letter.answers], style=letter.quote) if letter.quote else "")
        raw = make_mail(
            letter.sender,
            letter.to,
            letter.subject.format(**moments),
            text,
            at,
            html=_html(letter, text),
            message_id=own_id,
            in_reply_to=references[-1] if references else None,
            references=references,
            calendar=_calendar(letter, moments, at, clock.zone),
            headers=() if letter.own else (*transport(letter.sender, at), *letter.headers),
        )
        arrived = at if letter.own else at + _TRANSPORT
        told.append(
            SampleMail(
                "Sent" if letter.own else "INBOX", arrived, raw, own_id, letter.kind, story, letter.key
            )
        )
    return told


def _html(letter: Letter, text: str) -> str | None:
    if not letter.banner and not letter.html:
        return None
    return to_html(text, banner=letter.banner, footer=letter.footer, preview=letter.subject)


def _calendar(letter: Letter, moments: Mapping[str, Moment], at: datetime, zone: str) -> str | None:
    invite = letter.invite
    if invite is None:
        return None
    return make_calendar(
        invite.method,
        invite.uid,
        moments[invite.start].at,
        moments[invite.end].at,
        summary=invite.summary,
        organizer=invite.organizer,
        attendees=((ADDRESS, invite.answer),),
        sequence=invite.sequence,
        stamp=at,
        zone=zone,
        location=invite.location,
    )


def transport(sender: str, at: datetime) -> tuple[tuple[str, str], ...]:
    """What the servers on the way write on top of a mail."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    arrived = format_datetime(at + _TRANSPORT)
    sent = format_datetime(at + timedelta(seconds=1))
    return (
        ("Received", f"from out.{domain} by {AUTHSERV} with ESMTPS for <{ADDRESS}>; {arrived}"),
        (
            "Authentication-Results",
            f"{AUTHSERV}; dkim=pass header.d={domain}; spf=pass smtp.mailfrom={domain}; "
            f"dmarc=pass header.from={domain}",
        ),
        ("Received", f"from app.{domain} by out.{domain} with ESMTP; {sent}"),
    )


def _bounce(mails: Iterable[SampleMail]) -> SampleMail:
    """The report about the private mail whose address does not exist."""
    lost = next(mail for mail in mails if mail.key == noise.WRONG_ADDRESS)
    at = lost.arrived + timedelta(minutes=1)
    own_id = f"<bounce.{at:%Y%m%d%H%M}@{AUTHSERV}>"
    received = ("Received", f"by {AUTHSERV} with LMTP for <{ADDRESS}>; {format_datetime(at)}")
    raw = make_bounce(
        ME,
        at,
        lost.raw,
        recipient="bimo.santoso@kampuslama.example",
        original_message_id=lost.message_id,
        message_id=own_id,
        headers=(received,),
    )
    return SampleMail("INBOX", at, raw, own_id)
