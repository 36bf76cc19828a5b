"""Notices in the log, where there is no desktop. Personal words only at DEBUG."""

from __future__ import annotations

import logging

from watcher.notify import BODY_LENGTH, TITLE_LENGTH, Notice, clean

logger = logging.getLogger(__name__)


class LogNotifier:
    """Writes one line per notice. `reason` says why the log is used although it was not asked for."""

    name = "log"

    def __init__(self, reason: str = "") -> None:
        self.reason = reason

    def show(self, notice: Notice) -> bool:
        """One line with the number of processes; `watcher status` shows the rest. Always True."""
        logger.info(
            "%s %s: %d process(es) need attention, see `watcher status`",
            "Urgent notice" if notice.urgent else "Notice",
            clean(notice.id, 60),
            len(notice.process_ids),
        )
        logger.debug("%s | %s", clean(notice.title, TITLE_LENGTH), clean(notice.body, BODY_LENGTH))
        return True

    def check(self) -> str:
        """The log always works; says why it stands in for the desktop, if it does."""
        return self.reason

    def close(self) -> None:
        """Nothing to give back."""
