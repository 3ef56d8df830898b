"""Alphabetical order as a reader of the language expects it, with PyICU and without."""

import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.writing.chapters import Section
from mailbot.writing.collation import Collation, icu

STROKES = (Path(__file__).parents[2] / "rules/strokes.txt").read_text("utf-8")


def strokes() -> str:
    return STROKES


def without_icu() -> None:
    return None


@pytest.fixture(params=["with PyICU", "without"])
def collation(request: pytest.FixtureRequest):
    library = icu if request.param == "with PyICU" else without_icu
    if request.param == "with PyICU" and icu() is None:
        pytest.fail("PyICU is not installed: make .venv/test.stamp")
    return lambda language, han="pinyin": Collation(language=language, han=han, strokes=strokes, library=library)


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        pytest.param("en", ["Atwin", "Élan", "elan vital", "Zoë"], id="accents do not move a letter"),
        pytest.param("en", ["Mathyssen", "May", "McColeman", "Munson"], id="Mc stands after Ma"),
        pytest.param("en", ["McMaster Stands", "Mustard Seeds"], id="McMaster before Mustard"),
        pytest.param("en", ["Van Loan", "Vandenbeld"], id="word by word"),
        pytest.param("en", ["3rd Street", "action", "Action", "Zebra"], id="digits, then letters"),
        pytest.param("fr", ["cote", "côté", "œuvre", "offrande"], id="ligatures"),
        pytest.param("fr", ["Eglise", "Église", "Élan", "Été"], id="French capitals with accents"),
        pytest.param("en", ["Zebra", "香港會"], id="Han after Latin on an English page"),
        pytest.param("zh-Hant", ["香港會", "Zebra"], id="Han before Latin on a Chinese page"),
    ],
)
def test_names_stand_where_a_reader_looks_for_them(collation, language: str, ordered: list[str]) -> None:
    shuffled = [ordered[-1], *ordered[:-1]]
    assert sorted(shuffled, key=collation(language).sort_key) == ordered


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en", "fr"])
@pytest.mark.parametrize(
    ("han", "ordered"),
    [
        pytest.param("pinyin", ["陈大文", "李小明", "王五", "赵六"], id="by pinyin"),
        pytest.param("pinyin", ["陳大文", "陳小文", "李四"], id="by the second character where the first is one"),
        pytest.param("stroke", ["丁一", "王五", "李小明", "陳大文", "龍三"], id="by strokes: 2, 4, 7, 11, 16"),
        pytest.param("stroke", ["李一", "李小明", "李四"], id="by the strokes of the second character"),
        pytest.param("stroke", ["香港會", "聖光華人基督教會"], id="organizations by their first character"),
    ],
)
def test_chinese_names_stand_as_the_campaign_asks(collation, language: str, han: str, ordered: list[str]) -> None:
    shuffled = [ordered[-1], *ordered[:-1]]
    assert sorted(shuffled, key=collation(language, han).sort_key) == ordered


def test_different_names_have_different_keys(collation) -> None:
    key = collation("en").sort_key
    assert key("Zoë") != key("Zoé")
    assert key("力") != key("立")


def test_a_swedish_letter_stands_behind_z_where_its_language_is_known() -> None:
    key = Collation(language="sv").sort_key
    assert sorted(["Öberg", "Zorn", "Ohlsson"], key=key) == ["Ohlsson", "Zorn", "Öberg"]


@pytest.mark.parametrize(
    ("han", "name", "section"),
    [
        pytest.param("pinyin", "Élan", Section("letter", "E"), id="an accent"),
        pytest.param("pinyin", "œuvre", Section("letter", "O"), id="a ligature"),
        pytest.param("pinyin", "Øre", Section("letter", "O"), id="a stroked letter"),
        pytest.param("pinyin", "ßeta", Section("letter", "S"), id="a letter whose capital is two"),
        pytest.param("pinyin", "3rd Street", Section("digits"), id="a digit"),
        pytest.param("pinyin", "Дом", Section("letter", "Д"), id="Cyrillic"),
        pytest.param("pinyin", "جمعية", Section("letter", "ج"), id="Arabic"),
        pytest.param("pinyin", "香港會", Section("pinyin", "X"), id="Han by pinyin"),
        pytest.param("stroke", "香港會", Section("strokes", "9"), id="Han by strokes"),
        pytest.param("stroke", "\U0002a000", Section("other", "han"), id="Han that no table has"),
        pytest.param("pinyin", "& Sons", Section("other"), id="a sign"),
        pytest.param("pinyin", "", Section("other"), id="nothing"),
    ],
)
def test_a_name_is_filed_under_a_letter_that_a_reader_knows(han: str, name: str, section: Section) -> None:
    assert Collation(language="en", han=han, strokes=strokes).section(name) == section


def loaded_after(line: str) -> set[str]:
    """Which tables a fresh Python holds after that line."""
    program = (
        "import sys; from mailbot.writing.collation import Collation; "
        f"key = Collation(language='en', library=lambda: None).sort_key; {line}; print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {"pyuca", "pypinyin", "icu"} & set(ran.stdout.split())


def test_no_table_is_loaded_before_there_is_a_name() -> None:
    assert loaded_after("key") == set()


def test_a_latin_list_does_not_load_the_chinese_table() -> None:
    assert "pypinyin" not in loaded_after("key('Zoë')")
