"""The mailbox on a server like Gmail's: the generic suite, and what labels that are folders change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from mailbox_suite import MailboxTests

from watcher.mailbox import Mailbox

if TYPE_CHECKING:
    from servers.gmail import Gmail

pytestmark = pytest.mark.dovecot

Open = Callable[..., Mailbox]


class TestGmail(MailboxTests):
    @pytest.fixture(autouse=True)
    def _prepare(self, gmail: Gmail, open_gmail: Open) -> None:
        self.server, self.user, self.opened = gmail, gmail.new_user(), open_gmail

    def build(self, raws: list[bytes]) -> Mailbox:
        for number, raw in enumerate(raws):
            day = 20 if b"Undangan 20" in raw else 1 + number
            self.server.put(self.user, raw, when=datetime(2026, 3, day, 2, 0, tzinfo=UTC).timestamp())
        return self.opened(self.user)
