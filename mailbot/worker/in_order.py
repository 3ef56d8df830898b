"""A source of old mail in the order in which it was written, without what answers a letter of ours.

What a sender took back later must be read later, and no mailbox promises that order. The mails lie in a
file without a name meanwhile, which goes with the process.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.ports import Delivery, Disposition, Source

_IN_MEMORY = 16 * 1024 * 1024  # octets that are not worth a file


@dataclass(slots=True)
class InOrder(Source):
    """`written` says when a mail was written, or None for one to leave where it is; `look` is told of each."""

    source: Source
    written: Callable[[Delivery], datetime | None]
    look: Callable[[], None]
    left: int = field(default=0, init=False)  # mails that stay where they are

    def fetch(self) -> Iterator[Delivery]:
        """All that waits, the oldest first; of one moment in the order of the mailbox."""
        found: list[tuple[datetime, int, Delivery, int, int]] = []
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            for number, delivery in enumerate(self.source.fetch()):
                self.look()
                when = self.written(delivery)
                if when is None:
                    self.left += 1
                    continue
                found.append((when, number, replace(delivery, octets=b""), spool.tell(), len(delivery.octets)))
                spool.write(delivery.octets)
            for _, _, delivery, place, length in sorted(found, key=lambda mail: mail[:2]):
                spool.seek(place)
                yield replace(delivery, octets=spool.read(length))

    def settle(self, delivery: Delivery, disposition: Disposition) -> None:
        self.source.settle(delivery, disposition)

    def settle_all(self, settled: Sequence[tuple[Delivery, Disposition]]) -> None:
        self.source.settle_all(settled)

    def wait(self, seconds: float) -> bool:
        return self.source.wait(seconds)

    def check(self) -> str:
        return self.source.check()

    def close(self) -> None:
        self.source.close()
