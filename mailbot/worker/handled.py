"""What became of mails: of one, of those of a poll, and for the log."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from mailbot.core.decision import Decision
from mailbot.core.intents import Intent
from mailbot.core.message import Message
from mailbot.ports import Delivery, Disposition

log = structlog.get_logger()


class Stopped(Exception):
    """Raised by a clock: we are asked to stop between two mails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one poll did: mails by kind, and how many were set aside or seen before."""

    kinds: dict[str, int] = field(default_factory=dict)
    set_aside: int = 0
    seen: int = 0

    @property
    def handled(self) -> int:
        return sum(self.kinds.values())

    def plus(self, done: Iterable["Done"]) -> "Tally":
        kinds, set_aside, seen = dict(self.kinds), self.set_aside, self.seen
        for one in done:
            if one.seen is None:
                seen += 1
                continue
            set_aside += one.disposition is Disposition.SET_ASIDE
            kind = one.seen.intent.kind if one.seen.intent else "set_aside"
            kinds[kind] = kinds.get(kind, 0) + 1
        return Tally(kinds=kinds, set_aside=set_aside, seen=seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One mail as it was handled, for whoever watches (demo, progress)."""

    message: Message
    intent: Intent | None  # None for one that was set aside
    decision: Decision

    @property
    def disposition(self) -> Disposition:
        return Disposition.HANDLED if self.intent else Disposition.SET_ASIDE


@dataclass(frozen=True, slots=True)
class Done:
    """A mail that was handled in a transaction; `seen` is None where it had been handled before."""

    delivery: Delivery
    mail: int = 0
    seen: Seen | None = None

    @property
    def disposition(self) -> Disposition:
        return self.seen.disposition if self.seen else Disposition.HANDLED

    def tell(self) -> None:
        """To the log, once it is committed."""
        if self.seen is None:
            return
        intent, reason = self.seen.intent, self.seen.decision.reason
        if intent is None:
            log.warning("mail_set_aside", mail=self.mail, locator=self.delivery.locator, reason=reason)
        else:
            log.info("mail_handled", mail=self.mail, kind=intent.kind, reason=reason, rule=intent.reason)
