"""The letter of ours that a mail answers, and what the token that it brings back is worth."""

from collections.abc import Callable
from datetime import datetime

from mailbot.core.decision import Answered, Organizer
from mailbot.core.message import Message
from mailbot.core.tokens import Capability, Keyring, Refusal, find, verify
from mailbot.ports import UnitOfWork

_TEXT_SEARCHED = 200_000  # characters of a body in which a quoted token is looked for


def find_thread(
    uow: UnitOfWork, message: Message, in_office: tuple[Organizer, ...], keyring: Callable[[], Keyring], now: datetime
) -> tuple[Answered | None, Capability | Refusal | None]:
    """The letter of ours that is answered, and what the token that came back is worth to the author."""
    by_id = uow.answered(message_ids=(*message.in_reply_to, *reversed(message.references)))
    author = message.author
    if author is None:
        return by_id, None
    worst: Refusal | None = None
    for token in find(_places(message)):
        others = [o.address for o in in_office] + ([by_id.recipient] if by_id else [])
        claim = verify(
            keyring(),
            token,
            recipient=author.addr_spec,
            today=now.date(),
            others=[other for other in others if other.casefold() != author.key],
        )
        if isinstance(claim, Capability) and (answered := uow.answered(letter_id=claim.object)):
            return answered, claim
        if isinstance(claim, Refusal) and worst is not Refusal.OTHER_RECIPIENT:
            worst = claim
    return by_id, worst


def _places(message: Message) -> tuple[str, ...]:
    """Everywhere a token may have come back."""
    return (
        *message.delivered_to,
        *(address.addr_spec for address in message.to),
        message.subject,
        *message.in_reply_to,
        *message.references,
        message.text[:_TEXT_SEARCHED],
        message.html[:_TEXT_SEARCHED],
    )
