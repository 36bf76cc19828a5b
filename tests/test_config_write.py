"""Edits of the person's configuration: what is meant goes in or out, and every other byte stays."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.config import load, parse
from watcher.config_docs import example, filled
from watcher.config_write import BACKUP, begin, save, with_account, without_account
from watcher.errors import ConfigError

NEW = {
    "address": "b@firm.test",
    "name": "work",
    "host": "imap.firm.test",
    "port": 994,
    "secret": {"from": "command", "command": ["pass", "show", "a: b", "# c"]},
    "folders": {"sent": "Surat Keluar", "drafts": "[Draf] 1"},
}

BY_HAND = """\
# Mine.
name: Sari   # signed so

accounts:
    # the old one
    -   address: a@gmail.com
        secret:
            from: command
            command:
            - pass
            - show
        # more about it

    -   address: c@gmail.com   # the other
        aliases: [d@x.com, e@x.com]

# After it.
poll_minutes: 7
companies:
  Acme: {country: SG}
"""


def accounts(text: str) -> list[str]:
    found, faults = parse(text, need_account=False)
    assert faults == ()
    return [account.address for account in found.accounts]


def without(lines: str, gone: str) -> bool:
    """Is every line of `gone` in `lines`, in the same order?"""
    rest = iter(lines.splitlines())
    return all(any(line == other for other in rest) for line in gone.splitlines())


# --------------------------------------------------------------------------- a new file


def test_a_new_file_sets_what_was_said_and_explains_the_rest() -> None:
    text = begin({"name": "Sari Wulandari", "country": "ID"}, NEW)
    found, faults = parse(text)
    assert faults == ()
    assert (found.name, found.country, found.poll_minutes) == ("Sari Wulandari", "ID", 5)
    [account] = found.accounts
    assert (account.host, account.port, account.folders.drafts) == ("imap.firm.test", 994, "[Draf] 1")
    assert account.secret.command == ("pass", "show", "a: b", "# c")
    explained = [line for line in example().splitlines() if line.strip().startswith("# ")]
    assert without(text, "\n".join(line for line in explained if line.startswith("    ")))


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30).filter(str.isprintable))
def test_any_name_comes_back_as_it_was_said(name: str) -> None:
    found, faults = parse(filled({"name": name, "accounts": [{"address": "a@gmail.com"}]}))
    assert faults == ()
    assert found.name == name.strip()


@pytest.mark.parametrize(
    "name", ["null", "true", "12", "0x1F", "1e3", "~", "- a", "a: b", "a #b", "'", '"', "NO"]
)
def test_a_name_that_yaml_reads_as_something_else(name: str) -> None:
    settings, faults = parse(filled({"name": name, "accounts": [{"address": "a@gmail.com"}]}))
    assert faults == ()
    assert settings.name == name


def test_settings_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ConfigError) as told:
        begin({"country": "Narnia"}, {"address": "a@gmail.com"})
    assert any("country" in fault for fault in told.value.faults)


# --------------------------------------------------------------------------- one more account


def test_an_account_is_put_after_the_others() -> None:
    text = with_account(BY_HAND, NEW)
    assert accounts(text) == ["a@gmail.com", "c@gmail.com", "b@firm.test"]
    assert without(text, BY_HAND)
    lines = text.splitlines()
    assert lines.index("    - address: b@firm.test") < lines.index("# After it.")
    assert without_account(text, 2) == BY_HAND


def test_the_written_example_takes_one_more_and_gives_it_back() -> None:
    text = begin({"name": "Sari"}, {"address": "a@gmail.com"})
    more = with_account(text, NEW)
    assert accounts(more) == ["a@gmail.com", "b@firm.test"]
    assert without(more, text)
    assert without_account(more, 1) == text
    assert accounts(without_account(more, 0)) == ["b@firm.test"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "name: Sari",
        "name: Sari\naccounts:\npoll_minutes: 3\n",
        "accounts: []\nname: Sari\n",
        "---\naccounts:   # none yet\n",
    ],
)
def test_the_first_account_of_a_file(text: str) -> None:
    edited = with_account(text, NEW)
    assert accounts(edited) == ["b@firm.test"]
    assert [line for line in text.splitlines() if "accounts" not in line and line not in edited] == []


@pytest.mark.parametrize(
    "text",
    [
        "accounts: [{address: a@gmail.com}]\n",
        '{"accounts": [{"address": "a@gmail.com"}]}\n',
        "x: &a\n  - address: a@gmail.com\naccounts: *a\n",
    ],
)
def test_a_file_that_no_program_should_edit(text: str) -> None:
    with pytest.raises(ConfigError) as told:
        with_account(text, NEW)
    assert "- address: b@firm.test" in told.value.remedy  # what to write by hand


# --------------------------------------------------------------------------- one less


def test_an_account_goes_with_its_comments_and_nothing_else() -> None:
    text = without_account(BY_HAND, 0)
    assert accounts(text) == ["c@gmail.com"]
    assert "# more about it" not in text
    for kept in (
        "# Mine.",
        "name: Sari   # signed so",
        "    -   address: c@gmail.com   # the other",
        "# After it.",
    ):
        assert kept in text.splitlines()
    last = without_account(text, 0)
    assert accounts(last) == []
    assert accounts(with_account(last, NEW)) == ["b@firm.test"]


def test_an_account_of_a_list_on_one_line_is_left_to_the_person() -> None:
    with pytest.raises(ConfigError):
        without_account("accounts: [{address: a@gmail.com}, {address: b@gmail.com}]\n", 0)


# --------------------------------------------------------------------------- the file


def test_it_is_for_its_owner_alone_and_the_old_one_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "config.yaml"
    assert save(path, "name: one\n") is None
    path.chmod(0o644)
    assert save(path, "name: two\n") == path.with_name("config.yaml" + BACKUP)
    for file, content in ((path, "name: two\n"), (path.with_name("config.yaml.bak"), "name: one\n")):
        assert file.read_text() == content
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["config.yaml", "config.yaml.bak"]


def test_a_link_of_the_persons_own_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.yaml", tmp_path / "config.yaml"
    real.write_text("name: one\n")
    link.symlink_to(real)
    save(link, "name: two\n")
    assert link.is_symlink()
    assert real.read_text() == "name: two\n"


def test_whoever_reads_meanwhile_sees_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    texts = [begin({"name": name}, {"address": "a@gmail.com"}) for name in ("one", "two")]
    save(path, texts[0])
    seen: set[str] = set()
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            seen.add(load(path).name)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(20):
        save(path, texts[number % 2])
    over.set()
    reader.join()
    assert seen <= {"one", "two"}


def test_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        save(blocked / "config.yaml", "name: x\n")
    assert os.listdir(tmp_path) == ["file"]
