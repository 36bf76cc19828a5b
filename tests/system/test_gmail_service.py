"""The running service, and the commands, on a server like Gmail's: labels, limits, what is told."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from conftest import until
from servers.dovecot import PASSWORD
from servers.person import Person, Service, draft_kind, fill, judged, news, settled

from watcher.mailbox.imap import connect
from watcher.sample import SampleMail, build

if TYPE_CHECKING:
    from servers.dovecot import Dovecot
    from servers.gmail import Gmail

pytestmark = pytest.mark.dovecot

ENGLISH = {
    "Interviews/Waiting",
    "Interviews/Your turn",
    "Interviews/1 week quiet",
    "Interviews/2 weeks quiet",
}


@pytest.fixture
def mails() -> tuple[SampleMail, ...]:
    """Two quiet processes, an invitation and a rejection."""
    chosen = ("nusantara", "samudra", "meridian", "kencana")
    return tuple(mail for mail in build(datetime.now(UTC)) if mail.story in chosen)


@pytest.fixture
def user(gmail: Gmail, mails: tuple[SampleMail, ...]) -> str:
    user = gmail.new_user()
    for mail in mails:
        place = r"\Sent" if mail.folder == "Sent" else r"\Inbox"
        gmail.put(user, mail.raw, labels=[place], when=mail.arrived.timestamp())
    return user


@pytest.fixture
def person() -> Iterator[Person]:
    with Person() as person:
        yield person


def ours(gmail: Gmail, user: str, prefix: str = "Interviews/") -> dict[str, set[str]]:
    """Message-ID -> our labels, of the mails that have any."""
    found = {
        mid: {one for one in labels if one.startswith(prefix)} for mid, labels in gmail.labels(user).items()
    }
    return {mid: labels for mid, labels in found.items() if labels}


def test_labels_drafts_and_threads(gmail: Gmail, user: str, person: Person) -> None:
    person.configure(person.account(gmail, user))
    assert person.watcher("scan").returncode == 0
    first = ours(gmail, user)
    states = {one["state"] for one in person.asks("status", "--all")["processes"]}
    assert {"QUIET_1W", "QUIET_2W"} & states
    assert {"Interviews/1 week quiet", "Interviews/2 weeks quiet"} & set().union(*first.values())
    assert all(len(labels) == 1 and labels <= ENGLISH for labels in first.values())
    drafts = [mid for mid, labels in gmail.labels(user).items() if r"\Draft" in labels]
    assert drafts
    [(bare,)] = person.stored("SELECT count(*) FROM facts WHERE json_extract(data, '$.gmail_thread') IS NULL")
    [(all_,)] = person.stored("SELECT count(*) FROM facts")
    assert bare == 0 < all_
    commands = len(gmail.heard[user])
    assert person.watcher("scan").returncode == 0
    assert not any("STORE" in line or "APPEND" in line for line in gmail.heard[user][commands:])
    assert ours(gmail, user) == first

    person.configure(person.account(gmail, user), language="id")
    assert person.watcher("scan").returncode == 0
    assert ours(gmail, user) == {}
    other = ours(gmail, user, "Wawancara/")
    assert other.keys() == first.keys()

    person.configure(
        person.account(gmail, user), labels={"one_week": "Kerja/Sepi", "two_weeks": "Kerja/Sepi"}
    )
    assert person.watcher("scan").returncode == 0
    assert "Kerja/Sepi" in set().union(*gmail.labels(user).values())

    person.configure(person.account(gmail, user), marks_in_mailbox="none")
    assert person.watcher("scan").returncode == 0
    left = set().union(*gmail.labels(user).values())
    assert not {label for label in left if not label.startswith("\\")}
    assert gmail.peak[user] <= 2


def test_an_answer_takes_the_label_and_the_draft_away_and_a_session_may_end(
    gmail: Gmail, user: str, person: Person, mails: tuple[SampleMail, ...]
) -> None:
    person.configure(person.account(gmail, user))
    with Service(person) as service:
        assert service.heard(settled, 40), service.log()
        before = ours(gmail, user)
        gmail.end_sessions(user)
        assert until(lambda: "has ended the session" in service.log(), 10), service.log()
        assert until(lambda: gmail.sessions[user], 15)
        raw, message_id = news(mails, "nusantara")
        gmail.deliver(user, raw)
        assert judged(person, message_id), service.log()
        assert until(lambda: message_id in ours(gmail, user), 10), service.log()
        processes = person.asks("status", "--all")["processes"]
        state = next(one["state"] for one in processes if message_id in one["messages"])
        name = {"QUIET_1W": "Interviews/1 week quiet"}.get(state, "Interviews/Waiting")
        assert until(lambda: ours(gmail, user)[message_id] == {name}, 5)
        assert len(set(before) - set(ours(gmail, user))) == 1
        assert not [line for line in service.log().splitlines() if line.startswith(("WARNING", "ERROR"))]
        assert person.watcher("status").stderr == ""
        assert service.stop()[0] == 0
    assert gmail.peak[user] <= 2


def teller(person: Person) -> dict[str, Any]:
    """Notices as lines of a file."""
    script = f"import sys; open({str(person.home / 'told')!r}, 'a').write(sys.stdin.read() + '\\n')"
    return {
        "kind": "command",
        "command": [sys.executable, "-c", script],
        "hours": [0, 24],
        "urgent_hours": [0, 24],
    }


def told(person: Person, prefix: str) -> list[dict[str, Any]]:
    path = person.home / "told"
    lines = path.read_text().splitlines() if path.exists() else []
    return [one for one in map(json.loads, lines) if one["id"].startswith(prefix)]


def test_the_sixteenth_connection(
    gmail: Gmail, dovecot: Dovecot, user: str, person: Person, mails: tuple[SampleMail, ...]
) -> None:
    """The other account goes on, the person is told once, nothing is lost."""
    other = dovecot.new_user()
    fill(dovecot, other, [mail for mail in mails if mail.story == "samudra"])
    work = person.account(dovecot, other, name="work", address="sari.kerja@example.com")
    person.configure(person.account(gmail, user), work, notices=teller(person))
    crowd = ExitStack()
    for _ in range(15):
        crowd.callback(connect(gmail.account(user), lambda: PASSWORD).close)
    with crowd, Service(person) as service:
        assert service.heard(settled, 40), service.log()
        assert until(lambda: gmail.turned_away.get(user), 20)
        raw, elsewhere = news(mails, "samudra")
        dovecot.deliver(other, raw)
        assert judged(person, elsewhere), service.log()
        raw, waiting = news(mails, "nusantara")
        gmail.deliver(user, raw)
        tries = gmail.turned_away[user]
        assert until(lambda: told(person, "account-"), 10), service.log()
        service.process.send_signal(signal.SIGUSR1)
        assert until(lambda: gmail.turned_away[user] > tries, 20)
        (notice,) = told(person, "account-")
        assert "too many are connected" in notice["body"]
        assert "simultaneous" in notice["body"]
        assert "simultaneous" not in service.log()
        assert service.process.poll() is None
        crowd.close()
        service.process.send_signal(signal.SIGUSR1)
        assert judged(person, waiting), service.log()
        assert until(lambda: "it works again" in service.log(), 10)
        assert len(told(person, "account-")) == 1
        assert service.stop()[0] == 0
    assert {draft_kind(raw) for raw in drafts(gmail, user)}


def drafts(gmail: Gmail, user: str) -> list[bytes]:
    mailbox = connect(gmail.account(user), lambda: PASSWORD)
    found = [one.raw or b"" for one in mailbox.fetch_since("[Gmail]/Drafts", None)]
    mailbox.close()
    return found


def test_an_alert_is_shown_once_and_stands_in_no_log(gmail: Gmail, user: str, person: Person) -> None:
    gmail.alerts[user] = "Your account sari.rahasia@gmail.com is nearly full"
    person.configure(person.account(gmail, user), notices=teller(person))
    for _ in range(2):
        with Service(person) as service:
            assert service.heard(settled, 40), service.log()
            assert until(lambda: told(person, "alert-"), 10), service.log()
            assert "sari.rahasia" not in service.log()
            assert service.stop()[0] == 0
    (notice,) = told(person, "alert-")
    assert "sari.rahasia@gmail.com is nearly full" in notice["body"]


def test_an_alert_that_comes_while_it_waits_is_shown(gmail: Gmail, user: str, person: Person) -> None:
    person.configure(person.account(gmail, user), notices=teller(person))
    with Service(person) as service:
        assert service.heard(settled, 40), service.log()
        said = len(service.said)
        gmail.say(user, "OK [ALERT] Someone has your password")
        assert until(lambda: not any(session.news for session in gmail.sessions[user]), 10)
        service.process.send_signal(signal.SIGUSR1)  # else with the next look, five minutes later at most
        assert service.heard(lambda lines: len(lines) > said)
        assert until(lambda: told(person, "alert-"), 10), service.log()
        assert "Someone has" not in service.log()
        assert service.stop()[0] == 0
    (notice,) = told(person, "alert-")
    assert notice["body"].endswith("the mail server says: Someone has your password")


def test_doctor_says_what_is_hidden_or_limited(gmail: Gmail, user: str, person: Person) -> None:
    person.configure(person.account(gmail, user), notices={"kind": "none"})
    assert "hides" not in person.watcher("doctor").stdout
    gmail.hidden[user] = {r"\All", r"\Sent"}
    gmail.alerts[user] = "Welcome back"
    report = " ".join(person.watcher("doctor").stdout.split())
    assert "Gmail hides All Mail from IMAP" in report
    assert "tick `Show in IMAP` beside All Mail" in report
    assert "no folder is marked as sent" in report
    assert "Tick `Show in IMAP` beside it" in report
    assert "it says: Welcome back" in report
    gmail.hidden.clear()
    gmail.full.add(user)
    assert person.watcher("scan").returncode == 0
    report = " ".join(person.watcher("doctor").stdout.split())
    assert "is full (OVERQUOTA)" in report


def test_without_all_mail_the_same_is_found(gmail: Gmail, user: str, person: Person) -> None:
    person.configure(person.account(gmail, user))
    whole = {one["id"] for one in person.asks("scan", "--dry-run")["processes"]}
    gmail.hidden[user] = {r"\All"}
    assert {one["id"] for one in person.asks("scan", "--dry-run")["processes"]} == whole
