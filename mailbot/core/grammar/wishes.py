"""What the grammar passes on: wishes plainly stated, and stretches that are none and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.core.grammar.targets import Targets, read_targets
from mailbot.core.grammar.tokens import Kind, Token
from mailbot.core.intents import Verb

LIGHT = (Kind.FILLER, Kind.THANKS, Kind.GREETING)
"""Words that may stand anywhere and mean nothing."""

SEPARATORS = ",-:(>*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A verb and its cards. `targets` None: the card that the letter, or the quote above, is about.

    `start` and `end` are places in the line's text; inside the grammar, in the sentence's tokens.
    """

    verb: Verb
    targets: Targets | None
    into: Targets | None = None  # merge
    until: str = ""  # hold: an ISO date
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
    chat: bool = False  # no order by its looks; of interest only where it names a card of the letter
    start: int
    end: int


Piece = Wish | Doubt


def doubt(tokens: Sequence[Token], why: str) -> Doubt:
    """These tokens, not empty, as a stretch that is no order for the reason `why`."""
    return Doubt(
        why=why,
        named=named_cards(tokens),
        start=tokens[0].start,
        end=tokens[-1].end,
    )


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


def separates(token: Token) -> bool:
    """Whether a new clause can begin behind it."""
    return token.text in SEPARATORS or token.has(Kind.AND, Kind.BUT, Kind.BECAUSE)


_RESERVATIONS = (
    ("negated", (Kind.NEGATION,)),
    ("conditional", (Kind.CONDITION, Kind.TIME)),
    ("taken_back", (Kind.CORRECTION,)),
    ("doubtful", (Kind.DOUBT,)),
    ("planned", (Kind.PLAN,)),
    ("question", (Kind.QUESTION_WORD,)),
)


def _harmless(token: Token) -> bool:
    """A token that is also courtesy or an order word is read as that."""
    return token.has(Kind.FILLER, Kind.THANKS)
