"""Letters into the outbox: budget, capability, rendering; in the transaction of what caused them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from mailbot.core.budget import over_budget
from mailbot.core.decision import Letter, Organizer, Thresholds
from mailbot.core.gathering import news_of
from mailbot.core.receipts import code
from mailbot.core.references import ALPHABET
from mailbot.core.tokens import Capability, Keyring, issue
from mailbot.core.vouching import hand_out
from mailbot.ports import UnitOfWork
from mailbot.worker.roll import former_organizers, organizers
from mailbot.writing.letters import Composer, UnsendableLetterError
from mailbot.writing.listed import listed_line

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Writes letters and queues them. `draw(n)` gives an unguessable number from 0 to n - 1."""

    composer: Callable[[], Composer]
    keyring: Callable[[], Keyring]
    thresholds: Thresholds
    organizers: tuple[Organizer, ...]
    own_addresses: frozenset[str]
    draw: Callable[[int], int]

    def enqueue(
        self, uow: UnitOfWork, letters: Iterable[Letter], *, now: datetime, mail: int = 0, thread: str = ""
    ) -> int:
        """Queue what the budget allows; return how many letters that were.

        What it forbids is logged, not sent; what was for an organizer is told by the next digest.
        """
        queued = 0
        for letter in letters:
            if letter.gather:
                self._gather(uow, letter, now)
                continue
            if (reason := self._forbidden(uow, letter, thread, now)) is not None:
                log.warning("letter_not_sent", letter=letter.template, about=letter.about, mail=mail, reason=reason)
                self._gather(uow, letter, now)
                continue
            letter_id = "".join(ALPHABET[self.draw(32)] for _ in range(10))
            letter = self._with_receipt(uow, letter)
            try:
                composed = self.composer().compose(
                    letter, id=letter_id, now=now, token=self._token(letter, letter_id, now)
                )
            except UnsendableLetterError as error:
                log.warning("letter_not_sent", letter=letter.template, about=letter.about, mail=mail, reason=str(error))
                continue
            about = mail if letter.answerable else 0
            uow.enqueue(letter, composed, letter_id=letter_id, mail=about, thread=thread, now=now)
            queued += 1
        return queued

    def _forbidden(self, uow: UnitOfWork, letter: Letter, thread: str, now: datetime) -> str | None:
        if letter.to.casefold() in self.own_addresses:
            return "own_address"
        spent = uow.spent(letter, thread, now)
        organizer = self._is_organizer(uow, letter.to)
        return over_budget(spent, template=letter.template, organizer=organizer, thresholds=self.thresholds)

    def _is_organizer(self, uow: UnitOfWork, address: str) -> bool:
        """Whether the letter is one to organizers, those included who were some until a moment ago."""
        ever = (*organizers(uow, self.organizers), *former_organizers(uow, self.organizers))
        return any(o.address.casefold() == address.casefold() for o in ever)

    def _gather(self, uow: UnitOfWork, letter: Letter, now: datetime) -> None:
        if any(o.address.casefold() == letter.to.casefold() for o in organizers(uow, self.organizers)):
            for news in news_of(letter):
                uow.gather(letter.to, news, now)

    def _with_receipt(self, uow: UnitOfWork, letter: Letter) -> Letter:
        """A letter that tells somebody their line carries the code by which they find it in the public log."""
        signature = uow.signature(letter.about) if letter.receipt else None
        if signature is None or signature.entry is None:
            return letter
        receipt = hand_out(uow.vouching, signature, self.draw, listed_line)
        return replace(letter, facts={**letter.facts, "receipt": code(receipt.nonce)})

    def _token(self, letter: Letter, letter_id: str, now: datetime) -> str:
        """The capability of a letter is on the letter itself: what it speaks of stands in our own tables."""
        if letter.grant is None:
            return ""
        return issue(
            self.keyring(),
            Capability(
                actions=letter.grant.actions,
                object=letter_id,
                recipient=letter.to,
                expires=now.date() + timedelta(days=self.thresholds.token_days),
            ),
        )
