"""What is read of a list that exists already: its names, and what of it is not taken, each with its place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.core.events import Entry
from mailbot.core.plausible import cleaned
from mailbot.reading.list_headings import Headings
from mailbot.reading.naming import Naming, naming
from mailbot.reading.rulebook import Rulebook

MOST = 20_000
"""Names of one list."""

_SHOWN = 60  # characters of what is not taken
_DOTTED = re.compile(r"\.(?=\w)")  # what mail programs and terminals make links of
_PLAIN = frozenset(" '’-–.,()&（），、·")


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not taken over: its line (in JSON and on a page: its place, from 1), its text, and why, in words."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name of the list, with the heading that it stands below."""

    entry: Entry
    group: str
    line: int


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the list: its entry, or why there is none."""

    line: int
    entry: Entry | str
    text: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class ReadList:
    """Every name of a file, taken over or skipped, in the order of the file."""

    names: tuple[Named, ...]
    skipped: tuple[Skipped, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(named.entry for named in self.names)


@dataclass(frozen=True, slots=True)
class Words:
    """The words by which names and headings are known."""

    naming: Naming
    headings: Headings


def list_words(rulebook: Rulebook | None) -> Words:
    """Those of all languages; without a rulebook none, so that whatever no column tells is an organization."""
    languages = tuple(rulebook.languages.values()) if rulebook else ()
    known = naming(tuple(one.naming for one in languages), tuple(one.people for one in languages))
    return Words(known, Headings(one.lists for one in languages))


def collect(found: Iterable[Found]) -> ReadList:
    """Each name once, up to MOST; one that stands there again with another office is another person."""
    names: list[Named] = []
    skipped: list[Skipped] = []
    seen: dict[tuple[str, str, str], int] = {}
    for one in found:
        if len(names) + len(skipped) >= MOST:
            skipped.append(Skipped(one.line, "", f"more than {MOST} names: split the file"))
            break
        entry = one.entry
        if isinstance(entry, str):
            skipped.append(Skipped(one.line, harmless(one.text), entry))
            continue
        first = seen.setdefault((entry.name.casefold(), entry.category, entry.title.casefold()), one.line)
        if first != one.line:
            skipped.append(Skipped(one.line, entry.name, f"stands on line {first} already"))
        else:
            names.append(Named(entry, harmless(one.group), one.line))
    return ReadList(tuple(names), tuple(skipped))


def harmless(text: str) -> str:
    """A little of a stranger's text, letters, digits and blanks alone: nothing that a terminal or a person follows."""
    kept = "".join(c if c.isalnum() or c in _PLAIN else " " for c in cleaned(text[: _SHOWN * 4]))
    kept = _DOTTED.sub(" ", kept)
    kept = " ".join(kept.split())
    return kept if len(kept) <= _SHOWN else kept[: _SHOWN - 1] + "…"
