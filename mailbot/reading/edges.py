"""Names at the edges of a mail: its signature block, Subject, From display name and attachments."""

import re
from collections.abc import Iterator

from mailbot.core.intents import Category, Span
from mailbot.core.message import Message
from mailbot.reading.asking import Hits, RequestWords, find_phrases
from mailbot.reading.attached_names import attached_names
from mailbot.reading.candidates import Candidate, Found, make
from mailbot.reading.letters import Letter
from mailbot.reading.naming import Naming, clean_name, is_titled, words_of
from mailbot.reading.passages import Passage
from mailbot.reading.people import Entry, read_entry, read_role, split_role
from mailbot.reading.phrases import fold, has_ideographs
from mailbot.reading.runs import name_at
from mailbot.reading.tables import Row, read_table, text_tables

_MY_GROUP = re.compile(r"\b(?:my|mon|ma) ((?:[\w'-]+ ){0,3}[\w'-]+)")
_ROLE_OF = re.compile(r"[^,]{2,40},\s*[A-ZÀ-Þ]")
_POINTER = 60  # characters of a body that only points at its Subject
_BORDER = re.compile(r"\s[|·•—–]\s|｜|\s{3,}|\u3000")


def edge_candidates(
    letter: Letter, subject_hits: Hits, words: tuple[RequestWords, ...], naming: Naming, *, points: bool
) -> list[Candidate]:
    """Candidates from around the body of one letter, and from tables within it.

    `points`: the body says to look elsewhere, as in "see subject".
    """
    return [
        *_in_text_tables(letter.body, naming),
        *_in_signatures(letter, words, naming),
        *_in_subject(letter, subject_hits, naming, points=points),
        *_from_author(letter, naming),
    ]


def attached_candidates(message: Message, words: tuple[RequestWords, ...], naming: Naming) -> list[Candidate]:
    """The entries of attached lists; what of them could not be read, `attached_names` says."""
    return list(attached_names(message, words, naming).candidates)


def _in_text_tables(body: Passage, naming: Naming) -> list[Candidate]:
    return [c for table in text_tables(body.text) for c in _rows(read_table(table, naming), body.where)]


def _rows(rows: list[Row], where: str) -> list[Candidate]:
    return [
        Candidate(
            entry=row.entry,
            span=Span(text=row.cell, where=where, rule=Found.TABLE.value),
            found=Found.TABLE,
            score=0.9,
            start=number,
            cells={column.value: cell for column, cell in row.cells.items()},
            spans={"title": Span(text=row.title, where=where, rule=Found.TABLE.value)} if row.title else {},
        )
        for number, row in enumerate(rows)
    ]


def _in_signatures(letter: Letter, words: tuple[RequestWords, ...], naming: Naming) -> list[Candidate]:
    """The one organization of the blocks. Where several stand behind roles, nobody can tell which is meant."""
    lines = [(s, line) for s in letter.signatures for line in s.lines]
    if (
        sum(1 for s, line in lines if _ROLE_OF.match(s.of(line)) and _behind_role(s.of(line), naming, any_group=True))
        > 1
    ):
        return []
    found = [c for s in letter.signatures for c in _in_signature(s, find_phrases(s, words, {"stay_out"}), naming)]
    return [c for c in found[:1] if not _contradicts(letter.body, c.entry.name, naming)]


def _contradicts(body: Passage, name: str, naming: Naming) -> bool:
    """ "My curling team wants on this" over the signature of a real-estate agent: the team is not the employer."""
    for found in _MY_GROUP.finditer(body.folded):
        nouns = {word for word in found.group(1).split() if word in naming.nouns}
        if nouns and not nouns & set(words_of(name)):
            return True
    return False


def _in_signature(signature: Passage, hits: Hits, naming: Naming) -> Iterator[Candidate]:
    """The organizations of the block, in order."""
    barred = {signature.sentence_at(hit.start).start for hit in hits("stay_out")}
    found: list[Candidate] = []
    for line in signature.lines:
        text = signature.of(line)
        if signature.sentence_at(line.start).start in barred or _is_person_line(text, naming):
            continue
        start = line.start + _behind_role(text, naming)
        if start == line.start and not _may_be_group(text, naming):
            continue
        cut = _BORDER.search(signature.text, start, line.end)
        candidate = make(signature, start, cut.start() if cut else line.end, Found.SIGNATURE, 0.5, naming)
        if candidate and naming.is_organization(candidate.entry.name) and len(candidate.entry.name.split()) <= 14:
            found.append(candidate)
    yield from found[:1]


def _may_be_group(text: str, naming: Naming) -> bool:
    """Not a role, not a handle, not a sign-off: "Branch President", "In friendship"."""
    words = fold(text).split()
    begins = bool(words) and words[0].strip(",.") in naming.openers and not is_titled(text, naming)
    if not words or "@" in text or text[0].isdigit() or words[0] == "c/o" or (begins and not has_ideographs(text)):
        return False
    if naming.roles.match(fold(text)) or (text[0].islower() and not text.isascii()):
        return False
    capitals = sum(word[0].isupper() for word in text.split())
    return has_ideographs(text) or (capitals >= 2 and not read_role(text, naming))


def _is_person_line(text: str, naming: Naming) -> bool:
    name, _ = split_role(text, naming)
    return bool(name)


def _behind_role(text: str, naming: Naming, *, any_group: bool = False) -> int:
    """Where the organization begins in "Branch President, Vesna Women's League"."""
    head, comma, tail = text.partition(",")
    if (
        comma
        and tail.strip()
        and naming.roles.search(fold(head))
        and len(head.split()) <= 4
        and (any_group or naming.is_organization(tail))
    ):
        return len(head) + 1 + len(tail) - len(tail.lstrip())
    return 0


def _in_subject(letter: Letter, hits: Hits, naming: Naming, *, points: bool) -> Iterator[Candidate]:
    """A name in the Subject; surest where the body is so short that it only points there."""
    subject = letter.subject
    if not subject.text.strip():
        return
    asked = bool(hits("join"))
    pointed = points and len(letter.body.text) <= _POINTER
    for start in _subject_starts(subject.text, hits):
        piece = name_at(subject, start, naming)
        rest = subject.text[piece.end :].strip(" .!)") if piece else ""
        if piece is None or (rest and not (pointed and subject.text[piece.end - 1] == ",")):
            continue
        score = (0.55 if start and asked else 0.5 if start else 0.4) + (0.15 if pointed else 0.0)
        candidate = make(subject, piece.start, piece.end, Found.HEADER, score, naming)
        if candidate and ((asked and start) or pointed or naming.is_organization(candidate.entry.name)):
            yield candidate


def _subject_starts(text: str, hits: Hits) -> list[int]:
    """Where a name may begin: behind words of asking, a colon or a dash; else at the start."""
    colon = max(text.rfind(":"), text.rfind("："))
    dash = text.rfind(" - ")
    starts = {hit.end for hit in hits("join")} | ({colon + 1} if colon >= 0 else set())
    return sorted(starts | {dash + 3 if dash >= 0 else 0})


def _from_author(letter: Letter, naming: Naming) -> Iterator[Candidate]:
    """The display name: an organization that writes as itself, or the person who signs."""
    author = letter.author
    if author is None or not author.display_name.strip():
        return
    shown = letter.shown
    name = clean_name(_turned(author.display_name))
    entry = read_entry(name, naming)
    if entry is None or _is_office(entry.name):
        return
    if entry.category is Category.ORGANIZATION and not naming.is_organization(entry.name):
        return
    score = 0.5 if entry.category is Category.PERSON else 0.48
    yield Candidate(
        entry=Entry(name=entry.name, category=entry.category, honorific=entry.honorific, title=entry.title),
        span=Span(text=shown.source, where=shown.place(0, len(shown.source)), rule=Found.AUTHOR.value),
        found=Found.AUTHOR,
        score=score + (0.08 if entry.category is Category.ORGANIZATION else 0.0),
    )


def _turned(name: str) -> str:
    """ "Prystupa, Halyna" → "Halyna Prystupa"; what stands in parentheses or behind a dash is an office."""
    head = name.split("(")[0].split(" - ")[0].strip()
    last, comma, first = head.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() and "," not in first else head


def _is_office(name: str) -> bool:
    """ "Info", "Office of …", "Secretary": an address, not a name."""
    words = fold(name).split()
    return (len(words) == 1 and name.isascii()) or words[0] in {"office", "bureau", "info"}
