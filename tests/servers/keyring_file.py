"""A keyring for tests in a file of its own: a backend that PYTHON_KEYRING_BACKEND names to the watcher's child.
`gnome_keyring.py` is the real one; this is for tests with many processes."""

from __future__ import annotations

import json
import os
from pathlib import Path

BACKEND = """\
import json, os, pathlib
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

FILE = pathlib.Path({file!r})


class Keyring(KeyringBackend):
    priority = 1

    def _all(self):
        if FILE.with_suffix(".locked").exists():
            raise KeyringLocked("locked")
        return json.loads(FILE.read_text()) if FILE.exists() else {{}}

    def _write(self, entries):
        fresh = FILE.with_suffix(f".{{os.getpid()}}")
        fresh.write_text(json.dumps(entries))
        fresh.replace(FILE)

    def get_password(self, service, name):
        return self._all().get(name)

    def set_password(self, service, name, secret):
        self._write(self._all() | {{name: secret}})

    def delete_password(self, service, name):
        entries = self._all()
        if entries.pop(name, None) is None:
            raise PasswordDeleteError(name)
        self._write(entries)
"""


class KeyringFile:
    """The keyring in `folder`. `environment` makes a process use it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "keyring.json"
        (folder / "keyring_of_tests.py").write_text(BACKEND.format(file=str(self.path)))
        self.environment = {
            "PYTHON_KEYRING_BACKEND": "keyring_of_tests.Keyring",
            "XDG_RUNTIME_DIR": str(folder),  # for the lock of tokens
            "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        }

    def entries(self) -> dict[str, str]:
        """Everything in it."""
        return dict(json.loads(self.path.read_text())) if self.path.exists() else {}

    def put(self, name: str, secret: str) -> None:
        """Store a secret."""
        self.path.write_text(json.dumps(self.entries() | {name: secret}))

    def lock(self, *, locked: bool = True) -> None:
        """Locked, or open again."""
        mark = self.path.with_suffix(".locked")
        if locked:
            mark.touch()
        else:
            mark.unlink()
