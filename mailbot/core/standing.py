"""To whom we are talking, told by the letter that a mail answers; what they may do, authority says."""

from collections.abc import Mapping

from mailbot.core.decision import Answered, Organizer
from mailbot.core.intents import Standing

TO_ORGANIZERS = frozenset(
    {
        "card",
        "digest",
        "reminder",
        "receipt",
        "notice",
        "relay",
        "organizer_change",
        "resume_asked",
        "set_aside",
        "list",
        "find",
        "show",
        "stats",
        "help",
        "doctor",
        "alarm",
    }
)
"""Letters that only organizers get; whoever answers one is read as an organizer if listed as one."""


def standing(organizer: Organizer | None, answered: Answered | None, author: str) -> Standing:
    """As whom the author is read. A challenge is answered by YES or NO, whoever gets it."""
    own_letter = answered is not None and answered.recipient.casefold() == author.casefold()
    if answered is not None and own_letter and answered.template not in TO_ORGANIZERS:
        return Standing.SIGNER
    if organizer is not None:
        # What an organizer answers to a mail passed on is for its sender, not an order.
        return Standing.STRANGER if answered and answered.template == "relay" else Standing.ORGANIZER
    return Standing.STRANGER


def was_organizer(organizer: Organizer | None, answered: Answered | None, author: str) -> bool:
    """Whether somebody answers a letter that they had as an organizer, and are none any more."""
    own_letter = answered is not None and answered.recipient.casefold() == author.casefold()
    return organizer is None and own_letter and answered is not None and answered.template in TO_ORGANIZERS


def cards_of(answered: Answered | None) -> Mapping[int, str]:
    """The numbers that the letter answered gave to its cards; in any letter about one signature it is number 1."""
    if answered is None:
        return {}
    if answered.template in ("card", "digest", "reminder") or len(answered.refs) == 1:
        return dict(enumerate(answered.refs, 1))
    return {}
