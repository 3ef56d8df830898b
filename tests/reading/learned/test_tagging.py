"""The likeliest sequence of roles is found, and nothing but whole names comes out of it."""

from itertools import pairwise, product
from types import SimpleNamespace

import numpy as np
import pytest

from mailbot.reading.learned.network import Network
from mailbot.reading.learned.tagging import ROLES, Role, tagged
from mailbot.reading.rulebook import Rulebook

_SIZE = len(ROLES)


@pytest.fixture(scope="module")
def shipped(rulebook: Rulebook) -> Network:
    return Network(rulebook.network)


def _scores(*roles: str, sure: float = 9.0) -> np.ndarray:
    scores = np.zeros((len(roles), _SIZE), np.float32)
    for n, role in enumerate(roles):
        scores[n, ROLES.index(role)] = sure
    return scores


def test_a_name_reaches_from_its_beginning_to_its_end(shipped: Network) -> None:
    roles = ("none", "organization begins", "organization", "organization", "none", "person begins", "person")
    found = tagged(_scores(*roles), shipped)
    assert [(t.start, t.end, t.role) for t in found] == [(1, 4, Role.ORGANIZATION), (5, 7, Role.PERSON)]
    assert all(t.sure > 0.9 for t in found)


def test_two_names_side_by_side_stay_two(shipped: Network) -> None:
    found = tagged(_scores("organization begins", "organization begins", "organization"), shipped)
    assert [(t.start, t.end) for t in found] == [(0, 1), (1, 3)]


def test_the_middle_of_a_name_without_its_beginning_is_none(shipped: Network) -> None:
    assert not [t for t in tagged(_scores("none", "organization", "none", sure=3.0), shipped) if t.sure > 0.9]


def test_nothing_is_tagged_where_nothing_is_a_name(shipped: Network) -> None:
    assert tagged(_scores("none", "none", "none"), shipped) == []


def test_the_sequence_found_is_the_likeliest_of_all() -> None:
    chance = np.random.default_rng(3)
    scores = chance.normal(size=(4, _SIZE)).astype(np.float32)
    transitions = chance.normal(size=(_SIZE, _SIZE)).astype(np.float32)
    starts = chance.normal(size=_SIZE).astype(np.float32)

    def likelihood(path: tuple[int, ...]) -> float:
        moves = sum(transitions[a, b] for a, b in pairwise(path))
        return float(starts[path[0]] + moves + sum(scores[n, role] for n, role in enumerate(path)))

    best = max(product(range(_SIZE), repeat=4), key=likelihood)
    begins = [n for n, role in enumerate(best) if role % 2]
    found = tagged(scores, SimpleNamespace(transitions=transitions, starts=starts))  # type: ignore[arg-type]
    assert [t.start for t in found] == begins
