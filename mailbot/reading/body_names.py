"""Where a name can stand in what somebody wrote, line by line and within sentences.

Each place has its finder. Nothing is chosen here (see choosing.py). Names in a sentence that says who does
not sign are no candidates at all.
"""

import re
from collections.abc import Iterator

from mailbot.core.intents import Span
from mailbot.reading.asking import Hits
from mailbot.reading.candidates import Candidate, Found, make
from mailbot.reading.listed_lines import labelled, listed
from mailbot.reading.naming import Naming, clean_name
from mailbot.reading.passages import Passage, Piece
from mailbot.reading.phrases import has_ideographs
from mailbot.reading.runs import name_at, names_in
from mailbot.reading.written_lists import Line, marked_lines

MOST = 200  # candidates of one mail
_MARKED = 0.9  # as sure as an attached table
_ENDS_PROSE = re.compile(r"[.!?。！？;；,，]$")
_CLAUSE_END = re.compile(r"[.;!?()\n。；！？（）]")
_INNER_COLON = re.compile(r"[:：][ \t\u3000]*(?=\S)")


def body_candidates(passage: Passage, hits: Hits, naming: Naming) -> list[Candidate]:
    """Every candidate of the author's own words, best kinds first within a line."""
    marked = [_marked(passage, line) for line in marked_lines(passage, naming)]
    if marked:
        return marked[:MOST]
    barred = _barred(passage, hits)
    found: list[Candidate] = []
    for candidates in (
        labelled(passage, naming),
        listed(passage, hits, naming),
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


def _marked(passage: Passage, line: Line) -> Candidate:
    """A line with a yes behind it: the lines are a table in all but form, and no other name of the text counts."""
    start, end = line.piece.start, line.piece.end
    span = Span(text=passage.source[start:end], where=passage.place(start, end), rule=Found.TABLE.value)
    return Candidate(entry=line.entry, span=span, found=Found.TABLE, score=_MARKED, start=start)


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


def _barred(passage: Passage, hits: Hits) -> list[Piece]:
    """Sentences that say who does not sign, or whom one knows, and ask for nothing."""
    asking = {passage.sentence_at(hit.start) for hit in hits("join")}
    return [s for s in {passage.sentence_at(hit.start) for hit in hits("stay_out")} if s not in asking]


def _is_barred(candidate: Candidate, barred: list[Piece]) -> bool:
    return any(piece.start <= candidate.start < piece.end for piece in barred)


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
        score = 0.82 if end in colons else 0.62 if end in joins else 0.6 if asked else 0.45
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
