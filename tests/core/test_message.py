"""A draft's bytes: exactly the headers asked for; a fingerprint that survives servers."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import SMTP, compat32, default

import pytest
from draft_helpers import ME, NOW, RINA
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.message import (
    base_subject,
    body_fingerprint,
    build,
    draft_message_id,
    header_text,
    is_message_id,
    thread_ids,
)
from watcher.core.model import Address

HEADERS = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "X-Interview-Watcher-Draft",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
]
TEXT = "Yth. Ibu Rina,\n\nTerima kasih – atas waktunya.\n\nHormat saya,\nBudi\n"
NASTY = st.text(max_size=300) | st.text(
    alphabet="a é世\r\n\t\x00<>\"',;:@()[]\\=?_\u2028\u202e\ud800🙂", max_size=200
)


def made(**changes: object) -> bytes:
    given: dict[str, object] = {
        "message_id": draft_message_id("<a@b.id>", "thank_you", 1),
        "kind": "thank_you",
        "sender": ME,
        "to": (RINA,),
        "cc": (),
        "subject": "Re: Wawancara – Data Analyst",
        "text": TEXT,
        "date": NOW,
        "in_reply_to": "<a@b.id>",
        "references": ("<a@b.id>",),
        **changes,
    }
    return build(**given)  # type: ignore[arg-type]


def parsed(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_the_bytes_are_plain_rfc_5322() -> None:
    raw = made()
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    mail = parsed(raw)
    assert mail.keys() == HEADERS
    assert mail["From"].addresses[0].display_name == "Budi Santoso"
    assert mail["Date"].datetime == NOW
    assert mail["X-Interview-Watcher-Draft"] == "thank_you; v=1"
    assert mail.get_content_type() == "text/plain"
    assert mail["Content-Type"].params == {"charset": "utf-8"}
    assert mail.get_content().replace("\r\n", "\n") == TEXT
    assert not mail.defects


def test_ascii_text_goes_out_readable_and_other_text_encoded() -> None:
    assert b"Transfer-Encoding: 7bit" in made(text="Dear Rina,\n\nHello.\n")
    assert b"Transfer-Encoding: quoted-printable" in made()
    long = made(text="x" * 2000 + "\n")
    assert b"quoted-printable" in long
    assert parsed(long).get_content() == "x" * 2000 + "\r\n"


@settings(max_examples=60, deadline=None)
@given(name=NASTY, own=NASTY, subject=NASTY, text=st.text(max_size=300))
def test_no_value_makes_a_header(name: str, own: str, subject: str, text: str) -> None:
    clean = header_text(text, 300) + "\n"
    raw = made(sender=Address(ME.email, own), to=(Address(RINA.email, name),), subject=subject, text=clean)
    mail = parsed(raw)
    assert mail.keys() == HEADERS
    assert [a.addr_spec for a in mail["To"].addresses] == [RINA.email]
    assert [a.addr_spec for a in mail["From"].addresses] == [ME.email]
    assert header_text(str(mail["Subject"]), 200) == header_text(subject, 200)
    assert mail.get_content().rstrip("\r\n") == clean.rstrip("\n")


@pytest.mark.parametrize("what", ["subject", "name", "own", "id"])
@pytest.mark.parametrize("gap", ["", " ", "x"])
def test_an_encoded_word_in_a_value_is_never_decoded_into_headers(what: str, gap: str) -> None:
    """Python's library decodes it when the header is set: a hidden Bcc in the person's own draft."""
    word = f"{gap}=?utf-8?q?x=0D=0ABcc:_korban=40evil.example?={gap}=?utf-8?b?DQpDYzogeEB5Lno=?="
    ids = (f"<{word.replace(' ', '')}@a.id>",)
    changes = {
        "subject": {"subject": f"Interview {word}"},
        "name": {"to": (Address(RINA.email, word),)},
        "own": {"sender": Address(ME.email, word)},
        "id": {"in_reply_to": ids[0], "references": ids},
    }
    raw = made(**changes[what])
    assert parsed(raw).keys() == HEADERS
    assert b"\r\nBcc" not in raw
    assert b"\r\nCc" not in raw
    if what == "id":
        assert email.message_from_bytes(raw, policy=compat32)["References"].split() == list(ids)


def test_long_ids_stay_whole() -> None:
    ids = tuple(f"<{'x' * 150}.{n}@mail.example.com>" for n in range(20))
    raw = made(references=ids, in_reply_to=ids[-1])
    mail = email.message_from_bytes(raw, policy=compat32)
    assert mail["References"].split() == list(ids)
    assert mail["In-Reply-To"].strip() == ids[-1]
    assert max(map(len, raw.split(b"\r\n"))) < 998


def test_references_keep_the_first_and_the_last() -> None:
    many = tuple(f"<{n}@a.id>" for n in range(60))
    kept = thread_ids("<me@a.id>", many, ())
    assert len(kept) == 20
    assert kept[0] == "<0@a.id>"
    assert kept[-2:] == ("<59@a.id>", "<me@a.id>")
    assert thread_ids("<me@a.id>", (), ("<up@a.id>",)) == ("<up@a.id>", "<me@a.id>")
    assert thread_ids("<me@a.id>", (), ("<up@a.id>", "<other@a.id>")) == ("<me@a.id>",)
    assert thread_ids("<me@a.id>", ("<me@a.id>", "<b@a.id>", "<b@a.id>"), ()) == ("<b@a.id>", "<me@a.id>")
    assert thread_ids("broken", ("<b@a.id>", "no id", "<a b@c>"), ()) == ("<b@a.id>",)


@pytest.mark.parametrize(
    "value", ["", "<>", "a@b", "<a b@c>", "<a@b>\r\nBcc: x", "<é@b>", "<a@b><c@d>", "<" + "x" * 400 + ">"]
)
def test_what_is_no_message_id(value: str) -> None:
    assert not is_message_id(value)
    assert "In-Reply-To" not in parsed(made(in_reply_to=value))


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Interview", "Interview"),
        ("Re: Interview", "Interview"),
        ("RE: Re: FW: Fwd: Interview", "Interview"),
        ("Bls: Balas: Aw: Sv: Antw: Interview", "Interview"),
        ("[External] Re: [EXT] Interview", "Interview"),
        ("Re[2]: Interview", "Interview"),
        ("EXTERNAL: Interview", "Interview"),
        ("[Sinar Jaya] Interview", "[Sinar Jaya] Interview"),
        ("Regarding your application", "Regarding your application"),
        (
            "Undangan: Interview Data Analyst @ Sen 2 Nov 2026 10am - 11am (WIB) (budi@contoh.id)",
            "Interview Data Analyst",
        ),
        ("Re: Updated invitation: Interview @ Mon 2 Nov 2026 10am (ICT) (x@y.id)", "Interview"),
        ("Undangan: Wawancara Data Analyst", "Undangan: Wawancara Data Analyst"),
        ("Re:\r\nBcc: x@y.id", "Bcc: x@y.id"),
        ("", ""),
        ("Re:", ""),
    ],
)
def test_the_base_subject(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def test_the_id_of_a_draft_is_the_same_everywhere() -> None:
    one = draft_message_id("<a@b.id>", "thank_you", 1)
    assert one == draft_message_id("<a@b.id>", "thank_you", 1)
    assert is_message_id(one)
    assert one.endswith("@draft.interview-watcher.invalid>")
    others = {draft_message_id("<a@b.id>", "thank_you", 2), draft_message_id("<a@b.id>", "closing", 1)}
    assert len(others | {one, draft_message_id("<c@b.id>", "thank_you", 1)}) == 4
    assert made() == made()


# ------------------------------------------------------------------------------- the fingerprint


def round_trips() -> list[bytes]:
    """What servers and stores make of a draft without anybody editing it."""
    raw = made()
    mail = parsed(raw)
    short = mail.as_bytes(policy=SMTP.clone(max_line_length=60))
    wide = mail.as_bytes(policy=SMTP.clone(max_line_length=500))
    plain = email.message_from_bytes(raw).as_bytes()
    other = parsed(raw)
    other.set_content(TEXT, charset="utf-8", cte="base64")
    latin = parsed(raw)
    latin.set_content(TEXT, charset="cp1252", cte="8bit")
    stored = b"Received: by x; Fri, 20 Nov 2026 10:00:01 +0700\r\nX-UID: 12\r\nStatus: O\r\n" + raw
    renamed = raw.replace(b"Message-ID:", b"Message-Id:").replace(b"To: ", b"TO: ", 1)
    trimmed, padded = raw.rstrip(b"\r\n"), raw + b"\r\n\r\n"
    return [
        raw.replace(b"\r\n", b"\n"),
        short,
        wide,
        plain,
        other.as_bytes(),
        latin.as_bytes(),
        stored,
        renamed,
        trimmed,
        padded,
    ]


def test_a_round_trip_does_not_look_like_an_edit() -> None:
    expected = body_fingerprint(made())
    assert [body_fingerprint(raw) == expected for raw in round_trips()] == [True] * 10


@pytest.mark.parametrize(
    "edited",
    [
        made(text=TEXT.replace("waktunya", "waktu Ibu")),
        made(text=TEXT + "PS\n"),
        made(subject="Re: Wawancara"),
        made(to=(Address("dewi@sinarjaya.co.id"),)),
        made(to=(RINA, Address("dewi@sinarjaya.co.id"))),
        made(cc=(Address("dewi@sinarjaya.co.id"),)),
        made().replace(b"Subject:", b"Bcc: dewi@sinarjaya.co.id\r\nSubject:", 1),
        made().replace(b"text/plain", b"text/html", 1),
    ],
)
def test_an_edit_is_seen(edited: bytes) -> None:
    assert body_fingerprint(edited) != body_fingerprint(made())


def test_an_attachment_is_an_edit() -> None:
    mail = parsed(made())
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="cv.pdf")
    assert body_fingerprint(mail.as_bytes()) != body_fingerprint(made())


def test_a_new_message_id_or_sender_name_is_no_edit_of_the_words() -> None:
    assert body_fingerprint(made(message_id="<other@a.id>")) == body_fingerprint(made())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: made()[:300] + tail))
def test_the_fingerprint_of_any_bytes_is_a_hash(raw: bytes) -> None:
    assert len(body_fingerprint(raw)) == 64
    assert body_fingerprint(raw) == body_fingerprint(raw)


@settings(max_examples=40, deadline=None)
@given(name=NASTY, subject=NASTY, words=st.text(max_size=200))
def test_any_draft_survives_lf_refolding_and_reserialising(name: str, subject: str, words: str) -> None:
    raw = made(to=(Address(RINA.email, name),), subject=subject, text=header_text(words, 200) + "\n")
    expected = body_fingerprint(raw)
    assert body_fingerprint(raw.replace(b"\r\n", b"\n")) == expected
    assert body_fingerprint(parsed(raw).as_bytes(policy=SMTP)) == expected
    assert body_fingerprint(email.message_from_bytes(raw).as_bytes()) == expected
