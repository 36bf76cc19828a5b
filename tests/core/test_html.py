"""HTML to text: what is seen and what is not, layout, links, and linear time on hostile pages."""
# ruff: noqa: E501 - a fixture keeps the lines of its mail whole

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.html import MAX_HTML, MAX_LINKS, read_html


def text_of(html: str) -> str:
    return read_html(html).text


LAYOUT = [
    ("<p>Halo</p><p>Budi</p>", "Halo\n\nBudi"),
    ("<div>Halo</div><div>Budi</div>", "Halo\nBudi"),
    ("Halo<br>Budi<br/><br />Rina", "Halo\nBudi\n\nRina"),
    ("<p class=MsoNormal>Halo</p><p class=MsoNormal>Budi</p>", "Halo\nBudi"),
    ("<p style='margin:0cm'>Halo</p><p style='margin: 0'>Budi</p>", "Halo\nBudi"),
    ("Sel<b>am</b>at  \n pagi", "Selamat pagi"),
    ("<span>Halo</span> <span>Budi</span>", "Halo Budi"),
    ("<ul><li>KTP</li><li>Ijazah</li></ul>sekian", "- KTP\n- Ijazah\n\nsekian"),
    ("<ol><li><p>satu</p><li>dua</ol>", "- satu\n\n- dua"),
    ("a &lt; b &amp;&nbsp;c &eacute; &#8211; &#x41;", "a < b & c é – A"),
    ("1 < 2 und 3 <4 <", "1 < 2 und 3 <4 <"),
    ("<h1>Undangan</h1>Halo", "Undangan\n\nHalo"),
    ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
    ("Halo<hr>Budi", "Halo\n\nBudi"),
    ("<a href=x>tanpa</a> akhir", "tanpa akhir"),
    ("</p>x</div></span>", "x"),
    ("<IMG SRC=x><DIV>Besar</DIV>", "Besar"),
    ("<div title='a > b'>x</div>", "x"),
    ('<div title="it\'s > fine">x</div>', "x"),
    ("don't <b>panic</b> it's ok", "don't panic it's ok"),
    ("<p>it's <i>a</i> test's</p>", "it's a test's"),
    ("Halo\u200b\u00ad Budi\u200c", "Halo Budi"),
    ("<unknown:tag>x</unknown:tag>", "x"),
    ("", ""),
]


@pytest.mark.parametrize(("html", "text"), LAYOUT)
def test_layout(html: str, text: str) -> None:
    assert text_of(html) == text


TABLES = [
    (
        "<table><tr><td>Hari/Tanggal</td><td>:</td><td>Senin, 9 November 2026</td></tr>"
        "<tr><td>Waktu</td><td>:</td><td>10.00 WIB</td></tr></table>",
        "Hari/Tanggal\t:\tSenin, 9 November 2026\nWaktu\t:\t10.00 WIB",
    ),
    (
        "<table>\n <tr>\n <td>\n <p class='MsoNormal'>Hari</p>\n </td>\n <td>\n<p class='MsoNormal'>:</p></td>"
        "<td><p class='MsoNormal'>Senin</p></td></tr>\n<tr><td><p>Jam</p></td><td><p>:</p></td><td><p>10.00</p></td></tr></table>",
        "Hari\t:\tSenin\nJam\t:\t10.00",
    ),
    ("<table><tr><td><p>satu</p><p>dua</p></td><td>tiga</td></tr></table>", "satu\n\ndua\n\ntiga"),
    ("<table><tr><th>Tanggal</th><th>Jam</th></tr><tr><td>2/11</td><td>10.00</td></tr></table>", "Tanggal\tJam\n2/11\t10.00"),
    (
        "<table><tr><td><table><tr><td>Halo</td></tr><tr><td>Budi</td></tr></table></td></tr></table>akhir",
        "Halo\nBudi\nakhir",
    ),
    ("<table><tr><td></td><td>isi</td></tr></table>", "isi"),
    ("Di atas<table><tr><td>a<td>b<tr><td>c<td>d</table>Di bawah", "Di atas\na\tb\nc\td\nDi bawah"),
    ("<td>tanpa</td><td>tabel</td>", "tanpa tabel"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "text"), TABLES)
def test_cells_of_a_row_stay_on_one_line(html: str, text: str) -> None:
    assert text_of(html) == text


HIDDEN = [
    "<style>p{color:red}</style>",
    "<script>alert('x')</script>",
    "<SCRIPT>if (a</b) x()</SCRIPT >",
    "<!-- rahasia -->",
    "<!--[if mso]><p>rahasia</p><![endif]-->",
    "<!DOCTYPE html>",
    "<?xml version='1.0'?>",
    "<title>rahasia</title>",
    "<div style='display:none'>rahasia</div>",
    "<div style='DISPLAY : NONE !important'>rahasia <b>juga</b> <div>ini</div></div>",
    "<span style='visibility:hidden'>rahasia</span>",
    "<span style='font-size:0'>rahasia</span>",
    "<span style='font-size:0px;color:#fff'>rahasia</span>",
    "<div style='max-height:0;overflow:hidden'>rahasia</div>",
    "<div style='height:0px;width:0px;overflow:hidden'>rahasia</div>",
    "<div style='font-size:1px;line-height:1px'>rahasia</div>",
    "<div style='opacity:0'>rahasia</div>",
    "<p hidden>rahasia</p>",
    "<p style='display:none'>rahasia<p style='display:none'>juga</p>",
    "<table style='display:none'><tr><td>rahasia</td><td>juga</td></tr></table>",
    "</ rahasia>",
    "<div style='display:none'>&zwnj;&nbsp;&#847;</div>",
]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_is_not_shown_is_dropped(hidden: str) -> None:
    assert text_of(f"<body>Halo {hidden} Budi</body>").split() == ["Halo", "Budi"]


def test_parent_of_no_font_size_may_have_visible_children() -> None:
    assert text_of("<td style='font-size:0px'>x<div style='font-size:13px'>Halo</div>y</td>") == "Halo"


def test_hidden_element_ends_with_its_parent() -> None:
    assert text_of("<div><span style='display:none'>x</div>Halo") == "Halo"


def test_empty_comment_and_downlevel_comment_hide_nothing() -> None:
    assert text_of("a<!-->b<!--->c<!--[if !mso]><!-->d<!--<![endif]-->e") == "abcde"


def test_unclosed_comment_hides_the_rest_as_in_a_browser() -> None:
    assert text_of("a <!-- b") == "a"


def test_number_of_thousands_of_digits_is_left_alone() -> None:
    assert text_of("a &#" + "9" * 5000 + "; b").startswith("a &#999")


@pytest.mark.parametrize(
    "quote",
    [
        "<blockquote type='cite'>{}</blockquote>",
        "<blockquote class='gmail_quote' style='margin:0'>{}</blockquote>",
        "<blockquote class='protonmail_quote'>{}</blockquote>",
        "<div class='yahoo_quoted'>{}</div>",
    ],
)
def test_quotations_are_marked(quote: str) -> None:
    html = "<div>Baik.</div>" + quote.format("<div>Kapan?</div><div>Di mana?</div>") + "<div>Senin.</div>"
    lines = [line for line in text_of(html).split("\n") if line.strip(" >")]
    assert lines == ["Baik.", "> Kapan?", "> Di mana?", "Senin."]


def test_indented_block_is_no_quotation() -> None:
    assert text_of("<blockquote style='margin:0 0 0 40px'>Alamat kami</blockquote>") == "Alamat kami"


# --------------------------------------------------------------------------- links and data


def links_of(html: str) -> list[tuple[str, str]]:
    return [(link.text, link.href) for link in read_html(html).links]


def test_links() -> None:
    html = (
        "<a href='https://x.example/a?b=1&amp;c=2'>Gabung <b>rapat</b></a> <a href=http://y.example>y</a>"
        "<a href='mailto:rina@maju.example'>tulis</a><a href='HTTPS://Z.example/'><img alt='Tombol'></a>"
    )
    assert links_of(html) == [
        ("Gabung rapat", "https://x.example/a?b=1&c=2"),
        ("y", "http://y.example"),
        ("tulis", "mailto:rina@maju.example"),
        ("Tombol", "HTTPS://Z.example/"),
    ]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "#top",
        "/relative",
        "",
        "https://" + "x" * 9000,
        "java\nscript:x",
        "ftp://x.example",
    ],
)
def test_other_targets_are_dropped(href: str) -> None:
    assert links_of(f'<a href="{href}">x</a>') == []


def test_white_space_and_controls_leave_a_target() -> None:
    assert links_of("<a href=' https://x.example/\na\tb\x01 '>x</a>") == [("x", "https://x.example/ab")]


def test_links_are_bounded() -> None:
    assert len(links_of("<a href='http://x.example'>x</a>" * 1000)) == MAX_LINKS


def test_first_of_two_equal_attributes_counts() -> None:
    assert links_of("<a href='http://a.example' href='http://b.example'>x</a>") == [("x", "http://a.example")]


def test_structured_data() -> None:
    page = read_html('<script type="application/ld+json">{"@type":"Event"}</script><script>x()</script>Halo')
    assert (page.structured, page.text) == (('{"@type":"Event"}',), "Halo")


def test_structured_data_is_bounded() -> None:
    block = '<script type="application/ld+json">{}</script>'
    assert len(read_html(block * 100).structured) == 20


# --------------------------------------------------------------------------- hostile pages

#: Each makes a page of about n characters.
HOSTILE: dict[str, Callable[[int], str]] = {
    "nested divs": lambda n: "<div>" * (n // 5),
    "nested and closed": lambda n: "<div>" * (n // 11) + "x" + "</div>" * (n // 11),
    "unclosed hidden divs": lambda n: "<div style=display:none>" * (n // 24),
    "attributes in one tag": lambda n: "<a " + "a=1 " * (n // 4) + ">x",
    "quoted attributes": lambda n: "<a " + "a='1' " * (n // 6) + ">x",
    "unclosed quotes": lambda n: "<a x='>" * (n // 7),
    "mixed quotes": lambda n: "<a b=\"'>" * (n // 8),
    "stray quotes": lambda n: "<b '>\"" * (n // 6),
    "less-than signs": lambda n: "<" * n,
    "less-than signs apart": lambda n: "< " * (n // 2),
    "comments never closed": lambda n: "<!--" * (n // 4),
    "tags never closed": lambda n: "<a" * (n // 2),
    "scripts never closed": lambda n: "<script></" * (n // 10),
    "end tags only": lambda n: "</a>" * (n // 4),
    "many names": lambda n: "".join(f"<x{i}>" for i in range(n // 8)) + "</x0>",
    "ampersands": lambda n: "&" * n,
    "nested tables": lambda n: "<table><tr><td>x" * (n // 16),
    "links never closed": lambda n: "<a href=http://x>x<b>" * (n // 21),
    "one link of many pieces": lambda n: "<a href=http://x>" + "x<b>" * (n // 4),
    "styles": lambda n: "<b style='" + ";" * (n // 2) + "'>" + "<b style='a:b;'>" * (n // 32),
    "line breaks": lambda n: "<br>" * (n // 4) + "x",
    "list items": lambda n: "<li>x" * (n // 5),
}


def seconds(html: str) -> float:
    """The fastest of three: what the machine does beside it does not count."""
    runs = []
    for _ in range(3):
        begin = time.perf_counter()
        read_html(html)
        runs.append(time.perf_counter() - begin)
    return min(runs)


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_no_faster_than_the_page(page: Callable[[int], str]) -> None:
    half, whole = seconds(page(MAX_HTML // 4)), seconds(page(MAX_HTML))
    assert whole < 0.01 or whole / half < 10  # four times as long; quadratic would be sixteen times


def test_a_page_is_cut_to_its_cap() -> None:
    assert len(text_of("kata " * MAX_HTML)) <= MAX_HTML
    assert len(text_of("x" * 50_000_000)) == MAX_HTML


_PIECES = st.sampled_from(
    ["<div>", "</div>", "<p>", "</p>", "<a href='http://x.example'>", "</a>", "<table>", "<tr>", "<td>", "</td>", "</table>","<br>", "<li>", "kata", " ", "\n", "<", ">", "<!--", "-->", "'", '"', "<b style='display:none'>", "</b>", "&amp;", "&#","<script>", "</script>", "<pre>", "</pre>", "<blockquote type=cite>", "</blockquote>", "<img alt=x>", "=", "/"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=60))
def test_any_heap_of_tags_gives_tidy_text(pieces: list[str]) -> None:
    page = read_html("".join(pieces))
    assert page.text == page.text.strip()
    assert "\n\n\n\n" not in page.text or "<pre>" in pieces
    assert all(link.href.startswith("http://x.example") for link in page.links)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_total_on_any_text(text: str) -> None:
    assert isinstance(read_html(text).text, str)


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        alphabet=st.characters(blacklist_characters="<&", blacklist_categories=["Cc", "Cs", "Cf"]),
        max_size=100,
    )
)
def test_text_without_markup_keeps_its_words(text: str) -> None:
    assert text_of(text).split() == text.split()
