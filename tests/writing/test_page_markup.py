"""Every page is what the standard says HTML is, small, and the same for all who look at it."""

import html5lib
import pytest
from browser_pages import HOSTILE, LANGUAGES, first_signatories, letter, people
from page_reader import NOW, TEMPLATES, Page

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.roster import Roster
from mailbot.writing.page import files, vacated


def made(roster: Roster, **options: object) -> dict[str, bytes]:
    facts = {"revision": 1, "updated": NOW, "waiting": 3, "templates": TEMPLATES, "languages": LANGUAGES}
    return files(roster, letter=letter(), **facts, **options)


def conforms(octets: bytes) -> None:
    html5lib.HTMLParser(strict=True).parse(octets.decode("utf-8"))


@pytest.mark.parametrize(
    "roster",
    [
        pytest.param(first_signatories(), id="the first letter's"),
        pytest.param(Roster(), id="nobody"),
        pytest.param(Roster(withheld=1), id="one who is not named"),
        pytest.param(Roster(persons=tuple(Entry(name=n, category=Category.PERSON) for n in HOSTILE)), id="hostile"),
    ],
)
def test_every_page_parses_without_a_fault(roster: Roster) -> None:
    out = made(roster)
    pages = [name for name in out if name.startswith("index")]
    assert len(pages) == 4
    for name in pages:
        conforms(out[name])


def test_the_pages_of_a_cut_list_parse_without_a_fault() -> None:
    out = made(people(300), names_a_page=50)
    assert len(out) > 20
    for name, octets in out.items():
        if name.endswith(".html") and name != "fragment.html":
            conforms(octets)
    conforms(vacated("persons-a.html", letter(), TEMPLATES).make())


def test_a_fault_would_be_seen() -> None:
    with pytest.raises(html5lib.html5parser.ParseError):
        conforms(b"<!doctype html><title>x</title><p><b>x</p>")


@pytest.mark.parametrize("name", ["index.html", *(f"index.{tag}.html" for tag in LANGUAGES[1:])])
def test_a_page_is_small_without_the_names_and_grows_with_them_alone(name: str) -> None:
    empty, few, many = (len(made(people(n))[name]) for n in (0, 100, 900))
    assert empty < 20_000
    assert (many - few) / 800 < 60
    assert few - empty < 100 * 60 + 3_000


def test_the_title_of_a_translation_is_the_heading_of_its_letter() -> None:
    out = made(first_signatories())
    assert "On est venu les chercher à l’aube" in Page(out["index.fr.html"]).headings
    assert (
        out["index.fr.html"].decode().count("On est venu les chercher") == 6
    )  # title, heading, letter; Open Graph and description twice
    chinese = Page(out["index.zh-Hant.html"])
    assert ("h1", {"id": "title", "lang": "en"}) in chinese.elements


def test_a_letter_that_was_not_translated_is_shown_in_its_own_language() -> None:
    out = files(
        first_signatories(),
        letter=letter(),
        revision=1,
        updated=NOW,
        waiting=0,
        templates=TEMPLATES,
        languages=("en", "fr-CA"),
    )
    articles = [attributes for tag, attributes in Page(out["index.fr-CA.html"]).elements if tag == "article"]
    assert [one["lang"] for one in articles] == ["en"]


def test_a_list_that_is_not_cut_has_no_page_beside_its_languages() -> None:
    assert sorted(name for name in made(people(100)) if name.endswith(".html")) == [
        "fragment.html",
        *("index.fr.html", "index.html", "index.zh-Hans.html", "index.zh-Hant.html"),
    ]


def test_a_page_that_is_no_more_names_nobody_and_leads_to_the_list() -> None:
    seen = Page(vacated("persons-a.html", letter(), TEMPLATES).make())
    assert seen.links() == ["index.html#signatories"]
    assert vacated("old.csv", letter(), TEMPLATES).make() == b""
