"""Every reference that we issue is understood when it is typed."""

import random
from datetime import date

import pytest

from mailbot import app
from mailbot.core.commands import Line, read_orders
from mailbot.core.references import canonical, draw_reference, is_reference

WORDS = {tag: language.commands for tag, language in app.rulebook().languages.items()}


def test_every_reference_that_is_drawn_can_be_typed_in_an_order() -> None:
    draw = random.Random(2021)
    for _ in range(1500):
        ref = draw_reference(draw.randrange)
        for text in (f"approve {ref}", f"{ref.lower()} ok", f"refuser {ref}", f"{ref} 批准"):
            orders = read_orders([Line(text)], WORDS, cards={}, today=date(2021, 1, 9), limit=30).orders
            assert [order.ref for order in orders] == [ref], text


def test_references_grow_longer_on_demand() -> None:
    assert len(draw_reference(random.Random(1).randrange, 6)) == 6


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param(" k7q4 ", "K7Q4", id="small letters"),
        pytest.param("KOQ4", "K0Q4", id="O for zero"),
        pytest.param("KlQI", "K1Q1", id="l and I for one"),
    ],
)
def test_a_reference_is_read_as_crockford_meant_it(typed: str, meant: str) -> None:
    assert canonical(typed) == meant
    assert is_reference(canonical(typed))
