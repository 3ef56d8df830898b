"""The organizers' letter on the page, and what is said of a template that is wrong."""

import pytest
from page_reader import TEMPLATES, page

from mailbot.writing.page import PageError, check


def test_the_letter_is_set_from_plain_markdown() -> None:
    text = "# A letter & <MORE>\n\nWe *ask* and **insist**.\n\n## Why\n\n- one\n- two\n\n> said\n\n[here](https://x.example/a)"
    seen = page(text=text)
    tags = [tag for tag, _ in seen.elements]
    assert {"em", "strong", "ul", "blockquote"} <= set(tags)
    assert tags.count("h1") == 1
    assert "Why" in seen.headings
    assert seen.text.count("A letter & <MORE>") == 0
    assert "https://x.example/a" in seen.links()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<script>alert(1)</script>", id="a script"),
        pytest.param('<img src="https://x.example/p.gif">', id="an image in HTML"),
        pytest.param("![i](https://x.example/p.gif)", id="an image"),
        pytest.param("[x](javascript:alert(1))", id="a script link"),
        pytest.param("[x](http://x.example)", id="an unencrypted link"),
        pytest.param("[x](//x.example)", id="a link without a scheme"),
        pytest.param("> " * 5_000 + "x", id="quotes without a bottom"),
        pytest.param("[" * 50_000, id="brackets without an end"),
        pytest.param("*_" * 50_000, id="emphasis without an end"),
        pytest.param("{{ 1 }} {% if %}", id="a template"),
        pytest.param("a\x00b \ud800", id="a NUL and a surrogate"),
    ],
)
def test_what_the_letter_may_not_hold_is_printed_as_it_was_typed(text: str) -> None:
    seen = page(text=text)
    assert not {"script", "img"} & {tag for tag, _ in seen.elements}
    assert {link for link in seen.links() if not link.startswith("mailto:")} <= {
        *("#signatories", "signatories.json", "signatories.csv", "feed.xml", "https://x.example/p.gif"),
    }


# -- templates -----------------------------------------------------------------------------------


def test_the_shipped_templates_are_right() -> None:
    check(TEMPLATES)
    assert {"page/en.toml", "page/fr.toml", "page/zh-Hant.toml", "page/zh-Hans.toml"} <= set(TEMPLATES)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("page/fr.toml", "language = ", r"templates/page/fr\.toml: Invalid value", id="broken TOML"),
        pytest.param(
            "page/fr.toml", 'language = "F"', r"templates/page/fr\.toml lacks the text 'kicker'", id="a missing key"
        ),
        pytest.param(
            "page/index.html.j2", "{{ nobody_knows }}", r"index\.html\.j2: .*nobody_knows", id="an unknown name"
        ),
        pytest.param("page/index.html.j2", "{% if %}", r"index\.html\.j2: ", id="broken Jinja"),
        pytest.param("page/index.html.j2", "{{ ''.__class__.mro() }}", r"index\.html\.j2: .*unsafe", id="a way out"),
        pytest.param("page/page.css", "</style>", r"page\.css must not hold", id="a style that ends itself"),
    ],
)
def test_a_template_that_is_wrong_is_named(name: str, text: str, said: str) -> None:
    with pytest.raises(PageError, match=said):
        check({**TEMPLATES, name: text})


@pytest.mark.parametrize("name", ["page/index.html.j2", "page/page.css", "page/en.toml"])
def test_a_template_that_is_missing_is_named(name: str) -> None:
    rest = {key: text for key, text in TEMPLATES.items() if key != name and not key.startswith("page/zh")}
    rest.pop("page/fr.toml")
    with pytest.raises(PageError, match=name.rpartition("/")[2]):
        check(rest)


def test_a_sentence_that_asks_for_what_is_not_there_is_named() -> None:
    broken = TEMPLATES["page/en.toml"].replace("Last changed {date}", "Last changed {day}")
    with pytest.raises(PageError, match="updated: cannot fill in"):
        check({**TEMPLATES, "page/en.toml": broken})
