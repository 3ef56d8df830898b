"""An HTML page → its outline: headings, items, rows and lines of what a reader sees as its content.

The parser calls back for each tag, so that no tree is built and no depth of nesting matters. Navigation,
comments, footers, forms and hidden text are left out; no address of a link is kept.
"""

import contextlib
import re
from dataclasses import dataclass, field

from lxml import etree

from mailbot.reading.markup_style import hides, is_dark
from mailbot.reading.outline import LINES, Line, Shape

CAP = 8_000_000
"""Characters of HTML that are read."""

_BLANKS = re.compile(r"[ \t\r\n\f\v\xa0]+")  # an ideographic space parts a name from an office
_CHUNK = 1 << 16
_TAGS = 400_000
_TEXT = 2_000  # characters of one line
_CELLS = 30
_LAYOUT = 3  # lines in one cell of a table that show that it is no table of cells
# fmt: off
_SILENT = frozenset(
    {
        "script", "style", "title", "head", "template", "noscript", "object", "iframe", "svg", "select", "textarea",
        "button", "form", "nav", "footer", "aside", "dialog", "menu", "video", "audio", "canvas", "math", "sup",
    }
)
_VOID = frozenset(
    {"br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "embed", "source", "track", "param"}
)
_INLINE = frozenset(
    {
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "label", "mark", "q", "s",
        "small", "span", "strong", "sub", "time", "tt", "u", "var", "acronym", "picture", "data", "dfn", "kbd",
    }
)
_ASIDE_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu", "form"})
_ASIDE_NAMES = frozenset(
    {
        "nav", "navigation", "navbar", "menu", "menubar", "breadcrumb", "breadcrumbs", "comments", "comment",
        "commentlist", "respond", "reply", "sidebar", "footer", "colophon", "cookie", "cookies", "share", "sharing",
        "sharedaddy", "social", "related", "recommended", "newsletter", "subscribe", "pagination", "pager",
        "masthead", "disqus", "advert", "advertisement", "promo", "popup", "modal", "toc", "screenreader",
    }
)
_WHOLE = frozenset({"html", "body", "main", "article"})  # their classes speak of the whole page
_PARTS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl"})
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "caption": 5, "legend": 5, "summary": 4}
_HOLDERS = frozenset({*_HEADINGS, "li", "td", "th", "dt", "dd"})
# fmt: on
_NEGATIONS = frozenset({"no", "has", "with", "without", "not", "hide", "hidden", "is"})


def page_outline(html: str) -> tuple[Line, ...]:
    """The lines of the page's content. Never raises; linear in the length of the HTML, at most CAP characters."""
    writer = _Outliner()
    clean = "".join(c for c in html[:CAP] if c >= " " or c in "\t\n\r").encode("utf-8", "replace")
    if clean.strip():
        parser = etree.HTMLParser(target=writer, huge_tree=True, remove_comments=True, encoding="utf-8")
        with contextlib.suppress(etree.LxmlError, ValueError, AssertionError):  # what was read so far still counts
            for start in range(0, len(clean), _CHUNK):
                parser.feed(clean[start : start + _CHUNK])
                if writer.tags > _TAGS or len(writer.lines) > LINES:
                    break
            parser.close()
    writer.close()
    return tuple(writer.lines[:LINES])


def is_aside(tag: str, attributes: dict[str, str]) -> bool:
    """Whether an element holds what stands around the content: menus, comments, footers, by its role or its names."""
    if attributes.get("role", "").casefold() in _ASIDE_ROLES:
        return True
    if tag in _WHOLE:
        return False
    names = f"{attributes.get('id', '')} {attributes.get('class', '')}"[:500].casefold().replace("_", "-").split()
    return any(_names_aside(name) for name in names)


def _names_aside(name: str) -> bool:
    parts = name.split("-")
    if parts[0] in _NEGATIONS:
        return False
    return parts[0] in _ASIDE_NAMES or (len(parts) < 4 and parts[-1] in _ASIDE_NAMES)


@dataclass(slots=True)
class _Element:
    tag: str
    silent: bool
    dark: bool
    block: int
    linked: bool
    bold: bool
    pieces: list[str] = field(default_factory=list)  # finished lines of an item or a cell
    row: "_Row | None" = None  # the row that is being filled, of a tr
    laid_out: bool = False  # a cell that holds lists, headings or tables: what stands in it stands by itself
    holder: "_Element | None" = None  # the heading, item or cell that its text belongs to, itself perhaps


@dataclass(slots=True)
class _Row:
    cells: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class _Outliner:
    """Takes the tags of a page and gathers its lines."""

    lines: list[Line] = field(default_factory=list)
    tags: int = 0
    _stack: list[_Element] = field(default_factory=lambda: [_Element("", False, False, 0, False, False)])
    _words: list[str] = field(default_factory=list)
    _linked: bool = True  # all words of the line so far are
    _bold: bool = True
    _blocks: int = 0
    _tables: list[_Element] = field(default_factory=list)  # open rows and cells that nothing laid out yet

    # -- called by the parser --

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        top = self._stack[-1]
        self.tags += 1
        if tag in _VOID:
            if tag in {"br", "hr"} and not top.silent:
                self._flush()
            return
        if tag not in _INLINE:
            self._flush()
        dark = is_dark(attributes, inherited=top.dark)
        silent = top.silent or tag in _SILENT or hides(attributes, dark=dark) or is_aside(tag, attributes)
        block = top.block
        if tag not in _INLINE and tag not in {"p", "li", "tr", "td", "th", "tbody", "thead"}:
            self._blocks += 1
            block = self._blocks
        bold = top.bold or tag in {"b", "strong"}
        element = _Element(tag, silent, dark, block, top.linked or tag == "a", bold)
        element.holder = element if tag in _HOLDERS else top.holder
        if tag in _PARTS:
            self._lay_out()
        if tag == "tr":
            element.row = _Row()
        if tag in {"tr", "td", "th"}:
            self._tables.append(element)
        self._stack.append(element)

    def end(self, tag: str) -> None:
        if tag in _VOID or len(self._stack) == 1:
            return
        element = self._stack[-1]
        if element.tag not in _INLINE:
            self._flush()
        self._stack.pop()
        if self._tables and self._tables[-1] is element:
            self._tables.pop()
        if element.tag == "li":
            self._item(element)
        elif element.tag in {"td", "th"} and self._stack[-1].row is not None and not element.silent:
            self._stack[-1].row.cells.append(element.pieces)
        elif element.tag == "tr" and element.row is not None:
            self._finish_row(element)
        elif element.tag in {"dt", "dd"}:
            self._term(element, self._stack[-1])
        elif element.pieces:
            self._item(element)

    def data(self, text: str) -> None:
        top = self._stack[-1]
        if top.silent:
            return
        if text.strip():
            self._linked = self._linked and top.linked
            self._bold = self._bold and top.bold
        self._words.append(text)

    def close(self) -> None:
        while len(self._stack) > 1:
            self.end(self._stack[-1].tag)
        self._flush()

    # -- private --

    def _flush(self) -> None:
        text = _BLANKS.sub(" ", "".join(self._words)).strip()[:_TEXT]
        linked, bold = self._linked, self._bold
        self._words.clear()
        self._linked = self._bold = True
        if not text:
            return
        holder = self._stack[-1].holder
        if holder is None or holder.laid_out:
            self._add(Shape.LINE, (text,), self._stack[-1].block, linked=linked, bold=bold)
        elif holder.tag in _HEADINGS:
            self._add(Shape.HEADING, (text,), holder.block, level=_HEADINGS[holder.tag])
        else:
            holder.pieces.append(text)
            if holder.tag == "li" and self._stack[-1].tag in {"ul", "ol"}:
                self._item(holder)  # what stands before a list within the item

    def _lay_out(self) -> None:
        """The cells around what begins here only lay the page out: what was held back of them comes first."""
        for element in self._tables:
            if element.row is not None:
                for pieces in element.row.cells:
                    self._add_lines(pieces, element.block)
                element.row = _Row()
            else:
                self._add_lines(element.pieces, element.block)
                element.pieces, element.laid_out = [], True
        self._tables.clear()

    def _term(self, element: _Element, list_: _Element) -> None:
        """What is said of a term belongs to it: a name, and below it the office."""
        if element.tag == "dt" and list_.pieces:
            self._item(list_)
        list_.pieces.extend(element.pieces)

    def _item(self, element: _Element) -> None:
        """An item: its few lines are one name with its office, many are names of their own."""
        pieces, element.pieces = element.pieces, []
        if len(pieces) > _LAYOUT:
            self._add_lines(pieces, element.block)
        elif pieces:
            self._add(Shape.ITEM, (", ".join(piece.rstrip(" ,;:") for piece in pieces),), element.block)

    def _finish_row(self, element: _Element) -> None:
        row = element.row
        cells = row.cells[:_CELLS] if row else []
        if any(len(pieces) >= _LAYOUT for pieces in cells) or len(cells) == 1:
            for pieces in cells:
                self._blocks += 1
                self._add_lines(pieces, self._blocks if len(cells) > 1 else element.block)
        elif any(cells):
            self._add(Shape.ROW, tuple(", ".join(pieces) for pieces in cells), element.block)

    def _add_lines(self, pieces: list[str], block: int) -> None:
        for piece in pieces:
            self._add(Shape.LINE, (piece,), block)

    def _add(
        self,
        shape: Shape,
        cells: tuple[str, ...],
        block: int,
        *,
        level: int = 0,
        linked: bool = False,
        bold: bool = False,
    ) -> None:
        number = len(self.lines) + 1
        self.lines.append(
            Line(shape=shape, cells=cells, number=number, level=level, block=block, linked=linked, bold=bold)
        )
