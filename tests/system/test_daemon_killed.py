"""kill -9 of the real service, again and again, while it works through a fresh mailbox: in the end every draft
lies there once and every flag is set, as if nothing had happened. (tests/test_outbox.py stops at every single
step, in the same process.)"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest
from conftest import until
from servers.dovecot import Dovecot
from servers.person import MailProgram, Person, Service, fill, header, settled

from watcher.sample import build
from watcher.sample.unrelated import unrelated

pytestmark = pytest.mark.dovecot

log = logging.getLogger(__name__)

Picture = tuple[list[tuple[str, str, str]], dict[str, frozenset[str]]]


def picture(program: MailProgram) -> Picture:
    """What the watcher has made of a mailbox: its drafts without their dates, and the flags."""
    names = ("Message-ID", "In-Reply-To", "X-Interview-Watcher-Draft")
    return sorted(tuple(header(raw, name) for name in names) for raw in program.drafts()), program.flagged()


def test_killed_again_and_again_it_does_everything_once(dovecot: Dovecot) -> None:
    now, chance = datetime.now(UTC), Random(20_261_125)
    mails = [*build(now), *unrelated(400, now, seed=3)]

    plain = dovecot.new_user()
    fill(dovecot, plain, mails)
    with Person() as person:
        person.configure(person.account(dovecot, plain))
        with Service(person) as service:
            assert service.heard(settled, 60), service.log()
            assert service.stop()[0] == 0
    expected = picture(MailProgram(dovecot, plain))
    assert len(expected[0]) >= 8
    assert len(expected[1]) >= 4

    user = dovecot.new_user()
    fill(dovecot, user, mails)
    program = MailProgram(dovecot, user)
    with Person() as person:
        person.configure(person.account(dovecot, user))

        def drafts() -> int:
            folders = [dovecot.maildir(user) / ".Drafts" / sub for sub in ("new", "cur")]
            return sum(len(list(folder.iterdir())) for folder in folders if folder.is_dir())

        def facts(least: int) -> Callable[[], bool]:
            return lambda: person.stored("SELECT count(*) FROM facts") >= [(least,)]

        moments: list[Callable[[], object]] = [
            facts(1),
            facts(100),
            person.waiting,
            *[_more(drafts, n) for n in (1, 3, 6)],
        ]
        moments.append(lambda: drafts() >= len(expected[0]))
        for moment in moments:
            with Service(person) as service:
                assert until(moment, 30, step=0.002), service.log()
                until(lambda: service.process.poll() is not None, chance.uniform(0, 0.03), step=0.001)
                service.kill()
                log.info("killed: %d drafts laid, %d actions waiting", drafts(), person.waiting())
        with Service(person) as service:
            assert service.heard(settled, 60), service.log()
            assert until(lambda: not person.waiting(), 10)
            service.look()
            assert picture(program) == expected
            before = program.everything()
            assert service.stop()[0] == 0
        with Service(person) as service:
            assert service.heard(settled, 60), service.log()
            service.look()
            assert program.everything() == before


def _more(count: Callable[[], int], least: int) -> Callable[[], bool]:
    return lambda: count() >= least
