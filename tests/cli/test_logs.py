"""The log is discreet: no address stands in it from INFO up."""

from __future__ import annotations

import logging

import pytest

from watcher.cli.logs import NOISY, Discreet, set_up_logging


def said(level: int, message: str, *values: object) -> str:
    record = logging.LogRecord("watcher.daemon", level, "", 0, message, values, None)
    return Discreet("%(levelname)s %(name)s: %(message)s").format(record)


def test_an_address_is_a_hash_that_can_be_recognised() -> None:
    line = said(logging.INFO, "account %s: %d mails read", "Sari.W@Example.com", 3)
    again = said(logging.WARNING, "signed in (account sari.w@example.com): gone")
    assert line.startswith("INFO watcher.daemon: account address-")
    assert line.endswith(": 3 mails read")
    [mark] = [word for word in line.replace(":", "").split() if word.startswith("address-")]
    assert again == f"WARNING watcher.daemon: signed in (account {mark}): gone"
    assert said(logging.INFO, "account other@example.com") != said(logging.INFO, "account sari.w@example.com")


@pytest.mark.parametrize(
    "line", ["<hr@acme.example>", "'hr@acme.example'", "mailto:hr@acme.example,", "x=hr+a.b@acme.example;"]
)
def test_an_address_in_any_dress(line: str) -> None:
    assert "acme" not in said(logging.ERROR, line)


def test_the_rest_stays_as_it_is() -> None:
    line = (
        "imap.example.com:993 (account personal) is silent: no answer while signing in to it. Check `port`."
    )
    assert said(logging.WARNING, line) == f"WARNING watcher.daemon: {line}"
    assert "sari@example.com" in said(logging.DEBUG, "for --debug alone: sari@example.com")


def test_libraries_that_would_tell_too_much_are_kept_quiet() -> None:
    set_up_logging(logging.DEBUG)
    assert all(logging.getLogger(name).getEffectiveLevel() >= logging.WARNING for name in NOISY)
