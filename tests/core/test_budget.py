"""The number of automatic letters to one address is limited, whatever headers a robot sends or lacks."""

import pytest

from mailbot import app
from mailbot.core.budget import Spent, over_budget

LIMITS = app.rulebook().thresholds
NOTHING = {"last_hour": 0, "last_day": 0, "domain_last_hour": 0, "in_thread": 0, "confirmed": False}


@pytest.mark.parametrize(
    ("spent", "organizer", "reason"),
    [
        pytest.param({}, False, None, id="a first letter is sent"),
        pytest.param({"last_day": 2}, False, None, id="a third one too"),
        pytest.param({"last_day": 3}, False, "stranger_day", id="a victim of a flood gets three a day"),
        pytest.param({"in_thread": LIMITS.letters_a_thread}, False, "stranger_thread", id="two robots end their talk"),
        pytest.param({"domain_last_hour": 200}, False, "domain_hour", id="a domain is not flooded address by address"),
        pytest.param({"last_day": 3, "confirmed": True}, False, None, id="one who confirmed may write more"),
        pytest.param({"last_day": 20, "confirmed": True}, False, "address_day", id="but not without end"),
        pytest.param({"last_day": 50, "last_hour": 50}, True, None, id="an organizer works"),
        pytest.param({"last_hour": 120}, True, "organizer_hour", id="an organizer's robot is stopped"),
    ],
)
def test_the_budget_of_an_address(spent: dict, organizer: bool, reason: str | None) -> None:
    assert over_budget(Spent(**{**NOTHING, **spent}), organizer=organizer, thresholds=LIMITS) == reason
