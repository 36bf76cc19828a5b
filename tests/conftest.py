"""What every test shares: nobody sleeps, missing programs are named, one real Dovecot serves a whole run."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cli_helpers import Home
    from servers.dovecot import Dovecot
    from servers.gmail import Gmail

    from watcher.mailbox import Mailbox

ROOT = Path(__file__).resolve().parents[1]

#: There is time (`make check-long`): suites that stand for many cases with a few try them all.
LONG = os.environ.get("LONG", "").lower() == "true"


def pytest_configure() -> None:
    """Ctrl-C reaches the programs that tests start, though a shell that runs the tests in the background has
    told them to ignore it (and what ignores it hands that on)."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def require(binary: str, package: str) -> str:
    """Return the path of `binary`. Skip the test with the reason when it is missing; with CI=true, fail:
    a suite left out for want of a Debian package must not look like a green one."""
    found = shutil.which(binary) or shutil.which(binary, path="/usr/sbin:/sbin:/usr/lib")
    if found:
        return found
    reason = f"{binary} is not installed (Debian package {package})"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def until(condition: Callable[[], object], seconds: float = 15, step: float = 0.05) -> bool:
    """Wait until `condition` holds, looking every `step` seconds; whether it does. For what another process
    does and tells nobody; where there is an event, wait for that."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        if time.monotonic() > end:
            return False
        pause.wait(step)
    return True


@pytest.fixture(autouse=True)
def nobody_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbid `time.sleep` in tests and in the product on the test's own thread: wait for an event instead.

    Libraries (subprocess waits with small sleeps) and helper threads of test servers may sleep.
    """
    really_sleep = time.sleep
    own_code = (str(ROOT / "tests"), str(ROOT / "watcher"))

    def sleep(seconds: float) -> None:
        caller = sys._getframe(1).f_code.co_filename
        if threading.current_thread() is threading.main_thread() and caller.startswith(own_code):
            pytest.fail(f"time.sleep({seconds}) in a test: wait for an event, or move the clock")
        really_sleep(seconds)

    monkeypatch.setattr(time, "sleep", sleep)


@pytest.fixture(scope="session")
def shared_spec() -> Path:
    """The folder of the domain specification, which lies beside the repository on the developers' machines."""
    folder = ROOT.parent / "shared" / "spec"
    if not folder.is_dir():
        pytest.skip("the domain specification is not beside this clone")
    return folder


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One real IMAP server for the whole run. Any user name is an empty mailbox of its own; the password of
    each is `servers.dovecot.PASSWORD`. Tests that break the server start their own."""
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    require("setpriv", "util-linux")
    from servers.dovecot import Dovecot

    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def gmail() -> Iterator[Gmail]:
    """One server like Gmail's for the whole run, users and password as for `dovecot`."""
    require("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
    require("setpriv", "util-linux")
    from servers.gmail import Gmail

    with Gmail() as server:
        yield server


@pytest.fixture
def open_gmail(gmail: Gmail) -> Iterator[Callable[..., Mailbox]]:
    """Open mailboxes of `gmail` by user name, closed behind the test; more arguments go to the account."""
    from servers.dovecot import PASSWORD

    from watcher.mailbox.imap import connect

    mailboxes: list[Mailbox] = []

    def open_it(user: str, **more: Any) -> Mailbox:
        mailboxes.append(connect(gmail.account(user, **more), lambda: PASSWORD))
        return mailboxes[-1]

    yield open_it
    for mailbox in mailboxes:
        mailbox.close()


# --------------------------------------------------------------------------- homes for the commands


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home without configuration and without a database."""
    from cli_helpers import Home

    return Home(tmp_path)


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose database knows the sample mailbox. Only for commands that write nothing."""
    from cli_helpers import Home

    home = Home(tmp_path_factory.mktemp("scanned"))
    home.write_config()
    home.fill()
    return home


@pytest.fixture
def own_scanned(scanned: Home, tmp_path: Path) -> Home:
    """The same, for a test that writes."""
    from cli_helpers import Home

    shutil.copytree(scanned.root, tmp_path / "home")
    return Home(tmp_path / "home")
