"""Mail taken from the mailbox into the database for any worker to read; settled when what it caused is committed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol

from mailbot.ports import Delivery, Disposition, Source

_AT_ONCE = 50  # mails a transaction
_MOST = 1000  # mails that wait for their reader before more is taken in
_BLINK = 0.05  # seconds between two looks at what was decided
_PATIENCE = 40  # looks in a row that find nothing new


class Transit(Protocol):
    """By which raw mail travels from the worker that takes it in to any that reads it. Raises TemporaryFailure."""

    def take_in(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Keep the raw mail that is new, and a job to read it, in one transaction."""

    def arrival(self, number: int) -> Delivery | None:
        """Mail that was taken in and is not decided yet."""
        ...

    def decided(self, number: int, disposition: Disposition) -> None:
        """What became of it is committed; now it may be settled where it came in."""

    def to_settle(self) -> Sequence[tuple[int, Delivery, Disposition]]:
        """Mail that is decided and still lies where it came in; without its octets."""
        ...

    def settled(self, numbers: Sequence[int]) -> None: ...

    def undecided(self) -> int: ...


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
