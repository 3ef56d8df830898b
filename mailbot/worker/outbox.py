"""The outbox: letters that are queued are sent, each once, in order of their lanes.

A letter that was being sent when the process died is sent again with the same Message-ID: the one
doubling that no protocol can rule out (RFC 5321, 4.2.5: the receiver may have taken it and its yes be lost).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from mailbot.core.events import Entry, Event, Noted
from mailbot.failpoints import Point, at
from mailbot.ports import Due, PermanentFailure, Sender, Store, TemporaryFailure, UnitOfWork

log = structlog.get_logger()

BATCH = 200
TRIES = 3
"""Letters put off in a row after which the server, not the letter, is taken to be the trouble."""

GIVE_UP_AFTER = timedelta(days=4)
"""RFC 5321, 4.5.4.1: the give-up time should be at least four days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one pass did. `trouble` is why letters are still waiting, "" where none are."""

    sent: int = 0
    failed: int = 0
    late: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    store: Store
    sender_address: str
    keys: Callable[[Entry], tuple[str, ...]]

    def drain(self, sender: Sender, clock: Callable[[], datetime]) -> Sent:
        """Send everything that is due. One letter that is put off does not hold up the next; a silent server does."""
        sent = failed = late = in_a_row = 0
        trouble = ""
        while in_a_row < TRIES:
            with self.store.begin() as uow:
                batch = list(uow.due(clock(), BATCH))
            for due in batch:
                try:
                    self._send(sender, due, clock)
                    sent, in_a_row = sent + 1, 0
                except PermanentFailure as error:
                    self._failed(due, str(error), clock())
                    failed += 1
                except TemporaryFailure as error:
                    trouble = str(error)
                    self._postpone(due, trouble, clock())
                    late, in_a_row = late + 1, in_a_row + 1
                    if in_a_row == TRIES:
                        break
            if len(batch) < BATCH:
                break
        return Sent(sent=sent, failed=failed, late=late, trouble=trouble)

    def _send(self, sender: Sender, due: Due, clock: Callable[[], datetime]) -> None:
        at(Point.LETTER_DUE)
        with self.store.begin() as uow:
            uow.sending(due.id)
        at(Point.LETTER_SENDING)
        sender.send(message_id=due.message_id, sender=self.sender_address, recipient=due.recipient, octets=due.octets)
        at(Point.LETTER_ACCEPTED)
        with self.store.begin() as uow:
            uow.sent(due.id, clock())
        at(Point.LETTER_SENT)
        log.info("letter_sent", letter=due.id, attempts=due.attempts + 1)

    def _postpone(self, due: Due, error: str, now: datetime) -> None:
        if now - due.created_at > GIVE_UP_AFTER:
            self._failed(due, error, now)
            return
        with self.store.begin() as uow:
            uow.postponed(due.id, now + backoff(due.attempts), error)
        log.warning("letter_late", letter=due.id, attempts=due.attempts + 1, reason=error)

    def _failed(self, due: Due, error: str, now: datetime) -> None:
        """Refused for good: the signature it is about remembers, so that its card can say so."""
        with self.store.begin() as uow:
            uow.failed(due.id, error)
            self._note(uow, due, error, now)
        log.error("letter_failed", letter=due.id, reason=error)

    def _note(self, uow: UnitOfWork, due: Due, error: str, now: datetime) -> None:
        signature = uow.signature(due.about) if due.about else None
        if signature and signature.contact.address.casefold() == due.recipient:
            change = Noted("undelivered", error[:300])
            uow.record([Event(ref=due.about, at=now, by="mailbot", reason="letter_refused", change=change)], self.keys)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts: one minute, doubled each time, at most an hour."""
    return timedelta(minutes=min(60, 2 ** min(attempts, 6)))
