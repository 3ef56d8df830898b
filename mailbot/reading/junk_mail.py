"""Is it list traffic, a newsletter or spam? In doubt it is not: a person's mail must never be called junk."""

from mailbot.core.message import Message
from mailbot.reading.automated_words import Lexicon, Robots, any_field, any_found, count_found, folded, visible_text
from mailbot.reading.list_servers import is_list_server, list_behind

_LOOKED_AT = 8_000  # characters
_ENOUGH = 3  # marketing phrases without any field of a bulk mailer
_ENOUGH_IN_BULK = 1
_LIST_FIELDS = ("list-id", "list-post", "list-subscribe", "list-owner", "mailing-list")


def junk_reason(
    message: Message, own_text: str, robots: Robots, words: Lexicon, own_addresses: frozenset[str] = frozenset()
) -> str | None:
    """By what a mail is known to be junk, as a word, or None.

    Mail through a list of ours (`own_addresses`, lower case: an intake address may be a group) is not list traffic.
    """
    bulk = _bulk_signs(message, robots)
    if _is_own_list(message, robots, own_addresses):
        bulk = set()
    # One field alone proves nothing: providers mark what they forward, and groups what their members write.
    if len(bulk) > 1 and bulk & {"list", "precedence"}:
        return "list_traffic"
    text = f"{folded(message.subject)} {folded(_text(message, own_text))}".strip()
    mailer = bool(bulk - {"list", "list_server"})
    if mailer and any_found(words, "bulk", text):
        return "bulk_mail"
    if not mailer and (message.in_reply_to or message.references):
        return None  # an answer to something: words alone prove nothing
    signs = count_found(words, "marketing", text)
    if mailer:
        return "marketing" if signs >= _ENOUGH_IN_BULK else None
    flagged = (message.field("x-spam-flag") or "").strip().casefold() == "yes"
    return "marketing" if signs and signs + flagged + any_found(words, "bulk", text) >= _ENOUGH else None


def _text(message: Message, own_text: str) -> str:
    return own_text[:_LOOKED_AT] if own_text.strip() else visible_text(message)[:_LOOKED_AT]


def _bulk_signs(message: Message, robots: Robots) -> set[str]:
    signs = set()
    if any_field(message, _LIST_FIELDS):
        signs.add("list")
    if message.field("list-unsubscribe"):
        signs.add("unsubscribe")
    if (message.field("precedence") or "").strip().casefold() in robots.list_precedences:
        signs.add("precedence")
    if any_field(message, robots.bulk_fields):
        signs.add("list_software")
    if list_behind(message.sender, robots) or is_list_server(message, robots):
        signs.add("list_server")
    return signs


def _is_own_list(message: Message, robots: Robots, own_addresses: frozenset[str]) -> bool:
    """List-Id and List-Post name the list by its address (RFC 2919, 2), older software in Sender."""
    named = f"{message.field('list-id') or ''} {message.field('list-post') or ''}".casefold()
    named = f"{named} {list_behind(message.sender, robots)}"
    return any(own in named or own.replace("@", ".") in named for own in own_addresses)
