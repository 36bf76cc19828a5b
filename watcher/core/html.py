"""HTML of a mail to plain text: one pass, linear time on anything, no parser library.

Every search for a delimiter remembers where the last one was found, so no character is looked at more than
a few times whatever the page holds: a hundred thousand nested divs, a million attributes, a comment that
never ends. What a mail program would not show is dropped (preheaders, comments, scripts); what it shows as
a quotation gets `> ` in front, as in plain text.

Layout: blocks end lines, cells of one table row are divided by a tab ("Hari/Tanggal\\t:\\tSenin"), list items
start with "- ".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from watcher.core.html_tags import (
    HIDDEN,
    MAX_TAG,
    PRE,
    QUOTE,
    TIGHT,
    UNSEEN,
    Finder,
    attributes_of,
    clean_href,
    decode_entities,
    is_quotation,
    is_tight,
    raw_end,
    style_bits,
    tag_end,
)
from watcher.core.model import Link

#: Characters of HTML that are read; the rest is cut off.
MAX_HTML = 256 * 1024
#: Links kept of one mail, and characters of a link's text.
MAX_LINKS, MAX_LINK_TEXT = 200, 200
#: JSON-LD blocks kept, and characters of each.
MAX_STRUCTURED, MAX_STRUCTURED_LENGTH = 20, 64 * 1024

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
#: Their content is text to the tokenizer, and never shown.
_RAW = frozenset("script style title textarea xmp noembed".split())
#: Newlines a block puts around itself.
_BLOCKS: dict[str, int] = dict.fromkeys(
    "p h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre".split(), 2
) | dict.fromkeys(
    "div li dt dd tr table thead tbody tfoot caption section article header footer main nav aside form "
    "fieldset address center figure figcaption body html option".split(),
    1,
)
#: Pads preheaders with nothing: zero-width characters, soft hyphen, combining grapheme joiner, BOM.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\u00ad\u034f\ufeff\u2007\u180e"))


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: its visible text, its links (http, https, mailto) and its JSON-LD blocks."""

    text: str
    links: tuple[Link, ...] = ()
    structured: tuple[str, ...] = ()


def read_html(html: str) -> Page:
    """Turn `html` (its first MAX_HTML characters) into a Page. Total and linear in the length."""
    source = html[:MAX_HTML]
    finder = Finder(source)
    page = _Builder()
    position = 0
    while (tag := finder.find("<", position)) < finder.end:
        page.write(source[position:tag])
        position = _read_markup(source, tag, finder, page)
    page.write(source[position:])
    return page.finish()


def _read_markup(source: str, tag: int, finder: Finder, page: _Builder) -> int:
    """Handle what begins with the `<` at `tag`; the index after it. A `<` that begins nothing is text."""
    follows = source[tag + 1 : tag + 2]
    if follows == "!" or follows == "?":
        if source.startswith("<!--", tag):
            if source.startswith((">", "->"), tag + 4):
                return finder.find(">", tag + 4) + 1
            return finder.find("-->", tag + 4) + 3
        return finder.find(">", tag) + 1
    closing = follows == "/"
    name_at = tag + 2 if closing else tag + 1
    if not source[name_at : name_at + 1].isalpha():
        if closing:  # "</>" and "</ x>" are comments to a browser
            return finder.find(">", tag) + 1
        stop = tag + 1
        while source.startswith("<", stop):
            stop += 1
        stop = max(stop - 1, tag + 1)  # the last of a run may begin a tag
        page.write_literal(source[tag:stop])
        return stop
    end = tag_end(source, name_at, finder)
    inside = source[name_at : min(end, name_at + MAX_TAG)]
    name = inside.split(None, 1)[0].split("/", 1)[0].lower()
    if closing:
        page.close(name)
        return end + 1
    attributes = attributes_of(inside[len(name) :])
    if name in _RAW:
        stop = raw_end(source, name, end + 1, finder)
        if name == "script" and "ld+json" in attributes.get("type", "").lower():
            page.add_structured(source[end + 1 : stop])
        return stop
    page.open(name, attributes)
    return end + 1


@dataclass(slots=True)
class _Row:
    """Where we are in a table: cells seen in this row, and the line the present cell began on."""

    cells: int = 0
    line: int = 0


@dataclass(slots=True)
class _Builder:
    """Gathers text. `gap` is what must stand before the next word: 0 nothing, 1 a space, 2 a tab,
    3 a line's end, 4 a blank line."""

    out: list[str] = field(default_factory=list)
    stack: list[tuple[str, int]] = field(default_factory=list)
    opened: Counter[str] = field(default_factory=Counter)
    bits: int = 0
    gap: int = 0
    breaks: int = 0  # <br> since the last word
    fresh_cell: bool = False  # nothing written yet in this cell
    bullet: bool = False
    lines: int = 0
    rows: list[_Row] = field(default_factory=list)
    href: str = ""
    link_from: int = -1
    link_alt: str = ""
    links: list[Link] = field(default_factory=list)
    structured: list[str] = field(default_factory=list)

    # ------------------------------------------------------------------ text

    def write_literal(self, text: str) -> None:
        """Add characters that are no markup and hold no white space."""
        if not self.bits & UNSEEN:
            self._put(text)

    def write(self, raw: str) -> None:
        """Add page text; hidden text is dropped, runs of white space become one space."""
        if not raw or self.bits & UNSEEN:
            return
        text = decode_entities(raw)
        if not text.isascii():
            text = text.translate(_INVISIBLE)
        if self.bits & PRE:
            self._write_lines(text)
            return
        words = text.split()
        if not words:
            if text:
                self.gap = max(self.gap, 1)
            return
        if text[0].isspace():
            self.gap = max(self.gap, 1)
        self._put(" ".join(words))
        if text[-1].isspace():
            self.gap = 1

    def _write_lines(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self.line_break()
            if line.strip():
                self._put(line.rstrip())

    def _put(self, text: str) -> None:
        newlines = min(2, max(self.gap - 2, self.breaks)) if self.out else 0
        quote = "> " if self.bits & QUOTE else ""
        if newlines:
            self.lines += newlines
            blank = "\n" + quote.rstrip() if newlines == 2 else ""
            self.out.append(f"{blank}\n{quote}")
        elif not self.out:
            self.out.append(quote)
        elif self.gap:
            self.out.append(" " if self.gap == 1 else "\t")
        if self.bullet:
            self.out.append("- ")
        self.out.append(text)
        self.gap = self.breaks = 0
        self.fresh_cell = self.bullet = False

    def block(self, newlines: int) -> None:
        """End the line (1) or the paragraph (2), unless the present table cell is still empty."""
        if not self.fresh_cell:
            self.gap = max(self.gap, newlines + 2)

    def line_break(self) -> None:
        """A <br>."""
        if not self.fresh_cell:
            self.breaks += 1

    # ------------------------------------------------------------------ elements

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element (a void one begins and ends here)."""
        if name in _VOID:
            self._void(name, attributes)
            return
        if name == "p" and self.stack and self.stack[-1][0] == "p":
            self.close("p")
        bits = style_bits(attributes, self.bits) if attributes else self.bits
        if name == "pre":
            bits |= PRE
        if is_quotation(name, attributes):
            self.block(1)
            bits |= QUOTE
        if name == "p":
            bits = bits | TIGHT if is_tight(attributes) else bits & ~TIGHT
        if not bits & HIDDEN:
            self._lay_out(name, bits)
        self.stack.append((name, self.bits))
        self.opened[name] += 1
        self.bits = bits
        if name == "a":
            self._end_link()
            self.href, self.link_from = attributes.get("href", ""), len(self.out)

    def _lay_out(self, name: str, bits: int) -> None:
        if name == "table":
            self.block(1)
            self.rows.append(_Row())
        elif name == "tr" and self.rows:
            self.block(1)
            self.rows[-1].cells = 0
        elif name in ("td", "th") and self.rows:
            self._cell(self.rows[-1])
        elif newlines := _BLOCKS.get(name, 0):
            self.block(1 if name == "p" and bits & TIGHT else newlines)
        elif name in ("td", "th"):
            self.gap = max(self.gap, 1)
        self.bullet = self.bullet or name == "li"

    def _cell(self, row: _Row) -> None:
        """A cell stays on the line of the one before it, unless that one filled several lines."""
        if row.cells and self.lines == row.line:
            self.gap, self.breaks = 2, 0
            self.fresh_cell = True
        elif row.cells:
            self.block(1)
        else:
            row.line = self.lines + min(2, max(self.gap - 2, self.breaks, 0)) if self.out else 0
            self.fresh_cell = bool(self.out) and self.gap >= 3
        row.cells += 1

    def _void(self, name: str, attributes: dict[str, str]) -> None:
        if self.bits & UNSEEN:
            return
        if name == "br":
            self.line_break()
        elif name == "hr":
            self.block(2)
        elif name == "img" and self.link_from >= 0:
            self.link_alt = self.link_alt or attributes.get("alt", "")

    def close(self, name: str) -> None:
        """End the innermost open `name` and whatever was left open inside it; a stray end is ignored."""
        if name in ("p", "br") and not self.opened[name]:
            self.line_break()
            return
        if not self.opened[name]:
            return
        while True:
            inner, bits = self.stack.pop()
            self.opened[inner] -= 1
            self._end(inner, bits)
            if inner == name:
                return

    def _end(self, name: str, bits: int) -> None:
        own, self.bits = self.bits, bits
        if name == "a":
            self._end_link()
        if own & HIDDEN:
            return
        if name == "table" and self.rows:
            self.rows.pop()
        if name in ("td", "th"):
            self._end_cell()
        elif newlines := _BLOCKS.get(name, 0):
            self.block(1 if own & TIGHT else newlines)

    def _end_cell(self) -> None:
        """Space after the last paragraph of a one-line cell belongs to the cell, not to the next row."""
        self.fresh_cell = False
        if self.rows and self.lines == self.rows[-1].line:
            self.gap, self.breaks = min(self.gap, 3), min(self.breaks, 1)

    # ------------------------------------------------------------------ links and data

    def _end_link(self) -> None:
        if self.link_from >= 0 and len(self.links) < MAX_LINKS:
            href = clean_href(self.href)
            shown = "".join(self.out[self.link_from :][:50])
            text = " ".join((shown if shown.strip() else self.link_alt).split())[:MAX_LINK_TEXT]
            if href:
                self.links.append(Link(text, href))
        self.href, self.link_from, self.link_alt = "", -1, ""

    def add_structured(self, block: str) -> None:
        """Keep a JSON-LD block, within bounds."""
        if len(self.structured) < MAX_STRUCTURED and len(block) <= MAX_STRUCTURED_LENGTH:
            self.structured.append(block.strip())

    def finish(self) -> Page:
        """The page as read so far."""
        self._end_link()
        return Page("".join(self.out).strip(), tuple(self.links), tuple(self.structured))
