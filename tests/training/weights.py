"""The weights by which reading weighs names, learnt from mails that the network was not taught by."""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional
from training.mails import NAMED, Mail
from training.scoring import forms, plain, spellings

from mailbot.reading.parse import parse
from mailbot.reading.request import names_of
from mailbot.reading.rulebook import Rulebook
from mailbot.reading.weighing import Name

_KINDS = NAMED | {"incomplete", "other"}
_DECAY = 0.01
_CONSTANT = 1e-9


Known = tuple[dict[str, float], bool]
"""The facts about one name, and whether it is one of those that its mail means."""


def known(mails: Sequence[Mail], book: Rulebook) -> list[Known]:
    """All names of the mails; the network of the book must not have been taught by these mails."""
    return [
        (facts, bool(_wanted(mail) & _printed(name)))
        for mail in mails
        if mail.kind in _KINDS
        for name, facts in names_of(parse(mail.octets), book)
    ]


def weights(names: Sequence[Known]) -> dict[str, float]:
    """Of each fact about a name: logistic regression on whether the name is meant."""
    order = sorted({fact for facts, _ in names for fact in facts})
    table = np.array([[facts.get(fact, 0.0) for fact in order] for facts, _ in names])
    mean, spread = table.mean(0), table.std(0)
    constant = spread < _CONSTANT
    mean[constant], spread[constant] = 0.0, 1.0
    slopes = _fitted((table - mean) / spread, np.array([float(meant) for _, meant in names])) / spread
    found = dict(zip(order, slopes.tolist(), strict=True))
    found["always"] -= float((slopes * mean).sum())
    return found


def _fitted(table: np.ndarray, meant: np.ndarray) -> np.ndarray:
    rows, wanted = torch.from_numpy(table), torch.from_numpy(meant)
    slopes = torch.zeros(table.shape[1], dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS([slopes], max_iter=300, line_search_fn="strong_wolfe")

    def surprise() -> torch.Tensor:
        search.zero_grad()
        told = functional.binary_cross_entropy_with_logits(rows @ slopes, wanted)
        whole = told + _DECAY / 2 * (slopes**2).sum()
        whole.backward()
        return whole

    search.step(surprise)
    return slopes.detach().numpy()


def _wanted(mail: Mail) -> set[str]:
    signatories = mail.label["expect"].get("signatories") or () if mail.kind in NAMED else ()
    return {form for signatory in signatories for form in forms(signatory)}


def _printed(name: Name) -> set[str]:
    candidate = name.candidate
    return {plain(text) for text in spellings({"name": candidate.entry.name, "alt_names": candidate.alt_names})}
