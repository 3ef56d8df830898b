"""Texts that are lists: one name a line or an item, under headings that say who signs and who does not."""

import re
from dataclasses import dataclass

from mailbot.reading.naming import NAME_LENGTH, Naming, ends_abbreviated, is_titled
from mailbot.reading.passages import Passage, Piece, item_start
from mailbot.reading.people import Entry, read_entry
from mailbot.reading.phrases import fold, has_ideographs
from mailbot.reading.tables import heads_consent, heads_refusal, says_no

_WORDS = 16
_LABELLED = re.compile(r"([^:：]{1,40})[:：]\s*(\S.*)$")
_COLON = re.compile(r"[:：]\W*$")
_DATED = re.compile(r"\d|,|，|、")
_ENDS_PROSE = re.compile(r"[.!?。！？;；,，]$")
_NOTE = re.compile(r"[（(*※].*[)）]?$")
_MARKED = re.compile(
    r"([^:：\t]{2,80}?)(?:\s+[—–-]{1,2}\s+|\s*[:：(（]\s*|[\t\u3000|]\s*)([^\s:：(（\t|][^:：(（\t|]{0,40})$"
)
_ROUND = " .!)）"
_LETTERS = re.compile(r"[^\W\d_]{3}|[\u3400-\u9fff]{2}")  # not a date, a page number, a rule of dashes


@dataclass(frozen=True, slots=True)
class Line:
    """One name of a list, and where it stands in its text."""

    entry: Entry
    piece: Piece


def read_list(passage: Passage, naming: Naming) -> list[Line]:
    """The names of a text that is a list and nothing else; empty where it is prose, or might be.

    Lines that introduce, comment or part the list are passed over; what stands under a heading that says no
    is no part of it.
    """
    marked = marked_lines(passage, naming)
    if marked:
        return marked
    lines = [line for line in passage.lines if _LETTERS.search(passage.of(line))]
    items = [line for line in lines if item_start(passage.of(line))]
    found: list[Line] = []
    refused = False
    for number, line in enumerate(lines):
        text = passage.of(line)
        if len(items) > 1 and line not in items:
            refused = heads_refusal(text, naming)
            continue
        is_item = line in items and len(items) > 1
        if not is_item and _is_heading(passage, lines, number, naming):
            refused = heads_refusal(text, naming)
        elif is_item or not _is_note(text, naming):
            named = _named(passage, line, naming)
            if named is None:
                return []
            if not refused and not says_no(passage.text[named.start : named.end], naming):
                entry = read_entry(passage.text[named.start : named.end], naming)
                found += [Line(entry, named)] if entry else []
    return found


def marked_lines(passage: Passage, naming: Naming) -> list[Line]:
    """Those of the lines "Elm Choir - YES", "Oak Club (no)" that plainly say yes; empty where the text marks no names.

    Two lines at least must carry a yes or a no, and those with a yes name groups: a form's "Newsletter: yes" does not.
    """
    said = [(line, found) for line in passage.lines if (found := _MARKED.search(passage.of(line)))]
    words = [fold(found.group(2)).strip(_ROUND) for _, found in said]
    known = [word in naming.yes_cells or word in naming.no_cells for word in words]
    consenting = [pair for pair, word in zip(said, words, strict=True) if word in naming.yes_cells]
    if sum(known) < 2 or not consenting:
        return []
    pieces = [_without_mark(passage, line, found) for line, found in consenting]
    if not all(naming.is_organization(passage.text[p.start : p.end]) for p in pieces):
        return []
    entries = [read_entry(passage.text[p.start : p.end], naming) for p in pieces]
    return [Line(entry, piece) for entry, piece in zip(entries, pieces, strict=True) if entry]


def _without_mark(passage: Passage, line: Piece, found: re.Match[str]) -> Piece:
    return Piece(line.start + item_start(passage.of(line)), line.start + found.end(1))


def _is_heading(passage: Passage, lines: list[Piece], number: int, naming: Naming) -> bool:
    text = passage.of(lines[number])
    if _COLON.search(text) or heads_refusal(text, naming):
        return True
    consents = heads_consent(text, naming)
    if consents and _DATED.search(text):
        return True
    if number and not _after_blank(passage, lines, number):
        return False
    if consents and not has_ideographs(text):
        return True
    # A title: alone above a block of lines, and more than a name.
    alone = number + 1 < len(lines) and _after_blank(passage, lines, number + 1)
    block = number + 2 < len(lines) and not _after_blank(passage, lines, number + 2)
    return not number and alone and block and bool(_DATED.search(text) or not naming.is_organization(text))


def _after_blank(passage: Passage, lines: list[Piece], number: int) -> bool:
    between = passage.text[lines[number - 1].end : lines[number].start] if number else ""
    return between.count("\n") > 1


def _is_note(text: str, naming: Naming) -> bool:
    """ "Witnessed: S. Ferreira", "(the Legion will be phoned)": about the list, no part of it."""
    labelled = _LABELLED.match(text)
    if labelled:
        return fold(labelled.group(1)).strip(" .*#-") not in naming.labels and not naming.is_organization(text)
    return _NOTE.fullmatch(text) is not None or "@" in text or "://" in text


def _named(passage: Passage, line: Piece, naming: Naming) -> Piece | None:
    """The part of a line that may be a name, without its bullet and its label; None where the line is prose."""
    text = passage.of(line)
    start = line.start + item_start(text)
    labelled = _LABELLED.match(passage.text[start : line.end])
    if labelled and fold(labelled.group(1)).strip(" .*#-") in naming.labels:
        start += labelled.start(2)
    text = passage.text[start : line.end]
    words = fold(text).split()
    if not words or len(words) > _WORDS or len(text) > NAME_LENGTH:
        return None
    if words[0].strip(",.!") in naming.openers and not is_titled(text, naming) and not has_ideographs(text):
        return None
    if _ENDS_PROSE.search(text) and not ends_abbreviated(text):
        return None
    return Piece(start, line.end) if read_entry(text, naming) else None
