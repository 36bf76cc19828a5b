"""How mail programs quote the mail they answer, in both languages."""

from __future__ import annotations

from datetime import datetime

from watcher.sample.moments import Moment
from watcher.sample.table import Letter


def quoted(letter: Letter, at: datetime, body: str, *, style: str) -> str:
    """The tail below an answer to `letter`, which was written at `at`."""
    when = Moment(at)
    if style == "gmail_id":
        return f"\nPada {when:pendek} pukul {when:clock} {letter.sender} menulis:\n\n{_marked(body)}"
    if style == "gmail_en":
        return f"\nOn {when:short} at {when:time} {letter.sender} wrote:\n\n{_marked(body)}"
    if style == "outlook_id":
        head = ("Dari", "Dikirim", "Kepada", "Perihal")
        date = f"{when:hari} {when:jam}"
        rule = ""
    else:
        head = ("From", "Sent", "To", "Subject")
        date = f"{when:day} {when:time}"
        rule = "-----Original Message-----\n"
    values = (letter.sender, date, letter.to, letter.subject.partition("{")[0].strip(" @"))
    lines = "".join(f"{name}: {value}\n" for name, value in zip(head, values, strict=True))
    return f"\n{rule}{lines}\n{body}"


def _marked(body: str) -> str:
    return "".join(f"> {line}\n" if line else ">\n" for line in body.rstrip("\n").split("\n"))
