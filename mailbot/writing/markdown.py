"""The organizers' letter, written in a small part of Markdown, as HTML that can do no harm.

Paragraphs, headings, emphasis, lists, quotes, rules and links to https pages; everything else, HTML
above all, is printed as it was typed.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from mailbot.core.plausible import cleaned

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


@lru_cache(maxsize=16)
def heading(text: str) -> str:
    """The words of a heading of the first rank with which the letter begins, "" where it begins otherwise."""
    tokens = _parser().parse(text)
    return _plain(tokens[1]) if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1" else ""


@lru_cache(maxsize=16)
def opening(text: str, *, title: str = "", most: int = 200) -> str:
    """The first paragraph without its markup, for those who are shown a link to the letter; about `most` characters."""
    for token, after in pairwise(_parser().parse(text[:_LONGEST_OPENING])):
        if token.type == "paragraph_open" and (words := _plain(after)) and words != title:
            return words if len(words) <= most else words[:most].rstrip() + "…"
    return ""


_LONGEST_OPENING = 4_000  # characters


def _plain(token: Token) -> str:
    parts = (child.content if child.content else " " for child in token.children or ())
    return " ".join(cleaned("".join(parts)).split())


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
