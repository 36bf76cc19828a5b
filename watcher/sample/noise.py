"""Mails of the sample mailbox that belong to no hiring process of Sari's, however much they look like one."""

from __future__ import annotations

from watcher.core.model import Kind
from watcher.sample.table import AUTOMATIC, LIST, ME, Letter

#: The key of the fraud: a watcher warns about it and moves nothing.
SCAM = "scam"
#: The key of the private mail that bounces.
WRONG_ADDRESS = "wrong_address"

LETTERS = (
    Letter(
        at="-1d 06:10",
        sender="JobStreet <noreply@e.jobstreet.com>",
        subject="12 lowongan baru untuk Data Analyst di Jakarta",
        body="""\
Halo Sari, ini lowongan baru yang cocok untukmu.

Data Analyst - PT Anggrek Finansial - Jakarta Selatan
Business Analyst - PT Mutiara Sejahtera - Jakarta Pusat
Junior Data Engineer - Bintang Selatan Tech - Tangerang
BI Analyst - PT Rajawali Niaga - Jakarta Barat

Lihat semua lowongan. Berhenti berlangganan notifikasi lowongan.
""",
        banner="Lowongan baru",
        footer="Berhenti berlangganan",
        headers=LIST,
    ),
    Letter(
        at="-2d 05:40",
        sender="LinkedIn Job Alerts <jobalerts-noreply@linkedin.com>",
        subject="“data analyst”: Anggrek Finansial - Data Analyst and 9 more",
        body="""\
Your job alert for data analyst in Jakarta. 10 new jobs match your preferences.

Data Analyst, Anggrek Finansial, Jakarta
Data Analyst (Contract), Blue Harbor Retail, Jakarta
Insight Analyst, Bintang Selatan Tech, Tangerang

See all jobs. Unsubscribe from this alert.
""",
        banner="10 new jobs",
        footer="Unsubscribe",
        headers=LIST,
    ),
    Letter(
        at="-4d 07:00",
        sender="Glints <newsletter@glints.com>",
        subject="Selamat! Profilmu cocok dengan 5 perusahaan ini, yuk lamar sekarang",
        body="""\
Hai Sari, kamu diundang melamar di 5 perusahaan minggu ini. Lengkapi profilmu dan lamar sebelum lowongan
ditutup.

Tips interview minggu ini: cara menjawab pertanyaan kelemahan diri.
""",
        banner="Diundang melamar",
        footer="Berhenti berlangganan",
        headers=LIST,
    ),
    Letter(
        at="-3d 17:30",
        sender="Kelas Karier <halo@kelaskarier.example>",
        subject="Webinar GRATIS: Lolos Interview HR dalam 30 Menit",
        body="""\
Hai Sari!

Mau lolos interview kerja? Ikuti webinar Lolos Interview HR bersama praktisi HRD.

Hari/Tanggal: {soon:hari}
Waktu: 19.00 WIB - selesai
Tempat: Zoom Webinar

Gratis e-certificate untuk 100 pendaftar pertama. Daftar sekarang, kuota terbatas!
""",
        banner="Webinar karier",
        footer="Berhenti berlangganan",
        headers=LIST,
    ),
    Letter(
        at="-8d 08:15",
        sender="Weekly Data Reads <letter@datareads.example>",
        subject="How to ace the data interview (and why dashboards fail)",
        body="""\
This week: an interview with a chart designer, five SQL habits, and next steps for your career.

Unfortunately, most dashboards are never opened twice. Schedule a call with our sponsor to learn more.

You get this letter because you signed up at datareads.example. Unsubscribe any time.
""",
        headers=LIST,
    ),
    Letter(
        at="-5d 12:21",
        sender="Toko Buku Pelangi <pesanan@bukupelangi.example>",
        subject="Pesanan #48120 telah kami terima",
        body="""\
Halo Sari, terima kasih telah berbelanja. Pesanan Anda telah kami terima dan akan segera diproses.

1 x Statistika untuk Pemula   Rp 98.000
Ongkos kirim                  Rp 10.000
Total                         Rp 108.000
""",
        banner="Pesanan diterima",
        headers=AUTOMATIC,
    ),
    Letter(
        at="-4d 09:02",
        sender="Kurir Kilat <notifikasi@kurirkilat.example>",
        subject="Paket Anda akan tiba hari ini pukul 10.00 - 14.00",
        body="Paket KK100200300 sedang diantar. Mohon pastikan ada penerima di alamat tujuan.\n",
        headers=AUTOMATIC,
    ),
    Letter(
        at="-11d 20:44",
        sender="Stream & Chill <billing@streamchill.example>",
        subject="Your receipt from Stream & Chill",
        body="Hi Sari, we have received your payment of Rp 54.000. Your next billing date is in a month.\n",
        headers=AUTOMATIC,
    ),
    Letter(
        at="-1d 21:16",
        sender="Bank Nusa <no-reply@banknusa.example>",
        subject="Kode OTP Anda",
        body="Kode OTP Anda adalah 482910. Berlaku 5 menit. JANGAN berikan kode ini kepada siapa pun.\n",
        headers=AUTOMATIC,
    ),
    Letter(
        at="-13d 03:05",
        sender="Bank Nusa <e-statement@banknusa.example>",
        subject="e-Statement rekening Anda",
        body="""\
Nasabah Yth., terlampir e-statement rekening tabungan Anda. Dokumen dilindungi kata sandi berupa tanggal
lahir Anda. Terima kasih telah menjadi nasabah Bank Nusa.
""",
        headers=AUTOMATIC,
    ),
    Letter(
        at="-10d 10:30",
        sender="Bank Nusa KPR <kpr@banknusa.example>",
        subject="Jadwal wawancara pengajuan KPR Anda",
        body="""\
Nasabah Yth., pengajuan KPR Anda memasuki tahap wawancara kredit. Petugas kami akan menghubungi Anda untuk
menentukan jadwal wawancara dan verifikasi dokumen rumah.
""",
    ),
    Letter(
        key="forward",
        at="-6d 19:55",
        sender="Nadia Kusuma <nadia.kusuma@example.net>",
        subject="Fwd: Undangan Interview - Staff Akunting - PT Melati Abadi",
        body="""\
Sar, aku dapat panggilan nih! Doain ya, deg-degan banget.

---------- Forwarded message ---------
From: HRD Melati Abadi <hrd@melatiabadi.example>
Subject: Undangan Interview - Staff Akunting - PT Melati Abadi
To: Nadia Kusuma <nadia.kusuma@example.net>

Yth. Ibu Nadia Kusuma,

Kami mengundang Ibu untuk mengikuti interview posisi Staff Akunting pada {soon:hari} pukul 10.00 WIB di
kantor PT Melati Abadi. Mohon konfirmasi kehadiran.

HRD PT Melati Abadi
""",
    ),
    Letter(
        kind=Kind.OWN_REPLY,
        answers="forward",
        at="-6d 20:10",
        sender=ME,
        to="Nadia Kusuma <nadia.kusuma@example.net>",
        subject="Re: Fwd: Undangan Interview - Staff Akunting - PT Melati Abadi",
        body="Wah selamat Nad! Semoga lancar ya, kabari nanti hasilnya :)\n",
        quote="gmail_id",
    ),
    Letter(
        key=SCAM,
        at="-2d 13:37",
        sender="HRD PT Petro Nusantara Tbk <rekrutmen@petro-nusantara-karir.example>",
        subject="UNDANGAN TES DAN INTERVIEW PT PETRO NUSANTARA TBK",
        body="""\
Selamat! Anda lolos seleksi administrasi dan diundang mengikuti tes dan interview di Hotel Anggrek
Surabaya pada {soon:hari} pukul 08.00 WIB.

Untuk akomodasi dan tiket pesawat, peserta wajib melakukan reservasi melalui agen travel rekanan kami,
Cendana Tour & Travel, hubungi Bapak Hendra 0800-000-0000. Biaya tiket ditransfer terlebih dahulu ke
rekening agen dan akan diganti sepenuhnya oleh perusahaan saat hari tes.

Segera konfirmasi dengan format NAMA#KOTA. Kuota terbatas.

Panitia Rekrutmen
""",
    ),
    Letter(
        kind=Kind.OWN_REPLY,
        key=WRONG_ADDRESS,
        at="-7d 18:20",
        sender=ME,
        to="Bimo <bimo.santoso@kampuslama.example>",
        subject="Reuni angkatan",
        body="Bim, jadi ikut reuni bulan depan? Kabari ya, aku yang pesan tempat.\n\nSari\n",
    ),
    Letter(
        at="-9d 16:05",
        sender="Panitia Reuni <reuni@alumni-statistika.example>",
        subject="Undangan reuni Alumni Statistika",
        body="""\
Dengan hormat,

Kami mengundang Saudara/i untuk hadir pada acara reuni:

Hari/Tanggal : Sabtu, bulan depan
Waktu        : 10.00 WIB s.d. selesai
Tempat       : Aula Kampus Lama

Mohon konfirmasi kehadiran kepada panitia.
""",
    ),
    Letter(
        at="-12d 09:48",
        sender="Riset Pengguna DompetKu <riset@dompetku.example>",
        subject="Undangan wawancara riset pengguna, insentif Rp150.000",
        body="""\
Halo Kak Sari, kami mencari responden untuk wawancara riset pengguna aplikasi DompetKu selama 45 menit
secara online. Setiap responden mendapat insentif saldo Rp150.000. Tertarik? Isi formulir berikut.
""",
    ),
    Letter(
        at="-15d 11:00",
        sender="Program Beasiswa Cendekia <info@beasiswacendekia.example>",
        subject="Hasil seleksi administrasi beasiswa",
        body="""\
Peserta Yth., terima kasih telah mendaftar Beasiswa Cendekia. Anda belum lolos seleksi administrasi
beasiswa tahun ini. Pendaftaran berikutnya dibuka tahun depan.
""",
    ),
    Letter(
        at="-3d 08:33",
        sender="LinkedIn <notifications-noreply@linkedin.com>",
        subject="Sari, you appeared in 14 searches this week",
        body="See who is looking at your profile. Add skills to be found more often.\n",
        banner="14 searches",
        headers=LIST,
    ),
    Letter(
        at="-20d 14:14",
        sender="CodeHost <noreply@codehost.example>",
        subject="[sari/notebooks] Issue closed: chart labels overlap (#12)",
        body="Closed #12 as completed.\n\nReply to this email directly or view it on CodeHost.\n",
        headers=(("List-Id", "sari/notebooks <notebooks.sari.codehost.example>"), *AUTOMATIC),
    ),
    Letter(
        at="-16d 10:26",
        sender="PLN Pelanggan <info@listrikkota.example>",
        subject="Pemberitahuan pemadaman listrik terjadwal",
        body="Akan dilakukan pemeliharaan jaringan pada pukul 09.00 - 14.00 WIB di wilayah Anda.\n",
    ),
    Letter(
        at="-18d 09:00",
        sender="Dokter Gigi Ceria <admin@gigiceria.example>",
        subject="Pengingat jadwal kontrol",
        body="Halo Ibu Sari, pengingat jadwal kontrol gigi Anda besok pukul 16.00 WIB. Sampai jumpa!\n",
    ),
    Letter(
        at="-19d 15:45",
        sender="Podcast Cerita Data <produser@ceritadata.example>",
        subject="Our interview with a famous statistician is out",
        body="The new episode is here: our interview with the author of Counting Clouds. Listen now.\n",
        headers=LIST,
    ),
    Letter(
        at="-22d 13:08",
        sender="Ibu Kos <ibukos.melati@example.org>",
        subject="Pembayaran kos bulan ini",
        body="Mbak Sari, jangan lupa pembayaran kos ya paling lambat tanggal 5. Terima kasih.\n",
        key="rent",
    ),
    Letter(
        kind=Kind.OWN_REPLY,
        answers="rent",
        at="-22d 18:30",
        sender=ME,
        to="Ibu Kos <ibukos.melati@example.org>",
        subject="Re: Pembayaran kos bulan ini",
        body="Baik Bu, sudah saya transfer ya. Terima kasih.\n\nSari\n",
        quote="gmail_id",
    ),
    Letter(
        at="-1d 11:11",
        sender="Akun Karir <no-reply@akun.portalkerja.example>",
        subject="Verifikasi alamat email Anda",
        body="Klik tautan berikut untuk memverifikasi akun Portal Kerja Anda. Tautan berlaku 24 jam.\n",
        headers=AUTOMATIC,
    ),
)
