"""Mailboxes to measure with: seeded, so that every run reads the same bytes; as large as wanted.

Most of it is bulk mail with megabytes of markup, some is from friends, a little is about the person's job hunt,
a few mails carry large attachments. The mailbox of 100,000 mails holds smaller ones, so that it fits on a disk;
what a first scan costs depends on the number of mails, hardly on their size.
"""

from __future__ import annotations

import base64
import os
import quopri
import random
from collections.abc import Iterator, Sequence
from email.header import Header
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path

ME = "sari@example.org"
#: The newest mail is from this moment (UNIX time), the oldest from three years before.
NEWEST, SPAN = 1_795_305_600, 3 * 365 * 86_400
#: From so many mails on the mails are small.
MANY = 50_000
#: Mails about the job hunt, at most: nobody gets more in three years.
MOST_JOB_MAILS = 1000

_SYLLABLES = "ba bi da di ka ku la lo ma mi na no pa pe ra ru sa se ta tu wa ya en al or st el um is".split()
_ROLES = ("Backend Engineer", "Data Analyst", "Staff Admin", "Product Manager", "QA Engineer")
_JOB = (
    (
        "Interview invitation: {role} at {firm}",
        "Hi Sari,\n\nThank you for your interest in the {role} role at {firm}. We would like to invite you to"
        " an interview on {day}. Please let us know your availability.\n\nBest regards,\n{name}\n{firm}\n",
    ),
    (
        "Undangan wawancara {role} - {firm}",
        "Yth. Sari,\n\nTerima kasih telah melamar posisi {role} di {firm}. Kami mengundang Anda untuk wawancara"
        " pada {day}. Mohon konfirmasi kehadiran Anda.\n\nSalam,\n{name}\nHRD {firm}\n",
    ),
    (
        "Your application to {firm}",
        "Dear Sari,\n\nUnfortunately we have decided to move forward with other candidates for the {role}"
        " position. We wish you all the best.\n\nRegards,\n{name}\n{firm}\n",
    ),
    (
        "Thank you for applying to {firm}",
        "Hi Sari,\n\nWe received your application for the {role} position and will be in touch.\n\n{firm}\n",
    ),
)
_EVERYDAY_EN = (
    "the and of to you your we our for is are with this that have has will be been on at in a it as not by from"
    " if would could please thank me us was were can do let know dear hello hi about there they their which"
    " when what but so just any all more house garden train weekend children holiday dinner weather book music"
)
_EVERYDAY_ID = (
    "yang dan di ke dari untuk dengan ini itu pada adalah saya kami anda tidak akan sudah bisa ada juga atau"
    " kalau nanti besok pagi sore malam rumah anak makan jalan hujan buku lagu liburan kabar teman kebun"
)
_NAMES = ("Budi Santoso", "Dewi Lestari", "Maria Garcia", "John Brown", "Lena Müller", "Omar Hassan")


def fill(maildir: Path, count: int) -> int:
    """Write a mailbox of `count` mails as a Maildir, unless it is there; returns its size in bytes."""
    done = maildir / "made"
    if done.exists():
        return int(done.read_text())
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    total = 0
    for number, (when, raw) in enumerate(mails(count)):
        size = len(raw)
        name = f"{when}.M{number:06d}P1.bench,S={size},W={size + raw.count(10)}:2,S"
        (maildir / "cur" / name).write_bytes(raw)
        os.utime(maildir / "cur" / name, (when, when))
        total += size
    done.write_text(str(total))
    return total


def mails(count: int) -> Iterator[tuple[int, bytes]]:
    """(arrival, bytes) of each mail, oldest first."""
    chance = random.Random(f"mailbox of {count}")
    maker = _Maker(chance, small=count >= MANY)
    job_share = min(0.05, MOST_JOB_MAILS / count)
    for number in range(count):
        when = NEWEST - SPAN + SPAN * number // count
        draw = chance.random()
        if draw < job_share:
            yield when, maker.job(when)
        elif draw < job_share + 0.065:
            yield when, maker.letter(when)
        elif draw < job_share + 0.065 + (0.0005 if maker.small else 0.015):
            yield when, maker.attachment(when)
        elif draw < job_share + 0.11:
            yield when, maker.notification(when)
        else:
            yield when, maker.newsletter(when)


def fresh(count: int, job_mails: int, when: int) -> list[bytes]:
    """New mails that arrive while somebody watches; the job mails are such as a notice tells of at once."""
    maker = _Maker(random.Random(f"fresh {count} {when}"), small=True)
    return [
        maker.job(when, _JOB[:2]) if number < job_mails else maker.newsletter(when) for number in range(count)
    ]


class _Maker:
    """Makes mails of every sort from one source of chance."""

    def __init__(self, chance: random.Random, *, small: bool) -> None:
        self.chance, self.small = chance, small
        words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(4000)]
        self.vocabulary = words
        self.everyday = [word for text in (_EVERYDAY_EN, _EVERYDAY_ID) for word in text.split()]
        self.firms = [f"{word.title()} {kind}" for word in words[:200] for kind in ("Labs", "Indonesia")]
        self.blocks = [self._block() for _ in range(600)]

    def newsletter(self, when: int) -> bytes:
        domain = f"{self.chance.choice(self.vocabulary[:400])}news.example"
        low, high = (2_500, 12_000) if self.small else (34_000, 105_000)
        wanted, page = low + int((high - low) * self.chance.random() ** 1.6), [_PAGE]
        size = len(_PAGE)
        while size < wanted:
            page.append(self.chance.choice(self.blocks))
            size += len(page[-1])
        head = (
            f"List-Unsubscribe: <https://u.{domain}/{self._token(45)}>\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
            f"List-Id: <{self.chance.randint(1, 10**6)}.{domain}>\nPrecedence: bulk\n"
        )
        body = _alternative(self._qp(self._words(60)), "".join(page), self._token(18))
        return self._mail(self._words(2).title(), f"news@{domain}", self._words(6), when, head, body)

    def notification(self, when: int) -> bytes:
        sender = f"notify@{self.chance.choice(self.vocabulary[:50])}.example"
        lines = "".join(f"{self._words(12)}\n" for _ in range(self.chance.randint(5, 60)))
        head = "Auto-Submitted: auto-generated\nList-Id: <builds.example>\n"
        return self._mail("Builds", sender, f"[repo] {self._words(5)}", when, head, _plain(lines))

    def job(self, when: int, texts: Sequence[tuple[str, str]] = _JOB) -> bytes:
        firm, name = self.chance.choice(self.firms), self.chance.choice(_NAMES)
        role, (subject, text) = self.chance.choice(_ROLES), self.chance.choice(texts)
        said = {"firm": firm, "name": name, "role": role, "day": formatdate(when + 5 * 86_400)[:16]}
        body = text.format(**said)
        desk = self.chance.choice(("hr", "talent", "recruiting"))
        sender = f"{desk}@{firm.split()[0].lower()}.example"
        shown = "<html><body>" + body.replace("\n", "<br>\n") + "</body></html>"
        mime = _alternative(self._qp(body), self._qp(shown), self._token(18))
        return self._mail(name, sender, subject.format(**said), when, "", mime)

    def letter(self, when: int) -> bytes:
        text = "".join(f"{self._said(11)}\n" for _ in range(self.chance.randint(3, 15)))
        quoted = "".join(f"> {self._said(10)}\n" for _ in range(self.chance.randint(0, 40)))
        shown = f"<div>{text}</div><blockquote>{quoted}</blockquote>".replace("\n", "<br>\n")
        mime = _alternative(self._qp(text + "\n" + quoted), self._qp(shown), self._token(18))
        sender = f"{self.chance.choice(self.vocabulary)}@friends.example"
        return self._mail(self.chance.choice(_NAMES), sender, self._said(4), when, "", mime)

    def attachment(self, when: int) -> bytes:
        mark, size = self._token(18), self.chance.randint(1_000_000, 2_000_000 if self.small else 5_000_000)
        start = self.chance.randint(0, len(_bytes()) - size)
        pdf = base64.encodebytes(_bytes()[start : start + size]).decode()
        inner = _alternative(self._qp(self._said(40)), self._qp(f"<p>{self._said(40)}</p>"), self._token(18))
        mime = (
            f'Content-Type: multipart/mixed; boundary="{mark}"\n\n--{mark}\n{inner}--{mark}\n'
            'Content-Type: application/pdf; name="notes.pdf"\nContent-Transfer-Encoding: base64\n'
            f'Content-Disposition: attachment; filename="notes.pdf"\n\n{pdf}--{mark}--\n'
        )
        sender = f"{self.chance.choice(self.vocabulary)}@friends.example"
        return self._mail(self.chance.choice(_NAMES), sender, self._said(4), when, "", mime)

    def _mail(self, name: str, sender: str, subject: str, when: int, more: str, mime: str) -> bytes:
        domain, signed = sender.partition("@")[2], self._token(190)
        folded = "\n        ".join(signed[at : at + 70] for at in range(0, len(signed), 70))
        head = (
            f"Delivered-To: {ME}\nReceived: by 2002:a05:6a10:{self.chance.randint(1, 9999)}:b0 with SMTP id"
            f" {self._token(12)};\n        {formatdate(when + 2)}\n"
            f"ARC-Seal: i=1; a=rsa-sha256; t={when}; cv=none; d=example.org; s=arc;\n        b={folded}\n"
            f"Authentication-Results: mx.example.org; dkim=pass header.d={domain}; dmarc=pass\n"
            f"Received: from out.{domain} by mx.example.org with ESMTPS id {self._token(12)}\n"
            f"        for <{ME}>; {formatdate(when)}\n"
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1; t={when};\n"
            f"        h=from:to:subject:date:message-id; bh={self._token(32)};\n        b={folded}\n"
            f"From: {_encoded(name)} <{sender}>\nTo: Sari Wulandari <{ME}>\nSubject: {subject}\n"
            f"Date: {formatdate(when)}\nMessage-ID: <{self._token(18)}@{domain}>\n{more}MIME-Version: 1.0\n"
        )
        return (head + mime).encode()

    def _block(self) -> str:
        link = f"https://click.{self.chance.choice(self.vocabulary)}mail.example/{self._token(60)}"
        return self._qp(
            '<table role="presentation" width="100%" cellpadding="0"><tr><td style="padding:12px 24px;'
            f'font-family:Arial,sans-serif;color:#{self.chance.randint(0, 0xFFFFFF):06x}">\n<a href="{link}">'
            f'<img src="{link}.png" alt="{self._words(3)}"></a>\n<h3>{self._words(6)}</h3>\n'
            f"<p>{self._words(self.chance.randint(15, 60))} \u2014 {self._words(9)}</p></td></tr></table>\n"
        )

    def _words(self, count: int) -> str:
        return " ".join(self.chance.choices(self.vocabulary, k=count))

    def _said(self, count: int) -> str:
        return " ".join(self.chance.choices(self.everyday, k=count))

    def _token(self, size: int) -> str:
        return base64.urlsafe_b64encode(self.chance.randbytes(size)).decode().rstrip("=")

    @staticmethod
    def _qp(text: str) -> str:
        return quopri.encodestring(text.encode()).decode()


_PAGE = "<!DOCTYPE html><html><head><style>td{padding:0}p{margin:0}</style></head><body>\n"


def _alternative(plain: str, page: str, mark: str) -> str:
    part = "Content-Transfer-Encoding: quoted-printable\n\n"
    return (
        f'Content-Type: multipart/alternative; boundary="{mark}"\n\n--{mark}\n'
        f'Content-Type: text/plain; charset="utf-8"\n{part}{plain}\n--{mark}\n'
        f'Content-Type: text/html; charset="utf-8"\n{part}{page}\n--{mark}--\n'
    )


def _plain(text: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\n{text}"


def _encoded(name: str) -> str:
    return name if name.isascii() else Header(name, "utf-8").encode()


@lru_cache(maxsize=1)
def _bytes() -> bytes:
    return random.Random("attachments").randbytes(6_000_000)
