"""One first scan in a process of its own, as the service does it; prints what it took as JSON.

python benchmarks/scan_once.py PORT USER PASSWORD STATE DAYS COMPRESS     (0 days: everything)
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.core.person import Person, Wishes
from watcher.mailbox import ImapAccount
from watcher.mailbox.imap import connect
from watcher.mind import Elsewhere
from watcher.packs import load_packs
from watcher.reader import Look, read
from watcher.store import Store


def peak_of(process: int | str) -> float:
    """The most memory a process had (MB)."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def main() -> None:
    """Scan, measure, print."""
    port, user, password, state, days, compress = sys.argv[1:]
    newest = datetime.fromtimestamp(1_795_305_600, UTC)
    since = (newest - timedelta(days=int(days))).date() if int(days) else None
    database = Path(state) / "watcher.sqlite"
    store = Store(database)
    person = Person(address=user, addresses=frozenset({user}))
    mind = Elsewhere(database, person, Wishes())
    look = Look(account="bench", person=person, packs=load_packs(), since=since)
    mind.begin(look)  # started before the clock is, as in a service that runs
    peaks = [0.0]
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.1):
            if mind.pid:
                peaks[0] = max(peaks[0], peak_of(mind.pid))

    threading.Thread(target=watch, daemon=True).start()
    begin = time.perf_counter()
    account = ImapAccount(
        name="bench",
        address=user,
        host="127.0.0.1",
        port=int(port),
        user=user,
        security="none",
        timeout=60,
        compress="always" if compress == "always" else "never",
    )
    mailbox = connect(account, lambda: password)
    done = read(look, mailbox, store, mind)
    took = time.perf_counter() - begin
    stop.set()
    said = {"seconds": took, "read": done.read, "kept": done.kept, "peak": peak_of("self"), "mind": peaks[0]}
    sys.stdout.write(json.dumps(said) + "\n")
    mailbox.close()
    mind.close()
    store.close()


if __name__ == "__main__":
    main()
