"""The end of a letter: sign-off, name, role and organization; and the footers that programs add."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mailbot.core.message import Address
from mailbot.reading.quote_words import Openings, QuoteWords, fold, folded

_LINES = 16  # lines that say something in a signature block, at most
_WIDTH = 250  # a longer line is no part of one
_SIGN_OFF_WIDTH = 80
_FOOTER = 160  # columns of a line that a program added, links included
_PROSE = 60  # columns from which a line that ends like a sentence is taken for one
_DECORATION = " \t\xa0*_~-–—.,!，。！;:～♥❤️🙏"
_OPENING = "*_-[(（【★※#•<| \t"
_ENDS = (".", "!", "?", "。", "！", "？", "…", "”", "»", "」", "）", ")", "~", "～")
_SEPARATORS = frozenset(",|(-–—/·•，")
_WORD = re.compile(r"[^\W_]+")  # what str.isalnum() takes
_RULER = frozenset("-_=—–─━－＿＝")


class Part(StrEnum):
    """What a stretch of the author's text is parted into."""

    OWN = "own"
    SIGNATURE = "signature"
    FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class _End:
    """The last lines of a stretch: all its lines, and which of those that say something are looked at."""

    lines: Sequence[str]
    said: Sequence[int]
    author: Address | None

    def line(self, n: int) -> str:
        return self.lines[self.said[n]].strip() if n < len(self.said) else ""

    def opens_paragraph(self, n: int) -> bool:
        return n == 0 or self.said[n] - self.said[n - 1] > 1


class Parting:
    """Parts one stretch of the author's text into own words, signature and footers."""

    def __init__(self, words: Iterable[QuoteWords]) -> None:
        known = tuple(words)
        self._sign_offs = frozenset(p for w in known for p in folded(w.sign_offs))
        self._thanks = frozenset(p for w in known for p in folded(w.thanks))
        self._closings = tuple(p for w in known for p in folded(w.closings))
        self._postscripts = Openings(p for w in known for p in w.postscripts)
        self._footers = Openings(p for w in known for p in w.footers)
        self._devices = tuple(p for w in known for p in folded(w.devices))
        self._notices = Openings(p for w in known for p in w.notices)
        self._banners = Openings(p for w in known for p in w.banners)

    def part(self, text: str, author: Address | None) -> list[tuple[Part, str]]:
        """The stretch in its parts, in order; nothing but blank lines between them is dropped."""
        lines = text.split("\n")
        kinds = self._kinds(lines, author)
        parts: list[tuple[Part, str]] = []
        start = 0
        for i in range(1, len(lines) + 1):
            if i == len(lines) or kinds[i] != kinds[start]:
                piece = "\n".join(lines[start:i]).strip("\n")
                if piece.strip():
                    parts.append((kinds[start], piece))
                start = i
        return parts

    def _kinds(self, lines: Sequence[str], author: Address | None) -> list[Part]:
        kinds = self._footer_lines(lines)
        said = [i for i, line in enumerate(lines) if line.strip() and kinds[i] is Part.OWN]
        begin = self._signature_start(lines, said, author)
        if begin is not None:
            for i in range(begin, len(lines)):
                if lines[i].strip() and self._postscripts.begin(fold(lines[i])):
                    break
                if kinds[i] is Part.OWN:
                    kinds[i] = Part.SIGNATURE
        for i in range(1, len(lines)):  # a blank line belongs to what stands before it
            if not lines[i].strip():
                kinds[i] = kinds[i - 1]
        return kinds

    # -- footers --

    def _footer_lines(self, lines: Sequence[str]) -> list[Part]:
        kinds = [Part.OWN] * len(lines)
        inside = False  # a notice lasts to the end of its paragraph
        opening = True
        for i, line in enumerate(lines):
            if not line.strip():
                inside, opening = False, True
                continue
            folded_line = fold(line)
            plain = folded_line.lstrip(_OPENING)
            if not inside:
                inside = self._notices.begin(plain) or (i < 6 and self._banners.begin(folded_line))
            if (
                inside
                or (len(plain) <= _FOOTER and self._footers.begin(plain))
                or (opening and self._names_device(plain))
            ):
                kinds[i] = Part.FOOTER
            opening = False
        return kinds

    def _names_device(self, plain: str) -> bool:
        """Is it "Sent from my iPhone" in whatever language?"""
        return len(plain) <= 50 and 2 <= len(plain.split()) <= 6 and plain.rstrip(_DECORATION).endswith(self._devices)

    # -- signature --

    def _signature_start(self, lines: Sequence[str], said: Sequence[int], author: Address | None) -> int | None:
        """The line with which the signature block begins; None where there is none."""
        if not said:
            return None
        tail = said[-_LINES:]
        for i in tail:
            if lines[i].strip(" \t\xa0") in {"--", "—", "- -", "–"}:
                return i
        # one line more than looked at, so that the first one looked at knows what stands above it
        end = _End(lines, said[-_LINES - 1 :], author)
        starts = (n for n in range(1, len(end.said)) if self._begins(end, n))
        return next((end.said[n] for n in starts), None)

    def _begins(self, end: _End, n: int) -> bool:
        """Does the signature block begin with line `n`? The line on which the mail begins never does."""
        if any(len(end.lines[k]) > _WIDTH for k in end.said[n:]):
            return False
        line, follower = end.line(n), end.line(n + 1)
        if len(line) <= _SIGN_OFF_WIDTH and not _is_prose(follower):
            if self._is_phrase(line, self._sign_offs):
                return True
            if follower and self._is_phrase(line, self._thanks) and _is_name(follower, end.author):
                return True
            if len(line) <= 30 and fold(line).rstrip(_DECORATION).endswith(self._closings):
                return True
            if self._is_odd_sign_off(end, n):
                return True
        return _is_ruled_off(end, n) or _is_name_block(end, n)

    def _is_phrase(self, line: str, phrases: frozenset[str]) -> bool:
        """Is the line a sign-off, alone or with a name behind its comma?"""
        plain = fold(line).strip(_DECORATION)
        if plain in phrases:
            return True
        head, comma, rest = plain.partition(",")
        return bool(comma) and head.strip(_DECORATION) in phrases and len(rest.split()) <= 2 and not _digits(rest)

    def _is_odd_sign_off(self, end: _End, n: int) -> bool:
        """A sign-off of the author's own making, a few words and a comma, before a name: "Yours in the struggle,"."""
        line = end.line(n)
        if not line.endswith((",", "，")) or len(line.split()) > 8 or _digits(line) or not end.opens_paragraph(n):
            return False
        if self._is_phrase(line, self._thanks):
            return False
        name = end.line(n + 1)
        if _is_name(name, end.author):
            return True
        rest = [end.line(k) for k in range(n + 1, len(end.said))]
        return (
            2 <= len(rest) <= 6
            and len(name.split()) <= 5
            and all(r[:1].isupper() and not _digits(r) and len(r) <= _SIGN_OFF_WIDTH for r in rest)
        )


def _is_ruled_off(end: _End, n: int) -> bool:
    """A line of dashes and then a block of short lines, with no second line of dashes: a form has two."""
    bar = end.line(n)
    if len(bar) < 5 or not _RULER.issuperset(bar):
        return False
    rest = [end.line(k) for k in range(n + 1, len(end.said))]
    if not rest or ":" in fold(rest[0]):
        return False
    return not any(_RULER.issuperset(r) or len(r) > 120 for r in rest)


def _is_name_block(end: _End, n: int) -> bool:
    """The author's name on a line of its own, with nothing but a signature after it."""
    if not _is_name(end.line(n), end.author):
        return False
    above = end.line(n - 1)
    if above.endswith((":", "：")):
        return False
    prose = [k for k in range(n + 1, len(end.said)) if _is_prose(end.line(k))]
    if not prose:
        return True
    if len(above) > 30 and not above.endswith(_ENDS):
        return False  # the sentence above runs on into the name
    return not any(_is_name(end.line(k), end.author) for k in range(prose[0], len(end.said)))


def _is_prose(line: str) -> bool:
    if len(line) * 2 <= _PROSE or not line.rstrip("\"' *_").endswith(_ENDS):
        return False
    return len(line) > _PROSE or sum(2 if "\u2e80" <= c <= "\uffef" else 1 for c in line) > _PROSE


def _is_name(line: str, author: Address | None) -> bool:
    """Does the line begin with the author's name, as far as the From field tells it, and go on like a signature?"""
    if author is None or not line or len(line) > 120 or not author.display_name:
        return False
    known = _name_words(author.display_name)
    if not known or not (words := _words(line)):
        return False
    if any("\u3400" <= c <= "\u9fff" for c in words[0]):
        return _is_han_name(words[0], "".join(_words(author.display_name)))
    if set(words[: len(known)]) == known:
        more = len(words) - len(known)
        if more <= 1 or (_set_off(line, len(known)) and not _is_prose(line)):
            return True
        return more <= 4 and not line.endswith((".", "!", "?"))
    return len(words) <= len(known) and set(words) <= known and len("".join(words)) > 1


def _is_han_name(word: str, known: str) -> bool:
    """A Han name has no spaces: 陳大文牧師 is signed by 陳大文, and 陳大文 by 陳大文議員辦事處."""
    return len(word) >= 2 and (
        known.startswith(word) or (len(known) >= 2 and word.startswith(known) and len(word) <= 12)
    )


def _set_off(line: str, words: int) -> bool:
    """Is what follows the first `words` words parted from them by punctuation?"""
    seen, inside = 0, False
    for i, c in enumerate(line):
        if c.isalnum():
            seen += not inside
            inside = True
            if seen > words:
                return False
        else:
            inside = False
            if seen == words and (line[i:].lstrip()[:1] in _SEPARATORS):
                return True
    return False


@lru_cache(maxsize=16)  # asked for at every line of a mail
def _name_words(name: str) -> frozenset[str]:
    return frozenset(_words(name))


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _digits(text: str) -> bool:
    return any(c.isdigit() for c in text)
