"""The published files: what visitors and other programs may rely on."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from page_reader import ADDRESS, CLUB, MEMBER, NOW, ROOT, SALT, SENATOR, TEMPLATES, Page, page, published

from mailbot.core.events import Contact, Entry, Status
from mailbot.core.intents import Category
from mailbot.core.names import NameWords
from mailbot.core.printed import printed_line
from mailbot.core.roster import roster
from mailbot.core.signature import Signature
from mailbot.reading.existing_list import read_list
from mailbot.writing.collation import Collation
from mailbot.writing.page import LetterText, files


def test_the_list_of_2021_stands_in_two_groups_in_the_order_of_the_letter(shared: Path) -> None:
    words = NameWords(**{k: tuple(v) for k, v in tomllib.loads((ROOT / "rules/names.toml").read_text("utf-8")).items()})
    read = read_list((shared / "signatories-2021.csv").read_text("utf-8"), "signatories-2021.csv")
    signatures = [
        Signature(
            ref=str(n),
            status=Status.LISTED,
            entry=entry,
            contact=Contact(address=""),
            opened_at=NOW,
            changed_at=NOW,
            effective_at=NOW,
        )
        for n, entry in enumerate(read.entries)
    ]
    made = roster(signatures, now=NOW, sort_key=Collation(language="en").sort_key, words=words)
    letter = LetterText(title="Statement", text="", address=ADDRESS, language="en")
    out = files(made, letter=letter, revision=1, updated=NOW, waiting=0, templates=TEMPLATES)
    items = Page(out["index.html"]).items
    assert " ".join(line.split()[0] for line in items[:10]) == (
        "Action Canada-Hong Friends Human McMaster Mustard Ontario Saskatchewan Torontian Vancouver"
    )
    assert items[9:11] == [
        "Vancouver Christians for Love Peace and Justice",
        "Vancouver Society in Support of Democratic Movement (VSSDM)",
    ]
    assert " ".join(line.split(",")[0].split()[-1] for line in items[11:]) == (
        "Atwin Chiu Diotte Frum Housakos Kram Kwan Manly Mathyssen May McColeman Munson Patzer Seeback Steinley "
        "Wagantall Zimmer"
    )
    assert "Hon. Linda Frum, Senator" in items
    assert "Kenny Chiu, Member of Parliament" in items
    assert made.counts == {"organization": 11, "person": 17, "withheld": 0}


def test_every_entry_reads_as_the_echo_card_printed_it() -> None:
    entries = (CLUB, SENATOR, MEMBER, Entry(name="陳大文", category=Category.PERSON, honorific="牧師", title="律師"))
    assert page(*entries, text="").items == [printed_line(entry) for entry in entries]


def test_signatories_json_has_the_fields_that_other_tools_rely_on() -> None:
    listed = json.loads(published(CLUB, SENATOR, withheld=2)["signatories.json"])
    assert listed == {
        "$schema": "signatories.schema.json",
        "revision": 7,
        "updated": "2021-01-09T12:30:00Z",
        "salt": SALT,
        "counts": {"organization": 1, "person": 1, "withheld": 2},
        "signatories": [
            {
                "name": "Hong Kong Club",
                "category": "organization",
                "honorific": "",
                "title": "",
                "place": "Québec",
                "website": "https://club.example/%C3%A9",
                "alt_names": ["香港會", "香港会"],
            },
            {
                "name": "Linda Frum",
                "category": "person",
                "honorific": "Hon.",
                "title": "Senator",
                "place": "",
                "website": "",
                "alt_names": [],
            },
        ],
    }


def test_status_json_has_the_fields_that_other_tools_rely_on() -> None:
    status = json.loads(published(waiting=3)["status.json"])
    assert status == {"revision": 7, "updated": "2021-01-09T12:30:00Z", "waiting": 3}


def test_what_is_published_can_be_read_in_again() -> None:
    text = published(CLUB, SENATOR)["signatories.json"].decode("utf-8")
    again = read_list(text, "signatories.json")
    assert [printed_line(e) for e in again.entries] == [printed_line(CLUB), printed_line(SENATOR)]


def test_the_same_list_gives_the_same_octets() -> None:
    assert published(CLUB, SENATOR) == published(CLUB, SENATOR)


def test_the_page_counts_its_groups_and_says_when_it_changed() -> None:
    seen = page(CLUB, SENATOR, MEMBER, withheld=2, waiting=1)
    assert "Organizations 1" in seen.headings
    assert "Individuals 2" in seen.headings
    assert "1 organization, 2 individuals" in seen.text
    assert "2 more have signed and are not named here." in seen.text
    assert "One request is waiting for the organizers." in seen.text
    assert "Last changed 9 January 2021" in seen.text


def test_a_list_without_names_says_so() -> None:
    assert "Nobody has signed yet." in page().text
    assert "Nobody has signed yet." not in page(withheld=1).text


@pytest.mark.parametrize("tag", ["en", "fr", "zh-Hant", "zh-Hans"])
def test_how_to_sign_and_how_to_be_taken_off_is_said_in_every_language(tag: str) -> None:
    mailto = [link for link in page(CLUB, languages=(tag,)).links() if link.startswith("mailto:")]
    assert len(mailto) == 3
    assert all(re.fullmatch(rf"mailto:{ADDRESS}\?subject=[A-Za-z0-9%._~-]+", link) for link in mailto)


@pytest.mark.parametrize(
    ("languages", "name", "lang"),
    [
        pytest.param(("en",), "香港學生會", "zh-Hant", id="traditional"),
        pytest.param(("en",), "香港学生会", "zh-Hans", id="simplified"),
        pytest.param(("en",), "喺香港", "zh-Hant", id="Cantonese"),
        pytest.param(("en",), "中文", "zh", id="either"),
        pytest.param(("en", "zh-Hant"), "中文", "zh-Hant", id="either, on a page that has traditional"),
        pytest.param(("zh-Hant",), "香港學生會", None, id="traditional on a traditional page"),
        pytest.param(("zh-Hant",), "Hong Kong Club", "und-Latn", id="Latin on a Chinese page"),
        pytest.param(("en",), "ホンコンの会", "ja", id="Japanese by its kana"),
        pytest.param(("en",), "홍콩", "ko", id="Korean"),
        pytest.param(("en",), "جمعية", "und-Arab", id="Arabic script"),
        pytest.param(("en",), "Comité", None, id="Latin on an English page"),
    ],
)
def test_a_name_in_another_script_says_its_language(languages: tuple[str, ...], name: str, lang: str | None) -> None:
    seen = page(Entry(name=name), languages=languages)
    assert [a.get("lang") for tag, a in seen.elements if tag == "bdi"] == [lang]


PERSON = Category.PERSON


@pytest.mark.parametrize(
    ("page_in", "entry", "langs"),
    [
        pytest.param("en", Entry(name="Association des libraires"), ["fr"], id="French on an English page"),
        pytest.param("en", Entry(name="L’Amitié"), ["fr"], id="French by what is elided"),
        pytest.param("fr", Entry(name="Society of Friends"), ["en"], id="English on a French page"),
        pytest.param("zh-Hant", Entry(name="Society of Friends"), ["en"], id="English on a Chinese page"),
        pytest.param("zh-Hant", Entry(name="Club 88"), ["und-Latn"], id="neither, on a Chinese page"),
        pytest.param("fr", Entry(name="Les amis du parc"), [None], id="French on a French page"),
        pytest.param("en", Entry(name="Friends of the Comité des amis"), [None], id="two languages in one"),
        pytest.param("en", Entry(name="Casa de la Amistad"), [None], id="a language that the campaign has not"),
        pytest.param("en", Entry(name="Jean du Parc", category=PERSON), [None], id="a person's name is of no language"),
        pytest.param("fr", Entry(name="Ann Lee", category=PERSON, title="Member of Parliament"), [None, "en"], id="an office"),
    ],
)  # fmt: skip
def test_small_words_tell_the_language_of_a_name(page_in: str, entry: Entry, langs: list[str | None]) -> None:
    others = [tag for tag in ("en", "fr", "zh-Hant") if tag != page_in]
    seen = page(entry, languages=(page_in, *others))
    assert [a.get("lang") for tag, a in seen.elements if tag == "bdi"] == langs


@pytest.mark.parametrize(
    ("tag", "wording"),
    [
        pytest.param("fr", "Lettre ouverte", id="French"),
        pytest.param("fr-CA", "Lettre ouverte", id="French of Canada"),
        pytest.param("zh-HK", "聯署名單", id="Chinese of Hong Kong is traditional"),
        pytest.param("zh-CN", "联署名单", id="Chinese of China is simplified"),
        pytest.param("sv", "Open letter", id="English for want of another"),
    ],
)
def test_the_page_speaks_the_nearest_language_that_it_knows(tag: str, wording: str) -> None:
    assert wording in page(languages=(tag,)).text
