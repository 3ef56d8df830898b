"""Where a letter quoted or forwarded inside a mail begins: attribution lines, header blocks, separators.

Everything here looks at a few lines from where it stands, so that a hostile text costs its length and no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.message import Address
from mailbot.reading.attributions import LONGEST, author_in, fits, is_dated, is_dateline, is_open, read_address
from mailbot.reading.quote_words import QuoteWords, fold, folded, pieces

_WRAPPED = 4  # an attribution is broken over so many lines at most
_BLOCK = 24  # lines that a header block has at most, wrapped recipients included
_RULES = "-_=*—–─━ \t>"


class Mark(StrEnum):
    """By what a foreign letter was known."""

    ATTRIBUTION = "attribution"  # On … wrote:
    HEADERS = "headers"  # From: Sent: To: Subject:
    ORIGINAL = "original"  # -----Original Message-----
    FORWARDED = "forwarded"  # ---------- Forwarded message ---------
    MARKER = "marker"  # our own "reply above this line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signpost:
    """The head of a foreign letter: it takes lines [start, body) and tells, where it does, who wrote what."""

    mark: Mark
    body: int
    author: Address | None = None
    subject: str = ""
    headed: bool = False  # has a header block or an attribution


class Signposts:
    """The signposts of all languages at once: people's mail programs speak another language than they do."""

    def __init__(self, words: Iterable[QuoteWords]) -> None:
        known = tuple(words)
        self._markers = tuple(_core(fold(w.marker)) for w in known)
        self._originals = frozenset(p for w in known for p in folded(w.originals))
        self._forwarded = frozenset(p for w in known for p in folded(w.forwarded))
        self._attributions = tuple({pieces(p): None for w in known for p in w.attributions})
        self._headers: Mapping[str, str] = {
            fold(name): field
            for w in known
            for field, names in (
                ("author", w.headers.author),
                ("sent", w.headers.sent),
                ("to", w.headers.to),
                ("copy", w.headers.copy),
                ("subject", w.headers.subject),
            )
            for name in names
        }

    def at(self, lines: Sequence[str], i: int) -> Signpost | None:
        """The foreign letter whose head begins on line `i`, or None."""
        line = fold(lines[i])
        if not line:
            return None
        if self.is_marker(line):
            return Signpost(mark=Mark.MARKER, body=i + 1)
        return self._separator(lines, i, line) or self._header_block(lines, i) or self._attribution(lines, i)

    def is_marker(self, folded_line: str) -> bool:
        """Is it the line of our own letters above which to reply?"""
        return any(marker in folded_line for marker in self._markers)

    # -- separators --

    def _separator(self, lines: Sequence[str], i: int, line: str) -> Signpost | None:
        core = _core(line)
        ruled = line[0] in _RULES
        if core in self._forwarded:
            mark = Mark.FORWARDED
        elif core in self._originals and (ruled or self._headed(lines, i + 1)):
            mark = Mark.ORIGINAL
        elif _is_rule(line, core) and (inner := self._header_block(lines, _next(lines, i + 1))):
            return inner
        else:
            return None
        start = _next(lines, i + 1)
        head = self._header_block(lines, start) or self._attribution(lines, start)
        if head is None:
            return Signpost(mark=mark, body=i + 1) if mark is Mark.ORIGINAL or ruled else None
        return Signpost(mark=mark, body=head.body, author=head.author, subject=head.subject, headed=True)

    def _headed(self, lines: Sequence[str], i: int) -> bool:
        start = _next(lines, i)
        return bool(self._header_block(lines, start) or self._attribution(lines, start))

    # -- header blocks --

    def _header_block(self, lines: Sequence[str], i: int) -> Signpost | None:
        """Three header lines or more, From among them (Outlook, Apple Mail, QQ, NetEase and their like)."""
        if i >= len(lines) or self._field(lines[i]) is None:
            return _unknown_block(lines, i)
        found: dict[str, str] = {}
        body, last = i, ""
        for k in range(i, min(i + _BLOCK, len(lines))):
            line = lines[k].strip(" \t\u200e\u200f\xa0>")
            field = self._field(lines[k])
            if field is not None:
                if field[0] in found:
                    break
                last = field[0]
                found[last] = field[1]
                body = k + 1
            elif not line:
                if len(found) >= 3 and not self._more(lines, k):
                    break
            elif last in {"to", "copy", "subject", "author"} and k == body and _continues(line, lines[k - 1], last):
                found[last] = f"{found[last]} {line}".strip()
                body = k + 1
            else:
                break
        if "author" not in found or len(found) < 3 or not ("sent" in found or "@" in found["author"]):
            return _unknown_block(lines, i)  # "De:" is also what the Spanish say
        return Signpost(
            mark=Mark.HEADERS,
            body=body,
            author=read_address(found["author"]),
            subject=found.get("subject", ""),
            headed=True,
        )

    def _more(self, lines: Sequence[str], k: int) -> bool:
        """Does the block go on after this blank line?"""
        return k + 1 < len(lines) and self._field(lines[k + 1]) is not None

    def _field(self, line: str) -> tuple[str, str] | None:
        """A header line's field and value. Bold header names keep their asterisks in plain text: *From:* ."""
        if ":" not in line and "：" not in line:
            return None
        head = line[:200].strip(" \t\u200e\u200f\xa0>*").replace("：", ":")
        name, colon, _ = head.partition(":")
        if not colon or len(name) > 40:
            return None
        field = self._headers.get(fold(name.replace("*", "")))
        if field is None:
            return None
        value = line.replace("：", ":", 1).partition(":")[2]
        return field, value[:1_000].strip(" \t*\u200e\u200f\xa0;")

    # -- attributions --

    def _attribution(self, lines: Sequence[str], i: int) -> Signpost | None:
        """On … wrote: with the letter's author and date between, on one line or wrapped."""
        parts: list[str] = []
        for k in range(i, min(i + _WRAPPED, len(lines))):
            part = lines[k].strip(" \t\xa0")
            if not part or (k > i and part.startswith(">") and not is_open(parts)):
                return None
            parts.append(part)
            joined = " ".join(parts)
            if len(joined) > LONGEST:
                return None
            if not part.endswith((":", "：")):
                if k == i and is_dateline(part):
                    return Signpost(mark=Mark.ATTRIBUTION, body=k + 1, author=author_in(part), headed=True)
                continue
            if k == i and _quoted_next(lines, k + 1) and _stands_alone(lines, i) and is_dated(part):
                return Signpost(mark=Mark.ATTRIBUTION, body=k + 1, author=author_in(part), headed=True)
            if not self._attributes(joined, _quoted_next(lines, k + 1) and k == i):
                return None
            if k > i and not self._starts(parts, _quoted_next(lines, k + 1)):
                return None
            return Signpost(mark=Mark.ATTRIBUTION, body=k + 1, author=author_in(joined), headed=True)
        return None

    def _starts(self, parts: Sequence[str], quoted: bool) -> bool:
        """Does a wrapped attribution begin with its first line, or is that the end of the author's own text?"""
        if not any(c.isdigit() or c in "<@" for c in parts[0]):
            return False
        shorter = " ".join(parts[1:])
        if self._opened(" ".join(parts)) and not self._opened(shorter):
            return True  # On … at the head of the first line
        return shorter.startswith("<") or not ("<" in shorter and self._attributes(shorter, quoted))

    def _opened(self, text: str) -> bool:
        """Does it begin as an attribution does, with a word such as "On"?"""
        line = fold(text)
        return any(parts[0] and fits(line, parts) for parts in self._attributions)

    def _attributes(self, text: str, quoted: bool) -> bool:
        """Is it an attribution? `quoted`: lines with '>' follow, so that less need be told."""
        line = fold(text.lstrip("> -"))
        digits = sum(c.isdigit() for c in line)
        address = "@" in line
        angled = 0 <= line.find("<") < line.rfind("@") < line.rfind(">")
        for parts in self._attributions:
            if not fits(line, parts):
                continue
            if parts[0] or len(parts) > 2:
                return quoted or address or digits >= 3
            return quoted or angled or (address and digits >= 3)
        # in a language that we have no words for: an address in angle brackets, a date and a colon
        tail = line[line.rfind(">") + 1 :].rstrip(":")
        return angled and digits >= 6 and len(tail) <= 40 and ":" not in tail


def _quoted_next(lines: Sequence[str], i: int) -> bool:
    after = _next(lines, i)
    return after < len(lines) and lines[after].lstrip().startswith(">")


def _stands_alone(lines: Sequence[str], i: int) -> bool:
    return i == 0 or not lines[i - 1].strip()


def _is_rule(line: str, core: str) -> bool:
    """A line of dashes, or one with words of some language in its middle: -----Mensaje original----- ."""
    if not core:
        return len(line) >= 5
    return len(core) <= 40 and line.startswith("---") and line.endswith("---")


def _unknown_block(lines: Sequence[str], i: int) -> Signpost | None:
    """A header block in a language that we have no words for: an address in the first line, a date in the next ones."""
    if i >= len(lines) or not ("<" in lines[i] or "[mailto:" in lines[i]):
        return None
    values: list[str] = []
    for line in lines[i : i + 6]:
        name, colon, value = line[:LONGEST].strip(" \t\xa0>*").replace("：", ":").partition(":")
        if not colon or not value.strip() or not 1 <= len(name.strip(" *")) <= 16 or "<" in name:
            break
        values.append(value.strip(" *"))
    if len(values) < 3 or "@" not in values[0] or not any(sum(c.isdigit() for c in v) >= 6 for v in values[1:3]):
        return None
    return Signpost(mark=Mark.HEADERS, body=i + len(values), author=read_address(values[0]), headed=True)


def _continues(line: str, above: str, field: str) -> bool:
    """Is a line below a header line the rest of it? Recipients wrap after a comma or semicolon."""
    above = above.rstrip(" \t*\xa0")
    if field in {"to", "copy"}:
        return above.endswith((",", ";", "；")) or (above.endswith((":", "：")) and "@" in line)
    return field in {"author", "subject"} and above.endswith((":", "："))


def _core(line: str) -> str:
    """A line without the dashes around it."""
    return line.strip(_RULES).rstrip(" :.").strip(_RULES)


def _next(lines: Sequence[str], i: int) -> int:
    """The next line that says something, a few lines on at most."""
    end = min(i + 4, len(lines))
    while i < end and not lines[i].strip(" \t\xa0\u200e\u200f"):
        i += 1
    return i
