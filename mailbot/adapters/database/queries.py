"""Questions put to the signatures and the mails; each answers in values of the core."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, literal_column, or_, select, union_all

from mailbot.adapters.database.codec import decode_signature
from mailbot.adapters.database.prepared import Prepared
from mailbot.adapters.database.tables import deliveries, events, names, signatures
from mailbot.core.events import Status
from mailbot.core.signature import ON_THE_DESK, Signature

NEIGHBOURS = 20
"""Names looked at on either side of one that is asked for."""


def signature(connection: Connection, ref: str) -> Signature | None:
    state = _STATE.scalar(connection, {"ref": ref})
    return decode_signature(state) if state else None


def by_address(connection: Connection, address: str) -> tuple[Signature, ...]:
    return tuple(decode_signature(state) for (state,) in _BY_ADDRESS.all(connection, {"address": address.casefold()}))


def by_key(connection: Connection, key: str) -> tuple[Signature, ...]:
    """Signatures that are known under a name with that key."""
    return _all(connection, _BY_KEY, key=key[:400])


def near_keys(connection: Connection, keys: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """(key, reference, known key) of what is known under each key, or a near one that begins with the same letters.

    The nearest in the order of the keys: with ever so many names that begin alike, no more than
    `NEIGHBOURS` before it and as many from it on are looked at.
    """
    asked = [key[:400] for key in keys if key][:_MOST_KEYS]
    if not asked:
        return ()
    values: dict[str, str] = {}
    for number, key in enumerate(asked):
        start = key.split(" ")[0][:12]
        start = start if len(start) > 1 else key
        values |= {f"key{number}": key, f"start{number}": start, f"end{number}": start + _LAST}
    return tuple((asked[number], ref, known) for number, ref, known in _near(len(asked)).all(connection, values))


def open_requests(connection: Connection, address: str) -> int:
    """How many requests wait for that address to confirm them."""
    return int(_OPEN_REQUESTS.scalar(connection, {"wanted": address.casefold()}) or 0)


def desk(connection: Connection) -> tuple[Signature, ...]:
    """What waits for organizers, in order of arrival; a listed entry with a proposed change among it."""
    return _all(connection, _DESK)


def with_status(connection: Connection, *status: Status) -> tuple[Signature, ...]:
    """All signatures in one of the states, in order of arrival; all there are for no state."""
    statement = select(signatures.c.state).order_by(_IN_ORDER)
    return _all(connection, statement.where(signatures.c.status.in_(status)) if status else statement)


def search(connection: Connection, folded: str, limit: int = 20) -> tuple[Signature, ...]:
    known = select(names.c.ref).where(names.c.key.contains(folded, autoescape=True))
    found = select(signatures.c.state).where(signatures.c.ref.in_(known)).order_by(_IN_ORDER).limit(limit)
    return _all(connection, found)


def counts(connection: Connection) -> Mapping[str, int]:
    """How many signatures are in each state; states with none are left out."""
    return {row.status: int(row.number) for row in connection.execute(_COUNTS)}


def waiting(connection: Connection) -> int:
    """How many requests are on the desk or held."""
    return int(connection.scalar(_WAITING) or 0)


def stale(connection: Connection, before: datetime) -> tuple[Signature, ...]:
    """Signatures whose signer has not answered and that did not change since `before`."""
    return _all(connection, _STALE, before=before)


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


# Built once: to build a statement takes longer than SQLite takes to answer it.
_IN_ORDER = signatures.c.opened
_MOST_KEYS = 12  # of one entry: its names in all languages, and their acronyms
_LAST = "\U0010ffff"  # sorts behind every character
_UNANSWERED = (Status.AWAITING_SIGNER, Status.INCOMPLETE)
_STATE = Prepared(select(signatures.c.state).where(signatures.c.ref == bindparam("ref")))
_BY_ADDRESS = Prepared(select(signatures.c.state).where(signatures.c.address == bindparam("address")))
_BY_KEY = (
    select(signatures.c.state)
    .join(names, names.c.ref == signatures.c.ref)
    .where(names.c.key == bindparam("key"))
    .order_by(_IN_ORDER)
)
_OPEN_REQUESTS = Prepared(
    select(func.count()).where(
        signatures.c.address == bindparam("wanted"), or_(*(signatures.c.status == one for one in _UNANSWERED))
    )
)
_DESK = select(signatures.c.state).where(signatures.c.waiting_since.is_not(None)).order_by(_IN_ORDER)
_COUNTS = select(signatures.c.status, func.count().label("number")).group_by(signatures.c.status)
_WAITING = select(func.count()).where(signatures.c.status.in_([*ON_THE_DESK, Status.HELD]))
_STALE = (
    select(signatures.c.state)
    .where(signatures.c.status.in_(_UNANSWERED), signatures.c.changed_at <= bindparam("before"))
    .order_by(_IN_ORDER)
)


@cache
def _near(number_of_keys: int) -> Prepared:
    """One question for all keys of an entry."""
    parts = []
    for number in range(number_of_keys):
        key, start = (
            bindparam(f"key{number}", type_=names.c.key.type),
            bindparam(f"start{number}", type_=names.c.key.type),
        )
        end = bindparam(f"end{number}", type_=names.c.key.type)
        near = select(literal_column(str(number)).label("number"), names.c.ref, names.c.key).limit(NEIGHBOURS)
        before = near.where(names.c.key < key, names.c.key >= start).order_by(names.c.key.desc())
        after = near.where(names.c.key >= key, names.c.key < end).order_by(names.c.key)
        parts += [select(part.subquery()) for part in (before, after)]
    return Prepared(union_all(*parts))


def _all(connection: Connection, statement: Select[tuple[str]], **values: Any) -> tuple[Signature, ...]:
    return tuple(decode_signature(row.state) for row in connection.execute(statement, values))
