"""The names of companies as they are written: where one begins and ends, and whose domain it can be."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.core.address import domain_of, is_free_mail, organisation, sender_of
from watcher.core.cues import Cues
from watcher.core.model import Address
from watcher.core.names import LEGAL_AFTER, LEGAL_BEFORE, normal_company, plain
from watcher.core.patterns import compile_pattern

#: The longest name of a company (characters, words).
COMPANY_LENGTH = 60
COMPANY_WORDS = 6
#: What may stand around a name.
EDGES = " \t\"'“”‘’«»*_()[]{}<>,;:!?-–—|/#"
_EMPTY = frozenset(
    ["group", "grup", "company", "team", "center", "centre", "department", "office", "global", "the", "co"]
)
_CONNECTORS = frozenset(
    "of and & + dan the for de du des del do da dos das la las los für und van der den".split()
)
_PREFIXED = compile_pattern(
    r"(?:^|[^\pL\pN])(?P<name>(?:PT|CV|UD|PD|Pt|Cv)\.?[ ]+\pL[^\n,;:()!?|]{1,70})", ignore_case=False
)
_SUFFIXED = compile_pattern(
    r"(?P<name>(?:\p{Lu}[\pL\pN&'.-]*[ ]+){0,4}\p{Lu}[\pL\pN&'.-]*,?[ ]+"
    r"(?:Tbk|Inc|Ltd|LLC|LLP|GmbH|AG|B\.V|Pte|Sdn|Plc|Corp|Limited)\b\.?"
    r"(?:[ ](?:Ltd|Bhd)\b\.?)?)",
    ignore_case=False,
)
#: Between the kind of a house and its name: "Mairie de Saint-Aubry".
_OF = frozenset(["of", "de", "da", "do", "du", "des", "del", "für", "van", "der"])
#: An hour ("at 10:00 AM WIB"), a date or a file stands where an employer could.
_NO_NAME = compile_pattern(
    r"^\d{1,2}(?:[:.h]\d\d\b|[ ]*(?:am|pm|a\.m|p\.m|wib|wita|wit|uhr|hrs?|o.clock)\b)"
    r"|^\d{1,2}[. ]+\pL+[ ]+\d{4}$|\.(?:pdf|docx?|jpe?g|png)\b"
)
_AND_ANOTHER = compile_pattern(r"[ ](?:dan|and|&|serta)[ ](?:PT|CV)\b")
#: Words that a domain adds to the name of its owner.
_DOMAIN_EXTRA = (
    "careers",
    "career",
    "karir",
    "recruitment",
    "rekrutmen",
    "jobs",
    "group",
    "grup",
    "indonesia",
    "id",
    "hq",
)


def legal_names(text: str, cues: Cues) -> Iterator[str]:
    """Every name with a legal form in `text` ("PT Sinar Jaya Tbk", "Acme Pte Ltd"), as written. ("CV Anda" is
    no company but the person's papers.)"""
    for pattern in (_PREFIXED, _SUFFIXED):
        for count, match in enumerate(pattern.finditer(text)):
            if count >= 10:
                return
            raw = match.group("name")
            second = _AND_ANOTHER.search(raw)
            name = _capitalised(raw[: second.start()] if second else raw)
            name = name.replace("PT.", "PT").replace("CV.", "CV")
            words = plain(name).split()
            if len(words) < 2 or len(name) > COMPANY_LENGTH or words[1] in cues.company_odd | cues.stops:
                continue
            if _NO_NAME.search(name):
                continue
            if words[0] not in LEGAL_AFTER:
                yield name
            if second:
                yield from legal_names(raw[second.start() :], cues)


def legal_name(text: str, cues: Cues) -> str:
    """The first name with a legal form in `text`, '' if none."""
    return next(legal_names(text[:200], cues), "")


def legal_form(name: str) -> bool:
    """True when `name` carries a legal form ("PT Sinar Jaya", "Acme Ltd")."""
    words = plain(name).split()
    return len(words) > 1 and (words[0] in LEGAL_BEFORE or words[-1] in LEGAL_AFTER)


def from_its_head(name: str, cues: Cues) -> str:
    """`name` from the word on that says what kind of house it is: "Umum RS Santo Lukas" -> "RS Santo Lukas". A
    word that may as well end a name ("Kestrel Bank") does not begin one."""
    words = name.split()
    for at, word in enumerate(words[:-1]):
        kind = word.lower()
        if at and kind in cues.company_heads and kind not in cues.company_tails and word[:1].isupper():
            return " ".join(words[at:])
    return name


def name_at(raw: str, cues: Cues) -> str:
    """The employer's name that begins `raw`, '' if none does."""
    legal = legal_name(raw, cues)
    if legal and plain(raw).startswith(plain(legal)):
        return legal
    return end_of_company(raw, cues, following=True)


def _capitalised(raw: str) -> str:
    """The leading words of `raw` that are written as a name; a connecting word only between two of them."""
    kept: list[str] = []
    for word in raw.split():
        bare = word.strip(EDGES)
        named = bare[:1].isupper() or bare[:1].isdigit() or any(c.isupper() for c in bare[1:])
        if (not named and bare.lower() not in _CONNECTORS) or (kept and word[:1] in "([{"):
            break
        kept.append(word)
        tail = word.rstrip("\"'”’")[-1:]
        legal = bare.rstrip(".").lower() in LEGAL_AFTER
        if (tail in ",;:!?)" or (tail == "." and not legal and len(bare) > 3)) and not _legal_follows(
            raw, kept
        ):
            break
        if len(kept) >= COMPANY_WORDS:
            break
    while kept and kept[-1].strip(EDGES).lower() in _CONNECTORS | {""}:
        kept.pop()
    name = " ".join(kept).strip(EDGES)
    return name if name.rpartition(" ")[2].lower() in ("inc.", "ltd.", "co.", "corp.") else name.rstrip(".")


def _legal_follows(raw: str, kept: list[str]) -> bool:
    """True for "Acme, Inc.": the comma does not end the name."""
    rest = raw.split()[len(kept) : len(kept) + 1]
    return bool(rest) and kept[-1].endswith(",") and rest[0].strip(".,").lower() in LEGAL_AFTER


def end_of_company(raw: str, cues: Cues, *, following: bool = False) -> str:
    """The employer's name at the start of `raw`; '' when no name stands there. `following`: what comes after
    it counts too ("interest in Data Analyst position" names no employer)."""
    text = raw.strip().lstrip("\"'“‘(")
    name = _capitalised(text)
    first = plain(name).split()[:1]
    if not first or first[0] in cues.company_odd or len(name) > COMPANY_LENGTH or len(name) < 2:
        return ""
    if (
        _NO_NAME.search(name)
        or "@" in name
        or "://" in name
        or name.lower().startswith("www.")
        or name.isdigit()
    ):
        return ""
    words = plain(name).split()
    if words[0] in LEGAL_AFTER or all(word in _EMPTY for word in words):
        return ""
    if words[-1] in cues.role_words - cues.company_tails and len(words) <= 4:
        return ""
    if following:
        after = plain(text[len(name) :][:40]).split()[:1]
        if after and after[0] in ("position", "role", "posisi", "opening", "vacancy", "job", "internship"):
            return ""
    return name


def domain_label(address: Address) -> str:
    """The label that names the owner of the address' domain ("hr@mail.sinar-jaya.co.id" -> "sinarjaya"); '' for
    vendors and free mail."""
    domain = domain_of(address.email)
    if not domain or is_free_mail(domain) or sender_of(address) is not None:
        return ""
    return organisation(domain).partition(".")[0].replace("-", "")


def agrees_with_label(name: str, label: str) -> bool:
    """True when the domain label `label` can belong to a company called `name`."""
    joined = plain(normal_company(name)).replace(" ", "")
    if len(joined) < 2 or not label:
        return False
    bare = label
    for extra in _DOMAIN_EXTRA:
        if len(bare) - len(extra) >= 3:
            bare = bare.removeprefix(extra).removesuffix(extra)
    if (
        joined in (label, bare)
        or (len(bare) >= 4 and joined.startswith(bare))
        or (len(bare) >= 5 and joined.endswith(bare))
    ):
        return True
    if len(joined) >= 4 and bare.startswith(joined):
        return True
    words = normal_company(name).split()
    return len(words) >= 3 and "".join(word[0] for word in words) == bare


def spelled(label: str, text: str, cues: Cues) -> str:
    """`label` as the text writes it, with its capitals: "sinarjaya" in "Salam, Sinar Jaya" -> "Sinar Jaya".

    A domain often holds some words of a name only: what kind of house it is ("Universitas", "Bank") belongs to
    the name where it stands right beside it. And a domain that says no more than the kind ("klinik.example")
    names the house that is written after it.
    """
    words = text[:6000].split()
    for size in (1, 2, 3, 4):
        for at in range(len(words) - size + 1):
            run = words[at : at + size]
            if run[0][:1].islower() or sum(map(len, run)) > len(label) + 12:
                continue
            name = " ".join(run).strip(EDGES).rstrip(".")
            if "@" in name or "://" in name or not any(c.isupper() for c in name):
                continue
            if plain(name).replace(" ", "") != label:
                continue
            if not all(word in cues.company_heads for word in name.lower().split()):
                return _whole(words, at, at + size, name, cues)
            named = _capitalised(" ".join(words[at : at + COMPANY_WORDS]))
            if len(named.split()) > size:
                return named
    return ""


def _whole(words: list[str], start: int, end: int, name: str, cues: Cues) -> str:
    """`name`, which stands at words[start:end], with the words beside it that belong to it."""
    first = start
    if words[start][0].isalnum():
        while first and _is_head(words[first - 1], cues):
            first -= 1
        if (
            first == start
            and start > 1
            and words[start - 1].lower() in _OF
            and _is_head(words[start - 2], cues)
        ):
            first = start - 2
    last = end
    if words[end - 1][-1].isalnum():
        while last < len(words) and _is_tail(words[last], name, cues) and words[last - 1][-1].isalnum():
            last += 1
    beside = [word.strip(EDGES) for word in (*words[first:start], name, *words[end:last])]
    return " ".join(beside)


def _is_head(word: str, cues: Cues) -> bool:
    """True for a word that says what kind of house it is, before its name."""
    return word[:1].isupper() and word.lower() in cues.company_heads


def _is_tail(word: str, name: str, cues: Cues) -> bool:
    """True for such a word after the name."""
    bare = word.strip(EDGES)
    return (
        bare[:1].isupper() and bare.lower() in cues.company_tails and bare.lower() not in name.lower().split()
    )
