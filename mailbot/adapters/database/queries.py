"""Questions put to the signatures and the letters; each answers in values of the core."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, select

from mailbot.adapters.database.codec import decode_signature
from mailbot.adapters.database.tables import deliveries, events, gathered, letters, names, signatures
from mailbot.core.budget import Spent, saying, sharing
from mailbot.core.decision import Answered, Letter
from mailbot.core.events import Status
from mailbot.core.gathering import News, NewsKind
from mailbot.core.signature import ON_THE_DESK, Signature
from mailbot.ports import Due

_IN_ORDER = signatures.c.opened
_OPEN_REQUESTS = select(func.count()).where(
    signatures.c.address == bindparam("wanted"),
    signatures.c.status.in_([Status.AWAITING_SIGNER, Status.INCOMPLETE]),
)


def signature(connection: Connection, ref: str) -> Signature | None:
    row = connection.execute(select(signatures.c.state).where(signatures.c.ref == ref)).first()
    return decode_signature(row.state) if row else None


def by_address(connection: Connection, address: str) -> tuple[Signature, ...]:
    return _all(connection, select(signatures.c.state).where(signatures.c.address == address.casefold()))


def by_key(connection: Connection, key: str) -> tuple[Signature, ...]:
    """Signatures that are known under a name with that key."""
    return _all(connection, select(signatures.c.state).where(_known_under(names.c.key == key[:400])))


def near_key(connection: Connection, key: str) -> tuple[Signature, ...]:
    """Signatures known under a name whose key begins like `key`: the candidates for a look-alike."""
    start = key.split(" ")[0][:12]
    if len(start) < 2:
        return ()
    near = _known_under(names.c.key.startswith(start, autoescape=True))
    return _all(connection, select(signatures.c.state).where(near).limit(200))


def open_requests(connection: Connection, address: str) -> int:
    """How many requests wait for that address to confirm them."""
    return int(connection.scalar(_OPEN_REQUESTS, {"wanted": address.casefold()}) or 0)


def desk(connection: Connection) -> tuple[Signature, ...]:
    """What waits for organizers, in order of arrival; a listed entry with a proposed change among it."""
    return _all(
        connection,
        select(signatures.c.state).where(signatures.c.waiting_since.is_not(None)).order_by(_IN_ORDER),
    )


def with_status(connection: Connection, *status: Status) -> tuple[Signature, ...]:
    """All signatures in one of the states, in order of arrival; all there are for no state."""
    statement = select(signatures.c.state).order_by(_IN_ORDER)
    return _all(connection, statement.where(signatures.c.status.in_(status)) if status else statement)


def search(connection: Connection, folded: str, limit: int = 20) -> tuple[Signature, ...]:
    return _all(
        connection,
        select(signatures.c.state)
        .where(_known_under(names.c.key.contains(folded, autoescape=True)))
        .order_by(_IN_ORDER)
        .limit(limit),
    )


def counts(connection: Connection) -> Mapping[str, int]:
    """How many signatures are in each state; states with none are left out."""
    rows = connection.execute(select(signatures.c.status, func.count().label("number")).group_by(signatures.c.status))
    return {row.status: int(row.number) for row in rows}


def waiting(connection: Connection) -> int:
    """How many requests are on the desk or held."""
    number = connection.scalar(select(func.count()).where(signatures.c.status.in_([*ON_THE_DESK, Status.HELD])))
    return int(number or 0)


def stale(connection: Connection, before: datetime) -> tuple[Signature, ...]:
    """Signatures whose signer has not answered and that did not change since `before`."""
    return _all(
        connection,
        select(signatures.c.state)
        .where(signatures.c.status.in_([Status.AWAITING_SIGNER, Status.INCOMPLETE]))
        .where(signatures.c.changed_at <= before)
        .order_by(_IN_ORDER),
    )


def answered(connection: Connection, *, letter_id: str = "", message_ids: tuple[str, ...] = ()) -> Answered | None:
    """The letter of ours with that id, else the latest among the Message-IDs, with the mail that it answered."""
    if letter_id:
        condition = letters.c.id == letter_id
    elif message_ids:
        condition = letters.c.message_id.in_(message_ids[:100])
    else:
        return None
    statement = (
        select(letters, deliveries.c.author, deliveries.c.message_id.label("mail_message_id"))
        .outerjoin(deliveries, deliveries.c.id == letters.c.mail)
        .where(condition)
        .order_by(letters.c.seq.desc())
        .limit(1)
    )
    row = connection.execute(statement).first()
    return _answered(row) if row else None


def shown(connection: Connection, ref: str, address: str) -> datetime | None:
    """When a letter that shows that signature was last written to that address; None for never."""
    statement = select(func.max(letters.c.created_at)).where(
        letters.c.recipient == address.casefold(),
        letters.c.template.in_(["card", "digest", "reminder", "show"]),
        letters.c.refs.contains(json.dumps(ref), autoescape=True),
    )
    at: datetime | None = connection.scalar(statement)
    return at


def due(connection: Connection, now: datetime, limit: int, letter_id: str = "") -> Iterator[Due]:
    """Letters to be sent by now, or that one if it is; confirmations before digests."""
    waiting = select(letters).where(letters.c.state.in_(["queued", "sending"]), letters.c.due_at <= now)
    one = waiting.where(letters.c.id == letter_id) if letter_id else waiting
    for row in connection.execute(one.order_by(letters.c.lane, letters.c.seq).limit(limit)):
        yield Due(
            id=row.id,
            message_id=row.message_id,
            recipient=row.recipient,
            octets=row.octets,
            attempts=row.attempts,
            created_at=row.created_at,
            about=row.about,
        )


def spent(connection: Connection, letter: Letter, thread: str, now: datetime) -> Spent:
    """How many automatic letters went to an address, its domain and a thread; whether it ever confirmed."""
    key = letter.to.casefold()
    domain = key.rpartition("@")[2]

    def count(*conditions: object) -> int:
        statement = select(func.count()).select_from(letters).where(*conditions)  # type: ignore[arg-type]
        return int(connection.scalar(statement) or 0)

    def own(age: timedelta, *conditions: object) -> int:
        return count(letters.c.recipient == key, letters.c.created_at > now - age, *conditions)

    same = (letters.c.template.in_(saying(letter.template)), letters.c.refs == json.dumps(letter.refs))
    return Spent(
        lane_last_hour=own(timedelta(hours=1), letters.c.template.in_(sharing(letter.template))),
        last_day=own(timedelta(days=1)),
        last_month=own(timedelta(days=30)),
        same_last_month=own(timedelta(days=30), *same),
        domain_last_hour=count(letters.c.domain == domain, letters.c.created_at > now - timedelta(hours=1)),
        in_thread=count(letters.c.thread == thread, letters.c.recipient == key) if thread else 0,
        confirmed=connection.execute(
            select(signatures.c.ref).where(signatures.c.address == key, signatures.c.confirmed == 1).limit(1)
        ).first()
        is not None,
    )


def gathered_for(connection: Connection, recipient: str, until: datetime, limit: int) -> tuple[tuple[int, News], ...]:
    """What waits for one organizer's digest, `limit` of each kind, oldest first, each with its number."""
    own = (gathered.c.recipient == recipient.casefold(), gathered.c.at <= until)
    found: list[tuple[int, News]] = []
    for kind in NewsKind:
        statement = select(gathered).where(*own, gathered.c.kind == kind).order_by(gathered.c.seq).limit(limit)
        found += [(row.seq, News(kind=kind, facts=json.loads(row.facts))) for row in connection.execute(statement)]
    return tuple(found)


def gathered_counts(connection: Connection, recipient: str, until: datetime) -> Mapping[NewsKind, int]:
    statement = (
        select(gathered.c.kind, func.count().label("number"))
        .where(gathered.c.recipient == recipient.casefold(), gathered.c.at <= until)
        .group_by(gathered.c.kind)
    )
    return {NewsKind(row.kind): int(row.number) for row in connection.execute(statement)}


def last_ordered(connection: Connection, address: str) -> int:
    """The last mail by which that address decided anything that still may be taken back; 0 where none did."""
    statement = (
        select(events.c.mail)
        .where(events.c.by == address, events.c.mail > 0, events.c.kind.not_in(["Noted", "Undone", "Requested"]))
        .order_by(events.c.seq.desc())
        .limit(1)
    )
    return int(connection.scalar(statement) or 0)


def octets_of(connection: Connection, mail: int) -> bytes | None:
    """The raw mail of a delivery."""
    return connection.scalar(select(deliveries.c.octets).where(deliveries.c.id == mail))


def _known_under(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return signatures.c.ref.in_(select(names.c.ref).where(condition))


def _all(connection: Connection, statement: Select[tuple[str]]) -> tuple[Signature, ...]:
    return tuple(decode_signature(row.state) for row in connection.execute(statement))


def _answered(row: Row[Any]) -> Answered:
    return Answered(
        id=row.id,
        template=row.template,
        recipient=row.recipient,
        about=row.about,
        at=row.created_at,
        refs=tuple(json.loads(row.refs)),
        mail=row.mail,
        mail_author=row.author or "",
        mail_message_id=row.mail_message_id or "",
    )
