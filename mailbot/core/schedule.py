"""What falls due by itself: digests at their times of day, cards back from hold, reminders, expiry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from mailbot.core.cards import line
from mailbot.core.decision import Grant, Letter
from mailbot.core.events import Event, Expired, Noted, Returned
from mailbot.core.signature import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long a signer may take: `remind_after` once, `expire_after` for good."""

    remind_after: timedelta
    expire_after: timedelta


def latest_slot(now: datetime, times: Iterable[time], zone: tzinfo) -> datetime | None:
    """The last of the daily times that is not after `now`; None where there are no times."""
    local = now.astimezone(zone)
    slots = [
        datetime.combine(day, at, tzinfo=zone)
        for day in (local.date() - timedelta(days=1), local.date())
        for at in times
    ]
    return max((slot for slot in slots if slot <= now), default=None)


def digest_due(desk: Iterable[Signature], slot: datetime | None, last: datetime | None) -> bool:
    """Whether a digest goes out for `slot`: something came onto the desk since the last one, and before that time.

    What came after the slot waits for the next, so that a digest is never early; what was in the last digest
    and is still undecided is not news, but is in the next one that goes out.
    """
    if slot is None or (last is not None and slot <= last):
        return False
    return any(s.waiting_since and s.waiting_since <= slot and (not last or s.waiting_since > last) for s in desk)


def returned(held: Iterable[Signature], now: datetime, zone: tzinfo) -> tuple[Event, ...]:
    """Held cards whose day has come."""
    today = now.astimezone(zone).date().isoformat()
    return tuple(
        Event(ref=s.ref, at=now, by="mailbot", reason="hold_over", change=Returned())
        for s in held
        if s.hold_until and s.hold_until <= today
    )


def overdue(
    stale: Iterable[Signature], now: datetime, deadlines: Deadlines
) -> tuple[tuple[Event, ...], tuple[Letter, ...]]:
    """Requests whose signer has not answered: reminded once, then expired. Nothing is sent about an expiry."""
    events: list[Event] = []
    letters: list[Letter] = []
    for signature in stale:
        if signature.opened_at <= now - deadlines.expire_after:
            events.append(Event(ref=signature.ref, at=now, by="mailbot", reason="unanswered", change=Expired()))
        elif not signature.reminded and signature.changed_at <= now - deadlines.remind_after:
            change = Noted("reminded", "")
            events.append(Event(ref=signature.ref, at=now, by="mailbot", reason="unanswered", change=change))
            letters.append(_reminder(signature))
    return tuple(events), tuple(letters)


def _reminder(signature: Signature) -> Letter:
    """The question that was not answered, once more."""
    facts = {"line": line(signature), "others": [], "needs_yes": True, "ref": signature.ref}
    return Letter(
        template="echo" if signature.entry else "ask_name",
        to=signature.contact.address,
        language=signature.contact.language,
        facts=facts,
        grant=Grant(actions="signer"),
        refs=(signature.ref,),
        about=signature.ref,
    )
