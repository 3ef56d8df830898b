"""Sequences of roles as a conditional random field (Lafferty et al. 2001): the middle of a name follows its beginning."""

import torch
from torch import Tensor

_IMPOSSIBLE = -30.0


def allowed(transitions: Tensor, starts: Tensor) -> tuple[Tensor, Tensor]:
    """Transitions and starts with what is impossible ruled out."""
    bar, first = torch.zeros_like(transitions), torch.zeros_like(starts)
    for middle in range(2, len(starts), 2):
        bar[:, middle] = _IMPOSSIBLE
        bar[[middle - 1, middle], middle] = 0
    first[2::2] = _IMPOSSIBLE
    return transitions + bar, starts + first


def surprise(scores: Tensor, roles: Tensor, there: Tensor, transitions: Tensor, starts: Tensor) -> Tensor:
    """Minus the log-likelihood of the labelled `roles` of each mail. `scores` are mails x tokens x roles."""
    transitions, starts = allowed(transitions, starts)
    forward = scores[:, 0] + starts
    for n in range(1, scores.shape[1]):
        after = torch.logsumexp(forward[:, :, None] + transitions[None], 1) + scores[:, n]
        forward = torch.where(there[:, n, None] > 0, after, forward)
    told = (scores.gather(2, roles[..., None])[..., 0] * there).sum(1) + starts[roles[:, 0]]
    told = told + (transitions[roles[:, :-1], roles[:, 1:]] * there[:, 1:]).sum(1)
    return torch.logsumexp(forward, 1) - told
