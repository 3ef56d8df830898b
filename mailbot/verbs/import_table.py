"""The preview of `mailbot import` as a table for people: group, name, office, and what would become of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mailbot.core.printed import printed_line
from mailbot.core.taking_over import Found, Match
from mailbot.reading.existing_list import ReadList
from mailbot.verbs.importing import Plan

_MOST = {Found.NEW: 400, Found.ALIKE: 400, Found.THERE: 60}  # rows; nobody reads more
_MOST_REFUSED = 100
_STYLES = {Found.NEW: "green", Found.ALIKE: "bold yellow", Found.THERE: "dim"}
_WIDTH = 118  # columns where there is no terminal to ask

_REASONS = {
    "twice": "stands in the list twice",
    "withdrawn": "was taken off at its own wish",
    "rejected": "was rejected by the organizers",
    "same_name": "the same name",
    "same_alternate_name": "one of its other names",
    "same_without_acronym": "the same name without its acronym",
    "confusable": "letters that only look the same",
    "same_words": "the same words in another order",
    "acronym": "the acronym of the other",
    "same_website": "the same website",
    "contained": "one begins with the other",
    "nearly_same": "nearly the same letters",
}


@dataclass(frozen=True, slots=True)
class _Row:
    group: str
    name: str
    office: str
    told: str
    style: str


def print_table(plan: Plan, read: ReadList, console: Console | None = None) -> None:
    """Print the table; nothing in it but names, offices and words of ours, whatever the list holds."""
    console = console or Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    table = Table(box=None, pad_edge=False, header_style="bold", expand=False, show_edge=False)
    table.add_column("Group", max_width=24, overflow="fold")
    table.add_column("Name", ratio=3, overflow="fold")
    table.add_column("Office", ratio=2, overflow="fold")
    table.add_column("What becomes of it", ratio=3, overflow="fold")
    before = ""
    for row in _rows(plan, read):
        shown = "" if row.group == before else row.group
        before = row.group
        told = Text(row.told, style=row.style)
        table.add_row(Text(shown, style="cyan"), Text(row.name), Text(row.office), told)
    if table.row_count:
        console.print(table)


def _rows(plan: Plan, read: ReadList) -> Iterator[_Row]:
    left = dict(_MOST)
    for named, match in plan.rows:
        left[match.found] -= 1
        if left[match.found] >= 0:
            yield _row(named.group, match)
    for found, spare in left.items():
        if spare < 0:
            yield _Row("", f"… and {-spare} more", "", found.value, _STYLES[found])
    for skipped in read.skipped[:_MOST_REFUSED]:
        place = f"line {skipped.line}" if skipped.line else ""
        yield _Row(place, skipped.text, "", f"refused: {skipped.why}", "red")
    if len(read.skipped) > _MOST_REFUSED:
        yield _Row("", f"… and {len(read.skipped) - _MOST_REFUSED} more", "", "refused", "red")


def _row(group: str, match: Match) -> _Row:
    entry = match.entry
    group = group or {"organization": "Organizations", "person": "Individuals"}[entry.category]
    name = printed_line(replace(entry, title="", place=""))
    office = ", ".join(part for part in (entry.title, entry.place) if part)
    return _Row(group, name, office, _told(match), _STYLES[match.found])


def _told(match: Match) -> str:
    if match.found is Found.NEW:
        return "new"
    why = _REASONS.get(match.reason, match.reason)
    if match.other is None:
        return f"there already: {why}"
    entry = match.other.entry
    other = f"{match.other.ref} {printed_line(entry)}" if entry else match.other.ref
    if match.found is Found.THERE:
        return f"there already: {match.other.ref}"
    return f"look at it: {other} ({why})"
