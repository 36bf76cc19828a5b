"""Secrets in the desktop's keyring, asked in a child process (`keyring_child.py`) with a time limit."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from watcher.credentials.child import TooSlowError, one_line, run
from watcher.errors import SecretError, SecretMissingError

#: Under this name the secrets stand in the keyring, one per account.
SERVICE = "interview-watcher"

#: Seconds the keyring may take, a prompt to unlock it included.
LIMIT = 20.0

#: Named explicitly: left to itself, keyring falls back on whatever is installed, plain text files included.
_BACKENDS = {"darwin": "keyring.backends.macOS.Keyring", "win32": "keyring.backends.Windows.WinVaultKeyring"}
_SECRET_SERVICE = "keyring.backends.SecretService.Keyring"

_ELSEWHERE = "or give the password by a systemd credential or a command (`secret: command:`)."

#: Fault word of the child -> what is wrong, what to do.
_FAULTS = {
    "missing": (
        "The keyring holds no password for the account {account!r}.",
        "Store it with `watcher secret`, " + _ELSEWHERE,
    ),
    "locked": (
        "The keyring is locked.",
        "Unlock it (log in on the desktop, or open its password manager), " + _ELSEWHERE,
    ),
    "no_service": (
        "There is no keyring service here.",
        "Install and start one (gnome-keyring, KWallet or KeePassXC), " + _ELSEWHERE,
    ),
    "no_backend": (
        "The keyring named by PYTHON_KEYRING_BACKEND is not installed ({detail}).",
        "Correct or unset PYTHON_KEYRING_BACKEND, " + _ELSEWHERE,
    ),
    "refused": (
        "The keyring refused to change the password of {account!r}.",
        "Look at it in the desktop's password manager.",
    ),
    "failed": (
        "The keyring failed ({detail}).",
        "Restart the keyring service, " + _ELSEWHERE,
    ),
}


def read(account: str, seconds: float = LIMIT) -> str:
    """The secret of `account`. Raises SecretError."""
    answer = _ask("get", account, seconds=seconds)
    return one_line(
        str(answer.get("secret", "")).encode("utf-8", "surrogatepass"),
        f"The keyring's password for {account!r}",
        "Store it again with `watcher secret`.",
    )


def store(account: str, secret: str, seconds: float = LIMIT) -> None:
    """Put `secret` into the keyring. Raises SecretError."""
    one_line(secret.encode("utf-8", "surrogatepass"), "The new password", "Type it again.")
    _ask("set", account, secret, seconds=seconds)


def delete(account: str, seconds: float = LIMIT) -> None:
    """Take the secret of `account` out of the keyring. Raises SecretError."""
    _ask("delete", account, seconds=seconds)


def backend() -> str:
    """The keyring to use: the one that PYTHON_KEYRING_BACKEND names, else the system's own. Raises
    SecretError for those that keep passwords in plain files."""
    named = os.environ.get("PYTHON_KEYRING_BACKEND", "").strip()
    if named.startswith(("keyrings.alt.", "keyrings.cryptfile.")):
        raise SecretError(
            f"PYTHON_KEYRING_BACKEND names {named}, which keeps passwords in a plain file or asks for one.",
            "Unset it, " + _ELSEWHERE,
        )
    return named or _BACKENDS.get(sys.platform, _SECRET_SERVICE)


def _ask(verb: str, account: str, secret: str = "", *, seconds: float) -> dict[str, object]:
    """One question to the child. The secret travels through its standard input and output alone."""
    child = Path(__file__).with_name("keyring_child.py")
    # -P: neither this folder nor the current one may stand in for the real keyring package.
    argv = (sys.executable, "-P", str(child), backend(), f"{seconds:g}")
    question = {"verb": verb, "service": SERVICE, "account": account, "secret": secret}
    try:
        code, raw = run(
            argv, given=json.dumps(question).encode(), seconds=seconds, environment=_environment()
        )
        answer = json.loads(raw) if code == 0 else {"fault": "failed", "detail": f"exit code {code}"}
    except TooSlowError:
        raise SecretError(
            f"The keyring did not answer within {seconds:g} seconds: "
            "it is locked and waits for its password, or its service hangs.",
            "Unlock it and try again, " + _ELSEWHERE,
        ) from None
    except OSError as fault:
        raise SecretError(
            f"The keyring could not be asked: {fault.strerror}.", "Free some memory, or log in anew."
        ) from fault
    except ValueError:
        answer = {"fault": "failed", "detail": "no answer"}
    if word := answer.get("fault"):
        message, remedy = _FAULTS.get(str(word), _FAULTS["failed"])
        kind = SecretMissingError if word == "missing" else SecretError
        raise kind(message.format(account=account, detail=str(answer.get("detail", ""))[:60]), remedy)
    return dict(answer)


def _environment() -> dict[str, str]:
    """The child's environment: the session bus is named also where only XDG_RUNTIME_DIR tells of it."""
    environment = dict(os.environ)
    socket = Path(environment.get("XDG_RUNTIME_DIR", "/nonexistent"), "bus")
    if "DBUS_SESSION_BUS_ADDRESS" not in environment and socket.exists():
        environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={socket}"
    return environment
