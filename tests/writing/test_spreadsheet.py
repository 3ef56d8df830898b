"""signatories.csv: what a spreadsheet shows of it, and what `mailbot import` reads again."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_reader import CLUB, MEMBER, SENATOR

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.roster import Roster
from mailbot.reading.existing_list import read_list
from mailbot.writing.listed import clean_entry
from mailbot.writing.spreadsheet import COLUMNS, spreadsheet


def sheet(*written: Entry) -> bytes:
    entries = [clean_entry(entry) for entry in written]
    return spreadsheet(
        Roster(
            organizations=tuple(e for e in entries if e.category is Category.ORGANIZATION),
            persons=tuple(e for e in entries if e.category is Category.PERSON),
        )
    )


def rows(octets: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline="")))


def test_a_spreadsheet_opens_it_as_it_is() -> None:
    octets = sheet(CLUB, SENATOR)
    assert octets.startswith(b"\xef\xbb\xbfname,category,")
    assert octets.endswith(b"\r\n")
    assert octets.count(b"\n") == octets.count(b"\r\n") == 3
    assert csv.Sniffer().sniff(octets.decode("utf-8-sig")).delimiter == ","
    assert rows(octets) == [
        list(COLUMNS),
        ["Hong Kong Club", "organization", "", "", "Québec", "https://club.example/%C3%A9", "香港會|香港会"],
        ["Linda Frum", "person", "Hon.", "Senator", "", "", ""],
    ]


def test_what_is_published_can_be_imported_again() -> None:
    awkward = Entry(
        name='The "Club", Inc.; Ottawa',
        alt_names=("Le Club; Ottawa",),
        title="Chair; -1",
        place="Ottawa | +1",
    )
    entries = (CLUB, awkward, SENATOR, MEMBER)
    again = read_list(sheet(*entries).decode("utf-8"), "signatories.csv")
    assert again.skipped == ()
    assert again.entries == tuple(map(clean_entry, entries))


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("=cmd|'/c calc'!A1", id="a formula"),
        pytest.param("x\r\n=1,organization", id="a row of its own"),
        pytest.param('"\r\n"=1', id="quotes around a row"),
        pytest.param("\ufeff=1", id="a byte order mark before a formula"),
        pytest.param("\u202e=1", id="a bidi override before a formula"),
        pytest.param("\t=1", id="a tab before a formula"),
        pytest.param("Club;=1+1;x", id="a formula behind a semicolon"),
    ],
)
def test_no_program_finds_a_formula_in_it_whichever_separator_it_takes(hostile: str) -> None:
    octets = sheet(Entry(name=hostile, alt_names=(hostile, hostile), title=hostile, place=hostile, website=hostile))
    assert len(rows(octets)) == 2
    for separator in ",;|\t":
        for row in csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=separator):
            assert not [cell for cell in row if cell.lstrip()[:1] in tuple("=+-@\t\r＝＋－＠") and cell.strip()]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.builds(Entry, name=st.text(max_size=60), title=st.text(max_size=30), place=st.text(max_size=30)), max_size=4
    )
)
def test_every_name_is_one_row_and_no_cell_a_formula(entries: list[Entry]) -> None:
    found = rows(sheet(*entries))
    assert [len(row) for row in found] == [len(COLUMNS)] * (len(entries) + 1)
    assert not [cell for row in found for cell in row if cell[:1] in tuple("=+-@\t\r＝＋－＠") and cell]
