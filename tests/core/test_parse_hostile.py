"""`parse` never raises and never takes long, whatever the bytes are."""
# ruff: noqa: E501 - a fixture keeps the lines of its mail whole

from __future__ import annotations

import base64
import quopri
import random
import time
from collections.abc import Callable
from email.header import Header
from unicodedata import category

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mail_builder import mail, packs, read

from watcher.core.model import Mail
from watcher.core.parse import parse
from watcher.core.text import split_new

#: Seconds that no mail may take. Most take a tenth of it; the rest is room for a busy machine.
LIMIT = 2.0
HEAD = b"From: a@x.example\nSubject: s\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"


def deep(kind: str, levels: int) -> bytes:
    """A multipart in a multipart in a multipart ..."""
    return b"".join(f"Content-Type: {kind}; boundary=b{n}\n\n--b{n}\n".encode() for n in range(levels))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "100 MB of text": lambda: HEAD + b"\n" + b"kata kata kata kata\n" * 5_000_000,
    "100 MB in one line": lambda: HEAD + b"\n" + b"x" * 100_000_000,
    "100 MB of line ends": lambda: HEAD + b"\n" * 100_000_000,
    "100 MB of one header": lambda: HEAD + b"X: " + b"x" * 100_000_000,
    "100 MB of zeros": lambda: b"\0" * 100_000_000,
    "10 MB of chance": lambda: random.Random(1).randbytes(10_000_000),
    "280 KB of encoded words in the subject": lambda: b"From: a@x.example\nSubject: " + b"=?utf-8?b?SGE=?= " * 16_000 + b"\n\nx",
    "280 KB of encoded words in From": lambda: b"Subject: s\nFrom: " + b"=?utf-8?b?SGE=?= " * 16_000 + b"<a@x.example>\n\nx",
    "encoded words in every header": lambda: HEAD + b"".join(b"X-%d: =?q?q?=?a?q?\n" % n for n in range(9000)) + b"\nx",
    "encoded words never closed": lambda: HEAD + (b"X: " + b"=?a?q?" * 600 + b"\n") * 300 + b"\nx",
    "addresses": lambda: b"From: a@x.example\nTo: " + b"b@x.example, " * 100_000 + b"\n\nx",
    "angle brackets": lambda: b"From: " + b"<" * 200_000 + b"\n\nx",
    "comments": lambda: b"From: " + b"(" * 200_000 + b"\n\nx",
    "quotes": lambda: b"From: " + b'"a\\' * 100_000 + b"\n\nx",
    "groups": lambda: b"From: " + b"a:b@c;" * 50_000 + b"\n\nx",
    "references": lambda: HEAD + b"References: " + b"<a@x> " * 100_000 + b"\n\nx",
    "brackets in references": lambda: HEAD + b"References: " + b"<" * 100_000 + b">" * 100_000 + b"\n\nx",
    "lines that are no headers": lambda: HEAD + b"tanpa titik dua\n" * 60_000 + b"Message-ID: <a@x>\n\nx",
    "5000 levels": lambda: HEAD + deep("multipart/mixed", 5000) + b"\nx",
    "20000 mails in mails": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 20_000 + b"x",
    "a million parts": lambda: MIXED + b"--b\n" * 1_000_000,
    "same boundary again and again": lambda: MIXED + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 5000 + b"x\n" * 500_000,
    "19 levels and two million lines": lambda: HEAD + deep("multipart/mixed", 19) + b"\n" + b"x\n" * 2_000_000,
    "parameters": lambda: HEAD + b"Content-Type: text/plain; " + b'a="b;' * 100_000 + b"\n\nx",
    "parameters of a part": lambda: MIXED + b"--b\nContent-Type: text/plain; " + b'a="b;' * 100_000 + b"\n\nx\n--b--",
    "parameters in pieces": lambda: HEAD + b"Content-Type: text/plain; " + b"".join(b"name*%d*=x; " % n for n in range(9000)) + b"\n\nx",
    "quoted-printable": lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=3D=\n" * 500_000,
    "base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"SGE=\n" * 500_000,
    "uuencode": lambda: HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n" + b"#0V%T\n" * 500_000,
    "nested divs": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 1_000_000,
    "a URL of brackets": lambda: HEAD + b"\n" + (b"http://x/" + b")" * 4000 + b" ") * 60,
}  # fmt: skip


@pytest.mark.parametrize("build", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_mail_takes_long(build: Callable[[], bytes]) -> None:
    raw = build()
    begin = time.perf_counter()
    found = parse(raw, packs())
    assert time.perf_counter() - begin < LIMIT
    check(found)
    assert "could not be taken apart" not in found.unreadable


@pytest.mark.parametrize(
    "charset",
    [
        "utf-7",
        "punycode",
        "idna",
        "unicode_escape",
        "hz",
        "iso-2022-kr",
        "gb18030",
        "utf-16",
        "zlib",
        "rot13",
        "a\x00b",
    ],
)
def test_no_charset_takes_long(charset: str) -> None:
    raw = mail(b"+AGEAYgBj-" * 60_000, kind=f"text/plain; charset={charset}")
    begin = time.perf_counter()
    assert parse(raw, packs()).sender.email == "rina@maju.example"
    assert time.perf_counter() - begin < LIMIT


#: Each makes a text of about n characters.
TEXTS: dict[str, Callable[[int], str]] = {
    "attribution words": lambda n: "on " * (n // 3),
    "attribution lines": lambda n: "on 1\n" * (n // 5),
    "attributions that end nowhere": lambda n: "on 1 @ 10:00 wrote\n" * (n // 19),
    "quote marks": lambda n: ">\n" * (n // 2),
    "quote marks and colons": lambda n: ">\nx @ 2020:\n" * (n // 12),
    "From lines": lambda n: "from: a\n" * (n // 8),
    "header blocks that miss one": lambda n: "from: a\nsent: 10:00\n\n" * (n // 21),
    "sign-offs": lambda n: "regards\n" * (n // 8),
    "thanks and names": lambda n: "thanks\nAnna\n\n" * (n // 13),
    "signature marks": lambda n: "--\nx\n" * (n // 5),
    "blank lines": lambda n: "\n" * n,
    "one line": lambda n: "x" * n,
    "legal notices": lambda n: "disclaimer\n\nx\n" * (n // 14),
    "colons": lambda n: ":\n" * (n // 2),
}


def seconds(text: str) -> float:
    runs = []
    for _ in range(3):
        begin = time.perf_counter()
        split_new(text, packs())
        runs.append(time.perf_counter() - begin)
    return min(runs)


@pytest.mark.parametrize("build", TEXTS.values(), ids=TEXTS.keys())
def test_splitting_takes_no_longer_than_the_text_is(build: Callable[[int], str]) -> None:
    half, whole = seconds(build(50_000)), seconds(build(200_000))
    assert whole < 0.01 or whole / half < 10  # four times as long; quadratic would be sixteen times


# --------------------------------------------------------------------------- any bytes


def clean(value: str) -> bool:
    """True when no control, invisible or line-breaking character is in `value`."""
    return not any(category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in value)


def check(found: Mail) -> None:
    """What holds of every Mail."""
    assert found.message_id.startswith("<") and found.message_id.endswith(">")
    assert len(found.message_id) <= 250 and found.message_id.isascii() and found.message_id.isprintable()
    for moment in (found.date, found.received):
        assert moment is None or moment.utcoffset() is not None
    for name, value in found.headers:
        assert clean(value) and len(value) <= 4096 and name == name.lower()
    assert clean(found.subject) and clean(found.sender.name) and clean(found.sender.email)
    assert len(found.headers) <= 200 and len(found.to) <= 100 and len(found.references) <= 50
    assert len(found.text) <= 256 * 1024 and "\x00" not in found.text and "\r" not in found.text
    assert len(found.links) <= 200
    assert all(link.href.lower().startswith(("http://", "https://", "mailto:")) for link in found.links)
    assert all("/" not in name and clean(name) for name in found.attachments)
    for text in (
        found.text,
        found.new_text,
        found.signature,
        found.subject,
        found.sender.name,
        found.sender.email,
    ):
        text.encode("utf-8")  # no halves of characters


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=600))
@example(b"From: \xff\xfe\n\n\xff")
def test_any_bytes(raw: bytes) -> None:
    check(parse(raw, packs()))


_HEADERS = st.sampled_from(
    ["Content-Type: multipart/mixed; boundary=b", "Content-Type: multipart/alternative; boundary=b", "Content-Type: text/html","Content-Type: message/rfc822", "Content-Type: message/delivery-status", "Content-Type: text/calendar; method=REQUEST","Content-Type: multipart/report; report-type=delivery-status; boundary=b", "Content-Type: multipart/mixed", "Content-Type:","Content-Type: text/plain; charset=\x00; format=flowed", "Content-Type: text/plain; name*=x''%ff; name*1*=%", "Content-Type: ;;=;\"","Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "Content-Transfer-Encoding: x-uuencode","Content-Disposition: attachment; filename*0*=utf-8''a; filename*1=b", "Content-Disposition: attachment; filename=\xff","From: a@x.example", "From: mailer-daemon@x", "From: ,;:<>\"()", "Subject: =?utf-8?q?=ff?= Fwd:", "Date: x", "Message-ID: <", "References: <a@b","Received: x; Mon, 99", "X-Failed-Recipients: @", " lipatan", "\ttab", ":", "tanpa", "Sender:"]
)  # fmt: skip
_BODY = st.sampled_from(
    ["", "--b", "--b--", "> kutipan", "kata", "SGFsbw==", "=C3=A9=", "<div><p>", "</p><a href=http://x>", "BEGIN:VCALENDAR", "BEGIN:VEVENT","DTSTART:x", "END:VEVENT", "Status: 5.1.1", "Final-Recipient: rfc822;a@b.cd", "begin 644 x", "http://x.example/)", "Salam,", "\xff\x00"]
)  # fmt: skip


@example(["Content-Type: text/plain; name*=x''%ff; name*1*=%", "\xff\x00"], "\n")
@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_HEADERS, _BODY, st.just("")), max_size=40), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_heap_of_mail_lines(lines: list[str], line_end: str) -> None:
    found = parse(line_end.join(["From: a@x.example", *lines]).encode("latin-1"), packs())
    check(found)
    assert "could not be taken apart" not in found.unreadable


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mail_damaged_anywhere_is_still_read(data: st.DataObject) -> None:
    raw = bytearray(mail("Halo Budi,\n\nKami undang Anda.\n\nHormat kami,\nRina"))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    check(parse(bytes(raw), packs()))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400))
def test_a_mail_cut_off_anywhere_is_still_read(length: int) -> None:
    check(parse(mail("Halo Budi,\n\nKami undang Anda.")[:length], packs()))


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        alphabet=st.characters(blacklist_categories=["Cc", "Cs", "Cf", "Zs", "Zl", "Zp"]),
        min_size=1,
        max_size=60,
    )
)
def test_subject_survives_encoding(subject: str) -> None:
    encoded = Header(subject, "utf-8").encode()
    if "=?" not in subject:
        assert read(mail("x", f"Subject: {encoded}")).subject == subject.strip()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["kata", "é", "–", "面接", "10.00", "a@b.example"]), min_size=1, max_size=40))
def test_text_survives_its_transfer_encoding(words: list[str]) -> None:
    text = " ".join(words)
    coded = quopri.encodestring(text.encode())
    assert read(mail(coded, encoding="quoted-printable")).text == text
    assert read(mail(base64.encodebytes(text.encode()), encoding="base64")).text == text
