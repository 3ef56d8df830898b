"""A table of a published list → its names: by its headings, by columns that are groups, or cell by cell."""

from collections.abc import Callable, Iterator, Sequence

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.plausible import field_text, publishable
from mailbot.reading.columns import Column, find_heading
from mailbot.reading.list_headings import Sort
from mailbot.reading.listed_names import BESIDE, evident, listed_entry
from mailbot.reading.listing import Found, Words
from mailbot.reading.naming import Naming, clean_name
from mailbot.reading.phrases import fold
from mailbot.reading.tables import Row, read_rows

_MOST = 0.5  # of the cells of a column must show what it holds
_LABEL = " .:*#?：？＊"

Numbered = tuple[int, Sequence[str]]
"""A row with the line it stands on."""


def table_names(
    rows: Sequence[Numbered], words: Words, *, group: str = "", sort: Sort = Sort.UNKNOWN, public: bool = True
) -> Iterator[Found]:
    """The names of a table below a heading of that sort.

    `public`: the table is one that everybody sees, so that what stands beside a person's name belongs to it;
    of others only columns whose headings say what they hold are read.
    """
    rows = _without_numbers(rows)
    if not rows:
        return
    sorts = [words.headings.meaning(cell).sort for cell in rows[0][1]]
    if len(sorts) > 1 and all(sort in (Sort.ORGANIZATIONS, Sort.PERSONS) for sort in sorts) and len(rows) > 1:
        yield from _groups(rows, sorts, words.naming)
        return
    headed = find_heading([cells for _, cells in rows], words.naming)
    if headed is not None and (found := list(_by_headings(rows, words, group, sort, public=public))):
        yield from found
    else:
        yield from _by_content(rows, words, group, sort)


def _without_numbers(rows: Sequence[Numbered]) -> list[Numbered]:
    """Without columns that only count the rows."""
    width = max((len(cells) for _, cells in rows), default=0)
    counting = {n for n in range(width) if _counts([cells[n] for _, cells in rows[1:] if n < len(cells)])}
    return [
        (number, kept)
        for number, cells in rows
        if any(kept := [cell for n, cell in enumerate(cells) if n not in counting])
    ]


def _counts(cells: Sequence[str]) -> bool:
    told = [digits for cell in cells if (digits := cell.strip(" .)#"))]
    return bool(told) and all(digits.isdigit() for digits in told)


def _groups(rows: Sequence[Numbered], sorts: Sequence[Sort], naming: Naming) -> Iterator[Found]:
    """Columns that are lists of their own, below "Organizations" and "Individuals"."""
    for column, sort in enumerate(sorts):
        for number, cells in rows[1:]:
            if column < len(cells) and cells[column].strip():
                entry = listed_entry(cells[column], naming, category=sort.category)
                yield Found(number, entry, cells[column], rows[0][1][column])


def _by_headings(rows: Sequence[Numbered], words: Words, group: str, sort: Sort, *, public: bool) -> Iterator[Found]:
    """The rows below a row of headings."""
    naming = words.naming
    numbers = {id(cells): number for number, cells in rows}
    read = read_rows([cells for _, cells in rows], naming, attached=True, signed=True)
    if not any(row for _, row in read):
        return
    first = next(n for n, (_, cells) in enumerate(rows) if read and cells is read[0][0])
    labels = [fold(cell).strip(_LABEL) for cell in rows[first - 1][1]] if first else []
    for cells, row in read:
        number = numbers.get(id(cells), 0)
        if row is None:
            yield Found(number, "is no row of somebody who signs, or has no plausible name", " ".join(cells), group)
            continue
        beside = _affiliations(cells, labels, words, row, public=public)
        yield Found(number, _of_row(row, beside, naming, sort), row.cell, group)


def _of_row(row: Row, beside: list[str], naming: Naming, sort: Sort) -> Entry | str:
    category = sort.category or row.entry.category
    entry = listed_entry(row.cell, naming, category=category)
    if isinstance(entry, str):
        return entry
    place = field_text(row.cells.get(Column.PLACE, ""))
    alternative = publishable(row.alt_name) if row.alt_name else None
    if entry.category is Category.ORGANIZATION:
        return Entry(
            name=entry.name, category=entry.category, alt_names=(alternative,) if alternative else (), place=place
        )
    title = entry.title or ", ".join(
        dict.fromkeys(part for part in (field_text(row.title or row.cells.get(Column.ROLE, "")), *beside) if part)
    )
    if title and publishable(title, 200) is None:
        return BESIDE
    # A title that the name itself carries goes before what its row says.
    return Entry(
        name=entry.name,
        category=entry.category,
        honorific=entry.honorific or field_text(row.honorific),
        title=title[:200],
        place=place,
    )


def _affiliations(cells: Sequence[str], labels: Sequence[str], words: Words, row: Row, *, public: bool) -> list[str]:
    """What stands beside a person and belongs to the name: columns of affiliations, on a page all unknown ones."""
    known = {row.cell, row.title, row.honorific, row.alt_name, *row.cells.values()}
    taken = []
    for label, cell in zip(labels, cells, strict=False):
        mine = words.headings.is_affiliation(label) or (public and label)
        if mine and cell.strip() and cell not in known and publishable(cell, 200) and not _is_remark(label, words):
            taken.append(field_text(cell))
    return taken


def _is_remark(label: str, words: Words) -> bool:
    return label in words.naming.answer_labels or label in words.naming.website_labels


def _by_content(rows: Sequence[Numbered], words: Words, group: str, sort: Sort) -> Iterator[Found]:
    """Without headings: a person with what stands beside the name, or names in every cell."""
    naming = words.naming
    width = max(len(cells) for _, cells in rows)
    columns = [[cells[n] for _, cells in rows if n < len(cells) and cells[n].strip()] for n in range(width)]
    persons = _share(
        columns[0], lambda cell: naming.is_person(clean_name(cell)) or evident(cell, naming) is Category.PERSON
    )
    others = [_share(column, lambda cell: naming.is_person(clean_name(cell))) for column in columns[1:]]
    beside = width > 1 and (persons >= _MOST or sort is Sort.PERSONS) and all(share < _MOST for share in others)
    for number, cells in rows:
        filled = [cell for cell in cells if cell.strip()]
        if beside and filled:
            entry = listed_entry(", ".join(filled), naming, category=sort.category or Category.PERSON)
            yield Found(number, entry, filled[0], group)
            continue
        for cell in filled:
            yield Found(number, listed_entry(cell, naming, category=sort.category), cell, group)


def _share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, cells)) / len(cells) if cells else 0.0
