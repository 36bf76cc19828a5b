"""A server like Gmail's for tests: a real Dovecot with one store and folders that are views of it, behind a
proxy that speaks X-GM-EXT-1 (gmail_session.py).

What Gmail documents, or its users report, is built in: labels are folders, the same mail has another UID in
each; an APPEND of a mail that is there is thrown away; a mail expunged from a label is archived; fifteen
connections; All Mail may be hidden, folders limited to a thousand mails, folder names localised. COMPRESS,
which it also announces, is not spoken here and so not announced. Nothing was checked against Gmail itself.
"""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from email import message_from_bytes
from pathlib import Path
from typing import Any

from imapclient.imap_utf7 import encode as encode_utf7
from servers.dovecot import Dovecot
from servers.gmail_labels import NAMES, STORE, SYSTEM, VIEWS, keyword, label, make_view, search_key
from servers.gmail_session import GmailSession

from watcher.mailbox import ImapAccount

#: What Gmail announces before and after the sign-in: no QRESYNC, SORT or THREAD.
BEFORE = (
    "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2"
    " AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER"
)
AFTER = (
    "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE CONDSTORE"
    " ESEARCH LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584"
)

_NAMESPACES = """mail_max_keyword_length = 500
mail_fsync = never
namespace store {{
  prefix = Store/
  separator = /
  location = sdbox:~/store
  hidden = yes
  list = no
  subscriptions = no
  mailbox All {{
    auto = create
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  location = virtual:~/virtual
{folders}
}}"""


class Gmail(Dovecot):
    """Use as a context manager. `language`: of the folder names; `most`: connections an account may have;
    `more` is the Dovecot's. A sign-in of any kind is passed on to it.

    Faults may be set while it runs, by user: `hidden` attributes of folders that are not shown over IMAP,
    `refuse` the answer to a sign-in, `alerts` a text said right after it, `full` no room for an APPEND,
    `allowance` bytes until the bandwidth is used up. `limit_folders` is the person's setting of that name,
    `end_sessions` what Gmail does after an hour or a day, `say` a word to who waits under IDLE.
    """

    def __init__(self, *, language: str = "en", most: int = 15, **more: Any) -> None:
        self.names = NAMES[language]
        folders = "\n".join(
            f'  mailbox "{name}" {{\n    special_use = {use}\n  }}' for use, name in self.names.items()
        )
        super().__init__(
            connections=100,
            namespaces=_NAMESPACES.format(folders=folders),
            plugins="virtual",
            **more,
        )
        self.most = most
        self.hidden: dict[str, set[str]] = {}
        self.refuse: dict[str, str] = {}
        self.alerts: dict[str, str] = {}
        self.full: set[str] = set()
        self.allowance: dict[str, int] = {}
        self.sessions: dict[str, list[GmailSession]] = {}  # signed in, by user
        self.peak: dict[str, int] = {}  # so many at the same time, by user
        self.turned_away: dict[str, int] = {}  # so often one connection too many, by user
        self.heard: dict[str, list[str]] = {}  # commands without their arguments' mail, by user
        self._prepared: set[str] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.tls_port = int(self._listener.getsockname()[1])
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.home / "good.crt", self.home / "good.key")
        self.closed = threading.Event()

    def start(self) -> None:
        """Dovecot, then the proxy before it."""
        super().start()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Both of them."""
        self.closed.set()
        self._listener.close()
        super().close()

    def _accept(self) -> None:
        while not self.closed.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            client.settimeout(10)
            with self._context.wrap_socket(client, server_side=True) as secure:
                secure.settimeout(None)
                GmailSession(self, secure).run()

    # ------------------------------------------------------------------ what sessions ask for

    def enter(self, user: str, session: GmailSession) -> bool:
        """Count a connection that signed in; False when the account has too many."""
        with self._lock:
            known = self.sessions.setdefault(user, [])
            if len(known) >= self.most:
                self.turned_away[user] = self.turned_away.get(user, 0) + 1
                return False
            known.append(session)
            self.peak[user] = max(self.peak.get(user, 0), len(known))
            return True

    def leave(self, user: str, session: GmailSession) -> None:
        """It is over."""
        with self._lock:
            self.sessions[user].remove(session)

    def prepare(self, user: str) -> None:
        """Make the folders of a mailbox that is used for the first time."""
        with self._lock:
            if user in self._prepared:
                return
            self._prepared.add(user)
            self._write_views(user, "")

    def _write_views(self, user: str, only: str) -> None:
        folder = self.views(user)
        make_view(folder, "INBOX", f"{only}KEYWORD S_Inbox UNKEYWORD S_Trash UNKEYWORD S_Spam")
        for use, name in self.names.items():
            make_view(folder, name, only + VIEWS[use])
        self.own(self.home / "home" / user)

    def views(self, user: str) -> Path:
        """Where the folders of `user` are described."""
        return self.home / "home" / user / "virtual"

    def make_label(self, user: str, name: str) -> None:
        """A label, and so a folder."""
        self.prepare(user)
        if not self.has_folder(user, name):
            make_view(self.views(user), name, f"{search_key(keyword(name))} UNKEYWORD S_Trash")
            self.own(self.views(user))

    def account(self, user: str, **more: Any) -> ImapAccount:
        """How the watcher reaches the mailbox of `user`; `more` overrides."""
        settings = {"name": "pribadi", "address": user, "host": self.host, "port": self.tls_port}
        return ImapAccount(**{**settings, "ca_file": self.ca_file, "timeout": 5.0, **more})

    def has_folder(self, user: str, name: str) -> bool:
        """Is there a folder of this decoded name?"""
        return (self.views(user) / encode_utf7(name).decode() / "dovecot-virtual").exists()

    # ------------------------------------------------------------------ mail

    def client(self, user: str) -> imaplib.IMAP4:
        """Signed in behind the proxy: the store itself, with all keywords to see."""
        self.prepare(user)
        return super().client(user)

    def append(
        self, user: str, raw: bytes, folder: str = "INBOX", flags: str = "", when: float | None = None
    ) -> None:
        """A mail lies in `folder` (a name, or an attribute such as \\Sent), put there behind the proxy."""
        names = {name: use for use, name in self.names.items()}
        use = names.get(folder, folder)
        own = {"INBOX": r"\Inbox", r"\Drafts": r"\Draft", r"\Junk": r"\Spam", r"\All": ""}
        wanted = own.get(use, use)
        self.put(user, raw, labels=[wanted] if wanted else [], flags=flags, when=when)

    def put(
        self,
        user: str,
        raw: bytes,
        *,
        labels: Iterable[str] = (r"\Inbox",),
        category: str = "",
        flags: str = "",
        when: float | None = None,
    ) -> None:
        """A mail arrives with these labels and in this category."""
        names = tuple(labels)
        for name in names:
            if name not in SYSTEM:
                self.make_label(user, name)
        keys = [*map(keyword, names), *([f"C_{category}"] if category else [])]
        with self.client(user) as client:
            stamp = imaplib.Time2Internaldate(time.time() if when is None else when)
            answer, text = client.append(f'"{STORE}"', f"({' '.join([*keys, flags])})", stamp, raw)
            if answer != "OK":
                raise RuntimeError(f"APPEND: {text!r}")

    def deliver(self, user: str, raw: bytes) -> None:
        """Into the inbox; IDLE is pushed half a second later."""
        self.put(user, raw)

    def labels(self, user: str) -> dict[str, set[str]]:
        """Message-ID -> the labels of the mail (\\Starred and \\Draft are some), whatever folder shows it."""
        with self.client(user) as client:
            client.select(f'"{STORE}"', readonly=True)
            found: dict[str, set[str]] = {}
            _, data = client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
            for part in data:
                if isinstance(part, tuple):
                    message_id = message_from_bytes(part[1])["Message-ID"] or ""
                    flags = [flag.decode() for flag in imaplib.ParseFlags(part[0])]
                    found[message_id] = {known for flag in flags if (known := label(flag))}
            return found

    # ------------------------------------------------------------------ settings and faults

    def limit_folders(self, user: str, count: int) -> None:
        """The person lets folders contain no more than so many mails over IMAP: the newest."""
        with self.client(user) as client:
            client.select(f'"{STORE}"', readonly=True)
            _, data = client.uid("SEARCH", "ALL")
        uids = (data[0] or b"").split()
        if len(uids) > count:
            self._write_views(user, f"UID {uids[-count].decode()}:* ")

    def say(self, user: str, line: str) -> None:
        """An untagged line to whoever waits under IDLE."""
        with self._lock:
            for session in self.sessions.get(user, ()):
                session.news = line

    def end_sessions(self, user: str, text: str = "Session expired, please login again.") -> None:
        """Say BYE to whoever is signed in, also under IDLE."""
        with self._lock:
            for session in self.sessions.get(user, ()):
                session.parting = text
