"""feed.xml: what readers of feeds rely on, by RFC 4287, and who is in it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from atom_grammar import ATOM, faults
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from page_reader import CLUB, MEMBER, NOW, SENATOR, TAG, vouched

from mailbot.core.editions import tag_of
from mailbot.core.events import Entry
from mailbot.core.vouching import Vouched
from mailbot.writing.feed import MOST, feed


def made(*who: Vouched, page_url: str = "https://letter.example/", languages: tuple[str, ...] = ("en",)) -> bytes:
    return feed(
        who,
        tag=TAG,
        title="A letter & <more>",
        subtitle="Signatories",
        page_url=page_url,
        languages=languages,
        updated=NOW,
    )


def texts(octets: bytes, path: str) -> list[str]:
    return [str(found) for found in etree.fromstring(octets).xpath(path, namespaces={"a": ATOM})]


@pytest.mark.parametrize("page_url", ["https://letter.example/", "https://letter.example/list", ""])
def test_it_keeps_to_the_grammar_with_and_without_an_address(page_url: str) -> None:
    assert faults(made(*vouched(CLUB, SENATOR, MEMBER), page_url=page_url)) == []
    assert faults(made(page_url=page_url)) == []


def test_it_tells_the_newest_first_and_when_they_came() -> None:
    octets = made(*vouched(CLUB, SENATOR))
    assert texts(octets, "//a:entry/a:title/text()") == [
        "Hon. Linda Frum, Senator",
        "Hong Kong Club / 香港會 / 香港会，Québec",
    ]
    assert texts(octets, "//a:entry/a:published/text()") == ["2021-01-09T12:29:00Z", "2021-01-09T12:28:00Z"]
    assert texts(octets, "/a:feed/a:updated/text()") == ["2021-01-09T12:30:00Z"]


def test_a_reworded_line_keeps_its_id_and_its_place_and_says_when_it_changed() -> None:
    club, senator = vouched(CLUB, SENATOR)
    later = NOW - timedelta(seconds=5)
    reworded = Vouched(replace(CLUB, place="Ottawa"), replace(club.receipt, changed=later))
    before, after = made(club, senator), made(reworded, senator)
    assert texts(before, "//a:id/text()") == texts(after, "//a:id/text()")
    assert texts(after, "//a:entry/a:updated/text()")[1] == "2021-01-09T12:29:55Z"


def test_it_is_bounded_and_the_oldest_go_first() -> None:
    entries = [Entry(name=f"Club {n}") for n in range(MOST + 20)]
    titles = texts(made(*vouched(*entries)), "//a:entry/a:title/text()")
    assert titles == [f"Club {n}" for n in reversed(range(20, MOST + 20))]


def test_ids_are_tags_that_say_nothing_of_anybody() -> None:
    ids = texts(made(*vouched(CLUB, SENATOR)), "//a:id/text()")
    assert ids[0] == TAG + "list"
    assert len(set(ids)) == 3
    assert all(re.fullmatch(re.escape(TAG) + "[0-9a-f]{32}", one) for one in ids[1:])


@pytest.mark.parametrize(
    ("address", "tag"),
    [
        pytest.param("Letter@OpenLetter.example", "tag:letter@openletter.example,2021-01-06:", id="an address"),
        pytest.param("a+b@openletter.example", "tag:openletter.example,2021-01-06:", id="a local part the RFC lacks"),
        pytest.param("lettre@créée.example", "tag:lettre@xn--cre-bmae.example,2021-01-06:", id="a domain in French"),
    ],
)
def test_the_tag_is_of_the_campaign_s_own_address(address: str, tag: str) -> None:
    assert tag_of(address, datetime(2021, 1, 6, 23, tzinfo=UTC)).startswith("tag:")
    assert re.fullmatch(r"tag:([\w.-]+@)?[a-z0-9.-]+,\d{4}-\d\d-\d\d:", tag_of(address, NOW), re.ASCII)
    if "xn--" not in tag:
        assert tag_of(address, datetime(2021, 1, 6, tzinfo=UTC)) == tag


def test_links_lead_to_the_page_and_to_the_feed_beside_it() -> None:
    for page_url in (
        "https://letter.example/list",
        "https://letter.example/list/",
        "https://letter.example/list/a.html",
    ):
        assert texts(made(page_url=page_url), "/a:feed/a:link[@rel='self']/@href") == [
            "https://letter.example/list/feed.xml"
        ]


def test_a_name_in_another_script_says_its_language() -> None:
    octets = made(*vouched(Entry(name="香港學生會"), Entry(name="Hong Kong Club")))
    assert texts(octets, "//a:entry/@xml:lang") == ["zh-Hant"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=30))
def test_no_name_breaks_the_feed(name: str, title: str) -> None:
    octets = made(*vouched(Entry(name=name, alt_names=(name,), title=title, place=title, website=name)))
    assert faults(octets) == []
    assert len(texts(octets, "//a:entry")) == 1
