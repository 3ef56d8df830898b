"""CSV and JSON → the names of a list: ours by the names of their columns, others' by what their headings say."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mailbot.core.events import Entry
from mailbot.core.formulas import as_typed
from mailbot.core.intents import Category
from mailbot.core.names import cleaned, publishable
from mailbot.core.plausible import field_text
from mailbot.reading.list_headings import Sort
from mailbot.reading.listed_names import NOT_A_NAME, evident, is_turned, listed_entry
from mailbot.reading.listing import Found, Words
from mailbot.reading.table_names import table_names

_COLUMNS = ("name", "category", "honorific", "title", "alt_names", "place", "website")
_SEPARATORS = (",", ";", "\t", "|")
_ROWS = 20_002
_DEEP = 8  # levels of JSON below which no list is looked for
_CELL = 300  # characters

_Row = tuple[int, Mapping[str, Any] | str]  # a line and its fields, or why it cannot be read


def is_separated(text: str) -> bool:
    """Whether the first line names our columns."""
    return bool(_separator(text))


def csv_names(text: str, words: Words) -> Iterator[Found]:
    """The names of a CSV file; one line says why where no column holds any."""
    separator = _separator(text)
    if separator and _is_ours(_header(_first_line(text), separator)):
        yield from _of_fields(_csv_rows(text, separator), words)
        return
    rows = _others_rows(text)
    found = list(table_names(rows, words, public=False)) if _has_headings(rows, words) else []
    yield from found or [Found(1, "the first line names no column 'name'", "")]


def json_names(text: str, words: Words) -> Iterator[Found]:
    """The names of every list in a JSON text that is one of signatories; one line says why where there is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Found(1, f"is not readable as JSON: {error}", "")
        return
    lists = list(_lists(value, "", 0))
    signed = [one for one in lists if words.headings.meaning(one[0]).signed or one[0] in ("signatories", "")]
    headed = [one for one in lists if words.headings.meaning(one[0]).sort not in (Sort.UNKNOWN, Sort.END)]
    chosen = signed or headed or (lists if len(lists) == 1 else [])
    if not chosen:
        yield Found(1, "is JSON without a list of signatories", "")
    for heading, rows in chosen:
        yield from _of_records(heading.rpartition(" ")[2], heading, rows, words)


# -- our own columns ---------------------------------------------------------------------------------


def _of_fields(rows: Iterator[_Row], words: Words, group: str = "", sort: Sort = Sort.UNKNOWN) -> Iterator[Found]:
    for line, fields in rows:
        shown = "" if isinstance(fields, str) else cleaned(str(fields.get("name") or ""))[:120]
        entry = fields if isinstance(fields, str) else _entry(fields, words, sort)
        yield Found(line, entry, shown, group)


def _entry(fields: Mapping[str, Any], words: Words, sort: Sort) -> Entry | str:
    """The entry, or why there is none."""
    written = fields.get("name")
    if not isinstance(written, str) or not written.strip():
        return "has no name"
    name = publishable(written)
    if name is None:
        return NOT_A_NAME
    category = _category(fields, name, words, sort)
    if category is None:
        told = _text(fields.get("category")).casefold()
        return f"has the category {told[:40]!r}, which is neither organization nor person"
    return Entry(
        name=name,
        category=category,
        alt_names=_alt_names(fields.get("alt_names")),
        honorific=_text(fields.get("honorific")),
        title=_text(fields.get("title")),
        place=_text(fields.get("place")),
        website=_text(fields.get("website")),
    )


def _category(fields: Mapping[str, Any], name: str, words: Words, sort: Sort) -> Category | None:
    """As it is written, in any language; where nothing is, by heading and name."""
    told = _text(fields.get("category")).casefold()
    if told:
        return Category(told) if told in set(Category) else words.headings.meaning(told).sort.category
    if sort.category:
        return sort.category
    if _text(fields.get("honorific")) or (_text(fields.get("title")) and not words.naming.is_organization(name)):
        return Category.PERSON
    shown = evident(name, words.naming) if words.naming.nouns else None
    return shown or Category.ORGANIZATION


def _text(value: Any) -> str:
    return field_text(value) if isinstance(value, str) else ""


def _alt_names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split("|" if "|" in value else ";")
    if not isinstance(value, list):
        return ()
    names = (publishable(one) for one in value[:10] if isinstance(one, str))
    return tuple(dict.fromkeys(name for name in names if name))


# -- CSV ---------------------------------------------------------------------------------------------


def _is_ours(header: Sequence[str]) -> bool:
    """A column "name" beside another of ours, or beside nothing that might say more of it."""
    return "name" in header and (len(set(header) & set(_COLUMNS)) > 1 or len(header) == 1)


def _first_line(text: str) -> str:
    return text.lstrip("\r\n").split("\n", 1)[0][:2_000]


def _separator(text: str) -> str:
    """The separator under which the first line names a column "name"; "" where none does."""
    first = _first_line(text)
    found = [s for s in _SEPARATORS if "name" in _header(first, s)]
    return max(found, key=lambda s: len(_header(first, s)), default="")


def _header(line: str, separator: str) -> list[str]:
    return [column.strip(' "\r').casefold() for column in line.split(separator)]


def _csv_rows(text: str, separator: str) -> Iterator[_Row]:
    header: list[str] | None = None
    for line, cells in _parsed(text, separator):
        if isinstance(cells, str):
            yield line, cells
        elif header is None:
            header = [cell.strip().casefold() for cell in cells]
        elif len(cells) > len(header):
            yield line, f"has {len(cells)} columns where the first line names {len(header)}"
        else:
            yield line, {key: as_typed(cell) for key, cell in zip(header, cells, strict=False) if key in _COLUMNS}


def _parsed(text: str, separator: str) -> Iterator[tuple[int, list[str] | str]]:
    """Rows that hold anything, or why a line is none."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"is not readable as CSV: {error}"
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _others_rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows of a file whose columns we do not know, by the separator that stands most often in its first line."""
    first = _first_line(text)
    separator = max(_SEPARATORS, key=first.count)
    rows = ((line, cells) for line, cells in _parsed(text, separator) if isinstance(cells, list))
    return [(line, [" ".join(cell.split())[:_CELL] for cell in cells]) for line, cells in rows][:_ROWS]


def _has_headings(rows: Sequence[tuple[int, Sequence[str]]], words: Words) -> bool:
    from mailbot.reading.columns import find_heading

    return find_heading([cells for _, cells in rows], words.naming) is not None


# -- JSON --------------------------------------------------------------------------------------------


def _lists(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Every list of texts or of objects, with the keys that lead to it, outermost first."""
    if depth > _DEEP:
        return
    if isinstance(value, list):
        if any(isinstance(one, dict | str) for one in value):
            yield path, value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _lists(below, f"{path} {key}".strip()[:200].replace("_", " "), depth + 1)


def _of_records(key: str, heading: str, rows: list[Any], words: Words) -> Iterator[Found]:
    sort = words.headings.meaning(key).sort or words.headings.meaning(heading).sort
    group = "" if heading == "signatories" else heading
    records = [row for row in rows if isinstance(row, dict)]
    labels = list(dict.fromkeys(str(label).casefold() for record in records[:200] for label in record))
    if records and not _is_ours(labels) and _has_headings(_table(records, labels), words):
        yield from table_names(_table(records, labels), words, group=group, sort=sort, public=False)
        return
    texts = [row for row in rows if isinstance(row, str)]
    turned = is_turned(texts, words.naming)
    for number, row in enumerate(rows, 1):
        if isinstance(row, str):
            category = sort.category if words.naming.nouns else Category.ORGANIZATION
            yield Found(number, listed_entry(row, words.naming, category=category, turned=turned), row, group)
        elif isinstance(row, dict):
            yield from _of_fields(iter([(number, _lowered(row))]), words, group, sort)
        else:
            yield Found(number, "is not a signatory", "", group)


def _lowered(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return {str(key).casefold(): value for key, value in record.items()}


def _table(records: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Objects as rows below a row of their keys, "firstName" and "first_name" as "first name"."""
    head = ["".join(c if c.isalnum() else " " for c in label) for label in labels]
    rows = [(0, head)]
    for number, record in enumerate(records, 1):
        lowered = _lowered(record)
        cells = [lowered.get(label) for label in labels]
        rows.append((number, [" ".join(cell.split())[:_CELL] if isinstance(cell, str) else "" for cell in cells]))
    return rows
