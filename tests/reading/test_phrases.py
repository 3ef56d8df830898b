"""Phrases are found in one pass as their patterns find them one by one, and folding moves no character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.phrases import Phrasebook, fold, phrases

_LISTS = {"us": ("us", "our group", "我們"), "be": ("be", "être")}
_KINDS = {
    "join": [(("add {us}", "count {us} ... in", "we'd like to join", "+1", "{us}加入", "{be}come"), _LISTS)],
    "gap": [(("sign...聯署", "put ... down", "加...入", "我們 ... 聯署"), {})],
    "none": [((), {})],
    "short": [(("us", "a", "我", "d'accord", "№ 1"), {})],
}
_PIECES = (
    "add", " ", "  ", "us", "usa", "our group", "count", "in", "we'd like to join", "+1", "我們", "加入", "聯署", "sign",
    "signs", "put", "down", "加", "入", "become", "être", "etrecome", "d'accord", "№ 1", ".", "'", "\n", "ø", "a1", "é",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_one_pass_finds_what_every_pattern_finds_alone(text: str) -> None:
    book, plain = Phrasebook(_KINDS), fold(text)
    alone = {kind: [m.span() for m in phrases(*groups).finditer(plain)] for kind, groups in _KINDS.items()}
    assert book.find(plain) == {kind: spans for kind, spans in alone.items() if spans}


def test_only_the_kinds_that_are_asked_for_are_told() -> None:
    assert Phrasebook(_KINDS).find("add us", {"short"}) == {"short": [(4, 6)]}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("L’Été\u00a0À", "l'ete a", id="accents, apostrophe, hard blank"),
        pytest.param("STRASSE ß İ", "strasse ß i", id="letters that would grow longer"),
        pytest.param("我哋", "我哋", id="ideographs"),
    ],
)
def test_folding_keeps_every_character_in_its_place(text: str, plain: str) -> None:
    assert fold(text) == plain
    assert len(fold(text)) == len(text)
