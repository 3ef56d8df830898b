"""How many letters may go out, and whose turn it is when that is little."""

import pytest

from mailbot import config
from mailbot.core.quota import Limits, Provider, Providers
from mailbot.reading.rulebook import load


@pytest.mark.parametrize(
    ("lane", "last_day", "allowed"),
    [(0, 99, True), (0, 100, False), (1, 89, True), (1, 90, False), (2, 74, True), (2, 75, False), (7, 75, False)],
)
def test_digests_stop_first_and_confirmations_last(lane: int, last_day: int, allowed: bool) -> None:
    assert Limits(a_day=100).allows(lane, last_minute=0, last_day=last_day) is allowed


def test_a_minute_is_the_same_for_all() -> None:
    limits = Limits(a_minute=30)
    assert all(limits.allows(lane, last_minute=29, last_day=10**6) for lane in range(3))
    assert not any(limits.allows(lane, last_minute=30, last_day=0) for lane in range(3))


def test_the_smallest_limit_still_lets_each_lane_send_one() -> None:
    assert all(Limits(a_day=1).allows(lane, last_minute=0, last_day=0) for lane in range(3))


def test_what_the_operator_says_counts_before_what_is_known_of_the_provider() -> None:
    known = Providers(provider=(Provider(name="P", hosts=("smtp.p.example",), letters_a_minute=30, letters_a_day=500),))
    assert known.limits("SMTP.p.example", a_minute=None, a_day=None) == Limits(a_minute=30, a_day=500)
    assert known.limits("smtp.p.example", a_minute=0, a_day=2000) == Limits(a_minute=0, a_day=2000)
    assert known.limits("smtp.other.example", a_minute=None, a_day=None) == Limits()


def test_the_shipped_providers_are_those_whose_limits_are_documented() -> None:
    providers = load(config.rules()).providers
    assert providers.limits("smtp.office365.com", a_minute=None, a_day=None).a_minute == 30
    assert providers.limits("smtp.gmail.com", a_minute=None, a_day=None).a_day == 500
