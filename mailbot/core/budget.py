"""How many automatic letters may go to one address: the invariant that ends every loop and every flood.

RFC 3834, section 2, asks that automatic responses be limited in number to any one address. Header rules
alone cannot promise that, since a robot need not tell that it is one; counting letters can.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.decision import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Letters already queued or sent, the address's own and its domain's; `confirmed`: it once proved control.

    `same` are those that say the same about the same signatures, `lane` those that share the letter's budget
    where it goes to an organizer.
    """

    lane_last_hour: int
    last_day: int
    last_month: int
    same_last_month: int
    domain_last_hour: int
    in_thread: int
    confirmed: bool


class Lane(StrEnum):
    """What organizers are sent, in parts that cannot use up each other's budget."""

    ORDERS = "orders"  # answers to their own orders
    DESK = "desk"  # what there is to decide, and what others decided
    PEOPLE = "people"  # mails that others wrote, passed on
    QUESTIONS = "questions"  # whether they sent these orders


_LANES: Mapping[str, Lane] = {
    **dict.fromkeys(("receipt", "list", "find", "show", "stats", "help", "doctor"), Lane.ORDERS),
    **dict.fromkeys(("card", "notice", "reminder", "organizer_change", "resume_asked", "alarm"), Lane.DESK),
    **dict.fromkeys(("relay", "set_aside"), Lane.PEOPLE),
    "challenge": Lane.QUESTIONS,
}

UNLIMITED = frozenset({"digest"})
"""Written to organizers so many times a day at most, by the calendar or by an order of their own."""

REPEATABLE = frozenset({"already", "ask_name", "echo", "unknown_withdraw"})
"""Answers that say nothing new when they are given again: to ask a third time is what a robot does."""


def sharing(template: str) -> tuple[str, ...]:
    """The letters to organizers that share one budget with this one, itself among them."""
    lane = _LANES.get(template)
    return tuple(other for other, its in _LANES.items() if its is lane) if lane else (template,)


def saying(template: str) -> tuple[str, ...]:
    """The letters that say what this one says: that an entry is there already, its echo has said."""
    return ("already", "echo") if template == "already" else (template,)


def over_budget(spent: Spent, *, template: str, organizer: bool, thresholds: Thresholds) -> str | None:
    """Why one more letter of that kind to that address must not be sent, as a named reason; None where it may.

    Each lane of an organizer's letters has a budget of its own: neither a flood of forged orders nor one of
    mails from strangers takes the desk away.
    """
    if template in REPEATABLE and spent.same_last_month >= thresholds.same_letter_a_month:
        return "said_before"
    if organizer:
        return _over_lane(spent, template, thresholds)
    if spent.confirmed:
        return "address_day" if spent.last_day >= thresholds.letters_to_anyone_a_day else None
    if spent.last_day >= thresholds.letters_to_stranger_a_day:
        return "stranger_day"
    if spent.last_month >= thresholds.letters_to_stranger_a_month:
        return "stranger_month"
    if spent.in_thread >= thresholds.letters_a_thread:
        return "stranger_thread"
    if spent.domain_last_hour >= thresholds.letters_to_domain_an_hour:
        return "domain_hour"
    return None


def _over_lane(spent: Spent, template: str, thresholds: Thresholds) -> str | None:
    if template in UNLIMITED:
        return None
    match _LANES.get(template):
        case Lane.QUESTIONS:
            return "challenges_hour" if spent.lane_last_hour >= thresholds.challenges_an_hour else None
        case Lane.PEOPLE:
            return "people_hour" if spent.lane_last_hour >= thresholds.mails_passed_on_an_hour else None
        case _:
            return "organizer_hour" if spent.lane_last_hour >= thresholds.letters_to_organizer_an_hour else None
