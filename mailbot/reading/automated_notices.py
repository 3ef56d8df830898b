"""Notices that are data and no letter: what a provider's own program tells of a delivery in JSON.

Amazon SES writes them by way of SNS, as mail where somebody subscribed an address to its topic.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from mailbot.core.intents import DeliveryReport
from mailbot.reading.address_fields import addr_spec
from mailbot.reading.header_fields import clean, identifiers

_LOOKED_AT = 60_000  # characters; a notice copies the header of the letter that it is about
_BROKEN_LINE = "!\n "  # where a mail server broke a line that was too long for it (RFC 5321, 4.5.3.1.6)
_DIAGNOSTIC = 500
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
# What happened: the action of RFC 3464, where it is told, and whom it concerns.
_EVENTS = {
    "Bounce": ("failed", "bounce", "bouncedRecipients"),
    "DeliveryDelay": ("delayed", "deliveryDelay", "delayedRecipients"),
    "Delivery": ("delivered", "delivery", "recipients"),
}


def delivery_event(text: str) -> DeliveryReport | None:
    """The report that a mail's text is, as data, or None. Of several recipients the first is told; never raises.

    Source: Amazon SES, "Contents of Amazon SNS notifications" and "event data".
    """
    notice = _notice(text)
    if _kind(notice) not in _EVENTS:
        return None
    action, name, recipients = _EVENTS[_kind(notice)]
    event = _table(notice, name)
    first = next(iter(_list(event, recipients)), "")
    told = first if isinstance(first, dict) else {"emailAddress": first}
    diagnostic = clean(_text(told, "diagnosticCode") or _text(event, "smtpResponse"))[:_DIAGNOSTIC]
    status = _STATUS.search(_text(told, "status")) or _STATUS.search(diagnostic)
    return DeliveryReport(
        action=action,
        status=status[0] if status else "",
        recipient=addr_spec(_text(told, "emailAddress")),
        returned_message_id=_message_id(_table(notice, "mail")),
        diagnostic=diagnostic,
    )


def is_complaint_notice(text: str) -> bool:
    """Is the text an abuse report as data?"""
    return _kind(_notice(text)) == "Complaint"


def _notice(text: str) -> Mapping[str, Any]:
    """The JSON object that the text begins with; an empty one where it does not."""
    text = text[:_LOOKED_AT].lstrip()
    if not text.startswith("{"):
        return {}
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(text.replace(_BROKEN_LINE, ""))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _kind(notice: Mapping[str, Any]) -> str:
    """What a notice tells of; "" where it is not one that tells of a letter."""
    return (_text(notice, "notificationType") or _text(notice, "eventType")) if _table(notice, "mail") else ""


def _message_id(mail: Mapping[str, Any]) -> str:
    """Of the letter as we sent it; what the provider calls the message itself is another name."""
    for field in _list(mail, "headers"):
        if isinstance(field, dict) and _text(field, "name").casefold() == "message-id":
            return next(iter(identifiers(clean(_text(field, "value")))), "")
    return ""


def _table(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = of.get(key)
    return value if isinstance(value, dict) else {}


def _list(of: Mapping[str, Any], key: str) -> list[Any]:
    value = of.get(key)
    return value[:100] if isinstance(value, list) else []


def _text(of: Mapping[str, Any], key: str) -> str:
    value = of.get(key)
    return value if isinstance(value, str) else ""
