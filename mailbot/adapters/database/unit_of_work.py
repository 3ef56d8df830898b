"""One transaction: mail, events, projections and letters are kept together or not at all."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, delete, select, update

from mailbot.adapters.database import log, queries
from mailbot.adapters.database.codec import encode_signature
from mailbot.adapters.database.tables import MOST_OF_AN_ID, campaign, deliveries, gathered, letters, names, signatures
from mailbot.core.budget import Spent
from mailbot.core.decision import Answered, Letter
from mailbot.core.events import Entry, Event, Status
from mailbot.core.gathering import News, NewsKind
from mailbot.core.message import Message
from mailbot.core.signature import Signature, evolve
from mailbot.ports import Delivery, Disposition, Due, Job
from mailbot.writing.letters import Composed


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """What the worker may do inside one transaction (see ports.UnitOfWork for the promises)."""

    connection: Connection
    jobs: list[Job] = field(default_factory=list)
    """What there is to do once this is committed."""

    # -- mail ------------------------------------------------------------------------------------

    def seen(self, message: Message) -> Disposition | None:
        row = self.connection.execute(_SEEN, _identity(message)).first()
        return Disposition(row.disposition) if row else None

    def remember(self, delivery: Delivery, message: Message) -> int:
        self.connection.execute(_FORGET, _identity(message))  # set aside before, now replayed
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
        done = self.connection.execute(_REMEMBER, row)
        key = done.inserted_primary_key
        assert key is not None
        return int(key[0])

    def conclude(
        self, mail: int, disposition: Disposition, kind: str, reason: str, *, keep_octets: bool = True
    ) -> None:
        row = {"mail": mail, "disposition": disposition, "kind": kind, "reason": reason[:64]}
        if keep_octets:
            self.connection.execute(_CONCLUDE, row)
        else:
            self.connection.execute(_CONCLUDE_EMPTY, {**row, "octets": b""})

    def octets_of(self, mail: int) -> bytes | None:
        return queries.octets_of(self.connection, mail)

    # -- signatures ------------------------------------------------------------------------------

    def record(self, new: Iterable[Event], keys: Callable[[Entry], tuple[str, ...]]) -> None:
        """Append events and evolve what they touch; `keys` gives the comparison keys of an entry's names."""
        new = tuple(new)
        for seq, event in zip(log.append(self.connection, new), new, strict=True):
            before = queries.signature(self.connection, event.ref)
            after = evolve(before, event)
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
                self.connection.execute(signatures.insert().values(ref=event.ref, opened=seq, **values))
            else:
                self.connection.execute(update(signatures).where(signatures.c.ref == event.ref).values(**values))
            if before is None or before.entry != after.entry:
                self._name(event.ref, known)

    def _name(self, ref: str, known: list[str]) -> None:
        self.connection.execute(delete(names).where(names.c.ref == ref))
        rows = [{"ref": ref, "key": key} for key in dict.fromkeys(known) if key]
        if rows:
            self.connection.execute(names.insert(), rows)

    def signature(self, ref: str) -> Signature | None:
        return queries.signature(self.connection, ref)

    def by_address(self, address: str) -> tuple[Signature, ...]:
        return queries.by_address(self.connection, address)

    def open_requests(self, address: str) -> int:
        return queries.open_requests(self.connection, address)

    def by_key(self, key: str) -> tuple[Signature, ...]:
        return queries.by_key(self.connection, key)

    def near_key(self, key: str) -> tuple[Signature, ...]:
        return queries.near_key(self.connection, key)

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

    # -- letters ---------------------------------------------------------------------------------

    def answered(self, *, letter_id: str = "", message_ids: tuple[str, ...] = ()) -> Answered | None:
        return queries.answered(self.connection, letter_id=letter_id, message_ids=message_ids)

    def shown(self, ref: str, address: str) -> datetime | None:
        return queries.shown(self.connection, ref, address)

    def spent(self, letter: Letter, thread: str, now: datetime) -> Spent:
        return queries.spent(self.connection, letter, thread, now)

    def enqueue(
        self, letter: Letter, composed: Composed, *, letter_id: str, mail: int, thread: str, now: datetime
    ) -> None:
        recipient = composed.recipient.casefold()
        self.connection.execute(
            letters.insert().values(
                id=letter_id,
                message_id=composed.message_id,
                template=letter.template,
                recipient=recipient,
                domain=recipient.rpartition("@")[2],
                lane=letter.lane,
                about=letter.about,
                refs=json.dumps(letter.refs),
                thread=(thread or composed.message_id)[:MOST_OF_AN_ID],
                mail=mail,
                octets=composed.octets,
                created_at=now,
                due_at=letter.not_before or now,
                state="queued",
                attempts=0,
                error="",
            )
        )
        self.jobs.append(Job.send([letter_id], lane=letter.lane, due_at=letter.not_before))

    def cancel_news(self, ref: str) -> None:
        """Take back letters about `ref` that wait out the undo window and are no longer true."""
        self.connection.execute(
            update(letters)
            .where(letters.c.about == ref, letters.c.state == "queued")
            .where(letters.c.template.in_(["listed", "not_listed"]))
            .values(state="cancelled")
        )

    def due(self, now: datetime, limit: int) -> Iterator[Due]:
        """Letters to be sent by now, confirmations before digests; one being sent at a crash comes again."""
        return queries.due(self.connection, now, limit)

    def due_letter(self, letter_id: str, now: datetime) -> Due | None:
        """That letter, where it is to be sent by now."""
        return next(queries.due(self.connection, now, 1, letter_id), None)

    def sending(self, letter_id: str) -> None:
        self._letter(letter_id, state="sending", attempts=letters.c.attempts + 1)

    def sent(self, letter_id: str, now: datetime) -> None:
        self._letter(letter_id, state="sent", sent_at=now, error="")

    def postponed(self, letter_id: str, due_at: datetime, error: str) -> None:
        self._letter(letter_id, state="queued", due_at=due_at, error=error)
        self.jobs.append(Job.send([letter_id], lane=1, due_at=due_at))

    def failed(self, letter_id: str, error: str) -> None:
        self._letter(letter_id, state="failed", error=error)

    def _letter(self, letter_id: str, **values: object) -> None:
        self.connection.execute(update(letters).where(letters.c.id == letter_id).values(**values))

    # -- news for the next digest ----------------------------------------------------------------

    def gather(self, recipient: str, news: News, now: datetime) -> None:
        if not news.facts and news.kind in queries.gathered_counts(self.connection, recipient, now):
            return  # what tells nothing but that there is something tells it once
        self.connection.execute(
            gathered.insert().values(
                recipient=recipient.casefold(), at=now, kind=news.kind, facts=json.dumps(dict(news.facts))
            )
        )

    def gathered(self, recipient: str, until: datetime, limit: int) -> tuple[tuple[int, News], ...]:
        return queries.gathered_for(self.connection, recipient, until, limit)

    def gathered_counts(self, recipient: str, until: datetime) -> Mapping[NewsKind, int]:
        return queries.gathered_counts(self.connection, recipient, until)

    def deliver_gathered(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.connection.execute(delete(gathered).where(gathered.c.seq == number))

    # -- the campaign's own state ----------------------------------------------------------------

    def get(self, key: str) -> str:
        """A word the campaign remembers, "" where it never did."""
        return self.connection.scalar(_VALUE, {"wanted": key}) or ""

    def put(self, key: str, value: str) -> None:
        self.connection.execute(delete(campaign).where(campaign.c.key == key))
        self.connection.execute(campaign.insert().values(key=key, value=value))


# Built once, for they run for every mail: to build a statement takes longer than SQLite takes to answer it.
_SAME = (deliveries.c.message_id == bindparam("wanted_id"), deliveries.c.digest == bindparam("wanted_digest"))
_SEEN = select(deliveries.c.disposition).where(*_SAME)
_FORGET = delete(deliveries).where(*_SAME)
_REMEMBER = deliveries.insert()
_BY_NUMBER = update(deliveries).where(deliveries.c.id == bindparam("mail"))
_CONCLUDED: dict[str, BindParameter[str]] = {
    "disposition": bindparam("disposition"),
    "kind": bindparam("kind"),
    "reason": bindparam("reason"),
}
_CONCLUDE = _BY_NUMBER.values(**_CONCLUDED)
_CONCLUDE_EMPTY = _BY_NUMBER.values(**_CONCLUDED, octets=bindparam("octets"))
_VALUE = select(campaign.c.value).where(campaign.c.key == bindparam("wanted"))


def _identity(message: Message) -> dict[str, str]:
    return {"wanted_id": message.message_id[:MOST_OF_AN_ID], "wanted_digest": message.digest}
