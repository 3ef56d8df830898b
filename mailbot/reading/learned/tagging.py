"""From the scores of every token to stretches that may be names, each with its likelihood.

The likelihood of a stretch is that of all sequences of roles in which exactly it is a name, by forward and
backward sums (Rabiner 1989).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from mailbot.reading.learned.network import Scores

_NOTHING = 0  # the first role: none of these
_WORTH = 0.03  # likelihood below which a stretch is not looked at
_LONGEST = 40  # tokens of one name
_SURE = 0.999  # likelihood of no role above which a token parts the text


class Role(StrEnum):
    """What a stretch of a mail names."""

    ORGANIZATION = "organization"  # that signs, goes or is to be changed
    PERSON = "person"  # the same
    FORMER = "former"  # the name as it stands, of an entry that is to be changed
    CONTACT = "contact"  # who speaks for an organization


ROLES = ("none", *(name for role in Role for name in (f"{role} begins", role.value)))
"""The roles of single tokens, as the network was trained with them."""


Sums = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tagged:
    """Tokens [start, end) may name something; `sure` is the likelihood that exactly they do."""

    start: int
    end: int
    role: Role
    sure: float


def tagged(scores: Scores) -> list[Tagged]:
    """The stretches in order of their beginning; they may overlap."""
    likely = np.exp(scores.roles - scores.roles.max(1, keepdims=True))
    parted = likely[:, _NOTHING] >= _SURE * likely.sum(1)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], parted, [True]])))
    return [
        found
        for start, end in edges.reshape(-1, 2).tolist()
        for found in _between(start, _Sequences(scores, start, end))
    ]


class _Sequences:
    """Forward and backward sums over every sequence of roles, scaled so that each token's product sums to 1."""

    def __init__(self, scores: Scores, start: int, end: int) -> None:
        roles = scores.roles[start:end]
        self.moves: Sums = np.exp(scores.transitions.astype(np.float64))
        self.seen: Sums = np.exp((roles - roles.max(1, keepdims=True)).astype(np.float64))
        self.length = end - start
        self.forward, self.backward = np.empty_like(self.seen), np.ones_like(self.seen)
        self.scale = np.empty(self.length)
        state = np.exp(scores.starts.astype(np.float64))
        for n in range(self.length):
            state = (state @ self.moves if n else state) * self.seen[n]
            self.scale[n] = state.sum()
            state = self.forward[n] = state / self.scale[n]
        for n in range(self.length - 2, -1, -1):
            self.backward[n] = self.moves @ (self.backward[n + 1] * self.seen[n + 1]) / self.scale[n + 1]


def _between(offset: int, sums: _Sequences) -> Iterator[Tagged]:
    """The stretches of one run of tokens, in order."""
    begins = sums.forward * sums.backward
    for start, first in np.argwhere(begins[:, 1::2] > _WORTH).tolist():
        role = tuple(Role)[first]
        for end, sure in _ends(start, 2 * first + 1, sums):
            if sure > _WORTH:
                yield Tagged(offset + start, offset + end, role, sure)


def _ends(start: int, begins: int, sums: _Sequences) -> Iterator[tuple[int, float]]:
    """Where a name that begins at `start` may end, with the likelihood that it does."""
    inside = begins + 1
    mass, last = float(sums.forward[start, begins]), begins
    for end in range(start + 1, min(start + _LONGEST, sums.length) + 1):
        if end == sums.length:
            yield end, mass
            return
        onward = sums.moves[last] * sums.seen[end] * sums.backward[end] / sums.scale[end]
        yield end, mass * float(onward.sum() - onward[inside])
        mass, last = mass * float(sums.moves[last, inside] * sums.seen[end, inside] / sums.scale[end]), inside
        if mass * float(sums.backward[end, inside]) < _WORTH:
            return
