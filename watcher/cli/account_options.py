"""What `setup` and `accounts add` share: their options, and the account's way into the configuration."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from watcher import config
from watcher.cli.ask import Asker
from watcher.cli.enrol import SignedIn, Wanted
from watcher.cli.enrol_oauth import Client
from watcher.cli.find_server import Said
from watcher.config_write import begin, save, with_account
from watcher.lock import poke

#: The exit code of who was stopped with Ctrl-C, as shells have it.
STOPPED = 130


def account_options(command: Callable[..., object]) -> Callable[..., object]:
    """The options that say what an account is: of `setup` and of `accounts add`."""
    for option in reversed(
        (
            click.option("--address", default="", help="Your e-mail address."),
            click.option("--account", default="", metavar="NAME", help="A short name for this account."),
            click.option("--host", default="", help="The IMAP server, where it is not found."),
            click.option("--port", type=click.IntRange(1, 65535), help="Its port."),
            click.option("--security", type=click.Choice(["tls", "starttls"]), help="How it is encrypted."),
            click.option("--user", default="", help="Your user name there, if it is not the address."),
            click.option(
                "--ca-file", default="", metavar="FILE", help="Certificate authority of your own server."
            ),
            click.option("--password-stdin", is_flag=True, help="Read the password from standard input."),
            click.option(
                "--secret-command", default="", metavar="COMMAND", help="A command prints the password."
            ),
            click.option(
                "--secret-credential", default="", metavar="NAME", help="The service gets it from systemd."
            ),
            click.option(
                "--oauth-client", default="", metavar="ID", help="Sign in by OAuth with this client."
            ),
            click.option(
                "--oauth-authorize-url", default="", metavar="URL", help="Where permission is given."
            ),
            click.option("--oauth-token-url", default="", metavar="URL", help="Where tokens come from."),
            click.option(
                "--oauth-scope", multiple=True, metavar="SCOPE", help="What to ask for (repeat it)."
            ),
            click.option("--oauth-device", is_flag=True, help="Sign in on another device, with a code."),
            click.option("--sent", default="", metavar="FOLDER", help="Your sent mail, if not marked."),
            click.option("--drafts", default="", metavar="FOLDER", help="Your drafts, if not marked."),
            click.option("--yes", is_flag=True, help="Take the usual answer wherever there is one."),
        )
    ):
        command = option(command)
    return command


def wanted_of(options: Mapping[str, Any]) -> Wanted:
    """What the account options say."""
    server = ("host", "port", "security", "user", "ca_file")
    said = Said(**{name: options[name] for name in server if options[name]})
    others = ("address", "account", "password_stdin", "secret_command", "secret_credential", "sent", "drafts")
    client = Client(
        client_id=options["oauth_client"],
        authorize_url=options["oauth_authorize_url"],
        token_url=options["oauth_token_url"],
        scopes=tuple(options["oauth_scope"]),
        device=options["oauth_device"],
    )
    return Wanted(server=said, client=client, **{name: options[name] for name in others})


def configured(path: Path) -> config.Settings | None:
    """The settings of an existing configuration, None where there is none yet. Raises ConfigError when it is
    at fault: nothing is added to a file that cannot be read."""
    return config.load(path, need_account=False) if path.exists() else None


def write_account(
    asker: Asker, path: Path, signed_in: SignedIn, about: Mapping[str, Any] | None = None
) -> None:
    """Put the account into the configuration, which is begun with `about` where there is none; a running
    service reads it at once."""
    if path.exists():
        text = with_account(path.read_text("utf-8-sig"), signed_in.entry)
    else:
        text = begin(about or {}, signed_in.entry)
    kept = save(path, text)
    asker.say("written", path=path)
    if kept is not None:
        asker.say("kept", path=kept)
    poke(config.state_dir(), signal.SIGHUP)
