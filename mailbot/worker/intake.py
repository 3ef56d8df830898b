"""From a delivery at its source to a committed decision; then, and only then, settled.

Mails are decided in batches of one transaction, each as a step of its own in it, and settled by one command. A mail
that was seen before is settled and nothing else: that is where a worker goes on that died between commit and
settling. A mail that breaks us is set aside with the reason, and the next one is handled.
"""

import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

import structlog

from mailbot.core.authority import veto
from mailbot.core.cards import set_aside_letters
from mailbot.core.decide import decide
from mailbot.core.decision import Case, Decision, Organizer, Policy
from mailbot.core.intents import Confirm, Context, Intent, Undelivered
from mailbot.core.message import Evidence, Message, Verdict
from mailbot.core.standing import cards_of, standing
from mailbot.core.tokens import Capability, Keyring
from mailbot.failpoints import Point, at
from mailbot.ports import (
    Delivery,
    Disposition,
    Reader,
    ReadingFailure,
    Resolver,
    Source,
    Store,
    TemporaryFailure,
    UnitOfWork,
)
from mailbot.reading.copies import marks
from mailbot.reading.evidence import read_evidence
from mailbot.reading.parse import unread, unreadable
from mailbot.worker.batches import SECONDS, batches
from mailbot.worker.faults import told
from mailbot.worker.handled import Done, Seen, Stopped, Tally
from mailbot.worker.post import Post
from mailbot.worker.returned import returned_letter
from mailbot.worker.roll import Names, former_organizers, fresh_refs, organizers, roll
from mailbot.worker.thread import find_thread
from mailbot.worker.watch import health

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The clerk at the door. It holds no policy: what is granted, `decide` says."""

    store: Store
    post: Post
    reader: Reader
    names: Names
    policy: Policy
    organizers: tuple[Organizer, ...]
    own_addresses: frozenset[str]
    keyring: Callable[[], Keyring]
    authserv_id: str
    resolver: Resolver | None
    draw: Callable[[int], int]
    examine: Callable[[], tuple[tuple[bool, str], ...]]
    a_day: int  # letters that our provider takes, 0 where no limit is known

    def poll(self, source: Source, clock: Callable[[], datetime], watch: Callable[[Seen], None] | None = None) -> Tally:
        """Handle everything that waits at `source`. Raises TemporaryFailure where that or the database is away.

        `clock` may raise Stopped between two mails: what is decided by then is committed and settled first.
        """
        tally = Tally()
        for batch in batches(source.fetch()):
            unread = deque(batch)
            batch.clear()
            while unread:
                ready = self._read_ahead(unread, clock)
                while ready:
                    done, stopped = self._decide(ready, clock)
                    at(Point.COMMITTED)
                    source.settle_all([(one.delivery, one.disposition) for one in done])
                    at(Point.SETTLED)
                    tally = tally.plus(done)
                    for one in done:
                        if one.seen and watch:
                            watch(one.seen)
                    if stopped:
                        raise stopped
        return tally

    def handle(self, delivery: Delivery, now: datetime) -> Seen | None:
        """One mail, decided and committed, not settled; None where it was seen before."""
        ready = self._prepare(delivery, now)
        with self.store.begin() as uow:
            done = self._handle(uow, ready, now)
        done.tell()
        return done.seen

    # -- a batch of mails --------------------------------------------------------------------------

    def _read_ahead(self, unread: "deque[Delivery]", clock: Callable[[], datetime]) -> "deque[_Ready]":
        """The next mails read, with their evidence: that may ask the network, and so comes before the transaction."""
        ready: deque[_Ready] = deque()
        ends = monotonic() + SECONDS
        while unread and (not ready or monotonic() < ends):
            at(Point.FETCHED)
            ready.append(self._prepare(unread.popleft(), clock()))
        return ready

    def _decide(self, ready: "deque[_Ready]", clock: Callable[[], datetime]) -> tuple[list[Done], Stopped | None]:
        """As many mails as there is time for, in one transaction that is committed when this returns.

        Also why it stopped between two of them, if somebody wanted it to.
        """
        done: list[Done] = []
        stopped = None
        ends = monotonic() + SECONDS
        with self.store.begin() as uow:
            while ready and (not done or monotonic() < ends):
                try:
                    now = clock()
                except Stopped as error:
                    stopped = error
                    break
                done.append(self._handle(uow, ready.popleft(), now))
        for one in done:
            one.tell()
        return done, stopped

    # -- one mail ----------------------------------------------------------------------------------

    def _prepare(self, delivery: Delivery, now: datetime) -> "_Ready":
        message = self._message(delivery)
        if (why := unreadable(message)) is not None:
            return _Ready(delivery, message, None, why)
        try:
            return _Ready(delivery, message, self._evidence(delivery, message, now))
        except Exception as error:  # noqa: BLE001 - one mail that breaks us must not hold up the next
            return _Ready(delivery, message, None, _broke(delivery, message, error))

    def _handle(self, uow: UnitOfWork, ready: "_Ready", now: datetime) -> Done:
        """What one mail causes, in the transaction; where it breaks us, nothing but that it is set aside."""
        delivery, message, evidence, why = ready.delivery, ready.message, ready.evidence, ready.why
        if evidence is None:
            return self._set_aside(uow, delivery, message, why, now)
        try:
            with uow.attempt():
                known = uow.seen(message)
                if known is Disposition.HANDLED or _is_copy(uow, message, delivery.octets):
                    return Done(delivery)
                mail = uow.remember(delivery, message, again=known is not None)
                at(Point.REMEMBERED)
                written = self._case(uow, message, evidence, mail, now)
                case, intent = self._read(uow, written, delivery.octets)
                decision = self._judge(case, intent)
                at(Point.DECIDED)
                self._keep(uow, case, intent, decision)
                if self._is_authors(written):
                    _put_marks(uow, message, delivery.octets, mail)
                at(Point.BEFORE_COMMIT)
        except TemporaryFailure:
            raise
        except ReadingFailure as failure:
            self._say(delivery, failure)
            return self._set_aside(uow, delivery, message, str(failure), now)
        except Exception as error:  # noqa: BLE001 - one mail that breaks us must not hold up the next
            return self._set_aside(uow, delivery, message, _broke(delivery, message, error), now)
        return Done(delivery, mail, Seen(message=message, intent=intent, decision=decision))

    def foresee(self, delivery: Delivery, now: datetime) -> None:
        """Read a mail before the transaction that decides it, so that other workers decide meanwhile.

        For a reader that remembers what it said; whatever goes wrong goes wrong again in `handle`.
        """
        with contextlib.suppress(ReadingFailure):
            message = self.reader.read(delivery.octets)
            if unreadable(message) is None:
                with self.store.begin(alone=False) as uow:
                    context = self._context(self._case(uow, message, Evidence(), 0, now))
                self.reader.interpret(message, delivery.octets, context)

    # -- one mail ----------------------------------------------------------------------------------

    def _message(self, delivery: Delivery) -> Message:
        try:
            return self.reader.read(delivery.octets)
        except ReadingFailure as failure:
            self._say(delivery, failure)
            return unread(delivery.octets, str(failure))

    def _say(self, delivery: Delivery, failure: ReadingFailure) -> None:
        log.warning("reading_failed", locator=delivery.locator, reason=str(failure), detail=failure.detail)

    def _evidence(self, delivery: Delivery, message: Message, now: datetime) -> Evidence:
        return read_evidence(
            delivery.octets,
            message,
            authserv_id=self.authserv_id,
            resolver=self.resolver,
            own_addresses=self.own_addresses,
            now=now,
        )

    def _case(self, uow: UnitOfWork, message: Message, evidence: Evidence, mail: int, now: datetime) -> Case:
        in_office = organizers(uow, self.organizers)
        answered, capability = find_thread(uow, message, in_office, self.keyring, now)
        return Case(
            now=now,
            mail=mail,
            message=message,
            evidence=evidence,
            policy=self.policy,
            organizers=in_office,
            former=former_organizers(uow, self.organizers),
            organizer=_organizer(message, in_office),
            answered=answered,
            capability=capability,
            roll=roll(uow, self.names, now),
            fresh_refs=fresh_refs(uow, self.draw),
            fold=self.names.fold,
            help_rows=self.names.help_rows,
            examine=self.examine,
            health=lambda: health(uow, now, self.a_day),
        )

    def _read(self, uow: UnitOfWork, case: Case, octets: bytes) -> tuple[Case, Intent]:
        """The intent; for YES in answer to a challenge, that of the mail that was challenged."""
        intent = self.reader.interpret(case.message, octets, self._context(case))
        if isinstance(intent, Undelivered):
            letter = returned_letter(uow, case.message, intent.report, self.own_addresses)
            return replace(case, answered=letter or case.answered), intent
        answers_challenge = isinstance(case.capability, Capability) and case.capability.actions == "challenge"
        if not (isinstance(intent, Confirm) and answers_challenge and case.answered):
            return case, intent
        challenged, owned = uow.octets_of(case.answered.mail), f"challenge {case.answered.id}"
        if challenged is None or uow.get(owned):
            return case, intent  # a mail is owned once: what it did may have been taken back since
        uow.put(owned, str(case.mail))
        message = self.reader.read(challenged)
        _put_marks(uow, message, challenged, case.mail)
        answered, _ = find_thread(uow, message, case.organizers, self.keyring, case.now)
        organizer = _organizer(message, case.organizers)
        case = replace(case, message=message, organizer=organizer, answered=answered, challenge_answered=True)
        return case, self.reader.interpret(message, challenged, self._context(case))

    def _judge(self, case: Case, intent: Intent) -> Decision:
        return decide(case, intent)

    def _is_authors(self, case: Case) -> bool:
        """Whether some proof makes the mail its author's: else a forger who guesses a mail could keep it out."""
        return veto(case) is None and (case.evidence.verdict is Verdict.PASS or isinstance(case.capability, Capability))

    def _called(self, delivery: Delivery, message: Message) -> str:  # noqa: ARG002 - the place is enough for a mail of today
        return delivery.locator

    def _context(self, case: Case) -> Context:
        answered = case.answered
        own = answered is not None and answered.recipient.casefold() == case.author.casefold()
        return Context(
            standing=standing(case.organizer, answered, case.author),
            cards=cards_of(answered if own else None),  # the numbers of another's letter are not the author's
            today=case.now.astimezone(self.policy.timezone).date().isoformat(),
            own_addresses=self.own_addresses,
        )

    def _keep(self, uow: UnitOfWork, case: Case, intent: Intent, decision: Decision) -> None:
        """Events, projections and letters, in the one transaction."""
        uow.record(decision.events, self.names.keys)
        for ref in decision.cancel_news:
            uow.cancel_news(ref)
        for key, value in decision.settings.items():
            uow.put(key, value)
        thread = (*case.message.references, *case.message.in_reply_to, case.message.message_id)[0]
        self.post.enqueue(uow, decision.letters, now=case.now, mail=case.mail, thread=thread)
        keep = decision.keep_mail
        uow.conclude(case.mail, Disposition.HANDLED, intent.kind, decision.reason, keep_octets=keep)

    def _set_aside(self, uow: UnitOfWork, delivery: Delivery, message: Message, why: str, now: datetime) -> Done:
        """Kept, shown to organizers, and replayed when somebody drags it back after a fix."""
        known = uow.seen(message)
        if known is Disposition.HANDLED:
            return Done(delivery)
        mail = uow.remember(delivery, message, again=known is not None)
        uow.conclude(mail, Disposition.SET_ASIDE, "", why)
        told = organizers(uow, self.organizers) if known is None else ()
        self.post.enqueue(uow, set_aside_letters(told, self._called(delivery, message), why), now=now, mail=mail)
        return Done(delivery, mail, Seen(message=message, intent=None, decision=Decision(reason=why)))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A mail that was read; without evidence it is to be set aside, and `why` says for what."""

    delivery: Delivery
    message: Message
    evidence: Evidence | None
    why: str = ""


def _broke(delivery: Delivery, message: Message, error: Exception) -> str:
    log.error("mail_broke_us", locator=delivery.locator, digest=message.digest[:16], **told(error))
    return "fault"


def _organizer(message: Message, in_office: tuple[Organizer, ...]) -> Organizer | None:
    author = message.author
    return next((o for o in in_office if author and o.address.casefold() == author.key), None)


def _is_copy(uow: UnitOfWork, message: Message, octets: bytes) -> bool:
    """Whether the mail is one that was proved and handled before: by another way, or sent again by somebody."""
    return any(uow.get(f"mail {mark}") for mark in marks(message, octets))


def _put_marks(uow: UnitOfWork, message: Message, octets: bytes, mail: int) -> None:
    for mark in marks(message, octets):
        uow.put(f"mail {mark}", str(mail))
