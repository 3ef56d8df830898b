"""One name that may be meant, with the text that proves it and how sure one may be of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailbot.core.intents import Category, Span
from mailbot.reading.naming import Naming
from mailbot.reading.passages import Passage, Piece
from mailbot.reading.people import Entry, read_entry
from mailbot.reading.phrases import has_ideographs


class Found(StrEnum):
    """The rule by which a candidate was found; the order is that of trust."""

    TABLE = "table"
    LABEL = "label"
    LIST = "list"
    LINE = "line"
    LEAD = "lead"
    SUBJECT_OF = "subject_of_request"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    HEADER = "subject"
    AUTHOR = "author"
    PROSE = "prose"
    LEARNED = "learned"  # no rule: told by what was learnt from labelled mail, see reading/learned


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One name that may be meant. `score` is between 0 and 1; `start` orders candidates of one place."""

    entry: Entry
    span: Span
    found: Found
    score: float
    start: int = 0
    group: int = 0  # candidates of one list share it; 0 for none
    label: str = ""
    alt_names: tuple[str, ...] = ()  # the same name in the other language
    cells: Mapping[str, str] = field(default_factory=dict)  # what the other columns of a table say, by Column
    spans: Mapping[str, Span] = field(default_factory=dict)  # proof of honorific and title


def make(
    passage: Passage,
    start: int,
    end: int,
    found: Found,
    score: float,
    naming: Naming,
    *,
    group: int = 0,
    label: str = "",
) -> Candidate | None:
    """The candidate that stands at [start, end) of the passage, or None where no plausible name does."""
    entry = read_entry(passage.text[start:end], naming)
    if entry is None:
        return None
    at = _locate(passage, entry.name, start, end)
    score += _shape(entry, found, naming)
    span = _span(passage, at, found)
    spans = {
        field: _span(passage, _locate(passage, text, start, end), found)
        for field, text in (("honorific", entry.honorific), ("title", entry.title))
        if text
    }
    return Candidate(
        entry=entry, span=span, spans=spans, found=found, score=min(score, 1.0), start=start, group=group, label=label
    )


def _span(passage: Passage, piece: Piece, found: Found) -> Span:
    return Span(
        text=passage.source[piece.start : piece.end], where=passage.place(piece.start, piece.end), rule=found.value
    )


def _shape(entry: Entry, found: Found, naming: Naming) -> float:
    """What the name itself says for or against its being one."""
    if naming.is_organization(entry.name) or entry.category is Category.PERSON:
        return 0.08
    if found is Found.LABEL or found is Found.QUOTED:
        return 0.0
    if has_ideographs(entry.name):
        return -0.25 if found in {Found.LEAD, Found.SUBJECT_OF} else -0.05
    return -0.25 if len(entry.name.split()) == 1 else -0.05


def _locate(passage: Passage, name: str, start: int, end: int) -> Piece:
    """Where the cleaned name stands within [start, end): the narrowest stretch that holds all of it."""
    first, *others = name.split()
    apart = 0 if has_ideographs(name) else 1  # blanks between words
    at = passage.text.find(first, start, end)
    while at >= 0:
        stop = at + len(first)
        for word in others:
            begin = _after_blanks(passage.text, stop)
            if begin - stop < apart or not passage.text.startswith(word, begin, end):
                break
            stop = begin + len(word)
        else:
            return Piece(at, stop)
        at = passage.text.find(first, at + 1, end)
    return Piece(start, end)


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
