"""The mailbox on an IMAP server (RFC 3501 and 9051), by imapclient.

It reads with EXAMINE and BODY.PEEK only, so that nothing changes by being looked at. It writes in three
verbs: `append_draft`, `add_flags` / `remove_flags`, `delete_draft`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from imapclient.imap_utf7 import decode as decode_utf7

from watcher.errors import LimitError, MailboxConfigError, MailboxError, Retry
from watcher.mailbox import (
    About,
    Cursor,
    Fetched,
    Folder,
    ImapAccount,
    Mailbox,
    Remark,
    Role,
    Sieve,
    Token,
    folder_for,
)
from watcher.mailbox.bell import Bell
from watcher.mailbox.imap_about import about
from watcher.mailbox.imap_errors import RefusedError
from watcher.mailbox.imap_idle import INBOX, Idle
from watcher.mailbox.imap_read import BATCH_MAILS, end_of, mails, uids_since, uids_with_id
from watcher.mailbox.imap_session import Session
from watcher.mailbox.imap_window import LITTLE, changed_folders, newest, sifted

#: RFC 6154 attributes, and Gmail's older names for them.
SPECIAL_USE: Mapping[bytes, Role] = {
    rb"\all": Role.ALL,
    rb"\allmail": Role.ALL,
    rb"\archive": Role.ARCHIVE,
    rb"\sent": Role.SENT,
    rb"\drafts": Role.DRAFTS,
    rb"\junk": Role.JUNK,
    rb"\spam": Role.JUNK,
    rb"\trash": Role.TRASH,
}
_CLOSED = {rb"\noselect", rb"\nonexistent"}
_FLAG = re.compile(r"\\?[A-Za-z0-9$_.-]+")


def connect(account: ImapAccount, secret: Callable[[], str] | Token) -> Mailbox:
    """Sign in and return the account's mailbox. `secret`, a password or a Token, is asked once the server is
    there.

    Raises MailboxConfigError, SignInError, MailboxError, and what `secret` raises.
    """
    session = Session(account, secret)
    if session.can("X-GM-EXT-1"):
        from watcher.mailbox.gmail import GmailMailbox  # it builds on this module

        return GmailMailbox(session)
    return ImapMailbox(session)


class ImapMailbox:
    """See `watcher.mailbox.Mailbox` for what the verbs mean."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._account = session.account
        self._folders: tuple[Folder, ...] = ()
        self._bell = Bell()
        self._idle = Idle(session, self._bell)
        self._turn = 0  # whose turn it is to be asked for news
        self._ends: dict[str, int] = {}  # folder -> the last UID that was seen there
        self._looked: tuple[str, dict[bytes, Any]] | None = (
            None  # by `cursor`, for the `fetch_since` after it
        )

    @property
    def name(self) -> str:
        """The account's name."""
        return self._account.name

    def folders(self) -> tuple[Folder, ...]:
        """By SPECIAL-USE attribute and the settings' overrides; INBOX by its name, which is the protocol's."""
        listed = self._list(special=False)
        if not any(
            Role.INBOX not in folder.roles and folder.roles for folder in listed
        ) and self._session.can("SPECIAL-USE"):
            listed = self._list(special=True)
        self._folders = _overridden(listed, self._account)
        return self._folders

    def cursor(self, folder: str) -> Cursor:
        """UIDNEXT - 1, afresh."""
        if self._idle.keeps(folder) and folder in self._ends:
            return Cursor(folder, self._session.validity(folder), self._ends[folder])
        if folder == self._name_of(Role.ALL):  # INBOX is waited on: what comes into it from now on is news
            self._look_at(INBOX)
        state = self._look_at(folder)
        self._looked = (folder, state)
        found = end_of(self._session, folder, state)
        self._ends[folder] = found.uid
        return found

    def fetch_since(
        self, folder: str, cursor: Cursor | None, since: date | None = None, sieve: Sieve | None = None
    ) -> Iterator[Fetched]:
        """UID FETCH: whole mails in batches of at most 2 MB, or with a sieve the headers first."""
        kept, looked, self._looked = self._idle.keeps(folder), self._looked, None
        again = looked is not None and looked[0] == folder and self._session.shows(folder)
        if not again and (sieve is None or not kept):
            kept, looked = False, (folder, self._look_at(folder))
        same = cursor is not None and cursor.uidvalidity == self._session.validity(folder)
        after = cursor.uid if cursor is not None and same else 0
        drafts = folder == self._name_of(Role.DRAFTS)
        if sieve is not None and not drafts and after and (kept or _is_little(looked, after)):
            found = newest(self._session, folder, after, sieve)
        else:
            state = looked[1] if looked is not None and not kept else self._look_at(folder)
            uids = self._search(folder, state, after, since, drafts=drafts)
            if sieve is not None:
                found = sifted(self._session, folder, uids, sieve)
            else:
                found = mails(self._session, folder, uids)
        for one in found:
            self._ends[folder] = max(one.uid, self._ends.get(folder, 0))
            yield one
        self._idle.has_read(folder, self._ends.get(folder, 0))
        self._idle.overheard(folder)

    def news(self, folders: Iterable[str]) -> frozenset[str]:
        """What IDLE told; with it STATUS of the folder of sent mail, where the person's answer may lie. Without
        news STATUS of one of the other folders, each in its turn, with which the server tells of the one in
        view as well; of all of them when somebody rang."""
        names, shown = list(folders), self._session.shows(INBOX)
        told = self._idle.missed and shown
        asked = [folder for folder in names if folder != INBOX or not shown]
        unknown = frozenset(folder for folder in asked if folder not in self._ends)
        known = [folder for folder in asked if folder not in unknown]
        if told and not self._idle.rung:
            known = [folder for folder in known if folder == self._name_of(Role.SENT)]
        elif known and not self._idle.rung:
            self._turn += 1
            known = [known[self._turn % len(known)]]
        changed: frozenset[str] = frozenset()
        if known or not self._session.can("IDLE"):
            before = self._idle.missed
            changed = changed_folders(self._session, {folder: self._ends[folder] for folder in known})
            self._idle.overheard(INBOX)
            self._idle.missed = self._idle.missed or before
        return (
            changed | unknown | (self._read_for_inbox(names) if self._idle.missed and shown else frozenset())
        )

    def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        """SEARCH HEADER, then compared exactly."""
        self._session.open(folder)
        return uids_with_id(self._session, message_id)

    def fetch(self, folder: str, uid: int) -> Fetched | None:
        """One mail."""
        self._session.open(folder)
        return next(mails(self._session, folder, [uid]), None)

    def append_draft(self, raw: bytes) -> None:
        """APPEND into the folder that is for drafts."""
        folder = self._drafts()
        name = self._session.wire[folder]
        flags = (rb"\Draft", rb"\Seen")
        try:
            self._session.do(
                "putting a draft into", lambda: self._session.client.append(name, raw, flags), len(raw)
            )
        except RefusedError as refused:
            if refused.code in ("TRYCREATE", "NONEXISTENT"):
                raise MailboxConfigError(
                    f"Account {self.name}: the Drafts folder {folder!r} is gone.",
                    "Create it, or name another with `folders: drafts:`.",
                ) from refused
            if refused.code == "OVERQUOTA":
                raise MailboxConfigError(
                    f"The mailbox of account {self.name} is full (OVERQUOTA): no draft can be laid.",
                    "Make room in it; the draft is laid then.",
                ) from refused
            raise

    def add_flags(self, folder: str, uids: Sequence[int], flags: Iterable[str]) -> None:
        """UID STORE +FLAGS."""
        self._store(folder, uids, flags, self._session.client.add_flags)

    def remove_flags(self, folder: str, uids: Sequence[int], flags: Iterable[str]) -> None:
        """UID STORE -FLAGS."""
        self._store(folder, uids, flags, self._session.client.remove_flags)

    def delete_draft(self, uid: int) -> None:
        """\\Deleted and UID EXPUNGE of this one; a bare EXPUNGE could take others along."""
        session = self._session
        session.open(self._drafts(), write=True)
        session.do("removing a draft from", lambda: session.client.delete_messages([uid], silent=True))
        if session.can("UIDPLUS"):
            session.do("removing a draft from", lambda: session.client.uid_expunge([uid]))

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """IDLE on INBOX where offered, else the time passes."""
        if stop.is_set():
            return False
        with self._bell.listening(stop):
            if self._session.can("IDLE"):
                changed = self._idled(seconds)
            else:
                self._idle.rung, _ = self._bell.wait(seconds)
                changed = True
        return changed and not stop.is_set()

    def about(self) -> About:
        """What the server says of itself, and whether drafts may be laid."""
        return about(self._session, self._name_of(Role.DRAFTS))

    def wake(self) -> None:
        """Ends a wait."""
        self._bell.ring()

    def close(self) -> None:
        """Logs out if the line is alive."""
        self._session.close()
        self._bell.close()

    def alerts(self) -> tuple[str, ...]:
        """The server's [ALERT] texts since this was asked last."""
        said, self._session.alerts = self._session.alerts, []
        return tuple(said)

    def remarks(self) -> tuple[Remark, ...]:
        """Nothing is amiss."""
        return ()

    # ------------------------------------------------------------------ inside

    def _search(
        self, folder: str, state: dict[bytes, Any], after: int, since: date | None, *, drafts: bool
    ) -> list[int]:
        narrow = () if after else self._narrowed(folder)
        search = partial(uids_since, self._session, state, after, since, drafts=drafts)
        try:
            return search(narrow=narrow)
        except RefusedError:
            if not narrow:
                raise
            return search()  # read a little more rather than nothing

    def _narrowed(self, folder: str) -> Sequence[str]:
        """Further SEARCH keys for a folder that is read for the first time."""
        return ()

    def _read_for_inbox(self, names: Sequence[str]) -> frozenset[str]:
        """Those of the folders that are to be read when something came into INBOX: where one shows all mail,
        INBOX itself is not read."""
        if INBOX in names:
            return frozenset({INBOX})
        return frozenset(names) & {self._name_of(Role.ALL)} or frozenset(names)

    def _idled(self, seconds: float) -> bool:
        """IDLE. A server ends a session when its token does, about every hour: no fault, and not told."""
        try:
            return self._idle.wait(seconds)
        except MailboxError as error:
            apart = error.retry is Retry.NEVER or isinstance(error, LimitError)
            if apart or not self._session.may_renew():
                raise
        self._session.renew()
        return True

    def _look_at(self, folder: str) -> dict[bytes, Any]:
        state = self._session.open(folder)
        self._idle.saw(folder, state)
        return state

    def _list(self, *, special: bool) -> tuple[Folder, ...]:
        session = self._session
        found = session.do("listing the folders of", lambda: session.client.list_raw(special=special))
        folders = []
        for attributes, wire in found:
            marks = {mark.lower() for mark in attributes if isinstance(mark, bytes)}
            raw = wire if isinstance(wire, bytes) else str(wire).encode("ascii", "replace")
            if marks & _CLOSED or any(byte < 0x20 for byte in raw):
                continue
            name = "INBOX" if raw.upper() == b"INBOX" else decoded(raw)
            session.wire[name] = raw
            roles = {role for mark, role in SPECIAL_USE.items() if mark in marks}
            folders.append(Folder(name, frozenset(roles | ({Role.INBOX} if name == "INBOX" else set()))))
        return tuple(sorted(folders, key=lambda folder: Role.INBOX not in folder.roles))

    def _name_of(self, role: Role) -> str:
        folder = folder_for(self._folders or self.folders(), role)
        return folder.name if folder else ""

    def _drafts(self) -> str:
        name = self._name_of(Role.DRAFTS)
        if not name:
            self._folders = ()  # the person may have made one meanwhile
            name = self._name_of(Role.DRAFTS)
        if not name:
            raise MailboxConfigError(
                f"Account {self.name} has no Drafts folder: no folder carries the mark \\Drafts.",
                "Create one in your mail program, or name it with `folders: drafts:`.",
            )
        return name

    def _store(
        self, folder: str, uids: Sequence[int], flags: Iterable[str], store: Callable[..., object]
    ) -> None:
        wanted = tuple(flags)
        if not all(_FLAG.fullmatch(flag) for flag in wanted):
            raise ValueError(f"not an IMAP flag in {wanted}")
        if not uids:
            return
        state = self._session.open(folder, write=True)
        permanent = {flag.lower() for flag in state.get(b"PERMANENTFLAGS", (rb"\*",))}
        kept = [flag for flag in wanted if rb"\*" in permanent or flag.lower().encode() in permanent]
        for start in range(0, len(uids) if kept else 0, BATCH_MAILS):
            chunk = [int(uid) for uid in uids[start : start + BATCH_MAILS]]
            self._session.do("flagging mail of", partial(store, chunk, kept, silent=True))


def _is_little(looked: tuple[str, dict[bytes, Any]] | None, after: int) -> bool:
    """Is what lies behind `after` so little that no search is worth its turn?"""
    end = int(looked[1].get(b"UIDNEXT", 0)) if looked is not None else 0
    return end > after + 1 and end - after <= LITTLE


def decoded(raw: bytes) -> str:
    """A folder name from modified UTF-7; a malformed one stays as it is."""
    try:
        return str(decode_utf7(raw))
    except ValueError:
        return raw.decode("latin-1")


def _overridden(folders: tuple[Folder, ...], account: ImapAccount) -> tuple[Folder, ...]:
    """Give each role in the settings to the folder named there, and to no other."""
    names = {folder.name for folder in folders}
    missing = [name for name in account.folders.values() if name not in names]
    if missing:
        raise MailboxConfigError(
            f"Account {account.name} has no folder {missing[0]!r}.",
            "Check `folders` in the configuration; there are: " + ", ".join(sorted(names)[:20]) + ".",
        )
    return tuple(
        Folder(
            folder.name,
            frozenset(
                {role for role in folder.roles if account.folders.get(role, folder.name) == folder.name}
                | {role for role, name in account.folders.items() if name == folder.name}
            ),
        )
        for folder in folders
    )
