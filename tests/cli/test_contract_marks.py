"""watcher mark, undo, forget and draft: what the person tells, and what the watcher answers."""

from __future__ import annotations

import email
from contextlib import closing
from typing import Any

import pytest
from cli_helpers import Home

from watcher.cli.marks import MARKS
from watcher.core.model import DraftKind
from watcher.store import Store

AT = ("--now", "2026-11-25T14:00")
MORE = {"scheduled": ("--at", "2026-12-03T10:00"), "snooze": ("--until", "2026-12-01")}

#: Company -> its state and flag, the words that make sense there with what they lead to, and some that do not.
SENSE: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "PT Nusantara Data Cemerlang": (
        "QUIET_1W",
        {
            "followed-up": "FOLLOWED_UP",
            "not-held": "RESCHEDULING",
            "scheduled": "SCHEDULED",
            "rejected": "REJECTED",
            "offer": "OFFER",
            "accepted": "ACCEPTED",
            "declined": "WITHDRAWN",
            "withdrawn": "WITHDRAWN",
            "ignore": "IGNORED",
            "reopen": "AWAITING",
            "snooze": "QUIET_1W",
        },
        ("done", "answered", "ok"),
    ),
    "Atlasgrove": (
        "OFFER",
        {"accepted": "ACCEPTED", "declined": "DECLINED", "rejected": "REJECTED", "snooze": "OFFER"},
        ("offer", "done", "answered", "ok"),
    ),
    "Klinik Pelita Sehat": (
        "OWE_REPLY",
        {"answered": "AWAITING", "followed-up": "FOLLOWED_UP", "snooze": "OWE_REPLY"},
        ("done", "not-held", "ok"),
    ),
    "PT Mandala Energi": (
        "TASK_DUE",
        {"done": "AWAITING", "answered": "AWAITING", "withdrawn": "WITHDRAWN"},
        ("not-held", "ok"),
    ),
    "PT Rimba Papan Utama": (
        "SCHEDULED",
        {"not-held": "RESCHEDULING", "scheduled": "SCHEDULED", "withdrawn": "WITHDRAWN"},
        ("done", "answered", "ok"),
    ),
    "Kencana Finansial": (
        "REJECTED",
        {"reopen": "AWAITING", "offer": "OFFER", "accepted": "ACCEPTED", "ignore": "IGNORED"},
        ("rejected", "held", "not-held", "done", "answered", "followed-up", "declined", "withdrawn", "ok"),
    ),
    "Kopi Senja": (
        "APPLIED",
        {"scheduled": "SCHEDULED", "held": "AWAITING", "rejected": "REJECTED", "ignore": "IGNORED"},
        ("done", "answered", "not-held", "ok"),
    ),
}


def company(home: Home, name: str) -> dict[str, Any]:
    document = home.json("status", "--json", *AT)
    return next(process for process in document["processes"] if process["company"] == name)


@pytest.mark.parametrize("name", SENSE)
def test_every_word_in_a_state_where_it_makes_sense(own_scanned: Home, name: str) -> None:
    home, (state, sensible, _) = own_scanned, SENSE[name]
    before = home.json("status", "--json", *AT)
    process = company(home, name)
    assert process["state"] == state
    for word, after in sensible.items():
        done = home.run("mark", process["id"], word, *MORE.get(word, ()), *AT)
        assert done.exit_code == 0, (word, done.output)
        assert done.stdout.startswith(f"{name}: ")
        assert company(home, name)["state"] == after, word
        shown = home.json("show", process["id"], "--json", *AT)
        assert [mark["kind"] for mark in shown["marks"]] == [MARKS[word].value]
        taken = home.run("undo", *AT)
        assert taken.exit_code == 0
        assert taken.stdout.startswith(f"Taken back: {word}\n{name}: ")
        assert home.json("status", "--json", *AT) == before, word


@pytest.mark.parametrize("name", SENSE)
def test_a_word_that_makes_no_sense_there_is_refused(own_scanned: Home, name: str) -> None:
    home, (state, _, senseless) = own_scanned, SENSE[name]
    process = company(home, name)
    for word in senseless:
        done = home.run("mark", process["id"], word, *MORE.get(word, ()), *AT)
        assert (done.exit_code, done.stdout) == (2, ""), word
        assert f"`{word}` makes no sense here: {name} stands at {state}." in done.stderr
        assert f"watcher show {process['id']}" in done.stderr
    with closing(Store(home.database)) as store:
        assert store.marks() == ()


def test_every_word_is_tried_somewhere() -> None:
    tried = {word for _, sensible, senseless in SENSE.values() for word in (*sensible, *senseless)}
    assert tried == set(MARKS)


def test_said_twice_is_refused(own_scanned: Home) -> None:
    for word, state in (("ignore", "IGNORED"), ("rejected", "REJECTED"), ("accepted", "ACCEPTED")):
        assert own_scanned.run("mark", "orchid", word, *AT).exit_code == 0
        again = own_scanned.run("mark", "orchid", word, *AT)
        assert again.exit_code == 2
        assert f"stands at {state}" in again.stderr
        assert own_scanned.run("undo", *AT).exit_code == 0


def test_ok_dismisses_a_review(own_scanned: Home) -> None:
    asked = [
        process
        for process in own_scanned.json("status", "--json", *AT)["processes"]
        if process["flag"] in ("review", "suspect")
    ]
    for process in asked:
        assert own_scanned.run("mark", process["id"], "ok", *AT).exit_code == 0
        after = own_scanned.json("show", process["id"], "--json", *AT)
        assert after["flag"] not in ("review", "suspect")
        assert own_scanned.run("mark", process["id"], "ok", *AT).exit_code == 2


def test_when_and_how_are_kept(own_scanned: Home) -> None:
    home = own_scanned
    done = home.run("mark", "orchid", "held", "--at", "2026-11-24T09:30", *AT)
    if done.exit_code == 2:  # an interview there was held already
        done = home.run("mark", "orchid", "followed-up", "--at", "2026-11-24T09:30", "--via", "WhatsApp", *AT)
    assert done.exit_code == 0, done.output
    with closing(Store(home.database)) as store:
        [mark] = store.marks()
    assert mark.at is not None and mark.at.isoformat() == "2026-11-24T02:30:00+00:00"
    assert mark.via in ("", "WhatsApp")
    assert mark.via == "" or "(WhatsApp)" in home.run("show", "orchid", *AT).stdout


def test_snooze_hides_notices_and_nothing_else(own_scanned: Home) -> None:
    home, name = own_scanned, "PT Nusantara Data Cemerlang"
    before = company(home, name)
    assert home.run("mark", "nusantara", "snooze", "--until", "2026-12-01", *AT).exit_code == 0
    after = company(home, name)
    for field in ("state", "waiting_on", "flag", "draft"):
        assert after[field] == before[field]
    assert after["notify"] is None or after["notify"] >= "2026-12-01"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("orchid", "scheduled"), "`scheduled` needs the time of the interview"),
        (("orchid", "snooze"), "`snooze` needs to know until when"),
        (("orchid", "snooze", "--until", "2026-11-24"), "--until lies in the past"),
        (("orchid", "followed-up", "--until", "2026-12-24"), "--until belongs to `snooze`"),
        (("orchid", "followed-up", "--at", "2026-12-24"), "--at lies in the future"),
        (("orchid", "followed-up", "--at", "the other day"), "'the other day' is no date or time"),
        (("orchid", "snooze", "--until", "never"), "'never' is no date or time"),
        (("orchid", "hold"), "'hold' is not one of"),
        (("nobody", "held"), "No process is called 'nobody'. Known ones: "),
        (("pt", "held"), "'pt' fits 7 processes. Say which: "),
        (("", "held"), "No process is called ''"),
    ],
)
def test_what_cannot_be_meant_is_told(scanned: Home, arguments: tuple[str, ...], said: str) -> None:
    done = scanned.run("mark", *arguments, *AT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_nothing_to_undo(scanned: Home) -> None:
    done = scanned.run("undo")
    assert done.exit_code == 2
    assert "There is nothing to undo." in done.stderr


# --------------------------------------------------------------------------- forget


def test_forget_leaves_a_hash_and_nothing_else(own_scanned: Home) -> None:
    home = own_scanned
    process = company(home, "Orchid Mobility")
    assert home.run("mark", process["id"], "followed-up", *AT).exit_code == 0
    asked = home.run("forget", process["id"], stdin="n\n")
    assert asked.exit_code == 1
    assert "Forget Orchid Mobility" in asked.stdout
    done = home.run("forget", process["id"], "--yes")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"Forgotten: Orchid Mobility ({len(process['messages'])} mails).")
    assert home.run("show", process["id"]).exit_code == 2
    with closing(Store(home.database)) as store:
        assert store.marks() == ()
        assert all(store.is_known(message) for message in process["messages"])
    content = b"".join(path.read_bytes() for path in home.state.iterdir())
    assert b"orchid" not in content.lower()
    home.fill()  # the mailbox is read again
    assert home.run("show", process["id"]).exit_code == 2


# --------------------------------------------------------------------------- draft


def test_the_letter_that_fits_now_is_printed(scanned: Home) -> None:
    done = scanned.run("draft", "nusantara", "--print", *AT)
    assert done.exit_code == 0
    letter = email.message_from_string(done.stdout)
    assert letter["To"] == "Ratna Dewi <ratna.dewi@nusantara-data.example>"
    assert letter["Subject"] == "Re: Undangan Interview - Data Analyst - PT Nusantara Data Cemerlang"
    assert str(letter.get_payload()).startswith("Yth. Ibu Ratna Dewi,\n\nSemoga")
    assert str(letter.get_payload()).endswith("Hormat saya,\nSari Wulandari\n")


@pytest.mark.parametrize("kind", [kind.value for kind in DraftKind if kind is not DraftKind.NONE])
def test_every_kind_of_letter_is_printed_or_refused_with_a_reason(scanned: Home, kind: str) -> None:
    fits = {
        "thank_you": "lumenwood",
        "follow_up": "nusantara",
        "follow_up_late": "cakrawala",
        "closing": "samudra",
        "feedback_request": "kencana",
        "answer_skeleton": "pelita",
        "confirm": "meridian",
        "offer_ack": "atlasgrove",
    }
    done = scanned.run("draft", fits[kind], "--kind", kind, "--print", *AT)
    assert done.exit_code == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 6
    refused = scanned.run("draft", "kopi", "--kind", kind, "--print", *AT)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("watcher: ")


@pytest.mark.parametrize(
    ("process", "kind", "said"),
    [
        ("orchid", "", "No draft is due for "),
        ("orchid", "follow_up", "It is too early to ask Orchid Mobility"),
        ("arunika", "follow_up", "It is too early to ask PT Arunika Media"),
        ("samudra", "follow_up_late", "asking twice is not done"),
        ("pelita", "follow_up", "It is not the employer's turn (Klinik Pelita Sehat stands at OWE_REPLY)."),
        ("rimba", "follow_up", "It is not the employer's turn"),
        ("kencana", "follow_up", "Kencana Finansial is over (REJECTED)."),
        ("orchid", "poem", "'poem' is not one of"),
        ("nobody", "", "No process is called 'nobody'"),
    ],
)
def test_a_letter_that_must_not_be_written(scanned: Home, process: str, kind: str, said: str) -> None:
    options = ("--kind", kind) if kind else ()
    done = scanned.run("draft", process, *options, "--print", *AT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_why_there_is_no_letter_is_said_in_the_persons_language(scanned: Home) -> None:
    reader = Home(scanned.root, "id_ID.UTF-8")
    done = reader.run("draft", "kopi", "--kind", "thank_you", "--print", *AT)
    assert "Tanpa draf: Tidak diketahui adanya wawancara" in done.stderr


# --------------------------------------------------------------------------- the person's own letters


def letters(home: Home, name: str, content: bytes) -> None:
    path = home.config.parent / "letters" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


OWN = """\
{{ salutation }}

Terima kasih atas waktunya. Bolehkah saya menanyakan kabar proses seleksinya? Saya sangat berminat pada posisi
{{ role }} di {{ the_company }} dan memahami bahwa proses ini memerlukan waktu.

Hormat saya,
{{ me }}
"""


def test_the_persons_own_letter_wins(own_scanned: Home) -> None:
    letters(own_scanned, "id/follow_up.j2", OWN.encode())
    done = own_scanned.run("draft", "nusantara", "--print", *AT)
    assert done.exit_code == 0, done.stderr
    assert "Bolehkah saya menanyakan kabar proses seleksinya?" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"{% if %}", "TemplateSyntaxError"),
        (b"Yth. {{ nobody }}", "'nobody' is undefined"),
        (b"ASAP!!! {{ me }}", "your own letter id/follow_up: "),
        (b"\xff\xfe\x00", "readable_text_in_UTF_8"),
    ],
)
def test_a_mistake_in_it_is_named_and_the_packaged_one_used(
    own_scanned: Home, content: bytes, fault: str
) -> None:
    home = own_scanned
    packaged = home.run("draft", "nusantara", "--print", *AT).stdout
    letters(home, "id/follow_up.j2", content)
    done = home.run("draft", "nusantara", "--print", *AT)
    assert (done.exit_code, done.stdout) == (0, packaged)
    assert done.stderr.startswith("Note: your own letter id/follow_up: ")
    assert fault in done.stderr
    shown = " ".join(home.run("show", "nusantara", *AT).stdout.split())
    assert fault in shown
    checks = home.run("doctor").stdout
    if content.startswith(b"ASAP"):  # only a process shows that it cannot be sent
        return
    assert "FAULT letter id/follow_up.j2" in checks
    assert "The packaged letter is used until this is mended." in checks
