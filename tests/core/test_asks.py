"""What asks something of the person, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.asks import QUESTIONS, find_asks
from watcher.core.model import EVIDENCE_LENGTH
from watcher.packs import load_packs

PACKS = load_packs()

ASKING = [
    "What is your notice period?",
    "Are you available on Monday at ten?",
    "Could you send me your portfolio by Friday?",
    "Please confirm your attendance.",
    "Kindly fill in the attached form.",
    "Please let me know which day suits you.",
    "Let me know when you could talk.",
    "We need your salary expectation before the call.",
    "Please choose a time that works for you: https://cal.example/x",
    "Please share your updated CV and two references.",
    "Would Thursday afternoon work?",
    "I'd love to hear more; when are you free this week?",
    "Please confirm, and feel free to call me with any questions.",
    "If you are interested, please send your CV.",
    "Hope you are well. Could we talk tomorrow?",
    "We look forward to your reply.",
    "Mohon konfirmasi kehadiran Anda.",
    "Mohon konfirmasinya paling lambat Jumat.",
    "Silakan pilih jadwal wawancara melalui tautan berikut.",
    "Silakan mengisi formulir pada tautan berikut.",
    "Mohon kirimkan KTP dan ijazah.",
    "Berapa ekspektasi gaji Anda?",
    "Apakah Anda bersedia ditempatkan di Bekasi?",
    "Kapan Bapak bisa mulai bekerja?",
    "Harap membalas email ini dengan kesediaan Anda.",
    "Kami tunggu konfirmasinya.",
    "Boleh minta nomor WhatsApp yang aktif?",
    "Apabila berminat, mohon kirim CV terbaru.",
    "Besok jam 10 bisa?",
    "Tolong lengkapi data diri berikut.",
    "Dimohon untuk segera mengunggah berkas.",
    "Balas email ini dengan konfirmasi kehadiran.",
]

QUIET = [
    "If you have any questions, feel free to contact us.",
    "Any questions?",
    "Please do not hesitate to reach out.",
    "How are you?",
    "I hope this finds you well.",
    "Please find attached the job description.",
    "Please note that the office is closed on Monday.",
    "Please do not reply to this email.",
    "We will get back to you next week.",
    "Thank you for applying.",
    "Please be patient while we review your application.",
    "Please bear with us.",
    "Contact us if you need help.",
    "See you on Monday at ten.",
    "Please accept our apologies.",
    "Let me know if you have questions.",
    "Need help?",
    "Forgot your password?",
    "Please feel free to keep in touch.",
    "Jangan ragu menghubungi kami jika ada pertanyaan.",
    "Ada pertanyaan? Hubungi kami.",
    "Semoga sehat selalu.",
    "Apa kabar?",
    "Mohon maaf atas keterlambatan kami.",
    "Mohon ditunggu kabar selanjutnya.",
    "Mohon bersabar menunggu hasil seleksi.",
    "Harap menunggu informasi dari kami.",
    "Mohon tidak membalas email ini.",
    "Silakan hubungi kami apabila ada kendala.",
    "Kami akan menghubungi Anda minggu depan.",
    "Terima kasih telah melamar.",
    "Email ini dikirim otomatis, mohon jangan dibalas.",
]

ROBOT_ASKS = [
    "Please choose a time slot for your interview.",
    "Please complete the assessment before Friday.",
    "Please confirm your attendance.",
    "Action required: sign the document.",
    "Silakan pilih jadwal wawancara Anda.",
    "Mohon segera lengkapi formulir berikut.",
]
ROBOT_QUIET = [
    "Why work with us?",
    "Ready for your next challenge?",
    "Looking for more jobs?",
    "Did you know that we hire in Leeds?",
    "Siap untuk karir impian?",
    "What happens next?",
]


@pytest.mark.parametrize("text", ASKING)
def test_a_person_asks(text: str) -> None:
    found = find_asks(f"Dear Sam,\n\n{text}\n", PACKS, human=True)
    assert found.ask
    assert found.questions


@pytest.mark.parametrize("text", QUIET)
def test_courtesy_asks_nothing(text: str) -> None:
    assert find_asks(f"Dear Sam,\n\n{text}\n", PACKS, human=True).questions == ()


@pytest.mark.parametrize("text", ROBOT_ASKS)
def test_a_robot_asks_for_an_act(text: str) -> None:
    assert find_asks(text, PACKS, human=False).ask


@pytest.mark.parametrize("text", [*ROBOT_QUIET, *QUIET])
def test_a_robots_decoration_asks_nothing(text: str) -> None:
    assert not find_asks(text, PACKS, human=False).ask


def test_questions_are_short_few_and_clean() -> None:
    lines = [f"- Question {n}: what do you expect of number {n}, {'and so on ' * 20}?" for n in range(20)]
    found = find_asks("\n".join(lines), PACKS, human=True)
    assert len(found.questions) == QUESTIONS
    assert all(len(q) <= EVIDENCE_LENGTH and q[0] not in "-* " for q in found.questions)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.booleans())
def test_never_raises(text: str, human: bool) -> None:
    found = find_asks(text, PACKS, human=human)
    assert found.ask == bool(found.questions)
