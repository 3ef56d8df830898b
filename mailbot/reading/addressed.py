"""Is a mail written to us? A mail that somebody once wrote to another is genuine, and says nothing to us.

Whoever got hold of a signed mail can send it on to whom he likes, and the signature still holds (RFC 6376, 8.6):
"please take us off the list", written to a newsletter, would be a withdrawal here.
"""

from mailbot.core.message import Message
from mailbot.reading.address_fields import read_addresses
from mailbot.reading.alignment import ascii_domain

_MOST_MAILBOXES = 100


def addressed_fields(message: Message, own_addresses: frozenset[str]) -> frozenset[str]:
    """Which of "to" and "cc" stands once and names one of our addresses, with or without a plus tag.

    A field that stands twice counts for nothing: one of the two may have been put there by anybody.
    """
    own = {_plain(address) for address in own_addresses}
    return frozenset(
        name
        for name in ("to", "cc")
        if len(values := message.all_fields(name)) == 1
        and any(_plain(one.addr_spec) in own for one in read_addresses(values[0], _MOST_MAILBOXES))
    )


def _plain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0].casefold()}@{ascii_domain(domain)}"
