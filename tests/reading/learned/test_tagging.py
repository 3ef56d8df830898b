"""A stretch is as likely as all the sequences of roles in which exactly it is a name."""

from itertools import pairwise, product

import numpy as np
import pytest

from mailbot.reading.learned.network import Network, Scores
from mailbot.reading.learned.tagging import ROLES, Role, tagged
from mailbot.reading.rulebook import Rulebook

_SIZE = len(ROLES)


@pytest.fixture(scope="module")
def shipped(rulebook: Rulebook) -> Network:
    return Network(rulebook.network)


def _scores(shipped: Network, *roles: str, sure: float = 9.0) -> Scores:
    scores = np.zeros((len(roles), _SIZE), np.float32)
    for n, role in enumerate(roles):
        scores[n, ROLES.index(role)] = sure
    return Scores(np.ones(1, np.float32), scores, shipped.transitions, shipped.starts)


def test_a_name_reaches_from_its_beginning_to_its_end(shipped: Network) -> None:
    roles = ("none", "organization begins", "organization", "organization", "none", "person begins", "person")
    found = [t for t in tagged(_scores(shipped, *roles)) if t.sure > 0.9]
    assert [(t.start, t.end, t.role) for t in found] == [(1, 4, Role.ORGANIZATION), (5, 7, Role.PERSON)]


def test_two_names_side_by_side_stay_two(shipped: Network) -> None:
    scores = _scores(shipped, "organization begins", "organization begins", "organization")
    assert [(t.start, t.end) for t in tagged(scores) if t.sure > 0.9] == [(0, 1), (1, 3)]


def test_the_middle_of_a_name_without_its_beginning_is_none(shipped: Network) -> None:
    assert not [t for t in tagged(_scores(shipped, "none", "organization", "none", sure=3.0)) if t.sure > 0.9]


def test_nothing_is_tagged_where_nothing_is_a_name(shipped: Network) -> None:
    assert tagged(_scores(shipped, "none", "none", "none")) == []


def test_how_sure_a_stretch_is_is_the_share_of_all_sequences_in_which_exactly_it_is_a_name() -> None:
    chance = np.random.default_rng(3)
    scores = chance.normal(size=(4, _SIZE)).astype(np.float32)
    transitions = chance.normal(size=(_SIZE, _SIZE)).astype(np.float32)
    starts = chance.normal(size=_SIZE).astype(np.float32)

    def weight(path: tuple[int, ...]) -> float:
        moves = sum(transitions[a, b] for a, b in pairwise(path))
        return float(np.exp(starts[path[0]] + moves + sum(scores[n, role] for n, role in enumerate(path))))

    paths = {path: weight(path) for path in product(range(_SIZE), repeat=4)}
    found = tagged(Scores(np.ones(1, np.float32), scores, transitions, starts))
    assert found
    for stretch in found:
        begins = 2 * list(Role).index(stretch.role) + 1
        named = (begins, *[begins + 1] * (stretch.end - stretch.start - 1))
        share = sum(w for path, w in paths.items() if _names(path, stretch.start, named)) / sum(paths.values())
        assert stretch.sure == pytest.approx(share, rel=1e-4)


def _names(path: tuple[int, ...], start: int, named: tuple[int, ...]) -> bool:
    end = start + len(named)
    return path[start:end] == named and (end == len(path) or path[end] != named[0] + 1)
