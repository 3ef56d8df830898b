"""What falls due by itself, done when its time has come: one pass, harmless when repeated."""

from dataclasses import dataclass
from datetime import datetime, time

import structlog

from mailbot.core.cards import digest_letters
from mailbot.core.decision import Organizer, Policy
from mailbot.core.events import Status
from mailbot.core.schedule import Deadlines, digest_due, latest_slot, overdue, returned
from mailbot.ports import Store, UnitOfWork
from mailbot.worker.post import Post
from mailbot.worker.roll import Names, roll

log = structlog.get_logger()

_LAST_DIGEST = "last_digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    store: Store
    post: Post
    names: Names
    policy: Policy
    organizers: tuple[Organizer, ...]
    deadlines: Deadlines
    digest_at: tuple[time, ...]

    def turn(self, now: datetime) -> None:
        """Do whatever is due by `now`. Raises TemporaryFailure where the database is out of reach."""
        with self.store.begin() as uow:
            events = returned(uow.with_status(Status.HELD), now, self.policy.timezone)
            reminded, letters = overdue(uow.stale(now - self.deadlines.remind_after), now, self.deadlines)
            uow.record((*events, *reminded), self.names.fold)
            self.post.enqueue(uow, letters, now=now)
            if not self.policy.cards_each:
                self._digest(uow, now)

    def _digest(self, uow: UnitOfWork, now: datetime) -> None:
        remembered = uow.get(_LAST_DIGEST)
        last = datetime.fromisoformat(remembered) if remembered else None
        slot = latest_slot(now, self.digest_at, self.policy.timezone)
        desk = uow.desk()
        if slot is None or not digest_due(desk, slot, last):
            return
        letters = digest_letters(self.organizers, desk, roll(uow, self.names, now), self.policy, [])
        self.post.enqueue(uow, letters, now=now)
        uow.put(_LAST_DIGEST, slot.isoformat())
        log.info("digest_queued", cards=len(desk), slot=slot.isoformat())
