"""What the words above a forwarded letter make of it: the request itself, or background that is nobody's request."""

from collections.abc import Sequence

from mailbot.reading.candidates import Found
from mailbot.reading.learned.places import Heard

_ACTS = ("act", "join", "join_hint")
_ASKS = ("join", "join_hint", "assent")
_WAVERS = ("refuse", "condition", "doubt")
_TOLD = 0.4  # score of a name of the author's own that a request may be about
_NOT_SAID = frozenset({Found.AUTHOR, Found.HEADER})  # places that name somebody whatever the letter says


def counting(heard: Sequence[Heard]) -> list[Heard]:
    """The letters that may ask for something, the author's own first: all, or that one alone.

    A forward counts where its cover asks for it or says nothing against it, and where it asks for something itself.
    """
    own, *passed_on = heard
    return [own] if passed_on and (_sets_aside(own) or not _may_ask(passed_on)) else list(heard)


def asks_itself(own: Heard) -> bool:
    """Does the author's letter ask to be added, and name who, whatever it passes on?"""
    named = any(c.found not in _NOT_SAID and c.score >= _TOLD for c in own.candidates)
    return named and bool(own.hits("join") or own.subject_hits("join"))


def _sets_aside(own: Heard) -> bool:
    """Doubt and refusal of what is below hold whatever else is said; information only, until action is asked for."""
    if own.hits("doubt"):
        return True
    if own.hits("aside"):
        return not any(own.hits(kind) for kind in _ACTS) or (asks_itself(own) and not own.hits("act"))
    return bool(own.hits("refuse")) and not any(own.hits(kind) for kind in (*_ACTS, "passing_on"))


def _may_ask(passed_on: Sequence[Heard]) -> bool:
    """Does any of the letters ask, or none of them say no, not yet, or is it true?"""
    asks = any(one.hits(kind) for one in passed_on for kind in _ASKS)
    return asks or not any(one.hits(kind) for one in passed_on for kind in _WAVERS)
