"""The post a mail is about ("Data Analyst"): found by cue words, cut where the name ends, dropped when odd."""

from __future__ import annotations

from watcher.core.cues import Cues, each, units_of
from watcher.core.model import Mail
from watcher.core.names import normal_role, plain
from watcher.core.patterns import compile_pattern

#: The longest name of a post (characters, words).
ROLE_LENGTH = 60
ROLE_WORDS = 7

_SEPARATOR = compile_pattern(
    r"[ ]+[-–—|/•·~@]+[ ]+|[|•·]|[:;\x{ff1a}]|[ ]at[ ]|[ ]di[ ]|[ _]-|-[ _]|__|[\[\]]"
)
#: Before a post that stands in front of its noun ("your interest in the Data Analyst position").
_DETERMINER = compile_pattern(r"(?:^|[ ])(?:the|our|an?|your|my)[ ]+")
#: The employer stands behind these.
_PLACES = (" at ", " di ")
_CONNECTORS = frozenset(["and", "dan", "of", "&", "/", "-", "+", "to"])
_EDGES = " \t\"'“”‘’«»*_()[]{}<>.,;:!?-–—|/#"
_LEFT = _EDGES.replace(".", "")
_KEPT_DOT = frozenset(["sr.", "jr.", "asst.", "mgr.", "spv.", "exec."])


def find_role(mail: Mail, cues: Cues) -> str:
    """The post that `mail` names, as written; '' when it names none or several that differ."""
    text = "\n".join(units_of(mail.new_text))
    found = _from_text(text, cues)
    subject = _from_subject(mail.subject, cues)
    names = [*([subject] if subject else []), *found]
    return _common(names) or _common(found) or (subject if len(names) == 1 else "")


def _within(one: str, other: str) -> bool:
    a, b = set(normal_role(one).split()), set(normal_role(other).split())
    return bool(a and b) and (a <= b or b <= a)


def _common(found: list[str]) -> str:
    """The one post behind several wordings; '' when they are different posts (a digest, a mail about two)."""
    fullest = max(found, key=lambda name: len(normal_role(name).split()), default="")
    return fullest if all(_within(name, fullest) for name in found) else ""


def _from_text(text: str, cues: Cues) -> list[str]:
    found: list[tuple[int, str]] = []
    for pattern in (*cues.roles, *cues.roles_weak):
        inner = "inner_role" in pattern.pattern
        for place, raw in each(pattern, text, "role"):
            role = end_of_role(_DETERMINER.split(raw)[-1] if inner else raw, cues)
            if role and (pattern in cues.roles or _has_head(role, cues)):
                found.append((place, role))
    ordered = [role for _, role in sorted(found)]
    return list(dict.fromkeys(ordered))[:6]


def _from_subject(subject: str, cues: Cues) -> str:
    """The post in a subject: after a cue, else the part between separators that ends like a post's name."""
    line = " ".join(subject[:200].split())
    marked = _from_text(line, cues)
    if marked:
        return marked[0]
    parts = [part.strip() for part in _SEPARATOR.split(line) if part and part.strip()]
    for part in parts if len(parts) > 1 else ():
        role = end_of_role(part, cues)
        whole = role and plain(role) == plain(part.partition("(")[0].partition(",")[0])
        if whole and _has_head(role, cues):
            return role
    return ""


def end_of_role(raw: str, cues: Cues) -> str:
    """`raw` up to where the name of the post ends; '' when what is left is no name of a post."""
    best = ""
    for place in _PLACES:
        before = raw.partition(place)[0]
        raw = before if _cut(before, cues) else raw  # what stands behind is where, not what
    raw = _DETERMINER.sub("", raw) if _DETERMINER.match(raw) else raw
    for part in _SEPARATOR.split(raw.partition("(")[0].lstrip(_LEFT).rstrip(_EDGES)[:120]):
        role = _cut(part or "", cues)
        if role and _has_head(role, cues):
            return role
        best = best or role
        if not role:
            break
    return best if best[:1].isupper() or best[:1].isdigit() else ""


def _cut(raw: str, cues: Cues) -> str:
    kept: list[str] = []
    cased = False
    words = raw.split()
    for number, word in enumerate(words):
        bare = word.strip(_EDGES).lower()
        if (
            bare in cues.stops
            and not (number == 0 and _opens(words, cues))
            and not (bare == "it" and word.strip(_EDGES) == "IT")
            and not (kept and (bare == "in" or bare in cues.role_links))
        ):
            break
        if kept and word.rstrip(".") in ("PT", "CV", "Pt", "Cv"):
            break
        if not bare and word not in _CONNECTORS:
            break
        if cased and word[:1].islower() and not _goes_on(bare, kept, cues):
            break
        cased = cased or word.strip(_EDGES)[:1].isupper()
        kept.append(word)
        ends = word[-1] in ',;:!?)"”' or (word[-1] == "." and word.lower() not in _KEPT_DOT)
        if ends or len(kept) >= ROLE_WORDS:
            break
    while kept and (kept[-1].lower() in _CONNECTORS | cues.role_links or kept[-1].lower() == "in"):
        kept.pop()
    role = " ".join(kept).lstrip(_LEFT).rstrip(_EDGES.replace("#", ""))
    return role if _sane(role, cues) else ""


def _opens(words: list[str], cues: Cues) -> bool:
    """True when the first word, odd elsewhere, opens the name of a post: "Office Manager", "Video Editor"."""
    return (
        len(words) > 1
        and words[0].lower() in cues.role_openers
        and words[0][:1].isupper()
        and (words[1][:1].isupper() or words[1].strip(_EDGES).lower() in cues.role_words)
    )


def _goes_on(bare: str, kept: list[str], cues: Cues) -> bool:
    """A small word inside a name with capitals: "Head of Sales", "Chargée de projet", "Chef d'équipe"."""
    link = bare.replace("’", "'").partition("'")[0]
    known = bare in _CONNECTORS or bare in cues.role_words or link in cues.role_links
    return known or kept[-1].lower() in cues.role_links


def _sane(role: str, cues: Cues) -> bool:
    tokens = role.split()
    if not tokens or len(role) > ROLE_LENGTH or not normal_role(role):
        return False
    bare = [token.strip(_EDGES).lower() for token in tokens]
    if len(bare) == 1 and (bare[0] in cues.role_parts or (role.islower() and bare[0] not in cues.role_alone)):
        return False  # "the hiring manager" is nobody's post
    odd = bare[1:] if _opens(tokens, cues) and _has_head(role, cues) else bare
    if (
        any(word in cues.role_odd - cues.role_links for word in odd)
        or "@" in role
        or "://" in role
        or "www." in role.lower()
    ):
        return False
    if sum(c.isdigit() for c in role) > 3 or not any(len(word) > 1 and word[0].isalpha() for word in bare):
        return False
    return role[0].isupper() or role[0].isdigit() or role[0] == "." or _has_head(role, cues)


def _has_head(role: str, cues: Cues) -> bool:
    """True when a word of `role` is one that posts are called by ("engineer", "staf")."""
    return any(word in cues.role_words for word in plain(role).split())
