"""From the scores of every token to stretches that are names: the likeliest sequence of roles (Viterbi 1967).

How sure one may be of a stretch is told by forward and backward sums over all sequences (Rabiner 1989).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from mailbot.reading.learned.network import Floats, Network

_NOTHING = 0  # the first role: none of these
_SURE = 0.999  # likelihood of no role above which a token parts the text


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
    """The stretches in order; none overlaps another. `scores` are tokens x ROLES."""
    likely = np.exp(scores - scores.max(1, keepdims=True))
    likely /= likely.sum(1, keepdims=True)
    open_ = likely[:, _NOTHING] < _SURE
    found: list[Tagged] = []
    start = 0
    while start < len(open_):
        if not open_[start]:
            start += 1
            continue
        end = start
        while end < len(open_) and open_[end]:
            end += 1
        path = _viterbi(scores[start:end], network.transitions, network.starts)
        if any(path):
            found += _stretches(path, _likelihoods(scores[start:end], network.transitions, network.starts), start)
        start = end
    return found


def _viterbi(scores: Floats, transitions: Floats, starts: Floats) -> list[int]:
    best = scores[0] + starts
    came: list[npt.NDArray[np.intp]] = []
    for score in scores[1:]:
        ways = best[:, None] + transitions
        came.append(ways.argmax(0))
        best = ways.max(0) + score
    path = [int(best.argmax())]
    for pointers in reversed(came):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def _likelihoods(scores: Floats, transitions: Floats, starts: Floats) -> Floats:
    """Of each role for each token, over all sequences of roles."""
    moves = np.exp(transitions)
    seen = np.exp(scores - scores.max(1, keepdims=True))
    forward, backward = np.empty_like(seen), np.ones_like(seen)
    forward[0] = seen[0] * np.exp(starts)
    forward[0] /= forward[0].sum()
    for n in range(1, len(seen)):
        forward[n] = (forward[n - 1] @ moves) * seen[n]
        forward[n] /= forward[n].sum()
    for n in range(len(seen) - 2, -1, -1):
        backward[n] = moves @ (backward[n + 1] * seen[n + 1])
        backward[n] /= backward[n].sum()
    both = forward * backward
    likely: Floats = both / both.sum(1, keepdims=True)
    return likely


def _stretches(path: list[int], likely: Floats, offset: int) -> list[Tagged]:
    found: list[Tagged] = []
    at = 0
    while at < len(path):
        first, end = path[at], at + 1
        if first % 2:  # a role begins
            while end < len(path) and path[end] == first + 1:
                end += 1
            sure = min(float(likely[n, first + (n > at)]) for n in range(at, end))
            found.append(Tagged(offset + at, offset + end, tuple(Role)[first // 2], sure))
        at = end
    return found
