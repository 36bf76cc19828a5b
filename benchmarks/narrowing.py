"""Could the first look at Gmail be narrowed by words? Run: python benchmarks/narrowing.py

Chooses words that together find every incoming job mail of three quarters of the corpus' voices, then counts
how many they find of the last quarter, and how much other mail they bring along (docs/gmail.md).
"""

from __future__ import annotations

import json
import random
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"
OTHER = {"job_alert", "newsletter", "other", "auto_reply", "bounce"}

Mails = list[set[str]]  # each as its words


def words(mail: dict[str, str]) -> set[str]:
    """The words of a mail as Gmail compares them: whole, in lower case, without accents."""
    text = " ".join(mail.get(part) or "" for part in ("subject", "from", "body"))
    plain = unicodedata.normalize("NFKD", text.casefold())
    return set(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def covering(wanted: Mails, others: Mails) -> set[str]:
    """Words of which each wanted mail has one; greedily those that few other mails have."""
    common = Counter(word for mail in others for word in mail)
    left, chosen = list(wanted), set[str]()
    while left:
        count = Counter(word for mail in left for word in mail if len(word) > 1)
        best = max(
            sorted(count), key=lambda word: count[word] / len(left) / (0.02 + common[word] / len(others))
        )
        chosen.add(best)
        left = [mail for mail in left if best not in mail]
    return chosen


def main() -> None:
    """Print the figures."""
    lines = [
        line for file in sorted(CORPUS.rglob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
    ]
    mails = [json.loads(line) for line in lines]
    voices = sorted({(mail["lang"], mail.get("voice") or "") for mail in mails})
    random.Random(1).shuffle(voices)
    unseen = set(voices[: len(voices) // 4])
    job = [mail for mail in mails if mail["label"] not in OTHER and mail.get("direction", "in") == "in"]
    others = [words(mail) for mail in mails if mail["label"] in OTHER]
    known = [words(mail) for mail in job if (mail["lang"], mail.get("voice") or "") not in unseen]
    tested = [words(mail) for mail in job if (mail["lang"], mail.get("voice") or "") in unseen]
    chosen = covering(known, others)
    missed = sum(1 for mail in tested if not mail & chosen)
    brought = sum(1 for mail in others if mail & chosen)
    sys.stdout.write(
        f"{len(chosen)} words find all {len(known)} job mails of {len(voices) - len(unseen)} voices;"
        f" of {len(unseen)} others they miss {missed} of {len(tested)}"
        f" (recall {1 - missed / len(tested):.1%}) and bring along {brought / len(others):.0%} of other mail.\n"
    )


if __name__ == "__main__":
    main()
