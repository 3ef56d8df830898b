"""The organizers' letter, written in a small part of Markdown, as HTML that can do no harm.

Paragraphs, headings, emphasis, lists, quotes, rules and links to https pages; everything else, HTML
above all, is printed as it was typed.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_BLOCKS = ["heading", "lheading", "list", "blockquote", "hr"]
_INLINE = ["emphasis", "link", "autolink", "escape", "entity", "newline", "balance_pairs"]


def to_html(text: str, *, title: str = "") -> str:
    """The letter as HTML, its headings one level down, since the page has its own h1.

    A first heading that only repeats `title` is left out. Links other than https are printed as typed.
    """
    tokens = _parser().parse(text)
    if title and _repeats(tokens, title):
        tokens = tokens[3:]
    return str(_parser().renderer.render(tokens, _parser().options, {})).strip()


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "maxNesting": 20}).enable(_BLOCKS + _INLINE, ignoreInvalid=True)
    parser.validateLink = _is_https  # type: ignore[method-assign]
    parser.add_render_rule("heading_open", _heading)
    parser.add_render_rule("heading_close", _heading)
    parser.add_render_rule("link_open", _link)
    return parser


def _is_https(url: str) -> bool:
    return url.startswith("https://")


def _heading(_renderer: Any, tokens: Sequence[Token], at: int, *_: Any) -> str:
    level = min(int(tokens[at].tag[1]) + 1, 4)
    return f"<h{level}>" if tokens[at].nesting == 1 else f"</h{level}>\n"


def _link(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    tokens[at].attrSet("rel", "noopener noreferrer")
    return str(renderer.renderToken(tokens, at, options, env))


def _repeats(tokens: Sequence[Token], title: str) -> bool:
    if len(tokens) < 3 or tokens[0].type != "heading_open":
        return False
    return " ".join(tokens[1].content.split()).casefold() == " ".join(title.split()).casefold()
