"""Bytes to a Mail: headers, addresses, dates, ids, parts, charsets, attachments."""
# ruff: noqa: E501 - a fixture keeps the lines of its mail whole

from __future__ import annotations

import base64
import quopri
from datetime import UTC, datetime, timedelta, timezone

import pytest
from mail_builder import mail, multipart, nested, packs, part, read

from watcher.core.model import Address, Link
from watcher.core.parse import parse

WIB = timezone(timedelta(hours=7))

# --------------------------------------------------------------------------- headers


def test_plain_mail() -> None:
    found = read(mail("Halo Budi,\n\nKami undang Anda.\n\nHormat kami,\nRina"))
    assert found.message_id == "<one@maju.example>"
    assert found.sender == Address("rina@maju.example", "Rina Wati")
    assert found.to == (Address("budi@example.org", "Budi"),)
    assert found.subject == "Undangan wawancara"
    assert found.date == datetime(2026, 11, 2, 10, tzinfo=WIB)
    assert found.date is not None and found.date.utcoffset() == timedelta(hours=7)
    assert found.text.startswith("Halo Budi,")
    assert found.new_text == "Halo Budi,\n\nKami undang Anda."
    assert found.signature == "Hormat kami,\nRina"
    assert found.header("mime-version") == "1.0"
    assert not found.unreadable and not found.defects


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_line_ends(line_end: bytes) -> None:
    found = read(mail("Halo\nBudi").replace(b"\n", line_end))
    assert (found.sender.email, found.text) == ("rina@maju.example", "Halo\nBudi")


@pytest.mark.parametrize(
    "before", [b"From rina@maju.example Mon Nov  2 10:00:00 2026\n", b"\n\n", b"\xef\xbb\xbf"]
)
def test_what_mailboxes_put_above(before: bytes) -> None:
    assert read(before + mail()).sender.email == "rina@maju.example"


def test_encoded_words() -> None:
    found = read(
        mail(
            "x",
            "Subject: =?utf-8?Q?Undangan_=E2=80=93?= =?utf-8?B?IHdhd2FuY2FyYQ==?=",
            "From: =?iso-8859-1?Q?Ren=E9?= <rene@maju.example>",
        )
    )
    assert found.subject == "Undangan – wawancara"
    assert found.sender == Address("rene@maju.example", "René")
    assert found.header("subject") == "Undangan – wawancara"


def test_character_divided_between_two_encoded_words() -> None:
    assert read(mail("x", "Subject: =?utf-8?B?4oA=?= =?utf-8?B?kw==?=")).subject == "–"


@pytest.mark.parametrize(
    "subject",
    ["=?utf-8?B?!!!?=", "=?nonsense?Q?x?=", "=?utf-8?Q?", "=?zlib?B?eJw=?=", "=?utf-8?B?/w==?=", "=?=?=?="],
)
def test_broken_encoded_words_survive(subject: str) -> None:
    found = read(mail("Halo", f"Subject: {subject}"))
    assert found.text == "Halo" and found.subject


def test_eight_bit_headers() -> None:
    assert read(mail("x", "Subject: Undangan – René")).subject == "Undangan – René"
    raw = mail("x", "Subject: Ren@@").replace(b"Ren@@", b"Ren\xe9")
    assert read(raw).subject == "René"
    raw = mail("x", "From: Ren@@ <rene@maju.example>").replace(b"Ren@@", "René".encode())
    assert read(raw).sender == Address("rene@maju.example", "René")


def test_iso_2022_jp_headers_and_body() -> None:
    subject = "=?iso-2022-jp?B?" + base64.b64encode("面接のご案内".encode("iso-2022-jp")).decode() + "?="
    found = read(
        mail(
            "面接".encode("iso-2022-jp"),
            f"Subject: {subject}",
            kind="text/plain; charset=ISO-2022-JP",
            encoding="7bit",
        )
    )
    assert (found.subject, found.text) == ("面接のご案内", "面接")


def test_repeated_headers() -> None:
    found = read(
        mail("x", "Subject: pertama", "From: A <a@x.example>", "X-Tag: 1", "X-Tag: 2", "To: c@x.example")
    )
    assert found.subject == "pertama"
    assert found.sender.email == "a@x.example"
    assert found.to == (Address("c@x.example"),)
    assert found.all_headers("x-tag") == ("1", "2")
    assert "SeveralFrom" in found.defects


def test_folded_header_is_one_line() -> None:
    found = read(mail("x", "Subject: Undangan\n wawancara\n\tsatu"))
    assert found.subject == "Undangan wawancara satu"


def test_no_control_character_reaches_a_header() -> None:
    raw = mail(
        "x",
        "Subject: a\x00b\x0bc\x1bd\r\n e",
        "From: =?utf-8?Q?x=0D=0ABcc:_y@z.example?= <a@x.example>",
        "X: \u202eabc",
    )
    found = read(raw)
    values = [found.subject, found.sender.name, *(value for _, value in found.headers)]
    assert all(value.isprintable() for value in values)
    assert found.header("x") == "abc"
    assert found.header("bcc") == ""


def test_header_line_without_colon_ends_the_headers() -> None:
    found = read(b"From: a@x.example\nSubject: x\nHalo Budi, ini isi.\nBaris dua: ya\n\nTiga")
    assert found.subject == "x"
    assert found.text == "Halo Budi, ini isi.\nBaris dua: ya\n\nTiga"
    assert "NoHeaderEnd" in found.defects


def test_stray_line_among_the_headers_is_passed_over() -> None:
    found = read(
        b"Date: Mon, 2 Nov 2026 10:00:00 +0700\nundangan lanjutan\nFrom: a@x.example\nSubject: y\n\nHalo"
    )
    assert (found.sender.email, found.subject, found.text) == ("a@x.example", "y", "Halo")


def test_headers_are_bounded() -> None:
    many = [f"X-{number}: {'v' * 90}" for number in range(900)]
    found = read(mail("Halo", *many[:600]))
    assert len(found.headers) == 200
    assert found.sender.email == "rina@maju.example" and found.text == "Halo"
    found = read(mail("Halo", "X-Long: " + "v" * 300_000))
    assert max(len(value) for _, value in found.headers) == 4096
    assert found.sender.email == "rina@maju.example"
    assert "HeadersCut" in found.defects


def test_mail_without_from_is_from_its_sender() -> None:
    assert read(b"Sender: a@x.example\nSubject: s\n\nx").sender.email == "a@x.example"


# --------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"Wati, Rina (HRD)" <Rina@Maju.Example>', [("rina@maju.example", "Wati, Rina (HRD)")]),
        ("rina@maju.example", [("rina@maju.example", "")]),
        ("rina@maju.example (Rina Wati)", [("rina@maju.example", "Rina Wati")]),
        ("<rina@maju.example>", [("rina@maju.example", "")]),
        ("Rina rina@maju.example", [("rina@maju.example", "")]),
        ("a@x.example, B <b@x.example>", [("a@x.example", ""), ("b@x.example", "B")]),
        ("Tim: a@x.example, b@x.example;", [("a@x.example", ""), ("b@x.example", "")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?Q?a=40bank.example?= <evil@x.example>", [("evil@x.example", "a@bank.example")]),
        ("", []),
    ],
)
def test_address_forms(value: str, expected: list[tuple[str, str]]) -> None:
    found = read(mail("x", f"Reply-To: {value}")).reply_to
    assert [(address.email, address.name) for address in found] == expected


def test_addresses_are_bounded() -> None:
    found = read(mail("x", "Cc: " + ", ".join(f"a{number}@x.example" for number in range(5000))))
    assert len(found.cc) == 100


# --------------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 2 Nov 2026 10:00:00 +0700 (WIB)", datetime(2026, 11, 2, 10, tzinfo=WIB)),
        ("2 Nov 2026 10:00 +0700", datetime(2026, 11, 2, 10, tzinfo=WIB)),
        ("Mon, 2 Nov 26 10:00:00 GMT", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Nov 2026 10:00:00 EST", datetime(2026, 11, 2, 15, tzinfo=UTC)),
        ("Mon, 2 Nov 2026 10:00:00 WIB", datetime(2026, 11, 2, 10, tzinfo=WIB)),
        ("Mon, 2 Nov 2026 10:00:00", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Nov 2026 10:00:00 -0000", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("Mon, 02 Nov 2026 10.00.00 +0700", datetime(2026, 11, 2, 10, tzinfo=WIB)),
        ("Tue, 2 Nov 2026 10:00:00 +0700", datetime(2026, 11, 2, 10, tzinfo=WIB)),
        ("2026-11-02T10:00:00+07:00", datetime(2026, 11, 2, 10, tzinfo=WIB)),
        ("Thu, 1 Jan 1970 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("Mon, 2 Nov 2126 10:00:00 +0000", datetime(2126, 11, 2, 10, tzinfo=UTC)),
        ("besok pagi", None),
        ("Mon, 32 Nov 2026 10:00:00 +0700", None),
        ("", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Mon, 2 Nov 99999999999 10:00:00 +0700", None),
    ],
)
def test_date_header(value: str, expected: datetime | None) -> None:
    found = read(mail("x", f"Date: {value}")).date
    assert found == expected
    assert found is None or found.utcoffset() is not None


def test_zone_of_three_quarters_is_kept() -> None:
    found = read(mail("x", "Date: Mon, 2 Nov 2026 10:00:00 +0545")).date
    assert found is not None and found.isoformat() == "2026-11-02T10:00:00+05:45"


def test_arrival_is_the_topmost_received() -> None:
    found = read(
        mail(
            "x",
            "Received: by 2002:a05:6402 with SMTP id x;\n        Mon, 2 Nov 2026 03:00:05 -0800 (PST)",
            "Received: from evil; Mon, 2 Nov 2020 03:00:05 +0000",
        )
    )
    assert found.received == datetime(2026, 11, 2, 11, 0, 5, tzinfo=UTC)
    assert read(mail("x")).received is None
    assert read(mail("x", "Received: from a by b")).received is None


# --------------------------------------------------------------------------- ids


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b>", "<a@b>"),
        ("\n <a@b>", "<a@b>"),
        ("a@b", "<a@b>"),
        ("<a@b> (comment)", "<a@b>"),
        ("<<a@b>>", "<a@b>"),
    ],
)
def test_message_id(value: str, expected: str) -> None:
    assert read(mail("x", f"Message-ID: {value}")).message_id == expected


@pytest.mark.parametrize("value", ["", "<>", "< >", "<a b@c>", "<a\x01b@c d>", "<é@x>", "a b"])
def test_bad_message_id_is_made_from_the_mail(value: str) -> None:
    found = read(mail("x", f"Message-ID: {value}")).message_id
    assert found.endswith("@no-message-id.invalid>")


def test_made_message_id_is_stable_and_tells_mails_apart() -> None:
    bare = b"From: a@x.example\nDate: Mon, 2 Nov 2026 10:00:00 +0700\nSubject: s\n\n"
    one = read(bare + b"Halo\n").message_id
    assert one == read((bare + b"Halo\n").replace(b"\n", b"\r\n")).message_id
    assert one == read(b"Received: by x; Mon, 2 Nov 2026 10:00:00 +0700\n" + bare + b"Halo").message_id
    assert one != read(bare + b"Hai\n").message_id


def test_long_message_id_is_hashed_alike_everywhere() -> None:
    long = "<" + "x" * 900 + "@maju.example>"
    own = read(mail("x", f"Message-ID: {long}")).message_id
    assert len(own) <= 250 and own.startswith("<") and own.endswith(">")
    assert read(mail("x", f"In-Reply-To: {long}")).in_reply_to == (own,)


def test_references() -> None:
    found = read(
        mail(
            "x", "References: <a@b>\n <c@d><e@f> <a b@c> junk <a@b>", "In-Reply-To: Your mail of Monday <e@f>"
        )
    )
    assert found.references == ("<a@b>", "<c@d>", "<e@f>")
    assert found.in_reply_to == ("<e@f>",)
    assert read(mail("x", "References: a@b c@d")).references == ("<a@b>", "<c@d>")


def test_references_keep_the_first_and_the_last() -> None:
    ids = [f"<{number}@x>" for number in range(300)]
    found = read(mail("x", "References: " + " ".join(ids))).references
    assert len(found) == 50
    assert found[0] == ids[0] and found[-1] == ids[-1]


# --------------------------------------------------------------------------- parts

HTML = "text/html; charset=utf-8"


def test_alternative_prefers_plain_text_and_takes_links_from_html() -> None:
    found = read(
        multipart("alternative", part("Halo Budi, gabung di sini."), part("<p>Halo Budi, <a href='https://x.example/z'>gabung di sini</a>.</p>", HTML))
    )  # fmt: skip
    assert found.text == "Halo Budi, gabung di sini."
    assert found.links == (Link("gabung di sini", "https://x.example/z"),)


@pytest.mark.parametrize(
    "plain",
    [
        "",
        " \n ",
        "Please view this email in a browser.",
        "This message contains HTML; your client does not support HTML.",
        "Undangan",
        "<p>Kami</p><p>mengundang</p><p>Anda</p>",
    ],
)
def test_poor_plain_text_gives_way_to_html(plain: str) -> None:
    html = (
        "<p>Kami mengundang Anda mengikuti wawancara.</p>"
        + "<p>Mohon membawa dokumen yang diperlukan.</p>" * 10
    )
    found = read(multipart("alternative", part(plain), part(html, HTML)))
    assert found.text.startswith("Kami mengundang Anda")


def test_table_that_plain_text_took_apart_is_read_from_html() -> None:
    html = "<p>Undangan</p><table><tr><td>Hari</td><td>:</td><td>Senin</td></tr><tr><td>Jam</td><td>:</td><td>10.00</td></tr></table>"
    found = read(
        multipart(
            "alternative", part("Undangan\n\nHari\n\n:\n\nSenin\n\nJam\n\n:\n\n10.00"), part(html, HTML)
        )
    )
    assert "Hari\t:\tSenin\nJam\t:\t10.00" in found.text


def test_html_only_and_html_that_says_it_is_plain() -> None:
    assert read(mail("<p>Halo</p><p>Budi</p>", kind=HTML)).text == "Halo\n\nBudi"
    assert read(mail("<!DOCTYPE html><html><body><p>Halo</p></body></html>")).text == "Halo"


def test_mixed_parts_follow_each_other() -> None:
    found = read(multipart("mixed", part("satu"), part("<b>dua</b>", HTML), part("tiga")))
    assert found.text == "satu\n\ndua\n\ntiga"


def test_nested_alternative_in_related_in_mixed() -> None:
    alternative = nested("alternative", "alt", part("Halo"), part("<p>Halo</p>", HTML))
    picture = part("x", "image/png; name=logo.png", "Content-ID: <logo>")
    pdf = part("x", "application/pdf", "Content-Disposition: attachment; filename=CV.pdf")
    found = read(multipart("mixed", nested("related", "rel", alternative, picture), pdf))
    assert (found.text, found.attachments) == ("Halo", ("logo.png", "CV.pdf"))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=UTF-8''Undangan%20%E2%80%93%20Budi.pdf", "Undangan – Budi.pdf"),
        ('attachment; filename="=?utf-8?Q?Undangan=2Epdf?="', "Undangan.pdf"),
        ("attachment; filename*0=Unda; filename*1=ngan.pdf", "Undangan.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\x.exe"', "x.exe"),
        ('attachment; filename="a\u202efdp.exe"', "afdp.exe"),
        ("attachment; filename*=nonsense''x.pdf", "x.pdf"),
    ],
)
def test_attachment_names(header: str, name: str) -> None:
    found = read(
        multipart("mixed", part("Halo"), part("x", "application/pdf", f"Content-Disposition: {header}"))
    )
    assert found.attachments == (name,)
    assert found.text == "Halo"


def test_attached_text_is_not_the_letter() -> None:
    found = read(
        multipart(
            "mixed",
            part("Halo"),
            part("isi berkas", "text/plain", "Content-Disposition: attachment; filename=a.txt"),
        )
    )
    assert (found.text, found.attachments) == ("Halo", ("a.txt",))


def test_forwarded_mail_inside_is_not_merged() -> None:
    inner = b"From: lain@x.example\nSubject: Undangan\n\nAnda diterima bekerja."
    found = read(
        multipart(
            "mixed",
            part("Lihat terlampir."),
            part(inner, "message/rfc822"),
            headers=("Subject: Fwd: Undangan",),
        )
    )
    assert (found.text, found.forwarded) == ("Lihat terlampir.", True)


def test_a_mail_enclosed_in_an_answer_makes_no_forward() -> None:
    inner = b"From: lain@x.example\n\nAnda diterima bekerja."
    raw = multipart(
        "mixed", part("Baik, terlampir."), part(inner, "message/rfc822"), headers=("Subject: Re: Undangan",)
    )
    assert not read(raw).forwarded


def test_inline_forward() -> None:
    body = "---------- Forwarded message ---------\nFrom: Rina <r@x.example>\nDate: Mon, 2 Nov 2026\n\nKami undang Anda."
    assert read(mail(body, "Subject: Fwd: Undangan")).forwarded
    assert read(mail("Menurutmu?\n\n" + body, "Subject: Fwd: Undangan")).forwarded
    assert not read(mail("Baik, saya hadir.\n\n" + body, "Subject: Re: Undangan")).forwarded
    assert not read(mail("Kami undang Anda.", "Subject: Fwd: Undangan")).forwarded


def test_gmail_html_forward() -> None:
    html = (
        '<div dir="ltr"><br><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        "From: <b>Rina</b> &lt;r@x.example&gt;<br>Date: Mon, 2 Nov 2026<br></div><p>Kami undang Anda.</p></div></div>"
    )
    found = read(mail(html, "Subject: Fwd: Undangan", kind=HTML))
    assert (found.new_text, found.forwarded) == ("", True)


def test_quotation_of_an_html_answer_is_cut() -> None:
    html = (
        "<div>Saya bisa hadir.</div><br><div class='gmail_quote'><div class='gmail_attr'>Pada Sen, 2 Nov 2026 pukul 10.00 Rina "
        "&lt;<a href='mailto:r@x.example'>r@x.example</a>&gt; menulis:<br></div><blockquote class='gmail_quote'>Halo</blockquote></div>"
    )
    assert read(mail(html, kind=HTML)).new_text == "Saya bisa hadir."


def test_outlook_html_answer_is_cut() -> None:
    html = (
        "<div><p class=MsoNormal>Baik, saya hadir.</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal>"
        "<b>Dari:</b> Rina Wati &lt;r@x.example&gt; <br><b>Dikirim:</b> Senin, 02 November 2026 10.00<br><b>Kepada:</b> Budi<br>"
        "<b>Perihal:</b> Undangan</p></div><p class=MsoNormal>Halo Budi</p></div>"
    )
    assert read(mail(html, kind=HTML)).new_text == "Baik, saya hadir."


def test_multipart_without_its_boundary_is_read_as_text() -> None:
    assert read(mail("Halo Budi", kind="multipart/mixed")).text == "Halo Budi"
    assert read(mail("Halo Budi", kind="multipart/mixed; boundary=zzz")).text == "Halo Budi"


def test_multipart_cut_off_in_the_middle() -> None:
    raw = multipart("mixed", part("Halo Budi"), part("x" * 500, "application/pdf; name=a.pdf"))
    found = read(raw[:-300])
    assert (found.text, found.attachments) == ("Halo Budi", ("a.pdf",))


def test_encrypted_mail_says_so() -> None:
    encrypted = part("xx", "application/octet-stream")
    found = read(multipart("encrypted", part("Version: 1", "application/pgp-encrypted"), encrypted))
    assert found.unreadable == "it is encrypted"
    assert found.sender.email == "rina@maju.example"


def test_structured_data_reaches_the_mail() -> None:
    html = '<script type="application/ld+json">{"@type":"EventReservation"}</script><p>Halo</p>'
    assert read(mail(html, kind=HTML)).structured == ('{"@type":"EventReservation"}',)


# --------------------------------------------------------------------------- text of a part


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Halo – é".encode(), "utf-8", "Halo – é"),
        ("Halo é".encode("latin-1"), "iso-8859-1", "Halo é"),
        ("Halo – “é”".encode("cp1252"), "iso-8859-1", "Halo – “é”"),
        ("Halo é".encode("latin-1"), "utf-8", "Halo é"),
        ("Halo – é".encode(), "us-ascii", "Halo – é"),
        ("Halo é".encode("latin-1"), "us-ascii", "Halo é"),
        ("Halo é".encode(), "no-such-charset", "Halo é"),
        ("Halo é".encode(), "", "Halo é"),
        ("Halo é".encode(), "zlib", "Halo é"),
        (b"Halo", "undefined", "Halo"),
        ("面接".encode("shift_jis"), "shift_jis", "面接"),
        ("面试".encode("gb18030"), "gb2312", "面试"),
        (b"\xef\xbb\xbfHalo", "iso-8859-1", "Halo"),
        ("é ".encode() + b"\xff\xfe Halo", "utf-8", "é \ufffd\ufffd Halo"),
    ],
)
def test_charsets(data: bytes, charset: str, text: str) -> None:
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    assert read(mail(data, kind=kind)).text == text


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit", "x-unknown", "QUOTED-PRINTABLE "])
def test_transfer_encodings(encoding: str) -> None:
    data = "Kami undang Anda – René".encode()
    coded = {"q": quopri.encodestring(data), "b": base64.encodebytes(data)}.get(encoding[0].lower(), data)
    assert read(mail(coded, encoding=encoding)).text == "Kami undang Anda – René"


def test_damaged_base64_keeps_what_can_be_read() -> None:
    coded = base64.encodebytes(b"Kami mengundang Anda mengikuti wawancara.")
    assert read(mail(coded[:-5], encoding="base64")).text.startswith("Kami mengundang Anda mengikuti")
    assert read(mail(b"***" + coded, encoding="base64")).text.startswith("Kami mengundang")


def test_quoted_printable_without_its_header() -> None:
    body = "Kami mengundang Anda untuk =\nwawancara pada hari Senin=2C =\npukul 10=2E00 =E2=80=93 selesai"
    assert (
        read(mail(body, encoding="7bit")).text
        == "Kami mengundang Anda untuk wawancara pada hari Senin, pukul 10.00 – selesai"
    )


def test_equal_signs_alone_are_no_quoted_printable() -> None:
    body = "a =\nb =\nc = 5"
    assert read(mail(body, encoding="7bit")).text == body


def test_flowed_text_is_joined() -> None:
    flowed = "Kami mengundang Anda \nuntuk wawancara.\n From here\n> kutipan \n> lanjut\n-- \nRina"
    found = read(mail(flowed, kind="text/plain; format=flowed"))
    assert found.text == "Kami mengundang Anda untuk wawancara.\nFrom here\n> kutipan lanjut\n-- \nRina"
    assert (found.new_text, found.signature) == ("Kami mengundang Anda untuk wawancara.\nFrom here", "Rina")
    found = read(mail("面接の \nご案内", kind="text/plain; charset=utf-8; format=flowed; delsp=yes"))
    assert found.text == "面接のご案内"


def test_control_characters_and_odd_spaces_leave_the_text() -> None:
    assert read(mail("Ha\x00lo\u00a0Budi\x1b\u2028ya\x0bok")).text == "Halo Budi\nya\nok"


def test_bare_addresses_become_links() -> None:
    body = (
        "Gabung: https://meet.google.com/abc-defg-hij. Atau <https://zoom.us/j/1?pwd=x_y>, (http://a.example/b_(c)) "
        "HTTPS://B.example! mailto:x ftp://no.example https:// [di sini](https://c.example/d)"
    )
    assert [link.href for link in read(mail(body)).links] == [
        "https://meet.google.com/abc-defg-hij",
        "https://zoom.us/j/1?pwd=x_y",
        "http://a.example/b_(c)",
        "HTTPS://B.example",
        "https://c.example/d",
    ]


def test_text_is_bounded() -> None:
    found = read(mail("kata " * 200_000))
    assert len(found.text) <= 256 * 1024
    found = read(multipart("mixed", *[part("kata " * 50_000)] * 5))
    assert len(found.text) <= 256 * 1024


def test_letter_after_a_large_attachment_is_read() -> None:
    big = part(
        base64.encodebytes(b"x" * 3_000_000),
        "application/pdf; name=a.pdf",
        "Content-Transfer-Encoding: base64",
    )
    found = read(multipart("mixed", big, part("Halo Budi")))
    assert (found.text, found.attachments) == ("Halo Budi", ("a.pdf",))


# --------------------------------------------------------------------------- unreadable


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n\n", b"\x00\xff\xfe" * 1000, b"hanya teks biasa\nbaris dua", b"kunci: nilai\n\nx"]
)
def test_what_is_no_mail_says_so(raw: bytes) -> None:
    found = parse(raw, packs())
    assert found.unreadable
    assert found.message_id.endswith("@no-message-id.invalid>")


def test_no_packs_is_no_fault() -> None:
    assert parse(mail("Halo\n> kutipan"), {}).new_text == "Halo"


@pytest.mark.parametrize(
    "sign", ["\x1b", "\x9b", "\x85\x90", "\u202e", "\u2066", "\u200f", "\u2060", "\u00ad", "\U000e0041"]
)
def test_a_text_holds_nothing_that_steers_a_terminal_or_hides(sign: str) -> None:
    found = read(mail(f"Undangan wawan{sign}cara"))
    assert "".join(found.text.split()) == "Undanganwawancara"
