"""How many automatic letters may go to one address: the invariant that ends every loop and every flood.

RFC 3834, section 2, asks that automatic responses be limited in number to any one address. Header rules
alone cannot promise that, since a robot need not tell that it is one; counting letters can.
"""

from dataclasses import dataclass

from mailbot.core.decision import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Letters already queued or sent, the address's own and its domain's; `confirmed`: it once proved control.

    `same` are those of the same kind about the same signatures.
    """

    last_hour: int
    last_day: int
    last_month: int
    same_last_hour: int
    same_last_month: int
    domain_last_hour: int
    in_thread: int
    confirmed: bool


REPEATABLE = frozenset({"already", "ask_name", "echo", "unknown_withdraw"})
"""Answers that say nothing new when they are given again: to ask a third time is what a robot does."""


def over_budget(spent: Spent, *, template: str, organizer: bool, thresholds: Thresholds) -> str | None:
    """Why one more letter of that kind to that address must not be sent, as a named reason; None where it may.

    Challenges have a budget of their own, so that a flood of forged orders leaves an organizer the desk.
    """
    if template in REPEATABLE and spent.same_last_month >= thresholds.same_letter_a_month:
        return "said_before"
    if organizer:
        if template == "challenge" and spent.same_last_hour >= thresholds.challenges_an_hour:
            return "challenges_hour"
        return "organizer_hour" if spent.last_hour >= thresholds.letters_to_organizer_an_hour else None
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
