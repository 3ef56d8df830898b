"""Cells that a spreadsheet would take for a formula: made text when they are written, and as they were when read.

An apostrophe goes before what would begin a formula, at the start of a cell and after a separator inside it: a
program that splits lines at semicolons begins a cell there (OWASP, CSV injection).
"""

import re

_BEGINNING = "=+\\-@%|\uff1d\uff0b\uff0d\uff20\t\r"
_START = r"(^[ \u3000]*|[;|][ \u3000]*)"
_FORMULA = re.compile(rf"{_START}(?='*[{_BEGINNING}])")
_DEFUSED = re.compile(rf"{_START}'(?='*[{_BEGINNING}])")


def defused(cell: str) -> str:
    """The cell as text in whatever opens it. `as_typed` gives it back."""
    return _FORMULA.sub(r"\1'", cell)


def as_typed(cell: str) -> str:
    """A cell without the apostrophes that keep it from being a formula."""
    return _DEFUSED.sub(r"\1", cell)
