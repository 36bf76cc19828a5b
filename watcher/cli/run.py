"""watcher run and install-service: the background service."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from watcher import systemd
from watcher.cli import assemble
from watcher.cli.tables import console
from watcher.errors import UsageError

_START = (
    ["systemctl", "--user", "daemon-reload"],
    ["systemctl", "--user", "enable", "--now", systemd.UNIT],
)


@click.command(epilog="Example:  watcher run   (stop it with Ctrl-C; SIGHUP reads the configuration again)")
@click.pass_context
def run(ctx: click.Context) -> None:
    """Watch the configured accounts until stopped."""
    path: Path | None = ctx.obj
    assemble.outfit(path)  # faults are told here, before anything starts
    words = [sys.executable, "-m", "watcher.cli.serve"]
    words += ["--config", str(path)] if path else []
    words += ["--debug"] if ctx.find_root().params.get("debug") else []
    # The service becomes this process, without the libraries of the command line.
    os.execv(sys.executable, words)


@click.command("install-service", epilog="Example:  watcher install-service --enable")
@click.option("--executable", default="", help="The watcher program to start; default: this one.")
@click.option("--enable", is_flag=True, help="Also start it now and at every login.")
def install_service(executable: str, enable: bool) -> None:
    """Install the systemd user service."""
    unit = install(executable)
    out = console()
    out.print(f"Installed {unit}", soft_wrap=True)
    if not enable:
        out.print("Start it with:")
        for command in _START:
            out.print("  " + " ".join(command))
        return
    start_service()


def install(executable: str = "") -> Path:
    """Write the unit that starts `executable`, else this program; its path. Raises UsageError."""
    program = executable or shutil.which("watcher") or ""
    if not program:
        here = Path(sys.argv[0]).resolve()
        program = str(here) if here.name == "watcher" else ""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return systemd.install(Path(home) / "systemd" / "user", program)


def start_service() -> None:
    """Start the installed service now and at every login. Raises UsageError."""
    for command in _START:
        try:
            subprocess.run(command, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise UsageError(
                f"`{' '.join(command)}` failed.", "Is this a systemd user session? Try it by hand."
            ) from error
