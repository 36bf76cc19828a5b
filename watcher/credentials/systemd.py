"""Secrets that the service manager hands over (LoadCredential=, LoadCredentialEncrypted=): files in
$CREDENTIALS_DIRECTORY, readable by the service alone."""

from __future__ import annotations

import os
from pathlib import Path

from watcher.credentials.child import LONGEST, one_line
from watcher.errors import SecretError


def present(name: str) -> bool:
    """True when the service manager gave this service the credential `name`."""
    path = _path(name)
    return path is not None and path.is_file()


def read(name: str) -> str:
    """The text of the credential `name`. Raises SecretError when there is none or it is no password."""
    path = _path(name)
    if path is None:
        raise SecretError(
            "This process was given no systemd credentials (CREDENTIALS_DIRECTORY is not set).",
            "They exist inside a systemd service only: add LoadCredential= to the unit, or take the keyring.",
        )
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
    except OSError as fault:
        raise SecretError(
            f"The systemd credential {name!r} could not be read ({fault.strerror}).",
            f"Add LoadCredential={name}:/path/to/file to the unit and restart it.",
        ) from fault
    return one_line(raw, f"The systemd credential {name!r}", "Write the password alone into the file.")


def _path(name: str) -> Path | None:
    """Where the credential would lie; None outside a service with credentials."""
    if not name or "/" in name or "\0" in name or name in (".", ".."):
        raise SecretError(
            f"{name!r} cannot be the name of a systemd credential.",
            "Give the account's secret a name without slashes.",
        )
    directory = os.environ.get("CREDENTIALS_DIRECTORY", "")
    return Path(directory, name) if directory else None
