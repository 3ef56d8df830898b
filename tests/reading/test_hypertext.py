"""HTML as a reader sees it, with its quotes and tables still told apart."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.reading.hypertext import CAP, may_hold_rows, read_page, to_text
from mailbot.reading.markup_style import may_quote


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("<p>One</p><p>Two</p>", "One\n\nTwo", id="paragraphs"),
        pytest.param("<div>One</div><div>Two</div>", "One\nTwo", id="lines in divisions"),
        pytest.param("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo", id="Gmail's blank line"),
        pytest.param("One<br>Two<br/>Three", "One\nTwo\nThree", id="line breaks"),
        pytest.param("<p>維港<span>&amp;</span>泰晤士合唱團</p>", "維港&泰晤士合唱團", id="a name broken by tags"),
        pytest.param("&laquo;&nbsp;L&rsquo;&Eacute;cho&nbsp;&raquo; &#25105;", "« L’Écho » 我", id="entities"),
        pytest.param("<ul><li>One<li>Two</ul>", "- One\n- Two", id="bullets"),
        pytest.param("<ol><li>One</li><li>Two</li></ol>", "1. One\n2. Two", id="numbers"),
        pytest.param("<pre>a  b\n c</pre>", "a  b\n c", id="preformatted"),
        pytest.param("One<hr>Two", "One\n" + "_" * 32 + "\nTwo", id="a rule"),
        pytest.param("no tags at all", "no tags at all", id="text"),
        pytest.param("<p>One <!-- two --><b>three", "One three", id="comments and tags left open"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_text_comes_out_as_it_is_seen(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>p {color: red}</style>",
        "<script>alert(1)</script>",
        "<title>secret</title>",
        '<div style="display:none">secret</div>',
        '<div style="DISPLAY : none !important">secret <b>too</b></div>',
        '<span style="visibility: hidden">secret</span>',
        '<span style="font-size:0px">secret</span>',
        '<span style="mso-hide:all">secret</span>',
        '<p style="color:#FFFFFF">secret</p>',
        '<div style="color:white;background:#fff">secret</div>',
        "<p hidden>secret</p>",
        "<template>secret</template>",
    ],
)
def test_text_that_a_reader_does_not_see_is_dropped(hidden: str) -> None:
    assert to_text(f"<p>before</p>{hidden}<p>after</p>").split() == ["before", "after"]


def test_white_letters_on_a_dark_ground_are_seen() -> None:
    assert to_text('<td bgcolor="#003366"><p style="color:white">Tamarack Choir</p></td>') == "Tamarack Choir"


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("<td>{}</td>", id="plain cells"),
        pytest.param("<td><p class=MsoNormal>{}</p></td>", id="Outlook's paragraph in each cell"),
        pytest.param("<td><div>{}</div>\n</td>\n", id="a division in each cell"),
        pytest.param("<td>{}<br></td>", id="a line break in each cell"),
        pytest.param("<th>{}", id="cells left open"),
    ],
)
def test_a_table_row_is_one_line(cell: str) -> None:
    rows = [["Name", "Town"], ["Tamarack Choir", "Guelph"]]
    html = "".join("<tr>" + "".join(cell.format(c) for c in row) + "</tr>" for row in rows)
    assert to_text(f"<table>{html}</table>") == "Name | Town\nTamarack Choir | Guelph"


def test_an_empty_cell_keeps_its_place_between_others_and_none_at_the_head() -> None:
    html = "<table><tr><td>A<td><td>C</tr><tr><td><img src=x><td>B</tr></table>"
    assert to_text(html) == "A | | C\nB"


@pytest.mark.parametrize(
    "opening",
    [
        '<blockquote type="cite">',
        '<blockquote class="gmail_quote">',
        '<blockquote style="border-left: 1px solid #ccc">',
    ],
)
def test_what_is_quoted_comes_out_with_marks(opening: str) -> None:
    page = read_page(f"<p>mine</p>{opening}<p>theirs</p>{opening}older</blockquote></blockquote><p>mine again</p>")
    assert page.text == "mine\n\n> theirs\n>\n> > older\n\nmine again"
    assert page.quoted


def test_a_blockquote_that_only_indents_is_the_authors_own() -> None:
    page = read_page('<blockquote style="margin:0 0 0 40px;border:none;padding:0px">Tamarack Choir</blockquote>')
    assert page.text == "Tamarack Choir"
    assert not page.quoted


MARKUP = ["<table>", "<tr>", "<td>", "</td>", "</table>", "<p>", "<br>", "<blockquote type=cite>", "</blockquote>"]
BROKEN = ["<!--", "<![CDATA[", "&#x0;", "&amp", "\x00", "\ud800", "<pre>", "<b", "x"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(MARKUP + BROKEN), st.text(max_size=9)), max_size=40))
def test_any_markup_is_read(pieces: list[str]) -> None:
    assert isinstance(to_text("".join(pieces)), str)


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<table><tr><td>", "<blockquote type=cite>x", "<td>x", "<!--", "<", "<b>", "<a b=c ", "&", "</p>"],
)
def test_a_megabyte_of_any_markup_is_read_at_once(piece: str) -> None:
    html = piece * (2_000_000 // len(piece))
    start = time.process_time()
    to_text(html)
    assert time.process_time() - start < 3  # a quarter of that on an idle machine


def test_a_wide_table_does_not_grow_with_its_widest_cell() -> None:
    html = "<table>" + ("<tr><td>x<td>" + "y" * 100) * 2_000 + "<tr><td>" + "z" * 100_000 + "</table>"
    assert len(to_text(html)) < len(html)


def test_nothing_beyond_the_cap_is_read() -> None:
    assert "beyond" not in to_text("x" * CAP + "<p>beyond</p>")


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<TABLE><TR><TD>Choir</TD><TD>Calgary</TD></TR></TABLE>", id="cells in capitals"),
        pytest.param("<table><tr><th>Choir<th>Calgary</table>", id="headings left open"),
        pytest.param("<p>Choir | Calgary</p>", id="bars typed by hand"),
    ],
)
def test_what_may_hold_rows_is_never_passed_over(html: str) -> None:
    assert " | " in to_text(html)
    assert may_hold_rows(html)
    assert not may_hold_rows("<p>Choir, Calgary</p>")


@pytest.mark.parametrize(
    "html",
    [
        pytest.param('<BLOCKQUOTE type="cite">x</BLOCKQUOTE>', id="Apple Mail"),
        pytest.param('<div class="gmail_quote">x</div>', id="Gmail"),
        pytest.param('<div id="divRplyFwdMsg">x</div>', id="Outlook"),
        pytest.param('<div class="OutlookMessageHeader">x</div>', id="old Outlook"),
    ],
)
def test_what_may_quote_is_never_passed_over(html: str) -> None:
    assert read_page(html).quoted
    assert may_quote(html)
    assert not may_quote("<p>Please add us.</p>")
