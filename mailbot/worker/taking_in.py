"""Mail taken from the mailbox into the database for any worker to read; settled when what it caused is committed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from mailbot.ports import Delivery, Source, Transit

_AT_ONCE = 50  # mails a transaction
_MOST = 1000  # mails that wait for their reader before more is taken in
_BLINK = 0.05  # seconds between two looks at what was decided
_PATIENCE = 40  # looks in a row that find nothing new


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingIn:
    """What the one worker does that looks after the mailbox. `pause` waits so many seconds, or until it is to stop."""

    transit: Transit
    pause: Callable[[float], object]

    def poll(self, source: Source, clock: Callable[[], datetime]) -> bool:
        """Take in what waits and settle what is decided; whether all of it was. The mail of a worker that died
        is left to the next poll. Raises TemporaryFailure, and whatever `clock` raises to have it stop."""
        for batch in _batches(source.fetch()):
            self.transit.take_in(batch, clock())
            self._settle(source)
            while self.transit.undecided() > _MOST:
                self.pause(_BLINK)
                clock()
                self._settle(source)
        in_vain = 0
        while (waiting := self.transit.undecided()) and in_vain < _PATIENCE:
            self.pause(_BLINK)
            clock()
            in_vain = 0 if self._settle(source) else in_vain + 1
        self._settle(source)
        return not waiting

    def _settle(self, source: Source) -> int:
        decided = self.transit.to_settle()
        for _, delivery, disposition in decided:
            source.settle(delivery, disposition)
        if decided:
            self.transit.settled([number for number, _, _ in decided])
        return len(decided)


def _batches(deliveries: Iterator[Delivery]) -> Iterator[list[Delivery]]:
    while batch := list(islice(deliveries, _AT_ONCE)):
        yield batch
