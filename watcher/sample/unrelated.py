"""Any number of mails that have nothing to do with Sari's job search: the hay around the needles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from watcher.core.model import Kind
from watcher.sample import SampleMail, transport
from watcher.sample.letters import make_mail
from watcher.sample.table import LIST, ME

#: How far back they reach.
SPAN = timedelta(days=600)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One kind of mail; `{}` names are drawn from _WORDS."""

    sender: str
    subject: str
    body: str
    bulk: bool = False
    own: bool = False  # then `sender` is who Sari writes to


_WORDS: dict[str, Sequence[str]] = {
    "friend": ("Nadia", "Bimo", "Rara", "Yoga", "Tika", "Fajar", "Wulan", "Reza", "Clara", "Iwan"),
    "shop": ("Toko Pelangi", "Gawai Murah", "Rumah Rapi", "Dapur Ibu", "Sepatu Langkah", "Kopi Kita"),
    "thing": ("buku tulis", "rak sepatu", "blender", "tas ransel", "kabel data", "lampu meja", "jaket hujan"),
    "city": ("Jakarta", "Bandung", "Surabaya", "Yogyakarta", "Semarang", "Makassar", "Denpasar"),
    "topic": ("statistics", "gardening", "city history", "cooking", "photography", "travel", "open data"),
    "day": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "clock": ("08.00", "09.30", "10.00", "13.00", "15.30", "19.00"),
    "amount": ("Rp25.000", "Rp54.000", "Rp118.500", "Rp230.000", "Rp1.250.000"),
    "number": tuple(str(number) for number in range(104_729, 999_999, 31_337)),
    "food": ("soto", "bakso", "rendang", "gado-gado", "pempek", "nasi liwet"),
    "film": ("The Quiet Harbor", "Langit Sore", "Two Left Shoes", "Kereta Terakhir"),
    "project": ("notebooks", "charts", "website", "recipes", "maps"),
}

_PATTERNS = (
    _Pattern(
        "{shop} <pesanan@belanja.example>",
        "Pesanan #{number} sedang dikirim",
        "Halo Sari,\n\npesanan {thing} dari {shop} sedang dikirim ke alamat Anda. Total {amount}.\n",
    ),
    _Pattern(
        "{shop} <promo@belanja.example>",
        "Diskon akhir pekan di {shop}, {thing} mulai {amount}",
        "Penawaran khusus sampai {day}! {thing} dengan harga {amount}.\n\nBerhenti berlangganan.\n",
        bulk=True,
    ),
    _Pattern(
        "Bank Nusa <notifikasi@banknusa.example>",
        "Transaksi berhasil {amount}",
        "Nasabah Yth., transaksi sebesar {amount} di {shop} berhasil. Nomor referensi {number}.\n",
    ),
    _Pattern(
        "Bank Nusa <no-reply@banknusa.example>",
        "Kode verifikasi Anda",
        "Kode verifikasi Anda {number}. Jangan berikan kepada siapa pun.\n",
    ),
    _Pattern(
        "{friend} <{friend}@teman.example>",
        "makan {food} yuk",
        "Sar, {day} jam {clock} makan {food} di {city} yuk? Kabari ya.\n\n{friend}\n",
    ),
    _Pattern(
        "{friend} <{friend}@teman.example>",
        "foto liburan {city}",
        "Ini foto-foto kita di {city} kemarin, lucu-lucu banget. Yang {day} belum aku pilih.\n",
    ),
    _Pattern(
        "{friend} <{friend}@friends.example>",
        "{film} this weekend?",
        "Hi Sari,\n\nwant to see {film} on Saturday? I can book two seats.\n\n{friend}\n",
    ),
    _Pattern(
        "Weekly {topic} <letter@letters.example>",
        "This week in {topic}",
        "Five links about {topic}, an interview with a curator, and one recipe for {food}.\n\nUnsubscribe.\n",
        bulk=True,
    ),
    _Pattern(
        "CodeHost <noreply@codehost.example>",
        "[sari/{project}] Pull request merged (#{number})",
        "Merged #{number} into main.\n\nYou are receiving this because you were mentioned.\n",
        bulk=True,
    ),
    _Pattern(
        "Kereta Cepat <tiket@keretakita.example>",
        "E-tiket {city} - {number}",
        "Terima kasih telah memesan. Kereta Anda ke {city} berangkat {day} pukul {clock}. Kode {number}.\n",
    ),
    _Pattern(
        "Listrik Kota <tagihan@listrikkota.example>",
        "Tagihan listrik bulan ini {amount}",
        "Pelanggan Yth., tagihan listrik Anda {amount}, jatuh tempo tanggal 20. ID pelanggan {number}.\n",
    ),
    _Pattern(
        "Perpustakaan {city} <info@perpustakaan.example>",
        "Pengingat pengembalian buku",
        "Buku pinjaman nomor {number} jatuh tempo hari {day}. Perpanjangan dapat dilakukan di situs kami.\n",
    ),
    _Pattern(
        "Warga RT 05 <rt05@warga.example>",
        "Undangan rapat warga",
        "Hari: {day}\nWaktu: {clock} WIB s.d. selesai\nTempat: balai warga\n\nMohon kehadiran Bapak/Ibu.\n",
    ),
    _Pattern(
        "{friend} dan Pasangan <undangan@pernikahan.example>",
        "Undangan pernikahan",
        "Kami mengundang Anda hadir di pernikahan kami di {city}, hari {day} pukul {clock} WIB s.d. selesai.\n",
    ),
    _Pattern(
        "Klinik Gigi Ceria <admin@gigiceria.example>",
        "Pengingat jadwal kontrol",
        "Halo Ibu Sari, kontrol gigi Anda hari {day} pukul {clock} WIB. Sampai jumpa!\n",
    ),
    _Pattern(
        "JobStreet <noreply@e.jobstreet.com>",
        "Lowongan baru di {city} untukmu",
        "Lowongan baru di {city}:\n\nStaf Gudang - CV Anggrek\nKasir - {shop}\nAdmin - PT Mutiara\n\n"
        "Berhenti berlangganan notifikasi lowongan.\n",
        bulk=True,
    ),
    _Pattern(
        "LinkedIn <notifications-noreply@linkedin.com>",
        "{friend} and 3 others viewed your profile",
        "See who viewed your profile this week. Unsubscribe.\n",
        bulk=True,
    ),
    _Pattern(
        "Kursus Daring <kelas@kursusdaring.example>",
        "Kelas {topic} dimulai {day}",
        "Kelas {topic} dimulai {day} pukul {clock} WIB. Sertifikat untuk semua peserta, biaya {amount}.\n",
        bulk=True,
    ),
    _Pattern(
        "Maps Timeline <timeline@mapsthings.example>",
        "Your month in {city}",
        "You visited 14 places in {city}. See your timeline.\n",
        bulk=True,
    ),
    _Pattern(
        "{friend} <{friend}@teman.example>",
        "Re: makan {food} yuk",
        "oke aku ikut, {day} ya. minggu depan aku di {city} soalnya\n\n{friend}\n",
        own=True,
    ),
    _Pattern(
        "{shop} <layanan@belanja.example>",
        "Komplain pesanan #{number}",
        "Selamat siang,\n\n{thing} yang saya terima rusak. Bagaimana penukarannya?\n\nTerima kasih,\nSari\n",
        own=True,
    ),
    _Pattern(
        "Ibu <ibu@keluarga.example>",
        "pulang {day}",
        "Bu, aku pulang {day} naik kereta jam {clock}. Mau {food} ya.\n\nSari\n",
        own=True,
    ),
)


def unrelated(n: int, now: datetime, seed: int = 1, zone: str = "Asia/Jakarta") -> tuple[SampleMail, ...]:
    """`n` mails of the last SPAN before `now`, oldest first, none of which belongs to a hiring process. The
    same arguments give the same bytes."""
    chance = Random(seed)
    here = ZoneInfo(zone)
    latest = now.astimezone(here).replace(second=0, microsecond=0)
    mails = []
    for number in range(n):
        pattern = chance.choice(_PATTERNS)
        at = latest - timedelta(minutes=chance.randrange(60, int(SPAN.total_seconds()) // 60))
        words = {name: chance.choice(choices) for name, choices in _WORDS.items()}
        other = pattern.sender.format(**words)
        name, _, address = other.partition(" <")
        other = f"{name} <{address.lower()}"
        sender, receiver = (ME, other) if pattern.own else (other, ME)
        own_id = f"<hay.{seed}.{number}.{chance.getrandbits(32):08x}@{sender.rpartition('@')[2]}"
        raw = make_mail(
            sender,
            receiver,
            pattern.subject.format(**words),
            pattern.body.format(**words),
            at,
            message_id=own_id,
            headers=() if pattern.own else (*transport(sender, at), *(LIST if pattern.bulk else ())),
        )
        folder, kind = ("Sent", Kind.OWN_REPLY) if pattern.own else ("INBOX", Kind.OTHER)
        mails.append(SampleMail(folder, at, raw, own_id, kind))
    return tuple(sorted(mails, key=lambda mail: (mail.arrived, mail.message_id)))
