"""The command notifier against real programs."""

from __future__ import annotations

import json
import stat
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from notifier_suite import Medium, NotifierTests

from watcher.errors import NotifyError
from watcher.notify import Button, Notice, open_notifier
from watcher.notify.command import CommandNotifier

NOTICE = Notice("p1:offer", "Offer", "Look at it", True, (Button("open", "Open"),), ("p1",))

#: A script as a person would write it: appends what it got to a file.
_APPEND = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')"


class TestCommand(NotifierTests):
    @pytest.fixture
    def medium(self, tmp_path: Path) -> Iterator[Medium]:
        target = tmp_path / "notices"
        command = (sys.executable, "-c", _APPEND, str(target))

        class FromFile(Medium):
            @property
            def arrived(self) -> list[tuple[str, str]]:
                lines = target.read_text().splitlines() if target.exists() else []
                return [(notice["title"], notice["body"]) for notice in map(json.loads, lines)]

            @arrived.setter
            def arrived(self, _: object) -> None: ...

        medium = FromFile(open_notifier("command", on_action=lambda *_: None, command=command))
        yield medium
        medium.notifier.close()


def script(path: Path, text: str) -> tuple[str, ...]:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return (str(path),)


def test_the_script_gets_the_whole_notice_on_standard_input_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/nowhere")
    command = script(tmp_path / "notice me", f'cd "{tmp_path}"; cat > stdin; env > env; echo "$#" > count')
    assert CommandNotifier(command).show(NOTICE) is True
    assert json.loads((tmp_path / "stdin").read_text()) == {
        "id": "p1:offer",
        "title": "Offer",
        "body": "Look at it",
        "urgent": True,
        "buttons": [{"action": "open", "label": "Open"}],
        "processes": ["p1"],
    }
    environment = (tmp_path / "env").read_text()
    assert "Look at it" not in environment and "Offer" not in environment
    assert "NOTIFY_SOCKET" not in environment and "CREDENTIALS_DIRECTORY" not in environment
    assert (tmp_path / "count").read_text() == "0\n"


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    command = (*script(tmp_path / "s", f'echo "$1" > "{tmp_path}/argument"'), "$(id); *")
    assert CommandNotifier(command).show(NOTICE) is True
    assert (tmp_path / "argument").read_text() == "$(id); *\n"


def test_an_exit_code_means_not_shown(tmp_path: Path) -> None:
    assert CommandNotifier(script(tmp_path / "s", "exit 7")).show(NOTICE) is False


def test_a_script_that_reads_nothing_is_fine(tmp_path: Path) -> None:
    assert CommandNotifier(script(tmp_path / "s", "exec <&-; exit 0")).show(NOTICE) is True


def test_a_script_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    command = script(tmp_path / "s", f'sleep 600 & echo $! > "{tmp_path}/child"; wait')
    started = time.monotonic()
    assert CommandNotifier(command, limit=0.5).show(NOTICE) is False
    assert time.monotonic() - started < 5
    child = int((tmp_path / "child").read_text())
    pause = threading.Event()
    assert any(not _alive(child) or pause.wait(0.1) for _ in range(50))


def _alive(pid: int) -> bool:
    """Whether the process runs (a zombie that nobody reaps in a container does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_what_cannot_be_run_is_named_with_the_remedy(tmp_path: Path) -> None:
    missing = CommandNotifier((str(tmp_path / "missing"),))
    assert "chmod +x" in missing.check()
    with pytest.raises(NotifyError, match="not there"):
        missing.show(NOTICE)
    script(tmp_path / "broken", "")
    (tmp_path / "broken").write_text("#!/no/such/interpreter\n")
    with pytest.raises(NotifyError, match=r"could not be started: .*by hand"):
        CommandNotifier((str(tmp_path / "broken"),)).show(NOTICE)
    with pytest.raises(NotifyError, match=r"`notices: command:`"):
        open_notifier("command", on_action=lambda *_: None)
