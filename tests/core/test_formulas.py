"""Cells that a spreadsheet would take for a formula."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.formulas import as_typed, defused


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        pytest.param("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1", id="DDE"),
        pytest.param("+1 514 555", "'+1 514 555", id="plus"),
        pytest.param("-2+3", "'-2+3", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("＝1", "'＝1", id="full width"),
        pytest.param("  =1", "  '=1", id="after blanks"),
        pytest.param("Club;=1", "Club;'=1", id="where a semicolon begins a cell"),
        pytest.param("Club | -1", "Club | '-1", id="where a bar does"),
        pytest.param("Smith-Jones & Co. (a=b)", "Smith-Jones & Co. (a=b)", id="inside a name"),
        pytest.param("l'Étoile", "l'Étoile", id="an apostrophe of its own"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_formula_becomes_text(cell: str, written: str) -> None:
    assert defused(cell) == written


@given(st.text(alphabet="='+-@;| a％\u3000\t", max_size=20) | st.text(max_size=60))
@example("''=")
@example("'" * 30 + "=")
def test_a_cell_reads_again_as_it_was(cell: str) -> None:
    assert as_typed(defused(cell)) == cell
