"""The log notifier: a line for the person, none of their words above DEBUG."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from notifier_suite import Medium, NotifierTests

from watcher.notify import Notice, open_notifier
from watcher.notify.log import LogNotifier


class _Collector(logging.Handler):
    def __init__(self, medium: Medium) -> None:
        super().__init__(logging.DEBUG)
        self.medium = medium

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.DEBUG and isinstance(record.args, tuple):
            title, body = record.args
            self.medium.arrived.append((str(title), str(body)))


class TestLog(NotifierTests):
    @pytest.fixture
    def medium(self, caplog: pytest.LogCaptureFixture) -> Iterator[Medium]:
        medium = Medium(open_notifier("log", on_action=lambda *_: None))
        logger, collector = logging.getLogger("watcher.notify.log"), _Collector(medium)
        logger.addHandler(collector)
        with caplog.at_level(logging.DEBUG, logger.name):
            yield medium
        logger.removeHandler(collector)


def test_at_info_there_is_a_number_and_no_personal_word(caplog: pytest.LogCaptureFixture) -> None:
    notice = Notice("quiet:3f2a", "PT Rahasia", "Ibu Ratna belum membalas", process_ids=("p1", "p2"))
    with caplog.at_level(logging.INFO, "watcher.notify.log"):
        LogNotifier().show(notice)
    assert "quiet:3f2a" in caplog.text and "2 process(es)" in caplog.text
    assert "Rahasia" not in caplog.text and "Ratna" not in caplog.text


def test_check_tells_why_the_log_is_used() -> None:
    assert LogNotifier("No desktop was found.").check() == "No desktop was found."
