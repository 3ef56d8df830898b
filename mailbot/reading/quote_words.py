"""The words by which a mail shows what is not its author's own: the [quotes] section of each language file.

Phrases are compared folded (see `fold`): case, full-width forms, curly apostrophes and the space before
a colon make no difference, so that each is written once.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

GAP = "…"
"""In a phrase: whatever stands between its pieces, such as the name and date in an attribution."""

LONGEST_LINE = 1_000
"""No phrase is looked for in what lies beyond, in characters: nobody's signpost is that long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderNames:
    """What the lines of a header block are called when a letter is quoted or forwarded with one."""

    author: tuple[str, ...]
    sent: tuple[str, ...]
    to: tuple[str, ...]
    copy: tuple[str, ...]
    subject: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # what is made of them is kept by identity
class QuoteWords:
    """How mail programs, and people, of one language mark what is not the author's own words."""

    marker: str  # the line of our own letters above which to reply; templates print this very sentence
    attributions: tuple[str, ...]  # "On … wrote:"
    originals: tuple[str, ...]  # heads of a quoted letter: "Original Message"
    forwarded: tuple[str, ...]  # heads of a forwarded letter: "Forwarded message"
    headers: HeaderNames
    reply_prefixes: tuple[str, ...]  # of the Subject, without colon
    forward_prefixes: tuple[str, ...]
    sign_offs: tuple[str, ...]  # lines that only ever end a letter: "Best regards"
    thanks: tuple[str, ...]  # lines that may end a letter: "Thanks"
    closings: tuple[str, ...]  # what follows the name on the line that ends a letter: 敬上
    postscripts: tuple[str, ...]  # begin a line after the signature that is the author's words again
    footers: tuple[str, ...]  # begin a short line that a program added: "Sent from my"; may have a GAP
    devices: tuple[str, ...]  # end such a line in any language: "iPhone"
    notices: tuple[str, ...]  # begin a paragraph of legal or antivirus boilerplate; may have a GAP
    banners: tuple[str, ...]  # begin a warning that a mail server put on top


def fold(text: str) -> str:
    """The form in which phrases are compared; only the first LONGEST_LINE characters count."""
    plain = text[:LONGEST_LINE]
    if plain.isascii():
        plain = plain.lower()
    else:
        plain = unicodedata.normalize("NFKC", plain).casefold()
        plain = plain.replace("’", "'").replace("‘", "'").replace("\u200b", "").replace("\ufeff", "")
    return " ".join(plain.split()).replace(" :", ":")


def folded(phrases: Iterable[str]) -> tuple[str, ...]:
    """Phrases folded, longest first, so that the fullest one matches."""
    return tuple(sorted({fold(phrase) for phrase in phrases}, key=lambda phrase: (-len(phrase), phrase)))


def pieces(phrase: str) -> tuple[str, ...]:
    """A phrase folded, in its pieces between GAPs; the first is "" where the phrase begins with a GAP."""
    return tuple(fold(piece) for piece in phrase.split(GAP))


class Openings:
    """Phrases with which a line may begin."""

    def __init__(self, phrases: Iterable[str]) -> None:
        known = [pieces(phrase) for phrase in phrases]
        self._heads = tuple({p[0] for p in known})
        self._whole = tuple(p[0] for p in known if len(p) == 1)
        self._split = tuple(p for p in known if len(p) > 1)

    def begin(self, folded_line: str) -> bool:
        """Does one of them begin this line, its further pieces following in order?"""
        if not folded_line.startswith(self._heads):
            return False
        return folded_line.startswith(self._whole) or any(_follow(folded_line, p) for p in self._split)


def _follow(line: str, parts: tuple[str, ...]) -> bool:
    if not line.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:]:
        at = line.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True
