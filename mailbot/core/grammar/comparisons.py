"""Cards that a reason names: "2 no, duplicate of 1". What compares a card with another orders nothing for that one."""

from collections.abc import Sequence

from mailbot.core.grammar.targets import skip
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.wishes import LIGHT, Wish
from mailbot.core.intents import Verb


def gives_reason(tokens: Sequence[Token], at: int, before: Wish, wish: Wish) -> bool:
    """ "2 no, duplicate of 1", 2不批，同1重複: what looks like an order tells why the one before it was given."""
    if before.verb is not Verb.REJECT or wish.verb is not Verb.REJECT or wish.targets is None:
        return False
    words = tokens[at : wish.end]
    if not any(token.has(Kind.RELATION) for token in words):
        return False
    joined = at > 0 and any(t.has(Kind.AND, Kind.BECAUSE) for t in tokens[before.end : at + 1])
    return words[0].has(Kind.RELATION) or joined or any(t.has(Kind.AND, Kind.STATEMENT) for t in words)


def is_compared(tokens: Sequence[Token], at: int, verb_at: int) -> bool:
    """Whether these may be one card and another that it is compared with: 2同1重複."""
    return tokens[verb_at].has(Kind.RELATION) and any(t.has(Kind.AND) for t in tokens[at:verb_at])


def compares(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that compares cards stands here: 和1"重复"."""
    behind = skip(tokens, at, *LIGHT)
    return behind < len(tokens) and tokens[behind].has(Kind.RELATION)


def is_glued(tokens: Sequence[Token], at: int) -> bool:
    """Whether words that are neither order nor courtesy stand right behind a list: "no 6, 3 people complained"."""
    behind = skip(tokens, at, *LIGHT)
    if behind >= len(tokens):
        return False
    token = tokens[behind]
    return not token.has(Kind.MARKUP, Kind.VERB, Kind.AND, Kind.BUT, Kind.BECAUSE, *_NAMED_BEHIND)


_NAMED_BEHIND = (Kind.NUMBER, Kind.REFERENCE, Kind.UNTIL, Kind.INTO, Kind.EXCEPT, Kind.EXCEPTED, Kind.LIKEWISE)
