"""Addresses: organisations, robots, free mailboxes, vendors, own addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core import address
from watcher.core.model import Address
from watcher.core.sender_table import SENDERS


@pytest.mark.parametrize(
    ("domain", "owner"),
    [
        ("mail.acme.co.id", "acme.co.id"),
        ("acme.co.id", "acme.co.id"),
        ("hr.eu.widget.com", "widget.com"),
        ("WIDGET.com.", "widget.com"),
        ("localhost", "localhost"),
        ("", ""),
        ("x" * 300, ""),
    ],
)
def test_organisation_is_the_registrable_domain(domain: str, owner: str) -> None:
    assert address.organisation(domain) == owner


@pytest.mark.parametrize(
    "email",
    [
        "no-reply@us.greenhouse-mail.io",
        "noreply@acme.co.id",
        "do_not.reply@acme.com",
        "donotreply@match.indeed.com",
        "notifications@calendly.com",
        "acme@myworkday.com",
        "acme@talent.icims.com",
        "jobalerts-noreply@linkedin.com",
        "mailer-daemon@mx.acme.id",
        "hello.there@docusign.net",
        "c_8f2k@group.calendar.google.com",
    ],
)
def test_robots(email: str) -> None:
    assert address.is_robot(Address(email), SENDERS)


@pytest.mark.parametrize(
    "email",
    [
        "noreen@acme.com",
        "jobst@acme.de",
        "hrd@ptmaju.co.id",
        "jane.doe@dealls.com",
        "sari.dewi+a8f2@acme.recruitee.com",
    ],
)
def test_people(email: str) -> None:
    assert not address.is_robot(Address(email), SENDERS)


def test_a_vendor_is_matched_on_label_borders_only() -> None:
    assert address.vendor_of("us.greenhouse-mail.io", SENDERS) == SENDERS["greenhouse-mail.io"]
    assert address.vendor_of("greenhouse-mail.io.evil.com", SENDERS) is None
    assert address.vendor_of("notgreenhouse-mail.io", SENDERS) is None


def test_a_row_for_one_address_wins() -> None:
    alert = address.sender_of(Address("jobs-listings@linkedin.com"))
    plain = address.sender_of(Address("anybody@linkedin.com"))
    assert alert is not None and alert.role == "alert"
    assert plain is not None and plain.role == "board"


def test_own_addresses_with_tags_and_dots() -> None:
    own = frozenset({"budi.santoso@gmail.com", "budi@kampus.ac.id"})
    assert address.is_own("BudiSantoso+jobs@googlemail.com", own)
    assert address.is_own("budi+x@kampus.ac.id", own)
    assert not address.is_own("b.udi@kampus.ac.id", own)
    assert not address.is_own("", own)


def test_free_mail() -> None:
    assert address.is_free_mail("Gmail.com")
    assert not address.is_free_mail("acme.co.id")


@given(st.text(max_size=80))
def test_no_address_raises(text: str) -> None:
    assert isinstance(address.is_robot(Address(text)), bool)
    assert isinstance(address.organisation(text), str)
    assert address.is_own(text, frozenset({text.lower()})) == bool(text)
