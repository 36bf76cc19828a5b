"""What counts as the author's new words: quoted tails, signatures and footers of many mail programs."""
# ruff: noqa: E501 - a fixture keeps the lines of its mail whole

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_builder import packs

from watcher.core.text import NewText, html_to_text, is_placeholder, split_new, subject_prefix


def split(text: str) -> NewText:
    return split_new(text, packs())


# Each tail is what a mail program puts under the new words. Nothing of it may stay, all of the letter must.
TAILS = {
    "gmail en": "On Mon, Nov 2, 2026 at 10:00 AM Rina Wati <rina@maju.example> wrote:\n\n> Halo Budi,\n> kapan bisa?\n",
    "gmail en wrapped": "On Mon, 2 Nov 2026, 10:00 Rina Wati, Talent Acquisition PT Maju Jaya\n<rina@maju.example> wrote:\n\n> Halo\n",
    "gmail en in three lines": "On Mon, 2 Nov 2026 at 10:00,\nRina Wati, Talent Acquisition PT Maju\n<rina@maju.example>\nwrote:\n> Halo\n",
    "gmail without marks": "On Mon, Nov 2, 2026 at 10:00 AM Rina Wati <rina@maju.example> wrote:\nHalo Budi,\nkapan bisa?\n",
    "gmail id": "Pada Sen, 2 Nov 2026 pukul 10.00 Rina Wati <rina@maju.example> menulis:\n\n> Halo\n",
    "gmail id wrapped": "Pada Sen, 2 Nov 2026 pukul 10.00 Rina Wati <\nrina@maju.example> menulis:\n\n> Halo\n",
    "apple id": "Pada 2 Nov 2026, pukul 10.00, Rina Wati <rina@maju.example> menulis:\n\n> Halo\n",
    "old id": "Pada tanggal 2 November 2026 10.00, Rina Wati <rina@maju.example> menulis:\n> Halo\n",
    "apple en": "> On 2 Nov 2026, at 10.00, Rina Wati <rina@maju.example> wrote:\n> \n> Halo Budi\n",
    "outlook en": "From: Rina Wati <rina@maju.example>\nSent: Monday, November 2, 2026 10:00 AM\n"
    "To: Budi <budi@example.org>\nCc: Tono <tono@maju.example>\nSubject: Undangan\n\nHalo Budi,\nkapan bisa?\n",
    "outlook en without addresses": "From: Rina Wati\nSent: Monday, November 2, 2026 10:00 AM\nTo: Budi\n"
    "Subject: Undangan\n\nHalo Budi\n",
    "outlook en bold": "*From:* Rina Wati <rina@maju.example>\n*Sent:* Monday, November 2, 2026 10:00 AM\n"
    "*To:* Budi\n*Subject:* Undangan\n\nHalo Budi\n",
    "outlook id": "Dari: Rina Wati <rina@maju.example>\nDikirim: Senin, 02 November 2026 10.00\n"
    "Kepada: Budi <budi@example.org>\nPerihal: Undangan\n\nHalo Budi\n",
    "outlook id, other words": "Dari: Rina Wati <rina@maju.example>\nTerkirim: 02 November 2026 10:00\n"
    "Ke: Budi <budi@example.org>\nSubjek: Undangan\n\nHalo Budi\n",
    "outlook many receivers": "From: Rina Wati <rina@maju.example>\nSent: Monday, November 2, 2026 10:00 AM\n"
    "To: Budi <budi@example.org>; Tono Subagyo\n<tono@maju.example>; Sari\n<sari@maju.example>\nSubject: Undangan\n\nHalo\n",
    "outlook with blank lines": "From: Rina <rina@maju.example>\n\nSent: 2 November 2026 10:00\n\nTo: Budi\n\nSubject: x\n\nHalo\n",
    "outlook divider": "________________________________\nFrom: Rina Wati <rina@maju.example>\n"
    "Sent: Monday, November 2, 2026 10:00\nTo: Budi\nSubject: Undangan\n\nHalo Budi\n",
    "original message": "-----Original Message-----\nFrom: Rina\nTo: Budi\n\nHalo\n",
    "pesan asli": "-----Pesan Asli-----\nDari: Rina\nKepada: Budi\n\nHalo\n",
    "yahoo id": "Pada Senin, 2 November 2026 10.00.00 WIB, Rina Wati <rina@maju.example> menulis:\n\n Halo Budi,\n",
    "forwarded below": "---------- Forwarded message ---------\nFrom: Rina <rina@maju.example>\nDate: Mon, Nov 2, 2026\n\nHalo\n",
    "gmail de": "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Rina Wati <rina@maju.example>:\n\n> Hallo\n",
    "gmail fr": "Le lun. 2 nov. 2026 à 10:00, Rina Wati <rina@maju.example> a écrit :\n\n> Bonjour\n",
    "gmail nl": "Op ma 2 nov 2026 om 10:00 schreef Rina Wati <rina@maju.example>:\n\n> Hallo\n",
    "gmail es": "El lun, 2 nov 2026 a las 10:00, Rina Wati (<rina@maju.example>) escribió:\n\n> Hola\n",
    "gmail pt": "Em seg., 2 de nov. de 2026 às 10:00, Rina Wati <rina@maju.example> escreveu:\n\n> Oi\n",
    "gmail ms": "Pada Isn, 2 Nov 2026 pada 10:00 PG Rina Wati <rina@maju.example> menulis:\n\n> Halo\n",
    "unknown language": "W dniu pon., 2 lis 2026 o 10:00 Rina Wati <rina@maju.example> napisał(a):\n\n> Halo\n",
    "address and date only": "2026-11-02 10:00 GMT+07:00 Rina Wati <rina@maju.example>:\n\n> Halo\n",
    "outlook de": "Von: Rina Wati <rina@maju.example>\nGesendet: Montag, 2. November 2026 10:00\nAn: Budi\nBetreff: x\n\nHallo\n",
    "outlook fr": "De : Rina Wati <rina@maju.example>\nEnvoyé : lundi 2 novembre 2026 10:00\nÀ : Budi\nObjet : x\n\nBonjour\n",
    "outlook nl": "Van: Rina Wati <rina@maju.example>\nVerzonden: maandag 2 november 2026 10:00\nAan: Budi\nOnderwerp: x\n\nHallo\n",
    "outlook ms": "Daripada: Rina <rina@maju.example>\nDihantar: Isnin, 2 November 2026 10:00\nKepada: Budi\nSubjek: x\n\nHalo\n",
    "outlook es": "De: Rina Wati <rina@maju.example>\nEnviado el: lunes, 2 de noviembre de 2026 10:00\nPara: Budi\nAsunto: x\n\nHola\n",
    "outlook pt": "De: Rina <rina@maju.example>\nEnviada em: segunda-feira, 2 de novembro de 2026 10:00\nPara: Budi\nAssunto: x\n\nOi\n",
    "plain quote marks": "> Halo Budi,\n> kapan bisa?\n",
    "two levels": "On Mon, Nov 2, 2026 at 10:00 AM Rina <r@m.example> wrote:\n> Halo\n>\n> On Sun, Nov 1, 2026 Budi wrote:\n>> Pagi\n",
}  # fmt: skip
LETTER = "Selamat siang Bu Rina,\n\nSaya bisa hadir Senin pukul 10.00."


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS.keys())
def test_tail_is_cut_and_letter_stays(tail: str) -> None:
    result = split(f"{LETTER}\n\n{tail}")
    assert result.new == LETTER
    assert result.quoted


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS.keys())
def test_signature_between_letter_and_tail_is_cut(tail: str) -> None:
    result = split(f"{LETTER}\n\nHormat saya,\nBudi Santoso\n+62 812 0000 0000\n\n{tail}")
    assert result.new == LETTER
    assert result.signature == "Hormat saya,\nBudi Santoso\n+62 812 0000 0000"


FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Rina <rina@maju.example>\nDate: Mon, Nov 2, 2026 at 10:00 AM\n"
    "Subject: Undangan\nTo: <budi@example.org>\n\nHalo Budi\n",
    "gmail id": "---------- Pesan yang diteruskan ---------\nDari: Rina <rina@maju.example>\nTanggal: Sen, 2 Nov 2026\n\nHalo\n",
    "apple": "Begin forwarded message:\n\nFrom: Rina <rina@maju.example>\nSubject: Undangan\nDate: 2 November 2026 at 10.00.00 WIB\n"
    "To: budi@example.org\n\nHalo Budi\n",
    "outlook": "From: Rina Wati <rina@maju.example>\nSent: Monday, November 2, 2026 10:00 AM\nTo: Budi\nSubject: x\n\nHalo Budi\n",
    "outlook id": "Dari: Rina <rina@maju.example>\nDikirim: Senin, 02 November 2026 10.00\nKepada: Budi\nPerihal: x\n\nHalo\n",
    "with divider": "________________________________\nDari: Rina\nDikirim: Senin, 02 November 2026 10.00\nKepada: Budi\nPerihal: x\n\nHalo\n",
    "german": "-------- Weitergeleitete Nachricht --------\nBetreff: x\nDatum: Mon, 2 Nov 2026 10:00\nVon: Rina\n\nHallo\n",
}  # fmt: skip


@pytest.mark.parametrize("text", FORWARDS.values(), ids=FORWARDS.keys())
def test_bare_forward_has_no_new_words(text: str) -> None:
    result = split(text)
    assert (result.new, result.forwarded) == ("", True)
    assert "Hal" in result.quoted


def test_forward_with_own_words_keeps_them() -> None:
    result = split("Tolong dibaca ya.\n\n" + FORWARDS["gmail"])
    assert (result.new, result.forwarded) == ("Tolong dibaca ya.", True)


def test_answer_above_an_original_message_is_no_forward() -> None:
    assert not split("Baik, terima kasih banyak infonya.\n\n" + TAILS["original message"]).forwarded


def test_answers_between_quotations_stay() -> None:
    text = (
        "On Mon, Nov 2, 2026 at 10:00 AM Rina <rina@maju.example> wrote:\n"
        "> Kapan Anda bisa mulai?\n\nSatu bulan setelah kontrak.\n\n> Berapa lama pengalaman Anda?\n\n"
        "Tiga tahun.\n\nSalam,\nBudi"
    )
    result = split(text)
    assert result.new == "Satu bulan setelah kontrak.\n\nTiga tahun."
    assert result.signature == "Salam,\nBudi"
    assert "Kapan Anda" in result.quoted and not result.forwarded


def test_answer_below_a_quotation_stays() -> None:
    assert split("> Bisa hadir Senin?\n\nBisa, Bu.").new == "Bisa, Bu."


def test_answers_below_a_block_of_headers_and_quote_marks_stay() -> None:
    head = "----- Original Message -----\nFrom: Rina <rina@maju.example>\nSent: 2 November 2026 10:00\nTo: Budi\nSubject: x\n\n"
    result = split(head + "> Kapan bisa mulai?\n\nBulan depan.\n")
    assert (result.new, result.forwarded) == ("Bulan depan.", False)


def test_remark_between_the_attribution_and_the_quotation() -> None:
    text = "On Mon, Nov 2, 2026 at 10:00 AM Rina <rina@maju.example> wrote:\n\n[...]\n\n> Kapan?\n\nSenin."
    assert split(text).new == "[...]\n\nSenin."


def test_empty_answer_is_empty_and_no_forward() -> None:
    result = split("\n\nOn Mon, Nov 2, 2026 at 10:00 AM Rina <rina@maju.example> wrote:\n\n> Halo\n")
    assert (result.new, result.forwarded) == ("", False)


# --------------------------------------------------------------------------- what must not be cut

UNCUT = {
    "one header word": "Kepada pelamar,\n\nDari: PT Maju\n\nKami mengundang Anda.",
    "a memo's head": "Kepada: Para Pelamar\nDari: HRD PT Maju\nPerihal: Undangan Wawancara\nTanggal: 2 November 2026\n\n"
    "Kami mengundang Anda.",
    "labelled lines": "Undangan wawancara\n\nHari/Tanggal : Senin, 9 November 2026\nWaktu : 10.00 WIB\nTempat : Jl. Merdeka 1\n"
    "Kepada : Ibu Rina",
    "underscores of a meeting": "Join us.\n\n________________________________\nMicrosoft Teams meeting\n"
    "Join: https://teams.microsoft.com/l/meetup-join/x\nMeeting ID: 123 456 789",
    "a sentence with on": "On Monday 9 November at 10:00 we will meet.\nPlease bring your laptop.",
    "a list with a colon": "On 9 November please bring:\n- a laptop\n- an ID card",
    "pada at the start": "Pada hari Senin, 9 November 2026 pukul 10.00 kami mengundang Anda:\nTempat: Jl. Merdeka 1",
    "thanks as the message": "Terima kasih.",
    "thanks and a plain sentence": "Terima kasih\n\nMohon konfirmasi kehadiran Anda.",
    "a question after thanks": "Thanks\n\nCould you send it again?",
    "footer words inside": "Kebijakan kami: informasi dalam wawancara ini dibahas bersama.",
    "forwarded in a sentence": "Your CV was forwarded to the user.\nForwarded message means nothing here.",
}  # fmt: skip


@pytest.mark.parametrize("text", UNCUT.values(), ids=UNCUT.keys())
def test_letter_is_left_alone(text: str) -> None:
    result = split(text)
    assert result.new == text
    assert not result.forwarded


# --------------------------------------------------------------------------- signatures

SIGNATURES = [
    ("Hormat kami,\nRina Wati\nHR Recruitment\nPT Maju Jaya Tbk\nJl. Merdeka 1, Jakarta", "Hormat kami,"),
    ("Best regards,\n\nRina Wati\nTalent Partner | Maju\nwww.maju.example", "Best regards,"),
    ("Kind regards\nRina", "Kind regards"),
    ("Regards, Rina Wati", "Regards, Rina Wati"),
    ("Salam hangat,\nTim Rekrutmen PT Maju", "Salam hangat,"),
    ("Wassalamu'alaikum Wr. Wb.\nRina", "Wassalamu'alaikum Wr. Wb."),
    ("-- \nRina Wati\nHRD", "Rina Wati"),
    ("--\nRina Wati\nHRD", "Rina Wati"),
    ("*Best regards,*\n*Rina Wati*", "*Best regards,*"),
    ("Sent from my iPhone", "Sent from my iPhone"),
    ("Dikirim dari iPhone saya", "Dikirim dari iPhone saya"),
    ("Get Outlook for Android", "Get Outlook for Android"),
    ("Regards,\nRina\n\nSent from my Galaxy", "Regards,"),
]


@pytest.mark.parametrize(("ending", "first"), SIGNATURES)
def test_signature_is_cut_and_kept(ending: str, first: str) -> None:
    result = split(f"Kami mengundang Anda wawancara.\n\n{ending}")
    assert result.new == "Kami mengundang Anda wawancara."
    assert result.signature.splitlines()[0] == first


def test_name_in_the_signature_can_be_found() -> None:
    result = split(
        "Ditunggu kabarnya.\n\nHormat kami,\n\nRina Wati\nHR Manager\n\nPT Maju Jaya\nTelp. 021 555 0000"
    )
    assert (
        result.signature
        == "Hormat kami,\n\nRina Wati\nHR Manager\n\nPT Maju Jaya\nTelp. 021 555 0000".replace("\n\n", "\n")
    )


def test_thanks_with_a_name_below_stays_and_the_name_goes() -> None:
    result = split("Saya bisa hadir.\n\nTerima kasih\nBudi Santoso")
    assert (result.new, result.signature) == ("Saya bisa hadir.\n\nTerima kasih", "Budi Santoso")


def test_postscript_stays() -> None:
    result = split("See you Monday.\n\nBest,\nAnna\n\nP.S. Please bring your passport.")
    assert result.new == "See you Monday.\n\nP.S. Please bring your passport."
    assert result.signature == "Best,\nAnna"


def test_details_under_the_name_stay() -> None:
    result = split(
        "Kami undang Anda.\n\nHormat kami,\nRina\n\nHari: Senin, 9 November 2026\nPukul: 10.00 WIB"
    )
    assert "Pukul: 10.00 WIB" in result.new
    assert result.signature == "Hormat kami,\nRina"


def test_a_regards_in_the_middle_does_not_take_the_letter() -> None:
    text = "Regards,\nI wanted to tell you that we moved the interview to Friday at ten.\nPlease confirm that it suits you."
    assert "Friday" in split(text).new


# --------------------------------------------------------------------------- footers

FOOTERS = [
    "This e-mail and any attachments are confidential and intended solely for the addressee.",
    "CONFIDENTIALITY NOTICE: The information in this mail is private.\nDo not pass it on.",
    "Email ini bersifat rahasia dan hanya untuk penerima yang dituju.",
    "DISCLAIMER: opinions are the author's.",
    "You received this message because you are subscribed to the group.\nTo unsubscribe, send a mail.",
    "Unsubscribe | Manage preferences",
    "Anda menerima email ini karena mendaftar di portal kami.\nBerhenti berlangganan: https://x.example",
    "This email was sent to budi@example.org.",
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_footer_is_cut(footer: str) -> None:
    result = split(f"Kami mengundang Anda wawancara.\n\n{footer}")
    assert result.new == "Kami mengundang Anda wawancara."
    assert result.footer == footer


def test_footer_below_the_signature_does_not_hide_it() -> None:
    result = split(f"Kami undang Anda.\n\nBest regards,\nRina\n\n{FOOTERS[0]}")
    assert (result.new, result.signature) == ("Kami undang Anda.", "Best regards,\nRina")


def test_footer_of_a_mailing_list_is_cut() -> None:
    result = split(
        "Ada lowongan.\n\nSalam,\nRina\n_______________________________\nKerja mailing list\nhttps://x.example/l"
    )
    assert (result.new, result.signature) == ("Ada lowongan.", "Salam,\nRina")


def test_warning_on_top_is_cut() -> None:
    result = split("CAUTION: This email originated from outside of the organisation.\n\nKami undang Anda.")
    assert result.new == "Kami undang Anda."


def test_mail_that_is_nothing_but_a_footer_keeps_it() -> None:
    assert split("Disclaimer: this is all there is.").new == "Disclaimer: this is all there is."


def test_sent_to_inform_is_no_footer() -> None:
    text = "Halo,\n\nThis email was sent to inform you that your interview moved."
    assert split(text).new == text


# --------------------------------------------------------------------------- small helpers


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Fwd: Undangan", "forward"),
        ("FW: Undangan", "forward"),
        ("Fw : Undangan", "forward"),
        ("Terusan: Undangan", "forward"),
        ("TR: Invitation", "forward"),
        ("WG: Einladung", "forward"),
        ("[Fwd: Undangan]", "forward"),
        ("Re: Undangan", "reply"),
        ("RE[2]: Undangan", "reply"),
        ("Bls: Undangan", "reply"),
        ("AW: Einladung", "reply"),
        ("回复：面试", "reply"),
        ("Undangan: wawancara", ""),
        ("Undangan", ""),
        ("", ""),
    ],
)
def test_subject_prefix(subject: str, kind: str) -> None:
    assert subject_prefix(subject, packs()) == kind


def test_placeholder() -> None:
    assert is_placeholder("Your mail program does not support HTML.", packs())
    assert not is_placeholder("Kami mengundang Anda wawancara.", packs())


def test_html_to_text_gives_text_and_links() -> None:
    text, links = html_to_text("<p>Klik <a href='https://x.example/a'>di sini</a>.</p>")
    assert text == "Klik di sini."
    assert [(link.text, link.href) for link in links] == [("di sini", "https://x.example/a")]


def test_no_packs_at_all_is_no_fault() -> None:
    assert split_new("Halo\n> kutipan", {}).new == "Halo"


# --------------------------------------------------------------------------- properties

_LINES = st.sampled_from(
    [
        "",
        "> kutipan",
        "On Mon, 2 Nov 2026 10:00 A <a@b.c> wrote:",
        "Pada 2 Nov 2026 a@b.c menulis:",
        "From: a@b.c",
        "Sent: 2 Nov 2026 10:00",
        "To: x",
        "Subject: y",
        "-- ",
        "Best regards,",
        "Terima kasih",
        "Rina",
        "Disclaimer:",
        "---------- Forwarded message ----------",
        "Dikirim dari iPhone saya",
        "kata kata",
        "____",
        ":",
        "1 @ :",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_LINES, max_size=40))
def test_every_word_goes_to_exactly_one_place(lines: list[str]) -> None:
    text = "\n".join(
        f"{line} #{number}#" if line == "kata kata" else line for number, line in enumerate(lines)
    )
    result = split(text)
    everything = "\n".join([result.new, result.signature, result.quoted, result.footer])
    for number, line in enumerate(lines):
        if line == "kata kata":
            assert everything.count(f"#{number}#") == 1
    assert not any(line.startswith(">") for line in result.new.splitlines())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_split_is_total_and_never_invents(text: str) -> None:
    result = split(text)
    assert all(line.strip() in text for line in result.new.split("\n"))


@settings(max_examples=100, deadline=None)
@given(st.lists(_LINES.filter(lambda line: not line.endswith(":")), max_size=30))
def test_new_words_do_not_depend_on_a_quotation_below(lines: list[str]) -> None:
    new = split("\n".join(lines)).new
    assert split(f"{new}\n\n> kutipan").new == split(new).new
