"""A mail in stretches, its author's and others', each with marks on the words that prove something."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from mailbot.core.intents import Signatory
from mailbot.core.message import Message
from mailbot.reading.quoting import Divided, Kind, Segment

OPEN, CLOSE = "⟦", "⟧"
"""The brackets around a mark where there is no colour; a stranger's own become plain ones."""

_PLACE = re.compile(r"(?P<place>.*?)(?::(?P<start>\d{1,9})-(?P<end>\d{1,9}))?\Z", re.DOTALL)
_BETWEEN = 2  # characters between two stretches of one place: the blank line by which Divided joins them
_LOOKED_AT = 20_000  # characters of a stretch that are shown, and in which a proof without offsets is looked for
_KEPT = frozenset("\n\u200c\u200d")  # joiners: emoji and Persian names are written with them


@dataclass(frozen=True, slots=True)
class Mark:
    """The stretch [start, end) of a text that proves a field."""

    start: int
    end: int
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Text of one kind, harmless on a terminal. `depth` counts the letters around it; `whose` is "" for own words."""

    whose: str  # from, subject, quote, forward, signature, footer, attached
    text: str
    marks: tuple[Mark, ...] = ()
    depth: int = 0


def stretches(message: Message, divided: Divided, signatories: Iterable[Signatory]) -> list[Stretch]:
    """The mail from its author to its last line, with every proof of the signatories that stands in it."""
    proofs = _Proofs(signatories)
    author = message.authors[0] if message.authors else None
    name = author.display_name if author else ""
    address = f" <{author.addr_spec}>" if author else ""
    head = [
        Stretch(whose="from", text=harmless(name + address), marks=proofs.within("from", 0, name)),
        Stretch(whose="subject", text=harmless(message.subject), marks=proofs.within("subject", 0, message.subject)),
    ]
    attached = [Stretch(whose="attached", text=harmless(file.filename or "…")) for file in message.attachments]
    return [*head, *_walk(divided, proofs, "", count(), 0), *attached]


@lru_cache(maxsize=65_536)
def _harmless(character: str) -> str:
    """What is shown for a character: itself, or a stand-in for what would command a terminal or not be seen."""
    if character in _KEPT:
        return character
    if character < " ":
        return " " if character == "\t" else chr(0x2400 + ord(character))  # U+2400: pictures of control characters
    if character in (OPEN, CLOSE):
        return "[" if character == OPEN else "]"
    return "␦" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else character


def harmless(text: str) -> str:
    """`text`, as long as it was, without control, direction and invisible characters; line ends stay."""
    return text if text.isascii() and text.isprintable() else "".join(map(_harmless, text))


class _Proofs:
    """The proofs of all signatories by the place in which they stand."""

    def __init__(self, signatories: Iterable[Signatory]) -> None:
        self._by_place: dict[str, list[tuple[int, int, str, str]]] = {}
        for signatory in signatories:
            for field, span in signatory.evidence.items():
                found = _PLACE.match(span.where)
                place, start, end = found.group("place", "start", "end") if found else (span.where, None, None)
                at = (int(start), int(end)) if start and end else (-1, -1)
                self._by_place.setdefault(place, []).append((*at, span.text, field))

    def within(self, place: str, base: int, text: str) -> tuple[Mark, ...]:
        """The marks in `text`, which begins at `base` of its place; a proof without offsets is looked for."""
        marks = set()
        for start, end, words, field in self._by_place.get(place, ()):
            if start < 0:
                start = text.find(words, 0, _LOOKED_AT)
                if start >= 0 and words:
                    marks.add(Mark(start, start + len(words), field))
            elif base <= start < end <= base + len(text):
                marks.add(Mark(start - base, end - base, field))
        return tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.field)))


def _walk(divided: Divided, proofs: _Proofs, letter: str, numbers: "count[int]", depth: int) -> Iterator[Stretch]:
    """Every stretch of one letter in order; forwards count as the reader counts them, each before those within it."""
    places = {Kind.OWN: letter or "own_words", Kind.SIGNATURE: f"{letter} signature".strip()}
    bases = dict.fromkeys(places, 0)
    for segment in divided.segments:
        if segment.kind is Kind.FORWARD:
            number = next(numbers)
            yield from _forwarded(segment, proofs, f"forward {number + 1}" if number else "forward", numbers, depth)
            continue
        marks: tuple[Mark, ...] = ()
        if segment.kind in places:
            marks = proofs.within(places[segment.kind], bases[segment.kind], segment.text)
            bases[segment.kind] += len(segment.text) + _BETWEEN
        elif segment.kind is Kind.QUOTE:
            marks = proofs.within("quote", 0, segment.text)
        whose = "" if segment.kind is Kind.OWN else segment.kind.value
        yield Stretch(whose=whose, text=harmless(segment.text[:_LOOKED_AT]), marks=marks, depth=depth)


def _forwarded(segment: Segment, proofs: _Proofs, letter: str, numbers: "count[int]", depth: int) -> Iterator[Stretch]:
    name = segment.author.display_name if segment.author else ""
    address = f" <{segment.author.addr_spec}>" if segment.author and segment.author.addr_spec else ""
    yield Stretch(
        whose="forward",
        text=harmless(name + address) or "…",
        marks=proofs.within(f"{letter} from", 0, name),
        depth=depth,
    )
    if segment.subject:
        marks = proofs.within(f"{letter} subject", 0, segment.subject)
        yield Stretch(whose="subject", text=harmless(segment.subject), marks=marks, depth=depth + 1)
    if segment.inner is None:
        marks = proofs.within(letter, 0, segment.text)
        yield Stretch(whose="", text=harmless(segment.text[:_LOOKED_AT]), marks=marks, depth=depth + 1)
    else:
        yield from _walk(segment.inner, proofs, letter, numbers, depth + 1)
