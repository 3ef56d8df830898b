"""DOCX documents (ECMA-376, part 1, 17) → the text of their paragraphs, and each table as a table.

What is struck through, hidden or deleted under tracked changes is not read: the author took it out.
"""

from dataclasses import dataclass, field

from mailbot.reading.attached import CELLS, CHARACTERS, ROWS, Block, Contents, UnreadableError, Why, as_rows
from mailbot.reading.office_packages import Attributes, Package, Walk, main_part

DOCUMENT = "word/document.xml"
_OUT = frozenset({"del", "moveFrom", "Fallback"})  # deleted, moved away, said once more for older programs
_NOT_SHOWN = frozenset({"strike", "dstrike", "vanish", "webHidden"})
_OFF = ("0", "false", "off", "none")
_WHITE = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_SPAN = 5  # columns that one merged cell may claim


def read_document(octets: bytes) -> Contents:
    """Paragraphs as text, items of a list with a bullet before them; then the tables. Raises UnreadableError alone."""
    package = Package(octets)
    document = _Document()
    document.over(package.part(main_part(package, DOCUMENT)))
    text = "\n".join(document.lines).strip("\n")
    blocks = [Block(rows, f"table {number}") for number, rows in enumerate(document.tables, 1) if rows]
    if text.strip():
        blocks.insert(0, Block(text))
    if not blocks:
        raise UnreadableError(Why.NO_TEXT)
    return Contents(tuple(blocks), document.cut)


@dataclass(slots=True)
class _Grid:
    """One table being read."""

    rows: list[list[str]] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    span: int = 1
    deleted: bool = False


class _Document(Walk):
    """One pass over the body. Text boxes are read as paragraphs of the place that holds them, once."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.tables: list[tuple[tuple[str, ...], ...]] = []
        self.cut: Why | None = None
        self._grids: list[_Grid] = []
        self._paragraphs: list[list[str]] = []
        self._out = 0  # how many elements deep within what is not read
        self._in_run = self._in_text = self._shown = self._item = False
        self._rows = self._characters = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if self._out or name in _OUT:
            self._start_out(name)
        elif name == "p":
            self._paragraphs.append([])
            self._item = False
        elif name == "r":
            self._in_run, self._shown = True, True
        elif name in _NOT_SHOWN and self._in_run:
            self._shown = self._shown and attributes.get("val", "1") in _OFF
        elif name == "numPr":
            self._item = True
        elif name == "t":
            self._in_text = True
        elif name in _WHITE and self._in_run:
            self._add(_WHITE[name])
        else:
            self._start_of_table(name, attributes)

    def end(self, name: str) -> None:
        if self._out:
            self._out -= 1
        elif name == "t":
            self._in_text = False
        elif name == "r":
            self._in_run = False
        elif name == "p" and self._paragraphs:
            self._end_paragraph("".join(self._paragraphs.pop()))
        elif name in ("tc", "tr", "tbl") and self._grids:
            self._end_of_table(name)

    def text(self, text: str) -> None:
        if self._in_text and not self._out:
            self._add(text)

    def _start_out(self, name: str) -> None:
        """A deletion mark in the properties of a row says that the row is gone; elsewhere it holds what is gone."""
        if not self._out and name == "del" and self._grids and not self._paragraphs:
            self._grids[-1].deleted = True
        self._out += 1

    def _start_of_table(self, name: str, attributes: Attributes) -> None:
        if name == "tbl":
            self._grids.append(_Grid())
        elif not self._grids:
            return
        elif name == "tr":
            self._grids[-1].row, self._grids[-1].deleted = [], False
        elif name == "tc":
            self._grids[-1].cell, self._grids[-1].span = [], 1
        elif name == "gridSpan":
            span = attributes.get("val", "1")
            self._grids[-1].span = min(int(span), _SPAN) if span.isascii() and span.isdigit() and len(span) < 3 else 1

    def _add(self, text: str) -> None:
        if self._shown and self._paragraphs:
            self._characters += len(text)
            if self._characters > CHARACTERS:
                self.cut = Why.LONG
            else:
                self._paragraphs[-1].append(text)

    def _end_paragraph(self, text: str) -> None:
        if self._grids:
            self._grids[-1].cell.append(text)
        else:
            self.lines.append(f"• {text}" if self._item and text.strip() else text)

    def _end_of_table(self, name: str) -> None:
        grid = self._grids[-1]
        if name == "tc":
            if len(grid.row) < CELLS:
                grid.row += ["\n".join(part for part in grid.cell if part.strip()), *[""] * (grid.span - 1)]
        elif name == "tr" and not grid.deleted:
            self._rows += 1
            if self._rows > ROWS:
                self.cut = Why.ROWS
            else:
                grid.rows.append(grid.row)
        elif name == "tbl":
            self._grids.pop()
            if self._grids:  # a table within a cell: its text is the cell's
                self._grids[-1].cell += [cell for row in grid.rows for cell in row]
            elif all(sum(map(bool, row)) <= 1 for row in grid.rows):  # a frame around text, or one column of names
                cells = [cell for row in grid.rows for cell in row if cell]
                self.lines += ["", *(line for cell in cells for line in cell.split("\n")), ""]
            else:
                self.tables.append(as_rows(grid.rows))
