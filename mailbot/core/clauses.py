"""One sentence of an organizer → the wishes that it plainly states, and why it states none.

The rule of the house: an order is a verb and its cards side by side, with nothing but courtesy between
them, at the beginning of a sentence or after a comma. Whatever else a sentence says may be a reason or
chat; where it limits, doubts or takes back the order, there is no order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from mailbot.core.intents import Verb
from mailbot.core.lexicon import Kind, Token
from mailbot.core.targets import Targets, read_targets, skip
from mailbot.core.weekdays import read_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A verb and its cards. `targets` None: the card that the letter, or the quote above, is about."""

    verb: Verb
    targets: Targets | None
    into: Targets | None = None  # merge
    until: str = ""
    text: str = ""
    field: str = ""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A stretch that may be meant as an order and is none; `named` are the cards that it speaks of."""

    why: str
    named: tuple[int | str, ...] = ()
    firm: bool = True  # keeps even a plain order for these cards from being done
    start: int
    end: int


Piece = Wish | Doubt

CARD_VERBS = frozenset({Verb.APPROVE, Verb.REJECT, Verb.HOLD, Verb.MERGE, Verb.WITHHOLD, Verb.UNDO, Verb.SHOW})


def read_sentence(tokens: Sequence[Token], text: str, today: date, *, alone: bool) -> list[Piece]:
    """What one sentence wishes. `alone`: there is one card that a verb without target can mean."""
    return _Sentence(tokens, text, today, alone).pieces()


def reservation(tokens: Sequence[Token]) -> str:
    """The named reason why words like these keep an order from being plain; "" where none does."""
    for why, kinds in _RESERVATIONS:
        if any(token.has(*kinds) and not _harmless(token) for token in tokens):
            return why
    return ""


def named_cards(tokens: Sequence[Token]) -> tuple[int | str, ...]:
    """Every number and reference in these tokens, ranges unfolded."""
    named: list[int | str] = []
    for at, token in enumerate(tokens):
        if token.has(Kind.NUMBER):
            targets, _ = read_targets(tokens, at)
            named.extend(targets.chosen if targets else (token.number,))
        elif token.has(Kind.REFERENCE):
            named.append(token.ref)
    return tuple(dict.fromkeys(named))


_RESERVATIONS = (
    ("negated", (Kind.NEGATION,)),
    ("conditional", (Kind.CONDITION, Kind.TIME)),
    ("taken_back", (Kind.CORRECTION,)),
    ("doubtful", (Kind.DOUBT,)),
    ("planned", (Kind.PLAN,)),
    ("question", (Kind.QUESTION_WORD,)),
)
_LIGHT = (Kind.FILLER, Kind.THANKS, Kind.GREETING)
_SEPARATORS = ",-:(>*"
_LOADED = (Kind.VERB, Kind.QUESTION, Kind.EXCEPT, Kind.NUMBER, Kind.REFERENCE, Kind.ALL, Kind.REST)
"""What makes a preamble more than chat."""

_FIRM = frozenset({"negated", "conditional", "taken_back", "doubtful", "contradiction", "ambiguous"})


def _harmless(token: Token) -> bool:
    """A token that is also courtesy or an order word is read as that."""
    return token.has(Kind.FILLER, Kind.THANKS)


def _separates(token: Token) -> bool:
    return token.text in _SEPARATORS or token.has(Kind.AND, Kind.BUT, Kind.BECAUSE)


class _Sentence:
    def __init__(self, tokens: Sequence[Token], text: str, today: date, alone: bool) -> None:
        self.tokens, self.text, self.today, self.alone = tokens, text, today, alone

    def pieces(self) -> list[Piece]:
        tokens = self.tokens
        at = skip(tokens, 0, *_LIGHT, marks=",-:*•·!.)(")
        at = self._past_greeting(at)
        requested = at < len(tokens) and tokens[at].has(Kind.REQUEST)
        if requested:
            at = skip(tokens, at, Kind.REQUEST, *_LIGHT)
        if at >= len(tokens):
            return []
        asked = tokens[-1].text == "?" or tokens[at].has(Kind.QUESTION) or any(t.has(Kind.QUESTION_WORD) for t in tokens)
        if asked and not (requested and self._core(at)):
            return self._doubt(0, len(tokens), "question")
        if any(token.has(Kind.CONDITION) for token in tokens):
            return self._doubt(0, len(tokens), "conditional")
        core = self._core(at)
        if core is None:
            return self._after_preamble(at)
        return self._with_tails(core, at)

    # -- the order itself ----------------------------------------------------------------------

    def _core(self, at: int, *, strong: bool = False) -> tuple[list[Wish], int] | Doubt | None:
        """Verbs paired with targets from `at` on, and where the pairs end.

        `strong`: a verb without a target does not count, even where there is one card only.
        """
        wishes: list[Wish] = []
        end = at
        while True:
            start = skip(self.tokens, end, *_LIGHT, Kind.AND, marks=_SEPARATORS + "•·") if wishes else end
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

    def _pair(self, at: int, *, strong: bool) -> tuple[Wish, int] | Doubt | None:
        tokens = self.tokens
        at = skip(tokens, at, *_LIGHT)
        if at < len(tokens) and tokens[at].has(Kind.EXCEPT):
            return self._exception_first(at)
        if self._verb(at) is not None:
            return self._verb_first(at, strong=strong)
        targets, end = read_targets(tokens, at)
        if targets is None:
            return None
        marks = "-:=.)>(" if targets.all_cards or targets.rest else ",-:=.)>("
        verb_at = skip(tokens, self._past_brackets(end), *_LIGHT, marks=marks)
        verb = self._verb(verb_at)
        if verb is None:
            return None
        end = self._same_verbs(verb_at)
        end, targets = self._exception_after(end, targets)
        return self._finish(Wish(verb=verb, targets=targets, start=at, end=end), verb_at, end)

    def _verb_first(self, at: int, *, strong: bool) -> tuple[Wish, int] | Doubt | None:
        tokens = self.tokens
        verb = self._verb(at)
        assert verb is not None
        end = self._same_verbs(at)
        other = skip(tokens, end, *_LIGHT)
        if self._verb(other) not in (None, verb) and not self._is_ground(other):
            return self._problem(at, "contradiction")
        stop = frozenset({Kind.UNTIL}) if verb is Verb.HOLD else frozenset()
        begin = end if stop and end < len(tokens) and tokens[end].has(Kind.UNTIL) and not self._for_cards(end) else None
        targets, after = (None, end) if begin is not None else read_targets(
            tokens, skip(tokens, end, *_LIGHT, marks=":-=("), stop=stop, words_range=verb is not Verb.MERGE
        )
        if targets is None and skip(tokens, end, *_LIGHT) < len(tokens) and verb is not Verb.HOLD:
            excluded = skip(tokens, end, *_LIGHT, marks=",")
            if tokens[min(excluded, len(tokens) - 1)].has(Kind.EXCEPT):
                after, targets = self._exception_after(end, Targets(all_cards=True))
                if not targets.spared:
                    targets = None
        if targets is None:
            if self._interjected(verb, end):
                return self._pair(skip(tokens, end, *_LIGHT, marks=",-.!"), strong=True)
            if strong or not (self.alone or self._sweeping(verb)):
                return None
            return self._finish(Wish(verb=verb, targets=None, start=at, end=end), at, end)
        after, targets = self._exception_after(after, targets)
        return self._claimed(Wish(verb=verb, targets=targets, start=at, end=after), at, after)

    def _claimed(self, wish: Wish, at: int, after: int) -> tuple[Wish, int] | Doubt:
        """"ok 1, 2 no": the verb behind takes the last target where there is just one way to share them."""
        tokens, targets = self.tokens, wish.targets
        assert targets is not None
        follower_at = skip(tokens, after, *_LIGHT)
        follower = self._verb(follower_at)
        if follower in (None, wish.verb) or self._is_ground(follower_at):
            return self._finish(wish, at, after)
        beyond, _ = read_targets(tokens, skip(tokens, self._same_verbs(follower_at), *_LIGHT))
        if beyond is not None:
            return self._finish(wish, at, after)
        if targets.comma < 1 or targets.swept or targets.spared:
            return self._problem(at, "ambiguous")
        kept = replace(targets, chosen=targets.chosen[: targets.comma])
        taken = targets.chosen[targets.comma]
        position = next(
            i for i in range(after - 1, at, -1) if taken in (tokens[i].number, tokens[i].ref) and self._names(i)
        )
        while position - 1 > at and tokens[position - 1].has(Kind.NUMBER, Kind.REFERENCE):
            position -= 1
        if len(targets.chosen[targets.comma :]) != sum(self._names(i) for i in range(position, after)):
            return self._problem(at, "ambiguous")
        return replace(wish, targets=kept, end=position), position

    def _exception_first(self, at: int) -> tuple[Wish, int] | Doubt | None:
        """除了5和6，全部同意; except 6 all ok."""
        tokens = self.tokens
        spared, end = read_targets(tokens, at + 1)
        if spared is None or spared.all_cards or spared.rest:
            return None
        inner = self._pair(skip(tokens, end, *_LIGHT, marks=","), strong=False)
        if not isinstance(inner, tuple):
            verb_at = skip(tokens, end, *_LIGHT, marks=",")
            verb = self._verb(verb_at)
            if verb is None:
                return inner
            inner = (Wish(verb=verb, targets=None, start=at, end=verb_at + 1), self._same_verbs(verb_at))
        wish, end = inner
        if wish.targets is not None and not wish.targets.swept:
            return self._problem(at, "ambiguous")
        swept = replace(wish.targets or Targets(all_cards=True), spared=spared.chosen)
        return replace(wish, targets=swept, start=at), end

    def _exception_after(self, end: int, targets: Targets) -> tuple[int, Targets]:
        at = skip(self.tokens, end, *_LIGHT, marks=",(-")
        if at >= len(self.tokens) or not self.tokens[at].has(Kind.EXCEPT):
            return end, targets
        spared, after = read_targets(self.tokens, at + 1)
        if spared is None or spared.all_cards or spared.rest:
            return end, replace(targets, muddled=True)
        return after, replace(targets, spared=targets.spared + spared.chosen, muddled=targets.muddled or spared.muddled)

    def _finish(self, wish: Wish, at: int, end: int) -> tuple[Wish, int] | Doubt:
        """What a verb takes besides its cards: hold a day, merge the card that it goes into."""
        targets = wish.targets
        if targets is not None and (targets.muddled or (targets.swept and self._is_ground(end) and end > at + 1)):
            return self._problem(at, "ambiguous")  # "reject all spam": all of what?
        if wish.verb is Verb.HOLD:
            begin = skip(self.tokens, end, marks=",:-")
            until, length = read_until(self.tokens[begin:], self.today)
            return replace(wish, until=until), (begin + length if until else end)
        if wish.verb is Verb.MERGE:
            return self._merge(wish, at, end)
        return wish, end

    def _merge(self, wish: Wish, at: int, end: int) -> tuple[Wish, int] | Doubt:
        into, after = read_targets(self.tokens, skip(self.tokens, end, Kind.INTO, *_LIGHT, marks=":->"), words_range=False)
        if into is None and wish.targets is not None and self.alone and self._verb(wish.start) is Verb.MERGE:
            wish, into, after = replace(wish, targets=None), wish.targets, end
        if into is None or len(into.chosen) != 1 or into.swept:
            return self._problem(at, "no_card_to_merge_into")
        return replace(wish, into=into), after

    # -- what stands around it -----------------------------------------------------------------

    def _with_tails(self, core: tuple[list[Wish], int] | Doubt, at: int) -> list[Piece]:
        """The wishes from `at` on, each with the words behind it judged: reason, chat, or reservation."""
        pieces: list[Piece] = []
        while True:
            if isinstance(core, Doubt):
                return [*pieces, core]
            wishes, end = core
            following = self._next_core(end)
            stop = following[0] if following else len(self.tokens)
            tail = list(range(end, stop))
            pieces.extend(self._piece(wish) for wish in wishes[:-1])
            last = self._judged(wishes[-1], tail)
            if isinstance(last[0], Doubt) and len(wishes) > 1 and last[0].why == "ambiguous":
                return self._doubt(0, len(self.tokens), "ambiguous")
            pieces.extend(last)
            if not following:
                return pieces
            at, core = following

    def _next_core(self, end: int) -> tuple[int, tuple[list[Wish], int] | Doubt] | None:
        for at in range(end, len(self.tokens) - 1):
            if _separates(self.tokens[at]) and not self.tokens[at].has(Kind.BECAUSE):
                begin = skip(self.tokens, at + 1, *_LIGHT, marks=_SEPARATORS)
                core = self._core(begin, strong=True)
                if core is not None:
                    return begin, core
        return None

    def _judged(self, wish: Wish, tail: list[int]) -> list[Piece]:
        tokens = self.tokens
        about, rest = self._split_tail(tail)
        words = [tokens[i] for i in about]
        why = self._objection(wish, words)
        if why:
            spoken = self._doubt(self._index(wish.start), (tail[-1] + 1) if tail else len(tokens), why, wish)
            return [*spoken]
        pieces: list[Piece] = [self._piece(self._upgraded(wish, words), words)]
        for part in rest:
            reason = reservation([tokens[i] for i in part]) or "not_understood"
            pieces.extend(self._doubt(part[0], part[-1] + 1, reason))
        return pieces

    def _split_tail(self, tail: list[int]) -> tuple[list[int], list[list[int]]]:
        """The part of the tail that belongs to the wish, and parts that speak of other cards."""
        parts: list[list[int]] = [[]]
        for i in tail:
            token = self.tokens[i]
            begins = token.text == "," or token.has(Kind.BUT) or (token.has(Kind.EXCEPT, Kind.NEGATION) and self._targets_follow(i + 1))
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
        at = skip(tokens, 0, *_LIGHT, Kind.BUT, Kind.AND, marks=_SEPARATORS)
        reserved = at < len(tokens) and bool(reservation([tokens[at]]))
        at = skip(tokens, at, *_LIGHT, Kind.NEGATION, Kind.DOUBT, Kind.PLAN, Kind.EXCEPT, Kind.MARK)
        targets, after = read_targets(tokens, at)
        if targets is None or targets.all_cards:
            return False
        return reserved or bool(reservation(tokens[after:])) or tokens[0].has(Kind.BUT, Kind.EXCEPT)

    def _objection(self, wish: Wish, words: list[Token]) -> str:
        """Why the words behind a wish keep it from being plain; "" where they do not."""
        if any(token.has(Kind.CORRECTION) and not token.has(Kind.FILLER) for token in words):
            return "taken_back"
        light = [t for t in words if not (t.has(*_LIGHT) or t.text in ".!?,-:*)(")]
        if not light:
            return ""
        separated = bool(words) and (_separates(words[0]) or words[0].text in "!.)") or words[0].has(Kind.GROUND)
        if light[0].has(Kind.OR) and not separated:
            return "doubtful"
        second = self._second_verb(wish, words)
        if second:
            return second
        if wish.verb in (Verb.REJECT, Verb.HOLD):
            return self._objection_to_reason(wish, light, separated)
        if any(t.has(Kind.FIELD) and n.text in ":=" for t, n in zip(words, words[1:], strict=False)):
            return "not_understood"
        why = reservation(words)
        if not why and any(self._withholds(wish, token) for token in light):
            return ""
        if why or any(token.has(Kind.BUT) for token in light):
            return why or "conditional"
        if not separated:
            return self._objection_to_glued(wish, words, light)
        if light[0].has(Kind.NUMBER, Kind.REFERENCE, Kind.ALL) and len(light) <= 2:
            return "ambiguous"
        return ""

    def _objection_to_reason(self, wish: Wish, light: list[Token], separated: bool) -> str:
        if separated:
            why = reservation(light)
            bare = wish.verb is Verb.REJECT and why != "negated" and all(reservation([token]) for token in light)
            return why if bare else ""
        if wish.verb is Verb.HOLD:
            return self._soft_objection(wish, light) if not light[0].has(*_HOLD_TAIL) else ""
        if light[0].has(Kind.NEGATION) or light[0].has(Kind.OR):
            return "" if light[0].has(Kind.NEGATION) and len(light) > 1 else "doubtful"
        why = reservation(light[:2])
        if why and why != "negated":
            return why
        if light[0].has(Kind.NUMBER, Kind.REFERENCE, Kind.ALL, Kind.REST):
            grounded = any(t.has(Kind.GROUND) for t in self._inside(wish)) and not self._names(wish.end)
            return "" if grounded else "ambiguous"  # "2 duplicate of 1"
        return self._soft_objection(wish, light)

    def _objection_to_glued(self, wish: Wish, words: list[Token], light: list[Token]) -> str:
        swept = wish.targets is not None and (wish.targets.all_cards or wish.targets.rest)
        if swept or any(t.has(Kind.NUMBER, Kind.REFERENCE, Kind.ALL, Kind.REST, Kind.QUESTION) for t in light):
            return "ambiguous"
        return self._soft_objection(wish, light)

    def _soft_objection(self, wish: Wish, light: list[Token]) -> str:
        """Words that order only where nothing else is said, and statements that begin with "no"."""
        verbs = [t for t in self._inside(wish) if t.has(Kind.VERB) and t.verb is wish.verb]
        if wish.targets is not None and (wish.targets.all_cards or wish.targets.rest):
            return "ambiguous"
        if not verbs or light[0].has(Kind.GROUND):
            return ""
        following = self.tokens[min(self.tokens.index(verbs[-1]) + 1, len(self.tokens) - 1)]
        if all(t.has(Kind.SOFT) for t in verbs) or (verbs[-1].han and light[0].han and wish.verb is not Verb.REJECT):
            return "not_understood"
        if wish.targets is None and verbs[-1].has(Kind.NO) and not following.has(Kind.FILLER):
            return "not_understood"
        if wish.targets is None and verbs[-1].han and light[0].han:
            return "not_understood"
        if wish.targets is None and wish.verb is Verb.APPROVE and self.text[light[0].start : light[0].end].istitle():
            return "not_understood"  # "OK Farms Ltd" is a name
        return ""

    def _second_verb(self, wish: Wish, words: list[Token]) -> str:
        """A bare verb in a clause of its own behind the order: "3 ok, hold"."""
        at = 0
        while at < len(words):
            begin = at
            while at < len(words) and not _separates(words[at]):
                at += 1
            clause = [t for t in words[begin:at] if not t.has(*_LIGHT) and t.text not in "!.)"]
            at += 1
            if len(clause) == 1 and clause[0].has(Kind.VERB) and clause[0].verb in CARD_VERBS and begin > 0:
                if clause[0].verb is not wish.verb and not self._withholds(wish, clause[0]):
                    return "contradiction"
        return ""

    def _withholds(self, wish: Wish, token: Token) -> bool:
        return wish.verb is Verb.APPROVE and token.verb is Verb.WITHHOLD

    def _upgraded(self, wish: Wish, words: list[Token]) -> Wish:
        """"3 ok but anonymous" accepts without the name."""
        if any(self._withholds(wish, token) for token in words):
            return replace(wish, verb=Verb.WITHHOLD)
        return wish

    def _after_preamble(self, at: int) -> list[Piece]:
        """An order after a comma: "looked at them on the bus, please add 1 and 3"."""
        tokens = self.tokens
        for comma in range(at, len(tokens) - 1):
            if tokens[comma].text not in (",", "-"):
                continue
            begin = skip(tokens, comma + 1, *_LIGHT)
            core = self._core(begin, strong=True)
            if core is None:
                continue
            before = tokens[at:comma]
            if not any(t.has(*_LOADED) or t.text in ":\"" for t in before) and not reservation(before):
                return self._with_tails(core, begin)
            if isinstance(core, tuple) and self._is_own_negation(before) and self._verb(begin) is not None:
                return [*self._doubt(at, comma, "negated"), *self._with_tails(core, begin)]
        return self._none(at)

    def _is_own_negation(self, before: Sequence[Token]) -> bool:
        return reservation(before) == "negated" and bool(named_cards(before)) and not any(t.has(Kind.DOUBT, Kind.TIME) for t in before)

    def _none(self, at: int) -> list[Piece]:
        """No order: said so where a verb or a card is spoken of, passed over where it is chat."""
        tokens = self.tokens[at:]
        verbs = [t for t in tokens if t.has(Kind.VERB)]
        why = reservation(tokens)
        named = any(t.has(Kind.NUMBER, Kind.REFERENCE) for t in tokens)
        if (verbs and (why or named or not all(t.has(Kind.SOFT) for t in verbs))) or (
            named and any(t.has(Kind.IDIOM) for t in tokens)
        ):
            bare = all(t.has(Kind.VERB, *_LIGHT) or t.text in ".!,-:" for t in tokens)
            return self._doubt(0, len(self.tokens), why or ("no_target" if bare else "not_understood"))
        if why and any(t.has(Kind.NUMBER, Kind.REFERENCE, Kind.REST) for t in tokens):
            return self._doubt(0, len(self.tokens), why)
        targets, end = read_targets(self.tokens, at)
        if targets is not None and skip(self.tokens, end, *_LIGHT, marks=".!,-:") == len(self.tokens):
            return self._doubt(0, len(self.tokens), "no_verb")
        if verbs and all(t.has(Kind.VERB, *_LIGHT) or t.text in ".!," for t in tokens):
            return self._doubt(0, len(self.tokens), "no_target")
        return []

    # -- small questions -----------------------------------------------------------------------

    def _verb(self, at: int) -> Verb | None:
        if at < len(self.tokens) and self.tokens[at].has(Kind.VERB) and self.tokens[at].verb in CARD_VERBS:
            return self.tokens[at].verb
        return None

    def _is_ground(self, at: int) -> bool:
        return at < len(self.tokens) and self.tokens[at].has(Kind.GROUND)

    def _names(self, at: int) -> bool:
        return self.tokens[at].has(Kind.NUMBER, Kind.REFERENCE)

    def _targets_follow(self, at: int) -> bool:
        return read_targets(self.tokens, skip(self.tokens, at, *_LIGHT))[0] is not None

    def _for_cards(self, at: int) -> bool:
        """"hold for 3": "for" opens a day or a card; a number of this size with no unit is a card."""
        after = skip(self.tokens, at, Kind.UNTIL, *_LIGHT)
        return self.tokens[at].has(Kind.FILLER) and after < len(self.tokens) and self._names(after)

    def _same_verbs(self, at: int) -> int:
        """Past this verb and repetitions of it: "ok approve", "ok 👍". Grounds stay, they are the reason."""
        verb = self._verb(at)
        end = at if self._is_ground(at) else at + 1
        ahead = skip(self.tokens, at + 1, *_LIGHT)
        while self._verb(ahead) is verb and not self._is_ground(ahead) and end > at:
            end = ahead + 1
            ahead = skip(self.tokens, end, *_LIGHT)
        return end if end > at else at + 1

    def _interjected(self, verb: Verb, end: int) -> bool:
        """"ok, reject 6" in a digest: the first word is no order."""
        after = skip(self.tokens, end, *_LIGHT)
        if self.alone or verb not in (Verb.APPROVE, Verb.REJECT) or after >= len(self.tokens) or self.tokens[after].text not in ",-.!":
            return False
        return self._pair(skip(self.tokens, after, *_LIGHT, marks=",-.!"), strong=True) is not None

    def _sweeping(self, verb: Verb) -> bool:
        return verb is Verb.UNDO

    def _past_brackets(self, at: int) -> int:
        """Past a name in brackets behind a target: "1 (Maple Ridge) ok"."""
        tokens = self.tokens
        if at < len(tokens) and tokens[at].text == "(":
            for end in range(at + 1, min(at + 20, len(tokens))):
                if tokens[end].text == ")":
                    return at if reservation(tokens[at:end]) else end + 1
        return at

    def _past_greeting(self, at: int) -> int:
        """Past "Hi Ada," or "Ada 你好，": a first clause with a greeting and without an order in it."""
        tokens = self.tokens
        for end in range(at, min(at + 8, len(tokens))):
            if tokens[end].text in ",!:":
                clause = tokens[:end]
                greets = any(t.has(Kind.GREETING, Kind.THANKS) for t in clause)
                if greets and not any(t.has(Kind.VERB, Kind.NUMBER, Kind.REFERENCE) for t in clause):
                    return skip(tokens, end + 1, *_LIGHT, marks=",-")
                return at
        return at

    def _inside(self, wish: Wish) -> list[Token]:
        return list(self.tokens[wish.start : wish.end])

    def _index(self, at: int) -> int:
        return at

    def _problem(self, at: int, why: str) -> Doubt:
        return self._doubt(0, len(self.tokens), why)[0]  # type: ignore[return-value]

    def _doubt(self, start: int, end: int, why: str, wish: Wish | None = None) -> list[Piece]:
        tokens = self.tokens[start:end]
        speaks = any(t.has(Kind.VERB, Kind.NUMBER, Kind.REFERENCE, Kind.ALL, Kind.REST) for t in tokens)
        if why in ("question",) and not speaks and not self.alone:
            return []
        return [
            Doubt(
                why=why,
                named=named_cards(tokens),
                firm=why in _FIRM,
                start=tokens[0].start,
                end=tokens[-1].end,
            )
        ]

    def _piece(self, wish: Wish, words: Sequence[Token] = ()) -> Wish:
        """The wish with its reason, its place now in characters of the text."""
        tokens = self.tokens
        first, last = tokens[wish.start], tokens[wish.end - 1]
        reason = self._reason(wish, list(words))
        end = words[-1].end if words else last.end
        return replace(wish, text=reason, start=first.start, end=end)

    def _reason(self, wish: Wish, words: list[Token]) -> str:
        if wish.verb not in (Verb.REJECT, Verb.HOLD):
            return ""
        grounds = [t for t in self._inside(wish) if t.has(Kind.GROUND)]
        while words and (words[0].text in ",-:>(*" or (words[0].has(Kind.THANKS) and len(words) == 1)):
            words = words[1:]
        while words and (words[-1].text in ".,;" or words[-1].has(Kind.THANKS)):
            words = words[:-1]
        said = self.text[words[0].start : words[-1].end] if words else ""
        lead = self.text[grounds[0].start : grounds[-1].end] if grounds else ""
        if wish.verb is Verb.HOLD and not wish.until and not grounds and not said:
            return ""
        return f"{lead} {said}".strip() if lead else said


_HOLD_TAIL = (Kind.UNTIL, Kind.TIME, Kind.PLAN, Kind.DAYS_AHEAD)
