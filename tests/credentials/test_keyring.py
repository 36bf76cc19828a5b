"""The keyring: a real gnome-keyring, and backends that misbehave in the child."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, require
from servers.gnome_keyring import GnomeKeyring
from servers.session_bus import SessionBus

from watcher.credentials import SecretSource, delete_secret, read_secret, store_secret
from watcher.credentials import keyring as asked
from watcher.errors import SecretError

SECRET = "kata sandi ☂ 'dan' \"kutip\" $HOME"
KEYRING = SecretSource("keyring")


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    require("dbus-daemon", "dbus")
    with SessionBus() as bus:
        for name in ("PYTHON_KEYRING_BACKEND", "CREDENTIALS_DIRECTORY", "DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        for name, value in bus.environment().items():
            monkeypatch.setenv(name, value)
        yield bus


@pytest.mark.keyring
class TestGnomeKeyring:
    @pytest.fixture(autouse=True)
    def needs(self) -> None:
        require("gnome-keyring-daemon", "gnome-keyring")
        require("gdbus", "libglib2.0-bin")

    def test_a_secret_is_kept_replaced_and_taken_out(self, bus: SessionBus) -> None:
        with GnomeKeyring(bus, "login"):
            store_secret("me@example.org", "the first")
            store_secret("other", "of another account")
            store_secret("me@example.org", SECRET)
            assert read_secret("me@example.org", KEYRING) == SECRET
            assert read_secret("me@example.org") == SECRET  # "auto" finds it too
            delete_secret("me@example.org")
            with pytest.raises(SecretError, match="holds no password"):
                read_secret("me@example.org", KEYRING)
            assert read_secret("other", KEYRING) == "of another account"

    def test_it_outlives_the_session(self, bus: SessionBus) -> None:
        with GnomeKeyring(bus, "login"):
            store_secret("me", SECRET)
        with GnomeKeyring(bus, "login"):
            assert read_secret("me", KEYRING) == SECRET

    def test_it_is_the_person_s_own_entry(self, bus: SessionBus) -> None:
        require("secret-tool", "libsecret-tools")
        with GnomeKeyring(bus, "login"):
            store_secret("me", SECRET)
            lookup = ["secret-tool", "lookup", "service", "interview-watcher", "username", "me"]
            found = subprocess.run(lookup, env=bus.environment(), capture_output=True, text=True, check=True)
            assert found.stdout == SECRET

    def test_it_is_found_under_the_name_the_source_gives(self, bus: SessionBus) -> None:
        with GnomeKeyring(bus, "login"):
            store_secret("shared", SECRET)
            assert read_secret("me", SecretSource("keyring", name="shared")) == SECRET
            with pytest.raises(SecretError, match="holds no password") as caught:
                read_secret("me", KEYRING)
            assert "watcher secret" in caught.value.remedy

    def test_a_locked_keyring_says_so(self, bus: SessionBus) -> None:
        with GnomeKeyring(bus, "login"):
            store_secret("me", SECRET)
        with GnomeKeyring(bus, "wrong"):
            for attempt in (lambda: read_secret("me", KEYRING), lambda: store_secret("me", "x")):
                with pytest.raises(SecretError, match="locked") as caught:
                    attempt()
                assert "Unlock it" in caught.value.remedy
                assert caught.value.exit_code == 3

    def test_what_is_missing_cannot_be_taken_out(self, bus: SessionBus) -> None:
        with GnomeKeyring(bus, "login"), pytest.raises(SecretError, match="holds no password"):
            delete_secret("nobody")

    def test_a_command_stands_in_for_a_keyring_without_the_secret(self, bus: SessionBus) -> None:
        with GnomeKeyring(bus, "login"):
            assert read_secret("me", SecretSource(command=("echo", "by command"))) == "by command"
            store_secret("me", SECRET)
            assert read_secret("me", SecretSource(command=("echo", "by command"))) == SECRET


@pytest.mark.bus
def test_a_bus_without_a_keyring(bus: SessionBus) -> None:
    with pytest.raises(SecretError, match="no keyring service") as caught:
        read_secret("me")
    assert "systemd credential or a command" in caught.value.remedy


@pytest.mark.bus
def test_a_bus_that_hangs_is_left_after_the_limit(bus: SessionBus) -> None:
    bus.freeze()
    started = time.monotonic()
    with pytest.raises(SecretError, match="did not answer within 1 seconds"):
        asked.read("me", seconds=1)
    assert time.monotonic() - started < 5


def test_no_bus_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for attempt in (lambda: read_secret("me", KEYRING), lambda: store_secret("me", SECRET)):
        with pytest.raises(SecretError, match="no keyring service") as caught:
            attempt()
        assert SECRET not in str(caught.value)


# ------------------------------------------------------------------ backends that misbehave


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a backend for the child; a test writes the bodies of its verbs with `behave`."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "some_backend.Keyring")
    return tmp_path / "some_backend.py"


def behave(backend: Path, body: str) -> None:
    backend.write_text(
        "import os, pathlib, sys, time\n"
        "from keyring.backend import KeyringBackend\n"
        f"here = pathlib.Path({str(backend.parent)!r})\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 1\n"
        "    def act(self, service, account, secret=None):\n"
        f"        {body}\n"
        "    get_password = set_password = delete_password = act\n"
    )


def test_a_backend_that_hangs_is_cut_off(backend: Path) -> None:
    behave(backend, "(here / 'pid').write_text(str(os.getpid())); time.sleep(600)")
    started = time.monotonic()
    with pytest.raises(SecretError, match="did not answer within 2 seconds") as caught:
        asked.read("me", seconds=2)
    assert time.monotonic() - started < 8
    assert "Unlock it" in caught.value.remedy
    assert not Path("/proc", (backend.parent / "pid").read_text()).exists()


def test_a_backend_that_asks_gets_no_answer(backend: Path) -> None:
    behave(backend, "return input('Password: ') + open('/dev/tty').readline()")
    with pytest.raises(SecretError, match=r"The keyring failed \(EOFError\)"):
        asked.read("me")


def test_what_a_backend_prints_is_not_the_secret(backend: Path) -> None:
    behave(backend, "print('{\"secret\": \"noise\"}'); return 'the real one'")
    assert asked.read("me") == "the real one"


def test_the_secret_is_nowhere_but_in_the_pipe(backend: Path) -> None:
    behave(
        backend,
        "[(here / name).write_bytes(pathlib.Path('/proc/self', name).read_bytes()) "
        "for name in ('cmdline', 'environ')]; (here / 'got').write_text(secret)",
    )
    store_secret("me", SECRET)
    assert (backend.parent / "got").read_text() == SECRET
    for name in ("cmdline", "environ"):
        assert b"kata" not in (backend.parent / name).read_bytes()


def test_a_fault_with_the_secret_in_its_text_is_not_passed_on(
    backend: Path, caplog: pytest.LogCaptureFixture
) -> None:
    behave(backend, "raise ValueError(f'cannot store {secret}')")
    with pytest.raises(SecretError, match=r"\(ValueError\)") as caught:
        store_secret("me", SECRET)
    fault: BaseException | None = caught.value
    while fault is not None:
        assert "kata" not in str(fault)
        fault = fault.__cause__ or fault.__context__
    assert "kata" not in caplog.text


@pytest.mark.parametrize(
    "body", ["return ''", "return 'two\\nlines'", "return 'x\\0'", "return 5", "os._exit(9)"]
)
def test_an_answer_that_is_no_password(backend: Path, body: str) -> None:
    behave(backend, body)
    if body == "return 5":
        assert asked.read("me") == "5"
        return
    with pytest.raises(SecretError) as caught:
        asked.read("me")
    assert caught.value.remedy


def test_a_backend_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no_such_backend.Keyring")
    with pytest.raises(SecretError, match="PYTHON_KEYRING_BACKEND is not installed"):
        asked.read("me")


@pytest.mark.parametrize(
    "name", ["keyrings.alt.file.PlaintextKeyring", "keyrings.cryptfile.cryptfile.CryptFileKeyring"]
)
def test_plain_files_are_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    with pytest.raises(SecretError, match=r"plain file"):
        store_secret("me", SECRET)


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux", "keyring.backends.SecretService.Keyring"),
        ("darwin", "keyring.backends.macOS.Keyring"),
        ("win32", "keyring.backends.Windows.WinVaultKeyring"),
        ("freebsd14", "keyring.backends.SecretService.Keyring"),
    ],
)
def test_each_system_has_its_own(monkeypatch: pytest.MonkeyPatch, platform: str, expected: str) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    assert asked.backend() == expected


@pytest.mark.parametrize("secret", ["", "   ", "two\nlines", "nul\0", "\ud800"])
def test_what_is_no_password_is_not_stored(secret: str, backend: Path) -> None:
    behave(backend, "(here / 'called').touch()")
    with pytest.raises(SecretError, match="new password"):
        store_secret("me", secret)
    assert not (backend.parent / "called").exists()


def test_a_file_called_keyring_in_the_current_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: Path
) -> None:
    trap = tmp_path / "here"
    trap.mkdir()
    (trap / "keyring.py").write_text("raise SystemExit('trapped')")
    monkeypatch.chdir(trap)
    behave(backend, "return 'safe'")
    assert asked.read("me") == "safe"


def test_the_watcher_itself_stays_without_keyring() -> None:
    code = "import watcher.credentials, sys; print([m for m in sys.modules if m.split('.')[0] == 'keyring'])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"
