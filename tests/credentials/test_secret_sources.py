"""Systemd credentials, commands, and the order in which places are asked."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from watcher.credentials import SecretSource, app_password, read_secret
from watcher.credentials import command as asked
from watcher.errors import SecretError

SYSTEMD = SecretSource("systemd")


def by_command(*command: str) -> SecretSource:
    return SecretSource("command", command)


# ------------------------------------------------------------------ systemd


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_credential_is_read_without_its_line_end(credentials: Path, ending: str) -> None:
    (credentials / "me@example.org").write_bytes(f" kata sandi ☂{ending}".encode())
    assert read_secret("me@example.org", SYSTEMD) == " kata sandi ☂"


def test_a_credential_may_have_a_name_of_its_own(credentials: Path) -> None:
    (credentials / "imap-password").write_text("rahasia\n")
    assert read_secret("me", SecretSource("systemd", name="imap-password")) == "rahasia"


def test_a_credential_that_is_missing_names_the_line_to_add(credentials: Path) -> None:
    with pytest.raises(SecretError, match=r"LoadCredential=me:"):
        read_secret("me", SYSTEMD)


def test_outside_a_service_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(SecretError, match="CREDENTIALS_DIRECTORY is not set"):
        read_secret("me", SYSTEMD)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..", "a\0b"])
def test_a_name_cannot_lead_out_of_the_folder(credentials: Path, name: str) -> None:
    with pytest.raises(SecretError, match="cannot be the name"):
        read_secret("me", SecretSource("systemd", name=name))


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"  \n", b"two\nlines\n", b"nul\0", b"\xff\xfe", b"x" * 70_000]
)
def test_a_credential_that_is_no_password(credentials: Path, content: bytes) -> None:
    (credentials / "me").write_bytes(content)
    with pytest.raises(SecretError, match="credential") as caught:
        read_secret("me", SYSTEMD)
    assert "lines" not in str(caught.value) and "nul" not in str(caught.value)


# ------------------------------------------------------------------ commands


def test_the_first_line_counts() -> None:
    assert read_secret("me", by_command("printf", "kata sandi\\nlogin: me\\n")) == "kata sandi"


def test_no_shell_reads_the_arguments() -> None:
    assert read_secret("me", by_command("echo", "$HOME; `id` *")) == "$HOME; `id` *"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ((), r"`secret: command:`"),
        (("/no/such/program",), "No such file"),
        (("/etc/passwd",), "Permission denied"),
        (("echo", "a\0b"), "NUL"),
        (("false",), "exit code 1"),
        (("true",), "is empty"),
        (("sh", "-c", "echo kata-sandi; echo kata-sandi >&2; exit 4"), "exit code 4"),
        (("sh", "-c", "kill -9 $$"), "exit code -9"),
        (("printf", "\\377"), "not text"),
    ],
)
def test_a_command_that_fails_says_what_to_do(command: tuple[str, ...], message: str) -> None:
    with pytest.raises(SecretError, match=message) as caught:
        read_secret("me", by_command(*command))
    assert caught.value.remedy and "kata-sandi" not in str(caught.value)


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(SecretError, match=r"longer than 0\.5 seconds"):
        asked.read(("sh", "-c", f"sleep 600 & echo $! > {tmp_path}/pid; wait"), seconds=0.5)
    assert time.monotonic() - started < 5
    child, pause = Path("/proc", (tmp_path / "pid").read_text().strip(), "stat"), threading.Event()
    assert any(not running(child) or pause.wait(0.1) for _ in range(50))


def running(stat: Path) -> bool:
    try:
        return stat.read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_command_that_never_stops_writing_costs_nothing() -> None:
    started = time.monotonic()
    assert read_secret("me", by_command("yes", "kata sandi")) == "kata sandi"
    assert time.monotonic() - started < 5


def test_a_command_that_asks_at_the_terminal_gets_no_answer() -> None:
    script = "import sys; print(repr(sys.stdin.read())); open('/dev/tty')"
    with pytest.raises(SecretError, match="exit code 1"):
        read_secret("me", by_command(sys.executable, "-c", script))


def test_nothing_is_left_behind() -> None:
    before = (threading.active_count(), len(os.listdir("/proc/self/fd")))
    for _ in range(3):
        read_secret("me", by_command("echo", "x"))
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before


# ------------------------------------------------------------------ the order


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.mark.usefixtures("no_keyring")
def test_auto_takes_the_credential_before_anything_else(credentials: Path) -> None:
    (credentials / "me").write_text("by systemd")
    assert read_secret("me", SecretSource(command=("echo", "by command"))) == "by systemd"
    assert read_secret("other", SecretSource(command=("echo", "by command"))) == "by command"


@pytest.mark.usefixtures("no_keyring")
def test_auto_takes_the_command_after_the_keyring() -> None:
    assert read_secret("me", SecretSource(command=("echo", "by command"))) == "by command"
    with pytest.raises(SecretError, match="no keyring service"):
        read_secret("me")
    with pytest.raises(SecretError, match="password command"):
        read_secret("me", SecretSource(command=("false",)))


def test_an_unknown_place_is_named() -> None:
    with pytest.raises(SecretError, match="auto, systemd, keyring or command"):
        read_secret("me", SecretSource("plain"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abcd efgh ijkl mnop", "abcdefghijklmnop"),
        ("abcd\u00a0efgh\u00a0ijkl\u00a0mnop ", "abcdefghijklmnop"),  # as copied from the web page
        ("abcdefghijklmnop", "abcdefghijklmnop"),
        ("abcd efgh ijkl mno1", "abcd efgh ijkl mno1"),  # no app password: blanks may be meant
        ("kata sandi", "kata sandi"),
        ("", ""),
    ],
)
def test_app_passwords_lose_their_blanks(text: str, expected: str) -> None:
    assert app_password(text) == expected
