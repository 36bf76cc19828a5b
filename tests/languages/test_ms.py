"""Malay: told apart from Indonesian, its signals and their traps, dates, promises, names, quotes, letters."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "core"))

from draft_helpers import FOLLOW_UPS, KINDS, ME, RINA, attempt, letter_case  # noqa: E402

from watcher.core.classify import Context, classify  # noqa: E402
from watcher.core.dates import find_appointment, find_promises  # noqa: E402
from watcher.core.draft import Draft  # noqa: E402
from watcher.core.judge import judge  # noqa: E402
from watcher.core.language import detect  # noqa: E402
from watcher.core.lint import lint  # noqa: E402
from watcher.core.model import Address, DraftKind, Kind, Mail, Occasion  # noqa: E402
from watcher.core.parse import parse  # noqa: E402
from watcher.core.scam import signs  # noqa: E402
from watcher.core.text import split_new  # noqa: E402
from watcher.packs import load_packs  # noqa: E402

PACKS = load_packs()
PACK = PACKS["ms"]
ZONE = "Asia/Kuala_Lumpur"
BASE = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo(ZONE))
OWN = "sari@example.com"
NOISE = {Kind.NEWSLETTER, Kind.JOB_ALERT, Kind.OTHER, Kind.AUTO_REPLY, Kind.BOUNCE}
FACETS = {"wait": "status_update", "answer": "recruiter_reply"}


def mail(text: str, *, own: bool = False, subject: str = "Jawatan Data Analyst", sender: str = "") -> Mail:
    """A mail with `text` as its new words."""
    return Mail(
        message_id="<a@b>",
        sender=Address(OWN if own else "hr@acme.example", sender),
        subject=subject,
        new_text=f"Salam Rini,\n\n{text}\n\nSekian,\nSari",
    )


def kind_of(text: str, *, own: bool = False, subject: str = "Jawatan Data Analyst") -> Kind:
    context = Context(own=frozenset({OWN}), outgoing=own)
    return classify(mail(text, own=own, subject=subject), context, PACKS).kind


# ------------------------------------------------------------------------------- which language

DETECTED = [
    ("ms", "Sukacita dimaklumkan bahawa tuan/puan telah disenarai pendek bagi jawatan di atas."),
    ("ms", "Permohonan anda telah kami terima. Hanya calon yang disenarai pendek akan dihubungi."),
    ("ms", "Boleh datang temu duga hari Khamis ni pukul 2.30 petang tak?"),
    ("ms", "Dukacita dimaklumkan permohonan anda tidak berjaya kerana jawatan telah diisi."),
    ("ms", "Sila hubungi kami sekiranya anda mempunyai sebarang pertanyaan."),
    ("ms", "Terima kasih kerana memohon jawatan Eksekutif Akaun di syarikat kami."),
    ("ms", "Salam, resume awak dah sampai. Nanti saya telefon minggu depan ye."),
    ("ms", "Saya ingin bertanya mengenai keputusan temu duga saya minggu lepas."),
    ("ms", "Tuan, merujuk perkara di atas, dimaklumkan bahawa mesyuarat ditangguhkan."),
    ("ms", "Hi Sari, kami berminat dengan profil awak. Boleh set interview minggu depan?"),
    ("id", "Lamaran Anda telah kami terima, hanya kandidat yang sesuai yang akan dihubungi."),
    ("id", "Mohon maaf, kami belum bisa melanjutkan proses lamaran Kakak karena posisi sudah terisi."),
    ("id", "Kami mengundang Bapak/Ibu untuk wawancara pada hari Kamis pukul 14.00 WIB."),
    ("id", "Silakan konfirmasi kehadiran Anda paling lambat besok sore."),
    ("id", "Halo kak, besok bisa interview jam 10 di kantor kami? Mohon bawa CV ya."),
    ("id", "Saya ingin menanyakan hasil wawancara saya minggu lalu, apakah sudah ada kabar?"),
    ("en", "We would like to invite you to an interview for the position of Data Analyst."),
    ("en", "Thank you for your application to Maju Trading Sdn Bhd. We will be in touch."),
]


@pytest.mark.parametrize(("language", "text"), DETECTED)
def test_a_language_is_told(language: str, text: str) -> None:
    assert detect(text, PACKS) == language


def corpus(language: str) -> Iterator[str]:
    for path in sorted((TESTS / "corpus" / language).glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if not row.get("html") and len(row["body"].split()) >= 12:
                yield f"{row['body']}\n{row['subject']}"


def test_malay_and_indonesian_are_told_apart_both_ways() -> None:
    malay = [detect(text, PACKS) for text in corpus("ms")]
    indonesian = [detect(text, PACKS) for text in corpus("id")]
    assert malay.count("ms") >= 0.95 * len(malay)
    assert indonesian.count("ms") <= 0.02 * len(indonesian)


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "pt", "nl"])
def test_malay_takes_no_mail_of_others(language: str) -> None:
    found = [detect(text, PACKS) for text in corpus(language)]
    assert found.count("ms") <= 0.02 * len(found)


# ------------------------------------------------------------------------------- signals


def phrases() -> Iterator[tuple[str, str]]:
    table = PACK.table("signals")
    for part in ("phrases", "examples"):
        for name, texts in table[part].items():
            yield from ((FACETS.get(name, name), text) for text in texts)


def test_every_phrase_lands_in_its_class() -> None:
    wrong = []
    for label, text in phrases():
        kind = kind_of(text.replace("*", "Sari"), own=label.startswith("own_"))
        noise = Kind(label) in (Kind.NEWSLETTER, Kind.JOB_ALERT) and kind in NOISE
        if kind.value != label and not noise:
            wrong.append((label, text, kind.value))
    assert wrong == []


SENTENCES = [
    ("rejection", "Kami memilih untuk meneruskan dengan calon yang pengalamannya lebih sejajar."),
    ("rejection", "Anda tidak dipilih untuk ke peringkat seterusnya bagi jawatan ini."),
    ("rejection", "Setelah pertimbangan sewajarnya, permohonan tuan/puan tidak dapat dipertimbangkan."),
    ("rejection", "Kami kesal kerana tidak dapat menawarkan tempat kepada anda kali ini."),
    ("rejection", "Maaf ye, kami dah ambil orang lain untuk kerja ni."),
    ("rejection", "Kelayakan tuan tidak menepati syarat lantikan yang ditetapkan."),
    ("rejection", "Anda tidak tersenarai dalam senarai calon yang berjaya."),
    ("rejection", "Tawaran ini ditarik balik kerana dokumen tuan tidak lengkap."),
    (
        "application_received",
        "Permohonan anda sedang disemak oleh pasukan kami, terima kasih kerana memohon.",
    ),
    ("application_received", "Ini adalah pengesahan bahawa kami telah menerima resume anda."),
    ("application_received", "Permohonan tuan telah didaftarkan dengan nombor rujukan KP/2291."),
    ("application_received", "Anda telah berjaya memohon jawatan Eksekutif Jualan."),
    ("interview_invitation", "Kami ingin mempelawa anda untuk satu sesi temu duga pada Selasa jam 10 pagi."),
    ("interview_invitation", "Pihak kami menjemput tuan hadir ke temu duga pada tarikh dan masa berikut."),
    ("interview_invitation", "Adakah anda free hari Rabu jam 2 petang untuk panggilan dengan pengurus kami?"),
    ("interview_invitation", "Kami nak jumpa awak esok pukul 11 pagi kat ofis."),
    ("interview_invitation", "Langkah seterusnya ialah temu duga bersama ketua jabatan."),
    ("interview_invitation", "Tuan/puan dipanggil untuk temu duga bagi jawatan di atas."),
    ("interview_confirmation", "Terima kasih kerana memilih slot; temu duga anda telah disahkan."),
    ("interview_confirmation", "Ini peringatan untuk temu duga anda pada hari Jumaat."),
    ("interview_confirmation", "Noted, thanks. Kita jumpa Rabu 14 Oktober pukul 3 petang."),
    ("interview_reschedule", "Temu duga anda terpaksa kami anjakkan kepada hari Khamis."),
    ("interview_reschedule", "Tarikh temu duga telah ditukar. Tarikh baharu ialah 15 November 2026."),
    ("interview_reschedule", "Kami perlu mengatur semula temu duga; boleh cadangkan tarikh lain?"),
    ("interview_cancellation", "Sesi temu duga hari ini terpaksa dibatalkan kerana masalah teknikal."),
    ("interview_cancellation", "Interview esok cancel dulu ya, company freeze hiring."),
    ("interview_cancellation", "Panggilan temu duga bertarikh 1 November adalah terbatal."),
    ("assessment", "Sila klik pautan berikut untuk memulakan ujian personaliti anda."),
    ("assessment", "Anda mempunyai 7 hari untuk melengkapkan ujian penaakulan ini."),
    ("assessment", "Sila buat pemeriksaan kesihatan di klinik panel kami sebelum Jumaat."),
    ("assessment", "Rakam jawapan anda bagi lima soalan temu duga video ini sebelum Ahad."),
    ("recruiter_reply", "Boleh saya dapatkan salinan sijil dan resume terkini? Sila hantar sebelum Isnin."),
    ("recruiter_reply", "Berapakah gaji terkini dan gaji yang dijangkakan?"),
    ("recruiter_reply", "Mohon puan lengkapkan borang yang dilampirkan dan kembalikan kepada kami."),
    ("recruiter_reply", "Bila awak boleh mula bekerja kalau kami ambil?"),
    ("status_update", "Keputusan temu duga dijangka dimaklumkan minggu hadapan."),
    ("status_update", "Tahniah, anda telah melepasi saringan awal; kami akan hubungi anda kelak."),
    ("status_update", "Permohonan anda telah dimajukan kepada pengurus pengambilan."),
    ("status_update", "Pengambilan bagi jawatan ini ditangguhkan sehingga suku pertama 2027."),
    ("status_update", "Tarikh temu duga akan dimaklumkan kemudian kepada calon yang lulus ujian."),
    ("recruiter_outreach", "Saya perunding di agensi TalentKu; klien saya sedang mencari seorang analyst."),
    ("recruiter_outreach", "Saya terjumpa profil anda. Adakah anda terbuka untuk peluang baharu?"),
    ("offer", "Permohonan tuan telah berjaya dan tuan dikehendaki melapor diri pada 1 Disember."),
    ("offer", "Kami gembira menawarkan anda pekerjaan sebagai Penolong Akauntan, gaji RM3,000."),
    ("offer", "Sila semak dan tandatangani kontrak pekerjaan anda melalui pautan ini."),
    ("offer", "Awak dapat kerja ni! Isnin depan boleh start."),
    # a silence clause, a condition, a negation: no news
    ("status_update", "Sekiranya tiada jawapan dalam tempoh 14 hari, anggap permohonan tidak berjaya."),
    ("application_received", "Hanya calon yang berjaya akan dipanggil untuk temu duga."),
    ("status_update", "Kami masih menyaring permohonan; calon yang layak akan dijemput ke temu duga."),
    # the words of hiring in other mail
    ("other", "Dukacita dimaklumkan permohonan pembiayaan kereta anda tidak berjaya."),
    ("other", "Anak tuan dijemput menghadiri temu duga kemasukan Tahun 1 di sekolah kami."),
    ("other", "Kajian saya memerlukan responden untuk temu bual selama 40 minit, saguhati RM50."),
    ("other", "Sebut harga syarikat tuan tidak berjaya. Terima kasih atas penyertaan."),
    ("other", "Kod pengesahan akaun anda ialah 482119, jangan kongsi dengan sesiapa."),
    ("other", "Tuan dilantik sebagai ahli panel temu duga; isi borang markah calon."),
    ("other", "Penilaian prestasi anda ditetapkan pada 3 Disember; baki cuti 6 hari."),
    ("other", "Jemputan ke majlis perkahwinan anak kami di Dewan Seri pada hari Sabtu."),
]
OWN_SENTENCES = [
    ("own_accept", "Saya mengesahkan kehadiran saya pada 14 November, 10 pagi."),
    ("own_accept", "Saya terima tawaran ini dan akan melapor diri pada 1 Disember."),
    ("own_decline", "Buat masa ini saya tidak berminat untuk bertukar kerja."),
    ("own_decline", "Saya menolak tawaran ini kerana lokasi terlalu jauh."),
    ("own_withdraw", "Saya ingin menarik diri daripada proses pemilihan ini."),
    ("own_withdraw", "Mohon batalkan permohonan saya."),
    ("own_reschedule", "Bolehkah temu duga itu ditukar ke hari Rabu?"),
    ("own_followup", "Saya ingin bertanya, adakah sudah ada keputusan temu duga?"),
    ("own_thank_you", "Terima kasih atas peluang temu duga pagi tadi."),
    ("own_task_done", "Saya telah menyiapkan ujian; berikut link repo saya."),
    (
        "own_feedback_request",
        "Saya menghormati keputusan tersebut. Bolehkah puan berkongsi maklum balas untuk saya perbaiki?",
    ),
    ("own_reply", "Jawatan saya sekarang ialah kerani akaun di Klang."),
]


@pytest.mark.parametrize(("label", "text"), SENTENCES)
def test_a_sentence_is_of_its_class(label: str, text: str) -> None:
    kind = kind_of(text, subject="Makluman" if label == "other" else "Permohonan jawatan")
    assert kind.value == label or (label == "other" and kind in NOISE)


@pytest.mark.parametrize(("label", "text"), OWN_SENTENCES)
def test_an_own_sentence_is_of_its_class(label: str, text: str) -> None:
    assert kind_of(text, own=True).value == label


@pytest.mark.parametrize(
    ("text", "red"),
    [
        ("Sila bank in RM250 bayaran pemprosesan ke akaun Maybank kami.", True),
        ("Gaji RM300 sehari, hanya like video.", True),
        ("Hantar kod TAC anda kepada pegawai kami.", True),
        ("Masuk menggunakan pas lawatan dahulu.", True),
        ("Awas: kami tidak pernah meminta sebarang bayaran pendaftaran.", False),
        ("Kos pemeriksaan kesihatan ditanggung oleh syarikat.", False),
    ],
)
def test_fraud_is_seen_and_warnings_are_none(text: str, red: bool) -> None:
    found, _ = signs(mail(text), Context(), PACKS)
    assert bool(found) is red


# ------------------------------------------------------------------------------- dates


def said(moment: datetime, form: str) -> str:
    return moment.strftime(form if moment.year == BASE.year else f"%Y-{form}")


def appointment(text: str) -> str:
    """The dates of `text` in the manner of tests/core/date_phrases.py."""
    found = find_appointment(text, base=BASE, language="ms", zone=ZONE, packs=PACKS)
    if found.slots:
        return " | ".join(said(slot, "%m-%d %H:%M") for slot in found.slots)
    if found.start is None:
        return "-"
    start = said(found.start, "%m-%d" if found.day_only else "%m-%d %H:%M")
    return f"{start}-{found.end:%H:%M}" if found.end else start


APPOINTMENTS = [
    ("Temu duga: Khamis, 5 November 2026, pukul 10.00 pagi", "11-05 10:00"),
    ("Tarikh: 5 November 2026 (Khamis)\nMasa: 2.30 petang", "11-05 14:30"),
    ("Tarikh : 05/11/2026\nMasa : 9.00 pagi - 11.00 pagi\nTempat : Bilik Mesyuarat", "11-05 09:00-11:00"),
    ("Temu duga pada hari Isnin, 9 November 2026, jam 3 petang", "11-09 15:00"),
    ("Hari: Isnin\nTarikh: 16 November 2026\nMasa: 8.30 pagi", "11-16 08:30"),
    ("Hari/Tarikh: Isnin, 9 November 2026\nMasa: 10 pagi", "11-09 10:00"),
    ("Temu duga esok jam 10 pagi", "11-03 10:00"),
    ("Jumpa esok pukul 2.30 petang", "11-03 14:30"),
    ("Kita jumpa lusa pukul 4 petang", "11-04 16:00"),
    ("Temu duga petang ini jam 3", "11-02 15:00"),
    ("temu duga pada 12hb November pukul 11 pagi", "11-12 11:00"),
    ("Ahad 8hb 10 pagi di kedai, datang interview", "11-08 10:00"),
    ("Datang interview Selasa ni pukul 9 pagi", "11-03 09:00"),
    ("interview hari Khamis ini jam 11 pagi", "11-05 11:00"),
    ("temu duga minggu hadapan, Isnin, 10 pagi", "11-09 10:00"),
    ("Datang interview Rabu depan 3 petang", "-"),
    ("Sesi temu duga pada 10 Disember 2026 jam 12 tengah hari", "12-10 12:00"),
    ("Sesi temu duga pada 10 Disember 2026, 12.30 tengah hari", "12-10 12:30"),
    ("Sesi temu duga pada 10 Disember 2026, 1.15 tengah hari", "12-10 13:15"),
    ("Temu duga pada 3 Mac 2027 jam 8.30 pagi", "2027-03-03 08:30"),
    ("Temu duga pada 17 Ogos 2027 jam 8.30 pagi", "2027-08-17 08:30"),
    ("Temu duga pada 6 Julai 2027 jam 8 malam", "2027-07-06 20:00"),
    ("Temu duga pada 6 Jun 2027 jam 9 pagi", "2027-06-06 09:00"),
    ("temu duga 13/11/2026, 2:00 PTG", "11-13 14:00"),
    ("temu duga 13/11/2026, 10:00 PG", "11-13 10:00"),
    ("Temu duga Jumaat 13 Nov 9.30am", "11-13 09:30"),
    ("Isnin, 9 Nov 2026, 3 petang - temu duga walk-in", "11-09 15:00"),
    ("Temu duga Khamis, 5 November pukul 9.00 pagi hingga 12.00 tengah hari", "11-05 09:00-12:00"),
    ("Temu duga Rabu 4 Nov antara 2 petang hingga 4 petang", "11-04 14:00-16:00"),
    ("Temu duga Khamis pukul 10.30 pg - 11.30 pg", "11-05 10:30-11:30"),
    ("Boleh Selasa 10 pagi atau Rabu 2 petang untuk temu duga?", "11-03 10:00 | 11-04 14:00"),
    ("Pilih slot: Khamis 5 Nov 10 pagi atau Jumaat 6 Nov 3 petang", "11-05 10:00 | 11-06 15:00"),
    ("Temu duga pada 5 November ditangguhkan kepada 9 November 2026 pukul 9 pagi", "11-09 09:00"),
    ("Temu duga asalnya Khamis dipinda ke Jumaat pukul 10 pagi", "11-06 10:00"),
    ("Temu duga dianjakkan ke pukul 4 petang pada 6 November", "11-06 16:00"),
    (
        "Masa baharu: Jumaat, 13 November 2026, 10:00 PG\nMasa asal: Khamis, 12 November 2026, 2:00 PTG",
        "11-13 10:00",
    ),
    ("Sesi temu duga dalam talian pada 11 November 2026 jam 2.00 petang (waktu Malaysia)", "11-11 14:00"),
    ("Anda dijemput menghadiri temu duga video pada 10/11/2026 jam 9:30 pagi", "11-10 09:30"),
    ("Temu duga selepas solat Jumaat 6 November", "11-06 13:00"),
    ("Temu duga 5 November 2026 (Jumaat) pukul 10 pagi", "-"),
    ("Permohonan anda bertarikh 1 November 2026 telah diterima", "-"),
    ("Waktu pejabat kami 8.30 pagi hingga 5.30 petang", "-"),
    ("Terima kasih kerana menghadiri temu duga pada 30 Oktober 2026", "-"),
]
PROMISES = [
    ("Kami akan memaklumkan keputusan selewat-lewatnya 13 November 2026.", "by 11-13"),
    ("Keputusan akan dimaklumkan dalam tempoh 14 hari.", "by 11-16"),
    ("Keputusan temu duga akan diumumkan dalam tempoh dua minggu.", "by 11-16"),
    ("Anda akan dihubungi dalam masa tiga hari bekerja.", "by 11-05"),
    ("Kami akan menghubungi anda dalam tempoh 5 hari bekerja selepas temu duga.", "by 11-09"),
    ("Kami akan hubungi anda minggu hadapan.", "by 11-13"),
    ("Kami akan hubungi semula sebelum Jumaat.", "by 11-05"),
    ("Keputusan akan dimaklumkan sebelum atau pada 20 November 2026.", "by 11-20"),
    ("Saya update lagi minggu depan.", "by 11-13"),
    ("Proses pemilihan mengambil masa 2 hingga 3 minggu.", "by 11-23"),
    ("Keputusan dijangka diumumkan pada akhir bulan ini.", "by 11-30"),
    ("Kami akan maklumkan keputusan kepada anda pada hari Rabu.", "by 11-04"),
    ("Beri kami masa sehingga Isnin depan.", "by 11-09"),
    ("Kami beri jawapan esok.", "by 11-03"),
    ("Kami akan berhubung semula dalam masa terdekat.", "-"),
    ("Keputusan akan dimaklumkan kelak.", "-"),
    ("Jika tiada maklum balas dalam masa dua minggu, anggap permohonan tidak berjaya.", "silence 11-16"),
    (
        "Sekiranya tidak menerima sebarang jawapan dalam tempoh 14 hari, permohonan dianggap tidak berjaya.",
        "silence 11-16",
    ),
    (
        "Pemohon yang tidak dihubungi dalam tempoh dua bulan hendaklah menganggap permohonan tidak berjaya.",
        "silence 01-02",
    ),
    ("Sekiranya tiada berita selepas 10 hari bekerja, boleh hubungi kami.", "ask 11-16"),
    ("Sila sahkan kehadiran selewat-lewatnya 6 November 2026.", "due 11-06"),
    ("Mohon sahkan kehadiran sebelum 6 November 2026.", "due 11-05"),
    ("Sila siapkan ujian dalam masa 3 hari.", "due 11-05"),
    ("Hantar dokumen sebelum Jumaat ini.", "due 11-05"),
    ("Sila lengkapkan penilaian sebelum atau pada 9 November 2026, 11.59 malam.", "due 11-09"),
    ("Tawaran ini sah sehingga 20 November 2026.", "due 11-20"),
    ("Borang setuju terima hendaklah dikembalikan dalam tempoh 14 hari.", "due 11-16"),
    ("Lengkapkan sebelum: 15 November 2026, 11:59 malam", "due 11-15"),
    ("Anda mempunyai 5 hari untuk menyiapkannya.", "due 11-07"),
    ("Saya bercuti dari 2 hingga 6 November dan akan kembali bertugas pada 9 November 2026.", "back 11-09"),
    ("Ujian mengambil masa 45 minit.", "-"),
    ("Tempoh notis sebulan.", "-"),
]


@pytest.mark.parametrize(("text", "expected"), APPOINTMENTS)
def test_an_appointment_is_read(text: str, expected: str) -> None:
    assert appointment(text) == expected


@pytest.mark.parametrize(("text", "expected"), PROMISES)
def test_a_promise_is_read(text: str, expected: str) -> None:
    found = find_promises(text, base=BASE, language="ms", zone=ZONE, calendar_country="MY", packs=PACKS)
    named = {
        "by": found.promise_by,
        "silence": found.silence_by,
        "ask": found.ask_from,
        "due": found.deadline,
        "back": found.back,
    }
    read = " & ".join(f"{name} {value:%m-%d}" for name, value in named.items() if value)
    assert (read or "-") == expected


# ------------------------------------------------------------------------------- names, quotes

NAMES = [
    (
        "Kami mengesahkan permohonan anda untuk jawatan Eksekutif Akaun di Maju Trading.",
        "Maju Trading",
        "Eksekutif Akaun",
    ),
    ("Anda dijemput ke temu duga bagi jawatan Jurutera Elektrik pada hari Isnin.", "", "Jurutera Elektrik"),
    ("Kami menawarkan jawatan Kerani Akaun kepada anda dengan gaji RM2,000.", "", "Kerani Akaun"),
    (
        "Terima kasih kerana memohon jawatan Juruteknik (Ruj. 123) di Telaga Emas Sdn Bhd.",
        "Telaga Emas Sdn Bhd",
        "Juruteknik",
    ),
    (
        "Saya Farid dari Kilauan Digital. Kami sedang mencari seorang Pereka Grafik.",
        "Kilauan Digital",
        "Pereka Grafik",
    ),
    ("Terima kasih kerana memohon jawatan tersebut.", "", ""),
    ("Temu duga akan diadakan di Bilik Mesyuarat pada 5 November.", "", ""),
    ("Permohonan puan bagi jawatan di atas telah direkodkan pada 20 Oktober 2026.", "", ""),
]


@pytest.mark.parametrize(("text", "company", "role"), NAMES)
def test_a_post_is_named_or_unknown(text: str, company: str, role: str) -> None:
    written = EmailMessage()
    written["From"], written["To"] = "Nora Ismail <nora@mel.example>", f"Sari <{OWN}>"
    written["Subject"], written["Message-ID"] = "Makluman", "<a@b>"
    written["Date"] = "Mon, 02 Nov 2026 09:00:00 +0800"
    written.set_content(f"Salam Cik Sari,\n\n{text}\n\nSekian,\nNora Ismail\n")
    fact = judge(parse(written.as_bytes(), PACKS), Context(zone=ZONE, country="MY"), PACKS, arrived=BASE)
    assert (fact.details.company, fact.details.role) == (company, role)
    assert fact.details.person == "Nora Ismail"


REPLY = "Baik, saya hadir.\n\n"


@pytest.mark.parametrize(
    "tail",
    [
        "Daripada: Nora\nDihantar: Khamis, 12 November 2026 5:40 PTG\nKepada: Sari\nPerkara: Iv\n\nHadir ya.",
        "-----Mesej Asal-----\nDaripada: Nora\nPerkara: Temu duga\n\nSila hadir.",
        "Pada Isn, 5 Okt 2026 pada 9:12 PG Nora Ismail <nora@mel.example> menulis:\n> Sila hadir.",
        "Pada 5 Okt 2026, pada 9:12 PG, Nora Ismail <nora@mel.example> telah menulis:\n\n> Sila hadir.",
        "> Sila hadir.",
    ],
)
def test_quoted_words_are_not_new(tail: str) -> None:
    found = split_new(REPLY + tail, PACKS)
    assert found.new.strip() == REPLY.strip()


@pytest.mark.parametrize(
    "footer",
    [
        "Dihantar daripada iPhone saya",
        "Dihantar dari Yahoo Mail pada Android",
        "E-mel ini adalah sulit dan hanya untuk penerima yang dinamakan.",
        "Penafian: maklumat dalam mesej ini adalah sulit.",
        "Anda menerima e-mel ini kerana anda melanggan makluman kerja. Nyahlanggan di sini.",
    ],
)
def test_footers_are_not_new(footer: str) -> None:
    found = split_new(f"{REPLY}Sekian,\nSari\n\n{footer}", PACKS)
    assert footer not in found.new


# ------------------------------------------------------------------------------- letters


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_is_written_and_clean(kind: DraftKind, known: bool) -> None:
    case, now = letter_case(kind, "ms", known=known)
    for occasion in Occasion if kind in FOLLOW_UPS else (now.occasion,):
        draft = attempt(case, replace(now, occasion=occasion), kind)
        assert isinstance(draft, Draft), draft
        lines = draft.text.splitlines()
        assert lines[0] == ("Puan Rina Wijaya," if known else "Tuan/Puan,")
        assert lines[-2:] == ["Yang benar,", "Budi Santoso"]
        assert "  " not in draft.text and ".." not in draft.text and " ," not in draft.text
        assert not {"Anda", "anda", "awak"} & set(draft.text.replace(",", " ").replace(".", " ").split())


@pytest.mark.parametrize(
    ("person", "title", "company", "line"),
    [
        ("Nora Ismail", "Puan", "Maju", "Puan Nora Ismail,"),
        ("Nora Ismail", "", "Maju", "Tuan/Puan Nora Ismail,"),
        ("Ahmad Zaki", "Encik", "Maju", "Encik Ahmad Zaki,"),
        ("Ahmad Zaki", "Dr", "Maju", "Tuan/Puan Ahmad Zaki,"),
    ],
)
def test_nobody_is_addressed_by_guess(person: str, title: str, company: str, line: str) -> None:
    case, now = letter_case(DraftKind.FOLLOW_UP, "ms", known=True)
    facts = tuple(
        replace(
            one, sender=Address(RINA.email, person), details=replace(one.details, person=person, title=title)
        )
        for one in case.facts
    )
    case = replace(case, facts=facts, person=person, title=title, company=company)
    draft = attempt(case, now, DraftKind.FOLLOW_UP)
    assert isinstance(draft, Draft)
    assert draft.text.splitlines()[0] == line


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Sila balas segera.", "pressure"),
        ("Mohon jawapan selewat-lewatnya Isnin.", "pressure"),
        ("Saya hampa kerana ini.", "pressure"),
        ("Ini e-mel saya untuk kali kedua.", "again"),
        ("Saya ingin bertanya sekali lagi.", "again"),
        ("Saya belum mendapat jawapan.", "again"),
        ("Sudah seminggu berlalu.", "counting"),
        ("Temu duga itu dua minggu lepas.", "counting"),
        ("Berapakah gaji bagi jawatan ini.", "topics"),
        ("Kad pengenalan saya dilampirkan.", "topics"),
        ("Saya ada tawaran lain.", "offers"),
        ("Saya bersetuju dengan syarat itu.", "decision"),
        ("Saya akan menghantarnya esok.", "promise"),
        ("Mesej ini dijana secara automatik.", "tool"),
        ("Saya nak tanya.", "slang"),
        ("Semoga awak sihat.", "address"),
    ],
)
def test_a_pressing_letter_is_stopped(words: str, rule: str) -> None:
    text = f"Tuan/Puan,\n\nTerima kasih atas temu duga itu. {words}\n\nYang benar,\n{ME.name}\n"
    hits = lint(text, kind=DraftKind.FOLLOW_UP, language="ms", me=ME, recipients=(RINA,), packs=PACKS)
    assert any(hit.startswith(rule) for hit in hits), hits


def test_the_words_on_the_screen_are_whole() -> None:
    def flat(value: object, at: str = "") -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from flat(inner, f"{at}/{key}")
        else:
            yield at, str(value)

    english, malay = dict(flat(PACKS["en"].table("ui"))), dict(flat(PACK.table("ui")))
    assert set(english) <= set(malay)
    for key, words in english.items():
        assert sorted(re.findall(r"{\w+}", words)) == sorted(re.findall(r"{\w+}", malay[key])), key
