"""What commands about folders and mails mean on the Gmail-like server: labels behind everything."""

from __future__ import annotations

import imaplib
import re
import socket

from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.imap_utf7 import encode as encode_utf7
from servers.dovecot import PASSWORD
from servers.gmail_connection import FLAGS, GmailConnection, Handler
from servers.gmail_labels import STORE, SYSTEM, keyword, label, number, search_key
from servers.gmail_query import parse, to_search
from servers.imap_wire import Wire, Word, quoted, words, written

_HEADER = b"BODY.PEEK[HEADER.FIELDS (MESSAGE-ID REFERENCES IN-REPLY-TO)]"
_HEADER_SAID = re.compile(rb" ?BODY\[HEADER\.FIELDS \(MESSAGE-ID REFERENCES IN-REPLY-TO\)\] \{\d+\}\r\n$")
_ITEMS = re.compile(rb"X-GM-(MSGID|THRID|LABELS) ?", re.IGNORECASE)

#: SPECIAL-USE attribute of a folder -> the label of the mails in it.
_SPECIAL = {
    r"\Sent": r"\Sent",
    r"\Drafts": r"\Draft",
    r"\Flagged": r"\Starred",
    r"\Important": r"\Important",
    r"\Junk": r"\Spam",
    r"\Trash": r"\Trash",
    r"\All": "",
}


class GmailSession(GmailConnection):
    """What the commands mean there."""

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
        kept = _ITEMS.sub(b"", items)[1:-1].strip() if items.startswith(b"(") else b""
        asked = b" ".join(filter(None, [kept, b"" if flags else b"FLAGS", _HEADER]))
        command = head + b"FETCH " + numbers + b" (" + asked + b")\r\n"
        self._forward([command], lambda unit: self._with_items(unit, wanted, flags))

    def _with_items(self, unit: list[bytes], wanted: set[str], flags: bool) -> list[bytes]:
        if not re.match(rb"\* \d+ FETCH \(", unit[0]):
            return unit
        header = b""
        for place_, piece in enumerate(unit):
            if place_ % 2 == 0 and _HEADER_SAID.search(piece):
                header = unit[place_ + 1]
                unit = [
                    *unit[:place_],
                    _HEADER_SAID.sub(b"", piece) + unit[place_ + 2],
                    *unit[place_ + 3 :],
                ]
                break
        found = FLAGS.search(unit[0])
        names = self._labels_in(found[1] if found else b"")
        if not flags:
            unit = [FLAGS.sub(b"", unit[0], count=1), *unit[1:]]
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

        return [FLAGS.sub(told, unit[0]), *unit[1:]] if b" FETCH (" in unit[0] else unit

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


def _name(word: Word) -> str:
    return "INBOX" if word.value.upper() == b"INBOX" else decode_utf7(word.value)


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


_COMMANDS: dict[str, Handler] = {
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
GmailSession.commands = _COMMANDS
