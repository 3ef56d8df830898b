"""Markdown and plain text → the outline of what they say."""

import re

from markdown_it import MarkdownIt

from mailbot.reading.outline import LINES, Line, Shape
from mailbot.reading.page_outline import page_outline

_BULLET = re.compile(r"^\s*(?:[-*+•‣◦·∙●○■□▪]|\(?\d{1,4}[.)])\s+(?=\S)")
_UNDERLINE = re.compile(r"^\s*(?:={3,}|-{3,}|_{3,}|\*{3,}|~{3,})\s*$")
_HEADING = re.compile(
    r"^#{1,6} |^[ \t]{0,8}\*\*[^*\n]{1,200}\*\*[ \t]{0,8}$|^[ \t]{0,8}\|.*\|[ \t]{0,8}$", re.MULTILINE
)
_FRONT = re.compile(r"\A---\n(?:.{0,2000}\n){0,200}?---\n")
_TEXT = 2_000  # characters of one line
_CAP = 4_000_000


def markdown_outline(text: str) -> tuple[Line, ...]:
    """The outline of a Markdown text; a line break within a paragraph counts, for lists are often written so."""
    text = _FRONT.sub("", text[:_CAP])
    html = MarkdownIt("commonmark", {"breaks": True, "html": True, "maxNesting": 20}).enable("table").render(text)
    return page_outline(html)


def looks_like_markdown(text: str) -> bool:
    """Whether a text without a name of its own is Markdown: headings, bold lines or rows of a table."""
    return _HEADING.search(text[:200_000]) is not None


def plain_outline(text: str) -> tuple[Line, ...]:
    """The lines of a plain text; one that is underlined, or ends with a colon above others, is a heading."""
    raw = text[:_CAP].splitlines()[:LINES]
    lines: list[Line] = []
    block = 0
    for number, written in enumerate(raw, 1):
        stripped = written.strip()[:_TEXT]
        if _UNDERLINE.match(written):
            if lines and lines[-1].number == number - 1 and lines[-1].shape is Shape.LINE:
                lines[-1] = Line(shape=Shape.HEADING, cells=lines[-1].cells, number=number - 1, level=2, block=block)
            continue
        if not stripped:
            block += 1
            continue
        bullet = _BULLET.match(written)
        shape = Shape.ITEM if bullet else Shape.LINE
        lines.append(
            Line(
                shape=shape,
                cells=(written[bullet.end() :].strip()[:_TEXT] if bullet else stripped,),
                number=number,
                block=block,
            )
        )
    return tuple(lines)
