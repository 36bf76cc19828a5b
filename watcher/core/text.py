"""What the author of a mail wrote now: HTML to text, then quoted tail, signature and footers off.

Line by line, one pass forward for the tail and one for each thing that is taken off after it; every look
ahead is bounded, so the time is linear in the length. The words it goes by are in the packs' quotes.yaml.

Order matters: first the tail (an attribution without `>` under it, a block of mail headers, "-----Original
Message-----", a forward) because everything below it is somebody else's; then `>` lines with the line that
announces them, so that answers between quotations stay; then footers; the signature last, when the end of
the author's own words is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.core.html import read_html
from watcher.core.language import Packs
from watcher.core.model import Link
from watcher.core.patterns import compile_pattern
from watcher.core.quotes import Quotes, quotes_of

#: How far a block of quoted mail headers, an attribution line and a signature may reach (lines, characters).
_BLOCK_LINES, _ATTRIBUTION_LINES, _ATTRIBUTION_LENGTH = 14, 4, 500
_SIGNATURE_LINES, _SIGNATURE_WIDTH, _SIGN_OFF_SEARCH = 20, 100, 40
_DEVICE_SEARCH, _BANNER_SEARCH = 4, 6

_CLOCK = compile_pattern(r"(?:^|[^0-9])[0-2]?[0-9][:.][0-5][0-9](?:[^0-9]|$)")
_YEAR = compile_pattern(r"(?:^|[^0-9])(?:19|20)[0-9]{2}(?:[^0-9]|$)")
_DIVIDER = frozenset("-_=*~—–─ ")
_COLONS = (":", "：")


@dataclass(frozen=True, slots=True)
class NewText:
    """A text taken apart. `new` may be '' (a bare forward, an empty answer); `signature` begins with the
    sign-off; `quoted` is the quoted or forwarded text; `forwarded` says that it is a forward; `footer` holds
    legal notices, list footers and the mail server's warnings."""

    new: str
    signature: str = ""
    quoted: str = ""
    forwarded: bool = False
    footer: str = ""


def html_to_text(html: str) -> tuple[str, tuple[Link, ...]]:
    """The visible text of `html` and its links; linear time, total (see core.html)."""
    page = read_html(html)
    return page.text, page.links


def split_new(text: str, packs: Packs) -> NewText:
    """Split `text` into the author's new words and the rest (rule 3.1). Total, linear in its length."""
    quotes = quotes_of(packs)
    lines = text.split("\n")
    keys = [line.strip(" \t*_\u00a0").lower() for line in lines]
    tail, quoted, forwarded = _find_tail(lines, keys, quotes)
    own = [number for number in range(tail) if not quoted[number]]
    own, footer = _cut_footers(own, lines, keys, quotes)
    own, signature = _cut_signature(own, lines, keys, quotes)
    new = _join(own, lines)
    rest = [number for number in range(tail) if quoted[number]] + list(range(tail, len(lines)))
    return NewText(
        new,
        _join(signature, lines),
        _join(rest, lines),
        forwarded is not None and (forwarded or not new),
        _join(footer, lines),
    )


def is_placeholder(text: str, packs: Packs) -> bool:
    """True for a text part that says nothing but "look at the HTML part"."""
    key = text.strip().lower()
    return len(key) < 400 and any(phrase in key for phrase in quotes_of(packs).placeholders)


def subject_prefix(subject: str, packs: Packs) -> str:
    """ "forward" or "reply" by the outermost prefix of `subject` ("Fwd:", "Bls:", "Re[2]:"), else ''."""
    head, colon, _ = subject[:40].lower().replace("：", ":").partition(":")
    word = head.strip(" []").split("[", 1)[0].split("(", 1)[0].strip()
    quotes = quotes_of(packs)
    if not colon:
        return ""
    if word in quotes.forward_prefixes:
        return "forward"
    return "reply" if word in quotes.reply_prefixes else ""


# --------------------------------------------------------------------------- quoted and forwarded text


def _find_tail(lines: list[str], keys: list[str], quotes: Quotes) -> tuple[int, list[bool], bool | None]:
    """Where the quoted tail begins, which lines above it are quoted, and whether the tail is a forward
    (None: no; False: only if no own words stand above it)."""
    quoted = [line.lstrip()[:1] == ">" for line in lines]
    own_words = False
    for number, key in enumerate(keys):
        if quoted[number]:
            if number and not quoted[number - 1]:
                _mark_attribution(number, keys, quoted, quotes)
            continue
        if not key:
            continue
        bare = key.strip("-=—–─_<>:. ")
        if bare != key and len(bare) < 60:
            if bare in quotes.forwards:
                return number, quoted, True
            if bare in quotes.originals and key[0] in "-=—–─<":
                if own_words or not _mark_block(number, keys, quoted):
                    return number, quoted, False
                continue
        if quotes.header_kind(key) == "from" and _is_header_block(number, keys, own_words, quotes):
            if own_words or not _mark_block(number, keys, quoted):
                return number, quoted, False
            continue
        if key.startswith(quotes.attribution_begins):
            length = _attribution(number, keys, quoted, quotes)
            if length and not _quote_follows(number + length, keys, quoted, 2 if own_words else 6):
                return number, quoted, None
            if length:
                quoted[number : number + length] = [True] * length
                continue
        own_words = own_words or not _DIVIDER.issuperset(key)
    return len(lines), quoted, None


def _is_header_block(start: int, keys: Sequence[str], own_words: bool, quotes: Quotes) -> bool:
    """True when the headers of a quoted mail begin at the From line `start`.

    One line "Dari: PT X", or a memo's head, is a part of the letter: mail programs always give the time of
    day, and all four of From, Sent, To, Subject; with an address or with own words above, three are enough.
    """
    kinds = {"from"}
    clock, address, strange, blank = False, "@" in keys[start], 0, 0
    for key in keys[start + 1 : start + _BLOCK_LINES]:
        kind = quotes.header_kind(key)
        if not key:
            blank += 1
            if blank > 1:
                break
            continue
        if not kind:
            strange += 1  # a long list of addresses, wrapped
            if strange > 3 or (blank and len(kinds) > 2):
                break
            continue
        if kind == "from":
            break
        blank = strange = 0
        kinds.add(kind)
        address = address or "@" in key
        clock = clock or (kind == "sent" and _CLOCK.search(key[:200]) is not None)
    kinds.discard("other")
    if not clock or len(kinds) < 3:
        return False
    return len(kinds) == 4 or address or own_words


def _attribution(start: int, keys: Sequence[str], quoted: Sequence[bool], quotes: Quotes) -> int:
    """How many lines the attribution beginning at `start` has ("On ... wrote:"), 0 if it is none."""
    joined = ""
    for length in range(1, _ATTRIBUTION_LINES + 1):
        number = start + length - 1
        if number >= len(keys) or quoted[number] or not keys[number]:
            return 0
        joined = f"{joined} {keys[number][:_ATTRIBUTION_LENGTH]}"
        if len(joined) > _ATTRIBUTION_LENGTH:
            return 0
        if joined.endswith(_COLONS):
            return length if _names_a_mail(joined, start + length, keys, quoted, quotes) else 0
    return 0


def _names_a_mail(
    joined: str, after: int, keys: Sequence[str], quoted: Sequence[bool], quotes: Quotes
) -> bool:
    """True when `joined` has a verb of writing, a number, and an address, a time of day or a quote below."""
    if not any(verb in joined for verb in quotes.attribution_verbs):
        return False
    if not any(char.isdigit() for char in joined):
        return False
    return "@" in joined or _CLOCK.search(joined) is not None or _quote_follows(after, keys, quoted)


def _quote_follows(start: int, keys: Sequence[str], quoted: Sequence[bool], within: int = 2) -> bool:
    """True when a `>` line stands among the next lines: after `within` blank ones at most, or, where more
    than two are allowed, after a short remark such as "[...]" too."""
    for number in range(start, min(start + within + 1, len(keys))):
        if quoted[number]:
            return True
        if keys[number] and (within <= 2 or len(keys[number]) > 60):
            return False
    return False


def _mark_block(start: int, keys: Sequence[str], quoted: list[bool]) -> bool:
    """Mark the block of headers on top of a mail as quoted, if `>` lines follow it: then answers may stand
    below. False if none follow."""
    end = start
    while end < len(keys) and end < start + _BLOCK_LINES and (keys[end] or end == start + 1):
        end += 1
    if not _quote_follows(end, keys, quoted):
        return False
    quoted[start:end] = [True] * (end - start)
    return True


def _mark_attribution(first: int, keys: Sequence[str], quoted: list[bool], quotes: Quotes) -> None:
    """Mark the line above a run of `>` lines when it announces them, in whatever language."""
    number = first - 1
    while number >= 0 and number >= first - 2 and not keys[number]:
        number -= 1
    if number < 0 or quoted[number] or not keys[number].endswith(_COLONS) or len(keys[number]) > 300:
        return
    key = keys[number]
    digits = any(char.isdigit() for char in key)
    verb = any(key.rstrip(" :：").endswith(verb) for verb in quotes.attribution_verbs)
    if verb or (digits and ("@" in key or _YEAR.search(key) is not None)):
        quoted[number] = True
    elif "@" in key and number and any(char.isdigit() for char in keys[number - 1][:300]):
        quoted[number] = quoted[number - 1] = True  # wrapped: date above, address below


# --------------------------------------------------------------------------- footers


def _cut_footers(
    own: list[int], lines: Sequence[str], keys: Sequence[str], quotes: Quotes
) -> tuple[list[int], list[int]]:
    """Take off paragraphs that begin like a legal notice or a list footer, and warnings on top."""
    kept: list[int] = []
    cut: list[int] = []
    cutting, above, seen = False, "blank", 0
    for number in own:
        key, line = keys[number], lines[number].strip()
        if not key and not line:
            cutting, above = False, "blank"
            kept.append(number)
            continue
        seen += 1
        cutting = cutting or _begins_footer(key, above, quotes)
        if cutting or (seen <= _BANNER_SEARCH and key.startswith(quotes.banners)):
            cut.append(number)
        else:
            kept.append(number)
        above = "divider" if _DIVIDER.issuperset(line) else "text"
    if cut and not any(keys[number] and not _DIVIDER.issuperset(keys[number]) for number in kept):
        return own, []  # nothing else was written: then this is the message
    return kept, cut


def _begins_footer(key: str, above: str, quotes: Quotes) -> bool:
    """True when a footer begins with the line `key`; `above` it is "text", a "blank" line or a "divider"."""
    if key.startswith(quotes.legal):
        return True
    if above == "text":
        return False
    if above == "divider" and any(word in key for word in quotes.list_words):
        return True
    return key.startswith(quotes.footers) or (
        "@" in key[:300] and key.startswith(quotes.footers_with_address)
    )


# --------------------------------------------------------------------------- signature


def _cut_signature(
    own: list[int], lines: Sequence[str], keys: Sequence[str], quotes: Quotes
) -> tuple[list[int], list[int]]:
    """Take off what stands under `-- `, a phone's line, and the sign-off with the name under it."""
    own, device = _cut_devices(own, keys, quotes)
    filled = [place for place, number in enumerate(own) if keys[number] or lines[number].strip()]
    for place in filled[-_SIGNATURE_LINES - 10 :]:
        if lines[own[place]].strip() in ("--", "—", "–") and place > filled[0]:
            before, signature = _cut_sign_off(own[:place], lines, keys, quotes)
            return before, signature + own[place + 1 :] + device
    before, signature = _cut_sign_off(own, lines, keys, quotes)
    return before, signature + device


def _cut_devices(own: list[int], keys: Sequence[str], quotes: Quotes) -> tuple[list[int], list[int]]:
    last = [number for number in own if keys[number]][-_DEVICE_SEARCH:]
    device = [n for n in last if len(keys[n]) < 100 and keys[n].startswith(quotes.devices)]
    return ([number for number in own if number not in device], device) if device else (own, [])


def _cut_sign_off(
    own: list[int], lines: Sequence[str], keys: Sequence[str], quotes: Quotes
) -> tuple[list[int], list[int]]:
    filled = [place for place, number in enumerate(own) if keys[number]]
    for place in reversed(filled[-_SIGN_OFF_SEARCH:]):
        strength = _sign_off(keys[own[place]], quotes)
        if not strength:
            continue
        below = own[place + 1 :]
        if strength == "thanks" and not _is_name(_first(below, lines)):
            continue
        signature = _signature_below(below, lines, keys, quotes)
        if signature is None:
            continue
        taken = set(signature)
        if strength == "sign-off":
            signature.insert(0, own[place])
            taken.add(own[place])
        return [number for number in own if number not in taken], signature
    return own, []


def _sign_off(key: str, quotes: Quotes) -> str:
    """ "sign-off" or "thanks" when the line is one, alone or with a name after a comma; else ''."""
    if len(key) > 100:
        return ""
    bare = key.strip(" ,.!;:-–—")
    head, comma, name = bare.partition(",")
    if comma and len(name.split()) > 4:
        return ""
    for phrase in (bare, head.strip()):
        if phrase in quotes.sign_offs:
            return "sign-off"
        if phrase in quotes.thanks:
            return "thanks"
    return ""


def _first(below: Sequence[int], lines: Sequence[str]) -> str:
    return next((lines[number].strip(" \t*_") for number in below if lines[number].strip(" \t*_")), "")


def _is_name(line: str) -> bool:
    """True for what can be a name: a few words, each with a capital, and no sentence."""
    words = line.strip(" ,.-()").split()
    if not 1 <= len(words) <= 6 or len(line) > 60 or line.endswith(("?", "!", ":")):
        return False
    return all(not word[0].islower() for word in words) or (len(words) == 1 and line.isalpha())


def _signature_below(
    below: Sequence[int], lines: Sequence[str], keys: Sequence[str], quotes: Quotes
) -> list[int] | None:
    """The lines under a sign-off that belong to the signature; None when the line was no sign-off.

    Paragraph by paragraph, as long as they look like names, titles and addresses. A postscript and what
    reads like a sentence stay with the letter.
    """
    signature: list[int] = []
    for index, paragraph in enumerate(_paragraphs(below, keys)):
        if keys[paragraph[0]].startswith(quotes.postscripts):
            continue
        like = all(_like_signature(lines[number].strip()) for number in paragraph)
        if index and any(_CLOCK.search(lines[n][:200]) or keys[n].endswith(_COLONS) for n in paragraph):
            like = False  # the details of an invitation, put under the name
        if not like or len(signature) + len(paragraph) > _SIGNATURE_LINES:
            return signature if signature else None
        signature.extend(paragraph)
    return signature


def _paragraphs(numbers: Sequence[int], keys: Sequence[str]) -> list[list[int]]:
    """The runs of lines with words in them."""
    paragraphs: list[list[int]] = [[]]
    for number in numbers:
        if keys[number]:
            paragraphs[-1].append(number)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _like_signature(line: str) -> bool:
    words = len(line.split())
    if len(line) > _SIGNATURE_WIDTH or (line.endswith("?") and words > 2):
        return False
    return not (words > 7 and line.endswith((".", "!", ";")))


def _join(numbers: Sequence[int], lines: Sequence[str]) -> str:
    """The lines as text: no more than one blank line in a row, no dividers at the ends."""
    kept: list[str] = []
    for number in numbers:
        line = lines[number].rstrip()
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and _DIVIDER.issuperset(kept[-1]):
        kept.pop()
    start = 0
    while start < len(kept) and _DIVIDER.issuperset(kept[start]):
        start += 1
    return "\n".join(kept[start:]).strip()
