"""The network itself: from the rows of a mail's tokens to what is asked and to the role of every token.

Embeddings and features are summed, four gated convolutions (Dauphin et al. 2017) widen the view to some
thirty tokens, one layer of self-attention (Vaswani et al. 2017) to the whole mail; from all of it comes what
is asked, and, knowing that, a score of each role for each token. Applied with NumPy alone, in single
precision, on one core; the same octets give the same answer.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Scores:
    """`asked`: the likelihood of each kind, summing to 1. `roles`: tokens x roles, before Viterbi."""

    asked: Floats
    roles: Floats


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
        words = stored.pop("words")  # octets; the scale is in the two projections
        weights: dict[str, dict[str, Floats]] = {}
        for name, array in stored.items():
            member, _, weight = name.partition("/")
            weights.setdefault(member, {})[weight] = np.ascontiguousarray(array, np.float32)
        self._members = [_Member(words, own, len(self.features)) for own in weights.values()]
        self.transitions: Floats = _mean([own["transitions"] for own in weights.values()])
        self.starts: Floats = _mean([own["starts"] for own in weights.values()])

    def scores(self, rows: Rows) -> Scores:
        """What the mail asks, and the roles of its tokens."""
        said = [member.scores(rows) for member in self._members]
        return Scores(_mean([one.asked for one in said]), _mean([one.roles for one in said]))


class _Member:
    """One set of weights over the embeddings that all share."""

    def __init__(self, words: npt.NDArray[np.int8], weights: Mapping[str, Floats], features: int) -> None:
        self._words, self._w, self._nothing = words, weights, features
        self._dilations = tuple(int(d) for d in weights["dilations"])

    def scores(self, rows: Rows) -> Scores:
        w = self._w
        x = self._embedded(rows)
        for number, dilation in enumerate(self._dilations):
            x = self._gated(x, f"block{number}", dilation)
        x = x + self._attended(_normal(x, w["attention.norm.weight"], w["attention.norm.bias"]))
        seen = _normal(x, w["norm.weight"], w["norm.bias"])
        look = _softmax(seen @ w["look.weight"] + w["look.bias"], axis=0)
        pooled = np.concatenate([(look.T @ seen).ravel(), seen.max(0), np.asarray(rows.whole, np.float32)])
        gist = np.maximum(pooled @ w["gist.weight"] + w["gist.bias"], 0.0)
        asked = _softmax(gist @ w["asked.weight"] + w["asked.bias"], axis=0)
        x = x + (gist @ w["told.weight"] + w["told.bias"] + asked @ w["asked_told.weight"] + w["asked_told.bias"])
        x = self._gated(x, "last", 1)
        roles = _normal(x, w["roles.norm.weight"], w["roles.norm.bias"]) @ w["roles.weight"] + w["roles.bias"]
        return Scores(asked, roles)

    def _embedded(self, rows: Rows) -> Floats:
        w = self._w
        x = self._words[np.asarray(rows.words)].astype(np.float32) @ w["word.weight"]
        x += self._words[np.asarray(rows.compounds)].astype(np.float32) @ w["compound.weight"]
        lengths = [max(len(row), 1) for row in rows.features]
        flat = [feature for row in rows.features for feature in (row or (self._nothing,))]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        x += np.add.reduceat(w["feature.weight"][flat], starts, axis=0)
        parts = np.asarray(rows.parts)
        known = (parts != BUCKETS).sum(1, keepdims=True)
        x += (w["part.weight"][parts].sum(1) / np.maximum(known, 1)) @ w["parts.weight"]
        summed: Floats = np.maximum(x + w["bias"], np.float32(0.0))
        return summed

    def _gated(self, x: Floats, name: str, dilation: int) -> Floats:
        """x plus a convolution of three tokens, `dilation` apart, half of which gates the other half."""
        w = self._w
        seen = _normal(x, w[f"{name}.norm.weight"], w[f"{name}.norm.bias"])
        before, behind = np.zeros_like(seen), np.zeros_like(seen)
        before[dilation:], behind[:-dilation] = seen[:-dilation], seen[dilation:]
        both = np.concatenate([before, seen, behind], axis=1) @ w[f"{name}.weight"] + w[f"{name}.bias"]
        half = both.shape[1] // 2
        through: Floats = np.tanh(both[:, :half]) / (1.0 + np.exp(-both[:, half:]))
        return x + through

    def _attended(self, x: Floats) -> Floats:
        length, width = x.shape
        asked, offered, held = (x @ self._w["attention.weight"]).reshape(length, 3, _HEADS, -1).transpose(1, 2, 0, 3)
        near: Floats = asked @ offered.transpose(0, 2, 1)
        close = _softmax(near * np.float32((width // _HEADS) ** -0.5), axis=-1)
        return (close @ held).transpose(1, 0, 2).reshape(length, width) @ self._w["attention.out.weight"]


@lru_cache(maxsize=2)
def network(octets: bytes) -> Network:
    """The network of these octets; made once."""
    return Network(octets)


def _normal(x: Floats, weight: Floats, bias: Floats) -> Floats:
    centred = x - x.mean(-1, keepdims=True)
    deviation: Floats = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(_TINY))
    normal: Floats = centred / deviation * weight + bias
    return normal


def _softmax(x: Floats, axis: int) -> Floats:
    raised: Floats = np.exp(x - x.max(axis, keepdims=True))
    total: Floats = raised.sum(axis, keepdims=True)
    return raised / total


def _mean(arrays: Sequence[Floats]) -> Floats:
    total: Floats = np.mean(arrays, axis=0, dtype=np.float32)
    return total


def _text(octets: npt.NDArray[np.uint8]) -> str:
    return octets.tobytes().decode()
