"""One connection to the Gmail-like server: each command is understood, then asked of Dovecot, one at a time."""

from __future__ import annotations

import base64
import contextlib
import imaplib
import re
import select
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING

from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.imap_utf7 import encode as encode_utf7
from servers.dovecot import PASSWORD
from servers.gmail_labels import STORE, SYSTEM, keyword, label, number, search_key
from servers.gmail_query import parse, to_search
from servers.imap_wire import Wire, Word, quoted, words, written

if TYPE_CHECKING:
    from servers.gmail import Gmail

_UNKNOWN = ("SORT", "THREAD", "NOTIFY", "GETMETADATA", "SETMETADATA", "COMPRESS", "URLFETCH", "REPLACE")
_HEADER = b"BODY.PEEK[HEADER.FIELDS (MESSAGE-ID REFERENCES IN-REPLY-TO)]"
_HEADER_SAID = re.compile(rb" ?BODY\[HEADER\.FIELDS \(MESSAGE-ID REFERENCES IN-REPLY-TO\)\] \{\d+\}\r\n$")
_ITEMS = re.compile(rb"X-GM-(MSGID|THRID|LABELS) ?", re.IGNORECASE)
_FLAGS = re.compile(rb" ?FLAGS \(([^)]*)\)")
_OURS = re.compile(rb" ?\b[SLC]_\w+", re.IGNORECASE)
_SPECIAL = {
    r"\Sent": r"\Sent",
    r"\Drafts": r"\Draft",
    r"\Flagged": r"\Starred",
    r"\Important": r"\Important",
    r"\Junk": r"\Spam",
    r"\Trash": r"\Trash",
    r"\All": "",
}


class GmailSession:
    """`run` serves it until either side hangs up. `parting`, set by anybody, is said as BYE at once."""

    def __init__(self, server: Gmail, client: ssl.SSLSocket) -> None:
        self.server = server
        self.client = Wire(client)
        self.dovecot = Wire(socket.create_connection(("127.0.0.1", server.port), 10))
        self.user = ""
        self.folder = ""  # the one in view
        self.parting = ""
        self.news = ""  # said under IDLE
        self._sent = 0

    def run(self) -> None:
        """From greeting to goodbye."""
        with contextlib.suppress(OSError):
            self.dovecot.line()
            self._say(b"* OK Gimap ready for requests from 127.0.0.1\r\n")
            while self._wait([self.client]) and (pieces := self.client.unit(answer=True)):
                self._obey(pieces)
        self.dovecot.sock.close()
        if self.user:
            self.server.leave(self.user, self)

    def _wait(self, wires: list[Wire]) -> bool:
        """Until one of these can be read; False when this session is to end."""
        while not self.parting and not self.server.closed.is_set():
            if any(wire.waiting() for wire in wires):
                return True
            if select.select([wire.sock for wire in wires], [], [], 0.02)[0]:
                return True
            if self.news and len(wires) > 1:
                self._say(b"* %s\r\n" % self.news.encode())
                self.news = ""
        if self.parting:
            self._say(b"* BYE %s\r\n" % self.parting.encode())
        return False

    def _say(self, data: bytes) -> None:
        self._sent += len(data)
        allowed = self.server.allowance.get(self.user)
        if allowed is not None and self._sent > allowed:
            self.client.send(b"* BYE Account exceeded command or bandwidth limits.\r\n")
            raise OSError("the allowance is used up")
        self.client.send(data)

    # ------------------------------------------------------------------ commands

    def _obey(self, pieces: list[bytes]) -> None:
        said = words(pieces)
        if len(said) < 2:
            self._say(b"* BAD Unknown command\r\n")
            return
        tag, verb = said[0].value, said[1].upper()
        if verb == "UID" and len(said) > 2:
            verb = f"UID {said[2].upper()}"
        if self.user:
            shown = b" ".join(
                word.value for word in said[1:] if word.kind != "string" or len(word.value) < 99
            )
            self.server.heard.setdefault(self.user, []).append(shown.decode("utf-8", "replace"))
        handler = _HANDLERS.get(verb)
        if verb.removeprefix("UID ") in _UNKNOWN or b"QRESYNC" in pieces[0].upper():
            self._say(tag + b" BAD Unknown command\r\n")
        elif handler is None:
            self._forward(pieces)
        else:
            handler(self, tag, said, pieces)

    def _ask(self, command: bytes) -> tuple[list[list[bytes]], bytes]:
        """Ask Dovecot; its responses and the last line, without its tag."""
        self.dovecot.send(b"Q1 " + command)
        units = []
        while (unit := self.dovecot.unit()) and not unit[0].startswith(b"Q1 "):
            units.append(unit)
        if not unit:
            raise OSError("Dovecot hung up")
        return units, unit[0][3:]

    def _forward(
        self, pieces: list[bytes], change: Callable[[list[bytes]], list[bytes]] | None = None
    ) -> bytes:
        """The same command to Dovecot, and its answer to the client; returns the last line without its tag."""
        tag, _, rest = pieces[0].partition(b" ")
        more = [re.sub(rb"\{(\d+)\}\r\n$", rb"{\1+}\r\n", piece) for piece in pieces[1:]]
        rest = re.sub(rb"\{(\d+)\}\r\n$", rb"{\1+}\r\n", rest)
        units, last = self._ask(b"".join([rest, *more]))
        self._pass_on(units, change)
        self._say(tag + b" " + last)
        return last

    def _pass_on(
        self, units: list[list[bytes]], change: Callable[[list[bytes]], list[bytes]] | None = None
    ) -> None:
        for unit in units:
            changed = change(unit) if change else unit
            shown = [
                _FLAGS.sub(lambda found: _OURS.sub(b"", found[0]).replace(b"( ", b"("), piece)
                if number % 2 == 0
                else piece
                for number, piece in enumerate(changed)
            ]
            self._say(b"".join(shown).replace(b"PERMANENTFLAGS ( ", b"PERMANENTFLAGS ("))

    def capability(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        self._say(self._capabilities() + tag + b" OK Thats all she wrote!\r\n")

    def _capabilities(self) -> bytes:
        from servers.gmail import AFTER, BEFORE

        return b"* CAPABILITY %s\r\n" % (AFTER if self.user else BEFORE).encode()

    def login(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        user = said[2].value.decode() if len(said) > 2 else ""
        if not self._turned_away(tag, user):
            _, last = self._ask(written(said[1:]))
            self._signed_in(tag, user, last)

    def authenticate(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        """Any mechanism that Dovecot has; whose mailbox it is stands in the client's first answer."""
        initial = said[3].value if len(said) > 3 else b""
        self.dovecot.send(b"Q1 AUTHENTICATE " + said[2].value + b"\r\n")
        user = ""
        while (line := self.dovecot.line()).startswith(b"+"):
            if not initial:
                self._say(line)
                initial = self.client.line().strip()
            user = user or _user_of(initial)
            self.dovecot.send(initial + b"\r\n")
            initial = b""
        if not line.startswith(b"Q1 "):
            raise OSError("Dovecot hung up")
        if not self._turned_away(tag, user):
            self._signed_in(tag, user, line[3:])

    def _turned_away(self, tag: bytes, user: str) -> bool:
        refusal = self.server.refuse.get(user, "")
        if not refusal and user:
            self.server.prepare(user)
        elif refusal:
            self._say(b"%s %s\r\n" % (tag, refusal.encode()))
        return bool(refusal)

    def _signed_in(self, tag: bytes, user: str, last: bytes) -> None:
        if not last.startswith(b"OK"):
            text = re.sub(rb"(?<=AUTHENTICATIONFAILED\]).*", b" Invalid credentials (Failure)", last.rstrip())
            self._say(tag + b" " + text + b"\r\n")
        elif not self.server.enter(user, self):
            self._say(tag + b" NO [ALERT] Too many simultaneous connections. (Failure)\r\n")
            raise OSError("one connection too many")
        else:
            self.user = user
            alert = self.server.alerts.get(user, "")
            said = b"* OK [ALERT] %s\r\n" % alert.encode() if alert else b""
            self._say(self._capabilities() + said + tag + b" OK authenticated (Success)\r\n")

    def idle(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        self.dovecot.send(b"Q1 IDLE\r\n")
        self._say(self.dovecot.line())
        done = False
        while self._wait([self.client, self.dovecot]):
            if not done and (self.client.waiting() or select.select([self.client.sock], [], [], 0)[0]):
                line = self.client.line()
                self.dovecot.send(b"DONE\r\n")
                done = bool(line)
            if self.dovecot.waiting() or select.select([self.dovecot.sock], [], [], 0.02 if done else 0)[0]:
                unit = self.dovecot.unit()
                if not unit or unit[0].startswith(b"Q1 "):
                    self._say(tag + b" OK IDLE terminated (Success)\r\n")
                    return
                self._pass_on([unit])
        raise OSError("the session is over")

    # ------------------------------------------------------------------ folders

    def listing(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        """LIST always tells what folders are for."""
        asked = Word("atom", b"LIST"), *said[2:]
        more = b" RETURN (SPECIAL-USE)" if not any(word.upper() == "RETURN" for word in said) else b""
        units, last = self._ask(written(asked)[:-2] + more + b"\r\n")
        hidden = self.server.hidden.get(self.user, set())
        marks = {use.encode() for use in hidden}
        self._pass_on([unit for unit in units if not marks & set(re.findall(rb"\\\w+", unit[0]))])
        self._say(tag + b" " + last)

    def select(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        folder = _name(said[2])
        if self._is_hidden(folder):
            self._say(tag + b" NO [NONEXISTENT] Unknown Mailbox: %s (Failure)\r\n" % said[2].value)
            return
        if self.folder:
            self._afresh()
        last = self._forward(pieces)
        self.folder = folder if last.startswith(b"OK") else ""

    def _afresh(self) -> None:
        """Another connection to Dovecot: one that has had a view of the store open finds nothing by header in
        the next one (2.3.19)."""
        self.dovecot.sock.close()
        self.dovecot = Wire(socket.create_connection(("127.0.0.1", self.server.port), 10))
        self.dovecot.line()
        self._ask(b"LOGIN %s %s\r\n" % (quoted(self.user.encode()), quoted(PASSWORD.encode())))

    def _is_hidden(self, folder: str) -> bool:
        hidden = self.server.hidden.get(self.user, set())
        return any(self.server.names[use] == folder for use in hidden)

    def create(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        name = _name(said[2])
        if name != " ".join(name.split()) or re.search(r"\s/|/\s", name):
            self._say(tag + b" NO [CANNOT] Invalid folder name (Failure)\r\n")
        elif self.server.has_folder(self.user, name):
            self._say(tag + b" NO [ALREADYEXISTS] Duplicate folder name (Failure)\r\n")
        else:
            self.server.make_label(self.user, name)
            self._say(tag + b" OK Success\r\n")

    def append(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        """Into the store. A mail that is there only gets the folder's label; the copy is thrown away."""
        folder, raw = _name(said[2]), pieces[-2]
        if self.user in self.server.full:
            self._say(tag + b" NO [OVERQUOTA] Account is over quota (Failure)\r\n")
            return
        if not self.server.has_folder(self.user, folder):
            self._say(tag + b" NO [TRYCREATE] Folder doesn't exist. (Failure)\r\n")
            return
        flags = [word.value.decode() for word in said[3:-1] if word.value.startswith((b"\\", b"$"))]
        dates = [word.value.decode() for word in said[3:-1] if re.match(rb"[ \d]\d-\w{3}-\d{4} ", word.value)]
        own = self._keyword_of(folder)
        with self._behind() as store:
            store.select(f'"{STORE}"')
            message_id = _message_id(raw)
            found = _uids(store, message_id)
            if found:
                store.uid("STORE", found[-1], "+FLAGS.SILENT", f"({' '.join([*flags, *own])})")
            else:
                date = f'"{dates[0]}"' if dates else None
                store.append(f'"{STORE}"', f"({' '.join([*flags, *own])})", date, raw)
            code = self._appended(store, folder, message_id)
        self._say(tag + b" OK %s(Success)\r\n" % code)

    def _appended(self, store: imaplib.IMAP4, folder: str, message_id: bytes) -> bytes:
        answer, _ = store.select(quoted(encode_utf7(folder)).decode(), readonly=True)
        found = _uids(store, message_id) if answer == "OK" else []
        validity = (store.response("UIDVALIDITY")[1] or [b""])[0]
        return b"[APPENDUID %s %s] " % (validity, found[-1].encode()) if found and validity else b""

    def _keyword_of(self, folder: str) -> list[str]:
        """What a mail carries that lies in this folder."""
        if folder == "INBOX":
            return [SYSTEM[r"\Inbox"]]
        for use, name in self.server.names.items():
            if name == folder:
                return [SYSTEM[_SPECIAL[use]]] if _SPECIAL[use] else []
        return [keyword(folder)]

    def _behind(self) -> imaplib.IMAP4:
        return self.server.client(self.user)

    # ------------------------------------------------------------------ mails

    def fetch(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        wanted = {found.decode().upper() for found in _ITEMS.findall(pieces[0])}
        if not wanted or len(pieces) > 1:
            self._forward(pieces)
            return
        head, _, items = pieces[0].rstrip().partition(b"FETCH ")
        numbers, _, items = items.partition(b" ")
        flags = re.search(rb"\bFLAGS\b", items, re.IGNORECASE) is not None
        kept = _ITEMS.sub(b"", items).strip().strip(b"()").strip() if items.startswith(b"(") else b""
        asked = b" ".join(filter(None, [_balanced(kept), b"" if flags else b"FLAGS", _HEADER]))
        command = head + b"FETCH " + numbers + b" (" + asked + b")\r\n"
        self._forward([command], lambda unit: self._with_items(unit, wanted, flags))

    def _with_items(self, unit: list[bytes], wanted: set[str], flags: bool) -> list[bytes]:
        if not re.match(rb"\* \d+ FETCH \(", unit[0]):
            return unit
        header = b""
        for number_, piece in enumerate(unit):
            if number_ % 2 == 0 and _HEADER_SAID.search(piece):
                header = unit[number_ + 1]
                unit = [
                    *unit[:number_],
                    _HEADER_SAID.sub(b"", piece) + unit[number_ + 2],
                    *unit[number_ + 3 :],
                ]
                break
        found = _FLAGS.search(unit[0])
        names = self._labels_in(found[1] if found else b"")
        if not flags:
            unit = [_FLAGS.sub(b"", unit[0], count=1), *unit[1:]]
        added = []
        if "MSGID" in wanted:
            added.append(b"X-GM-MSGID %d" % number(_message_id(header)))
        if "THRID" in wanted:
            added.append(b"X-GM-THRID %d" % number(_root(header)))
        if "LABELS" in wanted:
            added.append(b"X-GM-LABELS (" + b" ".join(names) + b")")
        start = re.sub(rb"FETCH \( ?", lambda m: b"FETCH (" + b" ".join(added) + b" ", unit[0], count=1)
        return [start.replace(b" )", b")"), *unit[1:]]

    def _labels_in(self, flags: bytes) -> list[bytes]:
        """As Gmail writes them: without the one of the folder in view."""
        known = [label(flag.decode("ascii", "replace")) for flag in flags.split()]
        here = [label(key) for key in self._keyword_of(self.folder)]
        return [quoted(encode_utf7(name)) for name in known if name and name not in here]

    def store(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        at = next((n for n, word in enumerate(said) if "X-GM-LABELS" in word.upper()), 0)
        if not at:
            self._forward(pieces)
            return
        names = [_name(word) for word in said[at + 1 :] if word.kind in ("atom", "string")]
        for name in names:
            if name not in SYSTEM:
                self.server.make_label(self.user, name)
        what = said[at].upper().replace("X-GM-LABELS", "FLAGS")
        keys = " ".join(keyword(name) for name in names)
        head = b" ".join(word.value for word in said[1:at])
        before = self._uids_in_view()
        units, last = self._ask(b"%s %s (%s)\r\n" % (head, what.encode(), keys.encode()))
        self._pass_on(units, self._as_labels)
        self._tell_gone(before)
        self._say(tag + b" " + last)

    def _as_labels(self, unit: list[bytes]) -> list[bytes]:
        def told(found: re.Match[bytes]) -> bytes:
            return b" X-GM-LABELS (" + b" ".join(self._labels_in(found[1])) + b")"

        return [_FLAGS.sub(told, unit[0]), *unit[1:]] if b" FETCH (" in unit[0] else unit

    def search(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        try:
            asked = self._translated(said[1:])
        except (ValueError, KeyError, IndexError) as fault:
            self._say(tag + b" BAD Could not parse command: %s\r\n" % str(fault).encode())
            return
        if any(not word.value.isascii() for word in asked) and not any(w.upper() == "CHARSET" for w in asked):
            at = 2 if asked[0].upper() == "UID" else 1
            asked[at:at] = [Word("atom", b"CHARSET"), Word("atom", b"UTF-8")]
        units, last = self._ask(written(asked))
        self._pass_on(units)
        self._say(tag + b" " + last)

    def _translated(self, said: list[Word]) -> list[Word]:
        result, rest = [], iter(said)
        for word in rest:
            item = word.upper()
            if item == "X-GM-RAW":
                query = parse(next(rest).value.decode())
                program = to_search(query, lambda name: search_key(keyword(self._known_label(name))))
                result += words([program.encode()])
            elif item == "X-GM-LABELS":
                result += words([search_key(keyword(_name(next(rest)))).encode()])
            elif item in ("X-GM-MSGID", "X-GM-THRID"):
                wanted = int(next(rest).value)
                numbers = self._numbers(item)
                uids = ",".join(str(uid) for uid, value in numbers.items() if value == wanted)
                result += words([f"UID {uids}".encode() if uids else b"NOT ALL"])
            else:
                result.append(word)
        return result

    def _known_label(self, name: str) -> str:
        """Gmail also knows a label by its name with a hyphen for each blank and slash."""
        root = self.server.views(self.user)
        folders = [
            decode_utf7(str(path.parent.relative_to(root)).encode()) for path in root.rglob("dovecot-virtual")
        ]
        alike = [folder for folder in folders if re.sub(r"[ /]", "-", folder).lower() == name.lower()]
        return alike[0] if alike else name

    def _numbers(self, item: str) -> dict[int, int]:
        """UID -> X-GM-MSGID or X-GM-THRID of the folder in view."""
        units, _ = self._ask(b"FETCH 1:* (UID " + _HEADER + b")\r\n")
        found = {}
        for unit in units:
            uid = re.search(rb"UID (\d+)", unit[0])
            if uid and len(unit) > 1:
                root = _message_id(unit[1]) if item == "X-GM-MSGID" else _root(unit[1])
                found[int(uid[1])] = number(root)
        return found

    def expunge(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        """Out of a label: archived. Only out of the bin, spam or drafts a mail is gone."""
        names = {name: use for use, name in self.server.names.items()}
        if names.get(self.folder) in (r"\Trash", r"\Junk", r"\Drafts"):
            self._forward(pieces)
            return
        only = b"UID %s " % said[3].value if said[1].upper() == "UID" else b""
        units, _ = self._ask(b"UID SEARCH " + only + b"DELETED\r\n")
        uids = [uid for unit in units for uid in unit[0].split()[2:] if unit[0].startswith(b"* SEARCH")]
        before = self._uids_in_view()
        if uids:
            keys = " ".join([r"\Deleted", *self._keyword_of(self.folder)]).encode()
            self._ask(b"UID STORE %s -FLAGS.SILENT (%s)\r\n" % (b",".join(uids), keys))
        self._tell_gone(before)
        self._say(tag + b" OK Success\r\n")

    def move(self, tag: bytes, said: list[Word], pieces: list[bytes]) -> None:
        """A label more; for MOVE also the folder's own less. In the bin a mail has no other label."""
        at = 3 if said[1].upper() == "UID" else 2
        target = _name(said[at + 1])
        if not self.server.has_folder(self.user, target):
            self._say(tag + b" NO [TRYCREATE] No folder %s (Failure)\r\n" % said[at + 1].value)
            return
        head = (b"UID " if at == 3 else b"") + b"STORE " + said[at].value
        before = self._uids_in_view()
        more = " ".join(self._keyword_of(target)).encode()
        self._ask(head + b" +FLAGS.SILENT (%s)\r\n" % more)
        if said[at - 1].upper() == "MOVE" and target != self.server.names[r"\Trash"]:
            less = " ".join(self._keyword_of(self.folder)).encode()
            self._ask(head + b" -FLAGS.SILENT (%s)\r\n" % less)
        self._tell_gone(before)
        self._say(tag + b" OK Success\r\n")

    def _uids_in_view(self) -> list[int]:
        units, _ = self._ask(b"UID SEARCH ALL\r\n")
        return [int(uid) for unit in units for uid in unit[0].split()[2:] if unit[0].startswith(b"* SEARCH")]

    def _tell_gone(self, before: list[int]) -> None:
        """Have the view drawn anew and tell the client what is no longer in it."""
        self._ask(b"SELECT " + quoted(encode_utf7(self.folder)) + b"\r\n")
        left = set(self._uids_in_view())
        for place in range(len(before), 0, -1):
            if before[place - 1] not in left:
                self._say(b"* %d EXPUNGE\r\n" % place)
        if len(left - set(before)):
            self._say(b"* %d EXISTS\r\n" % len(left))


def _balanced(items: bytes) -> bytes:
    """`strip` took the last bracket of a header list along."""
    return items + b")]"[: 1 if items.count(b"(") > items.count(b")") else 0]


def _name(word: Word) -> str:
    return "INBOX" if word.value.upper() == b"INBOX" else decode_utf7(word.value)


def _user_of(initial: bytes) -> str:
    """Whose sign-in an initial response is: PLAIN, XOAUTH2 and OAUTHBEARER name it each in its way."""
    with contextlib.suppress(ValueError):
        text = base64.b64decode(initial).decode("utf-8", "replace")
        found = re.search(r"user=([^\x01]+)\x01|a=([^,]+),|\x00([^\x00]+)\x00", text)
        return next((group for group in found.groups() if group), "") if found else ""
    return ""


def _message_id(raw: bytes) -> bytes:
    found = re.search(rb"(?im)^message-id:\s*(<[^>]*>)", raw[:65536])
    return found[1] if found else b""


def _root(header: bytes) -> bytes:
    """The Message-ID that began the thread."""
    for name in (rb"references", rb"in-reply-to", rb"message-id"):
        found = re.search(rb"(?im)^" + name + rb":\s*(<[^>]*>)", header)
        if found:
            return found[1]
    return b""


def _uids(client: imaplib.IMAP4, message_id: bytes) -> list[str]:
    if not message_id:
        return []
    _, data = client.uid("SEARCH", "HEADER", "Message-ID", quoted(message_id).decode("latin-1"))
    return (data[0] or b"").decode().split()


_HANDLERS: dict[str, Callable[[GmailSession, bytes, list[Word], list[bytes]], None]] = {
    "CAPABILITY": GmailSession.capability,
    "LOGIN": GmailSession.login,
    "AUTHENTICATE": GmailSession.authenticate,
    "IDLE": GmailSession.idle,
    "LIST": GmailSession.listing,
    "XLIST": GmailSession.listing,
    "SELECT": GmailSession.select,
    "EXAMINE": GmailSession.select,
    "CREATE": GmailSession.create,
    "APPEND": GmailSession.append,
    "FETCH": GmailSession.fetch,
    "UID FETCH": GmailSession.fetch,
    "STORE": GmailSession.store,
    "UID STORE": GmailSession.store,
    "SEARCH": GmailSession.search,
    "UID SEARCH": GmailSession.search,
    "EXPUNGE": GmailSession.expunge,
    "UID EXPUNGE": GmailSession.expunge,
    "COPY": GmailSession.move,
    "UID COPY": GmailSession.move,
    "MOVE": GmailSession.move,
    "UID MOVE": GmailSession.move,
}
