"""In which language did the author write?

Function words tell English from French, Han characters tell Chinese, and characters that only one of its
writings uses tell Traditional from Simplified. A name counts little: a Chinese one in English prose is English.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from mailbot.core.message import Message
from mailbot.reading.quote_words import fold
from mailbot.reading.quoting import Divided

READ = 20_000
"""Characters of a text that are looked at."""

_RIVAL = 0.5  # a language with this share of the leader's score may be the mail's other half
_PROSE = 12.0  # the score from which a line shows in what language it is
_WORD = 3.0  # what a function word weighs against one Han character


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # what is made of them is kept by identity
class DetectWords:
    """By what a language is known: the [detect] section of its file.

    Whole words that prose cannot do without, for a language written in letters; for one written in Han
    characters the `repertoire`, a character set ("big5", "gb2312") that the other writing goes beyond.
    """

    words: tuple[str, ...] = ()
    repertoire: str = ""
    characters: str = ""  # further ones that are its own


def language_of(text: str, words: Mapping[str, DetectWords]) -> str:
    """The tag in `words` of the language that most of the text is in; "" where nothing tells.

    `words` by BCP 47 tag. Linear in the length of the text, of which READ characters are looked at.
    """
    leaders = _leaders(text, words)
    return leaders[0] if leaders else ""


def message_language(message: Message, divided: Divided, words: Mapping[str, DetectWords], default: str = "en") -> str:
    """The language of the author's own words; what they leave open, subject, signature, forward and quote tell."""
    places = (
        divided.own_words,
        message.subject,
        divided.signature,
        "\n".join(segment.text for segment in divided.forwards),
        divided.quoted,
        divided.footers,
    )
    possible: tuple[str, ...] = ()
    for place in places:
        leaders = _leaders(place, words)
        possible = tuple(tag for tag in leaders if tag in possible) or possible if possible else leaders
        if len(possible) == 1:
            break
    if not possible or default in possible:
        return default
    return possible[0]


def _leaders(text: str, words: Mapping[str, DetectWords]) -> tuple[str, ...]:
    """The tags with the highest score; more than one where, as with 中文, either writing may be meant.

    Of a mail in two languages, each saying the same, the first one counts.
    """
    lines = [fold(line) for line in text[:READ].split("\n")]
    scores = _scores("\n".join(lines), words)
    best = max(scores.values(), default=0.0)
    if best <= 0:
        return ()
    rivals = {tag: words[tag] for tag, score in scores.items() if score >= best * _RIVAL}
    if _differ(rivals):
        by_line = (_scores(line, rivals) for line in lines)
        scores = next((found for found in by_line if max(found.values()) >= _PROSE), scores)
        best = max(scores.values())
    return tuple(tag for tag, score in scores.items() if score == best)


def _differ(rivals: Mapping[str, DetectWords]) -> bool:
    """Are they more than the two writings of Chinese?"""
    return len({"han" if known.repertoire else tag for tag, known in rivals.items()}) > 1


def _scores(plain: str, words: Mapping[str, DetectWords]) -> dict[str, float]:
    han = [] if plain.isascii() else _HAN.findall(plain)
    spelled = _spelled(plain)
    scores: dict[str, float] = {}
    for tag, known in words.items():
        if known.repertoire:
            others = tuple(w.repertoire for t, w in words.items() if w.repertoire and t != tag)
            scores[tag] = len(han) + sum(map(_writing(known, others).__getitem__, han)) if han else 0
        else:
            scores[tag] = _WORD * sum(map(_vocabulary(known).__contains__, spelled))
    return scores


@lru_cache(maxsize=64)
def _vocabulary(known: DetectWords) -> frozenset[str]:
    return frozenset(known.words)


class _Writing(dict[str, bool]):
    """Is a Han character this writing's own? Remembered for each that was asked for; there are 28,000."""

    def __init__(self, known: DetectWords, others: tuple[str, ...]) -> None:
        super().__init__(dict.fromkeys(known.characters, True))
        self._repertoire, self._others = known.repertoire, others

    def __missing__(self, character: str) -> bool:
        others = any(_has(other, character) for other in self._others)
        self[character] = own = _has(self._repertoire, character) and not others
        return own


@lru_cache(maxsize=64)
def _writing(known: DetectWords, others: tuple[str, ...]) -> _Writing:
    return _Writing(known, others)


def _has(repertoire: str, character: str) -> bool:
    try:
        return bool(character.encode(repertoire))
    except (UnicodeEncodeError, LookupError):
        return False


def _spelled(plain: str) -> list[str]:
    """The words of a folded text; an elided one keeps its apostrophe: l', organisation."""
    return plain.replace("'", "' ").translate(_LETTERS).split()


class _Letters(dict[int, int]):
    """Letters and the apostrophe as they are, all else as a blank."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        mapped = code if character.isalpha() or character == "'" else 32
        if code < _FEW:
            self[code] = mapped
        return mapped


_FEW = 0x3000
_LETTERS = _Letters()
_HAN = re.compile("[\u3400-\u9fff]")
