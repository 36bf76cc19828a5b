"""`watcher setup` and a domain that names its server: what was found is shown, and used only after a yes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from cli_helpers import ROOT, Home
from servers.dns import NameServer, asked_alone
from servers.dovecot import PASSWORD, Dovecot
from servers.web import Page, WebServer

from watcher import config, discovery
from watcher.cli.ask import Asker
from watcher.cli.enrol import SignedIn
from watcher.mailbox.providers import PROVIDERS
from watcher.packs import load_packs

pytestmark = pytest.mark.dovecot

ADDRESS = "sari@firm.test"
NAMES = ("firm.test", "autoconfig.firm.test", "imap.firm.test", "autoconfig.thunderbird.net")
HERE = {(name, "A"): ["127.0.0.1"] for name in NAMES}

Build = Callable[..., None]


@pytest.fixture
def internet(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Build]:
    """Names and pages; the mail server's own authority signs for the web server too."""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca_file))
    with ExitStack() as stack:

        def build(
            pages: dict[str, Page] | None = None, records: dict[tuple[str, str], list[str]] | None = None
        ) -> None:
            names = stack.enter_context(NameServer(HERE | (records or {})))
            web = stack.enter_context(WebServer(Path(dovecot.home), "web", pages or {}))
            monkeypatch.setattr(discovery, "HTTPS_PORT", web.port)
            stack.enter_context(asked_alone(names))

        yield build


def file(port: int) -> bytes:
    return f"""<clientConfig version="1.1"><emailProvider id="firm.test"><incomingServer type="imap">
        <hostname>imap.firm.test</hostname><port>{port}</port><socketType>SSL</socketType>
        <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication>
        </incomingServer></emailProvider></clientConfig>""".encode()


LINE = (
    "setup",
    "--address",
    ADDRESS,
    "--secret-command",
    f"echo {PASSWORD}",
    "--no-look",
    "--no-notice",
    "--no-service",
)


def test_the_domains_own_file(home: Home, internet: Build, dovecot: Dovecot) -> None:
    internet({"autoconfig.firm.test/mail/config-v1.1.xml": file(dovecot.tls_port)})
    done = home.run(*LINE, "--yes")
    assert done.exit_code == 0, done.output
    assert f"imap.firm.test, port {dovecot.tls_port}, tls, user {ADDRESS}" in done.stdout
    assert "named by https://autoconfig.firm.test/mail/config-v1.1.xml" in done.stdout
    [account] = config.load(home.config).accounts
    assert (account.host, account.port, account.user) == ("imap.firm.test", dovecot.tls_port, ADDRESS)


def test_a_service_record(home: Home, internet: Build, dovecot: Dovecot) -> None:
    internet(records={("_imaps._tcp.firm.test", "SRV"): [f"0 1 {dovecot.tls_port} imap.firm.test."]})
    done = home.run(*LINE, "--yes")
    assert done.exit_code == 0, done.output
    assert "named by the DNS record _imaps._tcp.firm.test" in done.stdout


def test_the_directory_is_asked_only_after_a_yes(home: Home, internet: Build, dovecot: Dovecot) -> None:
    internet({"autoconfig.thunderbird.net/v1.1/firm.test": file(dovecot.tls_port)})
    unasked = home.run(*LINE)
    assert unasked.exit_code == 2
    assert "Give --host." in unasked.stderr
    done = home.run(*LINE, "--yes")
    assert done.exit_code == 0, done.output
    assert "Thunderbird's directory" in done.stdout


def test_what_was_found_is_not_used_without_a_yes(home: Home, internet: Build, dovecot: Dovecot) -> None:
    internet({"autoconfig.firm.test/mail/config-v1.1.xml": file(dovecot.tls_port)})
    done = home.run(*LINE)
    assert done.exit_code == 2
    assert "named by https://" in done.stdout
    assert "Signing in" not in done.stdout
    assert not home.config.exists()


def test_a_domain_whose_mail_goes_to_a_known_provider(home: Home, internet: Build) -> None:
    internet(records={("firm.test", "MX"): ["1 aspmx.l.google.com."]})
    done = home.run(*LINE)
    assert "imap.gmail.com, port 993, tls" in done.stdout
    assert "because mail for firm.test goes to aspmx.l.google.com (Gmail)" in done.stdout


def test_nothing_found_asks_for_the_server(home: Home, internet: Build) -> None:
    internet()
    done = home.run(*LINE, "--yes")
    assert done.exit_code == 2
    assert "No server was found for firm.test." in done.stdout
    assert "Give --host." in done.stderr


@pytest.mark.parametrize(
    ("address", "said"), [("a@outlook.com", "Outlook lets nobody in with a password over IMAP.")]
)
def test_a_provider_that_takes_no_passwords(home: Home, address: str, said: str) -> None:
    done = home.run("setup", "--address", address, "--yes", "--password-stdin", stdin="x\n")
    assert done.exit_code == 3
    assert said in done.stderr
    assert not home.config.exists()


# --------------------------------------------------------------------------- words and options


def test_both_languages_say_everything() -> None:
    english, indonesian = (load_packs()[code].table("setup") for code in ("en", "id"))
    assert english.keys() == indonesian.keys()
    for key, text in english.items():
        if key == "notes":
            continue  # in English they stand in the table of providers
        assert holes(text) == holes(indonesian[key]), key
        assert text != indonesian[key] or key in ("notice_title", "port", "port_range", "known"), key


def test_what_a_provider_wants_besides_is_said_in_both_languages() -> None:
    english, indonesian = Asker("en"), Asker("id")
    with_note = [provider for provider in PROVIDERS if provider.note]
    assert len(with_note) > 5
    for provider in with_note:
        assert english.note(provider) == provider.note
        assert indonesian.note(provider) not in ("", provider.note)


def holes(text: object) -> list[str]:
    """The places in a sentence that are filled in."""
    return sorted(re.findall(r"\{\w+\}", str(text))) if isinstance(text, str) else sorted(text)  # type: ignore[call-overload]


def test_every_sentence_is_said_somewhere() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "watcher" / "cli").glob("*.py"))
    made = {f"from_{source}" for source in ("autoconfig", "srv", "directory")}
    made |= {f"missing_{role}" for role in ("sent", "drafts")} | {"sent", "drafts"}
    table = load_packs()["en"].table("setup")
    said = set(re.findall(r"""["'](\w+)["']""", code)) | made
    assert sorted(table.keys() - said) == []


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--tz", "Jakarta", "--tz must be a time zone such as Asia/Jakarta"),
        ("--country", "Indonesia", "--country must be the two letters of a country"),
        ("--country", "Indonesia", "did you mean 'ID'?\n"),
        ("--language", "xx", "--language must be one of auto"),
        ("--name", "a\tb", "--name must stand on one line"),
    ],
)
def test_a_wrong_option_is_told_before_anybody_signs_in(
    home: Home, option: str, value: str, said: str
) -> None:
    done = home.run(*LINE, "--yes", option, value)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Asking" not in done.stdout


def test_what_opens_a_mailbox_is_not_shown() -> None:
    account = config.Account.model_validate({"address": "a@firm.test"})
    shown = repr(SignedIn(account=account, entry={}, key=partial(str, PASSWORD)))
    assert PASSWORD not in shown
