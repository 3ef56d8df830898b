"""The number of automatic letters to one address is limited, whatever headers a robot sends or lacks."""

import pytest

from mailbot import app
from mailbot.core.budget import Spent, over_budget, saying, sharing

LIMITS = app.rulebook().thresholds
NOTHING = {
    "lane_last_hour": 0, "last_day": 0, "last_month": 0, "same_last_month": 0, "domain_last_hour": 0,
    "in_thread": 0, "confirmed": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("spent", "template", "reason"),
    [
        pytest.param({"last_month": 3}, "echo", "stranger_month", id="nor does the next day bring it three more"),
        pytest.param(
            {"same_last_month": 2, "confirmed": True},
            "already",
            "said_before",
            id="what was said twice is not said again",
        ),
        pytest.param(
            {"same_last_month": 2, "confirmed": True}, "question", None, id="an organizer may ask more than twice"
        ),
        pytest.param(
            {"lane_last_hour": 10},
            "organizer challenge",
            "challenges_hour",
            id="forged orders leave an organizer the desk",
        ),
        pytest.param({}, "echo", None, id="a first letter is sent"),
        pytest.param({"last_day": 2}, "echo", None, id="a third one too"),
        pytest.param({"last_day": 3}, "echo", "stranger_day", id="a victim of a flood gets three a day"),
        pytest.param({"in_thread": LIMITS.letters_a_thread}, "echo", "stranger_thread", id="two robots end their talk"),
        pytest.param({"domain_last_hour": 200}, "echo", "domain_hour", id="a domain is not flooded address by address"),
        pytest.param({"last_day": 3, "confirmed": True}, "echo", None, id="one who confirmed may write more"),
        pytest.param({"last_day": 20, "confirmed": True}, "echo", "address_day", id="but not without end"),
        pytest.param({"last_day": 500, "lane_last_hour": 50}, "organizer receipt", None, id="an organizer works"),
        pytest.param(
            {"lane_last_hour": 120}, "organizer receipt", "organizer_hour", id="an organizer's robot is stopped"
        ),
        pytest.param({"lane_last_hour": 60}, "organizer relay", "people_hour", id="strangers' mails come to an end"),
        pytest.param({"lane_last_hour": 60}, "organizer card", None, id="before cards do"),
        pytest.param({"lane_last_hour": 9999}, "organizer digest", None, id="a digest always goes out"),
    ],
)
def test_the_budget_of_an_address(spent: dict, template: str, reason: str | None) -> None:
    told = Spent(**{**NOTHING, **spent})
    organizer, kind = template.startswith("organizer"), template.rpartition(" ")[2]
    assert over_budget(told, template=kind, organizer=organizer, thresholds=LIMITS) == reason


def test_strangers_mails_cards_orders_and_questions_share_no_budget() -> None:
    lanes = [set(sharing(template)) for template in ("relay", "card", "receipt", "challenge")]
    assert sum(len(lane) for lane in lanes) == len(set.union(*lanes))
    assert [template in lane for template, lane in zip(("set_aside", "notice", "show"), lanes, strict=False)] == [
        True
    ] * 3


def test_an_entry_that_was_echoed_is_not_told_twice_to_be_there_already() -> None:
    assert set(saying("already")) == {"already", "echo"}
    assert saying("echo") == ("echo",), "a wording that was never shown must be"
