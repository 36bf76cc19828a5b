"""Delivery reports: standard, delayed, delivered, and in prose."""
# ruff: noqa: E501 - a fixture keeps the lines of its mail whole

from __future__ import annotations

import pytest
from mail_builder import mail, multipart, part, read

from watcher.core.model import Bounce

RETURNED = b"From: budi@example.org\nTo: rina@maju.example\nSubject: Lamaran\nMessage-ID: <mine@example.org>\n\nSelamat pagi"


def report(
    action: str,
    status: str,
    returned: bytes,
    kind: str = "message/rfc822",
    recipient: str = "rfc822; Rina@Maju.Example",
) -> bytes:
    fields = (
        f"Reporting-MTA: dns; mx.example.org\nArrival-Date: Mon, 2 Nov 2026 10:00:00 +0700\n\n"
        f"Final-Recipient: {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 5.9.9 no\n"
    )
    return multipart(
        "report",
        part("Delivery to the following recipient failed."),
        part(fields, "message/delivery-status"),
        part(returned, kind),
        extra="; report-type=delivery-status",
        headers=(
            "From: Mail Delivery Subsystem <mailer-daemon@example.org>",
            "Subject: Delivery Status Notification",
        ),
    )


def test_failed() -> None:
    found = read(report("failed", "5.1.1", RETURNED))
    assert found.bounce == Bounce("5.1.1", "rina@maju.example", "<mine@example.org>")
    assert found.text == "Delivery to the following recipient failed."
    assert not found.forwarded


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("delayed", "4.4.1", "4.4.1"),
        ("failed", "4.4.7", "5.4.7"),  # the server gave up: final, whatever the cause was
        ("delivered", "2.0.0", "2.0.0"),
        ("failed", "5.2.2 (mailbox full)", "5.2.2"),
        ("failed", "", "5.0.0"),
        ("delayed", "nonsense", "4.0.0"),
        ("", "", ""),
    ],
)
def test_status(action: str, status: str, expected: str) -> None:
    bounce = read(report(action, status, RETURNED)).bounce
    assert bounce is not None and bounce.status == expected


def test_only_the_headers_are_returned() -> None:
    headers = RETURNED.partition(b"\n\n")[0] + b"\n"
    for kind in ("text/rfc822-headers", "message/rfc822-headers"):
        bounce = read(report("failed", "5.1.1", headers, kind)).bounce
        assert bounce is not None and bounce.original_message_id == "<mine@example.org>"


def test_the_failed_one_of_several_recipients() -> None:
    raw = report("delivered", "2.0.0", RETURNED).replace(
        b"Diagnostic-Code: smtp; 550 5.9.9 no\n",
        b"\nFinal-Recipient: rfc822; tono@maju.example\nAction: failed\nStatus: 5.1.1\n",
    )
    assert read(raw).bounce == Bounce("5.1.1", "tono@maju.example", "<mine@example.org>")


def test_nothing_is_returned_but_the_report_answers_the_mail() -> None:
    raw = b"In-Reply-To: <mine@example.org>\n" + report("failed", "5.1.1", b"x", "text/plain")
    bounce = read(raw).bounce
    assert bounce is not None and bounce.original_message_id == "<mine@example.org>"


def test_report_in_prose() -> None:
    body = (
        "This message was created automatically by mail delivery software.\n\n  rina@maju.example\n"
        "    SMTP error: 550 5.1.1 user unknown\n\n------ This is a copy of the message ------\n"
        "From: budi@example.org\nMessage-Id: <mine@example.org>\nSubject: Lamaran\n"
    )
    found = read(
        mail(
            body,
            "From: Mail Delivery System <Mailer-Daemon@mx.example.org>",
            "X-Failed-Recipients: rina@maju.example",
        )
    )
    assert found.bounce == Bounce("5.1.1", "rina@maju.example", "<mine@example.org>")


def test_report_in_prose_without_any_header() -> None:
    body = "Maaf, pesan Anda tidak terkirim.\n<rina@maju.example>:\n550 no such user\n\n> Message-ID: <mine@example.org>\n"
    found = read(mail(body, "From: MAILER-DAEMON@example.org"))
    assert found.bounce == Bounce("5.0.0", "rina@maju.example", "<mine@example.org>")


def test_a_postmaster_can_write_a_letter() -> None:
    assert (
        read(
            mail(
                "Halo Budi, silakan hubungi kami.",
                "From: postmaster@maju.example",
                "In-Reply-To: <mine@example.org>",
            )
        ).bounce
        is None
    )


def test_read_receipt_is_no_bounce() -> None:
    raw = multipart(
        "report",
        part("Your message was read."),
        part(
            "Final-Recipient: rfc822; rina@maju.example\nDisposition: manual-action; displayed",
            "message/disposition-notification",
        ),
        extra="; report-type=disposition-notification",
    )
    assert read(raw).bounce is None


def test_letter_that_quotes_a_code_is_no_bounce() -> None:
    assert read(mail("Versi 5.1.1 dari aplikasi kami, 550 orang melamar.")).bounce is None


def test_report_inside_a_forwarded_mail_is_not_ours() -> None:
    inner = report("failed", "5.1.1", RETURNED).replace(b"edge", b"inner")
    assert read(multipart("mixed", part("Lihat ini"), part(inner, "message/rfc822"))).bounce is None


@pytest.mark.parametrize(
    "fields", [b"", b"\n\n\n", b"Status: 5.1.1", b"Final-Recipient:\nStatus:\n", b"\xff\xfe: x\n\n\x00"]
)
def test_broken_report_is_still_a_report(fields: bytes) -> None:
    raw = multipart(
        "report", part("x"), part(fields, "message/delivery-status"), extra="; report-type=delivery-status"
    )
    assert read(raw).bounce is not None
