"""Feeds the readers of mail what Hypothesis makes of the torture set: `python tests/fuzz.py SECONDS`.

tests/test_fuzz.py does the same for a moment with every run of the tests. A finding is printed as Hypothesis
prints it, made as small as it can be, and belongs into the torture set.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from torture import PAYLOADS, POISONED, SHAPES

from watcher.core.language import Packs
from watcher.core.message import MARKER, build
from watcher.core.model import Address
from watcher.core.parse import parse
from watcher.core.standing import Person
from watcher.core.text import split_new
from watcher.packs import load_models, load_packs
from watcher.sample import build as sample
from watcher.scan import Look, judge_raw

#: Seconds of CPU after which a mail is a finding: a few KB must not take a tenth of what the largest may.
SLOW = 0.5
NOW = datetime(2026, 11, 25, 7, tzinfo=UTC)


@cache
def packs() -> Packs:
    return load_packs()


@cache
def look() -> Look:
    person = Person(address="sari@example.com", name="Sari", addresses=frozenset({"sari@example.com"}))
    made = Look(account="personal", person=person, packs=packs(), models=load_models())
    for mail in sample(NOW):  # what is loaded once is no mail's cost
        judge_raw(made, mail.raw, None)
    for raw in seeds():
        judge_raw(made, raw, None)
    return made


# --------------------------------------------------------------------------- what is fed


@cache
def seeds() -> tuple[bytes, ...]:
    """Small mails of the torture set."""
    small = [recipe() for recipe in (*list(POISONED.values())[::7], *SHAPES.values())]
    return tuple(raw for raw in small if 0 < len(raw) < 5000)


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    """Pieces of one or two mails of the set, with noise between."""
    one, two = draw(st.sampled_from(seeds())), draw(st.sampled_from(seeds()))
    cut, from_ = draw(st.integers(0, len(one))), draw(st.integers(0, len(two)))
    noise = draw(
        st.binary(max_size=40) | st.sampled_from([text.encode("utf-8", "replace") for text in _SHORT])
    )
    times = draw(st.sampled_from((1, 1, 1, 2, 50)))
    return one[:cut] + noise * times + two[from_:]


_SHORT = [text for text in PAYLOADS.values() if len(text) < 300]
_WORDS = st.sampled_from(
    [
        *_SHORT,
        *(
            "Senin",
            "Tuesday",
            "3 November 2026",
            "10:00",
            "pukul 10.00 WIB",
            "besok",
            "next week",
            "- 11:00",
            "31/02",
        ),
        *(
            "wrote:",
            "> ",
            "-- \n",
            "From: a@x.example\n",
            "Kind regards,\n",
            "interview",
            "within two weeks",
            "\n\n",
        ),
    ]
)
TEXTS = st.lists(_WORDS | st.text(max_size=12), max_size=40).map(" ".join)
CALENDAR = st.lists(
    st.sampled_from(
        [
            *(
                "BEGIN:VCALENDAR",
                "BEGIN:VEVENT",
                "BEGIN:VTIMEZONE",
                "END:VEVENT",
                "END:VCALENDAR",
                "END:VTIMEZONE",
            ),
            *(
                "UID:x",
                "METHOD:REQUEST",
                "METHOD:CANCEL",
                "SEQUENCE:9999999999999",
                "TZID:X",
                "SUMMARY:a\\,b\\n",
            ),
            *(
                "DTSTART:20261103T030000Z",
                "DTSTART;TZID=X:20261103T1",
                "DTEND;VALUE=DATE:20261103",
                "DURATION:P9W",
            ),
            *(
                "RRULE:FREQ=SECONDLY",
                'ORGANIZER;CN="a:mailto:a@x.example',
                "ATTENDEE:mailto:",
                " lipatan",
                "DTSTAMP:",
            ),
        ]
    )
    | st.text(max_size=30),
    max_size=40,
).map("\r\n".join)


# --------------------------------------------------------------------------- what must hold


def judge(raw: bytes) -> None:
    """From bytes to a fact: nothing is raised, nothing takes long."""
    eye = look()
    begun = time.process_time()
    fact = judge_raw(eye, raw, None)
    assert time.process_time() - begun < SLOW
    assert fact.at.utcoffset() is not None


def read_text(text: str) -> None:
    """A text that is split, and read as a mail: dates, promises, names."""
    split_new(text, packs())
    head = "From: Rina <rina@maju.example>\nSubject: Interview\nContent-Type: text/plain; charset=utf-8\n\n"
    judge((head + text).encode("utf-8", "replace"))


def read_calendar(text: str) -> None:
    """A calendar part."""
    head = "From: Rina <rina@maju.example>\nContent-Type: text/calendar; method=REQUEST\n\n"
    judge((head + text).encode("utf-8", "replace"))


def read_headers(text: str) -> None:
    """Every header that is read at all, and a draft whose names and subject come from it."""
    names = (
        "From",
        "To",
        "Subject",
        "Message-ID",
        "References",
        "Date",
        "Received",
        "Reply-To",
        "Content-Type",
    )
    raw = "".join(f"{name}: {text}\n" for name in names).encode("utf-8", "replace") + b"\nInterview\n"
    judge(raw)
    mail = parse(raw, packs())
    me = Address("sari@example.com", mail.sender.name)
    draft = build(
        message_id="<a@b.example>",
        kind="follow_up",
        sender=me,
        to=(me,),
        cc=(),
        subject=text,
        text="Dear Rina\n",
        date=NOW,
        in_reply_to=mail.message_id,
        references=mail.references,
    )
    head = draft.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")
    known = ("date", "from", "to", "subject", "message-id", "in-reply-to", "references", MARKER.lower())
    known += ("content-type", "content-transfer-encoding", "mime-version")
    assert {line.partition(b":")[0].decode().lower() for line in head} <= set(known)


#: Name -> (what is fed, to what).
TARGETS: Mapping[str, tuple[st.SearchStrategy, Callable[..., None]]] = {
    "parse": (mails(), judge),
    "text and dates": (TEXTS, read_text),
    "calendar": (CALENDAR, read_calendar),
    "headers": (TEXTS, read_headers),
}


def feed(name: str, examples: int, number: int | None = None) -> int:
    """So many examples; raises what Hypothesis finds, and returns how many went in. `number`: the seed, else
    always the same ones."""
    fed, target = TARGETS[name]
    taken = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=number is None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(fed)
    def run(one: object) -> None:
        nonlocal taken
        target(one)
        taken += 1

    (run if number is None else seed(number)(run))()
    return taken


def main(seconds: float) -> None:
    """Feed every target in turn until the time is over."""
    end, number = time.monotonic() + seconds, time.time_ns()
    while time.monotonic() < end:
        for name in TARGETS:
            feed(name, 200, number)
            number += 1
    sys.stdout.write(f"fuzzed for {seconds:.0f} s: nothing found\n")


if __name__ == "__main__":
    main(float(sys.argv[1]))
