"""The network itself: from the rows of a mail's tokens to what is asked and to the role of every token.

Embeddings and features are summed, four gated convolutions (Dauphin et al. 2017) widen the view to some
thirty tokens, one layer of self-attention (Vaswani et al. 2017) to the whole mail; from all of it comes what
is asked, and, knowing that, a score of each role for each token. Applied with NumPy alone, in single
precision, on one core; the same octets give the same answer.

Arrays are members x numbers x tokens: each step is one for all members, and a product of many rows and
few columns takes half the time of one of few rows and many columns.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mailbot.reading.learned.vocabulary import BUCKETS, Vocabulary

Floats = npt.NDArray[np.float32]

_HEADS = 4
_TINY = 1e-5  # of PyTorch's LayerNorm, with which it was trained


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One mail as the network takes it; the lists are as long as the mail has tokens, and not empty."""

    words: Sequence[int]
    compounds: Sequence[int]
    parts: Sequence[tuple[int, int, int]]
    features: Sequence[Sequence[int]]
    whole: Sequence[float]  # what is told of the mail as a whole


class Scores(NamedTuple):
    """`asked`: the likelihood of each kind, summing to 1. `roles`: tokens x roles, with what each says of the next.

    `transitions` are roles x roles that follow them, `starts` the roles that a text begins with.
    """

    asked: Floats
    roles: Floats
    transitions: Floats
    starts: Floats


class Network:
    """The weights of one model file, see tests/training. Raises ValueError where the octets are no such file.

    It has several members, taught alike from different beginnings; what they say is averaged, which errs less
    than any of them does (Hansen and Salamon 1990).
    """

    def __init__(self, octets: bytes) -> None:
        with np.load(io.BytesIO(octets), allow_pickle=False) as packed:
            stored = {name: packed[name] for name in packed.files}
        self.vocabulary = Vocabulary(_text(stored.pop("vocabulary")).split("\n"))
        self.features = {name: row for row, name in enumerate(_text(stored.pop("features")).split("\n"))}
        self.kinds = tuple(_text(stored.pop("kinds")).split("\n"))
        self.roles = tuple(_text(stored.pop("roles")).split("\n"))
        weighing = _text(stored.pop("weighing")).splitlines()
        self.weighing = dict(zip(weighing, map(float, stored.pop("weights")), strict=True))
        self._words = stored.pop("words")  # octets; the scale is in the two projections
        members: dict[str, dict[str, Floats]] = {}
        for name, array in stored.items():
            member, _, weight = name.partition("/")
            members.setdefault(member, {})[weight] = array.astype(np.float32)
        taught = list(members.values())
        self.transitions: Floats = np.mean([own["transitions"] for own in taught], axis=0)
        self.starts: Floats = np.mean([own["starts"] for own in taught], axis=0)
        self._dilations = tuple(int(d) for d in taught[0]["dilations"])
        self._parts: Floats = np.concatenate([own["part.weight"] for own in taught], axis=1)
        self._embedding = _embedding(taught, len(self.features))
        prepared = [_prepared(own, len(self._dilations)) for own in taught]
        self._w = {name: np.stack([own[name] for own in prepared]) for name in prepared[0]}

    def scores(self, rows: Rows) -> Scores:
        """What the mail asks, and the roles of its tokens."""
        x = self._embedded(rows)
        for number, dilation in enumerate(self._dilations):
            x += self._gated(x, f"block{number}", dilation)
        x += self._attended(_normal(x))
        gist = np.maximum(self._linear(self._pooled(x, rows.whole), "gist"), 0.0)
        asked = _softmax(self._linear(gist, "asked"))
        x += self._linear(gist, "told") + self._linear(asked, "asked_told")
        x += self._gated(x, "last", 1)
        roles = (self._w["roles"] @ _normal(x)).mean(0)
        return Scores(asked.mean(0)[:, 0], np.ascontiguousarray(roles.T), self.transitions, self.starts)

    def _embedded(self, rows: Rows) -> Floats:
        """The sum of what all tables have for each token: one product, of how often each of their rows counts."""
        length = len(rows.words)
        flat = [feature * length + n for n, row in enumerate(rows.features) for feature in row]
        features = np.bincount(flat, minlength=len(self.features) * length) if flat else np.zeros(0)
        parts = np.array(rows.parts)
        known = np.maximum((parts != BUCKETS).sum(1, keepdims=True), 1)
        told = (
            self._words[list(rows.words)].T,
            self._words[list(rows.compounds)].T,
            features.reshape(-1, length),
            (self._parts[parts].sum(1) / known).T,
        )
        x = self._embedding @ np.concatenate(told, dtype=np.float32, casting="unsafe")
        summed: Floats = np.maximum(x.reshape(*self._w["bias"].shape[:2], length) + self._w["bias"], 0.0)
        return summed

    def _gated(self, x: Floats, name: str, dilation: int) -> Floats:
        """A convolution of three tokens, `dilation` apart, half of which gates the other half."""
        seen = _normal(x)
        members, rows, length = seen.shape
        around = np.zeros((members, 3 * rows, length), np.float32)
        around[:, :rows, dilation:] = seen[..., :-dilation]
        around[:, rows:-rows] = seen
        around[:, -rows:, :-dilation] = seen[..., dilation:]
        both = self._w[name] @ around
        through: Floats = np.tanh(both[:, : rows - 1])
        shut: Floats = np.exp(both[:, rows - 1 :])
        through /= shut + np.float32(1.0)
        return through

    def _attended(self, seen: Floats) -> Floats:
        members, _, length = seen.shape
        inside = (self._w["attention"] @ seen).reshape(members, 3, _HEADS, -1, length)
        asked, offered, held = inside[:, 0], inside[:, 1], inside[:, 2]
        near = offered.swapaxes(-1, -2) @ asked
        near -= near.max(-2, keepdims=True)
        close: Floats = np.exp(near, out=near)
        told = held @ close / (np.ones((1, length), np.float32) @ close)
        out: Floats = self._w["attention.out"] @ told.reshape(members, -1, length)
        return out

    def _pooled(self, x: Floats, whole: Sequence[float]) -> Floats:
        """The mail as one column: what four looks see, the strongest of each number, what is told of the whole."""
        normal = _normal(x)
        look = _softmax((self._w["look"] @ normal).swapaxes(-1, -2))
        seen = self._w["seen"] @ normal
        looks = (seen @ look).swapaxes(-1, -2).reshape(len(x), -1)
        told = np.tile(np.array(whole, np.float32), (len(x), 1))
        return np.concatenate([looks, seen.max(-1), told], axis=1)[..., None]

    def _linear(self, x: Floats, name: str) -> Floats:
        y: Floats = self._w[f"{name}.weight"] @ x
        y += self._w[f"{name}.bias"]
        return y


@lru_cache(maxsize=2)
def network(octets: bytes) -> Network:
    """The network of these octets; made once."""
    return Network(octets)


def _embedding(taught: Sequence[dict[str, Floats]], features: int) -> Floats:
    """The tables of all members side by side; of the parts of words each member has its own."""
    side = taught[0]["parts.weight"].shape[0]
    rows = []
    for n, own in enumerate(taught):
        parts = np.zeros((own["parts.weight"].shape[1], side * len(taught)), np.float32)
        parts[:, n * side : (n + 1) * side] = own["parts.weight"].T
        tables = own["word.weight"].T, own["compound.weight"].T, own["feature.weight"][:features].T, parts
        rows.append(np.concatenate(tables, axis=1))
    return np.concatenate(rows)


def _prepared(own: Mapping[str, Floats], blocks: int) -> dict[str, Floats]:
    """The weights of one member as they are applied: outgoing x incoming numbers.

    A norm's own weight and bias go into the product that follows it, see _normal.
    """
    width = len(own["bias"])
    none = np.zeros(1, np.float32)
    ready = {"bias": own["bias"][:, None], "attention.out": own["attention.out.weight"].T}
    for name in ("gist", "asked", "told", "asked_told"):
        ready |= {f"{name}.weight": own[f"{name}.weight"].T, f"{name}.bias": own[f"{name}.bias"][:, None]}
    for name in (*(f"block{number}" for number in range(blocks)), "last"):
        before, at, behind = own[f"{name}.weight"].reshape(3, width, -1)
        taps = (before, none), (at, own[f"{name}.bias"]), (behind, none)
        ready[name] = np.concatenate([_behind_norm(own, f"{name}.norm", *tap) for tap in taps], axis=1)
        ready[name][width:] *= -1  # the half that gates, by 1 / (1 + exp(-x))
    ready["attention"] = _behind_norm(own, "attention.norm", own["attention.weight"], none)
    ready["attention"][:width] *= (width // _HEADS) ** -0.5
    ready["seen"] = _behind_norm(own, "norm", np.eye(width, dtype=np.float32), none)
    ready["look"] = _behind_norm(own, "norm", own["look.weight"], own["look.bias"])
    ready["roles"] = _behind_norm(own, "roles.norm", own["roles.weight"], own["roles.bias"])
    return ready


def _behind_norm(own: Mapping[str, Floats], norm: str, weight: Floats, bias: Floats) -> Floats:
    """A product (`weight` incoming x outgoing) that follows a norm, as a product of what _normal gives."""
    scaled = weight * own[f"{norm}.weight"][:, None]
    shifted = own[f"{norm}.bias"] @ weight + bias
    folded: Floats = np.concatenate([scaled, shifted[None]]).T
    return folded


def _softmax(x: Floats) -> Floats:
    """Over the numbers of each column."""
    raised: Floats = np.exp(x - x.max(-2, keepdims=True))
    raised /= raised.sum(-2, keepdims=True)
    return raised


def _normal(x: Floats) -> Floats:
    """Each token's numbers with mean 0 and deviation 1, and a row of ones, by which a product adds its bias."""
    members, width, length = x.shape
    average = np.full((1, width), 1 / width, np.float32)
    normal = np.ones((members, width + 1, length), np.float32)
    centred = np.subtract(x, average @ x, out=normal[:, :width])
    centred /= np.sqrt(average @ (centred * centred) + np.float32(_TINY))
    return normal


def _text(octets: npt.NDArray[np.uint8]) -> str:
    return octets.tobytes().decode()
