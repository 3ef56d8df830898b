"""The HTML alternative of a mail as plain text in which quotes still show.

The parser calls back for each tag, so that no tree is built and no depth of nesting matters. Quoted
blocks come out with '>' marks, table rows as one line with ' | ' between the cells, hidden text not at all.
"""

import contextlib
import re
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from mailbot.reading.markup_style import Quoting, hides, is_dark, quoting

CAP = 1_000_000
"""Characters of HTML that are read; what lies beyond is not looked at."""

CELL = " | "
"""What stands between the cells of a table row."""

_CHUNK = 1 << 16
_TAGS = 40_000  # a mail has a few thousand
_QUOTE_DEPTH = 8
_CELLS_IN_ROW = 200
_RULE = "_" * 32
_CELL_TAG = re.compile("<t[dh]", re.IGNORECASE)
# fmt: off
_SILENT = frozenset(
    {
        "script", "style", "title", "head", "template", "noscript", "object", "iframe", "svg", "select",
        "textarea",
    }
)
_VOID = frozenset(
    {
        "br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "embed", "source", "track",
    }
)
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure",
        "footer", "form", "header", "html", "li", "main", "nav", "section", "tbody", "tfoot", "thead", "tr",
        "caption", "td", "th",
    }
)
_PARAGRAPHS = frozenset(
    {
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre",
    }
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page read: its text, and whether the HTML marks a quoted or forwarded letter as such."""

    text: str
    quoted: bool


def to_text(html: str) -> str:
    """The text that a reader sees. Never raises; linear in the length of the HTML, of which CAP characters are read."""
    return read_page(html).text


def may_hold_rows(html: str) -> bool:
    """Could its text hold a row of a table? Cheap, and never False where it does."""
    return "|" in html or _CELL_TAG.search(html) is not None


@lru_cache(maxsize=2)  # several readers of one mail ask for the same page
def read_page(html: str) -> Page:
    """What `to_text` gives, and what else the HTML tells."""
    writer = _Writer()
    clean = "".join(c for c in html[:CAP] if c >= " " or c in "\t\n\r").encode("utf-8", "replace")
    if clean.strip():
        parser = etree.HTMLParser(target=writer, huge_tree=True, remove_comments=True, encoding="utf-8")
        with contextlib.suppress(etree.LxmlError, ValueError, AssertionError):  # what was read so far still counts
            for start in range(0, len(clean), _CHUNK):
                parser.feed(clean[start : start + _CHUNK])
                if writer.tags > _TAGS:
                    break
            parser.close()
    return Page(writer.text(), writer.quoted)


@dataclass(slots=True)
class _Element:
    tag: str
    hidden: bool = False
    dark: bool = False  # on a background that white letters show on
    quotes: int = 0
    pre: bool = False
    count: int = 0  # of the items of a list so far


@dataclass(slots=True)
class _Row:
    cells: int = 0  # begun so far
    written: bool = False  # has a cell with text
    lines: int = 0  # lines of the page when the last cell began
    at_start: bool = False  # the last cell has no text yet


@dataclass(slots=True)
class _Writer:
    """Takes the tags of a page and writes its lines; a break is made only when more text comes."""

    quoted: bool = False
    tags: int = 0  # seen so far
    _stack: list[_Element] = field(default_factory=lambda: [_Element("")])
    _rows: list[_Row] = field(default_factory=list)
    _lines: list[tuple[int, str]] = field(default_factory=list)  # (depth of quoting, text)
    _words: list[str] = field(default_factory=list)
    _depth: int = 0  # of quoting, of the line being written
    _pre: bool = False  # is that line preformatted?
    _gap: int = 0  # before the next text: 1 a new line, 2 a blank one
    _separators: int = 0  # before the next text: borders of cells

    # -- called by the parser --

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        top = self._stack[-1]
        self.tags += 1
        if tag in _VOID:
            self._void(tag, top)
            return
        found = quoting(tag, attributes)
        self.quoted = self.quoted or found is not Quoting.NONE
        dark = is_dark(attributes, inherited=top.dark)
        element = _Element(
            tag,
            hidden=top.hidden or tag in _SILENT or hides(attributes, dark=dark),
            dark=dark,
            quotes=min(top.quotes + (found is Quoting.WHOLE), _QUOTE_DEPTH),
            pre=top.pre or tag == "pre",
        )
        self._gap_for(tag)
        if tag == "tr":
            self._rows.append(_Row())
        elif tag in {"td", "th"} and self._rows:
            self._cell(self._rows[-1])
        self._stack.append(element)
        if tag == "li" and not element.hidden:
            top.count += 1
            self._write(f"{top.count}. " if top.tag == "ol" else "- ")

    def end(self, tag: str) -> None:
        if tag in _VOID or len(self._stack) == 1:
            return
        self._gap_for(tag)
        if tag == "tr" and self._rows:
            self._rows.pop()
            self._separators, self._gap = 0, 1
        self._stack.pop()

    def data(self, text: str) -> None:
        top = self._stack[-1]
        if top.hidden:
            return
        if not top.pre:
            self._write(text)
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self._write(first)
        for line in others:
            self._flush(always=True)
            self._write(line)

    def close(self) -> None:
        self._flush()

    def text(self) -> str:
        """The lines of the page; two blank ones never follow each other."""
        self._flush()
        written: list[str] = []
        for depth, line in self._lines:
            full = ("> " * depth + line).rstrip()
            if line or (written and written[-1].strip("> ")):
                written.append(full)
        return "\n".join(written).strip("\n")

    # -- private --

    def _void(self, tag: str, top: _Element) -> None:
        if top.hidden or tag not in {"br", "hr"}:
            return
        if tag == "hr":
            self._gap = max(self._gap, 1)
            self._write(_RULE)
            self._gap = 1
        else:
            self._gap = min(self._gap + 1, 2)

    def _gap_for(self, tag: str) -> None:
        if tag in _PARAGRAPHS and not (self._rows and self._rows[-1].at_start):
            self._gap = 2
        elif tag in _PARAGRAPHS or tag in _BLOCKS:
            self._gap = max(self._gap, 1)

    def _cell(self, row: _Row) -> None:
        """Begin a cell: beside the one before it, unless that one took several lines."""
        row.cells += 1
        if row.written and len(self._lines) == row.lines and row.cells <= _CELLS_IN_ROW:
            self._gap = 0
            self._separators += 1
        row.lines = len(self._lines)
        row.at_start = True

    def _write(self, text: str) -> None:
        if text.strip():
            if self._gap and not self._separators:
                self._flush()
                if self._gap == 2 and self._lines and self._lines[-1][1]:
                    self._lines.append((min(self._stack[-1].quotes, self._lines[-1][0]), ""))
            if self._separators:
                self._words.append(CELL * self._separators)
            self._gap = self._separators = 0
            if self._rows:
                row = self._rows[-1]
                row.lines = row.lines if row.written else len(self._lines)
                row.written, row.at_start = True, False
        if not self._words:
            self._depth, self._pre = self._stack[-1].quotes, self._stack[-1].pre
        self._words.append(text)

    def _flush(self, *, always: bool = False) -> None:
        joined = "".join(self._words)
        line = joined.rstrip() if self._pre else " ".join(joined.split())
        depth = self._depth if self._words else self._stack[-1].quotes
        self._words.clear()
        if line or always:
            self._lines.append((depth, line))
