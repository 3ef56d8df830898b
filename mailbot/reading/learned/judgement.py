"""What one mail is taken to ask, and the names taken to be meant, each where it stands.

A small network and an encoder look at every mail; they err on different ones, so what they say is averaged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mailbot.reading.learned.encoder import Encoder, encoder
from mailbot.reading.learned.features import Described, agreement, described
from mailbot.reading.learned.network import Floats, Network, Rows, Scores, network
from mailbot.reading.learned.places import Place
from mailbot.reading.learned.tagging import Role, tagged
from mailbot.reading.learned.vocabulary import parts
from mailbot.reading.naming import Naming
from mailbot.reading.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A stretch [start, end) of a place's passage that may name something, with its likelihood and its tokens."""

    place: Place
    start: int
    end: int
    role: Role
    sure: float
    tokens: Sequence[Described]


@dataclass(frozen=True, slots=True)
class Judgement:
    """`asked` by kind, as shared/corpus names the kinds; `named` in the order in which it stands; the tokens `read`."""

    asked: Mapping[str, float]
    named: tuple[Named, ...]
    read: Sequence[Described] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What reading knows of one mail before it is judged."""

    places: Sequence[Place]
    address: str  # of the author, "" where there is none
    subject: str
    answers: bool
    attachments: bool


@dataclass(frozen=True, slots=True)
class Looks:
    """Who looks at a mail."""

    network: Network
    encoder: Encoder


def looks(rulebook: Rulebook) -> Looks:
    """Who looks at mails by these rules."""
    return Looks(network(rulebook.network), encoder(rulebook.encoder))


def judge(told: Told, naming: Naming, looks: Looks) -> Judgement:
    """The judgement on one mail. Pure; the work grows with the square of the tokens, of which some are read."""
    found = tokens_of(told, naming)
    if not found:
        return Judgement({"other": 1.0}, ())
    scores = _scores(found, whole(told), looks)
    named = [
        Named(
            place=told.places[found[t.start].place],
            start=found[t.start].token.start,
            end=found[t.end - 1].token.end,
            role=t.role,
            sure=t.sure,
            tokens=found[t.start : t.end],
        )
        for t in tagged(scores)
        if found[t.start].place == found[t.end - 1].place
    ]
    return Judgement(dict(zip(looks.network.kinds, map(float, scores.asked), strict=True)), tuple(named), found)


def _scores(found: Sequence[Described], told: tuple[float, ...], looks: Looks) -> Scores:
    """What both say, together."""
    small = looks.network.scores(rows_of(found, told, looks.network))
    great = looks.encoder.scores(found, told)
    asked, *roles = zip(small, great, strict=True)
    return Scores(_averaged(*asked, _OF_ASKED), *(_averaged(*one, _OF_ROLES) for one in roles))


_OF_ASKED, _OF_ROLES = np.float32(0.7), np.float32(0.6)  # how much the encoder counts, which errs half as often


def _averaged(small: Floats, great: Floats, share: np.float32) -> Floats:
    return (1 - share) * small + share * great


def tokens_of(told: Told, naming: Naming) -> list[Described]:
    """The tokens that the network reads, with their features."""
    return described(told.places, agreement(told.places, told.address, told.subject), naming)


def whole(told: Told) -> tuple[float, ...]:
    """What is told of the mail as a whole: is it an answer, does it pass on, how long is it, does it ask."""
    bodies = [p.passage.text for p in told.places if p.zone == "body"]
    text = bodies[0] if bodies else ""
    return (
        float(told.answers),
        float(told.attachments),
        float(any(p.letter for p in told.places)),
        min(len(text) / 2000, 3.0),
        float("?" in text or "？" in text),
    )


def rows_of(found: Sequence[Described], told: tuple[float, ...], network: Network) -> Rows:
    """The tokens as the rows of the network's tables."""
    all_tokens = [d.token for d in found]
    words, compounds = network.vocabulary.rows(all_tokens)
    known = network.features
    return Rows(
        words=words,
        compounds=compounds,
        parts=parts(all_tokens),
        features=[[known[name] for name in d.features if name in known] for d in found],
        whole=told,
    )
