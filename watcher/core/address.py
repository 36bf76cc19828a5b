"""What an address says: whose organisation it is, whether a robot writes, whether it is a free mailbox."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from publicsuffixlist import PublicSuffixList

from watcher.core.model import Address
from watcher.core.sender_table import ADDRESSES, SENDERS, Sender, SenderTable

#: Longest domain name (RFC 1035 2.3.4), in characters.
_DOMAIN_LENGTH = 253


def _words(text: str) -> frozenset[str]:
    """The words of a constant, as a set."""
    return frozenset(text.split())


#: Mailboxes that anybody can open for nothing.
FREE_MAIL = _words(
    "gmail.com googlemail.com yahoo.com yahoo.co.id yahoo.co.uk yahoo.de yahoo.fr yahoo.es ymail.com "
    "rocketmail.com outlook.com outlook.co.id hotmail.com hotmail.co.uk hotmail.fr live.com msn.com "
    "icloud.com me.com mac.com aol.com gmx.com gmx.de gmx.net web.de t-online.de freenet.de mail.com "
    "mail.ru yandex.com yandex.ru protonmail.com proton.me pm.me tutanota.com zoho.com zohomail.com "
    "fastmail.com hey.com qq.com 163.com 126.com naver.com orange.fr free.fr laposte.net wanadoo.fr "
    "uol.com.br bol.com.br terra.com.br ziggo.nl kpnmail.nl hetnet.nl plasa.com telkom.net"
)

#: Whole tokens of a local part that name a machine. "noreen" and "jobst" are people.
_ROBOT_TOKENS = _words(
    "noreply noreplay donotreply dontreply notreply notification notifications notify notifier mailer "
    "system daemon postmaster jobalert jobalerts alert alerts newsletter newsletters digest bounce "
    "bounces automated autoreply automailer robot bot automation unsubscribe workflow sender updates "
    "listings listserv"
)
_ROBOT_PAIRS = (("no", "reply"), ("not", "reply"), ("tidak", "balas"), ("jangan", "balas"), ("no", "balas"))

#: Tokens that name a desk, not a person; a desk is read by people.
_DESK_TOKENS = _words(
    "hr hrd recruitment recruiting recruiter recruit rekrutmen rekrut career careers karir karier job "
    "jobs talent talents hiring hire info admin support help contact office team people human resources "
    "apply applications service services billing invoice mail email news event events marketing"
)
_SEPARATORS = str.maketrans(dict.fromkeys("._+-=~0123456789", " "))
_ALWAYS_ROBOT = frozenset({"scheduler", "video", "esign", "alert", "noise", "message"})


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def domain_of(email: str) -> str:
    """The domain of `email`, lower case, without a final dot; '' where there is none."""
    return email.rpartition("@")[2].strip().strip(".").lower() if "@" in email else ""


@lru_cache(maxsize=4096)
def organisation(domain: str) -> str:
    """The registrable domain that owns `domain` ("mail.acme.co.id" -> "acme.co.id"); '' for '' or nonsense.

    A bare public suffix or an unknown shape comes back as it is, in lower case.
    """
    name = domain.strip().strip(".").lower()
    if not name or len(name) > _DOMAIN_LENGTH or " " in name:
        return ""
    try:
        return str(_suffixes().privatesuffix(name) or name)
    except (ValueError, UnicodeError):
        return name


def local_tokens(email: str) -> tuple[str, ...]:
    """The words of the local part: "jane.doe+x1@a.id" -> ("jane", "doe", "x"); digits separate."""
    return tuple(email.rpartition("@")[0].lower()[:128].translate(_SEPARATORS).split())


def is_free_mail(domain: str) -> bool:
    """True when anybody can have an address at `domain` (gmail.com ...)."""
    return domain.strip(".").lower() in FREE_MAIL


def vendor_of(domain: str, table: SenderTable = SENDERS) -> Sender | None:
    """The vendor row for `domain` or the nearest parent in `table`; label borders only, never a substring."""
    labels = domain.strip(".").lower()[:_DOMAIN_LENGTH].split(".")
    for start in range(len(labels) - 1):
        found = table.get(".".join(labels[start:]))
        if found is not None:
            return found
    return None


def sender_of(address: Address, table: SenderTable = SENDERS) -> Sender | None:
    """The vendor row for a whole address: a row for the very address wins over its domain's (rule 3.3)."""
    email = address.email.lower()
    if email in ADDRESSES:
        vendor, role = ADDRESSES[email]
        return Sender(domain_of(email), vendor, role, "never")
    return vendor_of(domain_of(email), table)


def is_robot(address: Address, table: SenderTable = SENDERS) -> bool:
    """True when a machine writes from `address`, so that an answer reaches nobody (rule 3.2).

    A person's name at a vendor's own domain is a person: vendors hire too.
    """
    tokens = local_tokens(address.email)
    joined = "".join(tokens)
    if any(token in _ROBOT_TOKENS for token in tokens) or joined in _ROBOT_TOKENS:
        return True
    if any(pair in _ROBOT_PAIRS for pair in pairwise(tokens)):
        return True
    found = sender_of(address, table)
    if found is None or found.reply != "never":
        return False
    if found.role in _ALWAYS_ROBOT:
        return True
    return not _personal(tokens) or domain_of(address.email) != organisation(domain_of(address.email))


def is_desk(address: Address) -> bool:
    """True for a shared desk (hr@, careers@): people read it, but its name is no person's."""
    return any(token in _DESK_TOKENS for token in local_tokens(address.email))


def _personal(tokens: tuple[str, ...]) -> bool:
    """Two or more words, none of them a desk: "jane.doe"."""
    words = [token for token in tokens if token.isalpha() and len(token) > 1]
    return len(words) >= 2 and not any(token in _DESK_TOKENS for token in tokens)


def same_mailbox(one: str, other: str) -> bool:
    """True when two addresses are one mailbox: plus-tags everywhere, dots at Gmail (rule 3.1)."""
    return bool(one) and canonical(one) == canonical(other)


@lru_cache(maxsize=4096)
def canonical(email: str) -> str:
    """`email` in lower case without its plus-tag, and without dots where the provider ignores them."""
    local, _, domain = email.strip().lower().rpartition("@")
    if not local:
        return email.strip().lower()
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def is_own(email: str, own: frozenset[str]) -> bool:
    """True when `email` is one of the person's addresses `own` (lower case)."""
    return bool(email) and (email.lower() in own or canonical(email) in {canonical(entry) for entry in own})
