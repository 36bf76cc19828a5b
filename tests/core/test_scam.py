"""Signs of fraud: red ones, yellow ones, and what is legitimate although it looks odd (rule 6.1)."""

from __future__ import annotations

from typing import Any

import pytest
from corpus_mail import packs

from watcher.core.classify import Context
from watcher.core.model import Address, Link, Mail
from watcher.core.scam import borrowed_name, signs


def _mail(body: str = "", *, sender: str = "hr@acme.co.id", name: str = "", **more: Any) -> Mail:
    return Mail(message_id="<a@b>", sender=Address(sender, name), new_text=body, **more)


def _red(mail: Mail, **context: Any) -> set[str]:
    return {sign.rule.removeprefix("scam: ") for sign in signs(mail, Context(**context), packs())[0]}


def _yellow(mail: Mail) -> set[str]:
    return {sign.rule.removeprefix("scam: ") for sign in signs(mail, Context(), packs())[1]}


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        ("Please pay a refundable registration fee before the interview.", "payment"),
        ("Biaya administrasi sebesar Rp350.000 ditransfer hari ini.", "payment"),
        ("Biaya tiket akan diganti saat Anda tiba di lokasi.", "payment"),
        ("Silakan transfer ke rekening bendahara kami.", "bank_account"),
        ("Tiket dan hotel dipesan melalui travel rekanan perusahaan.", "travel_agent"),
        ("Book your flight ticket through our appointed travel agent.", "travel_agent"),
        ("Please send the verification code to activate your payroll.", "secret"),
        ("Serahkan kartu ATM dan PIN untuk penggajian.", "secret"),
        ("Unduh file APK berikut untuk wawancara.", "software"),
        ("We will send a cashier's check, deposit it and buy gift cards.", "money_mule"),
        ("You can start tomorrow, no interview required.", "no_interview"),
        ("Cukup like video YouTube, komisi Rp 200 ribu per hari.", "paid_tasks"),
        ("Anda berangkat dengan visa kunjungan dan bekerja di sana.", "visit_visa"),
    ],
)
def test_red_words(body: str, sign: str) -> None:
    assert sign in _red(_mail(body))


@pytest.mark.parametrize(
    "body",
    [
        "Seluruh proses rekrutmen tidak dipungut biaya apa pun. Waspada penipuan yang meminta transfer.",
        "We never ask candidates to pay a fee at any stage.",
        "Medical check up di Klinik Sehat, biaya dibayar peserta di kasir klinik dan kuitansi diunggah.",
        "Wawancara melalui Zoom, silakan install aplikasi Zoom.",
        "Silakan hubungi kami lewat WhatsApp untuk konfirmasi.",
        "Mohon kirim scan KTP dan NPWP untuk pembuatan kontrak.",
        "We reimburse your travel expenses.",
        "Jangan berikan kode OTP kepada siapa pun.",
        "Gaji ditransfer setiap tanggal 25.",
    ],
)
def test_legitimate_practice_is_never_red(body: str) -> None:
    assert _red(_mail(body)) == set()


def test_yellow_words_and_addresses() -> None:
    mail = _mail(
        "Kuota terbatas, segera hubungi admin via WhatsApp. Tempat wawancara: Hotel Melati.",
        sender="hrd.toko@gmail.com",
        reply_to=(Address("panitia@elsewhere.example"),),
        links=(Link("formulir", "https://bit.ly/abc"),),
    )
    assert {
        "pressure",
        "messenger",
        "hotel",
        "free mailbox",
        "answer goes elsewhere",
        "hidden link",
    } <= _yellow(mail)
    assert _red(mail) == set()


def test_a_relay_may_answer_elsewhere() -> None:
    mail = _mail("Hi", sender="no-reply@hire.lever.co", reply_to=(Address("token@acme.recruitee.com"),))
    assert "answer goes elsewhere" not in _yellow(mail)


@pytest.mark.parametrize(
    ("sender", "name", "borrowed"),
    [
        ("hrd.pertamina2026@gmail.com", "PT Pertamina (Persero)", True),
        ("hr-recruitment.pln@gmail.com", "", True),
        ("info@pertamina-karir.com", "Rekrutmen", True),
        ("hr@perta-mina.co", "Pertamina HR", True),
        ("hr@pertamlna.online", "Pertamina", False),
        ("hr@te1kom-recruitment.com", "Telkom", True),
        ("hr@amaz0n.com", "Amazon", True),
        ("hr@xn--shpee-mva.com", "Shopee", True),
        ("rekrutmen@pertamina.com", "PT Pertamina", False),
        ("no-reply@us.greenhouse-mail.io", "Shell", False),
        ("hr@brilliant-foods.co.id", "Brilliant Foods", False),
        ("astri.mandiri@gmail.com", "Astri Mandiri", False),
        ("hr@telkomsel.co.id", "Telkomsel", False),
        ("hr@mandirijaya.co.id", "CV Mandiri Jaya", False),
    ],
)
def test_borrowed_names(sender: str, name: str, borrowed: bool) -> None:
    assert bool(borrowed_name(_mail(sender=sender, name=name))) is borrowed


def test_attachments_that_run() -> None:
    assert "attachment" in _red(_mail(attachments=("Undangan.apk",)))
    assert "attachment" in _red(_mail(attachments=("form.DOCM",)))
    assert _red(_mail(attachments=("offer.pdf", "form.docx"))) == set()


def test_only_the_own_providers_check_counts() -> None:
    failed = (("authentication-results", "mx.provider.example; spf=pass; dmarc=fail"),)
    assert "forged sender" in _red(_mail(headers=failed), authserv="mx.provider.example")
    assert _red(_mail(headers=failed), authserv="mx.other.example") == set()
    assert _red(_mail(headers=failed), authserv="") == set()
    older = (("authentication-results", "mx.provider.example; dmarc=pass"), *failed)
    assert _red(_mail(headers=older), authserv="mx.provider.example") == set()


def test_a_forwarded_mail_proves_nothing() -> None:
    headers = (
        ("authentication-results", "mx.provider.example; dmarc=fail"),
        ("x-forwarded-to", "rini@mail.example"),
    )
    assert _red(_mail(headers=headers), authserv="mx.provider.example") == set()


def test_evidence_quotes_the_words() -> None:
    red, _ = signs(_mail("Please pay the training fee today."), Context(), packs())
    assert red[0].quote.lower().startswith("pay the training fee")
    assert red[0].weight > 1
