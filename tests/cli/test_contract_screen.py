"""What a person sees: a table that fits, in their language, coloured on a terminal alone."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pexpect
import pytest
from cli_helpers import NOW, ROOT, ZONE, Home
from rich.cells import cell_len

from watcher.cli.tables import plain, print_status
from watcher.core.course import shown
from watcher.core.fold import Fold
from watcher.core.model import DraftKind, Flag, Process, Setting, Situation, State, Turn
from watcher.core.standing import Standing
from watcher.core.wording import say_day, say_joined, say_next, say_quiet, say_stand, words
from watcher.packs import load_packs

AT = ("--now", "2026-11-25T14:00")
PACKS = load_packs()
ESCAPE = re.compile(r"\x1b\[")
LONG = "PT Samudra Logistik Nusantara Raya Abadi Sejahtera Tbk (Persero)"
CHINESE = "株式会社サンプル商事グローバルホールディングス"


def standing(number: int, company: str, role: str, **said: Any) -> Standing:
    """A process as the table gets it."""
    usual = {"state": State.AWAITING} if said else {"state": State.QUIET_1W, "flag": Flag.PROMISE_PASSED}
    return Standing(
        process=Process(id=f"{number:06x}", facts=(), company=company, role=role),
        setting=Setting(),
        fold=Fold(setting=Setting()),
        situation=Situation(**({"waiting_on": Turn.EMPLOYER} | usual | said)),
    )


CROWD = (
    standing(1, LONG, "Senior Vice President of Everything, Asia Pacific and Japan"),
    standing(2, CHINESE, "シニアデータアナリスト（東京・大阪・名古屋勤務）"),
    standing(3, "", ""),
    standing(4, "Kopi Senja", "Analis Data", anchor=NOW - timedelta(days=1, hours=2)),
    standing(
        5,
        "Meridian",
        "Data Analyst",
        state=State.REJECTED,
        waiting_on=Turn.NOBODY,
        flag=Flag.REJECTED,
        draft=DraftKind.FEEDBACK_REQUEST,
        next_at=NOW + timedelta(days=18),
        next_what="REJECTED",
    ),
    standing(
        6, "Oak", "Analyst", state=State.SCHEDULED, waiting_on=Turn.EVENT, interview=NOW + timedelta(days=5)
    ),
)


def table(
    monkeypatch: pytest.MonkeyPatch, everything: tuple[Standing, ...], width: int, language: str = "en"
) -> list[str]:
    """The lines of the table as it is piped, at this width."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("COLUMNS", str(width))
    print_status([shown(one) for one in everything], words(PACKS, language), NOW, ZONE, all_=True)
    return out.getvalue().splitlines()


# --------------------------------------------------------------------------- the table


@pytest.mark.parametrize("language", sorted(PACKS))
@pytest.mark.parametrize("width", [60, 80, 100, 132, 200])
def test_the_table_fits_and_takes_two_lines_at_most(
    monkeypatch: pytest.MonkeyPatch, width: int, language: str
) -> None:
    lines = table(monkeypatch, CROWD, width, language)
    assert max(map(cell_len, lines)) <= width
    body = lines[next(n for n, line in enumerate(lines) if set(line.strip()) == {"─"}) + 1 :]
    assert len(body) <= 2 * len(CROWD)
    starts = [line[:6] for line in body if line[:6].strip()]
    assert starts == [f"{number:06x}" for number in range(1, 7)]


def test_a_wide_terminal_gets_one_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = table(monkeypatch, CROWD[3:], 140)
    assert len(lines) == 2 + 3
    assert re.search(r"Kopi Senja +Analis Data +waiting for them +they +1 day", lines[2])
    assert re.search(r"interview fixed +interview +Mon 30 Nov 14:00: interview", lines[4])


def test_a_narrow_one_gets_two(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = table(monkeypatch, CROWD[3:], 80)
    assert [line.split() for line in lines[:2]] == [
        ["ID", "Company", "State", "Turn"],
        ["Role", "Next", "Quiet"],
    ]
    assert [re.split(r"  +", line.strip()) for line in lines[3:5]] == [
        ["000004", "Kopi Senja", "waiting for them", "they"],
        ["Analis Data", "1 day"],
    ]
    assert "until Sun 13 Dec: request for feedback" in lines[6]


def test_long_and_wide_names_are_cut_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(table(monkeypatch, CROWD, 80))
    assert "PT Samudra Logist" in text and "…" in text
    assert "株式会社" in text
    assert LONG not in text


@pytest.mark.parametrize("language", sorted(PACKS))
def test_every_state_and_flag_fits_at_80_columns(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    """The words of the packs are short enough: what is cut is a name."""
    text = words(PACKS, language)
    pairs = [(state, Flag.NONE) for state in State]
    pairs += [(State.AWAITING, Flag.THANK_YOU_DUE), (State.QUIET_2W, Flag.PROMISE_PASSED)]
    pairs += [(State.INVITED, Flag.CONFIRM_HELD), (State.TASK_DUE, Flag.TASK_OVERDUE)]
    for state, flag in pairs:
        answer = Situation(state=state, waiting_on=Turn.EMPLOYER, flag=flag)
        assert cell_len(say_stand(answer, text)) <= 37, say_stand(answer, text)


def test_names_of_mails_cannot_steer_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    evil = standing(7, "Evil\x1b[2J\x1b]0;owned\x07 Corp\nPT Two", "Ro\u202ele\x9b31m")
    text = "\n".join(table(monkeypatch, (evil,), 80))
    assert "Evil [2J ]0;owned Corp" in text
    assert not any(sign in text for sign in "\x1b\x07\x9b\u202e")
    assert plain("a\r\nb\tc\x00d") == "a b c d"


def test_nothing_found_is_said(home: Home) -> None:
    home.write_config()
    assert home.run("status", *AT).stdout == "No hiring process found.\n"
    assert Home(home.root, "id_ID.UTF-8").run("status", *AT).stdout.startswith("Tidak ada proses")


def test_what_rests_is_counted_and_shown_on_request(scanned: Home) -> None:
    short, whole = scanned.run("status", *AT), scanned.run("status", "--all", *AT)
    assert "Wahana Kreasi" not in short.stdout
    assert "Wahana Kreasi" in whole.stdout
    assert re.search(r"\d+ more are over or at rest: `watcher status --all`", short.stdout)
    assert "more are over" not in whole.stdout


def test_what_needs_the_person_comes_first(scanned: Home) -> None:
    flags = [process["flag"] for process in scanned.json("status", "--json", *AT)["processes"]]
    first = flags.index("quiet_1w")
    assert {"offer_pending", "owe_reply", "task_due"} <= set(flags[:first])
    assert flags[-1] == "none"


# --------------------------------------------------------------------------- words


def test_days_are_said_near_and_far() -> None:
    text = words(PACKS, "en")
    said = {
        days: say_day(NOW + timedelta(days=days), NOW, ZONE, text)
        for days in (-400, -20, -1, 0, 1, 30, 60, 400)
    }
    assert said == {
        -400: "Tue 21 Oct 2025",
        -20: "Thu 5 Nov",
        -1: "yesterday",
        0: "today",
        1: "tomorrow",
        30: "Fri 25 Dec",
        60: "Sun 24 Jan",
        400: "Thu 30 Dec 2027",
    }


@pytest.mark.parametrize("language", sorted(PACKS))
def test_the_next_thing_is_a_date_where_there_is_one(language: str) -> None:
    text = words(PACKS, language)

    def said(**answer: Any) -> str:
        whole = {"state": State.AWAITING, "waiting_on": Turn.EMPLOYER} | answer
        return say_next(Situation(**whole), NOW, ZONE, text)

    soon = NOW + timedelta(days=2)
    assert said() == ""
    assert text["next"]["interview"] in said(state=State.INVITED, waiting_on=Turn.USER, interview=soon)
    assert said(interview=NOW - timedelta(days=2)) == ""
    assert text["next"]["deadline"] in said(state=State.OFFER, waiting_on=Turn.USER, deadline=soon)
    assert text["flags"]["quiet_1w"] in said(next_at=soon, next_what="quiet_1w")
    assert said(next_at=soon, next_what="AWAITING") == ""
    until = said(flag=Flag.THANK_YOU_DUE, draft=DraftKind.THANK_YOU, next_at=soon, next_what="AWAITING")
    assert text["drafts"]["thank_you"] in until


def test_quiet_is_counted_while_it_is_their_turn() -> None:
    text = words(PACKS, "en")
    days = {
        n: say_quiet(
            Situation(state=State.AWAITING, waiting_on=Turn.EMPLOYER, anchor=NOW - timedelta(days=n)),
            NOW,
            text,
        )
        for n in (0, 1, 9)
    }
    assert days == {0: "0 days", 1: "1 day", 9: "9 days"}
    assert say_quiet(Situation(state=State.OFFER, waiting_on=Turn.USER, anchor=NOW), NOW, text) == ""


def test_a_flag_is_not_said_twice() -> None:
    text = words(PACKS, "en")
    pairs = {
        (State.QUIET_1W, Flag.QUIET_1W): "quiet for a week",
        (State.QUIET_1W, Flag.PROMISE_PASSED): "quiet for a week: promise passed",
        (State.OFFER, Flag.OFFER_PENDING): "offer",
        (State.SCHEDULED, Flag.NONE): "interview fixed",
    }
    said = {
        (state, flag): say_stand(Situation(state=state, waiting_on=Turn.USER, flag=flag), text)
        for state, flag in pairs
    }
    assert said == pairs


def test_reasons_are_said_in_words() -> None:
    text = words(PACKS, "en")
    assert say_joined("sender: hr@acme.example", text) == "its sender, hr@acme.example"
    assert say_joined("references: subject <a@b>", text) == "the mail that it answers"
    assert say_joined("something new", text) == "something new"


def shape(value: Any) -> Any:
    """The keys of a table, and theirs."""
    return {key: shape(inner) for key, inner in value.items()} if isinstance(value, Mapping) else None


@pytest.mark.parametrize("language", sorted(PACKS))
def test_every_language_has_every_word_of_the_screen(language: str) -> None:
    own, english = (dict(shape(words(PACKS, code))) for code in (language, "en"))
    for free in ("reviews", "refusals", "rules"):  # the core's own sentence stands where a language has none
        own.pop(free), english.pop(free)
    assert own == english
    for table, kinds in (("states", State), ("turns", Turn), ("flags", Flag), ("drafts", DraftKind)):
        assert set(words(PACKS, language)[table]) == {kind.value for kind in kinds}


@pytest.mark.parametrize("language", sorted(PACKS))
def test_every_form_takes_what_it_is_given(language: str) -> None:
    def forms(value: Any) -> list[str]:
        inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        return [value] if isinstance(value, str) else [form for part in inner for form in forms(part)]

    def slots(form: str) -> list[str]:
        return re.findall(r"\{(\w+)\}", form)

    for key, english in words(PACKS, "en").items():
        own = words(PACKS, language)[key]
        if key not in ("reviews", "refusals", "rules", "days", "months"):
            assert [sorted(slots(form)) for form in forms(own)] == [
                sorted(slots(form)) for form in forms(english)
            ]


# --------------------------------------------------------------------------- languages


INDONESIAN = {
    "status": ("Perusahaan", "Giliran", "seminggu tanpa kabar", "Anda", "hari"),
    "show": ("Kontak", "Giliran siapa: mereka", "Tanpa kabar sejak", "karena: ", "Subjek: ", "Kepada: "),
    "demo": (
        "Kotak surat Sari",
        "draf ditaruh",
        "Mengapa?",
        "Pemberitahuan desktop",
        "Tidak ada yang dikirim",
    ),
}


@pytest.mark.parametrize("command", sorted(INDONESIAN))
def test_indonesian_where_the_machine_speaks_it(scanned: Home, command: str) -> None:
    reader = Home(scanned.root, "id_ID.UTF-8")
    arguments = {"show": ("show", "nusantara")}.get(command, (command,))
    seen = reader.run(*arguments, *AT).stdout
    assert all(word in seen for word in INDONESIAN[command])
    english = words(PACKS, "en")
    labels = [
        *english["states"].values(),
        *filter(None, english["flags"].values()),
        *english["kinds"].values(),
    ]
    heads = ("Company", "Contact", "Whose turn", "Quiet since", "because:", "belongs here", "Subject:")
    for word in (*(label for label in labels if " " in label), *heads):
        assert word not in seen


def test_the_configured_language_wins(scanned: Home, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(scanned.config.read_text("utf-8") + "language: id\n", "utf-8")
    assert "Perusahaan" in scanned.run("--config", config, "status", *AT).stdout
    assert "Company" in scanned.run("status", *AT).stdout


def test_what_decided_is_said_in_indonesian_too(scanned: Home) -> None:
    """Every rule that the sample mailbox meets has its words; only quotes of mails stay as they are."""
    rules = set()
    for process in scanned.json("status", "--json", *AT)["processes"]:
        for mail in scanned.json("show", process["id"], "--json", *AT)["timeline"]:
            rules |= {
                mail["evidence"][0]["rule"],
                *(sign["rule"] for sign in mail["scam"] + mail["warnings"]),
            }
    text = words(PACKS, "id")
    own = {rule for rule in rules if rule.removeprefix("own: ") in text["kinds"]}
    assert rules - own - set(text["rules"]) == set()


# --------------------------------------------------------------------------- the demo


def test_the_demo_shows_the_whole_path(home: Home) -> None:
    seen = home.run("demo", *AT).stdout
    heads = re.findall(r"^== (.*)$", seen, re.MULTILINE)
    assert len(heads) == 5
    assert re.match(r"Sari's mailbox: \d\d mails, \d\d hiring processes", heads[0])
    assert "To: Ratna Dewi <ratna.dewi@nusantara-data.example>" in seen
    assert "because: " in seen
    assert "[Job interview]" in seen
    assert max(cell_len(line) for line in seen.splitlines()) <= 80
    assert list(home.root.iterdir()) == []


# --------------------------------------------------------------------------- colours


def on_terminal(home: Home, *arguments: str, columns: int = 80, **more: str) -> str:
    """What a command writes to a terminal."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "watcher", *arguments, *AT],
        env=home.env(**({"TERM": "xterm-256color"} | more)),
        cwd=str(ROOT),
        encoding="utf-8",
        timeout=60,
        dimensions=(50, columns),
    )
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    return str(child.before)


def test_colours_on_a_terminal(scanned: Home) -> None:
    assert ESCAPE.search(on_terminal(scanned, "status"))


def test_a_wide_terminal_is_used(scanned: Home) -> None:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", on_terminal(scanned, "status", columns=170)).splitlines()
    assert re.search(
        r"94cda4 +PT Nusantara Data Cemerlang +Data Analyst +quiet for a week +they +9 days", "\n".join(lines)
    )
    assert max(map(cell_len, lines)) <= 170


def test_no_color_is_honoured(scanned: Home) -> None:
    seen = on_terminal(scanned, "status", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", seen)


def test_a_dumb_terminal_gets_plain_text(scanned: Home) -> None:
    assert not ESCAPE.search(on_terminal(scanned, "status", TERM="dumb"))


@pytest.mark.parametrize("command", [("status",), ("show", "nusantara"), ("demo",), ("classify", "--help")])
def test_a_pipe_gets_plain_text(scanned: Home, command: tuple[str, ...]) -> None:
    clock = () if "--help" in command else AT
    done = scanned.start(*command, *clock, env={"TERM": "xterm-256color"})
    assert done.returncode == 0, done.stderr
    assert not ESCAPE.search(done.stdout)
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= 80


def test_a_terminal_that_cannot_say_a_name_stops_nothing(scanned: Home) -> None:
    done = scanned.start(
        "demo", *AT, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}, encoding="ascii"
    )
    assert done.returncode == 0, done.stderr
    assert "PT Nusantara Data" in done.stdout
