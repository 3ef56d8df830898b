"""The outbox: letters that are queued are sent, each once, in order of their lanes, as many as the provider takes.

A letter that was being sent when the process died is sent again with the same Message-ID, and marked so: the one
doubling that no protocol can rule out (RFC 5321, 4.2.5: the receiver may have taken it and its yes be lost).
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from mailbot.core.decision import Organizer
from mailbot.core.events import Entry, Event, Noted
from mailbot.core.quota import Limits
from mailbot.core.returned import returned_news, reverse_path
from mailbot.failpoints import Point, at
from mailbot.ports import Due, PermanentFailure, Sender, Store, TemporaryFailure, TurnedAway, UnitOfWork
from mailbot.worker.faults import told
from mailbot.worker.late import tell_late
from mailbot.worker.roll import organizers

log = structlog.get_logger()

BATCH = 200
TRIES = 3
"""Letters put off in a row after which the server, not the letter, is taken to be the trouble."""

GIVE_UP_AFTER = timedelta(days=4)
LEAST_TRIES = 24
"""RFC 5321, 4.5.4.1: the give-up time should be at least four days; a letter that was held back is tried as often."""

_LONGEST_REST = timedelta(hours=2)
_RESTS_UNTIL = "outbox_rests_until"
_SENT_AGAIN = "sent again: it was being sent when the process ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one pass did. `trouble` is why letters could not go out, `held` why others were not tried, or ""."""

    sent: int = 0
    failed: int = 0
    late: int = 0
    trouble: str = ""
    held: str = ""


@dataclass(slots=True)
class _Pass:
    """One pass so far."""

    sent: int = 0
    failed: int = 0
    late: int = 0
    in_a_row: int = 0
    trouble: str = ""
    held: str = ""
    tried: int = 0
    stopped: bool = False
    pending: dict["Future[Exception | None]", tuple[Due, ExitStack]] = field(default_factory=dict)

    def told(self) -> Sent:
        if self.held:
            log.info("letters_held", reason=self.held)
        return Sent(sent=self.sent, failed=self.failed, late=self.late, trouble=self.trouble, held=self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """`draw(n)` gives a number from 0 to n - 1; `connections` letters are under way at a time."""

    store: Store
    sender_address: str
    keys: Callable[[Entry], tuple[str, ...]]
    organizers: tuple[Organizer, ...]
    free_mail: tuple[str, ...]
    draw: Callable[[int], int]
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    plus_addressing: bool = False
    connections: int = 1

    def drain(self, sender: Sender, clock: Callable[[], datetime]) -> Sent:
        """Send what is due and allowed. One letter that is put off does not hold up the next; a silent server does."""
        done = _Pass()
        whole = True
        while whole and not done.stopped:
            before = done.tried
            batch, whole = self._next(done, lambda uow: list(uow.due(clock(), BATCH)), clock())
            self._send_each(done, sender, batch, clock)
            whole = whole and done.tried > before  # what is left is being sent by another
        with self.store.begin() as uow:
            tell_late(uow, organizers(uow, self.organizers), done.trouble or done.held, clock())
        return done.told()

    def send(self, sender: Sender, letter_ids: Iterable[str], clock: Callable[[], datetime]) -> Sent:
        """Send those of the letters that are due and allowed and that nobody else is sending."""
        done, wanted, now = _Pass(), tuple(letter_ids), clock()
        batch, _ = self._next(done, lambda uow: [due for one in wanted if (due := uow.due_letter(one, now))], now)
        self._send_each(done, sender, batch, clock)
        return done.told()

    def _send_each(self, done: _Pass, sender: Sender, batch: Iterable[Due], clock: Callable[[], datetime]) -> None:
        with ThreadPoolExecutor(self.connections, thread_name_prefix="send") as pool:
            try:
                for waiting in batch:
                    if done.stopped:
                        break
                    with ExitStack() as claim:
                        due = claim.enter_context(self.store.claim(waiting.id, clock()))
                        if due is None:
                            continue
                        at(Point.LETTER_DUE)
                        self._begin(due)
                        done.tried += 1
                        done.pending[pool.submit(self._hand_over, sender, due)] = due, claim.pop_all()
                    if len(done.pending) == self.connections:
                        self._finish(done, clock)
            finally:
                while done.pending:  # whatever happens: what went out is written down as gone
                    self._finish(done, clock)

    def _next(self, done: _Pass, wanted: Callable[[UnitOfWork], list[Due]], now: datetime) -> tuple[list[Due], bool]:
        """Those of the letters that the provider takes from us, and whether there may be more of them."""
        with self.store.begin() as uow:
            rests_until = uow.get(_RESTS_UNTIL)
            # A clock that was set back makes no rest longer than it was.
            if rests_until and timedelta() < datetime.fromisoformat(rests_until) - now <= _LONGEST_REST:
                done.held = f"The server is left alone until {rests_until[:16]}, and the letters wait."
                return [], False
            due = wanted(uow)
            allowed = self._allowed(uow, due, now)
        if len(allowed) < len(due):
            done.held = f"Our provider takes {self._said()}; the other letters wait."
        return allowed, len(allowed) == BATCH

    def _allowed(self, uow: UnitOfWork, due: list[Due], now: datetime) -> list[Due]:
        limits = self.limits
        minute = uow.sent_since(now - timedelta(minutes=1), limits.a_minute) if limits.a_minute else 0
        day = uow.sent_since(now - timedelta(days=1), limits.a_day) if limits.a_day else 0
        allowed: list[Due] = []
        for one in due:
            if not limits.allows(one.lane, last_minute=minute + len(allowed), last_day=day + len(allowed)):
                break  # what comes after is of the same lane or of one that waits longer
            allowed.append(one)
        return allowed

    def _said(self) -> str:
        limits = ((self.limits.a_minute, "a minute"), (self.limits.a_day, "a day"))
        return " and ".join(f"{number} letters {every}" for number, every in limits if number)

    # -- one letter --------------------------------------------------------------------------------

    def _begin(self, due: Due) -> None:
        with self.store.begin(alone=False) as uow:
            uow.sending(due.id)
        at(Point.LETTER_SENDING)

    def _hand_over(self, sender: Sender, due: Due) -> Exception | None:
        """In a thread of the pool: no store here. A bug of ours puts this letter off, not those behind it."""
        address = self.sender_address
        try:
            sender.send(
                message_id=due.message_id,
                sender=reverse_path(address, due.id) if self.plus_addressing else address,
                recipient=due.recipient,
                octets=due.octets,
                envelope_id=due.id,
            )
            at(Point.LETTER_ACCEPTED)
        except Exception as error:  # noqa: BLE001
            return error
        return None

    def _finish(self, done: _Pass, clock: Callable[[], datetime]) -> None:
        """Write down what became of those that are through."""
        through, _ = wait(done.pending, return_when=FIRST_COMPLETED)
        for future in through:
            due, claim = done.pending.pop(future)
            with claim:
                self._note_down(done, due, future.result(), clock)

    def _note_down(self, done: _Pass, due: Due, error: Exception | None, clock: Callable[[], datetime]) -> None:
        match error:
            case None:
                self._sent(due, clock())
                done.sent, done.in_a_row = done.sent + 1, 0
            case PermanentFailure():
                self._failed(due, str(error), clock())
                done.failed += 1
            case TemporaryFailure():
                self._late(done, due, error, clock())
            case _:
                log.error("letter_broke_us", letter=due.id, **told(error))
                self._postpone(due, f"fault: {type(error).__name__}", clock())
                done.late += 1

    def _sent(self, due: Due, now: datetime) -> None:
        with self.store.begin(alone=due.in_flight) as uow:
            uow.sent(due.id, now, _SENT_AGAIN if due.in_flight else "")
            if due.in_flight:
                self._note(uow, due, Noted("sent_again", due.id), "letter_sent_again", now)
        at(Point.LETTER_SENT)
        if due.in_flight:
            log.warning("letter_sent_again", letter=due.id, attempts=due.attempts + 1)
        log.info("letter_sent", letter=due.id, attempts=due.attempts + 1)

    def _late(self, done: _Pass, due: Due, error: TemporaryFailure, now: datetime) -> None:
        done.trouble = str(error)
        done.late, done.in_a_row = done.late + 1, done.in_a_row + 1
        done.stopped = done.stopped or done.in_a_row >= TRIES
        if isinstance(error, TurnedAway):
            done.stopped = True
            with self.store.begin() as uow:
                uow.put(_RESTS_UNTIL, (now + error.rest).isoformat())
                uow.postponed(due.id, now + error.rest, done.trouble)
            log.warning("letters_turned_away", letter=due.id, seconds=error.rest.total_seconds(), reason=done.trouble)
        else:
            self._postpone(due, done.trouble, now)

    def _postpone(self, due: Due, error: str, now: datetime) -> None:
        if now - due.created_at > GIVE_UP_AFTER and due.attempts >= LEAST_TRIES:
            self._failed(due, error, now)
            return
        with self.store.begin() as uow:
            uow.postponed(due.id, now + backoff(due.attempts, self.draw), error)
        log.warning("letter_late", letter=due.id, attempts=due.attempts + 1, reason=error)

    def _failed(self, due: Due, error: str, now: datetime) -> None:
        """Refused for good: the signature it is about remembers, so that its card can say so; organizers hear of it."""
        with self.store.begin() as uow:
            uow.failed(due.id, error)
            before = uow.signature(due.about) if due.about else None
            noted = self._note(uow, due, Noted("undelivered", error[:300]), "letter_refused", now)
            if noted and before and not before.undeliverable:
                for organizer in organizers(uow, self.organizers):
                    uow.gather(organizer.address, returned_news(before, self.free_mail), now)
        log.error("letter_failed", letter=due.id, reason=error)

    def _note(self, uow: UnitOfWork, due: Due, change: Noted, reason: str, now: datetime) -> bool:
        """In the history of the signature, where the letter went to its contact."""
        signature = uow.signature(due.about) if due.about else None
        if signature is None or signature.contact.address.casefold() != due.recipient:
            return False
        uow.record([Event(ref=due.about, at=now, by="mailbot", reason=reason, change=change)], self.keys)
        return True


def backoff(attempts: int, draw: Callable[[int], int]) -> timedelta:
    """How long to wait after so many attempts: one minute, doubled each time, at most an hour; a quarter more or less.

    What was put off together does not come back together.
    """
    minutes = min(60, 2 ** min(attempts, 6))
    return timedelta(minutes=minutes) * (0.75 + draw(501) / 1000)
