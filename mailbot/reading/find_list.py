"""Where on a page the signatories stand, and of what sort they are: an outline → lists of names.

Headings lead the way. Where one says that those below have signed, nothing else on the page is read;
where none does, headings that speak of organizations or persons; and without those, runs of lines that
are plainly names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from mailbot.core.intents import Category
from mailbot.reading.list_headings import Headings, Meaning, Sort
from mailbot.reading.listed_names import evident, is_prose, undecorated
from mailbot.reading.naming import Naming, clean_name
from mailbot.reading.outline import Line, Shape

_FEWEST = 3  # names that make a list where no heading does
_MOST = 0.6  # of the lines of such a list must plainly be names
_SOME = 0.4  # of the lines below a heading must look like names
_INLINE = re.compile(r"\s*[;；•|]\s*|、")
_BELOW = 2  # lines below a name that is a heading
_PART = 100  # characters of a name in a row of names


@dataclass(slots=True)
class Section:
    """The lines below one heading."""

    heading: str = ""
    sort: Sort = Sort.UNKNOWN
    signed: bool = False
    lines: list[Line] = field(default_factory=list)


def find_lists(lines: Sequence[Line], headings: Headings, naming: Naming) -> list[Section]:
    """The lists of signatories among the lines, in order; none where nothing looks like one."""
    read = _with_cards([headings.as_heading(line) for line in lines], headings, naming)
    sections = [section for section in _sections(read, headings) if section.sort is not Sort.END]
    named = [section for section in sections if _holds_names(section, naming)]
    if signed := [section for section in named if section.signed]:
        return [_without_prose(section, naming) for section in signed]
    if headed := [section for section in named if section.sort in (Sort.ORGANIZATIONS, Sort.PERSONS)]:
        return [_without_prose(section, naming) for section in headed]
    return [run for section in sections for run in _runs(section, naming)]


def _with_cards(lines: Sequence[Line], headings: Headings, naming: Naming) -> list[Line]:
    """The lines; where each name is a heading of its own, with an office or two below it, such a card is an item."""
    cards: list[tuple[int, list[Line]]] = []  # where it stands, the heading and what is below it
    for place, line in enumerate(lines):
        if line.shape is Shape.HEADING:
            cards.append((place, [line]))
        elif cards:
            cards[-1][1].append(line)
    named = {place for place, card in cards if _is_card(card, headings, naming)}
    merged = {
        place: card
        for _, run in groupby(cards, key=lambda one: (one[1][0].level, one[0] in named))
        for place, card in _enough(list(run), named)
    }
    kept: list[Line] = []
    skip = 0
    for place, line in enumerate(lines):
        if place in merged:
            card = merged[place]
            text = ", ".join(one.text.rstrip(" ,;:") for one in card)
            kept.append(replace(line, shape=Shape.ITEM, cells=(text,), level=0))
            skip = len(card) - 1
        elif skip:
            skip -= 1
        else:
            kept.append(line)
    return kept


def _enough(run: list[tuple[int, list[Line]]], named: set[int]) -> list[tuple[int, list[Line]]]:
    return run if len(run) >= _FEWEST and run[0][0] in named else []


def _is_card(card: list[Line], headings: Headings, naming: Naming) -> bool:
    """A heading that is a name, above two short lines at most."""
    head, *below = card
    plain = all(line.shape is Shape.LINE and not is_prose(line.text) for line in below)
    if len(below) > _BELOW or not plain or headings.meaning(head.text).sort is not Sort.UNKNOWN:
        return False
    return naming.is_person(clean_name(head.text)) or evident(head.text, naming) is not None


@dataclass(slots=True)
class _Open:
    level: int
    said: Meaning


def _sections(lines: Sequence[Line], headings: Headings) -> Iterator[Section]:
    section = Section()
    open_: list[_Open] = []
    for line in lines:
        if line.shape is not Shape.HEADING:
            section.lines.extend(_parted(line, signed=section.signed))
            continue
        if section.lines:
            yield section
        sibling = False
        while open_ and open_[-1].level >= line.level:
            sibling = open_[-1].said.signed and open_[-1].level == line.level
            open_.pop()
        said = _inherited(headings.meaning(line.text), open_[-1].said if open_ else None, after_signed=sibling)
        open_.append(_Open(line.level, said))
        section = Section(line.text, said.sort, said.signed)
    if section.lines:
        yield section


def _inherited(said: Meaning, above: Meaning | None, *, after_signed: bool) -> Meaning:
    """ "Ontario" below "Organizations" is of that sort; "Individuals" after "Signatories" have signed as well."""
    if said.sort is Sort.END or (above and above.sort is Sort.END):
        return Meaning(Sort.END)
    signed = said.signed or bool(above and above.signed)
    if said.sort is Sort.UNKNOWN:
        return Meaning(above.sort, signed) if above else said
    return Meaning(said.sort, signed or (after_signed and said.sort in (Sort.ORGANIZATIONS, Sort.PERSONS)))


def _parted(line: Line, *, signed: bool) -> list[Line]:
    """A line that is a row of names, one by one: "Oak Choir; Tamarack Books; …"."""
    if not signed or line.shape is Shape.ROW:
        return [line]
    parts = [part for part in _INLINE.split(line.text) if part.strip()]
    if len(parts) < _FEWEST or any(len(part) > _PART for part in parts):
        return [line]
    return [replace(line, cells=(part.strip(),)) for part in parts]


def _is_name(line: Line, naming: Naming) -> bool:
    if line.shape is Shape.ROW:
        return any(naming.is_plausible(clean_name(cell)) and not is_prose(cell) for cell in line.cells[:3] if cell)
    text = undecorated(line.text)
    if is_prose(text) or len(text) < 2:
        return False
    return evident(text, naming) is not None or naming.is_plausible(clean_name(text))


def _holds_names(section: Section, naming: Naming) -> bool:
    listed = [line for line in section.lines if line.shape is not Shape.LINE] or section.lines
    names = sum(_is_name(line, naming) for line in listed)
    return names > 0 and names >= _SOME * len(listed)


def _without_prose(section: Section, naming: Naming) -> Section:
    """Without the running text around the names; beside the items of a list, lines must plainly be names."""
    has_items = any(line.shape is not Shape.LINE for line in section.lines)
    kept = [
        line
        for line in section.lines
        if line.shape is not Shape.LINE
        or not (is_prose(undecorated(line.text)) or (has_items and evident(line.text, naming) is None))
    ]
    return replace(section, lines=kept)


def _runs(section: Section, naming: Naming) -> Iterator[Section]:
    """Lines of one container in a row that are plainly names, where no heading says so."""
    for _, run in groupby(section.lines, key=lambda line: (line.block, line.shape)):
        lines = _name_like(list(run), naming)
        if len(lines) < _FEWEST:
            continue
        shown = [evident(line.text, naming) for line in lines]
        plain = sum(category is not None for category in shown)
        # Menus are links that look like names of persons: a list of links must be one of organizations.
        if all(line.linked for line in lines):
            plain = shown.count(Category.ORGANIZATION)
        if plain >= _MOST * len(lines):
            yield replace(section, lines=lines)


def _name_like(lines: list[Line], naming: Naming) -> list[Line]:
    """The longest stretch of lines that look like names; all of them where they are items or rows."""
    if lines[0].shape is not Shape.LINE:
        return lines if sum(_is_name(line, naming) for line in lines) >= _MOST * len(lines) else []
    best: list[Line] = []
    for is_name, stretch in groupby(lines, key=lambda line: _is_name(line, naming)):
        found = list(stretch)
        if is_name and len(found) > len(best):
            best = found
    return best
