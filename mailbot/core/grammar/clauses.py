"""One sentence of an organizer → the wishes that it plainly states, and why it states none.

The rule of the house: an order is a verb and its cards side by side, with nothing but courtesy between
them, at the beginning of a sentence or after a comma. Whatever else a sentence says may be a reason or
chat; where it limits, doubts or takes back the order, there is no order.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mailbot.core.grammar.comparisons import gives_reason
from mailbot.core.grammar.pairing import Core, Pairing
from mailbot.core.grammar.tails import Tail, withholds
from mailbot.core.grammar.targets import read_targets, skip
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.wishes import (
    LIGHT,
    SEPARATORS,
    Doubt,
    Piece,
    Wish,
    doubt,
    named_cards,
    reservation,
    separates,
)
from mailbot.core.intents import Verb


def read_sentence(tokens: Sequence[Token], text: str, today: date, *, alone: bool) -> list[Piece]:
    """What one sentence wishes. `alone`: there is one card that a verb without target can mean."""
    return _Sentence(tokens, text, today, alone).pieces()


_LOADED = (Kind.VERB, Kind.QUESTION, Kind.EXCEPT, Kind.NUMBER, Kind.REFERENCE, Kind.ALL, Kind.REST)
"""What makes a preamble more than chat."""


class _Sentence:
    def __init__(self, tokens: Sequence[Token], text: str, today: date, alone: bool) -> None:
        self.tokens, self.text, self.alone = tokens, text, alone
        self.pairing = Pairing(tokens, today, alone=alone)

    def pieces(self) -> list[Piece]:
        tokens = self.tokens
        at = skip(tokens, 0, *LIGHT, Kind.AND, marks=",-:*•·!.)(")
        at = self._past_greeting(at)
        requested = at < len(tokens) and tokens[at].has(Kind.REQUEST)
        if requested:
            at = skip(tokens, at, Kind.REQUEST, *LIGHT)
        if at >= len(tokens):
            return []
        asked = (
            tokens[-1].text == "?" or tokens[at].has(Kind.QUESTION) or any(t.has(Kind.QUESTION_WORD) for t in tokens)
        )
        if asked and not (requested and self.pairing.core(at)):
            return self._doubt(0, len(tokens), "question")
        if any(token.has(Kind.CONDITION) for token in tokens):
            return self._doubt(0, len(tokens), "conditional")
        if any(token.has(Kind.HEARSAY) and not token.has(Kind.FILLER) for token in tokens[at:]):
            return self._doubt(0, len(tokens), "doubtful")
        core = self.pairing.core(at)
        if core is None:
            return self._after_preamble(at)
        if self._done_by_others(core):
            return self._doubt(0, len(tokens), "doubtful")
        return self._with_tails(core)

    def _done_by_others(self, core: Core | Doubt) -> bool:
        """ "They agreed", 他們同意了: told of somebody, or to somebody, with no card named."""
        if isinstance(core, Doubt) or core[0][0].targets is not None:
            return False
        if len(self.tokens) > 1 and self.tokens[0].has(Kind.STATEMENT) and self.tokens[1].text == ",":
            return True  # 是，這是垃圾: a yes, or a refusal?
        before = self.tokens[: core[0][0].start]
        told = [i for i, token in enumerate(before) if token.has(Kind.AGENT)]
        return bool(told) and not any(token.has(Kind.STATEMENT) for token in before)

    def _with_tails(self, core: Core | Doubt) -> list[Piece]:
        """The wishes of `core` and those behind it, each judged by the words behind it."""
        pieces: list[Piece] = []
        while True:
            if isinstance(core, Doubt):
                return [*pieces, core]
            wishes, end = core
            following = self._next_core(end, wishes[-1])
            stop = following[0] if following else len(self.tokens)
            tail = list(range(end, stop))
            pieces.extend(
                self._placed(replace(w, text=Tail(self.tokens, self.text, w, []).reason())) for w in wishes[:-1]
            )
            last = self._judged(wishes[-1], tail)
            if isinstance(last[0], Doubt) and len(wishes) > 1 and last[0].why == "ambiguous":
                return self._doubt(0, len(self.tokens), "ambiguous")
            pieces.extend(last)
            if not following:
                return pieces
            core = following[1]

    def _next_core(self, end: int, before: Wish) -> tuple[int, Core | Doubt] | None:
        """The next order behind `before`; one for a card that the reason for `before` names is none."""
        reasons: set[int | str] = set()
        for at in range(end, len(self.tokens) - 1):
            if separates(self.tokens[at]) and not self.tokens[at].has(Kind.BECAUSE):
                begin = skip(self.tokens, at + 1, *LIGHT, marks=SEPARATORS)
                core = self.pairing.core(begin, strong=True)
                if isinstance(core, tuple) and gives_reason(self.tokens, begin, before, core[0][0]):
                    reasons.update(core[0][0].targets.chosen if core[0][0].targets else ())
                    continue
                if isinstance(core, tuple) and at > end and core[0][0].targets is not None:
                    compared = named_cards(self.tokens[end:at]) if before.verb is Verb.REJECT else ()
                    if reasons.union(compared) & set(core[0][0].targets.chosen):
                        return begin, doubt(self.tokens[begin:], "ambiguous")
                if core is not None:
                    return begin, core
        return None

    def _judged(self, wish: Wish, tail: list[int]) -> list[Piece]:
        tokens = self.tokens
        about, rest = self._split_tail(tail)
        words = [tokens[i] for i in about]
        judging = Tail(tokens, self.text, wish, words)
        why = judging.objection()
        if why:
            return self._doubt(wish.start, (tail[-1] + 1) if tail else len(tokens), why)
        if any(withholds(wish, token) for token in words):
            wish = replace(wish, verb=Verb.WITHHOLD)
        pieces: list[Piece] = [self._placed(replace(wish, text=judging.reason()), words)]
        for part in rest:
            reason = reservation([tokens[i] for i in part]) or "not_understood"
            pieces.extend(self._doubt(part[0], part[-1] + 1, reason))
        return pieces

    def _split_tail(self, tail: list[int]) -> tuple[list[int], list[list[int]]]:
        """The part of the tail that belongs to the wish, and parts that speak of other cards."""
        parts: list[list[int]] = [[]]
        for i in tail:
            token = self.tokens[i]
            begins = (
                token.text == ","
                or token.has(Kind.BUT)
                or (token.has(Kind.EXCEPT, Kind.NEGATION) and self._targets_follow(i + 1))
            )
            if begins and parts[-1]:
                parts.append([])
            parts[-1].append(i)
        about, other = parts[0], []
        if about and self._own_topic(about):
            return [], [about, *parts[1:]]
        for part in parts[1:]:
            if self._own_topic(part):
                other.append(part)
            elif not other:
                about = about + part
        return about, other

    def _own_topic(self, part: list[int]) -> bool:
        """Whether a clause speaks of a card of its own: "not sure about 5", "the rest tonight"."""
        tokens = [self.tokens[i] for i in part]
        if any(token.has(Kind.REST) for token in tokens):
            return True
        at = skip(tokens, 0, *LIGHT, Kind.BUT, Kind.AND, marks=SEPARATORS)
        reserved = at < len(tokens) and bool(reservation([tokens[at]]))
        at = skip(tokens, at, *LIGHT, Kind.NEGATION, Kind.DOUBT, Kind.PLAN, Kind.EXCEPT, Kind.MARK)
        targets, after = read_targets(tokens, at)
        if (
            targets is None and tokens[0].text == "," and at + 1 < len(tokens) and tokens[at].kinds == {Kind.WORD}
        ):  # "skip 6"
            targets, after = read_targets(tokens, at + 1)
            return (
                targets is not None and not targets.all_cards and skip(tokens, after, *LIGHT, marks=".!") == len(tokens)
            )
        if targets is None or targets.all_cards:
            return False
        return reserved or bool(reservation(tokens[after:])) or tokens[0].has(Kind.BUT, Kind.EXCEPT)

    def _after_preamble(self, at: int) -> list[Piece]:
        """An order after a comma: "looked at them on the bus, please add 1 and 3"."""
        tokens = self.tokens
        for comma in range(at, len(tokens) - 1):
            if tokens[comma].text not in (",", "-"):
                continue
            begin = skip(tokens, comma + 1, *LIGHT)
            core = self.pairing.core(begin, strong=True)
            if core is None:
                continue
            before = tokens[at:comma]
            if not any(t.has(*_LOADED) or t.text in ':"' for t in before) and not reservation(before):
                return self._with_tails(core)
            if isinstance(core, tuple) and self._is_own_negation(before) and self.pairing.verb(begin) is not None:
                return [*self._doubt(at, comma, "negated"), *self._with_tails(core)]
        return self._none(at)

    def _is_own_negation(self, before: Sequence[Token]) -> bool:
        return (
            reservation(before) == "negated"
            and bool(named_cards(before))
            and not any(t.has(Kind.DOUBT, Kind.TIME) for t in before)
        )

    def _none(self, at: int) -> list[Piece]:
        """No order: said so where a verb or a card is spoken of, passed over where it is chat."""
        tokens = self.tokens[at:]
        verbs = [t for t in tokens if t.has(Kind.VERB)]
        why = reservation(tokens)
        named = any(t.has(Kind.NUMBER, Kind.REFERENCE) for t in tokens)
        if (verbs and (why or named or not all(t.has(Kind.SOFT) for t in verbs))) or (
            named and any(t.has(Kind.IDIOM) for t in tokens)
        ):
            bare = all(t.has(Kind.VERB, *LIGHT) or t.text in ".!,-:" for t in tokens)
            return self._doubt(0, len(self.tokens), why or ("no_target" if bare else "not_understood"))
        if why and any(t.has(Kind.NUMBER, Kind.REFERENCE, Kind.REST) for t in tokens):
            return self._doubt(0, len(self.tokens), why)
        targets, end = read_targets(self.tokens, at)
        if targets is not None and skip(self.tokens, end, *LIGHT, marks=".!,-:") == len(self.tokens):
            return self._doubt(0, len(self.tokens), "no_verb")
        if named or any(t.has(Kind.REST) for t in tokens):
            return [replace(doubt(self.tokens, why or "not_understood"), chat=True)]
        if verbs and all(t.has(Kind.VERB, *LIGHT) or t.text in ".!," for t in tokens):
            return self._doubt(0, len(self.tokens), "no_target")
        return []

    def _targets_follow(self, at: int) -> bool:
        return read_targets(self.tokens, skip(self.tokens, at, *LIGHT))[0] is not None

    def _past_greeting(self, at: int) -> int:
        """Past "Hi Ada," or "Ada 你好，": a first clause with a greeting and without an order in it."""
        tokens = self.tokens
        for end in range(at, min(at + 8, len(tokens))):
            if tokens[end].text in ",!:":
                clause = tokens[:end]
                first, last = clause[: at + 1], clause[-1:]
                greets = any(t.has(Kind.GREETING, Kind.THANKS) for t in first) or any(
                    t.has(Kind.GREETING, Kind.THANKS) and t.han for t in last
                )
                if greets and not any(t.has(Kind.VERB, Kind.NUMBER, Kind.REFERENCE) for t in clause):
                    return skip(tokens, end + 1, *LIGHT, marks=",-")
                return at
        return at

    def _doubt(self, start: int, end: int, why: str) -> list[Piece]:
        tokens = self.tokens[start:end]
        speaks = any(t.has(Kind.VERB, Kind.NUMBER, Kind.REFERENCE, Kind.ALL, Kind.REST) for t in tokens)
        if why in ("question",) and not speaks and not self.alone:
            return []
        return [doubt(tokens, why)]

    def _placed(self, wish: Wish, words: Sequence[Token] = ()) -> Wish:
        """The wish with its place in characters of the text instead of tokens."""
        last = words[-1] if words else self.tokens[wish.end - 1]
        return replace(wish, start=self.tokens[wish.start].start, end=last.end)
