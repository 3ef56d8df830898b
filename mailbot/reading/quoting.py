"""The author's own words: quotes, forwards, signature block and footers set apart, not thrown away.

The text is read top to bottom. A foreign letter begins at a signpost (see signposts.py) or at lines that
begin with '>'; what is left is the author's, from which signature and footers are then parted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from mailbot.core.commands import Line
from mailbot.core.message import Address, Message
from mailbot.reading.hypertext import CELL, may_hold_rows, read_page
from mailbot.reading.markup_style import may_quote
from mailbot.reading.quote_marks import foreign_lines, is_quoted
from mailbot.reading.quote_words import HeaderNames, QuoteWords, fold
from mailbot.reading.signature_block import Parting
from mailbot.reading.signposts import Mark, Signpost, Signposts

__all__ = ["Divided", "HeaderNames", "Kind", "QuoteWords", "Segment", "divide"]

CAP = 300_000
"""Characters of a text that are looked at; what lies beyond is nobody's words."""

_LINES = 20_000
_NESTED = 6  # forwards within forwards that are taken apart; what lies deeper stays one quote


class Kind(StrEnum):
    OWN = "own"
    QUOTE = "quote"  # a letter answered to, or any letter of ours
    FORWARD = "forward"  # somebody else's letter, passed on
    SIGNATURE = "signature"
    FOOTER = "footer"  # what a program added


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a mail. `text` stands without quote marks, attribution and header block.

    `author` and `subject` are of the quoted or forwarded letter, where told; `inner` is a forwarded
    letter taken apart in turn.
    """

    kind: Kind
    text: str
    author: Address | None = None
    subject: str = ""
    inner: "Divided | None" = None


@dataclass(frozen=True, slots=True)
class Divided:
    """A mail in its segments, in order."""

    segments: tuple[Segment, ...]

    @property
    def own_words(self) -> str:
        """What the author wrote, greeting included, without signature and footers; stretches joined by a blank line."""
        return self._joined(Kind.OWN)

    @property
    def signature(self) -> str:
        return self._joined(Kind.SIGNATURE)

    @property
    def footers(self) -> str:
        return self._joined(Kind.FOOTER)

    @property
    def quoted(self) -> str:
        return self._joined(Kind.QUOTE)

    @property
    def forwards(self) -> tuple[Segment, ...]:
        """The letters passed on, each with its author and subject where told, and `inner`."""
        return tuple(s for s in self.segments if s.kind is Kind.FORWARD)

    def lines(self, refs: frozenset[str]) -> tuple[Line, ...]:
        """The author's own lines, blank ones among them, each with the card it was typed under.

        `refs` are the references that can be meant, in capitals. A line stands under a card where the
        quote directly above it names the card, and goes on below; or names no other card. So an answer
        below the whole letter stands under none.
        """
        quotes = [n for n, s in enumerate(self.segments) if s.kind is Kind.QUOTE and s.text.strip()]
        last = quotes[-1] if quotes else -1
        found: list[Line] = []
        above: list[str] = []  # what the quote directly above names, in order
        for n, segment in enumerate(self.segments):
            if segment.kind is Kind.QUOTE:
                above = _references(segment.text, refs)
            elif segment.kind is Kind.OWN:
                under = above[-1] if above and (n < last or len(set(above)) == 1) else ""
                found += [Line(text=t.strip(), under=under) for t in segment.text.split("\n")]
        return tuple(found)

    def _joined(self, kind: Kind) -> str:
        return "\n\n".join(s.text for s in self.segments if s.kind is kind)


def divide(message: Message, words: Mapping[str, QuoteWords], own: frozenset[str] = frozenset()) -> Divided:
    """Part the author's own words from all else; total, in time linear in the length of the text (CAP characters).

    `words` by language tag: all languages are tried, since programs and people differ in theirs. `own`
    are our addr_specs in lower case; without it our address is the one that the mail was sent to. A letter
    of ours is always a quote, never a forward. The HTML alternative is read where there is no plain text,
    where it alone knows of a quote, and where it alone holds a table.
    """
    divider = _Divider(message, words, own)
    if not message.html:
        return divider.divide(message.text)
    if not message.text.strip():
        return divider.divide(read_page(message.html).text)
    divided = divider.divide(message.text)
    quotes = _has_foreign(divided)
    if not may_hold_rows(message.html) and (quotes or not may_quote(message.html)):
        return divided
    page = read_page(message.html)
    has_rows = _has_rows(page.text)
    if not has_rows and (quotes or not page.quoted):
        return divided
    other = divider.divide(page.text)
    quotes_there = _has_foreign(other)
    if page.quoted and quotes_there and not quotes:
        return other
    if has_rows and quotes == quotes_there and _has_table_unknown_to(message.text, other.own_words):
        return other
    return divided


class _Divider:
    """One mail being divided: the signposts, and who counts as us."""

    def __init__(self, message: Message, words: Mapping[str, QuoteWords], own: frozenset[str]) -> None:
        self._tools = _tools(tuple(words.values()))
        self._author = _author(message)
        self._subject = message.subject
        ours = own or frozenset(message.delivered_to) | {a.addr_spec for a in message.to[:1]}
        self._own = frozenset(_bare(address) for address in ours)
        self._own_names = frozenset(fold(a.display_name) for a in message.to if _bare(a.addr_spec) in self._own)

    def divide(self, text: str) -> Divided:
        lines = text[:CAP].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._divided(lines[:_LINES], self._author, self._subject, 0)

    def _divided(self, lines: Sequence[str], author: Address | None, subject: str, depth: int) -> Divided:
        segments: list[Segment] = []
        for segment in self._stretches(lines, subject, depth):
            if segment.kind is Kind.OWN:
                parts = self._tools.parting.part(segment.text, author)
                segments += [Segment(kind=Kind(part.value), text=text) for part, text in parts]
            else:
                segments.append(segment)
        return Divided(tuple(segments))

    def _stretches(self, lines: Sequence[str], subject: str, depth: int) -> Iterator[Segment]:
        """Own stretches, quotes and forwards, in order; own stretches still with signature and footers."""
        own: list[str] = []
        i = 0
        if depth == 0 and (bare := self._bare_attribution(lines, subject)) is not None:
            yield Segment(kind=Kind.QUOTE, text="", author=bare.author)
            i = bare.body
        while i < len(lines):
            post = self._tools.signposts.at(lines, i)
            if post is None and not is_quoted(lines[i]):
                own.append(lines[i])
                i += 1
                continue
            yield from _own(own)
            own = []
            i, body = foreign_lines(lines, post.body if post else i)
            yield self._foreign(post, body, subject, depth)
        yield from _own(own)

    def _bare_attribution(self, lines: Sequence[str], subject: str) -> Signpost | None:
        """An attribution that a reply begins with and below which nothing is marked as quoted.

        The quote was deleted and what follows is the answer: programs mark what they quote, or put it below.
        Ours, it may be the whole letter sent back, and stays a quote.
        """
        first = next((k for k, line in enumerate(lines[:6]) if line.strip()), None)
        post = self._tools.signposts.at(lines, first) if first is not None else None
        if post is None or post.mark is not Mark.ATTRIBUTION or self._is_ours(post.author) or post.author is None:
            return None
        below = next((line for line in lines[post.body : post.body + 6] if line.strip()), ">")
        if is_quoted(below) or not fold(subject).startswith(self._tools.reply_prefixes):
            return None
        marked = any(self._tools.signposts.is_marker(fold(line)) for line in lines)
        return None if marked else post

    def _foreign(self, post: Signpost | None, body: list[str], subject: str, depth: int) -> Segment:
        inside = self._post_inside(post, body)
        if inside is not None:
            post, body = inside, body[inside.body :]
        text = "\n".join(body).strip("\n")
        if post is None:
            return Segment(kind=Kind.QUOTE, text=text)
        if depth >= _NESTED or not self._is_forward(post, body, subject):
            return Segment(kind=Kind.QUOTE, text=text, author=post.author, subject=post.subject)
        inner = self._divided(body, post.author, post.subject, depth + 1)
        return Segment(kind=Kind.FORWARD, text=text, author=post.author, subject=post.subject, inner=inner)

    def _post_inside(self, post: Signpost | None, body: list[str]) -> Signpost | None:
        """The head of a forwarded letter that itself stands behind the quote marks."""
        if post is not None and (post.headed or post.mark is Mark.MARKER):
            return None
        first = next((k for k, line in enumerate(body[:6]) if line.strip()), None)
        inside = self._tools.signposts.at(body, first) if first is not None else None
        if inside is None or inside.mark not in {Mark.FORWARDED, Mark.HEADERS}:
            return None
        return replace(inside, mark=Mark.FORWARDED) if post and post.mark is Mark.FORWARDED else inside

    def _is_forward(self, post: Signpost, body: Sequence[str], subject: str) -> bool:
        """Is the letter passed on rather than answered to? What we wrote ourselves never is."""
        if post.mark is Mark.MARKER or self._is_ours(post.author):
            return False
        if any(self._tools.signposts.is_marker(fold(line)) for line in body[:3]):
            return False
        if post.mark is Mark.FORWARDED:
            return True
        folded_subject = fold(subject)
        if folded_subject.startswith(self._tools.forward_prefixes):
            return True
        return post.mark is Mark.HEADERS and not folded_subject.startswith(self._tools.reply_prefixes)

    def _is_ours(self, author: Address | None) -> bool:
        if author is None:
            return False
        if author.addr_spec:
            return _bare(author.addr_spec) in self._own
        return bool(author.display_name) and fold(author.display_name) in self._own_names


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    """What is made once from the words of all languages."""

    signposts: Signposts
    parting: Parting
    forward_prefixes: tuple[str, ...]
    reply_prefixes: tuple[str, ...]


@lru_cache(maxsize=8)
def _tools(words: tuple[QuoteWords, ...]) -> _Tools:
    return _Tools(
        signposts=Signposts(words),
        parting=Parting(words),
        forward_prefixes=tuple(fold(p) + ":" for w in words for p in w.forward_prefixes),
        reply_prefixes=tuple(fold(p) + ":" for w in words for p in w.reply_prefixes),
    )


def _author(message: Message) -> Address | None:
    """Whose letter it is; a From field may hold nothing but a name."""
    if message.authors:
        return message.authors[0]
    name = message.field("from") or ""
    return Address(name, "") if name and "@" not in name and len(name) <= 80 else None


def _has_foreign(divided: Divided) -> bool:
    return any(s.kind in {Kind.QUOTE, Kind.FORWARD} for s in divided.segments)


def _has_rows(text: str) -> bool:
    return text.count(CELL) > 1


def _has_table_unknown_to(text: str, own_words: str) -> bool:
    """Has the HTML a table, two rows or more, with cells that the plain text leaves out?"""
    rows = [line for line in own_words.split("\n")[:2_000] if CELL in line]
    if len(rows) < 2:
        return False
    known = "".join(text.split())
    cells = [cell for row in rows[:40] for cell in row.split(CELL)[:20] if len(cell.strip()) >= 3]
    return any("".join(cell.split()) not in known for cell in cells[:200])


def _own(lines: Sequence[str]) -> Iterator[Segment]:
    if any(line.strip() for line in lines):
        yield Segment(kind=Kind.OWN, text="\n".join(line.rstrip() for line in lines).strip("\n"))


def _references(text: str, refs: frozenset[str]) -> list[str]:
    """The known references in the text, in order."""
    plain = "".join(c if c.isascii() and c.isalnum() else " " for c in text.upper())
    return [word for word in plain.split() if word in refs]


def _bare(addr_spec: str) -> str:
    """The address in lower case without its plus-extension."""
    local, _, domain = addr_spec.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
