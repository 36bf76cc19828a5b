"""watcher classify: files by the hundred, JSON lines, and one bad mail that costs the others nothing."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import NOW, Home

from watcher import sample
from watcher.cli.classify import _bounded
from watcher.core.model import Kind
from watcher.mailbox import HEAD_OF_LARGE_MAIL, LARGEST_MAIL

MAILS = sample.build(NOW)
LABELS = {kind.value for kind in Kind if not kind.mark}
REJECTION = next(mail for mail in MAILS if mail.kind is Kind.REJECTION)
BODY = "We are sorry to tell you that we will not be moving forward with your application."


def check(answer: dict[str, Any], *, error: bool = False) -> None:
    assert answer["label"] in LABELS
    assert 0 <= answer["confidence"] <= 1
    assert all(set(evidence) == {"rule", "quote"} for evidence in answer["evidence"])
    assert all(len(evidence["quote"]) <= 120 for evidence in answer["evidence"])
    assert ("error" in answer) == error


def files(folder: Path, count: int) -> list[str]:
    """`count` raw mails."""
    paths = [folder / f"{number:03}.eml" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(MAILS[number % len(MAILS)].raw)
    return [str(path) for path in paths]


# --------------------------------------------------------------------------- files


def test_hundreds_of_files_in_one_call(home: Home) -> None:
    paths = files(home.root, 300)
    answers = home.json("classify", "--json", *paths)
    assert [answer["path"] for answer in answers] == paths
    for answer in answers:
        assert list(answer) == ["path", "label", "confidence", "evidence"]
        check(answer)
    again = answers[: len(MAILS)]
    assert [answer["label"] for answer in answers[len(MAILS) : 2 * len(MAILS)]] == [a["label"] for a in again]


def test_a_path_comes_back_as_it_was_given(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.root / "a b.eml").write_bytes(REJECTION.raw)
    monkeypatch.chdir(home.root)
    given = ["./a b.eml", "a b.eml", f"{home.root}//a b.eml"]
    assert [answer["path"] for answer in home.json("classify", "--json", *given)] == given


def test_a_file_name_that_is_no_text(home: Home) -> None:
    name = home.root.joinpath("m\udcff.eml")
    name.write_bytes(REJECTION.raw)
    done = home.start("classify", "--json", name)
    assert done.returncode == 0, done.stderr
    [answer] = json.loads(done.stdout)
    assert answer["path"] == str(name)
    assert answer["label"] == "rejection"


def test_what_cannot_be_read_costs_the_others_nothing(home: Home) -> None:
    good = files(home.root, 2)
    empty, random = home.root / "empty.eml", home.root / "random.eml"
    empty.touch()
    random.write_bytes(bytes(range(256)) * 40)
    given = [good[0], str(home.root / "nowhere.eml"), str(home.root), str(empty), str(random), good[1]]
    done = home.run("classify", "--json", *given)
    answers = json.loads(done.stdout)
    assert [answer["path"] for answer in answers] == given
    assert ["error" in answer for answer in answers] == [False, True, True, False, False, False]
    for answer in answers:
        check(answer, error="error" in answer)
    for answer in answers[1:5]:
        assert answer["label"] == "other"
    assert answers[1]["confidence"] == 0
    assert done.exit_code == 2
    assert "nowhere.eml cannot be read: No such file" in done.stderr
    assert "Is a directory" in done.stderr


def test_a_mail_of_100_mb_is_judged_by_its_beginning(home: Home) -> None:
    giant = home.root / "giant.eml"
    with giant.open("wb") as file:
        file.write(REJECTION.raw)
        file.truncate(100 * 1024 * 1024)
    good = files(home.root, 1)
    answers = home.json("classify", "--json", str(giant), *good)
    alone = home.json("classify", "--json", *good)
    assert answers[0]["label"] == "rejection"
    assert answers[1:] == alone


def test_the_bound_is_that_of_every_mailbox() -> None:
    assert len(_bounded(io.BytesIO(b"x" * LARGEST_MAIL))) == LARGEST_MAIL
    assert len(_bounded(io.BytesIO(b"x" * (LARGEST_MAIL + 1)))) == HEAD_OF_LARGE_MAIL


def test_standard_input_is_a_file_too(home: Home) -> None:
    done = home.run("classify", "--json", "-", stdin=REJECTION.raw)
    assert [answer["label"] for answer in json.loads(done.stdout)] == ["rejection"]


def test_for_a_person(home: Home) -> None:
    path = home.root / "mail.eml"
    path.write_bytes(REJECTION.raw)
    seen = home.run("classify", path).stdout
    assert seen.startswith(f"{path}: rejection (rejection, ")
    assert seen.count('"') >= 2  # the words that decided
    assert (
        Home(home.root, "id_ID.UTF-8")
        .run("classify", path)
        .stdout.startswith(f"{path}: rejection (belum lolos")
    )


def test_own_mail_is_told_by_me_or_the_configuration(home: Home) -> None:
    own = next(mail for mail in MAILS if mail.kind is Kind.OWN_WITHDRAW or mail.kind is Kind.OWN_ACCEPT)
    (home.root / "own.eml").write_bytes(own.raw)
    path = str(home.root / "own.eml")
    [stranger] = home.json("classify", "--json", path)
    [said] = home.json("classify", "--json", "--me", sample.ADDRESS, path)
    home.write_config()
    [configured] = home.json("classify", "--json", path)
    assert not stranger["label"].startswith("own_")
    assert said["label"] == configured["label"] == own.kind.value


# --------------------------------------------------------------------------- JSON lines


def lines(home: Home, *rows: object, code: int = 0) -> list[dict[str, Any]]:
    """The answers to these lines: objects, or text that stands as it is."""
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    done = home.run("classify", "--jsonl", stdin=text)
    assert done.exit_code == code, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


FULL = {
    "id": "m1",
    "from": "Dewi <dewi@acme.example>",
    "to": sample.ADDRESS,
    "subject": "Your application",
    "date": "2026-11-02T10:00:00+07:00",
    "body": BODY,
    "direction": "in",
}


def test_a_line_for_a_line(home: Home) -> None:
    answers = lines(home, FULL, FULL | {"id": 2}, FULL | {"id": None})
    assert [answer["id"] for answer in answers] == ["m1", 2, None]
    for answer in answers:
        assert list(answer) == ["id", "label", "confidence", "evidence"]
        check(answer)
    assert {answer["label"] for answer in answers} == {"rejection"}


@pytest.mark.parametrize("field", sorted(FULL))
@pytest.mark.parametrize("value", ["", None, "missing"])
def test_any_field_may_be_empty_or_missing(home: Home, field: str, value: str | None) -> None:
    row = {key: text for key, text in FULL.items() if key != field or value != "missing"}
    if value != "missing":
        row[field] = value
    [answer] = lines(home, row)
    check(answer)
    if field not in ("body", "subject"):
        assert answer["label"] == "rejection"


def test_nothing_at_all_is_something_else(home: Home) -> None:
    [answer] = lines(home, {})
    check(answer)
    assert (answer["id"], answer["label"]) == (None, "other")


def test_the_direction_tells_whose_mail_it_is(home: Home) -> None:
    body = "Thank you for the invitation. I confirm that I will attend the interview on Monday."
    own, theirs = lines(
        home,
        FULL | {"from": "", "body": body, "direction": "out"},
        FULL | {"body": body, "direction": "in"},
    )
    assert own["label"].startswith("own_")
    assert not theirs["label"].startswith("own_")


def test_odd_values_are_taken_as_they_are_meant(home: Home) -> None:
    answers = lines(
        home,
        FULL | {"to": ["a@b.example", "C <c@d.example>"], "from": ["Dewi <dewi@acme.example>"]},
        FULL | {"date": "Mon, 2 Nov 2026 10:00:00 +0700"},
        FULL | {"date": "the other day"},
        FULL | {"date": 17, "subject": 5, "direction": True, "id": {"deep": [1]}},
        FULL | {"body": BODY.replace(" ", "\r\n")},
        FULL | {"subject": "\ud800 \u202e", "from": "\x00\x1b<<>>"},
        FULL | {"date": "9999-12-31T23:59:59.999999"},
    )
    assert len(answers) == 7
    for answer in answers:
        check(answer)
    assert answers[3]["id"] == {"deep": [1]}


def test_a_bad_line_costs_the_others_nothing(home: Home) -> None:
    answers = lines(home, FULL, "no JSON", "", "   ", "[1]", "[" * 100_000, FULL | {"id": "last"}, code=2)
    assert [answer["id"] for answer in answers] == ["m1", None, None, None, "last"]
    assert ["error" in answer for answer in answers] == [False, True, True, True, False]
    assert answers[1]["error"] == "line 2 is no JSON object."
    assert answers[-1]["label"] == "rejection"


def test_bytes_that_are_no_text(home: Home) -> None:
    good = json.dumps(FULL).encode()
    done = home.run(
        "classify", "--jsonl", stdin=b"\xef\xbb\xbf" + good + b"\n" + good.replace(b"sorry", b"\xff")
    )
    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) == 2


def test_empty_input_gives_empty_output(home: Home) -> None:
    assert lines(home) == []


def test_lines_are_answered_as_they_come(home: Home) -> None:
    """A program may hold the pipe open and ask one by one."""
    child = subprocess.Popen(
        [sys.executable, "-m", "watcher", "classify", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=home.env(),
        text=True,
    )
    assert child.stdin is not None and child.stdout is not None
    for number in range(3):
        child.stdin.write(json.dumps(FULL | {"id": number}) + "\n")
        child.stdin.flush()
        assert json.loads(child.stdout.readline())["id"] == number
    child.stdin.close()
    assert child.wait(20) == 0


# --------------------------------------------------------------------------- usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Which mail?"),
        (("--jsonl", "mail.eml"), "--jsonl reads standard input"),
        (("--jsonl", "--json"), "--jsonl reads standard input"),
        (("--json",), "Which mail?"),
        (("--me", "nobody", "mail.eml"), "--me must be an e-mail address"),
    ],
)
def test_what_cannot_be_meant_is_told(home: Home, arguments: tuple[str, ...], said: str) -> None:
    done = home.run("classify", *arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert said in done.stderr
