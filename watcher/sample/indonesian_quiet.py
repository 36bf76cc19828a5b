"""Hiring processes in Indonesian that have gone quiet. Names, firms and domains are invented."""

from __future__ import annotations

from watcher.core.model import DraftKind, Flag, Kind, State, Turn
from watcher.sample.table import AUTOMATIC, ME, Expectation, Letter, Story

_RATNA = "Ratna Dewi <ratna.dewi@nusantara-data.example>"
_AGUS = "Agus Prasetyo <agus.prasetyo@samudralogistik.example>"
_INTAN = "Intan Maharani <intan@cakrawalatek.example>"
_YOHANA = "Yohana Sitorus <yohana.sitorus@arunikamedia.example>"
_DIMAS = "Dimas Aditya <dimas.aditya@bahteraniaga.example>"

NUSANTARA = Story(
    key="nusantara",
    company="PT Nusantara Data Cemerlang",
    role="Data Analyst",
    expect=Expectation(
        state=State.QUIET_1W, waiting_on=Turn.EMPLOYER, flag=Flag.QUIET_1W, draft=DraftKind.FOLLOW_UP
    ),
    moments={"interview": "-9d 10:00", "end": "interview+60m"},
    letters=(
        Letter(
            kind=Kind.APPLICATION_RECEIVED,
            at="interview-12d 13:20",
            sender="Rekrutmen Nusantara Data <no-reply@karir.nusantara-data.example>",
            subject="Lamaran Anda untuk posisi Data Analyst telah kami terima",
            body="""\
Halo Sari Wulandari,

Terima kasih telah melamar posisi Data Analyst di PT Nusantara Data Cemerlang. Lamaran Anda telah kami
terima dan akan ditinjau oleh tim kami. Hanya kandidat yang memenuhi kualifikasi yang akan kami hubungi.

Salam,
Tim Rekrutmen PT Nusantara Data Cemerlang

Email ini dikirim secara otomatis, mohon tidak membalas.
""",
            banner="PT Nusantara Data Cemerlang",
            footer="Jl. Kenanga 12, Jakarta Selatan",
            headers=AUTOMATIC,
        ),
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="invite",
            at="interview-5d 09:14",
            sender=_RATNA,
            subject="Undangan Interview - Data Analyst - PT Nusantara Data Cemerlang",
            body="""\
Yth. Ibu Sari Wulandari,

Menindaklanjuti lamaran Ibu untuk posisi Data Analyst, dengan ini kami mengundang Ibu untuk mengikuti
wawancara dengan HR dan user pada:

Hari/Tanggal : {interview:hari}
Waktu        : {interview:jam} - {end:jam} {interview:zona}
Tempat       : Kantor PT Nusantara Data Cemerlang, Jl. Kenanga 12 lantai 5, Jakarta Selatan
Bertemu      : Ibu Ratna Dewi (HRD)

Mohon konfirmasi kehadiran Ibu dengan membalas email ini.

Hormat kami,
Ratna Dewi
Human Capital
PT Nusantara Data Cemerlang
Telp. (021) 5550 0199
""",
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            key="yes",
            answers="invite",
            at="interview-5d 11:02",
            sender=ME,
            to=_RATNA,
            subject="Re: Undangan Interview - Data Analyst - PT Nusantara Data Cemerlang",
            body="""\
Yth. Ibu Ratna,

Terima kasih atas undangannya. Saya bersedia hadir untuk wawancara pada {interview:hari} pukul
{interview:jam} {interview:zona} di kantor PT Nusantara Data Cemerlang.

Hormat saya,
Sari Wulandari
""",
            quote="gmail_id",
        ),
        Letter(
            kind=Kind.INTERVIEW_CONFIRMATION,
            answers="yes",
            at="interview-5d 13:40",
            sender=_RATNA,
            subject="RE: Undangan Interview - Data Analyst - PT Nusantara Data Cemerlang",
            body="""\
Terima kasih atas konfirmasinya, Bu Sari. Jadwal sudah kami catat, sampai bertemu hari {interview:nama}
pukul {interview:jam} {interview:zona}.

Ratna Dewi
Human Capital
PT Nusantara Data Cemerlang
""",
            quote="outlook_id",
        ),
        Letter(
            kind=Kind.OWN_THANK_YOU,
            answers="invite",
            at="interview+1d 08:25",
            sender=ME,
            to=_RATNA,
            subject="Re: Undangan Interview - Data Analyst - PT Nusantara Data Cemerlang",
            body="""\
Yth. Ibu Ratna,

Terima kasih atas waktu dan kesempatan wawancara kemarin. Saya senang bisa mengenal tim data lebih dekat
dan semakin berminat untuk bergabung.

Hormat saya,
Sari Wulandari
""",
        ),
    ),
)

SAMUDRA = Story(
    key="samudra",
    company="PT Samudra Logistik Raya",
    role="Supply Chain Analyst",
    expect=Expectation(
        state=State.QUIET_2W, waiting_on=Turn.EMPLOYER, flag=Flag.QUIET_2W, draft=DraftKind.CLOSING
    ),
    moments={"interview": "-24d 13:30", "end": "interview+45m", "ask": "-9d 09:30"},
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="invite",
            at="interview-4d 15:47",
            sender=_AGUS,
            subject="Panggilan wawancara Supply Chain Analyst",
            body="""\
Selamat siang Sdri. Sari,

Kami dari PT Samudra Logistik Raya tertarik dengan profil Saudari untuk posisi Supply Chain Analyst.
Apakah Saudari bersedia mengikuti wawancara secara daring pada {interview:hari} pukul {interview:jam}
{interview:zona} melalui Google Meet: https://meet.google.com/abc-defg-hij ?

Mohon dibalas ya, terima kasih.

Agus Prasetyo
HR Business Partner
PT Samudra Logistik Raya
""",
            html=True,
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            answers="invite",
            at="interview-4d 16:30",
            sender=ME,
            to=_AGUS,
            subject="Re: Panggilan wawancara Supply Chain Analyst",
            body="""\
Selamat sore Pak Agus,

Terima kasih, saya bersedia mengikuti wawancara pada waktu tersebut.

Salam hormat,
Sari Wulandari
""",
            quote="gmail_id",
        ),
        Letter(
            kind=Kind.OWN_THANK_YOU,
            answers="invite",
            at="interview+1d 09:05",
            sender=ME,
            to=_AGUS,
            subject="Re: Panggilan wawancara Supply Chain Analyst",
            body="""\
Yth. Bapak Agus,

Terima kasih atas waktu Bapak pada wawancara kemarin. Penjelasan mengenai gudang di Surabaya sangat
menarik bagi saya.

Hormat saya,
Sari Wulandari
""",
        ),
        Letter(
            kind=Kind.OWN_FOLLOWUP,
            key="ask",
            answers="invite",
            at="ask+0d 09:30",
            sender=ME,
            to=_AGUS,
            subject="Re: Panggilan wawancara Supply Chain Analyst",
            body="""\
Yth. Bapak Agus,

Semoga Bapak dalam keadaan baik. Apabila berkenan, bolehkah saya menanyakan perkembangan proses seleksi
untuk posisi Supply Chain Analyst? Saya tetap sangat berminat pada posisi tersebut.

Hormat saya,
Sari Wulandari
""",
        ),
        Letter(
            kind=Kind.AUTO_REPLY,
            answers="ask",
            at="ask+0d 09:31",
            sender=_AGUS,
            subject="Balasan otomatis: Re: Panggilan wawancara Supply Chain Analyst",
            body="""\
Terima kasih atas email Anda. Saat ini saya sedang dinas di luar kantor dengan akses email terbatas dan
akan membalas setelah kembali. Untuk hal mendesak silakan hubungi resepsionis kami.

Agus Prasetyo
""",
            headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        ),
    ),
)

CAKRAWALA = Story(
    key="cakrawala",
    company="Cakrawala Teknologi",
    role="Business Intelligence Analyst",
    expect=Expectation(
        state=State.QUIET_2W, waiting_on=Turn.EMPLOYER, flag=Flag.QUIET_2W, draft=DraftKind.FOLLOW_UP_LATE
    ),
    moments={"interview": "-17d 15:00", "end": "interview+45m"},
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="invite",
            at="interview-3d 10:26",
            sender=_INTAN,
            subject="Interview HR posisi Business Intelligence Analyst",
            body="""\
Halo Kak Sari,

Aku Intan dari Cakrawala Teknologi. Kami mau undang Kakak untuk interview HR posisi Business Intelligence
Analyst:

Hari, tanggal: {interview:hari}
Jam: {interview:jam} {interview:zona}
Via: Zoom, https://zoom.us/j/99900011122

Bisa dikonfirmasi ya Kak kehadirannya. Terima kasih!

Intan Maharani
Talent Acquisition, Cakrawala Teknologi
""",
            html=True,
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            answers="invite",
            at="interview-3d 12:51",
            sender=ME,
            to=_INTAN,
            subject="Re: Interview HR posisi Business Intelligence Analyst",
            body="""\
Halo Kak Intan, terima kasih undangannya. Saya bisa hadir di jam tersebut.

Sari
""",
            quote="gmail_id",
        ),
    ),
)

ARUNIKA = Story(
    key="arunika",
    company="PT Arunika Media",
    role="Marketing Data Analyst",
    expect=Expectation(state=State.AWAITING, waiting_on=Turn.EMPLOYER),
    moments={"interview": "-8d 10:00", "end": "interview+60m", "answer": "-5d 16:10", "by": "+6d 17:00"},
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="invite",
            at="interview-4d 14:33",
            sender=_YOHANA,
            subject="Undangan Wawancara User - Marketing Data Analyst (PT Arunika Media)",
            body="""\
Kepada Yth. Sari Wulandari,

Selamat, Anda lolos seleksi berkas. Kami mengundang Anda mengikuti wawancara user pada {interview:hari},
pukul {interview:jam} {interview:zona} s.d. selesai, bertempat di Gedung Arunika lantai 3, Bandung.

Harap membalas email ini sebagai konfirmasi.

Salam,
Yohana Sitorus
HR PT Arunika Media
""",
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            answers="invite",
            at="interview-4d 17:12",
            sender=ME,
            to=_YOHANA,
            subject="Re: Undangan Wawancara User - Marketing Data Analyst (PT Arunika Media)",
            body="""\
Yth. Ibu Yohana,

Terima kasih atas undangan wawancara untuk posisi Marketing Data Analyst. Saya mengonfirmasi akan hadir
pada {interview:hari} pukul {interview:jam} {interview:zona}.

Hormat saya,
Sari Wulandari
""",
        ),
        Letter(
            kind=Kind.STATUS_UPDATE,
            answers="invite",
            at="answer+0d 16:10",
            sender=_YOHANA,
            subject="RE: Undangan Wawancara User - Marketing Data Analyst (PT Arunika Media)",
            body="""\
Dear Sari,

Terima kasih sudah datang untuk wawancara. Saat ini kami masih mewawancarai kandidat lain. Hasilnya akan
kami sampaikan paling lambat {by:hari}.

Salam,
Yohana Sitorus
HR PT Arunika Media
""",
            quote="outlook_id",
        ),
    ),
)

BAHTERA = Story(
    key="bahtera",
    company="PT Bahtera Niaga",
    role="Pricing Analyst",
    expect=Expectation(
        state=State.QUIET_1W, waiting_on=Turn.EMPLOYER, flag=Flag.PROMISE_PASSED, draft=DraftKind.FOLLOW_UP
    ),
    moments={
        "by": "@promise 17:00",
        "answer": "by-7d 11:20",
        "interview": "answer-2d 09:00",
        "end": "interview+60m",
    },
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="invite",
            at="interview-4d 08:58",
            sender=_DIMAS,
            subject="[Interview] Pricing Analyst PT Bahtera Niaga",
            body="""\
Selamat pagi Ibu Sari,

Kami mengundang Ibu untuk interview posisi Pricing Analyst di PT Bahtera Niaga pada {interview:hari}
pukul {interview:jam} {interview:zona} melalui Microsoft Teams. Tautannya
https://teams.microsoft.com/l/meetup-join/contoh-bahtera

Mohon konfirmasinya. Terima kasih.

Dimas Aditya
Recruitment PT Bahtera Niaga
""",
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            answers="invite",
            at="interview-4d 10:40",
            sender=ME,
            to=_DIMAS,
            subject="Re: [Interview] Pricing Analyst PT Bahtera Niaga",
            body="""\
Selamat pagi Pak Dimas,

Baik Pak, saya akan hadir pada jadwal tersebut. Terima kasih.

Sari Wulandari
""",
            quote="gmail_id",
        ),
        Letter(
            kind=Kind.STATUS_UPDATE,
            answers="invite",
            at="answer+0d 11:20",
            sender=_DIMAS,
            subject="Re: [Interview] Pricing Analyst PT Bahtera Niaga",
            body="""\
Ibu Sari,

Terima kasih atas waktunya saat interview. Keputusan dari direksi kami informasikan selambat-lambatnya
hari {by:hari}.

Dimas Aditya
Recruitment PT Bahtera Niaga
""",
            html=True,
        ),
    ),
)

STORIES = (NUSANTARA, SAMUDRA, CAKRAWALA, ARUNIKA, BAHTERA)
