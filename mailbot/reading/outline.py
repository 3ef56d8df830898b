"""A page as a list of lines: what a heading is, what an item of a list, what a row of a table; no markup is left."""

from dataclasses import dataclass
from enum import StrEnum

LINES = 30_000
"""Lines that are read of one page or file."""


class Shape(StrEnum):
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; `cells` has one text but for a row of a table. `block` is the list, table or container it stands in."""

    shape: Shape
    cells: tuple[str, ...]
    number: int  # from 1: of the line in a text, of the piece in a page
    level: int = 0  # of a heading: 1 to 6 as written, BOLD for a line that only looks like one
    block: int = 0
    linked: bool = False  # all of it is a link
    bold: bool = False  # all of it is set in bold

    @property
    def text(self) -> str:
        return " ".join(cell for cell in self.cells if cell)


BOLD = 7
