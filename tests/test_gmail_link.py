"""The button that opens the very thread in Gmail."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import until
from test_outbox import PACKS, PERSON, STORY, WEEK_LATER, store_at

from watcher.core.model import ActionKind, Evidence, Fact
from watcher.core.plan import Wishes, newest_employer_mail
from watcher.core.wording import words
from watcher.outbox import bundled, notice_for, notice_id
from watcher.presses import press, thread_link
from watcher.scan import decide, journal

THREAD = 1_700_000_000_000_000_123
SUSPECT = replace(
    STORY[0],
    message_id="<pay@nusantara.example>",
    at=WEEK_LATER - timedelta(hours=1),
    scam=(Evidence("payment"),),
    gmail_thread="666",
)


def on_gmail(facts: tuple[Fact, ...] = STORY) -> tuple[Fact, ...]:
    return tuple(replace(fact, gmail_thread=str(THREAD)) for fact in facts)


def test_only_a_number_and_an_address_go_into_the_link() -> None:
    link = thread_link("sari.wulandari+kerja@gmail.com", str(THREAD))
    assert link == (
        "https://mail.google.com/mail/u/?authuser=sari.wulandari%2Bkerja%40gmail.com#all/" + f"{THREAD:x}"
    )
    for bad in ("", "12;rm", "0x1f", "-5", "1/../..", "१२", " 7", "7\n"):
        assert thread_link("sari@gmail.com", bad) == ""
    assert thread_link("", "7") == ""
    assert thread_link('a"&x=1#y@gmail.com', "255").endswith("authuser=a%22%26x%3D1%23y%40gmail.com#all/ff")


def notices(facts: tuple[Fact, ...], now: datetime = WEEK_LATER) -> list[list[str]]:
    store = store_at(None, facts)
    everything, actions = decide(store, PERSON, Wishes(), PACKS, now)
    journal(store, actions, everything, now)
    entries = store.journal(kind=ActionKind.NOTIFY)
    shown = [notice_for(group, words(PACKS, "en")) for group in bundled(entries)]
    return [[button.action for button in notice.buttons] for notice in shown]


def test_the_button_is_there_on_gmail_alone() -> None:
    assert notices(on_gmail()) == [["thread", "snooze", "done", "open"]]
    assert notices(STORY) == [["open", "snooze", "done"]]


def test_no_notice_leads_to_a_mail_that_looks_like_fraud() -> None:
    """The newest mail that counts is opened, never the suspect one behind it."""
    store = store_at(None, (*on_gmail(), SUSPECT))
    everything, _ = decide(store, PERSON, Wishes(), PACKS, WEEK_LATER)
    assert [one.process.id for one in everything if newest_employer_mail(one) == SUSPECT] == []
    assert notices((*on_gmail(), SUSPECT)) == [["thread", "snooze", "done", "open"]]
    assert notices((SUSPECT,)) == []


def test_pressing_it_opens_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = tmp_path / "opened"
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {opened}.part && mv {opened}.part {opened}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("INVOCATION_ID", raising=False)
    store = store_at(None, on_gmail())
    everything, _ = decide(store, PERSON, Wishes(), PACKS, WEEK_LATER)
    notice = notice_id([everything[0].process.id])
    press(store, everything, notice, "thread", WEEK_LATER, {"personal": "sari@gmail.com"})
    assert until(opened.exists)
    assert opened.read_text() == thread_link("sari@gmail.com", str(THREAD))
    opened.unlink()
    press(store, everything, notice, "thread", WEEK_LATER)  # the account is not known any more
    assert not opened.exists()
