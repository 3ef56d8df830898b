"""Where a name can stand in a mail, and how sure one may be that what stands there is the name.

Each place has its finder; a finder yields candidates with the text that proves them. Nothing is chosen
here (see request.py). Names in a sentence that says who does not sign are no candidates at all.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailbot.core.intents import Category, Span
from mailbot.reading.asking import Hits
from mailbot.reading.naming import Naming, clean_name, ends_abbreviated, is_titled
from mailbot.reading.passages import Passage, Piece, item_start
from mailbot.reading.people import Entry, read_entry
from mailbot.reading.phrases import fold, has_ideographs
from mailbot.reading.runs import name_at, names_in

MOST = 200  # candidates of one mail


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
    cells: Mapping[str, str] = field(default_factory=dict)  # what the other columns of a table say, by Column
    spans: Mapping[str, Span] = field(default_factory=dict)  # proof of honorific and title


_LABELLED = re.compile(r"^\s*(?:[-*•·]\s*)?([^\n:：|]{1,60}?)\s*[:：|]\s*(\S[^\n]*)$")
_IN_PARENTHESES = re.compile(r"[（(][^（()）]{0,30}[)）]")
_SIGNED_LINE = re.compile(r"[A-ZÀ-Þ][\w'’-]*, [a-zà-ÿ]")  # "Fatou, pour le bureau"
_ENDS_PROSE = re.compile(r"[.!?。！？;；,，]$")
_CLAUSE_END = re.compile(r"[.;!?()\n。；！？（）]")
_INNER_COLON = re.compile(r"[:：][ \t\u3000]*(?=\S)")
_COLON = re.compile(r"[:：]\s*$")


def body_candidates(passage: Passage, hits: Hits, naming: Naming) -> list[Candidate]:
    """Every candidate of the author's own words, best kinds first within a line."""
    barred = _barred(passage, hits)
    found: list[Candidate] = []
    for candidates in (
        _labelled(passage, naming),
        _listed(passage, hits, naming),
        _leads(passage, hits, naming),
        _subjects(passage, hits, naming),
        _quoted(passage, hits, naming),
        _prose(passage, naming),
    ):
        for candidate in candidates:
            if len(found) >= MOST:
                return found
            if not _is_barred(candidate, barred):
                found.append(candidate)
    return [c for c in found if not _is_inside_another(c, found)]


def _is_inside_another(candidate: Candidate, others: list[Candidate]) -> bool:
    """ "for" leads to the end of "Support Network for Hong Kong Students", not to a name of its own."""
    if candidate.found not in {Found.LEAD, Found.PROSE}:
        return False
    at, end = candidate.start, candidate.start + len(candidate.span.text)
    return any(
        o.found in {Found.PROSE, Found.SUBJECT_OF, Found.LINE, Found.LIST}
        and o.start < at
        and end <= o.start + len(o.span.text)
        for o in others
    )


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
    words = [re.escape(word) for word in name.split()]
    found = re.compile(r"\s*".join(words) if has_ideographs(name) else r"\s+".join(words)).search(
        passage.text, start, end
    )
    return Piece(*found.span()) if found else Piece(start, end)


def _barred(passage: Passage, hits: Hits) -> list[Piece]:
    """Sentences that say who does not sign, or whom one knows, and ask for nothing."""
    asking = {passage.sentence_at(hit.start) for hit in hits("join")}
    return [s for s in {passage.sentence_at(hit.start) for hit in hits("stay_out")} if s not in asking]


def _is_barred(candidate: Candidate, barred: list[Piece]) -> bool:
    return any(piece.start <= candidate.start < piece.end for piece in barred)


def _labelled(passage: Passage, naming: Naming) -> Iterator[Candidate]:
    """ "Name of organization: …" on a line of its own; also with a cell border for the colon."""
    for line in passage.lines:
        found = _LABELLED.match(passage.of(line))
        if not found:
            continue
        label = label_of(found.group(1))
        if label not in naming.labels:
            continue
        start, end = line.start + found.start(2), line.start + found.end(2)
        candidate = make(passage, start, end, Found.LABEL, 0.85, naming, label=label)
        if candidate:
            yield candidate


def label_of(text: str) -> str:
    """The bare words of a label: 團體名稱（中文） is 團體名稱."""
    return _IN_PARENTHESES.sub("", fold(text)).strip(" .*#-")


def _listed(passage: Passage, hits: Hits, naming: Naming) -> Iterator[Candidate]:
    """Items, or bare lines, under a line that introduces them."""
    group, introduced, open_list = 0, 0.0, False
    for line in passage.lines:
        text = passage.of(line)
        item = item_start(text)
        bare = _is_bare(text[item:], naming) and not _asks(hits, line) and not _is_labelled(text, naming)
        if item and _says_no(text, naming):
            continue
        if bare and (item or introduced or open_list or _stands_alone(passage, line)):
            if not open_list:
                group += 1
            open_list = True
            score = introduced or (0.5 if item else 0.45 if naming.is_organization(text) else 0.35)
            found = Found.LIST if item else Found.LINE
            candidate = make(passage, line.start + item, line.end, found, score, naming, group=group)
            if candidate:
                yield candidate
            continue
        open_list = False
        introduced = _introduction(passage, line, hits, naming)


def _says_no(text: str, naming: Naming) -> bool:
    """An item that says of itself that it is not to be listed: "… : non", "… — NOT confirmed"."""
    parts = re.split(r"\s(?:[:：—–-]|-{2,})\s|[（(]|[:：]", fold(text))
    return any(part.strip(" .!)）") in naming.no_cells or part.startswith(naming.no_starts) for part in parts)


def _is_labelled(text: str, naming: Naming) -> bool:
    found = _LABELLED.match(text)
    return found is not None and ("|" in text or label_of(found.group(1)) in naming.labels)


def _introduction(passage: Passage, line: Piece, hits: Hits, naming: Naming) -> float:
    """How surely the line announces names: it ends in a colon or in words that lead to names; or it just asks."""
    text = passage.of(line)
    led = any(line.end - m.end() <= 3 for m in naming.leads.finditer(passage.masked, line.start, line.end))
    if text.endswith(("?", "？")):
        return 0.0
    if (_COLON.search(text) and not _is_greeting(text, naming)) or (led and not text.endswith((".", "!", "。", "！"))):
        return 0.82
    return 0.55 if _asks(hits, line) else 0.0


def _is_greeting(text: str, naming: Naming) -> bool:
    words = fold(text).split()
    return len(words) <= 6 and bool(words) and words[0].strip(",:：") in naming.openers


def _asks(hits: Hits, line: Piece) -> bool:
    return any(line.start <= hit.start < line.end for name in ("join", "passing_on") for hit in hits(name))


def _stands_alone(passage: Passage, line: Piece) -> bool:
    """A blank line above and below."""
    before = passage.text[: line.start].rstrip(" \t\u3000")
    after = passage.text[line.end :].lstrip(" \t\u3000")
    return (not before or before.endswith("\n\n") or before.count("\n") == 0) and (not after or after.startswith("\n"))


def _is_bare(text: str, naming: Naming) -> bool:
    """Is the line a name rather than a sentence?"""
    text = text.strip()
    words = fold(text).split()
    if not words or len(words) > 16 or len(text) > 140:
        return False
    if words[0].strip(",.!") in naming.openers and not is_titled(text, naming):
        return False
    if _ENDS_PROSE.search(text) and not ends_abbreviated(text):
        return False
    if _SIGNED_LINE.match(text):
        return False
    if has_ideographs(text):
        return len(text) <= 40 and not any(c in "。！？!?" for c in text) and not naming.han_openers.match(text)
    return words[0].strip(",.!") not in naming.generic


def _leads(passage: Passage, hits: Hits, naming: Naming) -> Iterator[Candidate]:
    """Right behind words that lead to a name: "list us as …", 名稱請寫…"""
    joins = {hit.end for hit in hits("join")}
    colons = {m.end() for m in _INNER_COLON.finditer(passage.text)}
    ends = sorted(joins | colons | {m.end() for m in naming.leads.finditer(passage.masked)})
    for end in ends[:MOST]:
        sentence = passage.sentence_at(max(end - 1, 0))
        asked = any(sentence.start <= hit.start < sentence.end for hit in hits("join"))
        piece = name_at(passage, end, naming) if asked or end not in colons else None
        if piece is None:
            continue
        score = 0.62 if end in joins else 0.6 if asked else 0.45
        candidate = make(passage, piece.start, _with_title(passage, piece, naming), Found.LEAD, score, naming)
        if candidate:
            yield candidate


def _with_title(passage: Passage, piece: Piece, naming: Naming) -> int:
    """The end of a person's entry: "Amrit Gill, City Councillor" goes on behind the comma."""
    if passage.text[piece.end - 1 : piece.end + 1].strip(" .")[-1:] not in {",", "，"}:
        return piece.end
    if not naming.is_person(clean_name(passage.of(piece))):
        return piece.end
    clause = _CLAUSE_END.search(passage.text, piece.end + 1)
    return min(clause.start() if clause else len(passage.text), piece.end + 80)


def _subjects(passage: Passage, hits: Hits, naming: Naming) -> Iterator[Candidate]:
    """What stands before the words of joining, at the head of the sentence: "… would like to sign"."""
    for hit in hits("join"):
        sentence = passage.sentence_at(hit.start)
        if hit.start <= sentence.start:
            continue
        piece = name_at(passage, sentence.start, naming, limit=hit.start)
        if piece is None or hit.start - piece.end > 60:
            continue
        candidate = make(passage, piece.start, piece.end, Found.SUBJECT_OF, 0.6, naming)
        if candidate:
            yield candidate


def _quoted(passage: Passage, hits: Hits, naming: Naming) -> Iterator[Candidate]:
    """In quotation marks, in a sentence that asks or names."""
    for piece in passage.quotations:
        sentence = passage.sentence_at(piece.start)
        near = any(sentence.start <= hit.start < sentence.end for hit in hits("join"))
        led = any(
            0 <= piece.start - m.end() <= 2 for m in naming.leads.finditer(passage.masked, sentence.start, sentence.end)
        )
        inner = passage.text[piece.start + 1 : piece.end - 1]
        if _ENDS_PROSE.search(inner.strip()) or (has_ideographs(inner) and "，" in inner):
            continue
        candidate = make(
            passage,
            piece.start + 1,
            piece.end - 1,
            Found.QUOTED,
            0.65 if near and led else 0.55 if near or led else 0.3,
            naming,
        )
        if candidate:
            yield candidate


def _prose(passage: Passage, naming: Naming) -> Iterator[Candidate]:
    """Anywhere else: counts where it says of itself that it is an organization."""
    for piece in names_in(passage, naming):
        text = clean_name(passage.of(piece))
        says_so = naming.is_organization(text)
        if len(text.split()) < (2 if says_so else 3) or (has_ideographs(text) and not says_so):
            continue
        candidate = make(passage, piece.start, piece.end, Found.PROSE, 0.3 if says_so else 0.25, naming)
        if candidate:
            yield candidate
