"""What organizers are shown of a signature: cards, digests and lines, as facts for the letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailbot.core.decision import Grant, Letter, Organizer, Policy, Roll
from mailbot.core.events import Approved, Entry, Event, Refused, Status
from mailbot.core.gathering import digest_facts
from mailbot.core.mistyped import likely_address
from mailbot.core.names import acronym, fold
from mailbot.core.printed import printed_line
from mailbot.core.signature import Signature


def line(signature: Signature) -> str:
    """The entry as it is, or would be, printed; a dash where its name is still to be told."""
    entry = signature.proposal or signature.entry
    return printed_line(entry) if entry else "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What cards are drawn up with: the roll, the policy, the organizers, and events that are not yet in the roll."""

    roll: Roll
    policy: Policy
    organizers: tuple[Organizer, ...]
    events: tuple[Event, ...] = ()


def card(signature: Signature, number: int, desk: Desk) -> dict[str, Any]:
    """The facts of one card."""
    roll, policy = desk.roll, desk.policy
    shown = signature.proposal or signature.entry
    words, more = _folded(signature.words, policy.thresholds.card_lines)
    return {
        "number": number,
        "ref": signature.ref,
        "line": line(signature),
        "category": str(shown.category) if shown else "organization",
        "contact_name": signature.contact.name,
        "contact_role": signature.contact.role,
        "contact_address": signature.contact.address,
        "evidence": _evidence(signature, roll, policy),
        "website": shown.website if shown else "",
        "words": words,
        "more_lines": more,
        "look_alikes": _look_alikes(shown, signature.ref, roll) if shown else [],
        "alerts": _alerts(signature),
        "perhaps": likely_address(signature.contact.address, policy.thresholds.free_mail)
        if signature.undeliverable
        else "",
        "votes": _votes(signature, desk),
        "joined": list(signature.joined),
        "written": signature.written,
        "remarks": [{"what": what, "text": text} for what, text in signature.remarks],
    }


def card_letters(signature: Signature, desk: Desk) -> tuple[Letter, ...]:
    """The card of one signature for each organizer."""
    facts = {"card": card(signature, 1, desk), "number": 1, "waiting": len(desk.roll.desk())}
    return tuple(_to_organizer(o, "card", facts, (signature.ref,), 1) for o in desk.organizers)


def digest_letter(
    organizer: Organizer, waiting: tuple[Signature, ...], desk: Desk, told: Mapping[str, Any] | None = None
) -> Letter:
    """One organizer's digest: what waits, numbered in order of arrival, up to the cap; `told` is of digest_facts."""
    shown = waiting[: desk.policy.thresholds.digest_cards]
    told = told or digest_facts((), {})
    facts = {"cards": _cards(shown, desk), "told": told, "waiting": len(waiting)}
    lane = -1 if told["late"] else 2  # that letters are late is told before them
    return _to_organizer(organizer, "digest", facts, tuple(signature.ref for signature in shown), lane)


def reminder_letter(
    organizer: Organizer, late: tuple[Signature, ...], desk: Desk, now: datetime, *, escalated: bool
) -> Letter:
    """What has waited too long, numbered like a digest; `escalated`: every organizer is told so."""
    shown = late[: desk.policy.thresholds.digest_cards]
    oldest = min((s.waiting_since for s in late if s.waiting_since), default=now)
    facts = {"cards": _cards(shown, desk), "days": (now - oldest).days, "escalated": escalated}
    return _to_organizer(organizer, "reminder", facts, tuple(signature.ref for signature in shown), 1)


def set_aside_letters(organizers: tuple[Organizer, ...], locator: str, why: str) -> tuple[Letter, ...]:
    """A mail that could not be read: where it lies and why, for each organizer."""
    facts = {"locator": locator, "why": why}
    return tuple(_to_organizer(o, "set_aside", facts, (), 1) for o in organizers)


def _cards(shown: tuple[Signature, ...], desk: Desk) -> list[dict[str, Any]]:
    return [card(signature, number, desk) for number, signature in enumerate(shown, 1)]


def _votes(signature: Signature, desk: Desk) -> list[dict[str, str]]:
    """Who said yes or no, and when, as far as it still stands."""
    if not signature.approvals and not signature.refusals:
        return []
    names = {organizer.address: organizer.name for organizer in desk.organizers}
    cast = {"yes": (Approved, signature.approvals), "no": (Refused, signature.refusals)}
    history = (*desk.roll.history(signature.ref), *(e for e in desk.events if e.ref == signature.ref))
    last = {
        (event.by, what): event.at
        for event in history
        for what, (change, voters) in cast.items()
        if isinstance(event.change, change) and event.by in voters
    }
    zone = desk.policy.timezone
    return [
        {"by": names.get(by, by), "what": what, "at": at.astimezone(zone).strftime("%Y-%m-%d %H:%M")}
        for (by, what), at in sorted(last.items(), key=lambda vote: vote[1])
    ]


def _to_organizer(
    organizer: Organizer, template: str, facts: dict[str, Any], refs: tuple[str, ...], lane: int
) -> Letter:
    return Letter(
        template=template,
        to=organizer.address,
        language=organizer.language,
        facts={"you": organizer.name, **facts},
        grant=Grant(actions="organizer"),
        refs=refs,
        about=refs[0] if len(refs) == 1 and template == "card" else "",
        lane=lane,
    )


def _evidence(signature: Signature, roll: Roll, policy: Policy) -> dict[str, Any]:
    verdict, method, _ = (*signature.evidence.split(), "none", "", "")[:3]
    domain = signature.contact.address.rpartition("@")[2]
    free = domain in policy.thresholds.free_mail
    earlier = [s for s in roll.by_address(signature.contact.address) if s.opened_at < signature.opened_at]
    return {
        "verdict": verdict if signature.evidence else "none",
        "method": method if signature.evidence else "",
        "domain": domain,
        "own_domain": not free and _speaks_for(domain, signature.entry),
        "free_mail": free,
        "first_seen": not earlier,
        "confirmed": signature.proved_by in ("token", "challenge"),
    }


def _speaks_for(domain: str, entry: Entry | None) -> bool:
    """Whether a domain looks like the entry's own: its website's, or one with its acronym or a word of its name."""
    if entry is None or not domain:
        return False
    if entry.website.casefold().split("://")[-1].removeprefix("www.").partition("/")[0] == domain:
        return True
    label = fold(domain.partition(".")[0]).replace(" ", "")
    short = acronym(entry.name).casefold()
    words = [word for word in fold(entry.name).split() if len(word) > 4]
    return (len(short) > 2 and short in label) or any(word in label for word in words)


def _look_alikes(entry: Entry, ref: str, roll: Roll) -> list[dict[str, str]]:
    return [
        {"line": line(other), "ref": other.ref, "status": str(other.status)}
        for other, _ in roll.alike(entry)
        if other.ref != ref and other.status is not Status.INCOMPLETE
    ][:5]


def _alerts(signature: Signature) -> list[str]:
    return [
        key
        for key, holds in (
            ("disputed", signature.status is Status.DISPUTED),
            ("correction", signature.proposal is not None),
            ("undeliverable", signature.undeliverable),
            ("question", "question" in signature.flags),
            ("no_publish_contact", "no_publish_contact" in signature.flags),
        )
        if holds
    ]


def _folded(words: str, limit: int) -> tuple[str, int]:
    """The first lines of what the sender wrote, and how many more there are."""
    lines = [part.rstrip() for part in words.strip().splitlines() if part.strip()]
    return "\n".join(lines[:limit]), max(0, len(lines) - limit)
