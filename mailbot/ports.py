"""What the worker asks of the outside world, and how the outside world says no."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from mailbot.core.budget import Spent
from mailbot.core.decision import Answered, Letter
from mailbot.core.events import Entry, Event, Status
from mailbot.core.gathering import News, NewsKind
from mailbot.core.health import Letters
from mailbot.core.intents import Context, Intent
from mailbot.core.message import Message
from mailbot.core.signature import Signature
from mailbot.core.vouching import Vouching
from mailbot.writing.letters import Composed


class TemporaryFailure(Exception):
    """It did not work now and may work later: a server out of reach, a full disk, a 4xx reply."""


class TurnedAway(TemporaryFailure):
    """No letter gets through for now, whoever it is to; `rest` is how long to leave the server alone.

    A limit is reached, the login is refused, nobody answers: no letter is ever given up for that.
    """

    def __init__(self, told: str, rest: timedelta) -> None:
        super().__init__(told)
        self.rest = rest


class HeldElsewhere(TemporaryFailure):
    """Another worker is at work on this campaign; whatever this one was about to commit is not committed."""


class PermanentFailure(Exception):
    """It will not work by being tried again: a 5xx reply, a refused login."""


class ReadingFailure(Exception):
    """This mail cannot be read: a reason to show to organizers, and `detail`, free of the mail's words, for the log."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.detail = detail


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A letter of the outbox whose time has come."""

    id: str
    message_id: str
    recipient: str
    octets: bytes
    attempts: int
    created_at: datetime
    about: str
    lane: int
    in_flight: bool  # it was being sent when a process died: whoever it is to may have it already


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work for any worker, kept in the transaction that makes it necessary: mail to read, or letters to send."""

    mail: tuple[int, ...] = ()  # numbers of arrivals
    letters: tuple[str, ...] = ()
    lane: int = 0
    due_at: datetime | None = None

    @classmethod
    def send(cls, letters: Iterable[str], *, lane: int = 1, due_at: datetime | None = None) -> "Job":
        return cls(letters=tuple(letters), lane=lane, due_at=due_at)


class Reader(Protocol):
    """Reads strangers' mail. Whatever the octets do, it answers or raises ReadingFailure within seconds.

    Raises TemporaryFailure where it cannot read any mail now.
    """

    def read(self, octets: bytes) -> Message:
        """What parse gives; the octets of attachments may be left out."""
        ...

    def interpret(self, message: Message, octets: bytes, context: Context) -> Intent:
        """What interpret gives for the message that was read from these octets."""
        ...


class Source(Protocol):
    """A mailbox. `fetch` yields what waits in order of arrival; a delivery stays there until `settle`.

    Every method may raise TemporaryFailure or PermanentFailure, with a sentence that tells the
    operator what happened, where, and what to do.
    """

    def fetch(self) -> Iterator[Delivery]: ...

    def settle(self, delivery: Delivery, disposition: Disposition) -> None:
        """Move the mail to its folder. Harmless when it is gone already."""

    def settle_all(self, settled: Sequence[tuple[Delivery, Disposition]]) -> None:
        """The same for several mails; a source that knows how moves them by fewer commands."""
        for delivery, disposition in settled:
            self.settle(delivery, disposition)

    def wait(self, seconds: float) -> bool:
        """Return early, with True, where the source hints that mail has come (IDLE). A hint, never the truth."""

    def check(self) -> str:
        """One sentence for `doctor` that says what answered; raises where it does not."""

    def close(self) -> None: ...


class Sender(Protocol):
    """Hands one letter on. Returning means that the next server has taken charge of it (RFC 5321, 4.2.5)."""

    def send(self, *, message_id: str, sender: str, recipient: str, octets: bytes, envelope_id: str = "") -> None:
        """Raises TemporaryFailure, TurnedAway or PermanentFailure; the text names the reply of the server.

        `envelope_id` comes back in a report of the delivery, where the servers on the way know RFC 3461.
        """

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


class UnitOfWork(Protocol):
    """One transaction of the store: all of what is done through it is kept, or none."""

    def attempt(self) -> AbstractContextManager[None]:
        """A step of its own: an exception undoes what was done within it, and nothing that was done before."""

    @property
    def vouching(self) -> Vouching: ...

    # mail
    def seen(self, message: Message) -> Disposition | None:
        """What became of a mail with the same Message-ID and octets; None for a new one."""

    def remember(self, delivery: Delivery, message: Message, *, again: bool) -> int:
        """Keep the raw mail, in the place of what was kept of it where it was `seen`; its number.

        It counts as set aside until `conclude`.
        """

    def conclude(
        self, mail: int, disposition: Disposition, kind: str, reason: str, *, keep_octets: bool = True
    ) -> None:
        """What became of a mail; without its octets it is still known again when it comes back."""

    def octets_of(self, mail: int) -> bytes | None: ...

    # signatures
    def record(self, new: Iterable[Event], keys: Callable[[Entry], tuple[str, ...]]) -> None:
        """Append events and evolve what they touch; `keys` find an entry again, its own name's first."""

    def signature(self, ref: str) -> Signature | None: ...

    def by_address(self, address: str) -> tuple[Signature, ...]: ...

    def open_requests(self, address: str) -> int:
        """How many requests wait for that address to confirm them."""
        ...

    def by_key(self, key: str) -> tuple[Signature, ...]:
        """Signatures that are known under a name with that key."""
        ...

    def near_keys(self, keys: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
        """(key, reference, known key) of what is known under a key or one near it: candidates for a look-alike."""
        ...

    def with_status(self, *status: Status) -> tuple[Signature, ...]: ...

    def desk(self) -> tuple[Signature, ...]:
        """What waits for organizers, in order of arrival."""
        ...

    def stale(self, before: datetime) -> tuple[Signature, ...]:
        """Those whose signer has not answered since."""
        ...

    def search(self, fold: str) -> tuple[Signature, ...]: ...
    def counts(self) -> Mapping[str, int]: ...
    def last_event(self) -> int: ...  # its number in the log, 0 before the first
    def waiting(self) -> int: ...

    def history(self, ref: str) -> tuple[Event, ...]: ...

    def requests_from(self, domain: str, after: datetime, before: datetime) -> int:
        """How many requests addresses of that domain made between two moments."""
        ...

    def touched(self, mail: int) -> tuple[str, ...]: ...

    def last_ordered(self, address: str) -> int:
        """The last mail by which that address decided anything; 0 where none did."""
        ...

    # letters
    def answered(self, *, letter_id: str = "", message_ids: tuple[str, ...] = ()) -> Answered | None:
        """The letter of ours with that id, else the latest among the Message-IDs."""

    def shown(self, ref: str, address: str) -> datetime | None:
        """When that address was last written a letter that shows the signature; None for never."""

    def spent(self, letter: Letter, thread: str, now: datetime) -> Spent:
        """What the recipient of `letter` was sent before it."""
        ...

    def enqueue(
        self, letter: Letter, composed: Composed, *, letter_id: str, mail: int, thread: str, now: datetime
    ) -> None: ...

    def cancel_news(self, ref: str) -> None:
        """Take back unsent letters that tell of a decision on `ref`."""

    def due(self, now: datetime, limit: int) -> Iterator[Due]: ...

    def due_letter(self, letter_id: str, now: datetime) -> Due | None:
        """That letter, where it is to be sent by now."""

    def sending(self, letter_id: str) -> None: ...
    def sent(self, letter_id: str, now: datetime, remark: str = "") -> None: ...

    def postponed(self, letter_id: str, due_at: datetime, error: str) -> None: ...

    def failed(self, letter_id: str, error: str) -> None: ...
    def refused_since(self, now: datetime) -> datetime | None: ...  # the oldest letter that was tried in vain

    def sent_since(self, moment: datetime, at_most: int) -> int:
        """How many letters went out since, counted up to `at_most`."""
        ...

    def late(self, before: datetime) -> tuple[int, datetime | None]:
        """How many letters should have gone out before that moment and have not, and since when the first waits."""
        ...

    def letters_at(self, now: datetime) -> Letters:
        """What waits to go out, and what went out in the 24 hours before."""
        ...

    # news for the next digest
    def gather(self, recipient: str, news: News, now: datetime) -> None: ...

    def gathered(self, recipient: str, until: datetime, limit: int) -> tuple[tuple[int, News], ...]:
        """What waits for that organizer's digest, `limit` of each kind, oldest first, each with its number."""
        ...

    def gathered_counts(self, recipient: str, until: datetime) -> Mapping[NewsKind, int]: ...

    def deliver_gathered(self, numbers: Iterable[int]) -> None:
        """A digest has it now."""

    # the campaign's own state
    def get(self, key: str) -> str:
        """A word that the campaign remembers, "" where it never did."""

    def put(self, key: str, value: str) -> None: ...


class Store(Protocol):
    """Where everything is kept."""

    def begin(self, *, alone: bool = True) -> AbstractContextManager[UnitOfWork]:
        """One transaction: committed at the end, rolled back by any exception. Raises TemporaryFailure.

        Not `alone`, others may write meanwhile: for looking, and for rows that nobody else touches.
        """
        ...

    def claim(self, letter_id: str, now: datetime) -> AbstractContextManager[Due | None]:
        """A letter that is due, kept from all others who might send it; None where it is sent or another's."""
        ...
