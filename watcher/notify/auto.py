"""The desktop where there is one, else the log.

Each notice asks anew: a watcher that was started before the person logged in shows its notices as soon as
the desktop is there.
"""

from __future__ import annotations

import time

from watcher.errors import NotifyError
from watcher.notify import Notice, OnAction
from watcher.notify.desktop import DesktopNotifier
from watcher.notify.log import LogNotifier

#: Seconds in which a silent desktop may still be starting: notices are logged, and kept for it as well.
GRACE = 120.0


class AutoNotifier:
    """Tries the desktop, falls back on the log and says so."""

    name = "auto"

    def __init__(self, on_action: OnAction, app_name: str, grace: float = GRACE) -> None:
        self._desktop = DesktopNotifier(on_action, app_name)
        self._log = LogNotifier()
        self._patience_ends = time.monotonic() + grace
        self._logged: set[str] = set()

    def show(self, notice: Notice) -> bool:
        """True when the desktop took the notice, or when it stands in the log because no desktop can be
        expected. False while a desktop may still be starting."""
        try:
            if self._desktop.show(notice):
                return True
            expected = time.monotonic() < self._patience_ends
        except NotifyError:
            expected = False
        if notice.id not in self._logged:
            self._log.show(notice)
        if expected:
            self._logged.add(notice.id)  # once is enough until the desktop has it or is given up
        else:
            self._logged.discard(notice.id)
        return not expected

    def check(self) -> str:
        """'' on a desktop; else why notices go to the log."""
        if problem := self._desktop.check():
            return f"{problem} Until then notices go to the log."
        return ""

    def close(self) -> None:
        """End the desktop's thread."""
        self._desktop.close()
