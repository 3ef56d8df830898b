"""An inbox of months, gone through once: one digest tells organizers what was asked, and no signer hears a word."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import structlog

from mailbot.core.backlog import TALLY, draft, tally
from mailbot.core.cards import Desk, digest_letter
from mailbot.core.decision import Case, Decision, Letter
from mailbot.core.gathering import NewsKind, digest_facts
from mailbot.core.intents import Context, Intent
from mailbot.core.message import Message
from mailbot.core.plausible import cleaned
from mailbot.ports import Delivery, ReadingFailure, Source, UnitOfWork
from mailbot.worker.calendar import CUT_SHORT, LAST_DIGEST
from mailbot.worker.handled import Tally
from mailbot.worker.in_order import InOrder
from mailbot.worker.intake import Intake
from mailbot.worker.post import Post
from mailbot.worker.roll import organizers, roll
from mailbot.worker.thread import find_thread

log = structlog.get_logger()

_NAMED = 60  # characters of an address or a subject by which a mail is named
_AHEAD = timedelta(days=1)  # by which clocks of senders may be wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietPost(Post):
    """Sends nothing: what is for organizers waits for the digest, and to anybody else nothing is written at all."""

    def enqueue(
        self, uow: UnitOfWork, letters: Iterable[Letter], *, now: datetime, mail: int = 0, thread: str = ""
    ) -> int:
        del mail, thread
        for letter in letters:
            self._gather(uow, letter, now)
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogIntake(Intake):
    """The door for old mail: everybody is a stranger there, and no mail that was read is ever answered later."""

    @classmethod
    def of(cls, intake: Intake) -> "BacklogIntake":
        known = {f.name: getattr(intake, f.name) for f in fields(intake)}
        post = QuietPost(**{f.name: getattr(intake.post, f.name) for f in fields(intake.post)})
        return cls(**{**known, "post": post})

    def _judge(self, case: Case, intent: Intent) -> Decision:
        return draft(case, intent)

    def _is_authors(self, case: Case) -> bool:
        """Any mail with an author is known again, however it comes: an export of the inbox has other header fields."""
        return case.message.author is not None

    def _called(self, delivery: Delivery, message: Message) -> str:
        """By whom and of when, as far as that can be told: nobody finds a mail again by where it lay in an archive."""
        author = message.authors[0].addr_spec if message.authors else ""
        day = message.date or delivery.received_at
        named = (author, message.subject, day.date().isoformat(), delivery.locator)
        return " · ".join(cleaned(part)[:_NAMED] for part in named if part)

    def _context(self, case: Case) -> Context:
        today = case.now.astimezone(self.policy.timezone).date().isoformat()
        return Context(today=today, own_addresses=self.own_addresses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a pass through the backlog came to."""

    tally: Tally
    counted: dict[str, int]  # what the digest tells, by a word of core.backlog; empty where none was written
    left: int  # mails that answer a letter of ours: they stay for `run`
    digests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Goes through a source once. `post` writes the digest."""

    intake: Intake
    post: Post

    def go_through(
        self,
        source: Source,
        clock: Callable[[], datetime],
        look: Callable[[], None],
        advance: Callable[[], None],
    ) -> Gone:
        """Draft all that waits there, and write the one digest. Raises TemporaryFailure, PermanentFailure.

        A pass that was broken off goes on where it stopped, and the digest then tells of both. One that finds
        nothing new writes nothing. `look` is called for each mail that is fetched, `advance` for each that is done.
        """
        ordered = InOrder(source, lambda delivery: self._written(delivery, clock()), look)
        done = BacklogIntake.of(self.intake).poll(ordered, clock, lambda _: advance())
        counted, digests = self._digest(clock())
        return Gone(tally=done, counted=counted, left=ordered.left, digests=digests)

    def _written(self, delivery: Delivery, now: datetime) -> datetime | None:
        """When the mail was written; when it arrived, where it says nothing that can be. None for an answer to us."""
        try:
            message = self.intake.reader.read(delivery.octets)
        except ReadingFailure:
            return delivery.received_at
        with self.intake.store.begin(alone=False) as uow:
            in_office = organizers(uow, self.intake.organizers)
            if find_thread(uow, message, in_office, self.intake.keyring, now)[0] is not None:
                return None
        date = message.date
        sane = date is not None and date.tzinfo is not None and date < delivery.received_at + _AHEAD
        return date if date is not None and sane else delivery.received_at

    def _digest(self, now: datetime) -> tuple[dict[str, int], int]:
        """What was found, to each organizer, in the transaction in which it ceases to be news."""
        intake = self.intake
        with intake.store.begin() as uow:
            in_office = organizers(uow, intake.organizers)
            counted = tally(uow.get(TALLY))
            unread = max(uow.gathered_counts(o.address, now).get(NewsKind.UNREAD, 0) for o in in_office)
            if not counted and not unread:
                return {}, 0
            counted["unread"] = unread
            waiting = uow.desk()
            desk = Desk(roll=roll(uow, intake.names, now), policy=intake.policy, organizers=in_office)
            queued = 0
            for organizer in in_office:
                news = uow.gathered(organizer.address, now, intake.policy.thresholds.digest_news)
                counts = uow.gathered_counts(organizer.address, now)
                told = digest_facts((one for _, one in news), counts, counted)
                queued += self.post.enqueue(uow, [digest_letter(organizer, waiting, desk, told)], now=now)
                uow.deliver_gathered(number for number, _ in news)
            uow.put(TALLY, "")
            uow.put(LAST_DIGEST, now.isoformat())
            uow.put(CUT_SHORT, "yes" if len(waiting) > intake.policy.thresholds.digest_cards else "")
        log.info("backlog_digest_queued", letters=queued, cards=len(waiting))
        return counted, queued
