"""Where one sentence of an organizer ends and the next begins."""

from collections.abc import Iterator, Sequence

from mailbot.core.grammar.tokens import Kind, Token

LONGEST_SENTENCE = 300
"""In tokens; a longer one is prose and is not searched for orders."""


def split(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The sentences of a line, each with the mark that ends it. " / " and ";" end one too."""
    begin = 0
    for at in range(len(tokens)):
        if _ends(tokens, at, begin):
            yield tokens[begin : at + 1]
            begin = at + 1
    if begin < len(tokens):
        yield tokens[begin:]


def _ends(tokens: Sequence[Token], at: int, begin: int) -> bool:
    mark = tokens[at].text
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if mark in ("!", "?", ";", "|"):
        return following is None or following.text not in ("!", "?", ".")
    if mark == "/":  # 1/3/5 is a list
        before = tokens[at - 1] if at > begin else None
        joins = before is not None and following is not None and not tokens[at].spaced and not following.spaced
        numbers = at > begin and all(
            token.has(Kind.NUMBER, Kind.REFERENCE) or token.text == "/" for token in tokens[begin:at]
        )
        joins = joins or (numbers and following is not None and following.has(Kind.NUMBER, Kind.REFERENCE))
        return not joins
    if mark != "." or following is None or following.text in ("!", "?", "."):
        return mark == "."
    before = tokens[at - 1] if at > begin else None
    if before is None or before.has(Kind.ABBREVIATION):
        return before is None
    if not following.spaced and not following.han and not before.han:
        numbers = before.has(Kind.NUMBER) and not following.has(Kind.NUMBER)
        if not numbers:
            return False  # example.org, 3.5
    numbered = all(token.has(Kind.NUMBER, Kind.MARK) or token.text in ".-*•#" for token in tokens[begin:at])
    return not numbered  # "1. ok" is a numbered list
