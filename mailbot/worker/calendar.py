"""What falls due by itself, done when its time has come: one pass, harmless when repeated."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog

from mailbot.core.cards import Desk, card_letters, digest_letter, reminder_letter
from mailbot.core.decision import Organizer, Policy
from mailbot.core.events import Status
from mailbot.core.gathering import digest_facts
from mailbot.core.schedule import Deadlines, by_this_clock, digest_due, latest_slot, nudge, overdue, returned
from mailbot.failpoints import Point, at
from mailbot.ports import Store, UnitOfWork
from mailbot.worker.post import Post
from mailbot.worker.roll import Names, organizers, roll
from mailbot.worker.watch import raise_alarm

log = structlog.get_logger()

LAST_DIGEST = "last_digest"
CUT_SHORT = "digest_cut_short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    store: Store
    post: Post
    names: Names
    policy: Policy
    organizers: tuple[Organizer, ...]
    deadlines: Deadlines
    digest_at: tuple[time, ...]
    alarm_after: timedelta

    def turn(self, now: datetime) -> None:
        """Do whatever is due by `now`. Raises TemporaryFailure where the database is out of reach."""
        with self.store.begin() as uow:
            reminded, letters = overdue(uow.stale(now - self.deadlines.remind_after), now, self.deadlines)
            uow.record(reminded, self.names.keys)
            self.post.enqueue(uow, letters, now=now)
            self._return(uow, now)
            self._digest(uow, now)
            self._nudge(uow, now)
            raise_alarm(uow, self.post, self.organizers, self.alarm_after, now)
            at(Point.CALENDAR)
        at(Point.CALENDAR_KEPT)

    def _return(self, uow: UnitOfWork, now: datetime) -> None:
        """Held cards whose day has come are on the desk again; a card goes out where cards go out at once."""
        events = returned(uow.with_status(Status.HELD), now, self.policy.timezone)
        uow.record(events, self.names.keys)
        if self.policy.cards_each:
            back = [signature for event in events if (signature := uow.signature(event.ref))]
            desk = self._desk(uow, now)
            for signature in back:
                self.post.enqueue(uow, card_letters(signature, desk), now=now)

    def _digest(self, uow: UnitOfWork, now: datetime) -> None:
        """At each of the digest's times: what waits, if any of it is new, and what there is to tell."""
        remembered = uow.get(LAST_DIGEST)
        slot = latest_slot(now, self.digest_at, self.policy.timezone)
        last = by_this_clock(datetime.fromisoformat(remembered) if remembered else None, slot, now)
        if slot is None or (last is not None and slot <= last):
            if last is not None and last.isoformat() != remembered:
                uow.put(LAST_DIGEST, last.isoformat())
            return
        waiting = uow.desk()
        due = not self.policy.cards_each and (digest_due(waiting, slot, last) or bool(waiting and uow.get(CUT_SHORT)))
        desk = self._desk(uow, now)
        queued = 0
        for organizer in desk.organizers:
            counts = uow.gathered_counts(organizer.address, slot)
            if due or counts:
                news = uow.gathered(organizer.address, slot, self.policy.thresholds.digest_news)
                told = digest_facts((one for _, one in news), counts)
                queued += self.post.enqueue(uow, [digest_letter(organizer, waiting, desk, told)], now=now)
                uow.deliver_gathered(number for number, _ in news)
        uow.put(LAST_DIGEST, slot.isoformat())
        uow.put(CUT_SHORT, "yes" if len(waiting) > self.policy.thresholds.digest_cards else "")
        if queued:
            log.info("digest_queued", letters=queued, cards=len(waiting), slot=slot.isoformat())

    def _nudge(self, uow: UnitOfWork, now: datetime) -> None:
        """Organizers are reminded of cards that have waited too long."""
        found = nudge(uow.desk(), now, self.deadlines)
        if found is None:
            return
        desk = self._desk(uow, now)
        for organizer in desk.organizers:
            if late := found.waits_for(organizer):
                letter = reminder_letter(organizer, late, desk, now, escalated=found.escalated)
                self.post.enqueue(uow, [letter], now=now)
        uow.record(found.events, self.names.keys)

    def _desk(self, uow: UnitOfWork, now: datetime) -> Desk:
        return Desk(roll=roll(uow, self.names, now), policy=self.policy, organizers=organizers(uow, self.organizers))
