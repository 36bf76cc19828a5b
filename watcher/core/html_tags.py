"""The tags of an HTML page: where one ends, its attributes, and what they say about being seen.

Every search for a delimiter remembers where the last one was found (Finder), so no character is looked at
more than a few times: a quote or a comment that never ends costs one look, not one for each tag.
"""

from __future__ import annotations

from html import unescape

#: Characters of a link's target; a longer one is dropped, not cut.
MAX_HREF = 4096
#: Characters of one tag in which attributes are looked for.
MAX_TAG = 4 * 1024 + MAX_HREF

_SCHEMES = ("http://", "https://", "mailto:")

# Bits of an element's state; children inherit them.
HIDDEN, ZERO_FONT, INVISIBLE, QUOTE, PRE, TIGHT = 1, 2, 4, 8, 16, 32
UNSEEN = HIDDEN | ZERO_FONT | INVISIBLE


class Finder:
    """str.find that remembers, so that searching again from further on costs nothing (amortised linear)."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.end = len(source)
        self.last: dict[str, int] = {}

    def find(self, needle: str, start: int) -> int:
        """Index of `needle` at or after `start`, or `end` when there is none."""
        known = self.last.get(needle, -1)
        if known < start:
            found = self.source.find(needle, start)
            known = self.last[needle] = self.end if found < 0 else found
        return known


def tag_end(source: str, start: int, finder: Finder) -> int:
    """Index of the `>` that ends the tag, passing over quoted attribute values."""
    position = start
    while True:
        end = finder.find(">", position)
        single, double = finder.find("'", position), finder.find('"', position)
        quote = min(single, double)
        if quote >= end:
            return end
        if not source[max(start, quote - 8) : quote].rstrip().endswith("="):
            position = quote + 1  # a stray quote opens nothing
            continue
        close = finder.find(source[quote], quote + 1)
        if close >= finder.end:
            return end  # never closed: the tag ends at its first `>`
        position = close + 1


def raw_end(source: str, name: str, start: int, finder: Finder) -> int:
    """Index of the `</name` that ends a script or style; the end of the page when there is none."""
    position = start
    while (position := finder.find("</", position)) < finder.end:
        if source[position + 2 : position + 2 + len(name)].lower() == name:
            return position
        position += 2
    return finder.end


_WANTED = frozenset(("href", "style", "hidden", "class", "id", "type", "cite", "alt"))


def attributes_of(inside: str) -> dict[str, str]:
    """The attributes the reader cares about, from the inside of a tag. The first of a name counts."""
    found: dict[str, str] = {}
    position, end = 0, len(inside)
    finder = Finder(inside)
    while position < end and len(found) < len(_WANTED):
        while position < end and (inside[position].isspace() or inside[position] == "/"):
            position += 1
        start = position
        while position < end and inside[position] not in "= \t\n\r\f/":
            position += 1
        name = inside[start:position].lower()
        while position < end and inside[position].isspace():
            position += 1
        value = ""
        if position < end and inside[position] == "=":
            position += 1
            while position < end and inside[position].isspace():
                position += 1
            if position < end and inside[position] in "\"'":
                close = finder.find(inside[position], position + 1)
                value, position = inside[position + 1 : close], close + 1
            else:
                start = position
                while position < end and not inside[position].isspace():
                    position += 1
                value = inside[start:position]
        if name in _WANTED:
            found.setdefault(name, decode_entities(value))
    return found


def decode_entities(text: str) -> str:
    """`&amp;` and its kin to characters. Total: a number too long to be a character stays as written."""
    if "&" not in text:
        return text
    try:
        return unescape(text)
    except ValueError:  # int() refuses thousands of digits
        return text


def style_bits(attributes: dict[str, str], bits: int) -> int:
    """The state of an element with `attributes` whose parent has the state `bits`."""
    if "hidden" in attributes:
        bits |= HIDDEN
    style = attributes.get("style", "")
    if not style:
        return bits
    rules: dict[str, str] = {}
    for rule in style.lower().split(";")[:100]:
        key, _, value = rule.partition(":")
        rules[key.strip()] = value.replace("!important", "").strip()
    if rules.get("display") == "none" or rules.get("opacity") == "0":
        bits |= HIDDEN
    if "hidden" in rules.get("overflow", "") and any(
        _is_zero(rules.get(side, "")) for side in ("height", "max-height", "width", "max-width")
    ):
        bits |= HIDDEN
    if size := rules.get("font-size", ""):
        bits = bits | ZERO_FONT if _is_zero(size) or size == "1px" else bits & ~ZERO_FONT
    if visibility := rules.get("visibility", ""):
        bits = bits | INVISIBLE if visibility == "hidden" else bits & ~INVISIBLE
    if rules.get("white-space", "").startswith("pre"):
        bits |= PRE
    return bits


def _is_zero(size: str) -> bool:
    return size.startswith("0") and not size.rstrip("pxemtrc%in ").strip("0.")


def is_quotation(name: str, attributes: dict[str, str]) -> bool:
    """True for the elements that mail programs put around the mail they answer."""
    kind = attributes.get("class", "").lower()
    if name == "blockquote":
        return attributes.get("type", "").lower() == "cite" or "cite" in attributes or "quote" in kind
    return "yahoo_quoted" in kind


def is_tight(attributes: dict[str, str]) -> bool:
    """True for a paragraph without space around it, as Outlook writes its lines."""
    if "mso" in attributes.get("class", "").lower():
        return True
    style = attributes.get("style", "").lower().replace(" ", "")
    return "margin:0" in style or "margin-bottom:0" in style


def clean_href(href: str) -> str:
    """A link target without white space and control characters; '' unless http, https or mailto."""
    target = "".join(char for char in href[: MAX_HREF + 1].strip() if char.isprintable() and char != " ")
    if len(target) > MAX_HREF or not target.lower().startswith(_SCHEMES):
        return ""
    return target
