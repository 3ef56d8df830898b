"""A text as the tokens that the network reads: words of an alphabet, single ideographs, numbers, marks, line ends."""

import re
from functools import lru_cache
from typing import NamedTuple

# No word is endless, so that what is kept of words is bounded.
_TOKEN = re.compile(
    r"\n|[\u3400-\u9fff]|[cdjlmnstCDJLMNST]['’](?=[^\W\d_])"
    r"|[^\W\d_\u3400-\u9fff]{1,60}(?:['’-][^\W\d_\u3400-\u9fff]{1,60}){0,8}|\d{1,60}|[^\w\s]|_{1,60}"
)
_MARKS = {
    ".": "stop", "。": "stop", ",": "comma", "，": "comma", "!": "call", "！": "call", "?": "ask", "？": "ask",
    ":": "colon", "：": "colon", ";": "semicolon", "；": "semicolon", "(": "open", "（": "open", ")": "close",
    "）": "close", "-": "dash", "–": "dash", "—": "dash", "|": "border", "·": "border", "•": "bullet", "*": "bullet",
    "/": "slash", "&": "and", "@": "at", "、": "pause", "+": "plus",
    **dict.fromkeys('"“”«»「」『』《》', "quote"),
}  # fmt: skip


class Token(NamedTuple):  # made for every word of a mail, in a third of the time that a dataclass takes
    """One token at [start, end) of its text. `shape` tells capitals, script, kind of mark."""

    start: int
    end: int
    text: str
    shape: str


def tokens(text: str, most: int) -> list[Token]:
    """The first `most` tokens of the text, in order; in time linear in what is read."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        found.append(Token(*match.span(), word, shape(word)))
        if len(found) >= most:
            break
    return found


@lru_cache(maxsize=20_000)
def shape(word: str) -> str:
    """The kind of one token; names are open-ended, kinds are few."""
    first = word[0]
    if first == "\n":
        return "line"
    if is_ideograph(first):
        return "ideograph"
    if first.isdigit():
        return "number"
    if not first.isalpha():
        return _MARKS.get(first, "mark")
    if word.isupper():
        return "initial" if len(word) == 1 else "capitals"
    if first.isupper():
        return "capital" if word[1:].islower() else "mixed"
    return "small"


def is_ideograph(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
