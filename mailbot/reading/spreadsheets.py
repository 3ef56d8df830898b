"""XLSX workbooks (ECMA-376, part 1, 18) → tables: the values that a person sees, sheet by sheet.

Formulas are not computed: the value that was stored with them counts. What the sheet hides or strikes
through is not read, for whoever sent it does not see it as part of the list.
"""

import re

from mailbot.reading.attached import CELL_LENGTH, CELLS, ROWS, Block, Contents, UnreadableError, Why, as_rows
from mailbot.reading.office_packages import Attributes, EnoughError, Package, Walk, main_part, relationships

WORKBOOK = "xl/workbook.xml"
_SHEETS = 10
_SHARED = 50_000  # strings
_COLUMN = re.compile(r"[A-Z]{1,3}")
_WHOLE = re.compile(r"(-?\d{1,15})\.0+")
_BOOLEANS = {"0": "FALSE", "1": "TRUE"}
_OFF = ("0", "false", "none")


def read_workbook(octets: bytes) -> Contents:
    """The visible sheets as tables, in order. Raises UnreadableError alone."""
    package = Package(octets)
    workbook = main_part(package, WORKBOOK)
    sheets = _Sheets()
    sheets.over(package.part(workbook))
    related = relationships(package, workbook)
    kinds = dict(related.values())
    shared = _SharedStrings()
    shared.over(package.part(kinds.get("sharedStrings", "xl/sharedStrings.xml")))
    styles = _Styles()
    styles.over(package.part(kinds.get("styles", "xl/styles.xml")))
    blocks: list[Block] = []
    cut = None
    read = 0
    for name, identifier in sheets.visible[:_SHEETS]:
        sheet = _Sheet(shared.strings, styles.struck, ROWS - read)
        sheet.over(package.part(related.get(identifier, ("", ""))[1]))
        read += len(sheet.rows)
        cut = Why.ROWS if sheet.full or len(sheets.visible) > _SHEETS else cut
        if rows := as_rows(sheet.rows):
            blocks.append(Block(rows, name))
    if not blocks:
        raise UnreadableError(Why.NO_TEXT)
    return Contents(tuple(blocks), cut)


class _Sheets(Walk):
    """The names of the sheets that show, with their relationships."""

    def __init__(self) -> None:
        super().__init__()
        self.visible: list[tuple[str, str]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            title = "".join(c for c in attributes.get("name", "")[:60] if c.isprintable())
            self.visible.append((title, attributes.get("id", "")))


class _Strings(Walk):
    """Gathers the text of `t` elements, without phonetic readings and struck-through runs."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []
        self._gathers = self._in_run = self._struck = False
        self._phonetic = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "t":
            self._gathers = not self._phonetic and not self._struck
        elif name == "rPh":
            self._phonetic += 1
        elif name == "r":
            self._struck, self._in_run = False, True
        elif name == "strike" and self._in_run:
            self._struck = attributes.get("val", "1") not in _OFF

    def end(self, name: str) -> None:
        if name == "t":
            self._gathers = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "r":
            self._struck = self._in_run = False

    def text(self, text: str) -> None:
        if self._gathers:
            self._pieces.append(text)

    def taken(self) -> str:
        """What was gathered since the last time."""
        text = "".join(self._pieces)[:CELL_LENGTH]
        self._pieces.clear()
        return text


class _SharedStrings(_Strings):
    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []

    def end(self, name: str) -> None:
        super().end(name)
        if name == "si":
            self.strings.append(self.taken())
            if len(self.strings) >= _SHARED:
                raise EnoughError


class _Styles(Walk):
    """Which cell styles strike their text through."""

    def __init__(self) -> None:
        super().__init__()
        self.struck: set[int] = set()
        self._fonts: list[bool] = []
        self._in_fonts = self._in_formats = False
        self._format = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "fonts":
            self._in_fonts = True
        elif name == "font" and self._in_fonts:
            self._fonts.append(False)
        elif name == "strike" and self._in_fonts and self._fonts:
            self._fonts[-1] = attributes.get("val", "1") not in _OFF
        elif name == "cellXfs":
            self._in_formats = True
        elif name == "xf" and self._in_formats:
            font = _number(attributes.get("fontId", ""))
            if 0 <= font < len(self._fonts) and self._fonts[font]:
                self.struck.add(self._format)
            self._format += 1

    def end(self, name: str) -> None:
        if name == "fonts":
            self._in_fonts = False
        elif name == "cellXfs":
            self._in_formats = False


class _Sheet(_Strings):
    """The rows of one sheet, at most `most`."""

    def __init__(self, shared: list[str], struck: set[int], most: int) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.full = False
        self._shared, self._styles, self._most = shared, struck, most
        self._row: list[str] | None = None
        self._kind = ""
        self._column = 0
        self._shown = True
        self._value: list[str] | None = None
        self._number = ""

    def start(self, name: str, attributes: Attributes) -> None:
        super().start(name, attributes)
        if name == "row":
            if len(self.rows) >= self._most:
                self.full = True
                raise EnoughError
            self._row = None if attributes.get("hidden", "0") not in _OFF else []
            self._column = 0
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._value = []

    def end(self, name: str) -> None:
        super().end(name)
        if name == "v":
            self._number = "".join(self._value or ())[:CELL_LENGTH]
            self._value = None
        elif name == "c":
            self._end_cell()
        elif name == "row" and self._row is not None:
            if any(self._row):
                self.rows.append(self._row)
            self._row = None
        elif name == "sheetData":
            raise EnoughError

    def text(self, text: str) -> None:
        super().text(text)
        if self._value is not None:
            self._value.append(text)

    def _begin_cell(self, attributes: Attributes) -> None:
        self._kind = attributes.get("t", "n")
        self._shown = _number(attributes.get("s", "")) not in self._styles
        self._number = ""
        self.taken()
        place = _COLUMN.match(attributes.get("r", ""))
        if place:
            self._column = 0
            for letter in place.group():
                self._column = self._column * 26 + ord(letter) - 64
        else:
            self._column += 1

    def _end_cell(self) -> None:
        row = self._row
        text = self._said() if self._shown else ""
        if row is None or not text or not 1 <= self._column <= CELLS:
            return
        row.extend([""] * (self._column - len(row)))
        row[self._column - 1] = text

    def _said(self) -> str:
        if self._kind == "s":
            index = _number(self._number)
            return self._shared[index] if 0 <= index < len(self._shared) else ""
        if self._kind == "inlineStr":
            return self.taken()
        if self._kind == "b":
            return _BOOLEANS.get(self._number, "")
        if self._kind == "e":
            return ""
        whole = _WHOLE.fullmatch(self._number)
        return whole.group(1) if whole else self._number


def _number(text: str) -> int:
    """A short whole number; -1 for anything else."""
    return int(text) if 0 < len(text) < 9 and text.isascii() and text.isdigit() else -1
