"""What an attachment holds once it is read: tables and texts, what could not be read, and the caps of every format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

ROWS = 500  # of one attachment; a list of signatories is no longer
CELLS = 20
CELL_LENGTH = 300
CHARACTERS = 200_000  # of the text of one attachment

Rows = tuple[tuple[str, ...], ...]


class Why(StrEnum):
    """Why an attachment, or a part of it, was not read; the word that a question to its sender is made from."""

    LEGACY = "legacy_format"  # .xls, .doc and their like: to be sent again as .xlsx, .docx or text
    FORMAT = "unknown_format"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    EXPANDS = "expands_too_far"
    ENTITIES = "declares_entities"
    DEEP = "nested_too_deep"
    COMPLEX = "too_complex"
    NO_TEXT = "no_text"  # a scan
    NO_NAMES = "no_names"  # a table that says neither by headings nor by its cells who signs
    ROWS = "too_many_rows"
    LONG = "too_long"


class UnreadableError(Exception):
    """Nothing of this attachment can be used."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, as they stand; `where` as a Span has it."""

    where: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Text:
    """Text in lines; `where` as a Span has it."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Defect:
    """An attachment that was not read, or not to its end; whoever relied on it must ask instead."""

    where: str
    why: Why


@dataclass(frozen=True, slots=True)
class Block:
    """One table or text of a file; `place` within it: a sheet, a page, "table 2"; "" for all of it."""

    content: Rows | str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What one file holds, and what was cut."""

    blocks: tuple[Block, ...]
    cut: Why | None = None


def as_rows(rows: Iterable[Sequence[str]]) -> Rows:
    """Rows within the caps: cells on one line and without control characters, rows without a word left out."""
    clean = (tuple(one_line(cell) for cell in row[:CELLS]) for row in rows)
    return tuple(row for row in clean if any(row))


def one_line(text: str) -> str:
    """A cell's text without control characters, at most `CELL_LENGTH` characters."""
    words = " ".join(text[: CELL_LENGTH * 4].split())[:CELL_LENGTH]
    return words if words.isprintable() else "".join(c for c in words if c.isprintable() or c == "\u3000")
