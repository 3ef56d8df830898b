"""Is it list traffic, a newsletter or spam? In doubt it is not: a person's mail must never be called junk."""

from mailbot.core.message import Message
from mailbot.reading.automated_words import Lexicon, Robots, any_found, folded, found, visible_text

_LOOKED_AT = 8_000  # characters
_ENOUGH = 3  # marketing phrases without any field of a bulk mailer
_ENOUGH_IN_BULK = 1


def junk_reason(
    message: Message, own_text: str, robots: Robots, words: Lexicon, own_addresses: frozenset[str] = frozenset()
) -> str | None:
    """By what a mail is known to be junk, as a word, or None.

    Mail through a list of ours (`own_addresses`, lower case: an intake address may be a group) is not list traffic.
    """
    bulk = _bulk_signs(message, robots)
    if _is_own_list(message, own_addresses):
        bulk = set()
    if "list" in bulk and len(bulk) > 1:
        return "list_traffic"
    text = folded(f"{message.subject}\n{_text(message, own_text)}")
    small_print = any_found(words, "bulk", text)
    if bulk - {"list"} and small_print:
        return "bulk_mail"
    signs = sum(len(found(table.marketing, text)) for table in words.values())
    if bulk - {"list"} and signs >= _ENOUGH_IN_BULK:
        return "marketing"
    if message.in_reply_to or message.references:  # an answer to something: words alone prove nothing
        return None
    flagged = (message.field("x-spam-flag") or "").strip().casefold() == "yes"
    return "marketing" if signs and signs + flagged + small_print >= _ENOUGH else None


def _text(message: Message, own_text: str) -> str:
    return own_text[:_LOOKED_AT] if own_text.strip() else visible_text(message)[:_LOOKED_AT]


def _bulk_signs(message: Message, robots: Robots) -> set[str]:
    signs = set()
    if any(message.field(name) for name in ("list-id", "list-post", "mailing-list")):
        signs.add("list")
    if message.field("list-unsubscribe"):
        signs.add("unsubscribe")
    if (message.field("precedence") or "").strip().casefold() in robots.list_precedences:
        signs.add("precedence")
    if any(message.field(name) for name in robots.bulk_fields):
        signs.add("list_software")
    return signs


def _is_own_list(message: Message, own_addresses: frozenset[str]) -> bool:
    """List-Id and List-Post name the list by its address (RFC 2919, 2)."""
    named = f"{message.field('list-id') or ''} {message.field('list-post') or ''}".casefold()
    return any(own in named or own.replace("@", ".") in named for own in own_addresses)
