"""What the sentences of a mail that order nothing say about the orders beside them.

They are read against the orders, never for them: where one might limit an order, take it back or give it
to somebody else, the order is not done.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

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
    POINTS = auto()  # all before it: it means a card that it does not name
    QUOTES = auto()  # the rest of its line: what is behind the colon is not said by the author
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
        heard = _Heard(what=what, line=self.line, at=at, default=default, only_own=own)
        self.remarks.append(heard)
        if unread and what is not Remark.UNREAD:
            self.remarks.append(replace(heard, what=Remark.UNREAD))

    def applied(self, said: Sequence[Said]) -> list[Said]:
        """The pieces as they stand once the remarks beside them are heard."""
        struck: dict[int, Remark] = {}
        reach = _Reach(said, self.lines, self.sentences, self.apart)
        for heard in self.remarks:
            for i in reach.of(heard):
                struck.setdefault(i, heard.what)
        for what, begin, end in self._far():
            for i in range(begin, min(end, len(said))):
                if what in (Remark.HEARSAY, Remark.POINTS) or reach.swept[i]:
                    struck.setdefault(i, what)
        return [self._left(each, struck.get(i, Remark.NOTHING)) for i, each in enumerate(said)]

    def _far(self) -> Iterator[tuple[Remark, int, int]]:
        """How far the remarks reach that are heard beyond their own line."""
        for what in (Remark.POINTS, Remark.TAKES_BACK, Remark.HIDES):
            yield (
                what,
                0,
                max(
                    (h.at for h in self.remarks if h.what is what and not (h.only_own and what is Remark.HIDES)),
                    default=0,
                ),
            )
        yield Remark.HEARSAY, min((h.at for h in self.remarks if h.what is Remark.HEARSAY), default=_FAR), _FAR

    @staticmethod
    def _left(said: Said, what: Remark) -> Said:
        wish = said.piece
        if what is Remark.NOTHING or not isinstance(wish, Wish):
            return said
        if not VERBS[wish.verb].decides and what not in (Remark.HEARSAY, Remark.QUOTES):
            return said
        if what is Remark.HIDES and wish.verb is not Verb.APPROVE:
            return said
        named = wish.targets.chosen if wish.targets else ()
        firm = _WHY[what] != "doubtful"
        return replace(said, piece=Doubt(why=_WHY[what], named=named, firm=firm, start=wish.start, end=wish.end))


class _Reach:
    """Which of the pieces of a mail a remark reaches near it."""

    def __init__(
        self, said: Sequence[Said], lines: Sequence[int], sentences: Sequence[int], apart: Mapping[int, bool]
    ) -> None:
        self.said, self.sentences, self.apart = said, sentences, apart
        self.swept = [isinstance(each.piece, Wish) and _sweeps(each.piece) for each in said]
        self.in_line: dict[int, list[int]] = {}
        for i, line in enumerate(lines):
            self.in_line.setdefault(line, []).append(i)

    def of(self, heard: "_Heard") -> list[int]:
        """The places of those pieces."""
        beside = self.in_line.get(heard.line, [])
        match heard.what:
            case Remark.QUOTES:
                return [i for i in beside if i >= heard.at]
            case Remark.TAKES_BACK:
                return self._last(heard)
            case Remark.HIDES:
                return [] if heard.only_own else self._last(heard)
            case Remark.UNREAD:
                above = [] if self.apart[heard.line] else self.in_line.get(heard.line - 1, [])
                before = [] if heard.only_own else [i for i in self._last(heard) if i in beside and self._accepts(i)]
                return [i for i in (*above, *beside) if self.swept[i]] + before
            case _:
                return []

    def _last(self, heard: "_Heard") -> list[int]:
        """The sentence with orders right before it, as far as it is about the same card."""
        found: list[int] = []
        for i in range(heard.at - 1, -1, -1):
            if self.sentences[i] != self.sentences[heard.at - 1]:
                break
            if self.said[i].default == heard.default:
                found.append(i)
        return found

    def _accepts(self, i: int) -> bool:
        piece = self.said[i].piece
        return isinstance(piece, Wish) and piece.verb is Verb.APPROVE


_FAR = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """A remark, its line and card, and how many pieces had been said before it."""

    what: Remark
    line: int
    at: int
    default: str
    only_own: bool  # it names cards, and is about those


_WHY = {
    Remark.TAKES_BACK: "taken_back",
    Remark.HIDES: "not_understood",
    Remark.UNREAD: "doubtful",
    Remark.POINTS: "ambiguous",
    Remark.QUOTES: "doubtful",
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
    if _quotes(sentence):
        return Remark.QUOTES
    if any(token.has(Kind.POINTER) for token in sentence) and not any(t.has(Kind.NUMBER) for t in sentence):
        return Remark.POINTS
    if any(token.has(Kind.ONLY) for token in sentence) and any(t.has(Kind.NUMBER, Kind.REFERENCE) for t in sentence):
        return Remark.POINTS
    if _takes_back(sentence):
        return Remark.TAKES_BACK
    if any(token.has(Kind.HIDING, Kind.FIELD) for token in sentence):
        return Remark.HIDES
    return Remark.UNREAD if unread(sentence) else Remark.NOTHING


_NAME = 3
"""Words that the name of whoever is thanked may have."""


def unread(tokens: Sequence[Token]) -> bool:
    """Whether there are words that nobody has read: neither courtesy nor a reason to welcome somebody."""
    if any(token.has(Kind.ASSURANCE) for token in tokens):
        return False
    thanked = False
    for at, token in enumerate(tokens):
        ends = at + 1 >= len(tokens) or tokens[at + 1].has(Kind.MARKUP)
        farewell = token.has(Kind.SIGN_OFF) and (ends or " " in token.text)  # "Best, Ben"; not "Best Books"
        thanked = thanked or token.has(Kind.THANKS, Kind.GREETING) or farewell
        if token.text in ",-:" and sum(t.kinds == {Kind.WORD} for t in tokens[at:]) > _NAME:
            thanked = False  # "thanks, the bookshop looks fake"
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


def _quotes(sentence: Sequence[Token]) -> bool:
    """ "Example of an answer: ok 1 / no 2"."""
    colon = next((at for at, token in enumerate(sentence) if token.text == ":"), 0)
    before = sentence[:colon]
    if any(token.has(Kind.NUMBER, Kind.REFERENCE, Kind.VERB, Kind.FIELD) for token in before):
        return False
    return unread(before) and any(token.has(Kind.VERB) for token in sentence[colon:])


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


def _sweeps(wish: Wish) -> bool:
    return wish.targets is not None and (wish.targets.all_cards or wish.targets.rest)
