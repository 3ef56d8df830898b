"""A list that exists already → entries: CSV, the JSON that we publish, or one name a line.

The file is the operator's own, but its names are strangers' all the same: what is not fit for print is
skipped and named, with the line on which it stands.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mailbot.core.events import Entry
from mailbot.core.formulas import as_typed
from mailbot.core.intents import Category
from mailbot.core.names import cleaned, publishable

_COLUMNS = ("name", "category", "honorific", "title", "alt_names", "place", "website")
_SEPARATORS = (",", ";", "\t", "|")
_LIMIT = 20_000  # names
_FIELD = 300  # characters of any other field


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not taken over: its line (in JSON: its place in the list, from 1), its text, and why, in words."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadList:
    """Every name of a file, taken over or skipped, in the order of the file."""

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...]


def read_list(text: str, name: str) -> ReadList:
    """Read the list in `text`; `name` is the file's, whose ending helps where the text does not tell.

    CSV (separated by comma, semicolon, tab or bar) has a first line that names its columns: name, and any of
    category, honorific, title, alt_names (separated by "|" or ";"), place, website; others are passed
    over. JSON is a list of such objects, or `signatories.json`. In plain text every line is the name of
    an organization. A name that stands twice is taken once. Never raises: a file that is none of these
    gives no entries and one Skipped that says so.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "[") or name.casefold().endswith(".json"):
        rows = _json_rows(text)
    elif separator := _separator(text):
        rows = _csv_rows(text, separator)
    elif name.casefold().endswith((".csv", ".tsv")):
        rows = iter([(1, "the first line names no column 'name'")])
    else:
        rows = _plain_rows(text)
    return _collect(rows)


_Row = tuple[int, Mapping[str, Any] | str]  # a line and its fields, or why it cannot be read


def _collect(rows: Iterator[_Row]) -> ReadList:
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    seen: dict[tuple[str, str], int] = {}
    for line, fields in rows:
        if len(entries) + len(skipped) >= _LIMIT:
            skipped.append(Skipped(line, "", f"more than {_LIMIT} names: split the file"))
            break
        shown = _shown(fields)
        entry = fields if isinstance(fields, str) else _entry(fields)
        if isinstance(entry, str):
            skipped.append(Skipped(line, shown, entry))
            continue
        first = seen.setdefault((entry.name.casefold(), entry.category), line)
        if first != line:
            skipped.append(Skipped(line, shown, f"stands on line {first} already"))
        else:
            entries.append(entry)
    return ReadList(tuple(entries), tuple(skipped))


def _shown(fields: Mapping[str, Any] | str) -> str:
    return "" if isinstance(fields, str) else cleaned(str(fields.get("name") or ""))[:120]


def _entry(fields: Mapping[str, Any]) -> Entry | str:
    """The entry, or why there is none."""
    written = fields.get("name")
    if not isinstance(written, str) or not written.strip():
        return "has no name"
    name = publishable(written)
    if name is None:
        return "is not a plausible name: an address, a link, a formula, too long, or without letters"
    category = _text(fields.get("category")).casefold() or Category.ORGANIZATION.value
    if category not in set(Category):
        return f"has the category {category[:40]!r}, which is neither organization nor person"
    return Entry(
        name=name,
        category=Category(category),
        alt_names=_alt_names(fields.get("alt_names")),
        honorific=_text(fields.get("honorific")),
        title=_text(fields.get("title")),
        place=_text(fields.get("place")),
        website=_text(fields.get("website")),
    )


def _text(value: Any) -> str:
    return cleaned(value)[:_FIELD].strip() if isinstance(value, str) else ""


def _alt_names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split("|" if "|" in value else ";")
    if not isinstance(value, list):
        return ()
    names = (publishable(one) for one in value[:10] if isinstance(one, str))
    return tuple(dict.fromkeys(name for name in names if name))


# -- the three shapes ----------------------------------------------------------------------------


def _separator(text: str) -> str:
    """The separator under which the first line names a column "name"; "" where none does."""
    first = text.lstrip("\r\n").split("\n", 1)[0][:2_000]
    found = [s for s in _SEPARATORS if "name" in _header(first, s)]
    return max(found, key=lambda s: len(_header(first, s)), default="")


def _header(line: str, separator: str) -> list[str]:
    return [column.strip(' "\r').casefold() for column in line.split(separator)]


def _csv_rows(text: str, separator: str) -> Iterator[_Row]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"is not readable as CSV: {error}"
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip().casefold() for cell in cells]
        elif len(cells) > len(header):
            yield line, f"has {len(cells)} columns where the first line names {len(header)}"
        else:
            yield line, {key: as_typed(cell) for key, cell in zip(header, cells, strict=False) if key in _COLUMNS}


def _json_rows(text: str) -> Iterator[_Row]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield 1, f"is not readable as JSON: {error}"
        return
    rows = value.get("signatories") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        yield 1, "is JSON without a list of signatories"
        return
    for number, row in enumerate(rows, 1):
        yield number, row if isinstance(row, dict) else {"name": row} if isinstance(row, str) else "is not a signatory"


def _plain_rows(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, {"name": line}
