"""From a delivery at its source to a committed decision; then, and only then, settled.

A mail that was seen before is settled and nothing else: that is where a worker goes on that died between
commit and settling. A mail that breaks us is set aside with the reason, and the next one is handled.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from mailbot.core.authority import veto
from mailbot.core.cards import set_aside_letters
from mailbot.core.decide import decide
from mailbot.core.decision import Answered, Case, Decision, Organizer, Policy
from mailbot.core.intents import Confirm, Context, Intent
from mailbot.core.message import Evidence, Message, Verdict
from mailbot.core.standing import cards_of, standing
from mailbot.core.tokens import Capability, Keyring, Refusal, find, verify
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
from mailbot.worker.faults import told
from mailbot.worker.post import Post
from mailbot.worker.roll import Names, former_organizers, fresh_refs, organizers, roll

log = structlog.get_logger()

_TEXT_SEARCHED = 200_000  # characters of a body in which a quoted token is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one poll did: mails by kind, and how many were set aside or seen before."""

    kinds: dict[str, int] = field(default_factory=dict)
    set_aside: int = 0
    seen: int = 0

    @property
    def handled(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One mail as it was handled, for whoever watches (demo, progress)."""

    message: Message
    intent: Intent | None
    decision: Decision
    disposition: Disposition


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

    def poll(self, source: Source, clock: Callable[[], datetime], watch: Callable[[Seen], None] | None = None) -> Tally:
        """Handle everything that waits at `source`. Raises TemporaryFailure where that or the database is away."""
        tally = Tally()
        kinds, set_aside, seen = tally.kinds, 0, 0
        for delivery in source.fetch():
            at(Point.FETCHED)
            handled = self.handle(delivery, clock())
            at(Point.COMMITTED)
            source.settle(delivery, handled.disposition if handled else Disposition.HANDLED)
            at(Point.SETTLED)
            if handled is None:
                seen += 1
                continue
            set_aside += handled.disposition is Disposition.SET_ASIDE
            kind = handled.intent.kind if handled.intent else "set_aside"
            kinds[kind] = kinds.get(kind, 0) + 1
            if watch:
                watch(handled)
        return replace(tally, set_aside=set_aside, seen=seen)

    def handle(self, delivery: Delivery, now: datetime) -> Seen | None:
        """One mail, decided and committed, not settled; None where it was seen before."""
        message = self._message(delivery)
        if (why := unreadable(message)) is not None:
            return self._set_aside(delivery, message, why, now)
        try:
            evidence = self._evidence(delivery, message, now)
            with self.store.begin() as uow:
                if uow.seen(message) is Disposition.HANDLED or _is_copy(uow, message, delivery.octets):
                    return None
                mail = uow.remember(delivery, message)
                at(Point.REMEMBERED)
                written = self._case(uow, message, evidence, mail, now)
                case, intent = self._read(uow, written, delivery.octets)
                decision = decide(case, intent)
                at(Point.DECIDED)
                self._keep(uow, case, intent, decision)
                _remember_marks(uow, written, delivery.octets)
                at(Point.BEFORE_COMMIT)
        except TemporaryFailure:
            raise
        except ReadingFailure as failure:
            self._say(delivery, failure)
            return self._set_aside(delivery, message, str(failure), now)
        except Exception as error:  # noqa: BLE001 - one mail that breaks us must not hold up the next
            log.error("mail_broke_us", locator=delivery.locator, digest=message.digest[:16], **told(error))
            return self._set_aside(delivery, message, "fault", now)
        log.info("mail_handled", mail=mail, kind=intent.kind, reason=decision.reason, rule=intent.reason)
        return Seen(message=message, intent=intent, decision=decision, disposition=Disposition.HANDLED)

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
        answered, capability = self._thread(uow, message, in_office, now)
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
        )

    def _read(self, uow: UnitOfWork, case: Case, octets: bytes) -> tuple[Case, Intent]:
        """The intent; for YES in answer to a challenge, that of the mail that was challenged."""
        intent = self.reader.interpret(case.message, octets, self._context(case))
        answers_challenge = isinstance(case.capability, Capability) and case.capability.actions == "challenge"
        if not (isinstance(intent, Confirm) and answers_challenge and case.answered):
            return case, intent
        challenged, owned = uow.octets_of(case.answered.mail), f"challenge {case.answered.id}"
        if challenged is None or uow.get(owned):
            return case, intent  # a mail is owned once: what it did may have been taken back since
        uow.put(owned, str(case.mail))
        message = self.reader.read(challenged)
        _put_marks(uow, message, challenged, case.mail)
        answered, _ = self._thread(uow, message, case.organizers, case.now)
        organizer = _organizer(message, case.organizers)
        case = replace(case, message=message, organizer=organizer, answered=answered, challenge_answered=True)
        return case, self.reader.interpret(message, challenged, self._context(case))

    def _context(self, case: Case) -> Context:
        answered = case.answered
        own = answered is not None and answered.recipient.casefold() == case.author.casefold()
        return Context(
            standing=standing(case.organizer, answered, case.author),
            cards=cards_of(answered if own else None),  # the numbers of another's letter are not the author's
            today=case.now.astimezone(self.policy.timezone).date().isoformat(),
            own_addresses=self.own_addresses,
        )

    def _thread(
        self, uow: UnitOfWork, message: Message, in_office: tuple[Organizer, ...], now: datetime
    ) -> tuple[Answered | None, Capability | Refusal | None]:
        """The letter of ours that is answered, and what the token that came back is worth to the author."""
        by_id = uow.answered(message_ids=(*message.in_reply_to, *reversed(message.references)))
        author = message.author
        if author is None:
            return by_id, None
        others = [o.address for o in in_office] + ([by_id.recipient] if by_id else [])
        keyring = self.keyring()
        worst: Refusal | None = None
        for token in find(_places(message)):
            claim = verify(
                keyring,
                token,
                recipient=author.addr_spec,
                today=now.date(),
                others=[other for other in others if other.casefold() != author.key],
            )
            if isinstance(claim, Capability) and (answered := uow.answered(letter_id=claim.object)):
                return answered, claim
            if isinstance(claim, Refusal) and worst is not Refusal.OTHER_RECIPIENT:
                worst = claim
        return by_id, worst

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

    def _set_aside(self, delivery: Delivery, message: Message, why: str, now: datetime) -> Seen | None:
        """Kept, shown to organizers, and replayed when somebody drags it back after a fix."""
        with self.store.begin() as uow:
            known = uow.seen(message)
            if known is Disposition.HANDLED:
                return None
            mail = uow.remember(delivery, message)
            uow.conclude(mail, Disposition.SET_ASIDE, "", why)
            told = organizers(uow, self.organizers) if known is None else ()
            letters = set_aside_letters(told, delivery.locator, why)
            self.post.enqueue(uow, letters, now=now, mail=mail)
        log.warning("mail_set_aside", mail=mail, locator=delivery.locator, reason=why)
        return Seen(message=message, intent=None, decision=Decision(reason=why), disposition=Disposition.SET_ASIDE)


def _organizer(message: Message, in_office: tuple[Organizer, ...]) -> Organizer | None:
    author = message.author
    return next((o for o in in_office if author and o.address.casefold() == author.key), None)


def _is_copy(uow: UnitOfWork, message: Message, octets: bytes) -> bool:
    """Whether the mail is one that was proved and handled before: by another way, or sent again by somebody."""
    return any(uow.get(f"mail {mark}") for mark in marks(message, octets))


def _remember_marks(uow: UnitOfWork, case: Case, octets: bytes) -> None:
    """Only of a mail that is its author's by some proof: or a forger who guesses a mail could keep it out."""
    if veto(case) is None and (case.evidence.verdict is Verdict.PASS or isinstance(case.capability, Capability)):
        _put_marks(uow, case.message, octets, case.mail)


def _put_marks(uow: UnitOfWork, message: Message, octets: bytes, mail: int) -> None:
    for mark in marks(message, octets):
        uow.put(f"mail {mark}", str(mail))


def _places(message: Message) -> tuple[str, ...]:
    """Everywhere a token may have come back."""
    return (
        *message.delivered_to,
        *(address.addr_spec for address in message.to),
        message.subject,
        *message.in_reply_to,
        *message.references,
        message.text[:_TEXT_SEARCHED],
        message.html[:_TEXT_SEARCHED],
    )
