"""What an entry shall be changed to, and what it was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.core.intents import Span
from mailbot.reading.candidates import Candidate, Found, make
from mailbot.reading.choosing import key
from mailbot.reading.letters import Letter
from mailbot.reading.naming import Naming
from mailbot.reading.runs import name_at

_SURE = 0.6  # below it, words that say "should be" lead to no name


@dataclass(frozen=True, slots=True)
class Correction:
    """The entry as it should be, and the span of what it was, where told."""

    meant: tuple[Candidate, ...]
    was: Span | None = None


def read_correction(letter: Letter, candidates: Sequence[Candidate], naming: Naming) -> Correction | None:
    """The new name: behind words that say how it should be; else a candidate that nothing calls the old one."""
    new = _behind(letter, naming.becomes, naming)
    old = _behind(letter, naming.was, naming)
    wrong = {key(c.entry.name) for c in old}
    right = [c for c in new if key(c.entry.name) not in wrong and c.score >= _SURE] or [
        c
        for c in sorted(candidates, key=lambda c: -c.score)
        if key(c.entry.name) not in wrong and c.found not in {Found.PROSE, Found.AUTHOR, Found.SIGNATURE}
    ]
    if not right:
        return None
    meant = right[0]
    was = next((c for c in old if key(c.entry.name) != key(meant.entry.name)), None)
    return Correction((meant,), was.span if was else None)


def _behind(letter: Letter, words: re.Pattern[str], naming: Naming) -> list[Candidate]:
    body = letter.body
    found: list[Candidate] = []
    for hit in words.finditer(body.folded):
        piece = name_at(body, hit.end(), naming)
        candidate = make(body, piece.start, piece.end, Found.LEAD, 0.7, naming) if piece else None
        if candidate and len(found) < 50:
            found.append(candidate)
    return found
