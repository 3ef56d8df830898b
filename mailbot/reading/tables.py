"""Tables of signatories, from an attachment or from the text: which column holds what, who said yes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from mailbot.core.intents import Category
from mailbot.reading.columns import Column, Heading, answers_by_content, find_heading, is_form, names_by_content
from mailbot.reading.naming import Naming, clean_name
from mailbot.reading.people import Entry, read_entry, read_group
from mailbot.reading.phrases import fold, has_ideographs, phrases

__all__ = ["Column", "Row", "heads_consent", "heads_refusal", "read_rows", "read_table", "says_no", "text_tables"]

_BORDER = re.compile(r" \| |\t")
_END_OF_ANSWER = re.compile(r"[,.!;:(/，。！；：（／–—-]")
_ASIDE = re.compile(r"\s(?:[:：—–-]|-{2,})\s|[（(]|[:：]")
_BRACKETED = re.compile(r"[(（].*[)）]")  # "(collectif)": nobody in particular
_HONORIFIC = 20  # characters
_CROSS = "x"  # a tick in one hand, a refusal beside ticks


@dataclass(frozen=True, slots=True)
class Row:
    """One signatory of a table; `cells` what the other columns say, by column, as typed."""

    entry: Entry
    cell: str
    cells: dict[Column, str] = field(default_factory=dict)
    title: str = ""  # the cell that gave a person's title
    honorific: str = ""  # the cell that gave the honorific
    alt_name: str = ""  # the cell that gave the name in another script


def read_table(rows: Sequence[Sequence[str]], naming: Naming, *, attached: bool = False) -> list[Row]:
    """The signatories of a table. Without a row of headings the first column holds the names.

    Where a column says who signs, only rows that plainly say yes are taken. `attached`: the table is a file of
    its own, so a form is read as well, and columns without headings are known by what all their cells say.
    """
    return [row for _, row in read_rows(rows, naming, attached=attached) if row]


def read_rows(
    rows: Sequence[Sequence[str]], naming: Naming, *, attached: bool = False, signed: bool = False
) -> list[tuple[Sequence[str], Row | None]]:
    """The same, each with the row that was read, those included that hold no signatory; nothing for no such table.

    `signed`: who stands there has signed, so a column is one of answers only where some of its cells are.
    """
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return []
    if is_form(rows, naming):
        if not attached:
            return []
        rows = [[row[0] for row in rows], [row[1] if len(row) > 1 else "" for row in rows]]
    heading = find_heading(rows, naming)
    if heading is None and max(map(len, rows)) > 1:
        heading = names_by_content(rows, naming) if attached else None
        if heading is None:
            return []
    heading = heading or Heading((Column.NAME,), 0)
    below = rows[heading.rows :]
    if signed:
        heading = replace(heading, columns=_without_answers(heading.columns, below, naming))
    if Column.ANSWER not in heading.columns:
        heading = replace(heading, columns=answers_by_content(heading.columns, below, naming))
    return list(_entries(below, heading, naming))


def text_tables(text: str) -> list[list[list[str]]]:
    """Blocks of lines whose cells stand between ' | ' borders, as HTML tables are rendered, or tabs."""
    tables: list[list[list[str]]] = [[]]
    for line in text.split("\n"):
        if " | " in line or "\t" in line.strip():
            tables[-1].append([cell.strip() for cell in _BORDER.split(line.strip())])
        elif line.strip() and tables[-1]:
            tables.append([])
    return [table for table in tables if len(table) >= 2]


def says_no(name: str, naming: Naming) -> bool:
    """Does a name carry the note that it is not to be listed: "Oak Street Choir (declined)", "… : non"?"""
    first, *asides = [part.strip(" .!)）") for part in _ASIDE.split(fold(name))]
    return first in naming.no_cells or any(a in naming.no_cells or a.startswith(naming.no_starts) for a in asides)


def heads_refusal(line: str, naming: Naming) -> bool:
    """Does a line stand above those who do not sign: "N'ont pas encore répondu", "Declined:", 婉拒?"""
    return _said_in(line, naming.no_cells)


def heads_consent(line: str, naming: Naming) -> bool:
    """Does a line stand above those who sign: "Ont accepté, au 15 janvier", "Groups that signed"?"""
    return _said_in(line, naming.yes_cells)


def _said_in(line: str, cells: frozenset[str]) -> bool:
    folded = fold(line)
    return folded.strip(" .!:：()（）") in cells or _long(cells).search(folded) is not None


@lru_cache(maxsize=8)
def _long(cells: frozenset[str]) -> re.Pattern[str]:
    """Those of the words that mean the same within a sentence; "no", "in" and "x" do not."""
    return phrases((tuple(sorted(c for c in cells if len(c) >= (2 if has_ideographs(c) else 6))), {}))


def _without_answers(columns: Sequence[Column], rows: Sequence[Sequence[str]], naming: Naming) -> tuple[Column, ...]:
    """The columns; one in which few answer yes or no tells what people are ("Position", in one of our languages)."""
    role = Column.OTHER if Column.ROLE in columns else Column.ROLE
    return tuple(
        role
        if column is Column.ANSWER and not _holds_answers([row[n] for row in rows if n < len(row)], naming)
        else column
        for n, column in enumerate(columns)
    )


def _holds_answers(cells: Sequence[str], naming: Naming) -> bool:
    told = [said for cell in cells if (said := fold(cell).strip(" .!"))]
    return sum(said in naming.yes_cells or said in naming.no_cells for said in told) * 2 > len(told)


def _entries(
    rows: Sequence[Sequence[str]], heading: Heading, naming: Naming
) -> Iterator[tuple[Sequence[str], Row | None]]:
    columns = heading.columns
    asked = [n for n, column in enumerate(columns) if column is Column.ANSWER]
    crossed = _means_no(_CROSS, rows, asked, naming)
    refused = False
    for row in rows:
        filled = [cell for cell in row if cell.strip()]
        if len(columns) > 1 and len(filled) == 1:
            # A row of one cell parts the table: "Declined", and all below it are those.
            refused = refused or heads_refusal(filled[0], naming)
        # More cells than headings: what stands where cannot be told.
        beyond = len(columns) > 1 and any(cell.strip() for cell in row[len(columns) :])
        answers = [row[n] for n in asked if n < len(row) and row[n].strip()]
        yes = bool(answers) and all(_says_yes(cell, naming, crossed=crossed) for cell in answers)
        no = (asked and not yes) or (refused and not yes)
        yield row, None if beyond or no else _entry(row, heading, naming)


def _entry(row: Sequence[str], heading: Heading, naming: Naming) -> Row | None:
    columns = heading.columns
    cells: dict[Column, str] = {}
    for column, cell in zip(columns, row, strict=False):
        if column and cell.strip() and not (column is Column.CONTACT and _BRACKETED.fullmatch(cell.strip())):
            cells.setdefault(column, cell)
    kind, name = _name(cells, heading)
    cells.pop(Column.ANSWER, None)
    honorific, alternative = cells.pop(Column.HONORIFIC, ""), cells.pop(Column.ALTERNATIVE, "")
    if says_no(name, naming):
        return None
    entry = read_group(name, naming) if kind is Column.GROUP else read_entry(name, naming)
    if entry is None:
        return None
    told = kind is Column.NAME and Column.ROLE in columns and Column.CONTACT not in columns
    if (kind is Column.PERSON or told) and not naming.is_organization(entry.name):
        title = cells.pop(Column.ROLE, "")
        entry = replace(entry, category=Category.PERSON, title=clean_name(title) or entry.title)
        honorific = " ".join(honorific.split())[:_HONORIFIC] if not entry.honorific else ""
        return Row(replace(entry, honorific=honorific or entry.honorific), name, cells, title, honorific)
    return Row(entry, name, cells, alt_name=_alternative(entry.name, alternative, naming))


def _name(cells: dict[Column, str], heading: Heading) -> tuple[Column, str]:
    """The cell that names, and what it names; taken out of `cells`."""
    family, given = cells.pop(Column.FAMILY, ""), cells.pop(Column.GIVEN, "")
    if family and given:
        return Column.PERSON, f"{family}{given}" if has_ideographs(family + given) else f"{given} {family}"
    for kind in (Column.GROUP, Column.NAME, Column.PERSON):
        if kind in cells and kind in heading.columns:
            name = cells.pop(kind)
            last, comma, first = name.partition(",")
            turned = kind is Column.PERSON and heading.family_first and comma and "," not in first
            return kind, f"{first.strip()} {last.strip()}" if turned else name
    # A row without its group is a person's own where persons stand in the column beside it.
    own = Column.CONTACT if heading.persons_beside else Column.OTHER
    return Column.PERSON, cells.pop(own, "")


def _alternative(name: str, cell: str, naming: Naming) -> str:
    """The same name in the other script, as typed; "" where the cell holds anything else."""
    other = clean_name(cell)
    fits = other and has_ideographs(other) != has_ideographs(name) and not naming.is_person(other)
    return cell if fits and naming.is_plausible(other) else ""


def _says_yes(cell: str, naming: Naming, *, crossed: bool) -> bool:
    """Yes, or yes and then how it was said: "YES, by phone", "oui par courriel"; but not "in talks", "ok? not yet"."""
    said = fold(cell).strip(" .!")
    if said == _CROSS:
        return not crossed
    if said in naming.yes_cells:
        return True
    first = _END_OF_ANSWER.split(said)[0].strip()
    rest = said[len(first) :]
    if first not in naming.yes_cells:
        first, _, rest = said.partition(" ")
        if first not in naming.yes_cells or first in naming.stops or first in naming.particles:
            return False
    return not set(re.findall(r"[^\W_]+|\S", rest)) & naming.no_cells


def _means_no(mark: str, rows: Sequence[Sequence[str]], asked: Sequence[int], naming: Naming) -> bool:
    """Does the mark stand beside other words of consent, and so for their opposite?"""
    said = {fold(row[n]).strip(" .!") for row in rows for n in asked if n < len(row)}
    return mark in said and bool((said - {mark}) & naming.yes_cells)
