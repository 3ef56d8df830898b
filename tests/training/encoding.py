"""The encoder of mailbot/reading/learned/encoder.py as it is taught, with PyTorch; stored for NumPy.

The embeddings and the lowest layers stay as they were pretrained, so what they say of each mail is reckoned once.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from training.crf import allowed, surprise
from training.pretrained import Pretrained, numbers

from mailbot.reading.learned.pieces import Pieced
from mailbot.reading.learned.tagging import ROLES

FIXED, LAYERS = 2, 6
"""Layers that stay as they are, and all layers; what is told of tokens comes in behind the fixed ones."""

_INSIDE = 128  # numbers of a token in the heads


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One mail as it is taught: its pieces, the rows of the features of each piece, the role of each token."""

    pieced: Pieced
    features: Sequence[Sequence[int]]
    roles: Sequence[int]
    kind: int
    whole: Sequence[float]


class Transformer(nn.Module):
    """One layer: attention, then a wide layer, each added to what came in and normalized."""

    def __init__(self, pretrained: Pretrained, number: int, drop: float) -> None:
        super().__init__()
        width, wide = pretrained.width, pretrained.wide
        self.heads, self.drop = pretrained.heads, nn.Dropout(drop)
        self.attention, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, wide), nn.Linear(wide, width)
        self.norm, self.last = nn.LayerNorm(width, 1e-12), nn.LayerNorm(width, 1e-12)
        layer = pretrained.layer(number)
        given = {**{f"{name}.weight": array for name, array in layer.matrices.items()}, **layer.vectors}
        self.load_state_dict({name: torch.from_numpy(array) for name, array in given.items()})

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        mails, length, width = x.shape
        q, k, v = self.attention(x).view(mails, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=there[:, None, None, :])
        x = self.norm(x + self.drop(self.out(seen.transpose(1, 2).reshape(mails, length, width))))
        return self.last(x + self.drop(self.narrow(functional.gelu(self.wide(x)))))


class Fixed(nn.Module):
    """What is not taught: pieces → what the lowest layers say of them."""

    def __init__(self, pretrained: Pretrained, rows: Sequence[int]) -> None:
        super().__init__()
        self.embedded = pretrained.blocks("emb.word", pretrained.width)[rows]
        self.positions = pretrained.positions
        self.norm = nn.LayerNorm(pretrained.width, 1e-12)
        given = {"weight": pretrained.vector("emb.ln.w"), "bias": pretrained.vector("emb.ln.b")}
        self.norm.load_state_dict({name: torch.from_numpy(array) for name, array in given.items()})
        self.layers = nn.ModuleList(Transformer(pretrained, number, 0.0) for number in range(FIXED))

    @torch.no_grad()
    def read(self, pieces: Sequence[int]) -> np.ndarray:
        """Pieces x numbers, in half precision."""
        table = numbers(self.embedded[list(pieces)].reshape(len(pieces), -1))
        x = self.norm(torch.from_numpy(table + self.positions[: len(pieces)]))[None]
        there = torch.ones(1, len(pieces), dtype=torch.bool)
        for layer in self.layers:
            x = layer(x, there)
        return x[0].numpy().astype(np.float16)


class Encoding(nn.Module):
    """What is taught: the upper layers, and the two heads."""

    def __init__(self, pretrained: Pretrained, features: int, kinds: int) -> None:
        super().__init__()
        width = pretrained.width
        self.layers = nn.ModuleList(Transformer(pretrained, number, 0.1) for number in range(FIXED, LAYERS))
        self.feature = nn.EmbeddingBag(features + 1, width, mode="sum", padding_idx=features)
        self.drop, self.look = nn.Dropout(0.15), nn.Linear(width, 4)
        self.gist, self.asked = nn.Linear(5 * width + 5, _INSIDE), nn.Linear(_INSIDE, kinds)
        self.told, self.asked_told = nn.Linear(_INSIDE, _INSIDE), nn.Linear(kinds, _INSIDE)
        self.tokens, self.roles = nn.Linear(2 * width, _INSIDE), nn.Linear(_INSIDE, len(ROLES))
        self.around = nn.Conv1d(_INSIDE, _INSIDE, 3, padding=1)
        self.transitions = nn.Parameter(torch.zeros(len(ROLES), len(ROLES)))
        self.starts = nn.Parameter(torch.zeros(len(ROLES)))
        nn.init.zeros_(self.feature.weight)

    def forward(self, rows: "Rows") -> tuple[Tensor, Tensor]:
        """What each mail asks (logits), and the roles of its tokens (scores)."""
        mails, length, width = rows.x.shape
        x = rows.x + self.feature(rows.features.view(mails * length, -1)).view(mails, length, width)
        for layer in self.layers:
            x = layer(x, rows.there)
        nowhere = ~rows.there[..., None]
        look = self.look(x).masked_fill(nowhere, -1e4).softmax(1)
        looks = torch.einsum("blk,blw->bkw", look, x).reshape(mails, -1)
        pooled = torch.cat([looks, x.masked_fill(nowhere, -1e4).max(1).values, rows.whole], -1)
        gist = torch.relu(self.gist(self.drop(pooled)))
        asked = self.asked(self.drop(gist))
        each = torch.arange(mails)[:, None]
        tokens = self.tokens(torch.cat([x[each, rows.first], x[each, rows.last]], -1))
        tokens = torch.relu(tokens + (self.told(gist) + self.asked_told(asked.softmax(-1)))[:, None])
        near = self.around((tokens * rows.said[..., None]).transpose(1, 2)).transpose(1, 2)
        return asked, self.roles(self.drop(tokens + torch.relu(near)))

    def surprise(self, scores: Tensor, rows: "Rows") -> Tensor:
        return surprise(scores, rows.roles, rows.said, self.transitions, self.starts)


class Rows:
    """Some mails as tensors, padded; `x` is what the fixed layers say, `there` where a piece is, `said` where a token is."""

    def __init__(self, mails: Sequence[Read], read: Sequence[np.ndarray], nothing: int) -> None:
        count, length = len(mails), max(map(len, read))
        most = max(len(mail.roles) for mail in mails)
        deep = max((len(f) for mail in mails for f in mail.features), default=1) or 1
        x = np.zeros((count, length, read[0].shape[1]), np.float32)
        there, said = np.zeros((count, length), bool), np.zeros((count, most), np.float32)
        features = np.full((count, length, deep), nothing)
        first, last, roles = (np.zeros((count, most), np.int64) for _ in range(3))
        for n, (mail, numbers_read) in enumerate(zip(mails, read, strict=True)):
            size, tokens = len(numbers_read), len(mail.roles)
            x[n, :size], there[n, :size], said[n, :tokens], roles[n, :tokens] = numbers_read, True, 1, mail.roles
            first[n, :tokens], last[n, :tokens] = np.array(mail.pieced.spans).reshape(-1, 2).T
            for piece, own in enumerate(mail.features):
                features[n, piece, : len(own)] = own
        self.x, self.there, self.said, self.features = map(torch.from_numpy, (x, there, said, features))
        self.first, self.last, self.roles = map(torch.from_numpy, (first, last, roles))
        self.whole = torch.tensor([mail.whole for mail in mails], dtype=torch.float32)


def stored(fixed: Fixed, net: Encoding, pretrained: Pretrained, rows: Sequence[int], features: Sequence[str]) -> bytes:
    """The model file, as mailbot/reading/learned/encoder.py takes it."""
    packed: dict[str, np.ndarray] = {
        "pieces": _text([pretrained.pieces[row] for row in rows]),
        "likely": pretrained.likely[list(rows)],
        "features": _text(features),
        "told_at": np.array(FIXED),
        "embedded": fixed.embedded["halves"],
        "scales": fixed.embedded["scale"],
        "positions": pretrained.positions[:440].astype(np.float16),
        "feature": net.feature.weight[: len(features)].detach().numpy().astype(np.float16),
    }
    transitions, starts = allowed(net.transitions, net.starts)
    packed |= {"transitions": transitions.detach().numpy(), "starts": starts.detach().numpy()}
    taught = {name: one for name, one in net.named_children() if isinstance(one, nn.Linear)}
    around = nn.Linear(3 * _INSIDE, _INSIDE)
    around.load_state_dict({"weight": net.around.weight.transpose(1, 2).flatten(1), "bias": net.around.bias})
    modules: dict[str, nn.Module] = {**taught, "around": around, "norm": fixed.norm}
    for number, layer in enumerate([*fixed.layers, *net.layers]):
        modules |= {f"{number}/{name}": one for name, one in layer.named_children() if not isinstance(one, nn.Dropout)}
    for name, module in modules.items():
        packed |= _octets(name, module)
    file = io.BytesIO()
    np.savez(file, **packed)
    return file.getvalue()


def _octets(name: str, module: nn.Module) -> dict[str, np.ndarray]:
    """A matrix in octets with a scale for each outgoing number; a norm in half precision."""
    weight, bias = (array.detach().numpy() for array in (module.weight, module.bias))
    told = {f"{name}.bias": bias.astype(np.float16)}
    if isinstance(module, nn.LayerNorm):
        return {**told, f"{name}.weight": weight.astype(np.float16)}
    scale = np.abs(weight).max(1) / 127 + 1e-9
    return {**told, name: np.round(weight / scale[:, None]).astype(np.int8), f"{name}/scale": scale.astype(np.float32)}


def _text(lines: Sequence[str]) -> np.ndarray:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)
