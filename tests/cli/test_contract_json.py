"""What programs rely on: one JSON document on standard output, its shape, the exit codes, the clock."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cli_helpers import HERE, NOW, ROOT, Home, write_mbox

from watcher import sample
from watcher.core.model import DraftKind, Flag, Kind, State, Turn

AT = ("--now", "2026-11-25T14:00")
PROCESS = [
    "id",
    "company",
    "role",
    "person",
    "state",
    "waiting_on",
    "flag",
    "draft",
    "notify",
    "anchor",
    "interview",
    "messages",
]


def check_process(process: dict[str, Any]) -> None:
    """The fields of a process, in the very words of `simulate`."""
    assert list(process) == PROCESS
    assert process["state"] in {state.value for state in State}
    assert process["waiting_on"] in {turn.value for turn in Turn}
    assert process["flag"] in {flag.value for flag in Flag}
    assert process["draft"] in {kind.value for kind in DraftKind}
    for name in ("notify", "anchor", "interview"):
        assert process[name] is None or len(process[name]) == len("2026-11-09T09:00")
    for name in ("company", "role", "person"):
        assert process[name] is None or process[name]
    assert process["messages"] and all(m.startswith("<") for m in process["messages"])


def company(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(process for process in document["processes"] if process["company"] == name)


def test_scan_tells_processes_and_actions(home: Home) -> None:
    box = write_mbox(sample.build(NOW), home.root / "all.mbox")
    document = home.json("scan", box, "--me", sample.ADDRESS, "--dry-run", "--json", *HERE)
    assert document["now"] == "2026-11-25T14:00"
    assert {"now", "processes", "actions"} <= set(document)
    assert len(document["processes"]) >= 12
    for process in document["processes"]:
        check_process(process)
    ids = {process["id"] for process in document["processes"]}
    assert len(ids) == len(document["processes"])
    kinds = {action["kind"] for action in document["actions"]}
    assert {"draft", "flag", "notify"} <= kinds <= {"draft", "flag", "notify", "withdraw", "unflag"}
    for action in document["actions"]:
        assert action["process"] in ids or (action["process"] is None and action["kind"] == "notify")
    drafts = [action for action in document["actions"] if action["kind"] == "draft"]
    assert all(action["raw"].startswith("From: ") or "\r\nFrom: " in action["raw"] for action in drafts)
    flags = [action for action in document["actions"] if action["kind"] == "flag"]
    assert all(action["what"] in ("$FollowUp1w", "$FollowUp2w") for action in flags)


def test_status_says_the_same_of_what_was_scanned(scanned: Home) -> None:
    document = scanned.json("status", "--json", *AT)
    for process in document["processes"]:
        check_process(process)
    assert document["actions"] == []
    assert document["now"] == "2026-11-25T14:00"
    nusantara = company(document, "PT Nusantara Data Cemerlang")
    assert (nusantara["state"], nusantara["waiting_on"]) == ("QUIET_1W", "employer")
    assert (nusantara["flag"], nusantara["draft"]) == ("quiet_1w", "follow_up")


def test_the_clock_that_is_given_counts(scanned: Home) -> None:
    before = company(scanned.json("status", "--json", *AT), "Orchid Mobility")
    later = company(scanned.json("status", "--json", "--now", "2026-12-01T14:00+07:00"), "Orchid Mobility")
    assert (before["state"], later["state"]) == ("AWAITING", "QUIET_1W")
    shown = scanned.json("show", later["id"], "--json", "--now", "2026-12-01T14:00")
    assert shown["state"] == "QUIET_1W"


def test_show_tells_the_whole_story(scanned: Home) -> None:
    process = company(scanned.json("status", "--json", *AT), "PT Nusantara Data Cemerlang")
    story = scanned.json("show", process["id"], "--json", *AT)
    assert {name: story[name] for name in PROCESS} == process
    assert [mail["message_id"] for mail in story["timeline"]] == process["messages"]
    for mail in story["timeline"]:
        assert mail["label"] in {kind.value for kind in Kind}
        assert 0 <= mail["confidence"] <= 1
        assert mail["evidence"] and all(set(e) == {"rule", "quote"} for e in mail["evidence"])
        assert mail["joined"]
        assert mail["direction"] == ("out" if mail["from"] == sample.ADDRESS else "in")
    assert story["letter"]["kind"] == "follow_up"
    assert story["letter"]["text"].startswith("Yth. ")
    assert story["letter"]["in_reply_to"] in process["messages"]
    assert story["next"] == {"what": "quiet_2w", "at": "2026-11-30T11:00"}
    assert story["marks"] == []


def test_show_names_a_process_by_its_company_too(scanned: Home) -> None:
    by_name = scanned.json("show", "orchid", "--json", *AT)
    assert by_name == scanned.json("show", by_name["id"], "--json", *AT)


def test_demo_has_a_document_too(home: Home) -> None:
    document = home.json("demo", "--json", *AT)
    assert len(document["processes"]) >= 12
    for process in document["processes"]:
        check_process(process)


def test_doctor_lists_its_checks(home: Home) -> None:
    home.write_config("name: [1]\n")
    done = home.run("doctor", "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == document["exit_code"] == 2
    assert all(set(check) == {"check", "ok", "found", "fault", "remedy"} for check in document["checks"])
    assert any("line 1" in check["fault"] for check in document["checks"])


# --------------------------------------------------------------------------- as a process of its own


def test_a_document_is_all_that_stands_on_standard_output(home: Home) -> None:
    box = write_mbox(sample.build(NOW), home.root / "all.mbox")
    done = home.start("scan", box, "--dry-run", "--json", *HERE)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["processes"]) >= 12
    assert done.stderr == f"Taken for yours: {sample.ADDRESS} (give --me ADDRESS if that is wrong).\n"


def test_the_clock_zone_and_language_come_from_the_machine(home: Home) -> None:
    box = write_mbox(sample.build(NOW), home.root / "all.mbox")
    done = home.start("scan", box, "--dry-run", "--json", env={"TZ": "Europe/Berlin", "LANG": "id_ID.UTF-8"})
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["zone"] == "Europe/Berlin"
    assert "Dianggap milik Anda" in done.stderr


def test_a_failed_command_leaves_standard_output_empty(home: Home) -> None:
    done = home.start("status", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert str(home.config) in done.stderr
    assert "Traceback" not in done.stderr


# --------------------------------------------------------------------------- simulate


def test_simulate_gives_one_list(home: Home) -> None:
    timeline = home.root / "timeline.yaml"
    timeline.write_text(
        """\
- id: one
  now: 2026-11-09T11:00
  timeline:
    - {at: 2026-10-28T10:00, kind: interview_invitation, start: 2026-11-02T10:00, end: 2026-11-02T11:00}
    - {at: 2026-10-28T12:00, kind: own_accept}
    - {at: 2026-11-03T08:00, kind: own_thank_you}
- id: two
  now: 2026-11-09T11:00
  timeline:
    - {at: 2026-11-02T10:00, kind: offer, process: A}
    - {at: 2026-11-02T10:00, kind: rejection, process: B}
"""
    )
    one, two = home.json("simulate", timeline, "--json")
    assert one == {
        "id": "one",
        "state": "QUIET_1W",
        "waiting_on": "employer",
        "flag": "quiet_1w",
        "draft": "follow_up",
        "notify": "2026-11-09T11:00",
    }
    assert two["id"] == "two"
    assert {name: said["state"] for name, said in two["processes"].items()} == {"A": "OFFER", "B": "REJECTED"}
    assert list(two["processes"]["A"]) == ["state", "waiting_on", "flag", "draft", "notify"]


def test_simulate_of_one_scenario_is_a_list_of_one(home: Home) -> None:
    timeline = home.root / "timeline.yaml"
    timeline.write_text("id: 7\nnow: 2026-11-02\ntimeline: []\n")
    assert home.json("simulate", timeline, "--json") == [
        {"id": "7", "state": "NONE", "waiting_on": "nobody", "flag": "none", "draft": "none", "notify": None}
    ]


def test_simulate_is_readable_too(home: Home) -> None:
    timeline = home.root / "timeline.yaml"
    timeline.write_text("id: x\nnow: 2026-11-09T11:00\ntimeline:\n- {at: 2026-11-02T10:00, kind: offer}\n")
    done = home.run("simulate", timeline)
    assert done.exit_code == 0
    assert done.stdout.startswith("x: OFFER, waits on user, flag offer_pending, draft offer_ack, notice 2026")


def test_simulate_agrees_with_the_specification(home: Home, shared_spec: Any) -> None:
    from watcher.core.scenario import read_scenarios

    file = shared_spec / "scenarios.yaml"
    answers = {answer["id"]: answer for answer in home.json("simulate", file, "--json")}
    wrong = []
    for scenario in read_scenarios(file.read_text("utf-8")):
        if scenario.skip:
            continue
        answer = answers[scenario.id]
        split = "processes" in answer
        for name, said in answer.get("processes", {"": answer}).items():
            expect = scenario.expect.get(name, {}) if split else scenario.expect
            for key in ("state", "waiting_on", "flag", "draft", "notify"):
                if key in expect and str(expect[key]) != str(said[key]):
                    wrong.append((scenario.id, name, key, expect[key], said[key]))
    assert wrong == []


# --------------------------------------------------------------------------- exit codes, help


COMMANDS = (
    "demo",
    "scan",
    "run",
    "status",
    "show",
    "mark",
    "undo",
    "draft",
    "classify",
    "simulate",
    "doctor",
    "forget",
    "secret",
    "install-service",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(home: Home, command: str) -> None:
    done = home.run(command, "--help")
    assert done.exit_code == 0
    assert f"Example:  watcher {command}" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_list_of_commands_is_the_contract(home: Home) -> None:
    done = home.run("--help")
    assert done.exit_code == 0
    assert all(f"\n  {command} " in done.stdout for command in COMMANDS)
    assert "0 done, 1 failed for a while" in done.stdout
    assert home.run("--version").stdout.startswith("watcher, version ")


def test_installed_program_and_module_are_the_same() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'watcher = "watcher.cli:main"' in text
    assert "from watcher.cli import main" in (ROOT / "watcher" / "__main__.py").read_text("utf-8")
