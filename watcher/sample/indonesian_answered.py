"""Hiring processes in Indonesian that an answer has ended, halted or moved."""

from __future__ import annotations

from watcher.core.model import DraftKind, Flag, Kind, State, Turn
from watcher.sample.table import ADDRESS, ME, Expectation, Invite, Letter, Story

_LUKMAN = "Lukman Hakim <lukman.hakim@kencanafinansial.example>"
_BAYU = "Bayu Nugroho <bayu@wahanakreasi.example>"
_FITRI = "Fitri Handayani <fitri.handayani@rimbapapan.example>"
_RIMBA_UID = "rimba-papan-ops-analyst@rimbapapan.example"
_RIMBA_TITLE = "Interview Operations Analyst - PT Rimba Papan Utama"

KENCANA = Story(
    key="kencana",
    company="Kencana Finansial",
    role="Credit Risk Analyst",
    expect=Expectation(
        state=State.REJECTED,
        waiting_on=Turn.NOBODY,
        flag=Flag.REJECTED,
        draft=DraftKind.FEEDBACK_REQUEST,
    ),
    moments={"interview": "-12d 09:30", "end": "interview+60m", "no": "-3d 15:25"},
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="invite",
            at="interview-3d 09:45",
            sender=_LUKMAN,
            subject="Undangan Wawancara Kerja - Credit Risk Analyst",
            body="""\
Kepada Yth.
Sdri. Sari Wulandari

Sehubungan dengan lamaran Saudari sebagai Credit Risk Analyst di Kencana Finansial, kami mengundang
Saudari hadir dalam sesi wawancara:

Hari/Tanggal: {interview:hari}
Pukul: {interview:jam} {interview:zona} - selesai
Tempat: Menara Kencana lantai 9, Jl. Merpati 8, Jakarta

Harap membawa CV dan KTP asli.

Lukman Hakim, S.Psi.
HRD Kencana Finansial
""",
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            answers="invite",
            at="interview-3d 11:31",
            sender=ME,
            to=_LUKMAN,
            subject="Re: Undangan Wawancara Kerja - Credit Risk Analyst",
            body="""\
Yth. Bapak Lukman,

Terima kasih atas undangan wawancara tersebut. Saya siap hadir sesuai jadwal.

Hormat saya,
Sari Wulandari
""",
        ),
        Letter(
            kind=Kind.REJECTION,
            answers="invite",
            at="no+0d 15:25",
            sender=_LUKMAN,
            subject="RE: Undangan Wawancara Kerja - Credit Risk Analyst",
            body="""\
Yth. Sdri. Sari Wulandari,

Terima kasih atas waktu yang telah Saudari luangkan untuk mengikuti wawancara di Kencana Finansial.
Setelah mempertimbangkan seluruh kandidat, dengan berat hati kami sampaikan bahwa Saudari belum dapat
kami lanjutkan ke tahap berikutnya untuk posisi Credit Risk Analyst.

Semoga Saudari sukses di kesempatan lain.

Lukman Hakim, S.Psi.
HRD Kencana Finansial
""",
            quote="outlook_id",
        ),
    ),
)

WAHANA = Story(
    key="wahana",
    company="PT Wahana Kreasi",
    role="Product Analyst",
    expect=Expectation(state=State.ON_HOLD, waiting_on=Turn.NOBODY),
    moments={"interview": "-15d 11:00", "end": "interview+60m", "hold": "-8d 10:15"},
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="invite",
            at="interview-2d 10:03",
            sender=_BAYU,
            subject="Interview Product Analyst di Wahana Kreasi",
            body="""\
Hai Sari,

Saya Bayu dari PT Wahana Kreasi. Kami ingin mengundang kamu interview untuk posisi Product Analyst, hari
{interview:hari} jam {interview:jam} {interview:zona} lewat Google Meet
(https://meet.google.com/xyz-abcd-efg). Mohon kabari ya kalau bisa hadir.

Bayu Nugroho
People Team, PT Wahana Kreasi
""",
            html=True,
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            answers="invite",
            at="interview-2d 10:44",
            sender=ME,
            to=_BAYU,
            subject="Re: Interview Product Analyst di Wahana Kreasi",
            body="Halo Mas Bayu, saya bisa hadir di waktu tersebut. Terima kasih!\n\nSari\n",
            quote="gmail_id",
        ),
        Letter(
            kind=Kind.STATUS_UPDATE,
            answers="invite",
            at="hold+0d 10:15",
            sender=_BAYU,
            subject="Re: Interview Product Analyst di Wahana Kreasi",
            body="""\
Hai Sari,

Terima kasih ya sudah ikut interview. Saat ini perekrutan untuk posisi Product Analyst kami tunda
sementara karena hiring freeze. Profil kamu kami simpan di talent pool dan prosesnya kita teruskan begitu
posisi dibuka kembali.

Bayu
""",
        ),
    ),
)


RIMBA = Story(
    key="rimba",
    company="PT Rimba Papan Utama",
    role="Operations Analyst",
    expect=Expectation(state=State.SCHEDULED, waiting_on=Turn.EVENT),
    moments={
        "first": "+1d 10:00",
        "first_end": "first+60m",
        "interview": "+7d 13:30",
        "end": "interview+60m",
        "told": "-6d 09:20",
    },
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="invite",
            at="told+0d 09:20",
            sender=_FITRI,
            subject="Undangan: Interview Operations Analyst "
            f"@ {{first:pendek}} {{first:jam}} ({{first:zona}}) ({ADDRESS})",
            body="""\
Interview Operations Analyst - PT Rimba Papan Utama

Kapan: {first:hari} {first:jam} - {first_end:jam} {first:zona}
Di mana: https://meet.google.com/rim-bapa-pan
Penyelenggara: fitri.handayani@rimbapapan.example

Ibu Sari, berikut undangan interview untuk posisi Operations Analyst. Mohon konfirmasi lewat undangan ini.
""",
            html=True,
            invite=Invite(
                uid=_RIMBA_UID,
                start="first",
                end="first_end",
                summary=_RIMBA_TITLE,
                organizer="fitri.handayani@rimbapapan.example",
                location="https://meet.google.com/rim-bapa-pan",
            ),
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            answers="invite",
            at="told+0d 09:52",
            sender=ME,
            to=_FITRI,
            subject="Diterima: Interview Operations Analyst @ {first:pendek} {first:jam} ({first:zona})",
            body="Sari Wulandari telah menerima undangan ini.\n",
            invite=Invite(
                method="REPLY",
                uid=_RIMBA_UID,
                start="first",
                end="first_end",
                summary=_RIMBA_TITLE,
                organizer="fitri.handayani@rimbapapan.example",
                answer="ACCEPTED",
            ),
        ),
        Letter(
            kind=Kind.INTERVIEW_RESCHEDULE,
            answers="invite",
            at="now-5h",
            sender=_FITRI,
            subject="Undangan diperbarui: Interview Operations Analyst "
            f"@ {{interview:pendek}} {{interview:jam}} ({{interview:zona}}) ({ADDRESS})",
            body="""\
Ibu Sari, mohon maaf, user kami berhalangan hadir sehingga jadwal interview Operations Analyst semula
{first:hari} pukul {first:jam} {first:zona} diubah menjadi {interview:hari} pukul {interview:jam}
{interview:zona}. Tautannya tetap sama.

Fitri Handayani
PT Rimba Papan Utama
""",
            html=True,
            invite=Invite(
                uid=_RIMBA_UID,
                start="interview",
                end="end",
                summary=_RIMBA_TITLE,
                organizer="fitri.handayani@rimbapapan.example",
                sequence=1,
                location="https://meet.google.com/rim-bapa-pan",
            ),
        ),
    ),
)

STORIES = (KENCANA, WAHANA, RIMBA)
