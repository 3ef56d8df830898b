"""`mailbot list`, `show`, `export`, `verify`: the roll of all signatures, for the operator's shell."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mailbot.adapters.database import log
from mailbot.app import Campaign
from mailbot.core.events import Entry, Event, Status
from mailbot.core.printed import printed_line
from mailbot.core.references import canonical
from mailbot.core.signature import Signature, fold


def signatures(campaign: Campaign, *status: Status) -> tuple[Signature, ...]:
    """All signatures, or those in the given states, in order of arrival."""
    campaign.database.migrate()
    with campaign.database.begin() as uow:
        return uow.with_status(*status)


def find(campaign: Campaign, ref: str) -> tuple[Signature, tuple[Event, ...]] | None:
    """One signature and its history, by reference as somebody may have typed it."""
    campaign.database.migrate()
    with campaign.database.begin() as uow:
        signature = uow.signature(canonical(ref))
        return (signature, uow.history(signature.ref)) if signature else None


def export(campaign: Campaign) -> Iterator[dict[str, Any]]:
    """Every signature with its history, for other tools. Contact addresses are in it: keep it as you keep the inbox."""
    for signature in signatures(campaign):
        with campaign.database.begin() as uow:
            history = uow.history(signature.ref)
        yield exported(signature, history)


def exported(signature: Signature, history: tuple[Event, ...]) -> dict[str, Any]:
    entry = signature.entry or Entry(name="")
    return {
        "ref": signature.ref,
        "status": str(signature.status),
        "name": entry.name,
        "category": str(entry.category),
        "honorific": entry.honorific,
        "title": entry.title,
        "place": entry.place,
        "website": entry.website,
        "alt_names": list(entry.alt_names),
        "line": printed_line(entry) if signature.entry else "",
        "contact": {
            "address": signature.contact.address,
            "name": signature.contact.name,
            "role": signature.contact.role,
            "language": signature.contact.language,
        },
        "confirmed": signature.confirmed,
        "evidence": signature.evidence,
        "flags": list(signature.flags),
        "opened": signature.opened_at.isoformat(),
        "changed": signature.changed_at.isoformat(),
        "listed_from": signature.effective_at.isoformat() if signature.effective_at else "",
        "hold_until": signature.hold_until,
        "history": [_told(event) for event in history],
    }


def _told(event: Event) -> dict[str, Any]:
    change = event.change
    told = {
        "at": event.at.isoformat(),
        "by": event.by,
        "mail": event.mail,
        "what": type(change).__name__.lower(),
        "reason": event.reason,
    }
    for field in ("text", "until", "how"):
        if value := getattr(change, field, ""):
            told[field] = value
    entry = getattr(change, "entry", None)
    return told | ({"line": printed_line(entry)} if entry else {})


def as_text(signature: Signature, history: tuple[Event, ...]) -> Iterator[str]:
    """The same for people: the entry, its state and contact, and what happened line by line."""
    told = exported(signature, history)
    yield f"{told['ref']}  {told['line'] or '—'}"
    yield f"  {told['status']} since {signature.changed_at:%Y-%m-%d %H:%M}"
    contact = ", ".join(part for part in (told["contact"]["name"], told["contact"]["role"]) if part)
    yield f"  contact: {contact} <{told['contact']['address']}>" if told["contact"]["address"] else "  no contact"
    for event in told["history"]:
        detail = " · ".join(str(event[key]) for key in ("line", "text", "until") if event.get(key))
        yield f"  {event['at'][:16]}  {event['what']} by {event['by']}: {event['reason']}" + (
            f" — {detail}" if detail else ""
        )


def as_json(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    """A JSON array, one object a line, without holding it all in memory."""
    yield "["
    before = ""
    for row in rows:
        text = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
        if before:
            yield before + ","
        before = text
    if before:
        yield before
    yield "]"


# -- verify ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found: faults in words, none where all is as it was written."""

    events: int
    head: str  # hash of the last event
    faults: tuple[str, ...]


def verify(campaign: Campaign, advance: Callable[[], None]) -> Verified:
    """Walk the chain, and hold every signature against the fold of its events."""
    campaign.database.migrate()
    faults: list[str] = []
    histories: dict[str, list[Event]] = {}
    with campaign.database.begin() as uow:
        for event, fault in log.walk(uow.connection):
            if fault:
                faults.append(fault)
            histories.setdefault(event.ref, []).append(event)
            advance()
        events, head = log.head(uow.connection)
        stored = {signature.ref: signature for signature in uow.with_status()}
    faults += [
        f"signature {ref} is not what its events amount to"
        for ref in sorted(stored.keys() | histories.keys())
        if stored.get(ref) != fold(histories.get(ref, []))
    ]
    return Verified(events=events, head=head, faults=tuple(faults))
