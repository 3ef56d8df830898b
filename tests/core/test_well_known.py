"""Names that everybody knows: what would be taken for one, and what would not."""

import pytest

from mailbot.core.names import NameWords, fold
from mailbot.core.well_known import like_well_known

KNOWN = ("Amnesty International", "Human Rights Watch", "Greenpeace", "Red Cross", "國際特赦組織", "人权观察")
WORDS = NameWords(articles=("the",), han_variants=("國国", "際际", "組组", "織织", "權权", "觀观"))


def like(*names: str) -> str | None:
    return like_well_known(names, KNOWN, lambda name: fold(name, WORDS))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        pytest.param("amnesty international", "Amnesty International", id="itself"),
        pytest.param("Amnesty Internatonal", "Amnesty International", id="a letter left out"),
        pytest.param("Amnesty Intrenational", "Amnesty International", id="two letters exchanged"),
        pytest.param("Human Right Watch", "Human Rights Watch", id="without its plural"),
        pytest.param("HumanRightsWatch", "Human Rights Watch", id="without spaces"),
        pytest.param("The Human Rights Watch (HK)", "Human Rights Watch", id="with more around it"),
        pytest.param("Amnesty International Canada", "Amnesty International", id="a branch"),
        pytest.param("Friends of Amnesty Internatonal", "Amnesty International", id="misspelt inside a name"),
        pytest.param("Аmnesty International", "Amnesty International", id="a Cyrillic letter"),
        pytest.param("Ａｍｎｅｓｔｙ International", "Amnesty International", id="full-width letters"),
        pytest.param("國際特赦組織香港分會", "國際特赦組織", id="a branch in Chinese"),
        pytest.param("国际特赦组织", "國際特赦組織", id="in simplified characters"),
        pytest.param("人權觀察", "人权观察", id="in traditional characters"),
        pytest.param("Canadian Red Cross", "Red Cross", id="a short one whole"),
    ],
)
def test_what_would_be_taken_for_a_well_known_name(name: str, known: str) -> None:
    assert like(name) == known


@pytest.mark.parametrize(
    "name",
    [
        "International Choir",
        "Human Rights Club",
        "Harbour Watch",
        "Peace and Green Society",
        "Red Moss Books",
        "國際書會",
        "",
    ],
)
def test_what_shares_a_word_with_one_is_not_taken_for_it(name: str) -> None:
    assert like(name) is None


def test_any_of_its_names_may_be_the_well_known_one() -> None:
    assert like("Harbour Choir", "Greenpeace") == "Greenpeace"


def test_a_long_name_is_compared_in_no_time() -> None:
    assert like("a " * 50_000) is None
