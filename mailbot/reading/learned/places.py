"""Where names can stand in one mail: the places that the network reads, in one order, each with what is known of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailbot.reading.asking import Hits
from mailbot.reading.candidates import Candidate
from mailbot.reading.letters import Letter
from mailbot.reading.passages import Passage

LETTERS = 3
"""Letters of one mail that are read: the author's own, and the outermost of those passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One letter with what the rules found in it: the phrases of its body and Subject, and names that may be meant."""

    letter: Letter
    hits: Hits
    subject_hits: Hits
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One passage of a letter. `zone` is the kind of place, `most` the tokens of it that are read."""

    zone: str
    passage: Passage
    most: int
    letter: int  # 0 for the author's own, then those passed on
    hits: Hits = Hits({})  # noqa: RUF009  frozen, and empty


def places(heard: Sequence[Heard], subject: str) -> list[Place]:
    """All places of a mail. `subject` is the whole Subject, which an answer takes over from the letter it answers."""
    taken_over = not heard[0].letter.subject.source.strip()
    found = [Place(zone="taken subject", passage=Passage("subject", subject), most=40, letter=0)] if taken_over else []
    for number, one in enumerate(heard[:LETTERS]):
        found += _of_letter(one, number)
    return [place for place in found if place.passage.source.strip()]


def _of_letter(heard: Heard, number: int) -> Iterator[Place]:
    letter = heard.letter
    passed = "passed " if number else ""
    subject, body = f"{passed}subject", f"{passed}body"
    yield Place(zone=subject, passage=letter.subject, most=40, letter=number, hits=heard.subject_hits)
    yield Place(zone=f"{passed}from", passage=letter.shown, most=20, letter=number)
    yield Place(zone=body, passage=letter.body, most=300 if number else 420, letter=number, hits=heard.hits)
    for signature in letter.signatures:
        yield Place(zone=f"{passed}signature", passage=signature, most=60 if number else 80, letter=number)
