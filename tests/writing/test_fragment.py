"""The list alone, for pages of other people's programs: nothing in it is an order to any of them."""

import pytest
from page_reader import CLUB, Page, published

from mailbot.adapters.publishers.between import MARKERS, between
from mailbot.core.events import Entry

PAGE = "".join(MARKERS).encode()


def fragment(*names: str) -> bytes:
    return published(*(Entry(name=name) for name in names))["fragment.html"]


def test_the_fragment_has_the_names_in_the_order_of_the_page() -> None:
    out = published(CLUB, Entry(name="Zither Club"))
    assert Page(out["fragment.html"]).items == Page(out["index.html"]).items


def test_no_line_of_the_fragment_is_empty_so_that_markdown_leaves_it_alone() -> None:
    assert all(line.strip() for line in fragment("One", "Two").decode().splitlines())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("<script>alert(1)</script>", id="a script"),
        pytest.param("<!-- /signatories -->", id="our own marker"),
        pytest.param("<!-- wp:shortcode -->", id="a block of WordPress"),
        pytest.param("[gallery ids=1]", id="a shortcode of WordPress"),
        pytest.param("{{ site.secret }} {% include x %}", id="Liquid"),
        pytest.param("{{< figure >}}", id="Hugo"),
    ],
)
def test_a_name_is_no_directive_of_the_program_that_shows_it(name: str) -> None:
    made = fragment(name)
    assert not set(b"{}[]") & set(made)
    assert b"<!--" not in made
    assert b"<script" not in made
    assert Page(made).items == [name]
    assert between(PAGE, made).count(MARKERS[1].encode()) == 1
