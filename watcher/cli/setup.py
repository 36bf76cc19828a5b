"""watcher setup: from an address to a running watcher, question by question. Every one has its option.

Where a run is stopped, the next one goes on: what is done stands in the keyring and in the configuration, and
nowhere else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from watcher import config, config_checks
from watcher.cli import assemble
from watcher.cli.account_options import STOPPED, account_options, configured, wanted_of, write_account
from watcher.cli.ask import Asker
from watcher.cli.enrol import SignedIn, enrol, say_folders
from watcher.cli.outcome import print_told
from watcher.cli.run import install, start_service
from watcher.cli.scan import look_only
from watcher.errors import NotifyError, WatcherError
from watcher.lock import RunningError, held
from watcher.machine import machine_country, machine_name, machine_zone
from watcher.notify import Notice

#: How far the first look goes back, and how long a service may take to start (seconds).
LOOK, START = "30d", 20.0


@click.command(
    epilog="Example:  watcher setup   or   watcher setup --address me@gmail.com --password-stdin --yes < FILE"
)
@account_options
@click.option("--name", default="", help="Your name, as letters are signed.")
@click.option("--tz", "timezone", default="", metavar="ZONE", help="Your time zone, such as Asia/Jakarta.")
@click.option("--country", default="", metavar="CC", help="Whose holidays count, such as ID.")
@click.option("--language", default="", metavar="CODE", help="Language that the watcher speaks to you.")
@click.option("--look/--no-look", default=True, help="Look at the last 30 days.")
@click.option("--notice/--no-notice", default=True, help="Send a test notice.")
@click.option("--service/--no-service", default=None, help="Start the service, at every login too.")
@click.pass_context
def setup(ctx: click.Context, **options: Any) -> None:
    """Set up a mailbox: find its server, sign in, look at it, and start the watcher.

    Each question can be answered by an option instead. It can be stopped at any time and run again: what
    was done stays, and an existing configuration keeps every line of it.
    """
    asker = Asker(assemble.reading_language(options["language"] or "auto"), yes=options["yes"])
    try:
        _setup(asker, ctx.obj or config.default_path(), options)
    except (KeyboardInterrupt, click.Abort):
        click.echo()
        asker.say("stopped")
        ctx.exit(STOPPED)


def _setup(asker: Asker, path: Path, options: Mapping[str, Any]) -> None:
    """The straight line."""
    asker.say("hello")
    _check_about(asker, options)
    settings = configured(path)
    signed_in = enrol(asker, wanted_of(options), settings.accounts if settings else ())
    if signed_in.entry:
        about = _about(asker, options) if settings is None else {}
        write_account(asker, path, signed_in, about)
    else:
        say_folders(asker, signed_in.folders)
    fit = assemble.outfit(path)
    if options["look"]:
        _look(asker, fit, signed_in)
    if options["notice"] and fit.settings.notices.kind not in ("none", "log"):
        _notice(asker, fit)
    if options["service"] is not False:
        _service(asker, by_systemd=signed_in.account.secret.source == "systemd", wanted=options["service"])
    asker.say("end")


#: The questions about the person: word, option, what an answer must be.
_ABOUT = (
    ("name", "--name", config_checks.plain),
    ("timezone", "--tz", config_checks.zone),
    ("country", "--country", config_checks.country),
    ("language", "--language", config_checks.language),
)


def _check_about(asker: Asker, options: Mapping[str, Any]) -> None:
    """A wrong option is told before anybody signs in. Raises UsageError."""
    for key, option, check in _ABOUT:
        if options[key]:
            asker.ask(key, option, given=options[key], check=check)


def _about(asker: Asker, options: Mapping[str, Any]) -> dict[str, str]:
    """The person, with what this machine knows of them as the usual answers."""
    usual = {
        "name": machine_name(),
        "timezone": machine_zone(),
        "country": machine_country() or "auto",
        "language": asker.language,
    }
    codes = " ".join(config_checks.languages())
    told = {
        key: asker.ask(
            key,
            option,
            given=options[key],
            usual=usual[key],
            check=check,
            optional=key == "name",
            codes=codes,
        )
        for key, option, check in _ABOUT
    }
    # The zone of /etc/localtime is left to the machine, unless it was said: it may travel.
    here = machine_zone({name: text for name, text in os.environ.items() if name != "TZ"})
    if told["timezone"] == here and not options["timezone"]:
        told["timezone"] = "auto"
    return {option: value for option, value in told.items() if value and value != "auto"}


# --------------------------------------------------------------------------- look, notice, service


def _look(asker: Asker, fit: assemble.Outfit, signed_in: SignedIn) -> None:
    """What a scan of the last days finds, and would do. A fault here stops nothing."""
    asker.say("looking")
    now = datetime.now(UTC)
    try:
        with closing(signed_in.open()) as mailbox:
            print_told(look_only(fit, signed_in.account, mailbox, LOOK, now), now, dry_run=True)
    except WatcherError as error:
        asker.say("look_failed", fault=error)


def _notice(asker: Asker, fit: assemble.Outfit) -> None:
    """A test notice, and whether it was seen."""
    notifier = assemble.notifier_of(fit, lambda *_: None)
    try:
        fault = notifier.check()
        if not fault:
            title, body = asker.words("notice_title"), asker.words("notice_body")
            if not notifier.show(Notice(id="setup", title=title, body=body)):
                fault = "the test notice was not taken."
    except NotifyError as error:
        fault = str(error)
    finally:
        notifier.close()
    if fault:
        asker.say("notice_fault", fault=fault)
        return
    asker.say("notice_sent")
    if not asker.agree("notice_seen", "--no-notice"):
        asker.say("notice_unseen")


def _service(asker: Asker, *, by_systemd: bool, wanted: bool | None) -> None:
    """Install and start the service, and see that it runs."""
    if running():
        asker.say("service_runs")
        return
    if not wanted and not _has_user_manager():
        asker.say("service_none")
        return
    if by_systemd or not (wanted or asker.agree("service", "--service or --no-service")):
        return  # with a credential the unit needs the person's own line first
    unit = install()
    start_service()
    pause, left = threading.Event(), START
    while left > 0 and not running():
        pause.wait(0.2)
        left -= 0.2
    asker.say("service_started" if running() else "service_late", unit=unit)


def running() -> bool:
    """Does a watcher hold the lock?"""
    try:
        with held(config.state_dir()):
            return False
    except RunningError:
        return True


def _has_user_manager() -> bool:
    """Is there a `systemd --user` that answers?"""
    if shutil.which("systemctl") is None:
        return False
    try:
        asked = subprocess.run(
            ["systemctl", "--user", "show-environment"], capture_output=True, check=False, timeout=20
        )
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0
