"""The outline of a page or a text → the names of the lists on it."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from mailbot.core.intents import Category
from mailbot.reading.find_list import Section, find_lists
from mailbot.reading.listed_names import evident, is_turned, listed_entry
from mailbot.reading.listing import Found, Words
from mailbot.reading.outline import Line, Shape
from mailbot.reading.table_names import table_names


def outline_names(lines: Sequence[Line], words: Words) -> Iterator[Found]:
    """Every line of the lists that are found; nothing where none is."""
    for section in find_lists(lines, words.headings, words.naming):
        yield from section_names(section, words)


def section_names(section: Section, words: Words) -> Iterator[Found]:
    """The lines of one section, all of them."""
    for is_table, run in groupby(section.lines, key=lambda line: line.shape is Shape.ROW and line.block):
        lines = list(run)
        if is_table is not False:
            rows = [(line.number, line.cells) for line in lines]
            yield from table_names(rows, words, group=section.heading, sort=section.sort)
        else:
            yield from _of_lines(lines, section, words)


def _of_lines(lines: Sequence[Line], section: Section, words: Words) -> Iterator[Found]:
    naming, category = words.naming, section.sort.category
    texts = [line.text for line in lines]
    turned = category is not Category.ORGANIZATION and is_turned(texts, naming)
    # What a line by itself does not tell, those around it do: lists are rarely mixed.
    shown = [evident(text, naming) for text in texts] if category is None else []
    organizations = shown.count(Category.ORGANIZATION)
    bare = Category.ORGANIZATION if organizations and organizations * 2 >= len(shown) else Category.PERSON
    for line in lines:
        kind = Category.PERSON if turned else category
        yield Found(
            line.number,
            listed_entry(line.text, naming, category=kind, bare=bare, turned=turned),
            line.text,
            section.heading,
        )
