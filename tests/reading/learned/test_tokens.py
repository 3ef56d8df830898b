"""A text falls into words, single ideographs, marks and line ends, each where it stands."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.learned.tokens import tokens


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("Count us in.", ["capital", "small", "small", "stop"], id="a sentence"),
        pytest.param("l'Union", ["small", "capital"], id="an elided article stands apart"),
        pytest.param("Tenants' Guild-hall", ["capital", "mark", "capital"], id="hyphens hold, a late apostrophe does not"),
        pytest.param("我哋OK", ["ideograph", "ideograph", "capitals"], id="ideographs one by one"),
        pytest.param("a\n（B）", ["small", "line", "open", "initial", "close"], id="line ends and wide brackets"),
        pytest.param("24/7", ["number", "slash", "number"], id="numbers and marks"),
    ],
)  # fmt: skip
def test_a_text_falls_into_tokens_of_known_shape(text: str, told: list[str]) -> None:
    assert [token.shape for token in tokens(text, 99)] == told


@given(st.text(max_size=300))
def test_every_token_is_the_text_at_its_place(text: str) -> None:
    found = tokens(text, 10_000)
    assert [text[t.start : t.end] for t in found] == [t.text for t in found]
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))


def test_no_more_than_the_asked_number_is_read() -> None:
    assert len(tokens("word " * 5_000, 420)) == 420
