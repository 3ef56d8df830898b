"""Verbs paired with their cards: the heart of the grammar.

A verb and its cards stand side by side, in either order, with nothing but courtesy between them.
Where they could be shared out in two ways, there is no pair.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mailbot.core.grammar.comparisons import compares, gives_reason, is_compared, is_glued
from mailbot.core.grammar.exceptions import exception_after
from mailbot.core.grammar.targets import Targets, read_targets, skip
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.verbs import takes_cards
from mailbot.core.grammar.weekdays import names_a_day, read_until
from mailbot.core.grammar.wishes import LIGHT, SEPARATORS, Doubt, Wish, doubt, reservation
from mailbot.core.intents import Verb

Core = tuple[list[Wish], int]
"""Wishes, and the token at which the words behind them begin. Their `start` and `end` count tokens."""

_REPEATED = (Verb.APPROVE, Verb.REJECT, Verb.WITHHOLD)


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
            if wishes and paired is None:
                paired = self._about_the_spared(end, wishes[-1]) or self._likewise(start, wishes[-1])
            if wishes and isinstance(paired, tuple) and gives_reason(self.tokens, start, wishes[-1], paired[0]):
                break
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
        if end < len(tokens) and tokens[end].has(Kind.EXCEPTED) and not targets.swept:
            return self._exception_first(at - 1)
        marks = "-:=.)>(" if targets.all_cards or targets.rest else ",-:=.)>("
        verb_at = skip(tokens, self._past_brackets(end), *LIGHT, marks=marks)
        verb = self.verb(verb_at)
        if verb is None:
            return None
        if len(targets.chosen) > 1 and verb is Verb.REJECT and is_compared(tokens, at, verb_at):
            return doubt(self.tokens, "ambiguous")
        end = self._same_verbs(verb_at)
        end, targets = exception_after(tokens, end, targets)
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
                after, targets = exception_after(tokens, end, Targets(all_cards=True))
                if not targets.spared:
                    targets = None
        if targets is None:
            if strong:
                return None
            if not self.alone and at > 0 and tokens[at - 1].has(Kind.LIKEWISE) and tokens[at - 1].han:
                return doubt(tokens, "ambiguous")  # 都同意，就6不同意: who are 都?
            inner = None if self.alone else self._behind_interjection(verb, end)
            if inner is not None or not (self.alone or verb is Verb.UNDO):
                return inner
            return self._finish(Wish(verb=verb, targets=None, start=at, end=end), at, end)
        after, targets = exception_after(tokens, after, targets)
        if verb is Verb.REJECT and len(targets.chosen) > 1 and compares(tokens, after):
            return self._compared(Wish(verb=verb, targets=targets, start=at, end=after))
        if is_glued(tokens, after) and not targets.swept and targets.head and not targets.spared:
            return self._cut(Wish(verb=verb, targets=targets, start=at, end=after))
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
        if follower in (None, wish.verb) or (self.is_ground(follower_at) and wish.verb is Verb.REJECT):
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
        spared, end = read_targets(tokens, at + 1, stop=frozenset({Kind.EXCEPTED}))
        if spared is None or spared.all_cards or spared.rest:
            return None
        closed = skip(tokens, end, Kind.EXCEPTED)
        behind = skip(tokens, closed, *LIGHT, marks=",")
        if closed == end and spared.head and self.verb(behind) is not None:
            shared = self._shared(at, spared, self.verb(behind))
            if shared is not None:
                return shared
        if behind < len(tokens) and tokens[behind].has(Kind.EXCEPT):
            return None
        inner = self._pair(behind, strong=False)
        if not isinstance(inner, tuple):
            verb_at = behind
            verb = self.verb(verb_at)
            if verb is None:
                return inner
            inner = (Wish(verb=verb, targets=None, start=at, end=verb_at + 1), self._same_verbs(verb_at))
        wish, end = inner
        if wish.targets is not None and not wish.targets.swept:
            return doubt(self.tokens, "ambiguous")
        swept = replace(wish.targets or Targets(all_cards=True), spared=spared.chosen)
        return replace(wish, targets=swept, start=at), end

    def _shared(self, at: int, listed: Targets, verb: Verb | None) -> tuple[Wish, int] | Doubt | None:
        """除了3，1到4通過: the exception is up to the comma where the cards behind it would hold it; else who knows."""
        if listed.ranged and verb is not None:
            _, end = read_targets(self.tokens, at + 1, stop=frozenset({Kind.EXCEPTED}))
            comma = next(i for i in range(at + 1, end) if self.tokens[i].text == ",")
            first, _ = read_targets(self.tokens[:comma], at + 1)
            inner = self._pair(skip(self.tokens, comma, *LIGHT, marks=","), strong=False)
            if first is not None and isinstance(inner, tuple) and inner[0].targets is not None:
                wish, end = inner
                assert wish.targets is not None
                if set(first.chosen) <= set(wish.targets.chosen):
                    return replace(wish, targets=replace(wish.targets, spared=first.chosen), start=at), end
        return doubt(self.tokens, "ambiguous")

    def _compared(self, wish: Wish) -> tuple[Wish, int] | Doubt:
        """拒绝2，和1重复: the card behind the comma is the one it is compared with. Without a comma, who knows."""
        targets = wish.targets
        assert targets is not None
        if targets.last_at > 0 and self.tokens[targets.last_at - 1].has(Kind.AND):
            return self._cut(wish)
        joined = bool(targets.last) or any(t.has(Kind.AND) for t in self.tokens[wish.start : wish.end])
        return doubt(self.tokens, "ambiguous") if joined else self._finish(wish, wish.start, wish.end)

    def _cut(self, wish: Wish) -> tuple[Wish, int] | Doubt:
        """ "no 2, 1 is better": what stands behind the last comma is the reason, and no card to be turned down."""
        targets = wish.targets
        assert targets is not None
        if wish.verb is not Verb.REJECT:
            return doubt(self.tokens, "ambiguous")
        comma = next(i for i in range(targets.last_at - 1, wish.start, -1) if self.tokens[i].text == ",")
        return replace(wish, targets=replace(targets, chosen=targets.head), end=comma), comma

    def _likewise(self, at: int, before: Wish) -> tuple[Wish, int] | None:
        """ "4 yes, and 1 too"."""
        targets, end = read_targets(self.tokens, at)
        if targets is None or targets.swept or before.verb not in _REPEATED or before.text or before.until:
            return None
        if end >= len(self.tokens) or not self.tokens[end].has(Kind.LIKEWISE):
            return None
        beyond = skip(self.tokens, end + 1, *LIGHT, marks=".!,")
        if beyond < len(self.tokens):
            return None
        return Wish(verb=before.verb, targets=targets, start=at, end=end + 1), end + 1

    def _about_the_spared(self, at: int, before: Wish) -> tuple[Wish, int] | None:
        """ "all good except 6, which is spam"."""
        spared = before.targets.spared if before.targets else ()
        start = skip(self.tokens, at, *LIGHT, marks=",-(")
        if not spared or start >= len(self.tokens) or not self.tokens[start].has(Kind.RELATIVE):
            return None
        verb_at = skip(self.tokens, start, Kind.RELATIVE, *LIGHT)
        verb = self.verb(verb_at)
        if verb is not Verb.REJECT:
            return None
        return Wish(verb=verb, targets=Targets(chosen=spared), start=start, end=verb_at + 1), verb_at + 1

    def _finish(self, wish: Wish, at: int, end: int) -> tuple[Wish, int] | Doubt:
        """What a verb takes besides its cards: hold a day, merge the card that it goes into."""
        targets = wish.targets
        if targets is not None and (targets.muddled or (targets.swept and self.is_ground(end) and end > at + 1)):
            return doubt(self.tokens, "ambiguous")  # "reject all spam": all of what?
        if wish.verb is Verb.HOLD:
            begin = skip(self.tokens, end, marks=",:-")
            until, length = read_until(self.tokens[begin:], self.today)
            if until and until <= self.today.isoformat():
                return doubt(self.tokens, "past_day")
            if not until and names_a_day(self.tokens[end:]):
                return doubt(self.tokens, "no_day")
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
