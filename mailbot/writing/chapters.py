"""Where a long list is cut: by letter, and by number where a letter has too many names for one page.

A cut depends on the names beside it alone: one name more changes the page that it stands on, and the pages after it
stay as they are. Only where it makes or takes away a cut are the pages behind it in its letter numbered anew.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from mailbot.core.events import Entry


@dataclass(frozen=True, slots=True)
class Section:
    """Where in the alphabet a name stands.

    `kind` is "letter", "strokes" or "pinyin" (of a Chinese name), "digits" or "other"; `sign` the letter or number.
    """

    kind: str
    sign: str = ""

    @property
    def slug(self) -> str:
        """As a part of a file's name: plain ASCII, one for each section."""
        sign = self.sign.lower()
        if not (sign.isascii() and sign.isalnum()):
            sign = "-".join(f"{ord(c):x}" for c in sign)
        prefix = {"letter": "" if self.sign.isascii() else "u", "strokes": "strokes-", "pinyin": "pinyin-"}
        return prefix.get(self.kind, self.kind) + sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Names of one group that stand together on a page; `number` counts a section's from 1."""

    section: Section
    number: int
    entries: tuple[Entry, ...]

    @property
    def slug(self) -> str:
        return self.section.slug + (f"-{self.number}" if self.number > 1 else "")


def chapters(entries: Sequence[Entry], section: Callable[[Entry], Section], names: int) -> list[Chapter]:
    """The entries, which are in order, cut into chapters of about `names` names, twice as many at most.

    A section is one run of the order; where one comes again later, its names join the first. So do those of a
    section with the same slug, for no page may take another's place.
    """
    runs: dict[str, tuple[Section, list[Entry]]] = {}
    for one, run in groupby(entries, section):
        runs.setdefault(one.slug, (one, []))[1].extend(run)
    return [
        Chapter(section=one, number=number, entries=part)
        for one, run in runs.values()
        for number, part in enumerate(_cut(run, names), 1)
    ]


def _cut(run: Sequence[Entry], names: int) -> Iterator[tuple[Entry, ...]]:
    if len(run) <= names:
        yield tuple(run)
        return
    least, begin = max(1, names // 2), 0
    for at, entry in enumerate(run):
        held = at - begin
        if held >= 2 * names or (held >= least and _begins(entry, least)):
            yield tuple(run[begin:at])
            begin = at
    yield tuple(run[begin:])


def _begins(entry: Entry, one_in: int) -> bool:
    """Whether a chapter may begin with it: so for one name in so many, told by the name alone."""
    return zlib.crc32(entry.name.encode("utf-8", "replace")) % one_in == 0
