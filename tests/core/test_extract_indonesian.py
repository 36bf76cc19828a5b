"""Names in Indonesian mail: who hires, for which post, who signs. '' where nobody can know."""

from __future__ import annotations

import pytest

from watcher.core.extract import find_names
from watcher.core.model import Address, Mail
from watcher.packs import load_packs

PACKS = {code: pack for code, pack in load_packs().items() if code in ("en", "id")}
ME = Address("budi.santoso@mail.example", "Budi Santoso")


def mail(name: str, email: str, subject: str, body: str, signature: str = "") -> Mail:
    return Mail(
        message_id="<x@test>",
        sender=Address(email, name),
        to=(ME,),
        subject=subject,
        new_text=body,
        text=body,
        signature=signature,
    )


COMPANIES = [
    # display names
    ("Rina - PT Sinar Jaya", "rina@sinarjaya.co.id", "Undangan", "Mohon hadir.", "", "PT Sinar Jaya"),
    ("HRD PT Sinar Jaya", "hrd@sinarjaya.co.id", "Undangan", "Mohon hadir.", "", "PT Sinar Jaya"),
    ("PT. Sinar Jaya Tbk.", "hrd@gmail.com", "Undangan", "Mohon hadir.", "", "PT Sinar Jaya Tbk"),
    ("Rekrutmen Bank Melati", "noreply@bankmelati.co.id", "Info", "Terima kasih.", "", "Bank Melati"),
    ("Tim Rekrutmen Kopi Senja", "karir@kopisenja.id", "Info", "Terima kasih.", "", "Kopi Senja"),
    ("Rina dari Kopi Senja", "rina@kopisenja.id", "Info", "Terima kasih.", "", "Kopi Senja"),
    ("CV Maju Mundur", "cvmaju@gmail.com", "Info", "Terima kasih.", "", "CV Maju Mundur"),
    ("Karir Lentera Nusantara", "karir@lentera.co.id", "Info", "Terima kasih.", "", "Lentera Nusantara"),
    ("Rina (Kopi Senja)", "rina@kopisenja.id", "Info", "Terima kasih.", "", "Kopi Senja"),
    ("HRD Kopi Senja", "hrd@kopisenja.id", "Info", "Terima kasih.", "", "Kopi Senja"),
    ("Koperasi Sejahtera Recruitment", "hr@gmail.com", "Info", "Terima kasih.", "", "Koperasi Sejahtera"),
    # signatures
    (
        "Rina",
        "rina@gmail.com",
        "Undangan",
        "Mohon hadir.",
        "Hormat kami,\nRina\nHRD PT Sinar Jaya",
        "PT Sinar Jaya",
    ),
    (
        "Rina",
        "rina@gmail.com",
        "Undangan",
        "Mohon hadir.",
        "Rina Wulandari\nPT. Sinar Jaya (Persero)\nJl. Melati 5",
        "PT Sinar Jaya",
    ),
    (
        "Rina",
        "rina@gmail.com",
        "Undangan",
        "Mohon hadir.",
        "Hormat kami,\nTim Rekrutmen Lentera Nusantara",
        "Lentera Nusantara",
    ),
    ("", "hrd@sinarjaya.co.id", "Undangan", "Mohon hadir.", "Salam,\nSinar Jaya", "Sinar Jaya"),
    # body
    (
        "",
        "hrd@gmail.com",
        "Undangan",
        "Terima kasih telah melamar di PT Bintang Timur Raya.",
        "",
        "PT Bintang Timur Raya",
    ),
    ("", "hrd@gmail.com", "Undangan", "Terima kasih atas lamaran Anda di Kopi Senja.", "", "Kopi Senja"),
    ("", "hrd@gmail.com", "Undangan", "untuk posisi Kasir di Kopi Senja, mohon hadir", "", "Kopi Senja"),
    ("", "hrd@gmail.com", "Undangan", "Saya Rina dari HRD PT Sinar Jaya.", "", "PT Sinar Jaya"),
    (
        "",
        "hrd@gmail.com",
        "Undangan",
        "Perkenalkan, saya Rina dari tim rekrutmen Kopi Senja.",
        "",
        "Kopi Senja",
    ),
    ("", "hrd@gmail.com", "Undangan", "Kami dari Yayasan Pelita mengundang Anda.", "", "Yayasan Pelita"),
    ("", "hrd@gmail.com", "Undangan", "apakah Anda berminat bergabung dengan Kopi Senja?", "", "Kopi Senja"),
    (
        "",
        "hrd@gmail.com",
        "Undangan",
        "Selamat bergabung di PT. Sinar Jaya Abadi, Tbk.",
        "",
        "PT Sinar Jaya Abadi",
    ),
    ("", "hrd@gmail.com", "Undangan Interview PT Sinar Jaya", "Mohon hadir besok.", "", "PT Sinar Jaya"),
    (
        "",
        "hrd@gmail.com",
        "Undangan",
        "proses seleksi di Lentera Nusantara telah selesai",
        "",
        "Lentera Nusantara",
    ),
    ("", "hrd@gmail.com", "Undangan", "Nama Perusahaan: PT Sinar Jaya\nHari: Senin", "", "PT Sinar Jaya"),
    (
        "",
        "hrd@gmail.com",
        "Undangan",
        "wawancara kerja di PT Sinar Jaya pada hari Senin",
        "",
        "PT Sinar Jaya",
    ),
    (
        "JobStreet",
        "noreply@e.jobstreet.com",
        "Lamaran",
        "Lamaran Anda ke PT Sinar Jaya sudah terkirim.",
        "",
        "PT Sinar Jaya",
    ),
    (
        "Glints",
        "no-reply@glints.com",
        "Lamaran",
        "Terima kasih sudah melamar di Kopi Senja!",
        "",
        "Kopi Senja",
    ),
    ("Tim HR", "hr@lentera.co.id", "Info", "Kami di Lentera senang membaca CV Anda.", "", "Lentera"),
    # nobody can know
    ("HRD", "hrd.rekrut@gmail.com", "Undangan", "Mohon hadir di Gedung Melati lantai 3.", "", ""),
    ("Rina", "rina@gmail.com", "Undangan", "Apakah bisa hari Senin di Jakarta?", "Rina", ""),
    ("Budi Santoso", "kawan@gmail.com", "Fwd", "Bud, lihat ini.", "", ""),
    ("JobStreet", "noreply@e.jobstreet.com", "Info", "12 lowongan baru untuk Anda.", "", ""),
    ("Glints", "no-reply@glints.com", "Info", "Lamaran Anda dilihat.", "", ""),
    ("Rina", "rina@gmail.com", "Undangan", "Bertempat di Hotel Anggrek, Bandung.", "Rina", ""),
    ("Rina", "rina@gmail.com", "Undangan", "Mohon bawa fotokopi ijazah ke Bapak Anton.", "Rina", ""),
    ("Rina", "rina@gmail.com", "Undangan", "PT Satu Abadi dan PT Dua Abadi bekerja sama.", "Rina", ""),
    ("Admin", "admin@gmail.com", "Undangan", "Terima kasih telah melamar di perusahaan kami.", "", ""),
    ("Rina", "rina@gmail.com", "Undangan", "bergabung dengan Google Meet berikut", "Rina", ""),
    (
        "Rina",
        "rina@agensi.example",
        "Lowongan",
        "Klien kami sedang mencari Staf Gudang.",
        "Rina\nPT Agensi Prima",
        "",
    ),
    (
        "Rina",
        "rina@agensi.example",
        "Lowongan",
        "Klien kami, PT Bintang Timur, mencari Anda.",
        "Rina",
        "PT Bintang Timur",
    ),
]

ROLES = [
    ("Undangan", "untuk posisi Data Analyst di PT Sinar Jaya", "Data Analyst"),
    ("Undangan", "Terima kasih telah melamar posisi Staf Keuangan.", "Staf Keuangan"),
    ("Undangan", "lamaran Anda sebagai Admin Gudang telah kami terima", "Admin Gudang"),
    ("Undangan Interview - Staff Accounting", "Mohon hadir.", "Staff Accounting"),
    ("Undangan Wawancara Posisi Kasir - PT Sinar Jaya", "Mohon hadir.", "Kasir"),
    ("Lamaran Data Analyst - Budi Santoso", "Terlampir.", "Data Analyst"),
    ("Undangan", "Posisi: Sales Executive\nHari: Senin", "Sales Executive"),
    ("Undangan", "Posisi : Customer Service (Kontrak)\nHari: Senin", "Customer Service"),
    ("Undangan", "Posisi yang dilamar: Perawat", "Perawat"),
    ("Undangan", "lowongan Programmer PHP yang Anda lamar", "Programmer PHP"),
    ("Undangan", "Anda kami terima bekerja sebagai Operator Produksi mulai Senin", "Operator Produksi"),
    ("Undangan", "wawancara user untuk posisi UI/UX Designer pada Senin", "UI/UX Designer"),
    ("Undangan", "kami membutuhkan seorang Desainer Grafis", "Desainer Grafis"),
    ("Undangan", "untuk posisi staf gudang di cabang Bekasi", "staf gudang"),
    ("Undangan", "posisi Digital Marketing, penempatan Bandung", "Digital Marketing"),
    ("Undangan", "untuk posisi Management Trainee (MT) Batch 5", "Management Trainee"),
    ("Undangan", "posisi Guru Matematika SMP tahun ajaran baru", "Guru Matematika SMP"),
    ("Undangan", "posisi Front End Developer kami sudah terisi", "Front End Developer"),
    ("Undangan", "proses seleksi untuk posisi Apoteker telah selesai", "Apoteker"),
    ("Re: Lamaran Kerja Staf Administrasi", "Baik, terima kasih.", "Staf Administrasi"),
    ("Undangan Tes", "psikotes untuk posisi Teller akan diadakan", "Teller"),
    ("Penawaran", "Surat penawaran kerja untuk posisi Supervisor Produksi", "Supervisor Produksi"),
    ("Undangan", "kandidat posisi Human Resources Officer yang lolos", "Human Resources Officer"),
    ("Undangan", "untuk posisi IT Support di kantor pusat", "IT Support"),
    ("Undangan", "magang sebagai Content Creator selama 3 bulan", "Content Creator"),
    ("Undangan Wawancara Kasir", "Mohon hadir.", "Kasir"),
    ("Undangan Interview HRD", "Mohon hadir.", ""),
    ("Interview User", "Mohon hadir.", ""),
    # nothing, or too odd
    ("Undangan", "untuk posisi yang Anda lamar", ""),
    ("Undangan", "posisi tersebut sudah terisi", ""),
    ("Undangan", "posisi di perusahaan kami", ""),
    ("Undangan", "posisi ini masih dibuka", ""),
    ("Undangan Interview", "Kami mengundang Anda untuk wawancara.", ""),
    ("Lamaran Anda", "Lamaran Anda telah kami terima.", ""),
    ("Lamaran kerja", "Terlampir CV saya.", ""),
    ("Info", "ada 12 lowongan baru untuk Anda", ""),
    ("Info", "Posisi paket Anda: Bandung", ""),
    ("Info", "posisi duduk yang baik saat wawancara", ""),
    ("Re: Undangan", "Baik Pak, saya hadir.", ""),
    ("Info", "untuk posisi lain di kemudian hari", ""),
    ("Info", "Lowongan Kasir dan lowongan Perawat masih dibuka.", ""),
    ("Pemberitahuan Hasil Seleksi", "Mohon maaf, Anda belum lolos.", ""),
    ("Undangan", "mencari pengalaman baru? Ayo bergabung", ""),
]

PEOPLE = [
    ("Rina", "rina@a.id", "Mohon hadir.", "Hormat kami,\nRina Wulandari\nHRD", "Rina Wulandari", ""),
    ("HRD", "hrd@a.id", "Mohon hadir.", "Salam,\nIbu Rina Wulandari, S.Psi., M.M.", "Rina Wulandari", "Ibu"),
    ("HRD", "hrd@a.id", "Silakan hubungi Bapak Anton.", "Hormat kami,\nAnton", "Anton", "Bapak"),
    ("HRD", "hrd@a.id", "Hubungi Bapak Anton.", "Hormat kami,\nRina", "Rina", ""),
    ("Ibu Rina (HRD)", "rina@a.id", "Mohon hadir.", "", "Rina", "Ibu"),
    ("Suharto", "suharto@a.id", "Mohon hadir.", "", "Suharto", ""),
    ("HRD PT Sinar Jaya", "hrd@a.id", "Mohon hadir.", "Hormat kami,\nHRD PT Sinar Jaya", "", ""),
    ("Tim Rekrutmen", "hr@a.id", "Mohon hadir.", "Salam,\nTim Rekrutmen", "", ""),
    (
        "HRD",
        "hrd@a.id",
        "Yth. Bapak/Ibu Budi,\nMohon hadir.",
        "Hormat kami,\nDewi Lestari",
        "Dewi Lestari",
        "",
    ),
    ("Rina", "rina@a.id", "Halo Pak Budi, mohon hadir.", "Salam,\nRina", "Rina", ""),
    ("HRD", "hrd@a.id", "Mohon hadir.\n\nTerima kasih\nDewi", "", "Dewi", ""),
    ("dr. Sari", "sari@klinik.id", "Mohon hadir.", "Salam,\ndr. Sari", "Sari", "Dr"),
]


@pytest.mark.parametrize(("name", "email", "subject", "body", "signature", "company"), COMPANIES)
def test_company(name: str, email: str, subject: str, body: str, signature: str, company: str) -> None:
    assert find_names(mail(name, email, subject, body, signature), PACKS, incoming=True).company == company


@pytest.mark.parametrize(("subject", "body", "role"), ROLES)
def test_role(subject: str, body: str, role: str) -> None:
    assert find_names(mail("Rina", "rina@a.id", subject, body), PACKS, incoming=True).role == role


@pytest.mark.parametrize(("name", "email", "body", "signature", "person", "title"), PEOPLE)
def test_person(name: str, email: str, body: str, signature: str, person: str, title: str) -> None:
    found = find_names(mail(name, email, "Undangan", body, signature), PACKS, incoming=True)
    assert (found.person, found.title) == (person, title)


@pytest.mark.parametrize(
    ("line", "person", "title"),
    [
        ("Yth. Ibu Rina,", "Rina", "Ibu"),
        ("Yth. Bapak Anton Wijaya", "Anton Wijaya", "Bapak"),
        ("Selamat pagi Bu Rina", "Rina", "Ibu"),
        ("Yth. Bapak/Ibu HRD", "Rina Wulandari", ""),
        ("Kepada Yth. Tim Rekrutmen", "Rina Wulandari", ""),
    ],
)
def test_own_mail_gives_name_and_title(line: str, person: str, title: str) -> None:
    own = Mail(
        message_id="<o@test>",
        sender=ME,
        to=(Address("rina@sinarjaya.co.id", "Rina Wulandari"),),
        subject="Lamaran Data Analyst",
        new_text=f"{line}\nDengan ini saya melamar posisi Data Analyst di PT Sinar Jaya.",
    )
    found = find_names(own, PACKS, incoming=False)
    assert (found.person, found.title, found.role, found.company) == (
        person,
        title,
        "Data Analyst",
        "PT Sinar Jaya",
    )
