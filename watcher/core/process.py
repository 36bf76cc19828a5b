"""Which mails belong to one hiring process, and why (rule 2.4).

Facts are taken in the order of their time, whatever order they came in; each goes through the rules of
`joining`, and the first one that knows a place for it decides. The reason is kept with every message
("sender: hr@acme.example"). Nothing is ever joined by a server's thread id or by subject alone: those throw
two posts into one thread. Where an answer fits several processes, the thread id may say which.

What a person should look at stands in `Process.review`, as words that the packs may translate:
`uncertain` a mail of low confidence, `employer_only` joined by the employer's name alone, `several_processes` a
mail fits several and went to none, `several_closed` it fits several closed ones, `new_address` an answer from
an unknown address, `other_role_same_sender` a known person wrote about another post, `other_subject_in_thread`
an own mail strayed from its thread, `rejection_before_interview` (rule G8), `company_unclear`, `role_unclear`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from watcher.core.events import to_events
from watcher.core.joining import RULES, Board, found
from watcher.core.model import Correction, Fact, Mark, Process
from watcher.core.portrait import portray
from watcher.core.setting import setting_for
from watcher.core.threads import NEVER_FOUND, Cluster, is_suspect
from watcher.errors import UsageError

__all__ = ["group", "resolve", "setting_for", "to_events"]


def group(
    facts: Sequence[Fact], marks: Sequence[Mark] = (), corrections: Sequence[Correction] = ()
) -> tuple[Process, ...]:
    """The processes that `facts` make, oldest first. Total; the order of `facts` does not matter, and a
    message that is given twice counts once. `corrections` is what the person merged, split or named."""
    by_target: dict[str, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: (mark.made, mark.id)):
        by_target.setdefault(mark.target, []).append(mark)
    names = [made for made in corrections if made.kind in ("company", "role")]
    manual, split = _by_hand(corrections)
    board = Board(manual, split, by_target, names)
    ordered = _unique(facts)
    for fact in ordered:
        _place(board, fact)
    _place_late(board, ordered)
    leftover = [f for f in ordered if f.message_id in board.manual and f.message_id not in board.holders]
    for fact in leftover:
        home = board.groups.get(board.manual[fact.message_id])
        if home is not None:
            _put(board, home, fact, "manual: merged")
    drafts = [portray(cluster, names) for cluster in board.clusters if cluster.facts]
    drafts.sort(key=lambda process: (process.facts[0].at, process.facts[0].message_id))
    return _with_ids(drafts)


def _unique(facts: Sequence[Fact]) -> list[Fact]:
    """Each message once, in the order of its time. Of two copies (two folders, two accounts) the earlier
    arrival stays; on a tie the one that reads first, so that the choice never depends on the order given."""
    best: dict[str, Fact] = {}
    for fact in facts:
        rival = best.get(fact.message_id)
        if rival is None or (fact.at, repr(fact)) < (rival.at, repr(rival)):
            best[fact.message_id] = fact
    return sorted(best.values(), key=lambda fact: (fact.at, not fact.incoming, fact.message_id))


def _by_hand(corrections: Sequence[Correction]) -> tuple[dict[str, int], frozenset[str]]:
    """Message-ID -> number of its manual group, and the messages that begin a process of their own. Merges
    are transitive; what was said later counts."""
    number: dict[str, int] = {}
    split: set[str] = set()
    for count, made in enumerate(corrections):
        if made.kind == "split":
            number.pop(made.target, None)
            split.add(made.target)
        elif made.kind == "merge" and made.other:
            old = {number.get(made.target, count), number.get(made.other, count)}
            for message in [m for m, n in number.items() if n in old] + [made.target, made.other]:
                number[message] = count
            split -= {made.target, made.other}
    return number, frozenset(split)


def _put(board: Board, cluster: Cluster, fact: Fact, reason: str) -> None:
    if fact.message_id in cluster.reasons:
        return
    cluster.marks += [m for m in board.marks.get(fact.message_id, ()) if fact.message_id not in board.holders]
    cluster.add(fact, reason)
    cluster.learn([made for made in board.names if made.target == fact.message_id])
    board.file(cluster)
    board.holders.setdefault(fact.message_id, []).append(cluster)
    board.known[fact.message_id] = fact
    for reference in (*fact.in_reply_to, *fact.references):
        if reference not in board.known:
            board.awaited.setdefault(reference, []).append(fact.message_id)


def _place(board: Board, fact: Fact) -> None:
    """Find the place of one fact: the first rule that answers decides, else it founds a process or goes."""
    answers = ((name, rule(board, fact)) for name, rule in (*RULES, ("new", found)))
    name, hit = next(((name, hit) for name, hit in answers if hit is not None), ("", None))
    if hit is None:
        return
    for cluster in hit.where:
        board.put(cluster)
        _put(board, cluster, fact, f"{name}: {hit.quote}"[:200])
        if not fact.trusted and not is_suspect(fact) and fact.kind not in NEVER_FOUND:
            cluster.review.add("uncertain")
    for cluster in (*hit.where, *hit.near) if hit.review else ():
        cluster.review.add(hit.review)
    number = board.manual.get(fact.message_id)
    if number is not None and hit.where:
        _gather(board, number, hit.where[0])


def _place_late(board: Board, ordered: Sequence[Fact]) -> None:
    """Place what only refers to messages that came after it (a clock was wrong), until nothing changes."""
    waiting = [f for f in ordered if f.message_id not in board.holders]
    while True:
        found = [f for f in waiting if any(r in board.known for r in (*f.in_reply_to, *f.references))]
        for fact in found:
            _place(board, fact)
        left = [f for f in waiting if f.message_id not in board.holders]
        if len(left) == len(waiting):
            return
        waiting = left


def _gather(board: Board, number: int, cluster: Cluster) -> None:
    """Make `cluster` and the one its manual group already has into one."""
    home = board.groups.setdefault(number, cluster)
    if home is cluster:
        return
    for fact in cluster.facts:
        board.holders[fact.message_id] = [
            home if holder is cluster else holder for holder in board.holders[fact.message_id]
        ]
        if fact.message_id not in home.reasons:
            home.add(fact, cluster.reasons[fact.message_id])
    home.facts.sort(key=lambda fact: (fact.at, fact.message_id))
    home.marks += cluster.marks
    home.review |= cluster.review
    board.file(home)
    board.remove(cluster)
    for key, value in board.groups.items():
        if value is cluster:
            board.groups[key] = home


# --------------------------------------------------------------------------- names that stay


def _hash(message_id: str) -> str:
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()


def _with_ids(drafts: list[Process]) -> tuple[Process, ...]:
    """Give each process the short hash of its first message, longer where two would be alike."""
    length, hashes = 6, [_hash(process.facts[0].message_id) for process in drafts]
    while len({h[:length] for h in hashes}) < len(set(hashes)):
        length += 2
    return tuple(replace(process, id=h[:length]) for process, h in zip(drafts, hashes, strict=True))


def is_called(process: Process, text: str) -> bool:
    """True when `text` is the beginning of the hash of one of its messages."""
    return any(_hash(fact.message_id).startswith(text) for fact in process.facts)


def mail_id(message_id: str) -> str:
    """What a mail is called on the screen: "m" and the beginning of its hash; no process is called so."""
    return f"m{_hash(message_id)[:7]}"


def mails_called(facts: Sequence[Fact], wanted: str) -> tuple[Fact, ...]:
    """The mails that `wanted` names: a Message-ID with or without its brackets, or what `mail_id` gives, or at
    least four signs of it after the "m"."""
    text = wanted.strip()
    exact = tuple(fact for fact in facts if text and fact.message_id.strip("<>") == text.strip("<>"))
    short = text.lower()
    if exact or len(short) < 5 or not short.startswith("m"):
        return exact
    return tuple(fact for fact in facts if _hash(fact.message_id).startswith(short[1:]))


def resolve(processes: Sequence[Process], wanted: str) -> Process:
    """The process that `wanted` names: the beginning of the hash of any of its messages, so that an ID stays
    good when an earlier mail turns up, else a part of its company's name.

    Raises UsageError, naming the candidates, when it fits none or several.
    """
    text = wanted.strip().lower()
    found = [p for p in processes if text and text == p.id]
    if not found and len(text) >= 3:
        found = [p for p in processes if is_called(p, text)]
    if not found and text:
        found = [p for p in processes if text in p.company.casefold()]
    if len(found) == 1:
        return found[0]
    if not found:
        known = ", ".join(_label(p) for p in processes[:10]) or "none yet"
        raise UsageError(f"No process is called {wanted!r}.", f"Known ones: {known}.")
    raise UsageError(
        f"{wanted!r} fits {len(found)} processes.", f"Say which: {', '.join(_label(p) for p in found[:10])}."
    )


def _label(process: Process) -> str:
    return f"{process.id} ({process.company or process.person or 'unknown'})"
