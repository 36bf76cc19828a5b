"""A real `systemd --user`, also where systemd is not process 1: in mount and cgroup namespaces of its own.

Needs root to make the namespaces; the manager itself runs as an ordinary account, as it does at home, so that
what an unprivileged manager may not do fails here too.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shlex
import shutil
import socket
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

MANAGER = "/lib/systemd/systemd"
_UNSHARE = ("unshare", "--mount", "sh", "-c")

# Runs inside `unshare --mount`; arguments: control group, account, group.
# - private first, so that nothing is seen outside; then shared again among ourselves: in a mount tree that is
#   not shared, the directory of LoadCredential= stays empty;
# - /run/systemd/system makes systemd believe that the machine was booted with it;
# - the manager may write in its own control group only.
_NAMESPACE = """
set -eu
mount --make-rprivate /
{uncover}
mount --make-rshared /
echo $$ > "$1/cgroup.procs"
umount -l /sys/fs/cgroup
mkdir -p /run/systemd
mount -t tmpfs none /run/systemd
mkdir /run/systemd/system
exec unshare --cgroup sh -euc '
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mkdir /sys/fs/cgroup/manager
    echo $$ > /sys/fs/cgroup/manager/cgroup.procs
    chown -R "$1:$2" /sys/fs/cgroup/manager
    chown "$1" /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/cgroup.subtree_control
    exec setpriv --reuid="$1" --regid="$2" --clear-groups --pdeathsig KILL \
        /lib/systemd/systemd --user --unit=basic.target
' sh "$2" "$3"
"""


class UserManager:
    """`with UserManager() as manager`: a running service manager with an empty home. `needs`: folders that the
    person must see, also where they lie under one that is closed to others (a clone or a Python in /root)."""

    def __init__(self, account: str = "games", needs: Iterable[Path] = ()) -> None:
        self._account = pwd.getpwnam(account)
        self._needs = tuple(needs)
        self._group = grp.getgrgid(self._account.pw_gid).gr_name
        self.folder = Path(tempfile.mkdtemp(prefix="um."))  # short, for the sake of the sockets in it
        self.home = self.folder / "home"
        self.runtime = self.folder / "run"
        self.log = self.folder / "log"
        self.folder.chmod(0o755)
        for path in (self.home, self.runtime):
            path.mkdir(mode=0o700)
            self.own(path)
        self._group_folder = _control_groups() / f"watcher-test.{os.getpid()}.{self.folder.name}"
        self._bus: subprocess.Popen[bytes] | None = None
        self._manager: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a program in this person's session gets."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.runtime}/bus",
        }

    def __enter__(self) -> UserManager:
        address = self.environment["DBUS_SESSION_BUS_ADDRESS"]
        self._bus = subprocess.Popen(
            [*self._as_person, "dbus-daemon", "--session", f"--address={address}", "--nofork", "--nopidfile"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._group_folder.mkdir()
        script = _NAMESPACE.replace("{uncover}", _uncover(self._needs, self.folder))
        with self._told_when_ready() as (told, path), self.log.open("wb") as log:
            self._manager = subprocess.Popen(
                [*_UNSHARE, script, "sh", str(self._group_folder), self._account.pw_name, self._group],
                env=self.environment
                | {"NOTIFY_SOCKET": path, "SYSTEMD_LOG_TARGET": "console", "SYSTEMD_LOG_LEVEL": "info"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                while b"READY=1" not in told.recv(4096):
                    pass
            except TimeoutError:
                self.__exit__(None, None, None)
                raise RuntimeError("systemd --user did not start") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            (self._group_folder / "cgroup.kill").write_text("1")
        for process in (self._manager, self._bus):
            if process is not None:
                process.kill()
                process.wait()
        pause = threading.Event()
        for _ in range(50):  # a process that is still dying keeps its folder
            if "populated 0" in (self._group_folder / "cgroup.events").read_text():
                break
            pause.wait(0.1)
        for folder, _, _ in os.walk(self._group_folder, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *command: str, seconds: float = 30) -> subprocess.CompletedProcess[str]:
        """Run `command` in the session, as the person."""
        assert self._manager is not None
        inside = ("nsenter", f"--target={self._manager.pid}", "--mount", "--cgroup")
        return subprocess.run(
            [*inside, *self._as_person, *command],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
        )

    def show(self, unit: str, name: str) -> str:
        """One property of a unit."""
        return self.run("systemctl", "--user", "show", "--value", f"--property={name}", unit).stdout.strip()

    def own(self, path: Path) -> Path:
        """Give `path` to the person."""
        os.chown(path, self._account.pw_uid, self._account.pw_gid)
        return path

    @property
    def _as_person(self) -> tuple[str, ...]:
        return ("setpriv", f"--reuid={self._account.pw_name}", f"--regid={self._group}", "--clear-groups")

    @contextlib.contextmanager
    def _told_when_ready(self):
        path = self.folder / "ready"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(path))
            path.chmod(0o777)
            told.settimeout(20)
            yield told, str(path)


def _uncover(needs: Iterable[Path], folder: Path) -> str:
    """Shell lines that open closed folders above `needs`, in this mount namespace only: an empty, open folder
    is laid over each, and what is needed is put back into it."""
    closed = {need: _closed_above(need) for need in needs}
    covered = {need: top for need, top in closed.items() if top is not None}
    lines = []
    for number, need in enumerate(covered):
        (folder / f"stage{number}").mkdir()
        lines.append(f"mount --bind {shlex.quote(str(need))} {folder}/stage{number}")
    lines += [f"mount -t tmpfs -o mode=755 none {shlex.quote(str(top))}" for top in set(covered.values())]
    for number, need in enumerate(covered):
        lines.append(f"mkdir -p {shlex.quote(str(need))}")
        lines.append(f"mount --bind {folder}/stage{number} {shlex.quote(str(need))}")
    return "\n".join(lines)


def _closed_above(path: Path) -> Path | None:
    """The topmost folder above `path` that others may not enter."""
    return next((top for top in reversed(path.parents) if not top.stat().st_mode & stat.S_IXOTH), None)


def _control_groups() -> Path:
    """The root of the unified control groups, on machines with version 2 alone and with both."""
    root = Path("/sys/fs/cgroup")
    return root / "unified" if (root / "unified").is_dir() else root


def why_not() -> str:
    """'' where this machine lets a user manager be run, else the reason. (Packages are asked for elsewhere.)"""
    if os.geteuid() != 0:
        return "a systemd --user of its own needs root for the namespaces"
    if not (_control_groups() / "cgroup.procs").exists():
        return "there are no unified control groups here"
    probe = subprocess.run(["unshare", "--mount", "--cgroup", "true"], check=False, stderr=subprocess.DEVNULL)
    return "" if probe.returncode == 0 else "namespaces are not allowed here"
