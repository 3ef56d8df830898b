"""Information by mail: what organizers may ask for; each answer is a letter of its own and changes nothing."""

from datetime import datetime
from typing import Any

from mailbot.core.cards import line
from mailbot.core.decision import Grant
from mailbot.core.events import Change, Confirmed, Event, Noted
from mailbot.core.health import Health
from mailbot.core.intents import Order
from mailbot.core.outcome import Done, NotDoneError
from mailbot.core.printed import printed_line
from mailbot.core.ruling import Ruling
from mailbot.core.signature import UNPROVED, Signature


def show_list(ruling: Ruling, order: Order) -> list[Done]:  # noqa: ARG001
    """The list as the page shows it now, and what waits on the desk."""
    roster = ruling.case.roll.roster()
    groups = [
        {"title_key": key, "lines": [printed_line(entry) for entry in entries]}
        for key, entries in (("organization", roster.organizations), ("person", roster.persons))
        if entries
    ]
    desk = [{"line": line(s), "ref": s.ref, "status": str(s.status)} for s in ruling.case.roll.desk()]
    return _answer(ruling, "list", {"groups": groups, "counts": roster.counts, "desk": desk})


def find(ruling: Ruling, order: Order) -> list[Done]:
    hits = ruling.case.roll.search(order.text)
    facts = {
        "query": order.text,
        "hits": [{"line": line(hit), "ref": hit.ref, "status": str(hit.status)} for hit in hits],
    }
    return _answer(ruling, "find", facts)


def show(ruling: Ruling, order: Order) -> list[Done]:
    """One signature and its history."""
    signature = ruling.signature(order.ref)
    if signature is None:
        raise NotDoneError("unknown_reference" if order.ref else "no_card")
    facts = {
        "line": line(signature),
        "ref": signature.ref,
        "status": str(signature.status),
        "contact_name": signature.contact.name,
        "contact_role": signature.contact.role,
        "contact_address": signature.contact.address,
        "history": _history(ruling, signature),
    }
    return _answer(ruling, "show", facts, refs=(signature.ref,))


def stats(ruling: Ruling, order: Order) -> list[Done]:  # noqa: ARG001
    desk = ruling.case.roll.desk()
    oldest = min((s.waiting_since for s in desk if s.waiting_since), default=None)
    facts = {
        "counts": dict(ruling.case.roll.counts()),
        "waiting": len(desk),
        "oldest_days": (ruling.case.now - oldest).days if oldest else 0,
        "works": _works(ruling, ruling.case.health()),
    }
    return _answer(ruling, "stats", facts)


def show_help(ruling: Ruling, order: Order) -> list[Done]:  # noqa: ARG001
    rows = [{"usage": row.usage, "says": row.says} for row in ruling.case.help_rows(ruling.language)]
    return _answer(ruling, "help", {"rows": rows})


def _works(ruling: Ruling, health: Health) -> dict[str, Any]:
    """How mail goes in and out; times in the desk's zone, "" for never."""
    letters = health.letters
    return {
        "polled": _local(ruling, health.polled_at) if health.polled_at else "",
        "changed": _local(ruling, health.changed_at) if health.changed_at else "",
        "revision": health.revision,
        "queued": letters.queued,
        "unanswered_since": _local(ruling, letters.mail_came) if letters.mail_came else "",
        "sent": letters.sent,
        "a_day": health.a_day,
        "failed": letters.failed,
    }


def _answer(ruling: Ruling, template: str, facts: dict[str, Any], refs: tuple[str, ...] = ()) -> list[Done]:
    organizer = ruling.case.organizer
    facts = {"you": organizer.name if organizer else "", **facts}
    ruling.answer(template, facts, grant=Grant(actions="organizer"), refs=refs, lane=1)
    return [Done(ref=refs[0] if refs else "")]


def _history(ruling: Ruling, signature: Signature) -> list[dict[str, str]]:
    return [
        {
            "at": _local(ruling, event.at),
            "by": _who(ruling, event.by),
            "what": _what(event.change),
            "reason": _own_words(ruling, event),
        }
        for event in ruling.case.roll.history(signature.ref)
    ]


def _what(change: Change) -> str:
    if isinstance(change, Noted):
        return change.what
    # Some count as confirmed though nobody confirmed anything.
    return "unconfirmed" if isinstance(change, Confirmed) and change.how in UNPROVED else type(change).__name__.lower()


def _own_words(ruling: Ruling, event: Event) -> str:
    """What somebody wrote to it. A named reason is for the log; what happened stands there in words already."""
    if isinstance(event.change, Noted):
        return event.change.text
    ordered = any(o.address == event.by for o in (*ruling.case.organizers, *ruling.case.former))
    return event.reason if ordered and event.reason not in _NAMED else ""


_NAMED = frozenset({"approved", "rejected", "withheld", "held", "edited", "undone", "organizers_disagree"})
"""Reasons that an order has where its organizer wrote none."""


def _who(ruling: Ruling, by: str) -> str:
    """An organizer's name rather than the address."""
    return next((o.name for o in (*ruling.case.organizers, *ruling.case.former) if o.address == by), by)


def _local(ruling: Ruling, at: datetime) -> str:
    return at.astimezone(ruling.case.policy.timezone).strftime("%Y-%m-%d %H:%M")
