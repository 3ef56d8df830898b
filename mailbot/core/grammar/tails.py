"""The words behind an order: a reason, chat, or something that keeps the order from being plain."""

from collections.abc import Sequence
from itertools import pairwise

from mailbot.core.grammar.surroundings import unread
from mailbot.core.grammar.targets import skip
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.verbs import takes_cards
from mailbot.core.grammar.wishes import LIGHT, Wish, reservation, separates
from mailbot.core.intents import Verb


def withholds(wish: Wish, token: Token) -> bool:
    """ "3 ok but anonymous": accepted, without the name."""
    return wish.verb is Verb.APPROVE and token.verb is Verb.WITHHOLD


class Tail:
    """Judges what stands behind one wish of a sentence. `words` are the tokens that belong to it."""

    def __init__(self, tokens: Sequence[Token], text: str, wish: Wish, words: Sequence[Token]) -> None:
        self.tokens, self.text, self.wish, self.words = tokens, text, wish, words

    def objection(self) -> str:
        """Why the words behind a wish keep it from being plain; "" where they do not."""
        wish, words = self.wish, self.words
        if any(token.has(Kind.CORRECTION) and not token.has(Kind.FILLER) for token in words):
            return "taken_back"
        light = [t for t in words if not (t.has(*LIGHT) or t.text in ".!?;/|,-:*)(")]
        if not light:
            return ""
        if wish.verb is Verb.UNDO:
            return "not_understood"  # "undo the second one": never the whole mail
        first = words[min(skip(words, 0, *LIGHT), len(words) - 1)]
        separated = separates(first) or first.text in "!.)" or first.has(Kind.GROUND)
        if light[0].has(Kind.OR) and not separated:
            return "doubtful"
        second = self._second_verb()
        if second:
            return second
        if wish.verb in (Verb.REJECT, Verb.HOLD):
            return self._objection_to_reason(light, separated)
        return self._objection_to_decision(light, separated)

    def _objection_to_decision(self, light: list[Token], separated: bool) -> str:
        wish, words = self.wish, self.words
        if any(t.has(Kind.FIELD) and n.text in ":=" for t, n in pairwise(words)):
            return "not_understood"
        if wish.verb is Verb.WITHHOLD and separated and any(t.has(Kind.HIDING, Kind.FIELD) for t in light):
            return ""  # "he asked us not to show his name"
        why = reservation(words)
        if not why and any(withholds(self.wish, token) for token in light):
            return ""
        if why or any(token.has(Kind.BUT) for token in light):
            return why or "conditional"
        if not separated:
            return self._objection_to_glued(light) or self._objection_to_chat(light)
        if light[0].has(Kind.NUMBER, Kind.REFERENCE, Kind.ALL) and len(light) <= 2:
            return "ambiguous"
        return self._objection_to_chat(light)

    def _objection_to_chat(self, light: list[Token]) -> str:
        """Words behind an acceptance must be read, and say why it is one: any others may limit it."""
        if self.wish.verb is not Verb.APPROVE:
            return ""
        if any(self._limits(token) for token in light):
            return "not_understood"
        assured = any(token.has(Kind.ASSURANCE, Kind.BECAUSE) for token in self.words)
        if assured or self._names_only():
            return ""
        if any(token.has(Kind.NUMBER, Kind.REFERENCE) for token in light):
            return "ambiguous"
        if self.wish.targets is None and any(t.kinds == {Kind.WORD} and self._is_lower(t) for t in light):
            return "not_understood"  # "ok thanks for telling me"
        if any(token.has(*_DAYS) and not token.has(Kind.FILLER) for token in light):
            return "conditional"  # "4 yes until further notice"
        yes_to_something = self.wish.targets is None and any(token.has(Kind.STATEMENT) for token in self.words)
        return "not_understood" if yes_to_something or unread(self.words) else ""

    def _is_lower(self, token: Token) -> bool:
        return self.text[token.start : token.start + 1].islower()

    def _limits(self, token: Token) -> bool:
        if token.has(Kind.FIELD, Kind.HIDING, Kind.EXCEPT, Kind.EXCEPTED, Kind.NO, Kind.GROUND):
            return True
        return token.verb is not None and token.verb is not self.wish.verb and not token.has(Kind.IDIOM)

    def _names_only(self) -> bool:
        """A name in brackets: "ok 1 (Maple Ridge)"."""
        words = [token for token in self.words if not token.has(*LIGHT)]
        if len(words) < 3 or words[0].text != "(" or words[-1].text not in ").,":
            return False
        return all(self.text[t.start : t.end][:1].isupper() for t in words if t.has(Kind.WORD))

    def reason(self) -> str:
        """The reason given for a rejection or a delay, as typed."""
        wish, words = self.wish, self.words
        if wish.verb not in (Verb.REJECT, Verb.HOLD):
            return ""
        grounds = [t for t in self._inside() if t.has(Kind.GROUND)]
        while words and (words[0].text in ",-:>(*" or (words[0].has(Kind.THANKS) and len(words) == 1)):
            words = words[1:]
        while words and (words[-1].text in ".,;!/" or words[-1].has(Kind.THANKS)):
            words = words[:-1]
        said = self.text[words[0].start : words[-1].end] if words else ""
        lead = self.text[grounds[0].start : grounds[-1].end] if grounds else ""
        if wish.verb is Verb.HOLD and not wish.until and not grounds and not said:
            return ""
        return f"{lead} {said}".strip() if lead else said

    def _objection_to_reason(self, light: list[Token], separated: bool) -> str:
        if light[0].has(Kind.OR):
            return "doubtful"
        if light[0].has(Kind.AGENT) and not separated:
            return "doubtful"  # "6 rejected by Ben"
        refused = self.tokens[self.wish.start].has(Kind.NO) and not separated
        if refused and any(token.verb is Verb.APPROVE for token in light):
            return "contradiction"  # "no 4 on the list is fine"
        explained = self.words[0].has(Kind.BECAUSE, Kind.GROUND) or self.words[0].text == ":"
        if separated and self._sweeps() and unread(light) and not explained:
            return "not_understood"  # "reject all - the bookshop can stay"
        if separated:
            why = reservation(light)
            bare = self.wish.verb is Verb.REJECT and why != "negated" and all(reservation([token]) for token in light)
            return why if bare else ""
        if self.wish.verb is Verb.HOLD and self._sweeps():
            return "planned" if any(t.has(Kind.PLAN) for t in light) else self._soft_objection(light)
        if self.wish.verb is Verb.HOLD:
            return self._soft_objection(light) if not light[0].has(*_HOLD_TAIL) else ""
        if light[0].has(Kind.NEGATION) or light[0].has(Kind.OR):
            return "" if light[0].has(Kind.NEGATION) and len(light) > 1 else "doubtful"
        why = reservation(light[:2])
        if why and why != "negated":
            return why
        if light[0].has(Kind.COUNT) and len(light) > 1 and any(t.has(Kind.RELATION) for t in self._inside()):
            return ""  # "2 duplicate of 1"
        if light[0].has(Kind.NUMBER, Kind.REFERENCE, Kind.ALL, Kind.REST):
            grounded = any(t.has(Kind.GROUND) for t in self._inside()) and not self.tokens[self.wish.end].has(
                Kind.NUMBER, Kind.REFERENCE
            )
            return "" if grounded else "ambiguous"  # "2 duplicate of 1"
        return self._soft_objection(light)

    def _objection_to_glued(self, light: list[Token]) -> str:
        swept = self.wish.targets is not None and (self.wish.targets.all_cards or self.wish.targets.rest)
        if swept or any(t.has(Kind.NUMBER, Kind.REFERENCE, Kind.ALL, Kind.REST, Kind.QUESTION) for t in light):
            return "ambiguous"
        return self._soft_objection(light)

    def _sweeps(self) -> bool:
        return self.wish.targets is not None and (self.wish.targets.all_cards or self.wish.targets.rest)

    def _soft_objection(self, light: list[Token]) -> str:
        """Words that order only where nothing else is said, and statements that begin with "no"."""
        verbs = [t for t in self._inside() if t.has(Kind.VERB) and t.verb is self.wish.verb]
        if self.wish.targets is not None and (self.wish.targets.all_cards or self.wish.targets.rest):
            return "ambiguous"
        if not verbs or light[0].has(Kind.GROUND):
            return ""
        following = self.tokens[min(self.tokens.index(verbs[-1]) + 1, len(self.tokens) - 1)]
        if all(t.has(Kind.SOFT) for t in verbs) or (
            verbs[-1].han and light[0].han and self.wish.verb is not Verb.REJECT
        ):
            return "not_understood"
        if self.wish.targets is None and verbs[-1].has(Kind.NO) and not following.has(Kind.FILLER):
            return "not_understood"
        if self.wish.targets is None and verbs[-1].han and light[0].han:
            return "not_understood"
        if (
            self.wish.targets is None
            and self.wish.verb is Verb.APPROVE
            and self.text[light[0].start : light[0].end].istitle()
        ):
            return "not_understood"  # "OK Farms Ltd" is a name
        return ""

    def _second_verb(self) -> str:
        """A bare verb in a clause of its own behind the order: "3 ok, hold"."""
        at = 0
        while at < len(self.words):
            begin = at
            while at < len(self.words) and not separates(self.words[at]):
                at += 1
            clause = [t for t in self.words[begin:at] if not t.has(*LIGHT) and t.text not in "!.)"]
            at += 1
            bare = begin > 0 and len(clause) == 1 and takes_cards(clause[0].verb)
            if bare and clause[0].verb is not self.wish.verb and not withholds(self.wish, clause[0]):
                return "contradiction"
        return ""

    def _inside(self) -> list[Token]:
        return list(self.tokens[self.wish.start : self.wish.end])


_DAYS = (Kind.UNTIL, Kind.VAGUE_DAY, Kind.WEEKDAY, Kind.MONTH, Kind.DAYS_AHEAD, Kind.UNIT)
_HOLD_TAIL = (Kind.UNTIL, Kind.TIME, Kind.PLAN, Kind.DAYS_AHEAD)
