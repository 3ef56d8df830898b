"""Cards taken out behind an order: all "except 6", 全部通過，6除外."""

from collections.abc import Sequence
from dataclasses import replace

from mailbot.core.grammar.targets import Targets, read_targets, skip
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.wishes import LIGHT


def excepted(sentence: Sequence[Token]) -> tuple[int | str, ...]:
    """The cards of a sentence that is an exception and nothing else: "Except 6, please.", 6除外。"""
    at = skip(sentence, 0, *LIGHT, Kind.AND, Kind.BUT, marks=",-(:")
    opened = at < len(sentence) and sentence[at].has(Kind.EXCEPT)
    spared, end = read_targets(sentence, skip(sentence, at + opened, *LIGHT, marks=":"))
    if spared is None or spared.all_cards or spared.rest or spared.muddled:
        return ()
    closed = skip(sentence, end, *LIGHT, Kind.EXCEPTED)
    if not opened and not any(token.has(Kind.EXCEPTED) for token in sentence[end:closed]):
        return ()
    return spared.chosen if skip(sentence, closed, *LIGHT, marks=".!,-)") >= len(sentence) else ()


def exception_after(tokens: Sequence[Token], end: int, targets: Targets) -> tuple[int, Targets]:
    """Where the words behind `targets` go on, past "except 6" or "6 excluded", and the targets without those."""
    at = skip(tokens, end, *LIGHT, marks=",(-")
    if at >= len(tokens):
        return end, targets
    if not tokens[at].has(Kind.EXCEPT):
        return _exception_behind(tokens, end, at, targets)
    spared, after = read_targets(tokens, at + 1)
    if spared is None or spared.all_cards or spared.rest:
        return end, replace(targets, muddled=True)
    return after, replace(targets, spared=targets.spared + spared.chosen, muddled=targets.muddled or spared.muddled)


def _exception_behind(tokens: Sequence[Token], end: int, at: int, targets: Targets) -> tuple[int, Targets]:
    """全部通過，6除外; ok 1-6, 3 excluded."""
    if targets.last and end < len(tokens) and tokens[end].has(Kind.EXCEPTED):
        return end + 1, replace(targets, chosen=targets.head, spared=targets.spared + targets.last)
    spared, after = read_targets(tokens, at)
    behind = skip(tokens, after, *LIGHT)
    if spared is None or spared.all_cards or spared.rest:
        return end, targets
    if behind >= len(tokens) or not tokens[behind].has(Kind.EXCEPTED):
        return end, targets
    return behind + 1, replace(targets, spared=targets.spared + spared.chosen)
