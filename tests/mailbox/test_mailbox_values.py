"""The small parts of the mailbox package: what is read, providers, headers, the bell, the memory mailbox."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mailbox_suite import mail

from watcher.mailbox import Cursor, Folder, Role, reading_order
from watcher.mailbox.bell import Bell
from watcher.mailbox.headers import dated_since, fields, message_ids, same_id
from watcher.mailbox.memory import MemoryMailbox
from watcher.mailbox.providers import PROVIDERS, provider_at, provider_for, wrote


def folders(*roles: Role | None) -> list[Folder]:
    return [Folder(str(role), frozenset({role} if role else ())) for role in roles]


@pytest.mark.parametrize(
    ("there", "junk", "read"),
    [
        ([Role.INBOX, Role.SENT, Role.DRAFTS, Role.TRASH, None], False, [Role.INBOX, Role.SENT]),
        ([Role.SENT, Role.ARCHIVE, Role.INBOX], False, [Role.INBOX, Role.ARCHIVE, Role.SENT]),
        ([Role.INBOX, Role.ALL, Role.ARCHIVE, Role.SENT], False, [Role.ALL, Role.SENT]),
        ([Role.INBOX, Role.JUNK], False, [Role.INBOX]),
        ([Role.INBOX, Role.JUNK], True, [Role.INBOX, Role.JUNK]),
        ([], True, []),
    ],
)
def test_which_folders_are_read(there: list[Role | None], junk: bool, read: list[Role]) -> None:
    order = reading_order(folders(*there), read_junk=junk)
    assert [next(iter(folder.roles)) for folder in order] == read


def test_a_folder_with_two_roles_is_read_once_and_drafts_never() -> None:
    both = Folder("x", frozenset({Role.ALL, Role.SENT}))
    drafts = Folder("y", frozenset({Role.ARCHIVE, Role.DRAFTS}))
    assert reading_order([both, drafts]) == (both,)
    assert reading_order([drafts]) == ()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("sari@gmail.com", "Gmail"),
        ("Sari@GoogleMail.com", "Gmail"),
        ("sari@yahoo.co.id", "Yahoo"),
        ("sari@icloud.com", "iCloud"),
        ("sari@hotmail.com", "Outlook"),
        ("sari@gmx.de", "GMX"),
        ("sari@notgmail.com", None),
        ("sari", None),
        ("", None),
    ],
)
def test_a_provider_is_known_by_its_domain(address: str, name: str | None) -> None:
    provider = provider_for(address)
    assert (provider.name if provider else None) == name


def test_the_table_of_providers_is_sound() -> None:
    domains = [domain for provider in PROVIDERS for domain in provider.domains]
    assert len(domains) == len(set(domains))
    for provider in PROVIDERS:
        bridge = (
            provider.host == "127.0.0.1"
        )  # a program of the person's own: everybody's 127.0.0.1 is another
        assert provider_at(provider.host.upper()) is (None if bridge else provider)
        assert (provider.port, provider.security) == ((1143, "starttls") if bridge else (993, "tls"))
        assert provider.domains or provider.mx
        assert provider.password_page.startswith("https://") or provider.note
        assert all(domain == domain.lower() and "." in domain for domain in provider.domains)


def test_only_its_own_hosts_speak_for_a_provider() -> None:
    yahoo, gmail = provider_for("a@yahoo.com"), provider_for("a@gmail.com")
    assert yahoo is not None
    assert gmail is not None
    assert wrote(yahoo, "atlas-production.v2-mail-prod1-gq1.omega.yahoo.com")
    assert wrote(gmail, "MX.google.com ")
    for forged in ("notyahoo.com", "yahoo.com.evil.example", "mx.google.com.evil.example", ""):
        assert not wrote(yahoo, forged)
        assert not wrote(gmail, forged)


@pytest.mark.parametrize(
    "written",
    ["<a@b.example>", "a@b.example", "  <a@b.example>\t", "<a@b.example> (made up)", "< a@b.example >"],
)
def test_the_same_message_id_in_many_clothes(written: str) -> None:
    assert same_id(written) == "a@b.example"
    assert message_ids(f"Subject: x\r\nMESSAGE-id : {written}\r\n\r\n".encode()) == {"a@b.example"}


def test_a_folded_message_id_and_one_in_the_body() -> None:
    raw = b"Message-ID:\r\n\t<a@b.example>\r\n\r\nMessage-ID: <c@d.example>\r\n"
    assert message_ids(raw) == {"a@b.example"}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=500))
def test_any_bytes_have_a_header(raw: bytes) -> None:
    assert all(isinstance(value, str) and name for name, value in fields(raw))
    assert dated_since(raw, None)
    assert isinstance(dated_since(raw, datetime(2026, 1, 1, tzinfo=UTC).date()), bool)


# ------------------------------------------------------------------ the bell


def test_a_bell_rung_before_is_heard_once() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(5) == (True, False)
    assert bell.wait(0) == (False, False)
    bell.close()
    bell.ring()  # nobody listens: no error


def test_an_event_rings_every_bell_that_listens_and_again_after_clear() -> None:
    stop, first, second = threading.Event(), Bell(), Bell()
    for _ in range(2):
        with first.listening(stop), second.listening(stop):
            threading.Timer(0.05, stop.set).start()
            begin = time.monotonic()
            assert first.wait(10)[0]
            assert second.wait(10)[0]
            assert time.monotonic() - begin < 1
        stop.clear()
    with first.listening(stop):
        assert first.wait(0.02) == (False, False)
    stop.set()
    with first.listening(stop):
        assert first.wait(10)[0]


def test_listening_again_and_again_costs_one_thread() -> None:
    stop, bell = threading.Event(), Bell()
    before = threading.active_count()
    for _ in range(50):
        with bell.listening(stop):
            bell.wait(0)
    assert threading.active_count() <= before + 1
    stop.set()


# ------------------------------------------------------------------ memory


def test_memory_behaves_like_a_server_that_changes() -> None:
    mailbox = MemoryMailbox()
    when = datetime(2026, 3, 3, 9, tzinfo=UTC)
    first = mailbox.deliver(mail(1), arrived=when)
    second = mailbox.deliver(mail(2), flags=["\\Seen"])
    found = list(mailbox.fetch_since("INBOX", None))
    assert [(one.uid, one.arrived) for one in found] == [(first, when), (second, None)]
    end = mailbox.cursor("INBOX")
    mailbox.expunge("INBOX", first)
    mailbox.rebuild("INBOX")
    (again,) = mailbox.fetch_since("INBOX", end)
    assert (again.uid, again.uidvalidity) == (1, end.uidvalidity + 1)
    assert again.flags == {"\\Seen"}


def test_a_delivery_ends_a_wait() -> None:
    mailbox = MemoryMailbox()
    threading.Timer(0.05, mailbox.deliver, (mail(1),)).start()
    begin = time.monotonic()
    assert mailbox.wait(30, threading.Event())
    assert time.monotonic() - begin < 1
    assert mailbox.cursor("INBOX") == Cursor("INBOX", 1, 1)
