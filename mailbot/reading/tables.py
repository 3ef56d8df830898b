"""Tables of signatories, from an attachment or from the text: which column holds what, who said yes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mailbot.core.intents import Category
from mailbot.reading.naming import Naming, clean_name
from mailbot.reading.people import Entry, read_entry, read_group
from mailbot.reading.phrases import fold

_BORDER = re.compile(r" \| |\t")


class Column(StrEnum):
    NAME = "name"
    CONTACT = "contact"
    ROLE = "role"
    PLACE = "place"
    WEBSITE = "website"
    ANSWER = "answer"
    OTHER = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One signatory of a table; `cells` what the other columns say, by column, as typed."""

    entry: Entry
    cell: str
    cells: dict[Column, str] = field(default_factory=dict)
    title: str = ""  # the cell that gave a person's title


def read_table(rows: Sequence[Sequence[str]], naming: Naming) -> list[Row]:
    """The signatories of a table. Without a row of headings the first column holds the names.

    Where a column says who signs, only rows that plainly say yes are taken.
    """
    if not rows or _is_form(rows, naming):
        return []
    columns = [_column(cell, naming) for cell in rows[0]]
    headed = Column.NAME in columns
    if not headed:
        if len(rows[0]) > 1:
            return []
        columns = [Column.NAME]
    first = columns.index(Column.NAME)
    columns = [Column.OTHER if c is Column.NAME and n != first else c for n, c in enumerate(columns)]
    heading = fold(rows[0][first]).strip() if headed else ""
    persons = heading in naming.person_labels
    groups = headed and not persons and naming.is_organization(heading)
    return list(_entries(rows[1:] if headed else rows, columns, naming, persons=persons, groups=groups))


def text_tables(text: str) -> list[list[list[str]]]:
    """Blocks of lines whose cells stand between ' | ' borders, as HTML tables are rendered, or tabs."""
    tables: list[list[list[str]]] = [[]]
    for line in text.split("\n"):
        if " | " in line or "\t" in line.strip():
            tables[-1].append([cell.strip() for cell in _BORDER.split(line.strip())])
        elif line.strip() and tables[-1]:
            tables.append([])
    return [table for table in tables if len(table) >= 2]


def _is_form(rows: Sequence[Sequence[str]], naming: Naming) -> bool:
    """Two columns of which the first holds labels: one signatory, field by field."""
    known = naming.labels | naming.contact_labels | naming.place_labels | naming.website_labels | naming.role_labels
    return len(rows[0]) == 2 and sum(fold(row[0]).strip(" .:*#?") in known for row in rows) >= 2


def _entries(
    rows: Sequence[Sequence[str]], columns: Sequence[Column], naming: Naming, *, persons: bool, groups: bool
) -> Iterator[Row]:
    for row in rows:
        cells = {column: cell for column, cell in zip(columns, row, strict=False) if column and cell.strip()}
        name = cells.pop(Column.NAME, "")
        if Column.ANSWER in columns and not _says_yes(cells.get(Column.ANSWER, ""), naming):
            continue
        people = persons or (Column.ROLE in columns and Column.CONTACT not in columns)
        entry = read_group(name, naming) if groups else read_entry(name, naming)
        if entry and people and not naming.is_organization(entry.name):
            title = cells.pop(Column.ROLE, "")
            entry = replace(entry, category=Category.PERSON, title=clean_name(title) or entry.title)
            yield Row(entry, name, cells, title)
        elif entry:
            yield Row(entry, name, cells)


def _says_yes(cell: str, naming: Naming) -> bool:
    said = fold(cell).strip(" .!")
    return said in naming.yes_cells or (bool(said) and re.split(r"[\s,.!;(]", said)[0] in naming.yes_cells)


def _column(heading: str, naming: Naming) -> Column:
    label = fold(heading).strip(" .:*#?")
    for column, labels in (
        (Column.ANSWER, naming.answer_labels),
        (Column.CONTACT, naming.contact_labels),
        (Column.PLACE, naming.place_labels),
        (Column.ROLE, naming.role_labels),
        (Column.WEBSITE, naming.website_labels),
        (Column.NAME, naming.labels),
    ):
        if label in labels or (column is Column.NAME and _words_of_label(label, naming)):
            return column
    return Column.OTHER


def _words_of_label(label: str, naming: Naming) -> bool:
    """ "Nom du collectif", "Group (as it should appear)": the first words are a label."""
    return any(label.startswith((known + " ", known + "(", known + "/")) for known in naming.labels if len(known) > 3)
