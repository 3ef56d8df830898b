"""From the scores of every token to stretches that are names: the likeliest sequence of roles (Viterbi 1967).

How sure one may be of a stretch is told by forward and backward sums over all sequences (Rabiner 1989).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from mailbot.reading.learned.network import Floats, Network

_APART = 8  # tokens after which sums are brought back to 1, long before they leave what a number can hold


class Role(StrEnum):
    """What a stretch of a mail names."""

    ORGANIZATION = "organization"  # that signs, goes or is to be changed
    PERSON = "person"  # the same
    FORMER = "former"  # the name as it stands, of an entry that is to be changed
    CONTACT = "contact"  # who speaks for an organization


ROLES = ("none", *(name for role in Role for name in (f"{role} begins", role.value)))
"""The roles of single tokens, as the network was trained with them."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """Tokens [start, end) name something. `sure` is the likelihood of the least likely of them."""

    start: int
    end: int
    role: Role
    sure: float


def tagged(scores: Floats, network: Network) -> list[Tagged]:
    """The stretches in order; none overlaps another. `scores` are tokens x ROLES, and not empty."""
    path = _viterbi(scores, network.transitions, network.starts)
    return _stretches(path, _likelihoods(scores, network.transitions, network.starts)) if any(path) else []


def _viterbi(scores: Floats, transitions: Floats, starts: Floats) -> list[int]:
    best = np.empty((*scores.shape, 1), np.float32)  # of all sequences that end in the token with the role
    best[0, :, 0] = scores[0] + starts
    ways = np.empty_like(transitions)
    for before, after, score in zip(best, best[1:, :, 0], scores[1:], strict=False):
        np.add(before, transitions, out=ways)
        np.maximum.reduce(ways, 0, out=after)
        np.add(after, score, out=after)
    path = [int(best[-1].argmax())]
    for came in (best[:-1] + transitions).argmax(1)[::-1].tolist():
        path.append(came[path[-1]])
    return path[::-1]


def _likelihoods(scores: Floats, transitions: Floats, starts: Floats) -> npt.NDArray[np.float64]:
    """Of each role for each token, over all sequences of roles. Forward and backward go in one step."""
    seen = np.exp(scores - scores.max(1, keepdims=True), dtype=np.float64)
    both = np.stack([seen, seen[::-1]], axis=1)[:, :, None]  # tokens x directions x 1 x roles
    moves = np.exp(np.stack([transitions, transitions.T]), dtype=np.float64)
    told = np.ones_like(both)  # by the tokens before, or behind
    told[0, 0] = np.exp(starts)
    for n in range(1, len(told)):
        np.matmul(told[n - 1] * both[n - 1], moves, out=told[n])
        if n % _APART == 0:
            told[n] /= told[n].sum(-1, keepdims=True)
    likely = seen * told[:, 0, 0] * told[::-1, 1, 0]
    shares: npt.NDArray[np.float64] = likely / likely.sum(1, keepdims=True)
    return shares


def _stretches(path: list[int], likely: npt.NDArray[np.float64]) -> list[Tagged]:
    found: list[Tagged] = []
    at = 0
    while at < len(path):
        first, end = path[at], at + 1
        if first % 2:  # a role begins
            while end < len(path) and path[end] == first + 1:
                end += 1
            sure = min(float(likely[n, first + (n > at)]) for n in range(at, end))
            found.append(Tagged(at, end, tuple(Role)[first // 2], sure))
        at = end
    return found
