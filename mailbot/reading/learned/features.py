"""What is told of every token beside the word itself: its place, its shape, its line, the words it agrees with.

Training and reading use this module alike, so a feature is the same in both.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mailbot.reading.learned.places import Place
from mailbot.reading.learned.tokens import Token, tokens
from mailbot.reading.naming import Naming
from mailbot.reading.passages import item_start
from mailbot.reading.phrases import fold

_WORDS = frozenset({"small", "capital", "capitals", "mixed", "initial"})
_LABEL = 8  # tokens that may stand before the colon of a label
_NOT_LETTERS = re.compile(r"[\W_]+")


class Described(NamedTuple):  # as Token is
    """A token of a mail with its features. `place` is the index of its place."""

    place: int
    token: Token
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The words that other parts of the mail share, squashed to letters and digits."""

    domain: str
    local_part: str
    shown: frozenset[str]
    signature: frozenset[str]
    subject: frozenset[str]


def described(found: Sequence[Place], agreement: Agreement, naming: Naming) -> list[Described]:
    """Every token of the places, in order."""
    return [d for number, place in enumerate(found) for d in _of_place(number, place, agreement, naming)]


def agreement(found: Sequence[Place], address: str, subject: str) -> Agreement:
    """What the author's address, display name, signature and Subject hold. `address` is an addr_spec or ""."""
    local_part, _, domain = address.partition("@")
    own = [p for p in found if p.letter == 0]
    return Agreement(
        domain=squashed(domain),
        local_part=squashed(local_part),
        shown=frozenset(fold(w) for p in own if p.zone == "from" for w in p.passage.source.split()),
        signature=frozenset(_long_words(p.passage.text for p in own if p.zone == "signature")),
        subject=frozenset(_long_words((subject,))),
    )


@lru_cache(maxsize=20_000)
def squashed(text: str) -> str:
    """Letters and digits only, folded."""
    return _NOT_LETTERS.sub("", fold(text))


def _long_words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for token in tokens(text, 80):
            if len(token.text) > 3:
                yield squashed(token.text)


def _of_place(number: int, place: Place, agreement: Agreement, naming: Naming) -> Iterator[Described]:
    passage = place.passage
    marks = _Marks(place, naming)
    line = _Line(passage.text)
    zone = f"zone {place.zone}"
    for token in tokens(passage.text, place.most):
        own = [f"shape {token.shape}", zone]
        line.tell(token, own)
        if token.shape in _WORDS:
            own += lexical(token.text, naming)
            own += _agreeing(token.text, place.zone, agreement)
        elif token.shape == "ideograph":
            own += lexical(token.text, naming)
            if passage.text.endswith(naming.endings, 0, token.end):
                own.append("ending")
        marks.tell(token.start, own)
        yield Described(number, token, tuple(own))


@lru_cache(maxsize=50_000)
def lexical(word: str, naming: Naming) -> tuple[str, ...]:
    """The lists of the language files that the word stands in."""
    folded = fold(word)
    known = (
        ("noun", folded in naming.nouns or folded.removesuffix("'s") in naming.nouns),
        ("particle", folded in naming.particles),
        ("article", folded in naming.articles),
        ("opener", folded in naming.openers),
        ("generic", folded in naming.generic),
        ("surname", word in naming.surnames),
    )
    return tuple(name for name, holds in known if holds)


def _agreeing(word: str, zone: str, agreement: Agreement) -> Iterator[str]:
    bare = squashed(word)
    if len(bare) >= 4 and bare in agreement.domain:
        yield "in domain"
    if len(bare) >= 3 and bare in agreement.local_part:
        yield "in local part"
    if zone != "from" and fold(word) in agreement.shown:
        yield "in from"
    if zone != "signature" and len(bare) > 3 and bare in agreement.signature:
        yield "in signature"
    if not zone.endswith("subject") and len(bare) > 3 and bare in agreement.subject:
        yield "in subject"


class _Line:
    """What the line so far tells of the next token; to be asked about every token in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens, self._brackets, self._labelled = 0, False, False
        self._item = self._is_item(0)

    def tell(self, token: Token, features: list[str]) -> None:
        if token.shape == "line":
            self._tokens, self._brackets, self._labelled = 0, False, False
            self._item = self._is_item(token.end)
            return
        self._tokens += 1
        if self._tokens == 1:
            features.append("line start")
        if self._item:
            features.append("item")
        self._brackets = self._brackets or token.shape == "open"
        if self._brackets:
            features.append("in brackets")
        if token.shape == "close":
            self._brackets = False
        if self._labelled:
            features.append("behind colon")
        self._labelled = self._labelled or (token.shape == "colon" and self._tokens < _LABEL)

    def _is_item(self, at: int) -> bool:
        end = self._text.find("\n", at)
        return item_start(self._text[at : end if end >= 0 else None]) > 0


class _Marks:
    """Stretches of a passage that the rules know: phrases of asking, offices, words that lead to a name."""

    def __init__(self, place: Place, naming: Naming) -> None:
        passage = place.passage
        self._spans: list[tuple[int, int, str]] = [(p.start, p.end, "quoted") for p in passage.quotations]
        for name, spans in naming.marks.find(passage.folded).items():
            for start, end in spans:
                self._spans += [(start, end, f"in {name}"), (end, end + 2, f"behind {name}")]
        for kind, pieces in place.hits.at.items():
            self._spans += [(p.start, p.end, f"asks {kind}") for p in pieces]
        self._spans.sort()
        self._open: list[tuple[int, int, str]] = []
        self._next = 0

    def tell(self, at: int, features: list[str]) -> None:
        """Adds the marks over the character at `at`; to be asked with rising offsets."""
        while self._next < len(self._spans) and self._spans[self._next][0] <= at:
            self._open.append(self._spans[self._next])
            self._next += 1
        if self._open:
            self._open = [span for span in self._open if span[1] > at]
            features += dict.fromkeys(span[2] for span in self._open)
