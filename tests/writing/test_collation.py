"""Alphabetical order as a reader of the language expects it."""

import subprocess
import sys

import pytest

from mailbot.writing.collation import sort_key


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        pytest.param("en", ["Atwin", "Élan", "elan vital", "Zoë"], id="accents do not move a letter"),
        pytest.param("en", ["Mathyssen", "May", "McColeman", "Munson"], id="Mc stands after Ma"),
        pytest.param("en", ["McMaster Stands", "Mustard Seeds"], id="McMaster before Mustard"),
        pytest.param("en", ["Van Loan", "Vandenbeld"], id="word by word"),
        pytest.param("en", ["3rd Street", "action", "Action", "Zebra"], id="digits, then letters"),
        pytest.param("fr", ["cote", "côté", "œuvre", "offrande"], id="ligatures"),
        pytest.param("en", ["Zebra", "香港會"], id="Han after Latin on an English page"),
        pytest.param("zh-Hans", ["陈大文", "李小明", "王五", "赵六"], id="Han by pinyin"),
    ],
)
def test_names_stand_where_a_reader_looks_for_them(language: str, ordered: list[str]) -> None:
    shuffled = [ordered[-1], *ordered[:-1]]
    assert sorted(shuffled, key=sort_key(language)) == ordered


def test_different_names_have_different_keys() -> None:
    key = sort_key("en")
    assert key("Zoë") != key("Zoé")
    assert key("力") != key("立")


def loaded_after(line: str) -> set[str]:
    """Which tables a fresh Python holds after that line."""
    program = f"import sys; from mailbot.writing.collation import sort_key; {line}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {"pyuca", "pypinyin"} & set(ran.stdout.split())


def test_no_table_is_loaded_before_there_is_a_name() -> None:
    assert loaded_after("sort_key('en')") == set()


def test_a_latin_list_does_not_load_the_chinese_table() -> None:
    assert "pypinyin" not in loaded_after("sort_key('en')('Zoë')")
