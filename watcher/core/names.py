"""Names of companies and posts, made comparable: "PT Sinar Jaya Tbk" and "Sinar Jaya" are one employer."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def words(text: str) -> frozenset[str]:
    """The words of a constant, as a set."""
    return frozenset(text.split())


#: Legal forms that stand before a name, and after it (rule 2.4).
LEGAL_BEFORE = words("pt cv ud pd the firma koperasi")
LEGAL_AFTER = words(
    "tbk persero inc ltd llc llp lp gmbh ag kg kgaa se sa sarl sas srl spa bv nv oy oyj ab asa plc pte sdn "
    "bhd pty co corp corporation company limited incorporated mbh ug"
)
#: Words that tell two units of one employer apart no further than its address does.
_GENERIC_AFTER = words(
    "indonesia group grup holding holdings technologies technology tech solutions international global asia "
    "singapore jakarta malaysia careers career software labs hq"
)

#: Words of a post's name that say nothing about which post it is.
_ROLE_FILLER = words(
    "position role posisi job opening vacancy lowongan jabatan the a an for of our sebagai di as remote "
    "hybrid onsite wfh wfo fulltime parttime full time part contract kontrak tetap m f d w x all genders"
)
_ROLE_ALIAS = {
    "sr": "senior",
    "jr": "junior",
    "mgr": "manager",
    "spv": "supervisor",
    "asst": "assistant",
    "dev": "developer",
    "programer": "programmer",
    "internship": "intern",
    "magang": "intern",
    "akuntan": "accountant",
    "keuangan": "finance",
    "pemasaran": "marketing",
    "penjualan": "sales",
    "administrasi": "admin",
    "administration": "admin",
}
_ROLE_JOINED = (("front", "end"), ("back", "end"), ("full", "stack"), ("full", "time"), ("part", "time"))
#: Words that make another post of the same one.
_LEVELS = words(
    "senior junior lead head principal intern manager director vp chief associate trainee supervisor "
    "coordinator i ii iii iv 1 2 3 4"
)


#: What is no letter, no figure and neither + nor #, as a blank; apostrophes go.
_ASCII_WORDS = {point: " " for point in range(128) if not chr(point).isalnum() and chr(point) not in "+#"} | {
    ord("'"): None
}


def plain(text: str) -> str:
    """`text` in lower case, without accents, its punctuation (but + and #) turned into single spaces."""
    return _plain(text[:300])


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    if text.isascii():
        return " ".join(text.translate(_ASCII_WORDS).lower().split())
    folded = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", "")).casefold()
    kept = (c if c.isalnum() or c in "+#" else " " for c in folded if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


@lru_cache(maxsize=4096)
def normal_company(name: str) -> str:
    """`name` for comparison: lower case, no legal form. "CV. Maju-Mundur (Persero), Tbk" -> "maju mundur"."""
    tokens = plain(name).split()
    first, last = 0, len(tokens)
    while first < last - 1 and tokens[first] in LEGAL_BEFORE:
        first += 1
    while last > first + 1 and tokens[last - 1] in LEGAL_AFTER:
        last -= 1
    return " ".join(tokens[first:last])


def company_keys(name: str) -> frozenset[str]:
    """Two names that `same_company` holds for one have a key in common: written together, or the first word."""
    normal = normal_company(name)
    return frozenset({normal.replace(" ", ""), f"{normal.partition(' ')[0]} "}) if normal else frozenset()


def same_company(one: str, other: str) -> bool:
    """True when two names mean one employer: equal but for legal form, spacing or a word like "Indonesia"."""
    a, b = normal_company(one), normal_company(other)
    if not a or not b or a[0] != b[0]:
        return False
    if a.replace(" ", "") == b.replace(" ", ""):
        return True
    short, long = sorted((a.split(), b.split()), key=len)
    return len(short[0]) > 2 and long[: len(short)] == short and set(long[len(short) :]) <= _GENERIC_AFTER


@lru_cache(maxsize=4096)
def normal_role(role: str) -> str:
    """The post's name for comparison: "Sr. Data Analyst (Remote)" -> "senior data analyst"."""
    joined: list[str] = []
    for word in plain(role.replace("/", " ")).split():
        if joined and (joined[-1], word) in _ROLE_JOINED:
            joined[-1] += word
        else:
            joined.append(_ROLE_ALIAS.get(word, word))
    kept = [word for word in joined if word not in _ROLE_FILLER]
    return " ".join(kept)


def same_role(one: str, other: str) -> bool:
    """True when two names mean one post: equal, or one only says more ("Data Analyst - Jakarta"); a level
    ("Senior") makes another post. False when either is unknown."""
    a, b = set(normal_role(one).split()), set(normal_role(other).split())
    if not a or not b:
        return False
    if a == b:
        return True
    return (a < b or b < a) and not (a ^ b) & _LEVELS


def other_role(one: str, other: str) -> bool:
    """True when both posts are named and they are different ones."""
    return bool(normal_role(one) and normal_role(other)) and not same_role(one, other)


@lru_cache(maxsize=4096)
def person_words(name: str) -> frozenset[str]:
    """The words of a signed name, for comparison."""
    return frozenset(plain(name).split())


def same_person(one: str, other: str) -> bool:
    """True when two signed names can be one person: the shorter one's words all stand in the longer one."""
    a, b = person_words(one), person_words(other)
    return bool(a and b) and (a <= b or b <= a)
