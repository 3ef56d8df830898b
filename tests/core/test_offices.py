"""An office typed behind a name is a title, and one is noticed wherever it stands."""

import pytest

from mailbot.core.offices import names_office, split_office

WORDS = ("member of parliament", "mp", "senator", "hon", "sénatrice", "議員")


@pytest.mark.parametrize(
    ("typed", "name", "title"),
    [
        pytest.param("Jane Doe, Member of Parliament", "Jane Doe", "Member of Parliament", id="behind a comma"),
        pytest.param("Jane Doe (M.P.)", "Jane Doe", "M.P.", id="in parentheses"),
        pytest.param("陳大文，立法會議員", "陳大文", "立法會議員", id="behind a Chinese comma"),
        pytest.param("Frum, Linda", "Frum, Linda", "", id="the family name first"),
        pytest.param("Jane Doe, Jr.", "Jane Doe, Jr.", "", id="a suffix"),
        pytest.param("Senator Doe, Jane", "Senator Doe, Jane", "", id="in front of the name"),
        pytest.param(", MP", ", MP", "", id="nothing in front of it"),
    ],
)
def test_an_office_behind_a_name_is_a_title(typed: str, name: str, title: str) -> None:
    assert split_office(typed, WORDS) == (name, title)


@pytest.mark.parametrize(
    ("text", "is_office"),
    [
        pytest.param("Hon. Jane Doe", True, id="an honorific"),
        pytest.param("Jane Doe M.P.", True, id="with dots"),
        pytest.param("陳大文議員", True, id="without a space"),
        pytest.param("Champ Honda", False, id="inside other words"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_an_office_is_noticed_as_a_word_of_its_own(text: str, *, is_office: bool) -> None:
    assert names_office(text, WORDS) is is_office


def test_no_words_are_in_nothing() -> None:
    assert not names_office("Hon. Jane Doe", ())
