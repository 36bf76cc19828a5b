"""What the tests of the commands share: the sample mailbox in every kind of file, a person's home, and two ways
to run the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from click.testing import CliRunner, Result

from watcher import sample
from watcher.cli.app import program
from watcher.core.standing import Person
from watcher.mailbox.memory import MemoryMailbox
from watcher.packs import load_packs
from watcher.sample import SampleMail
from watcher.scan import Look, read_account
from watcher.store import Store

ZONE = "Asia/Jakarta"
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=ZoneInfo(ZONE))
#: What makes a scan of files independent of the machine and the day.
HERE = ("--tz", ZONE, "--country", "ID", "--now", "2026-11-25T14:00")
ROOT = Path(__file__).resolve().parents[2]

CONFIG = f"""\
name: Sari Wulandari
timezone: {ZONE}
country: ID
accounts:
  - name: personal
    address: {sample.ADDRESS}
    host: imap.example.com
    secret: {{from: command, command: [echo, secret]}}
"""


@dataclass(frozen=True, slots=True)
class Home:
    """A person's home with nothing in it but what a test puts there."""

    root: Path
    language: str = "en_US.UTF-8"

    @property
    def config(self) -> Path:
        return self.root / "config" / "config.yaml"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def database(self) -> Path:
        return self.state / "watcher.sqlite"

    def env(self, **more: str) -> dict[str, str]:
        """The whole environment of a command."""
        return {
            "HOME": str(self.root),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "WATCHER_CONFIG": str(self.config),
            "WATCHER_STATE_DIR": str(self.state),
            "TZ": ZONE,
            "LANG": self.language,
            "XDG_CONFIG_HOME": str(self.root / "xdg"),
            "XDG_RUNTIME_DIR": str(self.root / "run"),
            **more,
        }

    def write_config(self, text: str = CONFIG) -> Path:
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text, "utf-8")
        return self.config

    def run(self, *arguments: object, stdin: str | bytes = "", **more: str) -> Result:
        """Run a command in this process."""
        cleared = {
            "LC_ALL": None,
            "LC_MESSAGES": None,
            "COLUMNS": None,
            "NO_COLOR": None,
            "FORCE_COLOR": None,
        }
        runner = CliRunner(env={**cleared, **self.env(**more)})
        return runner.invoke(program, [str(argument) for argument in arguments], input=stdin)

    def json(self, *arguments: object, stdin: str | bytes = "") -> Any:
        """The one JSON document that a command prints; it must succeed."""
        done = self.run(*arguments, stdin=stdin)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def start(
        self,
        *arguments: object,
        before: Iterable[str] = (),
        env: Mapping[str, str] | None = None,
        **more: Any,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as a process of its own; `before`: words that start it (setpriv ...)."""
        command = [*before, sys.executable, "-m", "watcher", *(str(argument) for argument in arguments)]
        options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 60} | more
        return subprocess.run(command, env=self.env(**(env or {})), cwd=self.root, check=False, **options)

    def fill(self, mails: Iterable[SampleMail] | None = None) -> None:
        """Let the database know a mailbox, as a scan of the account would."""
        box = MemoryMailbox("personal")
        for mail in sample.build(NOW) if mails is None else mails:
            box.deliver(mail.raw, folder=mail.folder, arrived=mail.arrived)
        person = Person(address=sample.ADDRESS, name="Sari Wulandari", addresses=frozenset({sample.ADDRESS}))
        look = Look(account="personal", person=person, packs=load_packs(), authserv=sample.AUTHSERV)
        with closing(Store(self.database)) as store:
            store.set_note("first_run", "2026-09-01T00:00:00+00:00")
            read_account(look, box, store)


def own_line(line: bytes) -> bytes:
    """A line of a mail as an mbox has it: '>' before what looks like the beginning of the next mail."""
    return b">" + line if line.lstrip(b">").startswith(b"From ") else line


def write_mbox(mails: Iterable[SampleMail], path: Path) -> Path:
    """One mbox file, as Google Takeout and mutt write it."""
    with path.open("wb") as file:
        for mail in mails:
            file.write(b"From sari@example.com %s\n" % mail.arrived.strftime("%a %b %d %H:%M:%S %Y").encode())
            lines = mail.raw.replace(b"\r\n", b"\n").split(b"\n")
            file.write(b"\n".join(own_line(line) for line in lines) + b"\n")
    return path


def write_maildir(
    mails: Iterable[SampleMail], root: Path, *, sent: str = ".Sent", drafts: str = ".Drafts"
) -> Path:
    """A Maildir with the sent mail in the subfolder `sent`; `drafts`: '' for none."""
    for folder in filter(None, (".", sent, drafts)):
        for part in ("cur", "new", "tmp"):
            (root / folder / part).mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails):
        place = root / (sent if mail.folder == "Sent" else ".")
        name = f"{int(mail.arrived.timestamp())}.M{number}P1.host:2,S"
        (place / "cur" / name).write_bytes(mail.raw.replace(b"\r\n", b"\n"))
    return root


def write_eml(mails: Iterable[SampleMail], root: Path) -> Path:
    """A folder of .eml files, the sent ones in a folder within."""
    for number, mail in enumerate(mails):
        place = root / "export" / ("Sent" if mail.folder == "Sent" else "Inbox")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:04}.eml").write_bytes(mail.raw)
    return root


def tree(*roots: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything below these folders: mode, time of change and content, so that any write shows."""
    found = {}
    for root in roots:
        for path in [root, *sorted(root.rglob("*"))]:
            about = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            found[str(path)] = (about.st_mode, about.st_mtime_ns, content)
    return found
