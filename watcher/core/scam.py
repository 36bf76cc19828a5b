"""Signs of fraud (rule 6.1). One red sign and the mail moves nothing; yellow ones are shown beside the process.

Careful, all of these are legitimate and no red sign: a clinic paid by the candidate, a small firm on a free
mailbox, a recruiter on WhatsApp, documents asked for after an offer, a sentence that warns of fraud.
"""

from __future__ import annotations

from watcher.core.address import domain_of, is_free_mail, local_tokens, organisation, sender_of, vendor_of
from watcher.core.brands import BRANDS, HIRING_WORDS, ODD_ENDINGS
from watcher.core.context import Context
from watcher.core.language import Packs
from watcher.core.model import EVIDENCE_LENGTH, Evidence, Mail
from watcher.core.sender_table import SENDERS, SenderTable
from watcher.core.sentences import sentences
from watcher.core.signals import TIERS, find_signs, signals_of
from watcher.core.structure import dmarc, was_forwarded

Signs = tuple[tuple[Evidence, ...], tuple[Evidence, ...]]

_PROGRAMS = (".apk", ".exe", ".scr", ".bat", ".cmd", ".js", ".vbs", ".hta", ".msi", ".lnk", ".iso", ".img")
_MACROS = (".docm", ".xlsm", ".pptm", ".xlam")
_SHORTENERS = frozenset(
    [
        *(
            "bit.ly",
            "tinyurl.com",
            "s.id",
            "t.ly",
            "cutt.ly",
            "rb.gy",
            "is.gd",
            "ow.ly",
            "shorturl.at",
            "rebrand.ly",
        ),
        *("linktr.ee", "goo.su", "v.gd", "tiny.cc", "heylink.me"),
    ]
)
_DIGITS = str.maketrans("01345", "olesa")
#: A name this long (characters) may be found inside a label; a shorter one must be a label's whole part.
_LONG_NAME = 6


def signs(mail: Mail, context: Context, packs: Packs, senders: SenderTable = SENDERS) -> Signs:
    """(red, yellow) signs of fraud in `mail`, each with the words or the address it rests on (rule 6.1)."""
    red: list[Evidence] = []
    yellow: list[Evidence] = []
    units = (*sentences(mail.subject), *sentences(mail.new_text))
    for pack in packs.values():
        for hit in find_signs(units, signals_of(pack, "scam")):
            sign = Evidence(f"scam: {hit.facet}", hit.quote[:EVIDENCE_LENGTH], hit.weight)
            (red if hit.weight >= TIERS["red"] else yellow).append(sign)
    red.extend(_red_structure(mail, context, senders))
    yellow.extend(_yellow_structure(mail, senders))
    return _once(red), _once(yellow)


def _red_structure(mail: Mail, context: Context, senders: SenderTable) -> list[Evidence]:
    found = []
    for name in mail.attachments:
        if name.lower().endswith(_PROGRAMS + _MACROS):
            found.append(_sign("attachment", name, "red"))
    borrowed = borrowed_name(mail, senders)
    if borrowed:
        found.append(_sign("borrowed name", borrowed, "red"))
    if dmarc(mail, context.authserv) == "fail" and not was_forwarded(mail, context):
        found.append(_sign("forged sender", domain_of(mail.sender.email), "red"))
    return found


def _yellow_structure(mail: Mail, senders: SenderTable) -> list[Evidence]:
    found = []
    domain = domain_of(mail.sender.email)
    if is_free_mail(domain):
        found.append(_sign("free mailbox", domain, "yellow"))
    for entry in mail.reply_to[:3]:
        other = domain_of(entry.email)
        known = vendor_of(other, senders) or sender_of(mail.sender, senders)
        if other and organisation(other) != organisation(domain) and known is None:
            found.append(_sign("answer goes elsewhere", other, "yellow"))
    for link in mail.links[:100]:
        host = link.href.partition("://")[2].partition("/")[0].lower()
        if host.removeprefix("www.") in _SHORTENERS:
            found.append(_sign("hidden link", host, "yellow"))
    return found


def borrowed_name(mail: Mail, senders: SenderTable = SENDERS) -> str:
    """Which employer's name a free mailbox or a look-alike domain borrows: "name at domain", else ''."""
    domain = domain_of(mail.sender.email)
    owner = organisation(domain)
    if not owner or vendor_of(domain, senders) is not None:
        return ""
    shown = f" {' '.join(mail.sender.name.lower().replace('-', ' ').replace('.', ' ').split())} "
    tokens = local_tokens(mail.sender.email)
    if any(domain == own or domain.endswith("." + own) for owned in BRANDS.values() for own in owned):
        return ""
    bare = owner.partition(".")[0].translate(_DIGITS).replace("-", "")
    for brand in BRANDS:
        named = f" {brand} " in shown
        if is_free_mail(domain):
            desk = brand in tokens and any(token in HIRING_WORDS or token == "hr" for token in tokens)
            if named or desk:
                return f"{brand} at {domain}"
        elif (named or brand.replace(" ", "") in bare) and _looks_alike(owner, brand, named):
            return f"{brand} at {domain}"
    return ""


def _looks_alike(owner: str, brand: str, named: bool) -> bool:
    """True when the registrable domain `owner` imitates the name `brand` that it does not belong to."""
    label, _, ending = owner.partition(".")
    if named and label.startswith("xn--"):
        return True
    name = brand.replace(" ", "")
    plain = label.translate(_DIGITS)
    parts = plain.split("-")
    inside = name in parts or (len(name) >= _LONG_NAME and name in plain.replace("-", ""))
    beside = any(word in parts or (len(word) > 4 and word in plain) for word in HIRING_WORDS)
    if not inside:
        return any(part in (name + word, word + name) for part in parts for word in HIRING_WORDS)
    digits = name not in label.replace("-", "")
    return beside or digits or (named and ending in ODD_ENDINGS)


def _sign(name: str, quote: str, tier: str) -> Evidence:
    return Evidence(f"scam: {name}", quote[:EVIDENCE_LENGTH], TIERS[tier])


def _once(found: list[Evidence]) -> tuple[Evidence, ...]:
    """Each sign once, in order, eight at most."""
    return tuple({sign.rule: sign for sign in reversed(found)}.values())[::-1][:8]
