"""Verbs paired with their cards: the heart of the grammar.

A verb and its cards stand side by side, in either order, with nothing but courtesy between them.
Where they could be shared out in two ways, there is no pair.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mailbot.core.grammar.targets import Targets, read_targets, skip
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.verbs import takes_cards
from mailbot.core.grammar.weekdays import read_until
from mailbot.core.grammar.wishes import LIGHT, SEPARATORS, Doubt, Wish, doubt, reservation
from mailbot.core.intents import Verb

Core = tuple[list[Wish], int]
"""Wishes, and the token at which the words behind them begin. Their `start` and `end` count tokens."""


class Pairing:
    """Finds pairs in the tokens of one sentence. `alone`: there is one card that a bare verb can mean."""

    def __init__(self, tokens: Sequence[Token], today: date, *, alone: bool) -> None:
        self.tokens, self.today, self.alone = tokens, today, alone

    def core(self, at: int, *, strong: bool = False) -> Core | Doubt | None:
        """Verbs paired with targets from `at` on, and where the pairs end.

        `strong`: a verb without a target does not count, even where there is one card only.
        """
        wishes: list[Wish] = []
        end = at
        while True:
            start = skip(self.tokens, end, *LIGHT, Kind.AND, marks=SEPARATORS + "•·") if wishes else end
            paired = self._pair(start, strong=strong or bool(wishes))
            if isinstance(paired, Doubt):
                return paired
            if paired is None:
                break
            wish, end = paired
            wishes.append(wish)
            if wish.until or wish.text or wish.into:
                break
        if not wishes:
            return None
        return wishes, end

    def verb(self, at: int) -> Verb | None:
        """The verb for cards that stands here, if one does."""
        if at < len(self.tokens) and self.tokens[at].has(Kind.VERB) and takes_cards(self.tokens[at].verb):
            return self.tokens[at].verb
        return None

    def is_ground(self, at: int) -> bool:
        """Whether a reason that rejects by itself stands here."""
        return at < len(self.tokens) and self.tokens[at].has(Kind.GROUND)

    def names(self, at: int) -> bool:
        """Whether a number or a reference stands here."""
        return self.tokens[at].has(Kind.NUMBER, Kind.REFERENCE)

    def _pair(self, at: int, *, strong: bool) -> tuple[Wish, int] | Doubt | None:
        tokens = self.tokens
        at = skip(tokens, at, *LIGHT)
        if at < len(tokens) and tokens[at].has(Kind.EXCEPT):
            return self._exception_first(at)
        if self.verb(at) is not None:
            return self._verb_first(at, strong=strong)
        targets, end = read_targets(tokens, at)
        if targets is None:
            return None
        marks = "-:=.)>(" if targets.all_cards or targets.rest else ",-:=.)>("
        verb_at = skip(tokens, self._past_brackets(end), *LIGHT, marks=marks)
        verb = self.verb(verb_at)
        if verb is None:
            return None
        end = self._same_verbs(verb_at)
        end, targets = self._exception_after(end, targets)
        return self._finish(Wish(verb=verb, targets=targets, start=at, end=end), verb_at, end)

    def _verb_first(self, at: int, *, strong: bool) -> tuple[Wish, int] | Doubt | None:
        tokens = self.tokens
        verb = self.verb(at)
        assert verb is not None
        end = self._same_verbs(at)
        other = skip(tokens, end, *LIGHT)
        if self.verb(other) not in (None, verb) and not self.is_ground(other):
            return doubt(self.tokens, "contradiction")
        stop = frozenset({Kind.UNTIL}) if verb is Verb.HOLD else frozenset()
        begin = end if stop and end < len(tokens) and tokens[end].has(Kind.UNTIL) and not self._for_cards(end) else None
        targets, after = (
            (None, end)
            if begin is not None
            else read_targets(
                tokens, skip(tokens, end, *LIGHT, marks=":-=("), stop=stop, words_range=verb is not Verb.MERGE
            )
        )
        if targets is None and skip(tokens, end, *LIGHT) < len(tokens) and verb is not Verb.HOLD:
            excluded = skip(tokens, end, *LIGHT, marks=",")
            if tokens[min(excluded, len(tokens) - 1)].has(Kind.EXCEPT):
                after, targets = self._exception_after(end, Targets(all_cards=True))
                if not targets.spared:
                    targets = None
        if targets is None:
            if strong:
                return None
            inner = None if self.alone else self._behind_interjection(verb, end)
            if inner is not None or not (self.alone or verb is Verb.UNDO):
                return inner
            return self._finish(Wish(verb=verb, targets=None, start=at, end=end), at, end)
        after, targets = self._exception_after(after, targets)
        return self._claimed(Wish(verb=verb, targets=targets, start=at, end=after), at, after)

    def _behind_interjection(self, verb: Verb, end: int) -> tuple[Wish, int] | Doubt | None:
        """ "ok, reject 6" in a digest: the first word is no order."""
        after = skip(self.tokens, end, *LIGHT)
        if (
            verb not in (Verb.APPROVE, Verb.REJECT)
            or after >= len(self.tokens)
            or self.tokens[after].text not in ",-.!"
        ):
            return None
        return self._pair(skip(self.tokens, after, *LIGHT, marks=",-.!"), strong=True)

    def _claimed(self, wish: Wish, at: int, after: int) -> tuple[Wish, int] | Doubt:
        """ "ok 1, 2 no": the verb behind takes the last target where there is just one way to share them."""
        tokens, targets = self.tokens, wish.targets
        assert targets is not None
        follower_at = skip(tokens, after, *LIGHT)
        follower = self.verb(follower_at)
        if follower in (None, wish.verb) or self.is_ground(follower_at):
            return self._finish(wish, at, after)
        beyond, _ = read_targets(tokens, skip(tokens, self._same_verbs(follower_at), *LIGHT))
        if beyond is not None:
            return self._finish(wish, at, after)
        shared = 1 <= targets.comma < len(targets.chosen)  # "no 1 1 ok" names one card twice
        if not shared or targets.swept or targets.spared:
            return doubt(self.tokens, "ambiguous")
        kept = replace(targets, chosen=targets.chosen[: targets.comma])
        taken = targets.chosen[targets.comma]
        position = next(
            i for i in range(after - 1, at, -1) if taken in (tokens[i].number, tokens[i].ref) and self.names(i)
        )
        while position - 1 > at and tokens[position - 1].has(Kind.NUMBER, Kind.REFERENCE):
            position -= 1
        if len(targets.chosen[targets.comma :]) != sum(self.names(i) for i in range(position, after)):
            return doubt(self.tokens, "ambiguous")
        return replace(wish, targets=kept, end=position), position

    def _exception_first(self, at: int) -> tuple[Wish, int] | Doubt | None:
        """除了5和6，全部同意; except 6 all ok."""
        tokens = self.tokens
        spared, end = read_targets(tokens, at + 1)
        if spared is None or spared.all_cards or spared.rest:
            return None
        behind = skip(tokens, end, *LIGHT, marks=",")
        if behind < len(tokens) and tokens[behind].has(Kind.EXCEPT):
            return None
        inner = self._pair(behind, strong=False)
        if not isinstance(inner, tuple):
            verb_at = skip(tokens, end, *LIGHT, marks=",")
            verb = self.verb(verb_at)
            if verb is None:
                return inner
            inner = (Wish(verb=verb, targets=None, start=at, end=verb_at + 1), self._same_verbs(verb_at))
        wish, end = inner
        if wish.targets is not None and not wish.targets.swept:
            return doubt(self.tokens, "ambiguous")
        swept = replace(wish.targets or Targets(all_cards=True), spared=spared.chosen)
        return replace(wish, targets=swept, start=at), end

    def _exception_after(self, end: int, targets: Targets) -> tuple[int, Targets]:
        at = skip(self.tokens, end, *LIGHT, marks=",(-")
        if at >= len(self.tokens) or not self.tokens[at].has(Kind.EXCEPT):
            return end, targets
        spared, after = read_targets(self.tokens, at + 1)
        if spared is None or spared.all_cards or spared.rest:
            return end, replace(targets, muddled=True)
        return after, replace(targets, spared=targets.spared + spared.chosen, muddled=targets.muddled or spared.muddled)

    def _finish(self, wish: Wish, at: int, end: int) -> tuple[Wish, int] | Doubt:
        """What a verb takes besides its cards: hold a day, merge the card that it goes into."""
        targets = wish.targets
        if targets is not None and (targets.muddled or (targets.swept and self.is_ground(end) and end > at + 1)):
            return doubt(self.tokens, "ambiguous")  # "reject all spam": all of what?
        if wish.verb is Verb.HOLD:
            begin = skip(self.tokens, end, marks=",:-")
            until, length = read_until(self.tokens[begin:], self.today)
            return replace(wish, until=until), (begin + length if until else end)
        if wish.verb is Verb.MERGE:
            return self._merge(wish, end)
        return wish, end

    def _merge(self, wish: Wish, end: int) -> tuple[Wish, int] | Doubt:
        into, after = read_targets(
            self.tokens, skip(self.tokens, end, Kind.INTO, *LIGHT, marks=":->"), words_range=False
        )
        if into is None and wish.targets is not None and self.alone and self.verb(wish.start) is Verb.MERGE:
            wish, into, after = replace(wish, targets=None), wish.targets, end
        if into is None or len(into.chosen) != 1 or into.swept:
            return doubt(self.tokens, "no_card_to_merge_into")
        return replace(wish, into=into), after

    def _for_cards(self, at: int) -> bool:
        """ "hold for 3": "for" opens a day or a card; a number of this size with no unit is a card."""
        after = skip(self.tokens, at, Kind.UNTIL, *LIGHT)
        return self.tokens[at].has(Kind.FILLER) and after < len(self.tokens) and self.names(after)

    def _same_verbs(self, at: int) -> int:
        """Past this verb and repetitions of it: "ok approve", "ok 👍". Grounds stay, they are the reason."""
        verb = self.verb(at)
        end = at if self.is_ground(at) else at + 1
        ahead = skip(self.tokens, at + 1, *LIGHT)
        while self.verb(ahead) is verb and not self.is_ground(ahead) and end > at:
            end = ahead + 1
            ahead = skip(self.tokens, end, *LIGHT)
        return end if end > at else at + 1

    def _past_brackets(self, at: int) -> int:
        """Past a name in brackets behind a target: "1 (Maple Ridge) ok"."""
        tokens = self.tokens
        if at < len(tokens) and tokens[at].text == "(":
            for end in range(at + 1, min(at + 20, len(tokens))):
                if tokens[end].text == ")":
                    return at if reservation(tokens[at:end]) else end + 1
        return at
