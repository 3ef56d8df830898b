"""What the columns of a table hold: by their headings in any language, and where there are none by all their cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailbot.reading.naming import Naming
from mailbot.reading.phrases import fold, has_ideographs

_HEADING_ROWS = 12  # titles, dates and empty rows may stand above the headings
_LABEL_LENGTH = 60
_MOST = 0.6  # of the cells of a column must say what it is where no heading does
_ROUND = " .:*#?：？＊"


class Column(StrEnum):
    """What a column holds. A heading in these very words is understood whatever the language."""

    NAME = "name"  # of a group or a person
    GROUP = "group"
    PERSON = "person"
    GIVEN = "given"
    FAMILY = "family"
    HONORIFIC = "honorific"
    ALTERNATIVE = "alternative"  # the name in another language
    CONTACT = "contact"
    ROLE = "role"
    PLACE = "place"
    WEBSITE = "website"
    ANSWER = "answer"
    OTHER = ""


_NAMING = (Column.NAME, Column.GROUP, Column.PERSON)
_OWN_WORDS = {column.value: column for column in (*_NAMING, Column.CONTACT, Column.ROLE, Column.PLACE, Column.WEBSITE)}


@dataclass(frozen=True, slots=True)
class Heading:
    """What the columns hold, and how many rows stand above the first signatory."""

    columns: tuple[Column, ...]
    rows: int
    family_first: bool = False  # "Last name, first name" in one column
    persons_beside: bool = False  # the contacts stood in a column of names: a row without a group is theirs


def find_heading(rows: Sequence[Sequence[str]], naming: Naming) -> Heading | None:
    """The row among the first that names most columns, one of them that of the names; None where there is none."""
    best: tuple[int, int] = (0, 0)
    for number, row in enumerate(rows[:_HEADING_ROWS]):
        columns = [_column(cell, naming, strict=number > 0) for cell in row]
        parted = _parts_of_names(columns, row, naming)
        names = any(column in _NAMING for column in columns) or {Column.GIVEN, Column.FAMILY} <= set(parted)
        known = sum(map(bool, parted))
        alone = number > 0 and known < 2 and len(row) > 1
        if names and known > best[0] and not alone and _is_top(rows, number, naming):
            best = known, number
    if not best[0]:
        return None
    row = rows[best[1]]
    columns = _parts_of_names([_column(cell, naming) for cell in row], row, naming)
    family_first = any("," in cell for cell, column in zip(row, columns, strict=True) if column is Column.PERSON)
    settled, beside = _settled(columns)
    return Heading(tuple(settled), best[1] + 1, family_first, beside)


def is_form(rows: Sequence[Sequence[str]], naming: Naming) -> bool:
    """Two columns of which the first holds labels: one signatory, field by field."""
    known = naming.labels | naming.contact_labels | naming.place_labels | naming.website_labels | naming.role_labels
    labelled = sum(fold(row[0]).strip(_ROUND) in known for row in rows)
    return max(map(len, rows)) == 2 and len(rows[0]) == 2 and labelled >= 2 and labelled * 2 >= len(rows)


def names_by_content(rows: Sequence[Sequence[str]], naming: Naming) -> Heading | None:
    """Without headings: the one column in which most cells say that they are organizations, else None."""
    shares = [_share(rows, n, naming) for n in range(max(map(len, rows)))]
    names = [n for n, share in enumerate(shares) if share >= _MOST]
    if len(names) != 1:
        return None
    return Heading(tuple(Column.GROUP if n == names[0] else Column.OTHER for n in range(len(shares))), 0)


def answers_by_content(columns: Sequence[Column], rows: Sequence[Sequence[str]], naming: Naming) -> tuple[Column, ...]:
    """The columns; those without a known heading of plain yes and no are answers.

    A remark or two among them change nothing where some say no or nothing; where nobody does, it is all remarks.
    """
    found = list(columns)
    for number, column in enumerate(columns):
        said = [fold(row[number]).strip(" .!") if number < len(row) else "" for row in rows]
        told = [word for word in said if word]
        if column or len(told) < 2 or all(word.isdigit() for word in told):
            continue
        yes = sum(word in naming.yes_cells for word in told)
        known = sum(word in naming.yes_cells or word in naming.no_cells for word in told)
        parted = known == len(told) or (known * 2 >= len(told) and (yes < known or len(told) < len(said)))
        if yes and parted and len(said) > 1:
            found[number] = Column.ANSWER
    return tuple(found)


def _column(heading: str, naming: Naming, *, strict: bool = False) -> Column:
    label = fold(heading).strip(_ROUND)
    if label in _OWN_WORDS:
        return _OWN_WORDS[label]
    for column, labels in (
        (Column.ANSWER, naming.answer_labels),
        (Column.CONTACT, naming.contact_labels),
        (Column.PLACE, naming.place_labels),
        (Column.ROLE, naming.role_labels),
        (Column.WEBSITE, naming.website_labels),
        (Column.HONORIFIC, naming.honorific_labels),
        (Column.PERSON, naming.person_labels),
    ):
        if label in labels:
            return column
    if label in naming.labels or (not strict and _words_of_label(label, naming)):
        return Column.GROUP if naming.is_organization(label) else Column.NAME
    return Column.OTHER


def _words_of_label(label: str, naming: Naming) -> bool:
    """ "Nom du collectif", "Group (as it should appear)": the first words are a label, the whole is no group's name."""
    return len(label) <= _LABEL_LENGTH and any(
        label.startswith((known + "(", known + " (", known + "/", known + "（"))
        or (label.startswith(known + " ") and not naming.is_organization(known))
        for known in naming.labels
        if len(known) > (1 if has_ideographs(known) else 3) or known == "nom"
    )


def _is_top(rows: Sequence[Sequence[str]], number: int, naming: Naming) -> bool:
    """May headings stand here: below nothing but rows that are less filled, single lines, or dates and remarks?"""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[: number + 1]]
    return all(
        count < filled[number] or count == 1 or not any(map(naming.is_organization, row))
        for count, row in zip(filled[:number], rows, strict=False)
    )


def _parts_of_names(columns: Sequence[Column], row: Sequence[str], naming: Naming) -> list[Column]:
    """Given and family names, where there is a column of each: "Nom" alone is a name, beside "Prénom" half of one."""
    labels = [fold(cell).strip(_ROUND) for cell in row]
    given = next((n for n, label in enumerate(labels) if label in naming.given_labels), None)
    family = next((n for n, label in enumerate(labels) if label in naming.family_labels and n != given), None)
    parted = list(columns)
    if given is not None and family is not None:
        parted[given], parted[family] = Column.GIVEN, Column.FAMILY
    return parted


def _settled(columns: Sequence[Column]) -> tuple[list[Column], bool]:
    """One column of names: what the others that could be it hold instead, and whether persons stand beside groups.

    A group's name goes before a bare "Name", which is then that of whoever speaks for it, unless a column of
    roles says that persons are listed.
    """
    settled = list(columns)
    if Column.GIVEN in settled and Column.GROUP not in settled:
        return [Column.OTHER if c in _NAMING else c for c in settled], False
    if Column.GIVEN in settled:
        settled = [Column.OTHER if c in (Column.GIVEN, Column.FAMILY) else c for c in settled]
    order = [n for n, column in enumerate(settled) if column in _NAMING]
    first = order[0]
    beside = False
    group = next((n for n in order if settled[n] is Column.GROUP), None)
    if settled[first] is Column.NAME and group is not None and not {Column.ROLE, Column.CONTACT} & set(settled):
        settled[first], first, beside = Column.CONTACT, group, True
    for number in order:
        if number == first or settled[number] is Column.CONTACT:
            continue
        person = settled[number] is Column.PERSON and Column.CONTACT not in settled
        settled[number] = Column.CONTACT if person and settled[first] is not Column.PERSON else Column.ALTERNATIVE
    return settled, beside


def _share(rows: Sequence[Sequence[str]], number: int, naming: Naming) -> float:
    cells = [row[number] for row in rows if number < len(row) and row[number].strip()]
    return sum(map(naming.is_organization, cells)) / len(rows) if cells else 0.0
