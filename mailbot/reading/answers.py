"""What a signer answers to our letter: yes, no, the line as it should be, or something a human must read.

A yes must stand alone: with a condition, a "but" or a question beside it, it is for a human.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from mailbot.core.intents import Signatory, Span
from mailbot.reading.naming import Naming, is_titled
from mailbot.reading.passages import Passage, Piece
from mailbot.reading.people import Entry, read_entry
from mailbot.reading.phrases import fold, has_ideographs, phrases

_LONGEST = 1_500  # characters of an answer that are read as one; more is a letter
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerWords:
    """How signers of one language answer (section [answers])."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    pleasantries: tuple[str, ...]  # change nothing beside a yes or a no
    but: tuple[str, ...]  # turn a yes into something a human must read
    corrections: tuple[str, ...]  # stand before the line as it should be
    afterthoughts: tuple[str, ...]  # stand behind it: "instead"
    off: tuple[str, ...]  # alone, take the entry off


@dataclass(frozen=True, slots=True)
class Yes:
    pass


@dataclass(frozen=True, slots=True)
class No:
    pass


@dataclass(frozen=True, slots=True)
class Off:
    """Take the entry off, in a word or two."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """A yes or no with a condition, a question or a request beside it."""


@dataclass(frozen=True, slots=True)
class Retyped:
    """The line as it should be printed."""

    signatory: Signatory


def read_answer(
    passage: Passage, words: tuple[AnswerWords, ...], naming: Naming, author: str = ""
) -> Yes | No | Off | Mixed | Retyped | None:
    """The answer that the signer's own words give, or None where they say something else or something more.

    `author` is the display name of the writer: a line that only signs the mail is no retyped entry.
    """
    if not passage.text.strip() or len(passage.text) > _LONGEST:
        return None
    patterns = _patterns(words)
    lines = [line for line in passage.lines if not _is_filling(passage.of(line), patterns)]
    if len(lines) > 1 and _signs_off(passage.of(lines[-1]), author):
        lines = lines[:-1]  # "Thanks, Mary" on a line of its own
    if not lines:
        return None
    said = " ".join(patterns["pleasantries"].sub(" ", passage.folded[line.start : line.end]) for line in lines)
    said = said.strip(" .!。！,，")
    if patterns["off"].fullmatch(said):
        return Off()
    retyped = _retyped(passage, lines, patterns, naming, author)
    if retyped:
        return retyped
    return _yes_or_no(said, patterns)


def _yes_or_no(said: str, patterns: Mapping[str, re.Pattern[str]]) -> Yes | No | Mixed | None:
    yes, no = patterns["yes"].match(said), patterns["no"].match(said)
    if not yes and not no:
        return None
    if patterns["but"].search(said) or "?" in said or "？" in said:
        return Mixed()
    if no and (not yes or no.end() >= yes.end()):
        return No()
    rest = said[yes.end() :] if yes else said
    return Mixed() if patterns["no"].search(rest) else Yes()


def _retyped(
    passage: Passage, lines: list[Piece], patterns: Mapping[str, re.Pattern[str]], naming: Naming, author: str
) -> Retyped | None:
    """The one line that is plainly a name: alone, behind a label, or behind "yes, but it's …"."""
    found = [r for line in lines if (r := _behind_correction(passage, line, patterns, naming))]
    if not found and len(lines) == 1 and not _signs_off(passage.of(lines[0]), author):
        found = [r for r in [_bare_line(passage, lines[0], patterns, naming)] if r]
    return found[0] if len(found) == 1 else None


def _behind_correction(
    passage: Passage, line: Piece, patterns: Mapping[str, re.Pattern[str]], naming: Naming
) -> Retyped | None:
    for found in patterns["corrections"].finditer(passage.folded, line.start, line.end):
        rest = passage.text[found.end() : line.end]
        labelled = re.match(r"\s*[:：]\s*\S", rest)
        if (
            labelled
            or ((found.start() > line.start or " " in found.group()) and _looks_printed(rest, naming))
            or rest.lstrip()[:1] in '「“«"'
        ):
            return _as_retyped(passage, found.end(), line.end, naming, patterns)
    return None


def _bare_line(
    passage: Passage, line: Piece, patterns: Mapping[str, re.Pattern[str]], naming: Naming
) -> Retyped | None:
    text = passage.of(line)
    folded = fold(text)
    if (
        patterns["yes"].match(folded)
        or patterns["no"].match(folded)
        or text[-1] in ".!?。！？"
        or len(text.split()) > 14
    ):
        return None
    opener = folded.split()[0].strip(",.!") in naming.openers and not is_titled(text, naming)
    if opener or not _looks_printed(text, naming):
        return None
    return _as_retyped(passage, line.start, line.end, naming, patterns)


def _looks_printed(text: str, naming: Naming) -> bool:
    """Two words of which most are capitalized, or ideographs: as a name is written, not as people chat."""
    words = [w for w in re.findall(r"[^\W\d_][^\s]*", text) if len(w) > 3] or text.split()
    if has_ideographs(text):
        entry = read_entry(text.strip(), naming)
        stops = "。！？" if entry and entry.title else "，。！？"
        return len(text.strip()) <= 40 and not any(c in stops for c in text.strip())
    return len(text.split()) >= 2 and sum(w[0].isupper() for w in words) * 3 >= len(words) * 2


def _as_retyped(
    passage: Passage, start: int, end: int, naming: Naming, patterns: Mapping[str, re.Pattern[str]]
) -> Retyped | None:
    while start < end and not passage.text[start].isalnum():
        start += 1
    for after in patterns["afterthoughts"].finditer(passage.folded, start, end):
        if not passage.text[after.end() : end].strip(" .!。！"):
            end = after.start()
            break
    entry: Entry | None = read_entry(passage.text[start:end], naming)
    if entry is None:
        return None
    span = Span(text=passage.source[start:end], where=passage.place(start, end), rule="retyped")
    evidence = (
        {"name": span} | ({"title": span} if entry.title else {}) | ({"honorific": span} if entry.honorific else {})
    )
    return Retyped(
        Signatory(
            name=entry.name, category=entry.category, honorific=entry.honorific, title=entry.title, evidence=evidence
        )
    )


def _is_filling(text: str, patterns: Mapping[str, re.Pattern[str]]) -> bool:
    """A greeting, thanks, a lone dash: nothing of it answers."""
    return not _NOT_WORDS.sub("", patterns["pleasantries"].sub(" ", fold(text))) and not patterns["yes"].search(
        fold(text)
    )


def _signs_off(text: str, author: str) -> bool:
    line, names = fold(text).strip(" .,-–—"), fold(author)
    return bool(line) and bool(names) and (line == names.strip() or line in names.replace(",", " ").split())


@lru_cache(maxsize=8)
def _patterns(words: tuple[AnswerWords, ...]) -> Mapping[str, re.Pattern[str]]:
    return {f.name: phrases(*((getattr(w, f.name), {}) for w in words)) for f in fields(AnswerWords)}
