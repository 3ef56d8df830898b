"""What a mail asks for: to be added, left out, taken off, changed; told by the phrases of its language file.

Only unquoted words count (people who mock us quote our own phrases), and a phrase of joining that stands
behind a negation is none. Which of several requests wins is the order of `_CHECKS`: the safe readings first.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import lru_cache

from mailbot.core.intents import Flag
from mailbot.reading.naming import Naming
from mailbot.reading.passages import Passage, Piece
from mailbot.reading.phrases import Phrasebook, has_ideographs


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
    aside: tuple[str, ...]  # what is passed on is for information only
    doubt: tuple[str, ...]  # what is passed on is refused, doubted or asked about
    act: tuple[str, ...]  # what is passed on is to be done: "FYI and for action"
    unwanted: tuple[str, ...]  # beside a file: those in it are not to be added, or have been already
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
LETTER = 6_000
"""Characters of the author's own words beyond which a mail is no request that a machine should act on."""

_BEGINNING = 90  # characters within which a yes answers the letter, and not something said on the way
SUBJECT = frozenset({"join", "join_hint", "withdraw", "correct", "negation"})
"""The classes that count in a Subject."""

_CLASSES = tuple(f.name for f in fields(RequestWords) if f.name != "sets")


def find_phrases(passage: Passage, words: tuple[RequestWords, ...], only: Set[str] = frozenset()) -> Hits:
    """Every phrase of every class (or of `only` some) in the passage, outside quotation marks."""
    found = _phrasebook(words).find(passage.masked, only)
    at = {name: tuple(Piece(*span) for span in spans) for name, spans in found.items()}
    negations = at.get("negation", ())
    for name in _NEGATED & at.keys():
        at[name] = tuple(hit for hit in at[name] if not _negated(passage, hit, negations))
    return Hits(at)


def read_asking(passage: Passage, hits: Hits, *, answers_us: bool, subject_hits: Hits | None = None) -> Asking:
    """What the passage asks for. `answers_us`: it stands in answer to a letter of ours, so a bare yes asks too."""
    subject = subject_hits or Hits({})
    answers_us = answers_us and any(hit.start < _BEGINNING for hit in hits("assent"))
    if len(passage.source) > LETTER:
        return Asking(asked=Asked.NOTHING, reason="long", flags=_flags(passage, hits))
    check = next((c for c in _CHECKS if _applies(c, hits, subject, answers_us)), _NOTHING)
    return Asking(
        asked=check.asked,
        reason=check.reason,
        individual=bool(hits("individual")),
        alone=bool(hits("me")),
        nameless=bool(hits("nameless")),
        flags=_flags(passage, hits),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    """One row of the table: what is asked where any of these classes was found, and none of those."""

    reason: str
    asked: Asked
    body: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    answering: tuple[str, ...] = ()  # count only in answer to a letter of ours
    unless: tuple[str, ...] = ()
    joins: int = 1_000  # more phrases of joining than this overrule it


_CHECKS = (
    _Check("withdraw", Asked.WITHDRAW, body=("withdraw",), unless=("letter_text", "press")),
    _Check("refuse", Asked.NOTHING, body=("refuse",)),
    _Check("letter_text", Asked.NOTHING, body=("letter_text",), joins=0),
    _Check("condition", Asked.NOTHING, body=("condition",)),
    _Check("correct", Asked.CORRECT, body=("correct",), unless=("letter_text",)),
    _Check("correct", Asked.CORRECT, body=("correct_hint",), unless=("letter_text",), joins=0),
    _Check("correct_subject", Asked.CORRECT, subject=("correct",), unless=("letter_text",), joins=0),
    _Check("withdraw_subject", Asked.WITHDRAW, subject=("withdraw",), joins=0),
    _Check("press", Asked.NOTHING, body=("press",)),
    _Check("listed", Asked.NOTHING, body=("listed",), unless=("passing_on",), joins=1),
    _Check("join", Asked.SIGN, body=("join", "passing_on"), subject=("join",), answering=("assent",)),
    _Check("hint", Asked.SIGN, body=("join_hint",), subject=("join_hint",)),
)
_NOTHING = _Check("no_request", Asked.NOTHING)


def _applies(check: _Check, hits: Hits, subject: Hits, answers_us: bool) -> bool:
    if any(hits(name) for name in check.unless) or len(hits("join")) > check.joins:
        return False
    body = (*check.body, *(check.answering if answers_us else ()))
    return any(hits(name) for name in body) or any(subject(name) for name in check.subject)


def _negated(passage: Passage, hit: Piece, negations: Iterable[Piece]) -> bool:
    """Is a word of negation right before, in the same sentence? "係加入，唔係撤回" asks for no withdrawal."""
    return any(
        0 <= hit.start - n.end <= 3
        and not any(c in ".!?;:,。，！？；：" for c in passage.text[n.end : hit.start])
        and not _asks_whether(passage.folded, n)
        for n in negations
    )


def _asks_whether(text: str, negation: Piece) -> bool:
    """可唔可以, 是不是: the same character before and after makes it a question, not a negation."""
    before, after = text[negation.start - 1 : negation.start], text[negation.end : negation.end + 1]
    return bool(before) and before == after and has_ideographs(before)


def without_names(passage: Passage, hits: Hits, naming: Naming) -> Hits:
    """`hits` without a withdrawal that stands within a name on a line of its own: 撤回條例關注組."""
    names = [line for line in passage.lines if len(passage.of(line)) <= 40 and naming.is_organization(passage.of(line))]
    if len(passage.lines) < 2 or not names or not hits("withdraw"):
        return hits
    kept = tuple(h for h in hits("withdraw") if not any(n.start <= h.start and h.end < n.end for n in names))
    return Hits({**hits.at, "withdraw": kept})


def _flags(passage: Passage, hits: Hits) -> tuple[Flag, ...]:
    flags = []
    if hits("asking") or any(mark in passage.masked for mark in "?？"):
        flags.append(Flag.QUESTION)
    if hits("private"):
        flags.append(Flag.NO_PUBLISH_CONTACT)
    return tuple(flags)


@lru_cache(maxsize=8)
def _phrasebook(words: tuple[RequestWords, ...]) -> Phrasebook:
    return Phrasebook({name: [(getattr(w, name), w.sets) for w in words] for name in _CLASSES})
