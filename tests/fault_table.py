"""What goes wrong between the watcher and its mail server, and what has to happen then: data, and nothing else.

tests/system/test_fault_table.py makes each row happen; docs/draw_faults.py writes docs/faults.md from it.
"""
# ruff: noqa: E501 - a row is a line

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: What happens, and how it is said in docs/faults.md.
OUTCOMES: Mapping[str, str] = {
    "unnoticed": "it goes on over the same connection",
    "anew": "it hangs up, waits, signs in anew and goes on where it was",
    "later": "it waits and looks again; the connection may stay",
    "person": "it says once what the person has to do, and does not try by itself",
}

#: Moments of a session, in their order.
MOMENTS: Mapping[str, str] = {
    "connect": "connecting",
    "tls": "TLS handshake",
    "login": "signing in",
    "list": "listing folders",
    "select": "opening a folder",
    "search": "searching",
    "fetch": "in the middle of a mail",
    "idle": "waiting for mail",
    "append": "before a draft is sent",
    "append, half of it sent": "half of a draft is sent",
    "append, before the OK": "a draft is stored, the answer is lost",
    "store": "setting a flag",
}

#: Faults of the line, and how they look.
LINE: Mapping[str, str] = {
    "black hole": "nothing comes any more, nothing says so",
    "reset": "RST",
    "end": "FIN without a word",
    "slow drip": "a byte at a time, so that no single read times out",
    "throttled": "slow, but it gets there",
    "garbage": "bytes that are no IMAP",
    "BYE": "the server closes with BYE",
    "NO": "NO with a code for a passing fault ([UNAVAILABLE])",
    "NO without a code": "NO, and no code",
    "BAD": "BAD",
}

_UNSAID = ("connect", "tls")
_REFUSALS = ("NO", "NO without a code", "BAD")
#: (fault, moment) -> outcome, where it is not "anew".
_OTHERWISE: Mapping[tuple[str, str], str] = {
    **{("throttled", moment): "unnoticed" for moment in MOMENTS},
    ("NO without a code", "login"): "person",
    ("BAD", "login"): "person",
    ("NO", "fetch"): "unnoticed",  # asked for one by one; what is refused again is a mail with a problem
    ("NO without a code", "fetch"): "unnoticed",
    ("BAD", "fetch"): "unnoticed",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One fault at one moment."""

    fault: str
    moment: str
    outcome: str


def _rows() -> Iterator[Row]:
    for moment in MOMENTS:
        for fault in LINE:
            if fault in _REFUSALS and (moment in _UNSAID or moment.startswith("append, ")):
                continue  # there is no command to refuse
            if fault == "BYE" and moment == "tls":
                continue
            yield Row(fault, moment, _OTHERWISE.get((fault, moment), "anew"))


#: Every fault of the line at every moment.
ROWS: tuple[Row, ...] = tuple(_rows())


@dataclass(frozen=True, slots=True)
class Happening:
    """A fault that is not the line's: of the mailbox, the server or its certificate."""

    name: str
    means: str
    outcome: str
    then: str  # in words


HAPPENINGS: tuple[Happening, ...] = (
    Happening("server gone", "nothing listens", "anew", "looks again with growing pauses, 15 minutes at most"),
    Happening("name unknown", "the name does not resolve", "anew", "the same"),
    Happening("connection limit", "NO [LIMIT] at the login", "later", "the person is told, once; the password is not the reason, and not asked for"),
    Happening("renumbered", "another UIDVALIDITY", "unnoticed", "the folder is read again; mails are known by Message-ID"),
    Happening("renumbered while reading", "another UIDVALIDITY in the middle of a pass", "anew", "the same, with the next pass"),
    Happening("expunged", "a mail vanishes between SEARCH and FETCH", "unnoticed", "it is skipped"),
    Happening("folder renamed", "a folder is gone under us", "unnoticed", "what was read stays known"),
    Happening("mailbox empty", "every mail is gone", "unnoticed", "nothing known is lost, drafts stay"),
    Happening("over quota", "NO [OVERQUOTA] for a draft", "later", "the draft waits in the journal until there is room"),
    Happening("certificate expired", "a certificate of yesterday", "person", "nothing is sent, the password least of all"),
    Happening("certificate for another name", "the name does not match", "person", "the same"),
    Happening("certificate self-signed", "nobody vouches for it", "person", "the same; `ca_file` names an authority of one's own"),
    Happening("STARTTLS stripped", "the server offers no STARTTLS any more", "person", "no password is sent in the clear"),
)  # fmt: skip
