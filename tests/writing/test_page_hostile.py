"""The published files in the hands of strangers: what they can never do to them."""

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_reader import CLUB, SENATOR, Page, page, published

from mailbot.core.events import Entry
from mailbot.core.intents import Category


def test_the_page_asks_nobody_for_anything_and_runs_nothing() -> None:
    octets = published(*[CLUB] * 9, languages=("en",), text="[a](https://x.example)")["index.html"]
    seen = Page(octets)
    assert not {"script", "img", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in seen.elements}
    assert [a["href"] for tag, a in seen.elements if tag == "link"] == [
        "https://letter.example/",
        "feed.xml",
        "data:,",
    ]
    style = re.search(rb"<style>(.*?)</style>", octets, re.S)
    assert style
    assert not re.search(rb"url\(|@import", style[1])
    policy = next(str(a["content"]) for tag, a in seen.elements if a.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(style[1]).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "unsafe" not in policy


HOSTILE = [
    pytest.param("x" * 1_000, id="a thousand characters"),
    pytest.param("\U0001f600\u200d\U0001f3f3\ufe0f" * 20, id="emoji"),
    pytest.param("\u202eevil\u2066\u200f\u061c", id="bidi overrides"),
    pytest.param("</li></ul><script>alert(1)</script>", id="a script"),
    pytest.param("\"'><img src=x onerror=alert(1)>", id="an attribute's end"),
    pytest.param("</style><script>", id="the end of the style"),
    pytest.param("<!-- ", id="a comment"),
    pytest.param("]]> &lt;b&gt; &amp;", id="entities"),
    pytest.param("=cmd|'/c calc'!A1", id="a formula"),
    pytest.param("https://evil.example/", id="a link"),
    pytest.param("Z" + "\u0335" * 300 + "algo", id="zalgo"),
    pytest.param("{{ 7 * 7 }} {% raw %} {# #}", id="a template"),
    pytest.param("a\x00b\x1b[31m\r\nSet-Cookie: x", id="controls"),
    pytest.param("HK \ud800\udfff", id="lone surrogates"),
    pytest.param("\u2028\u2029</script>", id="line separators"),
    pytest.param("[link](https://evil.example) **bold**", id="Markdown"),
    pytest.param("", id="nothing"),
    pytest.param("javascript:alert(1)", id="a script link"),
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_a_stranger_wrote_breaks_the_page_or_the_data(hostile: str) -> None:
    plain = page(
        *(Entry(name=f"N{n}", category=c, honorific="H", title="T", place="P") for n, c in enumerate(Category))
    )
    entries = [
        Entry(
            name=hostile,
            category=category,
            alt_names=(hostile,),
            honorific=hostile,
            title=hostile,
            place=hostile,
            website=hostile,
        )
        for category in Category
    ]
    out = published(*entries)
    seen = Page(out["index.html"])
    assert [tag for tag, _ in seen.elements if tag not in ("bdi", "a")] == [
        tag for tag, _ in plain.elements if tag not in ("bdi", "a")
    ]
    assert not any(key.startswith("on") for _, attributes in seen.elements for key in attributes)
    assert {link.split(":")[0] for link in seen.links()} <= {
        "mailto",
        "https",
        "http",
        "#signatories",
        "signatories.json",
        "signatories.csv",
        "feed.xml",
    }
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]", seen.text)
    assert b"<" not in out["signatories.json"]
    assert len(json.loads(out["signatories.json"])["signatories"]) == 2


TAGS = {tag for tag, _ in page(CLUB, SENATOR, text="").elements}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_no_name_adds_an_element_to_the_page(text: str) -> None:
    seen = page(Entry(name=text, alt_names=(text,), title=text, place=text, website=text), text="")
    assert {tag for tag, _ in seen.elements} <= TAGS
    assert len(seen.items) == 1


@pytest.mark.parametrize(
    ("website", "link"),
    [
        pytest.param("https://club.example", "https://club.example", id="https"),
        pytest.param("HTTP://Club.Example/A?b=c#d", "http://club.example/A?b=c#d", id="http, in capitals"),
        pytest.param("www.club.example", "https://www.club.example", id="without a scheme"),
        pytest.param("https://例子.example/頁", "https://xn--fsqu00a.example/%E9%A0%81", id="in Chinese"),
        pytest.param('https://club.example/"onclick="x', "https://club.example/%22onclick=%22x", id="quotes"),
        pytest.param("javascript:alert(1)", "", id="a script"),
        pytest.param("data:text/html,x", "", id="data"),
        pytest.param("https://user:pass@club.example", "", id="with a password"),
        pytest.param("https://localhost/", "", id="without a dot"),
        pytest.param("https://club.example/" + "x" * 900, "", id="without an end"),
        pytest.param("https:// club.example", "", id="with a space"),
        pytest.param("not a website", "", id="words"),
    ],
)
def test_only_a_web_address_becomes_a_link(website: str, link: str) -> None:
    out = published(Entry(name="Club", website=website), text="")
    assert json.loads(out["signatories.json"])["signatories"][0]["website"] == link
    links = [a for tag, a in Page(out["index.html"]).elements if tag == "a" and "ugc" in str(a.get("rel"))]
    assert [a["href"] for a in links] == ([link] if link else [])
