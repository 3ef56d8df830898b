"""What a line of an organizer's reply is cut into: tokens, and what each can be."""

from dataclasses import dataclass
from enum import Enum, auto

from mailbot.core.intents import Verb


class Kind(Enum):
    """What a token can be."""

    FILLER = auto()
    AND = auto()
    MARK = auto()
    RANGE = auto()
    REQUEST = auto()
    BUT = auto()
    OR = auto()
    BECAUSE = auto()
    VERB = auto()
    GROUND = auto()
    SOFT = auto()
    NO = auto()
    NUMBER = auto()
    REFERENCE = auto()
    NUMBER_WORD = auto()
    ALL = auto()
    REST = auto()
    EXCEPT = auto()
    FIELD = auto()
    RENAME = auto()
    BECOMES = auto()
    INTO = auto()
    SIGNER = auto()
    COUNT = auto()
    EXCEPTED = auto()
    HIDING = auto()
    ASSURANCE = auto()
    STATEMENT = auto()
    HEARSAY = auto()
    ONLY = auto()
    POINTER = auto()
    RELATION = auto()
    AGENT = auto()
    RELATIVE = auto()
    LIKEWISE = auto()
    VAGUE_DAY = auto()
    NEGATION = auto()
    CONDITION = auto()
    TIME = auto()
    DOUBT = auto()
    PLAN = auto()
    QUESTION = auto()
    QUESTION_WORD = auto()
    CORRECTION = auto()
    IDIOM = auto()
    UNTIL = auto()
    WEEKDAY = auto()
    NEXT_WEEK = auto()
    MONTH = auto()
    DAYS_AHEAD = auto()
    UNIT = auto()
    GREETING = auto()
    THANKS = auto()
    SIGN_OFF = auto()
    POSTSCRIPT = auto()
    BOILERPLATE = auto()
    ABSENCE = auto()
    ATTRIBUTION = auto()
    FORWARD = auto()
    HEADER = auto()
    ABBREVIATION = auto()
    MARKUP = auto()  # punctuation
    WORD = auto()  # nothing that we know


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A stretch of text, `start` to `end` as typed, and everything that it can be."""

    text: str  # folded
    start: int
    end: int
    kinds: frozenset[Kind]
    verb: Verb | None = None
    keys: tuple[tuple[Kind, str], ...] = ()  # of a field, weekday, month, unit …: its key in the language file
    ref: str = ""  # of a reference: canonical
    number: int = 0
    spaced: bool = False  # something blank, or the beginning, stands before it
    han: bool = False

    def has(self, *kinds: Kind) -> bool:
        """Whether it can be one of these."""
        return not self.kinds.isdisjoint(kinds)

    def key(self, kind: Kind) -> str:
        """The key under which the language file has it, or ""."""
        return next((key for k, key in self.keys if k is kind), "")
