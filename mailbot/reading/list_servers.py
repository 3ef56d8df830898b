"""The addresses that list software writes from: its own, and those that it makes of a list's name."""

from mailbot.core.message import Address, Message
from mailbot.reading.automated_words import Robots, any_field, local_part


def list_behind(sender: Address | None, robots: Robots) -> str:
    """The list that an address was made of, in lower case: choir@x of owner-choir@x and choir-bounces+7@x; or "".

    Source: Majordomo (owner-choir), ezmlm (choir-owner), Mailman (choir-bounces+ann=choir.example), RFC 2142, 6.
    """
    if sender is None:
        return ""
    local, _, domain = sender.addr_spec.casefold().rpartition("@")
    local = local.partition("+")[0].partition("=")[0]
    for role in robots.list_roles:
        if local.startswith(f"{role}-"):
            return f"{local.removeprefix(f'{role}-')}@{domain}"
        if local.endswith(f"-{role}"):
            return f"{local.removesuffix(f'-{role}')}@{domain}"
    return ""


def is_list_server(message: Message, robots: Robots) -> bool:
    """Is list software itself the author: by its own name, or by a list's office in a mail with its marks?"""
    if any(local_part(author.addr_spec) in robots.list_servers for author in message.authors):
        return True
    named = any(list_behind(author, robots) for author in message.authors)
    return named and any_field(message, robots.bulk_fields)
