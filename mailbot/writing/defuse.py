"""Makes strangers' words harmless before a template prints them: whatever is left is data in one place.

After `defuse` no fact holds a control character, so the control characters by which templates mark
structure (see blocks) cannot be forged, nor can a header field be broken.
"""

import re
from collections.abc import Mapping
from typing import Any

MULTILINE = frozenset({"words", "text"})
"""Facts that keep their line breaks; every other one becomes a single line."""

_LONGEST_LINE = 1_000
_LONGEST_TEXT = 20_000

# Control characters, surrogates, bidi controls and isolates (Unicode TR 9), invisible fillers and tag
# characters. Zero-width joiners stay: emoji, Persian and Indic names are written with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\x1f]+")
_TAG = re.compile(r"\[(?=#|[0-9A-Za-z]{4}\])")
# The head of a capability (see core.tokens), which clients may have broken. Somebody else's, quoted back by
# an organizer, would count as stolen and veto the organizer's own order.
_CAPABILITY = re.compile(r"(?<![0-9a-z])m\s{0,4}b\s{0,4}1(?=\s{0,4}[a-z])[0-9a-z]{0,60}", re.ASCII | re.IGNORECASE)


def defuse(facts: Mapping[str, Any]) -> dict[str, Any]:
    """`facts` with every string in it made inert, however deep it lies; numbers and truth values as they are.

    A bracket that opens what looks like one of our references or tags becomes a round one, so that a
    stranger's words can neither claim a card nor carry a capability.
    """
    return {key: _value(value, multiline=key in MULTILINE) for key, value in facts.items()}


def single_line(text: str) -> str:
    """`text` without control characters and line breaks, runs of blanks made one, cut at 1,000 characters."""
    text = _BREAK.sub(" ", text[: 2 * _LONGEST_LINE])
    text = _SPACES.sub(" ", _UNSEEN.sub("", text)).strip(" ")
    text = _CAPABILITY.sub("…", _TAG.sub("(", text))
    return text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…"


def several_lines(text: str) -> str:
    """As `single_line` for each line; at most 20,000 characters in all."""
    lines = (single_line(line) for line in _BREAK.split(text[:_LONGEST_TEXT]))
    return _CAPABILITY.sub("…", "\n".join(lines).strip("\n"))


def _value(value: Any, *, multiline: bool) -> Any:
    if isinstance(value, str):
        return several_lines(value) if multiline else single_line(value)
    if isinstance(value, Mapping):
        return defuse(value)
    if isinstance(value, list | tuple):
        return [_value(item, multiline=multiline) for item in value]
    return value
