"""What the author's words make of a letter passed on or a file attached: the request itself, or background."""

import re
from collections.abc import Sequence

from mailbot.reading.candidates import Found
from mailbot.reading.learned.places import Heard

_ACTS = ("act", "join", "join_hint")
_ASKS = ("join", "join_hint", "assent")
_WAVERS = ("refuse", "condition", "doubt")
_NO_FILES = ("unwanted", "aside", "doubt")
_SENTENCE_END = re.compile(r"[.!?;](?=\s)|[。！？；]|\n[ \t]*\n")
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
    return named and asks(own)


def asks(own: Heard) -> bool:
    """Does the author's letter ask to be added, or name somebody as one who does?"""
    return bool(own.hits("join") or own.subject_hits("join")) or any(c.found is Found.LEAD for c in own.candidates)


def files_count(own: Heard) -> bool:
    """Does the author point at attached files as at those who sign?

    Not where each sentence that points at them says that they are members, have refused or signed already, are yet
    to be asked, or only for information.
    """
    text = own.letter.body.text
    pointing = [_sentence(text, hit.start) for hit in own.hits("passing_on")]
    speaking = [hit.start for kind in _NO_FILES for hit in own.hits(kind)]
    return any(not any(start <= at < end for at in speaking) for start, end in pointing)


def _sentence(text: str, at: int) -> tuple[int, int]:
    ends = [end.end() for end in _SENTENCE_END.finditer(text)]
    return max((end for end in ends if end <= at), default=0), min((end for end in ends if end > at), default=len(text))


def stands_with_request(own: Heard, start: int) -> bool:
    """Does a phrase of joining stand in the sentence of the author's own that has a name at `start`?"""
    begins, ends = _sentence(own.letter.body.text, start)
    return any(begins <= hit.start < ends for hit in own.hits("join"))


def _sets_aside(own: Heard) -> bool:
    """Doubt and refusal of what is below hold whatever else is said; information only, until action is asked for."""
    if own.hits("doubt"):
        return True
    if own.hits("aside"):
        return not any(own.hits(kind) for kind in _ACTS) or (asks_itself(own) and not own.hits("act"))
    return bool(own.hits("refuse")) and not any(own.hits(kind) for kind in (*_ACTS, "passing_on"))


def _may_ask(passed_on: Sequence[Heard]) -> bool:
    """Does any of the letters ask, or none of them say no, not yet, or is it true?"""
    asking = any(one.hits(kind) for one in passed_on for kind in _ASKS)
    return asking or not any(one.hits(kind) for one in passed_on for kind in _WAVERS)
