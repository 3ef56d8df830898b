"""Names in attached files: their tables and lists as candidates, each with the span that proves it."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.core.intents import Span
from mailbot.core.message import Message
from mailbot.reading.asking import RequestWords, find_phrases
from mailbot.reading.attached import Defect, Table, Text, Why
from mailbot.reading.attachments import open_attachments
from mailbot.reading.body_names import body_candidates
from mailbot.reading.candidates import Candidate, Found
from mailbot.reading.naming import Naming
from mailbot.reading.passages import LENGTH, Passage
from mailbot.reading.tables import Row, read_table
from mailbot.reading.written_lists import read_list

_SCORE = 0.9
_NO_DOCUMENT = frozenset({Why.FORMAT, Why.NO_TEXT, Why.NO_NAMES})


@dataclass(frozen=True, slots=True)
class AttachedNames:
    """The candidates of the attachments of one mail, and what of them could not be read.

    Where there are defects and the mail points at its attachments, no other name may be guessed in their stead.
    """

    candidates: tuple[Candidate, ...]
    defects: tuple[Defect, ...]


def attached_names(message: Message, words: tuple[RequestWords, ...], naming: Naming) -> AttachedNames:
    """The entries of attached tables and lists; a text that is neither is read as a body is. Never raises."""
    opened = open_attachments(message)
    found = [c for content in opened.contents for c in _candidates(content, words, naming)]
    long = [Defect(c.where, Why.LONG) for c in opened.contents if isinstance(c, Text) and len(c.text) > LENGTH]
    mute = [Defect(c.where, Why.NO_NAMES) for c in opened.contents if isinstance(c, Table) and not found]
    return AttachedNames(tuple(found), (*opened.defects, *long, *mute))


def cannot_be_read(message: Message) -> bool:
    """Is a document attached that cannot be opened, so that a name may stand in it? A picture is none."""
    return any(defect.why not in _NO_DOCUMENT for defect in open_attachments(message).defects)


def _candidates(content: Table | Text, words: tuple[RequestWords, ...], naming: Naming) -> Iterator[Candidate]:
    if isinstance(content, Table):
        rows = read_table(content.rows, naming, attached=True)
        yield from (_of_row(row, content.where, number) for number, row in enumerate(rows))
        return
    listed = Passage(content.where, content.text, wrapped=False)
    lines = read_list(listed, naming)
    if not lines:
        passage = Passage(content.where, content.text)
        yield from body_candidates(passage, find_phrases(passage, words), naming)
    for line in lines:
        start, end = line.piece.start, line.piece.end
        yield Candidate(
            entry=line.entry,
            span=Span(text=listed.source[start:end], where=listed.place(start, end), rule=Found.TABLE.value),
            found=Found.TABLE,
            score=_SCORE,
            start=start,
        )


def _of_row(row: Row, where: str, number: int) -> Candidate:
    proofs = {"title": row.title, "honorific": row.honorific, "alt_names": row.alt_name}
    return Candidate(
        entry=row.entry,
        span=Span(text=row.cell, where=where, rule=Found.TABLE.value),
        found=Found.TABLE,
        score=_SCORE,
        start=number,
        alt_names=(row.alt_name,) if row.alt_name else (),
        cells={column.value: cell for column, cell in row.cells.items()},
        spans={name: Span(text=cell, where=where, rule=Found.TABLE.value) for name, cell in proofs.items() if cell},
    )
