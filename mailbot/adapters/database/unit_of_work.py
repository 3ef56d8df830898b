"""One transaction: mail, events, projections and letters are kept together or not at all."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from mailbot.adapters.database import correspondence, log, queries, statements, works
from mailbot.adapters.database.codec import encode_signature
from mailbot.adapters.database.prepared import attempt
from mailbot.adapters.database.tables import MOST_OF_AN_ID
from mailbot.adapters.database.vouching import Vouching
from mailbot.core.budget import Spent
from mailbot.core.decision import Answered, Letter
from mailbot.core.events import Entry, Event, Status
from mailbot.core.gathering import News, NewsKind
from mailbot.core.health import Letters
from mailbot.core.message import Message
from mailbot.core.signature import Signature, evolve
from mailbot.ports import Delivery, Disposition, Due, Job
from mailbot.writing.letters import Composed


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """What the worker may do inside one transaction (see ports.UnitOfWork for the promises)."""

    connection: Connection
    _said: Callable[[], AbstractContextManager[None]] = nullcontext  # says what the driver raises, as the store does
    jobs: list[Job] = field(default_factory=list)
    """What there is to do once this is committed."""

    _values: dict[str, str] = field(default_factory=dict)  # what `get` and `put` have seen in this transaction
    _signatures: dict[str, Signature | None] = field(default_factory=dict)  # the same in this step of it

    @property
    def vouching(self) -> Vouching:
        return Vouching(self.connection)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        jobs = len(self.jobs)
        try:
            with self._said(), attempt(self.connection):
                yield
        except BaseException:
            self._values.clear()
            del self.jobs[jobs:]
            raise
        finally:
            self._signatures.clear()

    # -- mail ------------------------------------------------------------------------------------

    def seen(self, message: Message) -> Disposition | None:
        disposition = statements.SEEN.scalar(self.connection, _identity(message))
        return Disposition(disposition) if disposition else None

    def remember(self, delivery: Delivery, message: Message, *, again: bool) -> int:
        if again:
            self.connection.execute(statements.FORGET, _identity(message))
        row = {
            "message_id": message.message_id[:MOST_OF_AN_ID],
            "digest": message.digest,
            "locator": delivery.locator,
            "received_at": delivery.received_at,
            "author": (message.author.addr_spec if message.author else "")[:320],
            "disposition": Disposition.SET_ASIDE,
            "kind": "",
            "reason": "",
            "octets": delivery.octets,
        }
        return statements.REMEMBER.add(self.connection, row)

    def conclude(
        self, mail: int, disposition: Disposition, kind: str, reason: str, *, keep_octets: bool = True
    ) -> None:
        row = {"mail": mail, "disposition": disposition, "kind": kind, "reason": reason[:64]}
        if keep_octets:
            statements.CONCLUDE.run(self.connection, row)
        else:
            statements.CONCLUDE_EMPTY.run(self.connection, {**row, "octets": b""})

    def octets_of(self, mail: int) -> bytes | None:
        return queries.octets_of(self.connection, mail)

    # -- signatures ------------------------------------------------------------------------------

    def record(self, new: Iterable[Event], keys: Callable[[Entry], tuple[str, ...]]) -> None:
        """Append events and evolve what they touch; `keys` gives the comparison keys of an entry's names."""
        new = tuple(new)
        for seq, event in zip(log.append(self.connection, new), new, strict=True):
            before = self.signature(event.ref)
            after = evolve(before, event)
            self._hold(event.ref, after)
            known = [key[:400] for key in keys(after.entry)] if after.entry else [""]
            values = {
                "status": after.status,
                "fold": known[0],
                "address": after.contact.address.casefold()[:320],
                "confirmed": int(bool(after.proved_by)),
                "waiting_since": after.waiting_since,
                "changed_at": after.changed_at,
                "state": encode_signature(after),
            }
            if before is None:
                statements.OPEN.run(self.connection, {"ref": event.ref, "opened": seq, **values})
            else:
                statements.EVOLVE.run(self.connection, {"wanted": event.ref, **values})
            if before is not None and before.entry != after.entry:
                self.connection.execute(statements.UNNAME, {"wanted": event.ref})
            if before is None or before.entry != after.entry:
                self._name(event.ref, known)
            if after.status is Status.WITHDRAWN:
                self.vouching.destroy(event.ref)

    def _name(self, ref: str, known: list[str]) -> None:
        statements.NAME.run(self.connection, *({"ref": ref, "key": key} for key in dict.fromkeys(known) if key))

    def signature(self, ref: str) -> Signature | None:
        if ref not in self._signatures:
            self._hold(ref, queries.signature(self.connection, ref))
        return self._signatures[ref]

    def _hold(self, ref: str, signature: Signature | None) -> None:
        if len(self._signatures) >= _HELD:
            self._signatures.clear()
        self._signatures[ref] = signature

    def by_address(self, address: str) -> tuple[Signature, ...]:
        return queries.by_address(self.connection, address)

    def open_requests(self, address: str) -> int:
        return queries.open_requests(self.connection, address)

    def by_key(self, key: str) -> tuple[Signature, ...]:
        return queries.by_key(self.connection, key)

    def near_keys(self, keys: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
        return queries.near_keys(self.connection, keys)

    def desk(self) -> tuple[Signature, ...]:
        return queries.desk(self.connection)

    def search(self, fold: str) -> tuple[Signature, ...]:
        return queries.search(self.connection, fold)

    def counts(self) -> Mapping[str, int]:
        return queries.counts(self.connection)

    def history(self, ref: str) -> tuple[Event, ...]:
        return log.history(self.connection, ref)

    def requests_from(self, domain: str, after: datetime, before: datetime) -> int:
        return log.requests_from(self.connection, domain, after, before)

    def touched(self, mail: int) -> tuple[str, ...]:
        return log.refs_touched(self.connection, mail)

    def last_ordered(self, address: str) -> int:
        return queries.last_ordered(self.connection, address)

    def with_status(self, *status: Status) -> tuple[Signature, ...]:
        return queries.with_status(self.connection, *status)

    def stale(self, before: datetime) -> tuple[Signature, ...]:
        return queries.stale(self.connection, before)

    def waiting(self) -> int:
        return queries.waiting(self.connection)

    def last_event(self) -> int:
        return log.last(self.connection)

    # -- letters ---------------------------------------------------------------------------------

    def answered(self, *, letter_id: str = "", message_ids: tuple[str, ...] = ()) -> Answered | None:
        return correspondence.answered(self.connection, letter_id=letter_id, message_ids=message_ids)

    def shown(self, ref: str, address: str) -> datetime | None:
        return correspondence.shown(self.connection, ref, address)

    def spent(self, letter: Letter, thread: str, now: datetime) -> Spent:
        return correspondence.spent(self.connection, letter, thread, now)

    def enqueue(
        self, letter: Letter, composed: Composed, *, letter_id: str, mail: int, thread: str, now: datetime
    ) -> None:
        recipient = composed.recipient.casefold()
        row = {
            "id": letter_id,
            "message_id": composed.message_id,
            "template": letter.template,
            "recipient": recipient,
            "domain": recipient.rpartition("@")[2],
            "lane": letter.lane,
            "about": letter.about,
            "refs": json.dumps(letter.refs),
            "thread": (thread or composed.message_id)[:MOST_OF_AN_ID],
            "mail": mail,
            "octets": composed.octets,
            "created_at": now,
            "due_at": letter.not_before or now,
            "state": "queued",
            "attempts": 0,
            "error": "",
        }
        statements.ENQUEUE.run(self.connection, row)
        self.jobs.append(Job.send([letter_id], lane=letter.lane, due_at=letter.not_before))

    def cancel_news(self, ref: str) -> None:
        """Take back letters about `ref` that wait out the undo window and are no longer true."""
        self.connection.execute(statements.CANCEL_NEWS, {"wanted": ref})

    def due(self, now: datetime, limit: int) -> Iterator[Due]:
        """Letters to be sent by now, confirmations before digests; one being sent at a crash comes again."""
        return correspondence.due(self.connection, now, limit)

    def due_letter(self, letter_id: str, now: datetime) -> Due | None:
        """That letter, where it is to be sent by now."""
        return correspondence.due_letter(self.connection, letter_id, now)

    def sending(self, letter_id: str) -> None:
        statements.SENDING.run(self.connection, {"letter": letter_id})

    def sent(self, letter_id: str, now: datetime, remark: str = "") -> None:
        statements.SENT.run(self.connection, {"letter": letter_id, "sent_at": now, "error": remark})

    def postponed(self, letter_id: str, due_at: datetime, error: str) -> None:
        self.connection.execute(statements.POSTPONED, {"letter": letter_id, "due_at": due_at, "error": error})
        self.jobs.append(Job.send([letter_id], lane=1, due_at=due_at))

    def failed(self, letter_id: str, error: str) -> None:
        self.connection.execute(statements.FAILED, {"letter": letter_id, "error": error})

    def sent_since(self, moment: datetime, at_most: int) -> int:
        return works.sent_since(self.connection, moment, at_most)

    def late(self, before: datetime) -> tuple[int, datetime | None]:
        return works.late(self.connection, before)

    def refused_since(self, now: datetime) -> datetime | None:
        return works.refused_since(self.connection, now)

    def letters_at(self, now: datetime) -> Letters:
        return works.letters_at(self.connection, now)

    # -- news for the next digest ----------------------------------------------------------------

    def gather(self, recipient: str, news: News, now: datetime) -> None:
        if not news.facts and news.kind in correspondence.gathered_counts(self.connection, recipient, now):
            return  # what tells nothing but that there is something tells it once
        told = json.dumps(dict(news.facts))
        row = {"recipient": recipient.casefold(), "at": now, "kind": news.kind, "facts": told}
        self.connection.execute(statements.GATHER, row)

    def gathered(self, recipient: str, until: datetime, limit: int) -> tuple[tuple[int, News], ...]:
        return correspondence.gathered_for(self.connection, recipient, until, limit)

    def gathered_counts(self, recipient: str, until: datetime) -> Mapping[NewsKind, int]:
        return correspondence.gathered_counts(self.connection, recipient, until)

    def deliver_gathered(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.connection.execute(statements.DELIVERED, {"number": number})

    # -- the campaign's own state ----------------------------------------------------------------

    def get(self, key: str) -> str:
        """A word the campaign remembers, "" where it never did."""
        if key not in self._values:
            self._values[key] = statements.VALUE.scalar(self.connection, {"wanted": key}) or ""
        return self._values[key]

    def put(self, key: str, value: str) -> None:
        statements.FORGET_VALUE.run(self.connection, {"wanted": key})
        statements.PUT_VALUE.run(self.connection, {"key": key, "value": value})
        self._values[key] = value


_HELD = 1_000  # signatures of one step, beyond which they are asked for again


def _identity(message: Message) -> dict[str, str]:
    return {"wanted_id": message.message_id[:MOST_OF_AN_ID], "wanted_digest": message.digest}
