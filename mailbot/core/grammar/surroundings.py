"""What the sentences of a mail that order nothing say about the orders beside them.

They are read against the orders, never for them: where one might limit an order, take it back or give it
to somebody else, the order is not done.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import assert_never

from mailbot.core.grammar.settlement import Said
from mailbot.core.grammar.targets import skip
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.grammar.verbs import VERBS
from mailbot.core.grammar.wishes import LIGHT, Doubt, Wish
from mailbot.core.intents import Verb


class Remark(Enum):
    """What a sentence without an order does to the orders beside it."""

    NOTHING = auto()
    TAKES_BACK = auto()  # the order before it
    HIDES = auto()  # an acceptance before it: it speaks of who may see the name
    UNREAD = auto()  # whatever is meant for all cards: nobody knows what it says
    HEARSAY = auto()  # all that follows: these are somebody else's words


class Beside:
    """What was remarked beside the orders of a mail, and what is left of them.

    A remark takes back the sentence with orders before it. One that nobody has read makes what is meant for all
    cards doubtful where it stands on the same line or on the one below, and an acceptance right before it.
    """

    def __init__(self) -> None:
        self.lines: list[int] = []
        self.sentences: list[int] = []
        self.line, self.sentence, self.apart = 0, 0, {0: False}
        self.remarks: list[_Heard] = []

    def next_line(self, *, apart: bool) -> None:
        """Another line begins; `apart`: below an empty one."""
        self.line += 1
        self.apart[self.line] = apart

    def next_sentence(self) -> None:
        """Another sentence begins."""
        self.sentence += 1

    def placed(self) -> None:
        """A piece was said in this sentence."""
        self.lines.append(self.line)
        self.sentences.append(self.sentence)

    def remark(self, what: Remark, *, at: int, default: str, unread: bool = False, own: bool = False) -> None:
        """A sentence without an order was read under the card `default`, after `at` pieces.

        `unread`: there are words in it that nobody has read; `own`: it names a card that it speaks of.
        """
        heard = _Heard(what=what, line=self.line, at=at, default=default, own=own)
        self.remarks.append(heard)
        if unread and what is not Remark.UNREAD:
            self.remarks.append(replace(heard, what=Remark.UNREAD))

    def applied(self, said: Sequence[Said]) -> list[Said]:
        """The pieces as they stand once the remarks beside them are heard."""
        left = list(said)
        for heard in self.remarks:
            for i, each in enumerate(left):
                if isinstance(each.piece, Wish) and self._hits(heard, i, each, each.piece):
                    left[i] = replace(each, piece=_doubted(each.piece, _WHY[heard.what]))
        return left

    def _hits(self, heard: "_Heard", i: int, each: Said, wish: Wish) -> bool:
        at, line = heard.at, heard.line
        if not VERBS[wish.verb].decides:
            return heard.what is Remark.HEARSAY and i >= at
        swept = wish.targets is not None and (wish.targets.all_cards or wish.targets.rest)
        last = at > 0 and i < at and self.sentences[i] == self.sentences[at - 1] and each.default == heard.default
        match heard.what:
            case Remark.HEARSAY:
                return i >= at
            case Remark.TAKES_BACK:
                return last or (swept and i < at)
            case Remark.HIDES:
                return wish.verb is Verb.APPROVE and not heard.own and (last or (swept and i < at))
            case Remark.UNREAD:
                below = self.lines[i] == line - 1 and not self.apart[line]
                beside = self.lines[i] == line
                return (swept and (beside or below)) or (
                    beside and last and not heard.own and wish.verb is Verb.APPROVE
                )
            case Remark.NOTHING:
                return False
        assert_never(heard.what)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """A remark, its line and card, and how many pieces had been said before it."""

    what: Remark
    line: int
    at: int
    default: str
    own: bool


_WHY = {
    Remark.TAKES_BACK: "taken_back",
    Remark.HIDES: "not_understood",
    Remark.UNREAD: "doubtful",
    Remark.HEARSAY: "doubtful",
    Remark.NOTHING: "",
}


def limits(sentence: Sequence[Token]) -> bool:
    """Whether it opens as what limits an order does: such a sentence is read even below a sign-off."""
    at = skip(sentence, 0, *LIGHT, Kind.AND, marks=",-./(:")
    if at >= len(sentence):
        return False
    return sentence[at].has(Kind.EXCEPT, Kind.BUT, Kind.NEGATION, Kind.CONDITION, Kind.CORRECTION) or any(
        token.has(Kind.EXCEPTED) for token in sentence
    )


def corrects(sentence: Sequence[Token], *, before: int) -> bool:
    """Whether it opens with a no that belongs to none of its orders, which begin `before`: "… no, 2 ok"."""
    at = skip(sentence, 0, *LIGHT, Kind.AND, marks=",-./(:")
    return at < len(sentence) and sentence[at].start < before and sentence[at].has(Kind.NO, Kind.CORRECTION)


def remark(sentence: Sequence[Token], *, heads: bool, first: bool) -> Remark:
    """What `sentence`, which orders nothing, does. `heads`: it ends its line with a colon; `first`: of the mail."""
    if any(token.has(Kind.HEARSAY) and not token.has(Kind.FILLER) for token in sentence):
        return Remark.HEARSAY
    if heads and not _is_salutation(sentence, first):
        return Remark.HEARSAY
    if _takes_back(sentence):
        return Remark.TAKES_BACK
    if any(token.has(Kind.HIDING, Kind.FIELD) for token in sentence):
        return Remark.HIDES
    return Remark.UNREAD if unread(sentence) else Remark.NOTHING


def unread(tokens: Sequence[Token]) -> bool:
    """Whether there are words that nobody has read: neither courtesy nor a reason to welcome somebody."""
    if any(token.has(Kind.ASSURANCE) for token in tokens):
        return False
    thanked = False
    for token in tokens:
        thanked = thanked or token.has(Kind.THANKS, Kind.GREETING, Kind.SIGN_OFF)
        if token.kinds == {Kind.WORD} and not thanked:
            return True
    return False


def is_signature(tokens: Sequence[Token], text: str) -> bool:
    """A line that is nothing but somebody's name."""
    words = [token for token in tokens if not token.has(Kind.MARKUP)]
    if not words or any(not token.has(Kind.WORD, Kind.FILLER) for token in words):
        return False
    if all(token.han for token in words):
        return len(words) <= 4
    return len(words) <= 4 and all(text[token.start : token.end][:1].isupper() for token in words)


def _takes_back(sentence: Sequence[Token]) -> bool:
    """ "But only if they confirm.", "Sorry, no." behind an order."""
    named = next((i for i, token in enumerate(sentence) if token.has(Kind.NUMBER, Kind.REFERENCE)), len(sentence))
    if any(token.has(Kind.CORRECTION) for token in sentence[: min(4, named)]):
        return True
    at = skip(sentence, 0, *LIGHT, Kind.AND, marks=",-./(:")
    if at >= len(sentence):
        return False
    opening = sentence[at]
    if opening.has(Kind.NO) or (opening.has(Kind.NEGATION) and not opening.has(Kind.IDIOM)):
        beyond = skip(sentence, at + 1, *LIGHT, marks=",-.!")
        return beyond >= len(sentence) or (opening.has(Kind.NEGATION) and named == len(sentence))
    if not opening.has(Kind.CONDITION, Kind.BUT, Kind.EXCEPT, Kind.EXCEPTED):
        return False
    return not any(token.has(Kind.NUMBER, Kind.REFERENCE, Kind.REST) for token in sentence)


def _is_salutation(sentence: Sequence[Token], first: bool) -> bool:
    """ "Ada:" as the first line of a mail; "Ben:" right above orders is not told from it by its words."""
    words = [token for token in sentence if not token.has(Kind.MARKUP)]
    if all(token.has(*LIGHT, Kind.VERB) for token in words) or any(token.has(Kind.GREETING) for token in words):
        return True
    return first and len(words) <= 3 and all(token.kinds == {Kind.WORD} for token in words)


def _doubted(wish: Wish, why: str) -> Doubt:
    named = wish.targets.chosen if wish.targets else ()
    return Doubt(why=why, named=named, firm=why != "doubtful", start=wish.start, end=wish.end)
