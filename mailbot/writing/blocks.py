"""Between template and letter: the blocks that a letter is made of, and how they look as plain text.

A template prints plain paragraphs and calls the functions of `MARKS` for everything else ({{ entry(line) }}).
Each mark is a line that begins with a control character; facts hold none (see defuse), so no stranger can
make one. The same blocks become the text part here and the HTML part through templates/layout.html.j2.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_MARK, _FIELD = "\x02", "\x1f"
_NEWLINE = "\x1e"
_HAN_FROM = "\u2e80"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a letter. `kind` is a key of MARKS or "paragraph"; what `parts` are, MARKS tells."""

    kind: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.parts[0] if self.parts else ""

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


def read_blocks(rendered: str) -> list[Block]:
    """The blocks of a rendered template, in order. Lines that stand together make one paragraph."""
    blocks: list[Block] = []
    paragraph: list[str] = []
    for line in [*rendered.split("\n"), ""]:
        stripped = line.strip(" ")
        if stripped and not stripped.startswith(_MARK):
            paragraph.append(stripped)
            continue
        if paragraph:
            blocks.append(Block("paragraph", (_join(paragraph),)))
            paragraph = []
        if stripped:
            kind, *parts = stripped[1:].split(_FIELD)
            blocks.append(Block(kind, tuple(part.replace(_NEWLINE, "\n") for part in parts)))
    return blocks


def plain(blocks: list[Block]) -> str:
    """The text part: paragraphs unbroken, for the reader's screen to wrap; a blank line between unlike blocks."""
    lines: list[str] = []
    before, boxed = "", False
    for block in blocks:
        shown = list(_plain_lines(block))
        if shown:
            together = boxed or not lines or (block.kind == before and block.kind in _RUNS)
            lines += shown if together else ["", *shown]
            before = block.kind
        boxed = block.kind == "box" or (boxed and block.kind != "close")
    return "\n".join(lines) + "\n"


def _mark(kind: str) -> Callable[..., str]:
    def mark(*parts: object) -> str:
        texts = (str(part).replace("\n", _NEWLINE) for part in parts)
        return "\n" + _MARK + _FIELD.join((kind, *texts)) + "\n"

    return mark


MARKS: Mapping[str, Callable[..., str]] = {
    # function in templates: its parts
    "entry": _mark("entry"),  # (line): an entry exactly as it is printed
    "quoted": _mark("quoted"),  # (text): somebody's own words, line by line
    "item": _mark("item"),  # (text): a point of a list
    "did": _mark("did"),  # (line as typed, what came of it, line by line)
    "did_not": _mark("did_not"),  # (line as typed, why nothing came of it)
    "detail": _mark("detail"),  # (text): one of several short facts
    "heading": _mark("heading"),  # (text)
    "box": _mark("box"),  # (number, reference, line): opens the box of a card, up to `close`
    "proof": _mark("proof"),  # (tone, text): something to weigh at a glance; tone is a key of TONES
    "close": _mark("close"),  # ()
    "tap": _mark("tap"),  # (label, body): a link that writes a reply with that body; in HTML alone
    "link": _mark("link"),  # (url): a page of ours
    "small": _mark("small"),  # (text): fine print
}

TONES: Mapping[str, str] = {"good": "✓", "warn": "?", "bad": "!", "like": "≈"}
"""Tone of a proof → the sign before it, so that no meaning hangs on colour alone."""

_RUNS = frozenset({"item", "detail", "proof", "quoted"})


def _plain_lines(block: Block) -> Iterator[str]:
    match block.kind:
        case "entry":
            yield "    " + block.text
        case "quoted":
            yield from (f"| {line}".rstrip() for line in block.lines)
        case "item":
            yield "- " + block.text
        case "did" | "did_not":
            yield ("✓ " if block.kind == "did" else "✗ ") + block.text
            yield from ("  " + came_of_it for came_of_it in block.parts[1].split("\n"))
        case "proof":
            yield f"{TONES[block.text]} {block.parts[1]}"
        case "box":
            number, ref, line = block.parts
            yield f"{number}. [{ref}] {line}"
        case "close" | "tap":
            return
        case _:
            yield from block.lines


def _join(lines: list[str]) -> str:
    """Lines of a template as one paragraph: a blank between them, except between Han writing."""
    joined = lines[0]
    for line in lines[1:]:
        joined += ("" if joined[-1] >= _HAN_FROM and line[0] >= _HAN_FROM else " ") + line
    return joined
