"""What the worker asks of the outside world, and how the outside world says no."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class TemporaryFailure(Exception):
    """It did not work now and may work later: a server out of reach, a full disk, a 4xx reply."""


class PermanentFailure(Exception):
    """It will not work by being tried again: a 5xx reply, a refused login."""


class Disposition(StrEnum):
    """Where a mail goes when what it caused is committed."""

    HANDLED = "handled"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail as it lies at its source. `locator` finds it there again ("imap:17:4711", a Maildir key).

    `size` is that of the whole mail; `octets` may be shorter where the source cut it at its cap.
    """

    locator: str
    received_at: datetime
    octets: bytes
    size: int


class Source(Protocol):
    """A mailbox. `fetch` yields what waits in order of arrival; a delivery stays there until `settle`.

    Every method may raise TemporaryFailure or PermanentFailure, with a sentence that tells the
    operator what happened, where, and what to do.
    """

    def fetch(self) -> Iterator[Delivery]: ...

    def settle(self, delivery: Delivery, disposition: Disposition) -> None:
        """Move the mail to its folder. Harmless when it is gone already."""

    def wait(self, seconds: float) -> bool:
        """Return early, with True, where the source hints that mail has come (IDLE). A hint, never the truth."""

    def check(self) -> str:
        """One sentence for `doctor` that says what answered; raises where it does not."""

    def close(self) -> None: ...


class Sender(Protocol):
    """Hands one letter on. Returning means that the next server has taken charge of it (RFC 5321, 4.2.5)."""

    def send(self, *, message_id: str, sender: str, recipient: str, octets: bytes) -> None:
        """Raises TemporaryFailure or PermanentFailure; the text names the reply of the server."""

    def check(self) -> str: ...

    def close(self) -> None: ...


class Publisher(Protocol):
    """Carries the published files. All of them are there afterwards, whole, or the old ones still are."""

    def publish(self, files: dict[str, bytes]) -> list[str]:
        """Write what differs; return the names of the files that were written."""

    def check(self) -> str: ...


class Resolver(Protocol):
    """TXT records for DKIM: (name) → the record's text, or None where there is none (RFC 6376, 3.6.2)."""

    def __call__(self, name: str) -> bytes | None: ...
