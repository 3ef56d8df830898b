"""The second reader of a mail: a transformer that has read a hundred languages before it was taught our mails.

The lower layers of multilingual-e5-small (Wang et al. 2024, MIT licence; a transformer as of Vaswani et al. 2017),
taught further with labelled mail, and two heads: what the mail asks, and the role of every token. It takes
ten times as long as the network and errs half as often. Applied with NumPy alone, in single precision.

Arrays are tokens x numbers. Matrices are stored in octets with a scale for each outgoing number.
"""

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mailbot.reading.learned.features import Described
from mailbot.reading.learned.network import Floats, Scores
from mailbot.reading.learned.pieces import Pieced, Pieces

_TINY = 1e-12  # of the layers' norms, as they were trained
_HEADS = 12
_REMEMBERED = 256  # mails
_BLOCK = 32  # numbers of a piece's embedding that share a scale


class Encoder:
    """The weights of one model file, see tests/training. Raises ValueError where the octets are no such file."""

    def __init__(self, octets: bytes) -> None:
        with np.load(io.BytesIO(octets), allow_pickle=False) as packed:
            stored = {name: packed[name] for name in packed.files}
        self._pieces = Pieces(_lines(stored.pop("pieces")), stored.pop("likely").tolist())
        self._features = {name: row for row, name in enumerate(_lines(stored.pop("features")))}
        self._told_at = int(stored.pop("told_at"))  # the layer that is told the features
        self._embedded, self._scales = stored.pop("embedded"), stored.pop("scales")
        self._w = {name: _weights(name, stored) for name in stored if not name.endswith("/scale")}
        self._layers = sum(name.endswith("/attention") for name in self._w)
        self.transitions, self.starts = self._w.pop("transitions"), self._w.pop("starts")
        self._scored = lru_cache(maxsize=_REMEMBERED)(self._scores)

    def scores(self, found: Sequence[Described], whole: Sequence[float]) -> Scores:
        """What the mail asks, and the roles of its first tokens; `whole` is what is told of the mail as a whole.

        The same words once more cost nothing: a campaign's mails are often one text that many send.
        """
        return self._scored(tuple(found), tuple(whole))

    def _scores(self, found: tuple[Described, ...], whole: tuple[float, ...]) -> Scores:
        read = self._pieces.of(found)
        x = self._embeddings(read.pieces)
        for layer in range(self._layers):
            if layer == self._told_at:
                x += self._told(read, found)
            x = self._transformed(x, f"{layer}/")
        gist = np.maximum(self._linear(self._pooled(x, whole), "gist"), 0.0)
        asked = _softmax(self._linear(gist, "asked"))
        spans = np.array(read.spans)
        tokens = self._linear(np.concatenate([x[spans[:, 0]], x[spans[:, 1]]], axis=1), "tokens")
        tokens = np.maximum(tokens + self._linear(gist, "told") + self._linear(asked, "asked_told"), 0.0)
        padded = np.pad(tokens, ((1, 1), (0, 0)))
        around = np.concatenate([padded[:-2], tokens, padded[2:]], axis=1)
        tokens += np.maximum(self._linear(around, "around"), 0.0)
        return Scores(asked[0], self._linear(tokens, "roles"), self.transitions, self.starts)

    def _embeddings(self, pieces: Sequence[int]) -> Floats:
        """Two numbers in an octet, in blocks of 32: the low halves are the first sixteen."""
        packed, scales = self._embedded[list(pieces)], self._scales[list(pieces)].astype(np.float32)
        halves = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8.0
        x: Floats = (halves * scales[..., None]).reshape(len(pieces), -1)
        return self._normal(x + self._w["positions"][: len(pieces)], "norm")

    def _told(self, read: Pieced, found: Sequence[Described]) -> Floats:
        """The sum of what the features of a piece's token say."""
        count = np.zeros((len(read.pieces), len(self._features)), np.float32)
        for piece, owner in enumerate(read.owners):
            if owner is not None:
                for name in found[owner].features:
                    if name in self._features:
                        count[piece, self._features[name]] += 1.0
        told: Floats = count @ self._w["feature"]
        return told

    def _transformed(self, x: Floats, layer: str) -> Floats:
        length, width = x.shape
        inside = self._linear(x, f"{layer}attention").reshape(length, 3, _HEADS, -1).transpose(1, 2, 0, 3)
        asked, offered, held = inside
        close = _softmax(asked @ offered.swapaxes(-1, -2) * np.float32((width // _HEADS) ** -0.5))
        seen = (close @ held).transpose(1, 0, 2).reshape(length, width)
        x = self._normal(x + self._linear(seen, f"{layer}out"), f"{layer}norm")
        return self._normal(x + self._linear(_gelu(self._linear(x, f"{layer}wide")), f"{layer}narrow"), f"{layer}last")

    def _pooled(self, x: Floats, whole: Sequence[float]) -> Floats:
        """The mail as one row: what four looks see, the strongest of each number, what is told of the whole."""
        look = _softmax(self._linear(x, "look").T)
        return np.concatenate([(look @ x).ravel(), x.max(0), np.array(whole, np.float32)])[None]

    def _linear(self, x: Floats, name: str) -> Floats:
        y: Floats = x @ self._w[name]
        y += self._w[f"{name}.bias"]
        return y

    def _normal(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt(np.square(x).mean(-1, keepdims=True) + np.float32(_TINY))
        x *= self._w[f"{name}.weight"]
        x += self._w[f"{name}.bias"]
        return x


@lru_cache(maxsize=2)
def encoder(octets: bytes) -> Encoder:
    """The encoder of these octets; made once."""
    return Encoder(octets)


def _weights(name: str, stored: Mapping[str, npt.NDArray[np.generic]]) -> Floats:
    """As they are applied: incoming x outgoing numbers."""
    weights: Floats = stored[name].astype(np.float32)
    scales = stored.get(f"{name}/scale")
    return weights if scales is None else np.ascontiguousarray((weights * scales.astype(np.float32)[:, None]).T)


def _gelu(x: Floats) -> Floats:
    """Hendrycks and Gimpel 2016, by the logistic function."""
    inside = x * x
    inside *= np.float32(-0.0713548163)
    inside -= np.float32(1.5957691216)
    inside *= x
    np.exp(np.minimum(inside, np.float32(80.0), out=inside), out=inside)
    inside += np.float32(1.0)
    x /= inside
    return x


def _softmax(x: Floats) -> Floats:
    """Over the last numbers."""
    raised: Floats = np.exp(x - x.max(-1, keepdims=True))
    raised /= raised.sum(-1, keepdims=True)
    return raised


def _lines(octets: npt.NDArray[np.uint8]) -> list[str]:
    return octets.tobytes().decode().split("\n")
