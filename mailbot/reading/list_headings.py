"""What a heading says of the lines below it: signatories, organizations, persons, or that the list is over."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.intents import Category
from mailbot.reading.outline import BOLD, Line, Shape
from mailbot.reading.phrases import fold, phrases

_WORDS = 14  # a heading has no more
_LENGTH = 110
_ENDS_OPEN = re.compile(r"[:：]\s*$")
_COUNT = re.compile(r"[\d\s()（）\[\]:：,，.#–—-]+")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ListWords:
    """What stands above lists of signatories, in one language (section [lists])."""

    signatories: tuple[str, ...]
    organizations: tuple[str, ...]
    persons: tuple[str, ...]
    ends: tuple[str, ...]  # begin a heading below which the list is over
    affiliations: tuple[str, ...]  # above a column of what is printed behind a person's name


class Sort(StrEnum):
    """Of what sort the lines below a heading are."""

    SIGNATORIES = "signatories"  # of either category
    ORGANIZATIONS = "organizations"
    PERSONS = "persons"
    END = "end"
    UNKNOWN = ""

    @property
    def category(self) -> Category | None:
        return {Sort.ORGANIZATIONS: Category.ORGANIZATION, Sort.PERSONS: Category.PERSON}.get(self)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading says; `signed`: in so many words that those below have signed."""

    sort: Sort
    signed: bool = False


class Headings:
    """The words of all languages together."""

    def __init__(self, words: Iterable[ListWords]) -> None:
        known = tuple(words)
        self._signed = phrases(*((w.signatories, {}) for w in known))
        self._organizations = phrases(*((w.organizations, {}) for w in known))
        self._persons = phrases(*((w.persons, {}) for w in known))
        self._ends = phrases(*((w.ends, {}) for w in known))
        self._affiliations = frozenset(fold(label) for w in known for label in w.affiliations)

    def is_affiliation(self, label: str) -> bool:
        """Whether a column of that heading, in folded text, holds what is printed behind a person's name."""
        return label in self._affiliations

    def meaning(self, text: str) -> Meaning:
        """What a heading in these words says of the lines below it."""
        folded = fold(text[: _LENGTH * 2]).strip(" \t\"'“”«»「」【】*_")
        folded = folded.lstrip("0123456789.,)( 　")
        if self._ends.match(folded):
            return Meaning(Sort.END)
        signed = self._signed.search(folded) is not None
        # "Organizational signatories" are organizations; 聯署人 holds a word for signing and one for persons.
        organizations = self._organizations.search(folded) is not None
        persons = self._persons.search(folded) is not None
        if organizations != persons:
            return Meaning(Sort.ORGANIZATIONS if organizations else Sort.PERSONS, signed)
        return Meaning(Sort.SIGNATORIES if signed or organizations else Sort.UNKNOWN, signed)

    def as_heading(self, line: Line) -> Line:
        """The line, as a heading where it is none by its markup but by its words: "Signed:", a bold 聯署團體."""
        if line.shape not in {Shape.LINE, Shape.ROW}:
            return line
        filled = [cell for cell in line.cells if cell]
        if len(filled) != 1 or len(filled[0]) > _LENGTH or len(filled[0].split()) > _WORDS:
            return line
        said = self.meaning(filled[0])
        plain = line.bold or _ENDS_OPEN.search(filled[0]) or self._says_nothing_else(filled[0])
        if said.sort is Sort.UNKNOWN or not plain:
            return line
        return Line(shape=Shape.HEADING, cells=(filled[0],), number=line.number, level=BOLD, block=line.block)

    def _says_nothing_else(self, text: str) -> bool:
        """Whether the whole line is one of the words, a number apart: "Signatories (28)"."""
        rest = _COUNT.sub(" ", fold(text)).strip()
        return any(
            pattern.fullmatch(rest) is not None
            for pattern in (self._signed, self._organizations, self._persons, self._ends)
        )
