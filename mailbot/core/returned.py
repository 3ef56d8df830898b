"""Letters that come back: by what address they do so, and what is made of it. Nobody is ever answered (RFC 3834, 2)."""

import re
from collections.abc import Iterable

from mailbot.core.cards import line
from mailbot.core.events import Noted
from mailbot.core.gathering import News, NewsKind
from mailbot.core.intents import DeliveryReport, Undelivered
from mailbot.core.mistyped import likely_address
from mailbot.core.ruling import Ruling
from mailbot.core.signature import Signature

_TAG = "returned-"
_LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
_LETTER = re.compile(rf"\+{_TAG}([0-9a-z]{{4,16}})@", re.IGNORECASE)


def reverse_path(address: str, letter_id: str) -> str:
    """The address to which one letter comes back, where `address` takes plus addresses: letter+returned-k7q4…@…

    Whatever a server leaves out of its report, the report itself is sent there (VERP, Bernstein 1997).
    """
    local, _, domain = address.rpartition("@")
    local = f"{local}+{_TAG}{letter_id.lower()}"
    return f"{local}@{domain}" if len(local) <= _LONGEST_LOCAL_PART else address


def letters_named(addresses: Iterable[str], own: frozenset[str]) -> tuple[str, ...]:
    """The ids of letters that came back to these addresses, each by a reverse path of ours."""
    found = ((address, _LETTER.search(address)) for address in addresses)
    return tuple(match[1].upper() for address, match in found if match and _LETTER.sub("@", address).casefold() in own)


def undelivered(ruling: Ruling, intent: Undelivered) -> str:
    """A report of a delivery: what failed for good is noted, and told organizers; of a delay there is a note alone."""
    answered = ruling.case.answered
    if answered is None:
        return "returned_unmatched"
    match intent.report.action:
        case "failed":
            return _failed(ruling, intent.report)
        case "delayed":
            return _delayed(ruling, intent.report)
        case _:
            return "returned_not_final"


def returned_news(signature: Signature, free_mail: tuple[str, ...]) -> News:
    """What a digest tells of a letter that did not reach a signer."""
    address = signature.contact.address
    facts = {"line": line(signature), "address": address, "perhaps": likely_address(address, free_mail)}
    return News(kind=NewsKind.RETURNED, facts=facts)


def _failed(ruling: Ruling, report: DeliveryReport) -> str:
    case = ruling.case
    reason = "returned_again"
    for signature in _concerned(ruling):
        if not signature.undeliverable:
            ruling.record(signature.ref, Noted("undelivered", _told(report)), reason="letter_returned", by="mailbot")
            facts = returned_news(signature, case.policy.thresholds.free_mail).facts
            ruling.tell(case.organizers, "returned", facts, refs=(signature.ref,), gather=True)
            reason = "letter_returned"
    return _organizer_out_of_reach(ruling) or reason


def _delayed(ruling: Ruling, report: DeliveryReport) -> str:
    for signature in _concerned(ruling):
        history = ruling.case.roll.history(signature.ref)
        if not any(isinstance(event.change, Noted) and event.change.what == "delayed" for event in history[-3:]):
            ruling.record(signature.ref, Noted("delayed", _told(report)), reason="letter_delayed", by="mailbot")
    return "letter_delayed"


def _concerned(ruling: Ruling) -> tuple[Signature, ...]:
    """What the letter spoke of, as far as it went to the contact: a card that comes back says nothing of a signer."""
    answered = ruling.case.answered
    if answered is None:
        return ()
    found = (ruling.signature(ref) for ref in answered.refs)
    return tuple(s for s in found if s and s.contact.address.casefold() == answered.recipient.casefold())


def _organizer_out_of_reach(ruling: Ruling) -> str:
    """One organizer's mailbox takes no letters: the others are told, once a day."""
    case = ruling.case
    wanted = case.answered.recipient.casefold() if case.answered else ""
    lost = next((o for o in case.organizers if o.address.casefold() == wanted), None)
    if lost is None:
        return ""
    key, today = f"returned {lost.address.casefold()}"[:64], case.now.date().isoformat()
    if case.roll.state(key) != today:
        ruling.settings[key] = today
        others = tuple(o for o in case.organizers if o is not lost)
        facts = {"line": lost.name, "address": lost.address, "perhaps": ""}
        ruling.tell(others, "returned", facts, gather=True)
    return "organizer_out_of_reach"


def _told(report: DeliveryReport) -> str:
    return f"{report.status} {report.diagnostic}".strip()[:300]
