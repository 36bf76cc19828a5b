"""The mailbox on Gmail (X-GM-EXT-1, https://developers.google.com/gmail/imap/imap-extensions).

Known by that capability, never by the host: Google also serves the domains of companies and schools. What
differs from other servers: folders are views of one store by label, so one folder shows all mail; labels can be
put on a mail; each mail names its thread; what is thrown away goes by way of the bin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imapclient.imap_utf7 import encode as encode_utf7

from watcher.errors import MailboxConfigError
from watcher.mailbox import Folder, Remark, Role, folder_for
from watcher.mailbox.imap import ImapMailbox, decoded
from watcher.mailbox.imap_errors import RefusedError
from watcher.mailbox.imap_session import Session

#: Gmail's longest name of a label (characters).
LONGEST_LABEL = 225
#: What the setting "Folder size limits" offers.
FOLDER_LIMITS = frozenset({1_000, 2_000, 5_000, 10_000})

#: What the first look at All Mail leaves out (X-GM-RAW): chats are no mail, and sent mail is read in its own
#: folder. Nothing narrower: words that find every job mail of most of the corpus miss a tenth of the rest
#: (docs/gmail.md), and what Gmail takes for promotions is not ours to know.
NARROWED = "-in:chats"
SENT_APART = "-in:sent"

_SETTINGS = "https://mail.google.com/mail/#settings"
_HIDDEN = "In Gmail's settings, under Labels, tick `Show in IMAP` beside All Mail: " + _SETTINGS + "/labels"
_LIMITED = (
    "In Gmail's settings, under Forwarding and POP/IMAP, choose `Do not limit the number of messages in an "
    "IMAP folder`: " + _SETTINGS + "/fwdandpop"
)


class GmailMailbox(ImapMailbox):
    """See `watcher.mailbox.Mailbox`, `Labelled` and `Talkative` for what the verbs mean."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        session.items = ("X-GM-THRID", "X-GM-MSGID")

    def folders(self) -> tuple[Folder, ...]:
        """By attribute. Where All Mail is hidden from IMAP, the folders of all labels are read in its place."""
        listed = super().folders()
        if folder_for(listed, Role.ALL) is None:
            listed = tuple(
                folder if folder.roles else Folder(folder.name, frozenset({Role.ARCHIVE}))
                for folder in listed
            )
        self._folders = listed
        return listed

    def _narrowed(self, folder: str) -> Sequence[str]:
        if folder != self._name_of(Role.ALL):
            return ()
        apart = self._name_of(Role.SENT) and Role.SENT not in self._account.folders
        return ("X-GM-RAW", f"{NARROWED} {SENT_APART}" if apart else NARROWED)

    def delete_draft(self, uid: int) -> None:
        """Into the bin, from where Gmail removes it after 30 days: \\Deleted would only take a label off."""
        session, trash = self._session, self._name_of(Role.TRASH)
        if not trash or not session.can("MOVE"):
            super().delete_draft(uid)
            return
        session.open(self._drafts(), write=True)
        session.do("removing a draft from", lambda: session.client.move([uid], session.wire[trash]))

    # ------------------------------------------------------------------ labels

    def labels(self, folder: str, uid: int) -> frozenset[str]:
        """FETCH X-GM-LABELS. In the folder of a label Gmail leaves that one out."""
        session = self._session
        session.open(folder)
        answer = session.do("reading", lambda: session.client.fetch([uid], ["X-GM-LABELS"]))
        found = answer.get(uid, {}).get(b"X-GM-LABELS", ())
        return frozenset(
            decoded(label if isinstance(label, bytes) else str(label).encode()) for label in found or ()
        )

    def add_labels(self, folder: str, uids: Sequence[int], labels: Sequence[str]) -> None:
        """CREATE what is missing, then UID STORE +X-GM-LABELS."""
        known = {known.name for known in self._folders or self.folders()}
        for label in labels:
            if checked(label) not in known:
                self._create(label)
        self._store_labels(folder, uids, labels, self._session.client.add_gmail_labels)

    def remove_labels(self, folder: str, uids: Sequence[int], labels: Sequence[str]) -> None:
        """UID STORE -X-GM-LABELS."""
        self._store_labels(folder, uids, labels, self._session.client.remove_gmail_labels)

    def _create(self, label: str) -> None:
        session = self._session
        try:
            session.do("making a label in", lambda: session.client.create_folder(encode_utf7(label)))
        except RefusedError as refused:
            if refused.code != "ALREADYEXISTS":  # hidden from IMAP, or made meanwhile
                raise _unwanted(self.name, label) from refused
        self._folders = ()

    def _store_labels(self, folder: str, uids: Sequence[int], labels: Sequence[str], store: Any) -> None:
        names = [checked(label) for label in labels]
        if not uids or not names:
            return
        self._session.open(folder, write=True)
        try:
            self._session.do("labelling a mail in", lambda: store(list(uids), names, silent=True))
        except RefusedError as refused:
            if refused.passing:
                raise
            raise _unwanted(self.name, names[0]) from refused

    # ------------------------------------------------------------------ what to tell the person

    def remarks(self) -> tuple[Remark, ...]:
        """What the person hid from IMAP or limited there."""
        folders = self.folders()
        found = []
        everything = folder_for(folders, Role.ALL)
        if everything is None:
            fault = (
                "Gmail hides All Mail from IMAP: only the inbox, sent mail and the folders of your labels are "
                "read; what you archived without a label is not seen."
            )
            found.append(Remark(fault, _HIDDEN))
        largest = everything or folder_for(folders, Role.INBOX)
        count = int(self._session.open(largest.name).get(b"EXISTS", 0)) if largest is not None else 0
        if largest is not None and count in FOLDER_LIMITS:
            fault = f"{largest.name} shows exactly {count} mails: Gmail seems to limit the size of folders."
            found.append(Remark(fault, _LIMITED))
        return tuple(found)


def checked(label: str) -> str:
    """`label` if it can be the name of one. What goes over the wire is also encoded (modified UTF-7: no control
    character is left) and quoted. Raises ValueError: a backslash in front would be one of Gmail's own."""
    parts = label.split("/")
    good = label.isprintable() and 0 < len(label) <= LONGEST_LABEL and not label.startswith("\\")
    if not good or any(part != " ".join(part.split()) or not part for part in parts):
        raise ValueError(f"no name of a label: {label[:40]!r}")
    return label


def _unwanted(account: str, label: str) -> MailboxConfigError:
    return MailboxConfigError(
        f"Gmail (account {account}) does not take the label {label!r}.",
        "Choose another name for it under `labels` in the configuration.",
    )
