"""A person with a home of its own, a configuration and the watcher: its commands, and the service as a real
process. Nothing of the person who runs the tests is read or written."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from conftest import until
from imapclient import IMAPClient
from servers.dovecot import PASSWORD, Dovecot

from watcher.sample import ADDRESS, AUTHSERV, SampleMail, transport
from watcher.sample.letters import make_mail
from watcher.sample.table import ME

ROOT = Path(__file__).resolve().parents[2]

#: Notices at any hour, so that the tests do not depend on when they run, and nothing is too old for a draft.
SETTINGS: Mapping[str, Any] = {
    "name": "Sari Wulandari",
    "language": "en",
    "timezone": "Asia/Jakarta",
    "country": "ID",
    "since": "800d",
    "poll_minutes": 60,
    "first_run_grace_days": 60,
    "notices": {"kind": "log", "hours": [0, 24], "urgent_hours": [0, 24]},
}


class Person:
    """Use as a context manager. `session`: the environment of a desktop session (see SessionBus)."""

    def __init__(self, session: Mapping[str, str] | None = None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="wp."))  # short, for the sake of the socket in it
        self.config = self.home / ".config" / "interview-watcher" / "config.yaml"
        self.state = self.home / ".local" / "state" / "interview-watcher"
        self.password = self.home / "password"
        self.password.write_text(PASSWORD + "\n")
        self.config.parent.mkdir(parents=True)
        kept = ("PATH", "LANG", "TMPDIR")
        foreign = {"XDG_DATA_HOME", "HOME", "TZ"}
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.environment |= {name: text for name, text in (session or {}).items() if name not in foreign}
        self.environment |= {"HOME": str(self.home), "PYTHONPATH": str(ROOT)}

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    # ------------------------------------------------------------------ configuration

    def account(self, server: Dovecot, user: str, **more: Any) -> dict[str, Any]:
        """The entry of one account. The mailbox of `user` is Sari's."""
        return {
            "address": ADDRESS,
            "name": "personal",
            "host": server.host,
            "port": server.tls_port,
            "user": user,
            "ca_file": str(server.ca_file),
            "authserv_id": AUTHSERV,
            "secret": {"from": "command", "command": ["cat", str(self.password)]},
        } | more

    def configure(self, *accounts: Mapping[str, Any], **settings: Any) -> None:
        """Write the configuration (JSON is YAML)."""
        self.config.write_text(json.dumps({**SETTINGS, **settings, "accounts": accounts}, indent=1))

    # ------------------------------------------------------------------ commands

    def watcher(self, *words: str, given: str = "", seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "watcher", *words],
            env=self.environment,
            cwd=self.home,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )

    def asks(self, *words: str) -> Any:
        """The JSON document of a command."""
        result = self.watcher(*words, "--json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def processes(self) -> dict[str, dict[str, Any]]:
        """The processes of `status --all --json`, by company (letters and digits alone)."""
        document = self.asks("status", "--all")
        return {plain(one["company"] or one["person"] or "?"): one for one in document["processes"]}

    def stored(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database, read-only."""
        path = self.state / "watcher.sqlite"
        if not path.exists():
            return []
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)) as db:
            try:
                return db.execute(query).fetchall()
            except sqlite3.OperationalError:  # its tables are being made
                return []

    def waiting(self) -> int:
        """Journalled drafts and flags that are not done yet."""
        [(count,)] = self.stored(
            "SELECT count(*) FROM actions WHERE status = 'waiting' AND kind <> 'notify'"
        ) or [(0,)]
        return int(count)

    def files(self) -> dict[str, bytes]:
        """Every file in the home, with what is in it."""
        return {
            str(path.relative_to(self.home)): path.read_bytes()
            for path in self.home.rglob("*")
            if path.is_file()
        }


def plain(company: str) -> str:
    """A company's name without what people write differently."""
    return "".join(char for char in company.lower().removeprefix("pt ").removeprefix("cv ") if char.isalnum())


def settled(said: list[str]) -> bool:
    """A service has said that a pass is over which found processes: its drafts and flags are laid."""
    return any(line.startswith("STATUS=") and not line.endswith(" 0 processes") for line in said)


class Service:
    """`watcher run` as a process of its own, with an ear for what it tells its service
    manager."""

    def __init__(self, person: Person, *words: str, environment: Mapping[str, str] | None = None) -> None:
        self._person = person
        self.said: list[str] = []  # the lines it sent to $NOTIFY_SOCKET
        self.changed = threading.Condition()
        self._path = person.home / f"notify.{time.monotonic_ns()}"
        self._hear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._hear.bind(str(self._path))
        threading.Thread(target=self._listen, daemon=True).start()
        self.log_file = person.home / f"log.{time.monotonic_ns()}"
        self._log = self.log_file.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "watcher", *words, "run"],
            env=person.environment | {"NOTIFY_SOCKET": str(self._path)} | (environment or {}),
            cwd=person.home,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self._log.close()
        self._hear.close()

    def _listen(self) -> None:
        while True:
            try:
                lines = self._hear.recv(4096).decode("utf-8", "replace").splitlines()
            except OSError:
                return
            with self.changed:
                self.said += lines
                self.changed.notify_all()

    def heard(self, condition: Callable[[list[str]], object], seconds: float = 30) -> bool:
        """Wait until what it has said satisfies `condition`; whether it does."""
        with self.changed:
            return self.changed.wait_for(lambda: condition(self.said), seconds)

    def ready(self, seconds: float = 15) -> None:
        """Wait until it says that it is ready."""
        assert self.heard(lambda said: "READY=1" in said, seconds), self.log()

    def look(self) -> None:
        """Have it look at once, and wait until it has."""
        told = len(self.said)
        self.process.send_signal(signal.SIGUSR1)
        # one for the signal, one after the pass
        assert self.heard(lambda said: sum("STATUS" in line for line in said[told:]) >= 2), self.log()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """End it: its exit code, and how many seconds that took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(30), time.monotonic() - begun

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(10)

    def log(self) -> str:
        """What it wrote down."""
        return self.log_file.read_text()


# ---------------------------------------------------------------------- the mailbox, seen from outside


def fill(server: Dovecot, user: str, mails: Iterable[SampleMail]) -> None:
    """Put sample mails into the mailbox, each with the moment at which it arrived."""
    folders: dict[str, list[SampleMail]] = {}
    for mail in mails:
        folders.setdefault(mail.folder, []).append(mail)
    for folder, those in folders.items():
        server.fill(user, [mail.raw for mail in those], folder)
        root = server.maildir(user)
        new = (root if folder == "INBOX" else root / f".{folder}") / "new"
        for file in new.iterdir():
            number = int(file.name.partition(".M")[2].partition("P")[0])
            moment = those[number].arrived.timestamp()
            os.utime(file, (moment, moment))


@dataclass(frozen=True, slots=True)
class Seen:
    """One mail as it lies in the mailbox."""

    raw: bytes
    flags: frozenset[str]
    arrived: object


class MailProgram:
    """The person's other mail program."""

    def __init__(self, server: Dovecot, user: str) -> None:
        self._server, self._user = server, user

    def _client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self._server.port, ssl=False)
        client.login(self._user, PASSWORD)
        return client

    def folder(self, name: str) -> dict[int, Seen]:
        """UID -> mail of one folder."""
        with self._client() as client:
            client.select_folder(name, readonly=True)
            uids = client.search("ALL")
            found: dict[int, Seen] = {}
            for start in range(0, len(uids), 500):
                answer = client.fetch(uids[start : start + 500], ["FLAGS", "INTERNALDATE", "BODY.PEEK[]"])
                for uid, data in answer.items():
                    flags = frozenset(flag.decode() for flag in data[b"FLAGS"] if flag != b"\\Recent")
                    found[uid] = Seen(data[b"BODY[]"], flags, data[b"INTERNALDATE"])
            return found

    def flag(self, folder: str, uids: Iterable[int], flags: Iterable[str]) -> None:
        """Set flags, as by hand."""
        with self._client() as client:
            client.select_folder(folder)
            client.add_flags(list(uids), list(flags))

    def everything(self) -> dict[str, dict[int, Seen]]:
        """Every folder."""
        with self._client() as client:
            names = [name for _, _, name in client.list_folders()]
        return {name: self.folder(name) for name in names}

    def drafts(self) -> list[bytes]:
        """The mails in Drafts."""
        return [seen.raw for seen in self.folder("Drafts").values()]

    def flagged(self) -> dict[str, frozenset[str]]:
        """Message-ID -> flags of the mails in INBOX that carry any but \\Seen."""
        found = {}
        for seen in self.folder("INBOX").values():
            flags = seen.flags - {"\\Seen"}
            if flags:
                found[header(seen.raw, "Message-ID")] = flags
        return found

    def replace(self, folder: str, uid: int, raw: bytes, flags: Iterable[str]) -> None:
        """Save a changed mail the way mail programs do: append the new one, remove the old one."""
        with self._client() as client:
            client.append(folder, raw, tuple(flags))
            self._remove(client, folder, uid)

    def remove(self, folder: str, uid: int) -> None:
        """Delete one mail."""
        with self._client() as client:
            self._remove(client, folder, uid)

    def _remove(self, client: IMAPClient, folder: str, uid: int) -> None:
        client.select_folder(folder)
        client.delete_messages([uid])
        client.uid_expunge([uid])


def draft_kind(raw: bytes) -> str:
    """Which letter a draft of the watcher is; '' for any other mail."""
    return header(raw, "X-Interview-Watcher-Draft").partition(";")[0]


def header(raw: bytes, name: str) -> str:
    """One header of a mail, unfolded."""
    return str(message_from_bytes(raw, policy=default)[name] or "")


def news(mails: Iterable[SampleMail], story: str, number: int = 0) -> tuple[bytes, str]:
    """A new answer of an employer, without a date; and its Message-ID."""
    last = [mail for mail in mails if mail.story == story and mail.folder == "INBOX"][-1]
    now, sender = datetime.now(UTC), header(last.raw, "From")
    message_id = f"<new.{number}.{now:%H%M%S%f}@{sender.rpartition('@')[2].rstrip('>')}>"
    raw = make_mail(
        sender,
        ME,
        "Re: " + header(last.raw, "Subject"),
        "Halo Sari,\n\nproses seleksi masih berjalan, mohon ditunggu ya.\n\nSalam\n",
        now,
        message_id=message_id,
        in_reply_to=last.message_id,
        references=(*header(last.raw, "References").split(), last.message_id),
        headers=transport(sender, now),
    )
    return raw, message_id


def judged(person: Person, message_id: str, seconds: float = 30) -> bool:
    """Wait until a mail is among the facts."""
    return until(
        lambda: person.stored(f"SELECT 1 FROM facts WHERE message_id = '{message_id}'"), seconds, step=0.02
    )
