"""Hiring processes in Indonesian that wait for Sari, or that have hardly begun."""

from __future__ import annotations

from watcher.core.model import DraftKind, Flag, Kind, State, Turn
from watcher.sample.table import AUTOMATIC, ME, Expectation, Letter, Story

_MAYA = "Maya Anggraini <maya.anggraini@pelitasehat.example>"
_SINTA = "Sinta Ayu <sinta.ayu@talentaprima.example>"

MANDALA = Story(
    key="mandala",
    company="PT Mandala Energi",
    role="Management Trainee Data",
    expect=Expectation(state=State.TASK_DUE, waiting_on=Turn.USER, flag=Flag.TASK_DUE),
    moments={"test": "-1d 09:30", "by": "+3d 23:59"},
    letters=(
        Letter(
            kind=Kind.APPLICATION_RECEIVED,
            at="test-12d 10:11",
            sender="Rekrutmen Mandala Energi <no-reply@mandala-energi.example>",
            subject="Konfirmasi penerimaan lamaran - Management Trainee Data",
            body="""\
Yth. Sari Wulandari,

Terima kasih telah mengirimkan lamaran untuk posisi Management Trainee Data di PT Mandala Energi. Berkas
lamaran Anda telah kami terima dan sedang dalam proses seleksi administrasi.

PT Mandala Energi
""",
            headers=AUTOMATIC,
        ),
        Letter(
            kind=Kind.ASSESSMENT,
            at="test+0d 09:30",
            sender="Tim Rekrutmen PT Mandala Energi <rekrutmen@mandala-energi.example>",
            subject="Undangan Psikotes Online - Management Trainee Data PT Mandala Energi",
            body="""\
Yth. Sdri. Sari Wulandari,

Selamat! Anda dinyatakan lolos seleksi administrasi untuk posisi Management Trainee Data. Tahap berikutnya
adalah psikotes online yang dapat dikerjakan dari rumah.

Tautan tes : https://tes.mandala-energi.example/psikotes
Batas waktu: {by:hari} pukul {by:jam} {by:zona}

Siapkan koneksi internet yang stabil dan kerjakan tes dalam satu kali duduk (sekitar 90 menit).

Tim Rekrutmen PT Mandala Energi
""",
            banner="Undangan Psikotes",
            footer="PT Mandala Energi, Jakarta",
        ),
    ),
)

PELITA = Story(
    key="pelita",
    company="Klinik Pelita Sehat",
    role="Staf Data Kesehatan",
    expect=Expectation(
        state=State.OWE_REPLY,
        waiting_on=Turn.USER,
        flag=Flag.OWE_REPLY,
        draft=DraftKind.ANSWER_SKELETON,
    ),
    moments={"question": "-2d 09:15"},
    letters=(
        Letter(
            kind=Kind.APPLICATION_RECEIVED,
            at="question-6d 08:40",
            sender="HRD Klinik Pelita Sehat <noreply@pelitasehat.example>",
            subject="Lamaran diterima: Staf Data Kesehatan",
            body="""\
Halo Sari Wulandari, lamaran Anda untuk posisi Staf Data Kesehatan di Klinik Pelita Sehat sudah masuk ke
sistem kami. Terima kasih atas minat Anda.
""",
            headers=AUTOMATIC,
        ),
        Letter(
            kind=Kind.RECRUITER_REPLY,
            at="question+0d 09:15",
            sender=_MAYA,
            subject="Lamaran Staf Data Kesehatan - Klinik Pelita Sehat",
            body="""\
Selamat pagi Ibu Sari,

Perkenalkan, saya Maya dari HRD Klinik Pelita Sehat. Terima kasih atas lamaran Ibu untuk posisi Staf Data
Kesehatan. Sebelum kami proses lebih lanjut, mohon bantuannya menjawab beberapa hal berikut:

1. Berapa ekspektasi gaji Ibu?
2. Kapan Ibu dapat mulai bekerja?
3. Apakah Ibu bersedia ditempatkan di cabang Depok?

Terima kasih.

Maya Anggraini
HRD Klinik Pelita Sehat
""",
        ),
    ),
)

SENTOSA = Story(
    key="sentosa",
    company="PT Sentosa Retail",
    role="Merchandise Planner",
    expect=Expectation(state=State.APPLIED, waiting_on=Turn.EMPLOYER),
    moments={"applied": "-6d 20:05"},
    letters=(
        Letter(
            kind=Kind.APPLICATION_RECEIVED,
            at="applied+0d 20:05",
            sender="Karir Sentosa Retail <noreply@karir.sentosaretail.example>",
            subject="Terima kasih telah melamar di PT Sentosa Retail",
            body="""\
Halo Sari,

Lamaran kamu untuk posisi Merchandise Planner di PT Sentosa Retail sudah kami terima. Tim kami akan
meninjau lamaran dan hanya kandidat yang sesuai yang akan dihubungi untuk tahap interview.

Kamu bisa memantau status lamaran di https://karir.sentosaretail.example/lamaran

Salam,
Tim Karir PT Sentosa Retail
""",
            banner="Lamaran diterima",
            footer="Berhenti menerima pemberitahuan: https://karir.sentosaretail.example/berhenti",
            headers=AUTOMATIC,
        ),
    ),
)

TALENTA = Story(
    key="talenta",
    company="Talenta Prima Consulting",
    role="Demand Planner",
    expect=Expectation(
        state=State.INVITED,
        waiting_on=Turn.USER,
        flag=Flag.OWE_REPLY,
        draft=DraftKind.ANSWER_SKELETON,
    ),
    moments={"asked": "-2d 11:05", "one": "+4d 09:00", "two": "+5d 13:00", "three": "+6d 15:30"},
    letters=(
        Letter(
            kind=Kind.RECRUITER_OUTREACH,
            key="outreach",
            at="asked-3d 10:20",
            sender=_SINTA,
            subject="Peluang karier Demand Planner di perusahaan FMCG",
            body="""\
Yth. Ibu Sari Wulandari,

Saya Sinta, konsultan rekrutmen di Talenta Prima Consulting. Klien kami, sebuah perusahaan FMCG di
Jakarta, sedang mencari Demand Planner dan profil Ibu sangat sesuai. Apakah Ibu tertarik untuk mengetahui
lebih lanjut?

Salam,
Sinta Ayu
Talenta Prima Consulting
""",
        ),
        Letter(
            kind=Kind.OWN_REPLY,
            key="interested",
            answers="outreach",
            at="asked-3d 12:15",
            sender=ME,
            to=_SINTA,
            subject="Re: Peluang karier Demand Planner di perusahaan FMCG",
            body="""\
Yth. Ibu Sinta,

Terima kasih telah menghubungi saya. Saya tertarik dengan posisi tersebut, CV terbaru saya lampirkan.

Hormat saya,
Sari Wulandari
""",
            quote="gmail_id",
        ),
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            answers="interested",
            at="asked+0d 11:05",
            sender=_SINTA,
            subject="Re: Peluang karier Demand Planner di perusahaan FMCG",
            body="""\
Yth. Ibu Sari,

Kabar baik, klien kami ingin mengundang Ibu interview secara online untuk posisi Demand Planner. Silakan
memilih salah satu jadwal berikut:

1. {one:hari} pukul {one:jam} {one:zona}
2. {two:hari} pukul {two:jam} {two:zona}
3. {three:hari} pukul {three:jam} {three:zona}

Mohon informasikan pilihan Ibu. Terima kasih.

Sinta Ayu
Talenta Prima Consulting
""",
            quote="gmail_id",
        ),
    ),
)

SENJA = Story(
    key="senja",
    company="Kopi Senja",
    role="Business Analyst",
    expect=Expectation(state=State.APPLIED, waiting_on=Turn.EMPLOYER),
    moments={"applied": "-5d 19:30"},
    letters=(
        Letter(
            kind=Kind.OWN_REPLY,
            at="applied+0d 19:30",
            sender=ME,
            to="hrd@kopisenja.example",
            subject="Lamaran Pekerjaan - Business Analyst - Sari Wulandari",
            body="""\
Yth. HRD Kopi Senja,

Berdasarkan informasi lowongan di situs Kopi Senja, saya bermaksud melamar posisi Business Analyst.
Bersama email ini saya lampirkan CV, surat lamaran, dan transkrip nilai sebagai bahan pertimbangan.

Besar harapan saya untuk dapat mengikuti proses seleksi. Terima kasih.

Hormat saya,
Sari Wulandari
""",
        ),
    ),
)

KARTIKA = Story(
    key="kartika",
    company="CV Kartika Boga",
    role="Admin Data",
    expect=Expectation(state=State.INVITED, waiting_on=Turn.USER, flag=Flag.OWE_REPLY),
    moments={"interview": "+5d 09:00"},
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            at="now-2h",
            sender="HRD Kartika Boga <hrd@kartikaboga.example>",
            subject="PANGGILAN INTERVIEW",
            body="""\
Kepada Yth.
Sdri. Sari Wulandari
di tempat

Dengan hormat,
Sehubungan dengan surat lamaran yang Saudari ajukan sebagai Admin Data di CV Kartika Boga, dengan ini kami
mengharapkan kehadiran Saudari untuk mengikuti interview pada:

Hari/Tanggal : {interview:hari}
Waktu        : {interview:jam} {interview:zona} s.d. selesai
Tempat       : Kantor CV Kartika Boga, Jl. Melati No. 4, Depok
Membawa      : CV, pas foto, alat tulis

Demikian panggilan ini kami sampaikan. Mohon konfirmasi kehadiran melalui balasan email ini.

Hormat kami,
HRD CV Kartika Boga
""",
        ),
    ),
)

STORIES = (MANDALA, PELITA, SENTOSA, TALENTA, SENJA, KARTIKA)
