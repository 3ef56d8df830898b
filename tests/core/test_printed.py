"""An entry is one line, and only what it holds stands in it."""

import pytest

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.printed import printed_line

PERSON = Category.PERSON


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        pytest.param(
            Entry(name="Linda Frum", category=PERSON, honorific="Hon.", title="Senator"),
            "Hon. Linda Frum, Senator",
            id="honorific and office",
        ),
        pytest.param(
            Entry(name="Kenny Chiu", category=PERSON, title="Member of Parliament"),
            "Kenny Chiu, Member of Parliament",
            id="office alone",
        ),
        pytest.param(
            Entry(name="Canada-Hong Kong Link", website="https://x.example"),
            "Canada-Hong Kong Link",
            id="a website is not part of the line",
        ),
        pytest.param(
            Entry(name="Comité Saint-Roch", alt_names=("Saint-Roch Committee",), place="Québec"),
            "Comité Saint-Roch / Saint-Roch Committee, Québec",
            id="two languages and a place",
        ),
        pytest.param(
            Entry(name="陳大文", category=PERSON, honorific="牧師", title="律師", place="Toronto"),
            "牧師陳大文，律師，Toronto",
            id="Han writing keeps its own punctuation",
        ),
        pytest.param(
            Entry(name="陳大文", category=PERSON, honorific="Dr"), "Dr 陳大文", id="Latin honorific before a Han name"
        ),
    ],
)
def test_an_entry_is_printed_in_one_line(entry: Entry, line: str) -> None:
    assert printed_line(entry) == line
