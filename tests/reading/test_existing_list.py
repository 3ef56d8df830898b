"""Lists that exist already, in the shapes in which people keep them."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.reading.existing_list import read_list


def test_the_signatories_of_2021_are_eleven_organizations_and_seventeen_persons(shared: Path) -> None:
    text = (shared / "signatories-2021.csv").read_text(encoding="utf-8")
    read = read_list(text, "signatories-2021.csv")
    by_category = [entry.category for entry in read.entries]
    assert (by_category.count(Category.ORGANIZATION), by_category.count(Category.PERSON)) == (11, 17)
    assert read.skipped == ()
    assert Entry(name="Linda Frum", category=Category.PERSON, honorific="Hon.", title="Senator") in read.entries


FULL = Entry(
    name="聖羅克委員會",
    alt_names=("Comité Saint-Roch", "Saint-Roch Committee"),
    place="Québec",
    website="https://roch.example",
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(
            "name,alt_names,place,website\n聖羅克委員會,Comité Saint-Roch|Saint-Roch Committee,Québec,https://roch.example\n",
            "list.csv",
            id="comma",
        ),
        pytest.param(
            "Place;Name;Alt_Names;Website\nQuébec;聖羅克委員會;Comité Saint-Roch|Saint-Roch Committee;https://roch.example",
            "list.csv",
            id="semicolon, columns in another order and in capitals",
        ),
        pytest.param(
            "\ufeffname\talt_names\tplace\twebsite\r\n聖羅克委員會\tComité Saint-Roch; Saint-Roch Committee\tQuébec\thttps://roch.example\r\n",
            "list.txt",
            id="tab, byte order mark and CRLF",
        ),
        pytest.param(
            '"name","colour","place","alt_names","website"\n\n'
            '"聖羅克委員會","red"," Québec\n","Comité Saint-Roch|Saint-Roch Committee","https://roch.example"',
            "list.csv",
            id="quoted, with an unknown column, an empty line and a line break in a cell",
        ),
        pytest.param(
            json.dumps(
                {
                    "revision": 3,
                    "signatories": [
                        {
                            "name": "聖羅克委員會",
                            "category": "organization",
                            "alt_names": ["Comité Saint-Roch", "Saint-Roch Committee"],
                            "place": "Québec",
                            "website": "https://roch.example",
                        }
                    ],
                }
            ),
            "signatories.json",
            id="our own JSON",
        ),
    ],
)
def test_every_shape_gives_the_same_entry(text: str, name: str) -> None:
    read = read_list(text, name)
    assert read.entries == (FULL,)
    assert read.skipped == ()


def test_plain_text_holds_one_organization_a_line() -> None:
    read = read_list("Hong Kong Club\n\n  - Amis de Hong Kong  \n香港學生會\n", "names.txt")
    assert [entry.name for entry in read.entries] == ["Hong Kong Club", "Amis de Hong Kong", "香港學生會"]
    assert {entry.category for entry in read.entries} == {Category.ORGANIZATION}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        pytest.param(",organization", "has no name", id="no name"),
        pytest.param("=1+1,organization", "not a plausible name", id="a formula"),
        pytest.param("https://evil.example,organization", "not a plausible name", id="a link"),
        pytest.param("Hong Kong Club,robot", "neither organization nor person", id="an unknown category"),
        pytest.param("first one,organization", "stands on line 2 already", id="the same again"),
        pytest.param("Love, Peace,organization", "3 columns where the first line names 2", id="a comma too many"),
    ],
)
def test_what_cannot_be_taken_over_is_named_with_its_line(row: str, why: str) -> None:
    read = read_list(f"name,category\nFirst One,organization\n{row}\nLast One,person\n", "list.csv")
    assert [entry.name for entry in read.entries] == ["First One", "Last One"]
    assert [(s.line, why in s.why) for s in read.skipped] == [(3, True)]


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        pytest.param("{", "list.json", "not readable as JSON", id="half a JSON file"),
        pytest.param('{"a": 1}', "list.json", "without a list", id="another JSON file"),
        pytest.param("[" * 100_000, "list.json", "not readable as JSON", id="JSON without a bottom"),
        pytest.param("Hong Kong Club,x\n", "list.csv", "no column 'name'", id="CSV without a header"),
    ],
)
def test_a_file_that_is_no_list_says_so(text: str, name: str, why: str) -> None:
    read = read_list(text, name)
    assert read.entries == ()
    assert why in read.skipped[0].why


def test_an_empty_file_is_an_empty_list() -> None:
    assert read_list("", "names.txt") == read_list("\n\n", "names.txt")
    assert read_list("", "names.txt").entries == ()


def test_a_cell_without_an_end_costs_that_cell_only() -> None:
    read = read_list('name,place\nHong Kong Club,Québec\n"' + "x" * 200_000 + "\n", "list.csv")
    assert [entry.name for entry in read.entries] == ["Hong Kong Club"]
    assert "not readable as CSV" in read.skipped[0].why


def test_more_names_than_anybody_has_are_cut_off_and_said() -> None:
    read = read_list("\n".join(f"Club {chr(0x4E00 + n % 20_000)}{n}" for n in range(20_010)), "names.txt")
    assert len(read.entries) == 20_000
    assert "split the file" in read.skipped[-1].why


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["a.csv", "a.json", "a.txt"]))
def test_no_file_makes_reading_fail(text: str, name: str) -> None:
    for written in (text, "name,category\n" + text, "[" + text + "]"):
        for entry in read_list(written, name).entries:
            assert entry.name
