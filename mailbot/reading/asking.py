"""What a mail asks for: to be added, left out, taken off, changed; told by the phrases of its language file.

Only unquoted words count (people who mock us quote our own phrases), and a phrase of joining that stands
behind a negation is none. Which of several requests wins is the order of `_CHECKS`: the safe readings first.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import lru_cache

from mailbot.core.intents import Flag
from mailbot.reading.passages import Passage, Piece
from mailbot.reading.phrases import phrases


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequestWords:
    """The phrases of asking in one language (notation: mailbot/reading/phrases.py)."""

    join: tuple[str, ...]  # asks to be added
    join_hint: tuple[str, ...]  # asks to be added where a name stands with it
    assent: tuple[str, ...]  # yes; asks only where it answers our invitation
    refuse: tuple[str, ...]  # the writer's own no
    stay_out: tuple[str, ...]  # somebody is not to be listed: names beside it are none of ours
    condition: tuple[str, ...]  # yes, once something has happened
    listed: tuple[str, ...]  # is on the list already
    withdraw: tuple[str, ...]
    correct: tuple[str, ...]
    correct_hint: tuple[str, ...]  # the same, unless the mail asks to be added as well
    letter_text: tuple[str, ...]  # speaks of the letter's wording, not of an entry
    press: tuple[str, ...]  # wants something else of the organizers: an interview, a talk, their papers
    nameless: tuple[str, ...]  # there is no name yet
    individual: tuple[str, ...]  # signs as a person and nothing else
    me: tuple[str, ...]  # speaks of the writer as the one who signs
    asking: tuple[str, ...]  # a question without its mark
    private: tuple[str, ...]  # keep this to yourselves
    negation: tuple[str, ...]  # turns what follows in the sentence
    passing_on: tuple[str, ...]  # "please add them, see below"
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # {name} in a phrase


class Asked(StrEnum):
    SIGN = "sign"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked, the phrase class that decided, and what came along."""

    asked: Asked
    reason: str
    individual: bool = False  # says that a person signs
    alone: bool = False  # may be a person
    nameless: bool = False
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """Where the phrases of each class stand in one passage, minus those that are negated."""

    at: Mapping[str, tuple[Piece, ...]]

    def __call__(self, kind: str) -> tuple[Piece, ...]:
        return self.at.get(kind, ())


_NEGATED = frozenset({"join", "join_hint", "withdraw", "correct", "assent"})
_CLASSES = tuple(f.name for f in fields(RequestWords) if f.name != "sets")


def find_phrases(passage: Passage, words: tuple[RequestWords, ...]) -> Hits:
    """Every phrase of every class in the passage, outside quotation marks."""
    at: dict[str, tuple[Piece, ...]] = {}
    for name, pattern in _patterns(words).items():
        at[name] = tuple(Piece(*m.span()) for m in pattern.finditer(passage.masked))
    negations = at["negation"]
    for name in _NEGATED:
        at[name] = tuple(hit for hit in at[name] if not _negated(passage, hit, negations))
    return Hits(at)


def read_asking(passage: Passage, hits: Hits, *, answers_us: bool, subject_hits: Hits | None = None) -> Asking:
    """What the passage asks for. `answers_us`: it stands in answer to a letter of ours, so a bare yes asks too."""
    flags = _flags(passage, hits)
    individual, alone = bool(hits("individual")), bool(hits("me"))
    for reason, asked, check in _CHECKS:
        if check(hits, subject_hits or Hits({}), answers_us):
            return Asking(
                asked=asked,
                reason=reason,
                individual=individual,
                alone=alone,
                nameless=bool(hits("nameless")),
                flags=flags,
            )
    return Asking(asked=Asked.NOTHING, reason="no_request", individual=individual, alone=alone, flags=flags)


def _any_join(hits: Hits, subject: Hits, answers_us: bool) -> bool:
    return bool(hits("join") or hits("passing_on") or subject("join") or (answers_us and hits("assent")))


_CHECKS: tuple[tuple[str, Asked, Callable[[Hits, Hits, bool], bool]], ...] = (
    ("withdraw", Asked.WITHDRAW, lambda h, s, a: bool(h("withdraw")) and not h("letter_text")),
    ("refuse", Asked.NOTHING, lambda h, s, a: bool(h("refuse"))),
    ("letter_text", Asked.NOTHING, lambda h, s, a: bool(h("letter_text")) and not h("join")),
    ("correct", Asked.CORRECT, lambda h, s, a: bool(h("correct")) and not h("letter_text")),
    ("correct", Asked.CORRECT, lambda h, s, a: bool(h("correct_hint")) and not h("join") and not h("letter_text")),
    ("correct_subject", Asked.CORRECT, lambda h, s, a: bool(s("correct")) and not h("letter_text") and not h("join")),
    ("withdraw_subject", Asked.WITHDRAW, lambda h, s, a: bool(s("withdraw")) and not h("join")),
    ("condition", Asked.NOTHING, lambda h, s, a: bool(h("condition"))),
    ("press", Asked.NOTHING, lambda h, s, a: bool(h("press"))),
    ("listed", Asked.NOTHING, lambda h, s, a: bool(h("listed")) and len(h("join")) < 2 and not h("passing_on")),
    ("join", Asked.SIGN, _any_join),
    ("hint", Asked.SIGN, lambda h, s, a: bool(h("join_hint") or s("join_hint"))),
)


def _negated(passage: Passage, hit: Piece, negations: Iterable[Piece]) -> bool:
    """Is a word of negation right before, in the same sentence? "係加入，唔係撤回" asks for no withdrawal."""
    return any(
        not n.start >= hit.start
        and hit.start - n.end <= 3
        and not any(c in ".!?;:,。，！？；：" for c in passage.text[n.end : hit.start])
        for n in negations
        if n.end <= hit.start
    )


def _flags(passage: Passage, hits: Hits) -> tuple[Flag, ...]:
    flags = []
    if hits("asking") or any(mark in passage.masked for mark in "?？"):
        flags.append(Flag.QUESTION)
    if hits("private"):
        flags.append(Flag.NO_PUBLISH_CONTACT)
    return tuple(flags)


@lru_cache(maxsize=8)
def _patterns(words: tuple[RequestWords, ...]) -> Mapping[str, re.Pattern[str]]:
    return {name: phrases(*((getattr(w, name), w.sets) for w in words)) for name in _CLASSES}
