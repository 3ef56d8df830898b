"""The network of mailbot/reading/learned/network.py as it is taught, with PyTorch; stored for NumPy."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from training.crf import allowed, surprise

from mailbot.reading.learned.tagging import ROLES
from mailbot.reading.learned.vocabulary import BUCKETS

DILATIONS = (1, 2, 4, 8)
_PART = 24  # numbers for a part of a word
_SCALE = 42.0  # of the octets in which embeddings are stored


class Gated(nn.Module):
    """A convolution of three tokens of which one half gates the other, added to what came in."""

    def __init__(self, width: int, dilation: int, drop: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, 2 * width, 3, padding=dilation, dilation=dilation)
        self.drop = nn.Dropout(drop)

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        a, b = self.conv((self.norm(x) * there).transpose(1, 2)).transpose(1, 2).chunk(2, -1)
        return x + self.drop(torch.tanh(a) * torch.sigmoid(b)) * there


class Attention(nn.Module):
    """Self-attention with four heads over the whole mail, added to what came in."""

    def __init__(self, width: int, drop: float) -> None:
        super().__init__()
        self.norm, self.drop = nn.LayerNorm(width), nn.Dropout(drop)
        self.inside, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        mails, length, width = x.shape
        q, k, v = self.inside(self.norm(x)).view(mails, length, 3, 4, width // 4).permute(2, 0, 3, 1, 4)
        close = (q @ k.transpose(-1, -2)) / (width // 4) ** 0.5
        close = close.masked_fill(there[:, None, None, :, 0] == 0, -1e4).softmax(-1)
        return x + self.drop(self.out((close @ v).transpose(1, 2).reshape(mails, length, width))) * there


class Taught(nn.Module):
    """The whole network. `words` are the embeddings, rows by vocabulary, the first for no word; they stay as they are."""

    def __init__(self, words: np.ndarray, features: int, kinds: int, classes: int, *, width: int, drop: float) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(torch.from_numpy(words.astype(np.float32) / _SCALE), freeze=True)
        self.word = nn.Linear(words.shape[1], width, bias=False)
        self.compound = nn.Linear(words.shape[1], width, bias=False)
        self.feature = nn.EmbeddingBag(features + 1, width, mode="sum", padding_idx=features)
        self.part = nn.EmbeddingBag(BUCKETS + 1, _PART, mode="mean", padding_idx=BUCKETS)
        self.parts = nn.Linear(_PART, width, bias=False)
        self.bias = nn.Parameter(torch.zeros(width))
        self.blocks = nn.ModuleList(Gated(width, dilation, drop) for dilation in DILATIONS)
        self.attention = Attention(width, drop)
        self.drop, self.norm, self.look = nn.Dropout(drop), nn.LayerNorm(width), nn.Linear(width, 4)
        self.gist, self.asked = nn.Linear(width * 5 + 5, width), nn.Linear(width, kinds)
        self.does = nn.Linear(width * 5, classes)  # of a single sentence; only taught, never stored
        self.told, self.asked_told = nn.Linear(width, width), nn.Linear(kinds, width)
        self.last, self.roles_norm = Gated(width, 1, drop), nn.LayerNorm(width)
        self.roles = nn.Linear(width, len(ROLES))
        self.transitions, self.starts = nn.Parameter(torch.zeros(len(ROLES), len(ROLES))), nn.Parameter(torch.zeros(9))
        nn.init.normal_(self.feature.weight, std=0.1)
        nn.init.normal_(self.part.weight, std=0.3)
        with torch.no_grad():
            self.feature.weight[features] = 0
            self.part.weight[BUCKETS] = 0

    def forward(self, rows: "Batch") -> tuple[Tensor, Tensor]:
        """What each mail asks (logits), and the roles of its tokens (scores)."""
        x, pooled = self._encoded(rows)
        gist = torch.relu(self.gist(torch.cat([self.drop(pooled), rows.whole], -1)))
        asked = self.asked(self.drop(gist))
        x = x + (self.told(gist) + self.asked_told(asked.softmax(-1)))[:, None] * rows.there
        return asked, self.roles(self.drop(self.roles_norm(self.last(x, rows.there))))

    def sentences(self, rows: "Batch") -> Tensor:
        """What each single sentence does (logits)."""
        return self.does(self.drop(self._encoded(rows)[1]))

    def _encoded(self, rows: "Batch") -> tuple[Tensor, Tensor]:
        mails, length = rows.words.shape
        flat = mails * length
        x = self.word(self.words(rows.words)) + self.compound(self.words(rows.compounds)) + self.bias
        x = x + self.feature(rows.features.view(flat, -1)).view(mails, length, -1)
        x = x + self.parts(self.part(rows.parts.view(flat, -1)).view(mails, length, -1))
        x = self.drop(torch.relu(x)) * rows.there
        for block in self.blocks:
            x = block(x, rows.there)
        x = self.attention(x, rows.there)
        seen = self.norm(x)
        look = self.look(seen).masked_fill(rows.there == 0, -1e4).softmax(1)
        pooled = torch.einsum("blk,blw->bkw", look, seen).reshape(mails, -1)
        return x, torch.cat([pooled, seen.masked_fill(rows.there == 0, -1e4).max(1).values], -1)

    def surprise(self, scores: Tensor, rows: "Batch") -> Tensor:
        return surprise(scores, rows.roles, rows.there[..., 0], self.transitions, self.starts)

    def weights(self) -> dict[str, np.ndarray]:
        """All that is learnt, in half precision, by the names that reading has for it."""
        transitions, starts = allowed(self.transitions, self.starts)
        arrays = {
            "word.weight": self.word.weight.T / _SCALE,
            "compound.weight": self.compound.weight.T / _SCALE,
            "feature.weight": self.feature.weight,
            "part.weight": self.part.weight,
            "parts.weight": self.parts.weight.T,
            "bias": self.bias,
            "attention.norm.weight": self.attention.norm.weight,
            "attention.norm.bias": self.attention.norm.bias,
            "attention.weight": self.attention.inside.weight.T,
            "attention.out.weight": self.attention.out.weight.T,
            "roles.norm.weight": self.roles_norm.weight,
            "roles.norm.bias": self.roles_norm.bias,
            "transitions": transitions,
            "starts": starts,
            "norm.weight": self.norm.weight,
            "norm.bias": self.norm.bias,
        }
        for name in ("look", "gist", "asked", "told", "asked_told", "roles"):
            layer = getattr(self, name)
            arrays |= {f"{name}.weight": layer.weight.T, f"{name}.bias": layer.bias}
        for name, block in [*((f"block{n}", b) for n, b in enumerate(self.blocks)), ("last", self.last)]:
            arrays |= {f"{name}.norm.weight": block.norm.weight, f"{name}.norm.bias": block.norm.bias}
            arrays[f"{name}.weight"] = block.conv.weight.permute(2, 1, 0).reshape(-1, block.conv.out_channels)
            arrays[f"{name}.bias"] = block.conv.bias
        packed = {name: array.detach().numpy().astype(np.float16) for name, array in arrays.items()}
        return {**packed, "dilations": np.array(DILATIONS, np.int8)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What one member of the network has learnt, with the embeddings and the names of their rows."""

    weights: dict[str, np.ndarray]
    words: np.ndarray
    names: dict[str, Sequence[str]]


def stored(members: Sequence[Learnt], weighing: Mapping[str, float]) -> bytes:
    """The model file: the weights of each member, embeddings in octets, how names are weighed, what rows are for."""
    first = members[0]
    packed = {f"{n}/{name}": array for n, member in enumerate(members) for name, array in member.weights.items()}
    texts = {**first.names, "weighing": tuple(weighing)}
    packed |= {name: np.frombuffer("\n".join(lines).encode(), np.uint8) for name, lines in texts.items()}
    file = io.BytesIO()
    np.savez_compressed(file, words=first.words, weights=np.array(tuple(weighing.values())), **packed)
    return file.getvalue()


class Batch:
    """Some mails as tensors, mails x tokens, padded; `there` is 1 where a token is."""

    def __init__(self, mails: Sequence[dict], nothing: int) -> None:
        length = max(len(m["words"]) for m in mails)
        deep = max((len(f) for m in mails for f in m["features"]), default=1) or 1
        count = len(mails)
        words, compounds, roles = (np.zeros((count, length), np.int64) for _ in range(3))
        parts = np.full((count, length, 3), BUCKETS)
        features = np.full((count, length, deep), nothing)
        there = np.zeros((count, length, 1), np.float32)
        padding = [[nothing] * k for k in range(deep + 1)]
        for n, mail in enumerate(mails):
            size = len(mail["words"])
            words[n, :size], compounds[n, :size], parts[n, :size] = mail["words"], mail["compounds"], mail["parts"]
            features[n, :size] = [f + padding[deep - len(f)] for f in mail["features"]]
            roles[n, :size], there[n, :size] = mail["roles"], 1
        self.words, self.compounds, self.parts = map(torch.from_numpy, (words, compounds, parts))
        self.features, self.there, self.roles = map(torch.from_numpy, (features, there, roles))
        self.whole = torch.tensor([m["whole"] for m in mails])

    def forget(self, chance: torch.Generator) -> None:
        """Some words go unseen, so that what stands around them has to tell."""
        shape = self.words.shape
        self.words = self.words * (torch.rand(shape, generator=chance) > 0.08)
        self.compounds = self.compounds * (torch.rand(shape, generator=chance) > 0.15)
        kept = (torch.rand(shape, generator=chance) > 0.1)[..., None]
        self.parts = torch.where(kept, self.parts, torch.full_like(self.parts, BUCKETS))


def loss(net: Taught, rows: Batch, kinds: Tensor, weights: Tensor) -> Tensor:
    """What training lessens. `weights` say how much the roles of each mail are to be trusted."""
    asked, roles = net(rows)
    told = functional.cross_entropy(asked, kinds, label_smoothing=0.05)
    return told + 0.12 * (net.surprise(roles, rows) * weights).mean()
