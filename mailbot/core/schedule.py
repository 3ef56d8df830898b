"""What falls due by itself: digests at their times of day, cards back from hold, reminders, expiry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from mailbot.core.cards import line
from mailbot.core.decision import Grant, Letter, Organizer
from mailbot.core.events import Event, Expired, Noted, Returned, Status
from mailbot.core.signature import Signature

_SET_BACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long people may take.

    A signer is reminded once after `remind_after`, and the request expires after `expire_after`. Organizers are
    reminded of a card after `remind_organizers_after`, and all of them are told after `escalate_after`, and again
    each time that as long goes by in which nothing happens to it.
    """

    remind_after: timedelta
    expire_after: timedelta
    remind_organizers_after: timedelta
    escalate_after: timedelta


def latest_slot(now: datetime, times: Iterable[time], zone: tzinfo) -> datetime | None:
    """The last of the daily times that is not after `now`; None where there are no times."""
    local = now.astimezone(zone)
    slots = [
        datetime.combine(day, at, tzinfo=zone)
        for day in (local.date() - timedelta(days=1), local.date())
        for at in times
    ]
    return max((slot for slot in slots if slot <= now), default=None)


def by_this_clock(last: datetime | None, slot: datetime | None, now: datetime) -> datetime | None:
    """When the last digest was, as far as a clock that was set back can tell: at the slot that it says is the last.

    What a digest remembers lies ahead only where the clock was set back. By less than an hour it will soon be
    reached; by more, what comes onto the desk meanwhile would count as told, and be in no digest.
    """
    return slot if last is not None and last > now + _SET_BACK else last


def digest_due(desk: Iterable[Signature], slot: datetime | None, last: datetime | None) -> bool:
    """Whether a digest goes out for `slot`: something came onto the desk since the last one, and before that time.

    What came after the slot waits for the next, so that a digest is never early; what was in the last digest
    and is still undecided is not news, but is in the next one that goes out.
    """
    if slot is None or (last is not None and slot <= last):
        return False
    return any(s.waiting_since and s.waiting_since <= slot and (not last or s.waiting_since > last) for s in desk)


def returned(held: Iterable[Signature], now: datetime, zone: tzinfo) -> tuple[Event, ...]:
    """Held cards whose day has come: back since it began, so that a digest later on that day has them."""
    today = now.astimezone(zone).date().isoformat()
    return tuple(
        Event(ref=s.ref, at=max(s.changed_at, _beginning(s, zone)), by="mailbot", reason="hold_over", change=Returned())
        for s in held
        if s.hold_until and s.hold_until <= today
    )


def _beginning(held: Signature, zone: tzinfo) -> datetime:
    return datetime.combine(date.fromisoformat(held.hold_until), time(), tzinfo=zone).astimezone(UTC)


def overdue(
    stale: Iterable[Signature], now: datetime, deadlines: Deadlines
) -> tuple[tuple[Event, ...], tuple[Letter, ...]]:
    """Requests whose signer has not answered: reminded once, then expired. Nothing is sent about an expiry.

    Where letters come back nobody is reminded: one more would come back as well.
    """
    events: list[Event] = []
    letters: list[Letter] = []
    for signature in stale:
        if signature.opened_at <= now - deadlines.expire_after:
            events.append(Event(ref=signature.ref, at=now, by="mailbot", reason="unanswered", change=Expired()))
        elif (
            not (signature.reminded or signature.undeliverable) and signature.changed_at <= now - deadlines.remind_after
        ):
            change = Noted("reminded", "")
            events.append(Event(ref=signature.ref, at=now, by="mailbot", reason="unanswered", change=change))
            letters.append(_reminder(signature))
    return tuple(events), tuple(letters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """Cards that have waited too long, and the events that say so of each; `escalated`: all organizers are told."""

    late: tuple[Signature, ...]
    events: tuple[Event, ...]
    escalated: bool

    def waits_for(self, organizer: Organizer) -> tuple[Signature, ...]:
        """Those that this organizer is told of: once escalated all, before that what still wants their word."""
        if self.escalated:
            return self.late
        return tuple(s for s in self.late if s.status is Status.DISPUTED or organizer.address not in s.approvals)


def nudge(desk: Iterable[Signature], now: datetime, deadlines: Deadlines) -> Nudge | None:
    """What organizers must be reminded of now; None where nothing is new.

    With a card that is due come those that have waited half as long, so that there is no letter for each.
    """
    remind, escalate = deadlines.remind_organizers_after, deadlines.escalate_after
    waits = [(s, now - s.waiting_since) for s in desk if s.waiting_since is not None]
    alerted = {s.ref for s, age in waits if age >= escalate and (s.nudges < _ALERTED or now - s.changed_at >= escalate)}
    if not alerted and not any(age >= remind and s.nudges < 1 for s, age in waits):
        return None
    late = tuple(s for s, age in waits if age >= remind / 2)
    if alerted:  # those that all were told of before are told again with them, and so need no letter of their own
        alerted |= {s.ref for s in late if s.nudges >= _ALERTED}
    events = tuple(
        Event(ref=s.ref, at=now, by="mailbot", reason="undecided", change=Noted(what, ""))
        for s in late
        if (what := _nudged(s, alerted=s.ref in alerted))
    )
    return Nudge(late=late, events=events, escalated=bool(alerted))


_ALERTED = 2  # Signature.nudges


def _nudged(signature: Signature, *, alerted: bool) -> str:
    if alerted:
        return "organizers_alerted"
    return "" if signature.nudges else "organizers_reminded"


def _reminder(signature: Signature) -> Letter:
    """The question that was not answered, once more."""
    facts = {"line": line(signature), "others": [], "needs_yes": True, "ref": signature.ref, "unread": False}
    return Letter(
        template="echo" if signature.entry else "ask_name",
        to=signature.contact.address,
        language=signature.contact.language,
        facts=facts,
        grant=Grant(actions="signer"),
        refs=(signature.ref,),
        about=signature.ref,
    )
