"""The torture set (torture.py): no mail takes long or much, breaks anything, or speaks in our name."""

from __future__ import annotations

import email.policy
import html
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from itertools import islice
from pathlib import Path

import pytest
from cli_helpers import Home
from conftest import LONG, ROOT
from servers.dovecot import FOLDERS, PASSWORD, Dovecot
from servers.phase_proxy import PhaseProxy
from servers.remembering import Screen
from torture import CANARY, INTERVIEW, RECIPES, SHAPES, WRITTEN, some
from wire import commands

from watcher.core.model import ActionKind
from watcher.core.plan import Wishes
from watcher.core.standing import Person, Standing
from watcher.core.wording import words
from watcher.mailbox import ImapAccount, Mailbox
from watcher.mailbox.imap import connect
from watcher.mailbox.memory import MemoryMailbox
from watcher.notify import TITLE_LENGTH, Notice, clean, clean_body
from watcher.notify.log import LogNotifier
from watcher.outbox import flush, notice_for, tell
from watcher.packs import load_models, load_packs
from watcher.scan import Look, decide, journal, read_account
from watcher.store import Store

#: What one mail may cost: seconds of CPU, megabytes.
SECONDS, MEGABYTES = 0.5, 60.0

PERSON = Person(
    address="sari@example.com",
    name="Sari Wulandari",
    addresses=frozenset({"sari@example.com"}),
    notice_hours=(0, 24),
    urgent_hours=(0, 24),
)
#: The days on which the whole way is walked: thank-you, a quiet week, two quiet weeks.
DAYS = (1, 8, 16)
#: Where not all of them are tried: each so manieth, which meets every place and every string.
STRIDE = 13
CHOSEN = some(1 if LONG else 5)
#: What a draft's header may hold.
HEADERS = {
    *("date", "from", "to", "cc", "subject", "message-id", "in-reply-to", "references"),
    *("x-interview-watcher-draft", "content-type", "content-transfer-encoding", "mime-version"),
}
#: What a mail server may be told.
VERBS = {
    *("CAPABILITY", "LOGIN", "AUTHENTICATE", "ID", "ENABLE", "COMPRESS", "NOOP", "LOGOUT", "IDLE", "LIST"),
    *("EXAMINE", "SELECT", "CLOSE", "UNSELECT", "SEARCH", "FETCH", "STORE", "APPEND", "EXPUNGE"),
}


def test_the_set_is_large_and_the_same_every_time() -> None:
    assert len(RECIPES) >= 300
    assert all(recipe() == recipe() for recipe in RECIPES.values())


# --------------------------------------------------------------------------- what a mail costs


def test_no_mail_takes_long_or_much_or_breaks_anything() -> None:
    judging = [
        subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "torture_child.py"), str(first), "2"],
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first in (0, 1)
    ]
    told = [child.communicate(timeout=300) for child in judging]
    for child, (_, names) in zip(judging, told, strict=True):
        assert child.returncode == 0, f"died of: {names.splitlines()[-1:]}"
    costs = [json.loads(line) for out, _ in told for line in out.splitlines()]
    assert {name for name, *_ in costs} == RECIPES.keys()
    assert [(name, fault) for name, *_, fault in costs if fault] == []
    assert [(name, seconds) for name, seconds, *_ in costs if seconds > SECONDS] == []
    assert [(name, megabytes) for name, _, megabytes, _ in costs if megabytes > MEGABYTES] == []


# --------------------------------------------------------------------------- the whole way, with a real server


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What came of the poisoned mails."""

    drafts: list[bytes]  # all that were ever laid
    notices: list[Notice]
    standings: tuple[Standing, ...]
    store: Store


def look() -> Look:
    return Look(account="personal", person=PERSON, packs=load_packs(), models=load_models())


def walk(mailbox: Mailbox, store: Store, days: Iterable[int] = DAYS) -> Way:
    """Read everything, and live through these days after the interview."""
    screen, laid, packs = Screen(), [], load_packs()
    everything: tuple[Standing, ...] = ()
    store.set_note("first_run", (WRITTEN - timedelta(days=9)).isoformat())
    read_account(look(), mailbox, store)
    for day in days:
        now = INTERVIEW + timedelta(days=day)
        everything, actions = decide(store, PERSON, Wishes(level="full"), packs, now)
        journal(store, actions, everything, now)
        drafts = store.journal(status="waiting", kind=ActionKind.DRAFT)
        laid += [line.action.data["raw"].encode("utf-8", "surrogateescape") for line in drafts]
        flush(store, mailbox, "personal", now)
        for line in store.journal(status="waiting", kind=ActionKind.NOTIFY):
            screen.show(notice_for([line], words(packs, "en")))
        tell(store, screen, words(packs, "en"), now)
    assert not store.journal(status="waiting")
    return Way(drafts=laid, notices=screen.shown, standings=everything, store=store)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("torture"))
    home.write_config()
    return home


@pytest.fixture(scope="module")
def way(home: Home) -> Iterator[Way]:
    """Poisoned mails through everything but a server."""
    box = MemoryMailbox("personal")
    for recipe in CHOSEN:
        box.deliver(recipe())
    with closing(Store(home.database)) as store:
        yield walk(box, store)


def unseen(text: str, but: str = "\n") -> set[str]:
    """What a terminal obeys or hides in `text`: controls, directions, zero widths, halves."""
    return {
        char
        for char in text
        if char not in but and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }


def test_they_get_far_enough_to_matter(way: Way) -> None:
    assert len(way.standings) > 0.9 * len(CHOSEN)
    assert len(way.drafts) > len(CHOSEN)
    assert len(way.notices) > len(CHOSEN)


def test_a_draft_has_the_headers_it_is_meant_to_have_and_no_sign_of_its_own(way: Way) -> None:
    for raw in way.drafts:
        mail = message_from_bytes(raw, policy=email.policy.default)
        names = [name.lower() for name in mail]
        assert len(names) == len(set(names))
        assert set(names) <= HEADERS, raw
        assert [one.addr_spec for one in mail["From"].addresses] == [PERSON.address]
        assert len(mail["To"].addresses) == 1
        assert re.fullmatch(r"[!-?A-~]+@(maju\d+|bank)\.example", mail["To"].addresses[0].addr_spec)
        assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
        assert max(map(len, raw.split(b"\r\n"))) < 998
        text = str(mail["Subject"]) + str(mail["To"]) + mail.get_content().replace("\r\n", "\n")
        assert not unseen(text), raw
        assert "1337" not in text  # 7 * 191: no template of a mail was carried out


def test_a_notice_is_plain_text_for_every_server(way: Way) -> None:
    for notice in way.notices:
        title, body = clean(notice.title, TITLE_LENGTH), clean_body(notice.body)
        assert not unseen(title, "\u200c\u200d") | unseen(body, "\n\u200c\u200d")
        shown = html.escape(body)
        assert not re.search(r"<|>|&(?!amp;|lt;|gt;|quot;|#x27;)", shown)
        assert re.fullmatch(r"process(-[0-9a-f]+)*", notice.id)


def test_the_log_is_plain_text(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for notice in way.notices:
        LogNotifier().show(notice)
    assert caplog.records
    assert not unseen("".join(record.getMessage() for record in caplog.records), "\n\u200c\u200d")


def test_nothing_in_the_database_was_carried_out(way: Way) -> None:
    tables = way.store._read("SELECT name FROM sqlite_schema WHERE type = 'table'")
    assert {"facts", "seen", "actions", "marks", "cursors"} <= {name for (name,) in tables}
    assert len(way.store.facts()) > 0.9 * len(CHOSEN)
    assert way.store.note("first_run")
    kinds = {line.action.kind for line in way.store.journal()}
    assert kinds <= set(ActionKind)


def test_what_the_commands_print_steers_no_terminal(way: Way, home: Home) -> None:
    later = ("--now", "2026-11-12T10:00")
    every = 1 if LONG else 18
    printed = [home.run("status", "--all", *later), home.run("status", "--all", "--json", *later)]
    for one in way.standings[::every]:
        printed += [
            home.run("show", one.process.id, *later),
            home.run("show", one.process.id, "--json", *later),
            home.run("draft", one.process.id, "--print", *later),
        ]
    for done in printed:
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert not unseen(done.output), done.output
        assert "Traceback" not in done.output
    assert all(done.exit_code == 0 for done in printed[:2])


def test_files_of_any_form_are_told_of_without_a_fault(home: Home, tmp_path: Path) -> None:
    chosen = dict(islice(RECIPES.items(), 0, None, 1 if LONG else 8 * STRIDE)) | SHAPES
    for number, recipe in enumerate(chosen.values()):
        raw = recipe()
        if len(raw) < 2_000_000:
            (tmp_path / f"{number:04}.eml").write_bytes(raw)
    files = sorted(tmp_path.iterdir())
    for words_ in (["classify", *files], ["classify", "--json", *files], ["scan", tmp_path, "--dry-run"]):
        done = home.run(*words_)
        assert done.exit_code == 0, done.output[-2000:]
        assert not unseen(done.output)
    assert sorted(tmp_path.iterdir()) == files
    assert not list(home.root.rglob(f"*{CANARY}*"))
    assert not Path(CANARY).exists()


@pytest.mark.dovecot
def test_a_server_hears_nothing_but_our_own_commands(dovecot: Dovecot) -> None:
    """Every place, and every string, though not in every place unless there is time."""
    chosen = [recipe() for recipe in some(2 if LONG else 5 * STRIDE)]
    user = dovecot.new_user()
    dovecot.fill(user, chosen)
    with PhaseProxy(dovecot.port) as proxy, closing(Store(None)) as store:
        account = ImapAccount("personal", PERSON.address, proxy.host, proxy.port, user, "none")
        with closing(connect(account, lambda: PASSWORD)) as mailbox:
            way = walk(mailbox, store, days=(8,))
            folders = {folder.name for folder in mailbox.folders()}
        [heard] = proxy.heard
        live = store.journal(status="done", kind=ActionKind.DRAFT)
    told = list(commands(heard))
    assert len({one.tag for one in told}) == len(told)
    assert {one.verb for one in told} <= VERBS
    for one in told:
        if one.verb in ("SELECT", "EXAMINE"):
            assert one.words.strip('"') in {"INBOX", *FOLDERS}
        if one.verb == "APPEND":
            assert re.match(r'"?Drafts"? \(\\Draft \\Seen\)', one.words)
        if one.verb == "STORE":
            assert re.fullmatch(r"[\d,:]+ [+-]FLAGS(\.SILENT)? \((\\(Flagged|Deleted)|\$\w+| )+\)", one.words)
        assert not one.literal or one.verb == "APPEND"
    assert len(way.drafts) > 0.7 * len(chosen)
    assert folders == {"INBOX", *FOLDERS}
    flags = dovecot.flags(user)
    assert len(flags) == len(chosen)
    ours = {"\\Flagged", "$FollowUp1w", "$FollowUp2w"}
    assert set().union(*flags.values()) <= ours
    found = [file.read_bytes() for file in (dovecot.maildir(user) / ".Drafts").glob("*/*") if file.is_file()]
    assert len(found) == len(live)
