"""How the Gmail-like server keeps labels: as keywords of one hidden store, each folder a view of it.

A label of Gmail's own is S_Name, a category C_name, one of the person's L_ and its name in hex: keywords
know no blanks and no capitals.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from imapclient.imap_utf7 import encode as encode_utf7

STORE = "Store/All"

#: Gmail's own labels as X-GM-LABELS has them, and the keywords or flags that they are here.
SYSTEM: Mapping[str, str] = {
    r"\Inbox": "S_Inbox",
    r"\Sent": "S_Sent",
    r"\Important": "S_Important",
    r"\Starred": r"\Flagged",
    r"\Draft": r"\Draft",
    r"\Trash": "S_Trash",
    r"\Spam": "S_Spam",
}
_BACK = {keyword.lower(): label for label, keyword in SYSTEM.items()}

#: SPECIAL-USE attribute -> what the folder shows. What lies in the bin or in spam is nowhere else.
VIEWS: Mapping[str, str] = {
    r"\All": "UNKEYWORD S_Trash UNKEYWORD S_Spam",
    r"\Drafts": "DRAFT UNKEYWORD S_Trash",
    r"\Sent": "KEYWORD S_Sent UNKEYWORD S_Trash",
    r"\Flagged": "FLAGGED UNKEYWORD S_Trash",
    r"\Important": "KEYWORD S_Important UNKEYWORD S_Trash",
    r"\Junk": "KEYWORD S_Spam",
    r"\Trash": "KEYWORD S_Trash",
}

#: How Gmail calls its folders, by the language of the person's settings.
NAMES: Mapping[str, Mapping[str, str]] = {
    "en": {
        r"\All": "[Gmail]/All Mail",
        r"\Drafts": "[Gmail]/Drafts",
        r"\Sent": "[Gmail]/Sent Mail",
        r"\Flagged": "[Gmail]/Starred",
        r"\Important": "[Gmail]/Important",
        r"\Junk": "[Gmail]/Spam",
        r"\Trash": "[Gmail]/Trash",
    },
    "id": {
        r"\All": "[Gmail]/Semua Email",
        r"\Drafts": "[Gmail]/Draf",
        r"\Sent": "[Gmail]/Surat Terkirim",
        r"\Flagged": "[Gmail]/Berbintang",
        r"\Important": "[Gmail]/Penting",
        r"\Junk": "[Gmail]/Spam",
        r"\Trash": "[Gmail]/Sampah",
    },
    "ja": {
        r"\All": "[Gmail]/すべてのメール",
        r"\Drafts": "[Gmail]/下書き",
        r"\Sent": "[Gmail]/送信済みメール",
        r"\Flagged": "[Gmail]/スター付き",
        r"\Important": "[Gmail]/重要",
        r"\Junk": "[Gmail]/迷惑メール",
        r"\Trash": "[Gmail]/ゴミ箱",
    },
    "en-gb": {
        r"\All": "[Google Mail]/All Mail",
        r"\Drafts": "[Google Mail]/Drafts",
        r"\Sent": "[Google Mail]/Sent Mail",
        r"\Flagged": "[Google Mail]/Starred",
        r"\Important": "[Google Mail]/Important",
        r"\Junk": "[Google Mail]/Spam",
        r"\Trash": "[Google Mail]/Bin",
    },
}


def keyword(label: str) -> str:
    """The keyword or flag by which a label (its decoded name) is kept."""
    return SYSTEM.get(label, "L_" + label.encode().hex())


def label(keyword: str) -> str:
    """The label that a keyword or flag stands for, '' for none."""
    if keyword.lower() in _BACK:
        return _BACK[keyword.lower()]
    if not re.fullmatch(r"L_([0-9a-f]{2})+", keyword, re.IGNORECASE):
        return ""
    return bytes.fromhex(keyword[2:]).decode()


def search_key(keyword: str) -> str:
    """The SEARCH key for a keyword or flag."""
    return {r"\Flagged": "FLAGGED", r"\Draft": "DRAFT"}.get(keyword, f"KEYWORD {keyword}")


def make_view(folder: Path, name: str, shows: str) -> None:
    """Let the folder called `name` (decoded) show the mails of the store for which `shows` holds."""
    view = folder / encode_utf7(name).decode("ascii")
    view.mkdir(parents=True, exist_ok=True)
    (view / "dovecot-virtual").write_text(f"{STORE}\n  {shows}\n")


def number(message_id: bytes) -> int:
    """X-GM-MSGID, or X-GM-THRID by the Message-ID that began the thread: 64 bits, as Gmail's."""
    return int.from_bytes(hashlib.sha256(message_id).digest()[:8], "big") >> 1
