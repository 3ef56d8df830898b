"""Which letter of ours came back: by its own Message-ID, by where the report was sent, by the id of its envelope."""

from mailbot.core.decision import Answered
from mailbot.core.intents import DeliveryReport
from mailbot.core.message import Message
from mailbot.core.returned import letters_named
from mailbot.ports import UnitOfWork


def returned_letter(
    uow: UnitOfWork, message: Message, report: DeliveryReport, own_addresses: frozenset[str]
) -> Answered | None:
    """The letter, or None. Each of the three is known to nobody but those whom the letter passed.

    The failed recipient alone proves nothing: anybody may claim it of any address. Source: RFC 3464, 2.2.1
    (Original-Envelope-Id), 2.4 (the returned message).
    """
    if report.returned_message_id and (found := uow.answered(message_ids=(report.returned_message_id,))):
        return found
    addresses = (*message.delivered_to, *(address.addr_spec for address in message.to))
    for letter_id in (*letters_named(addresses, own_addresses), report.envelope_id):
        if letter_id and (found := uow.answered(letter_id=letter_id)):
            return found
    return None
