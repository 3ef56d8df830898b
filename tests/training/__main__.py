"""`make train-reading`: learn from labelled mail and store what was learnt in rules/models/reading.npz.

The mails are those of tests/labelled and, where it lies beside the checkout, the shared corpus. Every tenth is kept
apart and never learnt from. The others are first divided in three: each third is read by a network that the other
two taught, which tells how well reading carries over, and how names are to be weighed (training/weights.py). The
network that is stored is taught by all three, and how well it reads the mails kept apart is printed in the end.
The words' embeddings are those of the stored file; tests/training/words.py made them.
"""

import argparse
import os
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from training.augment import read_names, varied
from training.brief import brief, nothing
from training.mails import KINDS, NAMED, Mail, divided, everything, examples
from training.model import Batch, Learnt, Taught, loss, stored
from training.scoring import report
from training.weights import known, weights

from mailbot.app import rulebook
from mailbot.reading.learned.tagging import ROLES, Role
from mailbot.reading.learned.tokens import tokens
from mailbot.reading.learned.vocabulary import Vocabulary, parts
from mailbot.reading.request import known_names
from mailbot.reading.rulebook import Rulebook

MODEL = Path(__file__).parents[2] / "rules" / "models" / "reading.npz"
_WIDTH = 80  # numbers that stand for a token
_MAILS, _SENTENCES = 24, 48  # of one step
_DOUBTFUL = 0.4  # how much the roles of a mail count that wants to sign and names nobody
_SENTENCE = 0.7  # how much the sentences count beside the mails
_BRIEF = 0.35  # how much the mails of a few sentences do


_FOLDS = 3
_FOLD_SEED = 5


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=18)
    asked.add_argument("--seed", type=int, nargs="+", default=(7, 8), help="one member of the network for each")
    asked.add_argument("--store", type=Path, default=MODEL, help="where to store what was learnt")
    options = asked.parse_args()
    book = rulebook()
    mails, apart = divided(everything(book, known_names(book)))
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as cores:
        folds = [cores.submit(taught, fold, _FOLD_SEED, options.rounds) for fold in range(_FOLDS)]
        whole = [cores.submit(taught, None, seed, options.rounds) for seed in options.seed]
        weighing = carried_over(mails, book, [fold.result() for fold in folds])
        octets = stored([member.result() for member in whole], weighing)
    options.store.write_bytes(octets)
    report(apart, replace(book, network=octets))


def carried_over(mails: Sequence[Mail], book: Rulebook, learnt: Sequence[Learnt]) -> dict[str, float]:
    """How names are to be weighed; prints how each third is read by what the two others taught."""
    thirds = [mails[fold::_FOLDS] for fold in range(_FOLDS)]
    facts = [known(third, replace(book, network=stored([own], {}))) for third, own in zip(thirds, learnt, strict=True)]
    for fold, third in enumerate(thirds):
        others = weights([fact for n, told in enumerate(facts) for fact in told if n != fold])
        report(third, replace(book, network=stored([learnt[fold]], others)))
    return weights([fact for told in facts for fact in told])


def taught(fold: int | None, seed: int, rounds: int) -> Learnt:
    """One member of a network, taught by all mails but those of the fold."""
    book = rulebook()
    mails, _ = divided(everything(book, known_names(book)))
    kept = [mail for n, mail in enumerate(mails) if fold is None or n % _FOLDS != fold]
    return Teacher([*kept, *examples(book, known_names(book))], book, rounds).learnt(seed)


class Teacher:
    """Some mails, and what it takes to learn from them. The same mails and seed give the same network."""

    def __init__(self, mails: Sequence[Mail], book: Rulebook, rounds: int) -> None:
        torch.set_num_threads(1)  # sums in one order
        self.mails, self.rounds = mails, rounds
        self.naming = known_names(book)
        self.names = read_names(Path(__file__).parent)
        with np.load(MODEL) as stored:
            self.words, self.lexicon = stored["words"], stored["vocabulary"].tobytes().decode().split("\n")
        self.vocabulary = Vocabulary(self.lexicon)
        self.features = sorted({f for m in mails for t in m.tokens for f in t.features})
        self.rows = {name: row for row, name in enumerate(self.features)}
        self.sentences = [
            (kind, text)
            for file in sorted(Path(__file__).parent.glob("sentences_*.tsv"))
            for kind, _, text in (line.partition("\t") for line in file.read_text("utf-8").splitlines())
            if text
        ]
        self.classes = sorted({kind for kind, _ in self.sentences})
        self.by_class = {kind: [text for k, text in self.sentences if k == kind] for kind in self.classes}

    def learnt(self, seed: int) -> Learnt:
        """What one member has learnt."""
        names = {"vocabulary": self.lexicon, "features": self.features, "kinds": KINDS, "roles": ROLES}
        return Learnt(weights=self._taught(seed).eval().weights(), words=self.words, names=names)

    def _taught(self, seed: int) -> Taught:
        torch.manual_seed(seed)
        chance = random.Random(seed)
        net = Taught(self.words, len(self.features), len(KINDS), len(self.classes), width=_WIDTH, drop=0.22)
        optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.02)
        steps = self.rounds * (len(self.mails) // _MAILS + 1)
        pace = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps + 5, pct_start=0.15)
        forgetting = torch.Generator().manual_seed(seed)
        began = time.monotonic()
        for number in range(self.rounds):
            total = 0.0
            for group in self._groups(chance):
                rows = Batch([self._row(m) for m in group], len(self.features))
                rows.forget(forgetting)
                kinds = torch.tensor([KINDS.index(m.kind) for m in group])
                weights = torch.tensor(
                    [1.0 if m.kind in NAMED else _DOUBTFUL * (m.kind == "incomplete") for m in group]
                )
                step = loss(net, rows, kinds, weights) + _SENTENCE * self._of_sentences(net, chance)
                step = step + _BRIEF * self._of_brief_mails(net, chance)
                optimizer.zero_grad()
                step.backward()
                torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimizer.step()
                pace.step()
                total += float(step.detach())
            print(f"round {number + 1} of {self.rounds}: {total:.1f}, {time.monotonic() - began:.0f} s", flush=True)
        return net

    def _groups(self, chance: random.Random) -> list[list[Mail]]:
        """All mails, varied, in groups of about the same length, in any order."""
        mails = [varied(m, self.names, self.naming, chance) for m in self.mails if m.tokens]
        mails.sort(key=lambda m: len(m.tokens) + 60 * chance.random())
        groups = [mails[n : n + _MAILS] for n in range(0, len(mails), _MAILS)]
        chance.shuffle(groups)
        return groups

    def _row(self, mail: Mail) -> dict:
        found = [t.token for t in mail.tokens]
        words, compounds = self.vocabulary.rows(found)
        features = [[self.rows[f] for f in t.features if f in self.rows] for t in mail.tokens]
        roles = [t.role for t in mail.tokens]
        return {
            "words": words,
            "compounds": compounds,
            "parts": parts(found),
            "features": features,
            "roles": roles,
            "whole": mail.whole,
        }

    def _of_sentences(self, net: Taught, chance: random.Random) -> torch.Tensor:
        """What single sentences do, told as well as what mails ask: most words of asking are in these."""
        some = chance.sample(self.sentences, _SENTENCES)
        rows = Batch([self._sentence(text) for _, text in some], len(self.features))
        kinds = torch.tensor([self.classes.index(kind) for kind, _ in some])
        return torch.nn.functional.cross_entropy(net.sentences(rows), kinds)

    def _of_brief_mails(self, net: Taught, chance: random.Random) -> torch.Tensor:
        """What mails of a few sentences ask: minus the log-likelihood of the kinds that each may be."""
        people = [*self.names[Role.PERSON, False], *self.names[Role.PERSON, True]]
        some = [
            nothing(people, self.naming, chance) if n % 8 == 0 else brief(self.by_class, people, self.naming, chance)
            for n in range(_MAILS)
        ]
        rows = Batch([self._row(mail) for mail, _ in some], len(self.features))
        allowed = torch.tensor([[float(kind in kinds) for kind in KINDS] for _, kinds in some])
        return -(net(rows)[0].softmax(-1) * allowed).sum(-1).log().mean()

    def _sentence(self, text: str) -> dict:
        found = tokens(text, 60)
        words, compounds = self.vocabulary.rows(found)
        told = [(f"shape {t.shape}", "zone body") for t in found]
        return {
            "words": words,
            "compounds": compounds,
            "parts": parts(found),
            "features": [[self.rows[f] for f in fs if f in self.rows] for fs in told],
            "roles": [0] * len(found),
            "whole": (0.0,) * 5,
        }


if __name__ == "__main__":
    main()
