"""A stretch of a mail made readable: wrapped lines joined in place, sentences, lines and quotations found.

Everything keeps its offset, so that whatever is read from here can point at the text that proves it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from mailbot.reading.phrases import fold, has_ideographs

LENGTH = 20_000  # characters of one passage that are read; nobody asks for a signature after ten pages
SENTENCE_LENGTH = 600

_LINE = re.compile(r"[^\n]*(?:\n|$)")
_SENTENCE_END = re.compile(r"[。！？；]+[」』”》）]?|[.!?…;]+[\"'”’»)]*(?=\s|$)|\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-zÀ-ÿ]|St|Ste|Mr|Mrs|Ms|Dr|Rev|Hon|Sr|Fr|Wm|Prof|Inc|Ltd|No|cf|vs|M|Mme|Me)$"
)
_QUOTATION = re.compile(
    r"“[^“”\n]{1,160}”|«[^«»\n]{1,160}»|「[^「」\n]{1,80}」|『[^『』\n]{1,80}』|《[^《》\n]{1,80}》"
    r'|"[^"\n]{1,160}"'
)
_ITEM = re.compile(
    r"[ \t\u3000]*(?:[-*•·–—+○●▪‣◦]|\(?\d{1,2}[.)、．:：]|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|[一二三四五六七八九十][、.．])[ \t\u3000]*(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch [start, end) of a passage's text."""

    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """One place of a mail: `where` as Span has it, `source` as it stands there."""

    where: str
    source: str
    base: int = 0  # where `source` begins in its place
    wrapped: bool = True  # may its lines have been broken by a mail program?

    @cached_property
    def text(self) -> str:
        """`source` with soft line ends as spaces: same length, same offsets."""
        return _unwrapped(self.source[:LENGTH]) if self.wrapped else self.source[:LENGTH]

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def quotations(self) -> tuple[Piece, ...]:
        """What stands in quotation marks, the marks included."""
        return tuple(Piece(*m.span()) for m in _QUOTATION.finditer(self.text))

    @cached_property
    def masked(self) -> str:
        """The folded text with quoted stretches blanked: words quoted are not words said."""
        parts, at = [], 0
        for piece in self.quotations:
            parts += [self.folded[at : piece.start + 1], "\x00" * (piece.end - piece.start - 2)]
            at = piece.end - 1
        return "".join([*parts, self.folded[at:]])

    @cached_property
    def lines(self) -> tuple[Piece, ...]:
        return tuple(_trimmed(self.text, *m.span()) for m in _LINE.finditer(self.text) if m.group().strip())

    @cached_property
    def sentences(self) -> tuple[Piece, ...]:
        return tuple(_sentences(self.text))

    def sentence_at(self, offset: int) -> Piece:
        return _piece_at(self.sentences, offset) or Piece(offset, offset)

    def quoted_at(self, offset: int) -> Piece | None:
        return _piece_at(self.quotations, offset)

    def place(self, start: int, end: int) -> str:
        """The place as a Span names it, with the offsets in it."""
        return f"{self.where}:{self.base + start}-{self.base + end}"

    def piece(self, place: str) -> Piece | None:
        """Where a place that a Span names lies in this passage; None where it is not one of this passage."""
        where, _, offsets = place.rpartition(":")
        start, _, end = offsets.partition("-")
        if where != self.where or not (start.isdecimal() and end.isdecimal()):
            return None
        piece = Piece(int(start) - self.base, int(end) - self.base)
        return piece if 0 <= piece.start <= piece.end <= len(self.text) else None

    def of(self, piece: Piece) -> str:
        return self.text[piece.start : piece.end]


def item_start(text: str) -> int:
    """Where the text of a list item begins after its bullet or number; 0 where it has none."""
    found = _ITEM.match(text)
    return found.end() if found else 0


def _piece_at(pieces: tuple[Piece, ...], offset: int) -> Piece | None:
    index = bisect_right(pieces, offset, key=lambda piece: piece.start) - 1
    return pieces[index] if index >= 0 and offset < pieces[index].end else None


def _trimmed(text: str, start: int, end: int) -> Piece:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Piece(start, end)


def _sentences(text: str) -> Iterator[Piece]:
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if found.group()[0] == "." and _ABBREVIATION.search(text[max(start, found.start() - 6) : found.start()]):
            continue
        piece = _trimmed(text, start, found.end())
        start = found.end()
        if piece.end > piece.start:
            yield piece
    piece = _trimmed(text, start, len(text))
    if piece.end > piece.start:
        yield piece


def _unwrapped(text: str) -> str:
    """Lines broken by a mail program at its margin become one (RFC 3676 is not always declared).

    A paragraph was wrapped where each line but the last is so long that the first word of the next would
    not have fitted within the longest line of the text.
    """
    lines = text.split("\n")
    lengths = [len(line.rstrip()) for line in lines]
    margin = max((length for length in lengths if length <= 80), default=0)
    if margin < 45 or any(length > 100 for length in lengths):
        return text
    joined: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        joined.append(line)
        joined.append(" " if _runs_on(line, following, margin) else "\n")
    return "".join(joined)[: len(text)]


def _runs_on(line: str, following: str, margin: int) -> bool:
    if not line.strip() or not following.strip() or item_start(following) or (item_start(line) and len(line) < 45):
        return False
    word = following.split()[0]
    width = len(line.rstrip()) + 1 + len(word)
    if has_ideographs(line):
        return (
            len(line.rstrip()) >= 34 and len(line.rstrip()) * 2 >= margin - 4 and line.rstrip()[-1] not in "。！？：:"
        )
    return width > min(margin, 78) and len(line.rstrip()) >= 45
