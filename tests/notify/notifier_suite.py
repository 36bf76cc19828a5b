"""What every way to notify must do. A new notifier inherits `NotifierTests` and gives it a `medium`."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from watcher.notify import BODY_LENGTH, TITLE_LENGTH, Button, Notice, Notifier

HOSTILE = (
    "",
    "\0\x1b[31m\x07",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200b\ufeff",
    "\ud800 lone surrogate \udfff",
    "\uffff\U0010ffff\ue000",
    "<b>x</b><img src='file:///etc/passwd'><a href='http://a.example'>y</a>&amp;&#x202e;",
    "%s %(a)s {0} {x} $HOME `id` ; rm -rf / \\",
    "a\u0301" * 5000,
    " \t\r\n\u2028\u2029\x85" * 500,
    "x" * 1_000_000,
)


@dataclass
class Medium:
    """A notifier and what has arrived at its far end, as (title, body) in plain text."""

    notifier: Notifier
    arrived: list[tuple[str, str]] = field(default_factory=list)


class NotifierTests:
    """Inherit as `class TestX(NotifierTests)` with a fixture `medium`."""

    def test_a_notice_arrives(self, medium: Medium) -> None:
        notice = Notice("p1:quiet", "PT Maju Jaya", "Sudah satu minggu.", process_ids=("p1",))
        assert medium.notifier.show(notice) is True
        assert medium.arrived == [("PT Maju Jaya", "Sudah satu minggu.")]

    def test_each_kind_of_notice_arrives(self, medium: Medium) -> None:
        buttons = (Button("open", "Lihat draf"), Button("snooze", "Tunda"), Button("done", "Selesai"))
        assert medium.notifier.show(Notice("a", "Urgent", "with buttons", urgent=True, buttons=buttons))
        assert medium.notifier.show(Notice("b", "Calm", "without"))
        assert medium.notifier.show(Notice("c", "Title alone", ""))
        assert [title for title, _ in medium.arrived] == ["Urgent", "Calm", "Title alone"]

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_words_arrive_bounded_and_clean(self, medium: Medium, text: str) -> None:
        label = Button("open", text)
        assert medium.notifier.show(Notice("h", text, text, urgent=True, buttons=(label,))) is True
        ((title, body),) = medium.arrived
        assert len(title) <= TITLE_LENGTH and len(body) <= BODY_LENGTH
        assert not set(title + body) & set("\0\x1b\x07\x85\u202e\u202c\u2066\u2069\u200b\ufeff\u2028\u2029")
        title.encode()

    def test_check_finds_nothing_wrong(self, medium: Medium) -> None:
        assert medium.notifier.check() == ""
        assert medium.arrived == []

    def test_close_leaves_no_thread(self, medium: Medium) -> None:
        medium.notifier.show(Notice("a", "b", "c"))
        medium.notifier.close()
        medium.notifier.close()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("watcher")]
