"""The event log: appended, never edited, each row's hash taken over the row before it."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, Row, func, select

from mailbot.adapters.database.codec import decode_change, encode_change
from mailbot.adapters.database.prepared import Prepared, inserting
from mailbot.adapters.database.tables import events
from mailbot.core.events import Event

GENESIS = "0" * 64
"""What stands before the first event."""


def append(connection: Connection, new: Iterable[Event]) -> list[int]:
    """Append events in order; return their sequence numbers."""
    new = tuple(new)
    if not new:
        return []
    seq, previous = head(connection)
    rows = []
    for event in new:
        seq += 1
        kind, payload = encode_change(event.change)
        row = {
            "seq": seq,
            "ref": event.ref,
            "kind": kind,
            "at": event.at.isoformat(),
            "by": event.by,
            "mail": event.mail,
            "reason": event.reason,
            "payload": payload,
            "previous": previous,
        }
        previous = row["hash"] = _hash(row)
        rows.append(row)
    _APPEND.run(connection, *rows)
    return list(range(seq - len(rows) + 1, seq + 1))


def last(connection: Connection) -> int:
    """The number of the last event, 0 before the first."""
    return int(_LAST.scalar(connection, {}) or 0)


def history(connection: Connection, ref: str) -> tuple[Event, ...]:
    """Every event of one signature, oldest first."""
    rows = connection.execute(select(events).where(events.c.ref == ref).order_by(events.c.seq))
    return tuple(_event(row) for row in rows)


def refs_touched(connection: Connection, mail: int) -> tuple[str, ...]:
    """The signatures that one mail changed."""
    rows = connection.execute(
        select(events.c.ref).where(events.c.mail == mail).group_by(events.c.ref).order_by(func.min(events.c.seq))
    )
    return tuple(row.ref for row in rows)


def requests_from(connection: Connection, domain: str, after: datetime, before: datetime) -> int:
    """How many requests addresses of `domain` made between two moments."""
    number = connection.scalar(
        select(func.count())
        .select_from(events)
        .where(events.c.kind == "Requested", events.c.by.endswith("@" + domain, autoescape=True))
        .where(events.c.at >= after.isoformat(), events.c.at <= before.isoformat())
    )
    return int(number or 0)


def walk(connection: Connection) -> Iterator[tuple[Event, str | None]]:
    """Every event with the fault of its link in the chain, or None: what `mailbot verify` reads."""
    seq, previous = 0, GENESIS
    for row in connection.execute(select(events).order_by(events.c.seq)).yield_per(1000):
        seq += 1
        fault = None
        if row.seq != seq:
            fault = f"event {seq} is missing: the next one there is is number {row.seq}"
            seq = row.seq
        elif row.previous != previous:
            fault = f"event {row.seq} does not follow the event before it"
        elif row.hash != _hash(row._asdict()):
            fault = f"event {row.seq} was changed after it was written"
        previous = row.hash
        yield _event(row), fault


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last event: kept elsewhere, they prove later that nothing was cut off the end."""
    last = _LAST.all(connection, {})
    return (int(last[0][0]), str(last[0][1])) if last else (0, GENESIS)


_LAST = Prepared(select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1))
_APPEND = inserting(events)
_COVERED = ("seq", "ref", "kind", "at", "by", "mail", "reason", "payload", "previous")


def _hash(row: dict[str, object]) -> str:
    covered = json.dumps([row[name] for name in _COVERED], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(covered.encode("utf-8", "surrogatepass")).hexdigest()


def _event(row: Row[tuple[object, ...]]) -> Event:
    return Event(
        ref=row.ref,
        at=datetime.fromisoformat(row.at),
        by=row.by,
        mail=row.mail,
        reason=row.reason,
        change=decode_change(row.kind, row.payload),
    )
