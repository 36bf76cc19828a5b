"""A Dovecot with the mailboxes to measure, and the other ways to read them."""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from servers.dovecot import PASSWORD, Dovecot  # noqa: E402

from benchmarks import mailboxes  # noqa: E402
from benchmarks.proxy import CountingProxy  # noqa: E402
from watcher.core.candidates import FIELDS  # noqa: E402

__all__ = [
    "PASSWORD",
    "CountingProxy",
    "Dovecot",
    "arrive",
    "fill",
    "first_scan",
    "imapclient_reads",
    "mbsync",
    "replay",
]

#: The server offers COMPRESS=DEFLATE.
PACKING = "mail_plugins = zlib\nprotocol imap {\n  mail_plugins = zlib imap_zlib\n}"
#: Where made mailboxes are kept between runs.
KEPT = Path(tempfile.gettempdir()) / "interview-watcher-bench"


def fill(server: Dovecot, size: int) -> tuple[str, int]:
    """Put a mailbox of `size` mails on the server: its user, and its bytes."""
    user = f"bench{size}@example.org"
    recipe = hashlib.sha256(Path(mailboxes.__file__).read_bytes()).hexdigest()[:12]
    made = KEPT / recipe / str(size)
    total = mailboxes.fill(made, size)
    target = server.maildir(user)
    target.parent.mkdir(parents=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(made), str(target)], check=True)
    (target / "made").unlink()
    server.own(target.parent)
    return user, total


def arrive(server: Dovecot, user: str, raws: list[bytes]) -> None:
    """Let mails come all at once, as when a line was down: files, moved into the Maildir together."""
    box = server.maildir(user)
    names = [f"{time.time_ns()}.M{number}P1.bench" for number in range(len(raws))]
    for name, raw in zip(names, raws, strict=True):
        (box / "tmp" / name).write_bytes(raw)
    server.own(box / "tmp")
    for name in names:
        (box / "tmp" / name).rename(box / "new" / name)


def first_scan(port: int, user: str, days: int = 0, *, packed: bool = False) -> dict[str, Any]:
    """A first scan into an empty database, in a process of its own; `packed`: over COMPRESS=DEFLATE, as it is
    done with a server elsewhere."""
    with tempfile.TemporaryDirectory() as state:
        command = [
            sys.executable,
            str(ROOT / "benchmarks" / "scan_once.py"),
            str(port),
            user,
            PASSWORD,
            state,
        ]
        command += [str(days), "always" if packed else "never"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def replay(port: int, sent: bytes, down: int) -> float:
    """The limit: say the same to the server, all at once, and throw away what it answers. Seconds."""
    begin = time.perf_counter()
    left = down
    with socket.create_connection(("127.0.0.1", port)) as sock:
        # One command after the other as long as the sign-in takes, then everything.
        head, _, rest = sent.partition(b" SEARCH ")
        lines = [*head.split(b"\r\n")]
        first, last = lines[:-1], lines[-1]
        for line in first:
            sock.sendall(line + b"\r\n")
            left -= len(sock.recv(1 << 16))
        sock.sendall(last + b" SEARCH " + rest)
        while left > 0 and (data := sock.recv(1 << 20)):
            left -= len(data)
    return time.perf_counter() - begin


def imapclient_reads(port: int, user: str, count: int) -> float:
    """imapclient, asked for the same items of `count` mails by the thousand. Seconds for all of them."""
    items = ["RFC822.SIZE", f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS).upper()})]"]
    with IMAPClient("127.0.0.1", port, ssl=False, timeout=60) as client:
        client.login(user, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        begin = time.perf_counter()
        uids = client.search()[:count]
        for start in range(0, len(uids), 1000):
            client.fetch(uids[start : start + 1000], items)
        return time.perf_counter() - begin


def mbsync(program: str, port: int, user: str, box: Path) -> float:
    """mbsync, once. Seconds. `box` is where it keeps its copy."""
    box.mkdir(parents=True, exist_ok=True)
    configuration = box / "mbsyncrc"
    configuration.write_text(
        f"IMAPStore far\nHost 127.0.0.1\nPort {port}\nUser {user}\nPass {PASSWORD}\nSSLType None\n"
        f"AuthMechs LOGIN\n\nMaildirStore near\nPath {box}/\nInbox {box}/INBOX\n\n"
        f"Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nSync Pull\nSyncState *\n"
    )
    begin = time.perf_counter()
    done = subprocess.run([program, "-q", "-c", str(configuration), "c"], check=False, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"mbsync: {done.stderr.decode(errors='replace')[:300]}")
    return time.perf_counter() - begin
